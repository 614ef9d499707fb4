"""In the admin a row stays with its organisation, and names nothing of another one: the database would refuse it.

The admin site puts this before every ModelAdmin of rows with an organisation (trenddrop.admin_site).
"""

from typing import Any

from django.db import models
from django.forms import ModelForm
from django.http import HttpRequest
from django.utils.translation import gettext as _

from accounts.models import Organization


def has_organization(model: type[models.Model]) -> bool:
    """Say whether rows of a model name the organisation they belong to."""
    return any(field.name == "organization" and field.related_model is Organization for field in model._meta.fields)


class OneTenantForm(ModelForm[Any]):
    """Goes before a form of the admin."""

    def _get_validation_exclusions(self) -> set[str]:
        """Let what is one of a kind in an organisation be told, also where the organisation is only shown."""
        excluded: set[str] = super()._get_validation_exclusions()  # type: ignore[misc]
        return excluded - {"organization"} if self.instance.organization_id else excluded

    def clean(self) -> dict[str, Any]:
        """Say what belongs to another organisation."""
        given: dict[str, Any] = super().clean() or self.cleaned_data
        organization = given.get("organization") or getattr(self.instance, "organization", None)
        for name, chosen in list(given.items()):
            theirs = getattr(chosen, "organization_id", None) if isinstance(chosen, models.Model) else None
            if organization and theirs and theirs != organization.pk:
                self.add_error(name, _("This belongs to another organisation."))
        return given


class OneTenantAdmin:
    """Goes before a ModelAdmin."""

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        """Whose row it is, is said once."""
        fixed = list(super().get_readonly_fields(request, obj))  # type: ignore[misc]
        return fixed if obj is None or "organization" in fixed else [*fixed, "organization"]

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> type[Any]:
        """Put the checks before the form."""
        form = super().get_form(request, obj, change, **kwargs)  # type: ignore[misc]
        checked: type[Any] = type(form)(form.__name__, (OneTenantForm, form), {})
        return checked


def one_tenant(model: type[models.Model], admin_class: type[Any]) -> type[Any]:
    """Return the ModelAdmin with the checks before it, where the model's rows name an organisation."""
    if not has_organization(model) or issubclass(admin_class, OneTenantAdmin):
        return admin_class
    return type(admin_class.__name__, (OneTenantAdmin, admin_class), {"__module__": admin_class.__module__})
