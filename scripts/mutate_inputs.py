"""Mutate inputs of all kinds, and look whether graphlink refuses or reads them: never a traceback, never a crash.

    .venv/bin/python scripts/mutate_inputs.py --count 100000 --commands 2000 [--seed 1] [--kinds csv,state] [--keep DIR]

Exports as CSV, JSON Lines and Parquet, settings, a state and the tables of a run are changed at random, each input by
its own number and the seed, so that one can be made again; a large count may be done in parts, each with another seed.
They are read in processes of a thousand each, as a library would end its process with them; ``--commands`` sends some
through the command line. What ends otherwise than with a message of ours and an exit code from the list is written to
the folder ``--keep``, and told with its traceback.
"""

from __future__ import annotations

import argparse
import importlib
import json
import os
import random
import shutil
import subprocess
import sys
import tempfile
import traceback
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Final

from graphlink.words.errors import ExitCode, GraphlinkError

ROOT: Final = Path(__file__).parent.parent
KINDS: Final = ("csv", "jsonl", "parquet", "settings", "state", "tables")
AT_ONCE: Final = 1_000
SECONDS: Final = 300
"""Of an input alone: the first compiles all loops, beside whatever else the machine does."""
FINE: Final = frozenset(ExitCode) - {ExitCode.BUG}
PIECES: Final = [
    *(b'"', b",", b"\n", b"\r", b"\r\n", b"\x00", b"\xff", b"\xef\xbb\xbf", b"\t", b"{", b"}", b"[", b"]", b":", b"="),
    *(
        b"\\ud800",
        b"1e400",
        b"NaN",
        b"null",
        b"true",
        b"-0",
        b"99999999999999999999",
        b"''",
        b"#",
        b"\\",
        b"\xe2\x80\xa8",
    ),
]
TEXT: Final = {
    "csv": b"account_id,signal_type,signal_value,first_seen,count\n"
    + b"".join(b"a%d,ip,81.2.69.%d,2026-01-05 10:00:00+01:00,%d\n" % (n, n, n + 1) for n in range(7))
    + b'ann,device,"d\n1",2026-01-05T10:00:00Z,\n',
    "jsonl": b"".join(
        b'{"account_id": "a%d", "time": "2026-01-05T10:00:0%dZ", "device": "d%d", "x": {"y": [%d]}}\n' % (n, n, n, n)
        for n in range(7)
    )
    + b'{"account_id": 7, "device": 12, "ip": "81.2.69.142"}\n',
    "settings": b'[reading]\nmax_reject_share = 0.5\ntimezone = "Europe/Berlin"\nnull_tokens = ["", "null"]\n\n'
    b'[columns]\ndevice = "details.device"\n\n[signals.seat]\nfamily = "place"\nprovenance = "claimed"\n\n'
    b'[method]\nnull_worlds = 2\ndisturbances = 1\n\n[[sources]]\npath = "a.csv"\ndelimiter = ";"\n',
}


def mutated(data: bytes, chance: random.Random) -> bytes:
    """Change some bytes: put in, drop, flip, double, swap, cut."""
    found = bytearray(data)
    for _ in range(chance.randint(1, 5)):
        at = chance.randint(0, len(found))
        length = chance.choice((1, 2, 4, 9, 60))
        how = chance.randrange(6)
        if how == 0:
            found[at:at] = chance.choice(PIECES) * chance.choice((1, 1, 1, 2, 300))
        elif how == 1:
            del found[at : at + length]
        elif how == 2 and at < len(found):  # noqa: PLR2004 - the third of six
            found[at] ^= 1 << chance.randrange(8)
        elif how == 3:  # noqa: PLR2004
            found[at:at] = found[max(0, at - length) : at]
        elif how == 4:  # noqa: PLR2004
            found[at : at + length] = chance.randbytes(length)
        elif chance.random() < 0.3:  # noqa: PLR2004 - seldom: what is cut shows nothing else
            del found[at:]
    return bytes(found)


