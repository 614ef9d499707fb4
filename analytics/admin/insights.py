"""Findings, odd days and the passes that found them, for operators."""

from django.contrib import admin
from django.http import HttpRequest
from unfold.admin import ModelAdmin, TabularInline

from analytics.models import Anomaly, AnomalyCause, Insight, InsightRun
from trenddrop.core.admin import Kept, PlatformFilter, by_days, by_text


class Found(Kept, ModelAdmin):  # type: ignore[misc]
    """Rows that a pass found: looked at, not written."""

    list_select_related = ["organization", "client"]

    def has_add_permission(self, _request: HttpRequest) -> bool:
        """Nobody enters them here."""
        return False

    def has_change_permission(self, _request: HttpRequest, _obj: object = None) -> bool:
        """Nobody rewrites what was found."""
        return False


@admin.register(InsightRun)
class InsightRunAdmin(Found):
    """How much was asked, and what came of it."""

    list_display = ["ran_at", "organization", "client", "asked", "found"]
    list_filter = [by_days("ran_at")]
    list_filter_submit = True


@admin.register(Insight)
class InsightAdmin(Found):
    """Findings, in their order."""

    list_display = [
        "sentence", "organization", "client", "kind", "effect", "sample", "q", "use", "is_current", "dismissed_for",
    ]  # fmt: skip
    list_filter = ["kind", "is_current", "is_simulated", "dismissed_for", PlatformFilter, by_days("found_at")]
    list_filter_submit = True
    search_fields = ["sentence", "question", "organization__name"]


class CauseInline(TabularInline):  # type: ignore[misc]
    """What may be behind it."""

    model = AnomalyCause
    extra = 0
    can_delete = False
    fields = ["kind", "post", "share", "sentence"]
    readonly_fields = fields

    def has_add_permission(self, _request: HttpRequest, _obj: object = None) -> bool:
        """Reckoned, never entered."""
        return False


@admin.register(Anomaly)
class AnomalyAdmin(Found):
    """Days out of the ordinary."""

    list_display = ["date", "organization", "client", "platform", "metric", "kind", "value", "expected", "score"]
    list_filter = ["kind", by_text("metric"), PlatformFilter, "is_simulated", by_days("date")]
    list_filter_submit = True
    search_fields = ["sentence", "organization__name"]
    inlines = [CauseInline]


@admin.register(AnomalyCause)
class AnomalyCauseAdmin(Found):
    """What may be behind them."""

    list_display = ["anomaly", "organization", "kind", "share", "sentence"]
    list_filter = ["kind"]
    list_select_related = ["anomaly", "organization"]
