"""The meaning of each word of graphlink, once: the report, the README and the help use this table."""

import tomllib
from pathlib import Path
from typing import Final

GLOSSARY: Final[dict[str, str]] = tomllib.loads(Path(__file__).with_name("glossary.toml").read_text("utf-8"))
"""The meaning of each word of graphlink, in one sentence or two."""
