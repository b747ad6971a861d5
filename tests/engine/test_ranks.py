"""Texts are numbered in the order of their bytes, whatever they are."""

import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from graphlink.engine.ranks import are_among, number_rows, ranked, ranks

TEXTS = st.lists(st.none() | st.text(st.characters(codec="utf-8"), max_size=3), max_size=12)
KINDS = {"str": "str", "object": object}


@given(texts=TEXTS, large=st.booleans())
def test_ranks_are_places_among_the_distinct_texts_in_order(texts, large):
    distinct, rank = ranked(pa.array(texts, pa.large_string() if large else pa.string()))
    assert distinct.to_pylist() == sorted({each for each in texts if each is not None}, key=str.encode)
    assert [None if place < 0 else distinct[place].as_py() for place in rank.tolist()] == texts


@given(left=TEXTS, right=TEXTS)
@pytest.mark.parametrize("kind", KINDS)
def test_equal_texts_of_several_columns_have_one_rank(kind, left, right):
    columns = [pd.Series(each, dtype=KINDS[kind]) for each in (left, right)]
    order = sorted({each for each in (*left, *right) if each is not None}, key=str.encode)
    told = [[-1 if each is None else order.index(each) for each in some] for some in (left, right)]
    assert [each.tolist() for each in ranks(*columns)] == told


@given(left=TEXTS, right=TEXTS)
def test_a_missing_text_is_among_no_others(left, right):
    found = are_among(pd.Series(left, dtype="str"), pd.Series(right, dtype="str"))
    assert found.tolist() == [each is not None and each in right for each in left]


@given(rows=st.lists(st.tuples(st.integers(-3, 3), st.sampled_from("abé€"), st.text("xy", max_size=2)), max_size=12))
def test_rows_are_numbered_in_the_order_of_their_keys(rows):
    table = pd.DataFrame(rows, columns=["ring", "kind", "value"]).astype({"kind": "str", "value": "str", "ring": int})
    order = sorted(set(rows))
    assert number_rows(table, ["ring", "kind", "value"]).tolist() == [order.index(each) for each in rows]
