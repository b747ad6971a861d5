"""The format and the compression of a file by its name, or that it is no export."""

from pathlib import Path, PurePath
from typing import Final

from graphlink.config.settings import Format
from graphlink.engine.files import load_json
from graphlink.words.errors import UNREADABLE

_FORMATS: Final[dict[str, Format]] = {
    ".csv": "csv",
    ".tsv": "tsv",
    ".tab": "tsv",
    ".jsonl": "jsonl",
    ".ndjson": "jsonl",
    ".json": "jsonl",
    ".parquet": "parquet",
    ".pq": "parquet",
}
COMPRESSIONS: Final = {".gz": "gz", ".zst": "zst"}
MANIFEST: Final = "manifest.json"
_NOT_EXPORTS: Final = frozenset({MANIFEST, "graphlink.toml"})


def format_of(name: str) -> tuple[Format, str] | None:
    """The format and the compression in a name; None if it has no known format.

    Examples
    --------
    >>> format_of("Logins.CSV.gz"), format_of("events.pq"), format_of("README.md")
    (('csv', '.gz'), ('parquet', ''), None)
    """
    name = name.lower()
    compression = next((ending for ending in COMPRESSIONS if name.endswith(ending)), "")
    kind = _FORMATS.get(PurePath(name.removesuffix(compression)).suffix)
    if kind is None or (kind == "parquet" and compression):
        return None
    return kind, compression


def is_ours(name: str) -> bool:
    """True for names of files that graphlink or its operator puts beside exports."""
    return name in _NOT_EXPORTS


def is_hidden(name: str) -> bool:
    """Whether a file or a folder is passed over, as hidden ones and Spark's `_SUCCESS` are."""
    return name.startswith((".", "_"))


def may_be_export(name: str, told: Format | None) -> bool:
    """Whether a file of this name, found in a folder, is read; ``told`` is the format that the settings say.

    Examples
    --------
    >>> may_be_export("README.md", None), may_be_export("dump.dat", "csv"), may_be_export("manifest.json", None)
    (False, True, False)
    """
    return not is_ours(name) and (told is not None or format_of(name) is not None)


_MANIFESTS: Final = ("run.json", "manifest.json")


def is_own(folder: Path) -> bool:
    """Whether the manifest in a folder says that graphlink wrote it."""
    return any(_is_ours(folder / name) for name in _MANIFESTS)


def _is_ours(manifest: Path) -> bool:
    if not manifest.is_file():
        return False
    try:
        document = load_json(manifest)
    except UNREADABLE:
        return False  # of another program, or an exporter's that is refused where it is read
    return isinstance(document, dict) and str(document.get("format", "")).startswith("graphlink-")
