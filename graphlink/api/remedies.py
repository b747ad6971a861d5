"""What to do in Python where a message speaks of files and settings: a problem or a notice of a table in, words out.

Whoever called a function has no file to export again, and no source in a settings file to write a key below.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from graphlink.model.rows import Notice
    from graphlink.words.errors import Problem

_MAPPED: Final = re.compile(r"\[columns\] (?P<ours>\w+) = '(?P<theirs>.*)', in a file that --config names")
CURES: Final = {
    "GL103": "give it rows, or leave it out",
    "GL111": "give ids and values as text (`.astype('str')`), times as timestamps, counts as whole numbers",
    "GL112": "make its text anew: `.str.encode('utf-8', 'replace').str.decode('utf-8')`",
    "GL120": "rename its columns, or map them: config=gl.Config(columns={'ip': 'name in the table'})",
    "GL124": "declare it: config=gl.Config(signals={'NAME': {'family': 'device', 'provenance': 'observed'}}), or leave "
    "it out: config=gl.Config(ignore_types=['NAME'])",
    "GL220": "give every row its id, or leave those rows out (`.dropna(subset=['account_id'])`)",
    "GL213": "if they are honest: config=gl.Config(reading={'max_id_bytes': 4096}), and `max_value_bytes` likewise",
    "GL240": "make its times timestamps: `pandas.to_datetime(…, format='%d/%m/%Y %H:%M', utc=True)`, with their format",
    "GL231": "give counts as whole numbers above zero, of at most 15 digits",
    "GL241": "give its times a zone (`pandas.to_datetime(…).dt.tz_localize('UTC')`), or "
    "config=gl.Config(reading={'timezone': 'UTC'})",
    "GL243": "give its times as timestamps (`pandas.to_datetime`, with the unit that they are in)",
    "GL244": "leave out the rows that are later than now",
}
"""What to do in Python, by the code of the message or of the reason that it names."""

_HASHED: Final = re.compile(r"write `\[signals\.(\w+)\]` with `normalise = 'text'`.*")
NO_CONTEXT: Final = "give it any of `created_at`, `email`, `phone`, `plan`, `country` and `status`, or leave it out"

NAMES: Final = "name its columns: `.set_axis(['account_id', …], axis='columns')`"
NAME_UNKNOWN: Final = "name in the table"
"""Stands where no column is likely to be the one that is missing."""
OF_PANDAS: Final = re.compile(r"(?:^|`)\.[a-z]")
"""What a cure has that a table of Arrow has not: methods of a frame."""

_TYPED: Final = re.compile(r"has type (?:large_)?(?P<kind>[a-z]+)")
_OF_TYPES: Final = {
    "double": "read it anew as text (`dtype=str`): as floats, ids have lost zeros in front and long ones their last "
    "digits. Where it holds whole numbers for certain, `.astype('Int64')`; epoch times through "
    "`pandas.to_datetime(…, unit='s', utc=True)`",
    "binary": "decode it: `.map(lambda each: each.decode() if isinstance(each, bytes) else each)`",
    "list": "give each entry a row of its own: `.explode('column')`",
}
"""What to do where a column has one of these types: made text, 17.0 is not 17."""
_OF_TYPES["float"] = _OF_TYPES["halffloat"] = _OF_TYPES["double"]

ONE_KIND: Final = (
    "make them of one kind: `pandas.to_datetime(…, utc=True)`, which takes what has no zone for UTC; where it is "
    "another's, `.dt.tz_localize('Europe/Berlin')` before they are put together"
)

_ADVISED: Final = re.compile(r"set (?P<settings>`account_[^`]*`(?: and `account_[^`]*`)?) for (?P<whose>[a-z ]+)$")
_SETTING: Final = re.compile(r"`account_(\w+) = (true|\"[^`]*\")`")
_METHODS: Final = {
    "drop_zeros": ".str.replace('^0+(?=[0-9]+$)', '', regex=True)",
    "lower_case": ".str.lower()",
    "prefix": ".str.removeprefix({})",
    "suffix": ".str.removesuffix({})",
}
"""What is done to a column of ids in place of a setting of a source."""
_WHOSE: Final = {
    "the source": "the ids of this table",
    "each of the others": "the ids of the other table",
    "the sources that pad them": "the ids that are padded",
    "the sources": "the ids",
}
_REJECTS: Final = "`check` counts why, rejects.jsonl of a run names each"


def in_python(problem: Problem) -> str:
    """What to do about a problem of a table."""
    mapped = _MAPPED.fullmatch(problem.fix)
    if mapped:
        ours, theirs = mapped["ours"], mapped["theirs"].replace("name in the file", NAME_UNKNOWN)
        return f".rename(columns={{{theirs!r}: {ours!r}}}), or config=gl.Config(columns={{{ours!r}: {theirs!r}}})"
    if "`ignore_columns`" in problem.fix:
        return problem.fix
    typed = _TYPED.search(problem.what)
    if typed and typed["kind"] in _OF_TYPES:
        return _OF_TYPES[typed["kind"]]
    cures = (cure for code, cure in CURES.items() if code == problem.code or code in problem.what)
    return next(cures, _HASHED.sub(r"config=gl.Config(signals={'\1': {'normalise': 'text'}})", problem.fix))


def notice_in_python(notice: Notice) -> Notice:
    """Say what can be done to a table where a notice names a setting of a source, or a file that a run writes.

    Examples
    --------
    >>> from graphlink.model.rows import Notice
    >>> text = 'If they are the same accounts, set `account_suffix = ".0"` for the source'
    >>> notice_in_python(Notice("GL316", text)).text
    'If they are the same accounts, write `.str.removesuffix(".0")` behind the ids of this table'
    """
    text = notice.text.replace(_REJECTS, "result.run.reading.rejects names each")
    return replace(notice, text=_ADVISED.sub(_done_to_ids, text.replace("in any other source", "in the other table")))


def _done_to_ids(advised: re.Match[str]) -> str:
    methods = "".join(_METHODS[name].format(told) for name, told in _SETTING.findall(advised["settings"]))
    return f"write `{methods}` behind {_WHOSE.get(advised['whose'], 'the ids of both tables')}"
