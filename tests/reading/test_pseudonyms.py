"""Names exchanged for pseudonyms: what stays related, what cannot be undone, and which keys are refused."""

import ipaddress
import os

import numpy as np
import pyarrow as pa
import pytest
import worlds
from hypothesis import given
from hypothesis import strategies as st

from graphlink.config.lineage import LineageSettings
from graphlink.config.settings import Config, PrivacyConfig, config_settings, load_config
from graphlink.model.reading import Reading
from graphlink.model.rows import RowCounts
from graphlink.pipeline import read
from graphlink.reading.normalise.addresses import normalise_addresses
from graphlink.reading.normalise.mail import normalise_mail
from graphlink.reading.normalise.mail_providers import anyones_values
from graphlink.reading.pseudonyms import Key, pseudonym, pseudonymise_reading, read_key
from graphlink.sweeps.lineage.statuses import are_closed
from graphlink.words.errors import ConfigError, ExitCode

KEY = Key(bytes(range(32)))
OTHER = Key(bytes(range(1, 33)))


# --- one name ---------------------------------------------------------------------------------------------------------


@given(st.ip_addresses())
def test_an_address_begins_with_the_pseudonym_of_its_network(address):
    found = normalise_addresses(pa.array([str(address)])).signals
    ip, ip24, ip64 = (found[name][0].as_py() for name in ("ip", "ip24", "ip64"))
    if ip is not None:
        network = pseudonym(KEY, "ip24", ip24) if ip24 else pseudonym(KEY, "ip64", ip64)
        assert pseudonym(KEY, "ip", ip).partition(".")[0] == network


@given(st.ip_addresses(v=4), st.ip_addresses(v=4))
def test_addresses_share_a_prefix_if_and_only_if_they_share_a_network(one, other):
    same = ipaddress.ip_network((int(one) >> 8 << 8, 24)) == ipaddress.ip_network((int(other) >> 8 << 8, 24))
    shared = pseudonym(KEY, "ip", str(one)).partition(".")[0] == pseudonym(KEY, "ip", str(other)).partition(".")[0]
    assert same == shared


@given(st.emails())
def test_a_mail_address_ends_in_the_pseudonym_of_its_domain(address):
    found = normalise_mail(pa.array([address])).signals
    mail, domain = found["email"][0].as_py(), found["email_domain"][0].as_py()
    if mail is not None:
        assert pseudonym(KEY, "email", mail).partition("@")[2] == pseudonym(KEY, "email_domain", domain)


def test_only_the_listed_part_of_anyones_domain_stays():
    assert pseudonym(KEY, "email_domain", "gmail.com") == "gmail.com"
    exchanged = pseudonym(KEY, "email_domain", "jane.mailinator.com")
    assert exchanged.endswith(".mailinator.com")
    assert "jane" not in exchanged
    assert "." not in pseudonym(KEY, "email_domain", "initech.com")


@given(st.sampled_from(sorted(worlds.TYPES)), st.text(), st.text())
def test_equal_names_and_no_others_have_equal_pseudonyms(kind, one, other):
    assert (pseudonym(KEY, kind, one) == pseudonym(KEY, kind, other)) == (one == other)


@given(st.text(min_size=4))
def test_another_key_or_another_type_gives_another_pseudonym(value):
    made = {pseudonym(key, kind, value) for key in (KEY, OTHER) for kind in ("account_id", "card", "device")}
    assert len(made) == 6


def test_what_is_no_address_under_the_name_of_one_is_exchanged_as_a_whole():
    assert pseudonym(KEY, "ip", "sha256:4f1b").startswith("p-")
    assert pseudonym(KEY, "email", "sha256:4f1b").startswith("p-")


def test_a_key_does_not_show_itself():
    assert KEY.secret.hex() not in repr(KEY)
    assert "secret" not in repr(KEY)
    assert KEY.key_id not in KEY.secret.hex()


# --- the key file -----------------------------------------------------------------------------------------------------


def write_key(path, content=bytes(range(32)), mode=0o600):
    path.write_bytes(content)
    path.chmod(mode)
    return path


