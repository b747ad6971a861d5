"""Check declared signal types: valid names, families and placeholders."""

import difflib
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from graphlink.model.fields import FIELDS
from graphlink.model.graph import MOST_FAMILIES
from graphlink.model.rows import Notice
from graphlink.model.signal_types import BUILT_IN_TYPES, FAMILIES

_AS_WRITTEN: Final = "exports may write it with capitals, and with spaces, hyphens or dots for _"


def wrong_declarations(
    families: Mapping[str, str], placeholders: Iterable[str]
) -> Iterator[tuple[tuple[str, ...], str]]:
    """Find mistakes in declared types, given by their families, and in the types of placeholders.

    Each is a settings key and a message.

    Examples
    --------
    >>> list(wrong_declarations({"Seat": "place"}, ["*", "ip"]))[0][0]
    ('signals', 'Seat')
    """
    for name, family in families.items():
        for what, word in (("name", name), ("family", family)):
            if not re.fullmatch(r"[a-z][a-z0-9_]{0,62}", word):
                message = f"signal type {name!r}: {what} {word!r} must be small letters, digits and _, a letter first"
                message += f" ({_AS_WRITTEN})" if what == "name" else ""
                yield ("signals", name), message
        if name in FIELDS:
            message = f"signal type {name!r} has the name of a column with a meaning of its own; choose another"
            yield ("signals", name), message
    all_families = {each.name: each.family for each in BUILT_IN_TYPES} | dict(families)
    n_families = len(set(all_families.values()))
    if n_families > MOST_FAMILIES:
        message = (
            f"the signal types are of {n_families} families, and {MOST_FAMILIES} are the most; give types that "
            "do not corroborate each other one family"
        )
        yield ("signals", list(families)[-1]), message
    for name in sorted({*placeholders} - {*all_families, "*"}):
        message = f"placeholders are given for {name!r}, which is not a signal type; write its name, or '*'"
        yield ("reading", "placeholders", name), message


_NEAR: Final = 0.8
"""The similarity at which a name counts as a typing mistake, as `devise`. Below it, `department` is similar to
`payment`."""


def near_families(families: Mapping[str, str]) -> Iterator[Notice]:
    """Report declared types whose family is almost a known one (GL324): they would corroborate the same data.

    Examples
    --------
    >>> print(next(near_families({"device_hash": "devise"})).text)
    signal type device_hash is of a family of its own, `devise`; if it has the data of the family `device`, write that
    >>> list(near_families({"device_hash": "device", "seat": "place"}))
    []
    """
    for name, family in families.items():
        near = difflib.get_close_matches(family, FAMILIES, n=1, cutoff=_NEAR)
        if near and near[0] != family:
            what = f"signal type {name} is of a family of its own, `{family}`"
            cure = f"if it has the data of the family `{near[0]}`, write that"
            yield Notice("GL324", f"{what}; {cure}", about_files=False)
