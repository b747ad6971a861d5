"""Make a labelled world in which people, firms, suppliers and operators act, and the sightings follow."""

# ruff: noqa: PLR2004, FBT001, PERF401, PLC0415  (tables of habits, long recipes)
from __future__ import annotations

import argparse
import time
from pathlib import Path

import numpy as np
from events import simulate
from export import write_all
from honest import Traits, group_life, populate, shares, twin_group
from kernel import Params, Rng, zipf_pick
from operators import PLANS, borrower, farm, frame, hijack, relay_customers, run_ring, vary
from people import HOME, PRIVATE, Cohort, World, build_market, build_networks, join, own_key
from places import Places
from things import Cards, Devices, Templates

SCENARIOS = ("default", "clean", "proxy", "borrowers", "farms")
SMALLEST = 10


def new_world(seed: int, accounts: int, wide: bool, scenario: str) -> World:
    """An empty world with its networks and market."""
    p = Params(seed, wide)
    days = float(p.whole("history_days", 100, 140, 60, 180))
    window = float(p.whole("window_days", 26, 30, 14, 42))
    rng = np.random.default_rng([seed, 1])
    exit_share = p.share("proxy_exits_on_customers_lines", 0.18 if scenario == "proxy" else 0.06)
    w = World(
        seed=seed,
        n=accounts,
        params=p,
        days=days,
        window=window,
        places=Places(rng, p.number("access_addresses_per_line", 14.0, 1.1, 90.0), exit_share),
        devices=Devices(np.random.default_rng([seed, 2]), p.whole("phone_models", 180, 260, 40, 900)),
        templates=Templates(np.random.default_rng([seed, 3])),
        cards=Cards(np.random.default_rng([seed, 4]), p.whole("issuer_ranges", 2500, 3500, 600, 9000)),
    )
    w.net["travel"] = p.number("travel_weeks", 0.01, 0, 0.3)
    w.net["signup_log"] = p.exists("signup_log_of_whole_history", 0.5)
    w.net["cards_on_file"] = p.share("cards_on_file", 0.75)
    build_networks(w)
    build_market(w)
    return w


