"""Makes findings from evidence and traits: rings in rank order, and the tables behind every sentence about them.

Numbers become names here and, but for rings' ids, nowhere before.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from graphlink.engine.arrays import narrowed
from graphlink.engine.threads import run_two
from graphlink.model.families import LARGEST_HOUSEHOLD, MAIL_DOMAIN, MAILBOX
from graphlink.model.findings import TIERS, Findings, Ring, Tier, Ties, Totals
from graphlink.model.graph import BIT_SCALE
from graphlink.model.listing import is_listed
from graphlink.model.times import NO_TIME, Moments
from graphlink.rings.features import share_by_family
from graphlink.rings.fitted_worlds import shipped_worlds
from graphlink.rings.hubs import list_hubs
from graphlink.rings.membership.confidence import believe
from graphlink.rings.text_columns import frame_texts, named_signals, texts_of
from graphlink.rings.verdict import turn_of
from graphlink.words.sentences import listed, who_are_tied

if TYPE_CHECKING:
    from collections.abc import Sequence

    from graphlink.config.method import Method
    from graphlink.model.arrays import Int32s, Int64s
    from graphlink.model.calibration import Calibration
    from graphlink.model.graph import Bipartite, SignalTest
    from graphlink.model.groups import Evidence, Grouping
    from graphlink.model.sightings import Accounts, Sightings
    from graphlink.rings.assessment import Assessed, Group
    from graphlink.rings.text_columns import Texts
    from graphlink.rings.verdict import Assessment


def report_rings(
    sightings: Sightings, found: Grouping, assessed: Assessed, calibration: Calibration, method: Method
) -> Findings:
    """Rank the groups, and tabulate what is known of each.

    Coordinated rings come first, then undecided groups, then honest ones, the small ones last. Each
    part is in order of falling score, so that the doubtful groups come before the clear ones. Groups too small to be
    listed come after all others, in the same order.
    """
    bipartite, test, evidence = found.bipartite, found.test, found.evidence
    ids, groups, assessments, unlike = assessed
    by_tier = _count_tiers(evidence)
    order = _order(groups, assessments, ids, by_tier, method.smallest_listed)
    rank = np.empty(len(order), dtype=np.int64)
    rank[order] = np.arange(1, len(order) + 1)
    called = [each.assessment for each in assessments]
    members, (rings, signals, tied, hubs) = run_two(
        lambda: _members_frame(ids, rank, called, evidence, sightings, bipartite),
        lambda: (
            _rings(order, ids, by_tier, groups, assessments, evidence, bipartite),
            _signals_frame(ids, rank, evidence, sightings, bipartite, test),
            _ties([ids[c] for c in order], rank, evidence, sightings, bipartite),
            list_hubs(sightings, bipartite, test, calibration, method),
        ),
    )
    return Findings(
        rings=rings,
        members=members,
        signals=signals,
        tied=tied,
        hubs=hubs,
        calibration=calibration,
        smallest_listed=method.smallest_listed,
        operating_point=shipped_worlds().operating_point(method.ring_share, method.reviewed_groups),
        unlike=unlike,
        totals=Totals(
            n_accounts=len(sightings.accounts),
            n_sightings=len(sightings),
            n_signals=len(sightings.signal_type),
            n_shared_signals=bipartite.n_signals,
            n_passing_signals=int(test.passes.sum()),
            n_edges=found.projection.n_edges,
            n_communities=len(evidence.size) + evidence.n_small,
            n_below_evidence=evidence.n_small,
        ),
    )


def list_links(ring_id: str, findings: Findings, accounts: Accounts) -> pd.DataFrame:
    """List the projected edges inside a ring: ``ring_id``, ``source``, ``target``, ``bits``, ``families``.

    It is not a table of the findings: it would be the largest, and is needed for one ring at a time.
    """
    if findings.groups is None:
        return pd.DataFrame(columns=["ring_id", "source", "target", "bits", "families"])
    projection, members = findings.groups.projection, findings.members
    is_member = np.zeros(projection.n_accounts, dtype=np.bool_)
    is_member[accounts.positions(members["account_id"][members["ring_id"] == ring_id])] = True
    inside = is_member[projection.source] & is_member[projection.target]
    return pd.DataFrame(
        {
            "ring_id": ring_id,
            "source": _account_names(projection.source[inside], accounts),
            "target": _account_names(projection.target[inside], accounts),
            "bits": np.round(projection.bits[inside] / BIT_SCALE, 2),
            "families": _family_words(projection.families[inside], findings.groups.bipartite),
        }
    )


def _order(
    groups: Sequence[Group],
    assessments: Sequence[Assessment],
    ids: Sequence[str],
    by_tier: Int64s,
    smallest_listed: int,
) -> list[int]:
    n_members = by_tier[:, : TIERS.index(Tier.POSSIBLE_VICTIM)].sum(axis=1).tolist()
    is_short = [
        not is_listed(each.assessment, n, smallest_listed) for each, n in zip(assessments, n_members, strict=True)
    ]
    return sorted(
        range(len(groups)),
        key=lambda c: (
            is_short[c],
            turn_of(assessments[c].assessment),
            -assessments[c].score,
            -groups[c].size,
            ids[c],
        ),
    )


def _count_tiers(evidence: Evidence) -> Int64s:
    """The accounts of each group, by tier."""
    by_tier = np.zeros((len(evidence.size), len(TIERS)), dtype=np.int64)
    np.add.at(by_tier, (evidence.members["community"].to_numpy(), evidence.members["tier"].to_numpy()), 1)
    return by_tier


def _rings(  # noqa: PLR0913, PLR0917  one ring needs all of it
    order: Sequence[int],
    ids: Sequence[str],
    by_tier: Int64s,
    groups: Sequence[Group],
    assessments: Sequence[Assessment],
    evidence: Evidence,
    bipartite: Bipartite,
) -> tuple[Ring, ...]:
    members = evidence.members
    n_groups = len(evidence.size)
    core, probable, peripheral, victims = by_tier.T
    n_members = core + probable + peripheral
    n_in_cell = members.groupby(["community", "cell"]).size()
    n_cells = np.bincount(n_in_cell[n_in_cell > 1].index.get_level_values("community"), minlength=n_groups)
    known = evidence.signals[evidence.signals["first_seen"] != NO_TIME].groupby("community")
    first = known["first_seen"].min().reindex(np.arange(n_groups), fill_value=NO_TIME).to_numpy()
    last = known["last_seen"].max().reindex(np.arange(n_groups), fill_value=NO_TIME).to_numpy()
    survives = _survival(evidence, bipartite)
    return tuple(
        Ring(
            ring_id=ids[c],
            rank=rank,
            score=assessments[c].score,
            assessment=assessments[c].assessment,
            headline=_headline(groups[c], int(n_members[c]), int(victims[c])),
            n_members=int(n_members[c]),
            n_core=int(core[c]),
            n_probable=int(probable[c]),
            n_peripheral=int(peripheral[c]),
            n_possible_victims=int(victims[c]),
            n_cells=int(n_cells[c]),
            families=groups[c].families,
            first_seen=int(first[c]),
            last_seen=int(last[c]),
            factors=assessments[c].factors,
            checks=assessments[c].checks,
            survives=tuple(
                (family, round(float(survives[c, bipartite.families.index(family)]), 3))
                for family in groups[c].families
            ),
        )
        for rank, c in enumerate(order, start=1)
    )


def _survival(evidence: Evidence, bipartite: Bipartite) -> np.ndarray:
    """Share of each group's members linked to its largest remaining piece when a family is left out."""
    return share_by_family(evidence, ~evidence.members["depends_on"].to_numpy(), bipartite.families)


