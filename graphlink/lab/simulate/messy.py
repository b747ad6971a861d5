"""Messy exports: the same world as exported by an imperfect script (domain 9.5).

They have missing ids, duplicate rows, mixed time zones and formats, IPv4-mapped IPv6, upper-case mail, stray spaces,
unknown signal types, and placeholder values that become hubs. The truth stays the same.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from graphlink.lab.simulate.draws import coin

if TYPE_CHECKING:
    from collections.abc import Callable

    from graphlink.lab.simulate.draws import Bools, Part

_MISSING_ID = 0.015
_DUPLICATE = 0.01
_SPACED = 0.01
_MAPPED = 0.1
_SHOUTED = 0.08
# Rows with a placeholder, as a share of the accounts.
_PLACEHOLDER = 0.03
_PLACEHOLDERS = (
    ("device", "unknown"),
    ("card", "none"),
    ("ip", "0.0.0.0"),  # noqa: S104 (a value in an export; nothing is bound)
    ("template", "no"),
    ("location", "US"),  # an undeclared type
)


SETTINGS_FILE: Final = "graphlink.toml"
_SETTINGS: Final = """\
# What an export so messy is read with; each line has its reason in the export beside this file.
ignore_types = ["location"]        # a type that nobody declared

[reading]
timezone = "UTC"                   # a part of the times names no zone
max_reject_share = 0.05            # of the ids, 1.5 % are missing

[[sources]]
path = {accounts}

[[sources]]
path = {sightings}
"""


def messy_settings(*, weekly: bool) -> str:
    """The settings for a messy world, or for one of several weeks."""
    folder = "{week}/" if weekly else ""
    return _SETTINGS.format(**{name: f'"{folder}{name}.csv"' for name in ("accounts", "sightings")})


def soil_sightings(table: pa.Table, part: Part) -> pa.Table:
    """Return a piece of a sightings export as text with errors."""
    rng, n = part.rng, len(table)
    is_ip = pc.equal(table["signal_type"], "ip")
    is_four = pc.and_(is_ip, pc.invert(pc.match_substring(table["signal_value"], ":")))
    mapped = pc.binary_join_element_wise("::ffff:", table["signal_value"], "")
    value = _where(rng, n, _MAPPED, is_four, mapped, table["signal_value"])
    columns = {
        "account_id": _lose(part, _space(part, table["account_id"])),
        "signal_type": table["signal_type"],
        "signal_value": _space(part, value),
        "first_seen": _vary_times(part, table["first_seen"]),
        "last_seen": _vary_times(part, table["last_seen"]),
        "count": pc.cast(table["count"], pa.string()),
    }
    soiled = pa.table(columns)
    return pa.concat_tables([soiled, _placeholders(soiled, part), _some(soiled, part, _DUPLICATE)])


def soil_accounts(table: pa.Table, part: Part) -> pa.Table:
    """Return a piece of an accounts export as text with errors."""
    rng, n = part.rng, len(table)
    always = pa.array(np.ones(n, np.bool_))
    columns = {name: pc.cast(table[name], pa.string()) for name in table.column_names if name != "created_at"}
    columns["account_id"] = _lose(part, _space(part, columns["account_id"]))
    columns["email"] = _space(part, _where(rng, n, _SHOUTED, always, pc.utf8_upper(columns["email"]), columns["email"]))
    columns["country"] = _where(rng, n, _SHOUTED, always, pc.utf8_lower(columns["country"]), columns["country"])
    if "created_at" in table.column_names:
        columns["created_at"] = _vary_times(part, table["created_at"])
    soiled = pa.table(columns)
    return pa.concat_tables([soiled, _some(soiled, part, _DUPLICATE)])


def _placeholders(soiled: pa.Table, part: Part) -> pa.Table:
    """Repeat some rows with a placeholder as value or with an undeclared type."""
    rows = _some(soiled, part, _PLACEHOLDER)
    pick = pa.array(part.rng.integers(0, len(_PLACEHOLDERS), len(rows)))
    types, values = (pa.array([pair[i] for pair in _PLACEHOLDERS]).take(pick) for i in (0, 1))
    return rows.set_column(1, "signal_type", types).set_column(2, "signal_value", values)


def _vary_times(part: Part, times: pa.ChunkedArray) -> pa.Array:
    """Write each time in one of four unambiguous ways: UTC, an offset, no zone (meaning UTC), seconds."""
    seconds = pc.divide(pc.cast(times, pa.int64()), 1000)
    written: tuple[Callable[[], pa.Array], ...] = (
        lambda: pc.strftime(times, "%Y-%m-%dT%H:%M:%SZ"),
        lambda: pc.strftime(pc.add(times, pa.scalar(7200, pa.duration("s"))), "%Y-%m-%dT%H:%M:%S+02:00"),
        lambda: pc.strftime(times, "%Y-%m-%d %H:%M:%S"),
        lambda: pc.cast(seconds, pa.string()),
    )
    which = pa.array(part.rng.choice(len(written), size=len(times), p=[0.55, 0.2, 0.15, 0.1]))
    return pc.choose(which, *(write() for write in written))


def _lose(part: Part, ids: pa.Array) -> pa.Array:
    return pc.if_else(pa.array(coin(part.rng, len(ids), _MISSING_ID)), "", ids)


def _space(part: Part, values: pa.Array) -> pa.Array:
    spaced = pc.binary_join_element_wise(" ", values, "  ", "")
    return pc.if_else(pa.array(coin(part.rng, len(values), _SPACED)), spaced, values)


def _some(table: pa.Table, part: Part, share: float) -> pa.Table:
    chosen: Bools = coin(part.rng, len(table), share)
    return table.filter(pa.array(chosen))


def _where(
    rng: np.random.Generator, n: int, share: float, among: pa.Array, then: pa.Array, other: pa.Array
) -> pa.Array:
    return pc.if_else(pc.and_(pa.array(coin(rng, n, share)), among), then, other)
