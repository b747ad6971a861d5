"""A line is a row or a reject, whatever stands beside it: judged as by a slow reader that knows one line at a time."""

import codecs
import gzip
import json
import re
from functools import partial
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from graphlink.config.settings import Config
from graphlink.model.reading import Reading
from graphlink.pipeline import read

ANY_REJECTS = Config.model_validate({"reading": {"max_reject_share": 1.0, "max_row_bytes": 2_000}})
N_GOOD = 12


def told_of(reading: Reading) -> tuple[dict[str, tuple[str, int]], list[int]]:
    """The account and the line of each device, and the lines that were set aside."""
    found = reading.sightings
    ids, values = found.accounts.ids.to_pylist(), found.signal_value.to_pylist()
    rows = zip(found.account.tolist(), found.signal.tolist(), reading.trace.line.tolist(), strict=True)
    told = {values[signal]: (ids[account], line) for account, signal, line in rows}
    assert len(told) == len(found.account)
    return told, [reject.line for reject in reading.rejects]


def row(n: int) -> bytes:
    return json.dumps({"account_id": f"a{n}", "device": f"d{n}"}).encode()


# --- JSON Lines -------------------------------------------------------------------------------------------------------

NOT_A_ROW = [
    row(70) + row(71),
    row(72) + b"," + row(73),
    row(74) + b",",
    row(75) + b" junk",
    row(76) + b" " + row(77),
    row(76) + b" []",
    b"junk " + row(78),
    b"[" + row(79) + b"]",
    b"[]",
    b"7",
    b'"text"',
    b"null",
    b"true",
    b"{",
    b"}",
    b"]",
    b'{"account_id": "b1",',
    b'"device": "e1"}',
    b'{"account_id": "b2", "device": "e2',
    b'"}',
    b'{"account_id": "b3", "device": "e3",}',
    b'{"account_id": "b4", "device": ["e4"]}',
    b'{"account_id": "b4", "device": {"e": "e4"}}',
    b'{"account_id": "b5", "account_id": "b6", "device": "e5"}',
    b'{"account_id": "b7", "device": "\\ud800"}',
    b'{"account_id": "b7", "device": "\\udc00"}',
    b'{"account_id": "b7", "device": "e", "x": ["\\udc00"]}',
    b'{"account_id": "b8", "device": 1.5}',
    b'{"account_id": "b8", "device": 01}',
    b'{"account_id": "b9", "device": "e\x00"}',
    b'{"account_id": "b9", "device": "e\xff"}',
    b'\xef\xbb\xbf{"account_id": "b9", "device": "e9"}',
    b'{"account_id": "b10", "device": "e10"}\x0b',
    b'\x0c{"account_id": "b10", "device": "e10"}',
    b'{"account_id": "b10", "device": "e10"}\xc2\x85',
    b'{"account_id": "b10", "device": "e10"}\xe2\x80\xa8',
    b'{"account_id": "b10",\x0b"device": "e10"}',
    b'{"account_id": "b11", "device": "e\x01"}',
    b'{"account_id": "b11", "device": "e\tx"}',
    b'{"account_id": "b12", "device": "e12"}' + b" " * 2_000,
    b'{"account_id": "b12", "x": ' + b"[" * 101 + b"]" * 101 + b"}",
    b'{"account_id": "b13", "device": "e13"]',
    b'{"account_id": "b13", "x": {], "device": "e13"}',
    b"{'account_id': 'b14'}",
    b"<!DOCTYPE html><html><body>Please log in</body></html>",
    b"[" + row(79) + b",",
    b"\xff\xfe" + row(79).decode().encode("utf-16-le"),
    b"\0" * 600,
    b"ORC",
    b"account_id,device",
    b'{"account_id": "b14", "device": "e"} // why',
    b'{"account_id": "b14", "device": "\\x"}',
    b'{"account_id": "", "device": "e"}',
]
ODD_BUT_A_ROW = [
    b'  {"account_id": "c1", "device": "f1"}\t ',
    b'{"account_id": "c2", "device": "f2}{"}',
    b'{"account_id": "c3", "device": "f3\\"}{\\\\"}',
    '{"account_id": "c4", "device": "f4\u2028x"}'.encode(),
    '{"account_id": "c5", "device": "f5\u0085x"}'.encode(),
    b'{"account_id": "c6", "device": "f6", "x": {"y": [{}, [[]], "]"]}}',
    b'{"account_id": "c7", "device": 7}',
    b'{"account_id": "c8", "device": "\\ud83d\\ude00"}',
    b'{"account_id": "c9", "device": "f9", "x": 1, "x": 2}',
    b'{"device": "f10", "x": NaN, "account_id": "c10"}',
    b'{"account_id": "c11", "device": "f11", "x": 1e999}',
    b'{"account_id": 12, "device": "f12"}',
    b'{"account_id": "c13", "device": "f13", "x": ' + b"[" * 99 + b"]" * 99 + b"}",
]
BLANK = [b"", b"  ", b"\t", b"\x0b\x0c"]


