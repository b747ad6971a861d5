"""Compare weekly sweeps with the lineage of a simulated world: whether rings keep their ids.

Each week, a planted ring is matched with the most similar reported ring. The id of its first match is the right one.
Every later match with another id is wrong.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Final, Literal

import pandas as pd

from graphlink.lab.evaluate.planted import FOUND
from graphlink.lab.evaluate.table import align, show_figure
from graphlink.model.text import TEXT
from graphlink.results.formats import format_version

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from graphlink.lab.evaluate.series import Sweep, TrueLineage

FAINT: Final = 0.1
"""The smallest Jaccard of a match in the stricter of the two figures: a tenth."""

_VICTIM: Final = "possible_victim"

Outcome = Literal["right", "split", "merged"]


@dataclass(frozen=True, slots=True)
class RingWeek:
    """A planted ring in a week: the most similar reported ring, its id, and the right id.

    ``outcome``: ``right``; ``merged`` if the id belongs to another planted ring; ``split`` if it is another id of the
    same ring.
    """

    week: str
    planted: str
    ring_id: str
    belongs: str
    jaccard: float
    pieces: int
    """Reported rings with most of their members from this ring."""
    outcome: Outcome


@dataclass(frozen=True, slots=True)
class Evasion:
    """New accounts reported as tied to closed rings, each counted once.

    An account is right if it is in the planted ring of the id. ``regrown`` counts accounts that replaced banned ones
    after their ring was first found; ``recalled`` counts those of them that were reported.
    """

    named: int
    right: int
    regrown: int
    recalled: int

    @property
    def precision(self) -> float | None:
        """Share of the reported accounts that are right."""
        return self.right / self.named if self.named else None

    @property
    def recall(self) -> float | None:
        """Share of the regrown accounts that were reported."""
        return self.recalled / self.regrown if self.regrown else None


@dataclass(frozen=True, slots=True)
class LineageEvaluation:
    """The evaluation of a series of sweeps. ``found`` counts ring-weeks with Jaccard .5, ``faint`` with .1."""

    weeks: tuple[str, ...]
    n_ring_weeks: int
    """Planted rings with accounts, summed over all weeks."""
    found: tuple[RingWeek, ...]
    faint: tuple[RingWeek, ...]
    evasion: Evasion


def evaluate_lineage(truth: TrueLineage, sweeps: Sequence[Sweep]) -> LineageEvaluation:
    """Evaluate sweeps of consecutive weeks, given in any order."""
    ordered = sorted(sweeps, key=lambda sweep: sweep.week)
    weeks = tuple(sweep.week for sweep in ordered)
    members = pd.concat([_members(sweep) for sweep in ordered], ignore_index=True)
    active = truth.active[truth.active["week"].isin(weeks)]
    matches = _match(active, members)
    found = _follow(matches[matches["jaccard"] >= FOUND])
    return LineageEvaluation(
        weeks=weeks,
        n_ring_weeks=len(active[["week", "ring_id"]].drop_duplicates()),
        found=found,
        faint=_follow(matches[matches["jaccard"] >= FAINT]),
        evasion=_judge_evaders(truth, ordered, members, found),
    )


def list_lineage_figures(evaluation: LineageEvaluation) -> Iterator[tuple[str, float | int | None]]:
    """All figures of a series, by name."""
    found, evasion = evaluation.found, evaluation.evasion
    yield "weeks", len(evaluation.weeks)
    yield "ring-weeks planted", evaluation.n_ring_weeks
    yield "ring-weeks found", len(found)
    yield "identity right, share", _share_right(found)
    yield "identity right, share, any trace", _share_right(evaluation.faint)
    yield "id switches", count_switches(found)
    yield "false splits", sum(each.outcome == "split" for each in found)
    yield "false mergers", sum(each.outcome == "merged" for each in found)
    yield "pieces of a ring, mean", sum(each.pieces for each in found) / len(found) if found else None
    yield "evaders named", evasion.named
    yield "precision, evaders", evasion.precision
    yield "accounts regrown", evasion.regrown
    yield "recall, evaders", evasion.recall


def count_switches(ring_weeks: Sequence[RingWeek]) -> int:
    """Count how often a planted ring's id differs from its id in the previous week in which it was found."""
    last: dict[str, str] = {}
    switches = 0
    for each in sorted(ring_weeks, key=lambda each: each.week):
        switches += last.get(each.planted, each.ring_id) != each.ring_id
        last[each.planted] = each.ring_id
    return switches


