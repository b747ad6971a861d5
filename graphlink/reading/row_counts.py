"""Counts of every row of a reading, and the notices about them.

Rows in are the sum of accepted, rejected, duplicate and out of window, for every source and in total. This is checked
here, and a source with too many rejects is refused.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import astuple
from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from graphlink.config.settings import Config
from graphlink.engine.arrays import bytes_of
from graphlink.model.fields import FIELDS
from graphlink.model.reading import LeftOut
from graphlink.model.rows import InputFile, Notice, Reject, RowCounts
from graphlink.model.sightings import Accounts, Sightings
from graphlink.reading.coding import Tally, shown_types
from graphlink.reading.columns.codebook import coded, places_among
from graphlink.reading.columns.ids import without_zeros
from graphlink.reading.columns.layout import left_out
from graphlink.reading.columns.meanings import meaning_of
from graphlink.reading.columns.suggestions import shown, signals_first
from graphlink.reading.columns.times import OF_SHEETS, ON_SHEETS
from graphlink.reading.formats.nested import MOST
from graphlink.reading.id_mismatch import FEW, SHARE
from graphlink.reading.ledger import Extract, SourceRead
from graphlink.reading.notices import OUTSIDE_WINDOW, UNTIMED
from graphlink.reading.precedence import disagreements
from graphlink.words.errors import InputError, Place, Problem
from graphlink.words.escape import printable
from graphlink.words.messages import MESSAGES
from graphlink.words.sentences import listed

_COLUMNS: Final = 8
"""Columns that a message names at most."""


def inputs_of(extract: Extract) -> tuple[InputFile, ...]:
    """Every source with its rows, accounted for.

    Raises
    ------
    InputError
        GL140 for each source of which too many rows were rejected; GL001 if the rows do not add up.
    """
    inputs: list[InputFile] = []
    refused: list[Problem] = []
    for one, accepted in zip(extract.sources, extract.ledger.of_source.tolist(), strict=True):
        counts = one.tally.counts()
        if counts.accepted != accepted:
            what = f"{counts.accepted} rows accepted, {accepted} kept"
            raise InputError("GL001", one.source.name, what, "report this as a bug")
        if error := too_many_rejects(one.source.name, one.tally, extract.config):
            refused += error.problems
        kind = f"{one.source.format}.{one.source.compression}" if one.source.compression else one.source.format
        source, shape = one.source, one.layout.shape
        inputs.append(InputFile(source.name, source.path, kind, shape, one.sha256, one.n_bytes, counts, source.number))
    if refused:
        raise InputError.of(refused)
    return tuple(inputs)


def total_of(inputs: Sequence[InputFile]) -> RowCounts:
    """Rows of all sources together."""
    return RowCounts(*(sum(column) for column in zip(*(astuple(each.rows) for each in inputs), strict=True)))


def rejects_of(extract: Extract) -> tuple[Reject, ...]:
    """All rejects, in the order of sources and lines."""
    return tuple(
        reject
        for one in extract.sources
        for reject in sorted(one.tally.rejects, key=lambda each: (each.line or 0, each.byte or 0, each.code))
    )


_MALFORMED: Final = "GL230"
"""Its reasons are words of graphlink's own."""
_OF_NATIONAL: Final = "national numbers"
_ON_NATIONAL: Final = "National telephone numbers need `phone_region`; what"
"""What only the reason of telephone numbers without a country code says, and the cure for it."""


