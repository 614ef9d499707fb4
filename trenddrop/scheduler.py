"""Beat's scheduler: what is shipped is written into the database, and what operators changed there stays."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from celery import current_app
from django.db import transaction
from django.db.models import Q
from django_celery_beat.models import IntervalSchedule, PeriodicTask
from django_celery_beat.schedulers import DatabaseScheduler, ModelEntry

MARK = "Shipped: every "


class ShippedScheduler(DatabaseScheduler):  # type: ignore[misc]
    """Celery's own writes every entry anew at each start, over what operators chose; this one writes what is new."""

    def setup_schedule(self) -> None:
        """Write what changed in the code, before anything is read."""
        ship(self.app.conf.beat_schedule)
        self.install_default_entries(self.schedule)


@transaction.atomic
def ship(entries: Mapping[str, Mapping[str, Any]]) -> None:
    """Make the rows that are missing, bring new intervals to rows nobody changed, and remove what is shipped no more.

    How often a row was shipped to run stands in its description: while it runs so, nobody changed it.
    """
    for name, entry in entries.items():
        _ship(name, **entry)
    current_app.loader.import_default_modules()
    gone = Q(description__startswith=MARK)
    for app in {entry["task"].partition(".")[0] for entry in entries.values()}:
        gone |= Q(task__startswith=f"{app}.") & ~Q(task__in=list(current_app.tasks))
    for row in PeriodicTask.objects.filter(gone).exclude(name__in=entries):
        row.delete()


def _ship(name: str, *, task: str, schedule: timedelta) -> None:
    interval, _kind = ModelEntry.to_model_schedule(schedule)
    shipped = {"task": task, "description": told(interval)}
    row, is_new = PeriodicTask.objects.get_or_create(name=name, defaults=shipped | {"interval": interval})
    if is_new or {field: getattr(row, field) for field in shipped} == shipped:
        return
    if row.interval and row.description in {"", told(row.interval)}:
        row.interval = interval
    row.task, row.description = shipped["task"], shipped["description"]
    row.save()


def told(interval: IntervalSchedule) -> str:
    """Return what a row's description says when it is shipped to run so often; in one language, for it is compared."""
    return f"{MARK}{int(interval.every)} {interval.period}"
