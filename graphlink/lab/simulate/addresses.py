"""Network addresses as integer codes: plausible IPv4 /24s for each kind of network, and IPv6 /64s that last months.

The detector derives /24 and /64 prefixes, so neighbouring places must be neighbours in the text too: carrier pools fill
their /24s, a company's egress addresses are adjacent, tenants of one data centre share a /24 with strangers.
"""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING

import numpy as np

from graphlink.lab.simulate.draws import mix, unit

if TYPE_CHECKING:
    from graphlink.lab.simulate.draws import Bools, Ints

# An IPv4 code is the 32-bit address. An IPv6 code is this flag, a line, and one of the line's short-lived addresses.
_IPV6_FLAG = np.int64(1) << 62
_IPV6_TURNS = 256
_BLOCKS_PER_OCTET = 65_536
# A prime above any octet count, so that every /24 is used once and neighbouring numbers become strangers.
_STRIDE = 48_271


class Network(Enum):
    """A kind of network: the first octets of its /24s (all public space), and the /24s most used by our customers."""

    HOME = ((*range(68, 100), 24, 31, 46, 50), 400_000)
    MOBILE = ((101, 106, 107, 110, 111), 100_000)
    OFFICE = ((*range(193, 200), 62, 63), 40_000)
    CAMPUS = ((128, 129, 130, 131), 60_000)
    CLOUD = ((3, 13, 18, 34, 35, 44, 52, 54), 20_000)
    HOSTING = ((5, 23, 45, 104, 141, 142, 144, 147), 20_000)

    @property
    def octets(self) -> tuple[int, ...]:
        """First octets of the network's addresses."""
        return self.value[0]

    @property
    def crowded(self) -> int:
        """Number of /24s with named places."""
        return self.value[1]


def address(network: Network, block: Ints, host: Ints) -> Ints:
    """Return IPv4 codes. `block` numbers the network's scattered /24s, `host` is the address within."""
    octets = np.asarray(network.octets, np.int64)
    capacity = len(octets) * _BLOCKS_PER_OCTET
    scattered = (block % capacity) * _STRIDE % capacity
    prefix = (octets[scattered // _BLOCKS_PER_OCTET] << 16) | (scattered % _BLOCKS_PER_OCTET)
    return (prefix << 8) | (host % 254 + 1)


def place(network: Network, name: Ints, door: Ints, *, skew: float = 1.0) -> Ints:
    """Return the addresses of named places, such as company 17's office. Doors of one place are adjacent.

    Places are distributed over the network's crowded /24s, more unevenly with a higher skew, so that neighbours in a
    /24 are strangers.
    """
    block = (network.crowded * unit(name, "block") ** skew).astype(np.int64)
    return address(network, block, (unit(name, "host") * 240).astype(np.int64) + door)


def in_network(codes: Ints, network: Network) -> Bools:
    """Which address codes are IPv4 addresses of a network."""
    return np.isin(codes >> 24, network.octets)


def ipv6(name: Ints, turn: Ints) -> Ints:
    """Return IPv6 codes of named lines. A line keeps its /64, and `turn` selects the address within."""
    line = (mix(name) >> np.uint64(16)).astype(np.int64)
    return _IPV6_FLAG | (line * _IPV6_TURNS + turn % _IPV6_TURNS)


def is_ipv6(codes: Ints) -> Bools:
    """Which address codes are IPv6."""
    return codes >= _IPV6_FLAG


def ipv6_line(codes: Ints) -> Ints:
    """Return the line (the /64) of IPv6 codes."""
    return (codes & ~_IPV6_FLAG) // _IPV6_TURNS
