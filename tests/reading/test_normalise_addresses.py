"""Every spelling of an address is one signal, and addresses that name no place link nobody."""

import ipaddress

import pytest
from hypothesis import given
from hypothesis import strategies as st
from signal_values import read, signals


def _spellings(number: int):
    """Ways to write one IPv6 address."""
    groups = [f"{number >> shift & 0xFFFF:x}" for shift in range(112, -1, -16)]
    yield ":".join(groups)
    yield ":".join(group.zfill(4).upper() for group in groups)
    yield ipaddress.IPv6Address(number).compressed
    yield ":".join(groups[:6]) + f":{ipaddress.IPv4Address(number & 0xFFFFFFFF)}"
    for start in range(8):
        for stop in range(start + 1, 9):
            if set(groups[start:stop]) == {"0"}:
                yield ":".join(groups[:start]) + "::" + ":".join(groups[stop:])


_GLOBAL = st.integers(0x2A00 << 112, (0x2B00 << 112) - 1)
_WITH_ZEROS = st.lists(st.sampled_from([0, 0, 1, 0xDB8, 0xFFFF]), min_size=7, max_size=7).map(
    lambda tail: int.from_bytes(b"".join(group.to_bytes(2, "big") for group in [0x2A00, *tail]), "big")
)


@given(st.one_of(_GLOBAL, _WITH_ZEROS))
def test_every_spelling_of_an_ipv6_address_is_the_one_of_the_ipaddress_module(number):
    spellings = list(_spellings(number))
    assert set(signals("ip", "ip", *spellings)) == {str(ipaddress.IPv6Address(number))}


@given(st.integers(11 << 24, (100 << 24) - 1))
def test_an_ipv4_address_inside_ipv6_is_that_ipv4_address(number):
    plain = str(ipaddress.IPv4Address(number))
    inside = [f"::ffff:{plain}", f"::FFFF:{plain}", f"0:0:0:0:0:ffff:{number >> 16:x}:{number & 0xFFFF:X}"]
    assert set(signals("ip", "ip", plain, *inside)) == {plain}


@pytest.mark.parametrize(
    "address",
    [
        *("10.1.2.3", "172.16.0.1", "172.31.255.255", "192.168.1.2", "100.64.0.1", "127.0.0.1", "169.254.1.1"),
        *("0.1.2.3", "192.0.2.1", "198.51.100.7", "203.0.113.9", "198.19.0.1", "224.0.0.1", "240.1.1.1"),
        *("255.255.255.255", "0.0.0.0", "8.8.8.8", "::", "::1", "fe80::1", "fc00::1", "fd12::1", "ff02::1"),  # noqa: S104 (no socket is meant)
        *("2001:db8::1", "2001:0::1", "3fff::1", "::ffff:10.0.0.1", "fe80::1%eth0", "2a00::1%2", "64:ff9b::1.2.3.4"),
    ],
)
def test_an_address_that_names_no_place_is_counted_and_links_nobody(address):
    found = read("ip", address)
    assert found.unlinkable.tolist() == [True]
    assert not found.bad
    assert all(values.to_pylist() == [None] for values in found.signals.values())


@pytest.mark.parametrize("address", ["11.0.0.1", "172.32.0.1", "100.128.0.1", "223.255.255.254", "2600::1", "3ffe::1"])
def test_the_neighbours_of_reserved_blocks_are_linkable(address):
    assert signals("ip", "ip", address) == [address]


def test_a_port_is_taken_off_where_it_cannot_be_part_of_the_address():
    found = read("ip", "9.9.9.9:443", "9.9.9.9", "[2a00::1]:65535", "[2A00::1]", "[::ffff:9.9.9.9]:1", "10.0.0.1:80")
    assert found.signals["ip"].to_pylist() == ["9.9.9.9", "9.9.9.9", "2a00::1", "2a00::1", "9.9.9.9", None]
    assert found.signals["ip24"].to_pylist() == ["9.9.9.0/24", "9.9.9.0/24", None, None, "9.9.9.0/24", None]
    assert (found.bad, found.unlinkable.tolist()) == ((), [False] * 5 + [True])
    assert [(each.code, each.text[:1]) for each in found.notices] == [("GL318", "5")]
    assert signals("ip", "ip", "2a00::1:443") == ["2a00::1:443"]


def test_a_list_of_addresses_is_bad_for_a_reason_of_its_own():
    found = read("ip", "9.9.9.9, 10.0.0.1", "x")
    assert [(bad.index, bad.code) for bad in found.bad] == [(0, "GL232"), (1, "GL230")]


def test_spaces_around_an_address_do_not_count():
    assert signals("ip", "ip", " 9.9.9.9\t", "\u00a09.9.9.9") == ["9.9.9.9", "9.9.9.9"]


def test_narrow_prefixes_are_widened_to_what_addresses_yield():
    assert signals("ip_prefix", "ip24", "9.9.9.0/24", "9.9.9.7/32", "9.9.9.7", "9.9.9.64/26") == ["9.9.9.0/24"] * 4
    assert signals("ip_prefix", "ip24", "::ffff:9.9.9.7/120", "::ffff:9.9.9.7/128") == ["9.9.9.0/24"] * 2
    assert signals("ip_prefix", "ip64", "2a00:1::/64", "2A00:1::5/128", "2a00:1::5") == ["2a00:1::/64"] * 3


@pytest.mark.parametrize(
    "number", ["AS3320", "as3320", "3320", "AS 3320", "AS3320 Example Telecom", "AS3320\nExample", "AS03320"]
)
def test_spellings_of_an_as_number_are_one(number):
    assert signals("asn", "asn", number) == ["AS3320"]
