"""Compiled loops of reading. The tests compare each with a slow, plain one.

They release Python's lock, so that two can run in parallel. Arrow's regular expressions take sixteen times as long as
``have_any`` (a million addresses: 0.14 s). Arrow reads JSON Lines; of the faster JSON libraries, orjson rounds long
integers, simdjson refuses them, and msgspec reports neither keys given twice nor the text of a number.
"""

import numpy as np
from numpy.typing import NDArray

from graphlink.engine.compile import compiled
from graphlink.model.arrays import Bools, Int16s, Int32s, Int64s

# --- raw sightings ------------------------------------------------------------------------------------------------


@compiled
def rows_flagged(column: Int16s, value: Int32s, first_value: Int64s, flagged: Bools) -> Bools:
    """Which rows have a flagged value. The values of column c are numbered from ``first_value[c]``."""
    found = np.empty(len(column), dtype=np.bool_)
    for row in range(len(column)):
        found[row] = flagged[first_value[column[row]] + value[row]]
    return found


@compiled
def values_used(column: Int16s, value: Int32s, first_value: Int64s, kept: Bools) -> Bools:
    """Which values are in a kept row."""
    used = np.zeros(first_value[-1], dtype=np.bool_)
    for row in range(len(column)):
        if kept[row]:
            used[first_value[column[row]] + value[row]] = True
    return used


@compiled
def bucket_signals(
    rows: tuple[Int32s, Int16s, Int32s], kept: Bools, n_accounts: int, layout: Int64s, codes: Int32s
) -> tuple[Int64s, NDArray[np.uint64]]:
    """Group the signals of kept rows by account, as keys ``signal << 32 | row`` (a counting sort).

    ``rows`` is (account, column, value). Value v of column c yields the ``layout[1, c]`` signals from
    ``codes[layout[0, c] + v * layout[1, c]]`` on; -1 is no signal.
    """
    account, column, value = rows
    starts = np.zeros(n_accounts + 1, dtype=np.int64)
    for row in range(len(account)):
        if kept[row]:
            width = layout[1, column[row]]
            at = layout[0, column[row]] + value[row] * width
            for code in range(at, at + width):
                if codes[code] >= 0:
                    starts[account[row] + 1] += 1
    starts = np.cumsum(starts)
    keys = np.empty(starts[-1], dtype=np.uint64)
    free = starts[:-1].copy()
    for row in range(len(account)):
        if kept[row]:
            width = layout[1, column[row]]
            at = layout[0, column[row]] + value[row] * width
            for code in range(at, at + width):
                if codes[code] >= 0:
                    keys[free[account[row]]] = np.uint64(codes[code]) << np.uint64(32) | np.uint64(row)
                    free[account[row]] += 1
    return starts, keys


INSERTION = 32  # above this length an insertion sort is slower


@compiled
def sort_long(keys: NDArray[np.uint64]) -> None:
    """Sort keys in place. A slice assignment instead of the loop takes two seconds to compile."""
    before, order = keys.copy(), np.argsort(keys, kind="mergesort")  # each kind of sort takes a second to compile
    for i in range(len(keys)):
        keys[i] = before[order[i]]


@compiled
def sort_short(values: NDArray[np.uint64] | Int32s, low: int, high: int) -> None:
    """Sort the values from ``low`` to ``high`` in place, by insertion."""
    for at in range(low + 1, high):
        value = values[at]
        before = at - 1
        while before >= low and values[before] > value:
            values[before + 1] = values[before]
            before -= 1
        values[before + 1] = value


@compiled
def sort_buckets(low_bucket: int, high_bucket: int, starts: Int64s, keys: NDArray[np.uint64], distinct: Int64s) -> None:
    """Sort the keys of some accounts in place, and count the distinct signals of account i in ``distinct[i + 1]``."""
    for bucket in range(low_bucket, high_bucket):
        low, high = starts[bucket], starts[bucket + 1]
        if high - low > INSERTION:
            sort_long(keys[low:high])
        else:
            sort_short(keys, low, high)
        for i in range(low, high):
            if i == low or keys[i] >> np.uint64(32) != keys[i - 1] >> np.uint64(32):
                distinct[bucket + 1] += 1


