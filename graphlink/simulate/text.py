"""Codes become text here, and only here: ids, addresses, hashes, mail. All of it vectorised, since a million accounts have ten million sightings."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from graphlink.simulate.addresses import ipv6_line, is_ipv6
from graphlink.simulate.draws import Ints, mix
from graphlink.simulate.habits import TWIN_STYLE
from graphlink.simulate.mail import PUBLIC

_HEX = np.frombuffer("".join(f"{byte:02x}" for byte in range(256)).encode(), np.uint8).reshape(256, 2)
_FIRST = ("maria james anna wei ahmed olga pedro yuki lena tom priya ivan sara luis emma noah mia leo nina omar julia karl ines hugo aiko ravi "
          "elif marta jan lucy felix nora sven clara diego amir ana paul zoe kofi").split()  # fmt: skip
_LAST = ("smith garcia mueller chen patel kim rossi silva nguyen novak kowalski tanaka jensen dubois lopez ali khan singh costa weber moreau brown "
         "sato yilmaz popov svensson fischer santos wilson taylor lee wang zhang haddad okafor mensah ramos bauer schmidt horvat").split()  # fmt: skip
_SYLLABLES = [c + v for c in "bdfgklmnprstvz" for v in "aeiou"]
_TLDS = (".com", ".io", ".net", ".dev", ".org", ".co", ".ai", ".app", ".tech", ".de")


def account_ids(numbers: Ints, seed: int) -> pa.Array:
    """Write account numbers as ids that tell nothing of their order."""
    return hashes(numbers, "acct_", salt=seed * 1000 + 1)


def hashes(codes: Ints, prefix: str, salt: int) -> pa.Array:
    """Write codes as 16 hexadecimal digits behind a prefix."""
    n = len(codes)
    raw = mix(codes, salt).astype(">u8").view(np.uint8).reshape(n, 8)
    width = len(prefix) + 16
    text = np.empty((n, width), np.uint8)
    text[:, : len(prefix)] = np.frombuffer(prefix.encode(), np.uint8)
    text[:, len(prefix) :] = _HEX[raw].reshape(n, 16)
    offsets = np.arange(0, (n + 1) * width, width, dtype=np.int32)
    return pa.StringArray.from_buffers(n, pa.py_buffer(offsets), pa.py_buffer(text))


def addresses(codes: Ints, seed: int) -> pa.Array:
    """Write address codes as IPv4 or canonical IPv6 text."""
    six = is_ipv6(codes)
    four = np.where(six, 0, codes)
    octets = pa.array([str(i) for i in range(256)])
    v4 = _join([octets.take(pa.array((four >> shift) & 255)) for shift in (24, 16, 8, 0)], ".")
    if not six.any():
        return v4
    words = pa.array([f"{i:x}" for i in range(65_536)])
    line = mix(ipv6_line(codes[six]), seed + 70)
    host = mix(codes[six], seed + 71)
    # No group is zero (the lowest bit of each is set), so this is already the canonical form.
    parts = [pa.array(["2001"] * int(six.sum())) if i == 0 else words.take(pa.array(((line >> np.uint64(16 * i)) & np.uint64(0xFFFF)) | np.uint64(1))) for i in range(4)]
    parts += [words.take(pa.array(((host >> np.uint64(16 * i)) & np.uint64(0xFFFF)) | np.uint64(1))) for i in range(4)]
    v6 = _join(parts, ":")
    place = np.where(six, np.cumsum(six) - 1 + len(codes), np.arange(len(codes)))
    return pa.concat_arrays([v4, v6]).take(pa.array(place))


def bins(codes: Ints) -> pa.Array:
    """Write BINs as six digits."""
    return pc.cast(pa.array(400_000 + codes * 7919 % 150_000), pa.string())


def user_agents(codes: Ints) -> pa.Array:
    """Write client strings: SDKs and tools in many versions."""
    tools = ("python-sdk", "node-sdk", "codetool-cli", "curl", "go-http-client", "langframe", "okhttp", "Mozilla")
    names = [f"{tools[i % 8]}/{1 + i // 64}.{i // 8 % 8}.{i * 7 % 10}" for i in range(int(codes.max(initial=0)) + 1)]
    return pa.array(names).take(pa.array(codes))


def domains(codes: Ints, seed: int) -> pa.Array:
    """Write mail domains: the public ones by name, private ones as words; no domain is null."""
    values, inverse = np.unique(codes, return_inverse=True)
    private = values >= len(PUBLIC)
    scrambled = mix(values, seed + 80)
    syllables = pa.array(_SYLLABLES)
    parts = [syllables.take(pa.array((scrambled >> np.uint64(8 * i)) % np.uint64(len(_SYLLABLES)))) for i in range(5)]
    parts.append(pa.array(_TLDS).take(pa.array((scrambled >> np.uint64(56)) % np.uint64(len(_TLDS)))))
    public = pa.array(PUBLIC).take(pa.array(np.where(private | (values < 0), 0, values)))
    names = pc.if_else(pa.array(private), _join(parts, ""), public)
    names = pc.if_else(pa.array(values < 0), pa.scalar(None, pa.string()), names)
    return names.take(pa.array(inverse))


def emails(person: Ints, style: Ints, domain: Ints, seed: int) -> pa.Array:
    """Write mail addresses: first, last, and digits, in the styles that people use; unique by person."""
    first = pa.array(_FIRST).take(pa.array(person % len(_FIRST)))
    last = pa.array(_LAST).take(pa.array(person // len(_FIRST) % len(_LAST)))
    number = person // (len(_FIRST) * len(_LAST))
    digits = pc.cast(pa.array(number * 100 + 60 + (mix(person, 81) % np.uint64(40)).astype(np.int64)), pa.string())
    dotted = np.isin(style % 3, (0, 1))
    dot = pc.if_else(pa.array(dotted), ".", "")
    tag = pc.if_else(pa.array(style == TWIN_STYLE), "+api", "")
    local = _join([first, dot, last, digits, tag], "")
    return _join([local, domains(domain, seed)], "@")


def phones(codes: Ints, seed: int) -> pa.Array:
    """Write phone numbers; no phone is null."""
    number = 2_000_000_000 + (mix(codes, seed + 90) % np.uint64(7_900_000_000)).astype(np.int64)
    text = _join([pa.array(["+1"] * len(codes)), pc.cast(pa.array(number), pa.string())], "")
    return pc.if_else(pa.array(codes < 0), pa.scalar(None, pa.string()), text)


def _join(parts: list[pa.Array], separator: str) -> pa.Array:
    return pc.binary_join_element_wise(*parts, separator)
