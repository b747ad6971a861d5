"""Write the list of components and their licences to ``docs/made/``.

What a machine that runs graphlink installs stands in deploy/requirements.lock; what each package may be used for stands
in its own metadata. From both come a CycloneDX document for programs and a page for people. Nothing in them depends on
the clock or the machine.
"""

from __future__ import annotations

import json
import re
import sys
import uuid
from contextlib import suppress
from dataclasses import dataclass
from importlib.metadata import metadata
from pathlib import Path
from typing import Final

from cyclonedx.model.bom import Bom
from cyclonedx.model.component import Component, ComponentType
from cyclonedx.model.license import LicenseExpression
from cyclonedx.output.json import JsonV1Dot6
from license_expression import ExpressionError, get_spdx_licensing
from license_expression import LicenseExpression as Expression
from packageurl import PackageURL

import graphlink

ROOT: Final = Path(__file__).resolve().parents[1]
LOCK: Final = ROOT / "deploy" / "requirements.lock"
MADE: Final = ROOT / "docs" / "made"

OURS: Final = "GPL-3.0-or-later"

COMPATIBLE: Final = frozenset(
    {
        "0BSD",
        "Apache-2.0",
        "Apache-2.0 WITH LLVM-exception",
        "BSD-2-Clause",
        "BSD-3-Clause",
        "CC0-1.0",
        "GPL-2.0-or-later",
        "GPL-3.0-or-later",
        "ISC",
        "MIT",
        "MPL-2.0",
        "PSF-2.0",
        "Zlib",
    }
)
"""Licences whose works may be part of a work under GPL-3.0-or-later (the Free Software Foundation's list)."""

CLASSIFIERS: Final = {
    "Apache Software License": "Apache-2.0",
    "BSD License": "BSD-3-Clause",
    "MIT License": "MIT",
    "Mozilla Public License 2.0 (MPL 2.0)": "MPL-2.0",
}
"""What older packages write instead of an expression."""

READ_BY_HAND: Final = {"igraph": "GPL-2.0-or-later"}
"""Packages whose metadata gives no exact name; their licence was read."""


@dataclass(frozen=True, slots=True)
class Package:
    """A package that is installed with graphlink."""

    name: str
    version: str
    licence: str


def main() -> int:
    """Write the document and the page."""
    packages = list_packages(LOCK.read_text())
    MADE.mkdir(exist_ok=True)
    (MADE / "components.cdx.json").write_text(document_of(packages))
    (MADE / "licences.md").write_text(page_of(packages))
    return 0


def list_packages(lock: str) -> list[Package]:
    """Every package of a lock, by name."""
    pinned = re.findall(r"^([a-z0-9._-]+)==([^\s;]+)", lock, re.MULTILINE)
    return [Package(name, version, licence_of(name)) for name, version in sorted(pinned)]


def licence_of(name: str) -> str:
    """Give the SPDX expression of a package, from its own metadata.

    Raises
    ------
    ValueError
        If the package names no licence that is understood.
    """
    told = metadata(name)
    if name in READ_BY_HAND:
        return READ_BY_HAND[name]
    for field in ("License-Expression", "License"):
        with suppress(ExpressionError):
            for expression in filter(None, told.get_all(field) or []):
                return str(get_spdx_licensing().parse(expression, validate=True))
    classifiers = [each.rpartition(" :: ")[2] for each in told.get_all("Classifier") or []]
    named = [CLASSIFIERS[each] for each in classifiers if each in CLASSIFIERS]
    if len(named) != 1:
        raise ValueError(f"{name} does not say one licence; read its files and add it to READ_BY_HAND")
    return named[0]


def is_compatible(expression: str) -> bool:
    """Whether a work under this licence may be part of one under ours.

    Examples
    --------
    >>> is_compatible("MIT"), is_compatible("MIT AND SSPL-1.0"), is_compatible("MIT OR SSPL-1.0")
    (True, False, True)
    """
    return _fits(get_spdx_licensing().parse(expression, validate=True))


def _fits(parsed: Expression) -> bool:
    parts = [_fits(each) for each in getattr(parsed, "args", ())]
    if not parts:
        return str(parsed) in COMPATIBLE
    return any(parts) if parsed.operator.strip() == "OR" else all(parts)


def document_of(packages: list[Package]) -> str:
    """Make the CycloneDX document."""
    bom = Bom(version=1, serial_number=uuid.uuid5(uuid.NAMESPACE_URL, f"graphlink {graphlink.__version__}"))
    bom.metadata.component = _component(Package("graphlink", graphlink.__version__, OURS), ComponentType.APPLICATION)
    for package in packages:
        bom.components.add(_component(package, ComponentType.LIBRARY))
    bom.register_dependency(bom.metadata.component, bom.components)
    document = json.loads(JsonV1Dot6(bom).output_as_string())
    del document["metadata"]["timestamp"]  # with the time of writing, every copy would be another document
    return json.dumps(document, indent=2) + "\n"


def _component(package: Package, kind: ComponentType) -> Component:
    url = PackageURL(type="pypi", name=package.name, version=package.version)
    return Component(
        name=package.name,
        version=package.version,
        type=kind,
        purl=url,
        bom_ref=str(url),
        licenses=[LicenseExpression(package.licence)],
    )


def page_of(packages: list[Package]) -> str:
    """Make the page."""
    rows = "\n".join(f"| {each.name} | {each.version} | {each.licence} |" for each in packages)
    return f"""# Components and their licences

graphlink is under {OURS}, since leidenalg and igraph are under the GPL. These packages are installed with it (from
`deploy/requirements.lock`, which also holds their hashes); each licence allows its work to be part of one under
{OURS}, and a test says so. The same list for programs, in CycloneDX 1.6: [components.cdx.json](components.cdx.json).

Made by `make docs` from the lock and from what the packages say of themselves.

| package | version | licence |
|---|---|---|
{rows}
"""


if __name__ == "__main__":
    sys.exit(main())
