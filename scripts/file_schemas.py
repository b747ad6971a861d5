"""The schema of every published file, made from what its writer declares.

A schema is JSON Schema 2020-12. That of a table describes one row: of CSV, cells as text; of Parquet, values, with the
type of each column as pyarrow names it (`x-arrow`). That of JSON Lines describes one line.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

from pydantic import TypeAdapter

from graphlink.config.settings import Config
from graphlink.model.calibration import Calibration
from graphlink.model.findings import Campaign, Chance, Totals
from graphlink.model.rows import RowCounts
from graphlink.model.sweeps import Lineage, Ruling
from graphlink.results.columns import Kind
from graphlink.results.files.action_file import ACTIONS, COUNTS
from graphlink.results.files.ring_graph import ELEMENTS, XML_TYPES
from graphlink.results.files.stored_tables import TYPES
from graphlink.results.formats import CHANGES
from graphlink.results.stored_schema import STORED, TRACE
from graphlink.results.tables import TABLES
from graphlink.sweeps.documents import Before

if TYPE_CHECKING:
    from collections.abc import Iterable

    from graphlink.results.columns import Field, Table

Schema = dict[str, Any]

TEXT: Final[Schema] = {"type": "string"}
WHOLE: Final[Schema] = {"type": "integer"}
NUMBER: Final[Schema] = {"type": "number"}
FLAG: Final[Schema] = {"type": "boolean"}
DIGEST: Final[Schema] = {"type": "string", "pattern": "^[0-9a-f]{64}$"}
TIME: Final[Schema] = {"type": "string", "pattern": r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,6})?Z$"}


def file_schemas() -> dict[str, Schema]:
    """Make the schema of each published file, by its name in the folder of a run or sweep."""
    made = {
        **{f"{table.name}.csv": of_csv(table) for table in (*TABLES, ACTIONS, COUNTS)},
        **{table.file: of_parquet(table) for table in (*STORED, TRACE)},
        "rings.json": of_rings_json(),
        "run.json": of_run_json(),
        "rejects.jsonl": of_rejects(),
        "graph.graphml": of_graphml(),
        "inputs.json": of_inputs(),
        **{f"{kind.__name__.lower()}.json": of_dataclass(kind) for kind in (Before, Lineage, Ruling)},
    }
    return {name: headed(name, made[name]) for name in CHANGES}


def headed(name: str, schema: Schema) -> Schema:
    """Put a name, a version and its changes at the head of a schema."""
    changes = CHANGES[name]
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": name,
        "x-format-version": len(changes),
        "x-changes": list(changes),
        **{key: value for key, value in schema.items() if key != "title"},
    }


def of_records(properties: Mapping[str, Schema], row: str = "", optional: Iterable[str] = ()) -> Schema:
    """Make the schema of an object with exactly these members."""
    schema = {
        "type": "object",
        "properties": dict(properties),
        "required": sorted(properties.keys() - {*optional}),
        "additionalProperties": False,
    }
    return {"description": row, **schema} if row else schema


def of_map(values: Schema) -> Schema:
    """Make the schema of an object with members of any name."""
    return {"type": "object", "additionalProperties": values}


def nullable(schema: Schema) -> Schema:
    """Make the schema of a value that may be missing."""
    return {"anyOf": [schema, {"type": "null"}]}


def told(field: Field, schema: Schema) -> Schema:
    """Add to a column's schema what it means, and whether a stranger may have written it."""
    untrusted = {"x-untrusted": True} if field.is_untrusted else {}
    return {**schema, **({"description": field.means} if field.means else {}), **untrusted}


def of_csv(table: Table) -> Schema:
    """Make the schema of a row of CSV, whose columns have this order; an empty cell is a missing value."""
    return of_records({field.name: told(field, _cell(field)) for field in table.fields}, f"A row is {table.row}.")


def _cell(field: Field) -> Schema:
    patterns = {
        Kind.COUNT: r"^\d*$",
        Kind.DECIMAL: rf"^(-?\d+\.\d{{{field.decimals}}})?$",
        Kind.FLAG: "^(true|false)?$",
        Kind.TIME: f"^({TIME['pattern'][1:-1]})?$",
    }
    return {"type": "string", **({"pattern": patterns[field.kind]} if field.kind in patterns else {})}


