"""Names, ids and user agents, and prompts as templates."""

import hashlib
import re
import sys
import unicodedata

from graphlink.reading.normalise.prompts import PUBLIC_OPENINGS
from oracles import UNLINKABLE, Told, lowered

_UUID = re.compile(r"(?:urn:uuid:)?[{(]?([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})[)}]?", re.IGNORECASE | re.ASCII)


def dashed_uuid(text: str) -> str | None:
    """A UUID that is written as one."""
    found = _UUID.fullmatch(text)
    return found[1].lower() if found else None


def uuid(text: str, known: frozenset[str]) -> Told:
    """Read a UUID; one without dashes where the same is ``known`` with them."""
    if plain := dashed_uuid(text):
        return Told({"text": plain})
    if re.fullmatch("[0-9a-fA-F]{32}", text):
        small = text.lower()
        dashed = "-".join((small[:8], small[8:12], small[12:16], small[16:20], small[20:]))
        if dashed in known:
            return Told({"text": dashed})
    return Told({"text": text})


def plain(text: str) -> Told:
    """Take a value as it is."""
    return Told({"text": text})


def composed(text: str) -> Told:
    """Compose letters and accents."""
    return Told({"text": unicodedata.normalize("NFC", text)})


def small(text: str) -> Told:
    """Make small letters."""
    return Told({"text": lowered(text)})


def spaced(text: str) -> Told:
    """Make each run of ASCII's white space one space."""
    return Told({"text": re.sub("[ \t\n\v\f\r]+", " ", text)})


# --- prompts ----------------------------------------------------------------------------------------------------------

_DIGITS = "".join(chr(each) for each in range(sys.maxunicode + 1) if unicodedata.category(chr(each)) == "Nd")
_S = r"[ \t\n\f\r]"
_NOT_S = r"[^ \t\n\f\r"
_W, _B = r"[0-9A-Za-z_]", r"(?a:\b)"
_MONTHS = (
    "(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?"
    "|nov(?:ember)?|dec(?:ember)?)"
)
_ORDINAL = r"[0-9]{1,2}(?:st|nd|rd|th)?"
_VARIABLE = [
    r"```[\s\S]*?```",
    r'"""[\s\S]*?"""',
    r"'''[\s\S]*?'''",
    r"`[^`\n]*`",
    r'"[^"\n]*"',
    "“[^”\n]*”",
    "„[^“”\n]*[“”]",
    "«[^»\n]*»",
    "「[^」\n]*」",
    "『[^』\n]*』",
    rf"[a-z][a-z0-9+.-]*://{_NOT_S}<>\"']+",
    rf"www\.{_NOT_S}<>\"']+",
    r"[0-9A-Za-z_.+-]+@[0-9A-Za-z_-]+(?:\.[0-9A-Za-z_-]+)+",
    rf"{_NOT_S}<>\"']{{40,}}",
    rf"{_B}{_MONTHS}\.? {_ORDINAL}{_B}",
    rf"{_B}{_ORDINAL}(?: of)? {_MONTHS}{_B}",
    rf"{_B}(?:mon|tues|wednes|thurs|fri|satur|sun)day{_B},?",
    rf"{_B}{_W}*[0-9]{_W}*{_B}(?:[.,:/_-]{_W}*[0-9]{_W}*{_B})*",
    f"[{_DIGITS}]+",
]
_ANY_VARIABLE = re.compile("|".join(_VARIABLE))
_SPACED = re.compile(
    r"(^|[ \t\n\f\r(\[{=:,])"
    r"(?:['‘][^'’\n]*['’]|(?:~|\.{1,2}|[a-z]:)?(?:[/\\][0-9A-Za-z_.@~+-]+){2,}[/\\]?)"
    r"(\Z|[ \t\n\f\r)\]},.;:!?])"
)
_SEVERAL = re.compile("\x1a(?:[ \\t\\n\\f\\r,;:.|/+*=&()\\[\\]{}<>#%$€£-]*\x1a)+")
_UNSEEN = re.compile("[\xad\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff\x1a]+")
_BLANK = re.compile("[\t\v\f\r\xa0\u1680\u2000-\u200a\u202f\u205f\u3000]|  +")
_LINE = re.compile(" ?[\n\u2028\u2029][ \t\n\f\r\u2028\u2029]*")
_OPENING = re.compile(
    rf"(?:{_S}*(?:x-anthropic-billing-header:[^\n]*|"
    + "|".join(
        "".join(_S if letter == " " else re.escape(letter) for letter in line.lower())
        for line in sorted(PUBLIC_OPENINGS, key=len, reverse=True)
    )
    + rf"))+{_S}*"
)
_TEMPLATE = re.compile("t_[0-9a-f]{20}")


def template(text: str) -> Told:
    """Make a template of a prompt."""
    if _TEMPLATE.fullmatch(text):
        return Told({"template": text})
    text = _UNSEEN.sub("", lowered(text))
    text = _LINE.sub("\n", _BLANK.sub(" ", text))
    text = re.sub("  +", " ", text).strip()
    if opening := _OPENING.match(text):
        text = text[opening.end() :]
    text = _ANY_VARIABLE.sub("\x1a", text)
    for _ in range(2):
        text = _SPACED.sub("\\1\x1a\\2", text)
    text = _SEVERAL.sub("\x1a", text.replace("\n", " ")).strip()
    letters = "".join(each for each in text if unicodedata.category(each)[0] == "L")
    if len(text.encode()) < 64 and len(letters.encode()) < 16:
        return UNLINKABLE
    return Told({"template": "t_" + hashlib.sha256(text.encode()).hexdigest()[:20]})
