"""Operators: what they buy, register, run, lose and build again."""

import math
import tomllib
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from circles import numbers
from city import City
from ledger import Account, step_profile
from lives import at_home, buy, mailbox

Range = tuple[float, float]


@dataclass
class Recipe:
    """A ring kind: for each good how many accounts use one and how large a share of accounts has it."""

    size: Range
    roads: str
    per: dict[str, Range]
    share: dict[str, Range]
    template: Range = (0.35, 0.7)
    prompts: Range = (1, 3)
    span: Range = (1, 20)
    life: Range = (20, 200)
    rate: Range = (0.5, 0.95)
    volume: Range = (10, 200)
    in_step: float = 0.5
    spread: Range = (0.05, 2.0)
    cover: Range = (0.0, 0.2)
    spill: Range = (0.0, 0.0)
    exits: Range = (5, 30)
    before: Range = (0, 0)


def recipes() -> dict[str, Recipe]:
    """Read the ring kinds."""
    found: dict[str, Recipe] = {}
    for kind, lines in tomllib.loads((Path(__file__).parent / "rings.toml").read_text(encoding="utf-8")).items():
        goods = [good.split() for good in lines.pop("goods").split(",") if good]
        roads, in_step = lines.pop("roads"), lines.pop("in_step", 0.5)
        ranges = {name: numbers(text) for name, text in lines.items()}
        per, share = ({good[0]: numbers(good[column]) for good in goods} for column in (1, 2))
        found[kind] = Recipe(roads=roads, per=per, share=share, in_step=in_step, **ranges)
    return found


RECIPES = recipes()
GOODS = ("ip", "card", "domain", "device", "phone", "billing", "promo", "identity", "remote")
SCENARIOS: dict[str, tuple[str, ...]] = {
    "default": tuple(RECIPES),
    "proxy": ("residential", "hydra", "trial", "aged", "relay", "residential"),
    "borrowers": ("borrower",),
    "farms": ("farm",),
}


class Supply:
    """A good that is used for some accounts, then bought anew; old stock is used again by the sloppy."""

    def __init__(self, city: City, purchase: Callable[[], object], per: float, share: float, sloppy: float) -> None:
        self.city, self.purchase, self.per, self.share, self.sloppy = city, purchase, per, share, sloppy
        self.stock: list = []
        self.left = 0

    def take(self) -> object | None:
        """Take the current piece, or nothing if this account goes without."""
        r = self.city.r
        if r.random() >= self.share:
            return None
        if len(self.stock) > 1 and r.random() < self.sloppy:
            return r.choice(self.stock)
        if self.left <= 0:
            self.stock.append(self.purchase())
            self.left = max(1, round(self.per * r.gammavariate(4, 0.25)))
        self.left -= 1
        return self.stock[-1]

    def renew(self, inherit: float) -> None:
        """After a ban the old stock is kept or thrown away."""
        if self.city.r.random() > inherit:
            self.left = 0


@dataclass
class Ring:
    """One instance of a ring kind and the state of its business."""

    name: str
    operator: str
    kind: str
    recipe: Recipe
    size: int
    skill: float
    road: str
    vendor: int
    favourites: int
    prompts: list[int]
    profile: int
    begin: float
    supplies: dict[str, Supply]
    prompt_share: float
    cover: float
    public: float
    weak: float
    life: float
    rate: float
    volume: float
    countries: list[tuple[str, float]]
    client: int
    members: list[int] = field(default_factory=list)
    victim: dict | None = None


def within(city: City, limits: Range) -> float:
    """Draw from a range, on the logarithm if it is wide."""
    low, high = limits
    return city.log_uniform(low, high) if low > 0 and high > 3 * low else city.r.uniform(low, high)