def format_lineage(evaluation: LineageEvaluation, width: int | None = None) -> str:
    """The figures as text, with every ring-week that has a wrong id."""
    figures = [["", "sweeps"], *([name, show_figure(value)] for name, value in list_lineage_figures(evaluation))]
    wrong = [
        [each.week, each.planted, each.outcome, each.ring_id, each.belongs, show_figure(each.jaccard)]
        for each in evaluation.found
        if each.outcome != "right"
    ]
    blocks = [align(figures)]
    if wrong:
        blocks.append(align([["week", "planted", "wrong", "under the id", "instead of", "jaccard"], *wrong], width))
    return "\n\n".join(blocks) + "\n"


def document_lineage(evaluation: LineageEvaluation) -> dict[str, object]:
    """One JSON document with a format version and unrounded numbers."""
    return {
        "format": "graphlink-lineage-evaluation",
        "format_version": format_version("printed/evaluate-lineage.json"),
        "figures": dict(list_lineage_figures(evaluation)),
        **asdict(evaluation),
    }


def _members(sweep: Sweep) -> pd.DataFrame:
    members = sweep.reported.members
    accused = members[members["tier"] != _VICTIM]
    return accused[["account_id", "ring_id"]].astype(TEXT).assign(week=sweep.week)


def _match(active: pd.DataFrame, members: pd.DataFrame) -> pd.DataFrame:
    """Per week and planted ring, the most similar reported ring: ring_id, jaccard, pieces."""
    size = members.groupby(["week", "ring_id"]).size().rename("size").reset_index()
    goal = active.groupby(["week", "ring_id"]).size().rename("goal").reset_index()
    planted = active.rename(columns={"ring_id": "planted"})
    shared = planted.merge(members, on=["week", "account_id"]).groupby(["week", "planted", "ring_id"]).size()
    pairs = shared.rename("n").reset_index().merge(size, on=["week", "ring_id"])
    pairs = pairs.merge(goal.rename(columns={"ring_id": "planted"}), on=["week", "planted"])
    pairs["jaccard"] = pairs["n"] / (pairs["size"] + pairs["goal"] - pairs["n"])
    pairs["pieces"] = (2 * pairs["n"] > pairs["size"]).groupby([pairs["week"], pairs["planted"]]).transform("sum")
    best = pairs.sort_values(["week", "planted", "jaccard", "ring_id"], ascending=[True, True, False, True])
    return best.drop_duplicates(["week", "planted"])


def _follow(matches: pd.DataFrame) -> tuple[RingWeek, ...]:
    """Compare each planted ring's weekly match with its first one.

    A reported ring belongs to the planted ring that it is most similar to in the first week of the match.
    """
    belongs: dict[str, str] = {}
    stands_for: dict[str, str] = {}
    ring_weeks = []
    columns = ["week", "planted", "ring_id", "jaccard", "pieces"]
    most_alike = matches.sort_values(["week", "jaccard", "planted"], ascending=[True, False, True])
    for ring_id, planted in most_alike[["ring_id", "planted"]].itertuples(index=False, name=None):
        stands_for.setdefault(ring_id, planted)
    for week, planted, ring_id, jaccard, pieces in matches[columns].itertuples(index=False, name=None):
        first = belongs.setdefault(planted, ring_id)
        outcome: Outcome = "right" if ring_id == first else "split"
        if stands_for[ring_id] != planted:
            outcome = "merged"
        ring_weeks.append(RingWeek(week, planted, ring_id, first, float(jaccard), int(pieces), outcome))
    return tuple(ring_weeks)


def _judge_evaders(
    truth: TrueLineage, sweeps: Sequence[Sweep], members: pd.DataFrame, found: Sequence[RingWeek]
) -> Evasion:
    planted = truth.active.drop_duplicates("account_id").set_index("account_id")["ring_id"]
    most = members.assign(planted=planted.reindex(members["account_id"]).to_numpy())
    counts = most.dropna().groupby(["ring_id", "planted"]).size().rename("n").reset_index()
    counts = counts.sort_values(["ring_id", "n", "planted"], ascending=[True, False, True]).drop_duplicates("ring_id")
    stands_for = counts.set_index("ring_id")["planted"]
    named = pd.concat([sweep.evaders for sweep in sweeps], ignore_index=True).drop_duplicates("account_id")
    right = planted.reindex(named["account_id"]).to_numpy() == stands_for.reindex(named["ring_id"]).to_numpy()
    since: dict[str, str] = {}
    for each in found:
        since.setdefault(each.planted, each.week)
    began = truth.regrown[truth.regrown["week"].isin({sweep.week for sweep in sweeps})]
    regrown = began[began["week"] > began["ring_id"].map(since).astype(TEXT).fillna("~")]
    return Evasion(
        named=len(named),
        right=int(right.sum()),
        regrown=len(regrown),
        recalled=int(regrown["account_id"].isin(named["account_id"]).sum()),
    )


def _share_right(ring_weeks: Sequence[RingWeek]) -> float | None:
    return sum(each.outcome == "right" for each in ring_weeks) / len(ring_weeks) if ring_weeks else None
