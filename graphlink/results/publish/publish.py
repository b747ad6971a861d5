"""A folder of files that appears whole or not at all.

Files are written under a private name beside the destination and forced to the disk; then the folder is renamed. A
failure before that leaves no trace. Folders that are not ours are never touched, nor is one that another run puts there
meanwhile. The next run clears away what a killed run left, and brings back what it had put aside. A failure after the
rename is a warning.
"""

import ctypes
import errno
import hashlib
import os
import shutil
import stat
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, BinaryIO, Final, TypeVar

from graphlink.engine.files import load_json, sync
from graphlink.results.publish.private_folder import clear_left_overs, held, private_folder, taken
from graphlink.words.errors import UNREADABLE, DestinationError
from graphlink.words.escape import printable

MANIFEST: Final = "run.json"
"""Written last; a folder with a manifest of ours is ours."""

RUN_FORMAT: Final = "graphlink-run"
"""Marks the manifest, and with it the folder, as ours."""

T = TypeVar("T")

_BUFFER: Final = 1 << 20

Found = tuple[int, int] | None
"""The folder at a destination and its last change, inside it or to it; None for none, or for an empty one."""

_NEW: Final = "name a new folder"
_FEW: Final = 3
"""Files that a message names at most."""
_ASIDE: Final = ".old-graphlink-"


def check_destination(
    out: Path, run_format: str, *, force: bool, manifest: str = MANIFEST, what: str = "a run"
) -> Found:
    """Refuse a destination that a run, or another folder with a manifest of its own, must not replace.

    ``what`` names the latter in messages. The result describes the destination, for ``publish_folder``.

    Raises
    ------
    DestinationError
        If it is something other than an empty folder, or a run's folder while ``force`` is false, or a run's folder in
        which somebody added files or changed some.

    Warns
    -----
    RuntimeWarning
        If a run was brought back there that had stood aside for one that was killed.
    """
    if out.is_symlink() or (out.exists() and not out.is_dir()):
        raise DestinationError.at(out, "is a link" if out.is_symlink() else "is not a folder", _NEW)
    _bring_back(out.absolute())
    found = _found(out)
    if found is None:
        return None
    document = read_manifest(out, run_format, manifest)
    if document is None:
        raise DestinationError.at(out, f"holds something other than {what}", _NEW)
    ours = {manifest: None, **document.get("outputs", {}), **document.get("inputs", {}).get("outputs", {})}
    there = _names_below(out)
    if strangers := [name for name in there if name not in ours]:
        what = f"holds files that graphlink did not write: {_some(strangers)}"
        raise DestinationError.at(out, what, f"move them, or {_NEW}")
    if not force:
        fix = f"{_NEW}, or use --force to replace it (in Python: force=True)"
        raise DestinationError.at(out, f"already holds {what}", fix)
    if changed := [name for name in there if _is_changed(out / name, ours[name])]:
        what = f"holds files that were changed since graphlink wrote them: {_some(changed)}"
        raise DestinationError.at(out, what, f"move them, or {_NEW}")
    return found


def publish_folder(out: Path, write: Callable[[Path], T], instead_of: Found = None) -> T:
    """Let ``write`` fill a private folder, then rename it to the destination, unless that has changed since ``found``.

    What ``write`` returns is returned.

    Raises
    ------
    DestinationError
        If somebody else has put a folder there meanwhile, or changed the one that was found.
    OSError
        If the disk fails; the destination is then as it was before.

    Warns
    -----
    RuntimeWarning
        If the folder is published, and what was there before cannot be cleared away, or its name not be forced to the
        disk.
    """
    out = out.absolute()
    made = _make_parents(out.parent)
    try:
        clear_left_overs(out.parent)
        with held(out), private_folder(out.parent) as folder:
            written = write(folder)
            for below in sorted(path for path in folder.rglob("*") if path.is_dir()):
                sync(below)
            sync(folder)
            _rename(folder, out, instead_of)
            _settle(out)
    except BaseException:
        for parent in made:
            with suppress(OSError):
                parent.rmdir()
        raise
    if folder.exists():
        _warn(f"published {out}, but could not remove everything that was there before. Fix: remove {folder}")
    return written


def read_manifest(folder: Path, run_format: str, manifest: str = MANIFEST) -> dict[str, Any] | None:
    """Read a manifest of ours with its lists of files; None if there is none, or if we would not write one like it."""
    try:
        document = load_json(folder / manifest, follow=False)
    except UNREADABLE:
        return None
    if not isinstance(document, dict) or document.get("format") != run_format:
        return None
    inputs = document.get("inputs", {})
    listed = (document.get("outputs", {}), inputs.get("outputs", {}) if isinstance(inputs, dict) else None)
    return document if all(isinstance(facts, dict) for facts in listed) else None


@contextmanager
def create_file(folder: Path, name: str) -> Iterator[BinaryIO]:
    """Open a new file that only its owner may read, and force it to the disk when done."""
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
    descriptor = os.open(folder / name, flags, 0o600)
    try:
        with os.fdopen(descriptor, "wb", buffering=_BUFFER) as file:
            # The mode given to open is narrowed by the umask, which is not ours.
            os.fchmod(descriptor, 0o600)
            yield file
            file.flush()
            os.fsync(descriptor)
    except OSError as error:
        if error.errno is not None and error.filename is None:  # a write through a descriptor names no file
            error.filename = str(folder / name)
        raise


