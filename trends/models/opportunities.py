"""What a brand could make of a topic."""

import uuid
from typing import TYPE_CHECKING

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import BrandProfile, TenantModel, TenantQuerySet
from trends.models.topics import TrendTopic


class TrendOpportunity(TenantModel):
    """One concrete idea: this topic, for this brand, on this platform."""

    CLIENT_PATH = "brand__client_id"

    class Status(models.TextChoices):
        OPEN = "open", _("Open")
        USED = "used", _("Used")
        DISMISSED = "dismissed", _("Dismissed")

    topic = models.ForeignKey(TrendTopic, models.CASCADE, related_name="opportunities")
    brand = models.ForeignKey(BrandProfile, models.CASCADE, related_name="opportunities")
    platform = models.CharField(max_length=20)
    content_format = models.CharField(max_length=20, help_text=_("short_video, social_post, thread, article, carousel"))
    title = models.CharField(max_length=200)
    angle = models.TextField(help_text=_("what to make, and why it fits"))
    hook = models.CharField(max_length=300, blank=True)
    hashtags = models.JSONField(default=list, blank=True)
    reasons = models.JSONField(default=list, blank=True)
    status = models.CharField(max_length=9, choices=Status.choices, default=Status.OPEN)
    made_by = models.CharField(max_length=80)
    is_fallback = models.BooleanField(default=False)
    fallback_reason = models.TextField(blank=True)

    objects = TenantQuerySet["TrendOpportunity"].as_manager()

    if TYPE_CHECKING:
        topic_id: uuid.UUID
        brand_id: uuid.UUID

    class Meta:
        verbose_name_plural = "trend opportunities"
        constraints = [
            models.UniqueConstraint(fields=["topic", "brand", "platform"], name="one_opportunity_per_platform")
        ]
        indexes = [models.Index(fields=["brand", "status", "-created_at"], name="opportunity_open")]

    def __str__(self) -> str:
        return self.title
