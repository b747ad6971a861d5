"""Writing of exports, declarations and truth, with the untidiness of real exports."""

from pathlib import Path

import numpy as np
import pandas as pd

from book import COUNTRIES, Book
from dials import DECLARED, Dials

PLACEHOLDERS = {
    "payment": ["none", "N/A"],
    "device": ["unknown", "00000000"],
    "template": ["default", ""],
    "ip": ["0.0.0.0"],
}


class Exporter:
    """Writes one world."""

    def __init__(self, book: Book, dials: Dials, rng: np.random.Generator) -> None:
        """Give accounts ids without order or meaning."""
        self.book, self.dials, self.rng = book, dials, rng
        raw = rng.choice(np.arange(10**8, 10**8 + 40 * book.size), book.size, replace=False)
        mixed = (raw * 2654435761) % (1 << 32)
        forms = {"hex": "acc_{:08x}", "number": "{}", "word": "user-{:x}-{}", "exponent": "{}"}
        form = forms[dials.id_style]
        ids = [form.format(n, n % 7) for n in mixed.tolist()]
        if dials.id_style == "exponent":
            ids = [f"{n}e{n % 9}" if n % 3 else str(n) for n in mixed.tolist()]
        self.ids = np.array(ids, dtype=object)

    def write(self, out: Path) -> None:
        """Write everything into a folder."""
        (out / "exports").mkdir(parents=True, exist_ok=True)
        accounts, sightings = self.accounts(), self.sightings()
        self.declare(out, sorted(set(sightings["signal_type"])))
        self.table(self.untidy_accounts(accounts), out / "exports" / "accounts")
        self.table(self.untidy_sightings(sightings), out / "exports" / "sightings")
        self.truth().to_csv(out / "truth.csv", index=False)

    def accounts(self) -> pd.DataFrame:
        """Return the accounts' records."""
        text = self.book.text
        return pd.DataFrame(
            {
                "account_id": self.ids,
                "created_at": self.moments(self.book.born),
                "email": text["email"],
                "phone": text["phone"],
                "plan": text["plan"],
                "country": COUNTRIES[self.book.land],
                "status": text["status"],
            }
        )

    def moments(self, days: np.ndarray) -> np.ndarray:
        """Return times of days from the window's start."""
        return np.datetime64(self.dials.first_day, "s") + (days * 86400).astype(np.int64).astype("timedelta64[s]")

    def sightings(self) -> pd.DataFrame:
        """Return all sightings of the types that are exported, one row an account and value."""
        rows = [row for row in self.book.rows if row[1] not in self.dials.hidden_types and len(row[0])]
        kinds = np.repeat(np.array([row[1] for row in rows], dtype=object), [len(row[0]) for row in rows])
        who, value, first, last, count = (np.concatenate([row[at] for row in rows]) for at in (0, 2, 3, 4, 5))
        frame = pd.DataFrame({"who": who, "signal_type": kinds, "signal_value": value, "first": first, "last": last})
        frame["count"] = count
        if self.dials.domain_rows:
            frame = pd.concat([frame, self.domain_rows()], ignore_index=True)
        keys = ["who", "signal_type", "signal_value"]
        how = {"first": "min", "last": "max", "count": "sum"}
        frame = frame.groupby(keys, sort=False, as_index=False).agg(how)
        return pd.DataFrame(
            {
                "account_id": self.ids[frame["who"].to_numpy()],
                "signal_type": frame["signal_type"].to_numpy(),
                "signal_value": frame["signal_value"].to_numpy(),
                "first_seen": self.moments(frame["first"].to_numpy()),
                "last_seen": self.moments(frame["last"].to_numpy()),
                "count": frame["count"].to_numpy(),
            }
        )

    def domain_rows(self) -> pd.DataFrame:
        """Return mail domains as sightings instead of addresses."""
        hosts = [mail.split("@")[1] for mail in self.book.text["email"]]
        start = np.maximum(self.book.born, 0)
        columns = {"who": np.arange(self.book.size), "signal_type": "email_domain", "signal_value": hosts}
        return pd.DataFrame({**columns, "first": start, "last": start, "count": 1})

    def untidy_accounts(self, frame: pd.DataFrame) -> pd.DataFrame:
        """Drop columns, shout and pad some addresses, repeat and lose some rows' fields."""
        mess, rng = self.dials.mess, self.rng
        size = len(frame)
        mail = frame["email"].to_numpy(dtype=object)
        loud, padded = rng.random(size) < 0.02 * mess, rng.random(size) < 0.02 * mess
        mail = np.where(loud, [text.upper() for text in mail], mail)
        frame["email"] = np.where(padded, [f" {text} " for text in mail], mail)
        blank = rng.random(size) < 0.01 * mess
        frame.loc[blank, "email"] = "none"
        gone = [*self.dials.hidden_columns, *(["email"] if self.dials.domain_rows else [])]
        frame = frame.drop(columns=[name for name in gone if name in frame])
        return self.shuffle(
            pd.concat([frame, frame.sample(frac=0.003 * mess, random_state=int(rng.integers(1 << 31)))])
        )

    def untidy_sightings(self, frame: pd.DataFrame) -> pd.DataFrame:
        """Drop columns, repeat rows, lose ids, map addresses to IPv6 and put placeholders for some values."""
        mess, rng = self.dials.mess, self.rng
        frame = pd.concat([frame, frame.sample(frac=0.02 * mess, random_state=int(rng.integers(1 << 31)))])
        size = len(frame)
        kinds, values = frame["signal_type"].to_numpy(), frame["signal_value"].to_numpy(dtype=object).copy()
        old = (kinds == "ip") & (rng.random(size) < 0.02 * mess)
        values[old] = [text if ":" in text else f"::ffff:{text}" for text in values[old]]
        for kind, choices in PLACEHOLDERS.items():
            hit = (kinds == kind) & (rng.random(size) < 0.02 * mess)
            values[hit] = rng.choice(np.array(choices, dtype=object), hit.sum())
        padded = rng.random(size) < 0.005 * mess
        values[padded] = [f"{text} " for text in values[padded]]
        frame["signal_value"] = values
        frame.loc[rng.random(size) < 0.02 * mess, "account_id"] = ""
        return self.shuffle(frame.drop(columns=[name for name in self.dials.hidden_columns if name in frame]))

    def shuffle(self, frame: pd.DataFrame) -> pd.DataFrame:
        """Bring rows out of order."""
        return frame.iloc[self.rng.permutation(len(frame))].reset_index(drop=True)

    def table(self, frame: pd.DataFrame, path: Path) -> None:
        """Write a table in the world's format and manner of time."""
        for name in ("created_at", "first_seen", "last_seen"):
            if name in frame:
                frame[name] = self.times(frame[name])
        if self.dials.csv:
            frame.to_csv(path.with_suffix(".csv"), index=False)
        else:
            frame.to_parquet(path.with_suffix(".parquet"), index=False)

    def times(self, times: pd.Series) -> pd.Series:
        """Write times natively, as ISO text, in mixed zones and formats, or as seconds."""
        style = self.dials.time_style
        if style == "native":
            return times.dt.tz_localize("UTC")
        if style == "epoch":
            return times.astype("datetime64[s]").astype("int64")
        iso = times.dt.strftime("%Y-%m-%dT%H:%M:%SZ").to_numpy(dtype=object)
        if style == "mixed":
            plain = times.dt.strftime("%Y-%m-%d %H:%M:%S").to_numpy(dtype=object)
            east = (times + pd.Timedelta(hours=8)).dt.strftime("%Y-%m-%dT%H:%M:%S+08:00").to_numpy(dtype=object)
            draw = self.rng.random(len(times))
            iso = np.where(draw < 0.2, plain, np.where(draw < 0.35, east, iso))
        return pd.Series(iso, index=times.index)

    def declare(self, out: Path, kinds: list[str]) -> None:
        """Declare the types beyond the usual ones."""
        parts = [
            f'[signals.{kind}]\nfamily = "{DECLARED[kind][0]}"\nprovenance = "{DECLARED[kind][1]}"\n'
            for kind in kinds
            if kind in DECLARED
        ]
        (out / "graphlink.toml").write_text("\n".join(parts), encoding="utf-8")

    def truth(self) -> pd.DataFrame:
        """Return what every account is."""
        text, flag = self.book.text, self.book.flag
        frame = pd.DataFrame(
            {"account_id": self.ids} | {name: text[name] for name in ("ring", "operator", "group", "kind")}
        )
        for name in ("grey", "same_owner", "framed", "victim"):
            frame[name] = np.where(flag[name], "true", "false")
        return self.shuffle(frame)
