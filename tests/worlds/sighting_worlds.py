"""Small worlds of sightings, made from rows or drawn at random, for the tests of stages that look at all of them."""

from collections.abc import Iterable

import numpy as np
import pyarrow as pa
from hypothesis import strategies as st

from graphlink.model.sightings import Accounts, Sightings
from graphlink.model.signals import Provenance, SignalType
from graphlink.model.times import NO_TIME, Moments

TYPES = tuple(
    SignalType(name, family, provenance)
    for name, family, provenance in (
        ("card", "payment", Provenance.OBSERVED),
        ("device", "device", Provenance.OBSERVED),
        ("email_domain", "identity", Provenance.FREE_TEXT),
        ("ip", "network", Provenance.OBSERVED),
    )
)


def sightings_of(rows: Iterable[tuple[str, str, str]], spare: int = 0) -> Sightings:
    """Rows of account, type and value; ``spare`` accounts share nothing. The first time of row i is i."""
    distinct = sorted(set(rows))
    ids = sorted({account for account, _, _ in distinct} | {f"zz{number:05}" for number in range(spare)})
    names = [each.name for each in TYPES]
    signals = sorted({(names.index(kind), value) for _, kind, value in distinct})
    number = {signal: position for position, signal in enumerate(signals)}
    pairs = sorted((ids.index(account), number[names.index(kind), value]) for account, kind, value in distinct)
    unknown = np.full(len(ids), -1, dtype=np.int32)
    return Sightings(
        accounts=Accounts(pa.array(ids, pa.string()), np.full(len(ids), NO_TIME), unknown, unknown, unknown),
        types=TYPES,
        signal_type=np.array([kind for kind, _ in signals], dtype=np.int16),
        signal_value=pa.array([value for _, value in signals], pa.string()),
        account=np.array([account for account, _ in pairs], dtype=np.int32),
        signal=np.array([signal for _, signal in pairs], dtype=np.int32),
        first_seen=Moments.of(np.arange(len(pairs), dtype=np.int64)),
        last_seen=Moments.of(np.arange(len(pairs), dtype=np.int64) + 1),
        count=np.ones(len(pairs), dtype=np.int64),
    )


@st.composite
def worlds(draw) -> Sightings:
    """Up to 12 accounts with up to 8 values of each type, some of them popular."""
    account = st.integers(0, 11).map("a{:02}".format)
    kind = st.sampled_from([each.name for each in TYPES])
    value = st.one_of(st.integers(0, 1), st.integers(0, 7)).map("v{}".format)
    return sightings_of(draw(st.sets(st.tuples(account, kind, value), min_size=1, max_size=60)))


def chance(n: int, n_values: int, per_account: int = 2, seed: int = 5) -> list[tuple[str, str, str]]:
    """Accounts that draw their values from a few, without knowing of one another: they coincide now and then."""
    random = np.random.default_rng(seed)
    return [
        (f"a{account:04}", kind.name, f"{kind.name}-{value}")
        for account in range(n)
        for kind in TYPES
        for value in random.integers(0, n_values, size=per_account)
    ]


def farm(n: int = 8) -> list[tuple[str, str, str]]:
    """A ring behind one card, one device and one address."""
    return [(f"farm{account}", kind, f"farm-{kind}") for account in range(n) for kind in ("card", "device", "ip")]
