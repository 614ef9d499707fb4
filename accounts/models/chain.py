"""What holds the end of each organisation's audit chain, and when it was last verified."""

from django.db import models

from accounts.models.base import TenantModel, TenantQuerySet


class AuditHead(models.Model):
    """The last entry of an organisation's chain, kept apart from it, so that a chain cut short is noticed.

    Only the database writes it: a trigger moves it with each entry, and forward only.
    """

    APPEND_ONLY = True
    WRITTEN_BY_DATABASE = True

    organization = models.OneToOneField("accounts.Organization", models.DO_NOTHING, primary_key=True, related_name="+")
    sequence = models.PositiveBigIntegerField()
    hash = models.CharField(max_length=64)
    at = models.DateTimeField()

    objects = TenantQuerySet["AuditHead"].as_manager()

    def __str__(self) -> str:
        return f"#{self.sequence}"


class AuditCheck(TenantModel):
    """The last time a chain was walked from its first entry: how far it held, or what is wrong with it."""

    organization = models.OneToOneField("accounts.Organization", models.CASCADE, related_name="+")
    sequence = models.PositiveBigIntegerField(default=0)
    checked_at = models.DateTimeField()
    fault = models.CharField(max_length=300, blank=True)

    objects = TenantQuerySet["AuditCheck"].as_manager()

    def __str__(self) -> str:
        return self.fault or f"verified up to #{self.sequence}"
