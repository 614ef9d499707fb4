"""Pieces with their versions, for operators."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from unfold.admin import TabularInline

from content.admin.looked import DeletedFilter, LookedAt
from content.models import GeneratedContent, PieceVersion
from trenddrop.core.admin import PlatformFilter


class VersionInline(TabularInline):  # type: ignore[misc]
    """What a piece said before."""

    model = PieceVersion
    extra = 0
    can_delete = False
    fields = ["number", "title", "text", "note", "made_by", "model", "tokens", "author", "created_at"]
    readonly_fields = fields

    def has_add_permission(self, _request: HttpRequest, _obj: Any = None) -> bool:
        """Versions are written by the product."""
        return False


@admin.register(GeneratedContent)
class GeneratedContentAdmin(LookedAt):
    """Pieces with their versions."""

    list_display = ["__str__", "platform", "asset", "organization", "version", "made_by", "is_fallback", "created_at"]
    list_filter = [PlatformFilter, "kind", "is_fallback", DeletedFilter]
    search_fields = ["title", "text", "asset__title", "organization__name"]
    list_select_related = ["asset", "organization"]
    inlines = [VersionInline]
