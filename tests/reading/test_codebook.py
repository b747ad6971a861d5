"""Distinct texts are numbered in the order in which they come, as a dictionary would."""

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from hypothesis import given
from hypothesis import strategies as st

from graphlink.engine.kernels.reading import keyed_hash, move_entries
from graphlink.reading.columns.codebook import Codebook, drawn_key, places_among

BATCH = st.lists(st.one_of(st.none(), st.text("ab\0é", max_size=3), st.text(max_size=40)), max_size=60)


@given(st.lists(BATCH, max_size=12))
def test_texts_have_the_numbers_that_a_dictionary_gives(batches):
    book, known = Codebook(), {}
    for batch in batches:
        coded = pa.array(batch, pa.string()).dictionary_encode()
        codes = coded.indices.fill_null(-1).to_numpy()
        expected = [-1 if text is None else known.setdefault(text, len(known)) for text in batch]
        assert book.number(coded.dictionary, codes).tolist() == expected
    assert book.texts().to_pylist() == list(known)


@given(BATCH, st.sets(st.text("ab\0é", max_size=3)).map(sorted))
def test_texts_have_the_places_that_arrow_finds(batch, others):
    texts, among = pa.array(batch, pa.string()), pa.array(others, pa.string())
    assert places_among(texts, among).tolist() == pc.index_in(texts, value_set=among).fill_null(-1).to_pylist()


def test_texts_that_no_row_has_are_not_kept():
    book = Codebook()
    book.number(pa.array(["a", "b"]), np.array([1, -1], dtype=np.int32))
    assert book.texts().to_pylist() == ["b"]


def test_a_slice_of_texts_is_read_from_where_it_begins():
    book = Codebook()
    assert book.number(pa.array(["x", "a", "b"])[1:], np.array([1, 0], dtype=np.int32)).tolist() == [1, 0]
    assert book.texts().to_pylist() == ["a", "b"]


@given(st.lists(st.integers(0, (1 << 32) - 1), max_size=60, unique=True), st.integers(1, 5))
def test_a_table_that_grows_in_blocks_finds_what_it_found_before(tags, n_blocks):
    """Homes are the lowest bits of a tag: here many share one, at the end of a block or of the table."""
    entries = [(tag & ~0x3C) << 32 | number for number, tag in enumerate(tags, start=1)]
    table = np.zeros(128, dtype=np.uint64)
    for entry in entries:
        enter(entry, table)
    larger = np.zeros(256, dtype=np.uint64)
    left = [move_entries(table, larger, (block, n_blocks)) for block in range(n_blocks)]
    assert np.count_nonzero(larger) == len(entries) - sum(left)
    assert move_entries(table, larger, (0, 1)) == 0
    assert sorted(larger[larger > 0].tolist()) == sorted(entries)
    assert all(enter(entry, larger) for entry in entries)


def enter(entry, table):
    """Enter what has its home in a table, and say whether it was there before."""
    slot = entry >> 32
    while table[slot % len(table)] not in {0, entry}:
        slot += 1
    known = table[slot % len(table)] == entry
    table[slot % len(table)] = entry
    return bool(known)


# --- texts that strangers choose --------------------------------------------------------------------------------------

KEY = bytes(range(16))
WORD = (1 << 64) - 1


def sip(text, key):
    """SipHash-1-3, written out."""

    def turned(number, bits):
        return (number << bits | number >> (64 - bits)) & WORD

    def turn(v):
        for a, b, bits in ((0, 1, 13), (2, 3, 16), (0, 3, 21), (2, 1, 17)):
            v[a] = (v[a] + v[b]) & WORD
            v[b] = turned(v[b], bits) ^ v[a]
            if bits in {13, 17}:
                v[a] = turned(v[a], 32)

    low, high = (int.from_bytes(key[at : at + 8], "little") for at in (0, 8))
    v = [low ^ 0x736F6D6570736575, high ^ 0x646F72616E646F6D, low ^ 0x6C7967656E657261, high ^ 0x7465646279746573]
    padded = text + bytes(-(len(text) + 1) % 8) + bytes([len(text) & 255])
    for at in range(0, len(padded), 8):
        word = int.from_bytes(padded[at : at + 8], "little")
        v[3] ^= word
        turn(v)
        v[0] ^= word
    v[2] ^= 255
    for _ in range(3):
        turn(v)
    return v[0] ^ v[1] ^ v[2] ^ v[3]


def hashed(text, key=KEY):
    return int(keyed_hash(np.frombuffer(text, np.uint8), np.frombuffer(key, np.uint64)))


@given(st.binary(max_size=300), st.binary(min_size=16, max_size=16))
def test_the_hash_is_siphash(text, key):
    assert hashed(text, key) == sip(text, key)


def test_the_hash_is_that_of_its_authors():
    assert [hashed(b""), hashed(b"\0")] == [0xABAC0158050FC4DC, 0xC9F49BF37D57CA93]


def unkeyed_places(texts):
    """Where texts of one length stood in a table of any size when their hash (FNV-1a) had no key."""
    letters = np.array([list(text.encode()) for text in texts], dtype=np.uint64)
    mixed = np.full(len(texts), 0xCBF29CE484222325, dtype=np.uint64)
    for column in letters.T:
        mixed = (mixed ^ column) * np.uint64(0x100000001B3)
    return (mixed ^ mixed >> np.uint64(29)) * np.uint64(0x9E3779B97F4A7C15) >> np.uint64(32)


def steps(table):
    """How many places away from their own the texts of a table stand, all together."""
    places = np.flatnonzero(table)
    return int(((places - (table[places] >> np.uint64(32)).astype(np.int64)) % len(table)).sum())


def test_texts_that_were_made_to_meet_do_not_meet():
    """Of 300,000 texts those whose places were among the first 64 of 16,384: a million steps and more for each look."""
    texts = np.array([f"Mozilla/5.0 ({n:07})" for n in range(300_000)])
    chosen = texts[unkeyed_places(texts.tolist()) % (1 << 14) < 64].tolist()
    assert len(chosen) > 1_000
    book = Codebook()
    book.number(pa.array(chosen), np.arange(len(chosen), dtype=np.int32))
    assert steps(book._table) < 2 * len(chosen)


def test_no_number_follows_the_key():
    texts = pa.array([f"v{n % 700}" for n in range(1_000)])
    codes = np.arange(len(texts), dtype=np.int32)
    books = [Codebook(np.array(key, dtype=np.uint64)) for key in ([1, 2], [3, 4])]
    assert books[0].number(texts, codes).tolist() == books[1].number(texts, codes).tolist()
    assert books[0].texts() == books[1].texts()
    assert not np.array_equal(books[0]._table, books[1]._table)


def test_each_book_has_a_key_of_its_own():
    assert drawn_key().tolist() != drawn_key().tolist()
