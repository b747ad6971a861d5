"""Every number in the report of the sample is one of ``rings.json``, or follows from numbers that stand there.

The tables of the page are compared cell by cell. Then every number in its prose must be one that can be computed here
from the document alone: a sentence with a number of its own fails.
"""

import json
import re
from collections import Counter, defaultdict
from datetime import datetime, timedelta
from html.parser import HTMLParser

import numpy as np
import pandas as pd
import pytest

from graphlink.results.page.overview import N_HUBS
from graphlink.results.page.ring_view import N_MEMBERS, N_SIGNALS, N_STRONGEST
from graphlink.results.page.risk import LONG
from graphlink.results.text import count, count_by_chance, decimal
from graphlink.words.sentences import percent

pytestmark = pytest.mark.slow

TIERS = ("core", "probable", "peripheral", "possible_victim")
DATE = re.compile(
    r"\d{1,2}(?:–\d{1,2})? (?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)(?: \d{4})?(?:, \d\d:\d\d)?"
    r"|\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ"
)
RING_ID = re.compile(r"R-[0-9A-F]{10}")
NUMBER = re.compile(r"(?<![\w.])\d[\d,]*(?:\.\d+)?(?![\w])")
VOID = {"meta", "link", "input", "br", "hr", "img"}


class Part(HTMLParser):
    """A part of the page: the rows of its tables by the table's class, and its prose without what strangers wrote."""

    def __init__(self, text):
        super().__init__(convert_charrefs=True)
        self.text = text
        self.tables = {}
        self.prose = []
        self.open = []
        self.rows = []
        self.cells = None
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        if tag == "table":
            (kind,) = set(dict(attrs)["class"].split()) - {"cards"}
            self.rows = self.tables.setdefault(kind, [])
        if tag == "tr":
            self.cells = []
        if tag in {"td", "th"}:
            self.cells.append("")
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        if tag == "tr":
            if "thead" not in self.open:
                self.rows.append([cell.strip() for cell in self.cells])
            self.cells = None
        if tag in self.open:
            while self.open.pop() != tag:
                pass

    def handle_data(self, data):
        if self.cells is not None:
            if self.cells and "title" not in self.open:
                self.cells[-1] += data
        elif not {"script", "style", "svg", "bdi", "code", "dl", "figure"} & set(self.open):
            self.prose.append(data)


def figure(part, kind):
    """A picture of a part: its note, and the picture itself."""
    found = re.search(
        rf'<figcaption>.*?<p class="quiet">([^<]*)</p>(?:(?!</figure>).)*?(<svg class="{kind}".*?</svg>)',
        part.text.split("<h4>Cells<")[0],
        re.DOTALL,
    )
    return found and (found[1], found[2])


@pytest.fixture(scope="module")
def reading(campaign):
    return campaign[0]


@pytest.fixture(scope="module")
def written(campaign, tmp_path_factory):
    out = tmp_path_factory.mktemp("numbers") / "run"
    campaign[1].write(out)
    return out


@pytest.fixture(scope="module")
def document(written):
    """What programs are told: of the rings, and of how many of them are expected to be wrong."""
    rings, run = (json.loads((written / f"{name}.json").read_text()) for name in ("rings", "run"))
    return rings | {"expected": run["expected"]}


@pytest.fixture(scope="module")
def page(written):
    """The parts of the page: the ring's by the ring's id, all others together under no name."""
    head, *parts = re.split(r'<details class="ring" id="ring-([A-Z0-9-]+)"', (written / "report.html").read_text())
    parts[-1], tail = parts[-1].split('<section id="not-linked"')
    return {"": Part(head + tail), **{ring: Part(text) for ring, text in zip(parts[::2], parts[1::2], strict=True)}}


@pytest.fixture(scope="module")
def stored(written):
    return pd.read_parquet(written / "tables/members.parquet")


@pytest.fixture(scope="module")
def statuses(reading):
    accounts = reading.sightings.accounts
    names = [*accounts.status_names, ""]
    return {name: names[code] for name, code in zip(accounts.ids.to_pylist(), accounts.status.tolist(), strict=True)}


@pytest.fixture(scope="module")
def of_ring(document):
    """The document's members and signals by ring."""
    tables = {name: {} for name in ("members", "signals")}
    for name, by_ring in tables.items():
        for row in document[name]:
            by_ring.setdefault(row["ring_id"], []).append(row)
    return tables


@pytest.fixture(scope="module")
def shown(document, page):
    """The rings that have a part of the page."""
    rings = [ring for ring in document["rings"] if ring["ring_id"] in page]
    assert len(rings) == len(page) - 1 > 20
    return rings


