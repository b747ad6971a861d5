"""Which files of a week's exports are missing, as its sources come late, take in more weeks or change their places."""

import pytest

from graphlink.config.settings import load_config
from graphlink.sweeps.plan import plan_sweep
from graphlink.sweeps.preflight import files_by_source, gone_kinds, list_inputs, usual_files
from graphlink.sweeps.publication import read_table, write_inputs


def write_exports(folder, *places):
    for place in places:
        path = folder / place
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("account_id\n")


def name_sources(folder, *paths, export_weeks=1):
    sources = "".join(f'[[sources]]\npath = "{path}"\n' for path in paths)
    (folder / "graphlink.toml").write_text(f"{sources}[sweep]\nexport_weeks = {export_weeks}\n")


def look(folder, week):
    plan = plan_sweep(load_config(folder / "graphlink.toml"), week, None, allow_partial=True)
    return plan, list_inputs(plan)


def published(folder, week):
    """The folder of a sweep, as far as it says what was seen of the exports."""
    private = folder / f"run-{week}"
    private.mkdir()
    plan, files = look(folder, week)
    write_inputs(private, files, "", plan.missing, files_by_source(plan, files), {})
    return private


def missing(folder, week, before):
    """What a week misses against a published sweep."""
    plan, files = look(folder, week)
    gone = gone_kinds(files_by_source(plan, files), read_table(before, "sources") or {}, plan.late)
    return tuple(sorted({*gone.values()}))


def test_a_source_that_is_late_leaves_the_files_of_the_others_where_they_are(tmp_path):
    name_sources(tmp_path, "logs/{week}", "exports/{week}")
    write_exports(tmp_path, *(f"{place}/2026-W0{n}/{place}.csv" for place in ("logs", "exports") for n in (1, 3)))
    write_exports(tmp_path, "exports/2026-W02/exports.csv")
    first, second = published(tmp_path, "2026-W01"), published(tmp_path, "2026-W02")
    assert look(tmp_path, "2026-W02")[0].missing == ("2026-W02",)
    assert missing(tmp_path, "2026-W02", first) == ()
    assert missing(tmp_path, "2026-W03", second) == ()


@pytest.mark.parametrize(("one", "other"), [("logs", "exports"), ("west/logs", "east/logs")])
def test_a_file_is_missing_although_another_source_has_one_of_its_name(tmp_path, one, other):
    name_sources(tmp_path, f"{one}/{{week}}", f"{other}/{{week}}")
    write_exports(tmp_path, *(f"{place}/2026-W01/{name}.csv" for place in (one, other) for name in "ab"))
    write_exports(tmp_path, f"{one}/2026-W02/a.csv", f"{other}/2026-W02/a.csv", f"{other}/2026-W02/b.csv")
    assert missing(tmp_path, "2026-W02", published(tmp_path, "2026-W01")) == ("b.csv",)


def test_the_first_of_all_exports_makes_no_file_of_the_second_sweep_missing(tmp_path):
    """The first sweep's window begins before there were exports."""
    name_sources(tmp_path, "exports/{week}.csv", export_weeks=2)
    write_exports(tmp_path, "exports/2026-W02.csv", "exports/2026-W03.csv")
    assert missing(tmp_path, "2026-W03", published(tmp_path, "2026-W02")) == ()


def test_what_an_earlier_export_of_the_window_has_is_missing_in_the_newest(tmp_path):
    name_sources(tmp_path, "exports/{week}", export_weeks=2)
    write_exports(tmp_path, *(f"exports/2026-W0{n}/accounts.csv" for n in (1, 2)))
    write_exports(tmp_path, *(f"exports/2026-W0{n}/sightings.csv" for n in (1, 2, 3)))
    assert missing(tmp_path, "2026-W03", published(tmp_path, "2026-W02")) == ("accounts.csv",)