@compiled
def name_buckets(
    low: int, high: int, starts: Int64s, keys: NDArray[np.uint64], table: Int64s, account: Int32s, signal: Int32s
) -> None:
    """Write the account and signal of each table row, for the accounts from ``low`` to ``high``.

    ``table`` is the first table row of each account, as for ``merge_column``.
    """
    for bucket in range(low, high):
        out = table[bucket] - 1
        for i in range(starts[bucket], starts[bucket + 1]):
            code = np.int32(keys[i] >> np.uint64(32))
            if i == starts[bucket] or code != signal[out]:
                out += 1
                account[out] = bucket
                signal[out] = code


EARLIEST, LATEST, SUM = range(3)

_LARGEST = 10**15 - 1  # the most for one row, so that no sum overflows


@compiled
def merge_column(
    low: int,
    high: int,
    starts: Int64s,
    keys: NDArray[np.uint64],
    table: Int64s,
    by_row: Int64s,
    how: int,
    no_time: int,
    merged: Int64s,
    shown: Int32s,
) -> None:
    """Merge the rows of equal signals of an account: the earliest (except ``no_time``), the latest or the sum.

    It takes one column at a time, so that each can be freed when merged. For the earliest, ``shown`` is its row; of
    several, or without any time, the first row.
    """
    for bucket in range(low, high):
        out = table[bucket] - 1
        for i in range(starts[bucket], starts[bucket + 1]):
            row = np.int64(keys[i] & np.uint64(0xFFFFFFFF))
            value = by_row[row]
            if i == starts[bucket] or keys[i] >> np.uint64(32) != keys[i - 1] >> np.uint64(32):
                out += 1
                merged[out] = value
                if how == EARLIEST:
                    shown[out] = row
            elif how == EARLIEST:
                if value != no_time and (merged[out] == no_time or value < merged[out]):
                    merged[out] = value
                    shown[out] = row
            elif how == LATEST:
                merged[out] = max(merged[out], value)
            else:
                merged[out] = min(merged[out] + value, _LARGEST)


# --- hashes -------------------------------------------------------------------------------------------------------

_13, _16, _17, _21, _32 = np.uint64(13), np.uint64(16), np.uint64(17), np.uint64(21), np.uint64(32)  # turns of a round
_SIP = np.array([0x736F6D6570736575, 0x646F72616E646F6D, 0x6C7967656E657261, 0x7465646279746573], dtype=np.uint64)
_WORD = 8  # bytes
_LAST_ROUNDS = 3


@compiled
def keyed_hash(text: NDArray[np.uint8], key: NDArray[np.uint64]) -> np.uint64:
    """SipHash-1-3 of a text, as in Python and Rust. Without the key nobody can find texts that collide.

    It takes one round for each eight bytes. The last word has the length in its top byte.
    """
    a, b, c, d = key[0] ^ _SIP[0], key[1] ^ _SIP[1], key[0] ^ _SIP[2], key[1] ^ _SIP[3]
    size = len(text)
    whole = size - size % _WORD
    for at in range(0, whole, _WORD):
        word = np.uint64(0)
        for i in range(_WORD):
            word |= np.uint64(text[at + i]) << np.uint64(8 * i)
        a, b, c, d = _sip_round(a, b, c, d ^ word)
        a ^= word
    word = np.uint64(size & 0xFF) << np.uint64(56)
    for i in range(size - whole):
        word |= np.uint64(text[whole + i]) << np.uint64(8 * i)
    a, b, c, d = _sip_round(a, b, c, d ^ word)
    a ^= word
    c ^= np.uint64(0xFF)
    for _ in range(_LAST_ROUNDS):
        a, b, c, d = _sip_round(a, b, c, d)
    return a ^ b ^ c ^ d


