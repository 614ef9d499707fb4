"""Who did what, for operators."""

from django.contrib import admin

from accounts.models import AuditEntry
from trenddrop.core.admin import ReadOnlyAdmin


@admin.register(AuditEntry)
class AuditEntryAdmin(ReadOnlyAdmin):
    """Who did what."""

    list_display = ["at", "actor_name", "action", "resource_type", "resource_name", "organization", "ip"]
    list_filter = ["action", "resource_type"]
    search_fields = ["actor_name", "resource_name", "resource_id", "organization__name"]
    list_select_related = ["organization"]
    ordering = ["-at"]
