"""The families of signals that rules speak of by name, and how large honest things are."""

from __future__ import annotations

from typing import Final

NETWORK: Final = "network"
"""Where one sits."""
CONTENT: Final = "content"
"""What one says."""
CLIENT: Final = "client"
"""What one runs."""
IDENTITY: Final = "identity"
"""What one is called."""
PAYMENT: Final = "payment"
"""What one pays with."""
DEVICE: Final = "device"
"""What one has."""
REFERRAL: Final = "referral"
"""Who brought one."""

MAIL_DOMAIN: Final = "email_domain"
MAILBOX: Final = "email"
PHONE: Final = "phone"
RECOMMENDING: Final = frozenset({"referral", "invitee"})
"""The signal types that rules ask for by name: a firm has a domain of its own, a person a mailbox and a telephone,
and friends bring friends."""

VENDOR_ADDRESSES: Final = 8
"""Addresses that a vendor sends its customers' requests from, at most."""

LARGEST_HOUSEHOLD: Final = 6
"""Accounts of the largest household (domain facts: families have two to six)."""

MANY: Final = 8
"""Accounts from which on a value that they have in common is of many, and more than a household's and its guests'."""

OF_ORGANISATIONS: Final = 0.25
"""Share of the members on plans for organisations from which on a group is not one of people: rings have hardly any."""

LASTING: Final = 7
"""Days that half of the accounts are there for at least, in a group that lasts; a farm of trial accounts is not."""