@compiled
def _sip_round(
    a: np.uint64, b: np.uint64, c: np.uint64, d: np.uint64
) -> tuple[np.uint64, np.uint64, np.uint64, np.uint64]:
    a += b
    b = a ^ (b << _13 | b >> np.uint64(51))
    a = a << _32 | a >> _32
    c += d
    d = c ^ (d << _16 | d >> np.uint64(48))
    a += d
    d = a ^ (d << _21 | d >> np.uint64(43))
    c += b
    b = c ^ (b << _17 | b >> np.uint64(47))
    return a, b, c << _32 | c >> _32, d


# --- distinct texts -----------------------------------------------------------------------------------------------

_TAG = np.uint64(
    0xFFFFFFFF00000000
)  # the upper half of a text's hash; the lower half of an entry is its number plus one


_AHEAD = 64  # texts that are looked up together


@compiled
def number_texts(
    texts: tuple[Int64s, NDArray[np.uint8]],
    used: Bools,
    table: NDArray[np.uint64],
    known: tuple[Int64s, NDArray[np.uint8]],
    n_known: int,
    place: Int32s,
    key: NDArray[np.uint64],
) -> int:
    """Find the used texts among the known ones or add them, and write the number of each to ``place``.

    ``key`` determines the place of a text in the table. Without a secret key, a hostile export could put all texts at
    one place. ``known`` holds the end of each known text (from 1 on) and the bytes of all, with room for more.
    ``table`` has a power of two of entries, more than half of them 0. Returns the new number of known texts.
    """
    offsets, data = texts
    ends, letters = known
    mask = np.uint64(len(table) - 1)
    some, tags = np.empty(_AHEAD + 1, dtype=np.int64), np.empty(_AHEAD, dtype=np.uint64)
    at = 0
    while at < len(used):
        n = 0
        while at < len(used) and n < _AHEAD:
            if used[at]:
                some[n], tags[n] = at, keyed_hash(data[offsets[at] : offsets[at + 1]], key) & _TAG
                n += 1
            at += 1
        _look_up(tags[:n], table, known, some)
        for k in range(n):
            i, tag = some[k], tags[k]
            size = offsets[i + 1] - offsets[i]
            slot = tag >> np.uint64(32) & mask
            while table[slot] != 0:
                if table[slot] & _TAG == tag:
                    number = np.int64(table[slot] & ~_TAG) - 1
                    start = ends[number]
                    alike = ends[number + 1] - start == size
                    for letter in range(size if alike else 0):
                        if letters[start + letter] != data[offsets[i] + letter]:
                            alike = False
                            break
                    if alike:
                        break
                slot = (slot + np.uint64(1)) & mask
            if table[slot] == 0:
                start = ends[n_known]
                n_known += 1
                ends[n_known] = start + size
                for letter in range(size):
                    letters[start + letter] = data[offsets[i] + letter]
                table[slot] = tag | np.uint64(n_known)
            place[i] = np.int64(table[slot] & ~_TAG) - 1
    return n_known


@compiled
def _look_up(
    tags: NDArray[np.uint64], table: NDArray[np.uint64], known: tuple[Int64s, NDArray[np.uint8]], kept: Int64s
) -> None:
    """Access the entries of some texts, so that the memory accesses overlap before each text is looked up."""
    ends, letters = known
    mask = np.uint64(len(table) - 1)
    touched = np.uint64(0)
    for tag in tags:
        touched += table[tag >> np.uint64(32) & mask]
    for tag in tags:
        touched += np.uint64(ends[table[tag >> np.uint64(32) & mask] & ~_TAG])
    for tag in tags:
        number = np.int64(table[tag >> np.uint64(32) & mask] & ~_TAG)
        if number > 0 and ends[number - 1] < ends[number]:
            touched += np.uint64(letters[ends[number - 1]])
    kept[_AHEAD] = np.int64(touched)  # so that the compiler does not remove the accesses


