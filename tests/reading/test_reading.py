"""Reading: shapes are recognised, every row is counted, and the same data in other files is the same reading."""

import csv
import gzip
import io
import json
import random
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from graphlink.config.settings import Config, ReadingConfig
from graphlink.model.reading import Reading
from graphlink.model.times import NO_TIME
from graphlink.pipeline import read
from graphlink.reading.formats.parquet_pages import first_page
from graphlink.words.errors import ExitCode, GraphlinkError, InputError

TIME = "2026-01-05T10:00:00Z"


@pytest.fixture
def lay(tmp_path: Path) -> Callable[..., Reading]:
    """Read texts as files of the names given."""

    def of(config: Config | None = None, **files: str | bytes) -> Reading:
        paths = []
        for name, text in files.items():
            path = tmp_path / name.replace("__", ".")
            path.write_bytes(text.encode() if isinstance(text, str) else text)
            paths.append(path)
        return read(paths, config or Config())

    return of


def sightings_of(reading: Reading) -> list[tuple[str, str, str, int]]:
    found = reading.sightings
    ids, values = found.accounts.ids.to_pylist(), found.signal_value.to_pylist()
    return [
        (ids[account], found.types[found.signal_type[signal]].name, values[signal], count)
        for account, signal, count in zip(
            found.account.tolist(), found.signal.tolist(), found.count.tolist(), strict=True
        )
    ]


# --- shapes -----------------------------------------------------------------------------------------------------------


def test_a_wide_event_is_a_sighting_for_each_filled_cell(lay):
    reading = lay(events__csv=f"account_id,time,device,template\nann,{TIME},d1,\nbob,{TIME},d1,t1\n")
    assert sightings_of(reading) == [
        ("ann", "device", "d1", 1),
        ("bob", "device", "d1", 1),
        ("bob", "template", "t1", 1),
    ]
    assert reading.inputs[0].shape == "events"


def test_two_columns_of_one_type_are_both_read(lay):
    reading = lay(events__csv=f"account_id,time,ip,signup_ip\nann,{TIME},81.2.69.143,81.2.69.142\n")
    assert [(kind, value) for _, kind, value, _ in sightings_of(reading) if kind == "ip"] == [
        ("ip", "81.2.69.142"),
        ("ip", "81.2.69.143"),
    ]


def test_names_as_programs_write_them_are_recognised(lay):
    row = {"accountId": "ann", "@timestamp": TIME, "deviceId": "d1", "ipAddress": "81.2.69.143"}
    reading = lay(events__jsonl=json.dumps(row) + "\n")
    assert {kind for _, kind, _, _ in sightings_of(reading)} >= {"device", "ip"}
    assert reading.inputs[0].shape == "events"
    assert not [each for each in reading.notices if each.code == "GL305"]


def test_the_name_as_we_write_it_comes_before_one_as_programs_do(lay):
    reading = lay(events__csv=f"account_id,@timestamp,timestamp,deviceId,device_id\nann,yesterday,{TIME},other,d1\n")
    assert sightings_of(reading) == [("ann", "device", "d1", 1)]
    assert any("2 columns are not used" in each.text for each in reading.notices)


def test_a_time_with_a_fraction_is_one_in_every_format(lay):
    rows = [{"account_id": name, "ts": 1767225600.25, "device": "d1"} for name in ("ann", "bob")]
    lines = "".join(json.dumps(row) + "\n" for row in [*rows, {**rows[0], "ts": 1767225601}])
    told = lay(events__jsonl=lines)
    commas = lay(events__csv="account_id,ts,device\nann,1767225600.25,d1\nbob,1767225600.25,d1\nann,1767225601,d1\n")
    assert told.digest == commas.digest
    assert told.sightings.last_seen[:].tolist() == [1_767_225_601_000_000, 1_767_225_600_250_000]


def test_a_fraction_elsewhere_is_no_text(lay):
    reading = lay(
        Config(reading={"max_reject_share": 1.0}),
        events__jsonl='{"account_id": 7.5, "ts": 1767225600.25}\n'
        '{"account_id": "ann", "ts": 1767225600.25, "device": "d1"}\n',
    )
    assert [(each.code, each.reason) for each in reading.rejects] == [("GL254", "`account_id` is a fraction, not text")]


def test_accounts_are_described_and_their_contacts_are_sightings(lay):
    rows = [f"ann,{TIME},ann@northwind-shop.com,pro,DE", "bob,,bob@northwind-shop.com,,"]
    reading = lay(accounts__csv="account_id,created_at,email,plan,country\n" + "\n".join(rows) + "\n")
    accounts = reading.sightings.accounts
    assert (accounts.plan_names, accounts.plan.tolist()) == (("pro",), [0, -1])
    assert (accounts.country_names, accounts.country.tolist()) == (("DE",), [0, -1])
    assert accounts.created_at.tolist()[1] == NO_TIME
    assert ("bob", "email_domain", "northwind-shop.com", 1) in sightings_of(reading)


def test_an_account_described_twice_keeps_the_earliest_time_and_the_commonest_value(lay):
    rows = ["ann,2026-01-05T10:00:00Z,active", "ann,2026-01-03T10:00:00Z,banned", "ann,2026-01-04T10:00:00Z,banned"]
    readings = [
        lay(accounts__csv="account_id,created_at,status\n" + "\n".join(order) + "\n") for order in (rows, rows[::-1])
    ]
    accounts = readings[0].sightings.accounts
    assert [accounts.status_names[code] for code in accounts.status] == ["banned"]
    assert str(np.datetime64(int(accounts.created_at[0]), "us")).startswith("2026-01-03")
    assert readings[0].digest == readings[1].digest
    told = [notice.text for notice in readings[0].notices if notice.code == "GL303"]
    assert told == ["1 account is described by more than one row; status: banned counts, not active (1 account)"]


def test_an_ignored_type_is_left_out_of_wide_rows_too(lay):
    config = Config(ignore_types=("device",))
    reading = lay(config, events__csv=f"account_id,time,device,template\nann,{TIME},d1,t1\n")
    assert sightings_of(reading) == [("ann", "template", "t1", 1)]


