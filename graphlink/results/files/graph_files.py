r"""The reported rings as a bipartite graph: GraphML for Gephi, networkx and igraph, and GEXF 1.3, which Gephi prefers.

Accounts and their signals go in, a stream of XML comes out. The writers are our own because those of networkx and
igraph write malformed files for control characters: here a character that XML 1.0 lacks is shown as ``\u{XX}``, and a
strict parser returns every other one unchanged. A missing value is left out.
"""

import re
from typing import BinaryIO, Final
from xml.sax.saxutils import escape

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from graphlink.model.arrays import Int64s
from graphlink.model.findings import Findings
from graphlink.results.columns import Field, Kind
from graphlink.results.files.ring_graph import CHUNK, ELEMENTS, XML_TYPES, fitting_graph, ring_graph
from graphlink.results.tables import column_text, join_text, lines_of, map_unusual
from graphlink.results.text import visible

_OWN: Final = {"node": "label", "edge": "weight"}
"""What GEXF has a place of its own for."""


MOST: Final = 15_000_000
"""Bytes of a run's graph at most: what a program for graphs still opens."""


def write_graphml(file: BinaryIO, findings: Findings, most: int | None = None) -> None:
    """Write the accounts of the rings, their signals and their edges; ``most`` bytes of them, in rank order."""
    graph = ring_graph(findings) if most is None else fitting_graph(findings, most - _HEAD, _size)
    keys = "".join(
        f'<key id="{element[0]}_{key.name}" for="{element}" attr.name="{key.name}" '
        f'attr.type="{XML_TYPES.get(key.kind, "string")}"/>\n'
        for element, fields in ELEMENTS.items()
        for key in fields
    )
    head = (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<graphml xmlns="http://graphml.graphdrawing.org/xmlns" '
        'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" '
        'xsi:schemaLocation="http://graphml.graphdrawing.org/xmlns '
        'http://graphml.graphdrawing.org/xmlns/1.0/graphml.xsd">\n'
        f'{keys}<graph id="rings" edgedefault="undirected">\n'
    )
    file.write(head.encode())
    if graph.told:
        file.write(f"<desc>{graph.told}</desc>\n".encode())
    for element, fields in ELEMENTS.items():
        file.writelines(lines_of(_in_graphml(frame, element, fields)) for frame in graph.pieces(element))
    file.write(b"</graph>\n</graphml>\n")


_HEAD: Final = 4_096
"""Bytes of all that is around nodes and edges."""


def _size(frame: pd.DataFrame, element: str) -> Int64s:
    """The bytes that each row takes in the file."""
    rows = (_in_graphml(frame.iloc[at : at + CHUNK], element, ELEMENTS[element]) for at in range(0, len(frame), CHUNK))
    sizes = [pc.binary_length(texts).to_numpy().astype(np.int64) + 1 for texts in rows]
    return np.concatenate(sizes) if sizes else np.zeros(0, np.int64)


def _in_graphml(frame: pd.DataFrame, element: str, keys: tuple[Field, ...]) -> pa.LargeStringArray:
    if element == "node":
        opening = join_text('<node id="', _ids(frame, "id"), '">')
    else:
        opening = join_text('<edge source="', _ids(frame, "source"), '" target="', _ids(frame, "target"), '">')
    data = [_optional(f'<data key="{element[0]}_{key.name}">', frame, key, "</data>") for key in keys]
    return join_text(opening, *data, f"</{element}>")


def write_gexf(file: BinaryIO, findings: Findings) -> None:
    """Write the nodes, edges and attributes of the GraphML file in GEXF."""
    graph = ring_graph(findings)
    declared = "".join(
        f'<attributes class="{name}" mode="static">\n'
        + "".join(
            f'<attribute id="{field.name}" title="{field.name}" type="{XML_TYPES.get(field.kind, "string")}"/>\n'
            for field in fields
            if field.name != _OWN[name]
        )
        + "</attributes>\n"
        for name, fields in ELEMENTS.items()
    )
    head = (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<gexf xmlns="http://gexf.net/1.3" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" '
        'xsi:schemaLocation="http://gexf.net/1.3 http://gexf.net/1.3/gexf.xsd" version="1.3">\n'
        "<meta>\n<creator>graphlink</creator>\n<description>Accounts and the signals that tie them</description>\n"
        '</meta>\n<graph mode="static" defaultedgetype="undirected">\n' + declared
    )
    file.write(head.encode())
    for name, fields in ELEMENTS.items():
        file.write(f"<{name}s>\n".encode())
        file.writelines(lines_of(_in_gexf(frame, name, fields)) for frame in graph.pieces(name))
        file.write(f"</{name}s>\n".encode())
    file.write(b"</graph>\n</gexf>\n")


def _in_gexf(frame: pd.DataFrame, name: str, fields: tuple[Field, ...]) -> pa.LargeStringArray:
    if name == "node":
        opening = join_text('<node id="', _ids(frame, "id"), '"')
    else:
        ends = _ids(frame, "source"), _ids(frame, "target")
        opening = join_text('<edge id="', ends[0], "-", ends[1], '" source="', ends[0], '" target="', ends[1], '"')
    own = next(_optional(f' {field.name}="', frame, field, '"') for field in fields if field.name == _OWN[name])
    values = [
        _optional(f'<attvalue for="{field.name}" value="', frame, field, '"/>')
        for field in fields
        if field.name != _OWN[name]
    ]
    return join_text(opening, own, "><attvalues>", *values, f"</attvalues></{name}>")


def _ids(frame: pd.DataFrame, column: str) -> pa.LargeStringArray:
    return column_text(frame, Field(column))


def _optional(before: str, frame: pd.DataFrame, field: Field, after: str) -> pa.LargeStringArray:
    """The value within its markup, or nothing if it is missing."""
    cells = column_text(frame, field)
    if field.kind is Kind.TEXT:
        cells = map_unusual(cells, _PLAIN, xml_text)
    return pc.fill_null(join_text(before, cells, after), "")


_PLAIN: Final = r"[\x20\x21\x23-\x25\x27-\x3B\x3D\x3F-\x7E]"
"""ASCII characters that need no escaping, as a class of RE2."""

_NOT_XML: Final = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
# Parsers turn a bare carriage return into a line feed, and in an attribute all three into blanks; as references they
# come back as they were.
_BLANKS: Final = {"\t": "&#9;", "\n": "&#10;", "\r": "&#13;", '"': "&quot;"}


def xml_text(text: str) -> str:
    r"""Escape a text for XML 1.0, in an element or a quoted attribute, so that a strict parser returns it unchanged.

    Examples
    --------
    >>> xml_text('a<b>\r"&"\x1b')
    'a&lt;b&gt;&#13;&quot;&amp;&quot;\\u{1B}'
    """
    return escape(_NOT_XML.sub(lambda match: visible(match[0]), text), _BLANKS)
