"""What a notebook shows: the report's pictures with their style, and nothing that runs, fetches or breaks out."""

import io
import re
from xml.etree import ElementTree as ET

import pytest
from page_reading import skeleton_text
from report_worlds import Group, generated, harmless, having, hostile, two_rings

from graphlink.api.library import Result
from graphlink.results.page.html_page import write_report
from graphlink.results.page.notebook import KINDS

SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture(scope="module")
def ring():
    return Result(two_rings()).ring("R-4KQ7")


def pictures(disguise):
    result = Result(two_rings(disguise))
    return [result.plot(), *(result.ring("R-4KQ7").plot(kind) for kind in KINDS)]


@pytest.mark.parametrize("kind", KINDS)
def test_a_picture_is_the_one_of_the_report(kind):
    run = generated((Group(40, 2), Group(30)), n_accounts=9_000)
    page = io.BytesIO()
    write_report(page, run)
    picture = Result(run).ring("R-0001").plot(kind)
    (inner,) = re.findall(r"<svg class=.*?</svg>", picture.svg.split("</style>")[1], re.DOTALL)
    assert inner in page.getvalue().decode()
    assert picture.note in page.getvalue().decode()


def test_pictures_are_well_formed_whatever_the_strings():
    for picture in pictures(hostile):
        root = ET.fromstring(picture._repr_svg_())  # noqa: S314  made by graphlink
        assert root.tag == f"{SVG}svg"
        assert not [node for node in root.iter() if node.tag.removeprefix(SVG) in {"script", "image", "foreignObject"}]
        assert not [name for node in root.iter() for name in node.attrib if name.startswith("on") or "href" in name]


def test_hostile_and_harmless_pictures_have_one_shape():
    shapes = [
        [[node.tag for node in ET.fromstring(picture.svg).iter()] for picture in pictures(disguise)]  # noqa: S314
        for disguise in (hostile, harmless)
    ]
    assert shapes[0] == shapes[1]


def test_the_style_of_a_picture_binds_nothing_else(ring):
    style = ET.fromstring(ring.plot().svg).find(f"{SVG}style").text  # noqa: S314  made by graphlink
    names = [name for rule in re.findall(r"([^{}]+)\{", style) for name in rule.split(",")]
    assert len(names) > 30
    assert all(name.strip().startswith(".graphlink") for name in names)


def test_equal_runs_give_equal_pictures():
    assert [picture.svg for picture in pictures(hostile)] == [picture.svg for picture in pictures(hostile)]


def test_a_ring_without_ties_has_no_pictures(ring):
    run = ring.run
    nothing = {name: getattr(run.findings, name).iloc[:0] for name in ("signals", "tied")}
    empty = Result(having(run, **nothing)).ring("R-4KQ7")
    assert empty.plot("graph") is None
    assert empty.plot("matrix") is None
    assert "0 of 0 shared signals" in empty._repr_html_()


@pytest.mark.parametrize("show", [lambda result: result, lambda result: result.ring("R-4KQ7")], ids=["result", "ring"])
def test_what_is_told_keeps_its_shape(show):
    shapes = [skeleton_text(show(Result(two_rings(disguise)))._repr_html_()) for disguise in (hostile, harmless)]
    assert shapes[0] == shapes[1]
    words = set(shapes[0].split())
    assert words.isdisjoint({"script", "img", "a", "image", "foreignobject", "href", "src"})
    assert not [word for word in words if word.startswith("on")]


def test_a_result_tells_what_needs_eyes_first():
    told = Result(two_rings())._repr_html_()
    assert "1 ring looks coordinated. Start with R-4KQ7." in told


def test_a_ring_tells_its_finding_its_score_and_what_ties_it(ring):
    told = ring._repr_html_()
    assert "assessed as coordinated, with a high score: 86.0 of 100." in told
    for part in (*ring.factors, *ring.checks):
        assert part.because in told
    assert "t:9c41e07ab2" in told


@pytest.mark.parametrize("name", ["ring.png", "ring", "ring.svg.png"])
def test_a_picture_is_saved_under_no_name_that_says_otherwise(name, tmp_path):
    """A file of SVG called ring.png was opened by nothing."""
    picture = Result(two_rings()).plot()
    with pytest.raises(ValueError, match=r"does not end in \.svg, and the picture is SVG; save it as ring"):
        picture.save(tmp_path / name)
    assert not list(tmp_path.iterdir())
    picture.save(tmp_path / "ring.SVG")
    assert (tmp_path / "ring.SVG").read_text("utf-8") == picture.svg
