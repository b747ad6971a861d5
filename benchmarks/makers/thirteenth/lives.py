"""One honest person's life: sign-up, networks, machines, prompts, purchases, leaving."""

import math

from city import ALIASES, City, Line
from ledger import Account

V6_POOL = -1


def join_time(city: City) -> float:
    """Draw a sign-up time such that a steady few per cent of accounts join each week."""
    life = city.dials.churn_days
    if city.r.random() < city.days / (city.days + life):
        return city.r.uniform(0, city.days)
    return -city.r.expovariate(1 / life) - 0.01


def mailbox(city: City, domain: str = "", machine: bool = False) -> str:
    """Open a mailbox at a domain, or where private people have theirs."""
    u, local = city.r.random(), city.local_part(machine)
    if not domain:
        share = city.dials.webmail
        own = city.domain_text() if u < 0.97 else city.r.choice(ALIASES) if u < 0.99 else city.disposable.pick(city)
        domain = city.webmail.pick(city) if u < share else own
    return f"{local}@{domain}"


def habits(city: City, account: Account) -> None:
    """Give an honest account its days, hours and volume."""
    r = city.r
    account.rate = r.uniform(0.65, 0.95) if r.random() < 0.25 else r.betavariate(1.3, 8)
    account.requests = r.lognormvariate(math.log(10), 1.4)
    account.profile = 2 if r.random() < 0.07 else 1 if r.random() < 0.4 else 0
    account.hour = float(r.randrange(24)) if account.profile == 2 else r.gauss(14, 3) - account.zone


def person(
    city: City,
    kind: str,
    group: str = "",
    net: str = "home",
    mail: str = "",
    card: float | None = None,
    machine: bool = True,
    prompts: float = 1.0,
    line: Line | None = None,
) -> int:
    """Somebody signs up now and begins to live."""
    r, dials = city.r, city.dials
    country, zone = city.countries.pick(city)
    account = Account(city.now, kind, group, country=country, zone=zone, start=city.now)
    account.email = mailbox(city, mail)
    account.phone = city.number() if r.random() < dials.phone_share else ""
    if r.random() < 0.008:
        account.phone = r.choice(city.sms)
    habits(city, account)
    who = city.add(account)
    connect(city, who, net, line)
    if machine and not (net == "cloud" and r.random() < 0.4):
        own_machine(city, who, 0.2 if net == "cloud" else 0.9)
    own_prompts(city, who, prompts)
    if r.random() < (dials.card_share if card is None else card):
        city.at(city.now + r.expovariate(1 / 8), buy, who)
    if r.random() < 0.06:
        city.stamp(who, "identity_check", city.token("idv"))
    city.at(max(city.now, 0) + r.expovariate(1 / dials.churn_days), City.close, who, "closed")
    if r.random() < dials.honest_bans:
        city.at(r.uniform(max(city.now, 0), city.days), City.close, who, "banned")
    if not group and kind in ("home", "mobile", "cloud", "vpn"):
        city.lone.append(who)
    return who


def connect(city: City, who: int, net: str, line: Line | None = None) -> None:
    """Bring an account to the internet in the way of its kind."""
    r, dials = city.r, city.dials
    if net == "home":
        at_home(city, who, line or city.line(), 0.92)
        if r.random() < dials.second_net:
            city.roam(who, city.carriers.pick(city), r.uniform(0.08, 0.4), 0, 0.5)
        if r.random() < 0.06:
            city.hold(who, "ip", city.places.pick(city), r.uniform(0.05, 0.3))
        if r.random() < 0.04:
            city.roam(who, city.vpns.pick(city), 0.2, r.randint(1, 4))
    elif net == "mobile":
        city.roam(who, city.carriers.pick(city), 0.97, 0, r.choice((0.25, 0.5, 1.0, 3.0)))
        if r.random() < 0.35:
            at_home(city, who, line or city.line(), 0.3)
    elif net == "cloud":
        in_cloud(city, who)
    elif net == "vpn":
        city.roam(who, city.vpns.pick(city), 0.85, r.randint(2, 8))
        if r.random() < 0.5:
            at_home(city, who, line or city.line(), 0.3)