def test_counts_are_summed_and_must_be_whole(lay):
    good = "".join(f"a{number},device,d1,2\n" for number in range(200))
    reading = lay(
        sightings__csv=f"account_id,signal_type,signal_value,count\n{good}ann,device,d1,\nbob,device,d1,0.5\n"
        "joe,device,d1,NULL\n"
    )
    assert sightings_of(reading)[-2:] == [("ann", "device", "d1", 1), ("joe", "device", "d1", 1)]
    assert sightings_of(reading)[0] == ("a0", "device", "d1", 2)
    assert [reject.code for reject in reading.rejects] == ["GL231"]


# --- every row --------------------------------------------------------------------------------------------------------


def test_exact_duplicates_are_counted_across_files_and_formats(lay):
    row = {"account_id": "ann", "signal_type": "device", "signal_value": "d1", "first_seen": TIME}
    reading = lay(
        a__csv=f"account_id,signal_type,signal_value,first_seen\nann,device,d1,{TIME}\nbob,device,d1,{TIME}\n",
        b__jsonl=json.dumps(row) + "\n" + json.dumps({**row, "first_seen": "2026-01-05T11:00:00+01:00"}) + "\n",
    )
    assert [each.rows.duplicates for each in reading.inputs] == [0, 2]
    assert reading.rows.accepted == 2
    assert sightings_of(reading)[0] == ("ann", "device", "d1", 1)


def test_rows_that_differ_in_anything_are_no_duplicates(lay):
    rows = [f"ann,device,d1,{TIME},1", f"ann,device,d1,{TIME},2", f"ann,device,d2,{TIME},1", "ann,device,d1,,1"]
    reading = lay(a__csv="account_id,signal_type,signal_value,first_seen,count\n" + "\n".join(rows) + "\n")
    assert reading.rows.duplicates == 0


def test_a_row_that_repeats_a_malformed_one_is_rejected_too(lay):
    good = "".join(f"a{number},device,d1\n" for number in range(300))
    reading = lay(a__csv=f"account_id,signal_type,signal_value\n{good}bad,ip,1.2.3.999\nbad,ip,1.2.3.999\n")
    assert [(reject.code, reject.line) for reject in reading.rejects] == [("GL230", 302), ("GL230", 303)]
    assert reading.rows.duplicates == 0
    assert "bad" not in reading.sightings.accounts.ids.to_pylist()


def test_a_malformed_cell_takes_the_whole_wide_row_with_it(lay):
    good = "".join(f"a{number},{TIME},d1,\n" for number in range(150))
    reading = lay(a__csv=f"account_id,time,device,ip\n{good}bad,{TIME},d7,1.2.3.999\n")
    assert ("bad", "device", "d7", 1) not in sightings_of(reading)
    assert (reading.rejects[0].line, reading.rejects[0].column) == (152, "ip")


def test_the_window_takes_rows_that_touch_it(lay):
    window = {"window_start": "2026-01-10", "window_end": "2026-01-20"}
    config = Config(
        reading=ReadingConfig.model_validate({key: f"{day}T00:00:00Z" for key, day in window.items()}, strict=False)
    )
    rows = ["before,device,d1,2026-01-01,2026-01-09", "over,device,d1,2026-01-01,2026-01-30"]
    rows += ["in,device,d1,2026-01-12,2026-01-13", "after,device,d1,2026-01-20,2026-01-21", "timeless,device,d1,,"]
    reading = lay(config, a__csv="account_id,signal_type,signal_value,first_seen,last_seen\n" + "\n".join(rows) + "\n")
    assert reading.sightings.accounts.ids.to_pylist() == ["in", "over", "timeless"]
    assert reading.rows.out_of_window == 2


@pytest.mark.parametrize(
    ("days", "told"),
    [
        (["2025-12-30"] * 3, "device (3 of 3)"),
        (["2025-12-30", "2026-01-12", "2026-02-01"], "device (2 of 3)"),
        (["2025-12-30", "2026-01-12"], None),
        (["2026-01-12", "", ""], None),
    ],
)
@pytest.mark.parametrize("shape", ["signal_type,signal_value,seen_at\n|device,d1", "device,ip,seen_at\n|d1,"])
def test_types_most_of_whose_sightings_lie_outside_the_window_are_told(lay, days, told, shape):
    """No ring was found, no value told anything, and nothing spoke of the window."""
    window = {"window_start": datetime(2026, 1, 10, tzinfo=UTC), "window_end": datetime(2026, 1, 20, tzinfo=UTC)}
    header, _, cells = shape.partition("|")
    rows = "".join(f"a{number},{cells},{day}\n" for number, day in enumerate(days))
    notices = lay(Config(reading=window), a__csv=f"account_id,{header}{rows}").notices
    reason = "lie outside the window and were set aside; are `window_start` and `window_end` meant so?"
    expected = [f"most sightings of {told} {reason}"] if told else []
    assert [each.text for each in notices if each.code == "GL326"] == expected


@pytest.mark.parametrize(
    ("values", "told"),
    [
        (["10.0.0.1"] * 3, "3 of 3 values of ip stand"),
        (["203.0.113.7"], "1 of 1 value of ip stands"),
        (["unknown"] * 9 + ["9.9.9.9"], "9 of 10 values of ip stand"),
        (["unknown"] * 8 + ["9.9.9.9"] * 2, None),
    ],
)
def test_a_type_of_which_nearly_nothing_tells_anything_is_told(lay, values, told):
    """All addresses of a load balancer linked nobody, and no notice said so."""
    rows = "".join(f"a{number},ip,{value}\na{number},device,d{number}\n" for number, value in enumerate(values))
    notices = lay(a__csv=f"account_id,signal_type,signal_value\n{rows}").notices
    are = "is" if told and told.endswith("stands") else "are"
    reason = f"for nothing or {are} reserved, as private addresses and example.com are; they link nobody"
    assert [each.text for each in notices if each.code == "GL327"] == ([f"{told} {reason}"] if told else [])


