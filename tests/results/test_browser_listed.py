"""A run of 1,100 groups in a real browser: what the list, its filters and its search count is what the files hold."""

import re
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from report_worlds import Group, generated, having

from graphlink.results.run_folder import write_run

expect = pytest.importorskip("playwright.sync_api", reason="playwright is not installed").expect
pytestmark = pytest.mark.slow

pytest_plugins = ["report_browser"]

EYES = [
    Group(300, 4),
    *[Group(20)] * 7,
    *[Group(6, assessment="inconclusive")] * 5,
    *[Group(12, assessment="event")] * 32,
]
N_HOUSEHOLDS = 1_055
SMALLEST = {"eyes": 10, "everything": 2}


@pytest.fixture(scope="session", autouse=True)
def many(reports):
    """The same 1,100 groups, once with the small ones counted and once with all of them listed."""
    run = with_households(generated((*EYES, Group(3, assessment="household")), n_accounts=60_000))
    for name, smallest in SMALLEST.items():
        write_run(having(run, smallest_listed=smallest), reports / name)


def with_households(run):
    """The run with its last ring, a household, as many times as is asked for."""
    findings, (*_, one) = run.findings, run.findings.rings
    ids = [f"R-{number:04}" for number in range(one.rank, one.rank + N_HOUSEHOLDS)]

    def repeated(table):
        own = table[table["ring_id"] == one.ring_id]
        copy = np.repeat(np.arange(N_HOUSEHOLDS), len(own))
        more = pd.concat([own] * N_HOUSEHOLDS, ignore_index=True).assign(ring_id=np.array(ids)[copy])
        for name in {"account_id", "signal_value"} & set(more.columns):
            more[name] += pd.Series(copy).map("_{}".format)
        if "rank" in more:
            more["rank"] += copy
        return pd.concat([table[table["ring_id"] != one.ring_id], more.astype(table.dtypes)], ignore_index=True)

    tables = {name: repeated(getattr(findings, name)) for name in ("members", "signals", "tied")}
    copies = (replace(one, ring_id=ring_id, rank=one.rank + number) for number, ring_id in enumerate(ids))
    return having(run, rings=(*findings.rings[:-1], *copies), **tables)


def whole(text):
    return [int(number.replace(",", "")) for number in re.findall(r"\d[\d,]*", text)]


def test_the_overview_leads_to_the_top_ring_in_one_click(visit):
    page = visit("eyes").page
    page.locator(".firsts a").first.click()
    ring = page.locator("#ring-R-0001")
    assert ring.evaluate("ring => ring.open")
    expect(ring.locator(".headline")).to_be_in_viewport()


@pytest.mark.parametrize("name", SMALLEST)
def test_the_list_its_filters_and_the_files_count_the_same(visit, reports, name):
    page = visit(name).page
    rings = pd.read_csv(reports / name / "rings.csv")
    n_listed = len(rings)
    assert whole(page.inner_text("#shown"))[:2] == [n_listed, n_listed]
    assert page.locator("#list tbody tr:visible").count() == min(n_listed, 100)
    options = page.locator("#assessment option").evaluate_all("all => all.map((one) => [one.value, one.textContent])")
    told = {value: whole(text)[0] for value, text in options if value}
    assert told == rings["assessment"].value_counts().to_dict()
    for assessment, n in told.items():
        page.select_option("#assessment", assessment)
        assert whole(page.inner_text("#shown"))[:2] == [n, n_listed]
    page.select_option("#assessment", "")
    page.fill("#smallest", "12")
    assert whole(page.inner_text("#shown"))[0] == (rings["members"] >= 12).sum()
    small = page.locator("#unlisted")
    n_small = whole(small.inner_text())[0] if small.count() else 0
    assert n_listed + n_small == len(EYES) + N_HOUSEHOLDS


def test_the_search_counts_what_the_files_hold(visit, reports):
    page = visit("eyes").page
    members = pd.read_csv(reports / "eyes" / "members.csv")
    for typed in ("acct_0001_", "acct_0014_", "acct_0040_000003"):
        page.fill("#search", typed)
        found = members[members["account_id"].str.contains(typed, regex=False)]
        assert whole(page.locator("#hits p").first.inner_text())[0] == len(found) > 0
        assert whole(page.inner_text("#shown"))[0] == found["ring_id"].nunique()
    page.fill("#search", "acct_0045_000001_500")
    assert "The 1,055 smaller groups are not searched here" in page.inner_text("#hits")


def test_a_long_list_shows_all_when_asked(visit, reports):
    page = visit("everything").page
    page.locator("#all").click()
    assert page.locator("#list tbody tr:visible").count() == len(pd.read_csv(reports / "everything" / "rings.csv"))
    assert page.locator("#all").is_hidden()


def explored(visit, ring):
    figure = visit("eyes", f"#ring-{ring}").page.locator(f"#ring-{ring} figure.graph")
    figure.get_by_role("button", name="Explore this graph").click()
    return figure


def test_a_search_in_the_graph_lists_the_neighbours_of_what_it_finds(visit, reports):
    figure = explored(visit, "R-0002")
    account = pd.read_csv(reports / "eyes" / "members.csv").query("ring_id == 'R-0002'")["account_id"].iloc[3]
    figure.locator(".seek input").fill(account)
    told = figure.locator(".told")
    assert told.inner_text().startswith(account)
    n_joined = whole(told.inner_text().split("Joined to")[1])[0]
    assert told.locator("tr").count() == n_joined > 2
    figure.locator(".seek input").fill("nowhere")
    assert told.inner_text() == "0 match."


def test_a_kind_of_signal_is_switched_off_in_the_graph_and_on_again(visit):
    figure = explored(visit, "R-0001")
    figure.get_by_role("button", name="Open all cells").click()
    before = whole(figure.locator(".drawn").inner_text())
    switch = figure.locator(".families button").first
    switch.click()
    assert switch.get_attribute("aria-pressed") == "false"
    assert whole(figure.locator(".drawn").inner_text())[4] < before[4]
    switch.click()
    assert whole(figure.locator(".drawn").inner_text()) == before


def test_a_phone_shows_the_page_on_fewer_than_twenty_screens_and_opens_a_ring_from_the_list(visit):
    page = visit("eyes", viewport={"width": 390, "height": 844}).page
    assert page.evaluate("document.documentElement.scrollHeight") < 20 * 844
    page.locator("#list a").nth(1).click()
    expect(page.locator("#ring-R-0002 .headline")).to_be_in_viewport()


def test_paper_has_the_listed_rings_and_no_household(visit, reports):
    page = visit("eyes").page
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    page.emulate_media(media="print")
    assert page.locator("#list tbody tr:visible").count() == len(pd.read_csv(reports / "eyes" / "rings.csv"))
    assert "1,055 smaller groups" in page.inner_text("#unlisted")
    assert page.locator("#list tbody tr", has_text="Household").count() == 0
