"""Folders of the library, for operators: look into them, remove them."""

from typing import Any

from django.contrib import admin
from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from unfold.admin import TabularInline

from content.admin.looked import LookedAt, operator_of
from content.models import Collection, ContentAsset
from content.services import collections


class InsideInline(TabularInline):  # type: ignore[misc]
    """What lies in a folder."""

    model = ContentAsset
    extra = 0
    can_delete = False
    show_change_link = True
    fields = ["title", "kind", "status", "created_at", "deleted_at"]
    readonly_fields = fields

    def has_add_permission(self, _request: HttpRequest, _obj: Any = None) -> bool:
        """Assets are put there in the library."""
        return False


@admin.register(Collection)
class CollectionAdmin(LookedAt):
    """Which organisation keeps what together."""

    list_display = ["name", "organization", "client", "assets_inside", "created_at"]
    search_fields = ["name", "organization__name", "client__name"]
    list_select_related = ["organization", "client"]
    ordering = ["organization", "name"]
    inlines = [InsideInline]
    actions = ["remove"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Collection]:
        """Count what is inside and not deleted."""
        rows: QuerySet[Collection] = super().get_queryset(request)
        return rows.annotate(inside=Count("assets", filter=Q(assets__deleted_at=None)))

    def has_delete_permission(self, _request: HttpRequest, _obj: Any = None) -> bool:
        """Removing is an action that leaves an entry with the organisation."""
        return False

    @admin.display(description=_("assets"), ordering="inside")
    def assets_inside(self, row: Collection) -> int:
        """How many assets lie in it."""
        return int(row.inside)  # type: ignore[attr-defined]

    @admin.action(description=_("Remove these folders; what lies in them stays in the library"))
    def remove(self, request: HttpRequest, rows: QuerySet[Collection]) -> None:
        """Remove each, as its owner would."""
        operator, done = operator_of(request), 0
        for row in rows.order_by("pk") if operator else ():
            collections.remove(row, by=operator)  # type: ignore[arg-type]
            done += 1
        self.message_user(request, _("%(count)s changed.") % {"count": done})
