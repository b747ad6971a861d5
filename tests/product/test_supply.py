"""What graphlink is made of: audited, listed, licensed to fit, and built to the same bytes twice."""

import json
import os
import re
import runpy
import subprocess
import sys
import zipfile
from datetime import date
from pathlib import Path

import pytest

from graphlink.results.page.html_page import CYTOSCAPE

FLAW = {"id": "PYSEC-2026-1", "aliases": ["CVE-2026-1"], "fix_versions": ["2.0"], "description": "x"}
TODAY = date(2026, 11, 24)


@pytest.fixture(scope="module")
def judge(root):
    return runpy.run_path(str(root / "scripts" / "audit.py"))["judge"]


@pytest.fixture(scope="module")
def components(root):
    return runpy.run_path(str(root / "scripts" / "write_components.py"))


def answer(*vulns: dict, skipped: bool = False) -> str:
    known = {"name": "known", "version": "1.0", "vulns": list(vulns)}
    unknown = {"name": "unknown", "skip_reason": "not found"}
    return json.dumps({"dependencies": [unknown] if skipped else [known, unknown], "fixes": []})


def test_a_known_vulnerability_fails(judge):
    verdict = judge("a.lock", answer(FLAW), [], TODAY)
    assert verdict.failed
    assert "known 1.0 has PYSEC-2026-1; fixed in 2.0" in verdict.lines[0]


@pytest.mark.parametrize("name", ["PYSEC-2026-1", "CVE-2026-1"])
def test_an_accepted_one_passes_until_its_day(judge, name):
    accepted = [{"id": name, "package": "known", "until": date(2026, 12, 1), "note": "out of reach"}]
    assert not judge("a.lock", answer(FLAW), accepted, TODAY).failed
    assert judge("a.lock", answer(FLAW), accepted, date(2026, 12, 1)).failed


def test_one_accepted_for_another_package_fails(judge):
    accepted = [{"id": "PYSEC-2026-1", "package": "other", "until": date(2027, 1, 1), "note": "out of reach"}]
    assert judge("a.lock", answer(FLAW), accepted, TODAY).failed


@pytest.mark.parametrize("said", ["ConnectionError: no route", "", "{}", answer(skipped=True)])
def test_no_answer_is_not_taken_for_a_good_one(judge, said):
    verdict = judge("a.lock", said, [], TODAY)
    assert not verdict.failed
    assert "NOT audited" in verdict.lines[0]


def test_packages_that_were_not_audited_are_named(judge):
    assert judge("a.lock", answer(), [], TODAY).lines[0].endswith("NOT audited: unknown")


@pytest.mark.locked
def test_every_component_has_a_licence_that_fits_ours(root, components):
    lock = (root / "deploy" / "requirements.lock").read_text()
    document = json.loads(components["document_of"](components["list_packages"](lock)))
    pinned = re.findall(r"^([a-z0-9._-]+)==", lock, re.MULTILINE)
    assert [each["name"] for each in document["components"]] == sorted(pinned)
    licences = {each["name"]: each["licenses"][0]["expression"] for each in document["components"]}
    assert {name for name, each in licences.items() if not components["is_compatible"](each)} == set()


@pytest.mark.parametrize("expression", ["AGPL-3.0-only", "GPL-2.0-only", "MIT AND CC-BY-NC-4.0"])
def test_a_licence_that_does_not_fit_is_told(components, expression):
    assert not components["is_compatible"](expression)


@pytest.mark.parametrize("name", ["scripts/make_env.sh", "deploy/install.sh"])
def test_packages_are_installed_by_hash_and_never_built(root, name):
    script = (root / name).read_text()
    locked = re.search(r'^locked="(.*)"$', script, re.MULTILINE)
    installs = [
        line.replace("$locked", locked[1] if locked else "") for line in script.splitlines() if "install " in line
    ]
    installs = [line for line in installs if line.lstrip().startswith(("uv pip", "$pip")) and "$in_place" not in line]
    others = [line for line in installs if "--no-deps --no-build-isolation" not in line]  # graphlink itself, as it lies
    assert others
    assert all("--require-hashes" in line and "--only-binary :all:" in line for line in others)


# --- the wheel --------------------------------------------------------------------------------------------------------


def build(root, out, *, umask=0o022, **variables) -> Path:
    command = [sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", out]
    environment = os.environ | {"SOURCE_DATE_EPOCH": "1767225600"} | variables
    subprocess.run(command, check=True, cwd=root, env=environment, capture_output=True, umask=umask)
    (wheel,) = out.iterdir()
    return wheel


@pytest.mark.slow
def test_the_wheel_is_the_same_bytes_whenever_it_is_built(root, tmp_path):
    wheels = [
        build(root, tmp_path / str(umask), umask=umask, TZ=zone, PYTHONHASHSEED=str(umask))
        for zone, umask in (("UTC", 0o022), ("Pacific/Apia", 0o077))
    ]
    assert wheels[0].read_bytes() == wheels[1].read_bytes()


@pytest.mark.slow
def test_the_wheel_brings_the_script_of_others_and_a_description_that_leads_nowhere_that_an_index_lacks(root, tmp_path):
    with zipfile.ZipFile(build(root, tmp_path)) as wheel:
        names = wheel.namelist()
        (metadata,) = (wheel.read(name).decode() for name in names if name.endswith("/METADATA"))
    assert "graphlink/py.typed" in names
    assert {f"graphlink/results/page/vendored/{name}" for name in (CYTOSCAPE, "cytoscape-LICENSE.txt")} <= set(names)
    assert "Description-Content-Type: text/markdown" in metadata
    targets = re.findall(r"\]\(([^)]*)\)|(?:src|href)=\"([^\"]*)\"", metadata)
    assert [each for each in targets if not "".join(each).startswith("https://")] == []


WAYS = {
    "pip, beside pandas 2.2": (
        ["{python}", "-m", "pip", "install", "--quiet", "{wheel}", "pandas==2.2.*", "pyarrow==17.*"],
        ["{bin}/graphlink"],
    ),
    "pipx": (
        ["sh", "-c", "{python} -m pip install --quiet pipx && {bin}/pipx install --quiet {wheel}"],
        ["{place}/bin/graphlink"],
    ),
    "uvx": (["{python}", "-m", "pip", "install", "--quiet", "uv"], ["{bin}/uvx", "--from", "{wheel}", "graphlink"]),
}


@pytest.mark.nightly(only=True)
@pytest.mark.timeout(900)
@pytest.mark.parametrize("way", WAYS)
def test_the_wheel_runs_the_sample_in_a_bare_environment(root, tmp_path, way):
    """From the index that is set up here; its packages are newer than the locked ones."""
    place = tmp_path / "place"
    subprocess.run([sys.executable, "-m", "venv", place], check=True)
    words = {
        "python": place / "bin/python",
        "bin": place / "bin",
        "place": tmp_path,
        "wheel": build(root, tmp_path / "dist"),
    }
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "VIRTUAL_ENV"))}
    environment |= {"PIPX_HOME": str(tmp_path / "pipx"), "PIPX_BIN_DIR": str(tmp_path / "bin")}
    install, graphlink = ([word.format(**words) for word in command] for command in WAYS[way])
    subprocess.run(install, check=True, env=environment, cwd=tmp_path)
    command = [*graphlink, "run", root / "data/samples/campaign", "--output", "result", "--quiet"]
    subprocess.run(command, check=True, env=environment, cwd=tmp_path)
    rings = json.loads((tmp_path / "result/rings.json").read_text())["rings"]
    assert sum(ring["assessment"] == "coordinated" for ring in rings) == 4
