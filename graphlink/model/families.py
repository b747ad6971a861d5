"""The families of signals that rules name, and the sizes of honest groups."""

from typing import Final

NETWORK: Final = "network"
"""The network of an account holder."""
CONTENT: Final = "content"
"""What an account holder writes."""
CLIENT: Final = "client"
"""The software of an account holder."""
IDENTITY: Final = "identity"
"""The names and addresses of an account holder."""
PAYMENT: Final = "payment"
"""The means of payment of an account holder."""
DEVICE: Final = "device"
"""The device of an account holder."""
REFERRAL: Final = "referral"
"""Who referred an account holder."""

HANDED_OUT: Final = frozenset({NETWORK, CLIENT})
"""Families whose values a supplier hands to strangers: addresses and programs."""

MAIL_DOMAIN: Final = "email_domain"
MAILBOX: Final = "email"
PHONE: Final = "phone"
RECOMMENDING: Final = frozenset({"referral", "invitee"})
"""The signal types that rules name: a firm has its own domain, a person a mailbox and a telephone, and friends bring
friends."""

VENDOR_ADDRESSES: Final = 8
"""The most addresses from which a vendor sends its customers' requests."""

LARGEST_HOUSEHOLD: Final = 6
"""Accounts of the largest household (domain facts: families have two to six)."""

MANY: Final = 8
"""Accounts from which on a shared value is common: more than a household with its guests."""

OF_ORGANISATIONS: Final = 0.25
"""The smallest share of members on plans for organisations in a group of an organisation. Rings have hardly any."""

LASTING: Final = 7
"""Days that half of a lasting group's accounts exist at least. A farm of trial accounts does not last."""
