"""The named regions. Nothing here makes data: a line says where in the space a kind of group tends to lie."""

from __future__ import annotations

from theta import ALL, Region, region

H, R, G, S = "honest", "ring", "grey", "same_owner"
BURST = dict(pulse=(0.4, 1), npulse=(1, 6))
LONG = dict(span=(150, 800), gap=(1, 90))


def _homes_and_work() -> list[Region]:
    """People who live or work together."""
    seats = "team enterprise"
    return [
        region("household", H, 9, n=(2, 7), span=(5, 700), net=(0.85, 1, ALL, ALL), card=(0.1, 1, ALL, ALL),
               idc=(0, 0.1, 2, 3),
               dev=(0.1, 0.7, 2, 3), addr=(0.7, 1, ALL, ALL), phone=(0, 0.4, 2, 3), ownnet=(0.2, 0.7), style="home"),
        region("smallfirm", H, 9, n=(2, 80), span=(2, 600), net=(0.5, 1, 10, ALL), mail=(0.4, 1, ALL, ALL),
               pref=(0, 0.4, 2, 5),
               card=(0, 1, 8, ALL), tmpl=(0, 0.6, 5, ALL), addr=(0.3, 1, ALL, ALL), git=(0, 0.5, 3, 20),
               ownnet=(0.3, 0.8), owncard=(0.1, 0.4), plans="pro team"),
        region("enterprise", H, 11, n=(60, 5000), **LONG, net=(0.5, 0.95, 60, 2000), mail=(0.8, 1, 500, ALL),
               idc=(0, 0.3, 20, ALL),
               card=(0, 1, 300, ALL), tmpl=(0.1, 0.7, 50, ALL), addr=(0.3, 1, 300, ALL), git=(0, 0.4, 5, 40),
               regular=(0.7, 1), ownnet=(0.2, 0.7), owncard=(0, 0.15), ownphone=(0, 0.3), plans=seats),
        region("sso_migration", H, 2, n=(30, 3000), span=(0.01, 0.5), gap=(1, 120), machine=(0.5, 1), **BURST,
               net=(0.6, 1, 100, ALL), mail=(0.9, 1, ALL, ALL), card=(0.6, 1, ALL, ALL), tmpl=(0, 0.8, 50, ALL),
               regular=(0.8, 1), owncard=(0, 0.1), ownphone=(0, 0.2), plans=seats),
        region("franchise", H, 2, n=(8, 800), span=(3, 500), net=(0.7, 1, 2, 9), mail=(0.5, 1, ALL, ALL),
               card=(0.5, 1, 20, ALL), tmpl=(0.4, 1, 30, ALL), dev=(0, 0.5, 2, 6), owncard=(0, 0.2), style="home",
               plans=seats),
        region("callcentre", H, 2, n=(15, 900), span=(1, 400), net=(0.8, 1, 40, ALL), dev=(0.6, 1, 3, 25),
               pref=(0, 0.5, 2, 8),
               mail=(0.5, 1, ALL, ALL), card=(0.4, 1, ALL, ALL), tmpl=(0.4, 1, 40, ALL), regular=(0.6, 1),
               ownnet=(0, 0.3), owncard=(0, 0.1), owndev=(0, 0.3), plans=seats),
        region("hospital_ward", H, 1, n=(10, 400), **LONG, net=(0.8, 1, 40, ALL), dev=(0.5, 0.9, 4, 30),
               mail=(0.4, 1, ALL, ALL), card=(0, 0.4, ALL, ALL), tmpl=(0, 0.4, 20, ALL), ownnet=(0.4, 0.9)),
        region("sase_tenant", H, 3, n=(8, 700), span=(5, 600), exit=(0.8, 1, 9, 99, "sase"), reach=(2, 5),
               mail=(0.7, 1, ALL, ALL), card=(0.1, 1, ALL, ALL), tmpl=(0.1, 0.7, 10, ALL), plans=seats),
        region("virtual_cards", H, 1, n=(6, 400), span=(2, 400), net=(0.3, 0.8, 20, ALL), mail=(0.7, 1, ALL, ALL),
               card=(0.7, 1, 1, 1.3), addr=(0.7, 1, ALL, ALL), tmpl=(0, 0.5, 10, ALL), owncard=(0, 0), plans=seats),
        region("agency", H, 2, n=(4, 300), span=(10, 600), net=(0.5, 1, 30, ALL), card=(0.5, 1, 10, ALL),
               idc=(0, 0.5, 5, ALL),
               dev=(0.1, 0.6, 5, 40), tmpl=(0, 0.6, 5, ALL), addr=(0.3, 1, ALL, ALL), maildom="own", plans="pro team"),
        region("managed_service", H, 1.5, n=(4, 200), span=(5, 500), net=(0.3, 0.9, 20, ALL), idc=(0, 0.6, 4, 40),
               dev=(0.3, 0.9, 5, 60), phone=(0.2, 0.8, 5, 60), tmpl=(0, 0.3, 5, 60), owncard=(0.5, 1), maildom="own"),
        region("ministry", H, 2, n=(20, 2500), **LONG, exit=(0.8, 1, 9, 99, "gateway"), reach=(1, 3),
               mail=(0.6, 1, 40, ALL), card=(0, 0.4, ALL, ALL), regular=(0.5, 1), local=(1, 1), plans=seats),
        region("association", H, 1, n=(4, 80), span=(2, 300), card=(0.5, 1, ALL, ALL), addr=(0.3, 1, ALL, ALL),
               mail=(0, 0.6, ALL, ALL), tmpl=(0, 0.4, 5, ALL), code=(0, 0.4, ALL, ALL)),
        region("aid_programme", H, 1, n=(8, 300), span=(1, 120), card=(0.5, 1, 20, ALL),
               net=(0.3, 0.9, 10, ALL), idc=(0, 0.4, 4, 60),
               phone=(0.1, 0.5, 2, 12), dev=(0.1, 0.6, 3, 15), code=(0.3, 1, ALL, ALL), owncard=(0, 0.1), **BURST),
        region("agent_fleet", H, 2, n=(4, 400), span=(0.05, 90), net=(0.7, 1, 5, ALL), mail=(0.5, 1, ALL, ALL),
               card=(0.6, 1, ALL, ALL), tmpl=(0.6, 1, 5, ALL), git=(0.5, 1, 10, ALL), pref=(0.1, 0.7, 2, 10),
               machine=(0.5, 1), sync=(0.4, 1), vol=(20, 300), volsd=(0.2, 0.8), regular=(0.5, 1), ownnet=(0, 0.3),
               owncard=(0, 0.1), owndev=(0, 0.2), owntmpl=(0.1, 0.5), ownphone=(0, 0.1), style="dc",
               local_part="seq", plans="api team", **BURST),
    ]  # fmt: skip


