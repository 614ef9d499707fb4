"""Ideas, and who asked for them, for operators."""

from django.contrib import admin

from trenddrop.core.admin import PlatformFilter, ReadOnlyAdmin, by_text
from trends.models import BrandFit, IdeaRequest, TrendOpportunity


@admin.register(TrendOpportunity)
class TrendOpportunityAdmin(ReadOnlyAdmin):
    """Ideas: what was told to whom, and what wrote it."""

    list_display = ["title", "brand", "organization", "topic", "platform", "angle_kind", "status", "made_by",
                    "is_fallback", "created_at"]  # fmt: skip
    list_filter = ["status", "angle_kind", PlatformFilter, "is_fallback", by_text("made_by"), by_text("language")]
    list_filter_submit = True
    search_fields = ["title", "topic__title", "brand__name", "organization__name"]
    list_select_related = ["topic", "brand", "organization"]
    ordering = ["-created_at"]


@admin.register(IdeaRequest)
class IdeaRequestAdmin(ReadOnlyAdmin):
    """Askings of a language model for ideas."""

    list_display = ["topic", "brand", "organization", "asked_by", "asked_at", "number", "status", "message"]
    list_filter = ["status"]
    search_fields = ["topic__title", "brand__name", "organization__name"]
    list_select_related = ["topic", "brand", "organization", "asked_by"]
    ordering = ["-asked_at"]


@admin.register(BrandFit)
class BrandFitAdmin(ReadOnlyAdmin):
    """When brands were held against all live topics last."""

    list_display = ["brand", "organization", "whole_at", "updated_at"]
    search_fields = ["brand__name", "organization__name"]
    list_select_related = ["brand", "organization"]
    ordering = ["-whole_at"]
