"""A small CSV file that a person wrote or exported: its header and its rows, each as long as the header."""

import csv
import io
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

from graphlink.engine.files import open_file

MOST_BYTES: Final = 1 << 26
"""The size limit of such a file; this is a million rows."""

Refuse = Callable[[int | None, str, str], None]
"""Receives a mistake: its line, what is wrong, and what to do."""


def read_small_table(path: Path, of: str, refuse: Refuse) -> Iterator[tuple[int, list[str]]]:
    """Yield the header, then the rows, each with the line on which it ends; empty lines are left out.

    What cannot be read is refused; ``of`` says what the file is of. A row of another length is refused and left out.
    """
    text = _text(path, of, refuse)
    if text is None:
        return
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    try:
        header = [name.strip() for name in next(reader, [])]
        other = next((each for each in ";\t" if len(header) == 1 and each in header[0]), "")
        if other:
            shown = "tab" if other == "\t" else other
            refuse(1, f"the separator is `{shown}`", "save it with commas between the columns")
            return
        for name in sorted({name for name in header if header.count(name) > 1}):
            refuse(1, f"column {name!r} is twice", "name each column once")
        yield 1, header
        for cells in reader:
            if cells and len(cells) != len(header):
                refuse(reader.line_num, f"{len(cells)} fields, expected {len(header)}", "quote values that hold commas")
            elif cells:
                yield reader.line_num, cells
    except csv.Error as error:
        refuse(reader.line_num, f"no CSV: {error}", "quote values, and double quotes inside them")


def _text(path: Path, of: str, refuse: Refuse) -> str | None:
    try:
        with open_file(path) as file:
            content = file.read(MOST_BYTES + 1)
        text = content.decode("utf-8-sig")
    except OSError as error:
        refuse(None, f"cannot be read ({error.strerror})", f"name a CSV file of {of}")
    except UnicodeDecodeError as error:
        refuse(content.count(b"\n", 0, error.start) + 1, "not UTF-8", "save it as UTF-8")
    else:
        if len(content) <= MOST_BYTES and "\0" not in text:
            return text
        if len(content) > MOST_BYTES:
            refuse(None, f"over {MOST_BYTES:,} bytes", f"name files of {of}, not exports")
        else:
            refuse(text.count("\n", 0, text.index("\0")) + 1, "a NUL character", "remove it")
    return None
