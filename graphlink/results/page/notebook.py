"""What a notebook shows of a result: the report's pictures with their style, and a summary.

A run goes in; text without scripts, which fetches nothing, comes out. The page's templates escape every string and make
hidden characters visible.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

import numpy as np
from markupsafe import Markup

from graphlink.model.findings import Ring
from graphlink.model.run import Run
from graphlink.results.page.environment import template_environment
from graphlink.results.page.html_page import family_names, published
from graphlink.results.page.overview import view_overview
from graphlink.results.page.ring_view import Detail, view_ring
from graphlink.results.pictures.choose import Drawn
from graphlink.results.pictures.families import family_styles
from graphlink.results.pictures.matrix import draw_matrix
from graphlink.results.pictures.network import draw_network
from graphlink.results.pictures.sizes import HEIGHT, WIDTH, draw_sizes
from graphlink.results.pictures.timeline import draw_timeline
from graphlink.results.ring_data import RingData, iter_rings

N_RINGS: Final = 10
"""Rings that a notebook lists of a result."""
N_SIGNALS: Final = 8
"""Signals that it lists of a ring."""

_PICTURES: Final[Mapping[str, tuple[str, str, Callable[[RingData, Mapping[str, int]], Drawn | None]]]] = {
    "graph": ("network", "n", draw_network),
    "matrix": ("matrix", "m", draw_matrix),
    "timeline": ("timeline", "t", draw_timeline),
}
"""The pictures of a ring: the template of each, and the name that it has there."""
KINDS: Final = tuple(_PICTURES)

_RULE: Final = re.compile(r"([^{}]+)\{([^{}]*)\}")
_COMMENT: Final = re.compile(r"/\*.*?\*/", re.DOTALL)


@dataclass(frozen=True, slots=True, repr=False)
class Picture:
    """A picture as SVG, with a text on what it draws and leaves out."""

    svg: str
    note: str

    def save(self, path: str | Path) -> None:
        """Write the picture to an SVG file, which a browser opens.

        Raises
        ------
        ValueError
            If the name ends in anything but ``.svg``: no program would read what is in it as what it says.
        """
        path = Path(path)
        if path.suffix.casefold() != ".svg":
            raise ValueError(f"{path.name!r} does not end in .svg, and the picture is SVG; save it as {path.stem}.svg")
        path.write_text(self.svg, "utf-8")

    def _repr_svg_(self) -> str:
        return self.svg

    def __repr__(self) -> str:
        return f"<Picture: {self.note}>"


def draw_ring(run: Run, ring: Ring, kind: str) -> Picture | None:
    """Draw a ring as the report does; None if it has no shared signals or no times.

    Raises
    ------
    ValueError
        If there is no picture of that kind.
    """
    if kind not in _PICTURES:
        raise ValueError(f"no picture {kind!r}; there are {', '.join(KINDS)}")
    template, name, draw = _PICTURES[kind]
    drawn = draw(_data_of(run, ring), family_styles(family_names(run)))
    if drawn is None:
        return None
    return _picture(template, drawn["width"], drawn["height"], drawn["note"], **{name: drawn})


def draw_rings(run: Run) -> Picture:
    """Draw all rings of a run by size and score."""
    rings = run.findings.rings
    note = "The ring by size and score." if len(rings) == 1 else f"All {len(rings):,} rings by size and score."
    note = note if rings else "No ring was found."
    return _picture("scatter", WIDTH, HEIGHT, note, s=draw_sizes(rings))


def result_html(run: Run) -> str:
    """Summarise a run, list its first rings, and draw all of them."""
    run, picture = published(run), Markup(draw_rings(run).svg)  # noqa: S704  the picture's template has escaped it
    overview = view_overview(run, family_styles(family_names(run)))
    template = template_environment().get_template("notebook_result.html.j2")
    codes = [notice.code for notice in run.reading.notices]
    return template.render(
        run=run,
        o=overview,
        rings=overview["listed"][:N_RINGS],
        n_rings=len(run.findings.rings),
        codes=codes,
        picture=picture,
    )


def ring_html(run: Run, ring: Ring) -> str:
    """Summarise a ring: kind, score with reasons, honest explanations tried, and its signals."""
    run = published(run)
    data, styles = _data_of(run, ring), family_styles(family_names(run))
    nothing_known = np.full(data.n_accounts, "", dtype=object)
    view = view_ring(data, nothing_known, styles, Detail.BRIEF)
    return (
        template_environment()
        .get_template("notebook_ring.html.j2")
        .render(view=view, signals=view["signals"][:N_SIGNALS])
    )


def _data_of(run: Run, ring: Ring) -> RingData:
    """Pick one ring's rows out of the tables."""
    findings = run.findings
    members, signals = (table[table["ring_id"] == ring.ring_id] for table in (findings.members, findings.signals))
    own = replace(findings, rings=(ring,), members=members, signals=signals, tied=findings.ties_of([ring.ring_id]))
    (data,) = iter_rings(replace(own, chance=None, stability=None))
    return data


def _picture(kind: str, width: float, height: float, note: str, **drawing: object) -> Picture:
    environment = template_environment()
    rules = _COMMENT.sub("", environment.get_template("pictures.css").render())
    # On one line: a line feed in a value would be shown as what it is.
    scoped = " ".join(f"{_scoped(names)} {{{body.strip()}}}" for names, body in _RULE.findall(rules))
    template = environment.get_template("picture.svg.j2")
    return Picture(template.render(kind=kind, width=width, height=height, rules=scoped, **drawing), note)


def _scoped(names: str) -> str:
    """Limit a style's rules to the picture, since a notebook applies every style everywhere."""
    return ", ".join(f".graphlink {name.strip()}" for name in names.split(","))
