"""The page: escaped, whole, light, honest about what it leaves out, and in step with rings.json."""

import base64
import hashlib
import re
from dataclasses import replace
from functools import cache
from html import escape
from pathlib import Path

import numpy as np
import pytest
from page_reading import page, skeleton_text, tables
from report_worlds import HOSTILE, Group, generated, harmless, having, hostile, two_rings

from graphlink.model.findings import Campaign, Chance
from graphlink.model.rows import Notice
from graphlink.results.text import count

TEMPLATES = Path(__file__).parents[2] / "graphlink" / "results" / "page" / "templates"


@cache
def usual() -> str:
    """The page of two rings."""
    return page(two_rings())


def test_the_skeleton_is_as_approved():
    approved = (Path(__file__).parents[1] / "golden" / "report-skeleton.txt").read_text()
    assert skeleton_text(usual()) == approved


def test_hostile_and_harmless_data_make_the_same_skeleton():
    assert skeleton_text(page(two_rings(hostile))) == skeleton_text(page(two_rings(harmless)))


@pytest.mark.parametrize("weapon", HOSTILE)
def test_no_hostile_string_stands_as_it_is(weapon):
    marked = re.search(r"[<>&\"']", weapon)
    text = page(two_rings(lambda value: f"{weapon} {value}"))
    assert not marked or weapon not in text
    assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028-\u202e]", text)


def test_the_order_of_the_rows_leaves_the_page_as_it_is():
    run = two_rings()
    shuffled = run.findings.ties.sample(frac=1, random_state=3)
    assert page(having(run, tied=shuffled)) == page(run)


def source(content):
    return "sha256-" + base64.b64encode(hashlib.sha256(content.encode()).digest()).decode()


def test_the_policy_allows_only_what_the_page_brings():
    text = usual()
    policy = re.search(r'http-equiv="Content-Security-Policy" content="([^"]*)"', text)[1].replace("&#39;", "'")
    (style,) = re.findall(r"<style[^>]*>(.*?)</style>", text, re.DOTALL)
    scripts = re.findall(r"<script>(.*?)</script>", text, re.DOTALL)
    assert len(scripts) == 3
    allowed = " ".join(f"'{source(script)}'" for script in scripts)
    assert policy == (
        f"default-src 'none'; script-src {allowed}; style-src '{source(style)}'; "
        "img-src data:; base-uri 'none'; form-action 'none'"
    )


def test_a_page_without_graphs_carries_no_script_of_others():
    run = two_rings()
    nothing = {name: getattr(run.findings, name).iloc[:0] for name in ("signals", "tied")}
    text = page(having(run, **nothing))
    assert len(re.findall("<script>", text)) == 1
    assert "cytoscape(" not in text


def test_templates_never_step_around_escaping():
    for template in TEMPLATES.iterdir():
        text = template.read_text()
        assert "{{" not in text or template.suffix == ".j2", template
        assert not re.search(r"\|\s*safe|Markup\(|innerHTML|outerHTML|insertAdjacent|document\.write|eval\(", text)
        assert not re.search(r"\s(style|on\w+)=", text), template
        assert not re.findall(r'(?:href|src)="(?!#|data:,)', text)
        assert not re.findall(r"\s[\w-]+=\{\{", text), template


def test_attributes_that_lead_somewhere_hold_only_minted_ids():
    text = page(two_rings(hostile))
    found = set(re.findall(r'href="([^"]*)"', text))
    assert {link for link in found if not re.fullmatch(r"#k\d|#told-R-4KQ7-\d", link)} <= {
        "data:,", "#rings", "#overview", "#not-linked", "#run", "#words", "#ring-R-4KQ7", "#ring-R-9XWM",
    }  # fmt: skip


def test_an_id_that_was_not_minted_is_refused():
    run = two_rings()
    forged = replace(run.findings.rings[0], ring_id='R-1" onclick="x')
    with pytest.raises(ValueError, match="not a minted id"):
        page(having(run, rings=(forged,)))


