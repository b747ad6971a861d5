"""Cutting text into records: every record once, at its physical line and byte, whatever the blocks."""

import csv
import io

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from graphlink.engine.kernels.reading import find_marks
from graphlink.reading.formats.record_splitter import Cutter
from graphlink.reading.formats.structure import CR, Dialect
from graphlink.words.errors import InputError, Place

LF = 10
COMMA = Dialect(ord(","), 3, 1 << 20, 1 << 16)


def cut(data: bytes, size: int = 1 << 20, dialect: Dialect = COMMA) -> list[tuple[int, int, str | None, bytes]]:
    """All records of a file read in blocks of a size: line, byte, code of the defect, raw bytes."""
    cutter = Cutter(dialect, Place("t.csv"), 0, 1)
    blocks = [block for start in range(0, len(data), size) for block in cutter.cut(data[start : start + size])]
    blocks += cutter.finish()
    numbers = [block.first_record + index for block in blocks for index in range(len(block))]
    assert numbers == list(range(len(numbers)))
    return [
        (
            int(block.lines[index]),
            block.byte + int(block.starts[index]),
            block.defects[index].code if index in block.defects else None,
            block.raw(index),
        )
        for block in blocks
        for index in range(len(block))
    ]


def codes(data: bytes, size: int = 1 << 20) -> list[str | None]:
    return [code for _, _, code, _ in cut(data, size)]


@pytest.mark.parametrize(
    ("line", "code"),
    [
        *((b'a,"x"y,c', "GL212"), (b'a,x"y",c', "GL212"), (b"a,b", "GL210"), (b"a,b,c,d", "GL210")),
        *((b"a,b\x00,c", "GL203"), (b"a,\xef\xbb\xbfb,c", "GL201"), (b"a,caf\xe9,c", "GL202")),
        *((b'a,"x""y",c', None), (b'a,"",c', None), (b'a,"x,y",c', None), (b"a," + b"x" * (1 << 16) + b",c", None)),
        (b"a," + b"x" * ((1 << 16) + 1) + b",c", "GL213"),
    ],
)
def test_a_defect_is_that_of_its_line_alone(line, code):
    data = b"a,b,c\n" * 3 + line + b"\n" + b'd,"e",f\n' * 3
    assert codes(data) == [None] * 3 + [code] + [None] * 3


def test_a_line_beyond_the_limit_is_skipped_without_being_held():
    records = cut(b"a,b,c\n" + b"x" * 3_000_000 + b"\nd,e,f\n", size=100_000)
    assert [(line, byte, code) for line, byte, code, _ in records] == [
        (1, 0, None),
        (2, 6, "GL213"),
        (3, 3_000_007, None),
    ]
    assert len(records[1][3]) == 1 << 16


def test_lines_that_an_open_quote_swallowed_are_read_again():
    assert codes(b'a,"b,c\nd,e,f\ng,"h",i\nj,k,l\n') == ["GL211", None, None, None]


def test_a_quote_that_swallows_many_lines_refuses_the_file_at_its_line():
    with pytest.raises(InputError) as raised:
        cut(b'a,b,c\na,"b,c\n' + b"d,e,f\n" * 20)
    assert (raised.value.code, raised.value.where.line) == ("GL211", 2)


def test_a_file_without_a_final_newline_is_cut_short():
    with pytest.raises(InputError) as raised:
        cut(b"a,b,c\nd,e,f")
    assert (raised.value.code, raised.value.where.line, raised.value.where.byte) == ("GL108", 2, 6)


def test_an_exporter_can_vouch_for_a_last_line_without_newline():
    assert codes_complete(b"a,b,c\nd,e,f") == [None, None]


def codes_complete(data: bytes) -> list[str | None]:
    return [code for _, _, code, _ in cut(data, dialect=Dialect(ord(","), 3, 1 << 20, 1 << 16, complete=True))]


def test_thousands_of_stray_quotes_are_found_one_by_one():
    assert codes(b'a,b"c,d\n' * 5_000 + b"a,b,c\n") == ["GL212"] * 5_000 + [None]


FIELD = st.text(st.sampled_from('ab,"\n\r é'), max_size=5)


