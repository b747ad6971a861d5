"""The page in a real browser: nothing loads, nothing runs that is not ours, and the list can be explored."""

import pandas as pd
import pytest
from page_user import use_everything
from report_worlds import Group, generated

from graphlink.results.page import html_page
from graphlink.results.run_folder import write_run

expect = pytest.importorskip("playwright.sync_api", reason="playwright is not installed").expect
pytestmark = pytest.mark.slow

pytest_plugins = ["report_browser"]


def ranks(page):
    return page.locator("#list tbody tr:visible td.rank").all_inner_texts()


def test_a_foreign_script_does_not_run(visit):
    seen = visit("plain")
    seen.page.evaluate("""() => {
        const script = document.createElement("script");
        script.textContent = "window.intruder = true";
        document.body.append(script);
    }""")
    assert seen.page.evaluate("window.intruder === undefined")
    assert "Content Security Policy" in " ".join(seen.happened)


@pytest.mark.parametrize("name", ["several", "hostile"])
def test_nothing_is_wider_than_a_phone(visit, name):
    seen = visit(name, viewport={"width": 360, "height": 760})
    seen.page.evaluate("for (const part of document.querySelectorAll('details')) part.open = true")
    assert seen.page.evaluate("document.documentElement.scrollWidth") <= 360


def test_the_list_sorts(visit):
    page = visit("several").page
    page.get_by_role("button", name="Members").click()
    assert ranks(page) == ["1", "2", "4", "3", "5"], "the most first: that is what one looks for"
    assert page.get_by_role("columnheader", name="Members").get_attribute("aria-sort") == "descending"
    page.get_by_role("button", name="Members").click()
    assert ranks(page) == ["5", "3", "4", "2", "1"]
    page.get_by_role("button", name="Rank").click()
    assert ranks(page) == ["1", "2", "3", "4", "5"]


def test_the_list_filters(visit):
    page = visit("several").page
    page.select_option("#assessment", "organisation")
    assert ranks(page) == ["4"]
    page.select_option("#assessment", "")
    page.fill("#smallest", "50")
    assert ranks(page) == ["1", "2"]
    assert page.inner_text("#shown") == "2 of 5 rings shown"


def test_the_search_finds_the_ring_of_an_account(visit):
    page = visit("several").page
    page.fill("#search", "acct_0003_000007")
    assert ranks(page) == ["3"]
    page.locator("#hits a").click()
    assert page.locator("#ring-R-0003").evaluate("ring => ring.open")
    page.locator("#search").press("Escape")
    assert len(ranks(page)) == 5


@pytest.mark.parametrize("typed", ["{value}", "{kind} {value}", "{kind}={value}"])
def test_the_search_finds_the_rings_of_a_value(visit, reports, typed):
    signals = pd.read_csv(reports / "several" / "signals.csv", dtype="str")
    kind, value = signals.loc[signals["ring_id"] == "R-0003", ["signal_type", "signal_value"]].iloc[0]
    page = visit("several").page
    page.fill("#search", typed.format(kind=kind, value=value).upper())
    assert ranks(page) == ["3"]
    assert "1 value in rings matches:" in page.inner_text("#hits")
    page.locator("#hits a").click()
    expect(page.locator("#ring-R-0003 .finding").first).to_be_visible()


@pytest.mark.parametrize("typed", ["{value}", "{kind} {value}", "{kind}={value}"])
def test_the_search_tells_of_a_value_that_linked_nobody(visit, reports, typed):
    kind, value = pd.read_csv(reports / "several" / "hubs.csv", dtype="str")[["signal_type", "signal_value"]].iloc[0]
    page = visit("several").page
    page.fill("#search", typed.format(kind=kind, value=value))
    assert "1 value that linked nobody matches; see Not linked." in page.inner_text("#hits")
    page.locator("#hits a", has_text="Not linked").click()
    assert page.url.endswith("#not-linked")
    page.fill("#search", "nowhere")
    assert "Not linked" not in page.inner_text("#hits")


