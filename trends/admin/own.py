"""What organisations did in trends, for operators."""

from django.contrib import admin

from trenddrop.core.admin import PlatformFilter, ReadOnlyAdmin
from trends.models import OwnHashtag, TrendRide


@admin.register(OwnHashtag)
class OwnHashtagAdmin(ReadOnlyAdmin):
    """Counts of own hashtags, hour by hour."""

    list_display = ["tag", "organization", "client", "platform", "hour", "posts", "engagement", "views"]
    list_filter = [PlatformFilter]
    search_fields = ["tag", "normalized", "organization__name"]
    list_select_related = ["organization", "client"]
    ordering = ["-hour"]


@admin.register(TrendRide)
class TrendRideAdmin(ReadOnlyAdmin):
    """Posts that used a topic."""

    list_display = ["topic", "organization", "client", "platform", "title", "published_at"]
    list_filter = [PlatformFilter]
    search_fields = ["topic__title", "title", "organization__name"]
    list_select_related = ["topic", "organization", "client"]
    ordering = ["-published_at"]