def seeds(folder: Path) -> None:
    """Lay down what is mutated: files, a state, and a small run with its tables."""
    import pyarrow as pa  # noqa: PLC0415 - children need none of this
    import pyarrow.parquet as pq  # noqa: PLC0415

    for kind, text in TEXT.items():
        (folder / f"a.{kind}").write_bytes(text)
    rows = {
        "account_id": list("abcdefg"),
        "signal_type": ["device"] * 7,
        "signal_value": [*("d1", None, "d2") * 2, "d"],
    }
    pq.write_table(pa.table(rows), folder / "a.parquet", row_group_size=4, write_page_checksum=False)
    sys.path.append(str(ROOT / "tests" / "worlds"))
    importlib.import_module("state_worlds").two_weeks(folder / "state")
    command = [sys.executable, "-m", "graphlink", "run", str(ROOT / "data" / "samples" / "tiny"), "-o"]
    subprocess.run([*command, str(folder / "run"), "--quiet"], check=False, capture_output=True)
    if not (folder / "run" / "run.json").exists():
        sys.exit("the sample makes no run to mutate")


def lay(kind: str, number: int, seed: int, source: Path, place: Path) -> Path:
    """Write the input of this number, and give what is to be read."""
    chance = random.Random(f"{seed}/{kind}/{number}")
    if kind in {"state", "tables"}:
        copied = place / kind
        if not copied.exists():
            shutil.copytree(source / ("run" if kind == "tables" else kind), copied)
        whole = source / ("run" if kind == "tables" else kind)
        files = sorted(path.relative_to(whole) for path in whole.rglob("*") if path.is_file())
        if kind == "tables":
            files = [each for each in files if each.suffix == ".parquet" or each.name == "run.json"]
        for name in files:  # what was changed before is put back
            if (copied / name).read_bytes() != (whole / name).read_bytes():
                (copied / name).write_bytes((whole / name).read_bytes())
        chosen = chance.choice(files)
        (copied / chosen).write_bytes(mutated((whole / chosen).read_bytes(), chance))
        return copied
    path = place / f"a.{'toml' if kind == 'settings' else kind}"
    path.write_bytes(mutated((source / f"a.{kind}").read_bytes(), chance))
    return path


def look(kind: str, path: Path) -> None:
    """Read an input as the program does, in this process."""
    from graphlink import pipeline  # noqa: PLC0415  the child alone needs them
    from graphlink.config.settings import Config, load_config  # noqa: PLC0415  the child alone needs them
    from graphlink.results import stored_schema as stored  # noqa: PLC0415  the child alone needs them
    from graphlink.results.questions.folder import open_run  # noqa: PLC0415  the child alone needs them
    from graphlink.sweeps.state.open_state import Opening, open_state  # noqa: PLC0415  the child alone needs them

    try:
        if kind == "settings":
            load_config(path)
        elif kind == "state":
            with open_state(path, Opening(read_only=True)):
                pass
        elif kind == "tables":
            with open_run(path) as run:
                for table in stored.STORED:
                    run.rows(f"SELECT * FROM {table.name}")  # noqa: S608 - names of ours
        else:
            reading = pipeline.read([path], Config.model_validate({"reading": {"max_reject_share": 1.0}}))
            rows = reading.rows
            if rows.rows_in != rows.accepted + rows.rejected + rows.duplicates + rows.out_of_window:
                raise AssertionError(f"{rows} do not add up")
    except GraphlinkError as error:
        if error.exit_code not in FINE:
            raise


def child(task: dict[str, object]) -> None:
    """Look at some inputs one after the other; the number of the one at hand stands in a file, lest it end all."""
    kind, first, count = str(task["kind"]), int(str(task["first"])), int(str(task["count"]))
    source, keep = Path(str(task["source"])), Path(str(task["keep"]))
    processors = sorted(os.sched_getaffinity(0))  # of so little to read, several threads take a third longer than one
    os.sched_setaffinity(0, {processors[KINDS.index(kind) % len(processors)]})
    with tempfile.TemporaryDirectory() as folder:
        at = os.open(str(task["at"]), os.O_WRONLY | os.O_CREAT)
        for number in range(first, first + count):
            os.pwrite(at, b"%12d" % number, 0)
            path = lay(kind, number, int(str(task["seed"])), source, Path(folder))
            try:
                look(kind, path)
            except BaseException:  # noqa: BLE001 - whatever it is, it is what we look for
                print(f"--- {kind} {number}\n{traceback.format_exc()}", flush=True)
                hold(path, keep / f"{kind}-{number}")
        os.close(at)


