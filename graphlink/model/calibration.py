"""The quantities that depend on the population."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field


@dataclass(frozen=True, slots=True)
class Census:
    """How many accounts there are for chance to draw from, and how many in each larger country."""

    n_accounts: int
    countries: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Calibration:
    """The quantities that depend on the population, computed once and then frozen. Fields are named as published.

    Under the same calibration a signal's evidence depends on its own accounts alone, so unrelated new accounts move
    no ring.
    """

    n_accounts: int
    base_rate: float
    """Share of its accounts that have a companion, for the average signal of the average account."""
    prior_bits: float
    """Odds, in bits, against two random accounts belonging together."""
    threshold_bits: float
    """Evidence from which a pair becomes an edge."""
    bin_means: Mapping[str, float] = field(default_factory=dict)
    """Mean raw share by "type/power of two of the degree/family": what small signals are shrunk towards."""
    chance_bits: Mapping[str, float] | None = None
    """How strong a group may be and still be chance, by the least size of its class ("4": four to seven accounts). None
    where no null world was made: then what chance explains is told from each week's own data."""
    chance_rings: float | None = None
    """Share of the rings reported at that time that chance alone would give."""
    countries: Mapping[str, int] = field(default_factory=dict)
    """Accounts of each country that has many; without any, the country of no account is looked at."""
    voices: Mapping[str, str] = field(default_factory=dict)
    """The family that each type counts in."""
    coarse: Mapping[str, bool] = field(default_factory=dict)
    """Whether each type corroborates only."""
    habits: Mapping[str, float] = field(default_factory=dict)
    """Share of the sightings within the fullest hour of the day, by "hour/type"; by "plans" the share of the stated
    plans that are for organisations; by "joined" that of everybody who joined within the fullest two weeks; by "own
    mailbox" that of those with a known mail domain who have one of their own; and by "families" of how many families
    the exports tell, of five. What the exports do not show is absent."""

    @property
    def census(self) -> Census:
        """The population that chance draws from."""
        return Census(self.n_accounts, self.countries)


def write_calibration(calibration: Calibration) -> str:
    """Write a calibration, with numbers that are read back unchanged."""
    return json.dumps(asdict(calibration), sort_keys=True)


def read_calibration(text: str) -> Calibration:
    """Read a calibration.

    Examples
    --------
    >>> one = Calibration(10, 0.1, 2.5, 5.5, {"ip/3/card": 0.25})
    >>> read_calibration(write_calibration(one)) == one
    True
    """
    return Calibration(**json.loads(text))


def digest_calibration(calibration: Calibration) -> str:
    """SHA-256 of a calibration's text, as recorded in the state and in ``run.json``."""
    return hashlib.sha256(write_calibration(calibration).encode()).hexdigest()
