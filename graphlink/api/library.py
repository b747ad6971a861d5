"""graphlink for notebooks and programs: frames or exports go in, a ``Result`` with frames comes out.

Nothing is printed, but a notebook shows a bar while an analysis runs; nothing global is changed, and input frames stay
as they are. Frames reach the reader as Parquet, so the same rules as for files make equal values equal.
"""

from __future__ import annotations

import difflib
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from operator import index
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING, Final

import pandas as pd

from graphlink import SEED, pipeline
from graphlink.api.bar import notebook_bar
from graphlink.api.frames import TableLike, hand_over, is_table, notice_in_python, of_tables
from graphlink.api.graphs import igraph_of, networkx_of
from graphlink.config.settings import Config, reading_settings
from graphlink.model.findings import COORDINATED, Tier
from graphlink.model.reading import Reading
from graphlink.model.run import Run
from graphlink.model.text import TEXT, Dtype
from graphlink.results.columns import Kind, Table
from graphlink.results.manifest import describe_run
from graphlink.results.run_folder import write_run
from graphlink.results.tables import DTYPES, HUBS, MEMBERS, RINGS, SIGNALS, published_frame, rings_frame
from graphlink.words.errors import ConfigError, InputError, Place
from graphlink.words.sentences import counted, listed

if TYPE_CHECKING:
    from collections.abc import Callable

    import igraph
    import networkx as nx

    from graphlink.model.findings import Check, Factor, Ring
    from graphlink.model.rows import Notice
    from graphlink.results.page.notebook import Picture


def link(
    sightings: TableLike,
    accounts: TableLike | None = None,
    *,
    config: Config | None = None,
    seed: int = SEED,
) -> Result:
    """Find the rings in a frame of sightings.

    Parameters
    ----------
    sightings
        Columns ``account_id``, ``signal_type``, ``signal_value`` and any of ``first_seen``, ``last_seen`` or
        ``seen_at``, ``count``; or ``account_id``, a time, and one column for each type of signal (``ip``, ``payment``,
        ``template``, ``device`` …). Ids and values are text; times have a zone. A frame of pandas or
        polars, a table of Arrow, a relation of DuckDB, or whatever else hands on an Arrow stream.
    accounts
        Columns ``account_id`` and any of ``created_at``, ``email``, ``phone``, ``plan``, ``country``, ``status``.
    config
        Settings as ``graphlink.toml`` holds them, without ``sources``; the defaults unless given.
    seed
        Seed of every draw.

    Raises
    ------
    InputError
        If a frame lacks a column or cannot be read; the message says which, what is wrong and what to do.
    ConfigError
        If the settings do not fit, such as a column that is mapped to a name that graphlink does not know; GL415 if
        they name ``sources``.
    TypeError
        If one is no table, the settings are a path, or the seed is no whole number.

    Examples
    --------
    >>> import pandas as pd
    >>> import graphlink as gl
    >>> sightings = pd.DataFrame({
    ...     "account_id": ["ann", "bob", "eve"],
    ...     "signal_type": ["card", "card", "card"],
    ...     "signal_value": ["c1", "c2", "c3"],
    ... })
    >>> gl.link(sightings).communities()
    []
    """
    config, seed = _without_sources(_settings(config)), _whole(seed)
    frames = {"sightings": sightings} if accounts is None else {"sightings": sightings, "accounts": accounts}
    with tempfile.TemporaryDirectory(prefix="graphlink-") as folder:
        tables = tuple(hand_over(frame, Path(folder), name) for name, frame in frames.items())
        try:
            reading = read(config=config.model_copy(update={"sources": tuple(each.source for each in tables)}))
        except InputError as error:
            raise of_tables(error, tables) from None
    notices = tuple(map(notice_in_python, reading.notices))
    return analyse(replace(reading, notices=notices, settings=config.model_dump_json()), seed=seed)


