"""A report's page and a graph's file, read by their shape."""

import io
import subprocess
from html.parser import HTMLParser

import networkx as nx
from networkx.readwrite.gexf import GEXF

from graphlink.results.page.html_page import write_report

VOID = {"meta", "link", "input", "br", "hr", "img"}


def page(run):
    file = io.BytesIO()
    write_report(file, run)
    return file.getvalue().decode()


class Skeleton(HTMLParser):
    """Tags with the names of their attributes, indented by depth, without any text."""

    def __init__(self):
        super().__init__(convert_charrefs=True)
        self.lines = []
        self.depth = 0

    def handle_starttag(self, tag, attrs):
        self.lines.append("  " * self.depth + " ".join([tag, *sorted(name for name, _ in attrs)]))
        self.depth += tag not in VOID

    def handle_endtag(self, tag):
        self.depth -= tag not in VOID


def skeleton_text(text):
    parser = Skeleton()
    parser.feed(text)
    return "\n".join(parser.lines) + "\n"


class Tables(HTMLParser):
    """The cells of every table, by the table's classes."""

    def __init__(self):
        super().__init__(convert_charrefs=True)
        self.tables = []
        self.in_cell = 0

    def handle_starttag(self, tag, attrs):
        if tag == "table":
            self.tables.append((dict(attrs).get("class", ""), []))
        elif tag == "tr" and self.tables:
            self.tables[-1][1].append([])
        elif tag in ("td", "th"):
            self.in_cell += 1
            self.tables[-1][1][-1].append("")

    def handle_endtag(self, tag):
        if tag in ("td", "th"):
            self.in_cell -= 1

    def handle_data(self, data):
        if self.in_cell:
            self.tables[-1][1][-1][-1] += data


def tables(text, kind):
    parser = Tables()
    parser.feed(text)
    return [
        [[cell.strip() for cell in row] for row in rows[1:]]
        for classes, rows in parser.tables
        if kind in classes.split()
    ]


def read_gexf(text):
    """Older networkx does not know the name of 1.3; the form before it has all that is used here."""
    if "1.3" in GEXF.versions:
        return nx.read_gexf(io.BytesIO(text), version="1.3")
    older = GEXF.versions["1.2draft"]["NS_GEXF"].encode()
    return nx.read_gexf(io.BytesIO(text.replace(b"http://gexf.net/1.3", older)), version="1.2draft")


def tree_shape(element):
    names = sorted(element.attrib)
    return (element.tag, names, [tree_shape(child) for child in element])


def as_sheets(soffice, tables, folder):
    """What a spreadsheet makes of CSV files, as XML by the names of the files."""
    convert = [soffice, f"-env:UserInstallation=file://{folder}/profile", "--headless", "--convert-to", "fods"]
    subprocess.run([*convert, "--outdir", folder, *tables], check=True, capture_output=True, timeout=200)
    return {path.stem: path.read_text() for path in folder.glob("*.fods")}
