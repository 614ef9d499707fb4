"""Periodic tasks for operators: when each ran last, and how it ended."""

from collections.abc import Sequence
from typing import Any

from django.contrib import admin
from django.db.models import OuterRef, QuerySet, Subquery
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from django_celery_beat.admin import PeriodicTaskAdmin
from django_celery_beat.models import ClockedSchedule, CrontabSchedule, IntervalSchedule, PeriodicTask, SolarSchedule
from unfold.admin import ModelAdmin
from unfold.decorators import display

from trenddrop.core.admin import ReadOnlyAdmin
from trenddrop.models import TaskRun
from trenddrop.schedule import SCHEDULE

for model in (PeriodicTask, IntervalSchedule, CrontabSchedule, SolarSchedule, ClockedSchedule):
    admin.site.unregister(model)


@admin.register(PeriodicTask)
class TaskAdmin(PeriodicTaskAdmin, ModelAdmin):  # type: ignore[misc]
    """The schedule, with each task's last run and its outcome."""

    list_display = ["name", "enabled", "scheduler", "last_run", "outcome", "seconds", "failures"]
    list_filter = ["enabled"]

    def get_readonly_fields(self, request: HttpRequest, row: PeriodicTask | None = None) -> Sequence[str]:
        """A shipped task keeps its name, and how often it was shipped to run (scheduler.py)."""
        fixed: Sequence[str] = super().get_readonly_fields(request, row)
        return [*fixed, "name", "description"] if _is_shipped(row) else fixed

    def has_delete_permission(self, request: HttpRequest, row: PeriodicTask | None = None) -> bool:
        """What is shipped is switched off instead."""
        return not _is_shipped(row) and bool(super().has_delete_permission(request, row))

    def get_queryset(self, request: HttpRequest) -> QuerySet[PeriodicTask]:
        """Bring the last run along."""
        run = TaskRun.objects.filter(task=OuterRef("task"))
        columns = {f"run_{name}": Subquery(run.values(name)) for name in ("ended_at", "outcome", "seconds", "failures")}
        found: QuerySet[PeriodicTask] = super().get_queryset(request).annotate(**columns)
        return found

    @admin.display(description=_("Last run"), ordering="run_ended_at")
    def last_run(self, row: Any) -> Any:
        """When a worker ended it last; beat's own time says only when it was rung."""
        return row.run_ended_at

    @display(  # type: ignore[untyped-decorator]
        description=_("Outcome"), label={TaskRun.Outcome.DONE: "success", TaskRun.Outcome.FAILED: "danger"}
    )
    def outcome(self, row: Any) -> Any:
        """How it ended."""
        return (row.run_outcome, TaskRun.Outcome(row.run_outcome).label) if row.run_outcome else "-"

    @admin.display(description=_("Seconds"))
    def seconds(self, row: Any) -> Any:
        """How long it took."""
        return row.run_seconds

    @admin.display(description=_("Failures"))
    def failures(self, row: Any) -> Any:
        """How often it has failed."""
        return row.run_failures


@admin.register(IntervalSchedule, CrontabSchedule, SolarSchedule, ClockedSchedule)
class ScheduleAdmin(ModelAdmin):  # type: ignore[misc]
    """Intervals and calendars that tasks run by."""

    def has_delete_permission(self, request: HttpRequest, row: Any = None) -> bool:
        """With it would go the tasks that run by it."""
        is_used = row is not None and row.periodictask_set.exists()
        return not is_used and bool(super().has_delete_permission(request, row))


@admin.register(TaskRun)
class TaskRunAdmin(ReadOnlyAdmin):
    """How tasks ended, with the last failure's words."""

    list_display = ["task", "ended_at", "outcome", "seconds", "runs", "failures", "failed_at"]
    list_filter = ["outcome"]


def _is_shipped(row: PeriodicTask | None) -> bool:
    return row is not None and row.name in SCHEDULE
