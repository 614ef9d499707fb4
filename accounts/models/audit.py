"""The audit log: append-only, one hash chain per organisation."""

from django.conf import settings
from django.db import models

from accounts.models.base import TenantQuerySet
from trenddrop.core.ids import uuid7


class AuditEntry(models.Model):
    """One change: who, what, where from. The database refuses to change or remove it.

    Only what it says of people can be blanked, on the record (see accounts.sealing); `redacted_by` is that record.
    """

    APPEND_ONLY = True

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    organization = models.ForeignKey("accounts.Organization", models.DO_NOTHING, related_name="+", db_index=False)
    sequence = models.PositiveBigIntegerField()
    at = models.DateTimeField()
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, models.DO_NOTHING, null=True, related_name="+")
    actor_name = models.CharField(max_length=200)
    action = models.CharField(max_length=60)
    resource_type = models.CharField(max_length=60)
    resource_id = models.CharField(max_length=60)
    resource_name = models.CharField(max_length=200, blank=True)
    ip = models.GenericIPAddressField(null=True)
    user_agent = models.CharField(max_length=300, blank=True)
    metadata = models.JSONField(default=dict)
    salts = models.JSONField(default=dict)
    seals = models.JSONField(default=dict)
    redacted_by = models.PositiveBigIntegerField(null=True)
    previous_hash = models.CharField(max_length=64)
    hash = models.CharField(max_length=64)

    objects = TenantQuerySet["AuditEntry"].as_manager()

    class Meta:
        verbose_name_plural = "audit entries"
        constraints = [models.UniqueConstraint(fields=["organization", "sequence"], name="audit_sequence")]
        indexes = [
            models.Index(fields=["organization", "actor", "-sequence"], name="audit_by_actor"),
            models.Index(fields=["organization", "action", "-sequence"], name="audit_by_action"),
            models.Index(fields=["organization", "resource_type", "-sequence"], name="audit_by_type"),
            models.Index(fields=["organization", "at"], name="audit_by_time"),
        ]

    def __str__(self) -> str:
        return f"{self.action} {self.resource_type} {self.resource_id}"
