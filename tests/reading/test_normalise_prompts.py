"""Prompts of one template are one signal, public openings are none, and no text is kept."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from signal_values import read, signals

from graphlink.reading.normalise.prompts import PUBLIC_OPENINGS

_OWN = "Grade the essay below as a strict examiner and answer in JSON."


def _ids(*prompts: str) -> list[str | None]:
    return signals("prompt", "template", *prompts)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        *(("3 apples", "1,024.50 apples"), ("rows 1, 2 and 3", "rows 1 and 2"), ("on 2026-11-24", "on 1/2/2025")),
        *(("on March 3rd", "on 14 July"), ("the word “spring”", 'the word "late autumn"')),
        *(("the word 'spring'", "the word «Herbst»"), ("the words 'a' 'b'", "the words 'c'")),
        *(("https://x.org/a?b=1", "www.y.org"), ("jane@initech.com", "joe.b@mail.initech.co.uk")),
        ("8d7f0f1e-0d3b-4b7e-9d3e-0a1b2c3d4e5f", "00000000-1111-2222-3333-444444444444"),
        *(("commit 9f86d081884c", "commit 1a2b3c4"), ("```python\nprint(1)\n```", "```\nx\n\ny\n```")),
        *(("`foo`", "`bar()`"), ("/home/jane/a.py", "C:\\users\\joe")),
        ("QWxhZGRpbjpvcGVuIHNlc2FtZQQWxhZGRpbjpvcGVuIHNl", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"),
        ("٣ apples", "४२ apples"),
    ],
)
def test_prompts_that_differ_in_a_variable_part_are_one_template(one, other):
    first, second = _ids(f"{_OWN} Here: {one}. Be brief.", f"{_OWN} Here: {other}. Be brief.")
    assert first == second
    assert first is not None


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("a strict", "a kind"),
        ("JSON", "XML"),
        ("Don't say it's fine", "Don't say that's fine"),
        ("and/or not", "and/then not"),
    ],
)
def test_prompts_that_differ_in_their_words_are_two_templates(one, other):
    first, second = _ids(f"{_OWN} {one}", f"{_OWN} {other}")
    assert first != second


@pytest.mark.parametrize(
    "prompt",
    [
        _OWN.upper(),
        _OWN.replace(" ", "  \n\t"),
        _OWN.replace(" ", "\u00a0"),
        _OWN.replace("e", "e\u200b"),
        f"\n\n{_OWN}   ",
        _OWN.replace(" ", "\r\n", 3),
    ],
)
def test_white_space_capitals_and_unseen_characters_do_not_count(prompt):
    assert _ids(prompt) == _ids(_OWN)


@pytest.mark.parametrize("opening", PUBLIC_OPENINGS)
def test_a_public_opening_says_nothing_by_itself_and_nothing_before_a_prompt(opening):
    assert read("prompt", opening, opening.replace(" ", "\n").upper()).unlinkable.tolist() == [True, True]
    assert _ids(f"{opening}\n\n{_OWN}") == _ids(_OWN)


def test_openings_of_tool_and_framework_are_taken_off_together():
    identity = "You are Claude Code, Anthropic's official CLI for Claude."
    billing = "x-anthropic-billing-header: cc_version=2.1.162.553; cc_entrypoint=cli; cch=0a1b2;"
    assert _ids(f"{billing}\n{identity}\nYou are a helpful assistant. {_OWN}") == _ids(_OWN)


def test_a_public_line_later_in_a_prompt_stays():
    with_line, without = _ids(f"{_OWN} You are a helpful assistant.", _OWN)
    assert with_line != without


@pytest.mark.parametrize(
    "prompt", ["hi", "Hello there!", "Translate 7", "17 + 4 = ?", '"a long quotation alone"', "???", "```x```"]
)
def test_a_prompt_with_next_to_no_words_links_nobody(prompt):
    found = read("prompt", prompt)
    assert found.unlinkable.tolist() == [True]
    assert found.signals["template"].to_pylist() == [None]


@pytest.mark.parametrize("prompt", ["请把下面的句子翻译成英文", "要約してください", "Summarise this letter"])
def test_a_short_sentence_is_a_template_in_any_script(prompt):
    assert _ids(prompt) != [None]


def test_ids_of_a_former_run_are_kept():
    (first,) = _ids(_OWN)
    assert _ids(first) == [first]


@given(st.text(min_size=30, max_size=200))
def test_a_template_is_an_id_and_never_text(text):
    (found,) = _ids(text)
    assert found is None or (found.startswith("t_") and len(found) == 22 and set(found[2:]) <= set("0123456789abcdef"))


@given(st.lists(st.text("abcdefgh .,'\"`\n/12", max_size=80), min_size=1, max_size=6))
def test_a_prompt_is_the_same_template_whatever_stands_beside_it(prompts):
    assert _ids(*prompts) == [_ids(prompt)[0] for prompt in prompts]