def _schools_and_events() -> list[Region]:
    """People brought together by a calendar."""
    return [
        region("campus", H, 5, n=(40, 4000), **LONG, net=(0.5, 0.95, 40, 700), mail=(0.5, 1, ALL, ALL),
               regular=(0.4, 1), ownnet=(0.6, 1), style="campus", maildom="edu", local_part="student", open_door=True),
        region("course", H, 4, n=(12, 800), span=(1, 25), gap=(1, 200), net=(0.4, 0.95, 9, 99, "^"),
               pref=(0, 0.3, 2, 30),
               mail=(0.4, 1, 9, 99, "^"), tmpl=(0.5, 1, 60, ALL), code=(0, 0.7, ALL, ALL), git=(0, 0.5, 3, ALL),
               regular=(0.3, 1), host="campus", local_part="student", maildom="edu", open_door=True, **BURST),
        region("bootcamp", H, 1, n=(8, 150), span=(0.2, 20), net=(0.5, 1, 20, ALL), tmpl=(0.5, 1, 3, ALL),
               code=(0, 0.9, ALL, ALL), git=(0.2, 0.9, 2, 40), dev=(0, 0.3, 2, 4), **BURST),
        region("teacher_made", H, 1, n=(8, 70), span=(0.01, 0.3), net=(0.8, 1, ALL, ALL), dev=(0.5, 1, 2, 60),
               mail=(0, 1, ALL, ALL), tmpl=(0.2, 1, 10, ALL), phone=(0, 0.4, ALL, ALL), regular=(0.7, 1),
               machine=(0, 0.3), owndev=(0, 0.3), owncard=(0, 0.05), ownphone=(0, 0.1), ownnet=(0.1, 0.7),
               local_part="seq", maildom="edu", style="campus", **BURST),
        region("hackathon", H, 2, n=(15, 600), span=(0.05, 2), gap=(1, 250), net=(0.6, 1, 60, ALL),
               code=(0.5, 1, ALL, ALL), tmpl=(0.2, 0.9, 20, ALL), git=(0.1, 0.8, 2, 6), life=(3, 900), **BURST),
        region("conference", H, 2, n=(10, 600), span=(0.2, 4), gap=(1, 250), net=(0.6, 1, 40, ALL),
               code=(0, 1, ALL, ALL), tmpl=(0, 0.3, 30, ALL), local=(0.1, 0.6), open_door=True, **BURST),
        region("research_panel", H, 1.5, n=(15, 700), span=(0.1, 15), tmpl=(0.8, 1, 60, ALL), code=(0.4, 1, ALL, ALL),
               card=(0, 0.6, 1, 8), life=(2, 300), volsd=(0.2, 0.8), sync=(0.1, 0.6), owncard=(0, 0.3), **BURST),
        region("gift_codes", H, 2, n=(6, 600), span=(0.5, 60), code=(0.7, 1, 4, ALL), card=(0, 0.5, 1, 5),
               local=(0.3, 1), owncard=(0, 0.4), pulse=(0.2, 0.8)),
        region("promo_followers", H, 2, n=(10, 1500), span=(0.5, 20), code=(0.6, 1, ALL, ALL),
               tmpl=(0, 0.6, 30, ALL), local=(0.3, 1), life=(2, 600), **BURST),
        region("incubator", H, 1, n=(4, 90), span=(2, 250), net=(0.4, 0.9, ALL, ALL), code=(0.4, 1, ALL, ALL),
               addr=(0.2, 0.7, ALL, ALL), maildom="own", plans="pro api"),
        region("exam_day", H, 1, n=(12, 250), span=(0.02, 0.4), net=(0.8, 1, 20, ALL), dev=(0.4, 1, 1.2, 4),
               tmpl=(0.6, 1, ALL, ALL), regular=(0.2, 1), life=(1, 60), owndev=(0.1, 0.5), style="campus", **BURST),
    ]  # fmt: skip


