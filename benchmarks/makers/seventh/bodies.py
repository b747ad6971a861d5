"""Firms, schools, places, platforms and events: what honest people share because they share a life."""

from __future__ import annotations

import math
from random import Random

from dice import Zipf, between, deal, pareto
from folk import Folk
from ledger import FOREVER, Ledger
from stock import BROWSERS, CODING, CODING_LINE, PHONES, SDKS


class Bodies:
    """Makes honest groups until a budget of accounts is used up."""

    def __init__(self, folk: Folk) -> None:
        self.folk, self.led = folk, folk.led
        self.land, self.stock, self.p = folk.land, folk.stock, folk.p
        self.no = 0
        self.companies: list[tuple[str, str, int, list[int]]] = []  # name, domain, line, staff
        self.campuses: list[tuple[str, str, int, list[int]]] = []
        self.halls: list[int] = []

    def name(self, what: str) -> str:
        """A new group's name in the truth."""
        self.no += 1
        return f"{what}-{self.no}"

    # --- firms ----------------------------------------------------------------------------------------------------

    def company(self, rnd: Random, size: int) -> int:
        """An employer: domain, offices, perhaps one card, house prompts, repositories and people who also have homes."""
        folk, led, stock, land, p = self.folk, self.led, self.stock, self.land, self.p
        code = land.country(rnd)
        form = "company"
        u = rnd.random()
        if u < p["sase"]:
            form = "sase"
        elif u < p["sase"] + 0.08 and size >= 8:
            form = "franchise"
        elif u < p["sase"] + 0.15 and size >= 8:
            form = "hot-desks"
        elif u < p["sase"] + 0.23:
            form = "card-per-seat"
        name = self.name(form)
        domain = stock.domain(rnd)
        if form == "sase":
            office = land.line(rnd.choice(land.sase), 0.5, rnd.randint(2, 9))
        elif form == "franchise":
            office = -1
        else:
            office = land.office(rnd, code, rnd.choice((1, 1, 2, 2, 3, 4)) if size > 15 else 1)
        branches = [land.home(rnd, code) for _ in range(max(2, size // 5))] if form == "franchise" else []
        images = [stock.machine(rnd, 0.9) for _ in range(max(1, size // 9))] if form == "hot-desks" else []
        one_card = rnd.random() < p["company_card"] or form == "franchise"
        payer = stock.payer()
        cards = [stock.card(rnd) for _ in range(1 if size < 30 or rnd.random() < 0.7 else rnd.randint(2, 5))]
        house = [stock.prompt() for _ in range(rnd.choice((0, 1, 1, 2, 4)) if size > 3 else rnd.choice((0, 0, 1)))]
        repos = [stock.remote() for _ in range(max(1, size // 6))]
        repo_pick = Zipf(len(repos), 0.9)
        tools = stock.schema() if rnd.random() < 0.3 else -1
        vbin = stock.virtual_bin(rnd)
        began = folk.birth(rnd)
        wave = rnd.random() < 0.35  # seats bought in one go
        staff: list[int] = []
        for _ in range(size):
            born = folk.after(rnd, began, 90, 0.4 if wave and rnd.random() < 0.8 else 0.0)
            style = rnd.choice(("clerk", "clerk", "coder", "writer", "coder", "commuter"))
            hybrid = rnd.random() < p["hybrid"]
            hours = "shift" if form == "hot-desks" else "office"
            seat = (office if office >= 0 else rnd.choice(branches), 2.2, hours)
            card = None
            if form == "card-per-seat":
                card = (stock.card(rnd, vbin), payer)
            elif one_card:
                card = (rnd.choice(cards), payer, 30.0)
            mail = stock.address(rnd, domain, rnd.choice((0, 0, 0, 2)))
            if rnd.random() < 0.04:
                mail = folk.mail(rnd, code)
            a = folk.person(
                rnd,
                form,
                group=name,
                country=code if rnd.random() < 0.93 else None,
                style=style,
                born=born,
                email=mail,
                seat=seat,
                no_home=not hybrid,
                card=card,
                no_card=one_card or rnd.random() < 0.5,
                device=rnd.choice(images) if images else None,
                phone_share=0.12 if not hybrid else 0.3,
            )
            staff.append(a)
            for h in house:
                if rnd.random() < 0.55:
                    led.carry(a, h, rnd.uniform(0.2, 0.8))
            if style == "coder":
                led.carry(a, repos[repo_pick(rnd)], rnd.uniform(0.3, 0.9), 2)
            if tools >= 0 and rnd.random() < 0.5:
                led.carry(a, tools, 0.5, 1)
            if images and rnd.random() < 0.8:  # the machine of the day
                for _ in range(2):
                    led.context(a, seat[0], rnd.choice(images), rnd.choice(BROWSERS[:2]), 1.2, 0.4, hours)
        if form in ("company", "sase") and size >= 6:
            self.companies.append((name, domain, office, staff))
        if size >= 20 and rnd.random() < 0.4:
            return size + self.fleet(
                rnd, min(rnd.randint(5, 24), max(5, size // 3)), (name, domain, cards[0], payer, repos[0], code)
            )
        return size

    def fleet(self, rnd: Random, size: int, owner: tuple[str, str, int, int, int, str] | None = None) -> int:
        """An employer's agents: keys of a service that work in step, at night too."""
        led, stock, land = self.led, self.stock, self.land
        if owner is None:
            code = land.country(rnd)
            owner = (self.name("agents"), stock.domain(rnd), stock.card(rnd), stock.payer(), stock.remote(), code)
        name, domain, card, payer, repo, code = owner
        template, tools = stock.prompt(), stock.schema()
        line = land.egress(rnd) if rnd.random() < 0.5 else land.server(rnd)
        client = rnd.choice(SDKS[:2] + CODING)
        hours = sorted(rnd.sample(range(24), rnd.randint(1, 4)))
        born = self.folk.birth(rnd)
        rate = between(rnd, 20, 300)
        for i in range(size):
            a = led.account(
                country=code,
                email=f"agent-{self.no}-{i + 1:02d}@{domain}",
                kind="agents",
                group=name,
                plan="api",
                born=self.folk.after(rnd, born, 5),
                active=0.03,
                level=math.log(rate),
                rest=1.0,
            )
            c = led.context(a, line, -1, client, 1, 1, "flat")
            if rnd.random() < 0.3:
                led.context(a, land.egress(rnd), -1, client, 0.4, 0.4, "flat")
            led.carry(a, template, 0.95)
            led.carry(a, tools, 0.8, 1)
            led.carry(a, repo, 0.8, 2)
            led.pay(a, card, payer)
            for d in range(int(max(0, led.born[a])) + 1, int(led.days)):
                if rnd.random() < 0.93:
                    for h in hours:
                        led.visit(
                            c,
                            d + (h + rnd.uniform(0, 0.05)) / 24,
                            max(1, int(rnd.lognormvariate(math.log(rate / len(hours)), 0.5))),
                        )
        return size

    def agency(self, rnd: Random, size: int) -> int:
        """An agency: one card and office, an account and a domain for each client."""
        folk, led, stock, land = self.folk, self.led, self.stock, self.land
        code, name = land.country(rnd), self.name("agency")
        office = land.office(rnd, code, rnd.choice((1, 1, 2)))
        card, payer, own = stock.card(rnd), stock.payer(), stock.domain(rnd)
        desks = [stock.machine(rnd) for _ in range(max(1, size // 12))]
        house = [stock.prompt() for _ in range(rnd.randint(1, 4))]
        clients = [stock.domain(rnd) for _ in range(max(1, int(size * 0.8)))]
        began = folk.birth(rnd)
        for i in range(size):
            mail = (
                stock.address(rnd, own, 0)
                if rnd.random() < 0.12
                else f"{rnd.choice(('ai', 'hello', 'api', 'team', 'admin'))}{i}@{clients[i % len(clients)]}"
            )
            a = folk.person(
                rnd,
                "agency",
                group=name,
                country=code,
                style=rnd.choice(("writer", "clerk", "coder")),
                email=mail,
                born=folk.after(rnd, began, 80),
                seat=(office, 3.0, "office"),
                no_home=rnd.random() < 0.8,
                device=rnd.choice(desks),
                card=(card, payer) if rnd.random() < 0.9 else None,
                phone_share=0.05,
            )
            for h in house:
                if rnd.random() < 0.35:
                    led.carry(a, h, 0.5)
            if rnd.random() < 0.4:  # the client has servers too
                led.context(a, land.server(rnd), -1, rnd.choice(SDKS), 1.0, 1.0, "flat")
        return size

    def own_tests(self, rnd: Random, size: int) -> int:
        """One owner's accounts for tests, staging and load: coordinated, and no abuse."""
        led, stock, land = self.led, self.stock, self.land
        code, name = land.country(rnd), self.name("tests")
        if self.companies and rnd.random() < 0.6:
            domain = rnd.choice(self.companies)[1]
        else:
            domain = stock.domain(rnd)
        box = f"{rnd.choice(('qa', 'test', 'dev', rnd.choice(('maria', 'tom', 'jan', 'arun'))))}"
        form = rnd.choice(("plus", "number", "stage"))
        line, card, payer, dev = (
            land.egress(rnd) if rnd.random() < 0.5 else land.server(rnd),
            stock.card(rnd),
            stock.payer(),
            stock.machine(rnd),
        )
        t, repo = [stock.prompt() for _ in range(rnd.randint(1, 3))], stock.remote()
        born = self.folk.birth(rnd)
        step = rnd.choice((0.0005, 0.01, 3.0))
        client = rnd.choice(SDKS + BROWSERS[:2])
        accounts = []
        for i in range(size):
            local = {
                "plus": f"{box}+{self.no}x{i}",
                "number": f"{box}{self.no}-{i:03d}",
                "stage": f"{rnd.choice(('staging', 'load', 'e2e'))}-{self.no}-{i}",
            }[form]
            a = led.account(
                country=code,
                email=f"{local}@{domain}",
                kind="own-tests",
                group=name,
                plan=rnd.choice(("api", "free")),
                born=min(led.days - 0.05, born + i * step),
                active=0.02,
                level=math.log(rnd.uniform(3, 30)),
                same_owner=True,
            )
            c = led.context(a, line, dev if client < 10 else -1, client, 1, 0.3, "office")
            if rnd.random() < 0.15:
                led.context(a, land.home(rnd, code), dev, BROWSERS[0], 0.2, 0.2, "evening")
            for x in t:
                led.carry(a, x, 0.7)
            led.carry(a, repo, 0.4, 2)
            if rnd.random() < 0.6:
                led.pay(a, card, payer)
            accounts.append((a, c))
        for _ in range(rnd.randint(2, 14)):  # runs of the suite
            at = rnd.uniform(0, led.days)
            for a, c in accounts:
                if led.born[a] < at and rnd.random() < 0.9:
                    led.visit(c, at + rnd.uniform(0, 0.02), rnd.randint(1, 30))
        return size

    # --- schools --------------------------------------------------------------------------------------------------

    def campus(self, rnd: Random, size: int) -> int:
        """A university with courses: the same prompt, week, campus address and mail domain."""
        folk, led, stock, land = self.folk, self.led, self.stock, self.land
        code, name = land.country(rnd), self.name("campus")
        domain = f"{stock.word(rnd, 2, 3)}.{'edu' if code == 'US' else rnd.choice(('ac.', 'edu.')) + {'GB': 'uk'}.get(code, code.lower())}"
        line = land.office(rnd, code, rnd.randint(1, 8))
        room = [stock.machine(rnd, 0.8) for _ in range(max(2, size // 60))]
        people: list[int] = []
        for _ in range(size):
            own = rnd.random() < 0.72
            machine = rnd.choice(room) if rnd.random() < 0.08 else None
            people.append(
                folk.person(
                    rnd,
                    "university",
                    group=name,
                    country=code,
                    style="student" if rnd.random() < 0.8 else rnd.choice(("coder", "writer", "tinkerer")),
                    email=stock.address(rnd, domain, rnd.choice((0, 1, 2, 3))) if own else None,
                    seat=(line, 1.3, "class"),
                    no_home=rnd.random() < 0.3,
                    device=machine,
                    no_card=rnd.random() < 0.7,
                )
            )
        self.campuses.append((name, domain, line, people))
        left = people[:]
        rnd.shuffle(left)
        while len(left) > 30 and rnd.random() < 0.85:
            n = min(len(left), max(24, int(len(people) * rnd.uniform(0.12, 0.45))))
            self.course(
                rnd,
                left[:n],
                line,
                self.name("course"),
                f"EDU-{rnd.randrange(16**6):06X}" if rnd.random() < 0.5 else "",
            )
            left = left[n:]
        return size

    def course(self, rnd: Random, people: list[int], line: int, name: str, coupon: str) -> None:
        """An assignment in one week, with one starter and a deadline."""
        led, stock = self.led, self.stock
        start = rnd.uniform(0.5, max(1.0, led.days - 8))
        due = start + rnd.choice((5.0, 6.0, 7.0)) + 0.9
        starter = [stock.prompt() for _ in range(rnd.choice((1, 1, 2)))]
        repo = stock.remote()
        conv = f"cv_{rnd.getrandbits(64):016x}"
        fresh = rnd.random() < 0.4  # the course had everybody sign up in its first hour
        for a in people:
            led.kind[a], led.group[a] = "course", name
            if fresh and rnd.random() < 0.75:
                led.born[a] = start + rnd.uniform(0, 0.06)
                led.gone[a] = max(led.gone[a], due)
                if coupon:
                    led.moment(a, "coupon", coupon, led.born[a])
            if not led.born[a] < due:
                continue
            c = led.context(
                a, line, led.c_dev[led.first_ctx[a]], led.c_client[led.first_ctx[a]], 2.0, 0.5, "class", start, due
            )
            for x in starter:
                led.carry(a, x, 0.8, start=start, stop=due + 1)
            led.carry(a, repo, 0.3, 2, start=start, stop=due + 1)
            for _ in range(rnd.randint(1, 4)):
                led.visit(c, min(due, start + (due - start) * rnd.betavariate(2.2, 1)), rnd.randint(2, 25))
            if rnd.random() < 0.5:
                led.moment(a, "conversation", conv, rnd.uniform(max(start, led.born[a]), due))

    def classroom(self, rnd: Random, size: int) -> int:
        """A school class: a trolley of equal machines, one teacher's code, one room."""
        folk, led, stock, land = self.folk, self.led, self.stock, self.land
        code, name = land.country(rnd), self.name("class")
        room, domain = land.office(rnd, code, 1), stock.domain(rnd)
        trolley = [stock.machine(rnd, 0.5) for _ in range(max(3, size // 4))]
        template, coupon = stock.prompt(), f"SCHOOL{rnd.randrange(10**5):05d}"
        start = rnd.uniform(-5, led.days - 4)
        for i in range(size):
            a = folk.person(
                rnd,
                "class",
                group=name,
                country=code,
                style="student",
                email=f"s{rnd.randrange(10**5):05d}x{i}@{domain}",
                born=start + rnd.uniform(0, 0.03),
                device=rnd.choice(trolley),
                seat=(room, 4, "class"),
                no_home=rnd.random() < 0.7,
                no_card=True,
                phone_share=0.05,
            )
            led.carry(a, template, 0.7)
            led.moment(a, "coupon", coupon, led.born[a])
            for w in range(5):
                if rnd.random() < 0.8 and start + 7 * w > 0:
                    led.visit(led.first_ctx[a], start + 7 * w + rnd.uniform(0, 0.04), rnd.randint(2, 15))
        return size

    # --- gatherings and programmes --------------------------------------------------------------------------------

    def hackathon(self, rnd: Random, size: int) -> int:
        """An evening in a hall: sign-ups within hours, a code for everybody, a starter, teams with a repository."""
        folk, led, stock, land = self.folk, self.led, self.stock, self.land
        code, name = land.country(rnd), self.name("hackathon")
        hall = land.place()
        start = rnd.uniform(0.5, led.days - 3)
        coupon, starter = f"HACK-{rnd.randrange(16**6):06X}", [stock.prompt() for _ in range(rnd.choice((1, 1, 2)))]
        teams = deal(rnd, size, 4)
        repos = {t: stock.remote() for t in set(teams)}
        stays = rnd.uniform(0.2, 0.7)
        for i in range(size):
            born = start + min(0.4, rnd.expovariate(1 / 0.07))
            a = folk.person(
                rnd,
                "hackathon",
                group=name,
                country=code if rnd.random() < 0.9 else None,
                style=rnd.choice(("coder", "coder", "tinkerer", "student")),
                born=born,
                gone=FOREVER if rnd.random() < stays else start + rnd.uniform(1.2, 3),
                no_card=rnd.random() < 0.75,
            )
            c = led.context(
                a, hall, led.c_dev[led.first_ctx[a]], rnd.choice(CODING + SDKS[:2]), 9, 9, "flat", start, start + 2
            )
            led.signup_ctx[a] = c
            if rnd.random() < 0.92:
                led.moment(a, "coupon", coupon, born)
            for x in starter:
                led.carry(a, x, 0.6, start=start, stop=start + rnd.uniform(2, 10))
            led.carry(a, repos[teams[i]], 0.7, 2, start=start, stop=start + 4)
            for _ in range(rnd.randint(2, 7)):
                led.visit(c, rnd.uniform(born, start + 2), int(rnd.lognormvariate(3, 1)) + 1)
        return size

    def eventday(self, rnd: Random, size: int) -> int:
        """A conference's workshop: people of many firms in one room for an hour, who keep their lives."""
        led, stock = self.led, self.stock
        room = self.land.place()
        at = rnd.uniform(1, led.days - 1)
        template, coupon = stock.prompt(), f"TALK{rnd.randrange(10**4):04d}"
        pool = [a for a in rnd.sample(range(len(led)), min(len(led), size * 3)) if led.born[a] < at < led.gone[a]][
            :size
        ]
        name = self.name("workshop")
        for a in pool:
            c = led.context(a, room, led.c_dev[led.first_ctx[a]], led.c_client[led.first_ctx[a]], 0, 0, "day")
            led.carry(a, template, 0.9, ctx=c)
            led.visit(c, at + rnd.uniform(0, 0.06), rnd.randint(2, 20))
            if rnd.random() < 0.6:
                led.moment(a, "coupon", coupon, at)
            if not led.group[a]:
                led.group[a], led.kind[a] = name, "workshop"
        return 0

    def giftcodes(self, rnd: Random, size: int) -> int:
        """Customers of a seller of gift codes or of a credit programme: a burst and a code's family, then scattered lives."""
        folk, led = self.folk, self.led
        form = rnd.choice(("gift-codes", "credits", "incubator"))
        name = self.name(form)
        start = rnd.uniform(-20, led.days - 6)
        coupon = f"{form[:4].upper()}-{rnd.randrange(16**5):05X}"
        shared = self.land.office(rnd, self.land.country(rnd), 1) if form == "incubator" else -1
        payer, card = self.stock.payer(), self.stock.card(rnd)
        for _ in range(size):
            a = folk.person(
                rnd,
                form,
                group=name,
                born=folk.after(rnd, start, 2.5),
                style="coder" if form == "incubator" else None,
                email=self.stock.address(rnd, self.stock.domain(rnd), 0) if form == "incubator" else None,
                seat=(shared, 1.2, "office") if shared >= 0 else None,
                card=(card, payer) if form == "gift-codes" and rnd.random() < 0.3 else None,
            )
            led.moment(a, "coupon", coupon, led.born[a])
        return size

    def reseller(self, rnd: Random, size: int) -> int:
        """A licensed reseller's customers: the reseller's card and address, each with a domain of its own."""
        folk, stock = self.folk, self.stock
        name = self.name("reseller")
        cards, payer = [stock.card(rnd) for _ in range(rnd.randint(1, 3))], stock.payer()
        desk = self.land.office(rnd, self.land.country(rnd), 1)
        for _ in range(size):
            a = folk.person(
                rnd,
                "reseller",
                group=name,
                style=rnd.choice(("clerk", "coder", "writer")),
                card=(rnd.choice(cards), payer),
                email=stock.address(rnd, stock.domain(rnd), 0) if rnd.random() < 0.8 else None,
            )
            if rnd.random() < 0.7:  # the reseller opens the account
                self.led.signup_ctx[a] = self.led.context(a, desk, -1, 0, 0, 0, "office")
        return size

    def kiosk(self, rnd: Random, size: int) -> int:
        """A library, ward or internet café: dozens of machines handed round, people with nothing else in common."""
        folk, led, stock, land = self.folk, self.led, self.stock, self.land
        code, name, place = land.country(rnd), self.name("kiosk"), land.place()
        boxes = [stock.machine(rnd, 0.3) for _ in range(max(2, size // 6))]
        for _ in range(size):
            a = folk.person(
                rnd,
                "kiosk",
                group=name,
                country=code,
                style=rnd.choice(("curious", "seeker", "student", "player")),
                seat=(place, 1.6, "day"),
                no_card=rnd.random() < 0.8,
            )
            for b in rnd.sample(boxes, min(2, len(boxes))):
                led.context(a, place, b, rnd.choice(BROWSERS), 1.0, 0.7, "day")
        return size

    # --- machines and platforms -----------------------------------------------------------------------------------

    def cloud(self, rnd: Random) -> int:
        """A service account on a server, a function or a builder."""
        folk, led, stock, land, p = self.folk, self.led, self.stock, self.land, self.p
        code = land.country(rnd)
        shared = rnd.random() < p["shared_cloud"]
        born = folk.birth(rnd)
        paid = rnd.random() < min(1.0, p["has_card"] * 1.4)
        active, level = folk.habit(rnd, "tinkerer")
        mail = stock.address(rnd, stock.domain(rnd), 0) if rnd.random() < 0.45 else folk.mail(rnd, code)
        a = led.account(
            country=code,
            email=mail,
            kind="serverless" if shared else "cloud",
            plan="api" if paid else "free",
            born=born,
            gone=folk.leave(rnd, born),
            active=max(active, 0.25),
            level=level + 0.2,
            rest=0.85,
            phone=folk.phone(rnd, code),
            streak=0,
        )
        prof = "cron" if rnd.random() < p["cron"] * 4 else "flat"
        client = rnd.choice(SDKS)
        for _ in range(1 if rnd.random() < 0.75 else 2):
            led.context(a, land.egress(rnd) if shared else land.server(rnd), -1, client, 1, 1, prof)
        if rnd.random() < 0.5:
            led.context(
                a, land.home(rnd, code), stock.machine(rnd), rnd.choice(BROWSERS + CODING), 0.25, 0.25, "evening"
            )
        folk.prompts(rnd, a, 0.9, [client])
        if paid:
            led.pay(a, stock.card(rnd), stock.payer(), rnd.uniform(5, 30))
        return 1

    def platforms(self, rnd: Random, aggregators: int) -> None:
        """Platforms that people bring their own key to, notebooks, builders and low code: what they add to accounts."""
        led, stock, land, p = self.led, self.stock, self.land, self.p
        n = len(led)
        for _ in range(max(3, round(n / p["byok_each"]))):
            size = pareto(rnd, 14, max(40, n * p["byok_top"]), 0.85)
            name = self.name("byok")
            house = [stock.prompt() for _ in range(rnd.choice((1, 1, 1, 2, 3)))]
            egress = [land.server(rnd) for _ in range(rnd.randint(1, 4))] if rnd.random() < 0.6 else []
            tools = stock.schema() if rnd.random() < 0.4 else -1
            start = rnd.uniform(-300, led.days * 0.6)
            client = rnd.choice(SDKS)
            for a in rnd.sample(range(n), min(n, size)):
                since = max(start, led.born[a]) + rnd.expovariate(1 / 30)
                if egress:
                    c = led.context(
                        a, rnd.choice(egress), -1, client, rnd.uniform(0.3, 3), rnd.uniform(0.3, 2), "day", since
                    )
                else:
                    f = led.first_ctx[a]
                    c = led.context(a, led.c_line[f], led.c_dev[f], led.c_client[f], 0.8, 0.8, "day", since)
                led.carry(a, rnd.choice(house), 0.95, ctx=c)
                if tools >= 0:
                    led.carry(a, tools, 0.7, 1, ctx=c)
                if not led.group[a]:
                    led.kind[a], led.group[a] = "byok", name
        # low-code platforms: three to thirty published addresses for everybody
        for _ in range(2):
            pool = land.block(rnd, "platform", rnd.randint(3, 30))
            blocks = [stock.prompt() for _ in range(12)]
            pick = Zipf(12, 1.0)
            name = self.name("low-code")
            for a in rnd.sample(range(n), int(n * p["lowcode"] / 2)):
                c = led.context(
                    a,
                    land.line(pool, -1.0),
                    -1,
                    16,
                    1.2,
                    1.0,
                    "cron" if rnd.random() < 0.3 else "flat",
                    led.born[a] + rnd.expovariate(1 / 60),
                )
                led.carry(a, blocks[pick(rnd)], 0.6, ctx=c)
                if not led.group[a]:
                    led.kind[a], led.group[a] = "low-code", name
        # hosted notebooks and builders
        for form, client, share in (("notebook", 10, p["notebook"]), ("ci", 11, p["notebook"] * 0.6)):
            pool = land.block(rnd, "cloud", max(12, int(n * share * rnd.uniform(0.1, 0.3))))
            starters = [stock.prompt() for _ in range(8)]
            pick = Zipf(8, 0.9)
            name = self.name(form)
            for a in rnd.sample(range(n), int(n * share)):
                c = led.context(
                    a,
                    land.line(pool, -1.0),
                    -1,
                    client,
                    0.9,
                    0.5,
                    "day" if form == "notebook" else "flat",
                    led.born[a] + rnd.expovariate(1 / 90),
                )
                led.carry(a, starters[pick(rnd)], 0.4, ctx=c)
                if not led.group[a]:
                    led.kind[a], led.group[a] = form, name
        # open-source projects: people of everywhere on one repository
        for _ in range(max(3, n // 900)):
            repo, tools = stock.remote(), stock.schema()
            for a in rnd.sample(range(n), pareto(rnd, 4, max(20, n * 0.004), 1.0)):
                led.carry(a, repo, 0.35, 2)
                led.carry(a, tools, 0.3, 1)
        # those who buy an exit or a tunnel that operators also buy are made in `market`; an aggregator is one account
        for _ in range(aggregators):
            a = led.account(
                country=land.country(rnd),
                email=f"ops@{stock.domain(rnd)}",
                kind="aggregator",
                group=self.name("aggregator"),
                plan="api",
                born=-rnd.uniform(60, 600),
                active=1.0,
                level=math.log(4000),
                rest=0.95,
            )
            for _ in range(rnd.randint(2, 6)):
                led.context(a, land.server(rnd), -1, rnd.choice(SDKS), 1, 1, "flat")
            for _ in range(60):
                led.carry(a, stock.public_pick(rnd), 0.15)
            for _ in range(40):
                led.carry(a, stock.prompt(), 0.1)
            led.pay(a, stock.card(rnd), stock.payer(), 2.0)

    # --- the whole ------------------------------------------------------------------------------------------------

    def people(self, rnd: Random, total: int, *, clean: bool) -> None:
        """All honest accounts."""
        folk, p = self.folk, self.p
        keys = ("home", "mobile", "company", "university", "cloud", "vpn", "agency", "special")
        whole = sum(p[k] for k in keys)
        aggregators = max(1, total // 12000)
        total -= aggregators + (0 if clean else int(total * p["grey"] * 0.3))  # the shops' customers come later
        grey = 0 if clean else int(total * p["grey"] * 0.7)
        quota = {k: int((total - grey) * p[k] / whole) for k in keys}
        left = quota["company"]
        first = True
        while left > 0:
            size = min(
                left,
                pareto(rnd, 2, max(20, min(5000, total * 0.05)), 0.62)
                if not first
                else int(max(3, min(5000, total * rnd.uniform(0.03, 0.06)))),
            )
            left -= self.company(rnd, size)
            first = False
        left = quota["university"]
        shares = [0.5, 0.3, 0.2] if total < 60000 else [0.3, 0.2, 0.2, 0.1, 0.1, 0.1]
        for s in shares:
            if quota["university"] * s >= 12:
                left -= self.campus(rnd, int(quota["university"] * s))
        left += quota["agency"]
        while left > 4:
            left -= self.agency(rnd, min(left, pareto(rnd, 5, max(12, min(300, total * 0.006)), 0.7)))
        left += quota["special"]
        makers = [
            (self.hackathon, 50, 0.009),
            (self.own_tests, 5, 0.0016),
            (self.classroom, 18, 0.0012),
            (self.giftcodes, 25, 0.006),
            (self.kiosk, 15, 0.003),
            (self.reseller, 12, 0.003),
            (self.fleet, 6, 0.0016),
            (self.own_tests, 5, 0.0012),
        ]
        order = 0
        while left > 4:
            make, low, share = makers[order % len(makers)]
            order += 1
            left -= make(rnd, min(left, pareto(rnd, low, max(low + 10, min(500, total * share)), 0.8)))
        for _ in range(quota["mobile"]):
            self.nomad(rnd)
        for _ in range(quota["vpn"]):
            self.tunneller(rnd)
        for _ in range(quota["cloud"]):
            self.cloud(rnd)
        no = 0
        while grey > 2:
            no += 1
            grey -= folk.twins(rnd, no)
        while len(self.led) < total:
            no += 1
            folk.household(rnd, no, total - len(self.led))
        for _ in range(max(1, total // 9000)):
            self.eventday(rnd, rnd.randint(25, 90))
        self.platforms(rnd, aggregators)

    def nomad(self, rnd: Random) -> None:
        """Somebody whose way in is the telephone."""
        folk, led, land = self.folk, self.led, self.land
        code = land.country(rnd) if rnd.random() < 0.55 else rnd.choice(["IN", "ID", "BR", "NG", "VN", "PH", "MX"])
        a = folk.person(
            rnd,
            "mobile",
            country=code,
            style=rnd.choice(("curious", "commuter", "student", "player", "seeker", "commuter")),
            no_home=True,
            plain=rnd.random() < 0.3,
        )
        dev = self.stock.machine(rnd, 0.6)
        line = land.mobile(rnd, code)
        led.context(a, line, dev, rnd.choice(PHONES), 1.0, 1.0, "commute")
        if rnd.random() < 0.5:
            led.context(a, line, dev, rnd.choice(PHONES), 0.8, 1.0, "evening")

    def tunneller(self, rnd: Random) -> None:
        """Somebody who goes through a tunnel, mostly or at times."""
        a = self.folk.person(rnd, "vpn", no_home=rnd.random() < 0.45)
        led, f = self.led, self.led.first_ctx.get(a)
        dev, client = (
            (led.c_dev[f], led.c_client[f]) if f is not None else (self.stock.machine(rnd), rnd.choice(BROWSERS))
        )
        for _ in range(1 if rnd.random() < 0.8 else 2):
            led.context(a, self.land.vpn(rnd), dev, client, rnd.uniform(1, 6), rnd.uniform(1, 6), "day")
