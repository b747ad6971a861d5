"""Raw prompts in, template ids out: what is left of a prompt when the variable parts are masked, as a hash.

Two prompts made from one template differ in numbers, names in quotes, links and pasted data; masked, they are equal.
The text itself is never kept: neither it nor its masked form leaves this module.
"""

import hashlib
from pathlib import Path
from typing import Final

import pyarrow as pa
import pyarrow.compute as pc

from graphlink.model.signals import Normalised
from graphlink.reading.normalise.arrow import flags, matches, only, replaced, within

PUBLIC_OPENINGS: Final = tuple(
    line
    for line in Path(__file__).with_name("public_prompts.txt").read_text("utf-8").splitlines()
    if line and not line.startswith("#")
)
"""Lines that tools and frameworks put before every prompt of every customer."""
_BILLING_LINE: Final = r"x-anthropic-billing-header:[^\n]*"
"""A line of another build and hash in each release, which a coding tool sends as its first block (RE2)."""
TEMPLATE_ID: Final = r"^t_[0-9a-f]{20}$"
"""80 bits of SHA-256: among 100 million prompts, two that differ get one id with a chance below one in 10**8."""

_LEAST_LETTERS: Final = 16
"""Bytes of letters (UTF-8) below which a prompt is no template: 16 letters of English, 6 of Chinese. English carries
about 1.3 bits a letter (Shannon 1951), so that is worth some 20 bits: as rare as one account in a million. What is
shorter ("hi", "translate 7"), strangers write by themselves; what is longer is left to the signal test."""
_SURELY_ENOUGH: Final = 64
"""Bytes from which letters need not be counted, which takes longer than all else: such a text is no accident."""

_MASK: Final = "\x1a"  # the SUBSTITUTE character: no prompt's own text, since it is dropped from the input
_UNSEEN: Final = r"[\x{AD}\x{200B}-\x{200F}\x{202A}-\x{202E}\x{2060}-\x{206F}\x{FE00}-\x{FE0F}\x{FEFF}\x1a]+"
_BLANKS: Final = r"[\t\v\f\r\x{A0}\x{1680}\x{2000}-\x{200A}\x{202F}\x{205F}\x{3000}]|  +"
_LINES: Final = r" ?[\n\x{2028}\x{2029}][\s\x{2028}\x{2029}]*"

# What changes from one use of a template to the next, longest things first.
_MONTH: Final = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?"
    r"|nov(?:ember)?|dec(?:ember)?)"
)
_VARIABLE: Final = (
    r"```(?s:.)*?```"  # pasted code
    r'|"""(?s:.)*?"""'
    r"|'''(?s:.)*?'''"
    r"|`[^`\n]*`"
    r'|"[^"\n]*"'
    r"|“[^”\n]*”|„[^“”\n]*[“”]|«[^»\n]*»|「[^」\n]*」|『[^』\n]*』"
    r"|[a-z][a-z0-9+.-]*://[^\s<>\"']+|www\.[^\s<>\"']+"
    r"|[\w.+-]+@[\w-]+(?:\.[\w-]+)+"
    r"|[^\s<>\"']{40,}"  # hashes, keys, data in base64, minified text
    rf"|\b{_MONTH}\.? \d{{1,2}}(?:st|nd|rd|th)?\b"
    rf"|\b\d{{1,2}}(?:st|nd|rd|th)?(?: of)? {_MONTH}\b"
    r"|\b(?:mon|tues|wednes|thurs|fri|satur|sun)day\b,?"
    r"|\b\w*\d\w*\b(?:[.,:/_-]\w*\d\w*\b)*"  # numbers, dates, versions, ids: every word with a digit
    r"|\p{Nd}+"
)
# Single quotes are apostrophes too, and a slash stands in and/or: these two count only with room on either side.
_SPACED: Final = (
    r"(^|[\s(\[{=:,])"
    r"(?:['‘][^'’\n]*['’]|(?:~|\.{1,2}|[a-z]:)?(?:[/\\][\w.@~+-]+){2,}[/\\]?)"  # 'quoted'; /a/path, c:\a\path
    r"($|[\s)\]},.;:!?])"
)
_MASKS: Final = rf"{_MASK}(?:[\s,;:.|/+*=&()\[\]{{}}<>#%$€£-]*{_MASK})+"  # a list is one variable, however long


