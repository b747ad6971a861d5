"""Telephone numbers come out as `phonenumbers` writes them, whether it was asked or not."""

import re

import phonenumbers
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st
from signal_values import read, signals

from graphlink.reading.normalise.phones import _is_settled, _read, normalise_phones

_CODES = sorted(phonenumbers.COUNTRY_CODE_TO_REGION_CODE)


@given(st.sampled_from(_CODES), st.from_regex(r"[0-9]{4,12}", fullmatch=True))
def test_a_number_that_is_not_parsed_is_one_that_the_library_leaves_as_it_is(code, digits):
    number = f"+{code}{digits}"
    if _is_settled(pa.array([number]))[0]:
        assert _read(number, None) == number


@pytest.mark.parametrize("kind", [phonenumbers.PhoneNumberType.MOBILE, phonenumbers.PhoneNumberType.FIXED_LINE])
def test_examples_of_all_countries_come_out_in_e164(kind):
    examples = [phonenumbers.example_number_for_type(region, kind) for region in sorted(phonenumbers.SUPPORTED_REGIONS)]
    numbers = [number for number in examples if number is not None]
    expected = [phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164) for number in numbers]
    written = [phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.INTERNATIONAL) for number in numbers]
    assert normalise_phones(pa.array(expected)).signals["phone"].to_pylist() == expected
    assert normalise_phones(pa.array(written)).signals["phone"].to_pylist() == expected


@pytest.mark.parametrize(
    "raw",
    [
        *("+44 20 7946 0018", "+44 (0)20 7946 0018", "+4402079460018", "0044 20 7946 0018", "tel:+44-20-7946-0018"),
        "020 7946 0018",
    ],
)
def test_spellings_of_one_number_are_one(raw):
    assert signals("phone", "phone", raw) == ["+442079460018"]


@pytest.mark.parametrize("raw", ["hello", "12", "+012345678", "+44123", "+1 650 253 0000000000", "jane@initech.com"])
def test_what_is_no_number_is_bad(raw):
    found = read("phone", raw)
    assert [bad.code for bad in found.bad] == ["GL230"]


@pytest.mark.parametrize("raw", ["+54936752383", "+1 650 253 000000", "+893 194-26006"])
def test_a_number_that_somebody_made_up_is_a_number(raw):
    assert signals("phone", "phone", raw) == [re.sub("[ -]", "", raw)]


def test_a_national_number_without_a_region_says_what_to_do():
    (bad,) = normalise_phones(pa.array(["020 7946 0018"])).bad
    assert "set the region" in bad.reason


@pytest.mark.parametrize("raw", ["0000000000", "+1111111111", "1234567890", "999999999", "+15555555555"])
def test_stock_numbers_link_nobody(raw):
    assert read("phone", raw).unlinkable.tolist() == [True]


def test_a_number_behind_several_trunk_zeros_is_read_to_the_end():
    (once,) = signals("phone", "phone", "+44 00 20 7946 0018")
    assert signals("phone", "phone", once) == [once]
