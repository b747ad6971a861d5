"""Ids and values exchanged for pseudonyms: sightings and a secret key go in, sightings without a raw name come out.

A pseudonym is an HMAC, so nobody can make it, or undo it by trying all numbers, without the key. The same name has the
same pseudonym under one key, so runs can be compared from week to week. What the method knows of two values is kept:
addresses of one /24 or /64 share the first half of their pseudonyms, which is that of their network, and a mail address
ends in the pseudonym of its domain. Domains where anyone gets an address name nobody and stay as they are.
"""

import hmac
import ipaddress
import re
from collections.abc import Callable, Collection
from dataclasses import dataclass, field, replace
from functools import lru_cache
from pathlib import Path
from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from graphlink.config.settings import PrivacyConfig
from graphlink.engine.files import read_secret
from graphlink.model.arrays import Int16s, Int32s, Int64s, Wholes
from graphlink.model.families import MAIL_DOMAIN, MAILBOX
from graphlink.model.fields import ACCOUNT
from graphlink.model.reading import Reading
from graphlink.model.rows import Notice, Reject
from graphlink.model.sightings import Accounts, Sightings
from graphlink.reading.categories import are_categories
from graphlink.reading.normalise.mail_providers import anyones_domain
from graphlink.words.errors import ConfigError
from graphlink.words.messages import MESSAGES

KEY_BYTES: Final = 32
_KEPT_BYTES: Final = 16
"""Of the HMAC: 128 bits. Among a billion names, two meet with chance 10**-21."""

MARK: Final = "p-"
"""Every pseudonym begins so: nobody takes it for a name, and no spreadsheet for a formula."""

_FEWEST_BYTES: Final = 12
"""Different bytes in a key at least: one drawn by chance has fewer with chance 10**-17, a typed one nearly always."""


# --- the key ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Key:
    """A secret of 32 bytes, and what it is called."""

    secret: bytes = field(repr=False)

    @property
    def key_id(self) -> str:
        """A name for the key that reveals nothing of it, 16 hexadecimal digits.

        Examples
        --------
        >>> Key(bytes(range(32))).key_id
        '712fd74e12c20125'
        """
        return hmac.digest(self.secret, b"graphlink key", "sha256")[:8].hex()


def read_key(path: Path, wanted: str | None = None) -> Key:
    """Read a key from a file of its owner alone: 32 bytes, or these as 64 hexadecimal digits.

    Raises
    ------
    ConfigError
        GL408 if others can read the file; GL410 if it holds no key; GL411 if it is not the key of the id ``wanted``.
    """
    content = read_secret(path)
    if len(content) != KEY_BYTES:
        try:
            content = bytes.fromhex(content.decode("ascii"))
        except ValueError:
            content = b""
    if len(content) != KEY_BYTES:
        raise ConfigError("GL410", path, f"no key of {KEY_BYTES} bytes", _MAKE)
    if len(set(content)) < _FEWEST_BYTES:
        raise ConfigError("GL410", path, "the key was typed and not drawn", _MAKE)
    key = Key(content)
    if wanted not in (None, key.key_id):
        what = f"this is key {key.key_id}, and the settings name {wanted}"
        raise ConfigError("GL411", path, what, "put the key back; another one makes all accounts new")
    return key


_MAKE: Final = "make one: (umask 077; head -c 32 /dev/urandom > graphlink.key)"


def key_of(privacy: PrivacyConfig) -> Key | None:
    """Read the key that the settings name, or none where names stay as they are; raises what ``read_key`` does."""
    if not privacy.pseudonymise or privacy.key_file is None:
        return None
    return read_key(Path(privacy.key_file), wanted=privacy.key_id)


# --- one name ---------------------------------------------------------------------------------------------------------


