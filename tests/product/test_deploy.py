"""What runs graphlink every week, as far as it can be tried here: units, a cron line, a container, two schedulers."""

import ast
import os
import re
import shlex
import shutil
import subprocess

import pytest
from click.testing import CliRunner

from graphlink.cli.commands import app


@pytest.fixture(scope="module")
def deploy(root):
    return root / "deploy"


def test_systemd_takes_the_units(deploy):
    if shutil.which("systemd-analyze") is None:
        pytest.skip("systemd-analyze is not here")
    units = [deploy / "graphlink.service", deploy / "graphlink.timer"]
    verified = subprocess.run(
        ["systemd-analyze", "verify", *units], capture_output=True, text=True, check=False, timeout=60
    )
    assert (verified.returncode, verified.stdout + verified.stderr) == (0, "")


def test_the_service_keeps_what_is_promised(deploy):
    settings = dict(re.findall(r"^(\w+)=(.*)$", (deploy / "graphlink.service").read_text(), re.MULTILINE))
    promised = {"UMask": "0077", "PrivateNetwork": "yes", "ProtectSystem": "strict", "NoNewPrivileges": "yes"}
    assert promised.items() <= settings.items()
    assert {"MemoryMax", "TimeoutStartSec"} <= settings.keys()
    assert settings["SuccessExitStatus"] == "10"


def test_the_service_and_the_cron_line_name_the_week_that_has_ended(deploy):
    service, crontab = ((deploy / name).read_text() for name in ("graphlink.service", "crontab"))
    shells = [
        re.search(r"ExecStart=/bin/sh -c '(.*)'$", service, re.MULTILINE)[1].replace("%%", "%"),
        re.search(r"^0 16 .*?(/opt/.*)$", crontab, re.MULTILINE)[1].replace(r"\%", "%"),
    ]
    expected = subprocess.run(
        ["date", "--utc", "--date=7 days ago", "+%G-W%V"], capture_output=True, text=True, check=True
    ).stdout.strip()
    for shell in shells:
        command = re.sub(r"(exec )?/opt/graphlink/bin/graphlink", "echo", shell)
        said = subprocess.run(["sh", "-c", command], capture_output=True, text=True, check=True).stdout
        assert f"--week {expected}" in said


def commands_in(deploy) -> list[list[str]]:
    """Every call of graphlink in the files of this folder, as words."""
    crontab = re.findall(r"/bin/graphlink (.*)", (deploy / "crontab").read_text().replace(r"\%", "%"))
    service = re.findall(r"/bin/graphlink (.*)'$", (deploy / "graphlink.service").read_text(), re.MULTILINE)
    airflow = "".join(
        node.value
        for node in ast.walk(ast.parse((deploy / "airflow_dag.py").read_text()))
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and "/bin/graphlink" in node.value
    ).partition("/bin/graphlink ")[2]
    dagster = next(
        [element.value if isinstance(element, ast.Constant) else "2026-W01" for element in node.elts][1:]
        for node in ast.walk(ast.parse((deploy / "dagster_job.py").read_text()))
        if isinstance(node, ast.List) and "sweep" in ast.unparse(node) and "--week" in ast.unparse(node)
    )
    texts = [re.sub(r"\"?(\$\(date[^)]*\)|\{\{.*?\}\})\"?", "2026-W01", text) for text in (*crontab, *service, airflow)]
    return [*map(shlex.split, texts), dagster]


def test_every_command_in_the_examples_is_one_that_graphlink_has(deploy):
    calls = commands_in(deploy)
    assert len(calls) == 5
    for name, *words in calls:
        command = app.commands[name]
        known = {option for parameter in command.params for option in parameter.opts}
        assert {word for word in words if word.startswith("-")} <= known, name
        assert CliRunner().invoke(app, [name, "--help"]).exit_code == 0


@pytest.mark.nightly(only=True)
def test_what_the_container_runs_installs_graphlink_from_the_lock_alone(deploy, tmp_path):
    """The container's one RUN of ours, as it stands there, on this machine."""
    step = re.search(r"^RUN (sh /src/\S+) (/opt/graphlink)$", (deploy / "Containerfile").read_text(), re.MULTILINE)
    folder = tmp_path / "graphlink"
    copied = tmp_path / "src"
    kept = shutil.ignore_patterns(".venv", ".git", "demo", "tests", ".*_cache", ".hypothesis", "mutants")
    shutil.copytree(deploy.parent, copied, ignore=kept)
    command = step[1].replace("/src/", f"{copied}/")
    clean = {name: value for name, value in os.environ.items() if name not in {"PYTHONPATH", "VIRTUAL_ENV"}}
    subprocess.run([*shlex.split(command), folder], check=True, timeout=280, env=clean)
    said = subprocess.run([folder / "bin" / "graphlink", "--version"], capture_output=True, text=True, check=True)
    assert said.stdout.startswith("graphlink ")
    installed = {path.name.partition("-")[0] for path in folder.glob("lib/python*/site-packages/*.dist-info")}
    assert "graphlink" in installed
    assert not {"pytest", "mypy", "playwright"} & installed


@pytest.mark.nightly(only=True)
@pytest.mark.timeout(1800)
def test_a_container_without_rights_network_or_a_root_to_write_to_finds_the_same_rings(root, tmp_path):
    """Built on Debian's own packages; its loops were compiled as it was built."""
    if os.geteuid() != 0 or None in map(shutil.which, ("podman", "runc", "mmdebstrap")):
        pytest.skip("no podman, runc and mmdebstrap here, or nobody who may make an ordinary user")
    script = ["sh", root / "scripts" / "try_container.sh", tmp_path / "there"]
    built = subprocess.run(script, check=False, capture_output=True, text=True)
    assert built.returncode == 0, built.stderr
    assert "compiling" not in built.stderr
    result = CliRunner().invoke(app, ["run", str(root / "data/samples/campaign"), "-o", str(tmp_path / "here"), "-q"])
    assert result.exit_code == 0
    for name in ("rings.csv", "members.csv", "signals.csv", "hubs.csv"):
        assert (tmp_path / "there" / name).read_bytes() == (tmp_path / "here" / name).read_bytes()
