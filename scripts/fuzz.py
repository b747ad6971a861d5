"""Fuzz the readers and the normalisers: inputs grow towards branches of the code that none has reached yet.

    NUMBA_DISABLE_JIT=1 .venv/bin/python scripts/fuzz.py [--seconds 300] [--keep fuzzed]

Compiled loops show no branches, so they run uncompiled. The first byte of an input says who reads it: a format, or a
normaliser, which gets one value for each line and must say of the first among the others what it says of it alone. What
ends otherwise than with a message of ours is written to the folder ``--keep`` and told with its traceback. Inputs begin
from tests/fuzz/, which each change also runs through (tests/product/test_fuzzing.py); ``--once`` does that and no more.
"""

from __future__ import annotations

import argparse
import importlib
import os
import sys
import tempfile
import warnings
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Callable

ROOT: Final = Path(__file__).parent.parent
CORPUS: Final = ROOT / "tests" / "fuzz"
FORMATS: Final = ("csv", "jsonl", "parquet", "tsv")
LONGEST: Final = 2_048
"""Bytes of an input: what is short is tried more often."""


class Reading:
    """Reads an input as the program does, in a folder of its own."""

    def __init__(self, folder: Path) -> None:
        import numpy as np  # noqa: PLC0415  instrumented where they are imported
        import pyarrow as pa  # noqa: PLC0415

        from graphlink import pipeline  # noqa: PLC0415
        from graphlink.config.settings import Config  # noqa: PLC0415
        from graphlink.reading.normalise.table import NORMALISERS  # noqa: PLC0415
        from graphlink.words.errors import GraphlinkError  # noqa: PLC0415

        np.seterr(over="ignore")  # hashes run over, as they do where they are compiled
        self._folder = folder
        self._array: Callable[[list[str | None]], Any] = lambda values: pa.array(values, pa.string())
        self._read = pipeline.read
        self._config = Config.model_validate({"reading": {"max_reject_share": 1.0}})
        self._normalisers = [NORMALISERS[name] for name in sorted(NORMALISERS)]
        self._refusal = GraphlinkError

    def __call__(self, data: bytes) -> None:
        """Read one input."""
        if not data:
            return
        kind, rest = data[0], bytes(data[1:])
        if kind < len(FORMATS):
            self._file(FORMATS[kind], rest)
        else:
            normalise = self._normalisers[kind % len(self._normalisers)]
            self._column(normalise, rest.decode(errors="replace").split("\n"))

    def _file(self, ending: str, data: bytes) -> None:
        path = self._folder / f"a.{ending}"
        path.write_bytes(data)
        try:
            rows = self._read([path], self._config).rows
        except self._refusal as error:
            if error.exit_code == 1:
                raise
            return
        if rows.rows_in != rows.accepted + rows.rejected + rows.duplicates + rows.out_of_window:
            raise AssertionError(f"{rows} do not add up")

    def _column(self, normalise: Callable[[Any], Any], texts: list[str]) -> None:
        values = [None if text == "\0" else text for text in texts]
        among, alone = (normalise(self._array(some)) for some in (values, values[:1]))
        for name, signals in among.signals.items():
            if len(signals) != len(values):
                raise AssertionError(f"{len(signals)} of {len(values)} values of {name}")
        if normalise.__name__ != "uuid_text":  # which takes a number for an id where another stands beside it
            one, other = (
                ({name: each[0].as_py() for name, each in told.signals.items()}, bool(told.unlinkable[0]))
                for told in (among, alone)
            )
            if one != other:
                raise AssertionError(f"{values[0]!r} is {other} alone and {one} among others")


def main() -> None:
    """Fuzz, or read the corpus once."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--seconds", type=int, default=300)
    parser.add_argument("--keep", type=Path, default=Path("fuzzed"))
    parser.add_argument("--once", action="store_true")
    options = parser.parse_args()
    if os.environ.get("NUMBA_DISABLE_JIT") != "1":
        sys.exit("set NUMBA_DISABLE_JIT=1: compiled loops show no branches")
    warnings.simplefilter("ignore")
    with tempfile.TemporaryDirectory() as folder:
        if options.once:
            reading = Reading(Path(folder))
            for path in sorted(CORPUS.iterdir()):
                reading(path.read_bytes())
            print(f"{len(list(CORPUS.iterdir()))} inputs of {CORPUS.name}/ were read or refused")
            return
        try:
            atheris = importlib.import_module("atheris")
        except ModuleNotFoundError:
            sys.exit("atheris is not installed (make fuzz installs it)")
        with atheris.instrument_imports(include=["graphlink"]):
            reading = Reading(Path(folder))
        options.keep.mkdir(exist_ok=True)
        grown = Path(folder) / "grown"  # what is found on the way stays out of the tests
        grown.mkdir()
        words = [f"-max_total_time={options.seconds}", f"-max_len={LONGEST}", f"-artifact_prefix={options.keep}/"]
        atheris.Setup([sys.argv[0], *words, "-timeout=60", "-rss_limit_mb=3000", str(grown), str(CORPUS)], reading)
        atheris.Fuzz()


if __name__ == "__main__":
    main()