def purchases(city: City, kind: str) -> dict[str, Callable[[], object]]:
    """Choose the markets at which an operator buys."""
    r = city.r
    bins = r.sample(city.virtual_bins, r.randint(1, 4))
    style, shop, range_ = r.choice(("bins", "bins", "stolen")), r.choice(city.shop_domains), city.span(2)

    def domain() -> str:
        if kind == "aged":
            return shop if r.random() < 0.6 else city.domain_text(True)
        if kind == "abuse_of_programme":
            return f"{city.domain_text()[:-4]}.edu"
        return city.disposable.pick(city) if r.random() < 0.2 else city.domain_text(True)

    def host() -> int:
        if not range_ or r.random() < 0.15:
            range_.extend(city.span(r.randint(2, 40)))
        return range_.pop(0)

    return {
        "ip": host,
        "card": lambda: city.card(True, bins) if style == "bins" else city.card(),
        "domain": domain,
        "device": lambda: city.token("fp"),
        "phone": lambda: r.choice(city.sms),
        "billing": lambda: city.token("addr"),
        "promo": lambda: city.token("promo"),
        "identity": lambda: city.token("idv"),
        "remote": lambda: city.token("git"),
    }


def goods_of(city: City, kind: str, recipe: Recipe, size: int) -> tuple[dict[str, Range], dict[str, Range]]:
    """Say which goods a ring shares: those of its kind, or a draw of one, or of two and more."""
    if recipe.per:
        return recipe.per, recipe.share
    number = 1 if kind == "star" else city.r.choices((2, 3, 4, 5), (40, 30, 20, 10))[0]
    picked = city.r.sample(GOODS[:5] if kind == "star" else GOODS, number)
    top = max(4.0, float(size))
    return {good: (3, top) for good in picked}, {good: (0.5, 1.0) for good in picked}


def found(city: City, kind: str, size: int, operator: str, heirloom: dict[str, Supply], road: str = "") -> Ring:
    """An operator plans a ring: skill, goods, road, prompts, calendar."""
    r, dials, recipe = city.r, city.dials, RECIPES[kind]
    skill = r.betavariate(dials.skill * dials.skill_sum, (1 - dials.skill) * dials.skill_sum)
    per, share = goods_of(city, kind, recipe, size)
    markets, supplies = purchases(city, kind), {}
    for good, limits in per.items():
        each = max(1.0, (within(city, limits) * dials.thrift) ** (1 - 0.45 * skill))
        supplies[good] = Supply(
            city, markets[good], each, within(city, share[good]) * (1 - 0.3 * skill), r.uniform(0, 0.25)
        )
    for good, supply in heirloom.items():
        supplies[good] = supply
    begin = r.uniform(-3, max(1.0, city.days - min(city.days * 0.6, recipe.span[0] + 20)))
    families = round(within(city, recipe.prompts))
    return Ring(
        *(city.name("r"), operator, kind, recipe, size, skill, road or r.choice(recipe.roads.split())),
        vendor=city.vendors[0] if dials.scenario == "proxy" else r.choice(city.vendors),
        favourites=0 if r.random() < 0.3 else round(within(city, recipe.exits)),
        prompts=[city.token("tpl") for _ in range(max(1, families))],
        profile=step_profile(city, r.uniform(0.5, 1), r.random() < recipe.in_step, within(city, recipe.spread)),
        begin=begin,
        supplies=supplies,
        prompt_share=within(city, recipe.template),
        cover=within(city, recipe.cover),
        public=min(1.0, r.uniform(0.3, 0.8) * dials.contamination),
        weak=min(1.0, r.uniform(0.3, 0.5) * dials.contamination),
        life=within(city, recipe.life),
        rate=within(city, recipe.rate),
        volume=within(city, recipe.volume),
        client=city.sdks.pick(city) if r.random() < 0.6 else -1,
        countries=[city.countries.pick(city) for _ in range(r.choice((1, 2, 4, 12)))],
    )


