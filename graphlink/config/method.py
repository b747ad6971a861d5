"""The parameters of the method, each with its default and, where needed, the reason for it.

Defaults are round numbers, and ``docs/method.md`` shows the plateaus of the important ones. How communities are joined
(``mixing``, ``contrast``) was chosen on 42 worlds of six makers, and where they are parted (``parting``) on 39; both
were judged on 46 others. Two more come from simulated worlds, as their reasons explain: ``asked_of_many`` from the
visible part of a ring's signals, ``campaign_cover`` from the overlap between strangers and within one operator.
"""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

Share = Annotated[float, Field(ge=0, le=1)]


class Method(BaseModel):
    """How pairs are linked, grouped and tested again."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False, use_attribute_docstrings=True)

    passing_share: Share = 0.5
    """A signal links its accounts by itself when at least this share of them is coordinated. At a half, a link is more
    likely right than wrong. A lower share links strangers; a higher one finds less of careful rings."""
    asked_of_many: Share = 0.8
    """The part of the passing share that signals other than addresses need, if the exports have four of the five
    families addresses, prompts, mail domains, cards and devices. A ring's signals are seen only in part: its mail
    domains are on a quarter to a half of its accounts, and some values are missing. Other families refute the agreement
    of strangers by chance. At an address, strangers are customers of one vendor."""
    shrinkage: float = Field(1.0, gt=0, le=1_000_000)
    """Prior weight, in accounts, that pulls a small signal's share towards the mean: one more account."""
    caution: float = Field(1.0, ge=0, le=1_000)
    """Standard errors between the estimate of a coordinated share and its lower bound. With one, five signals in six
    are above their bound."""
    audible_share: Share = 0.02
    """A family counts as evidence about a signal only if at least this share of its accounts could have shown no
    agreement. If chance alone would make all accounts agree, agreement is no evidence."""
    surprise: Share = 0.01
    """Two accounts of a signal that share another signal count as connected if chance gives this with a lower
    probability: the usual one in a hundred."""
    trusted_share: Share = 0.3
    """A signal connects accounts inside another one only if at least this share of its own accounts is connected."""
    typical_group: int = Field(20, gt=1, le=1_000_000)
    """Accounts in a typical group. Two random accounts belong together with chance 20/N. An account connected with as
    many others inside a signal counts fully."""
    margin_bits: float = Field(2.0, ge=0, le=1_000)
    """Bits by which a pair's evidence must exceed the prior odds against it: two bits are four to one. Values between 1
    and 3 change little."""
    further_share: Share = 0.25
    """The part of its evidence that a further signal of the same family adds, since signals of one family are rarely
    independent."""
    clique_size: int = Field(8, ge=2, le=1_000)
    """Groups up to this size are linked pair by pair. Larger ones get a sparse regular graph, which would not save
    links in a group of seven."""
    links_per_account: int = Field(6, ge=2, le=1_000, multiple_of=2)
    """Links of an account in the sparse graph. A random graph of this density stays connected."""
    largest_strength: float = Field(2e6, gt=0, le=1e15)
    """Bits of linked evidence, counted at both ends of each link, above which a community is divided into cells. The
    result then does not depend on the size of the rest of the graph. The default is a ring of about 5,000 accounts."""
    mixing: Share = 0.15
    """Two communities are one if the values of a family mix at least so far: of the pairs of members that share a value
    of it, inside the larger and between the two, this share lies between. Addresses and programs do not count, since
    suppliers hand them to strangers. Names do not count either. Values between .1 and .2 give much the same result."""
    mixing_in_two: Share = 0.05
    """Two communities that both look like parts of a ring are one if the values of two families mix at least so far.
    Names count here. Values between .02 and .1 give much the same result."""
    common_name: Share = 0.5
    """Two communities are also one if one name, such as a mail domain, is on this share of the members of each: most of
    them. Rivals who buy mail domains at one shop share many domains, each on a few accounts."""
    ring_like: float = Field(-2.2, ge=-20, le=20)
    """Log-odds of the scorecard from which a community looks like a part of a ring: one in ten. A part shows less than
    its whole. One that does and one that does not are not joined ..."""
    contrast: float = Field(3.0, ge=0, le=40)
    """... if their log-odds are this far apart: twenty to one. Parts of one group differ by less."""
    parting: float = Field(5.0, ge=0, le=40)
    """A community is parted into a part that looks like a ring and an honest one if their log-odds are this far apart:
    150 to one. Of many cuts some differ by chance, so it takes more than to leave two communities apart."""
    campaign_cover: Share = 0.05
    """A member of a ring counts for a campaign if this share of the ring bears what crosses. Strangers with two jobs
    stay below .03, cells of one operator above .06."""
    organisation_plans: tuple[str, ...] = (
        *("team", "teams", "business", "enterprise", "corporate", "company", "organisation", "organization"),
        *("education", "edu", "school", "university", "nonprofit"),
    )
    """Words in the names of plans that are sold to organisations. A group on such plans is hardly a ring. Plans are
    ignored if no account of the export is on one, or more than half are. If fewer than 1 in 100 are, a group without
    such plans is not judged by them."""
    smallest_ring: int = Field(2, ge=2, le=10**9)
    """The fewest accounts of a listed community. Two accounts that share a card are a finding: pairs are compared with
    the pairs that chance gives."""
    smallest_listed: int = Field(10, ge=2, le=10**9)
    """The fewest accounts of an honest group that is listed. Smaller ones are counted and stand in `tables/` alone:
    nearly all are households and small firms. Coordinated and inconclusive groups, one owner's own tests, and those
    that a person's decision is about, are always listed. 2 lists everything."""
    hub_accounts: int = Field(50, ge=2, le=10**9)
    """A signal that did not link is in the list of single values from this many accounts on, and before that where it
    is on more accounts than is usual for its type: a card on five, an address on thirty. The list answers why a busy
    value links nobody."""
    ring_share: float = Field(0.01, gt=0, lt=1)
    """Share of all accounts that you take to be rings'. Reports say how many of the first groups are then expected to
    be wrong: the rarer rings are, the more. It changes no score and no assessment. Set it to what your own reviews
    found."""
    reviewed_groups: int | None = Field(None, examples=[30], ge=1, le=10**9)
    """Groups that your team can review between two runs. Reports say of these, too, how many are expected to be
    wrong."""
    chance_share: Share = 0.01
    """A group is not reported if chance gives more than this share of the groups of its size that are at least as
    strong. At most one in a hundred reported groups is then due to chance."""
    null_worlds: int = Field(5, ge=0, le=1_000)
    """The most worlds with shuffled links to search for rings. One is enough for a large population with many groups; a
    small one needs several. 0 makes none and skips the comparison with chance. Sweeps make them only when they
    calibrate."""
    disturbances: int = Field(2, ge=0, le=1_000)
    """The most repetitions of the analysis with lost sightings, each of which costs as much as the analysis. Half as
    many, rounded up, have another seed and resolution: a second of these hardly tells more. 0 leaves stability
    unknown."""
    lost_share: Share = 0.1
    """Share of the sightings that each loss removes: a source that misses a day or two in two weeks."""
    repeated_sightings: int = Field(5_000_000, ge=0, le=10**12)
    """The most sightings over all null worlds, and over all disturbances of a kind, which limits their time. One null
    world is always made. An analysis with more sightings than this has no disturbances."""

    @property
    def organisation_words(self) -> frozenset[str]:
        """The words of ``organisation_plans`` in lower case."""
        return frozenset(word.casefold() for word in self.organisation_plans)
