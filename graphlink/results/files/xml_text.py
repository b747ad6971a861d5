"""Text for XML 1.0: escaped, with unsupported characters made visible, so that a strict parser accepts it."""

import re
from typing import Final
from xml.sax.saxutils import escape

from graphlink.results.text import visible

PLAIN: Final = r"[\x20\x21\x23-\x25\x27-\x3B\x3D\x3F-\x7E]"
"""ASCII characters that need no escaping, as a class of RE2."""

_NOT_XML: Final = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
# Parsers turn a bare carriage return into a line feed, and in an attribute all three into blanks; as references they
# come back as they were.
_BLANKS: Final = {"\t": "&#9;", "\n": "&#10;", "\r": "&#13;", '"': "&quot;"}


def xml_text(text: str) -> str:
    r"""Escape a text for XML 1.0, in an element or a quoted attribute, so that a strict parser returns it unchanged.

    Examples
    --------
    >>> xml_text('a<b>\r"&"\x1b')
    'a&lt;b&gt;&#13;&quot;&amp;&quot;\\u{1B}'
    """
    return escape(_NOT_XML.sub(lambda match: visible(match[0]), text), _BLANKS)