def launch(city: City, ring: Ring) -> None:
    """Schedule the sign-ups in batches, the purchases' by-ways, bans and regrowth."""
    r, dials = city.r, city.dials
    in_time = ring.kind != "trial" and ring.begin + 8 < city.days - 5
    banned = r.uniform(0.3, 1.0) if in_time and r.random() < dials.regrow else 0.0
    first = max(5, round(ring.size / (1 + 0.8 * banned))) if banned else ring.size
    span, early = within(city, ring.recipe.span), within(city, ring.recipe.before)
    opening = ring.begin - early - (span if early else 0)
    batch, done, night = r.randint(4, 40), 0, r.uniform(2, 5)
    while done < first:
        count = min(first - done, max(1, round(batch * r.gammavariate(2, 0.5))))
        when = math.floor(opening + r.uniform(0, span)) + (night if r.random() < 0.7 else r.uniform(0, 24)) / 24
        when += r.gauss(0, 0.03)
        for _ in range(count):
            when += (
                r.expovariate(60 * 24 / r.choice((0.5, 2, 8))) if ring.kind not in ("aged", "sleepers") else r.random()
            )
            city.at(when if when < city.days else city.days - r.uniform(0.01, 9), register, ring)
        done += count
    ready = min(ring.begin + span * 0.7 + 2, city.days - 2)
    if banned:
        city.at(r.uniform(ring.begin + 8, city.days - 5), ban_wave, ring, banned)
    if r.random() < dials.recruits:
        city.at(ready, recruit, ring)
    if r.random() < dials.framing:
        city.at(ready, frame, ring)
    for _ in range(round(ring.size * within(city, ring.recipe.spill))):
        city.at(r.uniform(max(0.0, ring.begin), city.days), spill, ring)


def register(city: City, ring: Ring) -> None:
    """A program or a hired hand makes one account with the goods at hand."""
    r = city.r
    if len(ring.members) >= ring.size:
        return
    country, zone = r.choice(ring.countries)
    account = Account(city.now, ring.kind, "", ring.name, ring.operator, country=country, zone=zone)
    taken = {good: supply.take() for good, supply in ring.supplies.items()}
    account.email = mailbox(city, taken.get("domain") or (city.webmail.pick(city) if r.random() < 0.93 else ""), True)
    account.phone = taken.get("phone") or (city.number() if r.random() < city.dials.phone_share else "")
    account.start = max(city.now, ring.begin) + r.expovariate(2) if ring.recipe.before[1] else city.now
    account.end = account.start + ring.life * r.uniform(0.6, 1.2)
    account.rate, account.profile = min(1.0, ring.rate * r.uniform(0.7, 1.2)), ring.profile
    account.requests, account.hour = ring.volume * r.lognormvariate(0, 0.5), r.gauss(14, 5)
    who = city.add(account)
    ring.members.append(who)
    equip(city, ring, who, taken)
    if r.random() < 0.08:
        city.at(city.now + r.expovariate(1 / 20), City.close, who, "banned")


def equip(city: City, ring: Ring, who: int, taken: dict[str, object]) -> None:
    """Write what the new account bears."""
    r = city.r
    travel(city, ring, who, taken.get("ip"))
    if taken.get("card") is not None:
        city.at(city.now + r.expovariate(4), buy, who, taken["card"], taken.get("billing") or -1)
    elif taken.get("billing") is not None:
        city.stamp(who, "billing_address", taken["billing"])
    elif r.random() < 0.15:
        buy(city, who)
    for good, what in (("promo", "promo_code"), ("identity", "identity_check")):
        if taken.get(good) is not None:
            city.stamp(who, what, taken[good])
    if taken.get("remote") is not None:
        city.hold(who, "git_remote", taken["remote"], 0.5)
    if ring.kind == "api_only":
        city.stamp(who, "device", city.weak.pick(city) if r.random() < ring.weak else city.token("fp"))
    else:
        shared = taken.get("device")
        own = city.weak.pick(city) if r.random() < ring.weak else city.token("fp")
        city.hold(who, "device", own if shared is None else shared, 0.8)
    content(city, ring, who)
    blend(city, who)
    if ring.victim:
        borrow(city, ring, who)


def travel(city: City, ring: Ring, who: int, address: int | None) -> None:
    """Go out by the ring's road."""
    r = city.r
    if address is not None:
        city.stamp(who, "ip", address)
        city.hold(who, "ip", address, r.uniform(0.6, 0.95))
        stock = ring.supplies["ip"].stock
        if len(stock) > 2 and r.random() < 0.3 * (1 - ring.skill):
            city.hold(who, "ip", r.choice(stock), 0.2)
    elif ring.road == "resi":
        city.roam(who, ring.vendor, 0.9, ring.favourites, 1.0)
    elif ring.road == "vpn":
        city.roam(who, city.vpns.pick(city), 0.8, r.randint(2, 6))
    elif ring.road == "block":
        city.hold(who, "ip", city.address(city.cloud_blocks), 0.8)
    else:
        city.roam(who, city.carriers.pick(city), 0.9, 0, 0.5)


