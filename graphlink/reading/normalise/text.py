"""Names, ids and free text as signals: taken as they are, or in one of a few named normal forms.

Matching is by exact bytes. Look-alikes (Cyrillic a, zero-width characters, composed and decomposed letters) stay
different unless a declared type names a normal form: two people are never joined because their names look alike.
"""

from typing import Final
from unicodedata import normalize

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from graphlink.model.signals import BadValue, Normalised
from graphlink.reading.columns.codebook import places_among
from graphlink.reading.normalise.arrow import flags, matches, only, replaced, spread, within


def plain_text(values: pa.StringArray) -> Normalised:
    """Take values as they are.

    Examples
    --------
    >>> plain_text(pa.array(["ABC", "abc"])).signals["text"].to_pylist()
    ['ABC', 'abc']
    """
    return Normalised({"text": values}, np.zeros(len(values), dtype=np.bool_))


def nfc_text(values: pa.StringArray) -> Normalised:
    r"""Compose letters and their accents (Unicode NFC), so that both spellings of é are one.

    Examples
    --------
    >>> nfc_text(pa.array(["cafe\u0301"])).signals["text"].to_pylist() == ["caf\u00e9"]
    True
    """
    return plain_text(composed(values))


def composed(values: pa.StringArray) -> pa.StringArray:
    """Compose letters and their marks (NFC). Arrow's own takes them apart before version 20."""
    rare = pc.invert(pc.string_is_ascii(values)).fill_null(fill_value=False)
    texts = [normalize("NFC", each) for each in values.filter(rare).to_pylist()]
    return pc.replace_with_mask(values, rare, pa.array(texts, values.type))


def lower_text(values: pa.StringArray) -> Normalised:
    """Take capitals and small letters for the same.

    Examples
    --------
    >>> lower_text(pa.array(["Desk-7"])).signals["text"].to_pylist()
    ['desk-7']
    """
    return plain_text(pc.utf8_lower(values))


_UUID: Final = r"(?i)^(?:urn:uuid:)?[{(]?([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})[)}]?$"

_BARE_UUID: Final = "(?i)^" + "".join(f"([0-9a-f]{{{n}}})" for n in (8, 4, 4, 4, 12)) + "$"


def uuid_text(values: pa.StringArray) -> Normalised:
    """Write UUIDs in small letters and without braces, and take all else as it is: a UUID is a number (RFC 9562).

    One without dashes may be another program's digest; it is taken for a UUID where the same stands there with dashes.

    Examples
    --------
    >>> spellings = ["{A0EEBC99-9C0B-4EF8-BB6D-6BB9BD380A11}", "a0eebc999c0b4ef8bb6d6bb9bd380a11", "Desk-7"]
    >>> uuid_text(pa.array(spellings)).signals["text"].unique().to_pylist()
    ['a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11', 'Desk-7']
    """
    shaped = matches(values, _UUID)
    plain = pc.ascii_lower(pc.replace_substring_regex(values.filter(shaped), _UUID, r"\1"))
    values = replaced(values, shaped, plain)
    if not len(plain):
        return plain_text(values)
    bare = matches(values, _BARE_UUID)
    dashed = pc.ascii_lower(pc.replace_substring_regex(values.filter(bare), _BARE_UUID, r"\1-\2-\3-\4-\5"))
    bare[bare] = met = places_among(dashed, plain) >= 0
    return plain_text(replaced(values, bare, dashed.filter(met)))


def spaced_text(values: pa.StringArray) -> Normalised:
    """Make every run of white space one space: what user agents differ in when they pass through a proxy.

    Examples
    --------
    >>> spaced_text(pa.array(["curl/8.5  (linux)"])).signals["text"].to_pylist()
    ['curl/8.5 (linux)']
    """
    ragged = matches(values, r"\s\s|[\t\n\v\f\r]")
    return plain_text(replaced(values, ragged, pc.replace_substring_regex(values.filter(ragged), r"[\s\v]+", " ")))


def whole_numbers(values: pa.StringArray) -> pa.StringArray:
    """Take the fraction off whole numbers, as pandas writes them where some are missing.

    Examples
    --------
    >>> whole_numbers(pa.array(["3320.0", "3320", "3320.5"])).to_pylist()
    ['3320', '3320', '3320.5']
    """
    whole = matches(values, r"^[0-9]+\.0+$")
    return replaced(values, whole, pc.replace_substring_regex(values.filter(whole), r"\.0+$", ""))


# Reserved by IANA ("Special-Purpose AS Numbers"): not numbers of one operator's network. 23456 stands for any number
# that an old router cannot show.
_RESERVED_AS: Final = ((0, 0), (23456, 23456), (64496, 65551), (4_200_000_000, 4_294_967_295))
_LARGEST_AS: Final = 4_294_967_295


def normalise_asns(values: pa.StringArray) -> Normalised:
    """Write autonomous system numbers as ``AS`` and the number.

    Parameters
    ----------
    values
        ``AS64``, ``as64``, ``64``, ``64.0``, or with the holder's name behind it: ``AS64 Example Networks``.

    Returns
    -------
    Normalised
        ``asn``; reserved numbers are unlinkable, anything else is bad (GL230).

    Examples
    --------
    >>> normalise_asns(pa.array(["as3320 Example Telecom", "3320"])).signals["asn"].to_pylist()
    ['AS3320', 'AS3320']
    """
    values = whole_numbers(values)
    shaped = matches(values, r"(?is)^(?:AS\s*[0-9]{1,10}(?:\s.*)?|[0-9]{1,10})$")
    digits = pc.replace_substring_regex(values.filter(shaped), r"(?is)^(?:AS\s*)?([0-9]+).*$", r"\1")
    number = digits.cast("int64").to_numpy(zero_copy_only=False).astype(np.int64)
    fits = number <= _LARGEST_AS
    reserved = np.logical_or.reduce([(number >= low) & (number <= high) for low, high in _RESERVED_AS])
    text = pc.binary_join_element_wise("AS", pa.array(number).cast("string"), "")

    unlinkable, good = within(shaped, reserved & fits), within(shaped, fits)
    bad = flags(values.is_valid()) & ~good
    return Normalised(
        {"asn": only(spread(text, shaped), good & ~unlinkable)},
        unlinkable,
        tuple(BadValue(int(row), "GL230", "not an autonomous system number") for row in np.flatnonzero(bad)),
    )
