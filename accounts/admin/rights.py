"""Exports, imports and erasures, for operators."""

from typing import cast

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from accounts.models import DataRequest, User
from accounts.services import rights
from trenddrop.core.admin import ReadOnlyAdmin


@admin.register(DataRequest)
class DataRequestAdmin(ReadOnlyAdmin):
    """What was asked for, how far it is, and what went wrong; never the archive itself."""

    list_display = [
        "created_at",
        "kind",
        "subject",
        "status",
        "progress",
        "organization",
        "user",
        "error",
        "finished_at",
    ]
    list_filter = ["kind", "subject", "status"]
    search_fields = ["organization__name", "user__email", "error"]
    list_select_related = ["organization", "user"]
    ordering = ["-created_at"]
    exclude = ["file"]
    actions = ["try_again"]

    @admin.action(description=_("Try again: failed ones only"))
    def try_again(self, request: HttpRequest, rows: QuerySet[DataRequest]) -> None:
        """Let failed requests be worked on anew."""
        count = sum(rights.try_again(row, by=cast(User, request.user)) for row in rows)
        self.message_user(request, _("%(count)s are worked on again.") % {"count": count})
