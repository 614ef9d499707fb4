"""Rows that operators read and never write, the filter of deleted ones, and who is at the desk."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from unfold.admin import ModelAdmin

from accounts.models import User
from trenddrop.core.admin import KeptForPeople


class LookedAt(KeptForPeople, ModelAdmin):  # type: ignore[misc]
    """Rows that operators read and never write; superusers remove one where people's data has to go."""

    def has_add_permission(self, _request: HttpRequest, _obj: Any = None) -> bool:
        """Nobody adds."""
        return False

    def has_change_permission(self, _request: HttpRequest, _obj: Any = None) -> bool:
        """Nobody changes."""
        return False


class DeletedFilter(admin.SimpleListFilter):
    """Deleted or not."""

    title = _("deleted")
    parameter_name = "deleted"

    def lookups(self, _request: HttpRequest, _model_admin: Any) -> list[tuple[str, Any]]:
        """Offer both."""
        return [("no", _("No")), ("yes", _("Yes"))]

    def queryset(self, _request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Narrow."""
        return queryset.filter(deleted_at__isnull=self.value() == "no") if self.value() else queryset


def operator_of(request: HttpRequest) -> User | None:
    """Return who is at the desk."""
    return request.user if isinstance(request.user, User) else None
