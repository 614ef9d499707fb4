"""Templates and brands' looks, for operators."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from unfold.admin import TabularInline

from content.admin import looking
from content.admin.looked import LookedAt
from content.models import BrandTemplate, Template, TemplateUse
from trenddrop.core.admin import by_text


class TemplateUseInline(TabularInline):  # type: ignore[misc]
    """Where a template was used."""

    model = TemplateUse
    extra = 0
    can_delete = False
    fields = ["piece", "created_at"]
    readonly_fields = fields

    def has_add_permission(self, _request: HttpRequest, _obj: Any = None) -> bool:
        """Uses are written by the product."""
        return False


@admin.register(Template)
class TemplateAdmin(LookedAt):
    """What organisations keep; what they offer to everybody is reviewed under published items."""

    list_display = ["name", "kind", "organization", "client", "usage_count", "performance", "measured_posts",
                    "last_used_at", "created_at"]  # fmt: skip
    list_filter = ["kind", ("taken_from", admin.EmptyFieldListFilter), ("file", admin.EmptyFieldListFilter)]
    search_fields = ["name", "category", "organization__name"]
    list_select_related = ["organization", "client"]
    ordering = ["-created_at"]
    readonly_fields = ["picture", "clip"]
    inlines = [TemplateUseInline]

    @admin.display(description=_("picture"))
    def picture(self, row: Template) -> str:
        """What it makes."""
        return looking.picture(row, self.opts)

    @admin.display(description=_("clip"))
    def clip(self, row: Template) -> str:
        """Its clip."""
        return looking.clip(row, self.opts)

    def get_urls(self) -> list[Any]:
        """Add the addresses of picture and clip."""
        return [*looking.addresses(self), *super().get_urls()]


@admin.register(BrandTemplate)
class BrandTemplateAdmin(LookedAt):
    """Which colours, font and templates a brand has."""

    list_display = ["brand", "organization", "colour", "accent", "ground", "font", "caption_style", "updated_at"]
    list_filter = [by_text("font"), ("logo", admin.EmptyFieldListFilter)]
    list_filter_submit = True
    search_fields = ["brand__name", "organization__name"]
    list_select_related = ["brand", "organization", "caption_style"]
    ordering = ["-updated_at"]
