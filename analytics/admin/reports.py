"""Reports and when they come by themselves, for operators."""

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from unfold.admin import ModelAdmin

from analytics.models import OptimizationReport, ReportSchedule
from trenddrop.core.admin import Kept, by_days


@admin.register(ReportSchedule)
class ReportScheduleAdmin(ModelAdmin):  # type: ignore[misc]
    """Who gets which report when, and how it went."""

    list_display = ["name", "organization", "client", "period", "is_active", "next_at", "last_at", "failures", "error"]
    list_filter = ["period", "is_active"]
    search_fields = ["name", "organization__name"]
    list_select_related = ["organization", "client"]
    raw_id_fields = ["organization", "client", "brand", "made_by"]
    actions = ["make_now"]

    @admin.action(description=_("Make and send at the next turn"))
    def make_now(self, request: HttpRequest, rows: QuerySet[ReportSchedule]) -> None:
        """Put schedules at the front."""
        count = rows.filter(is_active=True).update(next_at=timezone.now(), lease_until=None)
        self.message_user(request, _("%(count)s reports will be made within minutes.") % {"count": count})


@admin.register(OptimizationReport)
class OptimizationReportAdmin(Kept, ModelAdmin):  # type: ignore[misc]
    """Reports as they were made."""

    list_display = [
        "title",
        "organization",
        "client",
        "period",
        "first_day",
        "last_day",
        "status",
        "made_at",
        "sent_at",
    ]
    list_filter = ["status", "period", by_days("made_at")]
    list_filter_submit = True
    search_fields = ["title", "organization__name"]
    list_select_related = ["organization", "client"]

    def has_add_permission(self, _request: HttpRequest) -> bool:
        """They are made from numbers."""
        return False

    def has_change_permission(self, _request: HttpRequest, _obj: object = None) -> bool:
        """A report stays as it was told."""
        return False