def test_no_text_of_the_page_accuses():
    assert not re.search(
        r"guilt|criminal|culprit|fraudster|gang|cheat", page(generated((Group(40, 2),), n_accounts=9000))
    )


# --- what an investigator must find -------------------------------------------------------------------------------


def test_the_first_screen_says_what_needs_eyes():
    text = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", usual().split('<section id="rings"')[0]))
    for sentence in (
        "1 ring looks coordinated. Start with R-4KQ7.",
        "Of 20,000 accounts read, 11 belong to 1 ring assessed as coordinated: 8 core, 2 probable and 1 peripheral.",
        "1 further account may be a victim and is kept apart.",
        "of the accounts that share one value, 31 % share a second one with one of the others",
        "152,731 rows read: 152,400 accepted, 230 exact duplicates, 94 rejected and 7 outside the window.",
        "How many of these rings chance alone would give was not estimated in this run.",
        "A person must decide on every account",
    ):
        assert sentence in text


def test_where_nothing_looks_coordinated_no_group_ranks_below_another():
    run = two_rings()
    kinds = dict(zip(run.findings.rings, ("organisation", "inconclusive"), strict=True))
    quiet = tuple(replace(ring, assessment=kind) for ring, kind in kinds.items())
    text = page(having(run, rings=quiet))
    assert "No ring looks coordinated." in text
    assert "2 groups share signals: 1 fits an honest explanation better and 1 is inconclusive." in text


@pytest.mark.parametrize(
    ("n_rings", "said"),
    [
        (1, "1 group shares signals: it fits an honest explanation better."),
        (2, "2 groups share signals: both fit an honest explanation better."),
    ],
)
def test_a_whole_is_not_counted_again_as_its_only_part(n_rings, said):
    """'38 groups share signals: 38 fit an honest explanation better.'"""
    run = two_rings()
    rings = tuple(replace(ring, assessment="organisation") for ring in run.findings.rings[:n_rings])
    assert said in page(having(run, rings=rings))


def test_what_chance_would_give_and_what_it_explains_is_told():
    run = two_rings()
    q_values = dict.fromkeys((ring.ring_id for ring in run.findings.rings), 0.01)
    chance = Chance(5, rings=0.2, coordinated=0.0, n_explained=3, n_links_lost=0, q_values=q_values)
    text = page(having(run, chance=chance))
    assert "chance alone still gave 0.2 groups as strong as those found here (10 % of all groups)" in text
    assert "3 weaker groups were left out, since chance gives as many." in text
    assert "of them failed the evidence rules, 3 of these since chance explains them" in text


def test_notices_of_the_data_are_told_and_those_of_files_are_not():
    run = two_rings()
    notices = (Notice("GL304", "3 account ids differ", about_files=False), Notice("GL308", "no page checksums"))
    text = page(replace(run, reading=replace(run.reading, notices=notices)))
    assert "<code>GL304</code> <bdi>3 account ids differ</bdi>" in text
    assert "GL308" not in text


def test_every_ring_says_its_finding_checks_and_reasons():
    text = usual()
    for ring in two_rings().findings.rings:
        for part in (*ring.factors, *ring.checks):
            assert escape(part.because).replace("&#x27;", "&#39;") in text
    assert "Could not be judged" in text


def assessed(assessment, score=None):
    """The page's part about the first ring, assessed as asked."""
    run = two_rings()
    first = run.findings.rings[0]
    ring = replace(first, assessment=assessment, score=first.score if score is None else score)
    text = page(having(run, rings=(ring, *run.findings.rings[1:])))
    return text.split('id="ring-R-4KQ7"')[1].split('id="ring-R-9XWM"')[0]


@pytest.mark.parametrize(
    ("assessment", "score", "said"),
    [
        ("coordinated", 86.2, "are assessed as coordinated, with a high score: "),
        ("inconclusive", 41.0, "the evidence falls short of calling them coordinated"),
        ("inconclusive", 61.0, "They are not called coordinated: a rule holds them back."),
        ("household", 86.2, "but a household explains that better"),
    ],
)
def test_the_finding_follows_the_assessment(assessment, score, said):
    assert said in assessed(assessment, score)