def judged(line: bytes) -> tuple[str, str] | None:
    """Account and device of one line by itself, None where it is no row: the slow twin of the reader."""
    if len(line) > 2_000 or b"\0" in line or b"\xef\xbb\xbf" in line:
        return None
    nests = 0
    plain = re.sub(r'"(?:[^"\\]|\\.)*"', "", line.decode(errors="replace"))
    for letter in plain:
        nests += (letter in "[{") - (letter in "]}")
        if nests > 100:
            return None
    try:
        pairs = json.loads(line.decode(), object_pairs_hook=tuple, parse_float=lambda _: 0.5)
        json.dumps(pairs, ensure_ascii=False).encode()  # half a character cannot be written
    except ValueError:
        return None
    if not isinstance(pairs, tuple):
        return None
    wanted = [(key, value) for key, value in pairs if key in {"account_id", "device"}]
    cells = dict(wanted)
    if len(cells) < len(wanted) or any(type(value) not in {str, int} for value in cells.values()):
        return None
    return (str(cells["account_id"]), str(cells["device"])) if cells.get("account_id") else None


LINES = st.lists(st.sampled_from([*NOT_A_ROW, *ODD_BUT_A_ROW, *BLANK]), max_size=12, unique=True)


PACKED = {
    "": bytes,
    ".gz": partial(gzip.compress, compresslevel=1),
    ".zst": partial(pa.compress, codec="zstd", asbytes=True),
}


def agree(path: Path, lines: list[bytes], end: bytes, packing: str = "") -> None:
    told = {}
    for number, line in enumerate([lines[0].removeprefix(codecs.BOM_UTF8), *lines[1:]], 1):  # where it marks the file
        if line.strip(b" \t\x0b\x0c"):
            told[number] = judged(line)
    content = b"".join(line + end for line in lines)
    path = path / f"a.jsonl{packing}"
    path.write_bytes(PACKED[packing](content))
    found, rejects = told_of(read([path], ANY_REJECTS))
    assert rejects == [number for number, pair in told.items() if pair is None]
    assert found == {pair[1]: (pair[0], number) for number, pair in told.items() if pair}


@pytest.mark.parametrize("odd", range(len(NOT_A_ROW)))
def test_what_is_no_row_is_set_aside_beside_rows_and_by_itself(tmp_path, odd):
    end = (b"\n", b"\r\n", b"\r")[odd % 3]
    assert judged(NOT_A_ROW[odd]) is None
    rows = [row(n) for n in range(N_GOOD)]
    agree(tmp_path, [*rows, NOT_A_ROW[odd]], end)
    agree(tmp_path, [row(0), NOT_A_ROW[odd], *rows[1:]], end)
    agree(tmp_path, [NOT_A_ROW[odd], *rows], end)


def test_two_objects_on_a_line_do_not_make_up_for_one_on_two(tmp_path):
    """The number of objects is that of lines: so many were read, two thousand of them from another's line."""
    rows = [row(n) for n in range(100, 2_000)]
    agree(
        tmp_path,
        [row(0), *rows, row(1) + row(2), b'{"account_id": "b",', b'"device": "e"}', *map(row, range(3, 9))],
        b"\n",
    )
    agree(tmp_path, [row(0), row(1) + row(2), *rows, b'{"account_id": "b", "device":', b'"e"}'], b"\n")


@given(
    lines=LINES,
    order=st.randoms(use_true_random=False),
    end=st.sampled_from([b"\n", b"\r\n", b"\r"]),
    size_packing=st.tuples(st.sampled_from([7, 64, 700, 1 << 20]), st.sampled_from(sorted(PACKED))),
)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_lines_are_judged_one_by_one_in_any_order_and_blocks_of_any_size(tmp_path, lines, order, end, size_packing):
    size, packing = size_packing
    lines = [*lines, *(row(n) for n in range(N_GOOD))]
    order.shuffle(lines)
    if size < 1 << 20 and judged(lines[0]) is None:  # the first block tells what the file is
        lines.insert(0, row(99))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("graphlink.reading.formats.streams.BLOCK", size)
        patch.setattr("graphlink.reading.formats.jsonlines.BLOCK", size)
        patch.setattr("graphlink.reading.formats.streams._READ", size)
        patch.setattr("graphlink.reading.formats.jsonlines._FEW", 1 + size % 3)
        agree(tmp_path, lines, end, packing)


