"""Honest people and their circles: who shares what because it saves money, work or thought."""

import numpy as np

from book import Book
from market import Life, Market, dole, per_unit
from names import domains, tokens

Array = np.ndarray

# Least size, median, spread of the logarithm, and most of a circle, by kind.
SIZES = {
    "household": (2, 2.3, 0.4, 6),
    "friends": (3, 6, 0.5, 25),
    "company": (2, 6, 1.7, 5000),
    "holding": (10, 40, 0.8, 600),
    "campus": (15, 90, 1.0, 900),
    "course": (15, 50, 0.8, 800),
    "hotdesk": (8, 40, 0.9, 400),
    "hackathon": (20, 70, 0.7, 500),
    "vendor": (12, 40, 1.3, 20000),
    "lowcode": (15, 60, 1.0, 2000),
    "notebook": (20, 90, 1.0, 2000),
    "sase": (5, 18, 0.9, 300),
    "viral": (8, 35, 1.2, 4000),
    "tutorial": (3, 8, 0.7, 80),
    "agency": (5, 14, 0.9, 300),
    "own_tests": (4, 9, 0.7, 120),
    "own_pool": (2, 2.6, 0.4, 8),
    "agents": (4, 14, 0.9, 250),
    "reseller": (8, 30, 0.8, 400),
    "programme": (6, 25, 0.8, 300),
    "payer": (4, 8, 0.6, 60),
    "place": (6, 20, 0.8, 200),
    "project": (6, 16, 0.9, 400),
    "bundle": (20, 60, 0.8, 600),
    "bootcamp": (10, 35, 0.7, 400),
    "crowdwork": (8, 30, 0.7, 300),
    "exit_host": (30, 60, 0.6, 600),
}