def test_the_list(document, page):
    rows = [[row[0], *row[3:6]] for row in page[""].tables["list"]]
    assert rows == [
        [count(ring["rank"]), decimal(ring["score"], 1), count(ring["members"]), count(ring["core"])]
        for ring in document["rings"]
    ]


def test_scores_and_their_parts(shown, page):
    for ring in shown:
        rows = page[ring["ring_id"]].tables["waterfall"]
        drawn = [(row[0], float(row[1].replace("\u2212", "-")), row[3]) for row in rows[:-1]]
        assert drawn == [(part["name"], part["points"], part["because"]) for part in ring["factors"] if part["points"]]
        assert rows[-1][1] == decimal(ring["score"], 1)
        assert sum(points for _, points, _ in drawn) == pytest.approx(ring["score"])


def test_evidence(shown, of_ring, page):
    for ring in shown:
        rows = page[ring["ring_id"]].tables["evidence"]
        signals = of_ring["signals"][ring["ring_id"]]
        assert len(rows) in {min(len(signals), limit) for limit in N_SIGNALS.values()}
        for row, signal in zip(rows, signals, strict=False):
            assert row[2:9] == [
                count(signal["accounts_in_ring"]),
                count(signal["accounts_outside"]),
                percent(signal["share_of_ring"]),
                count_by_chance(signal["expected_by_chance"]),
                f"{decimal(signal['lift'], 0 if signal['lift'] >= 100 else 1)}×",
                percent(signal["coordinated_share"]),
                decimal(signal["bits"], 1),
            ]
            assert signal["signal_value"] in row[0]


def test_members(shown, of_ring, page):
    for ring in shown:
        members = {member["account_id"]: member for member in of_ring["members"][ring["ring_id"]]}
        for row in page[ring["ring_id"]].tables["members"]:
            account, _, confidence = row[0].partition(" confidence ")
            member = members[account]
            acted = member["tier"] in ("core", "probable")  # how surely others belong is no ground to act
            assert confidence == (decimal(member["confidence"], 2) if acted and member["confidence"] < 0.99 else "")
            assert row[2] == member["strongest"]
            assert row[3] == ("no single value" if member["survives_any_value"] else "one value")


def test_whom_acting_could_wrong(shown, of_ring, page):
    for ring in shown:
        members = of_ring["members"][ring["ring_id"]]
        start = burst_start(members)
        expected = [
            [
                tier,
                count(len(mine)),
                count(sum(len(member["families"]) < 2 for member in mine)),
                count(sum(not member["survives_any_value"] for member in mine)),
                "–" if start is None else count(sum(is_older(member, start) for member in mine)),
            ]
            for tier in TIERS[:3]
            if (mine := [member for member in members if member["tier"] == tier])
        ]
        assert page[ring["ring_id"]].tables["risks"] == expected


def test_cells(shown, of_ring, page):
    for ring in shown:
        members = of_ring["members"][ring["ring_id"]]
        sizes = Counter(member["cell"] for member in members if member["cell"] >= 0)
        core = Counter(member["cell"] for member in members if member["cell"] >= 0 and member["tier"] == "core")
        for row in page[ring["ring_id"]].tables.get("cells", []):
            assert row[1:3] == [count(sizes[int(row[0])]), count(core[int(row[0])])]


def test_hubs(document, page):
    tables = re.split('class="tier hub-type"', page[""].text)[1:]
    rows = [row[1:5] for text in tables for row in Part(text).tables["hubs"]]
    of_type = defaultdict(list)
    for hub in document["hubs"]:
        of_type[hub["signal_type"]].append(hub)
    assert rows == [
        [count(hub["accounts"]), count(hub["pairs"]), percent(hub["expected_share"]), percent(hub["coordinated_share"])]
        for own in of_type.values()
        for hub in own[:N_HUBS]
    ]
    for text, own in zip(tables, of_type.values(), strict=True):
        said = re.sub("<[^>]+>", "", text.split("</summary>")[0])
        told = [count(len(own)), count(max(hub["accounts"] for hub in own))]
        assert re.findall(r"([\d,]+) (?:values?,|accounts)", said) == told


def test_stages(document, page):
    numbers = [row[1] for row in page[""].tables["plain"] if len(row) == 3]
    totals = document["totals"]
    names = ("n_accounts", "n_sightings", "n_signals", "n_passing_signals")
    assert numbers == [
        *(count(totals[name]) for name in names),
        count(len(document["hubs"])),
        count(totals["n_edges"]),
        count(totals["n_communities"]),
        count(len(document["rings"])),
        *([count(n)] if (n := sum(each["groups"] for each in document["unlisted"].values())) else []),
    ]


def test_no_sentence_of_the_overview_has_a_number_of_its_own(document, page, reading):
    assert strangers(page[""].prose, overview_numbers(document, page, reading)) == set()


