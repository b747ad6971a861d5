"""The documentation says what the program does: help, pages, links, codes."""

import re
import runpy
import shlex
from pathlib import Path

import click
import pytest

from graphlink.cli.commands import app
from graphlink.words.messages import MESSAGES

ROOT = Path(__file__).resolve().parents[2]
PAGES = [
    "README.md",
    "CONTRIBUTING.md",
    "CHANGELOG.md",
    *(f"docs/{path.name}" for path in (ROOT / "docs").glob("*.md")),
]


def commands(command: click.Command = app, words: tuple[str, ...] = ()) -> dict[tuple[str, ...], click.Command]:
    """Every command and group by the words that call it."""
    found = {words: command}
    for name, below in getattr(command, "commands", {}).items():
        found |= commands(below, (*words, name))
    return found


COMMANDS = commands()


def examples(command: click.Command) -> list[str]:
    """The lines below "Examples:" in a command's help."""
    lines = (command.help or "").partition("Examples:\n")[2].splitlines()
    return [line.strip() for line in lines if line.strip()]


@pytest.mark.parametrize("words", COMMANDS, ids=lambda words: " ".join(words) or "graphlink")
def test_every_command_has_an_example_that_its_own_parser_accepts(words):
    shown = examples(COMMANDS[words])
    assert shown
    for line in shown:
        name, *arguments = shlex.split(re.split(r" [|>] | {3,}", line)[0])
        assert name == "graphlink"
        parse(app, arguments)


def _protected(context: click.Context) -> list[str]:
    return context._protected_args if hasattr(context, "_protected_args") else context.protected_args  # click 8.1


def parse(command: click.Command, arguments: list[str], above: click.Context | None = None) -> None:
    """Parse arguments, down to the command that they call, without running it."""
    context = command.make_context(command.name, arguments, above)
    if isinstance(command, click.Group):
        _, below, rest = command.resolve_command(context, [*_protected(context), *context.args])
        parse(below, rest, context)


@pytest.mark.parametrize("words", COMMANDS, ids=lambda words: " ".join(words) or "graphlink")
def test_every_option_says_what_it_is_for(words):
    options = [option for option in COMMANDS[words].params if isinstance(option, click.Option)]
    assert all(option.help for option in options)


def test_every_code_that_the_program_uses_is_in_the_catalogue():
    used = {
        code for path in (ROOT / "graphlink").rglob("*.py") for code in re.findall(r"\bGL\d{3}\b", path.read_text())
    }
    assert used - set(MESSAGES) == set()


@pytest.fixture(scope="module")
def made():
    """The pages that git ignores, which a fresh clone has not yet."""
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(ROOT / "scripts")
        return set(runpy.run_path(str(ROOT / "scripts" / "write_docs.py"))["made_pages"]())


@pytest.mark.parametrize("page", PAGES)
def test_every_link_inside_the_repository_leads_somewhere(page, made):
    path = ROOT / page
    targets = [path.parent / target for target in re.findall(r"\]\((?!https?:|#)([^)#]+)", path.read_text())]
    assert [target for target in targets if target not in made and not target.exists()] == []


@pytest.mark.parametrize("page", PAGES)
def test_every_command_on_a_page_is_accepted_by_its_own_parser(page):
    blocks = re.findall(r"```sh\n(.*?)```", (ROOT / page).read_text(), re.DOTALL)
    lines = re.sub(r"\\\n", " ", "".join(blocks)).splitlines()
    for line in lines:
        name, *arguments = shlex.split(re.split(r" [|>&]+ ", line)[0], comments=True) or [""]
        if name == "graphlink" and "…" not in line:
            parse(app, arguments)


@pytest.mark.parametrize("page", PAGES)
def test_pages_are_written_in_british_spelling(page):
    text = re.sub(r"```.*?```|`[^`]*`", "", (ROOT / page).read_text(), flags=re.DOTALL)
    assert not re.findall(r"\b\w*(?:ized?|izing|ization|color|behavior|catalog|analyze\w*)\b(?<!size)(?<!sized)", text)
