"""Why a published run calls for a look is in its manifest, in the words that its exit code stands for."""

import json
from dataclasses import replace

import pytest
from changes_worlds import swept
from report_worlds import two_rings

from graphlink.model.calibration import digest_calibration, read_calibration, write_calibration
from graphlink.model.sweeps import Gate, GateLevel
from graphlink.results.run_folder import write_run

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