def test_a_link_to_a_ring_that_the_page_tells_no_more_of_leads_to_its_row(visit, reports, monkeypatch):
    monkeypatch.setattr(html_page, "BRIEF_BUDGET", 0)
    write_run(generated((Group(8), Group(9)), n_accounts=9_000), reports / "listed", force=True)
    page = visit("listed", "#ring-R-0002").page
    where = page.locator("tr#ring-R-0002 .where")
    assert "graphlink explain R-0002" in where.inner_text()
    assert page.locator("tr#ring-R-0001 .where").is_hidden()
    page.fill("#search", "R-0001")
    assert where.is_hidden()
    page.evaluate("location.hash = ''")
    page.evaluate("location.hash = 'ring-R-0002'")
    expect(where).to_be_visible()
    page.evaluate("location.hash = 'ring-R-FFFF'")
    expect(page.locator("#search")).to_have_value("R-FFFF")
    assert page.inner_text("#shown") == "0 of 2 rings shown"


def test_a_ring_opens_by_keyboard(visit):
    page = visit("several").page
    summary = page.locator("#ring-R-0002 > summary")
    summary.focus()
    summary.press("Enter")
    expect(page.locator("#ring-R-0002 .finding").first).to_be_visible()


IS_SEEN = """() => {
    const here = document.activeElement, box = here.getBoundingClientRect();
    const top = document.elementFromPoint(box.x + box.width / 2, box.y + Math.min(box.height / 2, 20));
    const isLabelled = [...(here.labels ?? [])].some((label) => label.contains(top));
    return here.matches("body, .scroll") || here.contains(top) || isLabelled ? "" : here.outerHTML;
}"""
"""What has the focus, if nothing of it can be seen. What scrolls by itself may be taller than the screen."""


@pytest.mark.parametrize(("width", "height"), [(1280, 900), (640, 450), (375, 740)])
def test_what_has_the_focus_is_seen_however_fast_the_keys_come(visit, width, height):
    page = visit("several", "#ring-R-0002", viewport={"width": width, "height": height}).page
    hidden = []
    for key in ["Tab"] * 90 + ["Shift+Tab"] * 140:
        page.keyboard.press(key)
        hidden.append(page.evaluate(IS_SEEN))
    assert [each for each in hidden if each] == []


def test_a_deep_link_opens_its_ring(visit):
    page = visit("several", "#ring-R-0004").page
    expect(page.locator("#ring-R-0004 .finding").first).to_be_visible()
    assert page.evaluate("document.activeElement.parentElement.id") == "ring-R-0004"


@pytest.mark.parametrize("sought", ["acct_0003_000007", "%61cct_0003_000007"])
def test_a_link_finds_an_account_and_opens_its_ring(visit, sought):
    page = visit("several", f"#find={sought}").page
    expect(page.locator("#ring-R-0003 .finding").first).to_be_visible()
    assert page.input_value("#search") == "acct_0003_000007"


def test_a_link_that_finds_nothing_says_so(visit):
    seen = visit("several", "#find=%zz<script>")
    assert seen.page.inner_text("#shown") == "0 of 5 rings shown"
    assert seen.happened == []


def explored(visit, ring):
    """A page with a ring's graph being explored, and the graph."""
    page = visit("several", f"#ring-{ring}").page
    figure = page.locator(f"#ring-{ring} figure.graph")
    figure.get_by_role("button", name="Explore this graph").click()
    return page, figure


def colours(stage):
    """How many colours the graph's canvas shows."""
    return stage.evaluate("""(stage) => {
        const canvas = stage.querySelector("canvas[data-id='layer2-node']");
        const pixels = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height).data;
        return new Set(new Uint32Array(pixels.buffer)).size;
    }""")