def test_a_header_among_the_rows_is_rejected(lay):
    head = "account_id,signal_type,signal_value\n"
    rows = "".join(f"a{number},device,d1\n" for number in range(100))
    reading = lay(a__csv=head + rows + head + rows.replace("a", "b"))
    assert [(reject.code, reject.line) for reject in reading.rejects] == [("GL214", 102)]


def test_a_last_line_of_json_that_is_cut_refuses_the_file(lay):
    line = json.dumps({"account_id": "ann", "signal_type": "device", "signal_value": "d1"})
    assert lay(a__jsonl=line + "\n" + line.replace("ann", "bob")).rows.accepted == 2
    with pytest.raises(InputError, match="GL108"):
        lay(a__jsonl=line + "\n" + line[:-9])


def test_a_source_full_of_rejects_is_not_read_to_its_end(lay, monkeypatch):
    monkeypatch.setattr("graphlink.reading.extract._HOPELESS", 10)
    monkeypatch.setattr("graphlink.reading.formats.streams.BLOCK", 512)
    monkeypatch.setattr("graphlink.reading.formats.streams._READ", 512)
    with pytest.raises(InputError, match=r"GL140 a\.csv:2:account_id .* of \d\d rows rejected"):
        lay(a__csv="account_id,signal_type,signal_value\n" + ",device,d1\n" * 5_000)


def test_a_refusal_names_every_column_that_its_reason_stands_in(lay):
    rows = "".join(f"a{number},ip,{number:x}0c4\na{number},asn,{number:x}0c4\n" for number in range(50))
    rows += "b,email_domain,61a3\nb,device,d1\n"
    expected = (
        r"101 of 102 rows rejected, over 1\.0%; 101 of them for GL230 \(malformed value\), in asn, ip, email_domain\. "
    )
    with pytest.raises(InputError, match=expected):
        lay(a__csv=f"account_id,signal_type,signal_value\n{rows}")


@pytest.mark.parametrize(("column", "name"), [("ip", "ip"), ("src_ip", "ip"), ("email", "email")])
def test_a_refusal_says_which_declaration_takes_its_values_as_they_are(lay, column, name):
    export = f"account_id,{column}\n" + "".join(f"a{number},{number:x}0c4\n" for number in range(50))
    with pytest.raises(InputError, match=rf"write `\[signals\.{name}\]` with `normalise = 'text'`"):
        lay(a__csv=export)
    declared = {name: {"family": "hashed", "provenance": "observed", "normalise": "text"}}
    assert lay(a__csv=export, config=Config.model_validate({"signals": declared})).rows.accepted == 50


def test_a_row_before_another_never_begins_after_it_ends(lay):
    rows = "".join(f"a{number},device,d1,2026-01-01,2026-01-02\n" for number in range(100))
    reading = lay(
        a__csv=f"account_id,signal_type,signal_value,first_seen,last_seen\n{rows}b,device,d1,2026-01-02,2026-01-01\n"
    )
    assert [reject.code for reject in reading.rejects] == ["GL245"]


# --- files ------------------------------------------------------------------------------------------------------------


def test_a_folder_is_read_with_its_folders_and_names_are_relative(tmp_path):
    head = "account_id,signal_type,signal_value\n"
    for name in ("exports/b.csv", "exports/deep/a.csv", "exports/.hidden.csv", "exports/_SUCCESS", "exports/notes.md"):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(head + f"{path.stem},device,d1\n{path.stem},ip,5.6.7.8\n")
    reading = read([tmp_path / "exports"], Config())
    assert [each.name for each in reading.inputs] == ["exports/b.csv", "exports/deep/a.csv"]
    assert [notice.code for notice in reading.notices if notice.about_files] == ["GL312"]


def test_what_graphlink_wrote_among_the_exports_is_left_out_and_told(tmp_path):
    (tmp_path / "a.csv").write_text("account_id,signal_type,signal_value\nann,device,d1\n")
    for name, manifest in (("out", "run.json"), ("deep/act", "manifest.json")):
        (tmp_path / name).mkdir(parents=True)
        (tmp_path / name / manifest).write_text(json.dumps({"format": f"graphlink-{manifest[:3]}", "files": []}))
        (tmp_path / name / "hubs.csv").write_text("signal_type,accounts\nip,7\n")
    reading = read([tmp_path], Config())
    assert [each.name for each in reading.inputs] == [f"{tmp_path.name}/a.csv"]
    (told,) = [each.text for each in reading.notices if each.code == "GL319"]
    assert told == (
        f"2 folders were written by graphlink itself and not read: {tmp_path.name}/deep/act, {tmp_path.name}/out"
    )
    with pytest.raises(InputError, match=r"GL114.*graphlink itself wrote this folder"):
        read([tmp_path / "out"], Config())
    with pytest.raises(InputError, match=r"GL114.*graphlink itself wrote act"):
        read([tmp_path / "deep"], Config())


@pytest.mark.parametrize("manifest", ["{", "[]", '{"format": "other"}', '{"format": 7}', "[" * 100_000])
def test_a_run_json_of_another_program_hides_no_export(tmp_path, manifest):
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub" / "a.csv").write_text("account_id,signal_type,signal_value\nann,device,d1\n")
    (tmp_path / "sub" / "run.json").write_text(manifest)
    with pytest.raises(InputError, match=r"sub/run\.json"):  # an export by its name, and none by what it holds
        read([tmp_path], Config())


@pytest.mark.parametrize(
    "values",
    [["ann@mail.example"], ["4111111111111111", "wallet"], ["Jane Canary0", "d1"], ["initech.com"], ["joe.canary"]],
)
def test_values_in_the_column_of_types_are_counted_and_not_shown(lay, values):
    rows = ["account_id,signal_value,signal_type", "a,d1,device", *(f"a,email,{value}" for value in values), ""]
    with pytest.raises(InputError, match=r"GL124 .*:3:signal_type: .* look(s?) like a?\s?value") as error:
        lay(a__csv="\n".join(rows))
    assert not any(value in str(error.value) for value in values)


