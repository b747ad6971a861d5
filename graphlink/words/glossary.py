"""The meaning of each word of graphlink, once: the report, the README and the help use this table."""

from __future__ import annotations

from typing import Final

GLOSSARY: Final = {
    "account": "A customer's record.",
    "signal": "A type and a value that accounts can share: a device, a card, an address, a prompt template.",
    "family": "Signal types that do not corroborate each other, such as an address and its network.",
    "provenance": "Who could have written a signal: the provider, the client's software, the account holder in free "
    "text, or another party.",
    "ring": "A group of accounts that passed the evidence rules. A ring is a finding to be checked, not a verdict.",
    "coordinated": "Acting together. It does not say who acts, nor that anyone did wrong.",
    "cell": "A dense piece of a ring, often one operator's batch, of two accounts or more; accounts without links "
    "count as one.",
    "of their own": "Of values: more accounts inside the ring have them than outside.",
    "campaign": "Coordinated rings that share many values, which are found mostly in such rings.",
    "tier": "How firmly an account is tied: core, probable, peripheral, or possible victim.",
    "core": "Tied by two independent families of values that no more accounts outside the ring have than inside, at "
    "least one of them observed by the provider, and by something that no vendor hands out; with at least half of the "
    "links that are usual in the ring; still linked to some account of the ring without any single value; and not in a "
    "part that one family alone links to most of the ring.",
    "probable": "Tied to the ring, but one of the conditions for core is missing.",
    "peripheral": "Fewer than half of the links that are usual in the ring, or tied by one family alone and linked to "
    "nobody without some single value. Not for action.",
    "possible victim": "Tied only by values that this account had before the ring did, or only for some days of a "
    "longer life of its own. Never for action.",
    "assessment": "What kind of group a ring is: coordinated where the score says so, by more where an honest reason "
    "fits; else the first honest reason that fits; without one, inconclusive.",
    "score": "From 0 to 100, the sum of named parts. It ranks rings; it is not a probability.",
    "confidence": "From 0 to 0.99, the most that is ever given: how firmly one account belongs to its ring. It does "
    "not say how likely it is that anybody did wrong.",
    "telling value": "A value that the reasons of a score count: two members or more bear it (three in a large group "
    "that little ties), five times as commonly as others do, and the signal test gives it weight. No public mail "
    "provider, network or bank is one; nor is an address of others, where half of who was at any address was at one of "
    "the group's own. So members may share more than is counted.",
    "part's value": "A telling value that mostly members bear, but fewer than half of them. What share of those who "
    "share one have something else in common is told of these alone: of several domains of an account the widest "
    "counts, of its addresses any.",
    "hub": "A signal of many accounts that did not link them.",
    "sibling": "A value that is interchangeable with another of its type: the accounts of one card share address after "
    "address with those of the other.",
    "coordinated share": "The part of a signal's accounts that belong together, as the signal test estimates it.",
    "expected by chance": "How many of the ring's accounts would have the signal if its accounts were drawn at random.",
    "null world": "The same exports with signals dealt to accounts at random: groups found there are chance.",
    "lift": "How many times more of the ring's accounts have the signal than chance would give.",
    "bits": "Evidence for a pair. One bit doubles the odds that two accounts belong together.",
    "base rate": "How often an average signal of an average account shows a companion beyond chance: another account "
    "with the same signal that also shares a signal of another family.",
    "calibration": "The frozen quantities that depend on the population, kept so that results can be compared.",
    "sweep": "The analysis of a week's exports, which knows the rings and the decisions of the weeks before.",
    "reject": "A row that was not used, with its reason.",
}
"""The meaning of each word of graphlink, in one sentence or two."""
