"""CSV and TSV: a stream of bytes in, batches of text columns out.

The header is judged first. Then blocks of whole records are cut, defective records are set aside, and Arrow parses
what is left, which is flawless by then; so it never has to guess, and counts as many rows as were cut.
"""

import csv
import io
import re
from collections.abc import Iterator
from contextlib import suppress
from itertools import chain, islice
from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.csv as pa_csv

from graphlink.config.settings import ReadingConfig
from graphlink.engine.threads import prefetch
from graphlink.model.arrays import Bools
from graphlink.reading.columns.layout import Layout
from graphlink.reading.columns.suggestions import look_at
from graphlink.reading.formats.batch import OTHER_ENCODING, Batch, TextTable
from graphlink.reading.formats.record_splitter import Cutter
from graphlink.reading.formats.streams import ByteStream, refuse_other_text
from graphlink.reading.formats.structure import Block, Defect, Dialect, count_lines, first_record
from graphlink.words.errors import InputError, Place
from graphlink.words.escape import printable

_LOOKED_AT: Final = 1 << 16
_MOST_ROWS: Final = 500
"""Bytes and rows below the first line that are compared with it: they may show that it is no header."""


_FOR_EXCEL: Final = re.compile(rb"sep=[^\r\n]\r?\n")
"""A line before the header that gives Excel the separator."""


class DelimitedTable(TextTable):
    """A CSV or TSV file."""

    def __init__(
        self, stream: ByteStream, name: str, delimiter: str, limits: ReadingConfig, *, complete: bool = False
    ) -> None:
        super().__init__(stream, name)
        self._delimiter = delimiter
        first, mark = self._first, self._mark
        refuse_other_text(first, Place(name))
        if told := _FOR_EXCEL.match(first, mark):
            mark = told.end()
        found = first_record(first[mark:], ord(delimiter))
        if found is None:
            raise self._no_header(first[mark:])
        start, end = found[0] + mark, found[1] + mark
        self._header = first[start:end].rstrip(b"\r")
        self.names = self._read_header()
        self._first = first[end + 1 :]
        self.first_line = look_at(self.names, self._rows_below())
        dialect = Dialect(ord(delimiter), len(self.names), limits.max_row_bytes, limits.max_value_bytes, complete)
        self._cutter = Cutter(dialect, Place(name), end + 1, 1 + count_lines(first[: end + 1]))

    def batches(self, layout: Layout) -> Iterator[Batch]:
        """Give all rows, once; while one batch is looked at, the next is parsed."""
        blocks = chain(self._cut(self._first), self._cutter.finish())
        return prefetch(self._batch(block, layout) for block in blocks)

    # --- header ---

    def _no_header(self, data: bytes) -> InputError:
        if not data.strip():
            return InputError("GL102", self._name, "blank file; expected a header", "ask for the export again")
        what = "cut short: the first line has no end"
        return InputError("GL108", Place(self._name, 1), what, "ask for the export again")

    def _read_header(self) -> tuple[str, ...]:
        names = self._split(self._delimiter)
        if len(names) == 1:
            for other in ",;\t|":
                if other != self._delimiter and len(self._split(other)) > 1:
                    shown = {"\t": "tab"}.get(other, other)
                    spelled = "\\t" if other == "\t" else other
                    what = f"the separator is `{shown}`"
                    fix = f'delimiter = "{spelled}" below [[sources]], in a file that --config names'
                    raise InputError("GL123", Place(self._name, 1), what, fix)
        return names

    def _split(self, delimiter: str) -> tuple[str, ...]:
        try:
            text = self._header.decode()
            rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True))
        except UnicodeDecodeError as error:
            what = f"not UTF-8 (first bad byte {self._header[error.start]:#04x})"
            where = Place(self._name, 1, byte=error.start)
            raise InputError("GL112", where, what, OTHER_ENCODING) from None
        except csv.Error as error:
            what = f"the header cannot be read ({printable(str(error))})"
            raise InputError("GL121", Place(self._name, 1), what, "export with a header line") from None
        return tuple(rows[0])

    def _rows_below(self) -> list[list[str]]:
        """The first rows, which may show that the header is one of them."""
        text = self._first[:_LOOKED_AT].decode(errors="replace")
        rows: list[list[str]] = []
        with suppress(csv.Error):  # reported where the rows are read
            rows.extend(islice(csv.reader(io.StringIO(text, newline=""), delimiter=self._delimiter), _MOST_ROWS))
        return rows

    # --- rows ---

    def _batch(self, block: Block, layout: Layout) -> Batch:
        if self._header in block.data:
            for record in range(len(block)):
                if block.raw(record) == self._header:
                    block.defects.setdefault(record, Defect("GL214", "the header again"))
        good = block.good
        return self._batch_of(block, np.flatnonzero(good), self._parse(block, good, layout))

    def _parse(self, block: Block, good: Bools, layout: Layout) -> dict[int, pa.Array]:
        n_good = int(good.sum())
        if n_good == 0:
            return {position: pa.array([], pa.string()) for position in layout.used}
        text = block.text(good)
        names = [str(position) for position in range(len(self.names))]
        used = [names[position] for position in layout.used]
        table = pa_csv.read_csv(
            pa.BufferReader(text),
            pa_csv.ReadOptions(use_threads=False, block_size=len(text) + 1, column_names=names),
            pa_csv.ParseOptions(delimiter=self._delimiter, newlines_in_values=b'"' in text),
            pa_csv.ConvertOptions(
                column_types=dict.fromkeys(used, pa.string()),  # Arrow's own code has no key
                include_columns=used,
                strings_can_be_null=False,
                check_utf8=False,  # judged while cutting
            ),
        )
        if table.num_rows != n_good:
            what = f"{n_good} rows cut, {table.num_rows} parsed"
            raise InputError("GL001", Place(self._name, int(block.lines[0])), what, "report this as a bug")
        return {position: table[str(position)].combine_chunks() for position in layout.used}
