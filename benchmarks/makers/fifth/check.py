"""The figures that a labelled world should show, after the domain reference (9.9), and the consistency of its truth."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from tables import ALIAS_MAIL, DISPOSABLE_MAIL, WEBMAIL

if TYPE_CHECKING:
    from pathlib import Path

EXPECTED = {"ip": (45, 65), "template": (50, 70), "device": (15, 30), "mail_domain": (15, 30), "payment": (8, 18)}
BAD_VALUES = {"none", "default", "unknown", "0.0.0.0", "00000000-0000-0000-0000-000000000000"}
PUBLIC_MAIL = {*WEBMAIL, *ALIAS_MAIL, *DISPOSABLE_MAIL}


def load(path: Path) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    """Accounts, truth and cleaned sightings with the mail domain as one more signal."""
    accounts = pd.read_parquet(path / "accounts.parquet")
    truth = pd.read_parquet(path / "truth" / "truth.parquet")
    seen = pd.read_parquet(path / "sightings.parquet", columns=["account_id", "signal_type", "signal_value"]).dropna()
    wanted = ["ip", "template", "device", "payment", "git_remote", "billing_address"]
    seen = seen[seen["signal_type"].isin(wanted)]
    seen["signal_value"] = seen["signal_value"].str.strip().str.removeprefix("::ffff:")
    seen = seen[~seen["signal_value"].isin(BAD_VALUES)]
    six = (seen["signal_type"] == "ip") & seen["signal_value"].str.contains(":")
    seen.loc[six, "signal_value"] = seen.loc[six, "signal_value"].str.split(":").str[:4].str.join(":")
    mail = accounts[["account_id", "email"]].dropna()
    domain = mail["email"].str.strip().str.lower().str.split("@").str[1]
    mail = pd.DataFrame({"account_id": mail["account_id"], "signal_type": "mail_domain", "signal_value": domain})
    mail = mail[~mail["signal_value"].isin(PUBLIC_MAIL)]
    return accounts, truth, pd.concat([seen, mail], ignore_index=True).drop_duplicates()


def roots(left: np.ndarray[Any, Any], right: np.ndarray[Any, Any], size: int) -> np.ndarray[Any, Any]:
    """Connected components by repeated minima."""
    label = np.arange(size)
    while True:
        low = np.minimum(label[left], label[right])
        fresh = label.copy()
        np.minimum.at(fresh, left, low)
        np.minimum.at(fresh, right, low)
        fresh = fresh[fresh]
        if (fresh == label).all():
            return label
        label = fresh


def check(path: Path) -> dict[str, Any]:
    """Compute and print all figures of one world."""
    accounts, truth, seen = load(path)
    report: dict[str, Any] = consistency(accounts, truth, path)
    ids = pd.Index(truth["account_id"])
    seen["account"] = ids.get_indexer(seen["account_id"])
    seen["value"] = seen.groupby(["signal_type", "signal_value"], sort=False).ngroup()
    honest = truth["ring"].isna().to_numpy()
    ours = seen[honest[seen["account"]]]
    degree = ours.groupby("value")["account"].transform("size")
    shared = ours[degree > 1]
    for name, (low, high) in EXPECTED.items():
        share = shared.loc[shared["signal_type"] == name, "account"].nunique() / max(1, honest.sum()) * 100
        report[f"honest that share a {name}, %"] = f"{share:.1f} (expected {low}-{high})"
    for kind, sizes in ours.groupby("signal_type")["value"]:
        many = sizes.value_counts().to_numpy().astype(float)
        report[f"{kind}: pairs, largest"] = f"{(many * (many - 1) / 2).sum():.3g}, {int(many.max())}"
    low_degree = ours[(degree > 1) & (degree <= 20)]
    label = _components(low_degree, len(truth))
    largest = np.bincount(label[honest]).max() / honest.sum() * 100
    report["largest honest component at cap 20, %"] = f"{largest:.1f} (expected 15 or more)"
    report.update(naive(seen, truth))
    report.update(contamination(seen, truth))
    for name, value in report.items():
        print(f"{name:58s} {value}")
    return report


def _components(rows: pd.DataFrame, size: int) -> np.ndarray[Any, Any]:
    value = rows["value"].to_numpy()
    account = rows["account"].to_numpy()
    order = np.argsort(value, kind="stable")
    value, account = value[order], account[order]
    same = value[1:] == value[:-1]
    return roots(account[1:][same], account[:-1][same], size)


def naive(seen: pd.DataFrame, truth: pd.DataFrame) -> dict[str, Any]:
    """Whether naive baselines solve the rings, and whether a lift test recovers them."""
    out: dict[str, Any] = {}
    ring = truth["ring"].where(~truth["grey"])
    if ring.isna().all():
        return out
    all_degree = seen.groupby("value")["account"].transform("size")
    out |= _solved(
        "connected components, cap 20",
        _components(seen[(all_degree > 1) & (all_degree <= 20)], len(truth)),
        truth,
        ring,
    )
    label = _leiden(seen[(all_degree > 1) & (all_degree <= 50)], len(truth))
    if label is not None:
        out |= _solved("Leiden, cap 50", label, truth, ring)
    found = np.zeros(len(truth), dtype=bool)
    false = 0
    links = seen[seen["signal_type"].isin(["payment", "mail_domain", "device"]) & (all_degree <= 2000)]
    prompts = seen[(seen["signal_type"] == "template") & (all_degree >= 50)]
    rng = np.random.default_rng(0)
    by_account = links.groupby("account")["value"].agg(list)
    for _, users in prompts.groupby("value")["account"]:
        people = users.to_numpy()
        if len(people) > 8000:
            continue
        excess = _sharing(by_account, people) - _sharing(by_account, rng.choice(len(truth), len(people), replace=False))
        if excess > 0.15:
            found[people] = True
            false += int(ring.iloc[people].isna().mean() > 0.5)
    out["lift test: flagged prompts that are honest"] = false
    for kind, rows in truth[ring.notna()].groupby("kind"):
        out[f"lift test, recall: {kind} ({len(rows)})"] = f"{found[rows.index].mean():.2f}"
    return out


def _leiden(rows: pd.DataFrame, size: int) -> np.ndarray[Any, Any] | None:
    """Leiden on the capped two-mode graph, if a library for it is there and the graph is not too large."""
    try:
        import igraph
    except ImportError:
        return None
    if size > 150_000:
        return None
    value = pd.factorize(rows["value"])[0]
    graph = igraph.Graph(n=size + int(value.max()) + 1, edges=np.column_stack([rows["account"], value + size]).tolist())
    import random

    random.seed(0)
    parts = graph.community_leiden(objective_function="modularity", n_iterations=2)
    return np.array(parts.membership)[:size]


def _solved(name: str, label: np.ndarray[Any, Any], truth: pd.DataFrame, ring: pd.Series) -> dict[str, Any]:
    """Per pattern, the share of members in groups that are 90 % one ring and hold five members of it or more."""
    rows = pd.DataFrame({"label": label, "ring": ring, "kind": truth["kind"]})
    size = rows.groupby("label").size()
    inside = rows.dropna(subset=["ring"]).groupby(["label", "ring", "kind"]).size().reset_index(name="n")
    inside["pure"] = (inside["n"] >= 0.9 * inside["label"].map(size)) & (inside["n"] >= 5)
    total = inside.groupby("kind")["n"].sum()
    pure = inside[inside["pure"]].groupby("kind")["n"].sum().reindex(total.index, fill_value=0)
    return {f"{name}, solved: {kind}": f"{pure[kind] / total[kind]:.2f}" for kind in total.index}


def _sharing(by_account: pd.Series, people: np.ndarray[Any, Any]) -> float:
    known = by_account[by_account.index.isin(people)]
    if known.empty:
        return 0.0
    values = known.explode()
    many = values.map(values.value_counts()) > 1
    return float(values[many].index.nunique() / len(people))


def contamination(seen: pd.DataFrame, truth: pd.DataFrame) -> dict[str, Any]:
    """How members of rings live among honest accounts."""
    ring = truth["ring"].where(~truth["grey"]).to_numpy(dtype=object)
    member = pd.notna(ring)
    if not member.any():
        return {}
    rows = seen.assign(member=member[seen["account"]])
    honest = (~rows["member"]).groupby(rows["value"]).transform("sum")
    met = rows[rows["member"] & (honest > 0)]
    out: dict[str, Any] = {}
    for name in ("ip", "template", "device", "mail_domain"):
        share = met.loc[met["signal_type"] == name, "account"].nunique() / member.sum()
        out[f"ring members that share a {name} with honest accounts"] = f"{share:.2f}"
    addresses = met[(met["signal_type"] == "ip") & (honest[met.index] >= 2) & (honest[met.index] <= 200)]
    out["addresses of honest degree 2-200 per ring member"] = f"{len(addresses) / member.sum():.2f}"
    return out


def consistency(accounts: pd.DataFrame, truth: pd.DataFrame, path: Path) -> dict[str, Any]:
    """Each account once; nothing in the exported columns is ordered by role."""
    faults = []
    if not accounts["account_id"].is_unique or not truth["account_id"].is_unique:
        faults.append("an account id occurs twice")
    if set(accounts["account_id"]) != set(truth["account_id"]):
        faults.append("accounts and truth differ")
    seen = pd.read_parquet(path / "sightings.parquet")
    known = seen["account_id"].dropna()
    if not known.isin(accounts["account_id"]).all():
        faults.append("a sighting of an unknown account")
    if (seen["first_seen"] > seen["last_seen"]).any():
        faults.append("a sighting ends before it begins")
    if (truth["operator"].notna() & truth["ring"].isna()).any():
        faults.append("an operator without a ring")
    if (truth["grey"] & truth["ring"].isna()).any():
        faults.append("a grey account that no ring uses")
    late = (accounts.set_index("account_id")["created_at"].reindex(known).astype(str).str.len() < 5).any()
    if late:
        faults.append("an account without a date")
    member = (truth["ring"].notna() & ~truth["grey"]).to_numpy()
    out: dict[str, Any] = {"faults": faults or "none", "accounts": len(truth), "sightings": len(seen)}
    out["accounts without sightings, %"] = f"{(1 - known.nunique() / len(truth)) * 100:.2f}"
    out["ring members"] = f"{member.sum()} ({member.sum() / max(1, (~member).sum()) * 100:.2f} % of the others)"
    out["grey, framed, victims"] = f"{truth['grey'].sum()}, {truth['framed'].sum()}, {truth['victim'].sum()}"
    if member.any() and not member.all():
        rank = pd.Series(np.arange(len(truth)))
        order = truth["account_id"].rank().to_numpy()
        out["place of ring members among ids (0.5 is blind)"] = f"{(order[member].mean() - 1) / len(rank):.3f}"
        out |= _order_of_values(seen, truth)
    return out


def _order_of_values(seen: pd.DataFrame, truth: pd.DataFrame) -> dict[str, Any]:
    """Whether the text of a value, or the place of a row, tells a ring: mean rank of members' values and rows."""
    member = truth.set_index("account_id")["ring"].notna()
    mine = seen["account_id"].map(member).fillna(False).astype(bool)
    out: dict[str, Any] = {"place of ring members among rows": f"{np.flatnonzero(mine).mean() / len(seen):.3f}"}
    for name in ("payment", "template", "device"):
        rows = seen["signal_type"] == name
        if (rows & mine).any():
            rank = seen.loc[rows, "signal_value"].rank(pct=True)
            values = seen.loc[rows & mine, "signal_value"].drop_duplicates()
            out[f"place of ring members' {name} values"] = f"{rank[values.index].mean():.3f}"
    return out