def _places_and_platforms() -> list[Region]:
    """Strangers joined by a place, a tool, a carrier or a text."""
    wide = dict(local=(0.05, 0.6), open_door=True)
    return [
        region("byok_platform", H, 5, n=(20, 6000), **LONG, tmpl=(0.7, 1, 300, ALL), net=(0.2, 0.9, 15, 1500),
               pref=(0, 0.4, 2, 9),
               style="dc", plans="api", **wide),
        region("lowcode", H, 2, n=(15, 2500), **LONG, exit=(0.6, 1, 9, 99, "lowcode"), tmpl=(0.2, 0.7, 4, 150),
               pref=(0, 0.3, 2, 6),
               reach=(1, 3), plans="api pro", **wide),
        region("notebooks", H, 2, n=(15, 1500), span=(20, 500), exit=(0.7, 1, 9, 99, "notebook"), reach=(2, 8),
               tmpl=(0.2, 0.8, 10, 300), owndev=(0, 0.4), plans="free api", **wide),
        region("ci_runners", H, 2, n=(5, 900), span=(20, 500), exit=(0.7, 1, 9, 99, "ci"), reach=(2, 8),
               git=(0.3, 0.9, 2, 12), tmpl=(0.2, 0.8, 3, 100), machine=(0.3, 1), sync=(0.2, 0.7), plans="api team",
               owndev=(0, 0.4), local=(0.1, 0.7)),
        region("viral_prompt", H, 3, n=(8, 2500), span=(1, 30), gap=(1, 90), tmpl=(0.85, 1, 60, ALL), life=(20, 900),
               **wide),
        region("tutorial", H, 3, n=(3, 150), span=(5, 400), tmpl=(0.7, 1, ALL, ALL), git=(0, 0.4, ALL, ALL), **wide),
        region("open_source", H, 1, n=(4, 300), **LONG, git=(0.6, 1, ALL, ALL), tmpl=(0.3, 0.9, 10, ALL),
               plans="pro api", **wide),
        region("freelancers", H, 1.5, n=(6, 350), span=(5, 400), tmpl=(0.4, 1, 20, ALL), card=(0, 0.5, 2, ALL),
               git=(0, 0.6, 5, ALL), code=(0, 0.5, ALL, ALL), local=(0.1, 0.8)),
        region("coworking", H, 2, n=(6, 350), **LONG, net=(0.7, 1, 50, ALL), addr=(0, 0.4, ALL, ALL), open_door=True),
        region("dormitory", H, 2, n=(6, 500), **LONG, net=(0.8, 1, 15, ALL), addr=(0.1, 0.5, ALL, ALL), style="home"),
        region("hotel", H, 1, n=(3, 90), **LONG, net=(0.7, 1, ALL, ALL), local=(0.05, 0.5), open_door=True),
        region("cybercafe", H, 1, n=(4, 150), span=(20, 700), net=(0.8, 1, ALL, ALL), dev=(0.4, 0.95, 3, 18),
               phone=(0, 0.3, 2, 5), ownnet=(0.1, 0.6), owndev=(0, 0.3), owncard=(0, 0.2), style="home"),
        region("library_kiosk", H, 1, n=(4, 200), span=(30, 700), net=(0.8, 1, ALL, ALL), dev=(0.6, 1, 6, 70),
               owndev=(0, 0.4), owncard=(0, 0.3), ownnet=(0.2, 0.8), style="campus"),
        region("ship_crew", H, 1, n=(3, 160), span=(5, 300), exit=(0.8, 1, 9, 99, "satellite"), reach=(1, 4),
               dev=(0, 0.4, 2, 8), card=(0, 0.4, 4, ALL), local=(0.1, 0.5), life=(30, 400)),
        region("telco_bundle", H, 3, n=(30, 3000), span=(3, 300), card=(0.5, 1, 200, ALL),
               code=(0.4, 1, 100, ALL), exit=(0.6, 1, 9, 99, "carrier"), reach=(2, 5), local=(0.95, 1),
               owncard=(0, 0.2), ownphone=(0.7, 1)),
        region("village_agent", H, 1.5, n=(4, 180), span=(2, 400), phone=(0.2, 0.8, 2, 25),
               card=(0.3, 1, 8, ALL), idc=(0, 0.5, 2, 20),
               dev=(0.2, 0.9, 4, 60), exit=(0.6, 1, 9, 99, "carrier"), regular=(0.1, 0.7), owncard=(0, 0.1),
               ownphone=(0.2, 0.6), pulse=(0.2, 0.8)),
        region("refurbished", H, 1, n=(5, 250), span=(10, 500), dev=(0.7, 1, 60, ALL), code=(0, 0.4, ALL, ALL)),
        region("proxy_customers", H, 1, n=(5, 400), span=(20, 500), exit=(0.7, 1, 9, 99, "resi"), reach=(3, 15),
               mail=(0, 0.3, 9, 99, "shop"), local=(0, 0.5)),
        region("community", H, 3, n=(3, 400), span=(0.05, 500), net=(0.2, 1, 3, ALL), card=(0.1, 0.5, 2, 60),
               tmpl=(0.2, 1, 4, ALL), dev=(0.1, 0.5, 2, 20), pref=(0, 0.5, 2, 6), code=(0.2, 1, 10, ALL),
               git=(0.1, 0.8, 2, ALL),
               addr=(0.1, 0.7, 3, ALL), mail=(0.2, 1, 10, ALL), pulse=(0, 1), free=True, style="home"),
    ]  # fmt: skip


