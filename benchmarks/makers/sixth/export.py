"""Writes a world as an export: values as text, messy as exports are (domain.md, section 9.5), and degraded if asked.

Integers become text only here. Nothing in the export tells a ring from anybody else; the truth is a file of its own.
"""

import json

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pcsv
import pyarrow.parquet as pq
from ground import (BASIC, BILL, CODES, CONV, COUNTRIES, DAY, GIT, IP, JUNK, LABELS, NAMED, NICK, NUMBER, PLANS, STATUS, TIMEZONES,
                    TYPES, TZ, UA, mix)  # fmt: skip

HEX4 = pa.array([f"{i:04x}" for i in range(1 << 16)])
OCT = pa.array([str(i) for i in range(256)])
FIRST = ("anna ben carla david elena farid grace hana ivan julia kofi lena marco nadia omar priya quentin rosa sami tara uma "
         "victor wei ximena yuki zara alex bruno chloe dmitri esra felix gita hugo ines jonas kavya liam mei noor olga pablo "
         "rahul sofia tomas ute vikram wanda yara zoe ahmed bianca chen daniel emma fatima george helen isaac jin karim laura "
         "maria nikos oscar peter ravi sara thanh valentina william yusuf abena bilal camila deepak eva freya gabriel "
         "hiroshi irina jamal kate luis minh nina pedro ruth stefan tuan vera yan").split()  # fmt: skip
LAST = ("smith garcia mueller rossi silva kim tanaka patel nguyen ali khan ivanov kowalski jansen larsen dubois moreau lopez "
        "santos costa chen wang li zhang singh kumar sharma gupta das roy sato suzuki ito park lee choi okafor mensah adeyemi "
        "mwangi hassan ibrahim yilmaz demir kaya novak horvat popescu dimitrov petrov sokolov melnyk shevchenko brown jones "
        "taylor wilson evans walker wright green hall wood clarke fischer weber meyer wagner becker hoffmann schulz koch "
        "bauer richter klein wolf ferrari russo bianchi romano ricci marino greco bruno martin bernard petit durand leroy "
        "fernandez gonzalez rodriguez martinez hernandez perez sanchez ramirez torres flores rivera gomez diaz reyes "
        "cruz morales ortiz castillo chavez ramos santiago tran le pham hoang phan vu dang bui wibowo santoso").split()  # fmt: skip
NOUN = "fox sky byte wolf moon code leaf star echo nova pixel frog rain kite zen bolt reef mist hawk lime".split()
SDK = ["python-sdk", "node-sdk", "python-httpx", "curl", "go-http-client", "java-sdk", "okhttp", "code-cli", "chrome", "safari",
       "firefox", "edge", "aiohttp", "php-sdk", "ruby-sdk", "rust-reqwest"]  # fmt: skip


# what the further columns are, for a reader that wants types of its own declared
DECLARED = "".join(
    f'[signals.{name}]\nfamily = "{family}"\nprovenance = "{by}"\n\n'
    for name, family, by in (
        ("tool_schema", "tool", "observed"),
        ("git_remote", "repository", "claimed"),
        ("conversation_prefix", "conversation", "observed"),
        ("billing_address", "payment", "claimed"),
        ("identity_check", "identity", "third_party"),
        ("timezone", "client", "claimed"),
        ("org_id", "organisation", "observed"),
    )
)


def hexes(x, words):
    """Integers as `words` times four hex digits, well mixed."""
    h = mix(x)
    parts = [HEX4.take(pa.array(((h >> np.uint64(16 * i)) & np.uint64(0xFFFF)).astype(np.int32))) for i in range(words)]
    return pc.binary_join_element_wise(*parts, "")


