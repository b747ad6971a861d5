"""The folder of a run: all of it or nothing, private, repeatable, and equal to what was approved."""

import hashlib
import io
import json
import os
import resource
import stat
import subprocess
import sys
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from changes_worlds import swept
from helper_paths import FOLDERS
from report_worlds import two_rings

from graphlink.model.calibration import digest_calibration, read_calibration, write_calibration
from graphlink.model.sweeps import Gate, GateLevel
from graphlink.results.files.json_files import write_rejects
from graphlink.results.run_folder import write_run

GOLDEN = Path(__file__).parents[1] / "golden" / "two_rings"
NAMES = {
    *("report.html", "rings.csv", "members.csv", "signals.csv", "hubs.csv", "graph.graphml", "rings.json"),
    *("rejects.jsonl", "run.json"),
}


def digests(folder):
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in sorted(folder.iterdir())}


def test_the_folder_holds_what_was_promised(tmp_path):
    paths = write_run(two_rings(), tmp_path / "run")
    assert {path.name for path in paths} == NAMES == {path.name for path in (tmp_path / "run").iterdir()}


@pytest.mark.parametrize("name", sorted(path.name for path in GOLDEN.iterdir()))
def test_files_are_as_approved(name, tmp_path):
    write_run(two_rings(), tmp_path / "run")
    assert (tmp_path / "run" / name).read_text() == (GOLDEN / name).read_text()


def test_only_the_owner_may_read(tmp_path):
    old = os.umask(0)
    try:
        paths = write_run(two_rings(), tmp_path / "new" / "run")
    finally:
        os.umask(old)
    modes = {stat.S_IMODE(path.stat().st_mode) for path in paths}
    folders = {stat.S_IMODE(path.stat().st_mode) for path in (tmp_path / "new", tmp_path / "new" / "run")}
    assert (modes, folders) == ({0o600}, {0o700})


@contextmanager
def failing_disk(limit):
    """A limit on the size of files makes the disk itself fail in the middle of a write, with no help from our code."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (limit, hard))
    try:
        with pytest.raises(OSError, match="File too large"):
            yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


@pytest.mark.parametrize("limit", [0, 300, 4_000, 20_000, 80_000])
def test_a_failing_disk_leaves_nothing(limit, tmp_path):
    with failing_disk(limit):
        write_run(two_rings(), tmp_path / "new" / "run")
    assert list(tmp_path.iterdir()) == []


def test_a_failing_disk_leaves_the_older_run(tmp_path):
    write_run(two_rings(), tmp_path / "run", force=True)
    with failing_disk(4_000):
        write_run(two_rings(), tmp_path / "run", force=True)
    write_run(two_rings(), tmp_path / "again")
    assert digests(tmp_path / "run") == digests(tmp_path / "again")
    assert {path.name for path in tmp_path.iterdir()} == {"run", "again"}


def test_a_link_is_refused(tmp_path):
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "run").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(FileExistsError, match="is a link"):
        write_run(two_rings(), tmp_path / "run", force=True)


REPEAT = """
import sys
sys.path[:0] = {tests!r}
from pathlib import Path
from report_worlds import two_rings
from graphlink.results.run_folder import write_run
write_run(two_rings(), Path(sys.argv[1]))
"""


@pytest.mark.slow
def test_nothing_around_the_run_reaches_the_bytes(tmp_path):
    surroundings = [
        {"PYTHONHASHSEED": "0", "TZ": "UTC", "LC_ALL": "C", "OMP_NUM_THREADS": "1"},
        {"PYTHONHASHSEED": "1", "TZ": "Asia/Kolkata", "LC_ALL": "tr_TR.UTF-8", "OMP_NUM_THREADS": "2"},
    ]
    script = REPEAT.format(tests=FOLDERS)
    for number, values in enumerate(surroundings):
        out = tmp_path / str(number) / "run"
        subprocess.run([sys.executable, "-c", script, str(out)], env={**os.environ, **values}, check=True)
    assert digests(tmp_path / "0" / "run") == digests(tmp_path / "1" / "run")


def test_only_the_inputs_section_names_an_input(tmp_path):
    run = two_rings()
    source = replace(run.reading.inputs[0], name="canary-export.csv")
    rejects = tuple(replace(reject, source="canary-export.csv") for reject in run.reading.rejects)
    named = replace(run, reading=replace(run.reading, inputs=(source,), rejects=rejects))
    write_run(named, tmp_path / "named")
    write_run(run, tmp_path / "run")
    changed = {
        name for name, digest in digests(tmp_path / "run").items() if digests(tmp_path / "named")[name] != digest
    }
    documents = [json.loads((tmp_path / name / "run.json").read_text()) for name in ("named", "run")]
    for document in documents:
        del document["inputs"]
    assert changed == {"rejects.jsonl", "run.json"}
    assert documents[0] == documents[1]


def test_the_manifest_tells_the_digest_of_every_other_file(tmp_path):
    write_run(two_rings(), tmp_path / "run")
    document = json.loads((tmp_path / "run" / "run.json").read_text())
    told = {name: facts["sha256"] for name, facts in {**document["outputs"], **document["inputs"]["outputs"]}.items()}
    found = digests(tmp_path / "run")
    del found["run.json"]
    assert told == found


def test_rejected_rows_keep_their_bytes():
    file = io.BytesIO()
    write_rejects(file, two_rings().reading.rejects)
    records = [json.loads(line) for line in file.getvalue().splitlines()]
    assert records[0]["raw"] == "acc-1,ip,1.2.3.4"
    assert records[1]["raw_base64"] == "YWNjLf8saXAsMS4yLjMuNA=="


# --- why a published run calls for a look -----------------------------------------------------------------------------

FEWER = Gate("rows", 10, 100, GateLevel.DEGRADED, "rows are 10 where 100 are usual")


def with_rejects(run, n_rejected):
    rows = replace(run.reading.rows, rows_in=10_000, rejected=n_rejected)
    return replace(run, reading=replace(run.reading, rows=rows))


@pytest.mark.parametrize(
    ("n_rejected", "changes", "reasons"),
    [
        (0, {}, []),
        (10, {}, []),  # 0.1 % is normal
        (11, {}, ["rejects"]),
        (0, {"gates": (FEWER,)}, ["gates"]),
        (11, {"missing_sources": ("crm",)}, ["rejects", "missing sources"]),
    ],
)
def test_reasons_of_a_degraded_sweep(n_rejected, changes, reasons):
    assert with_rejects(swept(**changes), n_rejected).degraded_by == reasons


def test_a_manifest_names_its_calibration_by_what_a_state_knows_it_by(tmp_path):
    run = with_rejects(two_rings(), 11)
    write_run(run, tmp_path / "run")
    document = json.loads((tmp_path / "run" / "run.json").read_text())
    calibration = run.findings.calibration
    assert document["degraded"] == ["rejects"]
    assert document["calibration_digest"] == digest_calibration(read_calibration(write_calibration(calibration)))
    assert document["calibration_digest"] != digest_calibration(replace(calibration, n_accounts=1))
