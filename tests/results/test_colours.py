"""Colours of the page can be told from their ground: text at 4.5 to 1 and shapes at 3 to 1, as WCAG AA asks."""

import re
from pathlib import Path

import pytest

TEMPLATES = Path(__file__).parents[2] / "graphlink" / "results" / "page" / "templates"
TEXT = ("ink", "quiet", "blue", *(f"f{number}" for number in range(8)))
SHAPES = ("core", "probable", "peripheral", "victim")


def schemes():
    """The colours by scheme; what a scheme does not name it has from the light one."""
    style = (TEMPLATES / "report.css").read_text()
    light = declared((TEMPLATES / "colours.css").read_text())
    dark, paper = (
        declared(re.search(rf"@media {media}.*?:root {{(.*?)}}", style, re.DOTALL)[1])
        for media in (r"\(prefers-color-scheme: dark\)", "print")
    )
    return {"light": light, "dark": light | dark, "print": light | paper}


def declared(text):
    found = dict(re.findall(r"--([\w-]+): (#[0-9a-f]{3,6})", text))
    return {
        name: value if len(value) == 7 else "#" + "".join(2 * digit for digit in value[1:])
        for name, value in found.items()
    }


def luminance(colour):
    shares = (int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5))
    linear = [share / 12.92 if share <= 0.04045 else ((share + 0.055) / 1.055) ** 2.4 for share in shares]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one, other):
    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


@pytest.mark.parametrize("ground", ["paper", "card"])
@pytest.mark.parametrize("scheme", ["light", "dark", "print"])
def test_text_and_shapes_stand_out(scheme, ground):
    colours = schemes()[scheme]
    weak = {name: round(contrast(colours[name], colours[ground]), 2) for name in (*TEXT, *SHAPES)}
    assert {name: value for name, value in weak.items() if value < (4.5 if name in TEXT else 3.0)} == {}


@pytest.mark.parametrize("scheme", ["light", "dark", "print"])
def test_text_on_what_is_filled_stands_out(scheme):
    colours = schemes()[scheme]
    assert contrast(colours["paper"], colours["core"]) >= 4.5
    assert contrast(colours["ink"], colours["alert"]) >= 4.5
    assert contrast(colours["ink"], colours["faint"]) >= 4.5
    assert contrast(colours["quiet"], colours["faint"]) >= 4.5


def test_black_on_white_is_measured_as_the_standard_says():
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
