"""People one by one: what they came for decides how often they call, when, from where and with what."""

from __future__ import annotations

import math
from random import Random

from dice import Pick, Zipf
from ledger import FOREVER, Ledger
from stock import ALIAS, BROWSERS, CODING, CODING_LINE, DISPOSABLE, GLOBAL_MAIL, PHONES, SDKS
from terrain import MAIL, phone_number

# name: weight, habit of days (low, high), level against the median, weekend, hours, clients, keeps one conversation style
STYLES: dict[str, tuple[float, tuple[float, float], float, float, str, list[int], float]] = {
    "curious": (26, (0.02, 0.14), -0.7, 0.9, "evening", BROWSERS + PHONES, 0.1),
    "writer": (13, (0.05, 0.35), 0.0, 0.6, "day", BROWSERS, 0.3),
    "student": (14, (0.05, 0.4), 0.0, 0.7, "late", BROWSERS + PHONES, 0.35),
    "coder": (16, (0.1, 0.55), 0.9, 0.55, "day", CODING + BROWSERS[:3], 0.5),
    "tinkerer": (9, (0.04, 0.3), 0.6, 1.3, "night", SDKS + CODING, 0.6),
    "clerk": (9, (0.1, 0.5), 0.1, 0.15, "office", BROWSERS[:3], 0.4),
    "player": (7, (0.1, 0.6), 0.8, 1.2, "night", BROWSERS + PHONES, 0.8),
    "seeker": (4, (0.3, 0.8), 0.3, 0.6, "day", BROWSERS + PHONES, 0.3),  # two weeks, and gone
    "commuter": (6, (0.1, 0.5), -0.4, 0.5, "commute", PHONES, 0.2),
}


