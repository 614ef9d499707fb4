"""The heartbeat of a worker: one thread extends the leases of all its posts while their long uploads run."""

import datetime as dt
import os
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import structlog
from django.db import Error as DatabaseTrouble
from django.db import connection as database

from accounts import tenancy
from publishing.models import ScheduledPost
from publishing.platforms.base import Clock

log = structlog.get_logger(__name__)

# How many beats a lease lasts, and after how many idle seconds the thread ends.
BEATS = 3
IDLE = 60.0


@dataclass(eq=False)
class _Held:
    post: ScheduledPost
    clock: Clock
    lease: dt.timedelta
    beat_at: float = 0.0

    def wait(self) -> None:
        self.beat_at = time.monotonic() + self.lease.total_seconds() / BEATS


class Pulse:
    """Who is held, and the thread that beats for them; it ends when there is nobody for a while."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._held: set[_Held] = set()
        self._is_running = False

    @contextmanager
    def keeps(self, post: ScheduledPost, *, clock: Clock, lease: dt.timedelta) -> Iterator[None]:
        """Extend the lease as long as this block runs; a worker that stands still loses it."""
        held = _Held(post, clock, lease)
        held.wait()
        with self._changed:
            is_first = not self._held or held.beat_at < min(each.beat_at for each in self._held)
            self._held.add(held)
            if not self._is_running:
                self._is_running = True
                threading.Thread(target=self._run, name="pulse", daemon=True).start()
            elif is_first:
                self._changed.notify()
        try:
            yield
        finally:
            with self._changed:
                self._held.discard(held)

    def _run(self) -> None:
        while due := self._next():
            for held in due:
                _beat(held)
            database.close()

    def _next(self) -> list[_Held]:
        """Wait for who is due; nobody when the thread has ended."""
        with self._changed:
            idle_until = time.monotonic() + IDLE
            while True:
                now = time.monotonic()
                if due := [held for held in self._held if held.beat_at <= now]:
                    return due
                if not self._held and now >= idle_until:
                    self._is_running = False
                    return []
                self._changed.wait(min((held.beat_at for held in self._held), default=idle_until) - now)


def _beat(held: _Held) -> None:
    held.wait()
    post = held.post
    try:
        with tenancy.of_organization(post.organization_id):
            rows = ScheduledPost.objects.filter(pk=post.pk, fence=post.fence, lease_until__isnull=False)
            rows.update(lease_until=held.clock() + held.lease)
    except DatabaseTrouble as trouble:
        log.warning("no heartbeat", post=str(post.pk), reason=type(trouble).__name__)
        database.close()


pulse = Pulse()
os.register_at_fork(after_in_child=pulse.__init__)  # type: ignore[misc]
