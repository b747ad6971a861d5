"""Photographs a run's report with Debian's Chromium: ``python scripts/screenshot_report.py RUN_DIR FOLDER``.

Writes the pictures that the documentation shows, each under its own name; ``--view`` takes one of them alone. Printed
pages are photographed as they are laid out for paper.
"""

from __future__ import annotations

import argparse
import shutil
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from playwright.sync_api import sync_playwright

if TYPE_CHECKING:
    from playwright.sync_api import Page

ARGUMENTS: Final = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
A4: Final = (794, 1123)
"""A sheet in CSS pixels."""
UNSTICK: Final = """() => {
    for (const bar of document.querySelectorAll(".top, details.ring > summary")) bar.style.position = "static";
    document.documentElement.style.scrollPaddingTop = "0.6rem";
    if (matchMedia("print").matches) document.body.style.padding = "0 14mm";
}"""
"""What stays at the top while a reader scrolls would cover what is photographed below it; paper has margins."""
RING: Final = "details.ring[open]"


@dataclass(frozen=True, slots=True)
class View:
    """How the page is held, what is pressed, and the part that is photographed; the top of the page where none is."""

    file: str
    width: int
    height: int
    scheme: str = "light"
    media: str = "screen"
    press: str = ""
    from_part: str = ""
    """The picture begins here and is as high as the screen."""
    part: str = ""
    """The picture is of this alone."""
    scale: float = 1


VIEWS: Final = {
    "overview": View("report.png", 1280, 960),
    "ring": View("report-ring.png", 1280, 1000, from_part=RING),
    "matrix": View("report-matrix.png", 1280, 1200, part=f"{RING} figure:has(svg.matrix)"),
    "graph": View("report-graph.png", 1280, 900, press=f"{RING} button.go", part=f"{RING} figure.graph"),
    "dark": View("report-dark.png", 1280, 760, scheme="dark"),
    "phone": View("report-phone.png", 360, 760, scale=1.5, from_part=f"{RING} .summary"),
    "print": View("report-print.png", *A4, media="print", from_part=RING),
}


def main() -> int:
    """Take the pictures and say where they are."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("run", type=Path, metavar="RUN_DIR", help="the folder of a run")
    parser.add_argument("folder", type=Path, metavar="FOLDER", help="the folder for the pictures")
    parser.add_argument("--view", choices=sorted(VIEWS), action="append", help="one of them alone")
    arguments = parser.parse_args()
    report = arguments.run / "report.html"
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    if not report.is_file() or chromium is None:
        missing = "no Chromium on PATH" if report.is_file() else f"no report at {report}"
        print(f"{missing}. Fix: apt-get install chromium, or name the folder of a run", file=sys.stderr)
        return 2
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=list(ARGUMENTS))
        for name in arguments.view or VIEWS:
            out = arguments.folder / VIEWS[name].file
            photograph(browser.new_page(**_options(VIEWS[name])), report, VIEWS[name], out)
            print(out)
        browser.close()
    return 0


def photograph(page: Page, report: Path, view: View, out: Path) -> None:
    """Open a report and write the picture of one view."""
    page.goto(report.resolve().as_uri())
    page.emulate_media(media="print" if view.media == "print" else "screen")
    page.evaluate(UNSTICK)
    page.locator("details.ring").first.evaluate("ring => ring.open = true")  # on a telephone all are closed
    if view.press:
        page.locator(view.press).first.click()
        page.locator(".stage").first.evaluate("stage => stage.blur()")
        page.wait_for_timeout(500)
    if view.part:
        page.locator(view.part).first.screenshot(path=out)
        return
    if view.from_part:
        start = page.locator(view.from_part).first
        start.evaluate("part => part.scrollIntoView({ behavior: 'instant', block: 'start' })")
    page.screenshot(path=out)


def _options(view: View) -> dict[str, Any]:
    return {
        "viewport": {"width": view.width, "height": view.height},
        "color_scheme": view.scheme,
        "device_scale_factor": view.scale,
    }


if __name__ == "__main__":
    sys.exit(main())
