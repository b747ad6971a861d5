"""Honest groups.  Each function buys for one group; the registry says how much of the world each kind is.

A kind is registered with its share of the honest accounts, its smallest and largest size and the
steepness of its sizes.  Kinds marked `overlay` recruit people who already live in the world.
"""

import numpy as np
from market import COUNTRIES, zipf
from retail import Circle

KINDS = {}


def guild(kind, share, lo, hi, steep=1.3, overlay=False):
    """Register a kind of honest group."""

    def wrap(f):
        KINDS[kind] = dict(f=f, share=share, lo=lo, hi=hi, steep=steep, overlay=overlay)
        return f

    return wrap


# -------------------------------------------------------------------- moments of joining
def burst(w, n, day, hours=4.0):
    """Everybody joins within hours."""
    return day + np.minimum(w.rng.exponential(hours / 48.0, n), 2.0) + w.rng.random(n) * hours / 24.0 * 0.5


def waves(w, n, day, k, gap=3.0, hours=5.0):
    """Several intakes, days apart."""
    return day + w.rng.integers(0, k, n) * gap + w.rng.random(n) * hours / 24.0


def trickle(w, n, back):
    """One by one, over months, with newcomers in the window."""
    b = -w.rng.exponential(back, n)
    new = w.rng.random(n) < w.shop.join_week * w.led.days / 7
    b[new] = w.rng.random(int(new.sum())) * w.led.days
    return np.maximum(b, -900)


def joined(w, n, back=150, bursty=0.5):
    """An organisation's way of joining: a rollout, intakes, one night, or a trickle."""
    rng = w.rng
    if rng.random() > bursty:
        return trickle(w, n, back)
    day = w.workday()
    u = rng.random()
    b = (
        burst(w, n, day, rng.uniform(1, 9))
        if u < 0.35
        else waves(w, n, day, int(rng.integers(2, 7)), rng.uniform(1, 7))
        if u < 0.75
        else day + np.abs(rng.normal(0, rng.uniform(1, 8), n))
    )
    late = rng.random(n) < rng.uniform(0.02, 0.3)
    b[late] = np.minimum(b[late] + rng.exponential(12, int(late.sum())), w.led.days - 0.2)
    return np.minimum(b, w.led.days - 0.2)


