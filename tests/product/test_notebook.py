"""The example notebook runs from the first cell to the last and is kept without outputs; what a notebook shows."""

import nbformat
import pytest
from nbclient import NotebookClient

HOSTILE = "<script>alert(1)</script>"
SHOWN = f"""
import pandas as pd
import IPython.display, graphlink as gl
rows = [(f"a{{n}}", kind, f"{HOSTILE}{{kind}}") for n in range(12) for kind in ("card", "device", "template")]
rows += [(f"b{{n}}", "card", f"own{{n}}") for n in range(200)]
result = gl.link(pd.DataFrame(rows, columns=["account_id", "signal_type", "signal_value"]))
IPython.display.display(result, result.plot(), result.ring(result.rings["ring_id"][0]))
"""


def executed(source, folder):
    """The outputs of a cell, and each content that one of them had in turn."""
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(source)])
    client = NotebookClient(notebook, timeout=200, kernel_name="python3", resources={"metadata": {"path": str(folder)}})
    updates = []
    process = client.process_message

    def listen(message, cell, cell_index):
        if message["msg_type"] == "update_display_data":
            updates.append(message["content"]["data"]["text/html"])
        return process(message, cell, cell_index)

    client.process_message = listen
    client.execute()
    return notebook.cells[0].outputs, updates


@pytest.mark.slow
def test_a_notebook_shows_a_bar_while_it_works_and_then_the_result_with_its_picture(tmp_path):
    outputs, updates = executed(SHOWN, tmp_path)
    assert [each for each in updates if each.startswith('<progress max="1" value="0.5')]
    assert updates[-1] == outputs[0]["data"]["text/html"] == ""
    result, picture, ring = (each["data"] for each in outputs[1:])
    assert all(part in result["text/html"] for part in ("<table", "<svg"))
    assert "<svg" in picture["image/svg+xml"]
    for shown in (result["text/html"], picture["image/svg+xml"], ring["text/html"]):
        assert "<script" not in shown
    assert "&lt;script&gt;" in ring["text/html"]


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_every_cell_of_the_notebook_runs(root):
    path = root / "examples" / "notebook.ipynb"
    notebook = nbformat.read(path, as_version=4)
    client = NotebookClient(
        notebook, timeout=800, kernel_name="python3", resources={"metadata": {"path": str(path.parent)}}
    )
    client.execute()
    last = [cell for cell in notebook.cells if cell.cell_type == "code"][-1]
    assert last.execution_count == sum(cell.cell_type == "code" for cell in notebook.cells)
    assert any(cell.get("outputs") for cell in notebook.cells)
