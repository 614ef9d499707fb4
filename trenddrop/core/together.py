"""Doing together what many threads want done: each waits for its own answer, and one thread answers all who wait.

While one round runs, the next one gathers by itself: a lone thread waits for nobody, and many share one transaction.
"""

import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from types import TracebackType
from typing import Generic, Self, TypeVar

Asked = TypeVar("Asked")
Told = TypeVar("Told")


@dataclass(eq=False)
class _Waiting(Generic[Asked, Told]):
    asked: Asked
    is_over: threading.Event = field(default_factory=threading.Event)
    told: list[Told] = field(default_factory=list)


class Together(Generic[Asked, Told]):
    """Call it from any thread with one thing to do; `do` gets up to `most` of them, and answers in their order.

    Where a round breaks, each of it is done alone by who asked, so that one that cannot be done stops no other: `do`
    must either have done all of a round, or nothing. `alone` is entered around that. `leave` runs last in the thread
    that did the rounds.
    """

    def __init__(
        self,
        do: Callable[[Sequence[Asked]], Sequence[Told]],
        *,
        leave: Callable[[], None],
        alone: Callable[[], AbstractContextManager[object]] = nullcontext,
        most: int = 100,
    ) -> None:
        self._do, self._leave, self._alone, self._most = do, leave, alone, most
        self._waiting: list[_Waiting[Asked, Told]] = []
        self._is_called = False  # a round is to begin
        self._guard = threading.Lock()
        self._crew = ThreadPoolExecutor(1, thread_name_prefix="together")

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._crew.submit(self._leave)
        self._crew.shutdown()

    def __call__(self, asked: Asked) -> Told:
        """Have it done with what others ask meanwhile, and return its own answer."""
        mine: _Waiting[Asked, Told] = _Waiting(asked)
        with self._guard:
            self._waiting.append(mine)
            self._call_a_round()
        mine.is_over.wait()
        if mine.told:
            return mine.told[0]
        with self._alone():
            return self._do([asked])[0]

    def _call_a_round(self) -> None:
        """One round is called for all who wait: each call wakes a thread, which takes the interpreter from the rest."""
        if not self._is_called:
            self._is_called = True
            self._crew.submit(self._round)

    def _round(self) -> None:
        with self._guard:
            these, self._waiting = self._waiting[: self._most], self._waiting[self._most :]
            self._is_called = False
            if self._waiting:
                self._call_a_round()
        try:
            for one, told in zip(these, self._do([each.asked for each in these]), strict=True):
                one.told.append(told)
        finally:
            for one in these:
                one.is_over.set()