class Folk:
    """Makes people and what they hold."""

    def __init__(self, led: Ledger) -> None:
        self.led, self.land, self.stock, self.p = led, led.land, led.stock, led.p
        self.style = Pick([(k, v[0]) for k, v in STYLES.items()])
        self.byname = STYLES
        codes = max(12, led.land.n // 300)
        self.codes = [f"REF-{led.rnd.randrange(16**7):07X}" for _ in range(codes)]
        self.code_pick = Zipf(codes, 0.8)
        self.lent: list[int] = []

    # --- parts ----------------------------------------------------------------------------------------------------

    def birth(self, rnd: Random) -> float:
        """The day of a sign-up: the service has grown for two and a half years."""
        days, churn = self.led.days, self.p["churn"]
        if rnd.random() < 1 - math.exp(-churn * days / 7):
            return rnd.uniform(0, days - 0.02)
        return (
            -rnd.expovariate(1 / 190.0) % 900 - 900 if rnd.random() < 0.04 else -min(900.0, rnd.expovariate(1 / 200.0))
        )

    def after(self, rnd: Random, began: float, pace: float, span: float = 0.0) -> float:
        """A day after a beginning, and before the window's end."""
        born = began + (rnd.uniform(0, span) if span else rnd.expovariate(1 / pace))
        return born if born < self.led.days - 0.05 else rnd.uniform(began, self.led.days - 0.05)

    def leave(self, rnd: Random, born: float) -> float:
        """The day after which an account is not used."""
        if rnd.random() < 1 - math.exp(-self.p["churn"] * self.led.days / 7):
            return max(born + 0.3, rnd.uniform(0, self.led.days))
        return FOREVER

    def habit(self, rnd: Random, style: str) -> tuple[float, float]:
        """How likely a day with calls is, and the log of the calls on it."""
        low, high = STYLES[style][1]
        active = (
            1 - (1 - rnd.uniform(0.72, 0.97)) if rnd.random() < self.p["daily_user"] * 0.95 else rnd.uniform(low, high)
        )
        level = (
            math.log(self.p["calls_median"])
            + 0.62 * STYLES[style][2]
            - 0.12
            + rnd.gauss(0, self.p["calls_sigma"] * 0.78)
        )
        return active, level

    def mail(self, rnd: Random, country: str) -> str:
        """A private person's address."""
        u = rnd.random()
        p, stock = self.p, self.stock
        if u < p["disposable"]:
            return stock.address(rnd, rnd.choice(DISPOSABLE), 7)
        if u < p["disposable"] + p["alias"]:
            return stock.address(rnd, rnd.choice(ALIAS), 7)
        if u < p["disposable"] + p["alias"] + p["webmail"]:
            return stock.address(rnd, rnd.choice(MAIL[country]) if rnd.random() < 0.55 else rnd.choice(GLOBAL_MAIL))
        if rnd.random() < 0.45:  # an employer's, school's or club's address on a private account
            return stock.address(rnd, self.club(rnd))
        return stock.address(rnd, stock.domain(rnd), rnd.choice((0, 1, 2)))

    def club(self, rnd: Random) -> str:
        """A domain that some people of one place or trade have."""
        if not hasattr(self, "_clubs"):
            self._clubs = [self.stock.domain(self.led.rnd) for _ in range(max(20, self.land.n // 60))]
            self._club_pick = Zipf(len(self._clubs), 0.6)
        return self._clubs[self._club_pick(rnd)]

    def phone(self, rnd: Random, country: str) -> str:
        """A number, where one was asked for."""
        return phone_number(rnd, country) if rnd.random() < self.p["phone"] else ""

    def prompts(self, rnd: Random, a: int, api: float, clients: list[int]) -> None:
        """What somebody's sessions carry: the coding tool's line, public prompts, what goes round, their own."""
        led, stock = self.led, self.stock
        if any(c in CODING for c in clients):
            led.carry(a, CODING_LINE, rnd.uniform(0.4, 0.95))
        mean = self.p["public_template"]
        for _ in range(sum(rnd.random() < mean / 3 for _ in range(3))):
            led.carry(a, stock.public_pick(rnd), rnd.uniform(0.1, 0.7))
        if rnd.random() < 0.10 and stock.viral:
            v, day, fade = stock.viral_pick(rnd)
            start = day + rnd.expovariate(1 / fade)
            led.carry(a, v, rnd.uniform(0.3, 0.9), start=start, stop=start + rnd.expovariate(1 / (2 * fade)) + 0.7)
        if rnd.random() < 0.05:
            led.carry(a, stock.tutorials[stock.tutorial_pick(rnd)], rnd.uniform(0.2, 0.6))
        if rnd.random() < 0.25 + 0.5 * api:
            for _ in range(1 + (rnd.random() < 0.3)):
                led.carry(a, stock.prompt(), rnd.uniform(0.3, 0.9))
        if rnd.random() < 0.45 * api:
            led.carry(a, stock.schema_pick(rnd) if rnd.random() < 0.7 else stock.schema(), rnd.uniform(0.3, 0.8), 1)
        if any(c in CODING for c in clients):
            led.carry(a, stock.remote(), rnd.uniform(0.3, 0.9), 2)

    # --- people ---------------------------------------------------------------------------------------------------

    def person(
        self,
        rnd: Random,
        kind: str,
        *,
        group: str = "",
        country: str | None = None,
        style: str | None = None,
        email: str | None = None,
        born: float | None = None,
        gone: float | None = None,
        home: int | None = None,
        device: int | None = None,
        card: tuple[int, int] | None = None,
        seat: tuple[int, float, str] | None = None,
        no_home: bool = False,
        phone_share: float = 0.16,
        plain: bool = False,
        grey: bool = False,
        same_owner: bool = False,
        no_card: bool = False,
    ) -> int:
        """A person with an account. `seat` is a line at work or school with its weight and hours."""
        led, stock, land = self.led, self.stock, self.land
        country = country or land.country(rnd)
        style = style or self.style(rnd)
        _w, _h, _l, rest, hours, clients, api = STYLES[style]
        born = self.birth(rnd) if born is None else born
        gone = self.leave(rnd, born) if gone is None else gone
        if style == "seeker" and gone == FOREVER and born > -40:
            gone = born + rnd.uniform(6, 25)
        active, level = self.habit(rnd, style)
        paid = rnd.random() < self.p["has_card"] and not no_card
        a = led.account(
            country=country,
            email=email or self.mail(rnd, country),
            kind=kind,
            group=group,
            born=born,
            gone=gone,
            active=active,
            level=level,
            rest=rest,
            phone=self.phone(rnd, country),
            plan=("pro" if style in ("writer", "clerk", "player", "commuter", "student", "curious") else "api")
            if paid or card
            else "free",
            grey=grey,
            same_owner=same_owner,
            streak=int(rnd.random() < 0.4),
        )
        mine = rnd.sample(clients, min(len(clients), 1 + (rnd.random() < 0.3)))
        dev = (
            device
            if device is not None
            else (stock.machine(rnd) if any(c < 10 for c in mine) or rnd.random() < 0.5 else -1)
        )
        phone_dev = stock.machine(rnd, 0.4) if rnd.random() < 0.3 else -1
        if not no_home:
            line = land.home(rnd, country) if home is None else home
            for c in mine:
                led.context(a, line, dev if c < 10 or rnd.random() < 0.3 else -1, c, 0.7, 1.0, hours)
        if seat is not None:
            led.context(a, seat[0], dev, rnd.choice(mine), seat[1], seat[1] * 0.1, seat[2])
        if (rnd.random() < phone_share or (no_home and seat is None)) and kind != "mobile":
            led.context(
                a,
                land.mobile(rnd, country),
                phone_dev if phone_dev >= 0 else dev,
                rnd.choice(PHONES),
                0.3,
                0.3,
                "commute",
            )
        if rnd.random() < self.p["cafe"]:
            venue = rnd.choice(land.venues[country])
            led.context(a, venue, dev, mine[0], 0.2, 0.25, "day")
        if rnd.random() < self.p["travel"]:
            start = rnd.uniform(-3, led.days - 1)
            led.context(
                a,
                rnd.choice(land.venues[land.country(rnd)]),
                dev,
                mine[0],
                6.0,
                6.0,
                "evening",
                start,
                start + rnd.uniform(2, 8),
            )
        if style in ("coder", "tinkerer") and rnd.random() < self.p["cron"] * 2.5:  # a job of one's own on the hour
            led.context(
                a,
                land.server(rnd) if rnd.random() < 0.4 or no_home else led.c_line[led.first_ctx[a]],
                -1,
                rnd.choice(SDKS),
                0.9,
                1.2,
                "cron",
            )
        if not plain:
            self.prompts(rnd, a, api, mine)
        if card is not None:
            led.pay(a, *card)
        elif paid:
            payer = stock.payer()
            mine_card = stock.card(rnd)
            if self.lent and rnd.random() < self.p["card_twice"]:  # a parent, a partner or a friend pays
                mine_card = self.lent[-1 - min(len(self.lent) - 1, int(rnd.expovariate(1 / 300)))]
            self.lent.append(mine_card)
            led.pay(a, mine_card, payer, 30.0 if style != "tinkerer" else rnd.uniform(4, 30))
            if rnd.random() < 0.04:  # a wallet that names the same card anew
                led.pay(a, stock.card(rnd), payer, 30.0)
        if rnd.random() < self.p["refer"]:
            led.moment(a, "referral", self.codes[self.code_pick(rnd)], born)
        return a

    def household(self, rnd: Random, no: int, room: int) -> int:
        """One home and the accounts in it; their number."""
        u = rnd.random()
        code = self.land.country(rnd)
        if u < 0.90 or room < 2:
            self.person(rnd, "home", country=code)
            return 1
        home = self.land.home(rnd, code)
        n = min(room, 2 if rnd.random() < 0.7 else rnd.randint(3, 6))
        if u < 0.96:  # a family: one card, a tablet that goes round
            tablet = self.stock.machine(rnd)
            card = (self.stock.card(rnd), self.stock.payer())
            surname = rnd.choice(("", "fam"))
            for i in range(n):
                a = self.person(
                    rnd,
                    "family",
                    group=f"family-{no}",
                    country=code,
                    home=home,
                    device=tablet if rnd.random() < 0.7 else None,
                    card=card if rnd.random() < 0.55 else None,
                    no_card=i > 0 and rnd.random() < 0.6,
                )
                if surname and i and rnd.random() < 0.3:
                    first = self.led.email[a - 1]
                    self.led.email[a] = first.replace("@", f"+{i}@") if "gmail" in first else self.led.email[a]
        else:
            for _ in range(n):
                self.person(rnd, "flatmates", group=f"flat-{no}", country=code, home=home)
        return n

    def twins(self, rnd: Random, no: int) -> int:
        """Somebody with two or three subscriptions, or a second free start: against the letter, and no ring."""
        code = self.land.country(rnd)
        n = rnd.choice((2, 2, 2, 3))
        home, dev = self.land.home(rnd, code), self.stock.machine(rnd)
        pool = rnd.random() < 0.55  # pools what was paid for; the others begin anew for a credit
        card = (self.stock.card(rnd), self.stock.payer())
        base = self.mail(rnd, code)
        first = self.birth(rnd)
        made = []
        for i in range(n):
            mail = (
                base
                if not i
                else (
                    base.replace("@", f"+{rnd.choice(('2', 'alt', 'work'))}{i}@")
                    if rnd.random() < 0.4
                    else self.mail(rnd, code)
                )
            )
            a = self.person(
                rnd,
                "own-pool" if pool else "second-start",
                group=f"twin-{no}",
                country=code,
                style="coder" if pool else None,
                email=mail,
                home=home,
                device=dev,
                born=self.after(rnd, first, 20 * i) if i else first,
                card=card if pool and rnd.random() < 0.75 else None,
                no_card=not pool,
                grey=True,
                same_owner=True,
            )
            made.append(a)
        if pool and rnd.random() < 0.5:  # and keep each warm
            warm = rnd.choice(self.stock.keepalive)
            for a in made:
                self.led.carry(a, warm, 0.2)
                for d in range(int(max(0.0, self.led.born[a])) + 1, int(self.led.days), 2):
                    self.led.visit(self.led.first_ctx[a], d + 7 / 24 + rnd.uniform(0, 0.0003), 1)
        if pool:  # open tools move a conversation on when a limit is met
            for _ in range(rnd.randint(0, 8)):
                t = rnd.uniform(max(0.0, first), self.led.days)
                conv = f"cv_{rnd.getrandbits(64):016x}"
                for j, a in enumerate(rnd.sample(made, min(len(made), 2))):
                    if self.led.born[a] < t < self.led.gone[a]:
                        self.led.moment(a, "conversation", conv, t + j * rnd.uniform(3, 300) / 86400)
        return n
