"""No request runs at the edge of a piece of Python's stack."""

import resource
from collections.abc import Callable

from trenddrop.core.stack import roomy


def deeper(steps: int) -> None:
    """Call as deep as that."""
    if steps:
        deeper(steps - 1)


def _faults(depth: int) -> int:
    """Do the same many times from this deep; return how often memory was asked for anew."""
    if depth:
        return _faults(depth - 1)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
    for _number in range(100):
        deeper(40)
    return resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before


def _worst(measure: Callable[[int], int]) -> int:
    return max(measure(depth) for depth in range(0, 300, 10))


def test_calls_at_any_depth_ask_the_system_for_no_memory() -> None:
    assert _worst(lambda depth: roomy(_faults, depth)) < 50


def test_what_it_calls_gets_its_arguments_and_its_errors_come_through() -> None:
    assert roomy(divmod, 7, 2) == (3, 1)
    try:
        roomy(divmod, 7, 0)
    except ZeroDivisionError:
        return
    raise AssertionError
