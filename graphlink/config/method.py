"""The parameters of the method, each with its one default and, where there is more to say, the reason for it.

None is the best of a search over worlds: the defaults are round numbers, and ``docs/method.md`` shows the plateau on
which those that matter stand. Two were set by what simulated worlds showed, as their reasons say: ``asked_of_many`` by
how much of what a ring shares is seen, ``campaign_cover`` between how much crosses strangers and how much one operator.
"""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

Share = Annotated[float, Field(ge=0, le=1)]


class Method(BaseModel):
    """How pairs are linked, grouped and tried again."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)

    passing_share: Share = Field(
        0.5,
        description="A signal links its accounts by itself when at least this share of them is coordinated. Half is "
        "the reason: then a link is more likely right than wrong. Below, strangers run together; above, less and less "
        "of careful rings is found.",
    )
    asked_of_many: Share = Field(
        0.8,
        description="How much of the passing share is asked of all signals but addresses where the exports tell of "
        "four of addresses, prompts, mail domains, cards and devices. What a ring shares is seen in part: its mail "
        "domains are on a quarter to a half of its accounts, and cells are missing. What strangers agree in by chance "
        "the other families deny; at an address they are customers of one vendor.",
    )
    shrinkage: float = Field(
        1.0,
        gt=0,
        le=1_000_000,
        description="Accounts' worth of prior that a small signal's share is pulled towards: one more account.",
    )
    caution: float = Field(
        1.0,
        ge=0,
        le=1_000,
        description="Standard errors that the lower bound of a coordinated share stays below the estimate: with one, "
        "five signals in six are what they seem.",
    )
    audible_share: Share = Field(
        0.02,
        description="A family may speak about a signal only when this share of its accounts could have shown silence: "
        "where all would share something by chance, agreement says nothing.",
    )
    surprise: Share = Field(
        0.01,
        description="Chance below which two accounts of a signal that share another one count as connected: the usual "
        "one in a hundred.",
    )
    trusted_share: Share = Field(
        0.3,
        description="Signals of which a smaller share of the accounts has company connect nobody inside another.",
    )
    typical_group: int = Field(
        20,
        gt=1,
        le=1_000_000,
        description="Accounts in a typical group: two random accounts belong together with chance 20/N, and who is "
        "connected with as many others inside a signal is in company enough.",
    )
    margin_bits: float = Field(
        2.0,
        ge=0,
        le=1_000,
        description="Bits by which a pair's evidence must beat the odds against it: four to one. Between 1 and 3 bits "
        "little changes.",
    )
    further_share: Share = Field(
        0.25,
        description="What a further signal of the same family adds to the strongest: they rarely are independent.",
    )
    clique_size: int = Field(
        8,
        ge=2,
        le=1_000,
        description="Groups up to this size are linked pair by pair; larger ones by a sparse regular graph, which "
        "would have no fewer links in a group of seven.",
    )
    links_per_account: int = Field(
        6,
        ge=2,
        le=1_000,
        multiple_of=2,
        description="Links of an account in the sparse graph: a random one this dense holds together.",
    )
    largest_strength: float = Field(
        2e6,
        gt=0,
        le=1e15,
        description="Bits of linked evidence, counted at both ends of each link, above which one community is looked "
        "at as several cells, so that what is found does not depend on how much else is in the graph: a ring of about "
        "5,000.",
    )
    leak: Share = Field(
        0.15,
        description="A piece with more than this share of its evidence towards one other is a part of it, beyond what "
        "chance leads there; so is one with more than a third towards others in all.",
    )
    campaign_cover: Share = Field(
        0.05,
        description="Communities are one campaign when signals of two families cross between them on this share of "
        "either's members, or many values of one family on fewer (five and more). Strangers with two jobs stay below "
        ".03, cells of one operator above .06.",
    )
    campaign_core: Share = Field(
        0.5, description="Or when one card or template is on this share of the members of each: most of them."
    )
    organisation_plans: tuple[str, ...] = Field(
        (
            *("team", "teams", "business", "enterprise", "corporate", "company", "organisation", "organization"),
            *("education", "edu", "school", "university", "nonprofit"),
        ),
        description="Words of which the name of a plan has one if it is sold to organisations: a group on such plans "
        "is hardly a ring. Where none of the export's accounts is on one, or more than half are, plans say nothing; "
        "where fewer than 1 in 100 are, they say nothing of the groups that have none.",
    )
    smallest_ring: int = Field(
        2,
        ge=2,
        le=10**9,
        description="Accounts that a community needs to be listed. Two that share a card are a finding: pairs are held "
        "against what chance gives among pairs.",
    )
    hub_accounts: int = Field(
        50,
        ge=2,
        le=10**9,
        description="Accounts from which a signal that did not link stands in the hub ledger. It is for values of "
        "which one asks why they linked nobody: fewer would fill it with families and small offices.",
    )
    chance_share: Share = Field(
        0.01,
        description="Groups are not reported when, among those of their size and at least as strong, chance gives more "
        "than this share: one in a hundred, so that no more of what is reported is chance.",
    )
    null_worlds: int = Field(
        5,
        ge=0,
        le=1_000,
        description="Worlds with shuffled links in which rings are looked for, at most. One tells enough of a large "
        "population, where there are many groups; a small one needs several. 0 makes none, and nothing is held against "
        "chance. Sweeps make them only when they calibrate.",
    )
    disturbances: int = Field(
        2,
        ge=0,
        le=1_000,
        description="Times that the analysis is repeated with other seeds and resolutions, and as often with sightings "
        "lost, at most. Each costs what the analysis costs. 0 leaves stability unknown.",
    )
    lost_share: Share = Field(
        0.1,
        description="Share of the sightings that each loss takes: a source that missed a day or two of a fortnight.",
    )
    repeated_sightings: int = Field(
        5_000_000,
        ge=0,
        le=10**12,
        description="Sightings over all null worlds, and over all disturbances of a kind: bounds the time they take. "
        "One null world is made whatever its size; beyond this many sightings nothing is disturbed.",
    )

    @property
    def organisation_words(self) -> frozenset[str]:
        """What ``organisation_plans`` names, whatever its case."""
        return frozenset(word.casefold() for word in self.organisation_plans)