def addresses(v, mapped):
    """IP addresses as text; a few IPv4 ones in the form that IPv6 sockets log."""
    six = v >= 1 << 60
    o = [OCT.take(pa.array(((v >> s) & 255).astype(np.int32))) for s in (24, 16, 8, 0)]
    four = pc.binary_join_element_wise(*o, ".")
    four = pc.if_else(pa.array(mapped), pc.binary_join_element_wise("::ffff:", four, ""), four)
    isp, line, sub, host = (v >> 45) & 0x7FFF, (v >> 24) & 0xFFFFF, (v >> 16) & 0xFF, v & 0xFFFF
    top = 0x2400 + (mix(isp) % np.uint64(0x600)).astype(np.int64)
    second = (mix(isp + 77) % np.uint64(0xFFFF)).astype(np.int64)
    tail = mix(host + (line << 16))
    words = [top, second, line >> 4, ((line & 15) << 8) | sub] + [
        ((tail >> np.uint64(s)) & np.uint64(0xFFFF)).astype(np.int64) for s in (0, 16, 32, 48)
    ]
    text = pc.binary_join_element_wise(*[HEX4.take(pa.array(x.astype(np.int32))) for x in words], ":")
    return pc.if_else(pa.array(six), text, four)


def texts(w, typ, v, mapped=None):
    """Values of one type as text."""
    if typ == IP:
        return addresses(v, mapped)
    if typ == TZ:
        return pa.array(TIMEZONES).take(pa.array(v))
    if typ == UA:
        names = [
            f"{SDK[i % len(SDK)]}/{1 + i % 5}.{(i * 7) % 40}.{i % 9} {['linux', 'macos', 'windows', 'android', 'ios'][(i // 3) % 5]}"
            for i in range(w.n_ua)
        ]
        return pa.array(names).take(pa.array(v))
    salt = v + (typ << 44) + (w.seed << 50)
    if TYPES[typ] == "card_bin":
        return pc.cast(pa.array(400_000 + (v * 7919) % 150_000), pa.string())
    if TYPES[typ] == "coupon":
        return pc.utf8_upper(hexes(salt, 2))
    lead = {"device": "", "payment": "card_", "template": "", "tool_schema": "ts_", "org_id": "org-"}.get(
        TYPES[typ], ""
    )
    words = 3 if typ in {GIT, CONV, BILL} else 4
    return pc.binary_join_element_wise(lead, hexes(salt, words), "") if lead else hexes(salt, words)


def emails(w, n):
    """An address for each account; tags of a mailbox where somebody uses tags, and a few dotted twins."""
    rng = w.rng("emails")
    f, la = rng.integers(0, len(FIRST), n), rng.integers(0, len(LAST), n)
    num, form = rng.integers(1, 9999, n), rng.random(n)
    junk = hexes(rng.integers(0, 1 << 60, n), 3).to_pylist()
    style, box, dom = w.style[:n], w.box[:n], w.dom[:n]
    seen, out = {}, []
    tag = 0
    for i in range(n):
        st, d = style[i], w.domains[dom[i]]
        if st == NAMED:
            a = (
                f"{FIRST[f[i]]}.{LAST[la[i]]}"
                if form[i] < 0.5
                else f"{FIRST[f[i]][0]}{LAST[la[i]]}"
                if form[i] < 0.7
                else f"{LAST[la[i]]}.{FIRST[f[i]]}"
            )
            if dom[i] < 21:
                a += str(num[i] % (99 if form[i] < 0.3 else 9999))
        elif st == NICK:
            a = f"{FIRST[f[i]]}{NOUN[la[i] % len(NOUN)]}{num[i]}"
        elif st == JUNK:
            a = junk[i][: 8 + num[i] % 4] if form[i] < 0.6 else f"{FIRST[f[i]]}{LAST[la[i]][:4]}{num[i]}{junk[i][:2]}"
        elif st == NUMBER:
            a = f"s{1_000_000 + num[i] * 97 + i % 89}"
        else:
            tag += 1
            b = int(box[i]) * 7919
            a = f"{FIRST[b % len(FIRST)]}.{LAST[(b // 100) % len(LAST)]}{b % 997}+{['test', 'dev', 'a', 'qa', 'user'][b % 5]}{tag}"
        e = f"{a}@{d}"
        while e in seen:
            a += str(seen[e])
            seen[e] += 1
            e = f"{a}@{d}"
        seen[e] = 1
        out.append(e)
    twins = rng.choice(n, int(n * 0.004), replace=False)  # a second account on a dot or a plus of the first
    for i in twins:
        a, d = out[i].split("@")
        if d == "gmail.com" and "+" not in a and i + 1 < n and w.label[i] == 0 and w.label[i + 1] == 0:
            out[i + 1] = (a.replace(".", "", 1) if "." in a else a + "+2") + "@" + d
    loud = rng.random(n) < w.par("shouting", 0.01)
    return [e.upper() if loud[i] else e for i, e in enumerate(out)]


