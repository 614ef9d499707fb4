"""Sums by day, for operators: read, and made again."""

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from unfold.admin import ModelAdmin

from analytics.models import AccountDay, AnalyticsSnapshot, PostDay, RollupMark
from analytics.rollups import posts
from trenddrop.core.admin import Kept, PlatformFilter, by_days, by_text


class Summed(Kept, ModelAdmin):  # type: ignore[misc]
    """Rows that are made from others."""

    list_select_related = ["organization"]

    def has_add_permission(self, _request: HttpRequest) -> bool:
        """They are summed."""
        return False

    def has_change_permission(self, _request: HttpRequest, _obj: object = None) -> bool:
        """They are what the snapshots say."""
        return False


@admin.register(PostDay)
class PostDayAdmin(Summed):
    """What posts won by day."""

    list_display = ["post", "organization", "date", "views", "engagement", "virality"]
    list_filter = [by_days("date")]
    list_filter_submit = True
    list_select_related = ["post", "organization"]


@admin.register(AccountDay)
class AccountDayAdmin(Summed):
    """What accounts won by day."""

    list_display = ["connection", "brand", "organization", "date", "published", "views", "engagement"]
    list_filter = [PlatformFilter, "is_simulated", by_days("date")]
    list_filter_submit = True
    list_select_related = ["connection", "brand", "organization"]


@admin.register(AnalyticsSnapshot)
class AnalyticsSnapshotAdmin(Summed):
    """What organisations and clients won by day, week and month."""

    list_display = ["organization", "client", "period", "start", "created", "published", "views", "engagement"]
    list_filter = ["period"]
    list_select_related = ["organization", "client"]


@admin.register(RollupMark)
class RollupMarkAdmin(Summed):
    """How far the sums are."""

    list_display = ["organization", "name", "zone", "reached", "dirty_from"]
    list_filter = [by_text("name")]
    list_filter_submit = True
    actions = ["make_anew"]

    @admin.action(description=_("Make the sums of posts anew"))
    def make_anew(self, request: HttpRequest, rows: QuerySet[RollupMark]) -> None:
        """From the snapshots, organisation by organisation."""
        found = set(rows.filter(name=posts.NAME).values_list("organization_id", flat=True))
        for organization in found:
            posts.roll_up(organization, now=timezone.now(), anew=True)
        self.message_user(request, _("The sums of %(count)s organisations were made anew.") % {"count": len(found)})
