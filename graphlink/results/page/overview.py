"""The first screen: what needs a look first, how far it can be trusted, and the list of rings.

A finished run goes in, sentences and rows come out. Nothing here names an input file, so the page is the same however
the data was cut into files.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from graphlink.engine.arrays import accounts_by_type
from graphlink.model.findings import COORDINATED, HELD_BACK, INCONCLUSIVE, TO_DECIDE, Findings, Ring, Tier
from graphlink.model.run import Run
from graphlink.model.sightings import Sightings
from graphlink.model.sweeps import CLEARED
from graphlink.results.page.ring_view import count_statuses, find_statuses
from graphlink.results.pictures.sizes import draw_sizes
from graphlink.results.ring_sentences import TIER_WORDS, kind
from graphlink.results.tables import HUBS
from graphlink.results.text import count
from graphlink.words.sentences import counted, listed

N_FIRST: Final = 5
"""Rings named on the first screen: as many as fit."""
N_OPEN: Final = 5
"""Inconclusive rings named on the first screen, the highest score first."""
N_CAMPAIGNS: Final = 3
"""Campaigns named on the first screen, the largest; every ring says which one it is part of."""
N_LISTED: Final = 1_200
"""Rows of the list of rings; lower ranks are counted, and ``rings.csv`` has them."""
N_HUBS: Final = 8
"""Values named of each type on the page of what is not linked."""


def view_overview(run: Run, styles: Mapping[str, int]) -> dict[str, Any]:
    """Choose and word the first screen and the ledgers."""
    findings = run.findings
    coordinated = [ring for ring in findings.rings if ring.assessment == COORDINATED]
    open_ones = [ring for ring in findings.rings if ring.assessment == INCONCLUSIVE]
    tiers = _tier_totals(coordinated)
    named = sum(tiers.values()) - tiers[Tier.POSSIBLE_VICTIM]
    return {
        "headline": _headline(coordinated, findings),
        "lede": _lede(coordinated, tiers, findings),
        # Accounts of coordinated rings by tier
        "tiers": tiers,
        "n_accounts_named": named,
        # Statuses of these accounts in the export: many may be closed already
        "statuses": _statuses(run),
        "reject_reasons": tuple(sorted(Counter(reject.code for reject in run.reading.rejects).items())),
        "first": tuple(coordinated[:N_FIRST]),
        # The inconclusive rings to look at next, each with what holds it back and what would decide it
        "open": tuple((ring, _what_decides(ring)) for ring in open_ones[:N_OPEN]),
        "n_open": len(open_ones),
        # By signal type: the share of the accounts with a value of it, the most first
        "coverage": _coverage(run.reading.sightings),
        "listed": findings.rings[:N_LISTED],
        "assessments": _assessments(findings.rings[:N_LISTED]),
        "styles": styles,
        "scatter": draw_sizes(findings.rings),
        # The type with the most surprising value first
        "hubs": tuple(_hub_types(findings)),
    }


def _what_decides(ring: Ring) -> str:
    told = [part.because for name in (HELD_BACK, TO_DECIDE) for part in ring.factors if part.name == name]
    return ". ".join(each[:1].upper() + each[1:] for each in told)


def _coverage(sightings: Sightings) -> tuple[tuple[str, float], ...]:
    """The share of accounts with each type, the largest first."""
    shares = accounts_by_type(sightings) / max(1, len(sightings.accounts))
    named = ((each.name, share) for each, share in zip(sightings.types, shares.tolist(), strict=True) if share)
    return tuple(sorted(named, key=lambda each: (-each[1], each[0])))


def _hub_types(findings: Findings) -> Iterator[dict[str, Any]]:
    """The most surprising values of each type that many accounts bear and that linked nobody by themselves."""
    for name, own in findings.hubs[list(HUBS.columns)].groupby("signal_type", sort=False):
        usual, most = int(own["usual"].iloc[0]), int(own["accounts"].max())
        rows = own.head(N_HUBS).to_dict("records")
        told = {"signal_type": name, "family": rows[0]["family"], "usual": usual, "most": most}
        yield {**told, "n": len(own), "rows": rows}


def _statuses(run: Run) -> tuple[tuple[str, int], ...]:
    members = run.findings.members
    named = (members["assessment"] == COORDINATED) & (members["tier"] != Tier.POSSIBLE_VICTIM.value)
    ids = members["account_id"][named]
    return count_statuses(find_statuses(run.reading.sightings.accounts, ids))


def _headline(coordinated: list[Ring], findings: Findings) -> str:
    if coordinated:
        looks = "looks" if len(coordinated) == 1 else "look"
        return f"{counted(len(coordinated), 'ring')} {looks} coordinated. Start with {coordinated[0].ring_id}."
    if findings.rings:
        return "No ring looks coordinated."
    return "No ring was found."


def _lede(coordinated: list[Ring], tiers: Mapping[Tier, int], findings: Findings) -> str:
    n_read = counted(findings.totals.n_accounts, "account")
    if not coordinated:
        were = "was" if findings.totals.n_accounts == 1 else "were"
        return f"{n_read} {were} read. {_others(findings)}".strip()
    members = [f"{count(number)} {TIER_WORDS[tier]}" for tier, number in tiers.items() if tier != Tier.POSSIBLE_VICTIM]
    victims = tiers[Tier.POSSIBLE_VICTIM]
    named = sum(tiers.values()) - victims
    belong = f"{count(named)} belong to {counted(len(coordinated), 'ring')} assessed as coordinated"
    sentences = [f"Of {n_read} read, {belong}: {listed(members)}."]
    if victims:
        may_be = "may be a victim and is" if victims == 1 else "may be victims and are"
        sentences.append(f"{counted(victims, 'further account')} {may_be} kept apart.")
    if findings.campaigns:
        sentences.append(_campaigns(findings))
    return " ".join([*sentences, _others(findings)]).strip()


def _campaigns(findings: Findings) -> str:
    """Word which coordinated rings may be parts of something larger."""
    named = [
        f"{counted(len(each.ring_ids), 'ring')} with {counted(each.n_members, 'account')} (campaign {each.campaign_id})"
        for each in findings.campaigns[:N_CAMPAIGNS]
    ]
    return f"Of them, {listed(named)} share private values: one operator's, or several operators' with one supplier."


def _others(findings: Findings) -> str:
    """Count the groups that are not coordinated, by kind; they rank below coordinated rings."""
    kinds = Counter(kind(ring.assessment) for ring in findings.rings)
    cleared = sum(ring.assessment == CLEARED for ring in findings.rings)
    honest, open_ones = kinds["honest"] - cleared, kinds[INCONCLUSIVE]
    told = (
        (honest, "fits" if honest == 1 else "fit", "an honest explanation better"),
        (open_ones, "is" if open_ones == 1 else "are", "inconclusive"),
        (cleared, "was" if cleared == 1 else "were", "cleared by a person"),
    )
    parts = [f"{count(n)} {verb} {what}" for n, verb, what in told if n]
    total, n = honest + open_ones + cleared, len(findings.unlisted)
    small = f" {counted(n, 'smaller group')} {'is' if n == 1 else 'are'} only counted." if n else ""
    if not total:
        return small.strip()
    one = total == 1
    whole = {1: "it", 2: "both"}.get(total, f"all {count(total)}")
    text = listed(parts) if len(parts) > 1 else whole + parts[0].removeprefix(count(total))
    if total == len(findings.rings):
        return f"{'1 group shares' if one else f'{count(total)} groups share'} signals: {text}.{small}"
    groups = "1 other group shares" if one else f"{count(total)} other groups share"
    return f"{groups} signals too and rank{'s' if one else ''} lower: {text}.{small}"


def _tier_totals(coordinated: list[Ring]) -> dict[Tier, int]:
    return {tier: sum(ring.tiers[tier] for ring in coordinated) for tier in Tier}


def _assessments(rings: Sequence[Ring]) -> tuple[tuple[str, int], ...]:
    """Count the rows of the list, which is filtered by them."""
    counts = Counter(ring.assessment for ring in rings)
    turn = (COORDINATED, INCONCLUSIVE)
    return tuple(sorted(counts.items(), key=lambda each: (*(each[0] != name for name in turn), -each[1], each[0])))
