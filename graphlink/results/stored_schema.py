"""The tables that a run stores beside its report, so that questions are answered without analysing again.

They are Parquet files in the folder ``tables`` of a run, with row groups in a stated order, so that a query for one
account, signal or pair reads a small part of them. Accounts and signals are numbered as in the analysis: by the bytes
of their ids, types and values. A signal of one account links nobody; it is counted (``accounts.signals``) and not
stored.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, auto
from typing import Final

FOLDER: Final = "tables"
"""Within a run's folder."""

ROWS: Final = 1 << 16
"""Rows of a group: few enough to read one account's at once, enough to compress."""


class Cell(Enum):
    """The kind of a column's cells."""

    TEXT = auto()
    NAME = auto()
    """Text with few distinct values."""
    COUNT = auto()
    LARGE = auto()
    NUMBER = auto()
    FLAG = auto()
    TIME = auto()
    FACTORS = auto()
    """The parts of a ring's score: name, points, because."""
    CHECKS = auto()
    """Honest explanations: explanation, fits, because."""
    SURVIVES = auto()
    """By family: family, share."""


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its name, what it holds, and whether an account holder may have written it."""

    name: str
    cell: Cell
    means: str
    is_untrusted: bool = False


@dataclass(frozen=True, slots=True)
class StoredTable:
    """A table: its name in SQL and of its file, what a row is, and its columns."""

    name: str
    row: str
    columns: tuple[Column, ...]

    @property
    def file(self) -> str:
        """Its path in the folder of a run.

        Examples
        --------
        >>> RINGS.file
        'tables/rings.parquet'
        """
        return f"{FOLDER}/{self.name}.parquet"


_ACCOUNT: Final = Column("account", Cell.COUNT, "the number of the account")
_SIGNAL: Final = Column("signal", Cell.COUNT, "the number of the signal")
_RING: Final = Column("ring_id", Cell.NAME, "the ring")
_FIRST: Final = Column("first_seen", Cell.TIME, "when first")
_LAST: Final = Column("last_seen", Cell.TIME, "when last")

ACCOUNTS: Final = StoredTable(
    "accounts",
    "an account, in the order of the bytes of its id",
    (
        _ACCOUNT,
        Column("account_id", Cell.TEXT, "as the export spells it", is_untrusted=True),
        Column("created_at", Cell.TIME, "when it was made"),
        Column("plan", Cell.NAME, "as exported", is_untrusted=True),
        Column("country", Cell.NAME, "as exported", is_untrusted=True),
        Column("status", Cell.NAME, "as exported", is_untrusted=True),
        Column("signals", Cell.COUNT, "signals that it has"),
        Column("shared", Cell.COUNT, "of these, the ones that another account has too"),
        Column("component", Cell.COUNT, "the first account of its connected component; none without links"),
        Column("left_out", Cell.NAME, "why it is in no ring although it has links; `explain` gives a sentence"),
    ),
)
SIGNALS: Final = StoredTable(
    "signals",
    "a signal of at least two accounts, by type and value",
    (
        _SIGNAL,
        Column("signal_type", Cell.NAME, "its type"),
        Column("signal_value", Cell.TEXT, "its value, normalised", is_untrusted=True),
        Column("family", Cell.NAME, "types of one family do not corroborate each other"),
        Column("provenance", Cell.NAME, "who could have written it"),
        Column("accounts", Cell.COUNT, "accounts that have it"),
        Column("shown_by", Cell.NAME, "the family of other signals that its accounts share most beyond chance"),
        Column("observed", Cell.COUNT, "accounts with a companion among its accounts by that family"),
        Column("expected", Cell.NUMBER, "the same number by chance"),
        Column("coordinated_share", Cell.NUMBER, "share of its accounts that belong together, as estimated"),
        Column("lower_bound", Cell.NUMBER, "lower bound of this share; for interchangeable values, the observed share"),
        Column("siblings", Cell.COUNT, "interchangeable values of its type, if it passes because of them; else 0"),
        Column("bits", Cell.NUMBER, "evidence that sharing it gives to a pair"),
        Column("passes", Cell.FLAG, "whether it links its accounts by itself"),
        Column(
            "corroborates_only",
            Cell.FLAG,
            "whether it never links by itself, since it is a neighbourhood or open to anyone",
        ),
        Column("adds_up", Cell.FLAG, "whether it counts in full beside others of its family"),
        _FIRST,
        _LAST,
    ),
)
SIGHTINGS: Final = StoredTable(
    "sightings",
    "an account with a signal of `signals`, by account",
    (_ACCOUNT, _SIGNAL, _FIRST, _LAST, Column("count", Cell.LARGE, "times seen")),
)
BEARERS: Final = StoredTable(
    "bearers",
    "the same pairs by signal, and within a signal by each account's first time",
    (_SIGNAL, _ACCOUNT),
)
EDGES: Final = StoredTable(
    "edges",
    "a link between two accounts, whose evidence beats the odds; each link is stored both ways",
    (
        _ACCOUNT,
        Column("other", Cell.COUNT, "the account at its other end"),
        Column("bits", Cell.NUMBER, "evidence between the two"),
        Column("families", Cell.NAME, "families that it comes from, joined by '; '"),
    ),
)
MEMBERS: Final = StoredTable(
    "members",
    "an account in a ring, by the ring's rank, tier, falling confidence and falling number of links",
    (
        _RING,
        _ACCOUNT,
        Column("tier", Cell.NAME, "how firmly it is tied"),
        Column(
            "confidence",
            Cell.NUMBER,
            "chance that it belongs to the ring by what ties it, whatever its tier; only the tier decides about action",
        ),
        Column("families", Cell.NAME, "families that tie it, joined by '; '"),
        Column("cell", Cell.COUNT, "its cell, a dense piece of the ring"),
        Column("n_links", Cell.COUNT, "links into the ring"),
        Column("survives_any_value", Cell.FLAG, "whether it stays linked to some member without any single value"),
        _FIRST,
        _LAST,
    ),
)
RINGS: Final = StoredTable(
    "rings",
    "a ring, by rank",
    (
        _RING,
        Column("rank", Cell.COUNT, "1 is the ring to look at first"),
        Column("score", Cell.NUMBER, "0 to 100, the sum of the factors' points"),
        Column("assessment", Cell.NAME, "coordinated, the honest explanation that fits better, or inconclusive"),
        Column("headline", Cell.TEXT, "what it is, in a line", is_untrusted=True),
        Column("campaign", Cell.NAME, "its campaign; none if it has no campaign"),
        Column("members", Cell.COUNT, "members of every tier except possible victims"),
        Column("core", Cell.COUNT, "of these, core"),
        Column("probable", Cell.COUNT, "of these, probable"),
        Column("peripheral", Cell.COUNT, "of these, peripheral"),
        Column("possible_victims", Cell.COUNT, "accounts that may be victims"),
        Column("cells", Cell.COUNT, "dense pieces"),
        Column("families", Cell.NAME, "families that tie it, joined by '; '"),
        _FIRST,
        _LAST,
        Column("q_value", Cell.NUMBER, "among groups of its size that are as strong, the share that chance would give"),
        Column("over_seeds", Cell.NUMBER, "share of it that comes back with other seeds and resolutions"),
        Column("over_losses", Cell.NUMBER, "share of it that comes back when sightings are lost"),
        Column("factors", Cell.FACTORS, "the parts of its score", is_untrusted=True),
        Column("checks", Cell.CHECKS, "the honest explanations, tested", is_untrusted=True),
        Column(
            "survives",
            Cell.SURVIVES,
            "for each family, share of the members in the largest piece without it; the other families count as before",
        ),
    ),
)
EVIDENCE: Final = StoredTable(
    "evidence",
    "a signal that is evidence for a ring, by the ring's rank and the signal's weight in it",
    (
        _RING,
        _SIGNAL,
        Column("accounts_in_ring", Cell.COUNT, "accounts of the ring that have it, with possible victims"),
        Column("accounts_outside", Cell.COUNT, "accounts outside that have it"),
        Column("expected_by_chance", Cell.NUMBER, "accounts of the ring that would have it by chance"),
        Column("lift", Cell.NUMBER, "times more than by chance"),
        _FIRST,
        _LAST,
    ),
)
TRACE: Final = StoredTable(
    "trace",
    "an account of a ring with a signal of `evidence`, and the first row of the exports that shows it, by the ring's "
    "rank; unlike all other tables it depends on the input files",
    (
        _RING,
        _ACCOUNT,
        _SIGNAL,
        Column("source", Cell.NAME, "the file, as the report calls it", is_untrusted=True),
        Column("line", Cell.LARGE, "its line, or the row of a table or query"),
    ),
)
STORED: Final = (ACCOUNTS, SIGNALS, SIGHTINGS, BEARERS, EDGES, MEMBERS, RINGS, EVIDENCE)
"""The tables of every run. ``TRACE`` comes with them if the run was read from exports."""


def tables_page() -> str:
    """Render the tables as a Markdown page.

    Examples
    --------
    >>> tables_page().splitlines()[0]
    '# Tables of a run'
    """
    parts = ["# Tables of a run", "", _INTRODUCTION, ""]
    for table in (*STORED, TRACE):
        parts += [f"## {table.name}", "", f"A row is {table.row}.", "", "| column | type | it holds |", "|---|---|---|"]
        for column in table.columns:
            written = "; an account holder may have written it" if column.is_untrusted else ""
            parts.append(f"| `{column.name}` | {_SQL[column.cell]} | {column.means}{written} |")
        parts.append("")
    return "\n".join(parts).rstrip() + "\n"


_INTRODUCTION: Final = """\
Made from the code. A run stores these Parquet files in its folder `tables`; `graphlink sql` asks them by the names
below, and whatever reads Parquet opens them as they are. The columns `account`, `signal` and `ring_id` join them. A
value that one account alone bears links nobody: it is counted in `accounts.signals` and not stored."""

_SQL: Final = {
    Cell.TEXT: "text",
    Cell.NAME: "text",
    Cell.COUNT: "integer",
    Cell.LARGE: "large integer",
    Cell.NUMBER: "number",
    Cell.FLAG: "true or false",
    Cell.TIME: "time, UTC",
    Cell.FACTORS: "list of `name`, `points`, `because`",
    Cell.CHECKS: "list of `explanation`, `fits`, `because`",
    Cell.SURVIVES: "list of `family`, `share`",
}
