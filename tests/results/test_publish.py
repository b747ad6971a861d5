"""Where a run may be put, what is left when it cannot, and what is shown of numbers that are none."""

import errno
import json
import os
import shutil
import signal
from contextlib import suppress
from pathlib import Path

import pytest

from graphlink.results.publish import private_folder, publish
from graphlink.results.publish.publish import MANIFEST, RUN_FORMAT, check_destination, file_facts, publish_folder


def fill(folder):
    (folder / "rings.csv").write_text("ring_id\n")


def test_an_empty_folder_is_filled(tmp_path):
    (tmp_path / "run").mkdir()
    check_destination(tmp_path / "run", RUN_FORMAT, force=False)
    publish_folder(tmp_path / "run", fill)
    assert [path.name for path in tmp_path.rglob("*")] == ["run", "rings.csv"]


@pytest.mark.parametrize(
    "manifest",
    [
        '{"format": "graphlink-case"}',
        *("[]", '"graphlink-run"', "{}", "{", ""),
        pytest.param("[" * 100_000, id="deep"),
        '{"format": "graphlink-run", "outputs": {}, "inputs": []}',
        '{"format": "graphlink-run", "outputs": {}, "inputs": {"outputs": [1]}}',
        '{"format": "graphlink-run", "outputs": 5}',
        '{"format": "graphlink-run", "outputs": "run.json"}',
    ],
)
@pytest.mark.parametrize("force", [False, True])
def test_a_manifest_of_something_else_makes_no_run(tmp_path, manifest, force):
    (tmp_path / MANIFEST).write_text(manifest)
    with pytest.raises(FileExistsError, match="something other than a run"):
        check_destination(tmp_path, RUN_FORMAT, force=force)


@pytest.mark.parametrize("make", [os.mkfifo, lambda path: path.symlink_to("elsewhere.json")], ids=["pipe", "link"])
def test_a_manifest_that_is_a_link_or_a_pipe_makes_no_run_and_is_not_waited_for(tmp_path, make):
    (tmp_path / "elsewhere.json").write_text(json.dumps({"format": RUN_FORMAT}))
    make(tmp_path / MANIFEST)
    with pytest.raises(FileExistsError, match="something other than a run"):
        check_destination(tmp_path, RUN_FORMAT, force=True)


def test_folders_that_were_made_on_the_way_go_when_writing_fails(tmp_path):
    def fail(folder):
        fill(folder)
        raise OSError("the disk fails")

    (tmp_path / "there").mkdir()
    with pytest.raises(OSError, match="the disk fails"):
        publish_folder(tmp_path / "there" / "new" / "newer" / "run", fail)
    assert [path.name for path in tmp_path.rglob("*")] == ["there"]


def test_a_folder_on_the_way_that_somebody_uses_by_then_stays(tmp_path):
    def fail(folder):
        (folder.parent / "of somebody else").write_text("")
        raise OSError("the disk fails")

    with pytest.raises(OSError, match="the disk fails"):
        publish_folder(tmp_path / "new" / "run", fail)
    assert [path.name for path in tmp_path.rglob("*")] == ["new", "of somebody else"]


def test_two_runs_may_make_the_same_folder_on_the_way(tmp_path, monkeypatch):
    """Both find that it is not there; the second to make it finds it made."""
    make = Path.mkdir

    def overtaken(folder, *args, **kwargs):
        make(folder, *args, **kwargs)
        make(folder, *args, **kwargs)

    monkeypatch.setattr(Path, "mkdir", overtaken)
    publish_folder(tmp_path / "new" / "newer" / "run", fill)
    assert (tmp_path / "new" / "newer" / "run" / "rings.csv").exists()


def test_a_place_where_nothing_can_be_made_is_left_as_it_was():
    with pytest.raises(OSError, match=r"\.tmp-graphlink-"):
        publish_folder(Path("/proc/run"), fill)
    assert not Path("/proc/run").exists()


def a_run(folder, word="first"):
    (folder / "rings.csv").write_text(word)
    (folder / MANIFEST).write_text(json.dumps({"format": RUN_FORMAT, "outputs": {"rings.csv": {}}}))


def names(folder):
    return sorted(path.name for path in folder.iterdir())


