"""The page of a ring of 25,000 accounts: its size, and how soon a headless Chromium lets a person use it.

    python benchmarks/report_page.py                            # simulates 150,000 accounts, runs, measures
    python benchmarks/report_page.py --page result/report.html  # measures a page that is there

A page is usable when the list has been set up, so that it can be sorted, filtered and searched, and has been painted.
Times are the median of --visits visits, each with a browser of its own, counted from the start of the navigation.
Fails when a limit is passed.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, Final

import click
from playwright.sync_api import sync_playwright
from processes import graphlink
from worlds_kept import exports_of, keep_world

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Locator

MAX_BYTES: Final = 5_000_000
MAX_SECONDS: Final = 3.0
CHROMIUM: Final = ("--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update")
USABLE: Final = """() => new Promise((done, fail) => {
    if (!document.getElementById("shown").textContent) fail(new Error("the list was not set up"));
    requestAnimationFrame(() => requestAnimationFrame(() => done(performance.now())));
})"""
"""Milliseconds from the start of the navigation until the loaded page, its list set up, has been painted."""


@dataclass(frozen=True, slots=True)
class Visit:
    """One visit in seconds: until the page was usable, until the graph was there, until all its cells were open."""

    usable: float
    worked: float
    """Of that, seconds for which the page's own thread was at work: what a busy machine does not change."""
    graph: float
    cells: float
    drawn: str
    unasked: int
    """Requests and console messages."""


def measure_visit(browser: Browser, page_file: Path) -> Visit:
    """Open the page, explore the first ring's graph and open all of its cells."""
    unasked = []
    page = browser.new_page(viewport={"width": 1280, "height": 900})
    page.on("console", lambda message: unasked.append(message.text))
    page.on("request", lambda request: unasked.append(request.url) if request.url.startswith("http") else None)
    meter = page.context.new_cdp_session(page)
    meter.send("Performance.enable", {"timeDomain": "threadTicks"})
    page.goto(page_file.resolve().as_uri())
    usable = page.evaluate(USABLE) / 1000
    metrics = {each["name"]: each["value"] for each in meter.send("Performance.getMetrics")["metrics"]}
    figure = page.locator("figure.graph").first
    graph = _press(page.locator("button.go").first)
    cells = 0.0
    if figure.get_by_role("button", name="Open all cells").count():
        cells = _press(figure.get_by_role("button", name="Open all cells"))
    drawn = figure.locator(".drawn").inner_text()
    page.close()
    return Visit(usable, metrics["ThreadTime"], graph, cells, drawn, len(unasked))


def _press(button: Locator) -> float:
    """Press a button, wait until two frames were painted, and give the seconds that took."""
    milliseconds: float = button.evaluate(
        """(button) => new Promise((done) => {
            const began = performance.now();
            button.click();
            requestAnimationFrame(() => requestAnimationFrame(() => done(performance.now() - began)));
        })"""
    )
    return milliseconds / 1000


def make_page(folder: Path, accounts: int, ring: int, seed: int) -> Path:
    """Simulate a world with one large ring unless it is there, and analyse it."""
    world = keep_world(folder, accounts, seed, "--rings", f"R7={ring}")
    out = folder / f"{world.name}-run"
    subprocess.run(graphlink("run", *exports_of(world), "-o", str(out), "--force", "--quiet"), check=True)
    return out / "report.html"


@click.command(help=__doc__)
@click.option(
    "--page", "page_file", type=click.Path(path_type=Path, exists=True, dir_okay=False), help="A page to measure."
)
@click.option(
    "--folder", type=click.Path(path_type=Path), help="Where worlds are kept; a folder for the time unless given."
)
@click.option("--accounts", default=150_000, show_default=True, help="Accounts of the world.")
@click.option("--ring", default=25_000, show_default=True, help="Accounts of its ring.")
@click.option("--seed", default=5, show_default=True, help="Seed of the world.")
@click.option("--visits", default=5, show_default=True, help="Visits, each with a fresh browser.")
def main(page_file: Path | None, folder: Path | None, accounts: int, ring: int, seed: int, visits: int) -> None:
    """Measure, print, and fail where a limit is passed."""
    with tempfile.TemporaryDirectory() as scratch:
        page_file = page_file or make_page(folder or Path(scratch), accounts, ring, seed)
        size = page_file.stat().st_size
        members = re.search(r'data-members="(\d+)"', page_file.read_text("utf-8"))
        took = [visit(page_file) for _ in range(visits)]
    usable = median(each.usable for each in took)
    click.echo(f"first ring      {int(members[1]) if members else 0:,} accounts")
    click.echo(f"page            {size / 1e6:.2f} MB (at most {MAX_BYTES / 1e6:.0f})")
    click.echo(
        f"usable          {usable:.2f} s (at most {MAX_SECONDS:.0f}), slowest {max(each.usable for each in took):.2f}"
    )
    click.echo(f"of that at work {median(each.worked for each in took):.2f} s on the page's own thread")
    click.echo(f"graph           {median(each.graph for each in took):.2f} s after pressing Explore")
    click.echo(f"all cells open  {median(each.cells for each in took):.2f} s after pressing Open all cells")
    click.echo(f"                {took[0].drawn}")
    click.echo(f"unasked         {sum(each.unasked for each in took)} requests and console messages")
    click.echo(f"on              {len(os.sched_getaffinity(0))} cores, median of {visits} visits")
    if size > MAX_BYTES or usable > MAX_SECONDS or any(each.unasked for each in took):
        raise click.ClickException("a limit is passed")


def visit(page_file: Path) -> Visit:
    """Visit the page with a browser of its own."""
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    if chromium is None:
        raise click.ClickException("no Chromium on PATH. Fix: apt-get install chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=list(CHROMIUM))
        try:
            return measure_visit(browser, page_file)
        finally:
            browser.close()


if __name__ == "__main__":
    main()