@pytest.mark.parametrize("written", ["Seat.No", "seat no", "SEAT-NO", "seat_no"])
def test_a_type_is_declared_as_the_message_says_however_the_export_writes_it(lay, written):
    """No name with a dot can be declared: what the message told of `seat.no` was refused by the settings."""
    rows = ["account_id,signal_type,signal_value", f"a,{written},s1", f"b,{written},s1", ""]
    with pytest.raises(InputError, match="GL124") as error:
        lay(a__csv="\n".join(rows))
    told = "`[signals.NAME]`, with _ for a dot or a space" if "." in written or " " in written else "[signals.seat_no]"
    assert told in str(error.value)
    declared = {"seat_no": {"family": "place", "provenance": "observed"}}
    reading = lay(Config(signals=declared), a__csv="\n".join(rows))
    assert [each.name for each in reading.sightings.types] == ["seat_no"]
    assert not len(lay(Config(ignore_types=(written,)), a__csv="\n".join(rows)).sightings)


@pytest.mark.parametrize(
    ("values", "counted"), [(["jane"], "1 signal type is"), (["jane", "pixel_7"], "2 signal types")]
)
def test_what_stands_once_among_the_types_may_be_a_value_and_is_not_shown(lay, values, counted):
    """A stray cell was quoted on stderr as the name of a type: `jane_doe`."""
    rows = ["account_id,signal_type,signal_value", "a,device,d1", *(f"a,{value},v" for value in values)]
    (told,) = [each.text for each in lay(a__csv="\n".join([*rows, ""])).notices if each.code == "GL342"]
    assert counted in told
    assert not any(value in told for value in values)
    reading = lay(a__csv="\n".join([*rows, "a,seat,s1", "b,seat,s1", ""]))
    (told,) = [each.text for each in reading.notices if each.code == "GL342"]
    assert f": `seat` and {len(values)} more; " in told
    assert not any(value in told for value in values)
    assert reading.rows.rejected == 0


def test_an_export_without_a_known_type_is_refused_with_all_of_them(lay):
    rows = ["account_id,signal_type,signal_value", "a,seat,s1", "b,seat,s1", "a,desk,1", ""]
    with pytest.raises(InputError, match=r"GL124 .*:2:signal_type: no known signal type, but `seat` and 1 more"):
        lay(a__csv="\n".join(rows))


def test_a_type_is_mapped_as_a_column_is(lay):
    rows = ["account_id,signal_type,signal_value", "a,install_id,s1", "b,device_fp,s1", ""]
    (left,) = lay(a__csv="\n".join([*rows[:-1], "b,install_id,s1", ""])).left_out
    assert left[:1] + left[2:] == ("install_id", 1, "device")
    reading = lay(Config(columns={"device": "install_id"}), a__csv="\n".join(rows))
    assert sightings_of(reading) == [("a", "device", "s1", 1), ("b", "device", "s1", 1)]


def test_files_of_one_export_tell_of_their_unused_columns_once(lay):
    rows = "account_id,ip,odd\na,9.9.9.9,1\n"
    reading = lay(a__csv=rows, b__csv=rows, c__csv="account_id,ip,other\na,9.9.9.9,1\n")
    told = [each.text for each in reading.notices if each.code == "GL305"]
    assert [text.partition("/")[2] or text for text in told] == [
        "a.csv and 1 more like it: 1 column is not used: `odd`",
        "c.csv: 1 column is not used: `other`",
    ]


@pytest.mark.parametrize("ignored", [(), ("install_id", "api_key_id", "DEVICE_FP")])
def test_likely_signals_that_are_left_out_are_listed_unless_the_settings_say_they_are_none(lay, ignored):
    rows = "account_id,ip,install_id,api_key_id,card_type,DEVICE_FP\na,9.9.9.9,i,k,visa,d\n"
    reading = lay(Config(ignore_columns=ignored), a__csv=rows)
    assert [(each.name, each.meaning) for each in reading.left_out] == (
        [] if ignored else [("api_key_id", "api_key"), ("install_id", "device")]
    )
    assert any(each.code == "GL341" for each in reading.notices) is not bool(ignored)


@pytest.mark.parametrize(
    ("values", "counted"), [(["jane"], "an unknown signal type"), (["jane", "pixel_7"], "2 unknown")]
)
def test_where_types_and_values_changed_places_no_value_is_shown(lay, values, counted):
    """What could be a type by its letters was quoted: handles, models, names."""
    rows = ["account_id,signal_type,signal_value", *(f"a,{value},Device" for value in values), ""]
    with pytest.raises(InputError, match=rf"GL124 .*:2:signal_type: {counted}.* with known types for values") as error:
        lay(a__csv="\n".join(rows))
    assert not any(value in str(error.value) for value in values)
    assert "put types into `signal_type` and values into `signal_value`" in str(error.value)


@pytest.mark.parametrize("value", ["mobile", "paypal", "phone", " card ", ""])
def test_rows_of_an_unknown_type_count_once_and_may_have_any_value(lay, value):
    """Their values were judged twice, and one that means a type (`mobile`) had the whole file refused."""
    rows = ["account_id,signal_type,signal_value", "a,device,d1", *(f"a{n},factor,{value}" for n in range(5)), ""]
    told = {each.code: each.text.partition(": ")[2] for each in lay(a__csv="\n".join(rows)).notices}
    assert told["GL342"].startswith("1 signal type is not known and not used: `factor`")
    assert {told[code].partition(" ")[0] for code in told.keys() & {"GL306", "GL310"}} <= {"5"}
    assert "GL309" not in told


@pytest.mark.parametrize("value", ["mobile", "paypal"])
def test_what_only_means_a_type_is_no_sign_that_columns_changed_places(lay, value):
    rows = ["account_id,signal_type,signal_value", *(f"a{n},second_factor,{value}" for n in range(5)), ""]
    with pytest.raises(InputError, match=r"GL124 .* no known signal type, but `second_factor`"):
        lay(a__csv="\n".join(rows))


