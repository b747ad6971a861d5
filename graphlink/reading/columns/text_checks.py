"""Judges distinct texts, each once: trims them, and finds empty, too long and broken ones."""

from dataclasses import dataclass
from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from graphlink.config.settings import ReadingConfig
from graphlink.engine.arrays import bytes_of
from graphlink.engine.kernels.reading import find_odd
from graphlink.model.arrays import Bools
from graphlink.reading.columns.ids import IdRule, cut_ids

FINE, EMPTY, LONG, _NUL, _MARK, _BROKEN, SPENT, _ROUNDED = range(8)
"""Verdicts on a text; of one that is spent nothing is left once it is cut."""
REASONS: Final = {
    EMPTY: ("GL220", "the account id is empty or means nothing"),
    SPENT: ("GL220", "nothing is left of the account id once it is cut as the source's settings say"),
    LONG: ("GL213", "longer than {limit:,} bytes"),
    _NUL: ("GL203", "a NUL character"),
    _MARK: ("GL201", "a byte order mark inside the value"),
    _BROKEN: ("GL202", "not UTF-8"),
    _ROUNDED: ("GL222", "a number that a spreadsheet rounded, as many may be"),
}
_WORDS_FOR_NOBODY: Final = ("undefined",)
_NOBODY: Final = rf"^(?:[-–—?.*_]+|[(<\[](?i:null|none|nil|na|n/a)[)>\]]|#N/A|{'|'.join(_WORDS_FOR_NOBODY)})$"
"""An account id that is written where there is none: by access logs, spreadsheets, drivers of databases, scripts."""
_AS_ROUNDED: Final = r"^[0-9](?:[.,][0-9]+)?E\+[0-9]{2,3}$"
"""An account id of which a spreadsheet kept the first few digits: `7.30001E+11` stands for a million people."""


@dataclass(frozen=True, slots=True, eq=False)
class Judged:
    """Distinct texts as they are kept, what is wrong with each, and which lost spaces."""

    texts: pa.StringArray
    verdict: NDArray[np.int8]
    trimmed: Bools
    uncut: Bools | None = None
    """Ids that lack what was to be cut from them."""


def judge_texts(texts: pa.StringArray, limit: int, reading: ReadingConfig, rule: IdRule | None = None) -> Judged:
    """Trim texts and find those that are empty, too long, or no text that other programs would read alike.

    With a rule they are account ids: cut, and empty where they stand for nobody. A fast check of the letters clears
    most texts; only the others are checked one by one.
    """
    tokens = (*reading.null_tokens, *(() if rule is None else _WORDS_FOR_NOBODY))
    longest_token = max((len(token.encode()) for token in tokens), default=0)
    odd = find_odd(*bytes_of(texts), longest_token, limit)
    if odd.all() or (rule and rule.cuts):
        return _look_closer(texts, limit, reading, rule)
    mask = pa.array(odd)
    closer = _look_closer(texts.filter(mask), limit, reading, rule)
    verdict, trimmed = np.zeros(len(texts), dtype=np.int8), np.zeros(len(texts), dtype=np.bool_)
    verdict[odd], trimmed[odd] = closer.verdict, closer.trimmed
    is_changed = trimmed.any() or (verdict == _BROKEN).any()
    return Judged(pc.replace_with_mask(texts, mask, closer.texts) if is_changed else texts, verdict, trimmed)


def _look_closer(texts: pa.StringArray, limit: int, reading: ReadingConfig, rule: IdRule | None) -> Judged:
    verdict = np.zeros(len(texts), dtype=np.int8)
    broken = _broken_text(texts)
    if len(broken):
        verdict[broken] = _BROKEN
        raw = pc.if_else(pa.array(verdict == 0), texts.cast(pa.binary()), pa.scalar(b"", pa.binary()))
        texts = raw.cast(pa.string())
    kept = pc.utf8_trim_whitespace(texts) if reading.trim else texts
    sizes = pc.binary_length(kept).to_numpy()
    trimmed = sizes != pc.binary_length(texts).to_numpy()
    filled, uncut = sizes > 0, None
    if rule and rule.cuts:
        kept, uncut = cut_ids(kept, rule)
        kept = pc.utf8_trim_whitespace(kept) if reading.trim else kept
        sizes = pc.binary_length(kept).to_numpy()
    nothing = pc.is_in(kept, value_set=pa.array(reading.null_tokens, pa.string()))
    empty = (sizes == 0) | nothing.to_numpy(zero_copy_only=False)
    if rule is not None:
        empty |= _have(kept, _NOBODY)
        if pc.any(pc.match_substring(kept, "E+")).as_py():
            verdict[_have(kept, _AS_ROUNDED)] = _ROUNDED
    verdict[empty & (verdict == 0)] = EMPTY
    verdict[filled & (sizes == 0) & (verdict == EMPTY)] = SPENT
    verdict[sizes > limit] = LONG
    letters = np.frombuffer(texts.buffers()[2] or b"", dtype=np.uint8)
    for mark, first, which in (("\0", 0, _NUL), ("\ufeff", 0xEF, _MARK)):
        if (letters == first).any():
            verdict[pc.match_substring(texts, mark).to_numpy(zero_copy_only=False)] = which
    return Judged(kept, verdict, trimmed, uncut)


def _have(texts: pa.StringArray, pattern: str) -> Bools:
    found: Bools = pc.match_substring_regex(texts, pattern).to_numpy(zero_copy_only=False)
    return found


def _broken_text(texts: pa.StringArray) -> list[int]:
    """Which texts are no UTF-8, as files by careless writers hold."""
    try:
        texts.validate(full=True)
    except pa.ArrowInvalid:
        raw = texts.cast(pa.binary()).to_pylist()
        return [index for index, each in enumerate(raw) if each.decode(errors="ignore").encode() != each]
    return []