def of_parquet(table: Table) -> Schema:
    """Make the schema of a row of Parquet; any value may be null."""
    columns = {field.name: told(field, {"x-arrow": _as_read(field)}) for field in table.fields}
    return of_records(columns, f"A row is {table.row}.")


def _as_read(field: Field) -> str:
    """Name the type of a column as pyarrow reads it, whatever it was written from."""
    kind = re.sub(r"dictionary<values=(\w+),[^>]*>", r"\1", str(TYPES[field.kind]))
    return kind.replace("large_string", "string").replace("item: ", "element: ")


def of_rings_json() -> Schema:
    """Make the schema of ``rings.json``."""
    factor = of_records({"because": TEXT, "name": TEXT, "points": NUMBER})
    check = of_records({"because": TEXT, "explanation": TEXT, "fits": nullable(FLAG)})
    reasons = {
        "factors": {"type": "array", "items": factor},
        "checks": {"type": "array", "items": check},
        "survives": of_map(NUMBER),
    }
    tables = {
        table.name: {
            "type": "array",
            "items": of_records(
                {field.name: told(field, _value(field)) for field in table.fields}
                | (reasons if table.name == "rings" else {}),
                f"A row is {table.row}.",
            ),
        }
        for table in TABLES
    }
    share = nullable(NUMBER)
    stability = of_records(
        {
            "lost_share": NUMBER,
            "n_losses": WHOLE,
            "n_seeds": WHOLE,
            "rings": {
                "type": "array",
                "items": of_records({"ring_id": TEXT, "over_seeds": share, "over_losses": share}),
            },
        }
    )
    calibration = of_records({"base_rate": NUMBER, "n_accounts": WHOLE, "prior_bits": NUMBER, "threshold_bits": NUMBER})
    names = [table.name for table in TABLES]
    return of_records(
        {
            **tables,
            "calibration": calibration,
            "campaigns": {"type": "array", "items": of_dataclass(Campaign)},
            "chance": nullable(of_dataclass(Chance)),
            **_common("graphlink-rings", "rings.json"),
            "left_out": of_records(dict.fromkeys(names, WHOLE)),
            "stability": nullable(stability),
            "untrusted": of_records({name: {"type": "array", "items": TEXT} for name in names}),
        }
    )


def _common(form: str, name: str) -> dict[str, Schema]:
    """Give what ``rings.json`` and ``run.json`` both say of the run."""
    counted = of_map(of_records({"accounts": WHOLE, "groups": WHOLE}))
    return {
        "config_digest": DIGEST,
        "data_digest": DIGEST,
        "format": {"const": form},
        "format_version": {"const": len(CHANGES[name])},
        "graphlink": TEXT,
        "rows": of_dataclass(RowCounts),
        "seed": WHOLE,
        "totals": of_dataclass(Totals),
        "unlisted": counted,
        "window": of_records({name: {"anyOf": [TIME, {"const": ""}]} for name in ("as_of", "start", "end")}),
    }


def _value(field: Field) -> Schema:
    kinds = {
        Kind.COUNT: WHOLE,
        Kind.DECIMAL: NUMBER,
        Kind.FLAG: FLAG,
        Kind.TIME: TIME,
        Kind.NAMES: {"type": "array", "items": TEXT},
    }
    return nullable(kinds.get(field.kind, TEXT))


