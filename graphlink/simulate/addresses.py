"""Network addresses as integer codes: plausible IPv4 /24s for each kind of network, and IPv6 /64s that stay for months.

The detector derives /24 and /64 prefixes itself, so neighbours in the simulated world must be neighbours in the text as well:
carrier pools fill their /24s, a company's egress addresses stand side by side, tenants of one data centre share a /24 with strangers.
"""

from __future__ import annotations

from enum import Enum

import numpy as np

from graphlink.simulate.draws import Ints, mix

# An IPv4 code is the 32-bit address. An IPv6 code is this flag, a line number, and eight bits for the line's changing address.
IPV6_FLAG = np.int64(1) << 62
_IPV6_ADDRESSES = 256


class Network(Enum):
    """Kind of network, with the first octets that its blocks are taken from (all public address space)."""

    HOME = tuple(range(68, 100)) + (24, 31, 46, 50)
    MOBILE = (101, 106, 107, 110, 111)
    OFFICE = tuple(range(193, 200)) + (62, 63)
    CAMPUS = (128, 129, 130, 131)
    CLOUD = (3, 13, 18, 34, 35, 44, 52, 54)
    HOSTING = (5, 23, 45, 104, 141, 142, 144, 147)


def address(network: Network, block: Ints, host: Ints) -> Ints:
    """Return IPv4 codes: `block` numbers the network's /24s in scattered order, `host` the address inside (taken into 1..254)."""
    octets = np.asarray(network.value, np.int64)
    capacity = len(octets) * 65_536
    # 40503 is prime, so this visits every /24 of the network once, and neighbouring numbers are strangers.
    scattered = (block % capacity) * 40_503 % capacity
    prefix = (octets[scattered // 65_536] << 16) | (scattered % 65_536)
    return (prefix << 8) | (host % 254 + 1)


def block_of(codes: Ints, salt: int, network: Network) -> Ints:
    """Pick a /24 number for each named value, such as the office of company 17."""
    capacity = len(network.value) * 65_536
    return (mix(codes, salt) % np.uint64(capacity)).astype(np.int64)


def ipv6(line: Ints, turn: Ints) -> Ints:
    """Return IPv6 codes: a line keeps its /64, and `turn` is which of its short-lived addresses it used."""
    return IPV6_FLAG | (line * _IPV6_ADDRESSES + turn % _IPV6_ADDRESSES)


def is_ipv6(codes: Ints) -> np.ndarray[tuple[int, ...], np.dtype[np.bool_]]:
    """Say which address codes are IPv6."""
    return codes >= IPV6_FLAG


def ipv6_line(codes: Ints) -> Ints:
    """Return the line (the /64) of IPv6 codes."""
    return (codes & ~IPV6_FLAG) // _IPV6_ADDRESSES
