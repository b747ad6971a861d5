"""Code of others in the page is what its publisher published, with its licence, and comes with the package."""

import hashlib
from importlib.resources import files

from graphlink.results.page.html_page import CYTOSCAPE, script_bytes

FOLDER = files("graphlink.results.page") / "vendored"


LICENCE = "cytoscape-LICENSE.txt"


def test_the_script_has_the_digest_that_is_recorded():
    assert f"`{hashlib.sha256(script_bytes(CYTOSCAPE)).hexdigest()}`" in (FOLDER / "README.md").read_text()


def test_the_script_is_of_the_version_that_is_recorded():
    version = CYTOSCAPE.removeprefix("cytoscape-").removesuffix(".min.js")
    assert f'"{version}"'.encode() in script_bytes(CYTOSCAPE)


def test_the_licence_lies_beside_the_script():
    assert "Permission is hereby granted, free of charge" in (FOLDER / LICENCE).read_text()
    assert b"The Cytoscape Consortium" in script_bytes(CYTOSCAPE)[:200]


def test_every_vendored_file_is_recorded():
    readme = (FOLDER / "README.md").read_text()
    for name in (each.name for each in FOLDER.iterdir()):
        assert name in {"README.md", CYTOSCAPE, LICENCE}
        assert name == "README.md" or f"`{name}`" in readme


def test_the_script_can_stand_in_a_page():
    text = script_bytes(CYTOSCAPE).lower()
    assert b"</script" not in text
    assert b"<!--" not in text
    assert b"\r" not in text  # a browser would read a line feed, and the digest would differ