@given(
    st.lists(st.tuples(FIELD, FIELD, FIELD.map("x".__add__)), max_size=8),
    st.integers(1, 40),
    st.sampled_from([("\n", csv.QUOTE_ALL), ("\r\n", csv.QUOTE_ALL), ("\r\n", csv.QUOTE_MINIMAL)]),
)
def test_what_a_csv_writer_wrote_is_cut_into_its_rows(rows, size, style):
    text = io.StringIO(newline="")
    csv.writer(text, lineterminator=style[0], quoting=style[1]).writerows(rows)
    data = text.getvalue().encode()
    records = cut(data, size)
    assert [code for _, _, code, _ in records] == [None] * len(rows)
    assert [next(csv.reader(io.StringIO(raw.decode(), newline=""))) for *_, raw in records] == [
        list(row) for row in rows
    ]
    for line, byte, _, raw in records:
        assert data[byte : byte + len(raw)] == raw
        before = data[:byte]
        assert line == 1 + before.count(b"\n") + before.replace(b"\r\n", b"").count(b"\r")


@given(
    st.text(st.sampled_from('ab,"\n\r\x00 '), max_size=60).map(str.encode),
    st.integers(1, 20),
    st.sampled_from([12, 1 << 20]),
)
def test_blocks_never_change_what_is_found(data, size, max_row):
    dialect = Dialect(ord(","), 3, max_row, 1 << 16)
    assert outcome(data, size, dialect) == outcome(data, 1 << 20, dialect)


def outcome(data: bytes, size: int, dialect: Dialect = COMMA):
    try:
        return cut(data, size, dialect)
    except InputError as error:
        return error.code, error.where


def marks_by_counting(data: bytes, *, delimiter: int, quote: int, final: bool):
    """What ``find_marks`` gives, by looking at one letter after the other."""
    quotes = [at for at, letter in enumerate(data) if letter == quote]
    terminators = [
        at
        for at, letter in enumerate(data)
        if letter == LF or (letter == CR and (final if at + 1 == len(data) else data[at + 1] != LF))
    ]

    def outside(places):
        return [at for at in places if sum(each < at for each in quotes) % 2 == 0]

    def fits(at, number):
        opens = number % 2 == 0
        beside = at - 1 if opens else at + 1
        if not 0 <= beside < len(data) or data[beside] in (delimiter, LF, CR):
            return True
        return data[beside] == quote and (not opens or number > 0)

    stray = next((at for number, at in enumerate(quotes) if not fits(at, number)), -1)
    separators = outside(at for at, letter in enumerate(data) if letter == delimiter)
    return terminators, outside(terminators), quotes, separators, stray


@given(
    st.text('ab,"\r\n', max_size=40).map(str.encode), st.booleans(), st.sampled_from([(ord(","), ord('"')), (-1, -1)])
)
def test_marks_are_those_that_counting_letter_by_letter_finds(data, final, dialect):
    delimiter, quote = dialect
    found = find_marks(np.frombuffer(data, dtype=np.uint8), delimiter, quote, final)
    counted = marks_by_counting(data, delimiter=delimiter, quote=quote, final=final)
    assert (*(marks.tolist() for marks in found[:4]), found[4]) == counted


def test_many_lines_with_stray_quotes_are_one_block():
    """Each was a block, and with it a batch: ten thousand took fourteen seconds."""
    data = b'a,6" phone,c\nd,e,f\n' * 500
    cutter = Cutter(COMMA, Place("t.csv"), 0, 1)
    (block,) = [*cutter.cut(data), *cutter.finish()]
    assert (len(block), sorted(block.defects)) == (1000, list(range(0, 1000, 2)))
    assert block.raw(999) == b"d,e,f"
    assert block.text(block.good) == b"d,e,f\n" * 500


@given(
    st.lists(st.sampled_from([b"a", "é".encode(), "日".encode(), b"\xfc", b"\xe6\x97", b"\x97"]), max_size=40),
    st.data(),
)
def test_a_record_is_no_utf_8_if_it_is_none_by_itself(letters, data):
    lines = [b"".join(letters[n : n + 3]) for n in range(0, len(letters), 3)]
    wanted = []
    for line in lines:
        try:
            line.decode()
        except UnicodeDecodeError:
            wanted.append("GL202")
        else:
            wanted.append(None)
    text = b"".join(b"a,b," + line + b"\n" for line in lines)
    assert codes(text, size=data.draw(st.integers(1, 64))) == wanted
