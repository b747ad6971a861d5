"""The investigator's page: a finished run goes in, one offline HTML file comes out.

The template engine escapes everything, the policy allows style and script by digest only, and nothing is ever fetched.
The page stays under ``MAX_PAGE`` for every run: rings are shown in rank order, first in full, then in brief, then only
in the list. What is not shown is counted.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from importlib.resources import files
from json.encoder import encode_basestring_ascii
from typing import BinaryIO, Final, NamedTuple

import jinja2
import numpy as np
import pandas as pd

from graphlink.model.findings import COORDINATED
from graphlink.model.run import Run
from graphlink.model.text import TEXT
from graphlink.results.page.changed import ring_histories, view_changes
from graphlink.results.page.environment import policy, template_environment
from graphlink.results.page.overview import view_overview
from graphlink.results.page.ring_view import Detail, Texts, find_statuses, view_ring
from graphlink.results.pictures.families import N_STYLES, family_styles, shape_points
from graphlink.results.ring_data import iter_rings, rows_of_rings
from graphlink.results.tables import HUBS, MEMBERS, SIGNALS, published_frame
from graphlink.results.text import visible
from graphlink.words.sentences import shorten

MAX_PAGE: Final = 5_000_000
"""Bytes of the page at most. Measured: Chromium loads a page of this size in about a second on two cores."""

FULL_BUDGET: Final = 1_800_000
"""Bytes spent on rings shown in full; about the first ten large or fifty small ones."""
BRIEF_BUDGET: Final = 2_300_000
"""Bytes spent on rings in all; the list, the search index, the ledgers and the vendored script take the rest."""
INDEX_BUDGET: Final = 600_000
"""Bytes spent on account ids that the search box knows."""
VALUES_BUDGET: Final = 200_000
"""Bytes spent on values that the search box knows: those of the first few thousand ties."""

CLEARED_BUDGET: Final = 100_000
"""Bytes spent on cleared accounts that the search box knows."""

# What the template engine writes as six characters in a script's data.
_MARKUP: Final = re.compile("[<>&']")
SMALL_GROUP: Final = 6
"""Honest groups up to this size get no pictures: the list of members shows all."""

_RING_ID: Final = re.compile(r"[A-Za-z][A-Za-z0-9-]{0,79}")


def write_report(file: BinaryIO, run: Run) -> None:
    """Write the page of a finished run.

    Raises
    ------
    ValueError
        If a ring's id is not of the form that graphlink mints; ids become anchors, so nothing else may stand there.
    """
    for ring in run.findings.rings:
        if not _RING_ID.fullmatch(ring.ring_id):
            raise ValueError(f"ring id {visible(ring.ring_id)!r} is not a minted id")
    run = published(run)
    environment = template_environment()
    styles = family_styles(family_names(run))
    details = tuple(_render_rings(environment, run, styles))
    has_graph = any(detail.has_graph for detail in details)
    scripts = [environment.get_template("report.js").render().encode()]
    if has_graph:
        scripts += [script_bytes(CYTOSCAPE), environment.get_template("graph.js").render().encode()]
    overview = view_overview(run, styles)
    shown = frozenset(detail.ring_id for detail in details)
    about = {
        "run": run,
        "options": _options(run),
        "overview": overview,
        "notices": [notice for notice in run.reading.notices if not notice.about_files],
        "changed": None if run.changes is None else view_changes(run.changes, run.findings),
        "shown": shown,
        "linked": shown | {ring.ring_id for ring in overview["listed"]},
        "n_rings": len(run.findings.rings),
        "n_shown": len(details),
        "n_full": sum(detail.detail is Detail.FULL for detail in details),
        "index": _search_index(run),
        "has_graph": has_graph,
        "policy": policy(scripts),
        "shapes": [shape_points(style) for style in range(N_STYLES)],
    }
    # The rings and the vendored script are written as they are: passing them through the page would need a way around
    # escaping.
    file.write(environment.get_template("head.html.j2").render(about).encode())
    file.writelines(detail.html.encode() for detail in details)
    file.write(environment.get_template("tail.html.j2").render(about).encode())
    if has_graph:
        file.writelines((b"<script>", scripts[1], b"</script>\n"))
    file.write(environment.get_template("end.html.j2").render(about).encode())


class RenderedRing(NamedTuple):
    """A ring's part of the page."""

    ring_id: str
    detail: Detail
    has_graph: bool
    html: str


def published(run: Run) -> Run:
    """Round the view to the decimals of ``rings.json``."""
    findings = run.findings
    rounded = replace(
        findings,
        members=published_frame(MEMBERS, findings.members),
        signals=published_frame(SIGNALS, findings.signals),
        hubs=published_frame(HUBS, findings.hubs),
    )
    return replace(run, findings=rounded)


def _options(run: Run) -> tuple[str, ...]:
    """Return the options that repeat the run. Its inputs and its settings file may have other names elsewhere."""
    command = run.manifest.command
    start = next((place for place, word in enumerate(command) if word.startswith("--")), len(command))
    options = list(command[start:]) or ["--seed", str(run.manifest.seed)]
    if "--config" in options[:-1]:
        options[options.index("--config") + 1] = "graphlink.toml"
    return tuple(options)