def read(sources: str | Path | Iterable[str | Path] = (), *, config: Config | None = None) -> Reading:
    """Read exports as `graphlink check` does, without analysing them.

    Parameters
    ----------
    sources
        Files and folders; those that the configuration names unless given.
    config
        Settings as ``graphlink.toml`` holds them; the defaults unless given.

    Raises
    ------
    InputError
        If a file is refused; the message says where, what is wrong and what to do.
    TypeError
        If a table is to be read, what is given is no path, or the settings are a path.
    """
    return pipeline.read(_paths(sources), _settings(config))


def analyse(
    reading: Reading,
    *,
    config: Config | None = None,
    seed: int = SEED,
    progress: Callable[[str, float], None] | None = None,
) -> Result:
    """Find the rings in what was read.

    Parameters
    ----------
    reading
        What ``read`` gave.
    config
        The settings that it was read with, unless given. Others may differ in ``[method]``, ``[limits]``, ``[sweep]``
        and what ``[lineage]`` says of rings: ``ignore_types``, ``ignore_columns``, ``[reading]``, ``[columns]``,
        ``[signals]``, ``[privacy]``, ``[[sources]]`` and the statuses of ``[lineage]`` decided what was read.
    seed
        Seed of every draw.
    progress
        Is told the name of each stage as it begins, and the share of the whole work that is done; unless
        given, a notebook shows a bar.

    Raises
    ------
    ConfigError
        GL414 if the settings are others than it was read with, where these decided what was read.
    TypeError
        If what is given is no reading, the settings are a path, or the seed is no whole number.
    """
    if not isinstance(reading, Reading):
        raise TypeError(f"reading is {type(reading).__name__}; give what gl.read gave, or a table to gl.link")
    config, seed = _settings_for(reading, config), _whole(seed)
    with notebook_bar() as bar:
        findings = pipeline.analyse(reading.sightings, config.method, seed=seed, progress=progress or bar)
    return Result(Run(reading, findings, describe_run(reading, config, seed=seed)))


def published(table: Table, frame: pd.DataFrame) -> pd.DataFrame:
    """The frame of a table as the files have it: their columns, decimals and whole seconds."""
    frame = published_frame(table, frame)[list(table.columns)].reset_index(drop=True)
    kinds = {each.name: each.kind for each in table.fields}
    whole = {name: frame[name].dt.floor("s").dt.as_unit("us") for name, kind in kinds.items() if kind is Kind.TIME}
    types = {name: DTYPES[kind] for name, kind in kinds.items() if kind in DTYPES}
    return frame.assign(**whole).astype(types)


FACTORS: Final[Mapping[str, Dtype]] = {"ring_id": TEXT, "name": TEXT, "points": "float64", "because": TEXT}
CHECKS: Final[Mapping[str, Dtype]] = {"ring_id": TEXT, "explanation": TEXT, "fits": "boolean", "because": TEXT}


def parts_frame(
    types: Mapping[str, Dtype], parts: Iterable[tuple[str, Sequence[Factor] | Sequence[Check]]]
) -> pd.DataFrame:
    """One row for each factor or check of each ring, by its id."""
    _, *names = types
    rows = [(ring_id, *(getattr(each, name) for name in names)) for ring_id, mine in parts for each in mine]
    return pd.DataFrame(rows, columns=list(types)).astype(types)


def _hint_for(account_id: object) -> str:
    """Point to the ids of a ring's accounts, or explain that ids are text: a frame may have had numbers."""
    if isinstance(account_id, str):
        return "ring.members lists them"
    return f"ids are text, also where a frame had numbers: {str(account_id)!r}"


def _paths(sources: object) -> list[Path]:
    """Files and folders; one may be given alone."""
    given = [sources] if isinstance(sources, str | PathLike) else sources
    if is_table(given):
        raise TypeError("gl.read takes files and folders; gl.link takes tables")
    if hasattr(given, "read"):
        raise TypeError(f"sources is {type(given).__name__}, an open file, whose lines are no paths; give its path")
    if not isinstance(given, Iterable) or isinstance(given, bytes):
        raise TypeError(f"sources is {type(given).__name__}; give a path, or a list of paths")
    paths: list[Path] = []
    for source in given:
        if not isinstance(source, str | PathLike):
            hint = "; gl.link takes tables" if is_table(source) else ""
            raise TypeError(f"sources holds {type(source).__name__}; give paths of files and folders{hint}")
        paths.append(Path(source))
    return paths


