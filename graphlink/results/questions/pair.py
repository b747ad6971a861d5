"""Two accounts: what they share, its evidence in bits, and why they are linked or not."""

from dataclasses import dataclass

from graphlink.results.questions.folder import OpenRun
from graphlink.results.questions.known import KnownAccount, chance_of, know_account
from graphlink.results.questions.links import Path, find_path
from graphlink.results.questions.sharing import SCALE, Shared, share


@dataclass(frozen=True, slots=True)
class PairAnswer:
    """Why two accounts are linked, or why not.

    ``path`` is the shortest chain of links between them if they have no direct link, None if there is none.
    """

    accounts: tuple[KnownAccount, KnownAccount]
    shared: tuple[Shared, ...]
    """The strongest first."""
    expected_shared: float
    """Signals that the first account would share with a random account."""
    evidence_bits: float
    needed_bits: float
    prior_bits: float
    is_linked: bool
    path: Path | None

    @property
    def is_enough(self) -> bool:
        """True if the evidence reaches the threshold of a link."""
        return self.evidence_bits >= self.needed_bits


def explain_pair(run: OpenRun, one: int, two: int) -> PairAnswer:
    """Compute what ties two accounts, given their numbers, and whether it is enough."""
    shared = share(run, one, two)
    degrees = run.rows(
        "SELECT accounts FROM sightings JOIN signals USING (signal) WHERE sightings.account = ? ORDER BY signal", one
    )
    linked = run.row("SELECT 1 FROM edges WHERE account = ? AND other = ?", one, two) is not None
    return PairAnswer(
        accounts=(know_account(run, one), know_account(run, two)),
        shared=shared,
        expected_shared=sum(chance_of(run, int(row[0])) for row in degrees),
        evidence_bits=sum(each.counted_bits for each in shared),
        needed_bits=round(run.threshold_bits * SCALE) / SCALE,
        prior_bits=run.prior_bits,
        is_linked=linked,
        path=None if linked or one == two else find_path(run, one, two),
    )
