"""Ask whether a locked package has a known vulnerability; fail on one that nobody accepted.

pip-audit asks the package index. Where that cannot be reached, or knows nothing of vulnerabilities, the answer is not
"none": it is printed that nothing was looked up, and nobody is stopped.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tomllib
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

ROOT: Final = Path(__file__).resolve().parents[1]
ACCEPTED: Final = ROOT / "docs" / "accepted_vulnerabilities.toml"
LOCK: Final = "requirements.lock"  # deploy/requirements.lock is a part of it


@dataclass(frozen=True, slots=True)
class Verdict:
    """What is to be printed, and whether it is a failure."""

    lines: tuple[str, ...]
    failed: bool = False


def main() -> int:
    """Audit the lock."""
    accepted = tomllib.loads(ACCEPTED.read_text()).get("accepted", [])
    verdict = judge(LOCK, ask(ROOT / LOCK), accepted, datetime.now(UTC).date())
    print("\n".join(verdict.lines))
    return int(verdict.failed)


def ask(lock: Path) -> str:
    """What pip-audit says of a lock, as JSON; something else where it could not say anything."""
    options = ("--require-hashes", "--disable-pip", "--format", "json", "--progress-spinner", "off", "--timeout", "15")
    command = [sys.executable, "-m", "pip_audit", "--requirement", str(lock), *options]
    done = subprocess.run(command, check=False, capture_output=True, text=True)
    return done.stdout or done.stderr


def judge(lock: str, answer: str, accepted: Sequence[Mapping[str, Any]], today: date) -> Verdict:
    """Say what an answer means.

    Examples
    --------
    >>> judge("a.lock", "ConnectionError", [], date(2026, 1, 1)).lines
    ('make audit: a.lock was NOT audited (ConnectionError); this says nothing about vulnerabilities',)
    """
    try:
        packages = json.loads(answer)["dependencies"]
    except (ValueError, KeyError):
        return Verdict((_not_audited(lock, (answer.strip().splitlines() or ["no answer"])[-1]),))
    audited = [each for each in packages if "skip_reason" not in each]
    if not audited:
        return Verdict((_not_audited(lock, f"the index knows nothing of its {len(packages)} packages"),))
    may = {(each["package"], each["id"]) for each in accepted if today < each["until"]}
    found = [
        f"make audit: {lock}: {package['name']} {package['version']} has {flaw['id']}; "
        f"fixed in {', '.join(flaw['fix_versions']) or 'no version yet'}"
        for package in audited
        for flaw in package["vulns"]
        if not {(package["name"], name) for name in (flaw["id"], *flaw.get("aliases", []))} & may
    ]
    left_out = "" if len(audited) == len(packages) else f"; NOT audited: {_names(packages, audited)}"
    counted = f"make audit: {lock}: {len(audited)} packages audited, {len(found) or 'no'} known vulnerabilities"
    return Verdict((*found, counted + left_out), failed=bool(found))


def _not_audited(lock: str, why: str) -> str:
    return f"make audit: {lock} was NOT audited ({why}); this says nothing about vulnerabilities"


def _names(packages: Sequence[Mapping[str, Any]], audited: Sequence[Mapping[str, Any]]) -> str:
    return ", ".join(each["name"] for each in packages if each not in audited)


if __name__ == "__main__":
    sys.exit(main())
