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
from graphlink.lab.evaluate.baselines import Stopped
from graphlink.lab.evaluate.evaluation import Evaluation
from graphlink.lab.evaluate.lineage import LineageEvaluation
from graphlink.lab.evaluate.summary import Interval
from graphlink.model.calibration import Calibration
from graphlink.model.findings import Campaign, Chance, Ring, Totals
from graphlink.model.rows import RowCounts
from graphlink.model.sweeps import Lineage, Ruling
from graphlink.results.cases.case import CASE_TABLES
from graphlink.results.columns import DECLARED, Kind
from graphlink.results.files.action_file import ACTIONS, COUNTS
from graphlink.results.files.ring_graph import ELEMENTS, XML_TYPES
from graphlink.results.files.stored_tables import TYPES
from graphlink.results.formats import CHANGES
from graphlink.results.stored_schema import STORED, TRACE
from graphlink.results.tables import SIGNALS, TABLES
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
    """Make the schema of each published file, by its name as in ``formats.toml``."""
    made = {
        **{f"{table.name}.csv": of_csv(table) for table in (*TABLES, ACTIONS, COUNTS)},
        **{table.file: of_parquet(table) for table in (*STORED, TRACE)},
        "rings.json": of_rings_json(),
        "run.json": of_run_json(),
        "rejects.jsonl": of_rejects(),
        "graph.graphml": of_graph("GraphML", "x-graphml"),
        "inputs.json": of_inputs(),
        **{f"{kind.__name__.lower()}.json": of_dataclass(kind) for kind in (Before, Lineage, Ruling)},
        **{f"case/{table.name}.csv": of_csv(table) for table in CASE_TABLES if table is not SIGNALS},
        "case/case.json": of_case(),
        "case/manifest.json": of_case_manifest(),
        "case/graph.gexf": of_graph("GEXF, with `label` and `weight` in the element itself", "x-gexf"),
        "case/stix.json": of_stix(),
        "actions/manifest.json": of_actions_manifest(),
        "printed/evaluate.json": of_evaluation(),
        "printed/evaluate-lineage.json": of_lineage_evaluation(),
        **{f"printed/{name}.json": of_listing(table) for name, table in DECLARED["printed"].items()},
    }
    return {name: headed(name, made[name]) for name in CHANGES}


def headed(name: str, schema: Schema) -> Schema:
    """Put a name, a version and its changes at the head of a schema, and what it refers to at its end."""
    changes = CHANGES[name]
    defined: Schema = {}
    schema = _without_definitions(schema, defined)
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": name,
        "x-format-version": len(changes),
        "x-changes": list(changes),
        **{key: value for key, value in schema.items() if key != "title"},
        **({"$defs": defined} if defined else {}),
    }


def _without_definitions(schema: Any, defined: Schema) -> Any:  # noqa: ANN401  as JSON has it
    """Take the definitions out of a schema and all that is in it: references lead to those of the whole document."""
    if isinstance(schema, list):
        return [_without_definitions(each, defined) for each in schema]
    if not isinstance(schema, dict):
        return schema
    if "$defs" in schema:
        defined |= _without_definitions(schema["$defs"], defined)
    return {name: _without_definitions(each, defined) for name, each in schema.items() if name != "$defs"}


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


def of_rows(table: Table, more: Mapping[str, Schema] | None = None) -> Schema:
    """Make the schema of an array with the rows of a table."""
    columns = {field.name: told(field, _value(field)) for field in table.fields}
    return {"type": "array", "items": of_records({**columns, **(more or {})}, f"A row is {table.row}.")}


def of_listing(table: Table) -> Schema:
    """Make the schema of a listing in JSON; JSON Lines and CSV have the same names in this order."""
    return of_rows(table)


def of_rings_json() -> Schema:
    """Make the schema of ``rings.json``."""
    reasons = {
        "factors": {"type": "array", "items": _FACTOR},
        "checks": {"type": "array", "items": _CHECK},
        "survives": of_map(NUMBER),
    }
    tables = {table.name: of_rows(table, reasons if table.name == "rings" else None) for table in TABLES}
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


_FACTOR: Final = of_records({"because": TEXT, "name": TEXT, "points": NUMBER})
_CHECK: Final = of_records({"because": TEXT, "explanation": TEXT, "fits": nullable(FLAG)})


