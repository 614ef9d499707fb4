"""Platforms as this installation runs them, what was used of their quotas, and what they told us by themselves."""

import uuid
from typing import TYPE_CHECKING

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import BaseModel, TenantModel, TenantQuerySet
from publishing.models.connections import PlatformConnection
from trenddrop.core.claims import Claimable
from trenddrop.core.fields import EncryptedTextField


class Platform(BaseModel):
    """What operators say of a platform; its limits stand in core.platforms, `overrides` replaces some of them."""

    class Audit(models.TextChoices):
        NOT_NEEDED = "not_needed", _("No review is needed")
        PENDING = "pending", _("Our app is not reviewed yet")
        PASSED = "passed", _("Reviewed")

    key = models.CharField(max_length=20, unique=True)
    is_enabled = models.BooleanField(default=True, help_text=_("off: nothing is connected or sent; posts wait"))
    audit = models.CharField(max_length=10, choices=Audit.choices, default=Audit.NOT_NEEDED)
    sunset_on = models.DateField(null=True, blank=True, help_text=_("when the platform ends the version we speak"))
    notice = models.TextField(blank=True, help_text=_("shown where accounts are connected, in plain words"))
    overrides = models.JSONField(
        default=dict, blank=True, help_text=_('fields of its limits that differ here, as {"text_limit": 4000}')
    )

    def __str__(self) -> str:
        return self.key


class QuotaUse(BaseModel):
    """How much of one quota was used in one window; shared by all workers, counted in one statement."""

    key = models.CharField(max_length=200, help_text=_("platform, quota, and account where each has its own"))
    begins_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    used = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["key", "begins_at"], name="one_count_per_window")]
        indexes = [models.Index(fields=["ends_at"], name="quota_ended")]

    def __str__(self) -> str:
        return f"{self.key}: {self.used}"


class PlatformEvent(Claimable, BaseModel):
    """One thing a platform told us by a webhook: verified, stored once, then applied by a worker."""

    class Status(models.TextChoices):
        RECEIVED = "received", _("Received")
        APPLIED = "applied", _("Applied")
        IGNORED = "ignored", _("Concerns nobody here")
        FAILED = "failed", _("Could not be applied")

    platform = models.CharField(max_length=20)
    key = models.CharField(max_length=200, help_text=_("the same for every delivery of the same event"))
    kind = models.CharField(max_length=30)
    account_id = models.CharField(max_length=200, blank=True)
    data = models.JSONField(default=dict, help_text=_("what publishing.platforms.hearing.Heard holds"))
    happened_at = models.DateTimeField(null=True, blank=True)
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.RECEIVED)
    tries = models.PositiveSmallIntegerField(default=0)
    applied_at = models.DateTimeField(null=True, blank=True)
    error = models.TextField(blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["platform", "key"], name="one_row_per_event")]
        indexes = [
            models.Index(fields=["created_at"], name="event_waiting", condition=models.Q(status="received")),
        ]

    def __str__(self) -> str:
        return f"{self.platform} {self.kind}"


class Listening(TenantModel):
    """A subscription by which a platform tells us of one account (WebSub, subscribed_apps), with its own secret."""

    CLIENT_PATH = "connection__client_id"

    connection = models.OneToOneField(PlatformConnection, models.CASCADE, related_name="listening")
    topic = models.CharField(max_length=500)
    secret = EncryptedTextField(blank=True, default="")
    confirmed_at = models.DateTimeField(null=True, blank=True)
    lease_ends_at = models.DateTimeField(null=True, blank=True)
    renew_at = models.DateTimeField(null=True, blank=True)
    error = models.TextField(blank=True)

    objects = TenantQuerySet["Listening"].as_manager()

    if TYPE_CHECKING:
        connection_id: uuid.UUID

    def __str__(self) -> str:
        return self.topic