@pytest.fixture
def out(tmp_path):
    """The folder of a published run."""
    publish_folder(tmp_path / "run", a_run)
    return tmp_path / "run"


@pytest.fixture
def found(out):
    return check_destination(out, RUN_FORMAT, force=True)


@pytest.mark.parametrize("force", [False, True])
def test_what_was_published_meanwhile_is_not_replaced(tmp_path, force):
    """Of two runs into one folder that begin at once, the second to come finds that of the first."""
    out = tmp_path / "run"
    if force:
        publish_folder(out, a_run)
    found = check_destination(out, RUN_FORMAT, force=force)

    def overtaken(folder):
        a_run(folder, "third")
        publish_folder(out, lambda other: a_run(other, "second"), found)

    with pytest.raises(FileExistsError, match="another process wrote to"):
        publish_folder(out, overtaken, found)
    assert (out / "rings.csv").read_text() == "second"
    assert names(tmp_path) == ["run"]


def test_a_run_in_which_a_file_is_filled_in_meanwhile_is_not_replaced(out, found, tmp_path):
    """A draft that somebody edits where it stands, while a case is packed anew."""

    def edited(folder):
        a_run(folder, "second")
        (out / "rings.csv").write_text("edited")

    with pytest.raises(FileExistsError, match="another process wrote to"):
        publish_folder(out, edited, found)
    assert (out / "rings.csv").read_text() == "edited"
    assert names(tmp_path) == ["run"]


def test_a_run_to_which_a_file_is_added_meanwhile_is_not_replaced(out, found):
    (out / "notes.txt").write_text("")
    with pytest.raises(FileExistsError, match="another process"):
        publish_folder(out, a_run, found)
    assert names(out) == ["notes.txt", "rings.csv", MANIFEST]


def test_an_earlier_run_is_replaced_and_nothing_is_left_of_it(out, found, tmp_path):
    publish_folder(out, lambda folder: a_run(folder, "second"), found)
    assert (out / "rings.csv").read_text() == "second"
    assert names(tmp_path) == ["run"]


def test_what_somebody_changed_in_a_run_is_named(tmp_path):
    """A link or a folder in the place of a file is another file, and is not followed."""
    names = ("a.csv", "b.csv", "c.csv", "d.csv")
    for name in names:
        (tmp_path / name).write_text("whole")
    outputs = {name: file_facts(tmp_path / name) for name in names}
    (tmp_path / MANIFEST).write_text(json.dumps({"format": RUN_FORMAT, "outputs": outputs}))
    check_destination(tmp_path, RUN_FORMAT, force=True)
    for name in names:
        (tmp_path / name).unlink()
    (tmp_path / "a.csv").write_text("a word")
    (tmp_path / "b.csv").symlink_to("/dev/zero")
    (tmp_path / "c.csv").mkdir()
    os.mkfifo(tmp_path / "d.csv")
    with pytest.raises(FileExistsError, match=r"wrote them: a\.csv, b\.csv, c\.csv and 1 more\. Fix: move them"):
        check_destination(tmp_path, RUN_FORMAT, force=True)
    for path in tmp_path.glob("*.csv"):
        path.rename(tmp_path.parent / path.name)
    check_destination(tmp_path, RUN_FORMAT, force=True)


def test_a_folder_that_is_no_run_is_not_walked_through(tmp_path, monkeypatch):
    """A slip of the hand (`-o /`) would walk through the whole disk."""
    (tmp_path / "of others").mkdir()
    monkeypatch.setattr("graphlink.results.publish.publish._names_below", lambda *_: pytest.fail("walks"))
    with pytest.raises(FileExistsError, match="something other than a run"):
        check_destination(tmp_path, RUN_FORMAT, force=True)


def kill_when(happens):
    """Publish in a process of its own that is killed as soon as this happens."""
    child = os.fork()
    if child == 0:
        with suppress(BaseException):
            happens(lambda *_, **__: os.kill(os.getpid(), signal.SIGKILL))
        os._exit(0)
    assert os.WTERMSIG(os.waitpid(child, 0)[1]) == signal.SIGKILL


def left_over(folder, word, start=None, machine=None):
    """Make a folder as a run that was killed leaves it, here unless it is said where."""
    here = private_folder._here()
    left = folder / f".tmp-graphlink-{start or here[0]}-{machine or here[1]}-{word}"
    left.mkdir(mode=0o700)
    fill(left)
    return left


