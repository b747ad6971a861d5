"""Values inside objects of JSON Lines: reached by a dotted name, and read alike together and line by line."""

import json

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from graphlink.config.settings import Config
from graphlink.model.reading import Reading
from graphlink.pipeline import read
from graphlink.reading.formats.nested import Insides
from graphlink.words.errors import InputError

TIME = "2026-01-05T10:00:00Z"
DEVICE = {"device": "details.device.fingerprint"}


@pytest.fixture
def read_rows(tmp_path):
    def of(rows, columns, share: float = 1.0) -> Reading:
        path = tmp_path / "a.jsonl"
        lines = (
            row if isinstance(row, str) else json.dumps({"account_id": "ann", "time": TIME, **row}) for row in rows
        )
        path.write_text("".join(f"{line}\n" for line in lines))
        source = {"path": str(path), "columns": columns}
        return read([], Config.model_validate({"sources": (source,), "reading": {"max_reject_share": share}}))

    return of


def values_of(reading: Reading) -> list[str]:
    return reading.sightings.signal_value.to_pylist()


def test_a_dotted_name_reaches_into_objects(read_rows):
    rows = [{"details": {"device": {"fingerprint": "d1", "os": "x"}, "n": 7}}, {"details": {"device": {}}}, {}]
    reading = read_rows([*rows, {"details": None}], {**DEVICE, "asn": "details.n"})
    assert sorted(values_of(reading)) == ["AS7", "d1"]
    assert reading.rejects == ()


def test_a_column_of_that_very_name_comes_first(read_rows):
    row = {"details.device.fingerprint": "flat", "details": {"device": {"fingerprint": "deep"}}}
    assert values_of(read_rows([row], DEVICE)) == ["flat"]


def test_what_is_inside_a_column_of_a_known_name_can_be_mapped_to_that_name(read_rows):
    rows = [{"device": {"fingerprint": "d1"}}, {"device": {"fingerprint": "d2"}}]
    assert values_of(read_rows(rows, {"device": "device.fingerprint"})) == ["d1", "d2"]


def test_the_id_may_stand_inside(read_rows):
    rows = [json.dumps({"user": {"id": n}, "time": TIME, "device": f"d{n}"}) for n in (1, 2)]
    reading = read_rows(rows, {"account_id": "user.id"})
    assert reading.sightings.accounts.ids.to_pylist() == ["1", "2"]


def test_an_id_inside_an_object_is_suggested_with_its_way(tmp_path):
    row = {"_id": "1", "_source": {"account_id": "ann", "client": {"ip": "81.2.69.143"}, "by": {"Jane Roe": 1}}}
    (tmp_path / "a.jsonl").write_text(json.dumps(row) + "\n")
    with pytest.raises(InputError) as caught:
        read([tmp_path / "a.jsonl"], Config())
    assert str(caught.value) == (
        "GL120 a.jsonl: missing `account_id`; found `_id`, `_source`, `_source.account_id`, `_source.client.ip`. "
        "Fix: [columns] account_id = '_source.account_id', in a file that --config names; "
        "`graphlink config init --from` writes one."
    )
    config = Config(columns={"account_id": "_source.account_id", "ip": "_source.client.ip"})
    assert "81.2.69.143" in values_of(read([tmp_path / "a.jsonl"], config))


def test_a_column_that_is_the_name_of_a_folder_is_to_be_in_the_file(tmp_path):
    path = tmp_path / "signal_type=device" / "a.csv"
    path.parent.mkdir()
    path.write_text("account_id,signal_value\nann,d1\n")
    with pytest.raises(
        InputError, match=r"missing `signal_type`.*Fix: write it into the file too: names of folders are"
    ):
        read([tmp_path], Config())


@pytest.mark.parametrize(
    ("row", "code", "says"),
    [
        ({"details": "x"}, "GL254", "`details` is no object"),
        ({"details": {"device": ["x"]}}, "GL254", "`device` is no object"),
        (
            {"details": {"device": {"fingerprint": ["x"]}}},
            "GL254",
            "`details.device.fingerprint` is an object or a list",
        ),
        ({"details": {"device": {"fingerprint": 1.5}}}, "GL254", "`details.device.fingerprint` is a fraction"),
        (
            '{"account_id": "a", "details": {"device": {"fingerprint": "1", "fingerprint": "2"}}}',
            "GL251",
            "fingerprint",
        ),
        ('{"account_id": "a", "details": {"device": {}, "device": {}}}', "GL251", "`device` stands twice"),
    ],
)
def test_what_is_no_text_inside_is_set_aside_with_its_name(read_rows, row, code, says):
    good = {"details": {"device": {"fingerprint": "d1"}}}
    reading = read_rows([good, row, good], DEVICE)
    assert [(reject.line, reject.code) for reject in reading.rejects] == [(2, code)]
    assert says in reading.rejects[0].reason