def content(city: City, ring: Ring, who: int) -> None:
    """Send the ring's prompts, mixed with public ones and with customers' own."""
    r = city.r
    if r.random() < ring.prompt_share:
        prompt = ring.prompts[min(int(r.expovariate(1.0)), len(ring.prompts) - 1)]
        city.hold(who, "template", prompt, max(0.2, 0.95 - ring.cover))
    if r.random() < ring.public:
        city.hold(who, "template", city.public.pick(city), r.uniform(0.2, 0.8))
    for _ in range(r.choice((0, 1, 2))):
        if r.random() < ring.cover + 0.1:
            city.hold(who, "template", city.token("tpl"), r.uniform(0.1, 0.5))
    if r.random() < 0.02:
        city.hold(who, "template", r.choice(city.tutorials), 0.2)
    city.hold(who, "sdk", city.sdks.pick(city) if ring.client < 0 else ring.client, 0.9)


def blend(city: City, who: int) -> None:
    """Every member also lives among honest accounts."""
    r = city.r
    for _ in range(r.choice((1, 1, 2, 3))):
        u = r.random() / max(0.3, city.dials.contamination)
        if u < 0.35:
            city.roam(who, city.carriers.pick(city), r.uniform(0.05, 0.35), 0, 1.0)
        elif u < 0.6:
            city.roam(who, city.vpns.pick(city), r.uniform(0.05, 0.3), r.randint(1, 4))
        elif u < 0.72:
            city.hold(who, "ip", city.places.pick(city), r.uniform(0.05, 0.3))
        elif u < 1.0:
            at_home(city, who, city.line(), r.uniform(0.05, 0.3))


def borrow(city: City, ring: Ring, who: int) -> None:
    """Wear a company's domain, address or prompt."""
    r, firm = city.r, ring.victim
    if r.random() < 0.6 * (1 - 0.5 * ring.skill):
        city.accounts[who].email = mailbox(city, firm["domain"])
    if r.random() < 0.5:
        city.hold(who, "ip", r.choice(firm["egress"]), r.uniform(0.1, 0.6))
    if r.random() < 0.6:
        city.hold(who, "template", r.choice(firm["template"]), r.uniform(0.2, 0.8))
    if r.random() < 0.15:
        city.hold(who, "git_remote", firm["remotes"].pick(city), 0.3)


def ban_wave(city: City, ring: Ring, share: float) -> None:
    """The provider bans; most of the lost come back within three days with part of the old goods."""
    r = city.r
    lost = [who for who in ring.members if city.accounts[who].end > city.now and r.random() < share]
    for who in lost:
        city.close(who, "banned")
    inherit = min(1.0, max(0.05, r.gauss(city.dials.inherit, 0.25)))
    for supply in ring.supplies.values():
        supply.renew(inherit)
    if r.random() > inherit:
        ring.prompts = [city.token("tpl") for _ in ring.prompts]
    for _ in lost:
        if r.random() < 0.8:
            city.at(city.now + min(3.0, r.expovariate(1.2)), register, ring)


def alive(city: City, ring: Ring) -> list[int]:
    """Members that work today."""
    return [who for who in ring.members if city.accounts[who].start <= city.now < city.accounts[who].end]


def spill(city: City, ring: Ring) -> None:
    """After a limit a customer's transcript goes on with the next accounts, minutes later."""
    r, live = city.r, alive(city, ring)
    if len(live) < 2:
        return
    talk, repo = city.token("conv"), city.token("git")
    coder = r.random() < 0.3
    for step, who in enumerate(r.sample(live, min(len(live), r.choice((2, 2, 3, 4))))):
        when = city.now + step * r.uniform(0.0002, 0.01)
        city.stamp(who, "conversation_prefix", talk, when)
        if coder:
            city.stamp(who, "git_remote", repo, when)


