"""Measurements, for operators."""

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from unfold.admin import ModelAdmin

from analytics.models import MeasuredPost, PostMetrics
from trenddrop.core.admin import Kept, PlatformFilter


@admin.register(MeasuredPost)
class MeasuredPostAdmin(Kept, ModelAdmin):  # type: ignore[misc]
    """Posts under measurement."""

    list_display = [
        "post",
        "organization",
        "platform",
        "published_at",
        "next_at",
        "last_at",
        "failures",
        "views",
        "likes",
    ]
    list_filter = [PlatformFilter, "origin", "is_simulated"]
    list_select_related = ["post", "organization"]
    actions = ["measure_now"]

    def has_add_permission(self, _request: HttpRequest) -> bool:
        """Posts are measured when they are out."""
        return False

    @admin.action(description=_("Measure at the next turn"))
    def measure_now(self, request: HttpRequest, rows: QuerySet[MeasuredPost]) -> None:
        """Put rows at the front."""
        count = rows.update(next_at=timezone.now(), lease_until=None)
        self.message_user(request, _("%(count)s will be measured within a minute.") % {"count": count})


@admin.register(PostMetrics)
class PostMetricsAdmin(Kept, ModelAdmin):  # type: ignore[misc]
    """Snapshots."""

    list_display = ["post", "organization", "hour", "views", "likes", "comments", "shares", "is_simulated"]
    list_filter = ["is_simulated"]
    list_select_related = ["post", "organization"]

    def has_add_permission(self, _request: HttpRequest) -> bool:
        """Snapshots come from platforms."""
        return False