def somewhere_painted(stage):
    """A place within the graph where something is drawn and not just its rim."""
    return stage.evaluate("""(stage) => {
        const canvas = stage.querySelector("canvas[data-id='layer2-node']");
        const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
        const painted = (x, y) => data[4 * (y * canvas.width + x) + 3] === 255;
        for (let y = 4; y < canvas.height - 4; y += 1) for (let x = 4; x < canvas.width - 4; x += 1) {
            if (painted(x - 3, y) && painted(x + 3, y) && painted(x, y - 3) && painted(x, y + 3)) {
                return [x * canvas.clientWidth / canvas.width, y * canvas.clientHeight / canvas.height];
            }
        }
    }""")


def test_a_ring_is_explored_with_its_cells_closed(visit):
    _, figure = explored(visit, "R-0001")
    assert figure.locator(".network").is_hidden()
    assert "Drawn: 4 closed cells, 0 open with 0 of their 0 accounts" in figure.locator(".drawn").inner_text()


def test_a_cell_opens_and_closes_in_the_graph_and_all_is_counted(visit):
    page, figure = explored(visit, "R-0001")
    cell = figure.get_by_role("button", name="cell 2 · 75")
    cell.click()
    assert cell.get_attribute("aria-pressed") == "true"
    told = figure.locator(".drawn").inner_text()
    assert "3 closed cells, 1 open with 75 of their 75 accounts" in told
    assert "Of 300 accounts, 225 are not drawn one by one" in told
    page.wait_for_timeout(200)
    assert colours(figure.locator(".stage")) > 20
    cell.click()
    assert "Drawn: 4 closed cells" in figure.locator(".drawn").inner_text()
    figure.get_by_role("button", name="Open all cells").click()
    assert "0 closed cells, 4 open with 300 of their 300" in figure.locator(".drawn").inner_text()


def test_the_graph_is_left_by_keyboard(visit):
    page, figure = explored(visit, "R-0001")
    assert page.evaluate("document.activeElement.matches('.stage')")
    page.keyboard.press("Escape")
    expect(figure.locator(".network")).to_be_visible()
    assert figure.locator("canvas").count() == 0
    assert page.evaluate("document.activeElement.className") == "go"


def test_an_account_in_the_graph_says_what_it_is_joined_to(visit):
    page, figure = explored(visit, "R-0003")
    figure.locator(".stage").evaluate("stage => stage.scrollIntoView({ block: 'center', behavior: 'instant' })")
    page.wait_for_timeout(200)
    box = figure.locator(".stage").bounding_box()
    x, y = somewhere_painted(figure.locator(".stage"))
    page.mouse.click(box["x"] + x, box["y"] + y)
    assert "Joined to" in figure.locator(".told").inner_text()


def test_what_is_explored_prints_as_a_picture(visit):
    page, figure = explored(visit, "R-0001")
    page.emulate_media(media="print")
    expect(figure.locator(".network")).to_be_visible()
    assert figure.locator(".explore").is_hidden()


def test_a_signal_lights_up_its_accounts(visit):
    page = visit("several", "#ring-R-0003").page
    mark = page.locator("#ring-R-0003 .network .mark").first
    mark.scroll_into_view_if_needed()
    mark.hover()
    lit = page.locator("#ring-R-0003 .network circle.on")
    mark_number = 0
    joined = page.locator("#ring-R-0003 .network circle").evaluate_all(
        f"circles => circles.filter((c) => c.dataset.s.split(' ').includes('{mark_number}')).length"
    )
    assert lit.count() == joined > 1


def test_everything_can_be_read_without_scripts(visit):
    page = visit("several", java_script_enabled=False).page
    assert page.locator("#controls").is_hidden()
    expect(page.locator("#ring-R-0001 .finding").first).to_be_visible()
    page.locator("#ring-R-0002 > summary").click()
    expect(page.locator("#ring-R-0002 .finding").first).to_be_visible()