@compiled
def move_entries(table: NDArray[np.uint64], larger: NDArray[np.uint64], block: tuple[int, int]) -> int:
    """Copy the entries of a ``number_texts`` table whose place is in one block of a larger table.

    ``block`` is its number and the number of blocks. Entries that do not fit before the end of the block are omitted,
    since another thread writes there; returns their number. With one block nothing is omitted, and existing entries are
    skipped.
    """
    size = np.uint64(len(larger))
    low = np.uint64(block[0]) * size // np.uint64(block[1])
    high = np.uint64(block[0] + 1) * size // np.uint64(block[1])
    n_left = 0
    for entry in table:
        slot = entry >> np.uint64(32) & (size - np.uint64(1))
        if entry == 0 or slot < low or slot >= high:
            continue
        while slot < high and larger[slot] != 0 and larger[slot] != entry:
            slot += np.uint64(1)
            if slot == size and high - low == size:
                slot = np.uint64(0)
        if slot < high:
            larger[slot] = entry
        else:
            n_left += 1
    return n_left


# --- text ---------------------------------------------------------------------------------------------------------

_STEP = 7  # bytes of text in a key; the eighth byte is their number, so that "a" and "a\0" differ
_MORE = 8  # in the eighth byte: the text is longer


@compiled
def text_keys(offsets: Int64s, data: NDArray[np.uint8]) -> NDArray[np.uint64]:
    """The first bytes of each text as a number. Numbers and texts have one order, but for texts that tie."""
    keys = np.empty(len(offsets) - 1, dtype=np.uint64)
    for i in range(len(keys)):
        at, end = offsets[i], offsets[i + 1]
        key = np.uint64(0)
        for byte in range(at, at + _STEP):
            key = key << np.uint64(8) | np.uint64(data[byte] if byte < end else 0)
        keys[i] = key << np.uint64(8) | np.uint64(min(end - at, _MORE))
    return keys


_NO_IPV4 = -1


@compiled
def ipv4_numbers(offsets: Int64s, data: NDArray[np.uint8]) -> Int64s:
    """The number of each IPv4 address in decimal without leading zeros, -1 for any other text."""
    numbers = np.empty(len(offsets) - 1, dtype=np.int64)
    for i in range(len(numbers)):
        number, octet, n_digits, n_dots = np.int64(0), np.int64(0), 0, 0
        for at in range(offsets[i], offsets[i + 1]):
            byte = np.int64(data[at])
            if ord("0") <= byte <= ord("9") and (n_digits == 0 or octet > 0):
                octet = octet * 10 + byte - ord("0")
                n_digits += 1
                if octet <= 255:
                    continue
            elif byte == ord(".") and n_digits > 0 and n_dots < 3:
                number, octet, n_digits, n_dots = number << 8 | octet, np.int64(0), 0, n_dots + 1
                continue
            n_dots = _NO_IPV4
            break
        numbers[i] = number << 8 | octet if n_dots == 3 and n_digits > 0 else _NO_IPV4
    return numbers


_IS_ODD = np.array([byte >= 128 or chr(byte) in "\0+" for byte in range(256)])
_BEGINS_PLAINLY = np.array([byte < 128 and chr(byte).isalnum() for byte in range(256)])


@compiled
def find_odd(offsets: Int64s, data: NDArray[np.uint8], longest_token: int, limit: int) -> Bools:
    """Which texts need a closer look.

    A plain text is ASCII, longer than a token, within the limit, begins with a letter or digit, does not end in a
    space, and has neither NUL nor plus sign.
    """
    odd = np.empty(len(offsets) - 1, dtype=np.bool_)
    for i in range(len(odd)):
        start, end = offsets[i], offsets[i + 1]
        is_odd = end - start <= longest_token or end - start > limit
        is_odd = is_odd or not _BEGINS_PLAINLY[data[start]] or data[end - 1] <= ord(" ")
        if not is_odd:
            for at in range(start, end):
                is_odd |= _IS_ODD[data[at]]
        odd[i] = is_odd
    return odd