_NEARLY_ALL = 0.9
"""Share of the members from which on a headline describes a value as on nearly all of them."""

_NOUNS = {
    "ip": ("address", "addresses"),
    MAIL_DOMAIN: ("mail domain", "mail domains"),
    MAILBOX: ("mail address", "mail addresses"),
    "ip64": ("IPv6 network", "IPv6 networks"),
}


def _headline(group: Group, n_members: int, n_victims: int) -> str:
    """Describe in one line what the group is and what it shares.

    Values that are mostly others' come only if the group has none of its own. If one of many values is on nearly all
    members, the line names that one and not their number.
    """
    who = who_are_tied(n_members, n_victims)
    own = [(each, each.n_own) for each in group.holdings if each.n_own]
    told = sorted(own or [(each, each.n_values) for each in group.holdings], key=lambda each: -each[0].cover)[:4]
    if any(n_values > 1 and each.top_owned >= _NEARLY_ALL for each, n_values in told):
        common = [_values_in_words(each.type, 1) for each, _ in told if each.top_owned >= _NEARLY_ALL]
        rest = [_values_in_words(each.type, n_values) for each, n_values in told if each.top_owned < _NEARLY_ALL]
        on_all = f"{listed(common)} used mostly by them{', each' if len(common) > 1 else ''} on nearly all of them"
        return f"{who} by {on_all}{', and by ' if rest else ''}{listed(rest)}"
    parts = [_values_in_words(each.type, n_values) for each, n_values in told]
    if not parts and group.families and group.size > LARGEST_HOUSEHOLD:  # a value on two of many is no evidence
        return f"{who} by {listed(group.families)}, each value on few of them"
    whose = " used mostly by them" if own else ""
    return f"{who} by {listed(parts) or 'weak signals only'}{whose}"


