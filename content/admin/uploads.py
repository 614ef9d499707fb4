"""Files on their way, for operators."""

from django.contrib import admin

from content.admin.looked import LookedAt
from content.models import Upload


@admin.register(Upload)
class UploadAdmin(LookedAt):
    """Files on their way; deleting a row gives its upload up."""

    list_display = ["name", "organization", "user", "offset", "length", "expires_at", "asset"]
    search_fields = ["name", "organization__name", "user__email"]
    list_select_related = ["organization", "user", "asset"]
    ordering = ["-created_at"]