def hold(path: Path, at: Path) -> None:
    """Keep an input that was told."""
    at.parent.mkdir(parents=True, exist_ok=True)
    if path.is_dir():
        shutil.copytree(path, at, dirs_exist_ok=True)
    else:
        shutil.copy(path, at.with_suffix(path.suffix))


def in_process(kind: str, count: int, options: argparse.Namespace, source: Path) -> int:
    """Look at inputs of one kind; how many were told."""
    told, first = 0, 0
    while first < count:
        task = {"kind": kind, "first": first, "count": min(AT_ONCE, count - first), "seed": options.seed}
        task |= {"source": str(source), "keep": str(options.keep), "at": str(source / f"{kind}.at")}
        done = subprocess.run(
            [sys.executable, __file__, "--child", json.dumps(task)],
            capture_output=True,
            text=True,
            errors="replace",
            check=False,
        )
        told += done.stdout.count(f"--- {kind} ")
        print(done.stdout, end="", flush=True)
        first += AT_ONCE
        if done.returncode:
            at = int((source / f"{kind}.at").read_bytes())
            print(f"--- {kind} {at} ended the process ({done.returncode})\n{done.stderr[-2_000:]}", flush=True)
            with tempfile.TemporaryDirectory() as folder:
                hold(lay(kind, at, options.seed, source, Path(folder)), options.keep / f"{kind}-{at}")
            told += 1
            first = at + 1
    return told


def words(kind: str, path: Path) -> list[str]:
    """The command that reads an input of this kind."""
    if kind == "settings":
        return ["config", "validate", str(path)]
    if kind == "state":
        return ["state", "check", "--state", str(path)]
    if kind == "tables":
        return ["sql", "SELECT * FROM members", "--run", str(path)]
    return ["check", str(path)]


def by_command(number: int, options: argparse.Namespace, source: Path) -> int:
    """Send one input through the command line; whether it was told."""
    kind = KINDS[number % len(KINDS)]
    with tempfile.TemporaryDirectory() as folder:
        path = lay(kind, 1_000_000 + number, options.seed, source, Path(folder))
        command = [sys.executable, "-m", "graphlink", *words(kind, path)]
        try:
            done = subprocess.run(command, capture_output=True, timeout=SECONDS, check=False)
        except subprocess.TimeoutExpired:
            code, text = None, b""
        else:
            code, text = done.returncode, done.stdout + done.stderr
        if code in FINE and b"Traceback" not in text:
            return 0
        print(f"--- {kind} {1_000_000 + number}: exit {code}\n{text.decode(errors='replace')[-2_000:]}", flush=True)
        hold(path, options.keep / f"{kind}-{1_000_000 + number}")
        return 1


def main() -> None:
    """Mutate, look, and end with 1 where something was told."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--count", type=int, default=6_000)
    parser.add_argument("--commands", type=int, default=0)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--kinds", default=",".join(KINDS))
    parser.add_argument("--keep", type=Path, default=Path("mutated"))
    parser.add_argument("--processes", type=int, default=1)
    parser.add_argument("--child", type=json.loads)
    options = parser.parse_args()
    if options.child:
        child(options.child)
        return
    kinds = options.kinds.split(",")
    with tempfile.TemporaryDirectory() as folder, ThreadPoolExecutor(options.processes) as side_by_side:
        source = Path(folder)
        seeds(source)
        each = -(-options.count // len(kinds))
        told = sum(side_by_side.map(lambda kind: in_process(kind, each, options, source), kinds))
        told += sum(side_by_side.map(lambda number: by_command(number, options, source), range(options.commands)))
    print(f"{each * len(kinds):,} inputs in process, {options.commands:,} by the command line: {told} to be looked at")
    sys.exit(told > 0)


if __name__ == "__main__":
    main()
