"""An answer as a JSON document: the same numbers, with every string as the export spells it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from datetime import datetime
from decimal import Decimal
from math import isfinite
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

_DECIMALS: Final = 4

UNTRUSTED: Final = (
    *("account_id", "because", "country", "headline", "plan", "shared", "signal_value"),
    *("source", "status", "target", "through", "via"),
)
"""Fields whose text an account holder may have written."""


def document(question: str, answer: DataclassInstance | None, **more: object) -> dict[str, Any]:
    """Turn an answer into JSON values.

    Parameters
    ----------
    question
        What was asked: pair, signal, ring, account, path or neighbours.
    answer
        The frozen answer.
    more
        What else stands beside it.
    """
    return {
        "question": question,
        "untrusted": list(UNTRUSTED),
        **plain({**({} if answer is None else _named(answer)), **more}),
    }


def plain(value: object, *, is_exact: bool = False) -> Any:  # noqa: ANN401  JSON is of many types
    """Convert a value to JSON; a type that JSON lacks becomes text.

    Our own answers are rounded to four decimals and to the second. ``is_exact`` keeps all digits, and keeps a decimal
    fraction apart from text.
    """
    if is_dataclass(value) and not isinstance(value, type):
        value = _named(value)
    if isinstance(value, float):
        return (value if is_exact else round(value, _DECIMALS)) if isfinite(value) else None
    if isinstance(value, datetime):
        return value.replace(tzinfo=None).isoformat(timespec="auto" if is_exact else "seconds") + "Z"
    if isinstance(value, Mapping):
        return {str(key): plain(each, is_exact=is_exact) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [plain(each, is_exact=is_exact) for each in value]
    if value is None or isinstance(value, int | str) or (is_exact and isinstance(value, Decimal)):
        return value
    return str(value)


def _named(answer: DataclassInstance) -> dict[str, object]:
    """Fields and properties of a frozen value."""
    names = [field.name for field in fields(answer)]
    names += sorted(name for name, each in vars(type(answer)).items() if isinstance(each, property))
    return {name: getattr(answer, name) for name in names}