def _common(form: str, name: str) -> dict[str, Schema]:
    """Give what ``rings.json`` and ``run.json`` both say of the run."""
    counted = of_map(of_records({"accounts": WHOLE, "groups": WHOLE}))
    return {
        "config_digest": DIGEST,
        "data_digest": DIGEST,
        **_head(form, name),
        "graphlink": TEXT,
        "rows": of_dataclass(RowCounts),
        "seed": WHOLE,
        "totals": of_dataclass(Totals),
        "unlisted": counted,
        "window": of_records(dict.fromkeys(("as_of", "start", "end"), _MOMENT)),
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
            "outputs": of_map(_FILE),
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
            "outputs": of_map(_FILE),
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


_FILE: Final = of_records({"bytes": WHOLE, "sha256": DIGEST, "format_version": nullable(WHOLE)})


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


def of_graph(form: str, kind: str) -> Schema:
    """Make the schema of a graph: the data of each node and each edge, all of them optional, of types of its format."""
    elements = {
        element: of_records(
            {field.name: told(field, {kind: XML_TYPES.get(field.kind, "string")}) for field in fields},
            optional=[field.name for field in fields],
        )
        for element, fields in ELEMENTS.items()
    }
    return of_records(elements, f"{form}; each has the data that are known of it.")


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


def of_case() -> Schema:
    """Make the schema of ``case.json``."""
    ring = of_dataclass(Ring)
    times = {"first_seen", "last_seen"}
    ring["properties"] = {name: each for name, each in ring["properties"].items() if name not in times}
    ring["required"] = sorted(ring["properties"])
    tables = {table.name: of_rows(table) for table in CASE_TABLES}
    untrusted = of_records({name: {"type": "array", "items": TEXT} for name in (*tables, "ring")})
    facts = {"ring": ring, "rings_in_run": WHOLE, "untrusted": untrusted}
    return of_records({**_head("graphlink-case", "case/case.json"), **facts, **tables}, optional=["told"])


def of_case_manifest() -> Schema:
    """Make the schema of the manifest of a case pack."""
    read = of_records(
        {"name": TEXT, "sha256": nullable(TEXT), "bytes": nullable(WHOLE), "rows": of_dataclass(RowCounts)}
    )
    run = of_records(
        {
            "as_of": _MOMENT,
            "config_digest": DIGEST,
            "data_digest": DIGEST,
            "inputs": {"type": "array", "items": read},
            "manifest_sha256": DIGEST,
            "seed": WHOLE,
            "window": {"type": "array", "items": _MOMENT},
        }
    )
    facts = {"graphlink": TEXT, "pseudonyms": nullable(of_records({"key_id": TEXT})), "ring_id": TEXT, "run": run}
    return of_records({**_head("graphlink-case", "case/manifest.json"), **facts, "outputs": of_map(_FILE)})


def of_actions_manifest() -> Schema:
    """Make the schema of the manifest beside an action file."""
    return of_records({**_head("graphlink-actions", "actions/manifest.json"), "outputs": of_map(_FILE)})


def of_stix() -> Schema:
    """Make the schema of the bundle: what of STIX 2.1, and of its own type for signals, is in it."""
    names = {"type": "array", "items": TEXT}
    every = dict.fromkeys(("id", "spec_version"), TEXT)
    marked = {**every, "object_marking_refs": names}
    dated = {**marked, "created": TEXT, "modified": TEXT}
    ours = {**dated, "created_by_ref": TEXT}
    value = {**marked, "value": {**TEXT, "x-untrusted": True}}
    of_type = {
        "marking-definition": {**every, "created": TEXT, "definition_type": TEXT, "name": TEXT, "definition": {}},
        "identity": {**dated, "name": TEXT, "identity_class": TEXT},
        "extension-definition": {
            **ours,
            **dict.fromkeys(("name", "description", "schema", "version"), TEXT),
            "extension_types": names,
        },
        "user-account": {**marked, "user_id": {**TEXT, "x-untrusted": True}, "account_created": TEXT},
        **dict.fromkeys(("ipv4-addr", "ipv6-addr", "email-addr", "domain-name"), value),
        "autonomous-system": {**marked, "number": WHOLE},
        "graphlink-signal": {**value, "signal_type": TEXT, "family": TEXT, "provenance": TEXT, "extensions": {}},
        "grouping": {**ours, "name": TEXT, "description": TEXT, "context": TEXT, "object_refs": names},
        "note": {**ours, "abstract": TEXT, "content": TEXT, "object_refs": names},
        "observed-data": {
            **ours,
            **dict.fromkeys(("first_observed", "last_observed"), TEXT),
            "number_observed": WHOLE,
            "object_refs": names,
        },
        "indicator": {
            **ours,
            **dict.fromkeys(("name", "description", "pattern", "pattern_type", "valid_from", "valid_until"), TEXT),
            "indicator_types": names,
        },
        "relationship": {**ours, "relationship_type": TEXT, "source_ref": TEXT, "target_ref": TEXT},
    }
    kinds = [
        of_records({"type": {"const": kind}, **each}, optional=["account_created", "valid_until"])
        for kind, each in of_type.items()
    ]
    return of_records(
        {"type": {"const": "bundle"}, "id": TEXT, "objects": {"type": "array", "items": {"anyOf": kinds}}}
    )


def of_evaluation() -> Schema:
    """Make the schema of what ``graphlink evaluate`` prints."""
    run = with_figures(of_dataclass(Evaluation))
    runs = {"type": "array", "items": run}
    return of_records(
        {
            **_head("graphlink-evaluation", "printed/evaluate.json"),
            "runs": runs,
            "baselines": runs,
            "summary": of_map(of_dataclass(Interval)),
            "stopped": {"type": "array", "items": of_dataclass(Stopped)},
        }
    )


def of_lineage_evaluation() -> Schema:
    """Make the schema of what ``graphlink evaluate --lineage`` prints."""
    judged = with_figures(of_dataclass(LineageEvaluation))
    head = _head("graphlink-lineage-evaluation", "printed/evaluate-lineage.json")
    return {**judged, **of_records({**head, **judged["properties"]})}


def with_figures(judged: Schema) -> Schema:
    """Add the headline figures, by name, to the schema of an evaluation."""
    return {**judged, **of_records({**judged["properties"], "figures": of_map(nullable(NUMBER))})}


def _head(form: str, name: str) -> dict[str, Schema]:
    """Give what tells a document's format and version."""
    return {"format": {"const": form}, "format_version": {"const": len(CHANGES[name])}}


_MOMENT: Final = {"anyOf": [TIME, {"const": ""}]}


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
