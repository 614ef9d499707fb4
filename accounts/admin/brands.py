"""Brands, for operators."""

from django.contrib import admin
from unfold.admin import ModelAdmin

from accounts.models import BrandProfile


@admin.register(BrandProfile)
class BrandProfileAdmin(ModelAdmin):  # type: ignore[misc]
    """Brands."""

    list_display = ["name", "organization", "client", "industry", "tone"]
    list_filter = ["tone"]
    search_fields = ["name", "organization__name", "industry"]
    list_select_related = ["organization", "client"]
    autocomplete_fields = ["organization", "client"]
