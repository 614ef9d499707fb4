"""A pass over what is due, of many organisations: what breaks one of it keeps no other waiting."""

from collections.abc import Callable, Iterable
from typing import TypeVar

from celery.exceptions import SoftTimeLimitExceeded

One = TypeVar("One")
Done = TypeVar("Done")


def each(items: Iterable[One], work: Callable[[One], Done]) -> list[Done]:
    """Work on every item and return what came of each; what broke is raised at the end, as ExceptionGroup."""
    done: list[Done] = []
    broken: list[Exception] = []
    for item in items:
        try:
            done.append(work(item))
        except SoftTimeLimitExceeded:
            raise
        except Exception as error:  # noqa: BLE001 (raised at the end)
            broken.append(error)
    if broken:
        raise ExceptionGroup(f"{len(broken)} of {len(broken) + len(done)} broke", broken)
    return done
