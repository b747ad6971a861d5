"""What a name means: rings before accounts before signals, unless a word before a colon says which."""

import pytest
from questions_worlds import renamed_run, written

from graphlink.results.questions.folder import open_run
from graphlink.results.questions.naming import Kind, find_account, find_named
from graphlink.words.errors import ExitCode, InputError


def value_of(asked, key):
    return asked.rows("SELECT signal_type, signal_value FROM signals WHERE signal = ?", key)[0]


def test_each_kind_is_found_by_its_name(run, asked):
    ring = run.findings.rings[0].ring_id
    assert find_named(asked, ring) == find_named(asked, ring.lower()) == find_named(asked, f"ring:{ring}")
    assert find_named(asked, ring).key == ring
    account = run.reading.sightings.accounts.ids.to_pylist().index("s3")
    assert find_named(asked, "s3").key == find_named(asked, "account:s3").key == account
    for name in ("ip=gateway", "gateway", "signal:gateway", "signal:ip=gateway"):
        found = find_named(asked, name)
        assert (found.kind, value_of(asked, found.key)) == (Kind.SIGNAL, ("ip", "gateway"))


def test_a_value_of_two_types_needs_its_type(asked):
    with pytest.raises(InputError, match=r"GL505 twice: 2 signals .*device=…, ip=…") as refused:
        find_named(asked, "twice")
    assert refused.value.exit_code == ExitCode.INPUT_REFUSED
    assert value_of(asked, find_named(asked, "device=twice").key) == ("device", "twice")


@pytest.fixture(scope="module")
def confusing(run, tmp_path_factory):
    """A run in which an account has the name of a ring, and another that of a signal; one has a colon."""
    ring = run.findings.rings[0].ring_id
    names = {"x1": ring, "x2": "gateway", "x3": "ip=gateway", "x4": "account:x5", "x6": "a=b"}
    other = renamed_run(names, {"alone": "a=b"})
    with open_run(written(other, tmp_path_factory.mktemp("confusing") / "run")) as opened:
        yield opened, ring if ring in {each.ring_id for each in other.findings.rings} else None


def test_a_name_of_several_kinds_means_the_first_and_the_others_are_told(confusing):
    asked, ring = confusing
    assert ring is not None
    found = find_named(asked, ring)
    assert (found.kind, found.also) == (Kind.RING, (Kind.ACCOUNT,))
    assert find_named(asked, f"account:{ring}").kind is Kind.ACCOUNT
    for name in ("gateway", "ip=gateway"):
        found = find_named(asked, name)
        assert (found.kind, found.also) == (Kind.ACCOUNT, (Kind.SIGNAL,))
        assert find_named(asked, f"signal:{name}").kind is Kind.SIGNAL


def test_an_account_whose_name_has_a_colon_is_found_by_the_long_way(confusing):
    asked, _ = confusing
    assert find_account(asked, "account:account:x5") != find_account(asked, "account:x5") == find_account(asked, "x5")


def test_a_value_with_an_equals_sign_is_found_whole(confusing):
    asked, _ = confusing
    assert find_named(asked, "a=b").kind is Kind.ACCOUNT


@pytest.mark.parametrize(
    ("name", "nearest"),
    [
        ("crowd-0059", "crowd-0059"),  # a digit missing
        ("crowd-00x44", "crowd-00044"),  # a slip
        ("Crowd-00044", "crowd-00044"),  # another case
        ("gatewy", "gateway"),
        ("ip=gatewax", "gateway"),
    ],
)
def test_an_unknown_name_is_answered_with_the_nearest(name, nearest, asked):
    with pytest.raises(InputError, match="GL504") as refused:
        find_named(asked, name)
    assert nearest in str(refused.value)
    assert refused.value.exit_code == ExitCode.INPUT_REFUSED


@pytest.mark.parametrize(
    "name", ["", "zzzzzzzzzz", "account:", "ring:", "=", "'; DROP TABLE rings; --", "%", "\x1b[2J"]
)
def test_nonsense_is_an_unknown_name(name, asked):
    with pytest.raises(InputError, match="GL504") as refused:
        find_named(asked, name)
    assert "\x1b" not in str(refused.value)


@pytest.mark.parametrize("is_sweep", [False, True])
def test_a_value_that_a_sweep_does_not_know_may_be_allowed(run, tmp_path, is_sweep):
    folder = written(run, tmp_path / "run")
    if is_sweep:
        (folder / "ruling.json").write_text('{"cleared": []}')
    with open_run(folder) as asked, pytest.raises(InputError, match="GL504") as refused:
        find_named(asked, "ip=9.9.9.9")
    assert ("or of an allowed signal" in str(refused.value)) == is_sweep


def test_where_an_account_is_wanted_nothing_else_will_do(run, asked):
    for name in ("gateway", run.findings.rings[0].ring_id, "signal:gateway"):
        with pytest.raises(InputError, match="GL504"):
            find_account(asked, name)


def test_hostile_names_near_a_wrong_one_are_shown_and_not_obeyed(tmp_path):
    hostile = renamed_run({"x1": "evil\x1b[2Jname"}, {})
    with open_run(written(hostile, tmp_path / "run")) as asked:
        with pytest.raises(InputError, match="GL504") as refused:
            find_named(asked, "evil\x1b[2Jnam")
        assert r"evil\u{1B}[2Jname" in str(refused.value)
        assert "\x1b" not in str(refused.value)


def test_names_that_look_the_same_are_told_apart(run, tmp_path):
    names = {"x1": "account-caf\u00e9", "x2": "account-cafe\u0301"}
    with open_run(written(renamed_run(names, {}), tmp_path / "run")) as asked, pytest.raises(InputError) as refused:
        find_account(asked, "account-cafe")
    assert r"('account-caf\xe9')" in str(refused.value)
    assert r"('account-cafe\u0301')" in str(refused.value)
