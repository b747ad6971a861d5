"""What names of columns mean: generated variants are recognised, and names that only look alike are not."""

import re
import tomllib
from itertools import product
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graphlink.reading.columns import meanings
from graphlink.reading.columns.meanings import meaning_of, plain_meaning, words_of

_TABLE = tomllib.loads(Path(meanings.__file__).with_name("meanings.toml").read_text("utf-8"))
_SURE = sorted(
    {
        (tuple(words), each["name"])
        for each in _TABLE["meanings"]
        for text in each["words"]
        for words in product(*(part.split("|") for part in text.split()))
    }
)
_STYLES = {
    "snake": "_".join,
    "SCREAMING": lambda words: "_".join(words).upper(),
    "dotted": ".".join,
    "kebab": "-".join,
    "Title": lambda words: " ".join(word.capitalize() for word in words),
    "camel": lambda words: words[0] + "".join(word.capitalize() for word in words[1:]),
    "Pascal": lambda words: "".join(word.capitalize() for word in words),
}
_AROUND = ("event", "payload", "metadata", "properties", "context", "attributes")


@given(
    st.sampled_from(_SURE),
    st.sampled_from(sorted(_STYLES)),
    st.lists(st.sampled_from(_AROUND), max_size=3, unique=True),
)
@settings(max_examples=400)
def test_a_name_is_recognised_in_every_style_and_inside_containers(phrase, style, around):
    words, meant = phrase
    assert plain_meaning(_STYLES[style]((*around, *words))) == meant


@given(
    st.sampled_from(_SURE),
    st.sampled_from(sorted(_STYLES)),
    st.sampled_from(
        [
            "count",
            "type",
            "price",
            "score",
            "brand",
            "version",
            "verified",
            "is",
            "has",
            "risk",
            "total",
            "amount",
            "label",
        ]
    ),
    st.booleans(),
)
@settings(max_examples=400)
def test_a_word_that_is_not_accounted_for_makes_a_name_mean_nothing(phrase, style, stranger, comes_first):
    words = (stranger, *phrase[0]) if comes_first else (*phrase[0], stranger)
    found = meaning_of(_STYLES[style](words))
    assert found is None or not found.is_sure


# As warehouses, processors, log shippers and analytics write them.
_SEEN = {
    "card": "payment_method_fingerprint stripe_fingerprint metadata_payment_method_fingerprint cardFingerprint CARD_FP "
    "payment_method_details.card.fingerprint data.object.payment_method_details.card.fingerprint",
    "device": "device_fp DEVICE_ID event.device.id deviceId context.device.id unique_device_id visitorId DEVICE_UUID",
    "ip": "clientIp CLIENT_IP event.client.ip source.ip context.ip last_login_ip signupIp remoteAddr clientip IPv4",
    "user_agent": "userAgent HTTP_USER_AGENT context.userAgent user_agent.original requestUserAgent useragent",
    "country": "COUNTRY_CODE countryCode user_country billingCountry",
    "asn": "source.as.number client.as.number ASN ip_asn",
    "email": "user.email EMAIL_ADDRESS customerEmail emailaddr",
    "tls_fingerprint": "tls.client.ja3 tls.client.hash.ja3 JA3_HASH ja4",
    "phone": "phoneNumber PHONE_E164 user_phone msisdn",
    "created_at": "createdAt CREATED_AT account_created_at",
}


@pytest.mark.parametrize(("meant", "name"), [(meant, name) for meant, text in _SEEN.items() for name in text.split()])
def test_names_of_real_exports_leave_no_doubt(meant, name):
    assert plain_meaning(name) == meant