def test_paper_has_all_of_a_ring_that_is_open_and_says_which_are_not(visit):
    page = visit("several").page
    closed = "document.querySelectorAll('#ring-R-0001 details:not([open])').length"
    before = page.evaluate(closed)
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    assert before > page.evaluate(closed) == 0
    told = page.evaluate("document.getElementById('printed').textContent")
    assert told.startswith("This print has 1 of the 5 rings")
    page.evaluate("dispatchEvent(new Event('afterprint'))")
    assert page.evaluate(closed) == before


def test_a_draft_for_an_account_holder_is_one_step_from_the_account(visit):
    page = visit("several", "#ring-R-0003").page
    page.locator("#ring-R-0003 .members td.of a").first.click()
    draft = page.locator("#told-R-0003-1 blockquote")
    expect(draft).to_be_visible()
    assert "appears to be coordinated with other accounts" in draft.inner_text()


@pytest.mark.parametrize(("width", "scheme"), [(1280, "dark"), (360, "light")])
@pytest.mark.parametrize("name", ["several", "plain"])
def test_axe_finds_nothing_serious(visit, name, width, scheme):
    axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="axe-playwright-python is not installed")
    page = visit(name, viewport={"width": width, "height": 800}, color_scheme=scheme).page
    page.evaluate("for (const part of document.querySelectorAll('details')) part.open = true")
    page.locator(".go").first.click()
    found = axe.Axe().run(page).response["violations"]
    serious = {each["id"]: each["nodes"][0]["html"] for each in found if each["impact"] in {"serious", "critical"}}
    assert serious == {}


def test_a_large_page_is_usable_within_three_seconds(browser, tmp_path):
    """By the time for which the page's own thread is at work: other tests run beside this one."""
    write_run(generated((Group(25_000, 40),), n_accounts=1_000_000), tmp_path / "large")
    page = browser.new_page()
    meter = page.context.new_cdp_session(page)
    meter.send("Performance.enable", {"timeDomain": "threadTicks"})
    page.goto((tmp_path / "large" / "report.html").as_uri())
    assert page.inner_text("#shown") == "1 of 1 rings shown"
    metrics = {each["name"]: each["value"] for each in meter.send("Performance.getMetrics")["metrics"]}
    assert 0 < metrics["ThreadTime"] < 3
    page.close()


# --- a graph that is closed while it is being drawn leaves nothing behind that fails --------------------------------

# Each is done in the very task in which the graph is closed, or just before: what it asked to be drawn comes later.
STIRS = {
    "the window": "stage.style.width = '300px'",
    "the wheel": "stage.firstElementChild.dispatchEvent(new WheelEvent('wheel', {deltaY: 40, bubbles: true}))",
    "keys": "for (const key of ['+', '-', '0']) stage.dispatchEvent(new KeyboardEvent('keydown', {key}))",
    "cells": "for (const one of room.querySelectorAll('.cells-of button')) one.click()",
    "nothing": "",
}
CLOSE = """async (wait) => {
  const figure = document.querySelector('#ring-R-0001 figure.graph');
  for (let round = 0; round < 2; round++) {
    figure.querySelector('button.go').click();
    const room = figure.querySelector('.explore');
    const stage = room.querySelector('.stage');
    STIR;
    if (wait) await new Promise((done) => setTimeout(done, wait));
    const back = room.querySelector('.tools button');
    back.click();
    back.click();
    await new Promise((done) => setTimeout(done, 350));
  }
}"""


@pytest.mark.parametrize("wait", [0, 16, 100])
@pytest.mark.parametrize("stir", STIRS)
def test_a_graph_is_closed_while_it_is_being_drawn(visit, stir, wait):
    seen = visit("several", "#ring-R-0001")
    page = seen.page
    page.evaluate(CLOSE.replace("STIR", STIRS[stir]), wait)
    assert not seen.happened
    assert page.locator(".explore").count() == 0


# --- hostile strings in every field: nothing happens, and the page keeps its shape ----------------------------------

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
