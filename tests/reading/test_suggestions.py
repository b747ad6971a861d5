"""What is suggested where columns have other names: what is right in exports that were seen, or nothing."""

import hashlib
import json
import re
from collections.abc import Mapping, Sequence

import pytest

from graphlink.config.settings import Config
from graphlink.model.fields import FIELDS
from graphlink.pipeline import read
from graphlink.reading.columns.layout import Layout, Naming, recognise
from graphlink.reading.columns.suggestions import likely
from graphlink.reading.normalise.table import signal_table
from graphlink.words.errors import ConfigError, InputError, Place

ACCESS = ("timestamp", "client_ip", "user_id", "method", "path", "status", "user_agent", "ray_id")
PAYMENTS = ("id", "customer", "amount", "currency", "created", "status", "card.brand", "card.fingerprint")
USERS = ("id", "email", "email_verified", "phone_number", "created_at", "country_code", "status", "plan")
LOG = ("_id", "date", "type", "client_id", "ip", "user_agent", "user_id", "user_name", "details")


def refusal(names: Sequence[str], mapping: Mapping[str, str] | None = None) -> str:
    with pytest.raises((InputError, ConfigError)) as raised:
        recognise(names, Naming(here=mapping or {}), signal_table(Config()), Place("a.csv"))
    return str(raised.value)


@pytest.mark.parametrize(
    ("names", "right"),
    [
        *((ACCESS, "user_id"), (PAYMENTS, "customer"), (USERS, "id"), (LOG, "user_id")),
        *((("userId", "ipAddress"), "userId"), (("Customer ID", "ip"), "Customer ID")),
        (("id", "amount", "currency"), None),
        (("amount", "client_ip", "client_id", "country_code", "account_note"), None),
    ],
)
def test_a_column_is_suggested_for_account_ids_only_by_names_that_mean_one(names, right):
    assert likely("account_id", names) == right
    message = refusal(names)
    assert f"account_id = '{right or 'name in the file'}'" in message


def test_names_of_columns_are_shown_escaped():
    assert "\x1b" not in refusal(["us\x1ber", "amount"])


def test_a_mapping_the_wrong_way_round_is_recognised():
    message = refusal(USERS, {"id": "account_id"})
    assert 'Fix: write `account_id = "id"`' in message
    assert "the other way round" in message
    assert 'Fix: write `card = "fp"`' in refusal(PAYMENTS, {"fp": "card"})


def test_an_unknown_name_is_answered_with_a_close_one_or_with_all():
    assert "Fix: write `account_id`." in refusal(USERS, {"acount_id": "id"})
    message = refusal(USERS, {"id": "number"})
    assert "cidr" not in message
    assert all(name in message for name in (*FIELDS, "device", "card", "docs/settings.md"))


def test_columns_not_used_are_named_with_likely_signals_first_and_the_rest_counted(tmp_path):
    path = tmp_path / "a.csv"
    extra = [*"abcdefg", "deviceMake", "shipping", "remote.ip.risk"]
    path.write_text(f"account_id,time,device,{','.join(extra)}\nann,2026-01-05T10:00:00Z,d1{',' * len(extra)}\n")
    (text,) = [notice.text for notice in read([path], Config()).notices if notice.code == "GL305"]
    assert re.findall("`(.*?)`", text) == ["deviceMake", "remote.ip.risk", *"abcdef"]
    assert text.startswith("a.csv: 10 columns are not used: ")
    assert text.endswith(" and 2 more")


@pytest.mark.parametrize("key", ["ann@mail.example", "4915155512345", "a4711", "x" * 41, "91.1.0.5"])
def test_a_key_that_looks_like_a_value_is_counted_and_in_no_message(tmp_path, key):
    path = tmp_path / "a.jsonl"
    row = {"account_id": "ann", "time": "2026-01-05T10:00:00Z", "device": "d1", "colour": 1, key: 1}
    path.write_text(f"{json.dumps(row)}\n")
    (text,) = [notice.text for notice in read([path], Config()).notices if notice.code == "GL305"]
    assert text == "a.jsonl: 2 columns are not used: `colour` and 1 more"
    assert key not in refusal(["time", "device", key])
    assert key not in refusal(["account_id", "device", key, f"{key} "])


def layout_of(*names: str, **naming: object) -> Layout:
    return recognise(names, Naming(**naming), signal_table(Config()), Place("a.csv"))  # type: ignore[arg-type]


