"""What is wide or deep without end is answered soon: the work grows with the file, and not with its square."""

import json
import time

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from graphlink.config.settings import Config
from graphlink.pipeline import read
from graphlink.words.errors import InputError

MANY = 20_000
SECONDS = 5.0
"""Of the processor, for what takes half a second, and took from 7 to over 200 where each column looked at all."""

NAMES = ["account_id", "device", *(f"col_{n}" for n in range(MANY))]
ROWS = [{"account_id": f"a{n}", "device": f"d{n}"} for n in range(200)]
PLAIN = "".join(json.dumps(row) + "\n" for row in ROWS)


def parquet(path):
    pq.write_table(pa.table({name: ["x"] * 5 for name in NAMES}), path)


def parquet_of_objects(path):
    inside = [{f"k{n}": "v" for n in range(MANY)}] * 5
    pq.write_table(pa.table({"account_id": ["x"] * 5, "device": ["d"] * 5, "deep": inside}), path)


def columns(path):
    row = ",".join("v" for _ in NAMES)
    path.write_text(",".join(NAMES) + "\n" + f"{row}\n{row}\n")


def signals(path):
    names = ["account_id", "device", *(f"device_{n}" for n in range(MANY))]
    path.write_text(",".join(names) + "\n" + ",".join("v" for _ in names) + "\n")


def keys(path):
    path.write_text(PLAIN + json.dumps(ROWS[0] | {f"k{n}": n for n in range(MANY)}) + "\n")


def keys_of_objects(path):
    path.write_text(PLAIN + json.dumps(ROWS[0] | {"deep": {f"k{n}": {"a": n} for n in range(MANY)}}) + "\n")


def keys_of_lines(path):
    path.write_text("".join(json.dumps({**ROWS[0], f"k{n}": 1, "deep": {f"k{n}": 1}}) + "\n" for n in range(MANY)))


def types(path):
    rows = "".join(f"a{n},type{n},v\n" for n in range(5 * MANY))
    path.write_text(f"account_id,signal_type,signal_value\n{rows}")


WIDE = {
    "parquet": parquet,
    "objects.parquet": parquet_of_objects,
    "csv": columns,
    "signals.csv": signals,
    "jsonl": keys,
    "objects.jsonl": keys_of_objects,
    "lines.jsonl": keys_of_lines,
    "types.csv": types,
}
DEEP = {
    "brackets": "[" * 10 * MANY,
    "objects": '{"a":' * 10 * MANY,
    "closed": '{"account_id": "x", "deep": ' + "[" * 10 * MANY + "]" * 10 * MANY + "}",
    "object of objects": '{"account_id": "x", "deep": ' + '{"a":' * 5 * MANY + "1" + "}" * 5 * MANY + "}",
    "a text that has no end": '"' + '\\"' * 20 * MANY + "[" * 200,
    "quotes alone": '"' * 40 * MANY + "[" * 200,
}


@pytest.fixture(scope="module", autouse=True)
def warm(tmp_path_factory):
    """Loops are compiled, or loaded, before anything is timed."""
    folder = tmp_path_factory.mktemp("warm")
    for name, content in (("a.jsonl", PLAIN + DEEP["brackets"] + "\n"), ("a.csv", "account_id,device\na,d\n")):
        (folder / name).write_text(content)
        read([folder / name], ANY_REJECTS)


ANY_REJECTS = Config.model_validate({"reading": {"max_reject_share": 1.0}})


@pytest.mark.parametrize("name", WIDE)
@pytest.mark.slow
def test_wide_shapes_are_read_in_linear_time(tmp_path, name):
    path = tmp_path / f"a.{name}"
    WIDE[name](path)
    start = time.process_time()
    if name == "types.csv":
        with pytest.raises(InputError, match="GL124"):
            read([path], ANY_REJECTS)
    else:
        assert read([path], ANY_REJECTS).rows.accepted > 0
    assert time.process_time() - start < SECONDS


@pytest.mark.parametrize("name", DEEP)
def test_a_line_that_nests_without_end_is_set_aside_in_linear_time(tmp_path, name):
    path = tmp_path / "a.jsonl"
    path.write_text(f"{PLAIN}{DEEP[name]}\n{PLAIN}")
    start = time.process_time()
    rejects = read([path], ANY_REJECTS).rejects
    assert time.process_time() - start < SECONDS
    assert [(each.line, each.code in {"GL250", "GL253"}) for each in rejects] == [(len(ROWS) + 1, True)]