@pytest.mark.parametrize("assessment", ["inconclusive", "household"])
def test_only_a_coordinated_ring_speaks_of_acting(assessment):
    assert "Acting on core reaches" in assessed("coordinated")
    assert "Acting on core reaches" not in assessed(assessment)
    assert "Drafts for account holders" not in assessed(assessment)


def test_what_fits_an_honest_explanation_is_not_called_proven():
    """A ring that an agency would look like was told to be '605 accounts of honest people'."""
    said = assessed("agency")
    assert "what these 11 accounts share fits an agency. If they are that, acting would hit honest people" in said
    assert "by the rules of this report: the score is" in said
    assert "whether they are is not known" in said
    assert "families of signals" not in said


def test_a_ring_leads_to_the_others_of_its_campaign():
    run = generated((Group(20), Group(12), Group(9)), n_accounts=9000)
    rings = tuple(replace(ring, campaign="C-1" if ring.rank < 3 else "") for ring in run.findings.rings)
    campaign = Campaign("C-1", ("R-0001", "R-0002"), 32, 4, 9, ("identity",))
    text = page(having(run, rings=rings, campaigns=(campaign,)))
    first, second, third = text.split('<details class="ring"')[1:]
    assert 'Its other rings: <a href="#ring-R-0002">R-0002</a>.' in first
    assert "4 values of identity that cross between its rings and are mostly borne in coordinated ones." in first
    assert 'Its other rings: <a href="#ring-R-0001">R-0001</a>.' in second
    assert "Its other rings" not in third


@pytest.mark.parametrize("disguise", [harmless, hostile])
def test_a_possible_victim_stands_apart(disguise):
    ring = page(two_rings(disguise)).split('id="ring-R-4KQ7"')[1].split('id="ring-R-9XWM"')[0]
    members, victims = ring.split("<h4>Possible victims<")
    assert "acc-0311" not in members.split("<h4>Members by tier<")[1]
    assert "acc-0311" in victims


def test_a_count_that_has_possible_victims_in_it_says_so():
    text = re.sub(r"<[^>]+>", "", usual().split('id="ring-R-4KQ7"')[1].split('id="ring-R-9XWM"')[0])
    for said in (
        "11 accounts and 1 possible victim in 2 cells",
        "Status in the export, of all of them: ",
        "(5), possible victims not counted, were created",
        "of the 10 core and probable members, without the peripheral one and the 1 possible victim.",
        "“Inside” and “Share of ring” refer to 12 accounts (1 of them a possible victim).",
        "All 12 accounts (1 of them a possible victim). Rows",
        "9 of 12 accounts (1 of them a possible victim) stay linked",
    ):
        assert said in text
    assert "possible victim" not in usual().split('id="ring-R-9XWM"')[1].split("<h4>Members by tier<")[0]


def test_whom_acting_would_reach_is_told_with_how_many_are_banned_already():
    """'Acting on core reaches 137 accounts' said nothing of the 69 that were, nor did the first screen."""
    text = re.sub(r"<[^>]+>", "", usual())
    assert "Status of these 8 in the export: 6 active, 2 banned." in text
    assert "Status in the export, without possible victims: 8 active, 3 banned." in text
    assert "Status " not in re.sub(r"<[^>]+>", "", page(of_statuses(lambda status: np.full_like(status, -1))))


def of_statuses(change):
    run = two_rings()
    accounts = run.reading.sightings.accounts
    accounts = replace(accounts, status=change(accounts.status))
    return replace(run, reading=replace(run.reading, sightings=replace(run.reading.sightings, accounts=accounts)))


