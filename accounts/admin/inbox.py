"""What people were told, for operators."""

from django.contrib import admin

from accounts.models import Notification
from trenddrop.core.admin import ReadOnlyAdmin


@admin.register(Notification)
class NotificationAdmin(ReadOnlyAdmin):
    """What people were told."""

    list_display = ["title", "kind", "user", "organization", "created_at", "read_at", "mailed_at"]
    list_filter = ["kind"]
    search_fields = ["title", "user__email"]
    list_select_related = ["user", "organization"]