def test_known_types_may_come_long_after_others_whose_values_are_names_of_types(lay):
    rows = [*(f"a{n},second_factor,phone" for n in range(150_000)), "a,device,d1"]
    assert sightings_of(lay(a__csv="\n".join(["account_id,signal_type,signal_value", *rows, ""]))) == [
        ("a", "device", "d1", 1)
    ]


@pytest.mark.parametrize("place", ["header", "type"])
def test_no_name_is_too_deep(lay, place):
    """`a.a.a…` of 2,000 letters ended a command as a bug: what is inside an object was asked for each dot."""
    deep = "a." * 2_000 + "a"
    if place == "header":
        assert lay(a__csv=f"account_id,ip,{deep}\na,9.9.9.9,1\n").rows.accepted == 1
    else:
        with pytest.raises(InputError, match="GL124"):
            lay(a__csv=f"account_id,signal_type,signal_value\na,device,d\na,{deep},d\n")


@pytest.mark.parametrize(
    "line",
    [
        *("alice0,Jane Canary0", "a0,a0", "acct-17,jane0@mail.example", "7,Jane", "u1 ,2026-05-01T00:00:00Z"),
        *("4 Elm Road,Xanthippe", "a0,email,Jane"),
    ],
)
@pytest.mark.parametrize("mapped", [{}, {"account_id": "customer"}])
def test_a_first_line_like_the_others_is_no_header_and_is_not_shown(lay, line, mapped):
    def other(number):
        return re.sub(r"[0-9]", str(number), line) + "\n"

    with pytest.raises(InputError, match=r"GL121 .*: the first line looks like data, not like names\. ") as error:
        lay(Config(columns=mapped), a__csv=f"{line}\n" + "".join(map(other, range(1, 4))))
    assert not any(cell.strip() in str(error.value) for cell in line.split(","))


@pytest.mark.parametrize("mapped", [{}, {"account_id": "customer"}])
def test_a_first_line_of_words_that_stand_below_is_no_header_and_is_not_shown(lay, mapped):
    """Whatever a type is called is known as a column too: GL120 told an account and a value."""
    lines = ["lceadhij,device,gaamboco", "ejdffcdd,device,eapdleaa", "kpffpdif,card,klhdapfi", "pmbph,device,gaam"]
    with pytest.raises(InputError, match=r"GL121 .*: the first line looks like data, not like names\. ") as error:
        lay(Config(columns=mapped), a__csv="\n".join([*lines, ""]))
    assert not any(cell in str(error.value) for cell in lines[0].split(","))


@pytest.mark.parametrize(
    "lines",
    [
        ["kunde,art,wert", "ejdffcdd,device,eapdleaa", "kpffpdif,device,klhdapfi"],
        ["kunde,device,ip", "ann,device,192.0.2.1", "eve,device,192.0.2.2"],  # another name is known
        ["kunde,offen", "ann,offen", *(f"k{n},zu" for n in range(9))],  # seldom
    ],
)
def test_a_header_that_is_not_known_is_told_with_its_names(lay, lines):
    with pytest.raises(InputError, match=r"GL120 .*found `kunde`, "):
        lay(a__csv="\n".join([*lines, ""]))


@pytest.mark.parametrize("header", ["kunde1,mail", "acct,name2", "account_id,x1", "kunde,mail"])
def test_a_header_unlike_the_rows_stays_one(lay, header):
    with pytest.raises(InputError, match="GL120"):
        lay(a__csv=f"{header}\nann,a@mail.example\nbob7,b@mail.example\n")


@pytest.mark.parametrize("mapped", [None, "kunde1"])
def test_a_header_that_names_accounts_stays_one_however_the_rows_look(lay, mapped):
    config = Config(columns={"account_id": mapped} if mapped else {})
    reading = lay(config, a__csv=f"{mapped or 'account id'},device,x9\nbob7,lamp,v1\nann lee,lamp,v2\n")
    assert reading.sightings.accounts.ids.to_pylist() == ["ann lee", "bob7"]


@pytest.mark.parametrize(
    "name", ["missing.csv", "A.CSV", "/a.csv", "../outside.csv", "../exports", "sub", "a.csv\0", "\x1b[31m"]
)
def test_a_manifest_that_names_a_file_which_is_not_there_refuses(tmp_path, name):
    folder = tmp_path / "exports"
    (folder / "sub").mkdir(parents=True)
    for path in (folder / "a.csv", folder / "sub" / "a.csv", tmp_path / "outside.csv"):
        path.write_text("account_id,device\nann,d1\n")
    (folder / "manifest.json").write_text(json.dumps({"files": {"a.csv": {"rows": 1}, name: {"rows": 1}}}))
    with pytest.raises(InputError, match=r"GL132 exports/manifest\.json: names .*, which is not there") as error:
        read([folder], Config())
    assert str(error.value).isprintable()


@pytest.mark.parametrize("named", ["{top}", "{top}/", "{top}/../exports", "{top}/sub", "{top}/sub/b.csv"])
def test_a_manifest_speaks_of_the_files_in_folders_below_it_where_its_folder_is_named(tmp_path, named):
    top = tmp_path / "exports"
    (top / "sub").mkdir(parents=True)
    (top / "sub" / "b.csv").write_text("account_id,device\nann,d1\n")
    (top / "manifest.json").write_text(json.dumps({"files": {"./sub/b.csv": {"rows": 2}}}))
    (top / "sub" / "manifest.json").write_text(json.dumps({"files": {"b.csv": {"rows": 1}}}))
    path = Path(named.format(top=top))
    if "sub" in named:
        assert read([path], Config()).rows.accepted == 1
    else:
        with pytest.raises(InputError, match=r"GL130 exports/sub/b\.csv: manifest 2 rows, read 1"):
            read([path], Config())


@pytest.mark.parametrize("manifest", ["{", "[]", '{"files": {"a.csv": {"rows": "many"}}}', '{"files": 3}'])
def test_a_manifest_that_is_none_refuses(tmp_path, manifest):
    (tmp_path / "a.csv").write_text("account_id,signal_type,signal_value\na,device,d1\n")
    (tmp_path / "manifest.json").write_text(manifest)
    with pytest.raises(InputError, match="GL132"):
        read([tmp_path], Config())


