"""Cures in Python for messages about files and settings: a problem or notice of a table goes in, words come out.

Somebody who called a function has no file to export again, and no source in a settings file.
"""

import re
import tomllib
from dataclasses import replace
from pathlib import Path
from typing import Final

from graphlink.model.rows import Notice
from graphlink.words.errors import Problem

_MAPPED: Final = re.compile(r"\[columns\] (?P<ours>\w+) = '(?P<theirs>.*)', in a file that --config names.*")
_CURES: Final = tomllib.loads(Path(__file__).with_name("remedies.toml").read_text("utf-8"))
CURES: Final[dict[str, str]] = _CURES["cures"]
"""The cure in Python, by the code of the message or of its reason."""

_HASHED: Final = re.compile(r"write `\[signals\.(\w+)\]` with `normalise = 'text'`.*")
NO_CONTEXT: Final = "give it any of `created_at`, `email`, `phone`, `plan`, `country` and `status`, or leave it out"

NAMES: Final = "name its columns: `.set_axis(['account_id', …], axis='columns')`"
NAME_UNKNOWN: Final = "name in the table"
"""Stands in a cure if no column is likely to be the missing one."""
OF_PANDAS: Final = re.compile(r"(?:^|`)\.[a-z]")
"""Marks a cure for pandas only: methods of a frame."""

_TYPED: Final = re.compile(r"has type (?:large_)?(?P<kind>[a-z]+)")
_OF_TYPES: Final[dict[str, str]] = _CURES["types"]
"""The cure for a column of one of these types: as text, 17.0 is not 17."""
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
"""The method on a column of ids that replaces a setting of a source."""
_REJECTS: Final = "`check` counts why, rejects.jsonl of a run names each"


def in_python(problem: Problem) -> str:
    """The cure for a problem of a table."""
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
    """Reword a notice that names a setting of a source or a file of a run, with the cure for a table.

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
    methods = "".join(_METHODS[name].format(value) for name, value in _SETTING.findall(advised["settings"]))
    whose = _CURES["whose"].get(advised["whose"], "the ids of both tables")
    return f"write `{methods}` behind {whose}"
