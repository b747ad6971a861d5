"""The files of a world: exports as untidy as real ones, declarations and the truth."""

import dataclasses
import random
from pathlib import Path

import numpy as np
import pandas as pd

from city import City
from dials import EXTRAS
from sessions import sightings

EPOCH = pd.Timestamp("2026-09-07", tz="UTC")
PLACEHOLDERS = ("none", "unknown", "n/a", "0")
TRUTH = ["ring", "operator", "group", "kind", "grey", "same_owner", "framed", "victim"]


def stamps_of(days: pd.Series) -> pd.Series:
    """Turn days of the window into instants."""
    return EPOCH + pd.to_timedelta((days * 86400).round(), unit="s")


def identities(city: City, rng: np.random.Generator) -> np.ndarray:
    """Draw account ids without order or meaning."""
    picked = rng.choice(2**40, size=len(city.accounts) * 2, replace=True)
    unique = pd.unique(picked)[: len(city.accounts)]
    return np.array([f"acct_{number:010x}" for number in unique], dtype=object)


def accounts_table(city: City, ids: np.ndarray, rng: np.random.Generator) -> pd.DataFrame:
    """Write the accounts as the provider holds them."""
    people, untidy = city.accounts, city.dials.untidy
    frame = pd.DataFrame({"account_id": ids, "created_at": stamps_of(pd.Series([a.created for a in people]))})
    for column in ("email", "phone", "plan", "country", "status"):
        frame[column] = np.array([getattr(a, column) for a in people], dtype=object)
    shout = rng.random(len(frame)) < untidy
    frame.loc[shout, "email"] = frame.loc[shout, "email"].str.upper()
    gap = rng.random(len(frame)) < untidy
    frame.loc[gap, "phone"] = rng.choice(PLACEHOLDERS, gap.sum())
    frame.loc[rng.random(len(frame)) < untidy / 2, "email"] = ""
    frame = frame.drop(columns=[c for c in city.dials.lacking_columns if c in frame])
    return frame.iloc[rng.permutation(len(frame))].reset_index(drop=True)


def sightings_table(city: City, ids: np.ndarray, rng: np.random.Generator) -> pd.DataFrame:
    """Write the sightings, with duplicates, gaps and placeholders."""
    raw, dials = sightings(city), city.dials
    frame = pd.DataFrame({"account_id": ids[raw["who"]], "signal_type": raw["what"], "signal_value": raw["value"]})
    frame["first_seen"], frame["last_seen"] = stamps_of(raw["first"]), stamps_of(raw["last"])
    frame["count"] = raw["count"].astype("int64")
    if "email" in dials.lacking_columns:
        frame = pd.concat([frame, domains(city, ids)], ignore_index=True)
    n = len(frame)
    frame.loc[rng.random(n) < dials.untidy, "account_id"] = ""
    blank = (rng.random(n) < dials.untidy / 2) & frame["signal_type"].isin(["device", "payment", "template"]).to_numpy()
    frame.loc[blank, "signal_value"] = rng.choice(PLACEHOLDERS, blank.sum())
    mapped = (rng.random(n) < dials.untidy) & frame["signal_type"].eq("ip").to_numpy()
    mapped &= ~frame["signal_value"].str.contains(":").to_numpy()
    frame.loc[mapped, "signal_value"] = "::ffff:" + frame.loc[mapped, "signal_value"]
    spaced = rng.random(n) < dials.untidy / 2
    frame.loc[spaced, "signal_value"] = " " + frame.loc[spaced, "signal_value"] + " "
    again = frame.iloc[np.nonzero(rng.random(n) < dials.untidy)[0]]
    frame = pd.concat([frame, again], ignore_index=True)
    if dials.seen_at:
        frame = frame.rename(columns={"last_seen": "seen_at"}).drop(columns="first_seen")
    frame = frame.drop(columns=[c for c in dials.lacking_columns if c in frame])
    return frame.iloc[rng.permutation(len(frame))].reset_index(drop=True)


def domains(city: City, ids: np.ndarray) -> pd.DataFrame:
    """Give mail domains as sightings where the addresses are withheld."""
    people = city.accounts
    seen = stamps_of(pd.Series([a.created for a in people]))
    frame = pd.DataFrame({"account_id": ids, "signal_type": "email_domain", "first_seen": seen, "last_seen": seen})
    frame["signal_value"], frame["count"] = [a.email.split("@")[1] for a in people], 1
    return frame


def truth_table(city: City, ids: np.ndarray) -> pd.DataFrame:
    """Write who is what."""
    frame = pd.DataFrame([dataclasses.asdict(a) for a in city.accounts], columns=TRUTH)
    for flag in TRUTH[4:]:
        frame[flag] = frame[flag].map({True: "true", False: "false"})
    frame.insert(0, "account_id", ids)
    return frame.sort_values("account_id")


def dates(frame: pd.DataFrame, mixed: bool, seed: int) -> pd.DataFrame:
    """Write instants as text, in several manners if the export is mixed."""
    r = random.Random(f"dates{seed}")
    for column in frame.select_dtypes("datetimetz").columns:
        manner = r.choice(("%Y-%m-%dT%H:%M:%SZ", "%Y-%m-%d %H:%M:%S+00:00")) if mixed else "%Y-%m-%dT%H:%M:%SZ"
        text = frame[column].dt.strftime(manner)
        if mixed:
            shifted = frame[column].dt.tz_convert("Asia/Kolkata").dt.strftime("%Y-%m-%dT%H:%M:%S+05:30")
            text = text.where(np.arange(len(frame)) % 7 > 0, shifted)
        frame[column] = text
    return frame


def write(city: City, out: Path) -> None:
    """Write all files of a world."""
    rng, dials = np.random.default_rng(city.dials.seed), city.dials
    (out / "exports").mkdir(parents=True, exist_ok=True)
    ids = identities(city, rng)
    tables = {"accounts": accounts_table(city, ids, rng), "sightings": sightings_table(city, ids, rng)}
    for name, frame in tables.items():
        for old in ("csv", "parquet"):
            (out / "exports" / f"{name}.{old}").unlink(missing_ok=True)
        if dials.csv:
            dates(frame, dials.mixed_dates, dials.seed).to_csv(out / "exports" / f"{name}.csv", index=False)
        else:
            frame.to_parquet(out / "exports" / f"{name}.parquet", index=False)
    sections = [
        f'[signals.{name}]\nfamily = "{EXTRAS[name][0]}"\nprovenance = "{EXTRAS[name][1]}"\n' for name in dials.extras
    ]
    (out / "graphlink.toml").write_text("\n".join(sections), encoding="utf-8")
    truth_table(city, ids).to_csv(out / "truth.csv", index=False)