def number(code, p):
    """A telephone number: ten digits after the country's code, in North America's form where it is theirs."""
    x = (p * 79_190_101 + 104_729) % 10**8
    return (
        f"+1{2 + x % 8}{x // 8 % 90 + 10:02d}{2 + x // 720 % 8}{x // 5_760 % 10**6:06d}"
        if code == 1
        else f"+{code}{7 + x % 3}{x:08d}"
    )


def ids(w, n):
    """Account ids that tell nothing of the order in which accounts were made."""
    style = w.rng("ids").integers(0, 4) if w.wild else 0
    h = mix(np.arange(n) + (w.seed << 32))
    if style == 1:
        rank = np.argsort(np.argsort(h))
        return pa.array([str(10_000_000 + int(x)) for x in rank])
    a = hexes(np.arange(n) + (w.seed << 32), 4)
    return pc.binary_join_element_wise({0: "acct_", 2: "", 3: "org/user-"}[int(style)], a, "")


def stamp(t, how):
    """Seconds as one of the forms that exports have."""
    if how == "epoch":
        return pa.array(t)
    ts = pa.array(t.astype("datetime64[s]"))
    if how == "native":
        return pc.cast(ts, pa.timestamp("us", tz="UTC"))
    if how == "mixed":  # two zones and two forms in one column
        east = pc.strftime(pa.array((t + 7200).astype("datetime64[s]")), format="%Y-%m-%dT%H:%M:%S+02:00")
        return pc.if_else(pa.array(mix(t) % np.uint64(3) == 0), east, pc.strftime(ts, format="%Y-%m-%d %H:%M:%SZ"))
    if how == "day":
        return pc.strftime(ts, format="%Y-%m-%d")
    return pc.strftime(ts, format="%Y-%m-%dT%H:%M:%SZ" if how == "iso" else "%Y-%m-%d %H:%M:%S+00:00")


def write(table, path, form):
    """One table as parquet, CSV, TSV or JSON Lines."""
    if form == "parquet":
        pq.write_table(table, f"{path}.parquet", compression="zstd", compression_level=1, write_page_checksum=True)
    elif form in {"csv", "tsv"}:
        pcsv.write_csv(
            table, f"{path}.{form}", pcsv.WriteOptions(delimiter="," if form == "csv" else "\t", quoting_style="needed")
        )
    else:
        table.to_pandas().to_json(
            f"{path}.jsonl.gz",
            orient="records",
            lines=True,
            date_format="iso",
            compression={"method": "gzip", "mtime": 0},
        )


def wide(acc, typ, val, first, last):
    """Sightings as a log: the j-th value of each type of an account stands in its j-th row."""
    o = np.lexsort((first, typ, acc))
    acc, typ, val, first, last = acc[o], typ[o], val[o], first[o], last[o]
    key = acc.astype(np.int64) * 64 + typ
    start = np.r_[True, key[1:] != key[:-1]]
    rank = np.arange(len(key)) - np.maximum.accumulate(np.where(start, np.arange(len(key)), 0))
    u, row = np.unique((acc.astype(np.int64) << 20) | rank, return_inverse=True)
    at = np.zeros(len(u), np.int64)
    np.maximum.at(at, row, np.where(rank % 2 == 0, first, last))
    o = np.argsort(at, kind="stable")
    place = np.empty(len(o), np.int64)
    place[o] = np.arange(len(o))
    return u[o] >> 20, place[row], at[o], typ, val


