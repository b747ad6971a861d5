"""Values that stand for nothing: an export writes them where it knows no value, and they would link strangers.

They are compared in small letters, without spaces around. Listed values never link. The signal test finds others once
many accounts share them, but a few dozen accounts with nothing in three columns look like a ring. So the table has the
words of several languages and programs for nothing, and digests of them.
"""

import hashlib
import tomllib
from functools import cache
from pathlib import Path
from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from graphlink.engine.arrays import bytes_of
from graphlink.engine.kernels.reading import have_any
from graphlink.model.arrays import Bools, Int32s
from graphlink.reading.columns.codebook import coded
from graphlink.reading.normalise.arrow import flags, matches

_DIGESTS: Final = ("md5", "sha1", "sha256", "sha512")
_BETWEEN: Final = ("_", "-", "")
"""What stands for the spaces of these words; and around them:"""
_AROUND: Final = (("(", ")"), ("[", "]"), ("<", ">"), ("{", "}"), ("__", "__"), ("'", "'"), ('"', '"'))
# No letter and no digit but zero: "-", "0", "0.0.0.0", "::", "0x0", "????", the UUID of zeros. Or all of it f, the
# other end of the range, or all of it x, which is what masking leaves.
_NO_CONTENT: Final = r"^(?i:(?:0x)?[[:punct:]\s0]*|[f\-]{8,}|[x\-\s]{3,})$"

_DIGITS: Final = "1234567890"

_LISTED: Final = tomllib.loads(Path(__file__).with_name("placeholders.toml").read_text("utf-8"))
PLACEHOLDERS: Final[dict[str, tuple[str, ...]]] = {name: tuple(words) for name, words in _LISTED.items()}
"""Placeholders of every type (``*``) and of one type, in small letters."""
PLACEHOLDERS["phone"] += (
    *(before + digit * length for before in ("", "+") for digit in "123456789" for length in range(7, 16)),
    *("+1" + digit * 10 for digit in "23456789"),
    *(_DIGITS[:length] for length in range(7, 11)),
)
_HASHED: Final = ("", " ", "0", "-", "[]", "{}", '""', *PLACEHOLDERS["*"])
"""What programs make a digest of where they know nothing."""


_CONTENT: Final = np.array(
    [not letter.isascii() or (letter.isalnum() and letter not in "0fFxX") for letter in map(chr, range(256))]
)
"""Bytes that none of these has."""


@cache
def placeholder_set(name: str, more: tuple[str, ...] = ()) -> pa.StringArray:
    """Collect the placeholders of all types, of one type or normaliser, and the user's own, in small letters."""
    words = {word.strip().lower() for word in more}
    words.update(_of_all_types())
    words.update(PLACEHOLDERS.get(name, ()))
    return pa.array(list(words), pa.string())  # asked for what is among them, in whatever order


@cache
def _of_all_types() -> frozenset[str]:
    """The words of all types, as programs spell them, and their digests."""
    words = {word.replace(" ", mark) for word in PLACEHOLDERS["*"] for mark in (" ", *_BETWEEN)}
    words |= {f"{before}{word}{after}" for word in words for before, after in _AROUND}
    hashed = {spelt.encode() for word in _HASHED for spelt in (word, word.upper(), word.capitalize(), word.title())}
    hashed |= {b"NaN", b"NaT", b"nil", b"undefined"}
    return frozenset(words) | {
        hashlib.new(how, text, usedforsecurity=False).hexdigest() for how in _DIGESTS for text in hashed
    }


def is_placeholder(values: pa.StringArray, words: pa.StringArray) -> Bools:
    """Which values, already trimmed, stand for nothing: they are listed, or have no letter and no digit but zero.

    Examples
    --------
    >>> is_placeholder(pa.array(["UNKNOWN", "0.0.0.0", "desk-7"]), placeholder_set("ip")).tolist()
    [True, True, False]
    """
    listed = is_listed(values, words)
    bare = ~have_any(*bytes_of(values), _CONTENT)  # few, as a rule, and the pattern takes its time
    listed[bare] |= matches(values.filter(pa.array(bare)), _NO_CONTENT)
    return listed


