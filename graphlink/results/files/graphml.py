r"""The reported rings as a bipartite graph in GraphML, for Gephi, networkx and igraph.

Accounts and their signals go in, a stream of XML comes out. The writer is our own because those of networkx and igraph
write malformed files for control characters: here a character that XML 1.0 lacks is shown as ``\u{XX}``. A missing
value is left out.
"""

from typing import BinaryIO

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from graphlink.model.findings import Findings
from graphlink.results.columns import Field, Kind
from graphlink.results.files.ring_graph import ELEMENTS, XML_TYPES, ring_graph
from graphlink.results.files.xml_text import PLAIN, xml_text
from graphlink.results.tables import column_text, join_text, lines_of, map_unusual


def write_graphml(file: BinaryIO, findings: Findings) -> None:
    """Write the accounts of the rings, their signals and their edges, as far as a program can draw them."""
    graph = ring_graph(findings)
    file.write(_head().encode())
    for element, keys in ELEMENTS.items():
        file.writelines(lines_of(_elements(frame, element, keys)) for frame in graph.pieces(element))
    file.write(b"</graph>\n</graphml>\n")


def _head() -> str:
    keys = "".join(
        f'<key id="{element[0]}_{key.name}" for="{element}" attr.name="{key.name}" '
        f'attr.type="{XML_TYPES.get(key.kind, "string")}"/>\n'
        for element, fields in ELEMENTS.items()
        for key in fields
    )
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<graphml xmlns="http://graphml.graphdrawing.org/xmlns" '
        'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" '
        'xsi:schemaLocation="http://graphml.graphdrawing.org/xmlns '
        'http://graphml.graphdrawing.org/xmlns/1.0/graphml.xsd">\n'
        f'{keys}<graph id="rings" edgedefault="undirected">\n'
    )


def _elements(frame: pd.DataFrame, element: str, keys: tuple[Field, ...]) -> pa.LargeStringArray:
    if element == "node":
        opening = join_text('<node id="', _ids(frame, "id"), '">')
    else:
        opening = join_text('<edge source="', _ids(frame, "source"), '" target="', _ids(frame, "target"), '">')
    data = [_data(frame, key, element[0]) for key in keys]
    return join_text(opening, *data, f"</{element}>")


def _ids(frame: pd.DataFrame, name: str) -> pa.LargeStringArray:
    return column_text(frame, Field(name))


def _data(frame: pd.DataFrame, key: Field, prefix: str) -> pa.LargeStringArray:
    cells = column_text(frame, key)
    if key.kind is Kind.TEXT:
        cells = map_unusual(cells, PLAIN, xml_text)
    return pc.fill_null(join_text(f'<data key="{prefix}_{key.name}">', cells, "</data>"), "")