def pseudonym(key: Key, kind: str, value: str) -> str:
    """Exchange one value of a signal type, or the id of an account, for its pseudonym.

    Parameters
    ----------
    key
        The secret key.
    kind
        The signal type, or ``account_id``.
    value
        The value as it stands in the tables of a run.

    Examples
    --------
    >>> key = Key(bytes(range(32)))
    >>> pseudonym(key, "account_id", "ann")
    'p-29d22e84d99739de0dd2b88733b7f656'
    >>> network = pseudonym(key, "ip24", "9.9.9.0/24")
    >>> pseudonym(key, "ip", "9.9.9.9").startswith(network), pseudonym(key, "ip", "9.9.8.9").startswith(network)
    (True, False)
    >>> domain = pseudonym(key, "email_domain", "initech.com")
    >>> pseudonym(key, "email", "bob@initech.com").endswith("@" + domain), pseudonym(key, "email_domain", "gmail.com")
    (True, 'gmail.com')
    """
    return _MAKERS.get(kind, _plain)(key, kind, value)


def can_be_pseudonym(kind: str, value: str) -> bool:
    """Whether some name of a type could have this pseudonym, whatever the key.

    Examples
    --------
    >>> can_be_pseudonym("account_id", "p-29d22e84d99739de0dd2b88733b7f656"), can_be_pseudonym("account_id", "p-17")
    (True, False)
    >>> can_be_pseudonym("email_domain", "gmail.com"), can_be_pseudonym("email_domain", "initech.com")
    (True, False)
    """
    if kind == MAIL_DOMAIN and anyones_domain(value) == value:
        return True
    return _MADE.match(value) is not None and (kind in _MAKERS or _MADE.fullmatch(value) is not None)


_MADE: Final = re.compile(re.escape(MARK) + "[0-9a-f]{32}")


def _plain(key: Key, kind: str, value: str) -> str:
    return MARK + _digits(key, kind, value)


def _digits(key: Key, kind: str, value: str) -> str:
    # No type has a NUL in its name, so no two pairs give the same bytes.
    message = b"\0".join((kind.encode(), value.encode("utf-8", "surrogatepass")))
    return hmac.digest(key.secret, message, "sha256")[:_KEPT_BYTES].hex()


def _address(key: Key, kind: str, value: str) -> str:
    network = _network(value)
    if network is None:  # a type of that name that was declared with values of another form
        return _plain(key, kind, value)
    return f"{_neighbourhood(key, *network)}.{_digits(key, kind, value)}"


@lru_cache(maxsize=1 << 16)
def _neighbourhood(key: Key, kind: str, value: str) -> str:
    """Many values share a network or a domain, so these are made once."""
    return _plain(key, kind, value)


def _network(address: str) -> tuple[str, str] | None:
    """The type and spelling of the network around an address, as the signals stage has them."""
    if _IPV4.fullmatch(address):
        return "ip24", f"{address.rpartition('.')[0]}.0/24"
    try:
        parsed = ipaddress.IPv6Address(address)
    except ValueError:
        return None
    return "ip64", _network64(int(parsed) >> 64)


_IPV4: Final = re.compile(r"(?:[0-9]{1,3}\.){3}[0-9]{1,3}")


@lru_cache(maxsize=1 << 16)
def _network64(upper: int) -> str:
    return str(ipaddress.IPv6Network((upper << 64, 64)))


def _mail(key: Key, kind: str, value: str) -> str:
    _, at, domain = value.rpartition("@")
    return _plain(key, kind, value) + (at and at + _domain(key, MAIL_DOMAIN, domain))


@lru_cache(maxsize=1 << 16)
def _domain(key: Key, kind: str, value: str) -> str:
    anyones = anyones_domain(value)
    if anyones is None:
        return _plain(key, kind, value)
    return anyones if anyones == value else f"{_plain(key, kind, value)}.{anyones}"


_MAKERS: Final[dict[str, Callable[[Key, str, str], str]]] = {"ip": _address, MAILBOX: _mail, MAIL_DOMAIN: _domain}


# --- all names --------------------------------------------------------------------------------------------------------


