"""What the name of a column means, by its words: `paymentMethodFingerprint` and `CARD_FP` both mean a card.

A name is taken only if each of its words is accounted for, so `ip_count` and `card_type` mean nothing. Two degrees are
told apart: what leaves no doubt is read, what is likely is suggested, and written by `graphlink config init --from`.
"""

import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import product
from pathlib import Path
from typing import Any, Final, NamedTuple

from graphlink.model.fields import TIMES

_TABLE: Final[Mapping[str, Any]] = tomllib.loads(Path(__file__).with_name("meanings.toml").read_text("utf-8"))
_EXAMPLES: Final = 8
_WORD: Final = re.compile(r"[A-Z]+(?![a-z])\d*|[A-Z]?[a-z]+\d*|\d+|[^\W\d_]+")
_LONGEST: Final = 80
"""Characters of a name; no column that means something has a longer one."""
_LONGEST_PATH: Final = 3 * _LONGEST
"""Characters of a name with the names of the objects around it."""


class Meaning(NamedTuple):
    """What a name means."""

    name: str
    """A field of ours, a built-in signal, or one of ``DECLARABLE``."""
    is_sure: bool
    rank: int
    """Of the phrase among those of its meaning; the likeliest has the smallest."""


@dataclass(frozen=True, slots=True)
class _Phrase:
    words: frozenset[str]
    meaning: Meaning
    before: frozenset[str]
    after: frozenset[str]
    is_alone: bool

    def fits(self, words: Sequence[str]) -> bool:
        """Whether a name has all words of the phrase, and no other that it may not have where it stands."""
        if self.is_alone:
            return self.words == set(words) and len(words) == len(self.words)
        if not self.words.issubset(words):
            return False
        last = max(place for place, word in enumerate(words) if word in self.words)
        rest = ((place, word) for place, word in enumerate(words) if word not in self.words)
        return all(word in self.after or (place < last and word in self.before) for place, word in rest)


def _expanded(names: Sequence[str]) -> frozenset[str]:
    """The words of a list in which `@group` stands for a list of words."""
    parts = (_TABLE["groups"][name[1:]] if name.startswith("@") else [name] for name in names)
    return frozenset(word for part in parts for word in part)


def _phrases() -> Iterator[_Phrase]:
    around = frozenset(_TABLE["around"])
    for each in _TABLE["meanings"]:
        before, after = (around | _expanded(each.get(where, ())) for where in ("before", "after"))
        texts = [*((text, True) for text in each["words"]), *((text, False) for text in each.get("perhaps", ()))]
        for rank, (text, is_sure) in enumerate(texts):
            for words in product(*(part.split("|") for part in text.removeprefix("=").split())):
                meaning = Meaning(each["name"], is_sure, rank)
                yield _Phrase(frozenset(words), meaning, before, after, text.startswith("="))


_PHRASES: Final = tuple(_phrases())
_BY_WORD: Final[Mapping[str, tuple[_Phrase, ...]]] = {
    word: tuple(each for each in _PHRASES if word in each.words)
    for word in {w for each in _PHRASES for w in each.words}
}
_SPELLINGS: Final[Mapping[str, str]] = _TABLE["spellings"]
_OTHERS: Final = frozenset(_TABLE["others"])
_KNOWN: Final = frozenset(
    {*_BY_WORD, *_SPELLINGS, *_TABLE["around"], *(w for group in _TABLE["groups"].values() for w in group)}
)
_LONGEST_WORD: Final = max(map(len, _KNOWN))


def meaning_of(name: str) -> Meaning | None:
    """Give the meaning of a column's name, or None.

    Examples
    --------
    >>> [meaning.name for name in ("PAYMENT_METHOD_FINGERPRINT", "event.client.ip") if (meaning := meaning_of(name))]
    ['card', 'ip']
    >>> meaning_of("ip_count"), meaning_of("card_type"), meaning_of("device_first_seen")
    (None, None, None)
    >>> meaning_of("user_id").is_sure, meaning_of("account_id").is_sure
    (False, True)
    """
    return _meaning_of(name) if len(name) <= _LONGEST_PATH else None  # it may be any value: none is kept if long


@lru_cache(1 << 17)
def _meaning_of(name: str) -> Meaning | None:
    words = words_of(name)
    near = {id(each): each for word in words for each in _BY_WORD.get(word, ())}.values()
    found = [each for each in near if each.fits(words)]
    if not found:
        return _of_what_is_inside(name)
    longest = max(len(each.words) for each in found)
    best = [each.meaning for each in found if len(each.words) == longest]
    names = {each.name for each in best}
    return min(best, key=lambda each: (not each.is_sure, each.rank)) if len(names) == 1 else _of_several(best)


def _of_what_is_inside(name: str) -> Meaning | None:
    """The meaning of a value inside an object of any name, unless that is somebody else; never beyond doubt.

    Examples
    --------
    >>> meaning_of("auth.userId").name, meaning_of("merchant.email"), meaning_of("order.id")
    ('account_id', None, None)
    """
    outer, dot, inner = name.removeprefix("_source.").partition(".")
    if not dot or not _OTHERS.isdisjoint(words_of(outer)):
        return None
    found = meaning_of(inner)
    if found is None or found.name in TIMES or not (found.is_sure or len(words_of(inner)) > 1):
        return None
    return found._replace(is_sure=False)


def examples_of(ours: str) -> tuple[str, ...]:
    """Names of columns that mean this field or signal beyond doubt, apart from its own."""
    phrases = (text for each in _TABLE["meanings"] if each["name"] == ours for text in each["words"])
    spelt = (product(*(part.split("|") for part in text.split())) for text in phrases)
    names = ("_".join(words).replace("e_email", "e_mail") for each in spelt for words in each)
    return tuple(name for name in names if name != ours)[:_EXAMPLES]


def plain_meaning(name: str) -> str:
    """Our name of what a name means beyond doubt; empty where there is none."""
    meaning = meaning_of(name)
    return meaning.name if meaning is not None and meaning.is_sure else ""


def _of_several(found: Sequence[Meaning]) -> Meaning | None:
    """Of meanings whose phrases are equally long the one that is sure; where none is, or two are, there is none."""
    sure = [each for each in found if each.is_sure]
    return sure[0] if len({each.name for each in sure}) == 1 else None


def words_of(name: str) -> tuple[str, ...]:
    """Split a name into words of one spelling.

    Examples
    --------
    >>> words_of("_source.clientIPAddr"), words_of("Card Fingerprint"), words_of("useragent")
    (('client', 'ip', 'address'), ('card', 'fingerprint'), ('user', 'agent'))
    """
    if len(name) > _LONGEST:
        return ()
    found = (word.casefold() for word in _WORD.findall(name.removeprefix("_source.").replace("IPv", "ipv")))
    return tuple(_SPELLINGS.get(word, word) for each in found for word in _apart(each))


def _apart(word: str) -> Sequence[str]:
    """Cut what was written together into known words, where nothing is left over; else give it as it is."""
    ways: list[tuple[str, ...] | None] = [(), *(None for _ in word)]
    for end in range(2, len(word) + 1):
        starts = [
            start
            for start in range(max(0, end - _LONGEST_WORD), end - 1)
            if ways[start] is not None and word[start:end] in _KNOWN
        ]
        ways[end] = min(((*(ways[start] or ()), word[start:end]) for start in starts), key=len, default=None)
    return ways[-1] or (word,)
