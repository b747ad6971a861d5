"""IPv4 and IPv6 addresses in one spelling, and the /24 or /64 around each.

Addresses that cannot name one place on the Internet (private, loopback, reserved, with a zone) are counted and link
nobody: half the world is 192.168.1.2.
"""

import ipaddress
import socket
from collections.abc import Sequence
from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from graphlink.engine.arrays import bytes_of
from graphlink.engine.kernels.reading import ipv4_numbers
from graphlink.model.arrays import Bools
from graphlink.model.rows import Notice
from graphlink.model.signals import BadValue, Normalised
from graphlink.reading.normalise.arrow import flags, matches, only, replaced, spread, within

# IANA's special-purpose registry for IPv4: what no customer's address on the Internet can be. Kept here and not asked
# of `ipaddress.is_global`, whose answer changed between releases of Python 3.11.
_UNLINKABLE_IPV4: Final = (
    "0.0.0.0/8",  # this network
    "10.0.0.0/8",  # private
    "100.64.0.0/10",  # inside a carrier's NAT
    "127.0.0.0/8",  # loopback
    "169.254.0.0/16",  # link-local
    "172.16.0.0/12",  # private
    "192.0.0.0/24",  # protocol assignments
    "192.0.2.0/24",  # documentation
    "192.88.99.0/24",  # withdrawn 6to4 relays
    "192.168.0.0/16",  # private
    "198.18.0.0/15",  # benchmarks
    "198.51.100.0/24",  # documentation
    "203.0.113.0/24",  # documentation
    "224.0.0.0/3",  # multicast, reserved, broadcast
)
# For IPv6 the other way round: customers' addresses lie in 2000::/3, but for these.
_GLOBAL_IPV6: Final = "2000::/3"
_UNLINKABLE_IPV6: Final = (
    "2001::/23",  # protocol assignments: Teredo, benchmarks, ORCHID
    "2001:db8::/32",  # documentation
    "3fff::/20",  # documentation
)
_IPV4_IN_IPV6: Final = 0xFFFF
"""The upper six bytes of the lower half of ``::ffff:a.b.c.d`` without its four last."""


def normalise_addresses(values: pa.StringArray) -> Normalised:
    """Bring addresses to the one spelling of RFC 5952 and derive their prefixes.

    Parameters
    ----------
    values
        Distinct raw addresses without spaces around them, null where there is none to read.

    Returns
    -------
    Normalised
        ``ip``, and ``ip24`` or ``ip64`` of the same length. IPv4 inside IPv6 (``::ffff:a.b.c.d``) becomes IPv4.
        A port is taken off where it cannot be part of the address (``9.9.9.9:443``, ``[2a00::1]:443``), and so is the
        length of a whole one (``9.9.9.9/32``). Private, reserved and zoned addresses are unlinkable; what is no address
        is bad (GL230), and so is a list (GL232).

    Examples
    --------
    >>> found = normalise_addresses(pa.array(["2A00:0:0:0:0:0:0:1", "::ffff:9.9.9.9", "10.0.0.1", "9.9.9.999"]))
    >>> found.signals["ip"].to_pylist()
    ['2a00::1', '9.9.9.9', None, None]
    >>> found.signals["ip24"].to_pylist(), found.signals["ip64"].to_pylist()
    ([None, '9.9.9.0/24', None, None], ['2a00::/64', None, None, None])
    >>> found.unlinkable.tolist(), [bad.index for bad in found.bad]
    ([False, False, True, False], [3])
    """
    return _normalised(*_without_ports(values))


