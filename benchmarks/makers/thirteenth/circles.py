"""Honest circles: what they found, hire, teach, meet, sell and try out."""

import math
import tomllib
from collections.abc import Callable
from pathlib import Path

from city import City, zipf_menu
from ledger import step_profile
from lives import at_home, buy, connect, join_time, mailbox, person

Dress = Callable[[int], None]
When = Callable[[], float]
TALES: dict[str, dict] = tomllib.loads((Path(__file__).parent / "circles.toml").read_text(encoding="utf-8"))
PREFIX = {
    "template": "tpl",
    "git_remote": "git",
    "promo_code": "promo",
    "conversation_prefix": "conv",
    "identity_check": "idv",
}


def gather(city: City, kind: str, size: int, when: When, dress: Dress, **life: object) -> int:
    """Let a circle's members sign up at their times and put on what the circle has in common."""
    group = city.name("g")
    for _ in range(size):
        planned = when()
        late = city.days - city.r.uniform(0.01, 12)
        city.at(planned if planned < city.days else late, join, kind, group, dress, life)
    return size


def join(city: City, kind: str, group: str, dress: Dress, life: dict) -> None:
    """One member of a circle signs up."""
    dress(person(city, kind, group, **life))


def spread(city: City, age: float) -> When:
    """Sign-ups that trickle in from a founding day on, with a few days of many."""
    r = city.r
    founded = min(city.days - 20, city.days * r.random() - r.expovariate(1 / age))
    pushes = [r.uniform(founded, city.days) for _ in range(r.randint(1, 4))]
    pushed = r.choice((0.0, 0.15, 0.5, 0.9))
    return lambda: r.choice(pushes) + r.expovariate(2) if r.random() < pushed else r.uniform(founded, city.days)


def burst(city: City, hours: float) -> When:
    """Sign-ups around one occasion within the window or shortly before."""
    start = city.r.uniform(-20, city.days - 3)
    return lambda: start + abs(city.r.gauss(0, hours / 24))


def offices(city: City, count: int) -> list[int]:
    """Rent offices with fixed addresses."""
    return [city.address(city.home_blocks) for _ in range(count)]


def at_office(city: City, who: int, addresses: list[int], hybrid: float, chance: float = 0.9) -> None:
    """Work at an office, sometimes another, and at home if hybrid."""
    main = city.r.choice(addresses)
    city.hold(who, "ip", main, chance)
    for other in addresses:
        if other != main and city.r.random() < 0.4:
            city.hold(who, "ip", other, 0.25)
    if city.r.random() < hybrid:
        connect(city, who, city.r.choice(("home", "home", "mobile")))


def maybe(city: City, who: int, share: float, what: str, value: int, chance: float = 0.6) -> None:
    """With some luck take up a thing that the circle has."""
    if city.r.random() < share:
        city.hold(who, what, value, chance)


def worker(city: City, who: int, org: int, style: str, cards: list[int], place: int) -> None:
    """Give an employee the employer's calendar, organisation and way to pay."""
    account, r = city.accounts[who], city.r
    account.profile = 1 if r.random() < 0.85 else account.profile
    city.hold(who, "parent_org", org, 0.9)
    if style == "company":
        buy(city, who, cards[0], place)
    elif style == "teams":
        buy(city, who, r.choice(cards), place)
    elif style == "virtual":
        buy(city, who, city.card(True, city.virtual_bins[:3]), place)
    elif r.random() < 0.5:
        buy(city, who)


