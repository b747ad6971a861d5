"""Whether a week was swept before, what has changed since, and whether its export repeats the week before.

The basis of a sweep is in its folder: the digests of its exports, its settings, the decisions of that time, and the
method that made it: versions, digests of the scorecard, and settings.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

from graphlink import __version__
from graphlink.config.settings import Config, SignalDeclaration, config_settings
from graphlink.engine.files import TABLES, load_json, read_file
from graphlink.model.sweeps import Decisions, SweepRecord
from graphlink.model.weeks import microseconds_of
from graphlink.results.publish.publish import MANIFEST
from graphlink.results.versions import current_versions
from graphlink.sweeps.documents import BEFORE, LINEAGE, Before, read_document
from graphlink.sweeps.plan import Plan
from graphlink.sweeps.preflight import digest_inputs
from graphlink.sweeps.publication import Sweeps, read_inputs
from graphlink.words.errors import UNREADABLE, ConfigError, InputError, MachineError
from graphlink.words.escape import printable

_FROZEN: Final = frozenset(
    {
        "method.chance_share",
        "method.margin_bits",
        "method.null_worlds",
        "method.organisation_plans",
        "method.typical_group",
    }
)
"""Settings that a frozen calibration fixes, wholly or mostly. Redeclared types are included."""

OF_THE_WEEK: Final = frozenset({"reading.latest", "reading.window_end", "reading.window_start", "sources"})
"""Settings that follow from the week, ``window_days``, ``export_weeks`` and missing sources."""


@dataclass(frozen=True, slots=True)
class Known:
    """How to treat a week that was swept before."""

    is_same: bool
    """Whether files, settings and, where relevant, decisions are unchanged: there is nothing to do."""
    content: str | None
    """Digest of the content, for recognising the same content in other files. None if that does not matter."""
    decided_since: bool
    """Whether people made decisions after the sweep."""


def recognise(
    done: SweepRecord, plan: Plan, files: Mapping[str, str], sweeps: Sweeps, decisions: Decisions, *, supersede: bool
) -> Known:
    """Compare a planned sweep with an earlier sweep of the same week.

    Parameters
    ----------
    done
        The newest sweep of the week.
    plan, files
        The sweep planned now, and its files.
    sweeps
        The folder of published sweeps.
    decisions
        The decisions up to now.
    supersede
        Whether to sweep the week again if anything has changed.

    Raises
    ------
    ConfigError
        GL413 if settings differ without ``supersede``, or if the difference would have no effect.
    MachineError
        GL827 if the published sweep is gone and must not be made again.
    """
    folder = sweeps.folder / done.folder
    if _is_gone(folder):
        if not supersede:
            raise _gone(done, sweeps, "bring it back from a copy; or --supersede sweeps the week again")
        return Known(is_same=False, content=None, decided_since=False)
    changed = tuple(_changed_settings(done, plan, folder))
    if changed and (not supersede or all(map(_is_frozen, changed))):
        raise _other_settings(plan, changed)
    since = not _knew(folder, decisions)
    again = bool(changed) or (supersede and since)
    is_same = not again and read_inputs(folder).get("digest") == digest_inputs(files)
    return Known(is_same, None if again else done.data_digest, since)


def refuse_gone(done: SweepRecord, sweeps: Sweeps) -> None:
    """Refuse an older week whose published sweep is gone, since its inputs were recorded there.

    Raises
    ------
    MachineError
        GL827 if it is gone.
    """
    if _is_gone(sweeps.folder / done.folder):
        on_purpose = "if it was deleted on purpose, as `keep_weeks` and `graphlink forget` do, leave the week out"
        fix = f"{on_purpose}; else bring it back from a copy, or go back to a backup (docs/operations.md)"
        raise _gone(done, sweeps, fix)


def note_repeated(
    plan: Plan, before: Before, files: Mapping[str, str], sweeps: Sweeps, *, allow_partial: bool
) -> Before:
    """Check whether the week's export equals that of the week before, as a stuck exporter delivers.

    Raises
    ------
    InputError
        GL165 if it does, unless missing sources are allowed.
    """
    previous = before.previous
    if previous is None or not files or not _is_repeated(plan, files, sweeps.folder / previous.folder):
        return before
    what = f"its export is that of {previous.week} again, byte for byte"
    if not allow_partial:
        raise InputError("GL165", plan.week, what, "export the week; --allow-partial sweeps it as it is")
    missing = f"all of {plan.week}: {what}"
    return replace(before, missing_sources=(*before.missing_sources, missing), borne=None)


def _is_repeated(plan: Plan, files: Mapping[str, str], folder: Path) -> bool:
    """Compare with the week before. If several weeks' exports are read, that week's export is among them."""
    if not any(plan.ages):
        return read_inputs(folder).get("digest") == digest_inputs(files)
    digests: dict[int, list[str]] = {}
    for place, digest in files.items():
        digests.setdefault(int(place.partition("/")[0]), []).append(digest)
    pairs = [
        (number, number - 1)
        for number, age in enumerate(plan.ages)
        if number and (age, plan.ages[number - 1]) == (0, 1)
    ]
    return bool(pairs) and all(sorted(digests.get(new, [])) == sorted(digests.get(old, [])) for new, old in pairs)


def _knew(folder: Path, decisions: Decisions) -> bool:
    """Whether a sweep used these decisions. Evidence that it met itself is not a decision."""
    try:
        then = read_document(Before, read_file(folder / BEFORE, TABLES)).decisions
    except (OSError, ValueError):
        return False
    return _as_set(then) == _as_set(decisions)


def _as_set(decisions: Decisions) -> Decisions:
    """Decisions without ``met``, with the verdicts in a fixed order."""
    verdicts = sorted(decisions.verdicts, key=lambda verdict: (verdict.is_ring, verdict.subject))
    return replace(decisions, verdicts=tuple(verdicts), met={})


def _changed_settings(done: SweepRecord, plan: Plan, folder: Path) -> Iterator[str]:
    """Name the settings that differ. A setting missing from the manifest has its default."""
    if done.as_of != microseconds_of(plan.as_of):
        yield "--as-of"
    if done.config_digest == plan.base_digest:
        return
    try:
        then: dict[str, Any] = load_json(folder / MANIFEST)["config"]
    except UNREADABLE:
        then = {}
    named = differing_settings(then, plan.config)
    yield from [name for name in named if name not in OF_THE_WEEK] or (["sources"] if "sources" in named else [])


def differing_settings(then: Mapping[str, Any], config: Config) -> list[str]:
    """Name the settings that differ from those in a manifest. One that is missing there had its default."""
    now = json.loads(json.dumps(config_settings(config)))
    defaults = json.loads(json.dumps(config_settings(Config())))
    unsaid = {name: field.default for name, field in SignalDeclaration.model_fields.items() if not field.is_required()}
    signals = {name: unsaid | told for name, told in then.get("signals", {}).items()}
    return sorted({*_differences({**defaults, **then, "signals": signals}, now, defaults)})


def _differences(then: object, now: object, default: object, where: str = "") -> Iterator[str]:
    """Name the differences; for tables with fixed keys, only existing keys."""
    if isinstance(then, dict) and isinstance(now, dict):
        usual = default if isinstance(default, dict) else {}
        for name in now if usual else now.keys() | then.keys():
            inner = f"{where}.{name}" if where else str(name)
            yield from _differences(then.get(name, usual.get(name)), now.get(name), usual.get(name), inner)
    elif then != now:
        yield where


def _is_frozen(name: str) -> bool:
    return name in _FROZEN or name.startswith("signals.")


def _other_settings(plan: Plan, changed: tuple[str, ...]) -> ConfigError:
    frozen = [name for name in changed if _is_frozen(name)]
    what = f"was swept under other settings ({', '.join(changed)})"
    calibrate = f"`graphlink calibrate --week {plan.week}`"
    if len(frozen) == len(changed):
        fix = f"{calibrate} takes up what is frozen with the calibration; or put it back"
    elif frozen:
        fix = f"--supersede sweeps it again under these; {calibrate} does, and takes up {', '.join(frozen)}, too"
    else:
        fix = "--supersede sweeps it again under these; or put them back"
    return ConfigError("GL413", plan.week, what, fix)


def _is_gone(folder: Path) -> bool:
    return not (folder / LINEAGE).is_file()


def _gone(done: SweepRecord, sweeps: Sweeps, fix: str) -> MachineError:
    latest = sweeps.latest()
    what = f"was swept, but {done.folder} is not in {sweeps.folder} any more" + (
        f"; `latest` names {latest}" if latest is not None and latest != done.folder else ""
    )
    return MachineError("GL827", done.week, what, fix)


_OF_NO_RING: Final = ("sweep.", "privacy.")
"""Sections that change no ring."""
EXPORT_WEEKS: Final = "sweep.export_weeks"
_OF_RINGS: Final = ("sweep.window_days", EXPORT_WEEKS)
"""But for these: they say how much of the exports is read."""


def find_new(manifest: Mapping[str, Any], config: Config) -> tuple[str, ...]:
    """What differs between the method that made a sweep and the one at hand; empty if nothing does."""
    settings = differing_settings(manifest.get("config", {}), config)
    others = [name for name in settings if name not in OF_THE_WEEK]
    changed = [name for name in others if name in _OF_RINGS or not name.startswith(_OF_NO_RING)]
    return (*other_versions(manifest), *(f"setting {name}" for name in changed))


def is_new(folder: Path, config: Config) -> bool:
    """Whether the method at hand is not the one that made a published sweep, as far as its folder tells."""
    try:
        return bool(find_new(load_json(folder / MANIFEST), config))
    except UNREADABLE:
        return False  # deleted, or not ours


def other_versions(manifest: Mapping[str, Any]) -> tuple[str, ...]:
    """Name the versions that made a sweep, where they differ from the current ones."""
    versions = manifest.get("versions")
    then = {"graphlink": manifest.get("graphlink"), **(versions if isinstance(versions, dict) else {})}
    now = {"graphlink": __version__, **current_versions()}
    return tuple(
        f"{name} {_short(then.get(name))} (now {_short(now.get(name))})"
        for name in ("graphlink", *sorted({*then, *now} - {"graphlink"}))
        if then.get(name) != now.get(name)
    )


def _short(version: object) -> str:
    """A version, or the first digits of a digest."""
    text = printable(str(version or "none"))
    return text[:12] if len(text) == _DIGEST else text


_DIGEST: Final = 64
