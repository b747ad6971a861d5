"""The documentation site, opened from a disk: every page is there, the search needs no server, nothing is loaded."""

import re
import subprocess
import sys

import pytest
from report_browser import ARGUMENTS

pytestmark = [pytest.mark.slow, pytest.mark.locked]


@pytest.fixture(scope="module")
def site(root, tmp_path_factory):
    folder = tmp_path_factory.mktemp("site")
    if not (root / "docs" / "made" / "messages.md").is_file():
        subprocess.run([sys.executable, root / "scripts" / "write_docs.py"], check=True)
    pages = [path.name for path in (root / "docs").glob("*.md")]
    made = [sys.executable, "-m", "sphinx", "--quiet", "--fail-on-warning", "--doctree-dir", folder / "trees"]
    subprocess.run([*made, root / "docs", folder / "html"], check=True)
    assert {path.name for path in (folder / "html").glob("*.html")} >= {page.replace(".md", ".html") for page in pages}
    return folder / "html"


@pytest.fixture
def page(chromium, site):
    sync_api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    with sync_api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=ARGUMENTS)
        page, asked = browser.new_page(), []
        page.on("request", lambda request: asked.append(request.url))
        page.goto((site / "index.html").as_uri())
        yield page
        browser.close()
    assert [url for url in asked if not url.startswith(("file:", "data:"))] == []


def test_the_search_finds_a_page_without_a_server(page):
    page.get_by_placeholder("Search").fill("labelled cases")
    page.keyboard.press("Enter")
    page.wait_for_selector(".search a")
    assert any(
        re.search(r"threshold\.html", link.get_attribute("href")) for link in page.query_selector_all(".search a")
    )


def test_every_page_is_one_click_from_the_index(page, site):
    linked = {link.get_attribute("href").split("#")[0] for link in page.query_selector_all("a[href]")}
    here = {path.relative_to(site).as_posix() for path in site.rglob("*.html")}
    assert here - linked <= {"index.html", "genindex.html", "search.html"}