def is_listed(values: pa.StringArray, words: pa.StringArray) -> Bools:
    """Which values are among the words, capitals or not."""
    is_ascii = pc.all(pc.string_is_ascii(values), min_count=0).as_py()
    small = pc.ascii_lower(values) if is_ascii else pc.utf8_lower(values)  # the latter takes ten times as long
    return flags(pc.is_in(small, value_set=words)) & flags(values.is_valid())


_FEWEST_IDS: Final = 50
"""Distinct values from which on a column is seen to hold ids that programs make."""
_MADE: Final = 0.95
"""Share of them that have a digit: of letters and digits drawn by chance, ten and more, nearly all have."""
_DIGIT: Final = np.array([chr(byte) in "0123456789" for byte in range(256)])
_WORDS: Final = r"^[\pL\s._/()\[\]<>:'-]{1,40}$"


def are_words(values: pa.StringArray, asked: Bools) -> Bools:
    """Which values are words amid ids that programs made: `invoice`, `sdk-node`, or nothing in one more language.

    No list knows them all. Where fewer than fifty distinct values are ``asked``, or they are not of one make, none is;
    nor is what has the form of the ids and happens to have no digit.

    Examples
    --------
    >>> ids = pa.array([f"{n:08x}" for n in range(99)] + ["kein Gerät"])
    >>> np.flatnonzero(are_words(ids, np.ones(100, dtype=bool))).tolist()
    [99]
    >>> ids = pa.array([f"card_{n:010x}" for n in range(99)] + ["card_affbbebabc", "card_nothing"])
    >>> np.flatnonzero(are_words(ids, np.ones(101, dtype=bool))).tolist()
    [100]
    """
    made = have_any(*bytes_of(values), _DIGIT) & asked
    if np.count_nonzero(asked) < _FEWEST_IDS or np.count_nonzero(made) < _MADE * np.count_nonzero(asked):
        return np.zeros(len(values), dtype=np.bool_)
    words = asked & ~made
    words[words] = matches(values.filter(pa.array(words)), _WORDS)
    places = np.flatnonzero(words)
    if len(places):
        words[places] = ~_have_form(values.take(pa.array(places)), values.filter(pa.array(made)))
    return words


_START: Final = r"^(?P<start>\pL+[_:.-])"
"""What many programs write before an id: `card_`, `dev-`."""
_LETTER: Final = 0.01
"""Share of the ids in which a letter stands that belongs to their alphabet; of 64 letters, each is in more of them."""


def _have_form(values: pa.StringArray, ids: pa.StringArray) -> Bools:
    """Which values begin as nearly all ids do and are as long, where these have that in common, with their letters.

    Of ten hexadecimal digits one in 20,000 has letters alone.
    """
    starts, which = coded(pc.struct_field(pc.extract_regex(ids, _START), "start"))
    usual_start = _usual(which)
    start: str | None = None if usual_start is None else starts[usual_start].as_py()
    length = _usual(pc.fill_null(pc.utf8_length(ids), -1).to_numpy(zero_copy_only=False))
    found = np.full(len(values), start is not None or length is not None)
    if start is not None:
        found &= flags(pc.starts_with(values, start))
    if length is not None:
        found &= flags(pc.equal(pc.utf8_length(values), length))
    first = len(start or "")
    texts = [text[first:] for text in values.filter(pa.array(found)).to_pylist()]
    rest = pc.utf8_slice_codeunits(ids, first)
    usual = {
        letter
        for letter in set("".join(texts))
        if pc.sum(pc.match_substring(rest, letter)).as_py() >= _LETTER * len(rest)
    }
    found[found] = [usual.issuperset(text) for text in texts]
    return found


def _usual(each: Int32s) -> int | None:
    """The number that nearly all ids have, or none; a negative one is not had."""
    counts = np.bincount(each[each >= 0], minlength=1)
    most = int(counts.argmax())
    return None if counts[most] < _MADE * len(each) else most
