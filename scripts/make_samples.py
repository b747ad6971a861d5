"""Makes ``data/samples/campaign``: a simulated world in three shapes and three formats, with its answer key.

The simulator's long table of sightings is told as a provider would export it: what is older than a week in sums, the
last week as a log of requests, which shows some prompts as they were sent. A handful of rows are as wrong as real rows
are. The same seed gives the same rows.
"""

from __future__ import annotations

import argparse
import gzip
import itertools
import json
import tempfile
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from graphlink.lab.simulate import WorldRequest, simulate, write_world
from graphlink.reading.normalise.prompts import normalise_prompts

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT: Final = Path(__file__).resolve().parents[1]
FOLDER: Final = ROOT / "data" / "samples" / "campaign"

SEED: Final = 7
ACCOUNTS: Final = 20_000
"""What reads and analyses in a few seconds and is a few megabytes, with honest organisations of every kind in it."""
RINGS: Final = (("R6", 1_500), ("R1", 150), ("R3", 400), ("R9", 250))
"""One large ring on residential exits, a naive farm, a load-balanced ring and a small one that rotates."""
LOG_BEGINS: Final = pd.Timestamp("2026-07-20", tz="UTC")
"""A week before the window ends: raw logs are kept for days, sums for months."""

# The column of the request log that shows each signal type. BINs are shown by the billing system's sums only.
COLUMNS: Final = {
    "ip": "ip",
    "card": "payment",
    "device": "device",
    "template": "template",
    "user_agent": "user_agent",
}
TASKS: Final = ("a tiling puzzle", "two trains", "a parser for dates", "the hat riddle", "a proof by induction")
# Whose template is written out, and how: {n} and {task} change with every request, and masking takes them away again.
PROMPTS: Final = {
    "R6": 'Solve task {n}: "{task}". Think aloud between <think> and </think>, at length, and do not skip a step. Then '
    "give the final answer alone on one line of JSON with the keys reasoning and answer.",
    "course": 'Assignment {n}: explain "{task}" to a classmate who missed the lecture, in no more than 300 words.',
    "vendor": "You are the concierge of a travel agency. Answer guest {n} briefly and in a friendly tone, and never "
    'quote a price that is not in the catalogue. The guest asks: "{task}"',
}


@dataclass(frozen=True, slots=True)
class Seen:
    """One account seen with one signal, from one second of the epoch to another."""

    signal_type: str
    value: str
    first: int
    last: int


