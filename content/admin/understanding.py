"""What was understood, and trends that fit, for operators."""

from django.contrib import admin

from content.admin.looked import LookedAt
from content.models import ContentAnalysis, TrendMatch
from trenddrop.core.admin import Kept, by_text


@admin.register(ContentAnalysis)
class ContentAnalysisAdmin(Kept, LookedAt):
    """What was understood."""

    list_display = [
        "asset",
        "made_by",
        "language",
        "confidence",
        "sentiment",
        "virality",
        "repurposing_value",
        "seo",
        "engagement_potential",
        "created_at",
    ]
    list_filter = [by_text("made_by"), by_text("language")]
    list_filter_submit = True
    search_fields = ["asset__title"]
    list_select_related = ["asset"]


@admin.register(TrendMatch)
class TrendMatchAdmin(Kept, LookedAt):
    """Assets and topics that fit."""

    list_display = ["asset", "topic", "score", "is_used", "created_at"]
    list_filter = ["is_used"]
    search_fields = ["asset__title", "topic__title"]
    list_select_related = ["asset", "topic"]
