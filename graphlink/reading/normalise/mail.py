"""E-mail addresses in the one spelling that their provider delivers to, and their domains.

Whoever owns ``jane.doe+1@googlemail.com`` owns ``janedoe@gmail.com`` too, so both become the latter. Domains are read
once each, however many addresses they have.
"""

import re
from dataclasses import dataclass
from typing import Final

import idna
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from graphlink.model.arrays import Bools, Int32s
from graphlink.model.signals import BadValue, Normalised
from graphlink.reading.columns.codebook import coded
from graphlink.reading.normalise.arrow import flags, matches, only, replaced, spread, within
from graphlink.reading.normalise.mail_providers import PROVIDERS, Provider
from graphlink.reading.normalise.placeholders import PLACEHOLDERS

# What nearly all addresses look like; the rest (quoted, beyond ASCII) is read one by one.
_COMMON: Final = r"^[a-z0-9.!#$%&'*+/=?^_`{|}~-]+@[a-z0-9.-]+$"
_QUOTED: Final = re.compile(r'"(?:[^"\\\x00-\x1f\x7f]|\\[\x20-\x7e])+"')
_UNQUOTED: Final = re.compile(r'[^\s"(),:;<>@\[\\\]\x00-\x1f\x7f]+')
_LONGEST_LOCAL: Final = 64  # octets, RFC 5321
_LONGEST_DOMAIN: Final = 253
_DOMAIN: Final = re.compile(
    r"(?=.{4,253}$)(?:[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?\.)+[a-z](?:[a-z0-9-]{0,61}[a-z0-9])"
)

# RFC 2606 and 6761: names that never belong to anybody.
_RESERVED_TOPS: Final = frozenset({"test", "example", "invalid", "localhost", "local"})
_RESERVED_DOMAINS: Final = frozenset({"example.com", "example.net", "example.org", "localhost"})
_PLACEHOLDER_DOMAINS: Final = frozenset(PLACEHOLDERS["email_domain"])

_NOT_MAIL: Final = 'not an e-mail address; if addresses are hashed, declare the type with normalise = "text"'
_NOT_DOMAIN: Final = 'not a mail domain; if domains are hashed, declare the type with normalise = "text"'


@dataclass(frozen=True, slots=True)
class _Domain:
    """What is known of a domain as it was written. ``name`` is None where it is none."""

    name: str | None = None
    provider: Provider | None = None
    owner: str | None = None
    reserved: bool = False


def normalise_mail(values: pa.StringArray) -> Normalised:
    """Bring addresses to the spelling that their provider delivers to.

    Parameters
    ----------
    values
        Distinct raw addresses without spaces around them, null where there is none to read.

    Returns
    -------
    Normalised
        ``email`` and ``email_domain``. Small letters, domains in ASCII (IDNA), dots and tags dropped where the
        provider ignores them. Reserved domains (example.com) are unlinkable; what is no address is bad (GL230).

    Examples
    --------
    >>> found = normalise_mail(pa.array(["Jane.Doe+x@GoogleMail.com", "Jane.Doe+x@initech.com", "jane"]))
    >>> found.signals["email"].to_pylist()
    ['janedoe@gmail.com', 'jane.doe+x@initech.com', None]
    >>> found.signals["email_domain"].to_pylist(), len(found.bad)
    (['gmail.com', 'initech.com', None], 1)
    """
    small = pc.utf8_lower(values)
    shaped = matches(small, _COMMON)
    odd = flags(values.is_valid()) & ~shaped
    if odd.any():
        read = [_read_odd(value) for value in small.filter(odd).to_pylist()]
        small = replaced(small, odd, read)
        shaped = flags(small.is_valid())
    small = only(small, shaped)

    parts = pc.split_pattern(small.filter(shaped), "@", max_splits=1, reverse=True).values
    local = parts.take(pa.array(np.arange(0, len(parts), 2)))
    distinct, which = coded(parts.take(pa.array(np.arange(1, len(parts), 2))))
    domains = [_read_domain(name) for name in distinct.to_pylist()]

    local = _delivered(local, domains, which)
    fits = np.array([domain.name is not None for domain in domains], dtype=np.bool_)[which]
    fits &= pc.binary_length(local).to_numpy(zero_copy_only=False) > 0
    reserved = np.array([domain.reserved for domain in domains], dtype=np.bool_)[which] & fits
    name = pa.array([domain.name for domain in domains], pa.string()).take(pa.array(which))

    good, unlinkable = within(shaped, fits & ~reserved), within(shaped, reserved)
    bad = flags(values.is_valid()) & ~good & ~unlinkable
    return Normalised(
        {
            "email": only(spread(pc.binary_join_element_wise(local, name, "@"), shaped), good),
            "email_domain": only(spread(name, shaped), good),
        },
        unlinkable,
        tuple(BadValue(int(row), "GL230", _NOT_MAIL) for row in np.flatnonzero(bad)),
    )


