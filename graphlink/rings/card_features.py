"""Computes twenty-seven features of each group from its traits: evidence for or against a single operator.

Each feature has a family and a sign with a reason, and is NaN where the export lacks the data. All are arrays over
groups. The scorecard (``scorecard``) turns them into a score, and the reasons of a verdict describe these numbers.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import log2
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np
import pandas as pd

from graphlink.engine.arrays import find_ranges, spread
from graphlink.model.families import (
    CLIENT,
    CONTENT,
    DEVICE,
    IDENTITY,
    MAIL_DOMAIN,
    MAILBOX,
    NETWORK,
    PAYMENT,
    RECOMMENDING,
    REFERRAL,
)
from graphlink.model.signals import Provenance, Thing
from graphlink.words.sentences import NOT_COUNTED, counted, percent

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from graphlink.model.arrays import Bools, Floats, Int64s
    from graphlink.model.groups import Evidence, Traits
    from graphlink.model.sightings import Sightings
    from graphlink.model.signals import SignalType


class Feature(NamedTuple):
    """A number of each group, and its sign."""

    name: str
    family: str
    sign: int
    """1 if a larger value is evidence for one operator, -1 if it is evidence against."""
    says: Callable[[float], str]
    """Describes its value in words."""


def _share(words: str, none: str = "") -> Callable[[float], str]:
    return lambda value: none if none and not value else f"{percent(value)} of the accounts {words}"


def _spread(words: str) -> Callable[[float], str]:
    """Describe bits of variety: two equally common values on all accounts are one bit."""
    return lambda bits: (
        f"about {2**bits:,.0f} {words}, where those on few accounts count less"
        if 2**bits >= _SEVERAL
        else f"no variety of {words}"
    )


def _most_common(what: str, whose: str) -> Callable[[float], str]:
    return lambda value: (
        f"the most common {what} is on {percent(value)} of the accounts ({whose})"
        if value
        else f"no {what} is shared by enough accounts to count"
    )


def _crossing_in_words(bits: float) -> str:
    if 2**bits < _SEVERAL:
        return "who shares a value of one kind mostly shares one of another kind too, as colleagues do"
    return (
        f"values of two kinds, about {2**bits:,.0f} of each, are mixed, as one hand mixes them: who shares one of the "
        "first kind mostly differs in the second"
    )


def _days(value: float) -> str:
    return f"half of the accounts were seen for {2**value - 1:,.1f} days or longer (rings seldom live long)"


def _accounts(value: float) -> str:
    n = round(2**value)
    return f"{_LARGE} accounts or more" if n >= _LARGE else f"{counted(n, 'account')}{NOT_COUNTED}"


def _evenness(value: float) -> str:
    spread = max(round(100 * (1 - value)), 0)
    much = f"differ {spread} % as much as all accounts do"
    return f"in how often a day they were seen, the accounts {much} (of light use, evenness says little)"


def _amount(value: float) -> str:
    if abs(value) < _AS_USUAL:
        return "the accounts were seen about as often a day as usual"
    word = "more" if value > 0 else "less"
    return (
        f"the accounts were seen {word} often a day than usual, by {abs(value):.1f} standard deviations of all accounts"
    )


def _own_devices(value: float) -> str:
    return f"on average, an account is alone on {percent(value)} of its devices (people have their own)"


def _pace(value: float) -> str:
    n = 2 ** (value + log2(1 + _FOUR_WEEKS) / 2)
    pace = f"at a pace of about {n:,.0f} in four weeks, from the days it was seen"
    return f"an account changes addresses {pace} (rings rotate them)"


def _elsewhere(value: float) -> str:
    return f"on average, an account shares {percent(value)} of its addresses with strangers alone (proxies serve many)"


def _country(value: float) -> str:
    if not value:
        return "no country has more of the accounts than usual"
    return f"one country has more of the accounts than usual, {percent(value)} of the way from usual to all of them"


_AS_USUAL: Final = 0.1
"""Standard deviations up to which the amount of use is described as usual."""

_LIGHT: Final = 0.5
"""Standard deviations below the usual amount from which on use is too light for its evenness to say anything."""

_FOUR_WEEKS: Final = 28
"""Days for which the pace of changing addresses is described."""

_SEVERAL: Final = 1.5
"""Number of equally common values from which on they are described as several."""

FEATURES: Final = (
    Feature("many_domains", "names", 1, _spread("shared mail domains that are not a firm's")),
    Feature("many_names", "names", 1, _spread("other shared names")),
    Feature("one_domain", "names", -1, _most_common("mail domain", "a firm has one")),
    Feature("many_phones", "telephones", 1, _spread("shared telephone numbers")),
    Feature("many_cards", "cards", 1, _spread("shared cards that are not a firm's or a household's")),
    Feature("one_card", "cards", -1, _most_common("card", "a firm or a family has one")),
    Feature("many_devices", "devices", 1, _spread("shared devices, without those of one place such as a classroom")),
    Feature("own_devices", "devices", -1, _own_devices),
    Feature("one_address", "addresses", -1, _most_common("address", "an office, a school or an event has one")),
    Feature("moving", "changing addresses", 1, _pace),
    Feature("elsewhere", "changing addresses", 1, _elsewhere),
    Feature("many_texts", "prompts", 1, _spread("prompts used mostly by the group")),
    Feature("one_text", "prompts", 1, _share("use one prompt or program that hardly anybody else uses")),
    Feature("handed_on", "conversations", 1, _spread("conversations that went on with another account")),
    Feature("crossing", "crossing values", 1, _crossing_in_words),
    Feature(
        "joined_at_once",
        "timing",
        1,
        _share("were created in the same two weeks, beyond what is usual"),
    ),
    Feature(
        "in_step",
        "timing",
        1,
        _share("were first seen with the same prompt or program at the same hour, on whatever day"),
    ),
    Feature("even_use", "use", 1, _evenness),
    Feature("heavy_use", "use", 1, _amount),
    Feature("lasting", "lifetime", -1, _days),
    Feature("throwaway_mail", "mail", 1, _share("have a disposable mail address")),
    Feature("reserved_mail", "mail", -1, _share("have a mail domain that only institutions get")),
    Feature("organisation_plans", "plans", -1, _share("are on plans sold to organisations")),
    Feature("one_code", "codes", -1, _most_common("code", "a programme or an event gives one to all")),
    Feature("one_country", "countries", -1, _country),
    Feature(
        "personal",
        "own values",
        1,
        _share("share a mail domain or other name, a card or a device that hardly anybody outside has"),
    ),
    Feature("size", "size", 1, _accounts),
)
"""All features, by family."""

NAMES: Final = tuple(each.name for each in FEATURES)
FAMILIES: Final = tuple(dict.fromkeys(each.family for each in FEATURES))

KNOWN: Final = 0.2
"""Least share of the members with a known value of a family, for the family to count."""

_AT_ONCE: Final = 1 << 17
"""Members whose sightings are processed together."""

_LARGE: Final = 50
"""Accounts from which on a larger size adds no evidence."""

_TELLING: Final = {NETWORK: "addresses", PAYMENT: "cards", IDENTITY: "names", DEVICE: "devices", CONTENT: "prompts"}
"""Families whose values things and people have, in words."""

_IN_PLACES: Final = (NETWORK, CONTENT, CLIENT)


@dataclass(frozen=True, slots=True, eq=False)
class Described:
    """The inputs of features."""

    evidence: Evidence
    traits: Traits
    types: Sequence[SignalType]
    anyones: Bools
    """By signal of the graph: whether anyone may have it."""
    known: pd.DataFrame
    """By group and family name: share of the members with a known value of the family."""

    def where_known(self, family: str, values: Floats) -> Floats:
        """Values by group, NaN where too few members have a known value of the family."""
        known = self.known.get(family)
        return np.full(len(values), np.nan) if known is None else np.where(known >= KNOWN, values, np.nan)


def make_features(described: Described) -> pd.DataFrame:
    """Compute the features of each group, NaN where they are not known.

    Returns
    -------
    DataFrame
        A column for each of ``FEATURES``, a row for each community.
    """
    held = Held.of(described)
    traits, known = described.traits, described.where_known
    firms = np.maximum.reduce([_mostly(each) for each in (traits.nested, traits.apart, traits.settled)])
    payers = np.maximum.reduce([_mostly(each) for each in (traits.housed, traits.keyed, traits.nested)])
    address = held.most("top", of_families(NETWORK))
    rooms = np.maximum.reduce([_mostly(traits.roofed), _mostly(traits.paired), _mostly(address)])
    domains = held.most("bits", lambda each: each.name == MAIL_DOMAIN) * (1 - firms)
    names = held.most("bits", _is_other_name)
    cards = held.most("bits", of_families(PAYMENT)) * (1 - payers)
    one_domain = held.most("top", lambda each: each.name == MAIL_DOMAIN)
    plans, life = traits.organisation_plans, traits.life
    found = {
        "many_domains": known(IDENTITY, domains),
        "many_names": names,
        "many_phones": held.of_thing("bits", Thing.PHONE),
        "one_domain": known(IDENTITY, one_domain),
        "many_cards": known(PAYMENT, cards),
        "one_card": known(PAYMENT, held.most("top", of_families(PAYMENT))),
        "many_devices": known(DEVICE, held.most("bits", of_families(DEVICE)) * (1 - rooms)),
        "own_devices": known(DEVICE, traits.own_devices),
        "one_address": known(NETWORK, address),
        "moving": traits.moving,
        "elsewhere": traits.elsewhere,
        "many_texts": known(CONTENT, held.most("bits", _is_text) * (1 - _mostly(traits.worded))),
        "one_text": known(CONTENT, held.most("top_owned", lambda each: _is_text(each) or each.family == CLIENT)),
        "handed_on": held.of_thing("bits", Thing.CONVERSATION),
        "crossing": _crossing(described, held),
        "joined_at_once": traits.rush,
        "in_step": traits.in_step * np.clip(2 * (1 - address), 0, 1),
        "even_use": _even_not_light(traits),
        "heavy_use": traits.heavy_use,
        "lasting": np.log2(1 + life),
        "throwaway_mail": traits.disposable,
        "reserved_mail": traits.reserved,
        "organisation_plans": plans,
        "one_code": held.of_thing("top", Thing.CODE),
        "one_country": traits.one_country,
        "personal": held.personal() if traits.says_more else np.full(held.n_groups, np.nan),
        "size": np.log2(np.clip(held.size, 1, _LARGE)),
    }
    table = pd.DataFrame({name: found[name] for name in NAMES}).astype(np.float64)
    return table.round(4)


def _even_not_light(traits: Traits) -> Floats:
    """Evenness, and none where the use is light: all who take part in a study or a class do the same little."""
    is_usual = np.nan_to_num(np.clip(1 + traits.heavy_use / _LIGHT, 0, 1), nan=1.0)
    return np.minimum(traits.even_use, traits.even_use * is_usual)


def known_shares(evidence: Evidence, sightings: Sightings) -> pd.DataFrame:
    """By group and family: the share of the members with any value of the family in the export."""
    families = sorted({each.family for each in sightings.types if not each.coarse})
    numbers = [families.index(each.family) if not each.coarse else -1 for each in sightings.types]
    of_signal = np.array(numbers, dtype=np.int64)[sightings.signal_type]
    account = evidence.members["account"].to_numpy()
    has = np.zeros((len(account), len(families) + 1), dtype=np.bool_)  # the last is for coarse types
    for at in range(0, len(account), _AT_ONCE):
        rows, of = spread(*find_ranges(sightings.account, account[at : at + _AT_ONCE]))
        has[at + of, of_signal[sightings.signal[rows]]] = True
    group, n_groups = evidence.members["community"].to_numpy(dtype=np.int64), len(evidence.size)
    n = np.maximum(np.bincount(group, minlength=n_groups), 1)
    return pd.DataFrame(
        {family: np.bincount(group, has[:, f], minlength=n_groups) / n for f, family in enumerate(families)}
    )


def shares_in_words(known: pd.DataFrame) -> pd.DataFrame:
    """The columns of ``known_shares`` that count for ``n_known``, named in words; 0 where the export has none."""
    return pd.DataFrame({words: known.get(family, 0.0) for family, words in _TELLING.items()}, index=known.index)


def n_known(known: pd.DataFrame) -> Int64s:
    """Count, per group, the families that enough members have values of, among those of things and people."""
    told: Int64s = (shares_in_words(known).to_numpy() >= KNOWN).sum(axis=1)
    return told


def of_families(*families: str) -> Callable[[SignalType], bool]:
    """A condition on a type: whether it is of one of these families."""
    return lambda each: each.family in families


def _is_text(each: SignalType) -> bool:
    return each.family == CONTENT and each.thing is None


def _is_other_name(each: SignalType) -> bool:
    if each.name in RECOMMENDING or each.name == MAIL_DOMAIN or each.thing is not None:
        return False
    chosen_freely = each.provenance == Provenance.FREE_TEXT
    return not chosen_freely and each.family not in {NETWORK, CONTENT, CLIENT, PAYMENT, DEVICE, REFERRAL}


def _mostly(share: Floats) -> Floats:
    """Map a share of pairs to 0 up to a half, to 1 from 0.8, and to 0 where it is not known."""
    return np.nan_to_num(np.clip((share - 0.5) / 0.3, 0, 1))


@dataclass(frozen=True, slots=True, eq=False)
class Held:
    """How groups hold the values of each type: one row for each group and each type that names one thing."""

    n_groups: int
    size: Floats
    group: Int64s
    kind: Int64s
    types: Sequence[SignalType]
    columns: dict[str, Floats]

    @classmethod
    def of(cls, described: Described) -> Held:
        """Collect the rows of all groups."""
        table = described.traits.holdings
        fine = np.array([not each.coarse for each in described.types], dtype=np.bool_)[table.type]
        told = {"cover": table.cover, "top": table.top, "top_owned": table.top_owned, "owned": table.owned}
        columns = {name: values[fine].astype(np.float64) for name, values in told.items()}
        effective = np.maximum(table.effective[fine].astype(np.float64), 1.0)
        columns["bits"] = columns["cover"] * np.log2(effective)
        return cls(
            n_groups=len(described.evidence.size),
            size=described.traits.size.astype(np.float64),
            group=table.community[fine].astype(np.int64),
            kind=table.type[fine].astype(np.int64),
            types=described.types,
            columns=columns,
        )

    def rows(self, chosen: Callable[[SignalType], bool]) -> Bools:
        """By row: whether its type meets a condition."""
        return np.array([chosen(each) for each in self.types], dtype=np.bool_)[self.kind]

    def most(self, column: str, chosen: Callable[[SignalType], bool]) -> Floats:
        """By group: the maximum of a column over the types that meet a condition."""
        mine = self.rows(chosen)
        found = np.zeros(self.n_groups)
        np.maximum.at(found, self.group[mine], self.columns[column][mine])
        return found

    def of_thing(self, column: str, thing: Thing) -> Floats:
        """By group: the maximum of a column over the types of a thing, NaN where the export has none."""
        if not any(each.thing == thing for each in self.types):
            return np.full(self.n_groups, np.nan)
        return self.most(column, lambda each: each.thing == thing)

    def personal(self) -> Floats:
        """Share of the members that share what they are, have or pay with.

        It is multiplied by the share of these values' accounts that are members.
        """
        mine = self.rows(lambda each: each.family not in _IN_PLACES and each.thing in {None, Thing.PHONE})
        found = np.zeros(self.n_groups)
        np.maximum.at(found, self.group[mine], (self.columns["cover"] * self.columns["owned"])[mine])
        return found


# --- what goes from hand to hand --------------------------------------------------------------------------------------


def _crossing(described: Described, held: Held) -> Floats:
    """The most bits by which two types of different families cross, places aside.

    The bits are those of the less varied type, over the members with own values of both. They are reduced by the share
    of the pairs sharing one value that also share the other, beyond chance. A firm's cards lie within its domains, and
    a couple's within its home.
    """
    evidence, types = described.evidence, described.types
    ties, signals = evidence.ties, evidence.signals
    kind, group = (signals[name].to_numpy(dtype=np.int64) for name in ("type", "community"))
    own = (signals["inside"].to_numpy() > signals["outside"].to_numpy()) & ~described.anyones[signals["signal"]]
    row, account = ties["row"].to_numpy(dtype=np.int64), ties["account"].to_numpy(dtype=np.int64)
    borne = np.bincount(row, minlength=len(signals))
    asked = [
        number
        for number, each in enumerate(types)
        if not each.coarse
        and each.family not in {NETWORK, CLIENT, REFERRAL}
        and each.name != MAILBOX
        and each.thing in {None, Thing.CONVERSATION}
    ]
    n_accounts = int(account.max(initial=-1)) + 1
    value_of: dict[int, Int64s] = {}
    for number in asked:
        mine = np.flatnonzero((own & (kind == number) & (borne > 1))[row])
        if len(mine):
            mine = mine[np.lexsort((row[mine], borne[row[mine]]))]
            value = np.full(n_accounts, -1, dtype=np.int64)
            value[account[mine]] = row[mine]  # the last one stays, which has most accounts
            value_of[number] = value
    most = np.zeros(held.n_groups)
    for one, value in value_of.items():
        for other, another in value_of.items():
            if one < other and types[one].family != types[other].family:
                both = np.flatnonzero((value >= 0) & (another >= 0))
                if len(both):
                    np.maximum(most, _crossed(value[both], another[both], group, held), out=most)
    known = np.zeros(held.n_groups)
    for family in {types[number].family for number in asked}:
        if family in described.known:
            known += described.known[family].to_numpy() >= KNOWN
    return np.where(known > 1, most, np.nan)


def _crossed(one: Int64s, other: Int64s, group: Int64s, held: Held) -> Floats:
    """By group: bits by which two types cross, times the share of the members with values (rows) of both."""
    n_groups = held.n_groups
    mine = group[one]
    n = np.bincount(mine, minlength=n_groups).astype(np.float64)
    pairs = n * (n - 1)
    same_one, bits_one = _agreement(one, mine, n_groups)
    same_other, bits_other = _agreement(other, mine, n_groups)
    codes = np.unique(one * (int(other.max()) + 1) + other, return_inverse=True)[1]
    same_both, _ = _agreement(codes, mine, n_groups)
    with np.errstate(invalid="ignore", divide="ignore"):
        chance_one, chance_other = same_one / pairs, same_other / pairs
        alike = np.fmax(
            (same_both / same_one - chance_other) / (1 - chance_other),
            (same_both / same_other - chance_one) / (1 - chance_one),
        )
    bits = np.minimum(bits_one, bits_other) * n / np.maximum(held.size, 1)
    crossed: Floats = np.where(pairs > 0, bits * (1 - np.clip(np.nan_to_num(alike, nan=1.0), 0, 1)), 0.0)
    return crossed


def _agreement(value: Int64s, group: Int64s, n_groups: int) -> tuple[Floats, Floats]:
    """By group: ordered pairs with the same value, and the bits of variety of the values."""
    _, first, n = np.unique(value, return_index=True, return_counts=True)
    of = group[first]
    same: Floats = np.bincount(of, n * (n - 1.0), minlength=n_groups).astype(np.float64)
    total, square = np.bincount(of, n, minlength=n_groups), np.bincount(of, n * n, minlength=n_groups)
    bits: Floats = np.log2(np.maximum(total**2 / np.maximum(square, 1), 1))
    return same, bits
