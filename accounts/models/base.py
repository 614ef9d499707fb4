"""What all tables share."""

import uuid
from typing import TYPE_CHECKING, Any, ClassVar, Generic, Self, TypeVar

from django.db import models
from django.utils.encoding import force_str
from django.utils.translation import gettext_lazy as _

from trenddrop.core.ids import uuid7

if TYPE_CHECKING:
    from accounts.models.organizations import Membership

Row = TypeVar("Row", bound=models.Model)


class BaseModel(models.Model):
    """A key that sorts by time, and two times."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    created_at = models.DateTimeField(_("created"), auto_now_add=True, db_index=False)
    updated_at = models.DateTimeField(_("updated"), auto_now=True)

    class Meta:
        abstract = True

    def _get_FIELD_display(self, field: "models.Field[Any, Any]") -> Any:  # noqa: N802 (Django's name)
        """As Django's, which translates the names of all choices of a field, for each row, to find one."""
        value = getattr(self, field.attname)
        return force_str(dict(field.flatchoices).get(value, value), strings_only=True)


class TenantQuerySet(models.QuerySet[Row], Generic[Row]):
    """Rows of tenants; pages and the API take them only through `visible_to`."""

    def visible_to(self, membership: "Membership") -> Self:
        """Return the member's rows: their organisation's, or only their client's (also of the client they chose)."""
        rows = self.filter(organization_id=membership.organization_id)
        path = client_path(self.model)
        if membership.client_id and path:
            return rows.filter(**{path: membership.client_id})
        if membership.narrowed_to and path and getattr(self.model, "IS_WORK", True):
            return rows.filter(**{path: membership.narrowed_to})
        return rows


def client_path(model: type[models.Model]) -> str:
    """Return where rows of a model name their client: a column of their own, their parent's, or nowhere ("")."""
    named = any(field.name == "client" for field in model._meta.fields)
    return getattr(model, "CLIENT_PATH", "") or ("client_id" if named else "")


class TenantModel(BaseModel):
    """A row that belongs to an organisation, and where CLIENT_PATH leads to a client's."""

    CLIENT_PATH: ClassVar[str] = ""
    IS_WORK: ClassVar[bool] = True  # narrowed when an agency's member looks at one client only

    organization = models.ForeignKey("accounts.Organization", models.CASCADE, related_name="+")

    if TYPE_CHECKING:
        organization_id: uuid.UUID

    class Meta:
        abstract = True
