"""The folder of a case pack: whole or not at all, readable by its owner, and harmless whatever the strings."""

import csv
import hashlib
import io
import json
import stat

import case_worlds
import networkx as nx
import pytest
from page_reading import as_sheets, read_gexf, skeleton_text
from report_worlds import harmless, hostile

from graphlink.results.cases.case import CASE_TABLES
from graphlink.results.cases.pack import MANIFEST, case_frames, write_pack
from graphlink.results.files.csv_files import safe_cells
from graphlink.results.tables import column_text

FILES = {
    *("report.html", "members.csv", "signals.csv", "evidence.csv", "told.csv", "case.json", "graph.gexf"),
    *("graph.graphml", "stix.json", MANIFEST),
}

pytest_plugins = ["report_browser"]


@pytest.fixture(scope="module", params=[harmless, hostile], ids=lambda each: each.__name__)
def packed(request, tmp_path_factory):
    case = case_worlds.case_by_hand(request.param)
    out = tmp_path_factory.mktemp("pack") / "case"
    write_pack(case, out)
    return case, out


def test_a_pack_is_whole_private_and_says_its_digests(packed):
    _, out = packed
    assert {path.name for path in out.iterdir()} == FILES
    assert stat.S_IMODE(out.stat().st_mode) == 0o700
    assert {stat.S_IMODE(path.stat().st_mode) for path in out.iterdir()} == {0o600}
    manifest = json.loads((out / MANIFEST).read_text())
    assert set(manifest["outputs"]) == FILES - {MANIFEST}
    for name, facts in manifest["outputs"].items():
        assert hashlib.sha256((out / name).read_bytes()).hexdigest() == facts["sha256"]


def test_the_same_case_gives_the_same_bytes(packed, tmp_path):
    case, out = packed
    write_pack(case, tmp_path / "again")
    for name in FILES:
        assert (tmp_path / "again" / name).read_bytes() == (out / name).read_bytes()


def test_the_tables_and_their_lossless_twin_say_the_same(packed):
    case, out = packed
    document = json.loads((out / "case.json").read_text())
    for table, frame in case_frames(case).items():
        rows = list(csv.DictReader(io.StringIO((out / f"{table.name}.csv").read_text(), newline="")))
        records = document[table.name]
        assert len(rows) == len(records) == len(frame) > 0
        for field in table.fields:
            cells = column_text(frame, field)
            if field.is_untrusted:
                assert [record[field.name] for record in records] == cells.to_pylist()
                assert [row[field.name] for row in rows] == safe_cells(cells.fill_null("")).to_pylist()
            else:
                assert [row[field.name] for row in rows] == cells.fill_null("").to_pylist()
    untrusted = {table.name: [field.name for field in table.fields if field.is_untrusted] for table in CASE_TABLES}
    assert document["untrusted"] == untrusted | {"ring": ["headline", "checks", "factors"]}


def test_both_graphs_hold_the_same_accounts_and_ties(packed):
    case, out = packed
    for graph in (nx.read_graphml(out / "graph.graphml"), read_gexf((out / "graph.gexf").read_bytes())):
        kinds = [kind for _, kind in graph.nodes(data="kind")]
        assert kinds.count("account") == len(case.members)
        assert kinds.count("signal") == len(case.run.findings.signals)
        assert len(graph.edges) == len(case.evidence)


def test_hostile_and_harmless_strings_make_one_page(tmp_path):
    shapes = []
    for disguise in (harmless, hostile):
        write_pack(case_worlds.case_by_hand(disguise), tmp_path / disguise.__name__)
        tags = map(str.split, skeleton_text((tmp_path / disguise.__name__ / "report.html").read_text()).splitlines())
        # A mark shows what cannot be seen in a value, and says when alphabets are mixed.
        shapes.append([tag for tag in tags if tag[0] not in ("mark", "span", "abbr", "wbr")])
    assert shapes[0] == shapes[1]


def test_the_page_runs_and_loads_nothing(packed):
    _, out = packed
    page = (out / "report.html").read_text()
    assert "script-src" not in page
    assert set(skeleton_text(page).split()).isdisjoint({"src", "onclick", "onerror", "action"})
    assert "<script>" not in page


@pytest.mark.slow
def test_a_browser_sees_no_request_dialog_or_error(packed, browser):
    from report_browser import Visit  # noqa: PLC0415  as a plugin it is rewritten first

    context = browser.new_context()
    seen = Visit(context, (packed[1] / "report.html").as_uri())
    assert seen.page.locator("details.ring .finding").first.is_visible()
    assert seen.page.locator("h1").inner_text() == "Case R-4KQ7"
    context.close()
    assert seen.happened == []


def test_a_spreadsheet_runs_nothing(packed, soffice, tmp_path):
    sheets = as_sheets(soffice, sorted(packed[1].glob("*.csv")), tmp_path)
    assert set(sheets) == {"members", "signals", "evidence", "told"}
    for sheet in sheets.values():
        assert "table:formula" not in sheet
        assert 'office:value-type="string"' in sheet


def test_a_folder_that_is_not_ours_is_never_touched(packed, tmp_path):
    case, _ = packed
    (tmp_path / "notes.txt").write_text("mine")
    with pytest.raises(FileExistsError, match="something other than a case pack"):
        write_pack(case, tmp_path, force=True)
    assert [path.name for path in tmp_path.iterdir()] == ["notes.txt"]


def test_a_draft_that_somebody_filled_in_is_not_thrown_away(packed, tmp_path):
    case, _ = packed
    out = tmp_path / "case"
    write_pack(case, out)
    (out / "told.csv").write_text("ACME")
    with pytest.raises(
        FileExistsError, match=r"changed since graphlink wrote them: told\.csv\. Fix: move them, or name a"
    ):
        write_pack(case, out, force=True)
    (out / "told.csv").rename(tmp_path / "told.csv")
    write_pack(case, out, force=True)
    assert (tmp_path / "told.csv").read_text() == "ACME"


def test_an_earlier_pack_is_replaced_when_asked_and_kept_otherwise(packed, tmp_path):
    case, _ = packed
    out = tmp_path / "case"
    write_pack(case, out)
    before = (out / "report.html").stat().st_ino
    with pytest.raises(FileExistsError, match="already holds a case pack"):
        write_pack(case, out)
    assert (out / "report.html").stat().st_ino == before
    write_pack(case, out, force=True)
    assert {path.name for path in out.iterdir()} == FILES
