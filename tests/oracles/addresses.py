"""IPv4, IPv6, prefixes and AS numbers, by the ``ipaddress`` module."""

import ipaddress
import re

from graphlink.reading.normalise.addresses import _UNLINKABLE_IPV4, _UNLINKABLE_IPV6
from oracles import BAD, SPACE, UNLINKABLE, Told

_PRIVATE = [ipaddress.ip_network(each) for each in _UNLINKABLE_IPV4]
_NO_CUSTOMER = [ipaddress.ip_network(each) for each in _UNLINKABLE_IPV6]
_CUSTOMERS = ipaddress.ip_network("2000::/3")
_PORT = r"[0-9]{1,5}"
_WITH_PORT = re.compile(
    rf"([0-9.]+):({_PORT})|([0-9.]+)/32|\[([0-9A-Fa-f:.]+)\](?::({_PORT}))?|([0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*)/128"
)
_LIST = re.compile(r"[0-9A-Fa-f.:]{3}[ \t\n\f\r]*[,;| \t\n\f\r][ \t\n\f\r]*[0-9A-Fa-f.:]{3}")


def _parsed(text: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        return ipaddress.ip_address(text)
    except ValueError:
        return None


def _without_port(text: str) -> str:
    found = _WITH_PORT.fullmatch(text)
    if not found:
        return text
    four, port, whole, six, other_port, length = found.groups()
    for each in (port, other_port):
        if each and (int(each) > 65535 or (len(each) == 5 and each[0] == "0")):
            return text
    return four or whole or six or length


def address(text: str) -> Told:
    """Read an address."""
    bare = _without_port(text)
    if "%" in bare:
        plain, _, zone = bare.partition("%")
        is_zoned = zone and isinstance(_parsed(plain), ipaddress.IPv6Address)
        found = None
        if is_zoned:
            return UNLINKABLE
    else:
        found = _parsed(bare)
    if found is None:
        return Told(bad="GL232") if _LIST.search(bare) else BAD
    if isinstance(found, ipaddress.IPv6Address) and found.ipv4_mapped:
        found = found.ipv4_mapped
    if isinstance(found, ipaddress.IPv4Address):
        if any(found in each for each in _PRIVATE):
            return UNLINKABLE
        return Told({"ip": str(found), "ip24": str(ipaddress.ip_network((found, 24), strict=False))})
    if found not in _CUSTOMERS or any(found in each for each in _NO_CUSTOMER):
        return UNLINKABLE
    return Told({"ip": str(found), "ip64": str(ipaddress.ip_network((found, 64), strict=False))})


def prefix(text: str) -> Told:
    """Read a network no wider than /24 or /64."""
    sized = re.search(r"/([0-9]{1,3})\Z", text)
    bare = text[: sized.start()] if sized else text
    told = address(bare)
    if sized:
        length = int(sized[1])
        found = _parsed(_without_port(bare).partition("%")[0])
        is_linked_mapped = isinstance(found, ipaddress.IPv6Address) and found.ipv4_mapped is not None
        if isinstance(found, ipaddress.IPv4Address):
            fits = 24 <= length <= 32
        elif is_linked_mapped and "ip24" in told.signals:
            fits = 24 <= length - 96 <= 32
        else:
            fits = 64 <= length <= 128
        if not fits:
            return BAD
    if told.bad:
        return BAD
    return Told({name: value for name, value in told.signals.items() if name != "ip"}, unlinkable=told.unlinkable)


_AS = re.compile(rf"(?:[Aa][Ss][{SPACE}]*([0-9]{{1,10}})(?:[{SPACE}].*)?|([0-9]{{1,10}}))", re.DOTALL)


def as_number(text: str) -> Told:
    """Read the number of an autonomous system."""
    found = _AS.fullmatch(text)
    number = int(found[1] or found[2]) if found else 1 << 32
    if number >= 1 << 32:
        return BAD
    if number in (0, 23456) or 64496 <= number <= 65551 or number >= 4_200_000_000:
        return UNLINKABLE
    return Told({"asn": f"AS{number}"})
