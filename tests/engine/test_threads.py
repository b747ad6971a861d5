"""What is done side by side comes out as if it had been done one by one."""

import threading

import pytest

from graphlink.engine.threads import in_blocks, map_threads, pipelined, prefetch


def count_to(end: int, failure: Exception | None = None):
    yield from range(end)
    if failure is not None:
        raise failure


def test_results_stand_in_the_order_of_the_items():
    assert map_threads(lambda number: number * number, range(100)) == [number * number for number in range(100)]


def test_of_several_failures_the_first_is_raised():
    def fail(number: int) -> None:
        raise ValueError(str(number))

    with pytest.raises(ValueError, match=r"^0$"):
        map_threads(fail, range(9))


def test_what_a_block_raised_is_raised_and_every_block_was_tried():
    tried = set()

    def loop(block: int) -> None:
        tried.add(block)
        if block == 1:
            raise ValueError(str(block))

    with pytest.raises(ValueError, match=r"^1$"):
        in_blocks(loop, 3)
    assert tried == {0, 1, 2}


def test_a_failure_comes_after_the_items_before_it():
    items = prefetch(count_to(3, ValueError("late")))
    assert [next(items) for _ in range(3)] == [0, 1, 2]
    with pytest.raises(ValueError, match="late"):
        next(items)


def test_one_item_and_no_more_is_made_ahead():
    made = []

    def items():
        for number in range(9):
            made.append(number)
            yield number

    coming = prefetch(items())
    next(coming)
    coming.close()
    assert len(made) <= 2


def test_no_thread_is_left_when_nobody_wants_the_rest():
    before = threading.active_count()
    coming = prefetch(count_to(9))
    next(coming)
    coming.close()
    assert threading.active_count() == before


def test_what_is_done_in_the_rear_is_done_in_order_while_the_next_are_made():
    made, waits = [], threading.Event()

    def items():
        for number in range(20):
            made.append(number)
            if number == 1:  # the first is still being waited for
                waits.set()
            yield number

    def double(number: int) -> int:
        assert waits.wait(10)
        return 2 * number

    assert list(pipelined(double, items())) == [2 * number for number in range(20)]
    assert made == list(range(20))


def test_a_failure_in_the_rear_comes_after_the_results_before_it():
    def fail_at_two(number: int) -> int:
        if number == 2:
            raise ValueError(str(number))
        return number

    results = pipelined(fail_at_two, count_to(9))
    assert [next(results), next(results)] == [0, 1]
    with pytest.raises(ValueError, match=r"^2$"):
        next(results)


def test_a_failure_of_what_is_made_ends_the_thread_in_the_rear():
    before = threading.active_count()
    with pytest.raises(ValueError, match="broken"):
        list(pipelined(str, count_to(9, ValueError("broken"))))
    assert threading.active_count() == before
