"""Tables whose numbers somebody changed are refused in a sentence, whatever is asked of them."""

import random

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from graphlink.cli.main import run
from graphlink.results.stored_schema import STORED


def beyond(column, draw):
    return pa.array([int(draw.choice([-1, -(2**31), 2**31 - 1, 10**6])) for _ in column], column.type)


def shuffled(column, draw):
    return column.take(pa.array(draw.sample(range(len(column)), len(column)), pa.int64()))


def empty(column, _draw):
    return pa.nulls(len(column), column.type)


def holes(column, draw):
    return pa.array([None if draw.random() < 0.5 else each for each in column.to_pylist()], column.type)


def not_numbers(column, _draw):
    return pa.array(np.full(len(column), np.nan), column.type)


def mixed(column, draw):
    texts = ["", "; ", "; ;", "\0", "R-", "x" * 10]
    return pa.array([draw.choice(texts) for _ in column], pa.string()).cast(column.type)


def ways(kind):
    found = [shuffled, empty, holes]
    if pa.types.is_integer(kind):
        found.append(beyond)
    if pa.types.is_floating(kind):
        found.append(not_numbers)
    if pa.types.is_string(kind) or pa.types.is_large_string(kind) or pa.types.is_dictionary(kind):
        found.append(mixed)
    return found


def asked(folder):
    accounts = pq.read_table(folder / "tables" / "accounts.parquet")["account_id"].cast(pa.string()).to_pylist()
    rings = pq.read_table(folder / "tables" / "rings.parquet")["ring_id"].cast(pa.string()).to_pylist()
    members = pq.read_table(folder / "tables" / "members.parquet")["account"].to_pylist()
    signal = pq.read_table(folder / "tables" / "signals.parquet").slice(0, 1).to_pylist()[0]
    one, two, far = accounts[members[0]], accounts[members[1]], accounts[members[-1]]
    return [
        ["neighbours", one, "--hops", "3"],
        ["path", one, two],
        ["path", one, far],
        ["explain", one],
        ["explain", one, two],
        ["explain", rings[0], "--json"],
        ["explain", f"{signal['signal_type']}={signal['signal_value']}"],
        ["explain", "nobody-of-this-name"],
        ["sql", "SELECT * FROM edges ORDER BY bits"],
        ["case", rings[0], "-o", str(folder / "case")],
    ]


@pytest.mark.parametrize("table", [each.name for each in STORED])
@pytest.mark.slow
def test_what_was_changed_is_refused_or_answered(copy, table, capsys):
    questions = asked(copy)
    path = copy / "tables" / f"{table}.parquet"
    kept = pq.read_table(path)
    draw = random.Random(7)
    wrong = []
    for number, field in enumerate(kept.schema):
        for way in ways(field.type):
            column = kept.column(number).combine_chunks()
            pq.write_table(kept.set_column(number, field, pa.chunked_array([way(column, draw)])), path)
            for question in draw.sample(questions, 3):
                code = run([*question, "-r", str(copy)])
                said = capsys.readouterr().err
                if code not in {0, 2, 4, 5, 8} or "Traceback" in said or "internal error" in said:
                    wrong.append((field.name, way.__name__, question[0], int(code), said[:200]))
    assert not wrong, wrong[:10]
