"""What admins of several apps share."""

import datetime as dt
from typing import Any

from django.contrib import admin
from django.contrib.auth import get_permission_codename
from django.db.models import DateTimeField, QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from unfold.admin import ModelAdmin
from unfold.contrib.filters.admin import AutocompleteSelectFilter, FieldTextFilter, RangeDateFilter
from unfold.utils import parse_date_str

from trenddrop.core.catalogue import BADGES

# Of ten thousand organisations the one is searched, not picked; goes with `list_filter_submit = True`.
BY_ORGANIZATION = ("organization", AutocompleteSelectFilter)
ONE_DAY = dt.timedelta(days=1)


class PlatformFilter(admin.SimpleListFilter):
    """Narrow by a platform out of those that are known: nobody reads a large table for what stands in it."""

    title = _("platform")
    parameter_name = "platform"

    def lookups(self, _request: HttpRequest, _model_admin: Any) -> list[tuple[str, Any]]:
        """Offer all that have a name here."""
        return sorted(((key, str(found.name)) for key, found in BADGES.items()), key=lambda each: each[1].casefold())

    def queryset(self, _request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Narrow."""
        return queryset.filter(**{str(self.parameter_name): self.value()}) if self.value() else queryset


def by_platform(path: str) -> type[PlatformFilter]:
    """Narrow by the platform at the end of a path."""
    return type("PlatformFilter", (PlatformFilter,), {"parameter_name": path})


def by_text(name: str) -> tuple[str, type[Any]]:
    """Narrow by what stands in a field, typed instead of picked; goes with `list_filter_submit = True`."""
    return name, FieldTextFilter


class DaysFilter(RangeDateFilter):  # type: ignore[misc]
    """Narrow by days, both included: where a hierarchy of dates would read a large table for the days it has."""

    def queryset(self, _request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Narrow; a day begins where the operator is."""
        first, last = self._day("from"), self._day("to")
        if first:
            queryset = queryset.filter(**{f"{self.field_path}__gte": self._begins(first)})
        return queryset.filter(**{f"{self.field_path}__lt": self._begins(last + ONE_DAY)}) if last else queryset

    def _day(self, end: str) -> dt.date | None:
        found: dt.date | None = parse_date_str(self.used_parameters.get(f"{self.field_path}_{end}", ""))
        return found if found and found < dt.date.max else None

    def _begins(self, day: dt.date) -> dt.date | dt.datetime:
        has_hours = isinstance(self.field, DateTimeField)
        return timezone.make_aware(dt.datetime.combine(day, dt.time())) if has_hours else day


def by_days(name: str) -> tuple[str, type[Any]]:
    """Narrow by days from one to another; goes with `list_filter_submit = True`."""
    return name, DaysFilter


class Guarded:
    """Goes before a ModelAdmin: who may only look does nothing, also where the rows' form is closed to everybody.

    The admin site puts it before every ModelAdmin (trenddrop.admin_site). An action that names no permissions asks for
    `act`, the model's right to change; one that only looks says `permissions=["view"]`. Unfold's buttons are pages of
    their own and always name theirs.
    """

    def has_act_permission(self, request: HttpRequest, _obj: Any = None) -> bool:
        """Whoever may change such rows, whatever the form says."""
        opts = self.opts  # type: ignore[attr-defined]
        return request.user.has_perm(f"{opts.app_label}.{get_permission_codename('change', opts)}")

    def get_actions(self, request: HttpRequest) -> dict[str, Any]:
        """Leave out what the operator may not do; Django asks here too when an action is posted."""
        offered: dict[str, Any] = super().get_actions(request)  # type: ignore[misc]
        if self.has_act_permission(request):
            return offered
        return {name: told for name, told in offered.items() if hasattr(told[0], "allowed_permissions")}

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> Any:
        """Let what is kept go along with what it hangs on."""
        request.takes_along = True  # type: ignore[attr-defined]
        try:
            return super().get_deleted_objects(objs, request)  # type: ignore[misc]
        finally:
            del request.takes_along  # type: ignore[attr-defined]


class Kept:
    """Goes before a ModelAdmin of what was derived, measured or logged: nobody changes or removes a row by hand.

    It goes along with what it hangs on. Its actions ask for the right to change such rows, as everywhere (Guarded).
    """

    def has_change_permission(self, _request: HttpRequest, _obj: Any = None) -> bool:
        """Nobody rewrites it."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nobody removes it alone."""
        may: bool = super().has_delete_permission(request, obj)  # type: ignore[misc]
        return may and getattr(request, "takes_along", False)


class KeptForPeople:
    """Goes before a ModelAdmin of what people made or is known of them: superusers remove it, where it has to go."""

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Superusers alone, but what it hangs on takes it along."""
        may: bool = super().has_delete_permission(request, obj)  # type: ignore[misc]
        return may and (bool(getattr(request.user, "is_superuser", False)) or getattr(request, "takes_along", False))


class ReadOnlyAdmin(Guarded, ModelAdmin):  # type: ignore[misc]
    """Rows that are looked at, never changed."""

    def has_add_permission(self, _request: HttpRequest, _obj: Any = None) -> bool:
        """Nobody adds."""
        return False

    def has_change_permission(self, _request: HttpRequest, _obj: Any = None) -> bool:
        """Nobody changes."""
        return False

    def has_delete_permission(self, _request: HttpRequest, _obj: Any = None) -> bool:
        """Nobody removes."""
        return False
