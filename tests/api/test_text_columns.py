"""Texts are Arrow columns under pandas 2 too, where columns of Python objects are compared up to their first NUL."""

import math
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import graphlink as gl

RING = [
    (f"a{account}", kind, f"{kind}-{account // 6}") for account in range(18) for kind in ("device", "card", "cookie")
]
OTHERS = [(f"b{account}", "device", f"own-{account}") for account in range(600)]
COLUMNS = ["account_id", "signal_type", "signal_value"]
KNOWN = st.sampled_from([*RING, *OTHERS])


def findings(rows):
    config = gl.Config(method={"null_worlds": 1, "disturbances": 1})
    result = gl.link(pd.DataFrame(rows, columns=COLUMNS).astype(object), config=config)
    assert len(result.members) > 0
    return result.members, result.rings


@st.composite
def cut_by_nul(draw):
    """A row whose account or value is another's up to a NUL."""
    account, kind, value = draw(KNOWN)
    other, _, shared = draw(KNOWN)
    tail = "\0" + draw(st.text("ab\0", max_size=2))
    return draw(st.sampled_from([(account + tail, kind, shared), (other, kind, value + tail)]))


@pytest.fixture
def without(only_arrow_texts):
    return findings([*RING, *OTHERS])


@settings(max_examples=10, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(cut_by_nul(), min_size=1, max_size=6))
def test_a_text_is_not_taken_for_what_it_is_up_to_a_nul(without, rows):
    for found, expected in zip(findings([*RING, *OTHERS, *rows]), without, strict=True):
        pd.testing.assert_frame_equal(found, expected)


def test_texts_are_arrow_columns_throughout(only_arrow_texts, samples: Path):
    result = gl.analyse(gl.read(samples / "tiny"))
    texts = [
        frame[name]
        for frame in (result.rings, result.members, result.signals, result.hubs)
        for name in frame
        if pd.api.types.is_string_dtype(frame[name])
    ]
    assert {each.dtype.storage.partition("_")[0] for each in texts} == {"pyarrow"}
    assert all(math.isnan(each.dtype.na_value) for each in texts)