def test_what_a_killed_run_left_is_cleared_away(tmp_path):
    kill_when(lambda kill: publish_folder(tmp_path / "run", lambda folder: (fill(folder), kill())))
    (left,) = names(tmp_path)
    assert left.startswith(".tmp-graphlink-")
    left_over(tmp_path, "e5f6g7_8", start="00000000")  # before the machine was started again
    left_over(tmp_path, "e5f6g7h8", machine="00000000")  # in a container that has another name
    publish_folder(tmp_path / "run", fill)
    assert names(tmp_path) == ["run"]


def test_what_may_not_be_left_over_stays(tmp_path):
    """A folder in which somebody works, one that others may read, a link, and names that are not ours."""
    open_to_others, link, longer = (left_over(tmp_path, word) for word in ("a1b2c3d4", "l1nkl1nk", "a1b2c3d45"))
    open_to_others.chmod(0o755)
    link.rename(tmp_path / "elsewhere")
    link.symlink_to(tmp_path / "elsewhere")
    aside = tmp_path / ".old-graphlink-a1b2c3d4"
    aside.mkdir(mode=0o700)

    def beside(folder):
        publish_folder(tmp_path / "another", fill)
        fill(folder)

    publish_folder(tmp_path / "run", beside)
    assert (tmp_path / "elsewhere" / "rings.csv").exists()
    stay = sorted(path.name for path in (open_to_others, link, longer, aside))
    assert names(tmp_path) == [*stay, "another", "elsewhere", "run"]


def test_what_another_machine_may_be_working_in_stays(tmp_path):
    """Over some network file systems its locks are not seen; nor are those of versions that took none."""
    there = left_over(tmp_path, "a1b2c3d4", start="00000000", machine="00000000")
    unsaid = tmp_path / ".tmp-graphlink-a1b2c3d4"
    unsaid.mkdir(mode=0o700)
    publish_folder(tmp_path / "run", fill)
    assert names(tmp_path) == sorted([there.name, unsaid.name, "run"])


@pytest.fixture
def exchanges(request, monkeypatch):
    """Whether the file system can exchange two names."""
    if not request.param:
        monkeypatch.setattr(publish, "exchange_names", lambda *_: False)


@pytest.fixture
def replaced_by_the_killed(tmp_path, monkeypatch):
    """A run that stands aside for another, which was killed before it took its place."""
    publish_folder(tmp_path / "run", a_run)
    monkeypatch.setattr(publish, "exchange_names", lambda *_: False)
    found = check_destination(tmp_path / "run", RUN_FORMAT, force=True)

    def between(kill):
        publish._put = kill
        publish_folder(tmp_path / "run", a_run, found)

    kill_when(between)
    assert not (tmp_path / "run").exists()
    return tmp_path / "run"


def test_a_run_that_stood_aside_for_one_that_was_killed_is_brought_back(replaced_by_the_killed):
    out = replaced_by_the_killed
    with (
        pytest.warns(RuntimeWarning, match="graphlink brought back .*run, which a killed run had put aside"),
        pytest.raises(FileExistsError, match="already holds a run"),
    ):
        check_destination(out, RUN_FORMAT, force=False)
    assert (out / "rings.csv").read_text() == "first"
    publish_folder(out.parent / "another", fill)
    assert names(out.parent) == ["another", "run"]


def test_a_run_that_stood_aside_for_one_that_was_killed_is_replaced(replaced_by_the_killed):
    out = replaced_by_the_killed
    with pytest.warns(RuntimeWarning, match="brought back"):
        found = check_destination(out, RUN_FORMAT, force=True)
    publish_folder(out, lambda folder: a_run(folder, "second"), found)
    assert (out / "rings.csv").read_text() == "second"
    assert names(out.parent) == ["run"]


def test_a_run_that_stood_aside_is_not_put_in_the_place_of_a_file(replaced_by_the_killed):
    out = replaced_by_the_killed
    out.write_text("of somebody else")
    with pytest.raises(FileExistsError, match="is not a folder"):
        check_destination(out, RUN_FORMAT, force=True)
    assert out.read_text() == "of somebody else"


