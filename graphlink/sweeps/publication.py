"""The folder of sweeps: one subfolder per sweep, complete or absent, and ``latest``, which names a complete one."""

import json
import re
import shutil
import stat
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from graphlink.config.sweeps import SweepSettings
from graphlink.engine.files import load_json, sync
from graphlink.results.publish.publish import MANIFEST, RUN_FORMAT, create_file, file_digest, read_manifest
from graphlink.sweeps.expected_loss import SourceCounts
from graphlink.sweeps.state.folder import check_folder, make_folder
from graphlink.sweeps.state.key import BESIDE
from graphlink.sweeps.state.restoring import find_knowing
from graphlink.words.errors import UNREADABLE, MachineError, StateError
from graphlink.words.escape import pasted

LATEST: Final = "latest"
INPUTS: Final = "inputs.json"
"""The supervisor's record of the exports before the worker reads them: digests and missing sources."""

_PRIVATE: Final = ".tmp-"
_PUBLISHED: Final = "run-"

_A_SWEEP: Final = re.compile(rf"({re.escape(_PRIVATE)})?{_PUBLISHED}([0-9]{{4}}-w[0-9]{{2}})(?:-r([0-9]+))?")
"""The folder names of sweeps, published or private. Everything else in the folder stays untouched."""


@dataclass(frozen=True, slots=True)
class Sweeps:
    """The folder of sweeps."""

    folder: Path

    def refuse_unknown(
        self, recorded: Mapping[str, str], state: Path | None = None, settings: SweepSettings = BESIDE
    ) -> None:
        """Refuse to continue with a state that does not know a published sweep.

        Parameters
        ----------
        recorded
            The SHA-256 of the manifest of each sweep that the state knows, by folder.
        state
            The folder of the state. The message names a file there that knows the sweep.
        settings
            They say where its key is.

        Raises
        ------
        StateError
            GL705 if ``latest`` names a sweep that the state does not know, because the state is older; or if a sweep
            differs from the known one of the same name, because the state has another history.
        """
        named = self.latest()
        if named is not None and named not in recorded:
            anyway = "--accept-rollback" if recorded else "--init --accept-rollback"
            what = f"the state does not know the newest published sweep, {named}"
            back = self._back_to(named, state, settings, "a newer backup")
            fix = f"{back}, or go on without what is missing: {anyway}"
            raise StateError("GL705", self.folder / LATEST, what, fix)
        if others := self.others(recorded):
            what = "differs from the sweep of this name in the state: it has another history, or was altered"
            back = self._back_to(others[-1], state, settings, "a backup of its past")
            fix = f"{back}, or go on without it: --accept-rollback"
            raise StateError("GL705", self.folder / others[-1], what, fix)

    def _back_to(self, name: str, state: Path | None, settings: SweepSettings, otherwise: str) -> str:
        """How to return to a state that knows a sweep."""
        manifest = self.folder / name / MANIFEST
        if state is None or not manifest.is_file():
            return f"restore {otherwise}"
        backup = find_knowing(state, name, file_digest(manifest), settings)
        if backup is None:
            return f"restore {otherwise}, of which none that its key opens stands in {state}"
        places = f"--state {pasted(state)} --backup {pasted(backup)}"
        return f"`graphlink state restore {places}` returns to a state with it"

    def clear(self, recorded: Mapping[str, str], private: Path | None = None) -> None:
        """Remove leftovers of an interrupted sweep, and make ``latest`` name the newest recorded sweep.

        Sweeps that the state does not know, or knows differently, are removed too; ``refuse_unknown`` checks that
        first. Folders without the name of a sweep, such as a copy for lawyers, stay.

        Parameters
        ----------
        recorded
            As in ``refuse_unknown``, oldest first.
        private
            The private folder of the running sweep, which stays.
        """
        known = recorded.keys() - self.others(recorded)
        for path in sorted(self._sweeps()):
            if path != private and path.name not in known:
                shutil.rmtree(path)
        (self.folder / f"{_PRIVATE}{LATEST}").unlink(missing_ok=True)
        newest = next((name for name in reversed(list(recorded)) if (self.folder / name).is_dir()), None)
        if newest is not None and self.latest() != newest:
            self.point_latest(newest)

    def prepare(self, name: str) -> Path:
        """Create the private folder of a sweep, replacing one that an interrupted sweep left."""
        folder = self.folder / f"{_PRIVATE}{name}"
        with suppress(FileNotFoundError):
            shutil.rmtree(folder)
        folder.mkdir(mode=0o700)
        folder.chmod(0o700)
        return folder

    def drop(self, private: Path) -> None:
        """Remove a private folder. If that fails, the next sweep removes it."""
        shutil.rmtree(private, ignore_errors=True)

    def publish(self, private: Path, name: str) -> None:
        """Force everything to the disk, and give the folder its name."""
        for path in sorted(private.rglob("*"), reverse=True):
            sync(path, follow=False)
        sync(private)
        private.rename(self.folder / name)
        sync(self.folder)

    def point_latest(self, name: str) -> None:
        """Make ``latest`` name a sweep, atomically."""
        link = self.folder / f"{_PRIVATE}{LATEST}"
        link.unlink(missing_ok=True)
        link.symlink_to(name)
        link.replace(self.folder / LATEST)
        sync(self.folder)

    def latest(self) -> str | None:
        """The name of the newest published sweep."""
        link = self.folder / LATEST
        return link.readlink().name if link.is_symlink() else None

    def newest_before(self, week: str) -> str | None:
        """The name of the newest published sweep of the weeks before, by the names of folders."""
        found = (_A_SWEEP.fullmatch(path.name) for path in (self._sweeps() if self.folder.is_dir() else ()))
        earlier = [each for each in found if each and not each[1] and each[2] < week.lower()]
        return max(earlier, key=lambda each: (each[2], int(each[3] or 1)))[0] if earlier else None

    def retire(self, names: Collection[str]) -> None:
        """Delete published sweeps that are no longer kept."""
        for name in names:
            with suppress(FileNotFoundError):
                shutil.rmtree(self.folder / name)

    def erase(self, names: Collection[str], recorded: Sequence[str]) -> None:
        """Delete published sweeps, even the newest. ``latest`` then names the newest remaining one, if any.

        Parameters
        ----------
        names
            The folders to delete. Each becomes invisible at once; the next call removes what a kill left of it.
        recorded
            Names of all sweeps that the state knows, oldest first.
        """
        left = [name for name in recorded if name not in names and (self.folder / name).is_dir()]
        if self.latest() in names:
            if left:
                self.point_latest(left[-1])
            else:
                (self.folder / LATEST).unlink()
        for name in names:
            with suppress(FileNotFoundError):
                (self.folder / name).rename(self.folder / f"{_PRIVATE}{name}")
        for path in sorted(self._sweeps()):
            if path.name.startswith(_PRIVATE):
                shutil.rmtree(path)
        sync(self.folder)

    def others(self, recorded: Mapping[str, str]) -> list[str]:
        """Names of sweeps that differ from those of the state with the same name. Missing folders are ignored."""
        return [
            name
            for name, digest in recorded.items()
            if (self.folder / name / MANIFEST).is_file() and file_digest(self.folder / name / MANIFEST) != digest
        ]

    def _sweeps(self) -> Iterator[Path]:
        """The folders of sweeps, published and not."""
        for path in self.folder.iterdir():
            if _A_SWEEP.fullmatch(path.name) and path.is_dir() and not path.is_symlink():
                yield path