def _owners_and_grey() -> list[Region]:
    """One owner's own accounts, and accounts that were lent, sold or relayed."""
    full = dict(net=(0.7, 1, ALL, ALL), dev=(0.3, 1, 4, ALL), tmpl=(0.4, 1, 3, ALL), span=(0.01, 200))
    return [
        region("own_tests", S, 3, n=(2, 90), **full, mail=(0.8, 1, ALL, ALL), card=(0.3, 1, ALL, ALL),
               idc=(0, 0.5, 3, ALL),
               git=(0.2, 0.9, ALL, ALL), regular=(0.8, 1), machine=(0, 0.8), sync=(0.2, 0.9), owncard=(0, 0.1),
               ownnet=(0, 0.2), owndev=(0, 0.2), ownphone=(0, 0.1), local_part="plus", plans="api team", **BURST),
        region("own_subscriptions", S, 1, n=(2, 5), **full, card=(0.3, 1, 2, ALL), pref=(0.2, 0.9, 2, 3),
               style="home", local_part="plus", regular=(0, 0.7)),
        region("lent_accounts", G, 1, n=(4, 250), span=(200, 800), late=(0.6, 0.95), net=(0.5, 1, 4, 40),
               tmpl=(0.2, 0.9, 10, ALL), pref=(0.3, 0.9, 2, 8), sync=(0.1, 0.6), style="dc"),
        region("sold_accounts", G, 1, n=(4, 200), span=(200, 800), late=(0.7, 0.97), exit=(0.6, 1, 9, 99, "resi"),
               dev=(0, 0.6, 3, 30), tmpl=(0.2, 0.9, 5, ALL), card=(0, 0.5, 2, 10), reach=(2, 8)),
        region("relay_accounts", G, 1, n=(5, 400), span=(10, 300), late=(0.2, 0.8), net=(0.5, 1, 3, 30),
               pref=(0.3, 1, 2, 12), tmpl=(0, 0.5, 5, 60), card=(0, 0.4, 1, 6), style="dc", machine=(0.2, 0.8)),
    ]  # fmt: skip