def _normalised(values: pa.StringArray, numbers: NDArray[np.int64], n_ports: int) -> Normalised:
    """Read addresses from which ports are off; ``numbers`` are those of IPv4 addresses, negative for others."""
    four = numbers >= 0
    other = flags(values.is_valid()) & ~four
    halves, read, zoned = _read_ipv6(values.filter(pa.array(other)))

    six, unlinkable = within(other, read), within(other, zoned)
    malformed = other & ~six & ~unlinkable

    mapped = (halves[:, 0] == 0) & (halves[:, 1] >> np.uint64(32) == _IPV4_IN_IPV6)
    text = replaced(only(values, four | six), six, _written(halves, mapped))
    inside = np.flatnonzero(six)[mapped]
    four[inside] = True
    six[inside] = False

    numbers = numbers.copy()
    numbers[inside] = (halves[mapped, 1] & np.uint64(0xFFFFFFFF)).astype(np.int64)
    linkable_four = four & ~_in_ranges(numbers.astype(np.uint64), _ranges(_UNLINKABLE_IPV4, shift=0))
    upper = halves[~mapped, 0]
    reserved = _in_ranges(upper, _ranges(_UNLINKABLE_IPV6, shift=64))
    linkable_six = within(six, _in_ranges(upper, _ranges([_GLOBAL_IPV6], shift=64)) & ~reserved)

    unlinkable |= (four & ~linkable_four) | (six & ~linkable_six)
    what = f"{n_ports:,} addresses had a port or the length of a whole address, which was taken off"
    return Normalised(
        {
            "ip": only(text, linkable_four | linkable_six),
            "ip24": only(_networks24(text), linkable_four),
            "ip64": spread(_networks64(upper[linkable_six[six]]), linkable_six),
        },
        unlinkable,
        _bad(values, malformed),
        (Notice("GL318", what),) if n_ports else (),
    )


_PORT: Final = "(?:6553[0-5]|655[0-2][0-9]|65[0-4][0-9]{2}|6[0-4][0-9]{3}|[1-5][0-9]{4}|[0-9]{1,4})"
_WITH_PORT: Final = (
    f"^(?:([0-9.]+)(?::{_PORT}|/32)|\\[([0-9A-Fa-f:.]+)\\](?::{_PORT})?|([0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*)/128)$"
)
"""An IPv6 address is in brackets before a port: without them the port could as well be its last group. PostgreSQL
writes the length of a whole address behind it."""


def _without_ports(values: pa.StringArray) -> tuple[pa.StringArray, NDArray[np.int64], int]:
    """Take ports off; gives the values, the numbers of those that are IPv4, and how many had a port."""
    numbers = ipv4_numbers(*bytes_of(values))
    other = flags(values.is_valid()) & (numbers < 0)
    other[other] = matches(values.filter(pa.array(other)), _WITH_PORT)
    if not other.any():
        return values, numbers, 0
    bare = pc.replace_substring_regex(values.filter(pa.array(other)), _WITH_PORT, "\\1\\2\\3")
    values = replaced(values, other, bare)
    return values, ipv4_numbers(*bytes_of(values)), int(other.sum())


_LIST: Final = r"[0-9A-Fa-f.:]{3}\s*[,;|\s]\s*[0-9A-Fa-f.:]{3}"


def _bad(values: pa.StringArray, malformed: Bools) -> tuple[BadValue, ...]:
    rows = np.flatnonzero(malformed)
    lists = matches(values.take(pa.array(rows)), _LIST)
    one, several = ("GL230", "neither an IPv4 nor an IPv6 address"), ("GL232", "a list of addresses, and one is wanted")
    of_rows = zip(rows.tolist(), lists.tolist(), strict=True)
    return tuple(BadValue(row, *(several if is_list else one)) for row, is_list in of_rows)


_FOUR_LENGTHS: Final = 24, 32
_SIX_LENGTHS: Final = 64, 128
_MAPPED_LENGTH: Final = 96
"""Bits before an IPv4 address that is written as one of IPv6."""