# -------------------------------------------------------------------- firms
def firm(
    w,
    n,
    kind,
    gid,
    bursty=0.45,
    domains=None,
    ips=None,
    country=None,
    rhythm="office",
    card=None,
    text=None,
    home=None,
    pulse=0,
    born=None,
    own_text=0.55,
):
    """An employer: domain, addresses, a way to pay, a house prompt, and people with lives of their own."""
    rng, mk = w.rng, w.mk
    country = mk.pick_country() if country is None else country
    c = Circle(
        w.shop,
        n,
        country,
        rhythm,
        joined(w, n, bursty=bursty) if born is None else born,
        mixed=0.0 if rng.random() < 0.7 else rng.uniform(0.05, 0.5),
        pulse=pulse,
    )
    c.label(kind, gid)
    doms = domains or [mk.domain()]
    c.mail(doms, 1 if rng.random() < 0.8 else rng.uniform(0.7, 0.98))
    if ips is None:
        k = int(rng.integers(1, 5))
        ips = mk.egress(country, k, "business" if rng.random() < 0.75 else "hosting")
    c.place(ips, rng.uniform(0.75, 1), (1, min(3, len(ips))))
    c.homes(rng.uniform(0.2, 0.5) if home is None else home)
    card = card or rng.choice(["one", "team", "virtual", "own", "invoice"], p=[0.34, 0.14, 0.09, 0.17, 0.26])
    if card == "one":
        c.cards(n, rng.uniform(0.8, 1))
    elif card == "team":
        c.cards(rng.uniform(3, 25), rng.uniform(0.6, 1))
    elif card == "virtual":
        iss = mk.virtual[rng.integers(len(mk.virtual))]
        c.cards(1 if rng.random() < 0.6 else rng.uniform(2, 5), rng.uniform(0.7, 1), "virtual", iss, bill=n)
    elif card == "own":
        c.cards(1, rng.uniform(0.2, 0.6))
    c.done["card"][:] = True
    house = mk.tokens("t_", int(rng.integers(1, 5))) if text is None else text
    if rng.random() < 0.7:
        c.text(house, rng.uniform(0.25, 0.95), 1, 0.8)
    if 8 <= n <= 1500:
        w.firms.append(dict(ips=ips, domains=doms, texts=house, country=country, size=n))
    if rng.random() < 0.35:
        c.chain(
            "conv_prefix", "cp_", rng.uniform(0.05, 0.5), 4, rng.uniform(0.1, 0.6), 0.5
        )  # colleagues share transcripts
        c.extra("git_remote", mk.tokens("git_", max(1, n // 8)), rng.uniform(0.1, 0.7), 1, 0.7)
    if rng.random() < 0.3:
        c.extra("tool_schema", mk.tokens("sch_", 1 + n // 60, 10), rng.uniform(0.2, 0.8), 1, 0.8)
    if rng.random() < 0.45:
        c.extra("parent_org", mk.tokens("org_", 1), rng.uniform(0.8, 1))
    if rng.random() < 0.25:
        c.devices(max(1, int(rng.integers(1, 4))), 1, rng.uniform(0.1, 0.6), weak=True)
    return c.finish(own_card=0, phone=0.1, private=own_text, style="staff")


@guild("enterprise", 0.05, 200, 3000, 1.1)
def enterprise(w, n, gid):
    doms = [w.mk.domain() for _ in range(int(w.rng.integers(1, 4)))]
    firm(w, n, "enterprise", gid, domains=doms, card=w.rng.choice(["one", "one", "invoice", "team"]))


@guild("company", 0.05, 2, 200, 1.4)
def company(w, n, gid):
    firm(w, n, "company", gid, bursty=0.3)


@guild("bank_rollout", 0.006, 60, 1500, 1.1)
def bank_rollout(w, n, gid):
    """A regulated house behind one gateway: everybody on a Monday, no private lines, one image."""
    day = w.workday(window=True)
    b = waves(w, n, day, int(w.rng.integers(1, 4)), 1.0, w.rng.uniform(1, 8))
    c = firm(w, n, "bank_rollout", gid, born=b, card="invoice", home=0.03, own_text=0.3)
    c.devices(int(w.rng.integers(1, 3)), 1, 0.8, weak=True)


@guild("tenant_migration", 0.006, 30, 800)
def tenant_migration(w, n, gid):
    """A merged firm re-creates all seats in a night under a new domain; scripts give all the same template."""
    c = firm(
        w,
        n,
        "tenant_migration",
        gid,
        born=burst(w, n, w.workday(window=True) + 0.9, w.rng.uniform(0.3, 3)),
        domains=[w.mk.domain(), w.mk.domain()][: int(w.rng.integers(1, 3))],
        card="one",
    )
    c.extra("conv_prefix", w.mk.tokens("cp_", 2), 0.3, 1, mode="slice", length=0.3)


@guild("sase_tenant", 0.02, 4, 150, 1.2)
def sase_tenant(w, n, gid):
    """Firms behind one zero-trust provider: the pool's addresses are common, the rest is each firm's."""
    if not w.sase or w.rng.random() < 0.12:
        w.sase.append(w.mk.egress(w.mk.pick_country(), int(w.rng.integers(4, 24)), "hosting"))
    firm(w, n, "sase_tenant", gid, ips=w.sase[int(w.rng.integers(len(w.sase)))], home=0.15)


@guild("call_centre", 0.008, 20, 600)
def call_centre(w, n, gid):
    """Hot desks and shifts: a new shift begins on one morning."""
    rng, mk = w.rng, w.mk
    day = w.workday(window=rng.random() < 0.7)
    shifts = np.add.outer(np.arange(w.led.days), [7 / 24, 15 / 24]).ravel()
    pulse = w.led.new_pulse(shifts, rng.uniform(6, 40))
    c = Circle(
        w.shop,
        n,
        None,
        "shift",
        waves(w, n, day, int(rng.integers(1, 6)), 2.0, 2.0),
        pulse=pulse,
        act=rng.uniform(0.4, 0.9, n),
    )
    c.label("call_centre", gid).mail([mk.domain()], 1 if rng.random() < 0.7 else 0.6)
    c.place(mk.egress(c.country, int(rng.integers(1, 4))), 1, 1).devices(
        max(2, n // int(rng.integers(2, 7))), int(rng.integers(1, 5))
    )
    c.text(mk.tokens("t_", int(rng.integers(1, 5))), rng.uniform(0.8, 1), 1, 0.6, alone=rng.random() < 0.5)
    if rng.random() < 0.6:
        c.cards(n, 1)
    c.homes(0.08).finish(own_card=0, private=0.15, phone=0.05)


@guild("cloud_desktop", 0.006, 12, 500)
def cloud_desktop(w, n, gid):
    c = Circle(w.shop, n, None, "office", joined(w, n))
    ips = w.mk.egress(c.country, int(w.rng.integers(1, 7)), "hosting")
    c.label("cloud_desktop", gid).mail([w.mk.domain()]).place(ips, 1, (1, 3), "slice", 9)
    c.devices(int(w.rng.integers(1, 5)), 1, 1, weak=w.rng.random() < 0.4)
    c.cards(n, 1) if w.rng.random() < 0.6 else None
    c.text(w.mk.tokens("t_", 3), 0.5, 1, 0.7).homes(0.2).finish(own_card=0)


@guild("ward_kiosk", 0.005, 6, 150)
def ward_kiosk(w, n, gid):
    """A hospital ward, a workshop, a shop floor: few machines, many people in turns."""
    c = Circle(w.shop, n, None, "shift", joined(w, n, bursty=0.6))
    c.label("ward_kiosk", gid).mail([w.mk.domain()], w.rng.uniform(0.6, 1)).place(w.mk.egress(c.country, 1), 1)
    c.devices(int(w.rng.integers(1, 9)), int(w.rng.integers(1, 4))).text(w.mk.tokens("t_", 2), 0.6, 1)
    c.homes(0.25).finish(own_card=0.05)


@guild("franchise", 0.007, 8, 400)
def franchise(w, n, gid):
    """One card, one domain, one prompt, many places."""
    rng, mk = w.rng, w.mk
    c = Circle(w.shop, n, None, "shift", joined(w, n, bursty=0.6))
    c.label("franchise", gid).mail([mk.domain()], rng.uniform(0.5, 1)).cards(n if rng.random() < 0.6 else 6, 0.95)
    m = max(2, n // int(rng.integers(1, 6)))
    c.deal(np.concatenate([mk.egress(c.country, 1) for _ in range(m)]), max(1, n // m))
    c.text(mk.tokens("t_", 1), 0.85, 1).homes(0.3).finish(own_card=0, private=0.3)


@guild("holding", 0.005, 10, 500)
def holding(w, n, gid):
    """Sister firms: domains apart, one payer, one gateway, one parent."""
    k = int(w.rng.integers(2, 9))
    c = firm(w, n, "holding", gid, domains=[w.mk.domain() for _ in range(k)], card="one")
    c.extra("parent_org", w.mk.tokens("org_", k), 0.9)


@guild("government", 0.005, 40, 2000)
def government(w, n, gid):
    """A ministry or a council: one proxy address for everybody, no card, tender paid by invoice."""
    firm(w, n, "government", gid, ips=w.mk.egress(w.mk.pick_country(), 1), card="invoice", home=0.1)


@guild("agency", 0.012, 5, 300)
def agency(w, n, gid):
    """One card and office, many client accounts under the clients' own domains."""
    rng, mk = w.rng, w.mk
    c = Circle(w.shop, n, None, "office", joined(w, n, bursty=0.4), mixed=0.2)
    k = max(1, int(n / rng.uniform(1, 4)))
    c.label("agency", gid).mail([mk.domain() for _ in range(k)], rng.uniform(0.6, 1), "staff")
    c.place(mk.egress(c.country, int(rng.integers(1, 3))), 1, 1).cards(
        n if rng.random() < 0.7 else rng.uniform(4, 20), 0.95
    )
    c.text(mk.tokens("t_", int(rng.integers(1, 6))), rng.uniform(0.2, 0.9), 1, 0.6)
    c.devices(max(1, n // 12), 1, 0.5).homes(0.3).finish(own_card=0)


@guild("msp", 0.006, 8, 250)
def msp(w, n, gid):
    """A managed-service provider sets up small firms: same set-up address, image and starter prompt."""
    rng, mk = w.rng, w.mk
    c = Circle(w.shop, n, None, "office", trickle(w, n, 60) if rng.random() < 0.4 else waves(w, n, w.workday(), 8, 4.0))
    c.label("msp", gid).mail([mk.domain() for _ in range(max(1, n // 4))], 0.95)
    c.place(mk.egress(c.country, 1), 0.9, 1, "start", 0.2).done["ip"][:] = False
    c.deal(np.concatenate([mk.egress(c.country, 1) for _ in range(max(1, n // 4))]), 4)
    c.devices(1, 1, 0.8, mode="start").text(mk.tokens("t_", 2), 0.7, 1).cards(4, 0.7).finish(own_card=0.1)


@guild("virtual_card_firm", 0.005, 5, 200)
def virtual_card_firm(w, n, gid):
    firm(w, n, "virtual_card_firm", gid, card="virtual")


@guild("team_card", 0.005, 2, 30)
def team_card(w, n, gid):
    """Friends in one start-up: webmail, own homes, one card."""
    c = Circle(w.shop, n, None, "home", joined(w, n, bursty=0.4), mixed=0.3)
    c.label("team_card", gid).cards(n, 1).text(w.mk.tokens("t_", 2), 0.5).homes(1, weight=1)
    c.extra("git_remote", w.mk.tokens("git_", 2), 0.7).finish()


@guild("newsroom", 0.003, 6, 150)
def newsroom(w, n, gid):
    """Reporters on the road: one domain, VPN of the house, shared research prompts, night hours."""
    firm(w, n, "newsroom", gid, rhythm="night", home=0.8, card=w.rng.choice(["one", "own"]))


# -------------------------------------------------------------------- schools and events
@guild("course", 0.012, 12, 800, 1.15)
def course(w, n, gid):
    """First day of a class: same prompt, same room, same mail domain, within an hour."""
    rng, mk = w.rng, w.mk
    camp = w.campus()
    day = w.workday(window=True)
    hours = sorted(rng.choice([8, 10, 13, 15, 18], int(rng.integers(1, 3)), replace=False))
    slots = np.array(
        [d + h / 24 - w.tz(camp["country"]) / 24 for d in np.arange(day % 7, w.led.days, 7) for h in hours]
    )
    pulse = w.led.new_pulse(np.maximum(slots, 0), 25) if len(slots) and rng.random() < 0.6 else 0
    b = burst(w, n, day, rng.uniform(0.5, 3)) if rng.random() < 0.7 else waves(w, n, day, 3, 1.0, 6)
    old = rng.random(n) < rng.uniform(0, 0.4)  # some had an account before
    b[old] = -rng.exponential(80, int(old.sum()))
    c = Circle(
        w.shop,
        n,
        camp["country"],
        "class",
        np.minimum(b, w.led.days - 0.2),
        pulse=pulse,
        life=rng.exponential(30, n) + 2,
    )
    online = rng.random() < 0.2  # a distance course: no room
    c.label("course", gid).mail([camp["domain"]], rng.uniform(0.5, 1), "people")
    if not online:
        c.place(camp["ips"], rng.uniform(0.7, 1), (1, 3), a=0.5)
    c.text(mk.tokens("t_", int(rng.integers(1, 4))), rng.uniform(0.7, 1), 1, 0.5, "slice", 5)
    if rng.random() < 0.5:
        c.extra("git_remote", mk.tokens("git_", int(rng.integers(1, 3))), rng.uniform(0.3, 0.95), 1)
    if rng.random() < 0.4:
        c.extra("promo_code", mk.tokens("code_", 1, 8), rng.uniform(0.6, 1), mode="start")
    if rng.random() < 0.3:
        c.devices(int(rng.integers(8, 40)), 2, rng.uniform(0.2, 0.8))
    if rng.random() < 0.3:
        c.extra("tool_schema", mk.tokens("sch_", 1, 10), rng.uniform(0.4, 1))
    if rng.random() < 0.4:
        c.extra(
            "conv_prefix", mk.tokens("cp_", int(rng.integers(1, 4))), rng.uniform(0.1, 0.7), mode="slice", length=0.2
        )
    c.homes(rng.uniform(0.5, 0.9)).finish(own_card=0.08, private=0.3)


@guild("campus", 0.025, 30, 1200, 1.1)
def campus(w, n, gid):
    camp = w.campus()
    c = Circle(w.shop, n, camp["country"], "class", trickle(w, n, 120))
    c.label("campus", gid).mail([camp["domain"]], w.rng.uniform(0.6, 1), "people").place(
        camp["ips"], 0.9, (1, 3), a=0.5
    )
    c.homes(0.5).finish(own_card=0.15)


@guild("school_district", 0.004, 30, 900)
def school_district(w, n, gid):
    """Pupils on one image behind one filter; the district made the accounts from a list, overnight."""
    rng, mk = w.rng, w.mk
    c = Circle(w.shop, n, None, "class", burst(w, n, w.workday(window=rng.random() < 0.7), rng.uniform(0.3, 4)))
    c.label("school_district", gid).mail([mk.domain()], 1, rng.choice(["staff", "digits"]))
    c.place(mk.egress(c.country, int(rng.integers(1, 3))), 1, 1).devices(int(rng.integers(1, 4)), 1, 1, weak=True)
    c.text(mk.tokens("t_", 4), 0.8, 2, mode="slice", length=3).homes(0.2).finish(own_card=0, private=0.1, phone=0)


@guild("bootcamp", 0.004, 8, 120)
def bootcamp(w, n, gid):
    """Loaned laptops, prepaid cards of the school, same exercises, webmail."""
    rng, mk = w.rng, w.mk
    c = Circle(w.shop, n, None, "class", burst(w, n, w.workday(window=rng.random() < 0.7), 2))
    c.label("bootcamp", gid).place(mk.egress(c.country, 1), 0.95).devices(
        max(1, n // 2), 1, 0.7, weak=rng.random() < 0.5
    )
    c.cards(rng.uniform(1, 3), 0.6, "gift" if rng.random() < 0.5 else "virtual", mk.virtual[0])
    c.text(mk.tokens("t_", 5), 0.9, 2, mode="slice").extra("git_remote", mk.tokens("git_", 2), 0.8)
    c.homes(0.7).finish(private=0.3)


@guild("hackathon", 0.007, 20, 500, 1.1)
def hackathon(w, n, gid):
    """One hall, one code, one starter kit, one evening; some hackathons are on-line."""
    rng, mk = w.rng, w.mk
    b = burst(w, n, w.workday(window=True) + rng.uniform(0.3, 0.8), rng.uniform(1, 6))
    c = Circle(w.shop, n, None, "flat", b, mixed=0.3, life=rng.exponential(5, n) + 0.8, act=np.full(n, 0.9))
    c.label("hackathon", gid).extra("promo_code", mk.tokens("code_", 1, 8), rng.uniform(0.8, 1), mode="start")
    if rng.random() < 0.75:
        c.place(mk.egress(c.country, int(rng.integers(1, 4))), 0.95, 1, "start", 1.2)
    c.text(mk.tokens("t_", int(rng.integers(1, 4))), rng.uniform(0.4, 0.95), 1, 0.5, "start", 1.5)
    c.extra("git_remote", mk.tokens("git_", 1 + n // 4), rng.uniform(0.3, 0.9))
    if rng.random() < 0.6:
        c.extra("tool_schema", mk.tokens("sch_", 1, 10), 0.7)
    c.homes(0.7).finish(own_card=0.1)


@guild("conference", 0.004, 20, 400)
def conference(w, n, gid):
    """Booth credits on a trade fair's wireless: two days, then scattered lives."""
    c = Circle(w.shop, n, None, "office", waves(w, n, w.workday(window=True) + 0.4, 2, 1.0, 8), mixed=0.7)
    c.label("conference", gid).extra("promo_code", w.mk.tokens("code_", 1, 8), 0.9, mode="start")
    c.place(w.mk.egress(c.country, 2), 0.8, 1, "start", 0.3).homes(1, weight=1).finish()


@guild("incubator", 0.004, 6, 120)
def incubator(w, n, gid):
    c = Circle(w.shop, n, None, "office", waves(w, n, w.workday(), 3, 6.0))
    c.label("incubator", gid).mail([w.mk.domain() for _ in range(max(1, n // 3))], 0.8)
    c.place(w.mk.egress(c.country, 1), 0.8).extra("promo_code", w.mk.tokens("code_", 1, 8), 1, mode="start")
    c.homes(0.6).finish(own_card=0.6)


@guild("credit_programme", 0.004, 10, 300)
def credit_programme(w, n, gid):
    """Grants for research or young firms: one code, one application prompt, one deadline, nothing else."""
    c = Circle(w.shop, n, None, "office", w.workday() + w.rng.exponential(2.5, n) * w.rng.choice([1, -1]), mixed=0.9)
    c.label("credit_programme", gid).extra("promo_code", w.mk.tokens("code_", 1, 8), 1, mode="start")
    c.text(w.mk.tokens("t_", 1), 0.3).finish(own_card=0.4)


@guild("gift_code", 0.005, 8, 300)
def gift_code(w, n, gid):
    """Customers of a shop for gift cards: same issuer range, codes of one batch, no common life."""
    c = Circle(w.shop, n, None, "home", trickle(w, n, 30), mixed=0.4)
    c.label("gift_code", gid).cards(1, 0.95, "gift").extra(
        "promo_code", w.mk.tokens("code_", max(1, n // 9), 8), 0.7, mode="start"
    )
    c.finish(own_card=0)


@guild("reseller_customers", 0.006, 10, 400)
def reseller_customers(w, n, gid):
    """A licensed reseller opens and pays the accounts; each customer lives apart."""
    rng, mk = w.rng, w.mk
    c = Circle(w.shop, n, None, "office", trickle(w, n, 60) if rng.random() < 0.5 else waves(w, n, w.workday(), 6, 3.0))
    c.label("reseller_customers", gid).cards(n if rng.random() < 0.5 else 10, 0.9).extra(
        "parent_org", mk.tokens("org_", 1), 0.8
    )
    c.mail([mk.domain() for _ in range(max(1, n // 3))], 0.7)
    c.place(mk.egress(c.country, 1), 0.8, 1, "start").homes(1, weight=1).finish(own_card=0)


# -------------------------------------------------------------------- owners of several accounts
@guild("own_tests", 0.006, 2, 200, 1.2)
def own_tests(w, n, gid):
    """Quality assurance, staging, load tests: one mailbox with suffixes or one domain, one machine."""
    rng, mk, led = w.rng, w.mk, w.led
    c = Circle(
        w.shop,
        n,
        None,
        rng.choice(["office", "cron"]),
        burst(w, n, w.workday(), 1.0) if rng.random() < 0.6 else trickle(w, n, 40),
        rate=rng.lognormal(2.5, 1.2, n),
    )
    c.label("own_tests", gid, same_owner=True)
    dom = mk.domain() if rng.random() < 0.6 else "gmail.com"
    stem = mk.locals(1)[0] if rng.random() < 0.5 else rng.choice(["qa", "test", "staging", "load", "e2e"])
    sep = "+" if rng.random() < 0.6 else "-"
    led.txt["mail"][c.ids] = np.array([f"{stem}{sep}{i + 1}@{dom}" for i in range(n)], object)
    c.done["mail"][:] = True
    c.place(mk.egress(c.country, 1, "hosting" if rng.random() < 0.5 else "business"), 1)
    c.devices(1, 1, 0.5).cards(n, 0.7 if rng.random() < 0.6 else 0).text(mk.tokens("t_", 2), 0.95, alone=True)
    c.extra("conv_prefix", mk.tokens("cp_", 3), 0.7, 2, mode="slice", length=0.2).extra(
        "git_remote", mk.tokens("git_", 1), 0.7
    )
    if rng.random() < 0.4:
        c.extra("rhythm", [f"h{rng.integers(24):02d}:{rng.integers(60):02d}"], 0.8)
    c.finish(own_card=0, phone=0, private=0.1)


@guild("self_pool", 0.007, 2, 6, 2.0)
def self_pool(w, n, gid):
    """One person pools two or three subscriptions with an open tool."""
    rng, mk = w.rng, w.mk
    c = Circle(
        w.shop,
        n,
        None,
        "night",
        np.sort(-rng.exponential(60, n) + rng.random() * w.led.days),
        rate=rng.lognormal(4, 0.8, n),
        act=rng.uniform(0.6, 1, n),
    )
    c.label("self_pool", gid, same_owner=True)
    if rng.random() < 0.5:
        stem = mk.locals(1)[0]
        w.led.txt["mail"][c.ids] = np.array([f"{stem}{'+' + str(i) if i else ''}@gmail.com" for i in range(n)], object)
        c.done["mail"][:] = True
    one = c.ids[:1]
    ids, vals = w.line_for(one)
    c.place(vals, 1, min(2, len(vals)))
    c.devices(1, 1, 0.8).cards(n, 0.8).text(mk.tokens("t_", 3), 0.9, 2)
    c.extra("conv_prefix", mk.tokens("cp_", 6), 0.9, 2, mode="slice", length=0.05).extra(
        "git_remote", mk.tokens("git_", 2), 0.6
    )
    c.chain("prev_response", "rsp_", 1, 2, rng.choice([0, 1]), 0.05)
    soft = w.relay_software[int(rng.integers(len(w.relay_software)))]
    c.extra("tool_schema", [soft["schema"]], rng.choice([0, 1])).extra("rhythm", [soft["rhythm"]], rng.choice([0, 1]))
    c.finish(own_card=0.3)


@guild("agent_fleet", 0.007, 3, 400, 1.2)
def agent_fleet(w, n, gid):
    """An employer's software agents: one account each, lockstep, nights as well as days."""
    rng, mk = w.rng, w.mk
    pulse = w.led.new_pulse(np.arange(0, w.led.days, 1 / rng.choice([4, 8, 24])), rng.uniform(1, 15))
    c = Circle(
        w.shop,
        n,
        None,
        "cron",
        burst(w, n, w.workday(), 1) if rng.random() < 0.6 else trickle(w, n, 50),
        rate=rng.lognormal(np.log(rng.uniform(20, 400)), 0.4, n),
        act=rng.uniform(0.7, 1, n),
        pulse=pulse,
    )
    c.label("agent_fleet", gid, same_owner=True)
    c.mail([mk.domain()], 1, "digits" if rng.random() < 0.6 else "staff").cards(n, 0.9)
    c.place(mk.egress(c.country, int(rng.integers(1, 9)), "hosting"), 1, (1, 3))
    c.text(mk.tokens("t_", int(rng.integers(1, 8))), 0.98, 1, 0.5, alone=True)
    c.extra("git_remote", mk.tokens("git_", int(rng.integers(1, 4))), 0.9).extra(
        "tool_schema", mk.tokens("sch_", 2, 10), 0.9
    )
    c.extra("parent_org", mk.tokens("org_", 1), 0.8).extra(
        "conv_prefix", mk.tokens("cp_", 2), 0.5, mode="slice", length=0.3
    )
    if rng.random() < 0.4:
        c.chain("conv_prefix", "cp_", rng.uniform(0.2, 1.5), 3, 0.8, 0.1)
        c.chain("prev_response", "rsp_", 0.3, 2, 0.6, 0.05)
    c.finish(own_card=0, own_device=0.05, phone=0, private=0.1)


@guild("ci_users", 0.006, 10, 300)
def ci_users(w, n, gid):
    """A CI service's customers: its runners' addresses, its starter prompt; nothing else."""
    c = Circle(w.shop, n, None, "cron", trickle(w, n, 120), mixed=0.9)
    ips = w.mk.egress(0, int(w.rng.integers(6, 60)), "hosting")
    c.label("ci_users", gid).place(ips, 1, (1, 6), "slice", 4, a=0.3).text(w.mk.tokens("t_", 2), 0.5)
    c.homes(0.6).finish()


# -------------------------------------------------------------------- living together
@guild("family", 0.03, 2, 6, 2.4)
def family(w, n, gid):
    rng = w.rng
    c = Circle(w.shop, n, None, "home", trickle(w, n, 150))
    ids, vals = w.line_for(c.ids[:1])
    c.label("family", gid).place(vals, 1, len(vals))
    c.cards(n, rng.choice([0, 0, 0, 0.6, 1])).devices(int(rng.integers(1, 3)), 1, rng.choice([0, 0.5, 0.9]))
    if rng.random() < 0.25:
        c.mail([w.mk.domain()], 0.9, "names")
    c.finish(own_card=0.25, style="people")


@guild("flatshare", 0.01, 2, 40, 2.0)
def flatshare(w, n, gid):
    """A flat or a students' house: one router, nothing else."""
    c = Circle(w.shop, n, None, "home", trickle(w, n, 90))
    ids, vals = w.line_for(c.ids[:1])
    c.label("flatshare", gid).place(vals, 1, min(3, len(vals))).homes(0.3, (0, 0.9, 0, 0.1)).finish()


@guild("helpful_nephew", 0.002, 3, 15, 2.0)
def helpful_nephew(w, n, gid):
    """Somebody sets up accounts for relatives on his own machine in one afternoon, with his number and card."""
    c = Circle(w.shop, n, None, "home", burst(w, n, w.workday(), 2))
    ids, vals = w.line_for(c.ids[:1])
    c.label("helpful_nephew", gid).place(vals[:1], 1, 1, "start").devices(1, 1, 1, mode="start").cards(n, 0.5)
    c.extra("id_check", w.mk.tokens("idc_", 1), w.rng.choice([0, 0, 0.5]), mode="start")
    c.text(w.mk.tokens("t_", 1), 0.5).homes(1, weight=1).finish(own_card=0.2)


@guild("coworking", 0.006, 5, 120)
def coworking(w, n, gid):
    c = Circle(w.shop, n, None, "office", trickle(w, n, 90))
    c.label("coworking", gid).place(w.mk.egress(c.country, int(w.rng.integers(1, 3))), 0.95).homes(0.7).finish(
        own_card=0.6
    )


@guild("library_cafe", 0.005, 6, 200)
def library_cafe(w, n, gid):
    """Public machines: address and devices go from hand to hand, visitors are strangers."""
    c = Circle(w.shop, n, None, "home", trickle(w, n, 40))
    c.label("library_cafe", gid).place(w.mk.egress(c.country, 1), 1, 1, "slice", 3)
    c.devices(int(w.rng.integers(3, 25)), int(w.rng.integers(1, 4)), 0.8, mode="slice").homes(0.6).finish(own_card=0.08)


@guild("remote_site", 0.003, 5, 120)
def remote_site(w, n, gid):
    """A ship, a mine, a research station: everybody behind one satellite terminal."""
    c = Circle(w.shop, n, None, "shift", joined(w, n, 60, 0.4))
    s = w.mk.satellites[int(w.rng.integers(2))]
    c.label("remote_site", gid).place(s.run(int(w.rng.integers(1, 4))), 1, (1, 3), "slice", 10).finish(own_card=0.5)


@guild("volunteers", 0.003, 4, 60)
def volunteers(w, n, gid):
    """A charity with donated laptops of one model, one card, webmail."""
    c = Circle(w.shop, n, None, "home", joined(w, n))
    c.label("volunteers", gid).cards(n, 0.7).devices(max(1, n // 3), 1, 0.7, weak=w.rng.random() < 0.6)
    c.text(w.mk.tokens("t_", 1), 0.6).homes(1, weight=1).finish(own_card=0.1)


# -------------------------------------------------------------------- scattered people with one habit
@guild("open_source", 0.005, 5, 200)
def open_source(w, n, gid):
    """Contributors: one repository, its tools, its agent file; homes everywhere."""
    c = Circle(w.shop, n, None, "night", trickle(w, n, 150), mixed=0.95)
    c.label("open_source", gid).extra("git_remote", w.mk.tokens("git_", 2), 0.95).text(w.mk.tokens("t_", 2), 0.7)
    c.extra("tool_schema", w.mk.tokens("sch_", 1, 10), 0.6).finish(own_card=0.5)


@guild("community", 0.006, 10, 500)
def community(w, n, gid):
    """A chat community: a referral code, its favourite prompts, a run after a video."""
    day = w.workday()
    c = Circle(w.shop, n, None, "home", day + w.rng.exponential(3, n), mixed=0.8)
    c.label("community", gid).extra("promo_code", w.mk.tokens("code_", 1, 8), 0.8, mode="start")
    c.text(w.mk.tokens("t_", 6), 0.8, 2, 0.8, "slice", 6).finish()


@guild("study_panel", 0.004, 20, 400)
def study_panel(w, n, gid):
    """Paid participants of a study: same prompt in one week, paid by gift card, webmail, own homes."""
    c = Circle(
        w.shop,
        n,
        None,
        "home",
        w.workday(window=True) + w.rng.exponential(1.2, n),
        mixed=0.2,
        life=w.rng.exponential(4, n) + 0.5,
    )
    c.label("study_panel", gid).text(w.mk.tokens("t_", int(w.rng.integers(1, 5))), 0.98, alone=True)
    c.cards(1, w.rng.choice([0, 0.5]), "gift").extra(
        "conv_prefix", w.mk.tokens("cp_", 3), 0.6, mode="slice", length=0.1
    )
    c.finish(own_card=0.05, private=0.1)


@guild("label_workforce", 0.005, 15, 500)
def label_workforce(w, n, gid):
    """A data-labelling firm's home workers: its prompts and tool, quotas by day, own lines, webmail."""
    rng, mk = w.rng, w.mk
    c = Circle(
        w.shop,
        n,
        None,
        "shift",
        waves(w, n, w.workday(), 4, 3.0),
        mixed=0.2,
        act=rng.uniform(0.5, 0.95, n),
        rate=rng.lognormal(np.log(60), 0.5, n),
    )
    c.label("label_workforce", gid).text(mk.tokens("t_", int(rng.integers(2, 9))), 1, 2, 0.5, alone=True)
    c.extra("tool_schema", mk.tokens("sch_", 1, 10), 0.9)
    if rng.random() < 0.5:
        c.place(mk.egress(c.country, 2, "hosting"), 0.8, 1, alone=False)
    if rng.random() < 0.4:
        c.cards(10, 0.9, "virtual", mk.virtual[1])
    c.homes(1, (0.6, 0.35, 0, 0.05), weight=1).finish(own_card=0.05, private=0.2)


@guild("neobank_run", 0.003, 10, 150)
def neobank_run(w, n, gid):
    """Customers of one young bank whose numbers run in one range; nothing else in common."""
    c = Circle(w.shop, n, None, "home", trickle(w, n, 60))
    c.label("neobank_run", gid).cards(1, 1, "virtual", w.mk.virtual[int(w.rng.integers(4))]).finish()


# -------------------------------------------------------------------- platforms (overlays)
@guild("byok_vendor", 0.05, 20, 3000, 1.05, overlay=True)
def byok_vendor(w, n, gid):
    """Users of a tool that works with their own key: its prompt, and for half of the vendors its address."""
    rng, mk = w.rng, w.mk
    ids = w.recruit(n, "byok_vendor", gid)
    k = int(rng.integers(1, 4))
    t = mk.tokens("t_", k)
    w.led.see(ids, "template", mk.pick(t, len(ids), zipf(k, 1)), "slice", 18, 0.7)
    if rng.random() < 0.6:
        ips = mk.egress(0, int(rng.integers(1, 6)), "hosting")
        w.led.see(ids, "ip", mk.pick(ips, len(ids)), "slice", 18, 0.7)
    if rng.random() < 0.5:
        w.led.see(ids, "tool_schema", np.full(len(ids), mk.tokens("sch_", 1, 10)[0], object), "slice", 18, 0.5)
    if rng.random() < 0.3:
        x = ids[rng.random(len(ids)) < 0.5]
        w.led.see(x, "conv_prefix", mk.pick(mk.tokens("cp_", 2), len(x)), "slice", 3, 0.2)
    if rng.random() < 0.2:
        x = np.repeat(ids, 2)
        w.led.see(x, "end_user", mk.pick(mk.tokens("eu_", max(5, n)), len(x)), "slice", 5, 0.2)
    if rng.random() < 0.2:
        w.led.see(
            ids, "rhythm", np.full(len(ids), f"h{rng.integers(24):02d}:{rng.integers(60):02d}", object), weight=0.2
        )


@guild("low_code", 0.015, 20, 800, overlay=True)
def low_code(w, n, gid):
    """A flow builder: three to thirty published addresses for everybody, stock prompts, round hours."""
    ids = w.recruit(n, "low_code", gid)
    ips = w.mk.egress(0, int(w.rng.integers(3, 30)), "hosting")
    k = w.rng.integers(1, 4, len(ids))
    w.led.see(np.repeat(ids, k), "ip", w.mk.pick(ips, int(k.sum())), "slice", 9, 0.6)
    x = ids[w.rng.random(len(ids)) < 0.5]
    w.led.see(x, "template", w.mk.pick(w.mk.tokens("t_", 8), len(x), zipf(8, 0.8)), "slice", 14, 0.4)
    x = ids[w.rng.random(len(ids)) < 0.4]
    w.led.see(x, "rhythm", w.mk.pick(["m00", "h00:00", "h09:00"], len(x)), weight=0.3)


@guild("notebook_users", 0.012, 20, 800, overlay=True)
def notebook_users(w, n, gid):
    ids = w.recruit(n, "notebook_users", gid)
    ips = w.mk.egress(0, int(w.rng.integers(20, 200)), "hosting")
    k = w.rng.integers(1, 6, len(ids))
    w.led.see(np.repeat(ids, k), "ip", w.mk.pick(ips, int(k.sum()), zipf(len(ips), 0.3)), "slice", 1, 0.6)
    x = ids[w.rng.random(len(ids)) < 0.5]
    w.led.see(x, "template", w.mk.pick(w.mk.tokens("t_", 3), len(x), zipf(3, 1)), "slice", 9, 0.4)


@guild("aggregator", 0.0015, 2, 30, 2.0)
def aggregator(w, n, gid):
    """A gateway with few accounts that stand for thousands of people: every known prompt passes through."""
    rng, mk = w.rng, w.mk
    c = Circle(w.shop, n, None, "flat", trickle(w, n, 200), rate=rng.lognormal(7, 0.6, n), act=np.ones(n))
    c.label("aggregator", gid, same_owner=True).mail([mk.domain()], 1, "digits").cards(n, 1)
    c.place(mk.egress(0, int(rng.integers(2, 12)), "hosting"), 1, (1, 4))
    for stock, a in ((mk.public, 0.9), (mk.tutorials, 0), (mk.tokens("t_", 40), 0.5)):
        c.text(stock, 1, 12, a, "slice", 5, alone=True)
    c.extra("end_user", mk.tokens("eu_", 30 * n), 1, 20, mode="slice", length=3)
    c.extra("conv_prefix", mk.tokens("cp_", 30), 1, 8, mode="slice", length=0.1)
    c.finish(own_card=0, own_device=0, phone=0, private=0)


@guild("price_watchers", 0.004, 5, 80, overlay=True)
def price_watchers(w, n, gid):
    """Honest customers of a residential proxy vendor: price and search monitors, tests from abroad."""
    ids = w.recruit(n, "price_watchers", gid)
    v = int(w.rng.integers(len(w.mk.proxies)))
    k = w.rng.integers(3, 16, len(ids))
    w.led.see(np.repeat(ids, k), "ip", w.mk.exits(v, int(k.sum())), "slice", 1, 0.7)


@guild("cloud_browser_users", 0.006, 8, 200, overlay=True)
def cloud_browser_users(w, n, gid):
    """Honest tests and assistants that run in a hosted browser: its addresses, its machine image."""
    ids = w.recruit(n, "cloud_browser_users", gid)
    k = w.rng.integers(1, 5, len(ids))
    w.led.see(np.repeat(ids, k), "ip", w.mk.pick(w.browser_pool(), int(k.sum())), "slice", 2, 0.5)
    x = ids[w.rng.random(len(ids)) < 0.6]
    w.led.see(x, "device", w.mk.pick(w.browser_images, len(x)), "slice", 6)


@guild("viral", 0.0, 10, 500, overlay=True)
def viral(w, n, gid):
    """Prompts in fashion (no group of their own: people merely copy them)."""
    mk, rng = w.mk, w.rng
    for t, day, size in zip(mk.viral, mk.viral_day, mk.viral_size):
        b, e = w.led.col["born"][: w.led.n], w.led.col["end"][: w.led.n]
        able = np.flatnonzero((e > day) & (b < day + 14))
        if len(able):
            ids = rng.choice(able, min(len(able), int(size)), replace=False)
            w.led.see(ids, "template", np.full(len(ids), t, object), "slice", 3, 0.1)


def settle(w, n_honest):
    """Plain people and all honest groups of a world, about n_honest accounts in all."""
    rng, mk = w.rng, w.mk
    scale = mk.p(0.62, 0.88, 0.35, 1.3)
    plan = []
    for kind, k in KINDS.items():
        if kind == "viral":
            continue
        quota = (
            k["share"]
            * scale
            * n_honest
            * (float(np.exp(rng.normal(0, 0.25))) if not mk.wild else float(np.exp(rng.normal(0, 0.9))))
        )
        hi = max(k["lo"] + 1, min(k["hi"], n_honest * 0.12, max(quota * 2.5, k["lo"] * 2)))
        while quota > 0:
            u = rng.random()
            a = k["steep"]
            s = int((k["lo"] ** -a + u * (hi**-a - k["lo"] ** -a)) ** (-1 / a)) if k["lo"] < hi else k["lo"]
            s = max(2, s)
            if s > quota and rng.random() > quota / s:
                break
            plan.append((kind, s))
            quota -= s
    new = sum(s for kind, s in plan if not KINDS[kind]["overlay"])
    folk = max(n_honest // 5, n_honest - new)
    # too many groups for this world: leave some out
    order = rng.permutation(len(plan))
    keep, total = [], 0
    for i in order:
        kind, s = plan[i]
        if not KINDS[kind]["overlay"]:
            if total + s > n_honest - folk:
                continue
            total += s
        keep.append((kind, s))
    folk = n_honest - total
    ids = w.shop.folk(folk)
    s = w.shop
    s.webmail(ids)
    s.access(
        ids,
        (
            mk.p(0.55, 0.63, 0.3, 0.75),
            mk.p(0.14, 0.2, 0.05, 0.35),
            mk.p(0.11, 0.16, 0.03, 0.3),
            mk.p(0.07, 0.1, 0.02, 0.2),
        ),
    )
    s.card(ids, mk.p(0.45, 0.52, 0.25, 0.7))
    s.device(ids)
    s.phone(ids)
    s.texts(ids)
    s.client(ids)
    keep.sort(key=lambda x: KINDS[x[0]]["overlay"])
    for i, (kind, size) in enumerate(keep):
        KINDS[kind]["f"](w, size, f"g{i:05d}")
    KINDS["viral"]["f"](w, 0, "")
