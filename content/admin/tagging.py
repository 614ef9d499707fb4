"""Versions of the tagger, for operators: what each learned from and how it did."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from content.models import TagModel
from trenddrop.core.admin import ReadOnlyAdmin


@admin.register(TagModel)
class TagModelAdmin(ReadOnlyAdmin):
    """Versions; their parameters are never shown, and never run."""

    list_display = ["version", "is_active", "examples", "held_out", "rule", "created_at"]
    list_filter = ["is_active"]
    fields = readonly_fields = ["version", "is_active", "examples", "held_out", "rule", "created_at"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[TagModel]:
        """Leave the parameters where they are."""
        rows: QuerySet[TagModel] = super().get_queryset(request)
        return rows.defer("parameters")

    @admin.display(description=_("on makers held out"))
    def held_out(self, row: TagModel) -> str:
        """Its figures."""
        return _told(row.figures.get("held_out", {}))

    @admin.display(description=_("the rule there"))
    def rule(self, row: TagModel) -> str:
        """The rule's figures."""
        return _told(row.figures.get("rule", {}))


def _told(figures: dict[str, Any]) -> str:
    if not figures:
        return ""
    return f"P@5 {figures['precision_at_5']:.3f}, R@10 {figures['recall_at_10']:.3f} ({figures['posts']})"