def too_many_rejects(name: str, tally: Tally, config: Config, *, patience: int = 1) -> InputError | None:
    """The error for a source with too many rejected rows: over ``patience`` times the allowed share.

    It is GL140, with the commonest reason, where it stands first and which columns it stands in most.
    """
    rows = tally.counts()
    share = patience * config.reading.max_reject_share
    if rows.rejected <= share * rows.rows_in:
        return None
    common, times = Counter(reject.code for reject in tally.rejects).most_common(1)[0]
    first = next(reject for reject in tally.rejects if reject.code == common)
    why = MESSAGES[common].title  # and not the reason, which may quote the value that it is about, but for this code
    columns = _commonest(reject.column for reject in tally.rejects if reject.code == common and reject.column)
    if common == _MALFORMED and len(columns) == 1:
        why += f": {_commonest(reject.reason for reject in tally.rejects if reject.code == common)[0]}"
    most = columns[:_COLUMNS]
    what = f"{rows.rejected:,} of {rows.rows_in:,} rows rejected, over {share:.1%}"
    what += f"; {times:,} of them for {common} ({why})"
    what += f", in {', '.join(map(printable, most))}" if len(columns) > 1 else ""
    what += " and others" if len(columns) > _COLUMNS else ""
    cure = MESSAGES[common].cure.rstrip(".")
    if common == _MALFORMED and len(most) == 1:
        cure = cure if _OF_NATIONAL in why else cure.replace(_ON_NATIONAL, "What")
        cure += f"; or leave the column out: {left_out(most[0])}"
    if OF_SHEETS in first.reason:
        what, cure = f"{what[:-1]}; the first {OF_SHEETS})", ON_SHEETS
    if len(most) == 1:
        cure = cure.replace("[signals.NAME]", f"[signals.{printable(most[0])}]")
    return InputError("GL140", Place(name, first.line, first.column, first.byte), what, cure[0].lower() + cure[1:])


def _commonest(texts: Iterable[str]) -> list[str]:
    """The distinct texts, the commonest first."""
    times = Counter(texts)
    return sorted(times, key=lambda text: (-times[text], text))


# --- notices ----------------------------------------------------------------------------------------------------------


def notices_of(extract: Extract, accounts: Accounts) -> tuple[Notice, ...]:
    """The notices of a reading: those about files first, then those about data."""
    return (*extract.notices, *_of_files(extract), *_of_accounts(extract, accounts))


_INTO_CHANGE: Final = "into a change of the clocks; read as the earlier instant"
_UNCUT: Final = "the text that is to be cut, which changes nothing there"
_SET_ASIDE: Final = "set aside; `check` counts why, rejects.jsonl of a run names each"


def _of_files(extract: Extract) -> Iterator[Notice]:
    yield from tell_unused(extract)
    for one in extract.sources:
        name, tally = printable(one.source.name), one.tally
        for code, number, one_is, many_are, text in (
            ("GL306", tally.n_empty, "row has", "rows have", "an empty value, which shows nothing"),
            ("GL307", tally.n_blank, "blank line was", "blank lines were", "skipped"),
            ("GL309", tally.n_ignored, "row has", "rows have", "a type that `ignore_types` leaves out"),
            ("GL310", tally.n_trimmed, "id or value had", "ids and values had", "spaces around, which were dropped"),
            ("GL311", tally.n_ambiguous, "time falls", "times fall", _INTO_CHANGE),
            ("GL317", tally.n_uncut, "account id lacks", "account ids lack", _UNCUT),
            ("GL313", len(tally.rejects), "row was", "rows were", _SET_ASIDE),
        ):
            if number:
                yield Notice(code, f"{name}: {number:,} {one_is if number == 1 else many_are} {text}")
    yield from _untimed(extract)
    yield from _outside_window(extract)
    bare = sorted(printable(one.source.name) for one in extract.sources if not one.has_checksums)
    if bare:
        what, to = f"{len(bare):,} files have no page checksums, {bare[0]} among them", "them"
        what, to = (f"{bare[0]}: no page checksums", "the file") if len(bare) == 1 else (what, to)
        yield Notice("GL308", f"{what}; damage to {to} could not be noticed")


def _untimed(extract: Extract) -> Iterator[Notice]:
    """Notices for exports whose time is not read though a column may hold it, or for all if none has a time."""
    unseen = "who came when, who lived for days alone and who is a ring's victim cannot be told"
    of_signals = [one for one in extract.sources if one.layout.is_timed is not None]
    untimed = [one for one in of_signals if not one.layout.is_timed]
    named = [one for one in untimed if one.layout.maybe_times]
    for one in named:
        columns = "a column" if extract.config.privacy.pseudonymise else shown(one.layout.maybe_times, _COLUMNS)
        what = f"{printable(one.source.name)}: no times are read, though {columns} may hold them"
        yield Notice(UNTIMED, f"{what}; {unseen}", about_files=False)
    if untimed and not named and len(untimed) == len(of_signals):
        yield Notice(UNTIMED, f"no export of signals has times; {unseen}", about_files=False)


