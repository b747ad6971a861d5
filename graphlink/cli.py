"""The command line: options are parsed, one function is called, and what it gives is printed.

stdout is data and stderr is progress. Whatever costs time to import stands inside the commands, so that ``--help``
answers at once; errors are left to ``__main__``.
"""

from __future__ import annotations

import json
import shlex
import shutil
import sys
import textwrap
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from graphlink import __version__
from graphlink.display import printable
from graphlink.errors import MESSAGES, ExitCode
from graphlink.listing import MIN_WIDTH, Format, Listing, format_listing, format_notes
from graphlink.options import format_options, seed_option, source_options, voice_options
from graphlink.progress import ANALYSIS, READING, WRITING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from graphlink.config import Config
    from graphlink.library import Result
    from graphlink.model import Reading
    from graphlink.progress import Progress

SHOWN_RINGS: Final = 10
"""Rings that are printed: as many as one screen shows; the files have all of them."""

LONGEST_LINE: Final = 5_000
"""Characters of a printed line: longer than any path that a system takes."""

CONFIG_NAME: Final = "graphlink.toml"


@dataclass(frozen=True, slots=True)
class Ending:
    """How a command that reads exports ended, and the counts that its last line on stderr tells."""

    code: ExitCode
    counts: Mapping[str, int] = field(default_factory=dict)


# --- commands ---------------------------------------------------------------------------------------------------------


@click.group(
    context_settings={
        "help_option_names": ["-h", "--help"],
        "auto_envvar_prefix": "GRAPHLINK",
        "max_content_width": 100,
    }
)
@click.version_option(__version__, prog_name="graphlink", message="%(prog)s %(version)s")
def app() -> None:
    """Find accounts that one hand runs, in exports of who was seen with which signal.

    Every option can also be set by a variable: --seed of `run` is GRAPHLINK_RUN_SEED.

    \b
    Examples:
      graphlink check exports/            what is in the exports, before anything is analysed
      graphlink run exports/ -o result    find the rings; result/report.html shows them
      graphlink explain GL120             what a message means and what to do
    """


@app.command(short_help="Find the rings in exports and write a report.")
@source_options
@click.option("-o", "--output", required=True, type=click.Path(path_type=Path), help="The folder to make.")
@seed_option
@click.option("--force", is_flag=True, help="Replace the folder of an earlier run.")
@format_options(*Format)
@voice_options
@click.pass_obj
def run(
    voice: Progress,
    sources: tuple[Path, ...],
    config_path: Path | None,
    as_of: str | None,
    output: Path,
    seed: int,
    force: bool,
    form: str,
) -> Ending:
    """Find the rings in exports, and write the report and its tables to a folder.

    A SOURCE is a file or a folder of files: CSV, TSV or JSON Lines (each also .gz or .zst) or Parquet. All of the
    output folder is written or none of it. stdout lists the rings, the one to look at first on top.

    \b
    Examples:
      graphlink run exports/ -o result
      graphlink run sightings.parquet accounts.csv.gz -o result --config graphlink.toml
      graphlink run exports/ -o result --force --json | jq '.[0]'
    """
    from graphlink.report.json_files import RUN_FORMAT
    from graphlink.report.publish import check_destination

    check_destination(output, RUN_FORMAT, force=force)
    config = _load(config_path, as_of)
    with voice:
        from graphlink import library

        voice(READING, 0.0)
        reading = library.read(sources, config=config)
        _say_notices(voice, reading)
        command = _command(sources, config_path, seed=seed, as_of=as_of)
        result = library.analyse(reading, config=config, seed=seed, command=command, progress=voice.analysis)
        voice(WRITING, ANALYSIS[1])
        report = result.write(output, force=force)
    _print_rings(result, Format(form), report)
    return _ending(reading, config, rings=len(result.run.findings.rings))


@app.command(short_help="Read exports and say what is in them.")
@source_options
@format_options(Format.TABLE, Format.JSON)
@voice_options
@click.pass_obj
def check(voice: Progress, sources: tuple[Path, ...], config_path: Path | None, as_of: str | None, form: str) -> Ending:
    """Read exports and say what is in them, without analysing them.

    Lists every source with what became of its rows, the signal types that were recognised, and why rows were set aside.

    \b
    Examples:
      graphlink check exports/
      graphlink check sightings.csv --config graphlink.toml --json
    """
    from graphlink.summaries import list_inputs, list_rejects, list_signals

    config = _load(config_path, as_of)
    with voice:
        from graphlink import library

        voice(READING, 0.0)
        reading = library.read(sources, config=config)
    listings = {"inputs": list_inputs(reading), "signals": list_signals(reading), "rejects": list_rejects(reading)}
    if Format(form) is Format.JSON:
        notices = Listing(("code", "text"), tuple((notice.code, notice.text) for notice in reading.notices))
        click.echo(
            json.dumps({name: table.records() for name, table in {**listings, "notices": notices}.items()}, indent=2)
        )
    else:
        _say_notices(voice, reading)
        tables = [_formatted(listings["inputs"], Format.TABLE), _formatted(listings["signals"], Format.TABLE)]
        if listings["rejects"].rows:
            tables.append(format_notes(listings["rejects"], _width()))
        click.echo("\n".join(tables), nl=False)
        _print("", f"Next: graphlink run {_given(sources, config_path)} -o result")
    return _ending(reading, config)


