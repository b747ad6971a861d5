"""Who says nothing of whose he is: accounts that bear of a family what anybody or many may bear, and nothing else.

A public mailbox tells neither that two accounts belong together nor that they do not, and no more does a prompt that
everybody has. Of cards, machines and places this is not said: of an organisation's they cross as a ring's do, and what
tells it from one is that many of its people have mailboxes of their own. How many of a population keep silent is a part
of the calibration, so that strangers move no ring.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

import numpy as np

from graphlink.families import CONTENT, IDENTITY

if TYPE_CHECKING:
    from graphlink.model import Bipartite, Bools, Calibration, Floats

LARGEST_OWN: Final = 100
"""Accounts of a value up to which it may say whose they are; what more than a hundred bear has company inside, if it is
anybody's."""

_SPOKEN: Final = frozenset({IDENTITY, CONTENT})
"""Families in which accounts may keep silent."""

_SPEAKS: Final = "speaks/{}"


def are_spoken(bipartite: Bipartite) -> Bools:
    """By family: whether accounts may keep silent in it."""
    return np.array([family in _SPOKEN for family in bipartite.families], dtype=np.bool_)


def is_anybodys(bipartite: Bipartite) -> Bools:
    """By signal: whether it does not say whose an account is."""
    anybodys: Bools = bipartite.corroborates | (bipartite.degree > LARGEST_OWN)
    return anybodys


def find_silent(bipartite: Bipartite) -> Bools:
    """Accounts by families: who bears what is anybody's, and nothing else of a family in which one may keep silent.

    Whoever bears nothing at all of a family is not silent: he may have something of his own, which nobody shares.
    """
    n_families = len(bipartite.families)
    place = bipartite.family + np.where(is_anybodys(bipartite), np.int8(0), np.int8(n_families))
    account = np.repeat(np.arange(bipartite.n_accounts, dtype=np.int32), np.diff(bipartite.account_start))
    bears = np.zeros((bipartite.n_accounts, 2 * n_families), dtype=np.bool_)
    bears[account, place[bipartite.signals]] = True
    silent: Bools = bears[:, :n_families] & ~bears[:, n_families:] & are_spoken(bipartite)
    return silent


def remember_speakers(calibration: Calibration, bipartite: Bipartite) -> Calibration:
    """Keep the share of all accounts that are not silent in a calibration that does not know it."""
    habits = calibration.habits or {}
    if all(_SPEAKS.format(family) in habits for family in bipartite.families if family in _SPOKEN):
        return calibration
    speaking = zip(bipartite.families, _speaking(find_silent(bipartite)).tolist(), strict=True)
    told = {_SPEAKS.format(family): share for family, share in speaking if family in _SPOKEN}
    return replace(calibration, habits={**told, **habits})


def share_that_speaks(silent: Bools, bipartite: Bipartite, calibration: Calibration) -> Floats:
    """By family: the share of all accounts that are not silent. Of a family that is new, this week's tell."""
    habits = calibration.habits or {}
    pairs = zip(bipartite.families, _speaking(silent).tolist(), strict=True)
    return np.array([habits.get(_SPEAKS.format(family), own) for family, own in pairs])


def _speaking(silent: Bools) -> Floats:
    """The share of the accounts, at least one of them, that are not silent."""
    n_accounts = max(len(silent), 1)
    speaking: Floats = np.maximum(n_accounts - np.count_nonzero(silent, axis=0), 1) / n_accounts
    return speaking
