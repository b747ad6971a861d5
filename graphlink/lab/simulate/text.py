"""Write codes as text: ids, addresses, hashes, mail. No other module does.

Everything is vectorised, since a million accounts have ten million sightings. Codes are scrambled with the world's
seed, so that no id or hash reveals the part of the world it comes from.
"""

from __future__ import annotations

import zlib
from datetime import datetime
from typing import TYPE_CHECKING, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from graphlink.lab.simulate.addresses import ipv6_line, is_ipv6
from graphlink.lab.simulate.draws import mix
from graphlink.lab.simulate.habits import TWIN_STYLE
from graphlink.lab.simulate.mail import PUBLIC
from graphlink.lab.simulate.scene import Signal

if TYPE_CHECKING:
    from enum import IntEnum

    import numpy.typing as npt

    from graphlink.lab.simulate.draws import AnyInts, Ints
    from graphlink.lab.simulate.world import World

_HEX: Final = np.frombuffer("".join(f"{byte:02x}" for byte in range(256)).encode(), np.uint8).reshape(256, 2)
_PREFIX: Final = {Signal.CARD: "", Signal.DEVICE: "d_", Signal.TEMPLATE: "t_"}
# fmt: off
_FIRST: Final = (
    "maria", "james", "anna", "wei", "ahmed", "olga", "pedro", "yuki", "lena", "tom", "priya", "ivan", "sara", "luis",
    "emma", "noah", "mia", "leo", "nina", "omar", "julia", "karl", "ines", "hugo", "aiko", "ravi", "elif", "marta",
    "jan", "lucy", "felix", "nora", "sven", "clara", "diego", "amir", "ana", "paul", "zoe", "kofi",
)
_LAST: Final = (
    "smith", "garcia", "mueller", "chen", "patel", "kim", "rossi", "silva", "nguyen", "novak", "kowalski", "tanaka",
    "jensen", "dubois", "lopez", "ali", "khan", "singh", "costa", "weber", "moreau", "brown", "sato", "yilmaz",
    "popov", "svensson", "fischer", "santos", "wilson", "taylor", "lee", "wang", "zhang", "haddad", "okafor", "mensah",
    "ramos", "bauer", "schmidt", "horvat",
)
_TOOLS: Final = (
    "python-sdk", "node-sdk", "codetool-cli", "curl", "go-http-client", "langframe", "okhttp", "browser",
)
_ALLOCATIONS: Final = ("2600", "2601", "2a00", "2a01", "2a02", "240e")
_AREAS: Final = (
    201, 202, 205, 206, 212, 213, 214, 215, 216, 301, 303, 305, 310, 312, 313, 314, 315, 401, 404, 408, 410, 412, 415,
    503, 504, 505, 510, 512, 513, 602, 612, 615, 617, 702, 703, 713, 718, 801, 808, 917,
)
# fmt: on
_SYLLABLES: Final = tuple(consonant + vowel for consonant in "bdfgklmnprstvz" for vowel in "aeiou")
_TLDS: Final = ("com", "io", "net", "dev", "org", "co", "ai", "app", "tech", "de")


def shuffle(numbers: Ints, seed: int) -> Ints:
    """Return account numbers in the order of their ids, which is unrelated to anything else."""
    return numbers[np.argsort(_scramble(numbers, seed, "account"), kind="stable")]


def account_ids(numbers: AnyInts, seed: int) -> pa.Array:
    """Write account numbers as ids."""
    return _hashes(_scramble(numbers, seed, "account"), "acct_")


def names(kind: type[IntEnum], codes: AnyInts) -> pa.Array:
    """Write the members of an enumeration by name."""
    return pa.array([member.name.lower() for member in kind]).take(pa.array(codes.astype(np.int8)))


def moments(world: World, seconds: AnyInts) -> pa.Array:
    """Write seconds of a world as times in UTC."""
    end = int(datetime.fromisoformat(world.settings.time.as_of).timestamp())
    millis = (seconds.astype(np.int64) + (end - world.horizon)) * 1000
    return pa.array(millis).cast(pa.timestamp("ms", tz="UTC"))


def values(signal: Signal, codes: Ints, seed: int) -> pa.Array:
    """Write the values of one signal type."""
    if signal == Signal.IP:
        return _addresses(codes, seed)
    if signal == Signal.CARD_BIN:
        return pc.cast(pa.array(400_000 + codes * 7_919 % 150_000), pa.string())
    if signal == Signal.USER_AGENT:
        return _user_agents(codes)
    return _hashes(_scramble(codes, seed, signal.name), _PREFIX[signal])


