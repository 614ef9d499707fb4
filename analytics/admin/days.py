"""Accounts whose days are counted, those days and files, for operators."""

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from unfold.admin import ModelAdmin

from analytics.models import AudienceSnapshot, DailyMetrics, MetricImport, TrackedAccount
from trenddrop.core.admin import Kept, KeptForPeople, PlatformFilter, by_days, by_text


@admin.register(TrackedAccount)
class TrackedAccountAdmin(ModelAdmin):  # type: ignore[misc]
    """Who is asked, and how it went."""

    list_display = [
        "name", "platform", "organization", "way", "is_active", "next_at", "last_at", "failures", "error", "gone_at",
    ]  # fmt: skip
    list_filter = [PlatformFilter, "way", "is_active", "is_simulated"]
    search_fields = ["name", "external_id"]
    list_select_related = ["organization"]
    raw_id_fields = ["organization", "client", "brand", "connection"]
    actions = ["ask_now"]

    @admin.action(description=_("Ask at the next turn"))
    def ask_now(self, request: HttpRequest, rows: QuerySet[TrackedAccount]) -> None:
        """Put rows at the front."""
        count = rows.exclude(way=TrackedAccount.Way.HAND).update(next_at=timezone.now(), lease_until=None)
        self.message_user(request, _("%(count)s will be asked within minutes.") % {"count": count})


class Told(ModelAdmin):  # type: ignore[misc]
    """Rows that platforms and people brought."""

    list_select_related = ["account", "organization"]

    def has_add_permission(self, _request: HttpRequest) -> bool:
        """They come from platforms, forms and files."""
        return False

    def has_change_permission(self, _request: HttpRequest, _obj: object = None) -> bool:
        """Nobody rewrites what was told."""
        return False


@admin.register(DailyMetrics)
class DailyMetricsAdmin(Kept, Told):
    """Days."""

    list_display = [
        "account", "organization", "date", "followers", "change_24h", "engagement", "origin", "is_settled", "taken_at",
    ]  # fmt: skip
    list_filter = [PlatformFilter, "origin", "is_settled", by_days("date")]
    list_filter_submit = True


@admin.register(AudienceSnapshot)
class AudienceSnapshotAdmin(Kept, Told):
    """Who the people are."""

    list_display = ["account", "organization", "kind", "date", "of", "counted", "origin"]
    list_filter = ["kind", "origin"]


@admin.register(MetricImport)
class MetricImportAdmin(KeptForPeople, Told):
    """Files of days."""

    list_display = ["file_name", "account", "organization", "recognised", "row_count", "status", "created_at"]
    list_filter = ["status", by_text("recognised")]
    list_filter_submit = True
