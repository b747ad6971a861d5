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
        Column("signals", Cell.COUNT, "signals that it bears"),
        Column("shared", Cell.COUNT, "of these, the ones that another account bears too"),
        Column("component", Cell.COUNT, "the first account that a chain of links joins it with; none without links"),
        Column("left_out", Cell.NAME, "why it is in no ring though it has links; `explain` says it in a sentence"),
    ),
)
SIGNALS: Final = StoredTable(
    "signals",
    "a signal that at least two accounts bear, by type and value",
    (
        _SIGNAL,
        Column("signal_type", Cell.NAME, "its type"),
        Column("signal_value", Cell.TEXT, "its value, normalised", is_untrusted=True),
        Column("family", Cell.NAME, "types of one family do not corroborate each other"),
        Column("provenance", Cell.NAME, "who could have written it"),
        Column("accounts", Cell.COUNT, "accounts that bear it"),
        Column("shown_by", Cell.NAME, "the family of other signals that tells most about its accounts"),
        Column("observed", Cell.COUNT, "accounts with a companion among its accounts by that family"),
        Column("expected", Cell.NUMBER, "as many by chance"),
        Column("coordinated_share", Cell.NUMBER, "share of its accounts that belong together, as estimated"),
        Column("lower_bound", Cell.NUMBER, "the least that this share may well be; of siblings, what was seen of it"),
        Column(
            "siblings", Cell.COUNT, "values of its type that stand in for one another, where that lets it pass; or 0"
        ),
        Column("bits", Cell.NUMBER, "evidence that sharing it gives to a pair"),
        Column("passes", Cell.FLAG, "whether it links its accounts by itself"),
        Column("corroborates_only", Cell.FLAG, "whether it never may, being a neighbourhood or anyone's"),
        Column("adds_up", Cell.FLAG, "whether it counts in full beside others of its family"),
        _FIRST,
        _LAST,
    ),
)
SIGHTINGS: Final = StoredTable(
    "sightings",
    "an account that bears a signal of `signals`, by account",
    (_ACCOUNT, _SIGNAL, _FIRST, _LAST, Column("count", Cell.LARGE, "times seen")),
)
BEARERS: Final = StoredTable(
    "bearers",
    "the same pair once more, by signal and, within one, by when each account first bore it",
    (_SIGNAL, _ACCOUNT),
)
EDGES: Final = StoredTable(
    "edges",
    "a link between two accounts, whose evidence beats the odds; each link stands here both ways",
    (
        _ACCOUNT,
        Column("other", Cell.COUNT, "the account at its other end"),
        Column("bits", Cell.NUMBER, "evidence between the two"),
        Column("families", Cell.NAME, "families that it comes from, joined by '; '"),
    ),
)
MEMBERS: Final = StoredTable(
    "members",
    "an account in a ring, by the ring's rank, tier and falling confidence, of equal ones those with most links first",
    (
        _RING,
        _ACCOUNT,
        Column("tier", Cell.NAME, "how firmly it is tied"),
        Column(
            "confidence",
            Cell.NUMBER,
            "chance that it belongs to the ring by what ties it, whatever its tier; only the tier says whether to act",
        ),
        Column("families", Cell.NAME, "families that tie it, joined by '; '"),
        Column("cell", Cell.COUNT, "the dense piece of the ring that it stands in"),
        Column("n_links", Cell.COUNT, "links into the ring"),
        Column(
            "survives_any_value", Cell.FLAG, "whether it stays linked to some member when any one value is struck out"
        ),
        _FIRST,
        _LAST,
    ),
)
RINGS: Final = StoredTable(
    "rings",
    "a ring, by rank",
    (
        _RING,
        Column("rank", Cell.COUNT, "1 is what to look at first"),
        Column("score", Cell.NUMBER, "0 to 100, the sum of the factors' points"),
        Column("assessment", Cell.NAME, "coordinated, the honest explanation that fits better, or inconclusive"),
        Column("headline", Cell.TEXT, "what it is, in a line", is_untrusted=True),
        Column("campaign", Cell.NAME, "the campaign that it is part of; none where it stands alone"),
        Column("members", Cell.COUNT, "members of every tier but possible victims"),
        Column("core", Cell.COUNT, "of these, core"),
        Column("probable", Cell.COUNT, "of these, probable"),
        Column("peripheral", Cell.COUNT, "of these, peripheral"),
        Column("possible_victims", Cell.COUNT, "accounts that may be victims"),
        Column("cells", Cell.COUNT, "dense pieces"),
        Column("families", Cell.NAME, "families that tie it, joined by '; '"),
        _FIRST,
        _LAST,
        Column("q_value", Cell.NUMBER, "share of chance among groups of its size that are as strong"),
        Column("over_seeds", Cell.NUMBER, "how much of it other seeds and resolutions bring back"),
        Column("over_losses", Cell.NUMBER, "how much of it comes back when sightings are lost"),
        Column("factors", Cell.FACTORS, "the parts of its score", is_untrusted=True),
        Column("checks", Cell.CHECKS, "the honest explanations, tested", is_untrusted=True),
        Column(
            "survives",
            Cell.SURVIVES,
            "share of the members in the largest piece that is left without each family, the others weighed as with it",
        ),
    ),
)
EVIDENCE: Final = StoredTable(
    "evidence",
    "a signal that tells something about a ring, by the ring's rank and the signal's weight in it",
    (
        _RING,
        _SIGNAL,
        Column("accounts_in_ring", Cell.COUNT, "accounts of the ring that bear it, possible victims among them"),
        Column("accounts_outside", Cell.COUNT, "accounts outside that bear it"),
        Column("expected_by_chance", Cell.NUMBER, "accounts of the ring that would bear it by chance"),
        Column("lift", Cell.NUMBER, "times more than by chance"),
        _FIRST,
        _LAST,
    ),
)
TRACE: Final = StoredTable(
    "trace",
    "an account of a ring that bears a signal of `evidence`, with the row of the exports that shows it first, by the "
    "ring's rank; unlike all other tables it follows the files",
    (
        _RING,
        _ACCOUNT,
        _SIGNAL,
        Column("source", Cell.NAME, "the file, as the report calls it", is_untrusted=True),
        Column("line", Cell.LARGE, "its line, or the row where it is a table or a query"),
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