def in_cloud(city: City, who: int) -> None:
    """A server of one's own, or an egress shared with strangers."""
    if city.r.random() < 0.67:
        for _ in range(city.r.choice((1, 1, 1, 2, 3))):
            city.hold(who, "ip", city.address(city.cloud_blocks), 0.8)
    else:
        city.roam(who, city.egress.pick(city), 0.9, city.r.randint(1, 6))
    if city.r.random() < 0.4:
        at_home(city, who, city.line(), 0.15)


def at_home(city: City, who: int, line: Line, chance: float) -> None:
    """Use a line, and move house one day."""
    r = city.r
    if line.period:
        road = (False, city.roam(who, line.pool, chance, 0, line.period, line.number))
    else:
        road = (True, city.hold(who, "ip", line.address, chance))
    if line.prefix:
        city.roam(who, V6_POOL, chance * 0.5, 0, 7.0, line.number)
    moving = max(city.now, 0) + r.expovariate(1 / 600)
    if moving < city.days:
        city.at(moving, move, who, road, chance)


def move(city: City, who: int, road: tuple[bool, int], chance: float) -> None:
    """Leave the old line and have another."""
    if road[0]:
        city.drop(road[1])
    else:
        city.roams[road[1]][3] = city.now
    at_home(city, who, city.line(), chance)


def own_machine(city: City, who: int, chance: float = 0.9) -> None:
    """Use a machine of one's own, which looks like others if it is a weak fingerprint."""
    r = city.r
    weak = r.random() < city.dials.weak_devices
    hold = city.hold(who, "device", city.weak.pick(city) if weak else city.token("fp"), chance)
    until = max(city.now, -5) + r.expovariate(1 / (70 if weak else 500))
    if until < city.days:
        city.at(until, new_machine, who, hold, chance)


def new_machine(city: City, who: int, hold: int, chance: float) -> None:
    """The fingerprint drifts or the machine is replaced."""
    city.drop(hold)
    own_machine(city, who, chance)


def own_prompts(city: City, who: int, scale: float) -> None:
    """Use public, copied and own prompts, a client, and perhaps a repository."""
    r, dials = city.r, city.dials
    if r.random() < dials.public_share * scale:
        city.hold(who, "template", city.public.pick(city), r.uniform(0.2, 0.9))
    if r.random() < dials.private_share * scale:
        for _ in range(r.choice((1, 1, 1, 2, 3))):
            city.hold(who, "template", city.token("tpl"), r.uniform(0.1, 0.7))
    if r.random() < 0.04 * scale:
        city.hold(who, "template", r.choice(city.tutorials), r.uniform(0.1, 0.4), city.now + r.expovariate(1 / 20))
    city.hold(who, "sdk", city.sdks.pick(city), 0.9)
    if r.random() < 0.16:
        city.hold(who, "git_remote", city.token("git"), r.uniform(0.2, 0.8))
    if r.random() < 0.05:
        city.hold(who, "git_remote", city.remotes.pick(city), r.uniform(0.1, 0.5))


def buy(city: City, who: int, card: int = -1, billing: int = -1) -> None:
    """Put a card on file, one's own unless one is given, and begin to be charged."""
    if city.accounts[who].end <= city.now:
        return
    city.accounts[who].plan = city.r.choice(("payg", "pro", "pro", "team"))
    own = card if card >= 0 else city.card(virtual=city.r.random() < 0.07)
    place = billing if billing >= 0 else city.token("addr")
    city.stamp(who, "billing_address", place)
    charge(city, who, own, place)


def charge(city: City, who: int, card: int, place: int) -> None:
    """Charge a card each month, which some day is replaced."""
    if city.accounts[who].end <= city.now:
        return
    city.stamp(who, "payment", card)
    city.stamp(who, "card_bin", city.card_bin[card])
    after = city.now + 30 * max(1, math.ceil(-city.now / 30))
    own = not city.accounts[who].group and not city.accounts[who].ring
    renewed = city.card() if own and city.r.random() < 0.02 else card
    city.at(after, charge, who, renewed, place)