def _outside_window(extract: Extract) -> Iterator[Notice]:
    """Notices for types with most of their sightings outside the window: too few are left to find anything."""
    asked: Counter[str] = sum((one.tally.types_asked for one in extract.sources), Counter())
    outside: Counter[str] = sum((one.tally.types_outside for one in extract.sources), Counter())
    most = [
        f"{printable(name)} ({n:,} of {asked[name]:,})" for name, n in sorted(outside.items()) if 2 * n > asked[name]
    ]
    if most:
        what = f"most sightings of {listed(most)} lie outside the window and were set aside"
        yield Notice(OUTSIDE_WINDOW, f"{what}; are `window_start` and `window_end` meant so?", about_files=False)


def _of_accounts(extract: Extract, accounts: Accounts) -> Iterator[Notice]:
    described, of_account = extract.ledger.described, extract.ledger.of_account
    if described is not None:
        repeated = int((np.unique(described.account, return_counts=True)[1] > 1).sum())
        if repeated:
            what = f"{repeated:,} account{' is' if repeated == 1 else 's are'} described by more than one row"
            said = disagreements(described, extract.coder, extract.precedence)
            yield Notice("GL303", "; ".join((what, *said)), about_files=False)
    n_of_one, n_rows = int(of_account.max(initial=0)), int(of_account.sum())
    if n_rows >= _SEVERAL_ROWS and 2 * n_of_one > n_rows:
        what = f"{n_of_one:,} of {n_rows:,} rows are of one account"
        yield Notice("GL337", f"{what}; is `account_id` your customer's, or your own?", about_files=False)
    n_missing, n_seen = extract.ledger.undescribed()
    if n_missing >= max(FEW, SHARE * n_seen):
        what = f"{n_missing:,} of {n_seen:,} accounts that were seen are in no accounts export"
        yield Notice("GL315", f"{what}; nothing is known of their age and plan", about_files=False)
    for least, n, by, setting, which in (
        ("", _differing_by_zeros(accounts.ids), "leading zeros", "account_drop_zeros", "the sources that pad them"),
        ("at least ", _differing_by_capitals(accounts.ids), "capitals", "account_lower_case", "the sources"),
    ):
        if n:
            what = f"{least}{n:,} account id{' differs' if n == 1 else 's differ'} from others only by {by}"
            cure = f"if they are the same accounts, set `{setting} = true` for {which}"
            yield Notice("GL304", f"{what}; {cure}", about_files=False)


_SEVERAL_ROWS: Final = 500
"""Rows of which more than half are hardly of one account."""
_ASKED: Final = 100_000
"""Ids with a capital that are looked up in small letters: the first of them are enough."""


def _differing_by_capitals(ids: pa.StringArray) -> int:
    _, letters = bytes_of(ids)
    if not ((letters >= ord("A")) & (letters <= ord("Z"))).any():  # most ids are numbers
        return 0
    capital = ids.filter(pc.match_substring_regex(ids, "[A-Z]"))[:_ASKED]
    small = pc.utf8_lower(capital)
    distinct = coded(small)[0]
    others = int(np.count_nonzero(places_among(ids, distinct) >= 0))
    return others + len(small) - len(distinct)


def _differing_by_zeros(ids: pa.StringArray) -> int:
    padded = ids.filter(pc.match_substring_regex(ids, "^0+[0-9]+$"))
    if not len(padded):
        return 0
    plain = without_zeros(padded)
    others = int(np.count_nonzero(places_among(plain, ids) >= 0))
    return others + len(plain) - len(coded(plain)[0])


# --- what is not used -------------------------------------------------------------------------------------------------


