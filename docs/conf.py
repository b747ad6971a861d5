"""How Sphinx makes the documentation site (``make site``): Markdown in, pages that open from a disk out."""
# ruff: noqa: INP001

project = html_title = "graphlink"
extensions = ["myst_parser"]
exclude_patterns = ["made/licences.md"]
language = "en_GB"
nitpicky = True
myst_heading_anchors = 4
html_theme = "furo"
html_copy_source = html_show_copyright = False