def test_of_two_that_replace_a_run_without_exchange_the_first_to_put_its_own_wins(out, found, monkeypatch):
    """The second finds no name free to bring the old one back to, and says what happened."""
    put = publish._put

    def overtaken(folder, out, *, is_expected):
        out.mkdir()
        a_run(out, "second")
        put(folder, out, is_expected=is_expected)

    monkeypatch.setattr(publish, "exchange_names", lambda *_: False)
    monkeypatch.setattr(publish, "_put", overtaken)
    with pytest.raises(FileExistsError, match="another process wrote to"):
        publish_folder(out, lambda folder: a_run(folder, "third"), found)
    assert (out / "rings.csv").read_text() == "second"


def test_a_run_that_stood_aside_for_one_that_is_there_goes_when_that_is_replaced(replaced_by_the_killed):
    out = replaced_by_the_killed
    publish_folder(out, lambda folder: a_run(folder, "second"))
    publish_folder(out, lambda folder: a_run(folder, "third"), check_destination(out, RUN_FORMAT, force=True))
    assert (out / "rings.csv").read_text() == "third"
    assert names(out.parent) == ["run"]


def test_killed_while_names_are_exchanged_one_of_the_runs_is_there(out, found, tmp_path):
    """There is no moment at which none is; what was replaced goes with the next run."""

    def afterwards(kill):
        publish._settle = kill
        publish_folder(out, lambda folder: a_run(folder, "second"), found)

    kill_when(afterwards)
    assert (out / "rings.csv").read_text() == "second"
    publish_folder(tmp_path / "another", fill)
    assert names(tmp_path) == ["another", "run"]


@pytest.mark.parametrize("exchanges", [True, False], indirect=True)
@pytest.mark.usefixtures("exchanges")
def test_what_was_replaced_may_be_cleared_by_another_run(out, tmp_path, monkeypatch):
    """Of two that remove the same folder, neither fails."""
    settle = publish._settle

    def overtaken(out):
        settle(out)
        for left in tmp_path.glob(".tmp-graphlink-*"):
            shutil.rmtree(left)

    monkeypatch.setattr(publish, "_settle", overtaken)
    publish_folder(out, lambda folder: a_run(folder, "second"), check_destination(out, RUN_FORMAT, force=True))
    assert (out / "rings.csv").read_text() == "second"
    assert names(tmp_path) == ["run"]


@pytest.mark.parametrize("exchanges", [True, False], indirect=True)
@pytest.mark.usefixtures("exchanges")
def test_a_run_that_became_a_link_meanwhile_is_left_as_it_is(out, tmp_path):

    def moved(folder):
        a_run(folder, "second")
        out.rename(tmp_path / "moved")
        out.symlink_to("moved")

    with pytest.raises(FileExistsError, match="another process wrote to"):
        publish_folder(out, moved, check_destination(out, RUN_FORMAT, force=True))
    assert (out.readlink(), (out / "rings.csv").read_text()) == (Path("moved"), "first")
    assert names(tmp_path) == ["moved", "run"]


@pytest.mark.parametrize("exchanges", [True, False], indirect=True)
@pytest.mark.usefixtures("exchanges")
def test_what_cannot_be_cleared_of_an_earlier_run_is_told(out, found, monkeypatch):
    """The new run stands: it does not fail any more."""
    monkeypatch.setattr("shutil.rmtree", refuse)
    with pytest.warns(RuntimeWarning, match="graphlink published .*run, but could not remove .*Fix: remove /"):
        publish_folder(out, lambda folder: a_run(folder, "second"), found)
    assert (out / "rings.csv").read_text() == "second"


def refuse(*_, ignore_errors=False, **__):
    """Remove nothing, as from a folder that may not be written to."""
    if not ignore_errors:
        raise PermissionError


def test_a_folder_that_cannot_be_read_is_published_in(tmp_path, monkeypatch):
    """Its owner may write to it: the name stands, and cannot be forced to the disk."""
    sync = publish.sync

    def sync_below(folder):
        if folder == tmp_path:
            raise PermissionError(errno.EACCES, "Permission denied")
        sync(folder)

    monkeypatch.setattr(publish, "sync", sync_below)
    with pytest.warns(RuntimeWarning, match=r"graphlink published .*run, but .*\(Permission denied\). Fix: "):
        publish_folder(tmp_path / "run", fill)
    assert names(tmp_path) == ["run"]
