"""Folders of the library, for operators to look at."""

from django.contrib import admin

from content.admin.looked import LookedAt
from content.models import Collection


@admin.register(Collection)
class CollectionAdmin(LookedAt):
    """Which organisation keeps what together."""

    list_display = ["name", "organization", "client", "created_at"]
    search_fields = ["name", "organization__name", "client__name"]
    list_select_related = ["organization", "client"]
    ordering = ["organization", "name"]