@app.group()
def config() -> None:
    """Write, check or describe the settings file.

    \b
    Examples:
      graphlink config init
      graphlink config validate graphlink.toml
    """


@config.command("init")
@click.argument("path", default=CONFIG_NAME, type=click.Path(path_type=Path))
def config_init(path: Path) -> None:
    """Write a settings file with every key, its default and its reason, all commented out.

    \b
    Examples:
      graphlink config init
      graphlink config init case-17.toml
    """
    from graphlink.config import config_template

    with path.open("x", encoding="utf-8") as file:
        file.write(config_template())
    _print(f"Wrote {path}", f"Next: graphlink config validate {shlex.quote(str(path))}")


@config.command("validate")
@click.argument("path", default=CONFIG_NAME, type=click.Path(path_type=Path))
def config_validate(path: Path) -> None:
    """Check a settings file and show all its mistakes at once.

    \b
    Examples:
      graphlink config validate graphlink.toml
    """
    from graphlink.config import load_config

    load_config(path)
    _print(f"{path} is valid", f"Next: graphlink check SOURCE... --config {shlex.quote(str(path))}")


@config.command("schema")
def config_schema() -> None:
    """Print the JSON Schema of the settings file, for an editor.

    \b
    Examples:
      graphlink config schema > graphlink.schema.json
    """
    from graphlink.config import config_schema as schema

    click.echo(json.dumps(schema(), indent=2))


@app.command(short_help="Say what a message means and what to do.")
@click.argument("code", required=False)
@format_options(*Format)
def explain(code: str | None, form: str) -> None:
    """Say what a message means and what to do, or list all messages.

    \b
    Examples:
      graphlink explain GL120
      graphlink explain --format csv
    """
    wanted = Format(form)
    messages = tuple((name, *message) for name, message in MESSAGES.items() if code is None or name == code.upper())
    if not messages:
        raise click.BadParameter("no such message; `graphlink explain` lists them", param_hint="CODE")
    if wanted is not Format.TABLE:
        click.echo(format_listing(Listing(("code", "title", "meaning", "cure"), messages), wanted), nl=False)
    elif code is None:
        click.echo(_formatted(Listing(("code", "title"), tuple(row[:2] for row in messages)), wanted), nl=False)
    else:
        name, title, meaning, cure = messages[0]
        click.echo(f"{name}: {title}\n\n{meaning}\n\nWhat to do: {cure}")


@app.command(short_help="Write a labelled world to try graphlink on.")
@click.argument("out", type=click.Path(path_type=Path))
@click.option("--accounts", default=200_000, show_default=True, help="Accounts in all.")
@click.option("--seed", default=1, show_default=True, help="The same seed gives the same world.")
@click.option(
    "--prevalence",
    type=click.Choice(["clean", "low", "default", "heavy"]),
    default="default",
    show_default=True,
    help="How many of the accounts are in rings.",
)
@click.option("--rings", default="", help="Exactly these rings, such as R1,R3=400,R7=25000.")
@click.option("--weeks", default=1, show_default=True, help="Weekly sweeps, with bans and regrowth.")
@click.option("--victims", default=0, show_default=True, help="Honest accounts to frame.")
@click.option("--framing-types", default=1, show_default=True, help="Types whose values are taken from each victim.")
@click.option("--messy", is_flag=True, help="CSV with everything that real exports have wrong.")
@click.option("--parameters", default="default", show_default=True, help="default, cautious, noisy, or a TOML file.")
def simulate(out: Path, accounts: int, seed: int, parameters: str, messy: bool, **wish: Any) -> None:  # noqa: ANN401
    """Write a labelled world: exports to try graphlink on, and apart from them the truth.

    \b
    Examples:
      graphlink simulate world --accounts 20000 --seed 1
      graphlink simulate hydra --rings R7=5000 --prevalence clean
    """
    from graphlink import simulate as worlds

    try:
        request = worlds.WorldRequest(
            prevalence=wish["prevalence"],
            rings=worlds.parse_rings(wish["rings"]),
            weeks=wish["weeks"],
            n_victims=wish["victims"],
            framing_types=wish["framing_types"],
        )
        ranges = worlds.load_parameters(parameters)
        world = worlds.simulate(ranges, n_accounts=accounts, seed=seed, request=request)
    except ValueError as error:
        raise click.UsageError(str(error)) from error
    worlds.write_world(world, out, messy=messy)
    click.echo("\n".join(worlds.summarise(world)))


