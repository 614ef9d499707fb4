"""What all tables share."""

import uuid
from typing import TYPE_CHECKING, Generic, Self, TypeVar

from django.db import models
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


class TenantQuerySet(models.QuerySet[Row], Generic[Row]):
    """Rows of tenants; pages and the API take them only through `visible_to`."""

    def visible_to(self, membership: "Membership") -> Self:
        """Return the member's rows: their organisation's, or only their client's."""
        rows = self.filter(organization_id=membership.organization_id)
        if membership.client_id and any(field.name == "client" for field in self.model._meta.fields):
            rows = rows.filter(client_id=membership.client_id)
        return rows


class TenantModel(BaseModel):
    """A row that belongs to an organisation."""

    organization = models.ForeignKey("accounts.Organization", models.CASCADE, related_name="+")

    if TYPE_CHECKING:
        organization_id: uuid.UUID

    class Meta:
        abstract = True
