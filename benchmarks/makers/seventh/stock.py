"""What people hold: names, mail, cards, machines, clients and prompts."""

from __future__ import annotations

from random import Random

from dice import Pick, Zipf, between, pareto

FIRST = """james maria wei anna david priya lucas emma noah fatima yuki omar sofia ivan chloe minh rahul elena tom
sara kenji pedro ana julia mateo nina paul leila hugo ines marco lena oscar aisha viktor mei jan olga ben rosa arun
diego katya sam nora felix zara liam hana ravi clara""".split()
LAST = """smith garcia chen mueller patel silva kim nguyen rossi dubois kowalski tanaka ahmed novak brown lopez singh
jones ali petrov martin costa yilmaz okafor hughes santos weber park lee moreau fischer khan reyes wang ito clark
bauer ortiz bondar tran adams lam suzuki rao walker young""".split()
_SYL = """ba be bi bo bra ca ce co cra da de do dra el en fa fi flo ga go gra ha hi in ja ka ki la le li lo lu ma me mi
mo na ne no nu o pa pe pi pra qua ra re ri ro sa se si so sta ta te ti to tra u va ve vi vo xa ya za zo""".split()
_TAIL = ["labs", "tech", "soft", "data", "works", "group", "media", "health", "systems", "", "", "", "", "studio", "hq"]
DISPOSABLE = """mailinator.com guerrillamail.com 10minutemail.com temp-mail.org yopmail.com sharklasers.com
trashmail.com getnada.com dispostable.com maildrop.cc tempmail.net mohmal.com""".split()
ALIAS = ["duck.com", "simplelogin.com", "anonaddy.me", "mozmail.com", "privaterelay.appleid.com"]
GLOBAL_MAIL = ["gmail.com"] * 11 + ["outlook.com"] * 3 + ["yahoo.com"] * 2 + ["hotmail.com", "icloud.com", "proton.me"]

# stem, days between versions (0: never shown), has a machine behind it, wire profile
CLIENTS = [
    ("Mozilla/5.0 (Windows NT 10.0; Win64; x64) Chrome/{v}.0.0.0 Safari/537.36", 28, True, 0),
    ("Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) Chrome/{v}.0.0.0 Safari/537.36", 28, True, 0),
    ("Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) Version/26.{v} Safari/605.1.15", 40, True, 1),
    ("Mozilla/5.0 (X11; Linux x86_64; rv:{v}.0) Gecko/20100101 Firefox/{v}.0", 28, True, 2),
    ("Mozilla/5.0 (iPhone; CPU iPhone OS 19_{v} like Mac OS X) Mobile/15E148", 35, True, 1),
    ("Mozilla/5.0 (Linux; Android 16; K) Chrome/{v}.0.0.0 Mobile Safari/537.36", 28, True, 3),
    ("ChatApp/7.{v} (iOS)", 7, True, 4),
    ("ChatApp/7.{v} (Android)", 7, True, 5),
    ("codeline-cli/2.0.{v} (external, cli)", 3, True, 6),
    ("codeline-cli/2.0.{v} (external, vscode)", 3, True, 6),
    ("provider-python/0.{v}.0", 9, False, 7),
    ("provider-node/0.{v}.1", 11, False, 8),
    ("python-requests/2.32.{v}", 60, False, 9),
    ("Go-http-client/2.0", 0, False, 10),
    ("curl/8.{v}.0", 50, False, 11),
    ("langweave/1.{v}.2 python", 8, False, 7),
    ("node-fetch/3", 0, False, 8),
    ("okhttp/5.{v}", 50, False, 12),
    ("codeline-cli/2.0.{v} (external, cli)", 3, True, 10),  # a relay that says it is the coding tool
]
MASKED = 18
BROWSERS, PHONES, CODING, SDKS = [0, 1, 2, 3], [4, 5, 6, 7], [8, 9], [10, 11, 12, 13, 14, 15, 16, 17]
CODING_LINE = 0  # the public prompt that the coding tool's calls begin with