@app.command(short_help="Judge runs against an answer key.")
@click.argument("truth", type=click.Path(path_type=Path))
@click.argument("runs", nargs=-1, required=True, metavar="RUN...", type=click.Path(path_type=Path))
@click.option("--baselines", type=click.Path(path_type=Path), help="Run the naive baselines on these sightings too.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
def evaluate(truth: Path, runs: tuple[Path, ...], baselines: Path | None, as_json: bool) -> None:
    """Judge runs against an answer key, beside the naive baselines if wanted.

    \b
    Examples:
      graphlink evaluate world/truth result
      graphlink evaluate world/truth result --baselines world/sightings.parquet --json
    """
    from graphlink.evaluate.baselines import read_incidence
    from graphlink.evaluate.comparison import compare_runs, format_comparison
    from graphlink.evaluate.document import document_comparison
    from graphlink.evaluate.runs import read_run
    from graphlink.evaluate.truth import read_truth

    incidence = None if baselines is None else read_incidence(baselines)
    comparison = compare_runs(read_truth(truth), [read_run(folder) for folder in runs], incidence)
    if as_json:
        click.echo(json.dumps(document_comparison(comparison), indent=2))
    else:
        click.echo(format_comparison(comparison), nl=False)


@app.command(short_help="Print what completes commands in a shell.")
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
def completion(shell: str) -> None:
    """Print what makes a shell complete graphlink's commands and options.

    \b
    Examples:
      graphlink completion bash > ~/.local/share/bash-completion/completions/graphlink
      graphlink completion zsh > ~/.zfunc/_graphlink
      graphlink completion fish > ~/.config/fish/completions/graphlink.fish
    """
    from click.shell_completion import get_completion_class

    kind = get_completion_class(shell)
    if kind is not None:
        click.echo(kind(app, {}, "graphlink", "_GRAPHLINK_COMPLETE").source())


# --- what commands share ----------------------------------------------------------------------------------------------


def _load(path: Path | None, as_of: str | None) -> Config:
    from graphlink.config import Config, load_config

    settings = Config() if path is None else load_config(path)
    if as_of is None:
        return settings
    reading = settings.reading.model_copy(update={"latest": _instant(as_of)})
    return settings.model_copy(update={"reading": reading})


def _instant(text: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise click.BadParameter(f"{text!r} is no time such as 2026-11-22T00:00:00Z", param_hint="--as-of") from None
    if moment.tzinfo is None and len(text) > len("2026-11-22"):
        raise click.BadParameter(f"{text!r} lacks an offset such as Z or +01:00", param_hint="--as-of")
    return moment.replace(tzinfo=moment.tzinfo or UTC).astimezone(UTC)


def _command(sources: tuple[Path, ...], config_path: Path | None, *, seed: int, as_of: str | None) -> tuple[str, ...]:
    """Give the words that repeat a run, with names in place of paths: folders belong to a machine."""
    named = [path.name or "." for path in sources]
    settings = [] if config_path is None else ["--config", config_path.name]
    time = [] if as_of is None else ["--as-of", as_of]
    return ("graphlink", "run", *named, *settings, *time, "--seed", str(seed))


def _given(sources: tuple[Path, ...], config_path: Path | None) -> str:
    words = [*map(str, sources), *([] if config_path is None else ["--config", str(config_path)])]
    return shlex.join(words)


def _say_notices(voice: Progress, reading: Reading) -> None:
    for notice in reading.notices:
        voice.say(f"{notice.code} {notice.text}", code=notice.code)


def _print_rings(result: Result, form: Format, report: Path) -> None:
    from graphlink.report.words import chance_sentence
    from graphlink.summaries import list_rings

    rings = list_rings(result.run.findings)
    if form is not Format.TABLE:
        click.echo(format_listing(rings, form), nl=False)
        return
    shown = Listing(rings.columns, rings.rows[:SHOWN_RINGS])
    click.echo(format_notes(shown, _width()) if shown.rows else "No rings.\n", nl=False)
    if len(rings.rows) > SHOWN_RINGS:
        _print(f"… and {len(rings.rows) - SHOWN_RINGS:,} more in {report.parent / 'rings.csv'}")
    findings = result.run.findings
    _print("", *textwrap.wrap(chance_sentence(findings.chance, len(findings.rings)), _width()))
    _print("", f"Report: {report}", f"Next:   xdg-open {shlex.quote(str(report))}")


def _print(*lines: str) -> None:
    """Print lines for a person; paths in them may hold what drives a terminal."""
    for line in lines:
        click.echo(printable(line, LONGEST_LINE))


def _formatted(listing: Listing, form: Format) -> str:
    return format_listing(listing, form, _width())


def _width() -> int:
    """Columns of the terminal; a pipe or file has as many as the narrowest terminal that is served."""
    if sys.stdout is None or not sys.stdout.isatty():
        return MIN_WIDTH
    return max(shutil.get_terminal_size((MIN_WIDTH, 24)).columns, MIN_WIDTH)


def _ending(reading: Reading, config: Config, **counts: int) -> Ending:
    """A run is degraded when more rows were rejected than the settings call normal."""
    rows = reading.rows
    is_degraded = rows.rejected > config.reading.degraded_reject_share * rows.rows_in
    return Ending(ExitCode.DEGRADED if is_degraded else ExitCode.DONE, {"rejects": rows.rejected, **counts})
