"""Print what a world has beside the numbers of the domain reference."""

import sys
from pathlib import Path

import pandas as pd


def load(out: Path, name: str) -> pd.DataFrame:
    """Read one table of the exports as text."""
    path = out / "exports" / f"{name}.parquet"
    if path.exists():
        return pd.read_parquet(path)
    return pd.read_csv(path.with_suffix(".csv"), dtype=str, keep_default_na=False)


def degrees(frame: pd.DataFrame) -> pd.Series:
    """Return how many accounts bear the value of each row."""
    return frame.groupby("signal_value")["account_id"].transform("nunique")


def sharing(pairs: pd.DataFrame, honest: pd.Index) -> None:
    """Print the shares of honest accounts that share a value with somebody."""
    ranges = {"ip": "45-65%", "template": "50-70%", "device": "15-30%", "email_domain": "15-30%", "payment": "8-18%"}
    print(f"{'type':<22}{'bear':>7}{'share':>7}{'median':>8}{'most':>7}  reference")
    for kind, frame in pairs.groupby("signal_type"):
        many = degrees(frame)
        mine = frame["account_id"].isin(honest)
        bear = frame.loc[mine, "account_id"].nunique() / len(honest)
        share = frame.loc[mine & (many > 1), "account_id"].nunique() / len(honest)
        print(
            f"{kind:<22}{bear:>7.1%}{share:>7.1%}{many.median():>8.0f}{many.max():>7.0f}  {ranges.get(str(kind), '')}"
        )


def kinds(truth: pd.DataFrame, column: str) -> None:
    """Print instances and sizes by kind."""
    named = truth[truth[column] != ""]
    sizes = named.groupby(["kind", column]).size().reset_index(name="size")
    table = sizes.groupby("kind")["size"].agg(["count", "sum", "min", "median", "max"])
    print(table.to_string())


def rings(pairs: pd.DataFrame, truth: pd.DataFrame, born: pd.Series) -> None:
    """Print for each ring what its members share with each other and with others."""
    ring_of = truth.set_index("account_id")["ring"]
    both = pairs.assign(ring=pairs["account_id"].map(ring_of).fillna(""))
    inside = both.groupby(["ring", "signal_type", "signal_value"])["account_id"].transform("nunique")
    outside = degrees(both.assign(signal_value=both["signal_type"] + both["signal_value"])) - inside
    both = both.assign(mates=inside > 1, strangers=outside > 0)
    names = ["ip", "payment", "device", "template", "email_domain", "conversation_prefix"]
    print(f"{'ring':<22}{'size':>5}{'days':>6}" + "".join(f"{name[:8]:>10}" for name in names) + "  strangers")
    for ring, frame in both[both["ring"] != ""].groupby("ring"):
        members = frame["account_id"].unique()
        linked = frame[frame["mates"]].groupby("signal_type")["account_id"].nunique() / len(members)
        strangers = frame.loc[frame["strangers"], "account_id"].nunique() / len(members)
        dates = born.reindex(members).quantile([0.05, 0.95])
        length = (dates.iloc[1] - dates.iloc[0]).total_seconds() / 86400
        shares = "".join(f"{linked.get(name, 0):>10.0%}" for name in names)
        print(f"{ring:<22}{len(members):>5}{length:>6.1f}{shares}{strangers:>10.0%}")


def moments(text: pd.Series) -> pd.Series:
    """Read times written as text or as seconds."""
    if text.str.isdigit().all():
        return pd.to_datetime(text.astype("int64"), unit="s", utc=True)
    return pd.to_datetime(text, format="mixed", utc=True)


def main() -> None:
    """Check one world."""
    out = Path(sys.argv[1])
    accounts, sightings = load(out, "accounts").drop_duplicates("account_id"), load(out, "sightings")
    truth = pd.read_csv(out / "truth.csv", dtype=str, keep_default_na=False)
    honest = pd.Index(truth.loc[truth["ring"] == "", "account_id"])
    pairs = sightings[["account_id", "signal_type", "signal_value"]].drop_duplicates()
    if "email" in accounts:
        mail = accounts[["account_id"]].assign(signal_type="email_domain")
        mail["signal_value"] = accounts["email"].str.strip().str.lower().str.split("@").str[-1]
        webmail = mail["signal_value"].value_counts(normalize=True)
        print("mail hosts with over 0.8% of accounts hold", f"{webmail[webmail > 0.008].sum():.0%} (half or more)")
        pairs = pd.concat([pairs, mail[~mail["signal_value"].isin(webmail[webmail > 0.008].index)]])
    print(f"accounts {len(accounts)}, sightings {len(sightings)}, ring share {1 - len(honest) / len(truth):.2%}")
    print({flag: int((truth[flag] == "true").sum()) for flag in ("grey", "same_owner", "framed", "victim")})
    sharing(pairs, honest)
    kinds(truth, "group")
    kinds(truth, "ring")
    if "created_at" in accounts:
        times = moments(accounts["created_at"].astype(str))
        rings(pairs, truth, times.set_axis(accounts["account_id"]))


if __name__ == "__main__":
    main()