def emails(person: Ints, style: AnyInts, domain: Ints, seed: int) -> pa.Array:
    """Write mail addresses: first and last name with digits, unique by person; no domain is null."""
    first = _word(_FIRST, person % len(_FIRST))
    last = _word(_LAST, person // len(_FIRST) % len(_LAST))
    year = (_scramble(person, seed, "year") % np.uint64(40)).astype(np.int64) + 60
    digits = pc.cast(pa.array(person // (len(_FIRST) * len(_LAST)) * 100 + year), pa.string())
    dot = pc.if_else(pa.array(style % 3 != 0), ".", "")
    tag = pc.if_else(pa.array(style == TWIN_STYLE), "+api", "")
    return _join([_join([first, dot, last, digits, tag], ""), _domains(domain, seed)], "@")


def phones(codes: Ints, seed: int) -> pa.Array:
    """Write phone numbers, all North American; no phone is null."""
    scrambled = _scramble(codes, seed, "phone")
    area = np.asarray(_AREAS)[(scrambled % np.uint64(len(_AREAS))).astype(np.int64)]
    exchange = (scrambled >> np.uint64(20)) % np.uint64(79) * np.uint64(10) + np.uint64(212)
    line = (scrambled >> np.uint64(40)) % np.uint64(10_000)
    number = area * 10_000_000 + exchange.astype(np.int64) * 10_000 + line.astype(np.int64)
    written = _join([pc.cast(pa.array(number), pa.string())], "")
    written = pc.binary_join_element_wise("+1", written, "")
    return pc.if_else(pa.array(codes < 0), pa.scalar(None, pa.string()), written)


def _addresses(codes: Ints, seed: int) -> pa.Array:
    six = is_ipv6(codes)
    four = np.where(six, 0, codes)
    v4 = _join([_word(_OCTETS, four >> shift & 255) for shift in (24, 16, 8, 0)], ".")
    line, host = _scramble(ipv6_line(codes[six]), seed, "/64"), _scramble(codes[six], seed, "host")
    # The lowest bit of every group is set: without a group of zeros, the text is already canonical.
    groups = [_group(line, i) for i in (1, 2, 3)] + [_group(host, i) for i in range(4)]
    allocation = _word(_ALLOCATIONS, (line % np.uint64(len(_ALLOCATIONS))).astype(np.int64))
    v6 = _join([allocation, *groups], ":")
    place = np.where(six, len(codes) + np.cumsum(six) - 1, np.arange(len(codes)))
    return pa.concat_arrays([v4, v6]).take(pa.array(place))


def _group(scrambled: npt.NDArray[np.uint64], i: int) -> pa.Array:
    group = (scrambled >> np.uint64(16 * i)) & np.uint64(0xFFFF) | np.uint64(1)
    return _word(_GROUPS, group.astype(np.int64))


def _user_agents(codes: Ints) -> pa.Array:
    """Write client strings: SDKs and tools in many versions."""
    versions = range(int(codes.max(initial=0)) + 1)
    return _word([f"{_TOOLS[i % 8]}/{1 + i // 64}.{i // 8 % 8}.{i * 7 % 10}" for i in versions], codes)


def _domains(codes: Ints, seed: int) -> pa.Array:
    """Write mail domains: public ones by name, private ones as words that look like any other."""
    distinct, place = np.unique(codes, return_inverse=True)
    scrambled = _scramble(distinct, seed, "domain")
    letters = [(scrambled >> np.uint64(8 * i)) % np.uint64(len(_SYLLABLES)) for i in range(5)]
    word = _join([_word(_SYLLABLES, letter.astype(np.int64)) for letter in letters], "")
    tld = _word(_TLDS, ((scrambled >> np.uint64(56)) % np.uint64(len(_TLDS))).astype(np.int64))
    is_public = (distinct >= 0) & (distinct < len(PUBLIC))
    public = _word(PUBLIC, np.where(is_public, distinct, 0))
    written = pc.if_else(pa.array(is_public), public, _join([word, tld], "."))
    return pc.if_else(pa.array(distinct < 0), pa.scalar(None, pa.string()), written).take(pa.array(place))


def _hashes(scrambled: npt.NDArray[np.uint64], prefix: str) -> pa.Array:
    """Write 64-bit numbers as 16 hexadecimal digits behind a prefix."""
    n, width = len(scrambled), len(prefix) + 16
    letters = np.empty((n, width), np.uint8)
    letters[:, : len(prefix)] = np.frombuffer(prefix.encode(), np.uint8)
    letters[:, len(prefix) :] = _HEX[scrambled.astype(">u8").view(np.uint8).reshape(n, 8)].reshape(n, 16)
    offsets = np.arange(0, (n + 1) * width, width, dtype=np.int32)
    return pa.StringArray.from_buffers(n, pa.py_buffer(offsets), pa.py_buffer(letters))


def _scramble(codes: AnyInts, seed: int, what: str) -> npt.NDArray[np.uint64]:
    return mix(codes.astype(np.int64), zlib.crc32(f"{seed}/{what}".encode()))


def _word(words: tuple[str, ...] | list[str], index: AnyInts) -> pa.Array:
    return pa.array(words, pa.string()).take(pa.array(index))


def _join(parts: list[pa.Array], separator: str) -> pa.Array:
    return pc.binary_join_element_wise(*parts, separator)


_OCTETS: Final = tuple(str(octet) for octet in range(256))
_GROUPS: Final = tuple(f"{group:x}" for group in range(65_536))
