"""A pass over what is due: nobody waits behind what breaks."""

import pytest
from celery.exceptions import SoftTimeLimitExceeded

from trenddrop.core import rounds


def half(number: int) -> int:
    """What breaks for odd numbers."""
    if number % 2:
        raise ValueError(number)
    return number // 2


def test_what_breaks_one_item_is_said_when_all_others_are_done() -> None:
    done: list[int] = []
    with pytest.raises(ExceptionGroup, match="2 of 5 broke") as broken:
        rounds.each([2, 3, 4, 5, 6], lambda number: done.append(half(number)))
    assert done == [1, 2, 3]
    assert [error.args for error in broken.value.exceptions] == [(3,), (5,)]


def test_what_came_of_each_is_returned_in_order() -> None:
    assert rounds.each([4, 2, 8], half) == [2, 1, 4]
    assert rounds.each([], half) == []


def test_a_task_whose_time_is_over_ends_at_once() -> None:
    done: list[int] = []

    def work(number: int) -> None:
        if number == 2:
            raise SoftTimeLimitExceeded
        done.append(number)

    with pytest.raises(SoftTimeLimitExceeded):
        rounds.each([1, 2, 3], work)
    assert done == [1]
