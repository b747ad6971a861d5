"""The key of a state: 32 random bytes in a file beside it. Digests use it to hash names."""

import os
import secrets
import stat
from pathlib import Path
from typing import Final

from graphlink.engine.files import open_file, sync
from graphlink.sweeps.state.folder import KEY, create_file
from graphlink.words.errors import ConfigError, StateError

_LENGTH: Final = 32
_OTHERS: Final = 0o077


def make_key(folder: Path) -> bytes:
    """Create the key of a new state, or keep an existing one."""
    if not (folder / KEY).exists():
        create_file(folder / KEY, secrets.token_bytes(_LENGTH).hex().encode() + b"\n")
        sync(folder)
    return read_key(folder)


def read_key(folder: Path) -> bytes:
    """Read the key of a state.

    Raises
    ------
    StateError
        If it is missing or cannot be read.
    ConfigError
        If other users may read it.
    """
    path = folder / KEY
    put_back = f"put it back; a copy stands in {folder / 'backups'}"
    try:
        with open_file(path, follow=False) as file:
            mode, text = os.fstat(file.fileno()).st_mode, file.read(2 * _LENGTH + 2)
    except FileNotFoundError:
        raise StateError("GL706", path, "the key of the state is missing", put_back) from None
    except OSError as error:
        raise StateError("GL706", path, f"cannot be read ({error.strerror})", put_back) from None
    if mode & _OTHERS:
        raise ConfigError("GL408", path, f"others may read it (mode {stat.S_IMODE(mode):o})", f"chmod 600 {path}")
    try:
        key = bytes.fromhex(text.decode("ascii").removesuffix("\n"))
    except ValueError:
        key = b""
    if len(key) != _LENGTH or key.hex().encode() + b"\n" != text:
        raise StateError("GL706", path, "this is not a key of a state", put_back)
    return key
