r"""The reported rings as a bipartite graph in GEXF 1.3, which Gephi opens first.

It has the nodes, edges and attributes of the GraphML file. The writer is our own for the same reason: a character that
XML 1.0 lacks is shown as ``\u{XX}``, and a strict parser returns every other character unchanged.
"""

from typing import BinaryIO, Final

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from graphlink.model.findings import Findings
from graphlink.results.columns import Field, Kind
from graphlink.results.files.ring_graph import ELEMENTS, XML_TYPES, ring_graph
from graphlink.results.files.xml_text import xml_text
from graphlink.results.tables import column_text, join_text, lines_of, map_distinct

# What GEXF has a place of its own for.
_LABEL: Final = "label"
_WEIGHT: Final = "weight"


def write_gexf(file: BinaryIO, findings: Findings) -> None:
    """Write the accounts of the rings, their signals and their edges, as far as a program can draw them."""
    graph = ring_graph(findings)
    file.write(_head().encode())
    for name, fields in ELEMENTS.items():
        file.write(f"<{name}s>\n".encode())
        file.writelines(lines_of(_elements(frame, name, fields)) for frame in graph.pieces(name))
        file.write(f"</{name}s>\n".encode())
    file.write(b"</graph>\n</gexf>\n")


def _head() -> str:
    declared = "".join(
        f'<attributes class="{name}" mode="static">\n'
        + "".join(
            f'<attribute id="{field.name}" title="{field.name}" type="{XML_TYPES.get(field.kind, "string")}"/>\n'
            for field in _attributes(fields)
        )
        + "</attributes>\n"
        for name, fields in ELEMENTS.items()
    )
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<gexf xmlns="http://gexf.net/1.3" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" '
        'xsi:schemaLocation="http://gexf.net/1.3 http://gexf.net/1.3/gexf.xsd" version="1.3">\n'
        "<meta>\n<creator>graphlink</creator>\n<description>Accounts and the signals that tie them</description>\n"
        '</meta>\n<graph mode="static" defaultedgetype="undirected">\n' + declared
    )


def _attributes(fields: tuple[Field, ...]) -> tuple[Field, ...]:
    return tuple(field for field in fields if field.name not in (_LABEL, _WEIGHT))


def _elements(frame: pd.DataFrame, name: str, fields: tuple[Field, ...]) -> pa.LargeStringArray:
    values = [_optional(f'<attvalue for="{field.name}" value="', _cells(frame, field)) for field in _attributes(fields)]
    if name == "node":
        opening = join_text('<node id="', _names(frame, "id"), '"')
        own = next(field for field in fields if field.name == _LABEL)
    else:
        ends = _names(frame, "source"), _names(frame, "target")
        opening = join_text('<edge id="', ends[0], "-", ends[1], '" source="', ends[0], '" target="', ends[1], '"')
        own = next(field for field in fields if field.name == _WEIGHT)
    attribute = pc.fill_null(join_text(f' {own.name}="', _cells(frame, own), '"'), "")
    return join_text(opening, attribute, "><attvalues>", *values, f"</attvalues></{name}>")


def _names(frame: pd.DataFrame, column: str) -> pa.LargeStringArray:
    return column_text(frame, Field(column))


def _optional(opening: str, cells: pa.LargeStringArray) -> pa.LargeStringArray:
    """An empty element if there is a value, else nothing."""
    return pc.fill_null(join_text(opening, cells, '"/>'), "")


def _cells(frame: pd.DataFrame, field: Field) -> pa.LargeStringArray:
    cells = column_text(frame, field)
    return map_distinct(cells, xml_text) if field.kind is Kind.TEXT else cells
