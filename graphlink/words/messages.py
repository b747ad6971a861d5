"""Every message by its code: its title, its meaning and its cure.

They stand in ``messages.md``, which is also a page of the documentation. Codes are never reused: GL1nn refuse a file,
GL2nn set one row aside, GL3nn are notices, GL4nn concern the configuration, GL5nn questions, GL6nn and GL7nn the state,
GL8nn the machine.
"""

import re
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Final, NamedTuple


class MessageInfo(NamedTuple):
    """The title of a code, its meaning and its cure."""

    title: str
    meaning: str
    cure: str


def messages_page() -> str:
    """Read the catalogue as a Markdown page.

    Examples
    --------
    >>> messages_page().splitlines()[0]
    '# Messages'
    """
    return Path(__file__).with_name("messages.md").read_text("utf-8")


_ENTRY: Final = re.compile(
    r"^### (GL\d{3}): ([^\n]+)\n\n(.+?)\n\n\*\*What to do\.\*\* (.+?)\n$", re.MULTILINE | re.DOTALL
)

MESSAGES: Final[Mapping[str, MessageInfo]] = MappingProxyType(
    {code: MessageInfo(*(" ".join(text.split()) for text in texts)) for code, *texts in _ENTRY.findall(messages_page())}
)
