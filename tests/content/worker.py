"""A worker of its own process, to be killed: python -m tests.content.worker DATABASE LEASE.

The parent only forks. For each line "ASSET ORGANISATION STEP before|after MEDIA" a child takes the asset through its
steps, and stands still before or after what the step does; then the parent prints "here" so that it can be killed.
"""

import os
import sys
import time
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import django
from django.conf import settings


def begin(database: str) -> None:
    """Set Django up on the test's database, with all that work needs."""
    settings.DATABASES["default"]["NAME"] = database
    django.setup()
    from content.pipeline import running  # noqa: F401, PLC0415 (once, so that a child begins at once)


def use(media: str) -> None:
    """Keep files where the test keeps its own."""
    settings.STORAGES["default"] = {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": Path(media)},
    }


def keep_forking(lease: timedelta) -> None:
    """Let one child work on each line's asset; tell its number first."""
    for line in sys.stdin:
        asset, organization, name, when, media = line.rstrip("\n").split(" ", 4)
        child = os.fork()
        if child == 0:
            use(media)
            work(UUID(asset), UUID(organization), name, when, lease)
        print(child, flush=True)  # noqa: T201 (this is how the test learns whom to kill)
        os.waitpid(child, 0)


def work(asset: UUID, organization: UUID, name: str, when: str, lease: timedelta) -> None:
    """Go up to the place, say so, and wait for the end."""
    from content.pipeline import running  # noqa: PLC0415 (only after setup)

    step = running.BY_NAME[name]
    does = step.run

    def stop_at(busy: Any) -> str:
        note = does(busy) if when == "after" else ""
        print("here", flush=True)  # noqa: T201
        time.sleep(60)
        return note

    step.run = stop_at  # type: ignore[method-assign, assignment]
    running.run(asset, organization, lease=lease)
    os._exit(1)


if __name__ == "__main__":
    begin(sys.argv[1])
    keep_forking(timedelta(seconds=float(sys.argv[2])))
