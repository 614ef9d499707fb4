"""Doing together what many threads want done."""

import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

import pytest

from trenddrop.core.together import Together

THREADS = 12


def nothing() -> None:
    """There is nothing to leave."""


def ask_all(asks: Sequence[int], together: Together[int, int]) -> list[int]:
    with ThreadPoolExecutor(len(asks)) as crew:
        return list(crew.map(together, asks))


def test_each_thread_gets_its_own_answer_and_rounds_are_shared() -> None:
    rounds: list[int] = []
    is_full = threading.Event()

    def do(asked: Sequence[int]) -> list[int]:
        rounds.append(len(asked))
        is_full.wait(10)  # until everybody has asked
        return [one * 2 for one in asked]

    with Together(do, leave=nothing) as together, ThreadPoolExecutor(THREADS) as crew:
        answers = [crew.submit(together, number) for number in range(THREADS)]
        while len(together._waiting) + sum(rounds) < THREADS:
            is_full.wait(0.001)
        is_full.set()
        assert [answer.result(10) for answer in answers] == [number * 2 for number in range(THREADS)]
    assert len(rounds) <= 2
    assert sum(rounds) == THREADS


def test_no_round_is_bigger_than_was_asked_for() -> None:
    rounds: list[int] = []

    def do(asked: Sequence[int]) -> list[int]:
        rounds.append(len(asked))
        return list(asked)

    with Together(do, leave=nothing, most=3) as together:
        assert ask_all(range(THREADS), together) == list(range(THREADS))
    assert max(rounds) <= 3


def test_what_cannot_be_done_stops_only_who_asked_for_it() -> None:
    def do(asked: Sequence[int]) -> list[int]:
        if 5 in asked:
            raise ValueError("five")
        return [one + 1 for one in asked]

    with Together(do, leave=nothing) as together, ThreadPoolExecutor(THREADS) as crew:
        answers = {number: crew.submit(together, number) for number in range(THREADS)}
        with pytest.raises(ValueError, match="five"):
            answers.pop(5).result(10)
        assert {number: answer.result(10) for number, answer in answers.items()} == {n: n + 1 for n in answers}
        assert together(7) == 8


def test_the_thread_leaves_last() -> None:
    left: list[str] = []

    def do(asked: Sequence[int]) -> list[int]:
        return list(asked)

    with Together(do, leave=lambda: left.append(threading.current_thread().name)) as together:
        together(1)
        assert left == []
    assert [name.startswith("together") for name in left] == [True]
