"""API keys, for operators."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts import audited
from accounts.models import ApiKey
from trenddrop.core.admin import ReadOnlyAdmin


@admin.register(ApiKey)
class ApiKeyAdmin(ReadOnlyAdmin):
    """Keys; operators end them, and see no more of them than their beginning."""

    list_display = ["name", "prefix", "membership", "organization", "last_used_at", "expires_at", "revoked_at"]
    search_fields = ["name", "prefix", "membership__user__email", "organization__name"]
    list_select_related = ["organization", "membership__user"]
    exclude = ["hash"]
    actions = ["revoke"]

    @admin.action(description=_("Revoke: the keys open nothing from now on"))
    def revoke(self, request: HttpRequest, rows: QuerySet[Any]) -> None:
        """End keys at once."""
        for key in rows.filter(revoked_at=None):
            key.revoked_at = timezone.now()
            key.save(update_fields=["revoked_at", "updated_at"])
            audited.record("key.revoked", key, request, prefix=key.prefix)
