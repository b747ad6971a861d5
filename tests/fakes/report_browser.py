"""A report in a real browser, for the tests that look at it: every visit notes what happened without being asked."""

import pytest
from changes_worlds import decided, swept
from report_worlds import Group, generated, harmless, hostile

from graphlink.results.run_folder import write_run

ARGUMENTS = [
    *("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"),
    *("--disable-component-update", "--disable-sync"),
]


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
