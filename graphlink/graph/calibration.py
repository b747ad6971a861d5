"""Counts everything about the population that groups are compared with. The result is complete when it is made."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from graphlink.graph.mail_domains import rate_of_own_domains
from graphlink.graph.reference_rates import rate_of_shared_families, rates_of_accounts
from graphlink.graph.signal_test import SURE, mean_by_account, take_census
from graphlink.model.calibration import Calibration

if TYPE_CHECKING:
    from graphlink.config.method import Method
    from graphlink.graph.observation_times import ObservationTimes
    from graphlink.graph.signal_test import Companions
    from graphlink.model.graph import Bipartite
    from graphlink.model.sightings import Sightings

_DECIMALS: Final = 6


def calibrate(
    sightings: Sightings, bipartite: Bipartite, times: ObservationTimes, companions: Companions, method: Method
) -> Calibration:
    """Measure in the data what depends on the population.

    The base rate is the mean, over accounts, of the share of accounts with a companion on an account's signals. In a
    population where nearly all accounts have a companion, companions are no evidence.

    Parameters
    ----------
    sightings
        With the countries and the families that divide the population.
    bipartite, times, companions
        Their graph, their times, and the companions of its signals, all made without a calibration.
    method
        Section ``[method]`` of the configuration.

    Returns
    -------
    Calibration
        Without what chance explains. ``freeze_chance`` adds that if null worlds were made.
    """
    census = take_census(bipartite)
    n_accounts = census.n_accounts
    prior_bits = float(np.log2(max(n_accounts, method.typical_group + 1) / method.typical_group))
    by_account = mean_by_account(bipartite, companions.best.share)
    return Calibration(
        n_accounts=max(n_accounts, 1),  # a first week may be empty, and the next one computes shares of all
        base_rate=min(round(float(by_account.mean()), _DECIMALS), SURE) if n_accounts else 0.0,
        prior_bits=prior_bits,
        threshold_bits=prior_bits + method.margin_bits,
        bin_means=companions.bin_means,
        countries=census.countries,
        voices={each.name: each.counts_as for each in sightings.types},
        coarse={each.name: each.coarse for each in sightings.types},
        habits={
            **rates_of_accounts(sightings, times, method.organisation_words),
            **rate_of_own_domains(bipartite.mailbox),
            **rate_of_shared_families(bipartite),
        },
    )