def main() -> None:
    """Make the sample, in its place or in another folder."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path, nargs="?", default=FOLDER, help="where to write it")
    folder = parser.parse_args().folder
    make_campaign(folder)
    for path in sorted(folder.rglob("*.*")):
        print(f"{path.stat().st_size:>9,} {path.relative_to(folder)}")


def make_campaign(folder: Path) -> None:
    """Write the exports into a folder, and the answer key into its ``_truth``, which no reader takes for an export."""
    world = simulate(n_accounts=ACCOUNTS, seed=SEED, request=WorldRequest(rings=RINGS))
    with tempfile.TemporaryDirectory() as temporary:
        written = Path(temporary) / "world"
        write_world(world, written)
        accounts = pd.read_parquet(written / "accounts.parquet")
        sightings = pd.read_parquet(written / "sightings.parquet")
        truth = pd.read_parquet(written / "_truth" / "truth.parquet")
        groups = pd.read_parquet(written / "_truth" / "truth_groups.parquet")
        members = pd.read_parquet(written / "_truth" / "truth_members.parquet")
    (folder / "_truth").mkdir(parents=True, exist_ok=True)
    prompts = _written_out(sightings, groups.merge(members, on="group_id"))
    _write_accounts(accounts, folder / "accounts.csv.gz")
    _write_sums(sightings, prompts, folder / "sightings.parquet")
    _write_log(sightings, prompts, folder / "events.jsonl.zst")
    key = _answer_key(truth, groups, members)
    key.to_csv(folder / "_truth" / "truth.csv", index=False, lineterminator="\n")


def _written_out(sightings: pd.DataFrame, members: pd.DataFrame) -> dict[str, str]:
    """The prompt behind a template, for the template most characteristic of one group of each kind in PROMPTS."""
    templates = sightings[sightings.signal_type == "template"]
    bearers = templates.groupby("signal_value").account_id.nunique()
    prompts = {}
    for kind, text in PROMPTS.items():
        largest = members[members["kind"] == kind].groupby("group_id").size().sort_index().idxmax()
        inside = templates[templates.account_id.isin(members.account_id[members.group_id == largest])]
        n_inside = inside.groupby("signal_value").account_id.nunique()
        prompts[str((n_inside**2 / bearers[n_inside.index]).idxmax())] = text
    return prompts


# --- accounts ---------------------------------------------------------------------------------------------------------


def _write_accounts(accounts: pd.DataFrame, path: Path) -> None:
    table = accounts.assign(created_at=accounts.created_at.dt.strftime("%Y-%m-%dT%H:%M:%SZ"))
    lines = table.to_csv(index=False, lineterminator="\n").splitlines(keepends=True)
    lines.insert(5_001, lines[5_000])  # the same row twice
    lines.insert(9_001, lines[9_000].replace(lines[9_000].partition(",")[0], "", 1))  # whose account?
    lines.insert(14_001, lines[14_000].replace("\n", ",,\n"))  # more fields than the header
    # No time and no name in the header, so that the same rows are the same bytes.
    with path.open("wb") as file, gzip.GzipFile("", "wb", compresslevel=9, fileobj=file, mtime=0) as packed:
        packed.write("".join(lines).encode())


# --- sums of the earlier weeks ----------------------------------------------------------------------------------------


def _write_sums(sightings: pd.DataFrame, prompts: dict[str, str], path: Path) -> None:
    """Write what was seen before the log begins; BINs, which no request shows, are in sums throughout."""
    earlier = sightings[(sightings.first_seen < LOG_BEGINS) | (sightings.signal_type == "card_bin")].copy()
    is_whole = (earlier.signal_type == "card_bin") | (earlier.last_seen < LOG_BEGINS)
    earlier["last_seen"] = earlier.last_seen.where(is_whole, LOG_BEGINS - pd.Timedelta(minutes=1))
    for column in ("first_seen", "last_seen"):
        earlier[column] = earlier[column].dt.floor("min")
    # An earlier run has masked these prompts and named the templates.
    names = {template: _template_id(text) for template, text in prompts.items()}
    earlier["signal_value"] = earlier.signal_value.replace(names)
    earlier = earlier.sort_values(["signal_type", "signal_value", "account_id"], ignore_index=True)
    odd = earlier.iloc[[700, 30_000, 60_000]].reset_index(drop=True)
    odd.loc[0, "account_id"] = None
    odd.loc[1, "signal_type"] = None
    odd.loc[2, ["first_seen", "last_seen"]] = [odd.last_seen[2], odd.first_seen[2] - pd.Timedelta(days=1)]
    table = pa.Table.from_pandas(pd.concat([earlier, odd, earlier.iloc[[123, 45_678]]]), preserve_index=False)
    pq.write_table(
        table.replace_schema_metadata(None),
        path,
        compression="zstd",
        compression_level=19,
        use_dictionary=["account_id", "signal_type", "count"],
        write_page_checksum=True,
        column_encoding={"first_seen": "DELTA_BINARY_PACKED", "last_seen": "DELTA_BINARY_PACKED"},
    )


def _template_id(prompt: str) -> str:
    """What a prompt is masked to, whatever stands in its variable parts."""
    filled = pa.array([_filled(prompt, n) for n in (1, 87_654)])
    ids = set(normalise_prompts(filled).signals["template"].to_pylist())
    if len(ids) != 1 or None in ids:
        raise ValueError(f"not one template: {prompt}")
    return str(ids.pop())


def _filled(prompt: str, n: int) -> str:
    return prompt.format(n=n, task=TASKS[n % len(TASKS)])


# --- the log of the last week -----------------------------------------------------------------------------------------


def _write_log(sightings: pd.DataFrame, prompts: dict[str, str], path: Path) -> None:
    """Write the log, a request on each line, by time."""
    shown = sightings[(sightings.last_seen >= LOG_BEGINS) & sightings.signal_type.isin(list(COLUMNS))]
    shown = shown.sort_values(["account_id", "last_seen", "signal_type", "signal_value"])
    first, last = (shown[column].dt.as_unit("s").astype("int64") for column in ("first_seen", "last_seen"))
    rows = zip(shown.account_id, shown.signal_type, shown.signal_value, first, last, strict=True)
    requests = [
        (time, account, cells)
        for account, seen in itertools.groupby(rows, key=lambda row: row[0])
        for time, cells in _requests([Seen(*row[1:]) for row in seen])
    ]
    requests.sort(key=lambda request: request[:2])
    lines = [_line(n, *request, prompts) for n, request in enumerate(requests)]
    lines.insert(20_001, lines[20_000][:60])  # cut off while it was written
    lines.insert(30_001, lines[30_000].replace('"time":"2026-07-', '"time":"July '))  # no date that can be trusted
    lines.insert(40_001, lines[40_000])  # the same line twice
    for n in range(500, len(lines), 4_000):  # some requests reached the logger without their address
        request = json.loads(lines[n])
        lines[n] = json.dumps(request | {"ip": "0.0.0.0"}, separators=(",", ":"))  # noqa: S104 (a value in an export)
    codec = pa.Codec("zstd", compression_level=19)
    path.write_bytes(codec.compress("".join(f"{line}\n" for line in lines).encode(), asbytes=True))


def _requests(seen: list[Seen]) -> Iterator[tuple[int, dict[str, str]]]:
    """Tell one account's sightings as requests, each of which shows what was in use at its time.

    There is a request whenever an address comes or goes; what none of these shows has one of its own.
    """
    begins = int(LOG_BEGINS.timestamp())
    moments = {time for each in seen if each.signal_type == "ip" for time in (each.first, each.last) if time >= begins}
    told: set[Seen] = set()
    for time in sorted(moments):
        yield time, _cells([each for each in seen if each.first <= time <= each.last], time, told)
    for each in seen:
        if each not in told:
            others = [other for other in seen if other.signal_type != each.signal_type]
            in_use = [other for other in others if other.first <= each.last <= other.last]
            yield each.last, _cells([each, *in_use], each.last, told)


def _cells(in_use: list[Seen], time: int, told: set[Seen]) -> dict[str, str]:
    """One value of each type: what comes or goes now, then what was not told before. A card is told once."""
    cells: dict[str, str] = {}
    for each in sorted(in_use, key=lambda each: (time not in {each.first, each.last}, each in told)):
        if each.signal_type not in cells and not (each.signal_type == "card" and each in told):
            cells[each.signal_type] = each.value
            told.add(each)
    return {name: cells[name] for name in COLUMNS if name in cells}


def _line(n: int, time: int, account: str, cells: dict[str, str], prompts: dict[str, str]) -> str:
    request = {"account_id": account, "time": f"{datetime.fromtimestamp(time, UTC):%Y-%m-%dT%H:%M:%SZ}"}
    for name, value in cells.items():
        if value in prompts:
            request["prompt"] = _filled(prompts[value], n)
        else:
            request[COLUMNS[name]] = value
    return json.dumps(request, separators=(",", ":"))


# --- truth ------------------------------------------------------------------------------------------------------------


def _answer_key(truth: pd.DataFrame, groups: pd.DataFrame, members: pd.DataFrame) -> pd.DataFrame:
    """Who is in which ring; and for everybody else the honest group that fools most, or else the smallest."""
    honest = groups[~groups["kind"].isin([kind for kind, _ in RINGS])]
    group = members.merge(honest, on="group_id")
    fooling = group.merge(truth[["account_id", "hard_negative_id"]], on=["account_id", "hard_negative_id"])
    smallest = group.sort_values(["size", "group_id"])
    group = pd.concat([fooling, smallest]).drop_duplicates("account_id").set_index("account_id")
    key = truth[["account_id", "ring_id", "campaign_id", "cell", "victim"]].copy()
    key.insert(2, "kind", truth["ring_kind"])
    key["group_id"] = key.account_id.map(group.group_id)
    key["group_kind"] = key.account_id.map(group["kind"])
    return key.sort_values("account_id")


if __name__ == "__main__":
    main()