def strangers(city: City, count: int) -> list[int]:
    """Pick honest people who belong to no circle and are there."""
    picked = [city.r.choice(city.lone) for _ in range(count if city.lone else 0)]
    free = [who for who in picked if city.accounts[who].end > city.now and not city.accounts[who].grey]
    return [who for who in dict.fromkeys(free) if not city.accounts[who].framed]


def recruit(city: City, ring: Ring) -> None:
    """Honest people lend or sell accounts to the ring, or are robbed of them."""
    r, how = city.r, city.r.choice(("lent", "sold", "hijacked"))
    for who in strangers(city, max(1, round(ring.size * r.uniform(0.02, 0.12)))):
        account = city.accounts[who]
        account.grey, account.victim, account.operator, account.kind = True, how == "hijacked", ring.operator, how
        if how == "sold":
            city.forget(who)
        account.rate, account.requests = max(account.rate, ring.rate * 0.7), max(account.requests, ring.volume * 0.4)
        address = ring.supplies["ip"].take() if "ip" in ring.supplies else None
        travel(city, ring, who, address)
        content(city, ring, who)


def frame(city: City, ring: Ring) -> None:
    """The ring lays one of its goods on honest people."""
    r = city.r
    goods = [good for good in ("card", "device", "ip") if good in ring.supplies and ring.supplies[good].stock]
    good = r.choice([*goods, "template"])
    for who in strangers(city, max(1, round(ring.size * r.uniform(0.01, 0.08)))):
        city.accounts[who].framed = True
        if good == "card":
            city.stamp(who, "payment", r.choice(ring.supplies["card"].stock))
        elif good == "template":
            city.hold(who, "template", r.choice(ring.prompts), 0.3)
        else:
            city.hold(who, good, r.choice(ring.supplies[good].stock), 0.2)


def ring_size(city: City, kind: str, budget: int) -> int:
    """Draw a heavy-tailed size, shrunk to the world."""
    low, high = RECIPES[kind].size
    shrink = min(1.0, (budget / 3000) ** 0.5) * city.dials.ring_size
    part = 0.2 if budget > 200 else 0.5
    top = max(8.0, min(high * shrink, part * budget))
    return max(5, city.tail(max(5.0, min(low * shrink, top / 2)), top, 0.3))


def plot(city: City, budget: int) -> int:
    """Spend the world's share of ring accounts on operators and their rings."""
    r, left, dials = city.r, budget, city.dials
    kinds: list[str] = []
    last: Ring | None = None
    vendor, prompts = 0, [0]
    while left >= 5:
        if not kinds:
            kinds = list(SCENARIOS[dials.scenario])
            r.shuffle(kinds)
        kind = kinds.pop()
        cells = r.randint(2, 5) if kind == "hydra" else 1
        operator, heirloom = city.name("op"), {}
        if last and cells == 1 and r.random() < dials.same_operator:
            operator, heirloom = last.operator, legacy(city, last)
        for _ in range(cells):
            size = min(left, ring_size(city, kind, budget))
            if size < 5:
                break
            last = found(city, kind, size, operator, heirloom, "resi" if dials.scenario == "proxy" else "")
            if cells > 1 and heirloom:
                last.vendor, last.prompts = vendor, last.prompts + prompts[: r.randint(0, 1)]
            vendor, prompts = last.vendor, last.prompts
            if dials.scenario == "proxy":
                last.supplies.pop("ip", None)
            left -= size
            heirloom = {good: last.supplies[good] for good in ("domain",) if cells > 1}
            city.at(min(0.0, last.begin - 400) if last.recipe.before[1] else last.begin - 1, begin, last)
    return budget - left


def legacy(city: City, last: Ring) -> dict[str, Supply]:
    """What an operator's next ring uses again."""
    goods = [good for good in ("domain", "card", "ip", "phone", "device") if good in last.supplies]
    return {good: last.supplies[good] for good in city.r.sample(goods, min(len(goods), city.r.randint(1, 2)))}


def begin(city: City, ring: Ring) -> None:
    """The operator looks about for a company to borrow from, and starts."""
    if ring.kind == "borrower" and city.companies:
        firms = [firm for firm in city.companies if firm["size"] >= 8] or city.companies
        ring.victim = city.r.choice(firms)
    launch(city, ring)