def company(city: City, quota: int) -> int:
    """A firm with a domain, offices or a pool, a way to pay, house prompts and repositories."""
    r, n = city.r, city.dials.accounts
    largest = int(n * r.uniform(0.02, 0.04))
    size = min(quota, largest if not city.companies else city.tail(2, max(30, largest), city.dials.size_tail))
    style = r.choices(("company", "teams", "virtual", "own"), (50, 12, 8, 30))[0]
    firm = {
        "domain": city.domain_text(),
        "egress": offices(city, r.choice((1, 1, 2, 3, 4))),
        "template": [city.token("tpl") for _ in range(r.randint(1, 1 + size // 60))],
        "remotes": zipf_menu([city.token("git") for _ in range(1 + size // 7)], 0.8),
        "size": size,
    }
    cards, talks = [city.card() for _ in range(1 + size // 9)], [city.token("conv") for _ in range(3)]
    org, place, road = city.token("org"), city.token("addr"), r.choices(("office", "sase", "remote"), (75, 15, 10))[0]
    house, devs, pool = r.choice((0.0, 0.2, 0.5, 0.8)), r.uniform(0, 0.6), r.choice(city.sase)
    if city.dials.scenario == "proxy" and not city.companies:
        road, pool = "sase", city.vendors[0]
    city.companies.append(firm)

    def dress(who: int) -> None:
        if road == "office":
            at_office(city, who, firm["egress"], 0.33)
        elif road == "sase":
            city.roam(who, pool, 0.85, r.randint(1, 6))
            connect(city, who, "home" if r.random() < 0.3 else "none")
        else:
            connect(city, who, "home")
        maybe(city, who, house, "template", r.choice(firm["template"]), r.uniform(0.2, 0.9))
        maybe(city, who, devs, "git_remote", firm["remotes"].pick(city), 0.6)
        maybe(city, who, 0.03, "conversation_prefix", r.choice(talks), 0.05)
        worker(city, who, org, style, cards, place)

    return gather(city, "company", size, spread(city, 300), dress, net="none", mail=firm["domain"], card=0.0)


def told(city: City, kind: str, quota: int) -> int:
    """Make a circle of a kind that is told by what it shares."""
    r, tale = city.r, TALES[kind]
    low, high = numbers(tale["size"])
    size = min(quota, city.tail(low, max(low + 5, min(high, city.dials.accounts * 0.03)), tale.get("slope", 1.1)))
    manner, length = r.choice(tale["when"]).split()
    goods = [good for line in tale["goods"].split(",") for good in common(city, line.split(), size)]
    org, pay, card, place = city.token("org"), r.choice(tale.get("employer", ("",))), city.card(), city.token("addr")
    mail, country = city.domain_text(), city.countries.pick(city) if r.random() < 0.5 else None

    def dress(who: int) -> None:
        for what, pieces, share, chance in goods:
            if r.random() < share:
                bear(city, who, what, r.choice(pieces), chance, place)
        if pay:
            worker(city, who, org, pay, [card], place)
        if tale.get("mail") == "own":
            city.accounts[who].email = mailbox(city, city.domain_text())
        if country:
            city.accounts[who].country, city.accounts[who].zone = country

    life = {
        "net": r.choice(tale["nets"]),
        "mail": mail if tale.get("mail") == "firm" else "",
        "prompts": tale.get("prompts", 0.8),
    }
    life |= {"card": 0.0 if pay else tale.get("card", 0.25), "machine": tale.get("machine", True)}
    when = spread(city, float(length)) if manner == "spread" else burst(city, float(length))
    return gather(city, kind, size, when, dress, **life)


def numbers(text: str) -> tuple[float, float]:
    """Read a range."""
    low, high = text.split("-")
    return float(low), float(high)


def common(city: City, words: list[str], size: int) -> list[tuple[str, list, float, float]]:
    """Get the pieces of one good that a circle has in common, if it has it."""
    r, (what, pieces, share, chance, odds) = city.r, words
    if r.random() >= float(odds):
        return []
    drawn = city.log_uniform(*numbers(pieces.lstrip("*")))
    count = max(1, round(size / drawn if pieces.startswith("*") else drawn))
    makers = {"ip": lambda: offices(city, 1)[0], "domain": city.domain_text, "phone": city.number, "payment": city.card}
    makers |= {"low_code": lambda: r.choice(city.low_code), "notebooks": lambda: r.choice(city.notebooks)}
    make = makers.get(what.removeprefix("first_"), lambda: city.token(PREFIX.get(what, "fp")))
    return [(what, [make() for _ in range(count)], r.uniform(*numbers(share)), r.uniform(*numbers(chance)))]


def bear(city: City, who: int, what: str, value: int | str, chance: float, place: int) -> None:
    """Let a member show a piece of what the circle has in common."""
    account = city.accounts[who]
    if what == "domain":
        account.email = mailbox(city, value)
    elif what == "phone":
        account.phone = value
    elif what == "payment":
        buy(city, who, value, place)
    elif what in ("promo_code", "identity_check") or what.startswith("first_"):
        city.stamp(who, what.removeprefix("first_"), value)
    elif what in ("low_code", "notebooks"):
        city.roam(who, value, chance, city.r.randint(1, 6))
    else:
        city.hold(who, what, value, chance)


def campus(city: City, quota: int) -> int:
    """A university, some of whose members also take a class together."""
    r, size = city.r, min(quota, city.tail(50, max(90, city.dials.accounts * 0.02), 0.8))
    gates = offices(city, r.randint(1, 8))
    classes = [(city.token("tpl"), r.uniform(0, city.days - 7)) for _ in range(r.randint(0, 1 + size // 60))]

    def dress(who: int) -> None:
        at_office(city, who, gates, 0.6, 0.7)
        if classes and r.random() < 0.35:
            prompt, week = r.choice(classes)
            city.at(max(city.now, week + r.uniform(0, 6)), take_up, who, prompt, 8.0)

    return gather(
        city, "campus", size, spread(city, 250), dress, net="none", mail=f"{city.domain_text()[:-4]}.edu", card=0.15
    )


def take_up(city: City, who: int, prompt: int, days: float) -> None:
    """Use somebody's prompt for some days."""
    city.hold(who, "template", prompt, city.r.uniform(0.3, 0.9), city.now + days)


def course(city: City, quota: int) -> int:
    """A class that signs up in one week and hands in the same assignment."""
    r, size = city.r, min(quota, city.tail(12, min(800, city.dials.accounts * 0.012), 0.7))
    gates, prompt, starter = offices(city, r.randint(1, 3)), city.token("tpl"), city.token("git")
    week, room = r.uniform(-15, city.days - 10), [city.token("fp") for _ in range(r.choice((0, 0, 4, 20)))]
    hours = sorted(r.uniform(8, 20) for _ in range(3))
    code, campus_mail = city.token("promo") if r.random() < 0.3 else -1, r.random() < 0.8

    def dress(who: int) -> None:
        at_office(city, who, gates, 0.8, 0.6)
        take_up(city, who, prompt, r.choice((8, 20, 60)))
        maybe(city, who, 0.4, "git_remote", starter, 0.6)
        if room and r.random() < 0.7:
            city.hold(who, "device", r.choice(room), 0.3)
        if code >= 0:
            city.stamp(who, "promo_code", code)
        city.accounts[who].hour = r.choice(hours)

    return gather(
        city,
        "course",
        size,
        lambda: week + r.randint(0, 4) + r.uniform(0.3, 0.8),
        dress,
        net="none",
        mail=f"{city.domain_text()[:-4]}.edu" if campus_mail else "",
        card=0.05,
    )


def hackathon(city: City, quota: int) -> int:
    """A hall full of people with one code and one starter prompt, who then go home."""
    r, size = city.r, min(quota, city.tail(20, 500, 0.9))
    hall, code, prompt, start = (
        offices(city, r.choice((1, 1, 2))),
        city.token("promo"),
        city.token("tpl"),
        city.token("git"),
    )

    def dress(who: int) -> None:
        until = city.now + r.uniform(0.5, 2.5)
        city.hold(who, "ip", r.choice(hall), 0.95, until)
        city.stamp(who, "ip", r.choice(hall))
        city.stamp(who, "promo_code", code)
        if r.random() < 0.7:
            city.hold(who, "template", prompt, 0.7, until + r.expovariate(1 / 5))
        maybe(city, who, 0.3, "git_remote", start, 0.5)
        city.at(until, home_again, who)
        if r.random() < 0.5:
            city.at(until + r.expovariate(1 / 10), City.close, who, "closed")

    return gather(city, "hackathon", size, burst(city, r.uniform(1, 6)), dress, net="none", card=0.12)


def home_again(city: City, who: int) -> None:
    """After an occasion ordinary life begins."""
    connect(city, who, city.r.choice(("home", "home", "mobile", "cloud")))


def own_accounts(city: City, kind: str, size: int, when: When, server: bool) -> int:
    """One owner's several accounts with one mailbox or domain, machine, card and prompt."""
    r = city.r
    domain, box, line = city.domain_text(), mailbox(city), city.line()
    cards, place, machine = [city.card() for _ in range(r.choice((1, 1, 2)))], city.token("addr"), city.token("fp")
    phone, prompt, repo, suffix = city.number(), city.token("tpl"), city.token("git"), r.random() < 0.6
    hosts = [city.address(city.cloud_blocks) for _ in range(r.randint(1, 4))]
    talks, check = [city.token("conv") for _ in range(4 + size)], city.token("idv")
    profile = step_profile(city, r.uniform(0.4, 1), True, 0.3) if server else 0

    def dress(who: int) -> None:
        account, number = city.accounts[who], r.randint(1, 999)
        local, at = box.split("@")
        account.email = f"{local}+{number}@{at}" if suffix else f"test{number}@{domain}"
        account.same_owner, account.profile = True, profile
        account.phone = phone if r.random() < 0.6 else account.phone
        if server:
            city.hold(who, "ip", r.choice(hosts), 0.9)
        if not server or r.random() < 0.3:
            at_home(city, who, line, 0.5)
        maybe(city, who, 0.8, "device", machine, 0.5)
        maybe(city, who, 0.8, "template", prompt, 0.8)
        maybe(city, who, 0.6, "git_remote", repo, 0.7)
        for talk in r.sample(talks, r.randint(0, 4)):
            city.at(max(city.now, 0) + r.uniform(0, 40), continue_talk, who, talk)
        if r.random() < 0.25:
            city.stamp(who, "identity_check", check)
        if r.random() < 0.75:
            buy(city, who, r.choice(cards), place)

    return gather(city, kind, size, when, dress, net="none", card=0.0, machine=False, prompts=0.4)


def continue_talk(city: City, who: int, talk: int) -> None:
    """Go on with a conversation that another account began."""
    if city.accounts[who].end > city.now:
        city.stamp(who, "conversation_prefix", talk)


def own_tests(city: City, quota: int) -> int:
    """Staging, quality and load tests of one owner."""
    return own_accounts(city, "own_tests", min(quota, city.tail(3, 60)), burst(city, city.r.choice((2, 48, 400))), True)


def self_pool(city: City, quota: int) -> int:
    """Two to four subscriptions of one person, pooled."""
    return own_accounts(city, "self_pool", min(quota, city.r.choice((2, 2, 2, 3, 3, 4))), spread(city, 60), False)


def agents(city: City, quota: int) -> int:
    """A fleet of agents that works at night in lockstep for one employer."""
    return own_accounts(city, "agents", min(quota, city.tail(4, 90)), burst(city, 100), True)


def proxy_home(city: City, quota: int) -> int:
    """One home user whose line is an exit of a residential vendor."""
    r = city.r
    vendor = city.vendors[0 if city.dials.scenario == "proxy" else r.randrange(len(city.vendors))]

    def live(town: City) -> None:
        who = person(town, "proxy_home", net="none")
        town.hold(who, "ip", int(r.choice(town.pools[vendor].addresses)), 0.9)

    city.at(join_time(city), live)
    return min(1, quota)


def alone(city: City, kind: str) -> int:
    """Somebody who belongs to no circle."""
    city.at(join_time(city), lambda town: person(town, kind, net=kind))
    return 1


def household(city: City, quota: int) -> int:
    """One to six accounts at a line, with some things of the family."""
    r = city.r
    size = min(quota, r.choices((1, 2, 3, 4, 5, 6), (90, 6, 2.4, 0.8, 0.5, 0.3))[0])
    if size == 1:
        return alone(city, "home")
    line, tablet, card, place = city.line(), city.token("fp"), city.card(), city.token("addr")
    pays, lends = r.random() < 0.4, r.random() < 0.35

    def dress(who: int) -> None:
        if lends:
            maybe(city, who, 0.7, "device", tablet, 0.3)
        if pays and r.random() < 0.7:
            buy(city, who, card, place)
        elif r.random() < 0.3:
            buy(city, who, -1, place)

    return gather(city, "family", size, lambda: join_time(city), dress, line=line, card=0.0)


def go_viral(city: City) -> None:
    """A prompt or a published conversation makes the rounds and fades within weeks."""
    r = city.r
    talk = r.random() < 0.25
    prompt = city.token("conv" if talk else "tpl")
    size = min(len(city.accounts) // 12, int(r.lognormvariate(math.log(18), 1.1)))
    for _ in range(size):
        city.at(city.now + r.expovariate(1 / 6), adopt, prompt, talk)


def adopt(city: City, prompt: int, talk: bool) -> None:
    """Anybody who is still there tries the prompt for a while."""
    who = city.r.randrange(len(city.accounts))
    if talk:
        continue_talk(city, who, prompt)
    elif city.accounts[who].end > city.now:
        take_up(city, who, prompt, city.r.expovariate(1 / 12))


KINDS = (company, campus, course, hackathon, own_tests, self_pool, agents, proxy_home)
BY_NAME: dict[str, Callable[[City, int], int]] = {kind.__name__: kind for kind in KINDS}


def settle(city: City, count: int) -> None:
    """Plan the honest part of a world: circles first, then single people and families."""
    left, dials = count, city.dials
    for kind, share in dials.shares.items():
        quota = min(left, round(share * count * (10 if kind == "proxy_home" and dials.scenario == "proxy" else 1)))
        while quota > 2:
            if kind in TALES:
                used = told(city, kind, quota)
            else:
                used = BY_NAME[kind](city, quota) if kind in BY_NAME else alone(city, kind)
            quota, left = quota - used, left - used
    while left > 0:
        left -= household(city, left)
    weeks = dials.days / 7
    for _ in range(int(dials.viral_week * weeks * max(0.3, dials.accounts / 25000))):
        city.at(city.r.uniform(-10, dials.days), go_viral)
