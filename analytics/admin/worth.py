"""Costs, returns and search numbers, for operators."""

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from unfold.admin import ModelAdmin

from analytics.models import AssetCost, RoiCalculation, SearchDay, SearchProperty, SeoMetrics
from trenddrop.core.admin import Kept, KeptForPeople, by_text


@admin.register(AssetCost)
class AssetCostAdmin(ModelAdmin):  # type: ignore[misc]
    """What people said originals cost."""

    list_display = ["asset", "organization", "hours", "hourly_rate", "money", "currency", "is_estimated"]
    list_filter = [by_text("currency"), "is_estimated"]
    list_filter_submit = True
    list_select_related = ["asset", "organization"]
    raw_id_fields = ["asset", "organization", "entered_by"]


@admin.register(RoiCalculation)
class RoiCalculationAdmin(Kept, ModelAdmin):  # type: ignore[misc]
    """What was reckoned of them."""

    list_display = ["asset", "organization", "cost", "currency", "value", "roi", "value_score", "calculated_at"]
    list_filter = [by_text("currency"), "is_estimated"]
    list_filter_submit = True
    list_select_related = ["asset", "organization"]

    def has_add_permission(self, _request: HttpRequest) -> bool:
        """They are reckoned."""
        return False


@admin.register(SearchProperty)
class SearchPropertyAdmin(ModelAdmin):  # type: ignore[misc]
    """Sites, and how asking goes."""

    list_display = ["url", "organization", "next_at", "last_at", "error"]
    list_select_related = ["organization"]
    raw_id_fields = ["organization", "client", "brand"]
    exclude = ["credentials"]
    actions = ["ask_now"]

    @admin.action(description=_("Ask at the next turn"))
    def ask_now(self, request: HttpRequest, rows: QuerySet[SearchProperty]) -> None:
        """Put connected sites at the front."""
        count = rows.filter(next_at__isnull=False).update(next_at=timezone.now())
        self.message_user(request, _("%(count)s will be asked within minutes.") % {"count": count})


@admin.register(SearchDay)
class SearchDayAdmin(Kept, ModelAdmin):  # type: ignore[misc]
    """Their days."""

    list_display = ["property", "date", "days", "page", "query", "clicks", "impressions", "position", "origin"]
    list_filter = [by_text("origin")]
    list_filter_submit = True
    list_select_related = ["property"]

    def has_add_permission(self, _request: HttpRequest) -> bool:
        """They come from Search Console and its files."""
        return False


@admin.register(SeoMetrics)
class SeoMetricsAdmin(KeptForPeople, ModelAdmin):  # type: ignore[misc]
    """Pieces in search."""

    list_display = ["piece", "organization", "page", "property", "organic_traffic", "backlinks", "measured_at"]
    list_select_related = ["piece", "organization", "property"]

    def has_add_permission(self, _request: HttpRequest) -> bool:
        """They come from Search Console and from the page of numbers."""
        return False

    def has_change_permission(self, _request: HttpRequest, _obj: object = None) -> bool:
        """Nobody rewrites what was measured."""
        return False