def long_table(w, r, account_ids, cols, how, counts):
    """Sightings, a row each."""
    a, t, v, first, last, cnt = cols
    chunks, where = [], []
    for code in np.unique(t):
        j = np.flatnonzero(t == code)
        chunks.append(texts(w, int(code), v[j], r.random(len(j)) < 0.004 if code == IP else None))
        where.append(j)
    back = np.empty(len(a), np.int64)
    back[np.concatenate(where)] = np.arange(len(a))
    value = pa.chunked_array(chunks).combine_chunks().take(pa.array(back))
    void = r.random(len(a)) < w.par("placeholders", 0.0012)  # placeholders that become hubs
    fill = pa.array(["none", "unknown", "0", "N/A"]).take(pa.array(r.integers(0, 4, len(a))))
    value = pc.if_else(pa.array(void), fill, value)
    space = r.random(len(a)) < 0.001
    value = pc.if_else(pa.array(space), pc.binary_join_element_wise(" ", value, " ", ""), value)
    lost = r.random(len(a)) < w.par("missing_ids", 0.001, 8, 0.008)
    owner = pc.if_else(pa.array(lost), pa.scalar(None, pa.string()), account_ids.take(pa.array(a)))
    table = {
        "account_id": owner,
        "signal_type": pa.array(TYPES).take(pa.array(t)),
        "signal_value": value,
        "first_seen": stamp(first, how),
        "last_seen": stamp(last, how),
    }
    if counts:
        table["count"] = pa.array(cnt)
    return pa.table(table)


def wide_table(w, r, account_ids, cols, how):
    """A log: a column for each type."""
    a, row, at, t, v = wide(*cols[:5])
    table = {"account_id": account_ids.take(pa.array(a)), "seen_at": stamp(at, how)}
    for code in np.unique(t):
        j = np.flatnonzero(t == code)
        s = texts(w, int(code), v[j], r.random(len(j)) < 0.004 if code == IP else None)
        at_row = np.full(len(a), -1)
        at_row[row[j]] = np.arange(len(j))
        table[TYPES[code]] = s.take(pa.array(at_row, mask=at_row < 0))
    return pa.table(table)


