"""After forgetting, nothing that is left confirms a guess at who was in a ring."""

import hashlib
import re
import shutil

import pytest
from sweep_worlds import FIRST, SECOND, WEEKS, sweep, write_world

from graphlink.sweeps.lineage.names import mint_ids
from graphlink.sweeps.state.key import read_key
from graphlink.sweeps.state.open_state import open_state
from graphlink.sweeps.state.reading import known_rings

pytestmark = pytest.mark.slow
GONE = "fox-03"
OTHERS = [f"fox-{member:02}" for member in range(12) if member != 3]
GUESSES = [GONE, *(f"{name}-{number:02}" for name in ("cat", "dog", "emu", "fox", "gnu") for number in range(40))]


def traces(accounts) -> set[bytes]:
    """What a guess at the members of a ring can be recognised by: hashes of them, in the ways that hashes are made."""
    found = set()
    for joined in ("\0".join(sorted(accounts)), "\n".join(sorted(accounts)), ",".join(sorted(accounts))):
        for make in (hashlib.sha256, hashlib.sha1, hashlib.md5, hashlib.blake2b):
            found |= {
                make(joined.encode()).hexdigest()[:12].encode(),
                make(joined.encode()).hexdigest()[:12].upper().encode(),
            }
    for key in (b"", bytes(32), b"graphlink"):
        found |= {letters.encode() for letters in mint_ids({0: list(accounts)}, FIRST, (), key).values()}
    return found


def test_no_guess_is_confirmed_by_what_is_left(tmp_path, says, monkeypatch):
    settings = write_world(tmp_path / "world", WEEKS[:2])
    monkeypatch.chdir(settings.parent)
    sweep(settings, FIRST, init=True)
    sweep(settings, SECOND)
    words = ("--by", "li", "--note", "asked", "--config", "graphlink.toml", "--sweeps", "delete", "--backups")
    says("forget", GONE, *words)
    key = read_key(settings.parent / "state")
    (settings.parent / "state" / "state.key").unlink()  # whoever has it can try names: docs/security.md says so
    (settings.parent / "state" / "backups" / "state.key").unlink()
    shutil.rmtree(settings.parent / "exports")
    left = b"".join(
        path.read_bytes() for path in settings.parent.rglob("*") if path.is_file() and not path.is_symlink()
    )
    assert GONE.encode() not in left
    ids = set(re.findall(rb"R-2026-W\d\d-[0-9A-Z]{6}", left))
    assert mint_ids({0: [*OTHERS, GONE]}, FIRST, (), key.ids)[0].encode() in ids  # the ring is still known by it
    for guess in GUESSES:
        for accounts in ([guess], [*OTHERS, guess], *([guess, other] for other in OTHERS)):
            assert not any(trace in left for trace in traces(accounts)), accounts


def test_one_key_gives_one_id_and_another_key_another(tmp_path):
    ids = []
    for number, secret in enumerate((bytes(range(32)), bytes(range(32)), bytes(range(1, 33)))):
        settings = write_world(tmp_path / f"world {number}", WEEKS[:1])
        (settings.parent / "state" / "state.key").write_text(secret.hex() + "\n")
        sweep(settings, FIRST, init=True)
        with open_state(settings.parent / "state") as state:
            ids.append({ring.ring_id for ring in known_rings(state)})
    one, again, other = ids
    assert one == again
    assert not one & other
    assert len(one) == len(other)
