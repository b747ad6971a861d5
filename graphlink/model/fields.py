"""The names of columns with a meaning of their own, in exports and in outputs."""

from typing import Final

ATTRIBUTES: Final = ("plan", "country", "status")
"""What exports say of an account beside its times and signals."""
FIELDS: Final = (
    *("account_id", "signal_type", "signal_value", "seen_at", "first_seen", "last_seen", "count", "created_at"),
    *ATTRIBUTES,
)
ACCOUNT, TYPE, VALUE, SEEN, FIRST, LAST, COUNT, CREATED, PLAN, COUNTRY, STATUS = FIELDS
WHEN: Final = frozenset({SEEN, FIRST, LAST})
"""The times of a sighting."""
TIMES: Final = WHEN | {CREATED}