def _values_in_words(type_name: str, n_values: int) -> str:
    """The number of shared values of a type, in words: one address, 3 cards."""
    one = type_name.replace("_", " ")
    singular, plural = _NOUNS.get(type_name, (one, _plural(one)))
    return f"{n_values:,} {plural}" if n_values > 1 else f"one {singular}"


def _plural(noun: str) -> str:
    if noun.endswith("y") and noun[-2:-1] not in "aeiou":
        return noun[:-1] + "ies"
    return noun + ("es" if noun.endswith(("s", "x", "ch", "sh")) else "s")


def _times(values: Int64s) -> pd.DatetimeIndex:
    """Microseconds as a UTC column, NO_TIME as NaT (both are the least integer)."""
    return pd.DatetimeIndex(values.view("datetime64[us]"), tz="UTC")


def _members_frame(
    ids: Sequence[str],
    rank: Int64s,
    called: Sequence[str],
    evidence: Evidence,
    sightings: Sightings,
    bipartite: Bipartite,
) -> pd.DataFrame:
    members = evidence.members.join(_seen(evidence), on="account")
    members["strongest"] = _strongest(evidence, sightings, bipartite)
    members["rank"] = rank[members["community"]]
    members["confidence"] = believe(members)
    keys = {"rank": True, "tier": True, "confidence": False, "n_links": False, "account": True}
    members = members.sort_values(list(keys), ascending=list(keys.values()))
    community = members["community"].to_numpy()
    masks = members["families"].to_numpy()
    cells = members.groupby("community")["cell"].rank("dense").to_numpy().astype(np.int32) - 1
    return pd.DataFrame(
        {
            "ring_id": texts_of(ids, community),
            "account_id": _account_names(members["account"].to_numpy(), sightings.accounts),
            "rank": members["rank"].to_numpy(),
            "tier": texts_of([tier.value for tier in TIERS], members["tier"].to_numpy()),
            "confidence": members["confidence"].to_numpy(),
            "families": _family_words(masks, bipartite),
            "strongest": members["strongest"].array,
            "assessment": texts_of(called, community),
            "cell": cells,
            "n_links": members["n_links"].to_numpy(),
            "survives_any_value": members["survives_any_value"].to_numpy(),
            "created_at": _times(sightings.accounts.created_at[members["account"].to_numpy()]),
            "first_seen": _times(members["first_seen"].to_numpy()),
            "last_seen": _times(members["last_seen"].to_numpy()),
        }
    )