def save(w, out, shape="long", basic=False):
    """Write exports/, exports_more/ and the truth."""
    n = w.used
    ex, more_ex = out / "exports", out / "exports_more"
    for folder in (ex, more_ex):
        folder.mkdir(parents=True, exist_ok=True)
        for old in folder.iterdir():
            old.unlink()
    r = w.rng("export")
    notes = {}
    acc, typ, val, first, last, cnt = (np.concatenate([c[j] for c in w.rows]) for j in range(6))
    m = len(acc)
    keep = np.ones(m, bool)
    if basic:
        keep &= typ < BASIC
    if w.wild:
        for t in r.choice([0, 1, 2, 3, 4], r.choice([0, 1, 2], p=[0.4, 0.4, 0.2]), replace=False):
            if t != IP or r.random() < 0.3:
                keep &= typ != t
                notes.setdefault("types_dropped", []).append(TYPES[t])
        for t in range(5, len(TYPES)):
            if r.random() < 0.45:
                keep &= typ != t
                notes.setdefault("types_dropped", []).append(TYPES[t])
        loss = r.uniform(0, 0.45)
        keep &= r.random(m) > loss
        gap = w.w0 + r.uniform(0, 0.9) * (w.w1 - w.w0)
        if r.random() < 0.3:  # a lost day or two of logs
            keep &= ~((first > gap) & (last < gap + 2 * DAY))
        notes["lost"] = round(float(loss), 3)
    acc, typ, val, first, last, cnt = (x[keep] for x in (acc, typ, val, first, last, cnt))
    o = np.lexsort((r.random(len(acc)),))
    dup = r.choice(len(acc), int(len(acc) * w.par("duplicates", 0.004)), replace=False)
    o = np.concatenate([o, dup])
    acc, typ, val, first, last, cnt = (x[o] for x in (acc, typ, val, first, last, cnt))
    assert first.min() >= w.w0, "a sighting before the window"
    assert last.max() < w.w1, "a sighting after the window"
    assert (first <= last).all(), "first after last"

    account_ids = ids(w, n)
    if w.wild:
        shape = str(r.choice(["long", "long", "wide", "mixed"]))
    how = (
        str(r.choice(["native", "iso", "epoch", "space", "day", "mixed"], p=[0.35, 0.2, 0.1, 0.15, 0.1, 0.1]))
        if w.wild
        else "native"
    )
    form = str(r.choice(["parquet", "csv", "tsv"])) if w.wild else "parquet"
    notes |= {"shape": shape, "time": how, "form": form}
    counts = not w.wild or r.random() < 0.6
    as_wide = np.full(len(acc), shape == "wide")
    if shape == "mixed":
        as_wide = np.isin(typ, r.choice(BASIC, 3, replace=False))
    known = typ < BASIC
    cols = (acc, typ, val, first, last, cnt)
    for k, folder in ((~as_wide & known, ex), (~known, more_ex)):
        if k.any():
            write(
                long_table(w, r, account_ids, [c[k] for c in cols], how, counts),
                folder / ("sightings" if folder == ex else "sightings_more"),
                form,
            )
    if (as_wide & known).any():
        write(wide_table(w, r, account_ids, [c[as_wide & known] for c in cols], how), ex / "events", form)
    (out / "graphlink.toml").write_text(DECLARED)

    mail = emails(w, n)
    has_phone = w.phone[:n] >= 0
    call = np.array([int(c[4]) for c in COUNTRIES])[w.country[:n]]
    phone = [number(int(c), int(p)) if h else None for c, p, h in zip(call, w.phone[:n], has_phone, strict=True)]
    o = r.permutation(n)
    acct = {"account_id": account_ids, "created_at": stamp(w.created[:n], how), "email": pa.array(mail), "phone": pa.array(phone, pa.string()),
            "plan": pa.array(PLANS).take(pa.array(w.plan[:n])), "country": pa.array(CODES).take(pa.array(w.country[:n])),
            "status": pa.array(STATUS).take(pa.array(w.status[:n]))}  # fmt: skip
    if w.wild:
        for c in ("created_at", "phone", "plan", "country", "status"):
            if r.random() < 0.3:
                del acct[c]
                notes.setdefault("attributes_dropped", []).append(c)
        if r.random() < 0.25:
            del acct["email"]
            notes.setdefault("attributes_dropped", []).append("email")
        for c in [c for c in acct if c != "account_id"]:
            hole = r.random(n) < r.uniform(0, 0.25)
            acct[c] = pc.if_else(pa.array(hole), pa.scalar(None, acct[c].type), acct[c])
    aform = str(r.choice(["csv", "parquet", "jsonl"])) if w.wild else "csv"
    write(pa.table(acct).take(pa.array(o)), ex / "accounts", aform)

    groups, kinds, camps = [np.array([*x, ""], object) for x in (w.groups, w.kinds, w.campaigns)]
    id_list = np.array(account_ids.to_pylist(), object)
    truth = pd.DataFrame(
        {
            "account_id": id_list,
            "group": groups[w.group[:n]],
            "kind": kinds[w.kind[:n]],
            "label": np.array(LABELS, object)[w.label[:n]],
        }
    )
    truth = truth.sort_values("account_id", kind="stable")
    truth.to_csv(out / "truth.csv", index=False)
    more = pd.DataFrame({"account_id": id_list, "campaign": camps[w.campaign[:n]]})
    more[more.campaign != ""].sort_values("account_id").to_csv(out / "truth_campaigns.csv", index=False)
    notes["parameters"] = {k: round(float(v), 5) for k, v in sorted(w.params.items())}
    notes |= {
        "window": [str(np.datetime64(w.w0, "s")), str(np.datetime64(w.w1, "s"))],
        "accounts": n,
        "sightings": len(acc),
    }
    (out / "world.json").write_text(json.dumps(notes, indent=1) + "\n")
    return truth
