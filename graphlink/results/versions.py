"""The versions that results depend on: of graphlink's packages, and of the weights that verdicts come from."""

import re
from functools import cache
from hashlib import sha256
from importlib.metadata import requires, version
from importlib.resources import files


def current_versions() -> dict[str, str]:
    """The version of every package that graphlink itself asks for, and the digests of the scorecard's files."""
    always = [wanted for wanted in requires("graphlink") or () if "extra ==" not in wanted]
    packages = sorted(re.split(r"[^\w.-]", wanted)[0] for wanted in always)
    return {name: version(name) for name in packages} | _card_digests()


@cache
def _card_digests() -> dict[str, str]:
    """The SHA-256 of the files of weights that verdicts depend on, by name."""
    here = files("graphlink.rings")
    return {
        name: sha256((here / name).read_bytes()).hexdigest() for name in ("scorecard.toml", "scorecard_reference.csv")
    }