def test_an_account_by_itself_is_listed_as_no_cell():
    run = two_rings()
    members = run.findings.members
    alone = members.assign(cell=members["cell"].where(members.index != 3, 2))
    rings = (replace(run.findings.rings[0], n_cells=3), run.findings.rings[1])
    text = page(having(run, members=alone, rings=rings))
    assert [row[0] for row in tables(text, "cells")[0]] == ["0", "1"]
    assert "smaller cell" not in text
    told = re.sub(r"<[^>]+>", "", text)
    assert "11 accounts and 1 possible victim in 2 cells and 1 outside them" in told
    assert "1 account is in no cell with others." in told


# --- weight -------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def large():
    return generated((Group(25_000, 40), Group(60, 2)), n_accounts=1_000_000)


def test_a_ring_of_25_000_stays_light_and_says_what_is_left_out(large):
    text = page(large)
    ring = large.findings.rings[0]
    assert len(text.encode()) < 2_000_000
    assert f"25 of {count(ring.n_core)} core members are listed" in text
    assert "Each row is a cell of the ring (40 of 40 cells)" in text
    assert "further shared signals" in text


def test_every_table_has_a_name_of_its_own_for_who_hears_the_page():
    tables = re.findall("<table[^>]*>", usual())
    names = [re.search('aria-label(?:ledby)?="([^"]+)"', each) for each in tables]
    assert all(names)
    assert len({each[1] for each in names}) == len(tables)


def test_the_page_tells_how_many_of_the_first_groups_are_expected_to_be_wrong():
    text = page(generated((*[Group(12)] * 6, *[Group(6, assessment="inconclusive")] * 6), n_accounts=900))
    (told,) = tables(text, "expected")
    assert [row[0] for row in told] == ["5", "6, all coordinated", "10, 4 inconclusive"]
    only_open = page(generated([Group(6, assessment="inconclusive")] * 6, n_accounts=900))
    assert "of the first 5 inconclusive groups to be wrong" in only_open


def test_a_run_unlike_all_fitted_worlds_says_so_before_its_rings():
    told = page(having(two_rings(), unlike=("lifetime (lasting)",)))
    assert told.index("in lifetime (lasting): take its verdicts as leads") < told.index("Look at these first")
    assert "take its verdicts as leads" not in usual()


def test_a_run_without_rings_has_a_page():
    run = two_rings()
    nothing = {name: getattr(run.findings, name).iloc[:0] for name in ("members", "signals", "tied", "hubs")}
    text = page(having(run, rings=(), **nothing))
    assert "No ring was found." in text
    assert "There is nothing to look at" in text
    assert "The groups below" not in text
    assert "All 0 rings" not in text


def without_times(frame):
    """The table as it is where the export states no time."""
    times = [column for column in ("created_at", "first_seen", "last_seen") if column in frame]
    return frame.assign(**{column: frame[column].where([False] * len(frame)) for column in times})


@pytest.mark.parametrize(
    ("lost", "lose", "part"),
    [
        (("signals", "tied"), lambda frame: frame.iloc[:0], "Who shares what"),
        (("tied",), lambda frame: frame.iloc[:0], "Who shares what"),
        (("members", "signals", "tied"), lambda frame: frame.iloc[:0], "Who shares what"),
        (("members", "signals", "tied"), without_times, "When"),
        (("members",), lambda frame: frame.assign(cell=-1), "Cells"),
    ],
)
def test_a_ring_that_lacks_something_has_a_page_without_that_part(lost, lose, part):
    run = generated((Group(300, 8),), n_accounts=9000)
    text = page(having(run, **{name: lose(getattr(run.findings, name)) for name in lost}))
    assert 'id="ring-R-0001"' in text
    assert f"<h4>{part}<" in page(run)
    assert f"<h4>{part}<" not in text


def test_a_ring_that_a_person_cleared_is_not_counted_among_the_honest_groups():
    text = page(generated((Group(30), Group(12, 1, "organisation"), Group(10, 1, "cleared")), n_accounts=9000))
    assert "1 fits an honest explanation better and 1 was cleared by a person." in text
