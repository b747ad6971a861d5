"""Hostile strings in every field, in a real browser: nothing happens, and the page keeps its shape."""

import pytest
from page_user import use_everything

pytestmark = pytest.mark.slow

pytest_plugins = ["report_browser"]

TAGS = "Array.from(document.querySelectorAll('*'), (node) => node.tagName).join(' ')"


@pytest.mark.parametrize("width", [1280, 360])
@pytest.mark.parametrize("name", ["hostile", "several"])
def test_nothing_happens_that_nobody_asked_for(visit, name, width):
    seen = visit(name, viewport={"width": width, "height": 800})
    use_everything(seen.page)
    assert seen.happened == []


def test_a_search_for_markup_is_a_search(visit):
    seen = visit("hostile")
    seen.page.fill("#search", "<script>")
    assert "accounts in rings match" in seen.page.inner_text("#hits")
    assert seen.happened == []


def test_hostile_and_harmless_data_give_the_same_shape(visit):
    hostile, plain = visit("hostile").page, visit("plain").page
    assert hostile.evaluate(TAGS) == plain.evaluate(TAGS)


def test_hostile_and_harmless_data_give_the_same_shape_in_use(visit):
    pages = [visit(name).page for name in ("hostile", "plain")]
    for page in pages:
        use_everything(page)
        page.fill("#search", "")
    assert pages[0].evaluate(TAGS) == pages[1].evaluate(TAGS)
