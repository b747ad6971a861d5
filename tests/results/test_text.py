"""Names that stand below each other differ where they can, and none claims a cut that was not made."""

from graphlink.results.text import shorten_distinct


def test_where_names_cannot_be_told_apart_each_keeps_its_beginning_and_its_end():
    alike = [f"{'a' * 20}{number}{'b' * 20}" for number in (1, 2)]
    assert shorten_distinct([*alike, "short"], 11) == ["aaaaa…bbbbb", "aaaaa…bbbbb", "short"]


def test_a_name_that_fits_stays_whole_beside_others_that_are_cut():
    alike = [f"shop|eu|{number}|{'x' * 20}" for number in (1, 2)]
    assert shorten_distinct([*alike, "shop|eu|3|y"], 11) == ["…1|xxxxxxx…", "…2|xxxxxxx…", "shop|eu|3|y"]
