"""Findings and decisions come in; findings and a ruling go out. New evidence brings a cleared subject back.

A cleared ring is listed after all others, so that it can be checked again. A cleared account is in no ring.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import asdict, replace
from functools import cached_property
from typing import Final

from graphlink.engine.ranks import are_among
from graphlink.model.findings import Check, Findings
from graphlink.model.sightings import Accounts
from graphlink.model.sweeps import (
    CLEARED,
    OF_DECISIONS,
    Cleared,
    Decisions,
    KnownBad,
    Returned,
    Ruling,
    Verdict,
    VerdictKind,
)
from graphlink.sweeps.decisions.matching import by_type, meant
from graphlink.sweeps.decisions.rewriting import evidence_without, reassess, without_accounts
from graphlink.sweeps.decisions.standing import Standings

_BY_A_PERSON, _NOBODY_BAD = OF_DECISIONS

NAMED: Final = 5
"""The most signals or accounts in a sentence. The ruling has all of them."""


def apply_decisions(
    findings: Findings, decisions: Decisions, accounts: Accounts | None = None, *, smallest_ring: int
) -> tuple[Findings, Ruling]:
    """Apply people's decisions to the rings and accounts of findings.

    Parameters
    ----------
    findings
        The findings of a sweep, with lasting ring ids.
    decisions
        The decisions that count on the day of the sweep.
    accounts
        The accounts of the run. Not needed for findings without groups.
    smallest_ring
        The fewest accounts of a listed ring.

    Returns
    -------
    Findings
        The findings without cleared accounts, except those with new evidence. Cleared rings come last, as ``cleared``.
    Ruling
        The subjects left out, those that came back with their new evidence, and known-bad ones.
    """
    if decisions == Decisions():
        return findings, Ruling()
    evidence = RingEvidence(findings)
    rings_out, rings_back = _judge_rings(findings, decisions, evidence)
    rings_cleared = {each.ring_id for each in rings_out}
    out, back, met = _judge_accounts(findings, decisions, evidence, rings_cleared)
    known_bad = _known_bad(findings, decisions, evidence)
    kept, too_small = without_accounts(findings, frozenset(each.subject for each in out), smallest_ring)
    kept = _regrouped(kept, findings, accounts)
    alone = [each for each in out if each.ring_id in too_small]
    emptied = {each.ring_id: replace(each, subject=each.ring_id, is_ring=True) for each in reversed(alone)}
    confirmed = _confirmed(findings, decisions, rings_cleared | {each.ring_id for each in rings_back})
    kept = reassess(kept, rings_cleared, emptied, _checks(rings_out, rings_back, known_bad, confirmed))
    ruling = Ruling(
        cleared=tuple(sorted([*rings_out, *emptied.values(), *out], key=_order)),
        returned=tuple(sorted([*rings_back, *back], key=_order)),
        known_bad=known_bad,
        met=met,
    )
    return kept, ruling


def without_cleared(
    findings: Findings, kept: Findings, ruling: Ruling, ids: Mapping[str, str]
) -> tuple[Findings, frozenset[str]]:
    """Count findings as published, keeping all rings in order. Also return the accounts that stay out.

    A ring that would become too small keeps all its accounts, so that later sweeps recognise it, and is called cleared.

    Parameters
    ----------
    findings
        As the analysis returned them.
    kept, ruling
        The results of ``apply_decisions``.
    ids
        The lasting id of each ring by its id in the analysis.
    """
    published = {ring.ring_id for ring in kept.rings}
    out = frozenset(each.subject for each in ruling.cleared if not each.is_ring and each.ring_id in published)
    counted = without_accounts(findings, out)[0]
    emptied = {each.ring_id for each in ruling.cleared if each.is_ring and each.ring_id not in published}
    rings = (replace(ring, assessment=CLEARED) if ids[ring.ring_id] in emptied else ring for ring in counted.rings)
    return (replace(counted, rings=tuple(rings)) if emptied else counted), out


def _regrouped(kept: Findings, before: Findings, accounts: Accounts | None) -> Findings:
    """Apply the same removals to the groups behind the findings."""
    if kept.groups is None or accounts is None or len(kept.members) == len(before.members):
        return kept
    gone = before.members["account_id"][~are_among(before.members["account_id"], kept.members["account_id"])]
    evidence = evidence_without(kept.groups.evidence, accounts.positions(gone))
    return replace(kept, groups=replace(kept.groups, evidence=evidence))


def _judge_rings(
    findings: Findings, decisions: Decisions, evidence: RingEvidence
) -> tuple[list[Cleared], list[Returned]]:
    benign = {v.subject: v for v in decisions.verdicts if v.is_ring and v.kind is VerdictKind.BENIGN}
    out: list[Cleared] = []
    back: list[Returned] = []
    for ring in findings.rings:
        if (verdict := benign.get(ring.ring_id)) is None:
            continue
        new = evidence.new_in(ring.ring_id, evidence.of_ring.get(ring.ring_id, ()), verdict.evidence or ())
        _sort_out(Cleared(ring.ring_id, True, ring.ring_id, verdict.by, verdict.note), new, out, back)  # noqa: FBT003
    return out, back


def _sort_out(cleared: Cleared, new: tuple[Signal, ...], out: list[Cleared], back: list[Returned]) -> None:
    """Take a cleared subject out or, with new evidence, bring it back."""
    if new:
        back.append(Returned(**asdict(cleared), new=new))
    else:
        out.append(cleared)


def _judge_accounts(
    findings: Findings, decisions: Decisions, evidence: RingEvidence, cleared_rings: set[str]
) -> tuple[list[Cleared], list[Returned], dict[str, tuple[tuple[str, str], ...]]]:
    """Decide on cleared accounts: who stays out, who comes back, and the evidence of those met for the first time."""
    standings = Standings(decisions, findings.members["account_id"].tolist())
    out: list[Cleared] = []
    back: list[Returned] = []
    met: dict[str, tuple[tuple[str, str], ...]] = {}
    members = findings.members
    for ring, account in zip(members["ring_id"].tolist(), members["account_id"].tolist(), strict=True):
        decision = standings.of(account).cleared
        if decision is None or (ring in cleared_rings and isinstance(decision, Verdict) and decision.is_ring):
            continue
        ties = evidence.ties_of(ring, account)
        known = decision.evidence if decision.evidence is not None else decisions.met.get(account)
        if known is None:
            met[account] = known = ties
        new = evidence.new_in(ring, ties, known)
        _sort_out(Cleared(account, False, ring, decision.by, decision.note), new, out, back)  # noqa: FBT003
    return out, back, dict(sorted(met.items()))


def _confirmed(findings: Findings, decisions: Decisions, ring_ids: Collection[str]) -> dict[str, str]:
    """Count, per cleared ring, its accounts that are confirmed directly or with another ring."""
    members = findings.members[findings.members["ring_id"].isin(ring_ids)]
    standings = Standings(decisions, members["account_id"].tolist())
    by: dict[str, list[str]] = defaultdict(list)
    for ring, account in zip(members["ring_id"], members["account_id"], strict=True):
        verdict = standings.of(account).confirmed
        if verdict is not None:
            by[ring].append(verdict.by)
    return {
        ring: f"{len(names):,} of its accounts stay{'s' if len(names) == 1 else ''} confirmed by "
        f"{_named(sorted(set(names)))}"
        for ring, names in by.items()
    }


def _known_bad(findings: Findings, decisions: Decisions, evidence: RingEvidence) -> tuple[KnownBad, ...]:
    entries = by_type(decisions.known_bad)
    rings, accounts = (findings.members[name].tolist() for name in ("ring_id", "account_id"))
    bad = meant(entries.pop(None, []), accounts)
    pairs = zip(rings, accounts, strict=True)
    found = [KnownBad(ring, None, each, bad[each].by, bad[each].note) for ring, each in pairs if each in bad]
    for kind, of_kind in entries.items():
        for ring, signals in evidence.of_ring.items():
            named = meant(of_kind, sorted(value for type_, value in signals if type_ == kind))
            found += [KnownBad(ring, kind, value, entry.by, entry.note) for value, entry in named.items()]
    return tuple(sorted(found, key=lambda each: (each.ring_id, each.signal_type or "", each.value)))


def _checks(
    out: Sequence[Cleared], back: Sequence[Returned], known_bad: Sequence[KnownBad], confirmed: Mapping[str, str]
) -> dict[str, tuple[Check, ...]]:
    """The checks on each ring about people's decisions. ``confirmed`` holds extra text for cleared rings."""
    checks: dict[str, list[Check]] = defaultdict(list)
    subjects: list[Cleared | Returned] = [*out, *back]
    for each in subjects:
        because = f"{each.by} cleared it ({each.note}), and nothing new ties it"
        if isinstance(each, Returned):
            new = _named([f"{kind} {value}" for kind, value in each.new])
            because = f"{each.by} cleared it ({each.note}); new since then: {new}"
        because = "; ".join(filter(None, (because, confirmed.get(each.ring_id))))
        checks[each.ring_id].append(Check(_BY_A_PERSON, fits=isinstance(each, Cleared), because=because))
    bad: dict[str, list[str]] = defaultdict(list)
    for seed in known_bad:
        bad[seed.ring_id].append(f"{seed.signal_type or 'account'} {seed.value}")
    for ring, values in bad.items():
        checks[ring].append(Check(_NOBODY_BAD, fits=False, because=f"known to be bad: {_named(values)}"))
    return {ring: tuple(told) for ring, told in checks.items()}


