"""Since when there are sightings: accounts were made long before, and stating a mail address is no being seen."""

from worlds import START, sightings

from graphlink.model.times import NO_TIME
from graphlink.model.weeks import DAY
from graphlink.reading.stated_values import first_sighting


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


def test_a_type_that_the_export_of_accounts_states_moves_no_window():
    """Letters began three years early where the accounts had a column of a declared type."""
    rows = [(f"a{n}", "card", f"c{n}", n) for n in range(9)] + [
        ("a1", "ip", "192.0.2.7", 700),
        ("a2", "card", "c", 690),
    ]
    created = {f"a{n}": n for n in range(9)}
    assert first_sighting(sightings(rows, created=created)) == START + 690 * DAY


def test_a_log_that_saw_some_accounts_when_they_were_made_counts_whole():
    rows = [("a0", "ip", "192.0.2.7", 0), *((f"a{n}", "ip", f"192.0.2.{n}", 50 + n) for n in range(1, 9))]
    assert first_sighting(sightings(rows, created={f"a{n}": n for n in range(9)})) == START
