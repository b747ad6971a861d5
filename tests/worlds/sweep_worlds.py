"""A tiny world that changes from week to week, and sweeps over it: rings grow, are banned, come back and end."""

import json
import random
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

from graphlink.config.settings import load_config
from graphlink.engine.worker.protocol import Limits
from graphlink.engine.worker.supervise import Listener
from graphlink.model.weeks import end_of, weeks_until
from graphlink.sweeps.job import work
from graphlink.sweeps.state.chain import digest_content
from graphlink.sweeps.state.open_state import Opening, open_state
from graphlink.sweeps.state.reading import known_rings
from graphlink.sweeps.sweeping import Request, sweep_week

WEEKS = weeks_until("2026-W12", 12)
FIRST, SECOND, THIRD = WEEKS[:3]
LIMITS = Limits(memory=2_000_000_000, seconds=120)

RINGS = {  # first week, last week, members at first, growth a week
    "cat": (0, 11, 8, 1),
    "dog": (0, 4, 15, 0),
    "emu": (2, 11, 7, 0),
    "fox": (0, 11, 12, 0),
}
N_HONEST = 120
KEY = f"{bytes(range(32)).hex()}\n"
"""The key of every world's state: under one key, the same weeks give rings the same ids."""
BACK, RETURN = "dog-again", 8
"""From this week on, new accounts with the signals of the ring that was banned."""

SETTINGS = """
[[sources]]
path = "exports/{week}"

[method]
null_worlds = 1
disturbances = 1
"""


def write_world(folder: Path, weeks=WEEKS, settings: str = SETTINGS) -> Path:
    """Write settings and the exports of some weeks; gives the path of the settings."""
    folder.mkdir(exist_ok=True)
    for week in weeks:
        write_week(folder / "exports" / week, week)
    path = folder / "graphlink.toml"
    path.write_text(settings)
    state = Path(load_config(path).sweep.state)
    state.mkdir(mode=0o700, parents=True, exist_ok=True)
    (state / "state.key").write_text(KEY)
    (state / "state.key").chmod(0o600)
    return path


def write_week(folder: Path, week: str, more: str = "") -> None:
    """Write one week's exports: sightings of the last 28 days, and accounts as they stand at the week's end."""
    folder.mkdir(parents=True, exist_ok=True)
    number = WEEKS.index(week)
    sightings = ["account_id,signal_type,signal_value,seen_at"]
    accounts = ["account_id,created_at,status"]
    at, over = ((end_of(week) - timedelta(days=days)).isoformat().replace("+00:00", "Z") for days in (2, 10))
    created = datetime(2025, 11, 1, tzinfo=UTC).isoformat().replace("+00:00", "Z")
    draw = random.Random(7)
    for person in range(N_HONEST):
        name = f"person-{person:03}"
        joined = (datetime(2025, 11, 1, tzinfo=UTC) - timedelta(days=3 * person)).isoformat().replace("+00:00", "Z")
        accounts.append(f"{name},{joined},active")
        for kind in ("ip", "card", "device"):
            value = f"203.0.{person % 7}.{person}" if kind == "ip" else f"{kind}-{person}"
            sightings.append(f"{name},{kind},{value},{at}")
        sightings.append(f"{name},template,common-{draw.randrange(3)},{at}")
    for ring, (first, last, size, growth) in RINGS.items():
        if not first <= number <= last:
            continue
        for member in range(size + growth * (number - first)):
            name = f"{ring}-{member:02}"
            banned = ring == "dog" and number >= 3 and member < 6
            accounts.append(f"{name},{created},{'banned' if banned else 'active'}")
            sightings.append(f"{name},card,{ring}-card-{member % 3},{over}")
            sightings.append(f"{name},ip,198.51.{ord(ring[0])}.{member % 4},{over}")
            sightings.append(f"{name},template,{ring}-template-{member % 2},{over}")
            sightings.append(f"{name},device,{ring}-device-{member % 5},{over}")
    if number >= RETURN:
        began = (end_of(WEEKS[RETURN]) - timedelta(days=5)).isoformat().replace("+00:00", "Z")
        for member in range(15):
            name = f"{BACK}-{member:02}"
            accounts.append(f"{name},{began},active")
            sightings.append(f"{name},ip,198.51.100.{member % 4},{at}")
            for kind, value in (("card", member % 3), ("template", member % 2), ("device", member % 5)):
                sightings.append(f"{name},{kind},dog-{kind}-{value},{at}")
    (folder / "sightings.csv").write_text("\n".join(sightings) + "\n" + more)
    (folder / "accounts.csv").write_text("\n".join(accounts) + "\n")


class Line:
    """What a worker says, heard by nobody, and the rest of its task."""

    def __init__(self, rest) -> None:
        self.rest = lambda: json.loads(json.dumps(rest))

    def stage(self, name, done):
        """Say which stage begins."""

    def notice(self, code, text):
        """Say what a reader should know."""

    def need(self, memory):
        """Say how much memory the work takes."""


def work_here(module, task, limits, listener, rest):
    """Do the work in this process: the imports of a worker take longer than a tiny world's sweep."""
    return json.loads(json.dumps(work(json.loads(json.dumps(task)), Line(rest))))


class LateWorker:
    """A worker that begins when it knows all: ``do`` is called with what it was asked and the rest of its task."""

    def __init__(self, do, asked) -> None:
        self.tell = lambda rest: setattr(self, "outcome", lambda: do(*asked, rest))


def begun_with(do):
    """Have the work of a sweep done by a function."""

    @contextmanager
    def begin(*asked):
        yield LateWorker(do, asked)

    return begin


def sweep(settings: Path, week: str, do=work_here, begin=None, **asked):
    """Sweep a week as the command does, without its words."""
    listener = Listener(lambda _stage, _done: None, lambda _code, _text: None)
    return sweep_week(load_config(settings), Request(week=week, **asked), LIMITS, listener, begin or begun_with(do))


def state_digest(settings: Path) -> str:
    """What the state knows; who only reads must be able to tell, whatever was cut off."""
    with open_state(Path(load_config(settings).sweep.state), Opening(read_only=True)) as state:
        return digest_content(state.connection)


def everything(settings: Path):
    """What a sweep makes: the state, every published byte, and the newest, if any; the lock says who held it last."""
    sweeps = settings.parent / "sweeps"
    latest = sweeps / "latest"
    return state_digest(settings), contents(sweeps), latest.readlink() if latest.is_symlink() else None


def banned(settings: Path) -> int:
    """How many members of rings the state knows to be banned."""
    with open_state(settings.parent / "state") as state:
        return sum(member.banned for ring in known_rings(state) for member in ring.members)


def contents(folder: Path) -> dict[str, bytes]:
    """Every file below a folder by its place."""
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}
