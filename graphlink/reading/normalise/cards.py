"""Card fingerprints as they come, BINs as digits, and full card numbers never kept.

A fingerprint is the processor's own id of a card and taken letter by letter. Should an export hold card numbers all the
same, each is reduced to its BIN and a hash before anything else sees it, and the reader is told.
"""

import hashlib
from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from graphlink.model.arrays import Bools
from graphlink.model.rows import Notice
from graphlink.model.signals import Normalised
from graphlink.reading.normalise.arrow import matches, only, replaced, spread, within
from graphlink.reading.normalise.placeholders import PLACEHOLDERS
from graphlink.reading.normalise.text import whole_numbers

_MAYBE_NUMBER: Final = r"^[0-9](?:[ -]?[0-9]){12,18}$"
# Six digits in clear, as processors export them, and at most four more at the end: too many cards look like that to be
# one card, but the BIN is good.
_MASKED_WITH_BIN: Final = r"^([0-9]{4})[ -]?([0-9]{2})[0-9]{0,2}[ -]?[xX*•.# -]{2,}[0-9]{0,4}$"
_MASKED: Final = r"^[xX*•.# -]{2,}[0-9]{1,6}$"
# Payment networks issue from 2 (Mastercard) to 6 (Discover, UnionPay); other Luhn-valid numbers are somebody's ids.
_ISSUED: Final = r"^[2-6]"
_TEST_NUMBERS: Final = frozenset(PLACEHOLDERS["card"])


def normalise_cards(values: pa.StringArray) -> Normalised:
    """Take fingerprints as they are; reduce card numbers to BIN and hash.

    Parameters
    ----------
    values
        Fingerprints, tokens, card numbers (13 to 19 digits, Luhn-valid, with or without spaces), masked numbers.

    Returns
    -------
    Normalised
        ``card`` and, where it is known, ``card_bin``. A card number becomes ``pan_`` and 128 bits of SHA-256, with
        the notice GL320. A plain hash of a card number can be found by trying all: it keeps the number out of sight,
        no more. Masked numbers give their BIN or are unlinkable, since one in 10,000 cards has the same last four.

    Examples
    --------
    >>> found = normalise_cards(pa.array(["fp_9aF", "5500 0055 5555 5559", "411111******1111", "****1881"]))
    >>> found.signals["card"].to_pylist()
    ['fp_9aF', 'pan_775494d87c15393fdeb99dc2749332bd', None, None]
    >>> found.signals["card_bin"].to_pylist(), found.unlinkable.tolist()
    ([None, '550000', '411111', None], [False, False, False, True])
    >>> found.notices[0].code
    'GL320'
    """
    numbers, digits = _card_numbers(values)
    with_bin = matches(values, _MASKED_WITH_BIN)
    tail_only = matches(values, _MASKED)
    tested = within(numbers, [number in _TEST_NUMBERS for number in digits])

    card = only(replaced(values, numbers, [_hidden(number) for number in digits]), ~(with_bin | tail_only | tested))
    bins = spread(pa.array([number[:6] for number in digits], pa.string()), numbers)
    bins = only(bins, matches(bins, _ISSUED) & ~tested)
    bins = replaced(bins, with_bin, pc.replace_substring_regex(values.filter(with_bin), _MASKED_WITH_BIN, r"\1\2"))
    return Normalised({"card": card, "card_bin": bins}, tail_only | tested, notices=_warning(len(digits), len(values)))


def normalise_bins(values: pa.StringArray) -> Normalised:
    """Reduce BINs to their digits, and card numbers to their BIN.

    Examples
    --------
    >>> normalise_bins(pa.array(["5500 00", "55000055", "5500005555555559", "5.0"])).signals["card_bin"].to_pylist()
    ['550000', '55000055', '550000', '5']
    """
    values = whole_numbers(values)
    numbers, digits = _card_numbers(values)
    bins = replaced(values, numbers, [number[:6] for number in digits])
    with_bin = matches(values, _MASKED_WITH_BIN)
    bins = replaced(bins, with_bin, pc.replace_substring_regex(values.filter(with_bin), _MASKED_WITH_BIN, r"\1\2"))
    spaced = matches(bins, r"^[0-9]{4}[ -][0-9]{2,4}$")
    bins = replaced(bins, spaced, pc.replace_substring_regex(bins.filter(spaced), "[ -]", ""))
    nothing = np.zeros(len(values), dtype=np.bool_)
    return Normalised({"card_bin": bins}, nothing, notices=_warning(len(digits), len(values)))


def is_card_number(text: str) -> bool:
    """True if a text looks like a full card number.

    Examples
    --------
    >>> is_card_number("5500 0055 5555 5559"), is_card_number("fp_9aF")
    (True, False)
    """
    return bool(_card_numbers(pa.array([text], pa.string()))[1])


def _card_numbers(values: pa.StringArray) -> tuple[Bools, list[str]]:
    """Find full card numbers: where they stand, and their digits."""
    shaped = matches(values, _MAYBE_NUMBER)
    digits = pc.replace_substring_regex(values.filter(shaped), "[ -]", "").to_pylist()
    is_card = [_passes_luhn(number) for number in digits]
    return within(shaped, is_card), [number for number, holds in zip(digits, is_card, strict=True) if holds]


_DOUBLED: Final = str.maketrans("0123456789", "0246813579")


def _passes_luhn(digits: str) -> bool:
    """Whether the check digit is right (ISO/IEC 7812-1)."""
    return (sum(map(int, digits[-1::-2])) + sum(map(int, digits[-2::-2].translate(_DOUBLED)))) % 10 == 0


def _hidden(number: str) -> str:
    return "pan_" + hashlib.sha256(b"graphlink card\0" + number.encode()).hexdigest()[:32]


_HARDLY_ANY = 0.01
"""Share of the values below which they may be card numbers by chance: of 16 hexadecimal digits, one in 20,000 is."""


def _warning(n_numbers: int, n_values: int) -> tuple[Notice, ...]:
    if not n_numbers:
        return ()
    if n_numbers < _HARDLY_ANY * n_values:
        of = f"{n_numbers} of {n_values:,} distinct values"
        one, many = "a full card number, or a fingerprint", "full card numbers, or fingerprints"
        found = f"{of} may be {one if n_numbers == 1 else many} of digits alone"
        return (Notice("GL320", f"{found}; only BIN and hash were kept of them", about_files=False),)
    are = "distinct value is a full card number" if n_numbers == 1 else "distinct values are full card numbers"
    text = f"{n_numbers:,} {are}; only BIN and hash were kept. Export fingerprints instead"
    return (Notice("GL320", text, about_files=False),)