def test_a_name_that_is_not_inside_is_refused_with_those_that_are(read_rows):
    with pytest.raises(InputError, match=r"no column `details\.device\.hash`; found .*`details\.device\.fingerprint`"):
        read_rows([{"details": {"device": {"fingerprint": "d1"}}}], {"device": "details.device.hash"})


def test_a_value_and_what_is_inside_it_are_not_both_read(read_rows):
    rows = [{"d": {"x": "1"}}, {"d": {"x": {"y": "2"}}}]
    assert values_of(read_rows(rows, {"device": "d.x"})) == ["1"]
    with pytest.raises(InputError, match=r"GL122 .*`d\.x` and `d\.x\.y`"):
        read_rows(rows, {"device": "d.x", "card": "d.x.y"})


def ways_of(rows):
    insides = Insides()
    for row in rows:
        insides.add(insides.news(row))
    return insides.ways()


def test_objects_whose_keys_are_data_make_no_endless_names():
    rows = [{"map": {f"k{n}-{row}": n for n in range(60)}, "few": {"x": 1}} for row in range(40)]
    assert ways_of(rows) == ways_of(rows[::-1]) == {"few": {"few.x": ("few", "x")}}
    (ways,) = ways_of([{"map": {f"k{n}": n for n in range(200)}}]).values()
    assert len(ways) == 200


CELLS = st.one_of(
    st.none(), st.sampled_from(["d1", "", "é"]), st.integers(-1, 99), st.booleans(), st.just(0.5), st.just([])
)
INNER = st.one_of(CELLS, st.dictionaries(st.sampled_from("abc"), CELLS, max_size=3))
OBJECTS = st.one_of(CELLS, st.dictionaries(st.sampled_from("abc"), INNER, max_size=3))


@given(rows=st.lists(st.dictionaries(st.sampled_from("ab"), OBJECTS, max_size=2), min_size=1, max_size=8))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@pytest.mark.slow
def test_lines_read_together_are_read_as_each_by_itself(read_rows, monkeypatch, rows):
    first = {"a": {"b": {"c": "x"}}, "account_id": "zoe"}
    columns = {"device": "a.b.c"}
    together = read_rows([first, *rows], columns)
    with monkeypatch.context() as patch:
        patch.setattr("graphlink.reading.formats.jsonlines._LineReader._read_together", lambda *_: None)
        apart = read_rows([first, *rows], columns)
    assert together.rejects == apart.rejects
    assert together.digest == apart.digest


# --- Parquet ----------------------------------------------------------------------------------------------------------


@pytest.fixture
def read_table(tmp_path):
    def of(rows, columns) -> Reading:
        path = tmp_path / "a.parquet"
        pq.write_table(pa.Table.from_pylist([{"account_id": "ann", "ts": 1767225600, **row} for row in rows]), path)
        return read([], Config(sources=[{"path": path, "columns": columns}]))

    return of


CLIENT = {"ip": "client.ip", "device": "client.of.device"}


def test_a_dotted_name_reaches_into_objects_of_parquet(read_table, read_rows):
    rows = [
        {"client": {"ip": "81.2.69.143", "of": {"device": "d1", "n": 7}, "tags": ["x"]}, "card": "c1"},
        {"client": {"ip": None, "of": None, "tags": None}, "card": None},
        {"client": None, "card": "c2"},
    ]
    table = read_table(rows, {**CLIENT, "asn": "client.of.n"})
    lines = read_rows(
        [{**row, "time": None, "ts": 1767225600} for row in rows], {**CLIENT, "asn": "client.of.n", "seen_at": "ts"}
    )
    assert sorted(values_of(table)) == ["81.2.69.0/24", "81.2.69.143", "AS7", "c1", "c2", "d1"]
    assert table.digest == lines.digest


def test_a_list_inside_an_object_of_parquet_is_refused(read_table):
    with pytest.raises(InputError, match=r"GL111 a.parquet:client.tags: the column has type list"):
        read_table([{"client": {"tags": ["x"]}}], {"device": "client.tags"})


def test_two_ways_to_one_name_of_parquet_are_none(tmp_path):
    inner = pa.struct([pa.field("b.c", pa.string()), pa.field("b", pa.struct([pa.field("c", pa.string())]))])
    table = pa.table({"account_id": ["ann"], "card": ["c1"], "a": pa.array([{"b.c": "x", "b": {"c": "y"}}], inner)})
    pq.write_table(table, tmp_path / "a.parquet")
    with pytest.raises(InputError, match=r"GL120 .*no column `a.b.c`"):
        read([], Config(sources=[{"path": tmp_path / "a.parquet", "columns": {"device": "a.b.c"}}]))
