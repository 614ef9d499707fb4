"""Where a worker's hands go to the tables: few places for many hands, so that few connections are ever open.

Most posts go out without: what they are made of was read with the claim, and what came of them is written together.
"""

import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager

from django.db import connection as database

Desk = Callable[[], AbstractContextManager[object]]
PLACES = 6


def desk(places: int = PLACES) -> Desk:
    """Return a desk with so many places; whoever leaves lets go of the connection."""
    free = threading.BoundedSemaphore(places)

    @contextmanager
    def at_the_desk() -> Iterator[None]:
        with free:
            try:
                yield
            finally:
                database.close()

    return at_the_desk
