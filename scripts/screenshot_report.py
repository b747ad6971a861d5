"""Photographs a run's report with Debian's Chromium: ``python scripts/screenshot_report.py RUN_DIR OUT.png``.

The README's picture is the overview; ``--view`` takes the first ring, one of its pictures, a phone, the dark or the
printed page.
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


@dataclass(frozen=True, slots=True)
class View:
    """How the page is held, and the part of it that is photographed; the top of the page where none is named."""

    width: int
    height: int
    scheme: str = "light"
    part: str = ""
    scale: float = 1


VIEWS: Final = {
    "overview": View(1280, 960),
    "ring": View(1280, 1000, part="details.ring[open] .body"),
    "matrix": View(1280, 1200, part="details.ring[open] figure:has(svg.matrix)"),
    "graph": View(1280, 900, part="details.ring[open] figure:has(> .scroll > svg.network)"),
    "timeline": View(1280, 1200, part="details.ring[open] figure:has(svg.timeline)"),
    "dark": View(1280, 960, scheme="dark"),
    "phone": View(360, 760, scale=2),
    "print": View(1280, 960),
}


def main() -> int:
    """Take the picture and say where it is."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("run", type=Path, metavar="RUN_DIR", help="the folder of a run")
    parser.add_argument("out", type=Path, metavar="OUT", help="the picture to write; a PDF for the printed page")
    parser.add_argument("--view", choices=sorted(VIEWS), default="overview")
    arguments = parser.parse_args()
    report = arguments.run / "report.html"
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    if not report.is_file() or chromium is None:
        missing = "no Chromium on PATH" if report.is_file() else f"no report at {report}"
        print(f"{missing}. Fix: apt-get install chromium, or name the folder of a run", file=sys.stderr)
        return 2
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=list(ARGUMENTS))
        photograph(browser.new_page(**_options(VIEWS[arguments.view])), report, arguments.view, arguments.out)
        browser.close()
    print(arguments.out)
    return 0


def photograph(page: Page, report: Path, name: str, out: Path) -> None:
    """Open a report and write the picture of one view."""
    view = VIEWS[name]
    page.goto(report.resolve().as_uri())
    if name == "print":
        page.pdf(path=out, format="A4")
    elif view.part:
        page.locator(view.part).first.screenshot(path=out)
    else:
        page.screenshot(path=out)


def _options(view: View) -> dict[str, Any]:
    return {
        "viewport": {"width": view.width, "height": view.height},
        "color_scheme": view.scheme,
        "device_scale_factor": view.scale,
    }


if __name__ == "__main__":
    sys.exit(main())
