"""Who did what, for operators."""

from django.contrib import admin
from unfold.contrib.filters.admin import FieldTextFilter

from accounts.models import AuditEntry
from trenddrop.core.admin import ReadOnlyAdmin


@admin.register(AuditEntry)
class AuditEntryAdmin(ReadOnlyAdmin):
    """Who did what."""

    list_display = ["at", "actor_name", "action", "resource_type", "resource_name", "organization", "ip"]
    list_filter = [("action", FieldTextFilter), ("resource_type", FieldTextFilter)]
    list_filter_submit = True
    search_fields = ["actor_name", "resource_name", "resource_id", "organization__name"]
    list_select_related = ["organization"]
    ordering = ["-at"]
