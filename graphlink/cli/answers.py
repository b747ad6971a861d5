"""How commands print the answer to a question: words for a person, or the same numbers as JSON."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, TypeVar

import click

from graphlink.cli.printing import width
from graphlink.results.listings import Format

if TYPE_CHECKING:
    from collections.abc import Callable

    from _typeshed import DataclassInstance

Answer = TypeVar("Answer", bound="DataclassInstance")


def print_answer(question: str, answer: Answer, tell: Callable[[Answer, int], str], form: Format) -> None:
    """Print an answer to stdout; ``tell`` turns it into words as wide as the terminal."""
    if form is Format.JSON:
        print_document(question, answer)
    else:
        click.echo(tell(answer, width()), nl=False)


def print_document(question: str, answer: DataclassInstance | None, **more: object) -> None:
    """Print an answer as one JSON document, with the other facts that belong to it."""
    from graphlink.results.questions.document import document

    click.echo(json.dumps(document(question, answer, **more), indent=2))
