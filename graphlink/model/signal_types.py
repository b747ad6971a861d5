"""The built-in signal types.

A type's family determines what it can corroborate, its provenance who could have written it. Networks and banks are
local: two strangers in one country often share them, but rarely a prompt, a card or a device.
"""

from typing import Final

from graphlink.model.families import CLIENT, CONTENT, DEVICE, IDENTITY, MAIL_DOMAIN, NETWORK, PAYMENT
from graphlink.model.signals import Provenance, SignalType

_OBSERVED, _CLAIMED, _FREE_TEXT, _THIRD_PARTY = Provenance

BUILT_IN_TYPES: Final = (
    SignalType("ip", NETWORK, _OBSERVED, local=True),
    # Two types and not one: a /64 is one line, a /24 a neighbourhood, and small signals are judged by what is usual for
    # their type.
    SignalType("ip24", NETWORK, _OBSERVED, coarse=True, local=True),
    SignalType("ip64", NETWORK, _OBSERVED, local=True),
    SignalType("asn", NETWORK, _OBSERVED, coarse=True, local=True),
    SignalType("card", PAYMENT, _OBSERVED, adds_up=True),
    SignalType("card_bin", PAYMENT, _OBSERVED, coarse=True, local=True),
    SignalType("email", IDENTITY, _FREE_TEXT),
    SignalType(MAIL_DOMAIN, IDENTITY, _FREE_TEXT),
    SignalType("phone", IDENTITY, _FREE_TEXT),
    SignalType("device", DEVICE, _CLAIMED),
    SignalType("user_agent", CLIENT, _CLAIMED),
    SignalType("tls_fingerprint", CLIENT, _OBSERVED),
    SignalType("template", CONTENT, _FREE_TEXT, adds_up=True),
    # How an account came: these three carry the same information, so they are one family.
    SignalType("referral", "referral", _THIRD_PARTY),
    SignalType("invitee", "referral", _THIRD_PARTY),
    SignalType("coupon", "referral", _FREE_TEXT),
)

FAMILIES: Final = tuple(sorted({each.family for each in BUILT_IN_TYPES}))