def normalise_prefixes(values: pa.StringArray) -> Normalised:
    """Bring network prefixes to /24 or /64.

    Parameters
    ----------
    values
        ``203.0.114.0/24``, ``203.0.114.7/32`` (widened), or a plain address.

    Returns
    -------
    Normalised
        ``ip24`` and ``ip64``. A wider prefix covers too many strangers, and is bad (GL230).

    Examples
    --------
    >>> found = normalise_prefixes(pa.array(["9.9.9.128/25", "2a00:1::/64", "9.0.0.0/8"]))
    >>> found.signals["ip24"].to_pylist(), found.signals["ip64"].to_pylist(), len(found.bad)
    (['9.9.9.0/24', None, None], [None, '2a00:1::/64', None], 1)
    """
    bare, numbers, n_ports = _without_ports(pc.replace_substring_regex(values, "/[0-9]{1,3}$", ""))
    found = _normalised(bare, numbers, n_ports)
    sized = matches(values, "/[0-9]{1,3}$")
    length = np.full(len(values), 128, dtype=np.int64)
    length[sized] = pc.replace_substring_regex(values.filter(sized), "(?s)^.*/", "").cast("int64").to_numpy()
    is_four = numbers >= 0
    is_mapped = flags(found.signals["ip24"].is_valid()) & ~is_four
    length[is_mapped & sized] -= _MAPPED_LENGTH
    is_four |= is_mapped
    shortest, longest = np.where(is_four, np.array(_FOUR_LENGTHS)[:, None], np.array(_SIX_LENGTHS)[:, None])
    wide = sized & ((length < shortest) | (length > longest))
    malformed = {bad.index: bad.reason for bad in found.bad}
    malformed |= {int(row): "the prefix must be /24 to /32, or /64 to /128 for IPv6" for row in np.flatnonzero(wide)}
    return Normalised(
        {name: only(found.signals[name], ~wide) for name in ("ip24", "ip64")},
        found.unlinkable & ~wide,
        tuple(BadValue(row, "GL230", malformed[row]) for row in sorted(malformed)),
    )


def _read_ipv6(values: pa.StringArray) -> tuple[NDArray[np.uint64], Bools, Bools]:
    """Parse IPv6 addresses: the halves of those that could be read, which these are, and which have a zone."""
    read, zoned = np.zeros(len(values), dtype=np.bool_), np.zeros(len(values), dtype=np.bool_)
    parsed = []
    for row, value in enumerate(values.to_pylist()):
        address, percent, zone = value.partition("%")
        try:
            sixteen = socket.inet_pton(socket.AF_INET6, address)
        except (OSError, ValueError):
            continue
        read[row], zoned[row] = not percent, bool(zone)
        if not percent:
            parsed.append(sixteen)
    return np.frombuffer(b"".join(parsed), dtype=">u8").astype(np.uint64).reshape(-1, 2), read, zoned


def _written(halves: NDArray[np.uint64], mapped: Bools) -> pa.StringArray:
    """Write parsed addresses, those that hold an IPv4 address as IPv4."""
    sixteen = halves.astype(">u8").tobytes()
    texts = [
        socket.inet_ntop(socket.AF_INET, sixteen[16 * row + 12 : 16 * row + 16])
        if is_mapped
        else socket.inet_ntop(socket.AF_INET6, sixteen[16 * row : 16 * row + 16])
        for row, is_mapped in enumerate(mapped.tolist())
    ]
    return pa.array(texts, pa.string())


def _networks24(texts: pa.StringArray) -> pa.StringArray:
    """Write the /24 around each IPv4 address."""
    return pc.binary_join_element_wise(pc.ascii_rtrim(texts, "0123456789"), "0/24", "")


def _ranges(networks: Sequence[str], shift: int) -> NDArray[np.uint64]:
    """First and last number of each network, without the lowest ``shift`` bits, ascending."""
    parsed = sorted(map(ipaddress.ip_network, networks), key=lambda net: int(net.network_address))
    ends = [(int(net.network_address) >> shift, int(net.broadcast_address) >> shift) for net in parsed]
    return np.array(ends, dtype=np.uint64)


def _in_ranges(numbers: NDArray[np.uint64], ranges: NDArray[np.uint64]) -> Bools:
    """Which numbers lie in one of the ascending, disjoint ranges."""
    place = np.searchsorted(ranges[:, 0], numbers, side="right")
    inside: Bools = (place > 0) & (numbers <= ranges[place - 1, 1])
    return inside


def _networks64(upper: NDArray[np.uint64]) -> pa.StringArray:
    """Write the /64 with these upper halves, of which none is zero."""
    distinct, which = np.unique(upper, return_inverse=True)
    text = _written(np.stack([distinct, np.zeros_like(distinct)], axis=1), np.zeros(len(distinct), dtype=np.bool_))
    return pc.binary_join_element_wise(text, "/64", "").take(pa.array(which))
