"""Parameter files: what differs from `default` is laid over it, and every mistake is named at once."""

import pytest

from graphlink.lab.simulate import load_parameters, simulate
from graphlink.words.errors import ConfigError


def write(tmp_path, text):
    path = tmp_path / "mine.toml"
    path.write_text(text, "utf-8")
    return path


def ends(parameters, section, name):
    return dict(dict(parameters.ranges)[section])[name]


def test_a_file_need_only_give_what_differs(tmp_path):
    mine = load_parameters(write(tmp_path, "[rings]\npool = [10, 20]\nhydra_cell = 99\n"))
    assert (ends(mine, "rings", "pool").low, ends(mine, "rings", "pool").high) == (10, 20)
    assert ends(mine, "rings", "hydra_cell").low == ends(mine, "rings", "hydra_cell").high == 99.0
    assert ends(mine, "habits", "card") == ends(load_parameters("default"), "habits", "card")


def test_a_world_is_named_after_its_file(tmp_path):
    mine = load_parameters(write(tmp_path, "[habits]\ncard = 0.1\n"))
    world = simulate(mine, n_accounts=1_000, seed=1)
    assert world.parameters == "mine"
    assert world.settings.habits.card == 0.1


@pytest.mark.parametrize(
    ("text", "code"),
    [
        *(("[rings]\npols = 3\n", "GL402"), ("[ring]\npool = 3\n", "GL402"), ("pool = 3\n", "GL402")),
        *(("[rings]\npool = [3, 2]\n", "GL404"), ("[rings]\npool = [3]\n", "GL404")),
        *(("[rings]\npool = 'many'\n", "GL403"), ("[rings]\npool = 2.5\n", "GL403")),
        *(("[rings]\npool = true\n", "GL403"), ("[rings\n", "GL401")),
    ],
)
def test_mistakes(tmp_path, text, code):
    with pytest.raises(ConfigError) as caught:
        load_parameters(write(tmp_path, text))
    assert caught.value.code == code


def test_all_mistakes_at_once(tmp_path):
    with pytest.raises(ConfigError) as caught:
        load_parameters(write(tmp_path, "[rings]\npols = 3\npool = [3, 2]\n[habits]\ncard = 'x'\n"))
    assert [problem.code for problem in caught.value.problems] == ["GL402", "GL404", "GL403"]


def test_a_file_that_is_not_there(tmp_path):
    with pytest.raises(ConfigError) as caught:
        load_parameters(tmp_path / "none.toml")
    assert caught.value.code == "GL409"