def tell_unused(extract: Extract) -> Iterator[Notice]:
    """Notices for columns (GL305), types (GL342) and likely signals (GL341) that are not used, one for each set."""
    is_hidden = extract.config.privacy.pseudonymise  # a key of JSON may be a name
    for one in extract.sources:
        if one.layout.is_crowded:
            what = f"over {MOST:,} columns, whose names are data; only known and mapped ones were looked for"
            yield Notice("GL305", f"{printable(one.source.name)}: {what}")
    for names, where in _by_set(extract, lambda one: () if one.layout.is_crowded else one.layout.ignored):
        named = "" if is_hidden else ": " + shown(signals_first(names), _COLUMNS)
        n = len(names)
        yield Notice("GL305", f"{where}: {n} column{' is' if n == 1 else 's are'} not used{named}")
    for names, where in _by_set(extract, lambda one: sorted(one.tally.unknown_types)):
        often = [name for name in names if any(one.tally.unknown_types[name] > 1 for one in extract.sources)]
        named = f": {shown_types(often, len(names))}" if often and not is_hidden else ""
        n = len(names)
        what = f"{n} signal type{' is' if n == 1 else 's are'} not known and not used{named}"
        yield Notice("GL342", f"{where}: {what}; declare them in `[signals.NAME]`, or list them in `ignore_types`")
    if left := find_left_out(extract):
        n = len(left)
        named = "" if is_hidden else ": " + shown([each.name for each in left], _COLUMNS)
        what = f"{n} that {'is' if n == 1 else 'are'} not used may be {'a signal' if n == 1 else 'signals'}{named}"
        yield Notice("GL341", f"{what}; `graphlink check` says how to read {'it' if n == 1 else 'them'}")


def find_left_out(extract: Extract) -> tuple[LeftOut, ...]:
    """List what is not read and may well be a signal, by name."""
    ignored = {name.casefold() for name in extract.config.ignore_types}
    found: dict[str, list[str]] = {}
    for one in extract.sources:
        for name in () if one.layout.is_crowded else one.layout.ignored:
            found.setdefault(name, []).append(one.source.name)
        for name, n in one.tally.unknown_types.items():
            found.setdefault(name, []).extend([one.source.name] * (n > 1))
    likely = ((name, sources, meaning_of(name)) for name, sources in sorted(found.items()) if sources)
    return tuple(
        LeftOut(name, sources[0], len(sources), meaning.name)
        for name, sources, meaning in likely
        if meaning is not None and meaning.name not in FIELDS and meaning.name not in ignored
    )


def _by_set(extract: Extract, of: Callable[[SourceRead], Sequence[str]]) -> Iterator[tuple[tuple[str, ...], str]]:
    """Sets of names, and the sources that have just these: the files of one export say it once."""
    sets: dict[tuple[str, ...], list[str]] = {}
    for one in extract.sources:
        if names := tuple(of(one)):
            sets.setdefault(names, []).append(printable(one.source.name))
    for names, sources in sets.items():
        more = f" and {len(sources) - 1:,} more like it" if len(sources) > 1 else ""
        yield names, sources[0] + more


# --- digest -----------------------------------------------------------------------------------------------------------


def digest_of(sightings: Sightings, placeholders: Mapping[str, int]) -> str:
    """SHA-256 of what was accepted, in canonical order: the same for the same data in any files."""
    digest = hashlib.sha256()
    accounts = sightings.accounts
    names = (
        *(accounts.plan_names, accounts.country_names, accounts.status_names),
        [kind.name for kind in sightings.types],
        [f"{name}={number}" for name, number in sorted(placeholders.items())],
    )
    for texts in (accounts.ids, sightings.signal_value, *(pa.array(each, pa.string()) for each in names)):
        _add_text(digest, texts)
    for column, form in (
        *((accounts.created_at, "<i8"), (accounts.plan, "<i4"), (accounts.country, "<i4"), (accounts.status, "<i4")),
        *((sightings.signal_type, "<i2"), (sightings.account, "<i4"), (sightings.signal, "<i4")),
        *((sightings.first_seen, "<i8"), (sightings.last_seen, "<i8"), (sightings.count, "<i8")),
    ):
        digest.update(len(column).to_bytes(8, "little"))
        for start in range(0, len(column), _AT_ONCE):
            digest.update(column[start : start + _AT_ONCE].astype(form, order="C").data)
    return digest.hexdigest()


_AT_ONCE: Final = 1 << 20
"""Numbers that are spelt out together: a hundred million counts would take eight times what they are kept in."""


def _add_text(digest: hashlib._Hash, texts: pa.StringArray) -> None:
    sizes = pc.binary_length(texts).to_numpy(zero_copy_only=False).astype("<i4")
    digest.update(len(texts).to_bytes(8, "little"))
    digest.update(sizes.data)
    _, offsets, letters = texts.buffers()
    if letters is not None:
        bounds = np.frombuffer(offsets, dtype=np.int32)
        digest.update(memoryview(letters)[bounds[texts.offset] : bounds[texts.offset + len(texts)]])
