"""Identifiers sort by time."""

import uuid
from concurrent.futures import ThreadPoolExecutor

from trenddrop.core.ids import uuid7


def test_identifiers_made_one_after_another_sort_so() -> None:
    made = [uuid7() for _ in range(5000)]
    assert made == sorted(made)
    assert {(one.version, one.variant) for one in made} == {(7, uuid.RFC_4122)}


def test_identifiers_of_several_threads_are_all_different() -> None:
    with ThreadPoolExecutor(8) as pool:
        made = list(pool.map(lambda _number: uuid7(), range(5000)))
    assert len(set(made)) == len(made)