def honest_world(w: World, scenario: str, accounts: int) -> None:
    """All honest accounts."""
    parts = shares(w)
    special = 0
    if scenario == "proxy":
        special = max(60, accounts // 16)
        sso_enterprise(w, special)
    twins: list[tuple[str, int]] = []
    if scenario == "borrowers":
        twins = [(kind, n) for n in borrower_sizes(accounts) for kind in ("hiring_burst", "branches", "new_office")]
    special += sum(n for _, n in twins)
    left = accounts - special
    sizes = {name: int(share * left) for name, share in parts.items()}
    sizes["home"] += left - sum(sizes.values())
    populate(w, sizes)
    rng = w.rng("twins")
    w.cohorts.extend(twin_group(w, rng, kind, n) for kind, n in twins)
    settle(w)


def settle(w: World) -> None:
    """Note which lines are lived in, and which of them a proxy vendor's software uses."""
    rng = w.rng("lines")
    lines = np.concatenate([c.venue[:, HOME] for c in w.cohorts])
    w.net["lived"] = lines[lines >= 0]
    distinct = np.unique(w.net["lived"])
    share = w.params.number("lines_that_are_exits", 0.04, 0.001, 0.3)
    w.places.exits = rng.choice(distinct, max(5, int(len(distinct) * share)), replace=False)


def sso_enterprise(w: World, n: int) -> None:
    """One enterprise with single sign-on; its market researchers buy from the proxy vendor too."""
    rng = w.rng("sso")
    t = Traits(
        0.0, (n, n, 1.0), place="business", addresses=(2, 4), places=(2, 3), card="one", card_share=0.95, mail="org",
        mail_share=1.0, template=0.6, image=0.7, own_life=0.4, repo=0.3, address=0.9, plan=2, presence=0.85,
    )  # fmt: skip
    c = group_life(w, rng, "sso_enterprise", t, np.array([n]))
    c.domain[:] = c.domain[np.argmax(c.domain >= 100)]
    v = w.net["vendors"][0]
    some = rng.random(n) < 0.06
    c.venue[some, PRIVATE] = w.places.proxy(v["pool"], 0, v["exits"], v["period"])[0]
    c.pw[some, PRIVATE] = c.po[some, PRIVATE] = 1.0
    w.cohorts.append(c)


def borrower_sizes(accounts: int) -> list[int]:
    """Sizes of borrowers' rings; the larger ones need a larger world."""
    return [n for n in (20, 40, 200, 500) if n <= max(40, accounts // 90)]


def draw_sizes(rng: Rng, target: float, lo: float, hi: float) -> list[int]:
    """Ring sizes that use up a budget: one ring if the budget is small, several if it is large."""
    out: list[int] = []
    left = target
    while left >= max(SMALLEST, min(lo, target) * 0.6):
        top = min(hi, left)
        size = int(np.exp(rng.uniform(np.log(min(lo, top)), np.log(top))))
        if left - size < SMALLEST:
            size = int(min(left, hi))
        out.append(size)
        left -= size
    return out


def ring_world(w: World, budget: float) -> tuple[list[tuple[str, Cohort, int]], list[int]]:
    """Rings of every pattern within a budget of accounts; sizes of takeovers, which come later."""
    rng = w.rng("rings")
    weights = {
        name: plan.weight * (w.params.number(f"ring_weight_{name}", 1.0, 0.05, 20)) for name, plan in PLANS.items()
    }
    weights["takeover"] = 0.6 * w.params.number("ring_weight_takeover", 1.0, 0.05, 20)
    weights["small_farms"] = 0.9 * w.params.number("ring_weight_small_farms", 1.0, 0.05, 20)
    names = [n for n in weights if w.params.exists(f"has_ring_{n}", 0.8)] or ["naive_farm"]
    total = sum(weights[n] for n in names)
    made: list[tuple[str, Cohort, int]] = []
    takeovers: list[int] = []
    carry = 0.0
    for name in rng.permutation(names).tolist():
        carry += budget * weights[name] / total
        if carry < SMALLEST:
            continue
        plan = vary(w, name, PLANS[name]) if name in PLANS else None
        lo, hi = plan.sizes if plan else (8.0, 300.0)
        sizes = draw_sizes(rng, carry, lo, hi)
        carry -= sum(sizes)
        for n in sizes:
            if name == "takeover":
                takeovers.append(n)
            elif plan is None:
                ring = len(w.rings)
                made.append((name, farm(w, rng, n, int(rng.integers(0, 13)), operator_id(w)), ring))
            elif name == "hydra":
                made.extend(hydra(w, rng, n))
            elif name == "proxy_rivals":
                c, ring = run_ring(w, rng, name, plan, n, operator=operator_id(w), vendor=0, shop=0)
                made.append((name, c, ring))
            else:
                made.append(one_ring(w, rng, name, n, made))
    return made, takeovers


def one_ring(w: World, rng: Rng, name: str, n: int, before: list[tuple[str, Cohort, int]]) -> tuple[str, Cohort, int]:
    """A ring, now and then by an operator who has one already and uses some of the same cards."""
    plan = vary(w, name, PLANS[name])
    again = bool(before) and rng.random() < w.params.share("operators_with_a_second_ring", 0.08)
    old = before[int(rng.integers(0, len(before)))][1] if again else None
    owner = int(old.operator[0]) if old is not None else operator_id(w)
    c, ring = run_ring(w, rng, name, plan, n, operator=owner)
    if old is not None and (old.card >= 0).any():
        m = rng.random(n) < 0.15
        c.card[m] = rng.choice(old.card[old.card >= 0], int(m.sum()))
        w.rings[ring]["second_ring_of_operator"] = True
    return name, c, ring


def operator_id(w: World) -> int:
    """A new operator."""
    return int(w.fresh("operator")[0]) - 100


def hydra(w: World, rng: Rng, n: int) -> list[tuple[str, Cohort, int]]:
    """One campaign of many operator cells, which share a vendor, a shop and some mail domains."""
    plan = vary(w, "hydra", PLANS["hydra"])
    cells = int(np.clip(n / rng.uniform(60, 500), 3, 60))
    sizes = np.maximum(4, (rng.dirichlet(np.full(cells, 4.0)) * n).astype(int))
    sizes[0] = max(4, sizes[0] + n - sizes.sum())
    vendor, shop, ring = int(rng.integers(0, 3)), int(rng.integers(0, 4)), -1
    pool = w.fresh("domain", max(3, n // 120))
    out: list[tuple[str, Cohort, int]] = []
    for size in sizes.tolist():
        c, ring = run_ring(w, rng, "hydra", plan, size, operator=operator_id(w), ring=ring, vendor=vendor, shop=shop)
        m = rng.random(size) < plan.mail_share * 0.5
        c.domain[m] = pool[zipf_pick(rng, int(m.sum()), len(pool), 0.6)]
        out.append(("hydra", c, ring))
    return out


def proxy_world(w: World, budget: float) -> list[tuple[str, Cohort, int]]:
    """Large independent operators at one vendor and one account shop."""
    rng = w.rng("rings")
    k = int(rng.integers(4, 7))
    out = []
    for size in (rng.dirichlet(np.full(k, 6.0)) * budget).astype(int).tolist():
        c, ring = run_ring(
            w,
            rng,
            "proxy_rivals",
            vary(w, "proxy_rivals", PLANS["proxy_rivals"]),
            max(SMALLEST, size),
            operator=operator_id(w),
            vendor=0,
            shop=0,
        )
        out.append(("proxy_rivals", c, ring))
    return out


def borrowers_world(w: World, accounts: int) -> list[tuple[str, Cohort, int]]:
    """Newcomers in companies' clothes: in a week, over seven weeks, or bought aged."""
    rng = w.rng("rings")
    out = []
    for n in borrower_sizes(accounts):
        for made in ("week", "seven_weeks", "bought"):
            out.append((f"borrowers_{made}", borrower(w, rng, n, made, operator_id(w)), len(w.rings) - 1))
    return out


def farms_world(w: World, budget: float) -> list[tuple[str, Cohort, int]]:
    """Many small farms of every form."""
    rng = w.rng("rings")
    out: list[tuple[str, Cohort, int]] = []
    left, form = budget, 0
    top = min(500.0, max(30.0, budget / 4))
    while left >= 8:
        n = int(min(left, np.exp(rng.uniform(np.log(8), np.log(top)))))
        out.append(("farm", farm(w, rng, max(8, n), form, operator_id(w)), len(w.rings) - 1))
        left -= n
        form += 1
    return out


def make(seed: int, accounts: int, scenario: str, ring_share: float | None, wide: bool) -> tuple[World, Cohort]:
    """A world and all its accounts."""
    w = new_world(seed, accounts, wide, scenario)
    if ring_share is None:
        usual = {"proxy": 0.04, "clean": 0.0, "farms": 0.04}.get(scenario, 0.02)
        ring_share = w.params.number("ring_share", usual, 0.0, 0.17) if usual else 0.0
    honest_world(w, scenario, accounts)
    budget = 0.0 if scenario == "clean" else ring_share * accounts
    made: list[tuple[str, Cohort, int]] = []
    takeovers: list[int] = []
    if budget >= 1 and scenario == "proxy":
        made = proxy_world(w, budget)
    elif budget >= 1 and scenario == "borrowers":
        made = borrowers_world(w, accounts)
    elif budget >= 1 and scenario == "farms":
        made = farms_world(w, budget)
    elif budget >= 1:
        made, takeovers = ring_world(w, budget)
    everyone = join(w.cohorts + [c for _, c, _ in made])
    rng = w.rng("afterwards")
    for n in takeovers:
        hijack(w, rng, everyone, n, operator_id(w))
    for name, c, ring in made:
        if name == "reseller_relay":
            relay_customers(w, rng, everyone, ring, c)
    for ring in range(len(w.rings)):
        frame(w, rng, everyone, ring)
    return w, everyone


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("out", type=Path)
    parser.add_argument("--accounts", type=int, default=100_000, help="honest accounts")
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--ring-share", type=float, default=None, help="ring accounts as a share of honest ones")
    parser.add_argument("--random", action="store_true", help="draw every parameter from wide ranges")
    parser.add_argument("--scenario", choices=SCENARIOS, default="default")
    parser.add_argument("--check", action="store_true", help="print the figures that a generator should pass")
    args = parser.parse_args()
    began = time.process_time()
    w, everyone = make(args.seed, args.accounts, args.scenario, args.ring_share, args.random)
    key = own_key(everyone.n, args.seed)
    sightings = simulate(w, everyone, key)
    arguments = {
        "accounts": args.accounts,
        "seed": args.seed,
        "ring_share": args.ring_share,
        "random": args.random,
        "scenario": args.scenario,
    }
    write_all(w, everyone, key, sightings, args.out, arguments)
    print(f"{everyone.n} accounts, {len(w.rings)} rings, {time.process_time() - began:.1f} s of CPU")
    if args.check:
        from check import report

        report(args.out)


if __name__ == "__main__":
    main()