# The names that stood in a list of their own before words did.
_LISTED = {
    "ip": "ip ip_address ipaddress ip_addr ipv4 ipv6 client_ip remote_ip remote_addr "
    "source_ip src_ip login_ip signup_ip registration_ip last_ip created_ip",
    "ip_prefix": "ip_prefix ip24 ip64 ip_24 ip_64 ip_subnet subnet cidr",
    "asn": "asn as_number ip_asn autonomous_system",
    "card": "card payment card_fingerprint payment_fingerprint payment_card "
    "payment_instrument card_hash card_token card_id card_number",
    "card_bin": "card_bin bin iin card_iin issuer_bin payment_bin",
    "email": "email e_mail mail email_address mail_address user_email",
    "email_domain": "email_domain mail_domain e_mail_domain",
    "phone": "phone phone_number telephone telephone_number tel mobile mobile_number msisdn",
    "device": "device device_id device_fingerprint device_hash visitor_id",
    "user_agent": "user_agent useragent http_user_agent ua",
    "tls_fingerprint": "tls_fingerprint tls_hash ja3 ja3_hash ja4",
    "template": "template template_id prompt_template prompt_template_id prompt_hash",
    "prompt": "prompt system_prompt prompt_text raw_prompt system_message",
    "referral": "referral referral_code referred_by referrer_id",
    "invitee": "invitee invitee_id invited_account",
    "coupon": "coupon coupon_code promo_code promotion_code voucher",
}


@pytest.mark.parametrize(("meant", "name"), [(meant, name) for meant, text in _LISTED.items() for name in text.split()])
def test_names_that_were_listed_one_by_one_mean_what_they_did(meant, name):
    assert name == meant or plain_meaning(name) == meant


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        *(("user_id", "account_id"), ("Customer ID", "account_id"), ("_source.user.id", "account_id")),
        *(("organization_id", "account_id"), ("user_id (metadata)", "account_id"), ("distinct_id", "account_id")),
        *(("api_key_id", "api_key"), ("EMAIL_SHA256", "email_hash"), ("iban", "bank_account")),
        *(("Created date (UTC)", "created_at"), ("eventTimestamp", "seen_at"), ("LOGIN_AT", "seen_at")),
        *(("anonymousId", "device"), ("client.geo.country_iso_code", "country"), ("lastSeenAt", "last_seen")),
    ],
)
def test_what_is_only_likely_is_suggested_and_not_read(name, meant):
    found = meaning_of(name)
    assert found is not None
    assert (found.name, found.is_sure) == (meant, False)


_NOT = """
ip_count card_type device_price email_verified is_mobile phone_verified ip_country device_type device_model device_os
payment_method payment_id payment_status card_brand card_last4 card_exp_month email_opt_in user_agent.name
user_agent.os.name tls_version server_ip destination.ip host.ip event_id session_id request_id template_name
email_template_id coupon_value referrer ip_first_seen device_first_seen device_created_at email_created prompt_tokens
plan_price status_code order_status gift_card_id sim_card_id n_devices devices_total ip_risk_score as.organization.name
bin_size recycle_bin merchant_account_id support_email from_address shipping_address billing_address email_count
mobile_os phone_model visitor_count is_vpn client_id app_id document_id user_data user_name username agent_id user_count
account_manager_id payment_amount card_present card_country issuer_country referral_count user_ip_count device_id_count
has_device ship paid valid android asset cabinet binary latin shipment membership discount_rate planet
"""


@pytest.mark.parametrize("name", _NOT.split())
def test_names_that_only_look_alike_mean_nothing(name):
    assert meaning_of(name) is None


@given(st.text(max_size=120))
def test_any_text_has_words_and_perhaps_a_meaning(name):
    assert all(word == word.casefold() for word in words_of(name))
    meaning_of(name)


def test_the_longest_phrase_counts():
    assert [plain_meaning(name) for name in ("email_domain", "card_bin", "ip_prefix", "ip_asn")] == [
        *("email_domain", "card_bin", "ip_prefix", "asn")
    ]


def test_every_word_of_the_table_is_as_names_are_split():
    """A phrase with a word that is spelt otherwise, or cut in two, could never be met."""
    words = {word for phrase, _ in _SURE for word in phrase}
    words |= {
        word for each in _TABLE["meanings"] for text in each.get("perhaps", ()) for word in re.split(r"[ |]", text)
    }
    assert {word for word in words if words_of(word) != (word.removeprefix("="),)} == set()