def _settings(config: object) -> Config:
    """The settings, or the defaults; any other type would end in an unclear error."""
    if config is None:
        return Config()
    if not isinstance(config, Config):
        raise TypeError(f"config is {type(config).__name__}; write config=gl.load_config(PATH) or config=gl.Config(…)")
    return config


def _without_sources(config: Config) -> Config:
    """The settings, which may name no source: the tables replace all sources."""
    if config.sources:
        what = "settings that name `sources` do not go with tables, which would be read in their place"
        fix = "give settings without them, and prepare the columns of the tables themselves"
        raise ConfigError("GL415", Place("config", column="sources"), what, fix)
    return config


def _settings_for(reading: Reading, config: object) -> Config:
    """The settings that a reading was read with, or others that would have read the same."""
    if not reading.settings:
        return _settings(config)
    read_with = Config.model_validate_json(reading.settings)
    config = read_with if config is None else _settings(config)
    before, now = reading_settings(read_with), reading_settings(config)
    if differing := [f"`{name}`" for name in now if now[name] != before[name]]:
        what = f"it was read with other settings: {listed(differing)} {'differs' if len(differing) == 1 else 'differ'}"
        fix = "leave `config` out, or read again with it: gl.analyse(gl.read(…, config=config))"
        raise ConfigError("GL414", "reading", what, fix)
    return config


