"""Types, columns and declarations; what stands for nothing; normalising twice is normalising once."""

import hashlib

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from signal_values import RAW_VALUES, TABLE, read, signals

from graphlink.config.settings import Config
from graphlink.model.fields import FIELDS
from graphlink.reading.columns.layout import column_of
from graphlink.reading.normalise.table import NORMALISERS, signal_table
from graphlink.words.errors import ConfigError


def _declared(normalise: str = "text", family: str = "place", provenance: str = "claimed") -> dict[str, str]:
    return {"family": family, "provenance": provenance, "normalise": normalise}


def _table(signals=None, **reading):
    return signal_table(Config(signals=signals or {}, reading=reading))


_ALL_NORMALISERS = _table({f"by_{name}": _declared(name) for name in NORMALISERS}, phone_region="GB")


FEW = settings(max_examples=min(25, settings.default.max_examples))
"""Reading a column costs more than its values: 25 of ten values hold as many of them as fifty of five."""


def long_columns(values):
    """No values, or so many that few columns hold enough."""
    return st.one_of(st.just([]), st.lists(values, min_size=6, max_size=24))


@pytest.mark.parametrize("name", NORMALISERS)
@FEW
@given(values=long_columns(RAW_VALUES))
def test_normalising_twice_is_normalising_once(name, values):
    column = _ALL_NORMALISERS.columns[f"by_{name}"]
    once = column.normalise(pa.array(values, pa.string())).signals[f"by_{name}"]
    again = column.normalise(once)
    assert again.signals[f"by_{name}"].to_pylist() == once.to_pylist()
    assert not again.bad
    assert not again.unlinkable.any()


@pytest.mark.parametrize("column", TABLE.columns)
def test_columns_yield_what_they_say_from_sliced_arrays_too(column):
    values = pa.array(["x", "9.9.9.9", "jane@initech.com", "+442079460018", "a1", None])[1:]
    found = TABLE.columns[column].normalise(values)
    assert tuple(found.signals) == TABLE.columns[column].types
    assert {len(each) for each in found.signals.values()} == {5}
    assert set(found.signals) <= set(TABLE.types)


def test_columns_of_the_contract_are_known():
    assert {"ip", "card", "template", "device", "email", "phone", "email_domain", "prompt"} <= set(TABLE.columns)


def test_no_column_has_the_name_of_a_record_field():
    assert set(FIELDS).isdisjoint(TABLE.columns)


def test_cards_and_templates_add_up_and_nothing_else():
    assert {name for name, each in TABLE.types.items() if each.adds_up} == {"card", "template"}


def test_types_that_follow_from_each_other_are_of_one_family():
    for column in TABLE.columns.values():
        assert len({TABLE.types[name].family for name in column.types}) == 1


@pytest.mark.parametrize(
    "value",
    [
        *("unknown", "UNKNOWN", " None ", "null", "N/A", "-", "--", "?", "0", "0.0.0.0", "::", "no", "Yes", "default"),  # noqa: S104 (no socket is meant)
        *("00000000-0000-0000-0000-000000000000", "{00000000-0000-0000-0000-000000000000}", "0x0000", "000000000000"),
        *("ffffffff-ffff-ffff-ffff-ffffffffffff", "xxxx-xxxx", "[redacted]", "\\N", "", "  ", "undefined", "test"),
    ],
)
@pytest.mark.parametrize("column", ["device", "card", "ip", "email", "template", "coupon", "phone", "asn"])
def test_values_that_stand_for_nothing_link_nobody(column, value):
    found = read(column, value)
    assert found.unlinkable.tolist() == [True]
    assert not found.bad


@pytest.mark.parametrize("value", ["nobody-7", "0a", "unknown-device-7", "no.7", "fffff0", "testing-rig-2", "10"])
def test_values_that_only_begin_like_nothing_are_signals(value):
    assert signals("device", "device", value) == [value]