def test_a_column_that_the_settings_leave_out_is_not_read_and_not_told_of():
    names = ("account_id", "seen_at", "remote_addr", "true_client_ip", "odd")
    mapped = {"ip": "true_client_ip"}
    assert layout_of(*names, here=mapped).signals == (("ip", 2), ("ip", 3))
    left = layout_of(*names, here=mapped, unread=frozenset({"remote_addr"}))
    assert (left.signals, left.ignored) == ((("ip", 3),), ("odd",))
    assert layout_of(*names, here={"ip": "remote_addr"}, unread=frozenset({"remote_addr"})).signals == (("ip", 2),)


def test_the_status_of_a_request_is_no_accounts():
    assert layout_of("account_id", "ip", "status").shape == "accounts"
    log = layout_of("account_id", "ip", "status", "request")
    assert (log.shape, "status" in log.fields) == ("events", False)
    assert "status" in layout_of("account_id", "status", "request", "ip", here={"status": "status"}).fields


def test_the_one_moment_of_an_export_is_when_something_was_seen():
    assert layout_of("account_id", "ip", "EVENT_TS").fields["seen_at"] == 2
    assert layout_of("account_id", "ip", "eventTimestamp", "timestamp").fields["seen_at"] == 3
    assert "seen_at" not in layout_of("account_id", "ip", "login_at", "event_ts").fields  # which of them?


def test_numbered_columns_of_a_wide_export_are_one_signal():
    wide = layout_of("account_id", "ip_1", "ip_2", "device1", "device2", "card_1", "ja3", "ip24")
    assert wide.signals == (
        *(("ip", 1), ("ip", 2), ("device", 3), ("device", 4), ("tls_fingerprint", 6), ("ip_prefix", 7)),
    )
    assert wide.ignored == ("card_1",)


# --- times that nobody reads ------------------------------------------------------------------------------------------

DAY = "2026-01-05T10:00:00Z"


def untimed(folder, config=None):
    """What is said of times, and whether it is said of the data."""
    notices = read([folder], config or Config()).notices
    return [(each.text, each.about_files) for each in notices if each.code == "GL339"]


def write(folder, name, header, *rows):
    (folder / name).write_text("\n".join([header, *rows]) + "\n")


@pytest.mark.parametrize("column", ["seen", "date", "SentAt", "Timestamp (local)"])
def test_a_column_of_times_that_is_not_read_is_told(tmp_path, column):
    """A ring was inconclusive for it, as its short lives were not seen, and only a column not used was told."""
    write(tmp_path, "a.csv", f"account_id,{column},ip,device", f"ann,{DAY},9.9.9.9,d1")
    ((text, about_files),) = untimed(tmp_path)
    assert f"/a.csv: no times are read, though `{column}` may hold them; " in text
    assert not about_files
    assert untimed(tmp_path, Config(columns={"seen_at": column})) == []
    ((text, _),) = untimed(
        tmp_path, Config.model_validate({"privacy": {"pseudonymise": True, "key_file": key(tmp_path)}})
    )
    assert column not in text


def key(folder):
    path = folder.parent / "graphlink.key"
    path.write_bytes(hashlib.sha256(b"drawn").digest())
    path.chmod(0o600)
    return str(path)


def test_a_moment_in_utc_is_a_time(tmp_path):
    write(tmp_path, "a.csv", "account_id,Timestamp_UTC,ip,device", f"ann,{DAY},9.9.9.9,d1")
    assert untimed(tmp_path) == []


def test_a_mapping_for_all_sources_that_is_a_slip_is_refused(tmp_path):
    """It was ignored: times were read from nowhere, and possible victims became members."""
    write(tmp_path, "a.csv", "account_id,von,bis,ip,device", f"ann,{DAY},{DAY},9.9.9.9,d1")
    with pytest.raises(InputError) as raised:
        read([tmp_path], Config(columns={"first_seen": "vonn", "last_seen": "bis"}))
    assert "GL120 settings:columns.first_seen: no source has a column `vonn`; nearest" in str(raised.value)
    assert 'write `first_seen = "von"` if that is meant' in str(raised.value)


def test_a_mapping_for_all_sources_that_fits_nothing_is_told(tmp_path):
    write(tmp_path, "a.csv", "account_id,time,ip,device", f"ann,{DAY},9.9.9.9,d1")
    notices = read([tmp_path], Config(columns={"plan": "tarif", "seen_at": "moment"})).notices
    assert [each.text for each in notices if each.code == "GL340"] == ["`columns.plan`: no source has a column `tarif`"]


def test_a_mapping_of_a_source_is_mended_with_the_name_that_the_file_has(tmp_path):
    assert 'Fix: write `device = "Ger\u00e4t"` in `[sources.columns]`' in refusal(
        ["User Id", "Ger\u00e4t"], {"device": "Gerat"}
    )


def test_a_name_that_files_have_for_a_field_is_answered_with_ours():
    assert "Fix: write `seen_at`." in refusal(USERS, {"time": "created_at_utc"})