def of_run_json() -> Schema:
    """Make the schema of ``run.json``."""
    file = of_records({"bytes": WHOLE, "sha256": DIGEST, "format_version": nullable(WHOLE)})
    notice = of_records({"code": TEXT, "text": TEXT, "about_files": FLAG})
    exported = of_records(
        {
            "bytes": nullable(WHOLE),
            "format": TEXT,
            "name": TEXT,
            "rows": of_dataclass(RowCounts),
            "sha256": nullable(TEXT),
            "shape": TEXT,
        }
    )
    inputs = of_records(
        {
            "command": {"type": "array", "items": TEXT},
            "files": {"type": "array", "items": exported},
            "notices": {"type": "array", "items": notice},
            "outputs": of_map(file),
        }
    )
    calibration = of_dataclass(Calibration)
    first = of_records({"groups": WHOLE, "coordinated": WHOLE, "last_score": NUMBER, "wrong": NUMBER})
    return of_records(
        {
            **_common("graphlink-run", "run.json"),
            "calibration": {
                **calibration,
                "required": sorted({"n_accounts", "base_rate", "prior_bits", "threshold_bits"}),
            },
            "calibration_digest": DIGEST,
            "config": of_records({name: {} for name in Config.model_fields if name != "limits"}),
            "degraded": {"type": "array", "items": TEXT},
            "history": {**TEXT, "description": "of a sweep: the head of the state's history before it"},
            "expected": {
                **nullable(of_records({"ring_share": NUMBER, "first": {"type": "array", "items": first}})),
                "description": "of the first groups of the list: how many are expected to be wrong",
            },
            "inputs": inputs,
            "listed": of_map(of_records({"accounts": WHOLE, "groups": WHOLE})),
            "outputs": of_map(file),
            "placeholders": of_map({}),
            "pseudonyms": nullable(of_records({"key_id": TEXT})),
            "sampled": {"description": "what was compared in part, and of how much"},
            "unlike": {
                "type": "array",
                "items": TEXT,
                "description": "features whose values are unlike those of all worlds on which the card was fitted",
            },
            "versions": of_map(TEXT),
        },
        optional=("history", "sampled"),
    )


def of_rejects() -> Schema:
    """Make the schema of a line of ``rejects.jsonl``."""
    row = {
        "byte": nullable(WHOLE),
        "code": {"type": "string", "pattern": r"^GL\d{3}$"},
        "column": nullable(TEXT),
        "line": nullable(WHOLE),
        "reason": TEXT,
        "source": TEXT,
        "raw": {**TEXT, "x-untrusted": True},
        "raw_base64": {**TEXT, "x-untrusted": True},
    }
    return of_records(row, "A line is a row that was not used.", optional=("raw", "raw_base64"))


def of_graphml() -> Schema:
    """Make the schema of the graph: the data of each node and each edge, all of them optional."""
    elements = {
        element: of_records(
            {field.name: told(field, {"x-graphml": XML_TYPES.get(field.kind, "string")}) for field in fields},
            optional=[field.name for field in fields],
        )
        for element, fields in ELEMENTS.items()
    }
    return of_records(elements, "GraphML; each has the data that are known of it.")


def of_inputs() -> Schema:
    """Make the schema of what was seen of the exports before they were read."""
    names = {"type": "array", "items": TEXT}
    properties = {
        "digest": DIGEST,
        "files": of_map(TEXT),
        "missing": names,
        "sources": of_map(names),
        "counts": of_map(of_map(of_map(WHOLE))),
    }
    return of_records(properties)


def of_dataclass(kind: type) -> Schema:
    """Make the schema of a dataclass as it is written: with all of its fields and no other."""
    adapter: TypeAdapter[Any] = TypeAdapter(kind)
    adapter.rebuild(_types_namespace={"Mapping": Mapping})  # which the modules import for types alone
    closed: Schema = _closed(adapter.json_schema(mode="serialization"))
    return closed


def _closed(schema: Any) -> Any:  # noqa: ANN401  as JSON has it
    if isinstance(schema, list):
        return [_closed(each) for each in schema]
    if not isinstance(schema, dict):
        return schema
    inner = {name: _closed(each) for name, each in schema.items() if name != "default"}
    if isinstance(inner.get("properties"), dict) and inner.get("type") == "object":
        inner |= {"required": sorted(inner["properties"]), "additionalProperties": False}
    return inner


def names_in(schema: Any) -> Any:  # noqa: ANN401  as JSON has it
    """Leave out of a schema what a reader is told, so that what is left is the contract."""
    if isinstance(schema, dict):
        return {name: names_in(each) for name, each in schema.items() if name not in _TOLD or isinstance(each, dict)}
    return [names_in(each) for each in schema] if isinstance(schema, list) else schema


_TOLD: Final = frozenset({"description", "title", "x-changes", "x-format-version"})