def test_the_users_own_placeholders_link_nobody_in_any_spelling():
    table = _table(placeholders={"device": ["Kiosk"], "email_domain": ["initech.com"], "*": ["shared"]})
    devices = table.columns["device"].normalise(pa.array(["KIOSK", "Shared", "desk-7"]))
    assert devices.signals["device"].to_pylist() == [None, None, "desk-7"]
    mail = table.columns["email"].normalise(pa.array(["jane@Initech.com"]))
    assert mail.signals["email"].to_pylist() == ["jane@initech.com"]
    assert mail.signals["email_domain"].to_pylist() == [None]


def test_composed_and_decomposed_letters_differ_unless_the_type_asks_for_nfc():
    both = pa.array(["caf\u00e9", "cafe\u0301"])
    table = _table({"site": _declared(), "place": _declared("nfc")})
    assert table.columns["site"].normalise(both).signals["site"].to_pylist() == both.to_pylist()
    assert table.columns["place"].normalise(both).signals["place"].to_pylist() == ["caf\u00e9", "caf\u00e9"]


def test_a_known_type_that_is_declared_anew_remains_a_neighbourhood():
    """A bank's range of cards, told as one would tell a type of one's own, links nobody by itself."""
    table = _table({"card_bin": _declared(family="payment", provenance="observed")})
    assert table.types["card_bin"] == TABLE.types["card_bin"]
    table = _table({"device": _declared(family="handset", provenance="observed")})
    assert not table.types["device"].local


@pytest.mark.parametrize("name", ["ip_prefix", "subnet", "cidr", "bin"])
def test_a_neighbourhood_is_known_by_any_of_its_names(name):
    """As where a key stands for each network, so that it is told as a type of one's own."""
    told = _table({name: _declared(family="network", provenance="observed")}).types[name]
    assert told.coarse
    assert told.local


def test_a_declared_type_takes_the_place_of_a_built_in_one_under_all_its_names():
    table = _table({"phone": _declared()})
    for name in ("phone", "telephone", "msisdn"):
        found = column_of(table, name).normalise(pa.array(["0cba2a7ad17e"]))
        assert found.signals["phone"].to_pylist() == ["0cba2a7ad17e"]
    assert table.types["phone"].family == "place"


def test_a_declared_type_with_a_normaliser_of_the_table_yields_its_main_value_alone():
    table = _table({"proxy": _declared("ip"), "egress": _declared("ip_prefix")})
    found = table.columns["proxy"].normalise(pa.array(["2A00::1", "10.0.0.1"]))
    assert {name: values.to_pylist() for name, values in found.signals.items()} == {"proxy": ["2a00::1", None]}
    found = table.columns["egress"].normalise(pa.array(["9.9.9.7", "2a00::1"]))
    assert found.signals["egress"].to_pylist() == ["9.9.9.0/24", "2a00::/64"]


@pytest.mark.parametrize(
    ("declared", "says"),
    [
        ({"Desk": _declared()}, "small letters"),
        ({"desk": _declared(family="a b")}, "small letters"),
        ({"count": _declared()}, "meaning of its own"),
        ({f"t{i}": _declared(family=f"f{i}") for i in range(40)}, "31 are the most"),
    ],
)
def test_a_wrong_declaration_says_what_would_be_right(declared, says):
    with pytest.raises(ConfigError, match=says):
        _table(declared)


def test_placeholders_of_an_unknown_type_are_refused():
    with pytest.raises(ConfigError, match="not a signal type"):
        _table(placeholders={"devise": ["x"]})


@pytest.mark.parametrize("column", ["device", "card", "template", "coupon"])
@pytest.mark.parametrize("nothing", ["", "null", "None", "NULL", "unknown", "n/a", "0"])
def test_the_digest_of_nothing_is_nothing(column, nothing):
    digests = [hashlib.new(how, nothing.encode()).hexdigest() for how in ("md5", "sha1", "sha256")]
    found = _table().columns[column].normalise(pa.array([*digests, digests[0].upper(), "a" * 63 + "1"]))
    assert found.signals[column].to_pylist() == [None] * 4 + ["a" * 63 + "1"]