def _whole(seed: int) -> int:
    try:
        return index(seed)
    except TypeError:
        raise TypeError(f"seed is {seed!r}; give a whole number, or leave it out: two runs then agree") from None


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Result:
    """What an analysis found. Every table is a new frame; times are UTC, and ids are text, even if a frame had numbers.

    The columns are those of ``rings.csv``, ``members.csv``, ``signals.csv`` and ``hubs.csv``, some in another order.
    """

    run: Run

    @property
    def rings(self) -> pd.DataFrame:
        """One row for each ring, in the order in which an investigator should look.

        Households, companies and other honest groups are rings too: ``assessment`` names the kind, and only
        ``coordinated`` means that the accounts act together. Small ones, which the files of a run only count, are here.
        """
        return published(RINGS, rings_frame(self.run.findings.rings))

    @property
    def members(self) -> pd.DataFrame:
        """One row for each account in a ring, with its tier and confidence.

        Members of honest groups and possible victims are included. ``core`` and ``confidence`` measure how firmly an
        account belongs, even to a household. Accounts that may be acted on, after a look, are
        ``members.query("assessment == 'coordinated' and tier in ['core', 'probable']")``.
        """
        return published(MEMBERS, self.run.findings.members)

    @property
    def signals(self) -> pd.DataFrame:
        """One row for each signal that a ring shares, with its counts inside, outside and by chance.

        ``accounts_in_ring`` counts possible victims too.
        """
        return published(SIGNALS, self.run.findings.signals)

    @property
    def hubs(self) -> pd.DataFrame:
        """Signals of many accounts that did not link them, and why."""
        return published(HUBS, self.run.findings.hubs)

    @property
    def factors(self) -> pd.DataFrame:
        """The parts of each ring's score, with points that add up to it, and why."""
        return parts_frame(FACTORS, ((ring.ring_id, ring.factors) for ring in self.run.findings.rings))

    @property
    def checks(self) -> pd.DataFrame:
        """Every honest explanation that was tried on each ring: whether it ``fits`` (missing: no data), and why."""
        return parts_frame(CHECKS, ((ring.ring_id, ring.checks) for ring in self.run.findings.rings))

    @property
    def notices(self) -> tuple[Notice, ...]:
        """Remarks of the reader that did not stop it, such as ids that match no account: each a code and a text."""
        return self.run.reading.notices

    def ring(self, ring_id: str) -> LinkedRing:
        """Look up one ring.

        Raises
        ------
        KeyError
            If there is no ring of that id.
        """
        rings = {ring.ring_id: ring for ring in self.run.findings.rings}
        if ring_id in rings:
            return LinkedRing(rings[ring_id], self.run)
        near = difflib.get_close_matches(str(ring_id), list(rings), n=1)
        hint = f"; did you mean {near[0]!r}?" if near else f"; result.rings lists {len(rings)}"
        raise KeyError(f"no ring {ring_id!r}{hint}")

    def communities(self) -> list[set[str]]:
        """Return the accounts of every ring, in rank order, without possible victims.

        Most rings are households, companies and the like. Accounts that may be acted on are in ``members``: of
        ``coordinated`` rings, the tiers ``core`` and ``probable``.
        """
        members = self.run.findings.members
        tied = members[members["tier"] != Tier.POSSIBLE_VICTIM]
        found = {str(ring_id): set(ids) for ring_id, ids in tied.groupby("ring_id", sort=False)["account_id"]}
        return [found.get(ring.ring_id, set()) for ring in self.run.findings.rings]

    def write(self, out: str | Path, *, force: bool = False) -> Path:
        """Write every file of the run into a new folder, or replace one with ``force``; returns the report's path.

        Raises
        ------
        DestinationError
            GL829, a GraphlinkError and a FileExistsError: if the folder is there and ``force`` is not given, or was not
            written by graphlink.
        OSError
            If it cannot be written, as where the disk is full; nothing is left of it then.
        TypeError
            If it is no path.
        ValueError
            If it is the address of a store, such as ``s3://``: it would become a folder of that name.
        """
        if not isinstance(out, str | PathLike):
            raise TypeError(f"out is {type(out).__name__}; give the path of a folder")
        if "://" in str(out):
            raise ValueError(f"{str(out)!r} is no folder on this machine; write to one, and copy that")
        return write_run(self.run, Path(out), force=force)[0]

    def plot(self) -> Picture:
        """Draw all rings by size and score, as the report does."""
        from graphlink.results.page.notebook import draw_rings  # noqa: PLC0415  only a notebook draws

        return draw_rings(self.run)

    def _repr_html_(self) -> str:
        from graphlink.results.page.notebook import result_html  # noqa: PLC0415

        return result_html(self.run)

    def __repr__(self) -> str:
        n_notices = len(self.notices)
        remark = f"; {n_notices} notice{'s' if n_notices > 1 else ''} in .notices" if n_notices else ""
        found = self.run.findings
        n_coordinated = sum(ring.assessment == COORDINATED for ring in found.rings)
        rings = counted(len(found.rings), "ring") + (f" ({n_coordinated:,} coordinated)" if found.rings else "")
        return f"<Result: {rings} in {counted(found.totals.n_accounts, 'account')}{remark}>"


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class LinkedRing:
    """One ring with what ties it."""

    finding: Ring
    run: Run

    @property
    def members(self) -> set[str]:
        """The accounts that are tied to the ring, without possible victims."""
        table = self._rows(self.run.findings.members)
        return set(table.loc[table["tier"] != Tier.POSSIBLE_VICTIM, "account_id"])

    @property
    def possible_victims(self) -> set[str]:
        """Accounts tied only by values that they had before the ring did, or only for some days."""
        table = self._rows(self.run.findings.members)
        return set(table.loc[table["tier"] == Tier.POSSIBLE_VICTIM, "account_id"])

    @property
    def evidence(self) -> pd.DataFrame:
        """The signals that the ring shares, strongest first.

        ``accounts_in_ring`` also counts possible victims, from whom the ring took values: it refers to ``members |
        possible_victims``.
        """
        return self._rows(self.run.findings.signals)

    @property
    def links(self) -> pd.DataFrame:
        """Pairs of members with the evidence between them.

        Columns: ``ring_id``, ``source``, ``target``, ``weight`` in bits, ``families`` that agree. Possible victims are
        in ``to_networkx()`` and ``evidence``, but in no pair.
        """
        links, members = pipeline.links_of(self.finding.ring_id, self.run), self.members
        pairs = zip(links["source"], links["target"], strict=True)
        tied = [source in members and target in members for source, target in pairs]
        return links.loc[tied].rename(columns={"bits": "weight"}).reset_index(drop=True)

    @property
    def factors(self) -> tuple[Factor, ...]:
        """The named parts of the score; their points add up to it."""
        return self.finding.factors

    @property
    def checks(self) -> tuple[Check, ...]:
        """Every honest explanation that was tried, and whether it fits."""
        return self.finding.checks

    def to_networkx(self) -> nx.Graph:
        """Return accounts and shared signals as a bipartite graph.

        Accounts are nodes under their id, signals under the pair (type, value). Attributes: ``kind``, ``label``,
        ``ring_id``, ``score``; ``tier`` and ``confidence`` of accounts; ``family`` and ``provenance`` of signals;
        ``weight`` of edges, in bits. Possible victims are included and have that ``tier``.

        Ids and values are as read. If they hold control characters, networkx and igraph write GraphML that is no valid
        XML; ``Result.write`` writes valid XML.
        """
        return networkx_of(self.finding, self.run.findings)

    def to_igraph(self) -> igraph.Graph:
        """Return the same graph as ``to_networkx``; the vertex attribute ``name`` holds the id or the value."""
        return igraph_of(self.finding, self.run.findings)

    def plot(self, kind: str = "graph") -> Picture | None:
        """Draw the ring as the report does; a notebook shows the picture, and ``save`` writes it to a file.

        Parameters
        ----------
        kind
            ``graph``: accounts and the signals that tie them; ``matrix``: who shares what; ``timeline``: when.

        Returns
        -------
        The picture as SVG; None where there is nothing to draw, such as a timeline where no times are known.

        Raises
        ------
        ValueError
            If there is no picture of that kind.
        """
        from graphlink.results.page.notebook import draw_ring  # noqa: PLC0415  only a notebook draws

        return draw_ring(self.run, self.finding, kind)

    def statement(self, account_id: str) -> str:
        """Draft a text for the holder of an account; square brackets mark what only the provider knows.

        Raises
        ------
        KeyError
            If the account is not in the ring.
        ValueError
            If the ring is not assessed as coordinated: then there is nothing to tell anybody.
        """
        from graphlink.results.statements import family_words, statement_text  # noqa: PLC0415

        if self.finding.assessment != COORDINATED:
            raise ValueError(
                f"{self.finding.ring_id} is assessed as {self.finding.assessment.replace('_', ' ')} and not as "
                "coordinated, so there is no statement for its account holders; look at ring.checks"
            )
        table = self._rows(self.run.findings.members)
        rows = table[table["account_id"] == account_id].to_dict("records")
        if not rows:
            near = difflib.get_close_matches(str(account_id), table["account_id"].tolist(), n=1)
            hint = f"did you mean {near[0]!r}?" if near and isinstance(account_id, str) else _hint_for(account_id)
            raise KeyError(f"no account {account_id!r} in {self.finding.ring_id}; {hint}")
        ties, signals = self.run.findings.ties_of([self.finding.ring_id]), self._rows(self.run.findings.signals)
        borne = ties["signal_type"][ties["account_id"] == account_id]
        kinds = signals[["signal_type", "family"]][signals["signal_type"].isin(borne)].sort_values("signal_type")
        words = family_words(kinds.itertuples(index=False), "and")
        return statement_text(
            Tier(rows[0]["tier"]),
            [family for family in rows[0]["families"].split("; ") if family in words],
            survives=bool(rows[0]["survives_any_value"]),
            words=words,
        )

    def _repr_html_(self) -> str:
        from graphlink.results.page.notebook import ring_html  # noqa: PLC0415

        return ring_html(self.run, self.finding)

    def __repr__(self) -> str:
        assessment = self.finding.assessment.replace("_", " ")
        return f"<LinkedRing {self.finding.ring_id} ({assessment}): {self.finding.headline}>"

    def _rows(self, table: pd.DataFrame) -> pd.DataFrame:
        return table[table["ring_id"] == self.finding.ring_id].reset_index(drop=True)