def test_nothing_to_read_says_so(tmp_path):
    for paths in ([], [tmp_path]):
        with pytest.raises(InputError, match="GL114"):
            read(paths, Config())


def test_a_folder_of_names_that_say_nothing_needs_a_format(tmp_path):
    for number in range(3):
        rows = f"account_id,signal_type,signal_value\na{number},device,d1\n"
        (tmp_path / f"part-0000{number}.gz").write_bytes(gzip.compress(rows.encode()))
    with pytest.raises(InputError, match=r"GL114 .*the name of .*part-00000.gz does not say .*Fix: .*format = \"csv\""):
        read([tmp_path], Config())
    config = Config(sources=[{"path": tmp_path, "format": "csv"}])
    assert read([], config).rows.accepted == 3


def test_whole_decimals_are_the_numbers_that_warehouses_write(tmp_path):
    ids = [Decimal(7), Decimal(10**25), None]
    told = {"signal_type": ["device"] * 3, "signal_value": ["d1"] * 3}
    table = pa.table(
        {"account_id": pa.array(ids, pa.decimal128(38, 0)), **told, "count": pa.array([2, 3, 1], pa.decimal128(18, 0))}
    )
    pq.write_table(table, tmp_path / "a.parquet")
    reading = read([tmp_path / "a.parquet"], Config(reading={"max_reject_share": 0.5}))
    assert sightings_of(reading) == [("10000000000000000000000000", "device", "d1", 3), ("7", "device", "d1", 2)]
    assert [each.code for each in reading.rejects] == ["GL220"]


def test_decimals_with_a_fraction_are_refused(tmp_path):
    told = {"signal_type": ["device"], "signal_value": ["d1"]}
    pq.write_table(pa.table({"account_id": pa.array([7], pa.decimal128(38, 2)), **told}), tmp_path / "a.parquet")
    with pytest.raises(InputError, match=r"GL111 a.parquet:account_id: the column has type decimal128\(38, 2\)"):
        read([tmp_path / "a.parquet"], Config())


@pytest.mark.parametrize("offsets", [(None, 0), (0, 0), (-4, None)])
def test_a_parquet_file_that_says_its_pages_begin_nowhere_has_no_checksum(offsets):
    """One damaged file in twenty thousand ended in a traceback."""
    column = SimpleNamespace(dictionary_page_offset=offsets[0], data_page_offset=offsets[1])
    assert not first_page(io.BytesIO(b"PAR1" * 20), column).has_checksum


@pytest.mark.parametrize(
    "nobody", ["-", "--", "?", "(null)", "[NULL]", "<None>", "#N/A", "undefined", "–", "NA", "NaT", "<NA>"]
)
def test_what_programs_write_for_nobody_is_no_account(lay, nobody):
    rows = "".join(f"a{n},device,d{n}\n" for n in range(200))
    reading = lay(sightings__csv=f"account_id,signal_type,signal_value\n{nobody},device,d1\n{rows}")
    assert [each.code for each in reading.rejects] == ["GL220"]


def test_the_sum_of_huge_counts_does_not_run_over(lay):
    rows = "".join(f"a,device,d1,{10**15 - 1},{1_767_225_600 + n}\n" for n in range(10_000))
    reading = lay(sightings__csv="account_id,signal_type,signal_value,count,seen_at\n" + rows)
    assert reading.sightings.count[:].tolist() == [10**15 - 1]


def test_an_id_that_a_spreadsheet_rounded_is_nobodys(lay):
    rows = "".join(f"a{n},device,d{n}\n" for n in range(400))
    reading = lay(sightings__csv=f"account_id,signal_type,signal_value\n7.30001E+11,device,d1\n1e5,device,d2\n{rows}")
    assert [each.code for each in reading.rejects] == ["GL222"]


def test_an_export_of_one_account_is_told_of(lay):
    def told(n_others):
        rows = "".join(f"{'us' if n >= n_others else n},device,d{n}\n" for n in range(600))
        reading = lay(sightings__csv=f"account_id,signal_type,signal_value\n{rows}")
        return [each.text for each in reading.notices if each.code == "GL337"]

    assert told(200) == ["400 of 600 rows are of one account; is `account_id` your customer's, or your own?"]
    assert told(300) == []


@pytest.mark.parametrize("somebody", ["-1", "0", "null-7", "undefined2", "a-b", "=1", "(null", "NA7"])
def test_ids_that_may_be_somebody_stay(lay, somebody):
    reading = lay(sightings__csv=f"account_id,signal_type,signal_value\n{somebody},device,d1\n")
    assert reading.sightings.accounts.ids.to_pylist() == [somebody]


@pytest.mark.parametrize(
    ("name", "fix"),
    [
        ("Export.XLSX", r"a workbook.*save its sheet as CSV"),
        ("exports.zip", r"an archive.*unpack it"),
        ("exports.csv.bz2", r"packed in a way.*\.gz or \.zst"),
    ],
)
def test_what_other_tools_pack_is_told_what_to_do_with(tmp_path, name, fix):
    (tmp_path / name).write_bytes(b"PK")
    with pytest.raises(InputError, match=f"GL115 .*{fix}"):
        read([tmp_path / name], Config())
    with pytest.raises(InputError, match=f"GL114 .*{name} is {fix}"):
        read([tmp_path], Config())


def test_all_that_is_missing_is_named_at_once(tmp_path):
    (tmp_path / "w2").mkdir()
    with pytest.raises(InputError) as refused:
        read([tmp_path / "w1", tmp_path / "w2", tmp_path / "w3"], Config())
    named = [(each.code, each.where.name) for each in refused.value.problems]
    assert named == [("GL101", str(tmp_path / "w1")), ("GL101", str(tmp_path / "w3"))]


