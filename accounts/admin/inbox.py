"""What people were told, for operators."""

from django.contrib import admin

from accounts.models import Notification, NotificationPreference
from trenddrop.core.admin import ReadOnlyAdmin


@admin.register(Notification)
class NotificationAdmin(ReadOnlyAdmin):
    """What people were told."""

    list_display = ["title", "kind", "user", "organization", "created_at", "read_at", "mailed_at"]
    list_filter = ["kind"]
    search_fields = ["title", "user__email"]
    list_select_related = ["user", "organization"]


@admin.register(NotificationPreference)
class NotificationPreferenceAdmin(ReadOnlyAdmin):
    """How people want to hear."""

    list_display = ["user", "kind", "mail", "in_app", "updated_at"]
    list_filter = ["kind", "mail", "in_app"]
    search_fields = ["user__email", "user__full_name"]
    list_select_related = ["user"]