def family_names(run: Run) -> list[str]:
    """Name every family of a run, sorted."""
    findings = run.findings
    named = {family for ring in findings.rings for family in (*ring.families, *(name for name, _ in ring.survives))}
    named |= {each.family for each in run.reading.sightings.types}
    joined = {name for names in findings.members["families"].unique() for name in names.split("; ")}
    return sorted({*named, *findings.signals["family"].unique(), *findings.hubs["family"].unique(), *joined} - {""})


def _render_rings(environment: jinja2.Environment, run: Run, styles: dict[str, int]) -> Iterator[RenderedRing]:
    template = environment.get_template("ring.html.j2")
    statuses = find_statuses(run.reading.sightings.accounts, run.findings.members["account_id"])
    places = rows_of_rings(run.findings.members["ring_id"], run.findings.rings)
    histories = ring_histories(run.changes)
    ruled = () if run.changes is None else run.changes.ruling.cleared
    n_cleared = Counter(each.ring_id for each in ruled if not each.is_ring)
    spent = 0
    for number, data in enumerate(iter_rings(run.findings)):
        is_small = data.ring.assessment != COORDINATED and data.ring.n_members <= SMALL_GROUP
        detail = Detail.BRIEF if is_small or spent > FULL_BUDGET else Detail.FULL
        ring_id = data.ring.ring_id
        view = view_ring(data, statuses[places(number)], styles, detail, histories.get(ring_id, ()), n_cleared[ring_id])
        html = template.render(view=view, is_first=not spent)
        spent += len(html.encode())
        if spent > BRIEF_BUDGET:
            return
        yield RenderedRing(ring_id, detail, view["network"] is not None, html)


def _search_index(run: Run) -> dict[str, object]:
    """Give the script the account ids and values of the rings in rank order, until its bytes are used up."""
    members, signals = run.findings.members, run.findings.signals
    n_accounts = _fitting(members["account_id"], INDEX_BUDGET)
    names = signals["signal_type"].astype(TEXT) + "=" + signals["signal_value"].astype(TEXT)
    n_values = _fitting(names, VALUES_BUDGET)
    accounts = members.iloc[:n_accounts].groupby("ring_id", sort=False)["account_id"]
    values = names.iloc[:n_values].groupby(signals["ring_id"].iloc[:n_values], sort=False)
    return {
        "accounts": [[str(ring_id), ids.tolist()] for ring_id, ids in accounts],
        "values": [[str(ring_id), texts.tolist()] for ring_id, texts in values],
        "n_accounts_left": len(members) - n_accounts,
        "n_values_left": len(signals) - n_values,
        "n_unlisted": len(run.findings.unlisted),
        "cleared": _cleared_accounts(run),
    }


def _cleared_accounts(run: Run) -> list[tuple[str, str, str]]:
    """Accounts that stay out of a ring, with the ring and the decision: support staff look for them."""
    if run.changes is None:
        return []
    rows = [
        (each.subject, each.ring_id, shorten(f"{each.by} cleared it ({each.note})", 160))
        for each in run.changes.ruling.cleared
        if not each.is_ring
    ]
    return rows[: _fitting(pd.Series(["".join(each) for each in rows], dtype=TEXT), CLEARED_BUDGET)]


def _fitting(names: pd.Series[str], budget: int) -> int:
    """The number of names that fit into so many bytes of a script's data."""
    # A name takes at least four bytes with its quotes and comma, so no more names can fit.
    sizes = np.array(
        [len(encode_basestring_ascii(name)) + 5 * len(_MARKUP.findall(name)) + 1 for name in names.iloc[: budget // 4]],
        np.int64,
    )
    return int(np.searchsorted(np.cumsum(sizes), budget, side="right"))


CYTOSCAPE: Final = "cytoscape-3.34.4.min.js"
"""The vendored script; the folder's README has its licence and digest."""


def script_bytes(file: str) -> bytes:
    """Read a vendored script as it was published."""
    return (files("graphlink.results.page") / "vendored" / file).read_bytes()


def write_case_page(file: BinaryIO, run: Run, statuses: Texts, *, n_rings: int) -> None:
    """Write the page of the one ring of a run.

    Parameters
    ----------
    file
        Open for writing.
    run
        A run cut to one ring.
    statuses
        The status of each member, empty where the export states none.
    n_rings
        Rings of the whole run.
    """
    run = published(run)
    environment = template_environment()
    styles = family_styles(family_names(run))
    (data,) = iter_rings(run.findings)
    view = view_ring(data, statuses, styles, Detail.FULL)
    about = {
        "run": run,
        "view": view,
        "is_first": True,
        "n_rings": n_rings,
        "notices": [notice for notice in run.reading.notices if not notice.about_files],
        "policy": policy(),
    }
    file.write(environment.get_template("case.html.j2").render(about).encode())