def normalise_prompts(values: pa.StringArray) -> Normalised:
    r"""Reduce prompts to template ids.

    Parameters
    ----------
    values
        Distinct raw prompts, or template ids of a former run (kept), null where there is none to read.

    Returns
    -------
    Normalised
        ``template``: ``t_`` and 20 hexadecimal digits. A prompt of which nothing is left behind a public opening, or
        next to nothing at all, is unlinkable.

    Examples
    --------
    >>> found = normalise_prompts(pa.array([
    ...     'You are a helpful assistant. Grade the essay "Spring" from 1 to 10, as JSON.',
    ...     'Grade the essay “My dog”\nfrom 1 to 5, as json.',
    ...     "You are a helpful assistant.",
    ... ]))
    >>> first, second, third = found.signals["template"].to_pylist()
    >>> first == second, first[:2], third, found.unlinkable.tolist()
    (True, 't_', None, [False, False, True])
    """
    known = matches(values, TEMPLATE_ID)
    masked = mask_prompts(values.filter(~known))
    enough = flags(pc.greater_equal(pc.binary_length(masked), _SURELY_ENOUGH))
    letters = pc.replace_substring_regex(masked.filter(~enough), r"\P{L}+", "")
    enough[~enough] = flags(pc.greater_equal(pc.binary_length(letters), _LEAST_LETTERS))
    ids = [_template_id(text) for text in only(masked, enough).to_pylist()]
    unlinkable = within(~known, flags(masked.is_valid()) & ~enough)
    return Normalised({"template": replaced(values, ~known, ids)}, unlinkable)


def mask_prompts(values: pa.StringArray) -> pa.StringArray:
    r"""Strip public openings and mask what varies; the text that is hashed, with ``\x1a`` for each masked part.

    Examples
    --------
    >>> mask_prompts(pa.array(["Act as an expert software developer.\nFix  lines 3, 4 and 17 of https://x.org/a"]))[0]
    <pyarrow.StringScalar: 'fix lines \x1a and \x1a of \x1a'>
    """
    text = _settled(values)
    text = pc.replace_substring_regex(text, _OPENING, "")
    text = pc.replace_substring_regex(text, _VARIABLE, _MASK)
    for _ in range(2):  # of two in a row, the first match takes the space that the second needs
        spaced = matches(text, _SPACED)
        text = replaced(text, spaced, pc.replace_substring_regex(text.filter(spaced), _SPACED, rf"\1{_MASK}\2"))
    text = pc.replace_substring_regex(pc.replace_substring(text, "\n", " "), _MASKS, _MASK)
    return pc.utf8_trim_whitespace(text)


def _settled(values: pa.StringArray) -> pa.StringArray:
    """Make small letters and single blanks, keep single line ends, and drop what cannot be seen."""
    text = pc.replace_substring_regex(pc.utf8_lower(values), _UNSEEN, "")
    text = pc.replace_substring_regex(text, _BLANKS, " ")
    text = pc.replace_substring_regex(text, _LINES, "\n")
    return pc.utf8_trim_whitespace(pc.replace_substring_regex(text, "  +", " "))


def _escaped(line: str) -> str:
    """A public opening as a regular expression in which a line may also end where a space stands."""
    return "".join(r"\s" if letter == " " else f"\\x{{{ord(letter):x}}}" for letter in line.lower())


_OPENING: Final = (
    r"^(?:\s*(?:"
    + "|".join((_BILLING_LINE, *map(_escaped, sorted(PUBLIC_OPENINGS, key=len, reverse=True))))
    + r"))+\s*"
)


def _template_id(text: str | None) -> str | None:
    return None if text is None else "t_" + hashlib.sha256(text.encode()).hexdigest()[:20]
