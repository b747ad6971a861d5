"""Fingerprints stay letter by letter, card numbers are never kept, test cards link nobody."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from signal_values import read, signals


def _with_check_digit(digits: str) -> str:
    doubled = [int(digit) * (2 - place % 2) for place, digit in enumerate(reversed(digits))]
    return digits + str(-sum(value // 10 + value % 10 for value in doubled) % 10)


_CARD_NUMBERS = st.from_regex(r"[3-6][0-9]{11,17}", fullmatch=True).map(_with_check_digit)


@given(_CARD_NUMBERS, st.sampled_from(["", " ", "-"]))
def test_a_card_number_never_comes_out_in_any_spelling(number, separator):
    written = separator.join(number[at : at + 4] for at in range(0, len(number), 4))
    for column in ("card", "card_bin"):
        found = read(column, written)
        out = "".join(value or "" for values in found.signals.values() for value in values.to_pylist())
        assert number[6:] not in out.replace("pan_", "")
        assert all(number not in notice.text for notice in found.notices)


@given(_CARD_NUMBERS)
def test_a_card_number_is_one_signal_however_it_is_grouped(number):
    grouped = " ".join(number[at : at + 4] for at in range(0, len(number), 4))
    plain, spaced = signals("card", "card", number, grouped)
    assert plain == spaced


def test_different_card_numbers_are_different_signals():
    one, other = signals("card", "card", "5500005555555559", "5500000000000004")
    assert one != other
    assert one.startswith("pan_")


def test_card_numbers_raise_a_notice_that_counts_them():
    found = read("card", "5500005555555559", "5500000000000004", "fp_1")
    assert [notice.code for notice in found.notices] == ["GL320"]
    assert found.notices[0].text.startswith("2 distinct values")
    assert not found.notices[0].about_files


def test_a_card_number_yields_its_bin():
    assert signals("card", "card_bin", "5500 0055 5555 5559", "fp_1") == ["550000", None]


def test_an_id_that_only_happens_to_pass_the_check_yields_no_bin():
    (bin_,) = signals("card", "card_bin", _with_check_digit("900000000000001"))
    assert bin_ is None


@pytest.mark.parametrize(
    "fingerprint", ["Xt5EWLLDS7FJjR1c", "xt5ewllds7fjjr1c", "9f86d081884c7d65", "5500005555555558"]
)
def test_a_fingerprint_is_taken_letter_by_letter(fingerprint):
    assert signals("card", "card", fingerprint) == [fingerprint]


@pytest.mark.parametrize(
    "number", ["4242424242424242", "4242 4242 4242 4242", "4111-1111-1111-1111", "378282246310005", "5555555555554444"]
)
def test_test_cards_link_nobody(number):
    found = read("card", number)
    assert found.unlinkable.tolist() == [True]
    assert [values.to_pylist() for values in found.signals.values()] == [[None], [None]]


@pytest.mark.parametrize("masked", ["************1881", "XXXX-XXXX-XXXX-1881", "•••• 1881"])
def test_the_last_four_digits_are_no_card(masked):
    assert read("card", masked).unlinkable.tolist() == [True]


@pytest.mark.parametrize("masked", ["550000******5559", "550000XXXXXX5559", "5500 00** **** 5559", "55000055****5559"])
def test_a_masked_number_with_its_bin_yields_that_alone(masked):
    found = read("card", masked)
    assert found.signals["card_bin"].to_pylist() == ["550000"]
    assert found.signals["card"].to_pylist() == [None]
    assert not found.unlinkable[0]


def test_bins_keep_their_length_and_test_bins_link_nobody():
    assert signals("card_bin", "card_bin", "550000", "55000055", "5500 00") == ["550000", "55000055", "550000"]
    assert read("card_bin", "424242").unlinkable.tolist() == [True]


@pytest.mark.parametrize(("n_others", "text"), [(99, "1 distinct value is a full"), (100, "1 of 101 distinct values")])
def test_of_many_fingerprints_one_may_pass_for_a_card_number(n_others, text):
    """Of sixteen hexadecimal digits, some are all below ten, and one in ten of these has the right check digit."""
    (notice,) = read("card", "5500005555555559", *(f"fp_{n}" for n in range(n_others))).notices
    assert notice.text.startswith(text)
    assert "BIN and hash were kept" in notice.text
