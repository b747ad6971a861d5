"""The books: who has an account, from where and with what it is used, and what happened at a set moment."""

from __future__ import annotations

from random import Random

from clockhours import PROFILE
from stock import Stock
from terrain import HOURS, Terrain

FOREVER = 1e6


class Ledger:
    """Columns that grow while the world is peopled. Times are days after the window begins."""

    def __init__(self, rnd: Random, land: Terrain, stock: Stock, p: dict[str, float]) -> None:
        self.rnd, self.land, self.stock, self.p = rnd, land, stock, p
        self.days = float(p["days"])
        # accounts
        self.born: list[float] = []
        self.gone: list[float] = []
        self.email: list[str] = []
        self.phone: list[str] = []
        self.plan: list[str] = []
        self.country: list[str] = []
        self.status: list[str] = []
        self.kind: list[str] = []
        self.group: list[str] = []
        self.ring: list[str] = []
        self.operator: list[str] = []
        self.grey: list[bool] = []
        self.same_owner: list[bool] = []
        self.framed: list[str] = []
        self.victim: list[str] = []
        self.active: list[float] = []  # chance of a day with calls, on a weekday
        self.rest: list[float] = []  # what a weekend day makes of it
        self.level: list[float] = []  # log of calls a day
        self.tz: list[float] = []
        self.hardness: list[int] = []  # what a session needs: a run of days (a project) or none
        # contexts
        self.c_acct: list[int] = []
        self.c_line: list[int] = []
        self.c_dev: list[int] = []
        self.c_client: list[int] = []
        self.c_week: list[float] = []
        self.c_end: list[float] = []
        self.c_prof: list[int] = []
        self.c_from: list[float] = []
        self.c_to: list[float] = []
        self.c_pin: list[float] = []  # day at which the client's version was pinned, else -1
        # what an account's sessions carry
        self.s_acct: list[int] = []
        self.s_ctx: list[int] = []  # -1: any
        self.s_type: list[int] = []  # 0 prompt, 1 tool schema, 2 repository
        self.s_value: list[int] = []
        self.s_prob: list[float] = []
        self.s_from: list[float] = []
        self.s_to: list[float] = []
        # cards
        self.k_acct: list[int] = []
        self.k_card: list[int] = []
        self.k_payer: list[int] = []
        self.k_every: list[float] = []
        self.k_from: list[float] = []
        self.k_to: list[float] = []
        # visits and moments
        self.v_ctx: list[int] = []
        self.v_time: list[float] = []
        self.v_calls: list[int] = []
        self.m_acct: list[int] = []
        self.m_type: list[str] = []
        self.m_value: list[str] = []
        self.m_time: list[float] = []
        self.first_ctx: dict[int, int] = {}
        self.signup_ctx: dict[int, int] = {}

    def __len__(self) -> int:
        return len(self.born)

    def account(
        self,
        *,
        country: str,
        email: str,
        kind: str,
        born: float,
        active: float,
        level: float,
        group: str = "",
        plan: str = "free",
        gone: float = FOREVER,
        rest: float = 0.6,
        phone: str = "",
        ring: str = "",
        operator: str = "",
        grey: bool = False,
        same_owner: bool = False,
        streak: int = 0,
    ) -> int:
        """A new account's number."""
        for col, v in (
            (self.born, born),
            (self.gone, gone),
            (self.email, email),
            (self.phone, phone),
            (self.plan, plan),
            (self.country, country),
            (self.status, "active"),
            (self.kind, kind),
            (self.group, group),
            (self.ring, ring),
            (self.operator, operator),
            (self.grey, grey),
            (self.same_owner, same_owner),
            (self.framed, ""),
            (self.victim, ""),
            (self.active, active),
            (self.rest, rest),
            (self.level, level),
            (self.tz, HOURS[country]),
            (self.hardness, streak),
        ):
            col.append(v)
        return len(self.born) - 1

    def context(
        self,
        a: int,
        line: int,
        dev: int,
        client: int,
        week: float,
        end: float,
        prof: str = "day",
        start: float = -FOREVER,
        stop: float = FOREVER,
        pin: float = -1.0,
    ) -> int:
        """From where and with what an account is used, with its weight on weekdays and at weekends."""
        for col, v in (
            (self.c_acct, a),
            (self.c_line, line),
            (self.c_dev, dev),
            (self.c_client, client),
            (self.c_week, week),
            (self.c_end, end),
            (self.c_prof, PROFILE[prof]),
            (self.c_from, start),
            (self.c_to, stop),
            (self.c_pin, pin),
        ):
            col.append(v)
        c = len(self.c_acct) - 1
        self.first_ctx.setdefault(a, c)
        return c

    def carry(
        self,
        a: int,
        value: int,
        prob: float,
        what: int = 0,
        ctx: int = -1,
        start: float = -FOREVER,
        stop: float = FOREVER,
    ) -> None:
        """A prompt (0), tool schema (1) or repository (2) that an account's sessions carry at times."""
        for col, v in (
            (self.s_acct, a),
            (self.s_ctx, ctx),
            (self.s_type, what),
            (self.s_value, value),
            (self.s_prob, prob),
            (self.s_from, start),
            (self.s_to, stop),
        ):
            col.append(v)

    def pay(
        self, a: int, card: int, payer: int, every: float = 30.0, start: float = -FOREVER, stop: float = FOREVER
    ) -> None:
        """A card that is charged for an account."""
        for col, v in (
            (self.k_acct, a),
            (self.k_card, card),
            (self.k_payer, payer),
            (self.k_every, every),
            (self.k_from, start),
            (self.k_to, stop),
        ):
            col.append(v)

    def visit(self, ctx: int, time: float, calls: int) -> None:
        """A session at a set moment."""
        self.v_ctx.append(ctx)
        self.v_time.append(time)
        self.v_calls.append(calls)

    def moment(self, a: int, what: str, value: str, time: float) -> None:
        """A sighting at a set moment."""
        self.m_acct.append(a)
        self.m_type.append(what)
        self.m_value.append(value)
        self.m_time.append(time)
