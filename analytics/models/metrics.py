"""Snapshots of a post's counts on a falling ladder."""

import uuid
from typing import TYPE_CHECKING

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import TenantModel, TenantQuerySet
from publishing.models import ScheduledPost
from trenddrop.core.claims import Claimable


class MeasuredPost(Claimable, TenantModel):
    """A published post under measurement: when to look next, and its latest numbers."""

    client = models.ForeignKey("accounts.ClientAccount", models.CASCADE, null=True, blank=True, related_name="+")
    post = models.OneToOneField(ScheduledPost, models.CASCADE, related_name="measured")
    platform = models.CharField(max_length=20)
    published_at = models.DateTimeField()
    next_at = models.DateTimeField(null=True, blank=True, help_text=_("empty when the ladder has ended"))
    last_at = models.DateTimeField(null=True, blank=True)
    failures = models.PositiveSmallIntegerField(default=0)
    error = models.TextField(blank=True)
    is_simulated = models.BooleanField(default=False)
    views = models.BigIntegerField(null=True, blank=True)
    likes = models.BigIntegerField(null=True, blank=True)
    comments = models.BigIntegerField(null=True, blank=True)
    shares = models.BigIntegerField(null=True, blank=True)
    saves = models.BigIntegerField(null=True, blank=True)
    learned_at = models.DateTimeField(null=True, blank=True, help_text=_("when its result was told to content"))

    objects = TenantQuerySet["MeasuredPost"].as_manager()

    if TYPE_CHECKING:
        post_id: uuid.UUID
        client_id: uuid.UUID | None

    class Meta:
        indexes = [
            models.Index(fields=["next_at"], name="measurement_due", condition=models.Q(next_at__isnull=False)),
            models.Index(fields=["organization", "-published_at"], name="measured_recent"),
            models.Index(fields=["published_at"], name="to_learn_from", condition=models.Q(learned_at=None)),
        ]

    def __str__(self) -> str:
        return f"{self.platform} {self.published_at:%Y-%m-%d}"


class PostMetrics(TenantModel):
    """One snapshot. A count the platform does not give is empty, never zero."""

    CLIENT_PATH = "post__client_id"

    post = models.ForeignKey(ScheduledPost, models.CASCADE, related_name="snapshots")
    taken_at = models.DateTimeField()
    hour = models.FloatField(help_text=_("hours since publishing"))
    views = models.BigIntegerField(null=True, blank=True)
    impressions = models.BigIntegerField(null=True, blank=True)
    reach = models.BigIntegerField(null=True, blank=True)
    likes = models.BigIntegerField(null=True, blank=True)
    comments = models.BigIntegerField(null=True, blank=True)
    shares = models.BigIntegerField(null=True, blank=True)
    saves = models.BigIntegerField(null=True, blank=True)
    clicks = models.BigIntegerField(null=True, blank=True)
    is_simulated = models.BooleanField(default=False)

    objects = TenantQuerySet["PostMetrics"].as_manager()

    class Meta:
        verbose_name_plural = "post metrics"
        constraints = [models.UniqueConstraint(fields=["post", "taken_at"], name="one_snapshot_per_moment")]

    def __str__(self) -> str:
        return f"{self.hour:.0f} h: {self.views} views"
