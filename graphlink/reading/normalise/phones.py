"""Telephone numbers in the one spelling of E.164: ``+``, country code, number.

`phonenumbers` decides what a number is. It reads some 25,000 a second, so a number that is already in E.164 and that
the library would leave as it is, by its own tables, is recognised without being parsed.
"""

import re
from functools import cache
from typing import Final

import numpy as np
import phonenumbers
import pyarrow as pa
import pyarrow.compute as pc
from phonenumbers import NumberParseException, PhoneMetadata, PhoneNumberFormat

from graphlink.model.arrays import Bools
from graphlink.model.signals import BadValue, Normalised
from graphlink.reading.normalise.arrow import flags, matches, only, replaced

_E164: Final = r"^\+[1-9][0-9]{6,14}$"
_REASONS: Final = {
    NumberParseException.INVALID_COUNTRY_CODE: "no country code; write +…, or set the region of national numbers",
    NumberParseException.NOT_A_NUMBER: "not a telephone number",
    NumberParseException.TOO_SHORT_AFTER_IDD: "too short for a telephone number",
    NumberParseException.TOO_SHORT_NSN: "too short for a telephone number",
    NumberParseException.TOO_LONG: "too long for a telephone number",
}
_IMPOSSIBLE: Final = "a telephone number has 7 to 15 digits"


def normalise_phones(values: pa.StringArray, region: str | None = None) -> Normalised:
    """Bring telephone numbers to E.164.

    Parameters
    ----------
    values
        Distinct raw numbers without spaces around them, null where there is none to read.
    region
        Country (ISO 3166-1, two letters) whose national numbers are meant where no country code is given.

    Returns
    -------
    Normalised
        ``phone``; bad (GL230) what is no number. What no country has, by its code or its length, is kept: people type
        such numbers and fraudsters make them up, which is no fault of the export. Whether a number is assigned is not
        asked either: that changes with every release of the tables.

    Examples
    --------
    >>> normalise_phones(pa.array(["+44 (0)20 7946 0018", "0044 20 7946 0018"])).signals["phone"].to_pylist()
    ['+442079460018', '+442079460018']
    >>> normalise_phones(pa.array(["020 7946 0018"]), region="GB").signals["phone"].to_pylist()
    ['+442079460018']
    >>> normalise_phones(pa.array(["020 7946 0018"])).bad[0].reason
    'no country code; write +…, or set the region of national numbers'
    """
    settled = _is_settled(values)
    rest = flags(values.is_valid()) & ~settled
    read: list[str | None] = []
    bad: list[BadValue] = []
    for row, value in zip(np.flatnonzero(rest).tolist(), values.filter(rest).to_pylist(), strict=True):
        try:
            read.append(_read(value, region))
        except (NumberParseException, _ImpossibleError) as error:
            read.append(None)
            bad.append(BadValue(row, "GL230", _REASONS.get(getattr(error, "error_type", -1), _IMPOSSIBLE)))
    phone = replaced(only(values, settled | rest), rest, read)
    return Normalised({"phone": phone}, np.zeros(len(values), dtype=np.bool_), tuple(bad))


class _ImpossibleError(ValueError):
    """More or fewer digits than a telephone number has."""


def _read(value: str, region: str | None) -> str:
    """Read one number as the library does; without a region, 00 begins an international number.

    Read again until nothing changes: of several trunk zeros the library drops one at a time.
    """
    if region is None and value.startswith("00"):
        value = "+" + value[2:]
    while True:
        try:
            written = phonenumbers.format_number(phonenumbers.parse(value, region), PhoneNumberFormat.E164)
        except NumberParseException as error:
            written = phonenumbers.normalize_diallable_chars_only(value)
            if error.error_type != NumberParseException.INVALID_COUNTRY_CODE or not written.startswith("+"):
                raise
        if written == value:
            if not re.match(_E164, written):
                raise _ImpossibleError
            return written
        value = written


def _is_settled(values: pa.StringArray) -> Bools:
    """Which numbers are in E.164 and would come out of the library as they are.

    The library takes a number behind ``+`` apart into code and rest, and drops a national trunk prefix. What
    has a length of its country and does not begin like such a prefix stays as it is; of the rest the library is asked.
    """
    shaped = np.flatnonzero(matches(values, _E164))
    numbers = values.take(pa.array(shaped))
    opening = pc.utf8_slice_codeunits(numbers, 1, 4).dictionary_encode()
    codes = np.array([_country_code(digits) for digits in opening.dictionary.to_pylist()], dtype=np.int16)
    code = codes[opening.indices.to_numpy()]

    settled = np.zeros(len(values), dtype=np.bool_)
    for each in np.unique(code[code > 0]).tolist():
        rows = np.flatnonzero(code == each)
        lengths, trunk = _numbers_of(each)
        group = numbers.take(pa.array(rows))
        digits = pc.binary_length(group).to_numpy() - 1 - len(str(each))
        stays = np.isin(digits, lengths)
        if trunk:
            stays &= ~matches(group, rf"^\+{each}(?:{trunk})")
        settled[shaped[rows[stays]]] = True
    return settled


def _country_code(digits: str) -> int:
    """The country code that a number begins with, 0 where there is none. No code begins another."""
    for length in range(1, len(digits) + 1):
        if int(digits[:length]) in phonenumbers.COUNTRY_CODE_TO_REGION_CODE:
            return int(digits[:length])
    return 0


@cache
def _numbers_of(code: int) -> tuple[tuple[int, ...], str | None]:
    """What decides whether the library would change a number behind this country code.

    The lengths of its numbers, and as a regular expression what is dialled inside the country before them.
    """
    region = phonenumbers.region_code_for_country_code(code)
    metadata = PhoneMetadata.metadata_for_region_or_calling_code(code, region)
    if metadata is None or metadata.general_desc is None:
        return (), None
    return tuple(metadata.general_desc.possible_length), metadata.national_prefix_for_parsing
