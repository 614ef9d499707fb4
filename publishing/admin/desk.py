"""Looks of the quality desk, for operators."""

import datetime as dt
from typing import Any, cast

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts import audit, tenancy
from accounts.models import User
from publishing.admin.looked import LookedAt
from publishing.delivery.clocks import GOES, LIVING
from publishing.models import QARequest
from trenddrop.core.admin import BY_ORGANIZATION, by_days


class LateFilter(admin.SimpleListFilter):
    """Whether its hours are over."""

    title = _("late")
    parameter_name = "late"

    def lookups(self, _request: HttpRequest, _admin: Any) -> list[tuple[str, Any]]:
        """Offer both."""
        return [("yes", _("Late")), ("no", _("In time"))]

    def queryset(self, _request: HttpRequest, rows: QuerySet[QARequest]) -> QuerySet[QARequest]:
        """Narrow to those whose clock runs."""
        if self.value() == "yes":
            return rows.filter(status__in=GOES, due_at__lt=timezone.now())
        return rows.filter(status__in=GOES, due_at__gte=timezone.now()) if self.value() == "no" else rows


@admin.register(QARequest)
class LookAdmin(LookedAt):
    """Looks with their clocks, and what an operator may do about those that hang."""

    list_display = [
        "piece", "organization", "kind", "priority", "status", "assignee", "due_at", "paused_at", "quality_score",
    ]  # fmt: skip
    list_filter = ["status", LateFilter, "kind", "priority", BY_ORGANIZATION, by_days("due_at")]
    list_filter_submit = True
    search_fields = ["piece__title", "brief", "feedback", "organization__name", "assignee__email"]
    list_select_related = ["piece", "organization", "assignee"]
    ordering = ["priority", "due_at"]
    readonly_fields = [field.name for field in QARequest._meta.fields]
    actions = ["give_back", "one_more_day", "cancel"]

    @admin.action(description=_("Give back to the desk"))
    def give_back(self, request: HttpRequest, rows: QuerySet[QARequest]) -> None:
        """Nobody has them any more; their clocks go on."""
        values = {"assignee": None, "started_at": None, "status": QARequest.Status.OPEN}
        self._each(request, rows.filter(status__in=GOES, assignee__isnull=False), "desk.given_back", values)

    @admin.action(description=_("Give a day more"))
    def one_more_day(self, request: HttpRequest, rows: QuerySet[QARequest]) -> None:
        """Their hours grow by twenty-four; who was told that they are late is told anew."""
        found = rows.filter(status__in=LIVING, sla_hours__lte=696)
        count = 0
        for row in found:
            same = QARequest.objects.filter(pk=row.pk, due_at=row.due_at)
            due_at, hours = row.due_at + dt.timedelta(days=1), row.sla_hours + 24
            if same.update(due_at=due_at, sla_hours=hours, warned_at=None, overdue_told_at=None):
                self._record("desk.prolonged", row, request)
                count += 1
        self.message_user(request, _("%(count)s have a day more.") % {"count": count})

    @admin.action(description=_("Cancel"))
    def cancel(self, request: HttpRequest, rows: QuerySet[QARequest]) -> None:
        """Nobody needs to look any more."""
        values = {"status": QARequest.Status.CANCELLED, "paused_at": None}
        self._each(request, rows.filter(status__in=LIVING), "desk.cancelled", values)

    def _each(self, request: HttpRequest, rows: QuerySet[QARequest], action: str, values: dict[str, Any]) -> None:
        count = 0
        for row in rows.select_related("piece"):
            if QARequest.objects.filter(pk=row.pk, status=row.status).update(**values, updated_at=timezone.now()):
                self._record(action, row, request)
                count += 1
        self.message_user(request, _("%(count)s changed.") % {"count": count})

    def _record(self, action: str, row: QARequest, request: HttpRequest) -> None:
        with tenancy.operator():
            by = cast(User, request.user)
            audit.record(action, row, organization_id=row.organization_id, by=by, piece=str(row.piece))