def pseudonymise_reading(reading: Reading, key: Key, known_statuses: Collection[str] = ()) -> Reading:
    """Exchange every name of a reading, and forget the raw rows that were set aside.

    Statuses of the settings stay, however few accounts have them: they mark closed accounts.

    The digest of the rows stays out too: of few rows it could be undone by trying. ``reading.digest`` becomes an HMAC.
    """
    sightings, order = _exchange_sightings(reading.sightings, key, known_statuses)
    trace = reading.trace
    return replace(
        reading,
        sightings=sightings,
        rejects=tuple(map(_without_content, reading.rejects)),
        digest=hmac.digest(key.secret, b"graphlink digest\0" + reading.digest.encode(), "sha256").hex(),
        notices=(*reading.notices, Notice("GL325", f"names are pseudonyms under key {key.key_id}", about_files=False)),
        key_id=key.key_id,
        unused_columns=(),  # names of columns may be data
        maybe_times=(),
        left_out=(),
        trace=trace and replace(trace, source=trace.source[order], line=trace.line[order]),
    )


def _without_content(reject: Reject) -> Reject:
    # A reason may quote the value that it is about, so the code's title takes its place.
    return replace(reject, raw=b"", reason=MESSAGES[reject.code].title)


def _exchange_sightings(sightings: Sightings, key: Key, known_statuses: Collection[str]) -> tuple[Sightings, Int64s]:
    """The sightings under new names, and which of the old ones each is.

    Everything is numbered and sorted anew, so that no order reveals the raw names.
    """
    accounts, account_place = _exchange_accounts(sightings.accounts, key, known_statuses)
    values, types, signal_place = _exchange_values(sightings, key)
    account = account_place[sightings.account]
    signal = signal_place[sightings.signal]
    order = np.argsort(account.astype(np.int64) << 32 | signal, kind="stable")
    exchanged = replace(
        sightings,
        accounts=accounts,
        signal_type=types,
        signal_value=values,
        account=account[order],
        signal=signal[order],
        first_seen=sightings.first_seen.only(order),
        last_seen=sightings.last_seen.only(order),
        count=sightings.count[order],
    )
    return exchanged, order


def _exchange_accounts(accounts: Accounts, key: Key, known_statuses: Collection[str]) -> tuple[Accounts, Int32s]:
    """The accounts under new names in the order of these, and the new place of each."""
    ids, order, place = _sorted([pseudonym(key, ACCOUNT, each) for each in accounts.ids.to_pylist()])
    plan, plans = _exchange_rare(accounts.plan[order], accounts.plan_names, "plan", key)
    country, countries = _exchange_rare(accounts.country[order], accounts.country_names, "country", key)
    status, statuses = _exchange_rare(accounts.status[order], accounts.status_names, "status", key, known_statuses)
    created_at = accounts.created_at[order]
    return Accounts(ids, created_at, plan, country, status, plans, countries, statuses), place


def _exchange_rare(
    codes: Wholes, names: tuple[str, ...], kind: str, key: Key, known: Collection[str] = ()
) -> tuple[Int32s, tuple[str, ...]]:
    """Keep the names of categories and known names; exchange names of few accounts."""
    stay = zip(names, are_categories(codes, names, known), strict=True)
    texts, _, place = _sorted([name if stays else pseudonym(key, kind, name) for name, stays in stay])
    return np.append(place, np.int32(-1))[codes], tuple(texts.to_pylist())


def _exchange_values(sightings: Sightings, key: Key) -> tuple[pa.StringArray, Int16s, Int32s]:
    """The values under new names by type and bytes, their types, and the new place of each."""
    names = [each.name for each in sightings.types]
    values = zip(sightings.signal_type.tolist(), sightings.signal_value.to_pylist(), strict=True)
    new = pa.array([pseudonym(key, names[kind], value) for kind, value in values], pa.string())
    keys = pa.table({"type": pa.array(sightings.signal_type), "value": new})
    order = pc.sort_indices(keys, [("type", "ascending"), ("value", "ascending")]).to_numpy()
    return new.take(pa.array(order)), sightings.signal_type[order], _inverse(order)


def _sorted(texts: list[str]) -> tuple[pa.StringArray, Int64s, Int32s]:
    array = pa.array(texts, pa.string())
    order = pc.array_sort_indices(array).to_numpy()
    return array.take(pa.array(order)), order, _inverse(order)


def _inverse(order: Int64s) -> Int32s:
    place = np.empty(len(order), dtype=np.int32)
    place[order] = np.arange(len(order), dtype=np.int32)
    return place
