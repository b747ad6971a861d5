"""An export in which every field attacks: what comes of it is shown harmlessly by a browser, a spreadsheet, a strict
XML parser and a terminal, and holds the same rings as its harmless twin (T8, P17).
"""

import csv
import json
import os
import pty
import re
import subprocess
import sys
import xml.etree.ElementTree as ET
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from page_reading import as_sheets, skeleton_text, tree_shape
from page_user import use_everything
from report_worlds import HOSTILE, hostile

from graphlink.__main__ import run
from graphlink.lab.simulate import WorldRequest, parse_rings, simulate, write_world

pytest_plugins = ["report_browser"]
pytestmark = [pytest.mark.slow, pytest.mark.timeout(900)]

FREE = {"device", "template", "card", "user_agent"}
"""Types whose values may be any text; an address must stay one, or its row is rejected."""

UNSEEN = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufffe\uffff]")


def weapon(text: str) -> str:
    """A hostile string for each string, equal where they are equal, and in the same order."""
    return f"{text} {hostile(text).replace(chr(0), '')}"


def plain(text: str) -> str:
    return f"{text} x"


def write_export(world: Path, folder: Path, disguise: Callable[[str], str]) -> int:
    """Write accounts and sightings with every string that an account holder chooses disguised; gives the rows."""
    folder.mkdir()
    accounts = pq.read_table(world / "accounts.parquet").to_pylist()
    with (folder / "accounts.csv").open("w", newline="", encoding="utf-8") as file:
        rows = csv.writer(file, quoting=csv.QUOTE_ALL, lineterminator="\n")
        rows.writerow(["account_id", "created_at", "plan", "country", "status", disguise("note")])
        for row in accounts:
            told = [disguise(row[name] or "none") for name in ("plan", "country", "status")]
            rows.writerow([disguise(row["account_id"]), row["created_at"].isoformat(), *told, disguise("note")])
    sightings = pq.read_table(world / "sightings.parquet").to_pylist()
    with (folder / f"{disguise('sightings').replace('/', '')[:80]}.csv").open(
        "w", newline="", encoding="utf-8"
    ) as file:
        rows = csv.writer(file, quoting=csv.QUOTE_ALL, lineterminator="\n")
        rows.writerow(["account_id", "signal_type", "signal_value", "first_seen", "last_seen"])
        for row in sightings:
            kind = row["signal_type"]
            value = disguise(row["signal_value"]) if kind in FREE else row["signal_value"]
            rows.writerow(
                [disguise(row["account_id"]), kind, value, row["first_seen"].isoformat(), row["last_seen"].isoformat()]
            )
        for n, each in enumerate(HOSTILE):  # and rows that are rejected, so that their reasons are shown
            rows.writerow(
                [disguise(f"bad {n}"), "ip", disguise(each.replace("\0", "")), disguise("time"), disguise("time")]
            )
    return len(accounts) + len(sightings) + len(HOSTILE)


def on_a_terminal(*arguments: str | Path) -> tuple[int, str]:
    """Run graphlink with everything on a terminal; its exit code and what the terminal got."""
    main, terminal = pty.openpty()
    command = [sys.executable, "-m", "graphlink", *arguments]
    with subprocess.Popen(
        command, stdin=terminal, stdout=terminal, stderr=terminal, env=os.environ | {"COLUMNS": "100"}
    ) as process:
        os.close(terminal)
        shown = b""
        while True:
            try:
                shown += os.read(main, 65_536)
            except OSError:  # the terminal is closed when its last program ends
                break
    os.close(main)
    return process.returncode, shown.decode().replace("\r\n", "\n")


@pytest.fixture(scope="module")
def runs(tmp_path_factory) -> dict[str, tuple[Path, int, str]]:
    """The run of a hostile export and that of its harmless twin, with their exit codes and what the terminal got."""
    folder = tmp_path_factory.mktemp("hostile")
    request = WorldRequest(rings=parse_rings("R1=60,R3=100"))
    write_world(simulate(n_accounts=2_000, seed=4, request=request), folder / "world")
    settings = folder / "graphlink.toml"
    settings.write_text("[method]\nnull_worlds = 2\ndisturbances = 1\n")
    done = {}
    for name, disguise in (("hostile", weapon), ("plain", plain)):
        assert write_export(folder / "world", folder / name, disguise) > 15_000
        result = folder / f"{name}-result"
        words = ["run", folder / name, "-o", result, "--no-progress", "--config", settings]
        done[name] = (result, *on_a_terminal(*words))
    return done


def account_of(text: str) -> str:
    return text.partition(" ")[0]


def test_every_field_of_the_export_is_hostile(runs):
    """Otherwise the tests below would show less than they say."""
    folder = runs["hostile"][0].with_name("hostile")
    with (folder / "accounts.csv").open(newline="", encoding="utf-8") as file:
        _, *rows = csv.reader(file)
    for column in (0, 2, 3, 4, 5):
        assert {row[column] for row in rows} == {weapon(row[column].partition(" ")[0]) for row in rows}


def test_the_run_succeeds_and_counts_what_it_left_out(runs):
    result, code, _ = runs["hostile"]
    assert code == 0
    rejects = [json.loads(line) for line in (result / "rejects.jsonl").read_text().splitlines()]
    assert len(rejects) == len(HOSTILE)


