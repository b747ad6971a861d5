"""The columns of exports that yield the signal types that every run knows, and the normalisers by name.

Column names are those that exports were seen to use; a name that could as well mean something else (``fingerprint``,
``domain``) is left out.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

import pyarrow as pa

from graphlink.model.signals import Normalised
from graphlink.reading.normalise.addresses import normalise_addresses, normalise_prefixes
from graphlink.reading.normalise.cards import normalise_bins, normalise_cards
from graphlink.reading.normalise.mail import normalise_domains, normalise_mail
from graphlink.reading.normalise.phones import normalise_phones
from graphlink.reading.normalise.prompts import normalise_prompts
from graphlink.reading.normalise.text import lower_text, nfc_text, normalise_asns, plain_text, spaced_text, uuid_text


@dataclass(frozen=True, slots=True)
class Reader:
    """A normaliser, and under which of its names a declared type finds its value."""

    normalise: Callable[[pa.StringArray], Normalised]
    main: tuple[str, ...]


NORMALISERS: Final[Mapping[str, Reader]] = MappingProxyType(
    {
        "text": Reader(plain_text, ("text",)),
        "nfc": Reader(nfc_text, ("text",)),
        "lower": Reader(lower_text, ("text",)),
        "uuid": Reader(uuid_text, ("text",)),
        "spaces": Reader(spaced_text, ("text",)),
        "ip": Reader(normalise_addresses, ("ip",)),
        "ip_prefix": Reader(normalise_prefixes, ("ip24", "ip64")),
        "asn": Reader(normalise_asns, ("asn",)),
        "card": Reader(normalise_cards, ("card",)),
        "card_bin": Reader(normalise_bins, ("card_bin",)),
        "email": Reader(normalise_mail, ("email",)),
        "email_domain": Reader(normalise_domains, ("email_domain",)),
        "phone": Reader(normalise_phones, ("phone",)),
        "prompt": Reader(normalise_prompts, ("template",)),
    }
)
"""Normalisers by the name that a declared type may use."""


@dataclass(frozen=True, slots=True)
class BuiltInColumn:
    """A built-in column: its normaliser, the types it yields, and its names in exports, the plain one first."""

    normaliser: str
    types: tuple[str, ...]
    names: tuple[str, ...]


BUILT_IN_COLUMNS: Final = (
    BuiltInColumn(
        "ip",
        ("ip", "ip24", "ip64"),
        (
            *("ip", "ip_address", "ipaddress", "ip_addr", "ipv4", "ipv6", "client_ip", "remote_ip", "remote_addr"),
            *("source_ip", "src_ip", "login_ip", "signup_ip", "registration_ip", "last_ip", "created_ip"),
        ),
    ),
    BuiltInColumn(
        "ip_prefix", ("ip24", "ip64"), ("ip_prefix", "ip24", "ip64", "ip_24", "ip_64", "ip_subnet", "subnet", "cidr")
    ),
    BuiltInColumn("asn", ("asn",), ("asn", "as_number", "ip_asn", "autonomous_system")),
    BuiltInColumn(
        "card",
        ("card", "card_bin"),
        (
            *("card", "payment", "card_fingerprint", "payment_fingerprint", "payment_card", "payment_instrument"),
            *("card_hash", "card_token", "card_id", "card_number"),
        ),
    ),
    BuiltInColumn("card_bin", ("card_bin",), ("card_bin", "bin", "iin", "card_iin", "issuer_bin", "payment_bin")),
    BuiltInColumn(
        "email", ("email", "email_domain"), ("email", "e_mail", "mail", "email_address", "mail_address", "user_email")
    ),
    BuiltInColumn("email_domain", ("email_domain",), ("email_domain", "mail_domain", "e_mail_domain")),
    BuiltInColumn(
        "phone",
        ("phone",),
        ("phone", "phone_number", "telephone", "telephone_number", "tel", "mobile", "mobile_number", "msisdn"),
    ),
    BuiltInColumn("uuid", ("device",), ("device", "device_id", "device_fingerprint", "device_hash", "visitor_id")),
    BuiltInColumn("spaces", ("user_agent",), ("user_agent", "useragent", "http_user_agent", "ua")),
    BuiltInColumn("text", ("tls_fingerprint",), ("tls_fingerprint", "tls_hash", "ja3", "ja3_hash", "ja4")),
    BuiltInColumn(
        "text", ("template",), ("template", "template_id", "prompt_template", "prompt_template_id", "prompt_hash")
    ),
    BuiltInColumn("prompt", ("template",), ("prompt", "system_prompt", "prompt_text", "raw_prompt", "system_message")),
    BuiltInColumn("text", ("referral",), ("referral", "referral_code", "referred_by", "referrer_id")),
    BuiltInColumn("text", ("invitee",), ("invitee", "invitee_id", "invited_account")),
    BuiltInColumn("text", ("coupon",), ("coupon", "coupon_code", "promo_code", "promotion_code", "voucher")),
)
