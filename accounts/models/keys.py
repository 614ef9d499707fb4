"""What machines sign in with, and what they asked for already."""

import datetime as dt
import uuid
from typing import TYPE_CHECKING

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models.base import TenantModel, TenantQuerySet


class ApiKey(TenantModel):
    """A key acts as its member, at most with its scopes. Its text is shown once; only a hash is kept."""

    membership = models.ForeignKey("accounts.Membership", models.CASCADE, related_name="api_keys")
    name = models.CharField(_("name"), max_length=80)
    prefix = models.CharField(max_length=16, unique=True)
    hash = models.CharField(max_length=64)
    scopes = ArrayField(models.CharField(max_length=40), default=list, blank=True)
    expires_at = models.DateTimeField(_("expires"), null=True, blank=True)
    last_used_at = models.DateTimeField(null=True, blank=True)
    last_used_ip = models.GenericIPAddressField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)

    objects = TenantQuerySet["ApiKey"].as_manager()

    if TYPE_CHECKING:
        membership_id: uuid.UUID

    def __str__(self) -> str:
        return self.name

    def is_usable(self, now: dt.datetime) -> bool:
        """Neither revoked nor expired."""
        return self.revoked_at is None and (self.expires_at is None or self.expires_at > now)


class IdempotentRequest(TenantModel):
    """A create that was asked for under an Idempotency-Key, with the answer it got; kept for a day."""

    actor = models.CharField(max_length=60)
    key = models.CharField(max_length=200)
    fingerprint = models.CharField(max_length=64)
    status_code = models.PositiveSmallIntegerField(null=True)
    content = models.BinaryField(null=True)
    headers = models.JSONField(default=dict)

    objects = TenantQuerySet["IdempotentRequest"].as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["organization", "actor", "key"], name="one_request_per_key")]
        indexes = [models.Index(fields=["created_at"], name="idempotent_age")]

    def __str__(self) -> str:
        return self.key
