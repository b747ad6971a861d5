"""Counts lines of code and numbers written into it: ``python scripts/count_code.py PATH... [--at COMMIT]``.

A line of code is not blank and neither comment nor docstring. A number is a literal other than 0, 1 and 2.
"""

from __future__ import annotations

import argparse
import ast
import io
import subprocess
import tokenize
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT: Final = Path(__file__).resolve().parents[1]
_NO_CODE: Final = frozenset(
    {tokenize.COMMENT, tokenize.NL, tokenize.NEWLINE, tokenize.INDENT, tokenize.DEDENT, tokenize.ENDMARKER}
)


def main() -> None:
    """Print a line for each file, and the sums."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("paths", nargs="+", metavar="PATH", help="files, or folders of Python files")
    parser.add_argument("--at", metavar="COMMIT", default="HEAD", help="count them as they are in this commit")
    arguments = parser.parse_args()
    lines = numbers = whole = 0
    for path, text in _sources(arguments.paths, arguments.at):
        n_lines, n_numbers, n_whole = count_lines(text), count_numbers(text), len(text.splitlines())
        lines, numbers, whole = lines + n_lines, numbers + n_numbers, whole + n_whole
        print(f"{n_lines:>8,} {n_numbers:>6,} {n_whole:>8,}  {path}")
    print(f"{lines:>8,} {numbers:>6,} {whole:>8,}  lines of code, numbers, lines in all")


def count_lines(text: str) -> int:
    r"""Count the lines of code.

    Examples
    --------
    >>> count_lines('"A docstring."\n\nx = 1  # a comment\n# another\ny = (\n    2\n)\n')
    4
    """
    told: set[int] = set()
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str):
            told.update(range(node.lineno, (node.end_lineno or node.lineno) + 1))
    used: set[int] = set()
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        if token.type not in _NO_CODE:
            used.update(range(token.start[0], token.end[0] + 1))
    return len(used - told)


def count_numbers(text: str) -> int:
    r"""Count the numbers other than 0, 1 and 2.

    Examples
    --------
    >>> count_numbers("x = [0, 1.0, 0.25, 6]\n")
    2
    """
    constants = (node.value for node in ast.walk(ast.parse(text)) if isinstance(node, ast.Constant))
    return sum(type(value) in (int, float) and value not in (0, 1, 2) for value in constants)


def _sources(paths: list[str], commit: str) -> Iterator[tuple[str, str]]:
    listed = _git("ls-tree", "-r", "--name-only", commit, "--", *paths).splitlines()
    for path in sorted(listed):
        if PurePosixPath(path).suffix == ".py":
            yield path, _git("show", f"{commit}:{path}")


def _git(*words: str) -> str:
    return subprocess.run(["git", *words], cwd=ROOT, capture_output=True, text=True, check=True).stdout


if __name__ == "__main__":
    main()
