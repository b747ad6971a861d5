"""The lock, the settings and the scripts around the code say what they should."""

import re
import tomllib
from itertools import chain

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name


@pytest.fixture(scope="module")
def project(root) -> dict:
    return tomllib.loads((root / "pyproject.toml").read_text())


@pytest.fixture(scope="module")
def lock(root) -> str:
    return (root / "requirements.lock").read_text()


def declared(project: dict) -> list[Requirement]:
    lists = [project["project"]["dependencies"], *project["project"]["optional-dependencies"].values()]
    named = project["dependency-groups"].items()
    groups = chain.from_iterable(group for name, group in named if name != "fuzz")  # which make fuzz installs by itself
    return [Requirement(wanted) for wanted in chain(*lists, groups) if isinstance(wanted, str)]


def test_the_lock_pins_every_dependency_within_its_range(project, lock):
    pinned = dict(re.findall(r"^([\w.-]+)==([\w.]+)", lock, re.MULTILINE))
    for wanted in declared(project):
        assert wanted.specifier.contains(pinned[canonicalize_name(wanted.name)]), wanted


def test_machines_that_only_run_it_get_what_was_tested(root, lock):
    lean = (root / "deploy" / "requirements.lock").read_text()
    entries = re.split(r"\n(?=[a-z])", re.sub(r"^#.*\n|^ +# .*\n", "", lean, flags=re.MULTILINE).strip())
    assert len(entries) > 30
    assert set(entries) <= set(
        re.split(r"\n(?=[a-z])", re.sub(r"^#.*\n|^ +# .*\n", "", lock, flags=re.MULTILINE).strip())
    )


def test_every_pinned_package_has_hashes(lock):
    packages = re.split(r"\n(?=[a-z])", re.sub(r"^#.*\n", "", lock, flags=re.MULTILINE).strip())
    assert len(packages) > 50
    assert all("--hash=sha256:" in package for package in packages)


def test_the_lock_names_no_index_and_no_place_on_a_machine(lock):
    assert not re.findall(
        r"https?://|file:|--(?:extra-)?index-url|--find-links|^-e |/(?:home|root|opt|tmp)/", lock, re.MULTILINE
    )


def test_every_dependency_has_its_reason_beside_it(root):
    section = (root / "pyproject.toml").read_text().split("\ndependencies = [")[1].split("\n]")[0]
    assert all(re.search(r'", +# \w', line) for line in section.strip().splitlines())


def test_every_target_that_the_readme_names_is_in_the_makefile(root):
    targets = set(re.findall(r"^([a-z]+):", (root / "Makefile").read_text(), re.MULTILINE))
    assert set(re.findall(r"make (\w+)", (root / "README.md").read_text().replace("make its", ""))) <= targets