# --- other formats ----------------------------------------------------------------------------------------------------

ON_TWO_LINES = b'"x\r\ny"z'
"""Quotes that are no quotes of CSV: each line is set aside."""
BAD_CELLS = [
    *(b"", b"x\x00y", b"x\xffy", b"\xef\xbb\xbfx", b"x|y", b'x"y', b"x" * 2_000),
    *(b'"\n"', b'"x\x00\ny"', b'"x\r\xff"', ON_TWO_LINES),
]
ODD_CELLS = [
    b"x y",
    b"x\x0by",
    b"x\x0cy",
    "x\u2028y".encode(),
    "x\u0085y".encode(),
    b"{x}{y}",
    b"[x]",
    b'"x||y"',
    b'"x""y"',
    b'"x\ny"',
    b'"x\r\ny"',
    b'"x\ry"',
    b'"x|""\n\n\n""|y"',
    b'"\n\nx"',
]
CELLS = st.lists(st.sampled_from([*BAD_CELLS, *ODD_CELLS, None]), max_size=12, unique=True)


@given(
    cells=CELLS,
    order=st.randoms(use_true_random=False),
    end=st.sampled_from([b"\n", b"\r\n", b"\r"]),
    delimiter=st.sampled_from([b",", b"\t"]),
    size_packing=st.tuples(st.sampled_from([40, 64, 700, 1 << 20]), st.sampled_from(sorted(PACKED))),
)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_rows_of_delimited_text_are_judged_one_by_one(tmp_path, cells, order, end, delimiter, size_packing):
    """The account is what is odd: in each line another device, so that its line is that of the account.

    A header has to fit into one block.
    """
    size, packing = size_packing
    lines = [*cells, *(b"a%d" % n for n in range(N_GOOD))]
    order.shuffle(lines)
    text, rejects, told = [b"device" + delimiter + b"account_id"], [], {}
    for n, cell in enumerate(lines):
        line = 1 + len(re.findall(b"\r\n?|\n", b"".join(each + end for each in text)))
        text.append(b"" if cell is None else b"d%d" % n + delimiter + cell.replace(b"|", delimiter))
        if cell in BAD_CELLS:
            rejects += [line, line + 1] if cell is ON_TWO_LINES else [line]
        elif cell is not None:
            plain = cell.replace(b"|", delimiter)
            account = plain[1:-1].replace(b'""', b'"') if plain.startswith(b'"') else plain
            told[f"d{n}"] = account.decode().strip(), line
    content = b"".join(line + end for line in text)
    path = tmp_path / f"a.{'csv' if delimiter == b',' else 'tsv'}{packing}"
    path.write_bytes(PACKED[packing](content))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("graphlink.reading.formats.streams.BLOCK", size)
        patch.setattr("graphlink.reading.formats.streams._READ", size)
        found, set_aside = told_of(read([path], ANY_REJECTS))
    assert (found, set_aside) == (told, rejects)


@given(
    cells=st.lists(st.sampled_from(["", None, "x\0y", "x" * 2_000, "x y", "x\u2028y"]), max_size=9),
    order=st.randoms(use_true_random=False),
    group=st.sampled_from([1, 3, 100]),
)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_rows_of_parquet_are_judged_one_by_one(tmp_path, cells, order, group):
    rows = [*cells, *(f"a{n}" for n in range(N_GOOD))]
    order.shuffle(rows)
    devices = [f"d{n}" for n in range(len(rows))]
    pq.write_table(
        pa.table({"account_id": pa.array(rows, pa.string()), "device": devices}),
        tmp_path / "a.parquet",
        row_group_size=group,
    )
    bad = {"", None, "x\0y", "x" * 2_000}
    found, rejects = told_of(read([tmp_path / "a.parquet"], ANY_REJECTS))
    assert rejects == [n for n, account in enumerate(rows, 1) if account in bad]
    assert found == {f"d{n - 1}": (account, n) for n, account in enumerate(rows, 1) if account not in bad}