def test_the_terminal_gets_text_alone(runs):
    _, _, shown = runs["hostile"]
    assert "Report: " in shown
    assert not UNSEEN.search(shown)


def test_the_rings_are_those_of_the_harmless_twin(runs):
    groups = []
    for result, *_ in runs.values():
        with (result / "members.csv").open(newline="", encoding="utf-8") as file:
            rows = list(csv.DictReader(file))
        found: dict[str, set[tuple[str, str]]] = {}
        for row in rows:
            found.setdefault(row["ring_id"], set()).add((account_of(row["account_id"]), row["tier"]))
        groups.append(sorted(map(sorted, found.values())))
    assert len(groups[0]) >= 2
    assert groups[0] == groups[1]


def test_the_page_has_no_tag_or_attribute_that_its_harmless_twin_has_not(runs):
    """Hostile strings are longer, so that fewer rings fit into the page: tags are compared by where they may stand."""
    hostile_tags, plain_tags = (
        set(skeleton_text((result / "report.html").read_text()).splitlines()) for result, *_ in runs.values()
    )
    assert len(hostile_tags) > 80
    assert hostile_tags <= plain_tags


def test_a_browser_opens_the_page_and_nothing_happens(runs, browser):
    from report_browser import Visit  # noqa: PLC0415  as a plugin it is rewritten first

    context = browser.new_context()
    seen = Visit(context, (runs["hostile"][0] / "report.html").as_uri())
    use_everything(seen.page)
    seen.page.wait_for_timeout(300)
    context.close()
    assert seen.happened == []


def test_a_strict_parser_reads_the_graph_in_the_shape_of_its_twin(runs):
    trees = [tree_shape(ET.parse(result / "graph.graphml").getroot()) for result, *_ in runs.values()]  # noqa: S314  ours
    assert trees[0] == trees[1]


def test_a_spreadsheet_finds_text_only(runs, soffice, tmp_path):
    tables = sorted(runs["hostile"][0].glob("*.csv"))
    sheets = as_sheets(soffice, tables, tmp_path)
    assert set(sheets) == {path.stem for path in tables}
    assert not [name for name, sheet in sheets.items() if "table:formula" in sheet]


def test_tables_have_the_grid_of_the_harmless_twin(runs):
    result, twin = (found[0] for found in runs.values())
    for path in result.glob("*.csv"):
        grids = []
        for each in (path, twin / path.name):
            with each.open(newline="", encoding="utf-8") as file:
                grids.append([len(row) for row in csv.reader(file)])
        assert grids[0] == grids[1], path.name


def test_documents_cannot_end_a_script_and_names_are_minted(runs):
    result = runs["hostile"][0]
    for path in result.glob("*.json*"):
        for line in path.read_text().splitlines() if path.suffix == ".jsonl" else [path.read_text()]:
            json.loads(line)
    names = [path.name for path in result.rglob("*")]
    assert not [name for name in names if not re.fullmatch(r"[a-z0-9][a-z0-9._-]{0,63}", name)]


def shape(document: object) -> object:
    """Names and kinds, without what strings and numbers say."""
    if isinstance(document, dict):
        return {name: shape(value) for name, value in document.items()}
    if isinstance(document, list):
        return [shape(value) for value in document]
    return type(document).__name__


def test_the_document_has_the_shape_of_the_harmless_twin(runs):
    parts = ("rings", "members", "signals", "hubs")
    documents = [json.loads((result / "rings.json").read_text()) for result, *_ in runs.values()]
    assert len(documents[0]["members"]) > 100
    for name in parts:
        first, second = (Counter(json.dumps(shape(record)) for record in document[name]) for document in documents)
        assert first == second, name


@pytest.mark.usefixtures("worker_here")
@pytest.mark.parametrize("log_format", ["text", "json"])
def test_the_log_has_the_lines_of_the_harmless_twin(runs, log_format, capsys):
    logs = []
    for result, *_ in runs.values():
        export = result.with_name(result.name.removesuffix("-result"))
        assert run(["check", str(export), "-v", "--log-format", log_format]) == 0
        logs.append(capsys.readouterr().err.splitlines())
    assert len(logs[0]) == len(logs[1]) > 2
    assert not UNSEEN.search("".join(logs[0]))
    if log_format == "json":
        assert [sorted(json.loads(line)) for line in logs[0]] == [sorted(json.loads(line)) for line in logs[1]]


QUESTIONS = ["ring", "account", "signal", "neighbours", "path", "sql"]


@pytest.mark.parametrize("question", QUESTIONS)
def test_an_answer_on_the_terminal_is_text_alone(runs, question):
    result = runs["hostile"][0]
    with (result / "members.csv").open(newline="", encoding="utf-8") as file:
        ring_id = next(csv.DictReader(file))["ring_id"]
    accounts = [json.loads((result / "rings.json").read_text())["members"][n]["account_id"] for n in (0, 1)]
    words = {
        "ring": ["explain", ring_id],
        "account": ["explain", f"account:{accounts[0]}"],
        "signal": ["explain", f"signal:device={weapon('no-such-device')}"],
        "neighbours": ["neighbours", accounts[0]],
        "path": ["path", *accounts],
        "sql": ["sql", "SELECT account_id FROM accounts LIMIT 50"],
    }[question]
    code, shown = on_a_terminal(*words, "--run", result)
    assert code == (4 if question == "signal" else 0), shown
    assert shown.strip()
    assert not UNSEEN.search(shown)
