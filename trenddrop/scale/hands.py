"""Several hands for what is reckoned by Python: as many processes as the machine has cores, or none but this one."""

import multiprocessing
from collections.abc import Callable, Iterable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from typing import TypeVar

from django.db import connections

Job = TypeVar("Job")


@dataclass(frozen=True)
class Hands:
    """How many work at once; one works in this process and its connection."""

    number: int = 1

    def all(self, does: Callable[[Job], int], jobs: Iterable[Job]) -> int:
        """Do every job, each once, in no order; return the sum of what they return."""
        if self.number == 1:
            return sum(does(job) for job in jobs)
        connections.close_all()
        context = multiprocessing.get_context("fork")
        with ProcessPoolExecutor(self.number, mp_context=context) as pool:
            return sum(pool.map(does, jobs))
