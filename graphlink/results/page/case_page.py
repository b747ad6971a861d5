"""One ring's page as a document to pass on: a run cut to that ring goes in, one offline HTML file comes out.

It uses the templates of the investigator's page, so both agree. It has no scripts, loads nothing and links nowhere,
whatever the strings.
"""

from __future__ import annotations

from typing import BinaryIO

from graphlink.model.run import Run
from graphlink.results.page.environment import policy, template_environment
from graphlink.results.page.html_page import family_names, published
from graphlink.results.page.ring_view import Detail, Texts, view_ring
from graphlink.results.pictures.families import N_STYLES, family_styles
from graphlink.results.ring_data import iter_rings
from graphlink.results.ring_sentences import base_rate_sentence, chance_sentence, rows_sentence
from graphlink.words.glossary import GLOSSARY


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
    findings = run.findings
    about = {
        "run": run,
        "view": view,
        "is_first": True,
        "n_rings": n_rings,
        "base_rate": base_rate_sentence(findings.calibration.base_rate),
        "chance": chance_sentence(findings.chance, n_rings, findings.calibration),
        "rows": rows_sentence(run.reading.rows),
        "notices": [notice for notice in run.reading.notices if not notice.about_files],
        "glossary": GLOSSARY,
        "policy": policy(),
        "n_styles": N_STYLES,
    }
    file.write(environment.get_template("case.html.j2").render(about).encode())