def open_sweeps(folder: Path) -> Sweeps:
    """Check or create the folder of sweeps before any work.

    Raises
    ------
    MachineError
        GL810 if other users can write to it, GL828 if ``latest`` is not a link.
    OSError
        If it cannot be created or written.
    """
    make_folder(folder)
    check_folder(folder, on_network=True)
    latest = folder / LATEST
    if latest.exists() and not latest.is_symlink():
        what = "is not a link; sweeps need it as a link to the newest one"
        raise MachineError("GL828", latest, what, "move it away, then run the same command again")
    return Sweeps(folder)


def folder_name(week: str, revision: int = 1) -> str:
    """Name the folder of a sweep.

    Examples
    --------
    >>> folder_name("2026-W47", 1), folder_name("2026-W47", 2)
    ('run-2026-w47', 'run-2026-w47-r2')
    """
    again = "" if revision == 1 else f"-r{revision}"
    return f"{_PUBLISHED}{week.lower()}{again}"


def write_inputs(
    private: Path,
    files: Mapping[str, str],
    digest: str,
    missing: Collection[str],
    by_source: Mapping[str, Sequence[str]],
    borne: SourceCounts,
) -> None:
    """Record the exports as seen before reading. The content depends on their files alone."""
    document = {
        "digest": digest,
        "files": dict(files),
        "missing": sorted(missing),
        "sources": dict(by_source),
        "counts": borne,
    }
    with create_file(private, INPUTS) as file:
        file.write(json.dumps(document, sort_keys=True, indent=1).encode() + b"\n")


def read_inputs(folder: Path) -> dict[str, object]:
    """Read the record, empty if it cannot be read."""
    try:
        document = load_json(folder / INPUTS)
    except UNREADABLE:
        return {}
    return document if isinstance(document, dict) else {}


def read_table(folder: Path, name: str) -> dict[str, Any] | None:
    """A table of the record, such as the counts of each source; None if the folder is gone or it cannot be read."""
    table = read_inputs(folder).get(name)
    return table if isinstance(table, dict) else None


def check_outputs(private: Path) -> str:
    """Compare every file of a sweep with its manifest, and return the manifest's SHA-256.

    Raises
    ------
    MachineError
        GL821 if a file is missing, unexpected or different from the manifest: the worker failed.
    """
    document = read_manifest(private, RUN_FORMAT)
    if document is None:
        raise _incomplete(MANIFEST)
    told = {**document.get("outputs", {}), **document.get("inputs", {}).get("outputs", {})}
    found = dict(_files(private))
    if found.keys() - {INPUTS} != {MANIFEST, *told}:
        raise _incomplete(MANIFEST)
    for name, path in found.items():
        if name in told and file_digest(path) != told[name]["sha256"]:
            raise _incomplete(name)
    return file_digest(private / MANIFEST)


def _files(folder: Path) -> Iterator[tuple[str, Path]]:
    for path in sorted(folder.rglob("*")):
        mode = path.lstat().st_mode
        if stat.S_ISREG(mode):
            yield path.relative_to(folder).as_posix(), path
        elif not stat.S_ISDIR(mode):
            raise _incomplete(path.name)


def _incomplete(name: str) -> MachineError:
    what = f"its files differ from its manifest ({name})"
    return MachineError("GL821", "worker", what, "look at the disk, then run the same command again")