def file_facts(path: Path) -> dict[str, object]:
    """Size and digest of a file, as in a manifest."""
    return {"bytes": path.stat().st_size, "sha256": file_digest(path)}


def file_digest(path: Path) -> str:
    """SHA-256 of a file's contents."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _is_changed(path: Path, facts: object) -> bool:
    """True if a file differs from its manifest, as far as that describes it."""
    digest = facts.get("sha256") if isinstance(facts, dict) else None
    return digest is not None and (path.is_symlink() or not path.is_file() or file_digest(path) != digest)


def _some(names: list[str]) -> str:
    """Name the first files, and count the others."""
    shown = ", ".join(printable(name) for name in sorted(names)[:_FEW])
    return shown if len(names) <= _FEW else f"{shown} and {len(names) - _FEW} more"


def _names_below(out: Path) -> list[str]:
    """List everything in a folder by relative path, except folders that are not empty."""
    everything = out.rglob("*")
    shown = (each for each in everything if each.is_symlink() or not each.is_dir() or not any(each.iterdir()))
    return [each.relative_to(out).as_posix() for each in shown]


def _make_parents(parent: Path) -> list[Path]:
    """Make the folders above the destination and list the new ones, innermost first."""
    missing = []
    while not parent.exists():
        missing.append(parent)
        parent = parent.parent
    made: list[Path] = []
    for folder in reversed(missing):
        with suppress(FileExistsError):  # another run made it meanwhile, so we must not remove it
            folder.mkdir(mode=0o700)
            made.insert(0, folder)
    return made


def _found(out: Path) -> Found:
    if not out.exists() or not any(out.iterdir()):
        return None
    return out.lstat().st_ino, max(each.lstat().st_mtime_ns for each in (out, *out.rglob("*")))


def _rename(folder: Path, out: Path, instead_of: Found) -> None:
    """Put the new folder in place; an earlier run gets the private name in exchange, and is removed with it.

    If the system cannot exchange names in one step, the earlier run steps aside first and comes back if the second step
    fails. Of two runs at once, the second finds a folder that it may not replace: the system never replaces a folder
    that is not empty.
    """
    if instead_of is None or not out.exists():
        _put(folder, out, is_expected=True)
        return
    if _found(out) != instead_of:
        raise _overtaken(out)
    aside = _aside(out)
    with taken(aside) as there:
        if there is not None:  # it was already replaced, and the run that did so was killed
            shutil.rmtree(aside, ignore_errors=True)
    if exchange_names(folder, out):
        if _found(folder) != instead_of:
            exchange_names(folder, out)
            raise _overtaken(out)
    else:
        out.replace(aside)
        try:
            _put(folder, out, is_expected=_found(aside) == instead_of)
        except BaseException:
            with suppress(OSError):  # if another run is there now, that one replaces it
                aside.replace(out)
            raise
        with suppress(OSError):
            aside.replace(folder)
    with suppress(OSError):
        folder.chmod(stat.S_IRWXU)  # from here on it is left over; before, it may be the only copy


def _put(folder: Path, out: Path, *, is_expected: bool) -> None:
    if not is_expected:
        raise _overtaken(out)
    try:
        folder.replace(out)
    except OSError as error:
        if error.errno not in {errno.ENOTEMPTY, errno.EEXIST}:
            raise
        raise _overtaken(out) from None


def _overtaken(out: Path) -> DestinationError:
    return DestinationError.at(out, "another process wrote to it meanwhile, and it was left as it is", _NEW)


def _aside(out: Path) -> Path:
    """The temporary place of a run that is being replaced: beside it, under a name that contains its own."""
    return out.parent / f"{_ASIDE}{hashlib.sha256(os.fsencode(out.name)).hexdigest()[:16]}"


def _bring_back(out: Path) -> None:
    """Give a run its name back if it stepped aside for a run that was killed before it was in place."""
    aside = _aside(out)
    with taken(aside) as there:
        if there is not None and _found(out) is None:
            aside.replace(out)
            _warn(f"brought back {out}, which a killed run had put aside.")


def _settle(out: Path) -> None:
    """Force the new name to the disk; a failure does not undo it."""
    try:
        sync(out.parent)
    except OSError as error:
        _warn(
            f"published {out}, but it may not survive a loss of power ({error.strerror}). Fix: give "
            f"yourself the right to read {out.parent}, if it is missing"
        )


def _warn(text: str) -> None:
    warnings.warn(f"graphlink {text}", RuntimeWarning, stacklevel=2)


_FROM_HERE: Final = -100  # AT_FDCWD
_EXCHANGE: Final = 2  # RENAME_EXCHANGE


def exchange_names(one: Path, other: Path) -> bool:
    """Exchange the names of two folders; False if the system or the file system cannot, and nothing has changed."""
    try:
        renameat2 = ctypes.CDLL(None).renameat2
    except (OSError, AttributeError):
        return False
    return bool(renameat2(_FROM_HERE, os.fsencode(one), _FROM_HERE, os.fsencode(other), _EXCHANGE) == 0)