class Society:
    """Plants honest circles; each method plants one instance of its kind."""

    def __init__(self, market: Market, life: Life, pools: list[Array]) -> None:
        """Remember markets, and the residential vendors' pools."""
        self.market, self.life, self.pools = market, life, pools
        self.book: Book = market.book
        self.rng = market.rng
        self.campuses: list[tuple[str, Array]] = []
        self.common_pools: list[Array] = []
        self.firms: list[dict[str, Array]] = []

    def plant(self, budget: int) -> None:
        """Plant circles of all kinds by their shares and fill up with people on their own."""
        end = self.book.used + budget
        for kind, share in self.market.dials.shares.items():
            left = round(share * budget)
            least = SIZES[kind][0]
            while left >= least or (left > 0 and self.rng.random() < left / least):
                size = min(self.size(kind, left), end - self.book.used)
                if size < 2:
                    break
                getattr(self, kind)(size)
                left -= size
        self.alone(end - self.book.used)

    def size(self, kind: str, left: int) -> int:
        """Draw a circle's size, heavy-tailed, within what is left for its kind."""
        least, median, spread, most = SIZES[kind]
        drawn = median * np.exp(self.rng.normal(0, spread * self.market.dials.spread))
        return int(np.clip(drawn, least, max(least, min(most, left))))

    def members(self, kind: str, born: Array, hosts: Array | None = None, land: float = 0.85) -> Array:
        """Open the accounts of a circle, in the order of birth."""
        hosts = self.market.mail_hosts(len(born)) if hosts is None else hosts
        who = self.book.open(np.sort(born), kind, hosts, group=self.book.name(kind))
        self.book.settle(who, land)
        return who

    def some(self, who: Array, share: float) -> Array:
        """Choose a share of accounts."""
        return who[self.rng.random(len(who)) < share]

    def common(self, who: Array, signal: str, values: Array, reach: float, how: str = "even") -> None:
        """Let a share of a circle bear values dealt out in a manner."""
        bearers = self.some(who, reach)
        if len(bearers):
            self.market.book.see(bearers, signal, values[dole(self.rng, len(bearers), len(values), how)], part=0.5)

    def through(self, who: Array, lines: Array, reach: float, each: int = 1) -> None:
        """Let a share of a circle come through its lines, each account through a few."""
        bearers = self.some(who, reach)
        if len(bearers):
            self.market.wander(bearers, lines, 1, min(each, len(lines)))

    def on_cards(self, who: Array, cards: Array, reach: float, how: str = "batch") -> None:
        """Let a share of a circle pay by its cards."""
        bearers = self.some(who, reach)
        if len(bearers):
            self.market.pay(bearers, cards[dole(self.rng, len(bearers), len(cards), how)])

    def count(self, size: int, price: float, need: float) -> int:
        """Return how many units a circle buys when sharing costs its people `need` a month."""
        return max(1, round(size / per_unit(self.rng, price, need, size)))

    def fresh(self, size: int, head: str) -> Array:
        """Return values that nobody else has."""
        return tokens(self.rng, size, head)

    # People on their own and in small circles.

    def alone(self, size: int) -> None:
        """Plant people on their own; some are long-standing, all come one by one."""
        if size <= 0:
            return
        who = self.book.open(self.book.ages(size), "lone", self.market.mail_hosts(size))
        self.life.live(who)
        twin = who[:-1][self.rng.random(size - 1) < 0.004]
        mail = self.book.text["email"]
        for one in twin:
            name, host = str(mail[one]).split("@")
            mail[one + 1] = f"{name}+{self.rng.integers(2, 99)}@{host}"

    def household(self, size: int) -> None:
        """Plant a family: one line, often one card, sometimes one machine."""
        who = self.members("household", self.book.ages(size), land=1)
        pool = self.market.home_pools[int(self.rng.choice(14, p=self.market.home_weights))]
        self.through(who, self.market.lines(pool, int(self.rng.choice([1, 1, 1, 3, 6]))), 0.95, 3)
        if self.rng.random() < 0.55:
            self.on_cards(who, self.market.cards(self.count(size, 1, 0.3)), 0.9, "even")
        self.common(who, "device", self.fresh(self.count(size, 25, 18), "fp_"), 0.6)
        self.life.live(who, network=0.35, card=0.3, device=0.5)

    def friends(self, size: int) -> None:
        """Plant friends, a club or founders who split a card or meet in one room."""
        who = self.members("friends", self.book.ages(size, self.rng.uniform(30, 200)))
        habits = self.rng.random(4) < [0.5, 0.4, 0.35, 0.15]
        if habits[0]:
            self.on_cards(who, self.market.cards(self.count(size, 5, 0.15)), self.rng.uniform(0.5, 1))
        if habits[1]:
            self.through(who, self.market.office(1), self.rng.uniform(0.4, 0.9))
        if habits[2] or not habits[:2].any():
            self.common(who, "template", self.fresh(2, "tp_"), self.rng.uniform(0.4, 0.9))
        if habits[3]:
            self.common(who, "device", self.fresh(1, "fp_"), 0.4)
        self.life.live(who, card=0.6)

    # Employers.

    def hired(self, size: int) -> Array:
        """Draw births of an employer's accounts: hires over years and often a roll-out within days."""
        born = self.book.ages(size, self.rng.uniform(80, 350))
        if size > 8 and self.rng.random() < 0.55:
            at = self.rng.uniform(-300, self.book.days - 5)
            rolled = self.rng.random(size) < self.rng.uniform(0.3, 0.9)
            born = np.where(rolled, at + self.rng.uniform(0.5, 9) * self.rng.random(size), born)
        return born

    def pays(self, who: Array) -> None:
        """Choose an employer's way of paying: one card, a card a team, a virtual card a head, or claims."""
        way = self.rng.choice(4, p=[0.5, 0.18, 0.1, 0.22])
        if way == 0:
            self.on_cards(who, self.market.cards(1), self.rng.uniform(0.75, 1))
        elif way == 1:
            self.on_cards(who, self.market.cards(self.count(len(who), 6, 0.12)), 0.85)
        elif way == 2:
            self.on_cards(who, self.market.cards(len(who), self.market.card_ranges(1)), 0.9)
        else:
            self.life.bank(self.some(who, 0.5))

    def employer(self, kind: str, size: int, lines: Array, office: float = 0.9) -> Array:
        """Plant an employer's accounts: domain, lines, ways of paying, house prompts, teams' repositories."""
        own = size > 4 or self.rng.random() < 0.7
        domain = domains(self.rng, 1)
        hosts = np.repeat(domain, size) if own else None
        who = self.members(kind, self.hired(size), hosts)
        self.through(who, lines, office, int(self.rng.integers(1, 3)))
        self.pays(who)
        house = self.fresh(self.count(size, 20, self.rng.choice([0.02, 0.3, 4])), "tp_")
        self.common(who, "template", house, self.rng.uniform(0.15, 0.85), "popular")
        self.common(who, "git_remote", self.fresh(self.count(size, 4, 0.15), "git_"), self.rng.uniform(0, 0.6))
        self.common(who, "parent_org", self.fresh(1, "org_"), 0.95)
        self.common(who, "billing_address", self.fresh(1, "ba_"), 0.7)
        self.common(who, "client", self.market.clients[self.rng.integers(0, 60, 1)], self.rng.uniform(0, 0.6))
        self.book.text["plan"][who] = "team" if size < 60 else "enterprise"
        self.life.live(who, network=0.33, card=0.04, device=0.9, prompt=0.7)
        self.firms.append({"who": who, "lines": lines, "domain": domain, "house": house})
        return who

    def company(self, size: int) -> None:
        """Plant a company at its egress addresses."""
        self.employer("company", size, self.market.office(int(np.clip(size // 60 + self.rng.integers(1, 4), 1, 6))))

    def holding(self, size: int) -> None:
        """Plant a franchise: one card, domain and prompt at many places."""
        branches = max(2, self.count(size, 30, 1))
        who = self.members("holding", self.hired(size), np.repeat(domains(self.rng, 1), size))
        where = dole(self.rng, size, branches, "popular")
        self.market.surf(who, np.concatenate([self.market.office(1) for _ in range(branches)])[where])
        self.on_cards(who, self.market.cards(1), self.rng.uniform(0.6, 1))
        self.common(who, "template", self.fresh(int(self.rng.integers(1, 4)), "tp_"), 0.7)
        self.common(who, "parent_org", self.fresh(1, "org_"), 0.9)
        self.book.text["plan"][who] = "team"
        self.life.live(who, network=0.3, card=0.03, prompt=0.5)

    def hotdesk(self, size: int) -> None:
        """Plant a call centre, ward or cloud desktop: few machine images, one employer, shifts."""
        who = self.employer("hotdesk", size, self.market.office(int(self.rng.integers(1, 3))), 0.98)
        images = self.fresh(self.count(size, 25, self.rng.choice([0.05, 0.6, 2])), "fp_")
        self.common(who, "device", images, 0.95, "popular")
        self.common(who, "device", images, 0.5)

    def sase(self, size: int) -> None:
        """Plant one tenant of a provider whose address pool many companies share."""
        if not self.common_pools or self.rng.random() < 0.25:
            self.common_pools.append(self.market.network(int(self.rng.integers(8, 60))))
        pool = self.common_pools[int(self.rng.integers(0, len(self.common_pools)))]
        self.employer("sase", size, pool, 0.95)

    def agents(self, size: int) -> None:
        """Plant an employer's fleet of agents: a repository of their own, lockstep, night work."""
        born = self.book.span_births(size, self.rng.uniform(0.2, 20), int(self.rng.integers(1, 4)), 0.5)
        who = self.members("agents", born, np.repeat(domains(self.rng, 1), size), 1)
        self.suffix(who, "agent", "-")
        self.market.wander(who, self.market.rack(int(self.rng.integers(1, 7))), 1, 1)
        self.on_cards(who, self.market.cards(1), 0.95)
        self.common(who, "git_remote", self.fresh(self.count(size, 5, 0.3), "git_"), 0.9)
        self.common(who, "template", self.fresh(int(self.rng.integers(1, 5)), "tp_"), 0.95, "popular")
        self.common(who, "parent_org", self.fresh(1, "org_"), 1)
        self.book.drive(who, self.rng.uniform(30, 400), 0.4, self.rng.uniform(0.5, 0.95))
        self.book.flag["same_owner"][who] = True

    def suffix(self, who: Array, stem: str, mark: str) -> None:
        """Name accounts by one stem and a running suffix."""
        mail = self.book.text["email"]
        for number, one in enumerate(who):
            mail[one] = f"{stem}{mark}{number + 1}@{str(mail[one]).split('@')[1]}"

    def own_tests(self, size: int) -> None:
        """Plant one owner's QA, staging or load tests: everything shared, one mailbox with a suffix."""
        born = self.book.span_births(size, self.rng.uniform(0.1, 30), int(self.rng.integers(1, 4)), 0.4)
        host = domains(self.rng, 1) if self.rng.random() < 0.75 else self.market.mail_hosts(1)
        who = self.members("own_tests", born, np.repeat(host, size), 1)
        self.suffix(
            who, str(self.rng.choice(["qa", "test", "staging", "load", "ci"])), str(self.rng.choice(["+", "-", ""]))
        )
        self.through(who, self.market.office(1) if self.rng.random() < 0.5 else self.market.rack(2), 1)
        if self.rng.random() < 0.6:
            self.on_cards(who, self.market.cards(1), 0.9)
        self.common(who, "device", self.fresh(self.count(size, 25, 0.3), "fp_"), self.rng.uniform(0.2, 1))
        self.common(who, "template", self.fresh(int(self.rng.integers(1, 5)), "tp_"), 0.9)
        self.common(who, "git_remote", self.fresh(1, "git_"), 0.5)
        self.book.drive(who, self.rng.uniform(3, 60), 0.6, self.rng.uniform(0.1, 0.8))
        self.book.flag["same_owner"][who] = True

    def own_pool(self, size: int) -> None:
        """Plant one person's few subscriptions, pooled by an open tool."""
        who = self.members("own_pool", self.book.ages(size, 60), np.repeat(self.market.mail_hosts(1), size), 1)
        if self.rng.random() < 0.6:
            self.suffix(who, str(self.book.text["email"][who[0]]).split("@")[0], "+")
        pool = self.market.home_pools[int(self.rng.choice(14, p=self.market.home_weights))]
        self.through(who, self.market.lines(pool, 2), 1, 2)
        self.on_cards(who, self.market.cards(self.count(size, 2, 1)), 0.8)
        self.common(who, "device", self.fresh(1, "fp_"), 0.9)
        self.common(who, "conversation_prefix", self.fresh(2, "cp_"), 0.8)
        self.common(who, "template", self.fresh(1, "tp_"), 0.6)
        self.life.live(who, network=0.3, card=0, device=0.1)
        self.book.flag["same_owner"][who] = True

    def agency(self, size: int) -> None:
        """Plant an agency: one card and office over clients' domains, accounts made as clients are won."""
        clients = domains(self.rng, self.count(size, 3, 0.6))
        hosts = clients[dole(self.rng, size, len(clients), "batch")]
        born = self.book.ages(size, self.rng.uniform(60, 300))
        who = self.members("agency", born, hosts, 1)
        self.through(who, self.market.office(int(self.rng.integers(1, 3))), self.rng.uniform(0.7, 1))
        self.on_cards(who, self.market.cards(self.count(size, 8, 0.05)), self.rng.uniform(0.7, 1))
        self.common(who, "template", self.fresh(self.count(size, 8, 0.3), "tp_"), self.rng.uniform(0.3, 0.9))
        self.common(who, "device", self.fresh(self.count(size, 25, 1), "fp_"), self.rng.uniform(0.3, 0.9), "batch")
        self.life.live(who, network=0.2, card=0.15, device=0.3, prompt=0.7)

    # Learners.

    def campus(self, size: int) -> None:
        """Plant a campus: its mail, its lines, terms, a few classroom machines."""
        domain, lines = (
            str(domains(self.rng, 1)[0]).rsplit(".", 1)[0] + ".edu",
            self.market.office(int(self.rng.integers(1, 9))),
        )
        self.campuses.append((domain, lines))
        born = self.book.ages(size, 200)
        term = self.rng.uniform(-200, self.book.days)
        born = np.where(
            self.rng.random(size) < 0.35, np.minimum(term + self.rng.exponential(8, size), self.book.days), born
        )
        who = self.members("campus", born, np.repeat(np.array([domain], dtype=object), size))
        self.through(who, lines, 0.85, 3)
        self.common(who, "device", self.fresh(max(1, size // 40), "fp_"), 0.1)
        self.book.text["plan"][who] = "education"
        self.life.live(who, network=0.7, card=0.4)

    def course(self, size: int) -> None:
        """Plant a class: an assignment within a week at a campus, its mail and machines."""
        if not self.campuses or self.rng.random() < 0.3:
            lines = self.market.office(int(self.rng.integers(1, 5)))
            self.campuses.append((str(domains(self.rng, 1)[0]).rsplit(".", 1)[0] + ".edu", lines))
        domain, lines = self.campuses[int(self.rng.integers(0, len(self.campuses)))]
        at = self.rng.uniform(0, max(1, self.book.days - 8))
        fresh = self.rng.random(size) < self.rng.uniform(0.3, 0.9)
        born = np.where(fresh, at + self.rng.uniform(0, 6, size), at - self.rng.exponential(120, size))
        hosts = np.where(self.rng.random(size) < 0.8, domain, self.market.mail_hosts(size))
        who = self.members("course", born, hosts)
        self.book.stop[who] = np.maximum(self.book.stop[who], at + 8).clip(max=self.book.days)
        task = self.some(who, 0.92)
        when = np.full(len(task), at)
        given = self.fresh(int(self.rng.choice([1, 1, 2, 5])), "tp_")
        self.book.see(task, "template", given[dole(self.rng, len(task), len(given), "popular")], when, when + 9)
        self.through(who, lines, self.rng.uniform(0.6, 0.95), 2)
        if self.rng.random() < 0.35:
            self.common(who, "device", self.fresh(self.count(size, 25, 0.8), "fp_"), self.rng.uniform(0.3, 0.9))
        self.common(who, "git_remote", self.fresh(1, "git_"), self.rng.choice([0, 0.6]))
        self.life.live(who, network=0.7, card=0.25, device=0.7)

    def bootcamp(self, size: int) -> None:
        """Plant a remote class: a code and a prompt in one week, no place in common."""
        born = self.book.span_births(size, self.rng.uniform(2, 10), 1, 0.25)
        who = self.members("bootcamp", born, land=0.3)
        self.book.at_birth(who, "promo_code", np.repeat(self.fresh(1, "PC"), size))
        self.common(who, "template", self.fresh(int(self.rng.integers(1, 5)), "tp_"), 0.85, "popular")
        self.common(who, "git_remote", self.fresh(1, "git_"), 0.4)
        self.life.live(who, card=0.5)

    def hackathon(self, size: int) -> None:
        """Plant a hackathon: one room, one code, one starter prompt, sign-ups in hours, scattered lives afterwards."""
        born = self.book.span_births(size, self.rng.uniform(0.1, 0.5))
        who = self.members("hackathon", born)
        gone = self.some(who, self.rng.uniform(0.3, 0.7))
        self.book.stop[gone] = np.minimum(self.book.born[gone] + self.rng.uniform(0.8, 4, len(gone)), self.book.days)
        lines = self.market.office(int(self.rng.integers(1, 4)))
        there = self.some(who, 0.88)
        at = self.book.born[there]
        self.market.surf(there, self.rng.choice(lines, len(there)), at, at + self.rng.uniform(1, 3))
        self.book.at_birth(who, "promo_code", np.repeat(self.fresh(1, "PC"), size))
        starter = self.some(who, self.rng.uniform(0.5, 0.9))
        value = np.repeat(self.fresh(1, "tp_"), len(starter))
        self.book.see(starter, "template", value, self.book.born[starter], self.book.born[starter] + 4)
        self.common(who, "tool_schema", self.fresh(1, "ts_"), 0.4)
        self.life.live(who, network=0.6, card=0.4)

    # Customers of a platform.

    def vendor(self, size: int) -> None:
        """Plant a bring-your-own-key vendor's users: its prompt, often its address, nothing else."""
        who = self.members("vendor", self.book.ages(size, self.rng.uniform(30, 250)), land=0.3)
        self.common(who, "template", self.fresh(int(self.rng.choice([1, 1, 2, 4])), "tp_"), 0.95, "popular")
        if self.rng.random() < 0.65:
            self.through(who, self.market.rack(int(self.rng.integers(1, 5))), 0.9, 2)
        self.common(who, "client", self.fresh(1, "sdk/"), self.rng.choice([0, 0.9]))
        self.common(who, "tool_schema", self.fresh(1, "ts_"), self.rng.choice([0, 0.8]))
        self.life.live(who, network=0.7, prompt=0.6)

    def lowcode(self, size: int) -> None:
        """Plant a low-code platform's users at its published addresses."""
        who = self.members("lowcode", self.book.ages(size), land=0.3)
        self.through(who, self.market.rack(int(self.rng.integers(3, 31))), 0.95, 4)
        self.common(who, "template", self.fresh(int(self.rng.integers(2, 12)), "tp_"), 0.5, "popular")
        self.life.live(who, network=0.5)

    def notebook(self, size: int) -> None:
        """Plant users of hosted notebooks or CI: one client, many egress addresses, starter prompts."""
        who = self.members("notebook", self.book.ages(size), land=0.3)
        self.through(who, self.market.rack(int(np.clip(size * self.rng.uniform(0.3, 1.5), 12, 230))), 1, 8)
        self.common(who, "client", self.fresh(1, "nb/"), 1)
        self.common(who, "template", self.fresh(int(self.rng.integers(2, 9)), "tp_"), 0.4, "popular")
        self.life.live(who, network=0.5)

    def viral(self, size: int) -> None:
        """Plant strangers who try a prompt while it is the fashion."""
        who = self.members("viral", self.book.ages(size), land=0.2)
        at = self.rng.uniform(-10, self.book.days - 3)
        self.book.stop[who] = np.maximum(self.book.stop[who], min(at + 10, self.book.days))
        when = at + self.rng.exponential(5, size)
        self.book.see(
            who, "template", np.repeat(self.fresh(1, "tp_"), size), when, when + self.rng.exponential(6, size)
        )
        self.life.live(who)

    def tutorial(self, size: int) -> None:
        """Plant readers of a small tutorial who copied its prompt, some its tools."""
        who = self.members("tutorial", self.book.ages(size), land=0.2)
        self.common(who, "template", self.fresh(1, "tp_"), 0.95)
        self.common(who, "tool_schema", self.fresh(1, "ts_"), 0.4)
        self.life.live(who)

    def project(self, size: int) -> None:
        """Plant contributors to an open project: its repository and its prompt file."""
        who = self.members("project", self.book.ages(size), land=0.1)
        self.common(who, "git_remote", self.fresh(1, "git_"), 0.95)
        self.common(who, "template", self.fresh(1, "tp_"), self.rng.uniform(0.3, 0.9))
        self.common(who, "tool_schema", self.fresh(1, "ts_"), self.rng.uniform(0, 0.6))
        self.life.live(who)

    # Customers of a go-between.

    def reseller(self, size: int) -> None:
        """Plant customers of gift codes: bursts of orders, his card and desk at first, scattered lives later."""
        born = self.book.span_births(size, self.rng.uniform(0.3, 4), int(self.rng.integers(1, 7)), 0.2)
        who = self.members("reseller", born, land=0.6)
        codes = self.fresh(max(1, size // int(self.rng.integers(5, 40))), "GC")
        self.book.at_birth(who, "promo_code", codes[dole(self.rng, size, len(codes), "batch")])
        if self.rng.random() < 0.5:
            self.on_cards(who, self.market.cards(self.count(size, 5, 0.05)), self.rng.uniform(0.4, 0.9))
        if self.rng.random() < 0.5:
            helped = self.some(who, self.rng.uniform(0.3, 0.8))
            desk = self.rng.choice(self.market.office(1), len(helped))
            self.market.surf(helped, desk, self.book.born[helped], self.book.born[helped] + 0.2)
        self.life.live(who, card=0.3)

    def programme(self, size: int) -> None:
        """Plant start-ups of an incubator or credit programme: a code, a place, small teams of their own."""
        teams = domains(self.rng, self.count(size, 4, 1))
        born = self.book.span_births(size, self.rng.uniform(1, 14), int(self.rng.integers(1, 4)), 0.3)
        who = self.members("programme", born, teams[dole(self.rng, size, len(teams), "batch")])
        self.book.at_birth(who, "promo_code", np.repeat(self.fresh(1, "PC"), size))
        if self.rng.random() < 0.6:
            self.through(who, self.market.office(1), self.rng.uniform(0.3, 0.9))
        self.common(who, "template", self.fresh(len(teams), "tp_"), 0.5, "batch")
        self.life.live(who, network=0.7, card=0.6)

    def payer(self, size: int) -> None:
        """Plant small customers whose bookkeeper or relative abroad pays for all."""
        who = self.members("payer", self.book.ages(size, self.rng.uniform(40, 250)), land=0.5)
        self.on_cards(who, self.market.cards(self.count(size, 5, 0.03)), 0.95)
        if self.rng.random() < 0.4:
            self.through(who, self.market.office(1), 0.5)
        self.life.live(who, card=0.1)

    def place(self, size: int) -> None:
        """Plant visitors of a library, café or co-working room: its line, perhaps its kiosks."""
        who = self.members("place", self.book.ages(size))
        self.through(who, self.market.office(1), 0.95)
        if self.rng.random() < 0.5:
            self.common(who, "device", self.fresh(self.count(size, 25, 0.3), "fp_"), self.rng.uniform(0.3, 0.9))
        self.life.live(who, network=0.7)

    def bundle(self, size: int) -> None:
        """Plant a carrier's customers who took an offer in a week of advertising."""
        who = self.members("bundle", self.book.span_births(size, self.rng.uniform(4, 25), 1, 0.4), land=1)
        codes = self.fresh(int(self.rng.integers(1, 4)), "PC")
        self.book.at_birth(who, "promo_code", codes[dole(self.rng, size, len(codes), "even")])
        pool = self.market.carriers[int(self.rng.integers(0, len(self.market.carriers)))]
        self.market.wander(who, pool, 1, 4)
        self.life.live(who, network=0.5)

    def crowdwork(self, size: int) -> None:
        """Plant gig workers who were all given one job sheet and one tool."""
        who = self.members("crowdwork", self.book.ages(size, self.rng.uniform(20, 80)), land=0.4)
        self.common(who, "template", self.fresh(int(self.rng.integers(1, 4)), "tp_"), 0.9)
        self.common(who, "tool_schema", self.fresh(1, "ts_"), 0.5)
        if self.rng.random() < 0.4:
            self.market.wander(self.some(who, 0.6), self.market.vpn[: max(3, len(self.market.vpn) // 8)], 1, 3)
        self.life.live(who)

    def exit_host(self, size: int) -> None:
        """Plant honest homes whose lines a residential vendor rents out, and people who browse through him."""
        pool = self.pools[int(self.rng.integers(0, len(self.pools)))]
        who = self.members("exit_host", self.book.ages(size), land=0.2)
        self.market.surf(who, self.rng.choice(pool, size))
        surfers = self.some(who, 0.25)
        self.market.wander(surfers, pool, 3, 12)
        self.life.live(who, network=0.4)
