"""Hostile strings in every field, in a real browser: nothing happens, and the page keeps its shape."""

import pytest

pytestmark = pytest.mark.slow

pytest_plugins = ["report_browser"]

TAGS = "Array.from(document.querySelectorAll('*'), (node) => node.tagName).join(' ')"


def use_everything(page):
    """Do all that the page offers: open every part, sort, filter, search, explore each graph and open its cells."""
    page.evaluate("for (const part of document.querySelectorAll('details')) part.open = true")
    page.evaluate("for (const button of document.querySelectorAll('#list thead button')) button.click()")
    page.select_option("#assessment", "coordinated")
    page.select_option("#assessment", "")
    page.fill("#search", "acc")
    for go in page.locator("button.go").all():
        go.click()
    page.evaluate("""() => {
        for (const button of document.querySelectorAll(".cells-of button")) button.click();
    }""")
    page.emulate_media(color_scheme="dark")
    stage = page.locator(".stage").first
    stage.scroll_into_view_if_needed()
    box = stage.bounding_box()
    for step in range(1, 8):
        page.mouse.click(box["x"] + box["width"] * step / 8, box["y"] + box["height"] / 2)
    stage.press("+")
    stage.press("ArrowLeft")
    stage.press("0")
    page.wait_for_timeout(200)


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
