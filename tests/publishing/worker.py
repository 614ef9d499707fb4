"""A worker of its own process, to be killed: python -m tests.publishing.worker DATABASE ADAPTER LEASE.

The parent only forks: it prints the child's number, waits for its end, and forks the next. The child does what
beat and the Celery worker do together: it sweeps, rings and delivers until it is killed.
"""

import os
import sys
import time
from datetime import timedelta
from random import Random

import django
from django.conf import settings


def begin(database: str, adapter: str) -> None:
    """Set Django up on the test's database and the small platform."""
    settings.DATABASES["default"]["NAME"] = database
    settings.PUBLISHING_PLATFORMS = {"practice": f"tests.publishing.wire.{adapter}"}
    settings.PRIVATE_ADDRESSES_ALLOWED = ["127.0.0.1"]
    django.setup()


def keep_forking(lease: timedelta) -> None:
    """Let one child work at a time."""
    while True:
        child = os.fork()
        if child == 0:
            work(lease)
        print(child, flush=True)  # noqa: T201 (this is how the test learns whom to kill)
        os.waitpid(child, 0)


def work(lease: timedelta) -> None:
    """Sweep and deliver until the end."""
    from django.utils import timezone  # noqa: PLC0415 (only after setup)

    from publishing.delivery import claiming, sending, sweeping  # noqa: PLC0415

    chance = Random()
    while True:
        sweeping.sweep(now=timezone.now(), chance=chance)
        for post, organization in claiming.due(timezone.now(), limit=50):
            sending.deliver(post, organization_id=organization, clock=timezone.now, chance=chance, lease=lease)
        time.sleep(0.03)


if __name__ == "__main__":
    begin(sys.argv[1], sys.argv[2])
    keep_forking(timedelta(seconds=float(sys.argv[3])))
