"""Lasting ids: made from a new ring's members, and put in place of the ids of one run.

A running number would depend on the other new rings of the week. An id made from the members does not, and a replay
under the same key gives the same id. Without the key, nobody can tell from an id who was in the ring.
"""

import hmac
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from typing import Final

import pandas as pd

from graphlink.model.findings import Findings, Ties
from graphlink.model.text import TEXT

_LETTERS: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Without I, L, O and U, which are easily misread. Ids must also differ on file systems that ignore case."""

_DIGITS: Final = 51
"""The letters that represent the 256 bits of a digest, except for the last bit."""

_LENGTH: Final = 6
"""A thousand new rings in one week share an id with chance 1 in 2,000. Then both ids become longer."""


def mint_ids(
    births: Mapping[int, Sequence[str]], week: str, taken: Collection[str], key: bytes = b""
) -> dict[int, str]:
    """Name new rings by their week and their members.

    Parameters
    ----------
    births
        The accounts of each new ring.
    week
        The week in which they were first found.
    taken
        Ids of all known rings in any status, which cannot be used again. A week that is swept again gives the same
        accounts the same id.
    key
        The state's key of ids.

    Examples
    --------
    >>> mint_ids({7: ["ann", "bob"]}, "2026-W47", ())
    {7: 'R-2026-W47-FB2TPD'}
    """
    written = {number: _write(accounts, key) for number, accounts in births.items()}
    used = {each.casefold() for each in taken}
    ids: dict[int, str] = {}
    for length in range(_LENGTH, _DIGITS + 1):
        short = {number: f"R-{week}-{written[number][:length]}" for number in births.keys() - ids.keys()}
        often = Counter(short.values())
        ids |= {number: name for number, name in short.items() if often[name] == 1 and name.casefold() not in used}
    return ids


def rename_rings(findings: Findings, ids: Mapping[str, str]) -> Findings:
    """Give every ring and all its rows its lasting id. Nothing else changes.

    Raises
    ------
    KeyError
        If a ring has none.
    """
    chance, stability, tied = findings.chance, findings.stability, findings.tied
    if isinstance(tied, Ties):  # numeric ties stay numeric: as text they are the largest of the tables
        tied = replace(tied, ring_ids=[ids[ring] for ring in tied.ring_ids])
    else:
        tied = _rename(tied, ids)
    if chance is not None:
        q_values = {ids[ring]: q for ring, q in chance.q_values.items()}
        chance = replace(chance, q_values=dict(sorted(q_values.items())))
    if stability is not None:
        stability = replace(stability, rings=_rename(stability.rings, ids), members=_rename(stability.members, ids))
    # a campaign is named after its oldest ring, and keeps the name as long as it keeps that ring
    named = {each.campaign_id: "C" + min(ids[ring] for ring in each.ring_ids)[1:] for each in findings.campaigns}
    campaigns = (
        replace(each, campaign_id=named[each.campaign_id], ring_ids=tuple(ids[ring] for ring in each.ring_ids))
        for each in findings.campaigns
    )
    rings = tuple(
        replace(
            ring,
            ring_id=ids[ring.ring_id],
            campaign=named.get(ring.campaign, ""),
            factors=tuple(each.calling(ids) for each in ring.factors),
        )
        for ring in findings.rings
    )
    return replace(
        findings,
        rings=rings,
        members=_rename(findings.members, ids),
        signals=_rename(findings.signals, ids),
        tied=tied,
        campaigns=tuple(campaigns),
        chance=chance,
        stability=stability,
    )


def _rename(table: pd.DataFrame, ids: Mapping[str, str]) -> pd.DataFrame:
    number, names = pd.factorize(table["ring_id"])
    lasting = pd.array([ids[name] for name in names], dtype=TEXT)
    return table.assign(ring_id=lasting.take(number))


def _write(accounts: Sequence[str], key: bytes) -> str:
    number = int.from_bytes(hmac.digest(key, "\0".join(sorted(accounts)).encode(), "sha256"), "big")
    return "".join(_LETTERS[number >> 5 * digit & 31] for digit in range(_DIGITS))