@compiled
def have_any(offsets: Int64s, data: NDArray[np.uint8], asked: Bools) -> Bools:
    """Which texts have any of the asked bytes. ``asked`` has an entry for each of the 256."""
    found = np.zeros(len(offsets) - 1, dtype=np.bool_)
    for i in range(len(found)):
        for at in range(offsets[i], offsets[i + 1]):
            if asked[data[at]]:
                found[i] = True
                break
    return found


# --- structure of text --------------------------------------------------------------------------------------------

_LF, _CR = 10, 13


@compiled
def find_marks(
    letters: NDArray[np.uint8],
    delimiter: int,
    quote: int,
    final: bool,  # noqa: FBT001  loops take positional arguments
) -> tuple[Int64s, Int64s, Int64s, Int64s, int]:
    """The ends of lines and records, the quotes, the separators outside quotes, and the first misplaced quote.

    A line ends with LF, CR or CR LF, at the last of them. Outside quotes it also ends a record. ``final`` says that the
    file ends with these letters, so that nothing follows. ``delimiter`` and ``quote`` are below 0 if there are none. A
    quote is misplaced if it opens inside a value or closes before its end; -1 without one.
    """
    n_ends, n_quotes, n_separators = 0, 0, 0
    for letter in letters:
        n_ends += letter in (_LF, _CR)
        n_quotes += letter == quote
        n_separators += letter == delimiter
    terminators, ends = np.empty(n_ends, dtype=np.int64), np.empty(n_ends, dtype=np.int64)
    quotes, separators = np.empty(n_quotes, dtype=np.int64), np.empty(n_separators, dtype=np.int64)
    n_terminators, n_ends, n_quotes, n_separators = 0, 0, 0, 0
    astray, closed, is_inside, last = -1, -2, False, len(letters) - 1
    for at in range(len(letters)):
        letter = letters[at]
        if letter == quote:
            quotes[n_quotes] = at
            n_quotes += 1
            beside = letters[min(at + 1, last)] if is_inside else letters[max(at - 1, 0)]
            is_edge = at == (last if is_inside else 0)
            is_double = beside == quote if is_inside else closed == at - 1
            if astray < 0 and not (is_edge or is_double or beside in (delimiter, _LF, _CR)):
                astray = at
            if is_inside:
                closed = at
            is_inside = not is_inside
        elif letter == delimiter:
            if not is_inside:
                separators[n_separators] = at
                n_separators += 1
        elif letter == _LF or (letter == _CR and (letters[at + 1] != _LF if at < last else final)):
            terminators[n_terminators] = at
            n_terminators += 1
            if not is_inside:
                ends[n_ends] = at
                n_ends += 1
    return terminators[:n_terminators], ends[:n_ends], quotes, separators[:n_separators], astray


# --- lines of JSON ------------------------------------------------------------------------------------------------


@compiled
def are_single_objects(data: NDArray[np.uint8], starts: Int64s, ends: Int64s, lines: Int64s) -> bool:
    """Whether each of these lines begins with a brace that its end closes.

    If a parser also accepts all lines, each holds one object: the parser itself ignores ends of lines. ``starts`` and
    ``ends`` are those of all lines, without their terminators.
    """
    for line in lines:
        at, end = starts[line], ends[line]
        while at < end and (data[at] == ord(" ") or data[at] == ord("\t")):
            at += 1
        while end > at and (data[end - 1] == ord(" ") or data[end - 1] == ord("\t")):
            end -= 1
        if at == end or data[at] != ord("{"):
            return False
        depth = 0
        while at < end:
            byte = data[at]
            at += 1
            if byte == ord('"'):
                while at < end and data[at] != ord('"'):
                    at += 2 if data[at] == ord("\\") else 1
                if at >= end:
                    return False
                at += 1
            elif byte == ord("{") or byte == ord("["):
                depth += 1
            elif byte == ord("}") or byte == ord("]"):
                depth -= 1
                if depth <= 0 and at < end:
                    return False
        if depth != 0:
            return False
    return True