def test_no_sentence_of_a_ring_has_a_number_of_its_own(document, shown, of_ring, page, statuses, stored):
    for ring in shown:
        known = ring_numbers(document, ring, of_ring, statuses, stored)
        assert strangers(page[ring["ring_id"]].prose, known) == set(), ring["ring_id"]


def test_a_number_of_its_own_would_be_found(document, shown, of_ring, statuses, stored):
    known = ring_numbers(document, shown[0], of_ring, statuses, stored)
    assert strangers(["77,123 accounts, 31.7 % of them, since 3 Feb 2026"], known) == {"77,123", "31.7"}


def test_pictures_count_what_they_draw_and_what_they_leave_out(shown, of_ring, page):
    n_pictures = 0
    for ring in shown:
        members, signals = (len(of_ring[name][ring["ring_id"]]) for name in ("members", "signals"))
        for kind, circles, marks in (
            ("matrix", '<g class="row">', "<g><title>"),
            ("network", "<circle", 'class="mark'),
        ):
            if not (found := figure(page[ring["ring_id"]], kind)):
                continue
            note, picture = found
            n_pictures += 1
            drawn = picture.count(circles)
            if note.startswith("Each row is a cell"):
                assert f"({count(drawn)} of {count(cells(of_ring['members'][ring['ring_id']])[0])} cells)" in note
            else:
                n_drawn = "All" if drawn == members else f"{count(drawn)} of"
                assert note.startswith(f"{n_drawn} {count(members)} accounts")
            left = re.search(r"([\d,]+) (?:further )?shared signals with fewer members are not", note)
            assert int(left[1].replace(",", "") if left else 0) == signals - picture.count(marks)
    assert n_pictures > 20


def test_the_bars_beside_the_scatter_count_every_ring(document, page):
    picture = re.search(r'<svg class="scatter".*?</svg>', page[""].text, re.DOTALL)[0]
    numbers = [
        int(n.replace(",", ""))
        for n in re.findall(r'class="tick(?: mid)?" x="[\d.]+" y="[\d.]+">([\d,]+)</text></g>', picture)
    ]
    assert sum(numbers) == 2 * len(document["rings"])


# --- what can be computed from the document alone -----------------------------------------------------------------


def strangers(pieces, known):
    """The numbers in a text that are not among those known."""
    text = RING_ID.sub(" ", DATE.sub(" ", " ".join(pieces)))
    return set(NUMBER.findall(text)) - known


def printed(counts=(), shares=(), decimals=()):
    """Numbers as the page prints them, without their units."""
    shown = {count(number) for number in counts}
    shown |= {re.sub(r"[^\d.]", "", percent(share)) for share in shares if share is not None}
    return shown | {decimal(number, places) for number, places in decimals}


def overview_numbers(document, page, reading):
    rings, totals, rows = document["rings"], document["totals"], document["rows"]
    coordinated = [ring for ring in rings if ring["assessment"] == "coordinated"]
    by_tier = [sum(ring[name] for ring in coordinated) for name in TIERS[:3]]
    victims, named = sum(ring["possible_victims"] for ring in coordinated), sum(by_tier)
    wrong = round((totals["n_accounts"] - named) / 1000)
    assessed = Counter(ring["assessment"] for ring in rings)
    n_honest = len(rings) - assessed["coordinated"] - assessed["inconclusive"]
    n_parts, n_full = len(page) - 1, sum("<h4>When<" in part.text for part in page.values())
    chance = document["chance"]
    small = document["unlisted"].values()
    n_small, n_in_small = (sum(each[name] for each in small) for name in ("groups", "accounts"))
    usual = [99, *(hub["usual"] for hub in document["hubs"]), *(hub["accounts"] for hub in document["hubs"])]
    counts = [
        *(n_small, n_in_small, *(each["groups"] for each in small), *usual),
        *Counter(hub["signal_type"] for hub in document["hubs"]).values(),
        *(len(rings), len(rings) - len(coordinated), n_honest, *assessed.values()),
        *(*by_tier, victims, named, totals["n_accounts"], wrong, 1, 1000),
        *(*rows.values(), *Counter(reject.code for reject in reading.rejects).values(), *reading.placeholders.values()),
        *(
            chance["n_explained"],
            chance["n_worlds"],
            len(document["hubs"]),
            N_HUBS,
            n_full,
            n_parts - n_full,
            len(rings) - n_parts,
        ),
        *(ring[name] for ring in coordinated for name in ("members", "core", "rank")),
        *(ring["members"] for ring in rings if ring["assessment"] == "inconclusive"),
        *(0, 100),  # how far a score and a confidence run
    ]
    seen = reading.sightings
    kinds = seen.signal_type[seen.signal]
    covered = [len(np.unique(seen.account[kinds == kind])) / len(seen.accounts) for kind in range(len(seen.types))]
    shares = [*covered, document["calibration"]["base_rate"], chance["rings"] / (len(rings) + n_small)]
    decimals = [
        (0.99, 2),
        (chance["rings"], 1),
        (chance["coordinated"], 1),
        *((max(each["wrong"], 0.1), 1) for each in document["expected"]["first"]),  # less is "fewer than 0.1"
        *((ring["score"], 1) for ring in rings if ring["assessment"] in ("coordinated", "inconclusive")),
    ]
    return printed(counts, shares, decimals)