def normalise_domains(values: pa.StringArray) -> Normalised:
    """Bring mail domains to ASCII and small letters, one for each provider.

    Examples
    --------
    >>> normalise_domains(pa.array(["@GoogleMail.com", "Bücher.example.de"])).signals["email_domain"].to_pylist()
    ['gmail.com', 'xn--bcher-kva.example.de']
    """
    bare = pc.replace_substring_regex(pc.utf8_lower(values), "^.*@", "")
    distinct, place = coded(bare)
    which = pa.array(place, mask=place < 0)
    domains = [_read_domain(name) for name in distinct.to_pylist()]
    name = pa.array([None if domain.reserved else domain.name for domain in domains], pa.string()).take(which)
    unlinkable = flags(pa.array([domain.reserved for domain in domains], pa.bool_()).take(which))
    bad = flags(values.is_valid()) & ~flags(name.is_valid()) & ~unlinkable
    return Normalised(
        {"email_domain": name},
        unlinkable,
        tuple(BadValue(int(row), "GL230", _NOT_DOMAIN) for row in np.flatnonzero(bad)),
    )


def _read_odd(address: str) -> str | None:
    """Read an address with quotes or letters beyond ASCII; None where it is none."""
    local, _, domain = address.rpartition("@")
    if not (_UNQUOTED.fullmatch(local) or _QUOTED.fullmatch(local)):
        return None
    return f"{local}@{domain}"


def _read_domain(name: str) -> _Domain:
    """Read a domain in small letters."""
    domain = _in_ascii(name.rstrip("."))
    if domain in _RESERVED_DOMAINS:
        return _Domain(domain, reserved=True)
    if not _DOMAIN.fullmatch(domain):
        return _Domain()
    reserved = (
        domain.rpartition(".")[2] in _RESERVED_TOPS
        or ".".join(domain.split(".")[-2:]) in _RESERVED_DOMAINS
        or domain in _PLACEHOLDER_DOMAINS
    )
    provider = PROVIDERS.get(domain)
    if provider is not None:
        return _Domain(provider.domain or domain, provider)
    owner, _, parent = domain.partition(".")
    above = PROVIDERS.get(parent)
    if above is not None and above.takes_subdomains:
        return _Domain(parent, above, owner)
    return _Domain(domain, reserved=reserved)


def _in_ascii(name: str) -> str:
    """Write a domain in ASCII; as it is where that cannot be done or it is too long to be one."""
    if name.isascii() or len(name) > _LONGEST_DOMAIN:
        return name
    try:
        return idna.encode(name, uts46=True).decode("ascii")
    except idna.IDNAError:
        return name


def _delivered(local: pa.StringArray, domains: list[_Domain], which: Int32s) -> pa.StringArray:
    """Drop from each local part what its provider ignores; empty where nothing remains or it is too long."""
    owned = np.array([domain.owner is not None for domain in domains], dtype=np.bool_)[which]
    local = replaced(local, owned, [domains[at].owner for at in which[owned].tolist()])

    providers = [domain.provider for domain in domains]
    tagged = _of(providers, which, set(PROVIDERS.values())) & matches(local, r'^[^+"]+\+')
    local = replaced(local, tagged, pc.replace_substring_regex(local.filter(tagged), r"^([^+]+)\+.*$", r"\1"))
    for ignored in sorted({provider.ignored for provider in PROVIDERS.values()} - {""}):
        careless = {provider for provider in PROVIDERS.values() if provider.ignored == ignored}
        dotted = _of(providers, which, careless) & matches(local, f"[{ignored}]")
        local = replaced(local, dotted, pc.replace_substring_regex(local.filter(dotted), f"[{ignored}]", ""))
    dashing = {provider for provider in PROVIDERS.values() if provider.dot_is_dash}
    dashed = _of(providers, which, dashing) & matches(local, r"\.")
    local = replaced(local, dashed, pc.replace_substring(local.filter(dashed), ".", "-"))

    too_long = pc.binary_length(local).to_numpy(zero_copy_only=False) > _LONGEST_LOCAL
    return replaced(local, too_long, [""] * int(too_long.sum()))


def _of(providers: list[Provider | None], which: Int32s, wanted: set[Provider]) -> Bools:
    """Which addresses lie with one of the wanted providers."""
    answers = np.array([provider in wanted for provider in providers], dtype=np.bool_)
    mask: Bools = answers[which]
    return mask
