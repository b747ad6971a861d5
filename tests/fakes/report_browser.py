"""A report in a real browser, for the tests that look at it: every visit notes what happened without being asked."""

import pytest
from changes_worlds import decided, swept
from report_worlds import Group, generated, harmless, hostile

from graphlink.results.run_folder import write_run

ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


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


@pytest.fixture(scope="module")
def browser(chromium):
    sync_api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    with sync_api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def reports(tmp_path_factory):
    folder = tmp_path_factory.mktemp("reports")
    groups = (Group(300, 4), Group(60, 2), Group(30), Group(50, 1, "organisation"), Group(25, 1, "course"))
    runs = {
        "hostile": swept(hostile, **decided(hostile)),
        "plain": swept(harmless, **decided(harmless)),
        "several": generated(groups, n_accounts=90_000),
    }
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
