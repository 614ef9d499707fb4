"""Writing down how periodic tasks end, so that the admin can tell."""

import time
from typing import Any

from celery import signals
from django.conf import settings
from django.db import connection
from django.utils import timezone

from trenddrop.models import TaskRun

PERIODIC = frozenset(entry["task"] for entry in settings.CELERY_BEAT_SCHEDULE.values())
_started: dict[str, float] = {}

UPSERT = """
    INSERT INTO shell_taskrun (task, ended_at, seconds, outcome, error, failed_at, runs, failures)
    VALUES (%(task)s, %(at)s, %(seconds)s, %(outcome)s, %(error)s, %(failed_at)s, 1, %(failed)s)
    ON CONFLICT (task) DO UPDATE SET
        ended_at = excluded.ended_at, seconds = excluded.seconds, outcome = excluded.outcome,
        error = CASE WHEN excluded.failures > 0 THEN excluded.error ELSE shell_taskrun.error END,
        failed_at = coalesce(excluded.failed_at, shell_taskrun.failed_at),
        runs = shell_taskrun.runs + 1, failures = shell_taskrun.failures + excluded.failures
"""


@signals.task_prerun.connect
def begin(task_id: str, task: Any, **_kwargs: Any) -> None:
    """Remember when a periodic task began."""
    if task.name in PERIODIC:
        _started[task_id] = time.monotonic()


@signals.task_postrun.connect
def end(task_id: str, task: Any, retval: Any, state: str, **_kwargs: Any) -> None:
    """Write how it ended; the last failure's words stay until the next failure."""
    if task.name in PERIODIC:
        record(task.name, seconds=time.monotonic() - _started.pop(task_id, time.monotonic()), state=state, told=retval)


def record(task: str, *, seconds: float, state: str, told: object) -> None:
    """Write one run."""
    failed = state != "SUCCESS"
    now = timezone.now()
    with connection.cursor() as cursor:
        cursor.execute(
            UPSERT,
            {
                "task": task,
                "at": now,
                "seconds": round(seconds, 3),
                "outcome": TaskRun.Outcome.FAILED if failed else TaskRun.Outcome.DONE,
                "error": f"{type(told).__name__}: {told}"[:2000] if failed else "",
                "failed_at": now if failed else None,
                "failed": int(failed),
            },
        )
