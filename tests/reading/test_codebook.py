"""Distinct texts are numbered in the order in which they come, as a dictionary would."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st

from graphlink.engine.kernels.reading import move_entries
from graphlink.reading.columns.codebook import Codebook

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


def test_many_texts_of_one_length_stay_apart():
    texts = [f"acct-{number:09}" for number in range(50_000)]
    book = Codebook()
    for start in range(0, len(texts), 7_000):
        part = texts[start : start + 7_000]
        assert book.number(pa.array(part), np.arange(len(part), dtype=np.int32)).tolist() == list(
            range(start, start + len(part))
        )
    assert book.texts().to_pylist() == texts


def test_texts_that_no_row_has_are_not_kept():
    book = Codebook()
    book.number(pa.array(["a", "b"]), np.array([1, -1], dtype=np.int32))
    assert book.texts().to_pylist() == ["b"]


def test_a_slice_of_texts_is_read_from_where_it_begins():
    book = Codebook()
    assert book.number(pa.array(["x", "a", "b"])[1:], np.array([1, 0], dtype=np.int32)).tolist() == [1, 0]
    assert book.texts().to_pylist() == ["a", "b"]


def test_a_text_that_comes_twice_in_one_turn_has_one_number():
    texts = [f"v{number % 150}" for number in range(400)]  # several times as many as are looked up together
    book = Codebook()
    numbers = book.number(pa.array(texts), np.arange(len(texts), dtype=np.int32))
    assert numbers.tolist() == [number % 150 for number in range(400)]
    assert book.number(pa.array(texts[::-1]), np.arange(len(texts), dtype=np.int32)).tolist() == numbers[::-1].tolist()


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