# --- the same data ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class World:
    """A small export as rows of text."""

    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]

    def csv(self, rows: Sequence[Sequence[str]] | None = None, **style) -> bytes:
        text = io.StringIO(newline="")
        csv.writer(text, **{"lineterminator": "\n", **style}).writerows([self.head, *(rows or self.rows)])
        return text.getvalue().encode()

    def table(self) -> pa.Table:
        return pa.table(dict(zip(self.head, map(list, zip(*self.rows, strict=True)), strict=True)))


@pytest.fixture(scope="module")
def world() -> World:
    draw = random.Random(5)
    rows = [
        (
            f"acct {draw.randrange(60):03}",
            *draw.choice(
                [("device", f"d{draw.randrange(30)}"), ("ip", f"81.2.{draw.randrange(9)}.1"), ("card", 'c,"1"\n')]
            ),
            f"2026-01-{draw.randrange(1, 28):02}T10:00:00Z",
        )
        for _ in range(400)
    ]
    return World(("account_id", "signal_type", "signal_value", "first_seen"), tuple(dict.fromkeys(rows)))


@pytest.fixture
def digest_of(tmp_path):
    def of(**files: bytes) -> str:
        folder = tmp_path / f"d{len(list(tmp_path.iterdir()))}"
        folder.mkdir()
        for name, data in files.items():
            (folder / name.replace("__", ".")).write_bytes(data)
        return read([folder], Config()).digest

    return of


def parquet(table: pa.Table, **style) -> bytes:
    out = io.BytesIO()
    pq.write_table(table, out, **style)
    return out.getvalue()


def test_the_order_of_rows_changes_nothing(world, digest_of):
    shuffled = list(world.rows)
    random.Random(1).shuffle(shuffled)
    assert (
        digest_of(a__csv=world.csv())
        == digest_of(a__csv=world.csv(shuffled))
        == digest_of(a__csv=world.csv(sorted(world.rows)))
    )


def test_the_split_into_files_and_their_names_change_nothing(world, digest_of):
    whole = digest_of(a__csv=world.csv())
    parts = {f"z{number}__csv": world.csv(world.rows[number::3]) for number in range(3)}
    assert digest_of(**parts) == whole


def test_format_and_compression_change_nothing(world, digest_of):
    lines = "".join(json.dumps(dict(zip(world.head, row, strict=True))) + "\n" for row in world.rows).encode()
    table = world.table()
    typed = table.set_column(3, "first_seen", table["first_seen"].cast(pa.timestamp("us", "UTC")))
    same = {
        digest_of(a__csv=world.csv()),
        digest_of(a__jsonl=lines),
        digest_of(a__tsv=world.csv(delimiter="\t")),
        digest_of(a__csv__gz=gzip.compress(world.csv())),
        digest_of(a__jsonl__zst=pa.compress(lines, codec="zstd", asbytes=True)),
        digest_of(a__parquet=parquet(table)),
        digest_of(a__parquet=parquet(typed, use_dictionary=False, row_group_size=7)),
        digest_of(
            a__parquet=parquet(
                typed.cast(
                    pa.schema([*list(typed.schema)[:2], ("signal_value", pa.large_string()), typed.schema.field(3)])
                )
            )
        ),
    }
    assert len(same) == 1


def test_newlines_quotes_and_byte_order_marks_change_nothing(world, digest_of):
    same = {
        digest_of(a__csv=world.csv()),
        digest_of(a__csv=world.csv(quoting=csv.QUOTE_ALL)),
        digest_of(a__csv=world.csv(lineterminator="\r\n").replace(b'c,""1""\n', b'c,""1""\n')),
        digest_of(a__csv=b"\xef\xbb\xbf" + world.csv()),
        digest_of(a__csv=World(tuple(name.upper() for name in world.head), world.rows).csv()),
        digest_of(a__csv=World(world.head[::-1], tuple(row[::-1] for row in world.rows)).csv()),
    }
    assert len(same) == 1


def test_other_data_has_another_digest(world, digest_of):
    other = [*world.rows[:-1], ("acct 999", *world.rows[-1][1:])]
    assert digest_of(a__csv=world.csv()) != digest_of(a__csv=world.csv(other))


def test_small_blocks_change_nothing(world, digest_of, monkeypatch):
    whole = digest_of(a__csv=world.csv())
    monkeypatch.setattr("graphlink.reading.formats.streams.BLOCK", 512)
    monkeypatch.setattr("graphlink.reading.formats.streams._READ", 300)
    monkeypatch.setattr("graphlink.reading.formats.columnar._BYTES", 512)
    monkeypatch.setattr("graphlink.reading.columns.codebook._FIRST", 2)
    assert digest_of(a__csv=world.csv()) == whole
    assert digest_of(a__parquet=parquet(world.table())) == whole


# --- whatever comes ---------------------------------------------------------------------------------------------------

GOOD = {
    "sightings.csv": b'account_id,signal_type,signal_value,first_seen\nann,device,"d\n1",2026-01-05T10:00:00Z\n'
    + b"".join(b"a%d,ip,81.2.69.%d,2026-01-05 10:00:00+01:00\n" % (n, n) for n in range(5)),
    "events.tsv": b"account_id\ttime\tdevice\tip\tnote\nann\t2026-01-05T10:00:00Z\td1\t81.2.69.1\tx\n",
    "accounts.csv": b"account_id,created_at,email,plan\nann,2026-01-05,ann@example.org,pro\nbob,,bob@example.org,\n",
    "sightings.jsonl": b'{"account_id": "ann", "signal_type": "device", "signal_value": "d1", "count": 2}\n'
    b'{"account_id": 7, "signal_type": "ip", "signal_value": "81.2.69.1"}\n',
    "sightings.csv.gz": gzip.compress(b"account_id,signal_type,signal_value\nann,device,d1\nbob,device,d1\n", mtime=0),
    "sightings.parquet": parquet(
        pa.table({"account_id": ["ann", "bob"], "signal_type": ["device"] * 2, "signal_value": ["d1", None]}),
        write_page_checksum=True,
    ),
    "groups.parquet": parquet(
        pa.table({"note": ["x"] * 9, "account_id": list("aabbccdde"), "device": [*("d1", None, "d2") * 3]}),
        row_group_size=4,
    ),
}
PIECES = [
    *(b'"', b",", b"\n", b"\r", b"\x00", b"\xff", b"\xef\xbb\xbf", b"\t", b"{", b"}", b"[", b"\\ud800", b"1e400"),
    b"NaN",
]