@pytest.mark.parametrize(
    "value",
    [
        *("keine Angabe", "KEINE_ANGABE", "(none)", "[blank]", "__HIVE_DEFAULT_PARTITION__", "not-set", "NoData"),
        *("REDACTED FOR PRIVACY", "desconocido", "non renseign\u00e9", "inconnu", "'null'", "brak danych"),
    ],
)
def test_nothing_is_said_in_several_languages_and_spellings(value):
    assert _table().columns["device"].normalise(pa.array([value])).signals["device"].to_pylist() == [None]


def test_words_amid_ids_that_programs_made_link_nobody():
    ids = [f"{n:016x}" for n in range(1, 100)]
    words = ["sdk-node", "house account", "curl"]
    found = _table().columns["device"].normalise(pa.array(ids + words))
    assert found.signals["device"].to_pylist() == [*ids, None, None, None]
    (told,) = found.notices
    assert (told.code, told.text) == ("GL336", "3 values are words amid ids that programs made, and link nobody")
    few = _table().columns["device"].normalise(pa.array(ids[:40] + words[:1]))
    mixed = _table().columns["device"].normalise(pa.array([*ids, *(f"desk {chr(97 + n)}" for n in range(9))]))
    other = _table().columns["user_agent"].normalise(pa.array(ids + words))
    for each in (few, mixed, other):
        assert not each.notices
        assert not next(iter(each.signals.values())).null_count


@pytest.mark.parametrize(
    ("form", "ids", "words"),
    [
        ("card_{:010x}", ["card_affbbebabc"], ["card_unknown", "card_nothinghere", "affbbebabc", "house account"]),
        ("{:08x}", ["abcdefab"], ["sdk-node", "abcdef", "abcdefabcd", "kein Ger\u00e4t"]),
        ("dev-{}", ["dev-dev"], ["dev-none", "curl"]),  # of another length each, and some with letters
    ],
)
def test_what_has_the_form_of_the_ids_is_one_though_it_has_no_digit(form, ids, words):
    """Of ten hexadecimal digits one in 20,000 has letters alone, and lost its links."""
    made = [form.format(n * 7_919) for n in range(1, 100)]
    made += [f"dev-{n}dev" for n in range(9)] if form == "dev-{}" else [form.format(0xABCDEF00 + n) for n in range(16)]
    found = _table().columns["card"].normalise(pa.array([*made, *ids, *words]))
    assert found.signals["card"].to_pylist() == [*made, *ids, *[None] * len(words)]
    assert [each.text.split()[0] for each in found.notices] == [str(len(words))]


def test_a_uuid_is_one_device_however_it_is_written():
    plain = "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11"
    spellings = [plain, plain.upper(), f"{{{plain}}}", f"urn:uuid:{plain}", plain.replace("-", "")]
    found = _table().columns["device"].normalise(pa.array([*spellings, "A0EEBC99"]))
    assert found.signals["device"].to_pylist() == [plain] * 5 + ["A0EEBC99"]
    digest = plain.replace("-", "").upper()
    alone = _table().columns["device"].normalise(pa.array([digest]))
    assert alone.signals["device"].to_pylist() == [digest]


@pytest.mark.parametrize(
    "form", ["dev-{0:04}-a;dev-{0:04}-b", "{{dev-{0:04},dev-{0:04}b}}", '["dev-{0:04}", "dev-{0:04}b"]']
)
def test_lists_of_ids_in_one_value_are_told_of(form):
    ids = [f"dev-{n:04}-a" for n in range(300)]
    found = _table().columns["device"].normalise(pa.array([*ids, *(form.format(n) for n in range(30))]))
    (told,) = found.notices
    assert (told.code, told.text) == ("GL338", "30 of 330 values look like lists of ids, and each is taken for one")
    assert not _table().columns["device"].normalise(pa.array([*ids, *(f"iPhone{n},5" for n in range(30))])).notices