def test_a_source_that_is_named_above_another_makes_nothing_missing(tmp_path):
    name_sources(tmp_path, "exports/{week}")
    write_exports(tmp_path, "exports/2026-W01/sightings.csv", "exports/2026-W02/sightings.csv", "logs/2026-W02/crm.csv")
    before = published(tmp_path, "2026-W01")
    name_sources(tmp_path, "logs/{week}", "exports/{week}")
    assert missing(tmp_path, "2026-W02", before) == ()


def test_a_source_that_moved_is_known_by_its_files(tmp_path):
    name_sources(tmp_path, "exports/{week}")
    write_exports(tmp_path, "exports/2026-W01/cards.csv", "exports/2026-W01/ips.csv", "weekly/2026-W02/cards.csv")
    before = published(tmp_path, "2026-W01")
    name_sources(tmp_path, "weekly/{week}")
    assert missing(tmp_path, "2026-W02", before) == ("ips.csv",)


@pytest.mark.parametrize(
    ("weeks", "missed"),
    [("c", True), ("c-", True), ("c--", False), ("ccc-", True), ("cc--", True), ("c---", False), ("---c", True)],
)
def test_a_file_is_missed_while_it_is_usual_and_one_that_came_once_is_missed_once(weeks, missed):
    earlier = [{"crm": ["ids.csv", *(["cards.csv"] if week == "c" else [])]} for week in weeks]
    assert (gone_kinds({"crm": ["ids.csv"]}, usual_files(earlier)) != {}) is missed


def test_a_sweep_whose_inputs_cannot_be_read_misses_nothing(tmp_path):
    name_sources(tmp_path, "exports/{week}")
    write_exports(tmp_path, "exports/2026-W02/cards.csv")
    assert missing(tmp_path, "2026-W02", tmp_path) == ()


@pytest.mark.parametrize(
    ("before", "now"),
    [
        (
            "part-00000-6f1c9f0e-8c1d-4c3b-9a57-0d2f5b7e9a11-c000.snappy.parquet",
            "part-00000-abcdefab-cdef-4abc-9abc-abcdefabcdef-c000.snappy.parquet",
        ),
        ("6F1C9F0E-8C1D-4C3B-9A57-0D2F5B7E9A11.csv", "A0B3D7C2-11F4-4E0A-B1C6-77E2F5A9D0C3.csv"),
        ("log_9b74c9897bac770f.csv.gz", "log_e3b0c44298fc1c14.csv.gz"),
        ("d41d8cd98f00b204e9800998ecf8427e/a.csv", "0cc175b9c0f1b6a831c399e269772661/a.csv"),
    ],
)
def test_a_file_whose_name_is_drawn_anew_every_week_is_the_same_file(before, now):
    assert gone_kinds({"crm": [now]}, {"crm": [before]}) == {}
    assert [*gone_kinds({"crm": [f"cards-{now}"]}, {"crm": [before]}).values()] == [before]


def test_what_is_no_export_by_its_name_is_not_missed(tmp_path):
    """A note beside the exports comes and goes."""
    name_sources(tmp_path, "exports/{week}")
    write_exports(tmp_path, *(f"exports/2026-W0{n}/exports.csv" for n in (1, 2)))
    (tmp_path / "exports/2026-W01/gone.txt").symlink_to(tmp_path / "nowhere")
    (tmp_path / "exports/2026-W01/README.md").write_text("what the columns are")
    assert list(look(tmp_path, "2026-W01")[1]) == ["0/exports.csv"]


def test_what_graphlink_wrote_below_a_source_is_none_of_its_files(tmp_path):
    """Every sweep made the exports others than those of the week before, although nobody had exported anew."""
    name_sources(tmp_path, "exports")
    write_exports(
        tmp_path / "exports", "a.csv", "sweeps/run-2026-w01/rings.csv", "_tmp/b.csv", ".c/d.csv", "more/e.csv"
    )
    (tmp_path / "exports/sweeps/run-2026-w01/run.json").write_text('{"format": "graphlink-run"}')
    assert sorted(look(tmp_path, "2026-W01")[1]) == ["0/a.csv", "0/more/e.csv"]