def test_a_key_may_be_bytes_or_hexadecimal(tmp_path):
    as_bytes = write_key(tmp_path / "a.key")
    as_text = write_key(tmp_path / "b.key", bytes(range(32)).hex().encode() + b"\n")
    assert read_key(as_bytes) == read_key(as_text) == KEY


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o620, 0o666, 0o611])
def test_a_key_that_others_can_reach_is_refused(tmp_path, mode):
    with pytest.raises(ConfigError) as caught:
        read_key(write_key(tmp_path / "a.key", mode=mode))
    assert caught.value.code == "GL408"
    assert caught.value.exit_code is ExitCode.CONFIG_INVALID


@pytest.mark.parametrize(
    "content", [b"", b"short", bytes(31), b"k" * 32, b"0" * 64, bytes(range(33)), b"\xff" * 1_000_000]
)
def test_what_is_no_key_is_refused(tmp_path, content):
    with pytest.raises(ConfigError) as caught:
        read_key(write_key(tmp_path / "a.key", content))
    assert caught.value.code in {"GL408", "GL410"}
    assert "Fix:" in str(caught.value)


def test_another_key_than_the_settings_name_is_refused(tmp_path):
    path = write_key(tmp_path / "a.key")
    assert read_key(path, wanted=KEY.key_id) == KEY
    with pytest.raises(ConfigError, match="GL411"):
        read_key(path, wanted=OTHER.key_id)
    (tmp_path / "rows.csv").write_text("account_id,card\nann,c1\nbob,c1\n")
    privacy = PrivacyConfig(pseudonymise=True, key_file=str(path), key_id=OTHER.key_id)
    with pytest.raises(ConfigError, match="GL411"):
        read([tmp_path / "rows.csv"], Config(privacy=privacy))


def test_a_pipe_or_a_folder_is_no_key_file(tmp_path):
    os.mkfifo(tmp_path / "pipe", 0o600)
    (tmp_path / "folder").mkdir(mode=0o700)
    for name in ("pipe", "folder", "missing"):
        with pytest.raises(ConfigError, match="GL408"):
            read_key(tmp_path / name)


def test_the_settings_ask_for_a_key_and_never_tell_where_it_is(tmp_path):
    settings = tmp_path / "graphlink.toml"
    settings.write_text("[privacy]\npseudonymise = true\n")
    with pytest.raises(ConfigError, match="key_file"):
        load_config(settings)
    settings.write_text("[privacy]\npseudonymise = true\nkey_file = 'my.key'\n")
    config = load_config(settings)
    assert config.privacy.key_file == str(tmp_path / "my.key")
    assert config_settings(config)["privacy"] == {"pseudonymise": True, "key_id": None}


# --- all names --------------------------------------------------------------------------------------------------------


def named_rows(seen, exchange):
    """Every sighting by its names, after an exchange of these."""
    kinds = [seen.types[kind].name for kind in seen.signal_type]
    ids, values = seen.accounts.ids.to_pylist(), seen.signal_value.to_pylist()
    return {
        (exchange("account_id", ids[account]), kinds[signal], exchange(kinds[signal], values[signal]), *facts)
        for account, signal, *facts in zip(
            seen.account.tolist(),
            seen.signal.tolist(),
            seen.first_seen[:].tolist(),
            seen.last_seen[:].tolist(),
            seen.count.tolist(),
            strict=True,
        )
    }


def pseudonymised_sightings(seen):
    reading = Reading(seen, (), RowCounts(len(seen), len(seen)), (), (), {}, "00" * 32)
    return pseudonymise_reading(reading, KEY).sightings


@pytest.mark.parametrize("world", ["household", "office_ip"])
def test_sightings_say_the_same_under_other_names(world):
    seen = worlds.sightings(getattr(worlds, world))
    exchanged = pseudonymised_sightings(seen)
    wanted = named_rows(seen, lambda kind, value: pseudonym(KEY, kind, value))
    assert named_rows(exchanged, lambda _kind, value: value) == wanted
    assert anyones_values(exchanged).sum() == anyones_values(seen).sum()


