"""A graph that is closed while it is being drawn leaves nothing behind that fails."""

import pytest

pytestmark = pytest.mark.slow

pytest_plugins = ["report_browser"]

# Each is done in the very task in which the graph is closed, or just before: what it asked to be drawn comes later.
STIRS = {
    "the window": "stage.style.width = '300px'",
    "the wheel": "stage.firstElementChild.dispatchEvent(new WheelEvent('wheel', {deltaY: 40, bubbles: true}))",
    "keys": "for (const key of ['+', '-', '0']) stage.dispatchEvent(new KeyboardEvent('keydown', {key}))",
    "cells": "for (const one of room.querySelectorAll('.cells-of button')) one.click()",
    "nothing": "",
}
CLOSE = """async (wait) => {
  const figure = document.querySelector('#ring-R-0001 figure.graph');
  for (let round = 0; round < 2; round++) {
    figure.querySelector('button.go').click();
    const room = figure.querySelector('.explore');
    const stage = room.querySelector('.stage');
    STIR;
    if (wait) await new Promise((done) => setTimeout(done, wait));
    const back = room.querySelector('.tools button');
    back.click();
    back.click();
    await new Promise((done) => setTimeout(done, 350));
  }
}"""


@pytest.mark.parametrize("wait", [0, 16, 100])
@pytest.mark.parametrize("stir", STIRS)
def test_a_graph_is_closed_while_it_is_being_drawn(visit, stir, wait):
    seen = visit("several", "#ring-R-0001")
    page = seen.page
    page.evaluate(CLOSE.replace("STIR", STIRS[stir]), wait)
    assert not seen.happened
    assert page.locator(".explore").count() == 0