class Stock:
    """Numbered things; a number becomes a name when the world is written."""

    def __init__(self, rnd: Random, n: int, p: dict[str, float]) -> None:
        self.rnd, self.n, self.p = rnd, n, p
        self._words: set[str] = set()
        self._addresses: set[str] = set()
        # prompts: the public ones come first
        self.public = max(300, n // 11)
        self.public_pick = Zipf(self.public, p["public_slope"])
        self.prompts = self.public
        self.viral: list[tuple[int, float, float]] = []  # prompt, day it came up, how fast it spreads
        self.tutorials = [self.prompt() for _ in range(max(30, n // 60))]
        self.tutorial_pick = Zipf(len(self.tutorials), 0.7)
        self.keepalive = [self.prompt() for _ in range(5)]  # what open relays send to keep a session warm
        self.schemas = 160  # public tool schemas and MCP sets
        self.schema_pick = Zipf(160, 1.1)
        # machines: the common models come first
        self.classes = max(60, n // 45)
        self.class_pick = Zipf(self.classes, 0.62)
        self.machine_class: list[int] = []  # -1: a print of its own
        self.bins = 3200
        self.bin_pick = Zipf(self.bins, 0.72)
        self.card_bin: list[int] = []
        self.payers = 0
        self.remotes = 0

    def word(self, rnd: Random, low: int = 2, high: int = 4) -> str:
        """A new name for a domain."""
        while True:
            w = "".join(rnd.choice(_SYL) for _ in range(rnd.randint(low, high))) + rnd.choice(_TAIL)
            if len(w) > 5 and w not in self._words:
                self._words.add(w)
                return w

    def domain(self, rnd: Random) -> str:
        """A company's or a person's own domain."""
        return f"{self.word(rnd)}.{rnd.choice(('com', 'com', 'com', 'io', 'net', 'org', 'dev', 'co', 'ai', 'app'))}"

    def cheap(self, rnd: Random) -> str:
        """A domain that was bought for mail and nothing else."""
        return (
            f"{self.word(rnd, 2, 3)}.{rnd.choice(('com', 'net', 'xyz', 'top', 'site', 'online', 'shop', 'icu', 'org'))}"
        )

    def address(self, rnd: Random, domain: str, style: int | None = None) -> str:
        """A new address at a domain."""
        style = rnd.randrange(6) if style is None else style
        f, l = rnd.choice(FIRST), rnd.choice(LAST)
        local = (
            [
                f"{f}.{l}",
                f"{f}{l}",
                f"{f[0]}{l}",
                f"{f}{l}{rnd.randint(1, 99)}",
                f"{f}_{rnd.randint(70, 2009)}",
                f"{self._nick(rnd)}{rnd.randint(1, 999)}",
            ][style]
            if style < 6
            else self.junk(rnd, style)
        )
        out = f"{local}@{domain}"
        while out in self._addresses:
            out = f"{local}{rnd.randint(2, 99999)}@{domain}"
        self._addresses.add(out)
        return out

    def junk(self, rnd: Random, style: int) -> str:
        """A local part that a program made."""
        if style == 6:
            return "".join(rnd.choice("abcdefghijklmnopqrstuvwxyz") for _ in range(7)) + str(rnd.randint(1000, 99999))
        if style == 7:
            return "".join(rnd.choice("abcdefghijklmnopqrstuvwxyz0123456789") for _ in range(rnd.randint(9, 14)))
        return f"{rnd.choice(FIRST)}{rnd.choice(LAST)}{rnd.randint(1980, 2006)}"

    @staticmethod
    def _nick(rnd: Random) -> str:
        return "".join(rnd.choice(_SYL) for _ in range(rnd.randint(2, 4)))

    def prompt(self) -> int:
        """A new prompt that nobody has used yet."""
        self.prompts += 1
        return self.prompts - 1

    def schema(self) -> int:
        """A new set of tools."""
        self.schemas += 1
        return self.schemas - 1

    def remote(self) -> int:
        """A new repository."""
        self.remotes += 1
        return self.remotes - 1

    def machine(self, rnd: Random, weak: float | None = None) -> int:
        """A new machine; a weak print is shared with all machines of its make."""
        weak = self.p["weak_device"] if weak is None else weak
        self.machine_class.append(self.class_pick(rnd) if rnd.random() < weak else -1)
        return len(self.machine_class) - 1

    def card(self, rnd: Random, bin_no: int | None = None) -> int:
        """A new card. The last tenth of the issuer ranges are virtual."""
        if bin_no is None:
            bin_no = self.virtual_bin(rnd) if rnd.random() < self.p["virtual"] else self.bin_pick(rnd)
        self.card_bin.append(bin_no)
        return len(self.card_bin) - 1

    def virtual_bin(self, rnd: Random) -> int:
        """An issuer of virtual cards; a few of them are large."""
        return self.bins - 1 - pareto(rnd, 1, self.bins // 12, 0.9)

    def payer(self) -> int:
        """A new billing address."""
        self.payers += 1
        return self.payers - 1

    def prepare_viral(self, rnd: Random, days: float) -> None:
        """Prompts that come up, are copied and fade within weeks."""
        for _ in range(max(2, round(self.p["viral_week"] * (days + 21) / 7 * min(1.0, 0.3 + self.n / 100000)))):
            self.viral.append((self.prompt(), rnd.uniform(-21, days - 1), between(rnd, 1.5, 9)))
        self.viral_pick = Pick([(v, between(rnd, 1, 60)) for v in self.viral])