def _strongest(evidence: Evidence, sightings: Sightings, bipartite: Bipartite) -> Texts:
    """The three signals that tie each member most, in words."""
    ties = evidence.ties.join(evidence.signals[["signal", "bits", "inside"]], on="row")
    ties = ties.sort_values(["account", "bits", "inside", "signal"], ascending=[True, False, True, True])
    place = ties.groupby("account", sort=False).cumcount().to_numpy()
    ties, place = ties[place < _STRONGEST], place[place < _STRONGEST]
    signal = np.full((_STRONGEST, len(evidence.members)), -1, dtype=np.int64)
    signal[place, np.searchsorted(evidence.members["account"], ties["account"])] = ties["signal"]
    words = [pc.binary_join_element_wise(*named_signals(each, sightings, bipartite), _text(" ")) for each in signal]
    words[0] = words[0].fill_null("")  # the join leaves out rows that are null throughout
    return frame_texts(pc.binary_join_element_wise(*words, _text("; "), null_handling="skip"))


_STRONGEST = 3


def _text(text: str) -> pa.Scalar:
    return pa.scalar(text, pa.large_string())


def _seen(evidence: Evidence) -> pd.DataFrame:
    """First and last time that each account was seen with a value that ties it."""
    known = evidence.ties[evidence.ties["first_seen"] != NO_TIME].groupby("account")
    seen = known.agg(first_seen=("first_seen", "min"), last_seen=("last_seen", "max"))
    return seen.reindex(evidence.members["account"].to_numpy(), fill_value=NO_TIME)


def _signals_frame(
    ids: Sequence[str], rank: Int64s, evidence: Evidence, sightings: Sightings, bipartite: Bipartite, test: SignalTest
) -> pd.DataFrame:
    signals = evidence.signals.assign(rank=rank[evidence.signals["community"]])
    signals["weight"] = signals["bits"] * signals["inside"]
    signals = signals.sort_values(["rank", "weight", "signal"], ascending=[True, False, True])
    community = signals["community"].to_numpy()
    number = signals["signal"].to_numpy()
    kind, value = named_signals(number, sightings, bipartite)
    return pd.DataFrame(
        {
            "ring_id": texts_of(ids, community),
            "signal_type": frame_texts(kind),
            "signal_value": frame_texts(value),
            "family": texts_of(bipartite.families, signals["family"].to_numpy()),
            "provenance": texts_of([each.provenance.value for each in bipartite.types], signals["type"].to_numpy()),
            "accounts_in_ring": signals["inside"].to_numpy(),
            "accounts_outside": signals["outside"].to_numpy(),
            "share_of_ring": np.round(signals["inside"].to_numpy() / evidence.size[community], 4),
            "expected_by_chance": np.round(signals["expected"].to_numpy(), 4),
            "lift": np.round(signals["inside"].to_numpy() / signals["expected"].to_numpy(), 2),
            "coordinated_share": np.round(test.coordinated_share[number], 4),
            "bits": np.round(signals["bits"].to_numpy() / BIT_SCALE, 2),
            "passes": test.passes[number],
            "first_seen": _times(signals["first_seen"].to_numpy()),
            "last_seen": _times(signals["last_seen"].to_numpy()),
        }
    )


def _ties(ranked: Sequence[str], rank: Int64s, evidence: Evidence, sightings: Sightings, bipartite: Bipartite) -> Ties:
    """The accounts of each tying signal, by rank, account and signal; ``ranked`` are the rings' ids in rank order."""
    row, account = (evidence.ties[name].to_numpy(np.int32) for name in ("row", "account"))
    ring = (rank[evidence.signals["community"]] - 1).astype(np.int32)[row]
    signal = bipartite.origin[evidence.signals["signal"]][row]
    order = np.lexsort((signal, account, ring))
    return Ties(
        sightings,
        ranked,
        ring[order],
        account[order],
        signal[order],
        Moments.of(evidence.ties["first_seen"].to_numpy()[order]),
        Moments.of(evidence.ties["last_seen"].to_numpy()[order]),
        narrowed(evidence.ties["count"].to_numpy()[order]),
    )


def _account_names(account: Int64s | Int32s, accounts: Accounts) -> Texts:
    return frame_texts(accounts.ids.cast(pa.large_string()).take(pa.array(account)))


def _family_words(masks: Int64s | Int32s, bipartite: Bipartite) -> Texts:
    """The families in each bit mask, joined."""
    distinct, number = np.unique(masks, return_inverse=True)
    words = ["; ".join(family for f, family in enumerate(bipartite.families) if mask >> f & 1) for mask in distinct]
    return texts_of(words, number)
