"""The page in a real browser: nothing loads, nothing runs that is not ours, and the list can be explored."""

import pytest
from report_worlds import Group, generated, hostile, two_rings

from graphlink.report import write_run

sync_api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")

ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@pytest.fixture(scope="module")
def browser(chromium):
    with sync_api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def reports(tmp_path_factory):
    folder = tmp_path_factory.mktemp("reports")
    groups = (Group(300, 4), Group(60, 2), Group(30), Group(50, 1, "organisation"), Group(25, 1, "course"))
    runs = {"hostile": two_rings(hostile), "plain": two_rings(), "several": generated(groups, n_accounts=90_000)}
    for name, run in runs.items():
        write_run(run, folder / name)
    return folder


class Visit:
    """An open page and everything that it did without being asked."""

    def __init__(self, context, url):
        self.happened = []
        self.page = context.new_page()
        self.page.on("console", lambda message: self.happened.append(message.text))
        self.page.on("pageerror", lambda error: self.happened.append(str(error)))
        self.page.on("dialog", lambda dialog: (self.happened.append(dialog.message), dialog.dismiss()))
        self.page.on("request", self._note_request)
        self.page.goto(url)

    def _note_request(self, request):
        if not request.url.startswith(("file:", "data:")):
            self.happened.append(request.url)


@pytest.fixture
def visit(browser, reports, request):
    contexts = []

    def open_report(name, fragment="", **options):
        contexts.append(browser.new_context(**options))
        return Visit(contexts[-1], f"{(reports / name / 'report.html').as_uri()}{fragment}")

    yield open_report
    for context in contexts:
        context.close()


def ranks(page):
    return page.locator("#list tbody tr:visible td.rank").all_inner_texts()


@pytest.mark.parametrize("width", [1280, 360])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_hostile_data_makes_nothing_happen(visit, width, scheme):
    seen = visit("hostile", viewport={"width": width, "height": 800}, color_scheme=scheme)
    seen.page.evaluate("for (const part of document.querySelectorAll('details')) part.open = true")
    seen.page.fill("#search", "<script>")
    seen.page.wait_for_timeout(200)
    assert seen.happened == []


def test_the_script_gives_hostile_and_harmless_data_the_same_shape(visit):
    tags = "Array.from(document.querySelectorAll('*'), (node) => node.tagName).join(' ')"
    assert visit("hostile").page.evaluate(tags) == visit("plain").page.evaluate(tags)


def test_a_foreign_script_does_not_run(visit):
    seen = visit("plain")
    seen.page.evaluate("""() => {
        const script = document.createElement("script");
        script.textContent = "window.intruder = true";
        document.body.append(script);
    }""")
    assert seen.page.evaluate("window.intruder === undefined")
    assert "Content Security Policy" in " ".join(seen.happened)


def test_nothing_is_wider_than_a_phone(visit):
    seen = visit("several", viewport={"width": 360, "height": 760})
    assert seen.page.evaluate("document.documentElement.scrollWidth") <= 360


def test_the_list_sorts(visit):
    page = visit("several").page
    page.get_by_role("button", name="Members").click()
    assert ranks(page) == ["5", "3", "4", "2", "1"]
    page.get_by_role("button", name="Members").click()
    assert ranks(page) == ["1", "2", "4", "3", "5"]
    assert page.get_by_role("columnheader", name="Members").get_attribute("aria-sort") == "descending"


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


def test_a_ring_opens_by_keyboard(visit):
    page = visit("several").page
    summary = page.locator("#ring-R-0002 > summary")
    summary.focus()
    summary.press("Enter")
    assert page.locator("#ring-R-0002 h3").is_visible()


def test_a_deep_link_opens_its_ring(visit):
    page = visit("several", "#ring-R-0004").page
    assert page.locator("#ring-R-0004 h3").is_visible()
    assert page.evaluate("document.activeElement.parentElement.id") == "ring-R-0004"


def test_a_cell_opens(visit):
    page = visit("several").page
    cell = page.locator("#ring-R-0001 details.cell").first
    cell.locator("summary").click()
    assert cell.locator("svg.network circle").count() > 10


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
    assert page.locator("#ring-R-0001 h3").is_visible()
    page.locator("#ring-R-0002 > summary").click()
    assert page.locator("#ring-R-0002 h3").is_visible()


def test_the_page_prints(visit, tmp_path):
    page = visit("several").page
    paper = page.pdf(path=tmp_path / "report.pdf", format="A4")
    assert paper.startswith(b"%PDF")


def test_a_large_page_is_usable_within_three_seconds(browser, tmp_path):
    write_run(generated((Group(25_000, 40),), n_accounts=1_000_000), tmp_path / "large")
    page = browser.new_page()
    page.goto((tmp_path / "large" / "report.html").as_uri())
    page.wait_for_function("document.getElementById('shown').textContent !== ''")
    assert page.evaluate("performance.now()") < 3000
    page.close()