@st.composite
def damaged(draw) -> tuple[str, bytes]:
    """A good file with some bytes changed, dropped, repeated or put in."""
    name = draw(st.sampled_from(sorted(GOOD)))
    data = bytearray(GOOD[name])
    for _ in range(draw(st.integers(1, 4))):
        place = draw(st.integers(0, len(data)))
        change = draw(st.sampled_from(["put", "drop", "flip", "double", "cut"]))
        if change == "put":
            data[place:place] = draw(st.sampled_from(PIECES) | st.binary(max_size=3))
        elif change == "drop":
            del data[place : place + draw(st.integers(1, 9))]
        elif change == "flip" and place < len(data):
            data[place] ^= 1 << draw(st.integers(0, 7))
        elif change == "double":
            data[place:place] = data[max(0, place - draw(st.integers(1, 60))) : place]
        elif change == "cut":
            del data[place:]
    return name, bytes(data)


LENIENT = Config.model_validate({"reading": {"max_reject_share": 1.0}})


@pytest.mark.nightly
@settings(
    max_examples=max(500, settings.default.max_examples), suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(damaged(), st.sampled_from([Config(), LENIENT]))
@pytest.mark.slow
def test_any_damage_ends_in_counted_rows_or_a_refusal(tmp_path, file, config):
    name, data = file
    path = tmp_path / name
    path.write_bytes(data)
    try:
        reading = read([path], config)
    except GraphlinkError as error:
        refusal = error
    else:
        rows = reading.rows
        assert rows.rows_in == rows.accepted + rows.rejected + rows.duplicates + rows.out_of_window
        assert rows.rejected == len(reading.rejects)
        assert all(each.raw in data for each in reading.rejects if name.endswith((".csv", ".tsv", ".jsonl")))
        return
    assert refusal.exit_code in {ExitCode.INPUT_REFUSED, ExitCode.CONFIG_INVALID}
    assert refusal.code != "GL001"


@pytest.mark.nightly
@settings(
    max_examples=min(5_000, settings.default.max_examples), suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    st.lists(
        st.tuples(st.text(max_size=6), st.sampled_from(["device", "ip", "zzz", ""]), st.text(max_size=6)),
        min_size=1,
        max_size=9,
    )
)
def test_any_rows_are_the_same_reading_in_csv_and_in_json_lines(tmp_path, rows):
    head = ("account_id", "signal_type", "signal_value")
    rows = [tuple(cell.replace("\x00", "").replace("\ufeff", "") for cell in row) for row in rows]
    outcomes = []
    lines = "".join(json.dumps(dict(zip(head, row, strict=True))) + "\n" for row in rows)
    for name, data in (("a.csv", World(head, tuple(rows)).csv(quoting=csv.QUOTE_ALL)), ("a.jsonl", lines.encode())):
        (tmp_path / name).write_bytes(data)
        try:
            reading = read([tmp_path / name], LENIENT)
            outcomes.append((reading.digest, reading.rows, [reject.code for reject in reading.rejects]))
        except GraphlinkError as error:
            outcomes.append(error.code)
    assert outcomes[0] == outcomes[1]


# --- names of sources -------------------------------------------------------------------------------------------------


def names_read(folder: Path, paths: Sequence[str], **config: object) -> list[str]:
    for path in paths:
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(f"account_id,time,device\nann,{TIME},{path}\n")
    return [each.name for each in read([folder / path for path in paths], Config.model_validate(config)).inputs]


@pytest.mark.parametrize(
    ("paths", "names"),
    [
        (["w44/a.csv", "w45/a.csv", "b.csv"], ["b.csv", "w44/a.csv", "w45/a.csv"]),
        (["w44/x/a.csv", "w45/x/a.csv"], ["w44/x/a.csv", "w45/x/a.csv"]),
        (["w44/x/a.csv", "w44/y/a.csv"], ["x/a.csv", "y/a.csv"]),
        (["a.csv", "w45/a.csv"], ["a.csv", "w45/a.csv"]),
    ],
)
def test_files_of_one_name_are_told_apart_by_the_folders_above(tmp_path, paths, names):
    assert names_read(tmp_path, paths) == names
    assert names_read(tmp_path, paths[::-1]) == names
    assert names_read(tmp_path / "else" / "where", paths) == names


def test_only_what_is_the_same_file_or_was_named_alike_is_numbered(tmp_path):
    assert names_read(tmp_path, ["a.csv", "a.csv"]) == ["a.csv", "a.csv (2)"]
    sources = tuple({"path": str(tmp_path / week / "a.csv"), "name": "mine"} for week in ("w44", "w45"))
    assert names_read(tmp_path, ["w44/a.csv", "w45/a.csv"], sources=sources) == ["mine", "mine (2)"]


def test_what_is_wrong_with_several_sources_is_told_at_once(lay):
    good = "account_id,signal_type,signal_value\na,ip,203.0.113.9\n"
    with pytest.raises(InputError) as refused:
        lay(a__csv="user,what\na,b\n", b__csv=good, c__csv="")
    assert [(each.code, each.where.name) for each in refused.value.problems] == [("GL120", "a.csv"), ("GL102", "c.csv")]


def test_every_source_of_which_too_many_rows_are_rejected_is_told(lay):
    rows = (
        "account_id,signal_type,signal_value,first_seen\na,ip,203.0.113.9,soon\nb,ip,203.0.113.9,2026-01-01T00:00:00Z\n"
    )
    good = f"account_id,signal_type,signal_value,first_seen\na,ip,203.0.113.9,{TIME}\n"
    with pytest.raises(InputError) as refused:
        lay(a__csv=rows, b__csv=good, c__csv=rows.replace("b,ip", "c,ip"))
    assert [(each.code, each.where.name) for each in refused.value.problems] == [("GL140", "a.csv"), ("GL140", "c.csv")]
