"""Texts are judged as by a close look at each, though most are told to be plain by their letters."""

import pyarrow as pa
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from graphlink.config.settings import ReadingConfig
from graphlink.reading.columns.ids import IdRule
from graphlink.reading.columns.text_checks import EMPTY, FINE, LONG, _look_closer, judge_texts

READING = ReadingConfig()
LIMIT = 12
LETTERS = st.text("aZ09+E. -_?<(\t\0é–\u3000\ufeff\x7f", max_size=LIMIT + 3)
TOKENS = st.sampled_from([*READING.null_tokens, "undefined", "#N/A", "(null)", "7.3E+11"])


def verdicts(texts, reading, rule, judge=judge_texts) -> list[tuple[bytes, int, bool]]:
    """What is kept of each text where it is fine, the verdict, and whether it lost spaces."""
    judged = judge(pa.array(texts, pa.binary()).cast(pa.string(), safe=False), LIMIT, reading, rule)
    kept = judged.texts.cast(pa.binary()).to_pylist()
    told = zip(kept, judged.verdict.tolist(), judged.trimmed.tolist(), strict=True)
    return [(text if verdict == FINE else b"", verdict, trimmed) for text, verdict, trimmed in told]


@pytest.mark.parametrize("trim", [True, False])
@pytest.mark.parametrize("rule", [None, IdRule()])
@given(texts=st.lists(st.one_of(LETTERS, TOKENS).map(str.encode) | st.binary(max_size=LIMIT + 2), max_size=8))
@example(texts=[b"plain-value", b"caf\xe9", b"another-one", b" padded id "])
def test_a_text_that_is_told_by_its_letters_is_judged_as_by_a_closer_look(texts, rule, trim):
    reading = READING.model_copy(update={"trim": trim})
    assert verdicts(texts, reading, rule) == verdicts(texts, reading, rule, judge=_look_closer)


@pytest.mark.parametrize(
    ("text", "rule", "kept", "verdict"),
    [
        ("acct-000001", IdRule(), "acct-000001", FINE),
        ("undefined", IdRule(), "", EMPTY),
        ("undefined", None, "undefined", FINE),
        ("-----------", IdRule(), "", EMPTY),
        (" acct-1 ", IdRule(), "acct-1", FINE),
        ("acct-1\u3000", None, "acct-1", FINE),
        ("a" * (LIMIT + 1), None, "", LONG),
    ],
)
def test_what_becomes_of_a_text(text, rule, kept, verdict):
    plain = (b"a-plain-one", FINE, False)
    assert verdicts([b"a-plain-one", text.encode()], READING, rule) == [
        plain,
        (kept.encode(), verdict, verdict == FINE and kept != text),
    ]


def test_a_token_of_ones_own_is_found_however_long():
    reading = READING.model_copy(update={"null_tokens": ("nobody-here",)})
    assert verdicts([b"nobody-here", b"nobody-there"], reading, None) == [
        (b"", EMPTY, False),
        (b"nobody-there", FINE, False),
    ]