def test_no_order_tells_of_the_raw_names():
    exchanged = pseudonymised_sightings(worlds.sightings(worlds.among(worlds.office_ip, 200)))
    ids, values = exchanged.accounts.ids.to_pylist(), exchanged.signal_value.to_pylist()
    assert ids == sorted(ids)
    keyed = list(zip(exchanged.signal_type.tolist(), values, strict=True))
    assert keyed == sorted(keyed)
    rows = list(zip(exchanged.account.tolist(), exchanged.signal.tolist(), strict=True))
    assert rows == sorted(rows)
    assert exchanged.signal.dtype == exchanged.account.dtype == np.int32


ROWS = """account_id,signal_type,signal_value,seen_at
jane,card,canary-card,2026-01-01T00:00:00Z
joan,card,canary-card,2026-01-02T00:00:00Z
jean,ip,9.9.9.9,2026-01-02T00:00:00Z
jean,ip,canary-no-address,2026-01-02T00:00:00Z
"""


def pseudonymised(folder, rows=ROWS, **reading):
    (folder / "rows.csv").write_text(rows)
    key = write_key(folder / "my.key")
    config = Config(
        privacy=PrivacyConfig(pseudonymise=True, key_file=str(key)), reading={"max_reject_share": 0.5, **reading}
    )
    return read([folder / "rows.csv"], config)


def test_a_reading_keeps_no_raw_name(tmp_path):
    reading = pseudonymised(tmp_path)
    assert reading.key_id == KEY.key_id
    assert pseudonym(KEY, "account_id", "jane") in reading.sightings.accounts.ids.to_pylist()
    assert pseudonym(KEY, "card", "canary-card") in reading.sightings.signal_value.to_pylist()
    (reject,) = reading.rejects
    assert (reject.line, reject.code, reject.raw) == (5, "GL230", b"")
    for name in ("jane", "canary", "9.9.9"):
        assert name not in repr(reading)


def test_categories_keep_their_names_and_notes_do_not(tmp_path):
    rows = "account_id,status,plan\n" + "".join(f"a{n},active,{'pro' if n else 'refund for jane'}\n" for n in range(8))
    accounts = pseudonymised(tmp_path, rows).sightings.accounts
    assert accounts.status_names == ("active",)
    assert set(accounts.plan_names) == {"pro", pseudonym(KEY, "plan", "refund for jane")}
    plans = {accounts.ids[n].as_py(): accounts.plan_names[code] for n, code in enumerate(accounts.plan.tolist())}
    assert plans[pseudonym(KEY, "account_id", "a0")] != "pro"
    assert plans[pseudonym(KEY, "account_id", "a5")] == "pro"


def test_a_notice_of_rows_that_disagree_says_no_note(tmp_path):
    rows = [f"a{n},pro,DE,active\na{n},canary {n},canary {n},canary {n}\n" for n in range(8)]
    reading = pseudonymised(tmp_path, "account_id,plan,country,status\n" + "".join(rows))
    assert "GL303" in {each.code for each in reading.notices}
    assert "canary" not in repr(reading)


def test_a_status_that_the_settings_know_stays_however_few_have_it(tmp_path):
    statuses = ["Suspended", "deleted", "open", "see ticket 7 of jane"]
    rows = "account_id,status\n" + "".join(f"a{n},{status}\n" for n, status in enumerate(statuses))
    accounts = pseudonymised(tmp_path, rows).sightings.accounts
    assert set(accounts.status_names) == {*statuses[:3], pseudonym(KEY, "status", statuses[3])}
    assert are_closed(accounts, LineageSettings()).sum() == 2


def test_the_digest_of_few_rows_cannot_be_guessed_without_the_key(tmp_path):
    reading = pseudonymised(tmp_path)
    raw = read([tmp_path / "rows.csv"], Config(reading={"max_reject_share": 0.5}))
    assert reading.digest != raw.digest
    assert reading.digest == pseudonymised(tmp_path).digest


def test_a_refusal_quotes_no_value(tmp_path):
    rows = "account_id,card,seen_at\n" + "jane,c1,canary@x.com\n" * 4
    with pytest.raises(Exception, match="GL140") as caught:
        pseudonymised(tmp_path, rows, max_reject_share=0.01)
    assert "canary" not in str(caught.value)