# --- keys of JSON Lines -----------------------------------------------------------------------------------------------

LEARN = 0
_NESTED = 12  # the deepest nested objects that are examined
_STOPS = np.isin(np.arange(256), list(b'"\\\r\n'))  # these end a run of plain text


@compiled
def find_new_keys(
    data: NDArray[np.uint8], at: int, known: NDArray[np.uint64], most: int, secret: NDArray[np.uint64]
) -> tuple[int, int]:
    """The start and end of the next line from ``at`` on with an unknown key; the end twice without one.

    Every line ends in a terminator. ``known`` holds, per key, a hash of its path, the number of values directly below
    it, and whether it was a value and not an object, which counts as a new key. Below a key with ``most`` such values,
    further ones are ignored. With ``LEARN`` for ``most``, all keys become known instead. ``secret`` is the key of the
    hash: in a hostile export, a key that collides with another would hide a column.
    """
    learn = most == LEARN
    total = known.shape[1] - 1  # the last place counts all keys
    mask = total - 1
    objects = np.empty(_NESTED + 1, dtype=np.int64)  # the place of each open object in ``known``; -1 for others
    begin, depth, child, key, key_end, is_new = at, 0, 1, -1, -1, False
    known[0, 1] = 1
    while at < len(data):
        byte = data[at]
        at += 1
        if byte == ord('"'):
            key, key_end = at, _end_of_text(data, at)
            at = key_end + (data[key_end] == ord('"'))
        elif byte == ord(":") and 0 < depth <= _NESTED and objects[depth] >= 0 and key >= 0:
            way, is_plain = _way_below(known[0, objects[depth]], data[key:key_end], secret)
            place = np.int64(way & np.uint64(mask))
            while known[0, place] != 0 and known[0, place] != way:
                place = (place + 1) & mask
            child = int(place)
            is_open = objects[depth] == 1 or known[1, objects[depth]] < np.uint64(most)
            if known[0, place] == 0:
                if learn and known[1, total] < np.uint64(total // 2):
                    known[0, place] = way
                    known[1, total] += np.uint64(1)
                else:
                    is_new |= is_open
                    child = -1
            while data[at] == ord(" ") or data[at] == ord("\t"):
                at += 1
            if data[at] != ord("{") and child >= 0 and known[2, child] == 0:
                if learn:
                    known[2, child] = np.uint64(1)
                    known[1, objects[depth]] += np.uint64(is_plain)  # an escape is another spelling of the same key
                else:
                    is_new |= is_open
            key = -1
        elif byte == ord("{") or byte == ord("["):
            depth += 1
            if depth <= _NESTED:
                objects[depth] = child if byte == ord("{") else -1
            child = -1
        elif byte == ord("}") or byte == ord("]"):
            depth, child = max(depth - 1, 0), -1
        elif byte == ord(","):
            key, child = -1, -1
        elif byte in (10, 13):
            if is_new and not learn:
                return begin, at
            begin, depth, child, key, is_new = at, 0, 1, -1, False
    return at, at


@compiled
def _end_of_text(data: NDArray[np.uint8], at: int) -> int:
    """The end of the text that begins here: a quote, or the end of the line."""
    while True:
        while not _STOPS[data[at]]:
            at += 1
        if data[at] != ord("\\"):
            return at
        at += 2 if data[at + 1] != 10 and data[at + 1] != 13 else 1


@compiled
def _way_below(way: np.uint64, key: NDArray[np.uint8], secret: NDArray[np.uint64]) -> tuple[np.uint64, bool]:
    """The hash of the path to a key, and whether the key has no escapes."""
    is_plain = True
    for letter in key:
        is_plain = is_plain and letter != ord("\\")
    way = keyed_hash(key, np.array([secret[0] ^ way, secret[1]], dtype=np.uint64))
    return way | np.uint64(2), is_plain  # different from free and from the root