def _rings() -> list[Region]:
    """Operators' accounts."""
    late = dict(late=(0.5, 0.95), span=(60, 500), life=(300, 900), gap=(20, 150))
    return [
        region("naive_farm", R, 3, n=(12, 500), span=(0.05, 6), net=(0.7, 1, 12, 200), card=(0.4, 1, 8, 60),
               mail=(0.5, 1, 20, ALL), tmpl=(0.7, 1, ALL, ALL), dev=(0, 0.4, 5, 40), style="dc"),
        region("trial_farm", R, 2, n=(30, 2000), span=(1, 40), life=(1, 4), net=(0.6, 1, 12, 45), style="dc",
               mail=(0.4, 1, 40, 220), dev=(0.3, 0.9, 15, 55), tmpl=(0, 0.4, 5, 40), phone=(0, 0.6, 2, 9, "sms")),
        region("one_card", R, 2, n=(6, 300), card=(0.7, 1, 40, ALL), exit=(0.3, 1, 9, 99, "resi"), reach=(2, 9),
               tmpl=(0.2, 0.8, 8, ALL), addr=(0.2, 0.8, ALL, ALL)),
        region("one_domain", R, 2, n=(6, 400), mail=(0.8, 1, ALL, ALL), net=(0.2, 0.9, 2, 20), tmpl=(0.2, 0.8, 5, ALL),
               card=(0, 0.5, 1, 8)),
        region("one_host", R, 2, n=(6, 300), net=(0.8, 1, 40, ALL), dev=(0.1, 0.7, 3, 40), tmpl=(0.2, 0.9, 5, ALL),
               card=(0, 0.5, 2, 12), style="dc"),
        region("one_prompt", R, 2, n=(8, 600), tmpl=(0.8, 1, ALL, ALL), card=(0, 0.4, 1, 5), mail=(0.1, 0.6, 5, 60),
               exit=(0.3, 1, 9, 99, "resi"), reach=(3, 15), pref=(0, 0.4, 2, 6)),
        region("device_farm", R, 2, n=(8, 500), dev=(0.6, 1, 6, 60), phone=(0.2, 0.8, 2, 12, "sms"),
               net=(0.2, 0.9, 4, 40), mail=(0, 0.4, 10, 90), style="mobile"),
        region("balanced", R, 2, n=(40, 1000), span=(3, 40), net=(0.6, 1, 3, 9), card=(0.6, 1, 4, 13),
               mail=(0.4, 0.7, 12, 60), tmpl=(0.8, 1, 60, ALL), sync=(0.6, 1), style="dc"),
        region("rotating", R, 2, n=(20, 400), span=(6, 25), life=(2, 8), net=(0.7, 1, 5, 16), card=(0.4, 0.8, 2, 7),
               tmpl=(0.6, 1, 20, 120), vol=(200, 900), pref=(0, 0.5, 2, 6), style="dc"),
        region("resi_pool", R, 3, n=(60, 5000), span=(5, 60), exit=(0.9, 1, 9, 99, "resi"), reach=(6, 22),
               card=(0.7, 1, 1, 1.2), mail=(0.4, 0.9, 20, 100), tmpl=(0.5, 0.95, 200, ALL), vol=(30, 800)),
        region("hydra", R, 2, n=(150, 25000), span=(15, 70), life=(30, 120), exit=(0.9, 1, 9, 99, "resi"),
               reach=(4, 12), card=(0.6, 1, 1, 2.5), mail=(0.2, 0.45, 15, 80), tmpl=(0.3, 0.6, 15, 200),
               pref=(0, 0.4, 2, 5), batch=(0.8, 1), vol=(5, 30), owntmpl=(0.5, 0.9)),
        region("sleepers", R, 2, n=(8, 400), **late, net=(0.4, 1, 3, 30), tmpl=(0.5, 1, 10, ALL),
               mail=(0, 0.5, 3, 60), card=(0.1, 0.6, 2, 12), sync=(0.4, 1)),
        region("star", R, 1, n=(6, 120), card=(0.4, 0.9, 1, 1.2), dev=(0.3, 0.9, 1, 1.2), net=(0.3, 0.9, 1, 1.2),
               tmpl=(0.1, 0.6, 4, 30), addr=(0, 0.6, 1, 1.2), style="dc"),
        region("api_only", R, 2, n=(8, 500), net=(0.7, 1, 3, 60), tmpl=(0.5, 1, 20, ALL), card=(0.2, 0.8, 2, 20),
               pref=(0.1, 0.6, 2, 9), owndev=(0, 0.05), ownnet=(0.05, 0.5), machine=(0.7, 1), style="dc", plans="api"),
        region("reseller_relay", R, 2, n=(10, 600), span=(3, 90), net=(0.5, 1, 2, 20), card=(0.2, 0.8, 1, 9),
               pref=(0.4, 1, 2, 15), mail=(0.1, 0.7, 9, 99, "shop"), tmpl=(0, 0.3, 3, 20), owntmpl=(0.8, 1),
               addr=(0.1, 0.6, 4, ALL), style="dc", plans="pro api"),
        region("takeover", R, 2, n=(4, 40), net=(0.6, 1, 3, 20), tmpl=(0.5, 1, ALL, ALL), pref=(0.1, 0.6, 2, 6),
               dev=(0.2, 0.7, 3, 20), style="dc"),
        region("clothes", R, 2, n=(6, 250), span=(1, 80), net=(0.4, 1, 9, 99, "^"), mail=(0.1, 0.8, 9, 99, "^"),
               tmpl=(0.2, 0.8, 9, 99, "^"), card=(0.3, 1, 3, 20), dev=(0.2, 0.9, 3, 25), pref=(0, 0.6, 2, 8),
               phone=(0.1, 0.7, 2, 10), host="enterprise", regular=(0.3, 1), local_part="name"),
        region("slow_recruit", R, 2, n=(10, 400), span=(200, 700), gap=(1, 20), life=(60, 500), pulse=(0, 0.3),
               net=(0.3, 0.9, 2, 15), card=(0.3, 0.9, 2, 10), tmpl=(0.3, 0.9, 5, 90), mail=(0.1, 0.6, 4, 40),
               machine=(0, 0.5), batch=(0.6, 1)),
        region("cover_traffic", R, 2, n=(15, 900), span=(3, 80), card=(0.3, 0.9, 2, 12), mail=(0.2, 0.7, 6, 60),
               tmpl=(0.15, 0.5, 10, ALL), net=(0.2, 0.7, 2, 12), owntmpl=(0.8, 1), ownnet=(0.8, 1), sync=(0, 0.4)),
        region("sim_box", R, 1, n=(10, 600), phone=(0.7, 1, 2, 12), exit=(0.6, 1, 9, 99, "carrier"), reach=(2, 6),
               dev=(0.3, 0.9, 4, 40), tmpl=(0.1, 0.7, 6, ALL), local=(0.9, 1)),
        region("bin_walk", R, 1, n=(20, 800), span=(0.05, 8), card=(0.8, 1, 1, 1.3), addr=(0.3, 0.9, 8, ALL),
               net=(0.5, 1, 8, 60), dev=(0.1, 0.6, 4, 40), life=(1, 9), style="dc"),
        region("referral_mill", R, 1, n=(8, 400), code=(0.7, 1, 8, ALL), dev=(0.2, 0.8, 3, 20), net=(0.2, 0.9, 3, 25),
               mail=(0.2, 0.8, 9, 99, "disposable"), life=(1, 30)),
        region("identity_mules", R, 1, n=(6, 250), idc=(0.6, 1, 2, 9), phone=(0.1, 0.6, 2, 8, "sms"),
               card=(0.1, 0.6, 2, 6), tmpl=(0.2, 0.8, 5, ALL), addr=(0.2, 0.8, 3, 20)),
        region("baton_chain", R, 1, n=(6, 150), span=(20, 250), life=(3, 20), card=(0.5, 1, 2, 5), pref=(0.5, 1, 2, 4),
               net=(0.5, 1, 2, 6), tmpl=(0.4, 1, 10, ALL), batch=(0.9, 1), pulse=(0, 0.2)),
        region("vendor_rivals", R, 2, n=(8, 500), exit=(0.8, 1, 9, 99, "resi"), reach=(4, 15),
               mail=(0.4, 0.9, 9, 99, "shop"), tmpl=(0.4, 1, 20, ALL), card=(0.2, 0.8, 1, 7),
               phone=(0, 0.6, 2, 9, "sms")),
        region("farm", R, 4, n=(5, 300), span=(0.3, 30), net=(0.2, 1, 2, ALL), card=(0.2, 1, 1.5, ALL),
               mail=(0.2, 1, 4, ALL), tmpl=(0.2, 1, 4, ALL), dev=(0.2, 1, 2, 60), phone=(0.2, 0.9, 2, 15),
               pref=(0.1, 0.8, 2, 12), addr=(0.2, 0.9, 2, ALL), git=(0.2, 0.8, 3, ALL), free=True, style="dc"),
    ]  # fmt: skip


REGIONS: dict[str, Region] = {
    r.name: r
    for part in (_homes_and_work, _schools_and_events, _places_and_platforms, _owners_and_grey, _rings)
    for r in part()
}


def of_side(*sides: str) -> list[Region]:
    """All regions of the given sides, in order."""
    return [r for r in REGIONS.values() if r.side in sides]
