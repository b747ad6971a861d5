"""Since when there are sightings: accounts were made long before, and stating a mail address is no being seen."""

from datetime import UTC, datetime

from worlds import START, sightings

from graphlink.config.settings import Config
from graphlink.model.times import NO_TIME
from graphlink.model.weeks import DAY
from graphlink.pipeline import read
from graphlink.reading.stated_values import first_sighting
from graphlink.results.manifest import describe_run


def test_an_old_account_makes_no_old_record():
    """Letters said that records of two years were looked at where the log was of four weeks."""
    rows = [("ann", "email_domain", "initech.com", 0), ("ann", "ip", "192.0.2.7", 700)]
    assert first_sighting(sightings(rows, created={"ann": 0})) == START + 700 * DAY


def test_who_was_seen_with_an_address_on_the_day_of_joining_was_seen():
    assert first_sighting(sightings([("ann", "ip", "192.0.2.7", 3)], created={"ann": 3})) == START + 3 * DAY


def test_a_mail_domain_of_another_time_was_seen():
    rows = [("ann", "email_domain", "initech.com", 5), ("ann", "ip", "192.0.2.7", 9)]
    assert first_sighting(sightings(rows, created={"ann": 3})) == START + 5 * DAY


def test_where_nothing_was_seen_there_is_what_was_stated_and_else_nothing():
    rows = [("ann", "email_domain", "initech.com", 4)]
    assert first_sighting(sightings(rows, created={"ann": 4})) == START + 4 * DAY
    assert first_sighting(sightings([("ann", "ip", "192.0.2.7", -1)])) == NO_TIME


def test_what_an_export_of_accounts_states_of_a_type_is_no_sighting_either(tmp_path):
    """A declared type, or a device, in the export of accounts moved the window three years back: a letter said so."""
    (tmp_path / "accounts.csv").write_text("account_id,created_at,plan,seat,device\na,2023-01-05T10:00:00Z,pro,s1,d1\n")
    (tmp_path / "log.csv").write_text("account_id,seen_at,ip\na,2026-01-05T10:00:00Z,9.9.9.9\n")
    reading = read([tmp_path], Config(signals={"seat": {"family": "place", "provenance": "observed"}}))
    assert {"seat", "device"} <= reading.stated_types
    manifest = describe_run(reading, Config(), seed=1)
    assert datetime.fromtimestamp(manifest.window_start / 1e6, UTC).year == 2026