def _named(names: Sequence[str]) -> str:
    more = f" and {len(names) - NAMED:,} more" if len(names) > NAMED else ""
    return ", ".join(names[:NAMED]) + more


def _order(each: Cleared | Returned) -> tuple[bool, bytes, bytes]:
    return (not each.is_ring, each.ring_id.encode(), each.subject.encode())


Signal = tuple[str, str]


class RingEvidence:
    """The signals that each ring shares, whether each links, and the accounts with each."""

    def __init__(self, findings: Findings) -> None:
        self._findings = findings
        self.of_ring: dict[str, set[Signal]] = defaultdict(set)
        self._linking: dict[str, set[Signal]] = defaultdict(set)
        columns = ("ring_id", "signal_type", "signal_value", "passes")
        for ring, kind, value, passes in zip(*(findings.signals[n].tolist() for n in columns), strict=True):
            self.of_ring[ring].add((kind, value))
            if passes:
                self._linking[ring].add((kind, value))

    @cached_property
    def _of_account(self) -> dict[tuple[str, str], list[Signal]]:
        """The signals of each account in each ring, computed only if somebody was cleared."""
        found: dict[tuple[str, str], list[Signal]] = defaultdict(list)
        names = ["ring_id", "account_id", "signal_type", "signal_value"]
        for ring, account, *signal in self._findings.ties[names].itertuples(index=False):
            found[ring, account].append((signal[0], signal[1]))
        return found

    def ties_of(self, ring_id: str, account: str) -> tuple[Signal, ...]:
        """The signals of an account in its ring."""
        return tuple(sorted(self._of_account.get((ring_id, account), ())))

    def new_in(self, ring_id: str, signals: Iterable[Signal], known: Iterable[Signal]) -> tuple[Signal, ...]:
        """The linking signals among some that were not known before."""
        return tuple(sorted((set(signals) & self._linking.get(ring_id, set())) - set(known)))
