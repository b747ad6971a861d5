"""The key of a state: 32 random bytes, in a file beside it or elsewhere. Each use has a key of its own made from it."""

import hmac
import os
import secrets
import stat
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from graphlink.config.sweeps import KEYS, SweepSettings
from graphlink.engine.files import open_file, sync
from graphlink.sweeps.state.folder import BACKUPS, KEY, create_file
from graphlink.words.errors import ConfigError, StateError
from graphlink.words.escape import printable

_LENGTH: Final = 32
_OTHERS: Final = 0o077
_ANYBODY: Final = 0o007
"""A credential of systemd belongs to root, and the service reads it through its group or an access list."""


BESIDE: Final = SweepSettings()
"""The key is a file in the folder of the state."""


def is_elsewhere(settings: SweepSettings) -> bool:
    """Whether the key is not kept beside the state."""
    return any(getattr(settings, name) for name in KEYS)


def _path(settings: SweepSettings, folder: Path) -> Path | None:
    """The file of the key. None if a variable holds it, or systemd gave the process no credentials."""
    if settings.key_credential:
        given = os.environ.get("CREDENTIALS_DIRECTORY")
        return Path(given) / settings.key_credential if given else None
    return None if settings.key_env else Path(settings.key_file) if settings.key_file else folder / KEY


def _name(settings: SweepSettings, folder: Path) -> str:
    """What messages call the place."""
    if settings.key_env:
        return f"the variable {printable(settings.key_env)}"
    of_systemd = settings.key_credential
    return f"the credential {printable(of_systemd)}" if of_systemd else str(_path(settings, folder))


@dataclass(frozen=True, slots=True)
class Keys:
    """A key, and what is made from it: nobody can tell one of these from another, or the key from them."""

    secret: bytes = field(repr=False)
    settings: SweepSettings = field(default=BESIDE, compare=False)
    """Of the place where it is kept."""
    names: bytes = field(init=False, repr=False)
    """Hashes names."""
    chain: bytes = field(init=False, repr=False)
    """Signs the digest of each change."""
    seal: bytes = field(init=False, repr=False)
    """Signs the seal."""
    ids: bytes = field(init=False, repr=False)
    """Mints the ids of rings. The process that reads exports gets this one alone."""

    def __post_init__(self) -> None:
        """Make the keys for each use."""
        for use in ("names", "chain", "seal", "ids"):
            object.__setattr__(self, use, hmac.digest(self.secret, f"graphlink state {use}".encode(), "sha256"))

    def __bool__(self) -> bool:
        """Whether there is a key."""
        return bool(self.secret)


NO_KEY: Final = Keys(b"")
"""For checks without the key: what it signs is not looked at."""


def sign(key: bytes, text: str) -> str:
    """HMAC-SHA-256 of a text, as hexadecimal digits."""
    return hmac.digest(key, text.encode("utf-8", "surrogatepass"), "sha256").hex()


def make_key(folder: Path, settings: SweepSettings = BESIDE) -> Keys:
    """Create the key of a new state, or keep an existing one. A variable or a credential must exist."""
    path = _path(settings, folder)
    if not settings.key_credential and path is not None and not path.exists():
        create_file(path, secrets.token_bytes(_LENGTH).hex().encode() + b"\n")
        sync(path.parent)
    return read_key(folder, settings)


def has_key(folder: Path, settings: SweepSettings) -> bool:
    """Whether there is a key at a place, good or not."""
    path = _path(settings, folder)
    return bool(os.environ.get(settings.key_env or "")) if path is None else os.path.lexists(path)


def read_key(folder: Path, settings: SweepSettings = BESIDE) -> Keys:
    """Read the key of a state: 64 hexadecimal digits or, in a file, 32 bytes.

    Raises
    ------
    StateError
        GL706 if it is missing or is no key.
    ConfigError
        GL408 if other users may read it.
    """
    where = _name(settings, folder)
    put_back = "name the settings that say where it is (--config), or put it back there"
    if not is_elsewhere(settings):
        put_back = (
            f"put it back (a copy stands in {folder / BACKUPS}), or name the settings that say where it is (--config)"
        )
    content = os.environb.get(os.fsencode(settings.key_env or ""), b"")
    if not has_key(folder, settings):
        raise StateError("GL706", folder, f"the key of the state is missing ({where})", put_back)
    if (path := _path(settings, folder)) is not None:
        content = _read(path, settings, put_back)
    key = content if len(content) == _LENGTH else _from_digits(content)
    if key is None:
        raise StateError("GL706", where, "this is not a key of a state", put_back)
    return Keys(key, settings)


def copies_of(key: Keys, folder: Path) -> tuple[Path, ...]:
    """Files in the folder of a state that hold its key, for a key that is kept elsewhere."""
    found = []
    for path in sorted(folder.rglob("*.key")):
        content = path.read_bytes()[: 4 * _LENGTH] if path.is_file() else b""
        if key.secret in {content, _from_digits(content)}:
            found.append(path)
    return tuple(found)


def _read(path: Path, settings: SweepSettings, put_back: str) -> bytes:
    try:
        with open_file(path, follow=is_elsewhere(settings)) as file:
            state, content = os.fstat(file.fileno()), file.read(4 * _LENGTH)
    except OSError as error:
        raise StateError("GL706", path, f"the key cannot be read ({error.strerror})", put_back) from None
    mode = stat.S_IMODE(state.st_mode)
    if mode & (_ANYBODY if settings.key_credential else _OTHERS) or state.st_uid not in {os.geteuid(), 0}:
        raise ConfigError("GL408", path, f"others may read it (mode {mode:o})", f"chmod 600 {path}")
    return content


def _from_digits(content: bytes) -> bytes | None:
    digits = content.strip()
    try:
        key = bytes.fromhex(digits.decode("ascii"))
    except ValueError:
        return None
    return key if len(digits) == 2 * _LENGTH == 2 * len(key) else None
