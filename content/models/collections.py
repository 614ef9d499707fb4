"""Folders of the library."""

import uuid
from typing import TYPE_CHECKING

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import TenantModel, TenantQuerySet


class Collection(TenantModel):
    """A named folder of assets; an asset lies in one or in none."""

    client = models.ForeignKey("accounts.ClientAccount", models.CASCADE, null=True, blank=True, related_name="+")
    name = models.CharField(_("name"), max_length=80)

    objects = TenantQuerySet["Collection"].as_manager()

    if TYPE_CHECKING:
        client_id: uuid.UUID | None

    class Meta:
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(
                models.F("organization"), models.F("client"), models.functions.Lower("name"),
                name="one_collection_of_a_name", nulls_distinct=False,
            )
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.name
