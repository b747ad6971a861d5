"""Finished runs made by hand, for the reporters: ``two_rings`` in full, and generated ones of any size.

``two_rings`` has a ring, an organisation and a possible victim; every string that an account holder could have written
goes through ``disguise``, so that a hostile twin of the same shape can be made.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
import pyarrow as pa

from graphlink.model.calibration import Calibration
from graphlink.model.findings import Check, Factor, Findings, Ring, Totals
from graphlink.model.operating_point import OperatingPoint
from graphlink.model.reading import Reading
from graphlink.model.rows import InputFile, Notice, Reject, RowCounts
from graphlink.model.run import Manifest, Run
from graphlink.model.sightings import Accounts, Sightings
from graphlink.model.signals import Provenance, SignalType
from graphlink.model.text import TEXT
from graphlink.model.times import NO_TIME, Moments

HOUR = 3_600_000_000
DAY = 24 * HOUR
START = 1_769_904_000_000_000  # 2026-02-01T00:00:00Z

TYPES = {
    "card": SignalType("card", "payment", Provenance.OBSERVED, adds_up=True),
    "device": SignalType("device", "device", Provenance.CLAIMED),
    "ip": SignalType("ip", "network", Provenance.OBSERVED),
    "mail_domain": SignalType("mail_domain", "identity", Provenance.FREE_TEXT),
    "template": SignalType("template", "content", Provenance.FREE_TEXT, adds_up=True),
}

HOSTILE = (
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "'; DROP TABLE rings; --",
    "=cmd|'/c calc'!A1",
    "\x1b]0;title\x07\x00",
    "</script><script>alert(2)</script>",
    "javascript:alert(3)",
    "{{ 7 * 7 }}{% for x in y %}",
    "\u202egnp.exe\u202c",
    "\u0430dmin@ex\u0430mple.org",
    "]]><!--",
    "line\r\nbreak\u2028sep\ufffe",
    "@SUM(1)\t+1",
    "&lt;b&gt;&amp;&#60;",
)


def having(run: Run, **findings) -> Run:
    """The run with other findings."""
    return replace(run, findings=replace(run.findings, **findings))


def harmless(text: str) -> str:
    """Leave a string as it is."""
    return text


def hostile(text: str) -> str:
    """Replace a string by a hostile one, equal where they were equal."""
    weapon = HOSTILE[sum(text.encode()) % len(HOSTILE)]
    return f"{weapon} {text}"


def two_rings(disguise: Callable[[str], str] = harmless) -> Run:
    """Twelve accounts that an operator rotates through cards, addresses and domains, and six of one company."""
    ties = _two_rings_ties()
    ties = ties.assign(**{name: ties[name].map(disguise).astype(TEXT) for name in ("account_id", "signal_value")})
    farm = ("R-4KQ7", 1, "coordinated")
    firm = ("R-9XWM", 2, "organisation")
    members = pd.concat(
        [
            _members(ties, farm, ["core"] * 8 + ["probable"] * 2 + ["peripheral", "possible_victim"], disguise),
            _members(ties, firm, ["probable"] * 5 + ["peripheral"], disguise),
        ],
        ignore_index=True,
    )
    signals = pd.concat([_signals(ties, farm[0], 41_000), _signals(ties, firm[0], 41_000)], ignore_index=True)
    findings = Findings(
        rings=(_farm(disguise), _firm(disguise)),
        members=members,
        signals=signals,
        tied=ties,
        hubs=_hubs(disguise),
        calibration=_calibration(20_000),
        totals=Totals(20_000, 152_400, 61_220, 9_410, 1_203, 40_118, 31, 29),
        operating_point=OperatingPoint(0.01, -5.0, 0.1),
    )
    return Run(_reading(members, disguise), findings, _manifest())


@dataclass(frozen=True, slots=True)
class Group:
    """A group to make up: its size, its cells, and what it is assessed as."""

    n_accounts: int
    n_cells: int = 1
    assessment: str = "coordinated"


def generated(groups: tuple[Group, ...], *, n_accounts: int, seed: int = 7) -> Run:
    """Make up a run with groups of any size, in the order given."""
    generator = np.random.default_rng(seed)
    rings, members, signals, ties = [], [], [], []
    for position, group in enumerate(groups):
        ring_id = f"R-{position + 1:04d}"
        borne = _group_ties(generator, group, ring_id)
        identity = (ring_id, position + 1, group.assessment)
        people = _group_members(generator, borne, identity, group)
        members.append(people)
        signals.append(_signals(borne, ring_id, n_accounts))
        ties.append(borne)
        rings.append(_ring(people, borne, identity, group))
    findings = Findings(
        rings=tuple(rings),
        members=pd.concat(members, ignore_index=True),
        signals=pd.concat(signals, ignore_index=True),
        tied=pd.concat(ties, ignore_index=True),
        hubs=_hubs(harmless),
        calibration=_calibration(n_accounts),
        totals=Totals(n_accounts, 8 * n_accounts, 3 * n_accounts, n_accounts // 3, 4_213, 6 * n_accounts, 940, 900),
        operating_point=OperatingPoint(0.01, -5.0, 0.1),
    )
    return Run(_reading(findings.members, harmless), findings, _manifest())


# --- the two rings ------------------------------------------------------------------------------------------------


def _two_rings_ties() -> pd.DataFrame:
    rows: list[tuple[str, ...]] = []

    def tie(*row: str | int) -> None:
        *names, first, last, count = row
        rows.append((*names, START + first, START + last, count))

    for number in range(11):
        account = f"acc-{1040 + 7 * number}"
        first, last = 2 * DAY + number * 2 * HOUR, 20 * DAY + (number % 4) * DAY
        tie("R-4KQ7", account, "template", "t:9c41e07ab2", first + HOUR, last, 300 + number)
        tie("R-4KQ7", account, "card", f"card:{('4f1b', 'a07c', '93de')[number % 3]}", first, last, 2)
        tie("R-4KQ7", account, "ip", f"198.51.100.{20 + number // 3}", first, last - DAY, 90)
        if number < 8:
            tie("R-4KQ7", account, "mail_domain", f"{('quillmail', 'orbitbox')[number % 2]}.example", first, first, 1)
    tie("R-4KQ7", "acc-0311", "ip", "198.51.100.20", -200 * DAY, 25 * DAY, 900)
    for number in range(6):
        account = f"staff-{number + 1}"
        first = -400 * DAY + number * 60 * DAY
        tie("R-9XWM", account, "mail_domain", "northwind.example", first, first, 1)
        tie("R-9XWM", account, "ip", "203.0.113.9", first + DAY, 25 * DAY, 400)
        if number < 5:
            tie("R-9XWM", account, "card", "card:77aa", first + DAY, 24 * DAY, 12)
    columns = ["ring_id", "account_id", "signal_type", "signal_value", "first_seen", "last_seen", "count"]
    return _with_times(pd.DataFrame(rows, columns=columns))


def _farm(disguise: Callable[[str], str]) -> Ring:
    return Ring(
        ring_id="R-4KQ7",
        rank=1,
        score=86.0,
        assessment="coordinated",
        headline=f"11 accounts are tied by template {disguise('t:9c41e07ab2')}, 3 cards and 4 addresses used mostly "
        "by them",
        n_members=11,
        n_core=8,
        n_probable=2,
        n_peripheral=1,
        n_possible_victims=1,
        n_cells=2,
        families=("content", "identity", "network", "payment"),
        first_seen=START + 2 * DAY,
        last_seen=START + 23 * DAY,
        factors=(
            Factor("corroboration", 34.0, "four independent families tie the members, two of them observed"),
            Factor("breadth", 26.5, "3 cards, 4 addresses and 2 private domains: nobody needs so many"),
            Factor("ownership", 21.0, f"of the accounts with card {disguise('card:4f1b')} all are inside"),
            Factor("burst", 12.5, "all accounts were created within 22 hours"),
            Factor("size", -8.0, "11 members are few; small groups are chance more often"),
        ),
        checks=(
            Check("organisation", fits=False, because="no private mail domain covers more than 36 % of the members"),
            Check("household", fits=False, because="11 accounts are more than a household has"),
            Check("platform", fits=False, because="cards and domains agree, which a vendor does not control"),
            Check("course", fits=None, because="the export states no plan"),
        ),
        survives=(("content", 1.0), ("identity", 1.0), ("network", 0.9091), ("payment", 0.7273)),
    )


def _firm(disguise: Callable[[str], str]) -> Ring:
    return Ring(
        ring_id="R-9XWM",
        rank=2,
        score=22.0,
        assessment="organisation",
        headline=f"6 accounts are tied by the mail domain {disguise('northwind.example')}, one address and one card",
        n_members=6,
        n_core=0,
        n_probable=5,
        n_peripheral=1,
        n_possible_victims=0,
        n_cells=1,
        families=("identity", "network", "payment"),
        first_seen=START - 400 * DAY,
        last_seen=START + 25 * DAY,
        factors=(
            Factor("corroboration", 30.0, "three families tie the members"),
            Factor("one value", -8.0, "one domain, one address and one card hold everybody"),
        ),
        checks=(
            Check(
                "organisation", fits=True, because="one private domain covers every member, one card pays for 5 of 6"
            ),
            Check("household", fits=False, because="the mail domain is no household's"),
            Check("course", fits=None, because="the export states no plan"),
        ),
        survives=(("identity", 0.8333), ("network", 0.8333), ("payment", 1.0)),
    )


def _members(ties, identity, tiers, disguise) -> pd.DataFrame:
    ring_id, rank, assessment = identity
    own = ties[ties["ring_id"] == ring_id]
    rows = []
    for number, (account, borne) in enumerate(own.groupby("account_id", sort=False)):
        families = sorted({TYPES[name].family for name in borne["signal_type"]})
        strongest = "; ".join(f"{row.signal_type} {row.signal_value}" for row in borne.head(3).itertuples())
        rows.append(
            {
                "ring_id": ring_id,
                "account_id": account,
                "rank": rank,
                "tier": tiers[number],
                "confidence": round(0.99 - 0.03 * number, 3),
                "families": "; ".join(families),
                "strongest": strongest,
                "assessment": assessment,
                "cell": number % 2 if assessment == "coordinated" else 0,
                "n_links": max(1, 10 - number),
                "survives_any_value": number < 9,
                "created_at": borne["first_seen"].min() - pd.Timedelta(minutes=20 + number),
                "first_seen": borne["first_seen"].min(),
                "last_seen": borne["last_seen"].max(),
            }
        )
    assert disguise is not None
    frame = pd.DataFrame(rows)
    # One account without a creation time, as exports have them.
    frame.loc[2, "created_at"] = pd.NaT
    return frame


def _signals(ties: pd.DataFrame, ring_id: str, n_accounts: int) -> pd.DataFrame:
    own = ties[ties["ring_id"] == ring_id]
    size = own["account_id"].nunique()
    grouped = own.groupby(["signal_type", "signal_value"], sort=False)
    facts = grouped.agg(
        accounts_in_ring=("account_id", "nunique"), first_seen=("first_seen", "min"), last_seen=("last_seen", "max")
    ).reset_index()
    facts = facts[facts["accounts_in_ring"] > 1].reset_index(drop=True)
    inside = facts["accounts_in_ring"]
    outside = np.where(facts["signal_type"] == "ip", inside // 2, inside // 9)
    expected = (inside + outside) * size / n_accounts
    facts = facts.assign(
        ring_id=ring_id,
        family=facts["signal_type"].map(lambda name: TYPES[name].family),
        provenance=facts["signal_type"].map(lambda name: str(TYPES[name].provenance)),
        accounts_outside=outside,
        share_of_ring=inside / size,
        expected_by_chance=expected,
        lift=inside / expected,
        coordinated_share=np.clip(inside / (inside + outside) - 0.04, 0, 1),
        bits=np.log2(n_accounts / (inside + outside)),
        passes=inside > outside,
    )
    order = facts.assign(weight=facts["bits"] * inside).sort_values("weight", ascending=False, kind="stable").index
    return facts.loc[order].reset_index(drop=True)


def _hubs(disguise: Callable[[str], str]) -> pd.DataFrame:
    rows = [
        ("template", "t:public-agent", "content", 2_104, 0.61, 0.02, "its accounts agree on nothing else"),
        (
            *("ip", "100.64.7.1", "network", 1_377, 0.44, 0.01),
            "its accounts agree on nothing else (a carrier's gateway looks so)",
        ),
        ("device", "d:weak-4410", "device", 240, 0.13, 0.08, "its lower bound stays below one half"),
    ]
    columns = ["signal_type", "signal_value", "family", "accounts", "expected_share", "coordinated_share", "why"]
    frame = pd.DataFrame(rows, columns=columns)
    return frame.assign(
        signal_value=frame["signal_value"].map(disguise),
        why=frame["why"].map(disguise),
        pairs=frame["accounts"] * (frame["accounts"] - 1) // 2,
        usual=[40, 25, 2],
        surprise=[14.1, 12.5, 11.0],
    )


def _reading(members: pd.DataFrame, disguise: Callable[[str], str]) -> Reading:
    # Who is banned depends on the account's place and not on its name, so that twins agree.
    banned = set(members["account_id"].iloc[::5])
    ids = sorted(members["account_id"].unique(), key=str.encode)
    n_ids = len(ids)
    accounts = Accounts(
        ids=pa.array(ids, pa.string()),
        created_at=np.full(n_ids, NO_TIME),
        plan=np.arange(n_ids, dtype=np.int32) % 2,
        country=np.full(n_ids, -1, np.int32),
        status=np.array([int(account in banned) for account in ids], np.int32),
        plan_names=(disguise("free"), disguise("pro")),
        status_names=(disguise("active"), disguise("banned")),
    )
    empty = np.zeros(0, np.int64)
    sightings = Sightings(
        accounts=accounts,
        types=tuple(TYPES.values()),
        signal_type=np.zeros(0, np.int16),
        signal_value=pa.array([], pa.string()),
        account=np.zeros(0, np.int32),
        signal=np.zeros(0, np.int32),
        first_seen=Moments.of(empty),
        last_seen=Moments.of(empty),
        count=empty,
    )
    rows = RowCounts(rows_in=152_731, accepted=152_400, rejected=94, duplicates=230, out_of_window=7)
    source = disguise("sightings.csv")
    return Reading(
        sightings=sightings,
        inputs=(InputFile(source, None, "csv", "sightings", "ab" * 32, 9_120_331, rows),),
        rows=rows,
        rejects=(
            Reject(source, 12, 391, "seen_at", "GL240", "ambiguous date", disguise("acc-1,ip,1.2.3.4").encode()),
            Reject(source, 4_001, 120_442, None, "GL202", "not UTF-8", b"acc-\xff,ip,1.2.3.4"),
        ),
        notices=(Notice("GL303", disguise("an extra column was not read")),),
        placeholders={"ip": 412, "mail_domain": 3},
        digest="cd" * 32,
    )


def _manifest() -> Manifest:
    return Manifest(
        graphlink="0.1.0",
        versions={"duckdb": "2.0.1", "igraph": "1.0.0", "numpy": "2.4.0"},
        command=("graphlink", "run", "sightings.csv", "-o", "out"),
        config_digest="ef" * 32,
        config={"reading": {"degraded_reject_share": 0.001}, "seed": 7},
        data_digest="cd" * 32,
        seed=7,
        as_of=START + 28 * DAY,
        window_start=START,
        window_end=START + 28 * DAY,
    )


def _calibration(n_accounts: int) -> Calibration:
    return Calibration(n_accounts, 0.31, 9.97, 12.97, {"ip/3/payment": 0.041, "card/1/network": 0.62})


# --- generated ----------------------------------------------------------------------------------------------------


def _group_ties(generator: np.random.Generator, group: Group, ring_id: str) -> pd.DataFrame:
    size, cells = group.n_accounts, group.n_cells
    account = np.arange(size)
    cell = np.sort(generator.integers(0, cells, size))
    created = 3 * DAY + cell * (18 * DAY // max(1, cells)) + generator.integers(0, 40 * HOUR, size)
    honest = group.assessment != "coordinated"
    rotation = {"template": max(1, cells), "card": 1 if honest else max(2, size // 9), "ip": max(1, size // 12)}
    rotation["mail_domain"] = 1 if honest else max(2, size // 30)
    coverage = {"template": 0.85, "card": 0.7, "ip": 0.95, "mail_domain": 0.8}
    frames = []
    for kind, n_values in rotation.items():
        borne = account[generator.random(size) < coverage[kind]]
        # Values of a cell lie beside each other, and one in ten accounts strays to another cell's.
        value = (borne * n_values // size + generator.integers(0, 2, len(borne))) % n_values
        stray = generator.random(len(borne)) < 0.1
        value = np.where(stray, generator.integers(0, n_values, len(borne)), value)
        first = created[borne] + generator.integers(0, 6 * HOUR, len(borne))
        frames.append(
            pd.DataFrame(
                {
                    "ring_id": ring_id,
                    "account_id": [f"acct_{ring_id[2:]}_{number:06d}" for number in borne],
                    "signal_type": kind,
                    "signal_value": [_value(kind, ring_id, int(number)) for number in value],
                    "first_seen": START + first,
                    "last_seen": np.minimum(
                        START + first + generator.integers(DAY, 9 * DAY, len(borne)), START + 28 * DAY
                    ),
                    "count": generator.integers(1, 400, len(borne)),
                }
            )
        )
    return _with_times(pd.concat(frames, ignore_index=True))


def _value(kind: str, ring_id: str, number: int) -> str:
    salt = int(ring_id[2:]) * 7919 + number
    return {
        "template": f"t:{salt * 2654435761 % 2**40:010x}",
        "card": f"card_{salt * 40503 % 2**32:08x}",
        "ip": f"198.{18 + salt % 2}.{salt // 250 % 250}.{salt % 250}",
        "mail_domain": f"{('quill', 'orbit', 'larch', 'ember', 'fjord')[salt % 5]}{salt % 997}.example",
    }[kind]


def _group_members(generator, ties, identity, group) -> pd.DataFrame:
    ring_id, rank, assessment = identity
    grouped = ties.groupby("account_id", sort=True)
    facts = grouped.agg(
        first_seen=("first_seen", "min"),
        last_seen=("last_seen", "max"),
        families=("signal_type", lambda names: "; ".join(sorted({TYPES[name].family for name in names}))),
    ).reset_index()
    labels = ties["signal_type"] + " " + ties["signal_value"]
    strongest = labels.groupby(ties["account_id"], sort=True).agg(lambda values: "; ".join(values[:3]))
    size = len(facts)
    n_families = facts["families"].str.count(";") + 1
    tier = np.select(
        [n_families >= 3, n_families == 2],
        ["core" if assessment == "coordinated" else "probable", "probable"],
        "peripheral",
    )
    tier = tier.astype(object)
    tier[-1:] = "possible_victim"
    confidence = np.round(np.clip(n_families / 4 - generator.random(size) * 0.1, 0.05, 0.999), 3)
    members = facts.assign(
        ring_id=ring_id,
        rank=rank,
        tier=tier,
        confidence=confidence,
        strongest=strongest.to_numpy(),
        assessment=assessment,
        cell=np.arange(size) * group.n_cells // size,
        n_links=generator.integers(1, 12, size),
        survives_any_value=n_families >= 3,
        created_at=facts["first_seen"] - pd.Timedelta(minutes=25),
    )
    position = pd.Series({"core": 0, "probable": 1, "peripheral": 2, "possible_victim": 3})
    order = members.assign(tier=position.reindex(members["tier"]).to_numpy(), confidence=-members["confidence"])
    return members.loc[order.sort_values(["tier", "confidence", "account_id"]).index].reset_index(drop=True)


def _ring(members: pd.DataFrame, ties: pd.DataFrame, identity: tuple[str, int, str], group: Group) -> Ring:
    ring_id, rank, assessment = identity
    counts = members["tier"].value_counts()
    per_tier = [int(counts.get(name, 0)) for name in ("core", "probable", "peripheral", "possible_victim")]
    n_values = ties.groupby("signal_type")["signal_value"].nunique().reindex(list(TYPES), fill_value=0)
    score = max(4.0, round((96.0 if assessment == "coordinated" else 40.0) - 1.5 * rank, 1))
    explained = "organisation" if assessment == "coordinated" else assessment
    model = _farm(harmless)
    n_members = sum(per_tier[:3])
    return replace(
        model,
        ring_id=ring_id,
        rank=rank,
        score=score,
        assessment=assessment,
        headline=f"{n_members:,} accounts are tied by {n_values['template']} prompt templates, {n_values['card']:,} "
        f"cards and {n_values['mail_domain']} mail domains",
        n_members=n_members,
        n_core=per_tier[0],
        n_probable=per_tier[1],
        n_peripheral=per_tier[2],
        n_possible_victims=per_tier[3],
        n_cells=group.n_cells,
        first_seen=int(ties["first_seen"].min().value) // 1000,
        last_seen=int(ties["last_seen"].max().value) // 1000,
        factors=(*model.factors[:-1], Factor("size", round(score - 94.0, 1), "what is left")),
        checks=(
            Check(explained, fits=assessment != "coordinated", because="one private domain against many"),
            *model.checks[1:],
        ),
    )


def _with_times(frame: pd.DataFrame) -> pd.DataFrame:
    times = {
        name: pd.to_datetime(frame[name], unit="us", utc=True).astype("datetime64[us, UTC]")
        for name in ("first_seen", "last_seen")
    }
    return frame.assign(**times)