def ring_numbers(document, ring, of_ring, statuses, stored):
    members, signals = (of_ring[name][ring["ring_id"]] for name in ("members", "signals"))
    tiers = [ring[name] for name in ("core", "probable", "peripheral", "possible_victims")]
    n_all = len(members)
    n_listed = [min(number, limit) for number in tiers for limit in N_MEMBERS.values()]
    n_signals = [min(len(signals), limit) for limit in N_SIGNALS.values()]
    stability, chance = document["stability"], document["chance"]
    steady = next(each for each in stability["rings"] if each["ring_id"] == ring["ring_id"])
    shares = stored[stored["ring_id"] == ring["ring_id"]][["over_seeds", "over_losses"]].fillna(1.0)
    n_unsteady = int((shares < 1.0).any(axis=1).sum())
    drafts = Counter(
        (member["tier"],)
        if member["tier"] == "peripheral"
        else (member["tier"], *member["families"], member["survives_any_value"])
        for member in members
    )
    counts = [
        *(ring["rank"], ring["members"], *cells(members), n_all, len(signals), *tiers, *n_listed, *n_signals),
        *(sum(tiers[: place + 1]) for place in range(len(tiers))),
        *(number - N_STRONGEST for number in n_signals),
        *(len(ring["families"]), sum(member["survives_any_value"] for member in members)),
        *(signal[name] for signal in signals[: max(n_signals)] for name in ("accounts_in_ring", "accounts_outside")),
        *(stability["n_seeds"], stability["n_losses"], chance["n_worlds"], n_all - n_unsteady),
        *(*range(1, len(drafts) + 1), *drafts.values(), *{len(member["families"]) for member in members}),
        *(*burst_words(members), sum(not part["points"] for part in ring["factors"])),
        *Counter(statuses[member["account_id"]] for member in members).values(),
        *doubts(members),
        *(LONG, 100, 1, 10),  # a score is of 100, and a family that ties fewer than 1 in 10 is not told
    ]
    shares = [*ring["survives"].values(), steady["over_seeds"], steady["over_losses"], stability["lost_share"]]
    q_value = chance["q_values"][ring["ring_id"]]
    return printed(counts, [*shares, q_value], [(ring["score"], 1), (q_value, 4), (0.99, 2)])


def cells(members):
    """How many cells have several accounts, and how many accounts are in none of these."""
    sizes = Counter(member["cell"] for member in members if member["cell"] >= 0)
    several = [size for size in sizes.values() if size > 1]
    return len(several), len(members) - sum(several)


def doubts(members):
    """How many of a tier hang on one value, and how many are older than the ring."""
    start = burst_start(members)
    for tier in TIERS[:2]:
        mine = [member for member in members if member["tier"] == tier]
        yield sum(not member["survives_any_value"] for member in mine)
        if start is not None:
            yield sum(is_older(member, start) for member in mine)


def moment(text):
    return datetime.fromisoformat(text)


def burst(members):
    """When the shortest time begins that holds half of the ring's own accounts, with that half and its length."""
    created = sorted(
        moment(each["created_at"]) for each in members if each["created_at"] and each["tier"] != "possible_victim"
    )
    n_half = -(-len(created) // 2)
    if n_half < 2:
        return None
    spans = [(created[place + n_half - 1] - created[place], place) for place in range(len(created) - n_half + 1)]
    length, place = min(spans)
    return created[place], n_half, length


def burst_start(members):
    """When a burst began; half of an old firm's accounts were created within a year, which is none."""
    start, _, length = burst(members) or (None, 0, timedelta(0))
    return start if length <= timedelta(days=14) else None


def burst_words(members):
    if (found := burst(members)) is None:
        return []
    _, n_half, length = found
    hours = max(1, -(-length // timedelta(hours=1)))
    return [n_half, hours if hours <= 72 else -(-hours // 24)]


def is_older(member, start):
    return bool(member["created_at"]) and moment(member["created_at"]) < start - timedelta(days=LONG)
