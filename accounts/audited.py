"""What operators change in the admin stands in the log of the organisation it belongs to, like everything else.

The admin site puts this before every ModelAdmin of a tenant's rows (trenddrop.admin_site), so that a new one is
covered by itself. Actions that write by other ways record for themselves.
"""

import uuid
from collections.abc import Iterable
from typing import Any

from django.db import models
from django.db.models import QuerySet
from django.forms import BaseFormSet, ModelForm
from django.http import HttpRequest

from accounts import audit
from accounts.models import Membership, Organization, User


def is_of_tenants(model: type[models.Model]) -> bool:
    """Say whether rows of a model belong to organisations (people belong to those they work in)."""
    return issubclass(model, Organization | User) or any(field.name == "organization" for field in model._meta.fields)


def organizations_of(row: models.Model) -> list[uuid.UUID]:
    """Return the organisations whose log tells of a row. Call in the operator's scope."""
    if isinstance(row, Organization):
        return [row.pk]
    if isinstance(row, User):
        return list(Membership.objects.filter(user=row).values_list("organization_id", flat=True))
    found: uuid.UUID | None = getattr(row, "organization_id", None)
    return [found] if found else []


def record(
    action: str,
    row: models.Model,
    request: HttpRequest,
    *,
    organizations: Iterable[uuid.UUID] | None = None,
    **metadata: Any,
) -> None:
    """Record what an operator did to a row, in the logs of its organisations."""
    operator = request.user if isinstance(request.user, User) else None
    for key in organizations_of(row) if organizations is None else organizations:
        audit.record(action, row, organization_id=key, by=operator, **metadata)


class AuditedAdmin:
    """Goes before a ModelAdmin: what is added, changed and removed is recorded, in inlines too."""

    def save_model(self, request: HttpRequest, obj: models.Model, form: ModelForm[Any], change: bool) -> None:
        """Save and record what changed."""
        super().save_model(request, obj, form, change)  # type: ignore[misc]
        if not change:
            record("operator.added", obj, request)
        elif form.changed_data:
            record("operator.changed", obj, request, changes=audit.changes(form))

    def save_formset(self, request: HttpRequest, form: Any, formset: BaseFormSet[Any], change: bool) -> None:
        """Save an inline's rows and record each."""
        held = [entry.instance for entry in getattr(formset, "deleted_forms", ()) if entry.instance.pk]
        for row in held:
            record("operator.removed", row, request)
        super().save_formset(request, form, formset, change)  # type: ignore[misc]
        for row in getattr(formset, "new_objects", ()):
            record("operator.added", row, request)
        changed = {row.pk for row, _fields in getattr(formset, "changed_objects", ())}
        for entry in formset.forms:
            if entry.instance.pk in changed:
                record("operator.changed", entry.instance, request, changes=audit.changes(entry))

    def delete_model(self, request: HttpRequest, obj: models.Model) -> None:
        """Record, then remove."""
        record("operator.removed", obj, request)
        super().delete_model(request, obj)  # type: ignore[misc]

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        """Remove, and record each that is gone (an admin may keep some)."""
        rows = [(row, organizations_of(row)) for row in queryset]
        super().delete_queryset(request, queryset)  # type: ignore[misc]
        same = queryset.model._base_manager.filter(pk__in=[row.pk for row, _keys in rows])
        kept = set(same.values_list("pk", flat=True))
        for row, keys in rows:
            if row.pk not in kept:
                record("operator.removed", row, request, organizations=keys)


def audited(model: type[models.Model], admin_class: type[Any]) -> type[Any]:
    """Return the ModelAdmin with the recording before it, where the model's rows belong to organisations."""
    if not is_of_tenants(model) or issubclass(admin_class, AuditedAdmin):
        return admin_class
    return type(admin_class.__name__, (AuditedAdmin, admin_class), {"__module__": admin_class.__module__})


def models_of(model_or_iterable: Any) -> Iterable[type[models.Model]]:
    """Return the models that are registered together."""
    return [model_or_iterable] if isinstance(model_or_iterable, type) else model_or_iterable
