"""Events, their sums and their archives, for operators: to look at, and to bring a month back."""

from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from unfold.admin import ModelAdmin

from accounts.models import User
from analytics.models import (
    EngagementDay,
    EngagementEvent,
    EngagementHour,
    EventBatch,
    EventKey,
    ReactionDay,
    TouchedHour,
)
from analytics.services import events
from trenddrop.core.admin import by_platform


class LookedAt(ModelAdmin):  # type: ignore[misc]
    """Rows that nobody makes, changes or removes by hand."""

    list_display_links = None
    show_full_result_count = False
    actions: Any = None

    def has_add_permission(self, _request: HttpRequest) -> bool:
        """They are made by what happens."""
        return False

    def has_change_permission(self, _request: HttpRequest, _row: Any = None) -> bool:
        """They are as they were told."""
        return False

    def has_delete_permission(self, _request: HttpRequest, _row: Any = None) -> bool:
        """They go with their month."""
        return False


@admin.register(EngagementEvent)
class EngagementEventAdmin(LookedAt):
    """What people did."""

    list_display = [
        "happened_at", "type", "organization", "connection", "post", "person_name", "country", "value", "received_at",
    ]  # fmt: skip
    list_filter = ["type", by_platform("connection__platform")]
    list_select_related = ["organization", "connection", "post"]
    ordering = ["-happened_at"]


@admin.register(EngagementHour)
class EngagementHourAdmin(LookedAt):
    """Sums by hour."""

    list_display = ["hour", "organization", "post", "type", "count", "value"]
    list_filter = ["type"]
    list_select_related = ["organization", "post"]
    ordering = ["-hour"]


@admin.register(EngagementDay)
class EngagementDayAdmin(LookedAt):
    """Sums by day."""

    list_display = [
        "date", "organization", "connection", "type", "country", "age_range", "gender", "count", "people", "value",
    ]  # fmt: skip
    list_filter = ["type", by_platform("connection__platform")]
    list_select_related = ["organization", "connection"]
    ordering = ["-date"]


@admin.register(ReactionDay)
class ReactionDayAdmin(LookedAt):
    """Who reacted, by day."""

    list_display = ["date", "organization", "connection", "kind", "key", "count"]
    list_filter = ["kind"]
    list_select_related = ["organization", "connection"]
    ordering = ["-date"]


@admin.register(EventKey)
class EventKeyAdmin(LookedAt):
    """What was counted."""

    list_display = ["id", "month"]


@admin.register(TouchedHour)
class TouchedHourAdmin(LookedAt):
    """What waits to be summed."""

    list_display = ["hour", "organization"]
    list_select_related = ["organization"]


@admin.register(EventBatch)
class EventBatchAdmin(LookedAt):
    """Months in files."""

    list_display = ["month", "part", "organization", "rows", "size", "status", "restored_until", "created_at"]
    list_filter = ["status"]
    list_select_related = ["organization"]
    ordering = ["-month"]
    actions = ["restore"]

    @admin.action(description=_("Bring their months back for a week"))
    def restore(self, request: HttpRequest, rows: QuerySet[EventBatch]) -> None:
        """Ask for the months of these files."""
        by, count = request.user if isinstance(request.user, User) else None, 0
        for batch in rows:
            try:
                events.restore(batch, by=by)
                count += 1
            except events.NothingToRestore as error:
                self.message_user(request, f"{batch}: {error}", messages.WARNING)
        self.message_user(request, _("%(count)s months are on their way.") % {"count": count})
