"""What a brand could make of a topic."""

import uuid
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import BrandProfile, TenantModel, TenantQuerySet
from trenddrop.core.claims import Claimable
from trends.models.topics import TrendTopic


class TrendOpportunity(TenantModel):
    """One concrete idea: this topic, for this brand, on this platform."""

    CLIENT_PATH = "brand__client_id"

    class Status(models.TextChoices):
        OPEN = "open", _("Open")
        USED = "used", _("Used")
        DISMISSED = "dismissed", _("Dismissed")

    class Angle(models.TextChoices):
        EXPLAIN = "explain", _("Explain it")
        SIDE = "side", _("Take a side")
        HOW_TO = "how_to", _("How-to")
        STORY = "story", _("Behind the scenes")
        LIST = "list", _("List")
        QUESTION = "question", _("Question")
        REACTION = "reaction", _("Reaction")

    topic = models.ForeignKey(TrendTopic, models.CASCADE, related_name="opportunities")
    brand = models.ForeignKey(BrandProfile, models.CASCADE, related_name="opportunities")
    platform = models.CharField(max_length=20)
    content_format = models.CharField(max_length=20, help_text=_("short_video, social_post, thread, article, carousel"))
    angle_kind = models.CharField(max_length=8, choices=Angle.choices, default=Angle.EXPLAIN)
    language = models.CharField(max_length=8, default="en")
    title = models.CharField(max_length=200)
    angle = models.TextField(help_text=_("what to make, and why it fits"))
    hook = models.CharField(max_length=300, blank=True)
    hashtags = models.JSONField(default=list, blank=True)
    reasons = models.JSONField(default=list, blank=True)
    status = models.CharField(max_length=9, choices=Status.choices, default=Status.OPEN)
    used_for = models.UUIDField(null=True, blank=True, help_text=_("the asset that was begun with it"))
    round = models.PositiveSmallIntegerField(default=0, help_text=_("which ideas these are: 0 the first, 1 others …"))
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
        indexes = [
            models.Index(fields=["brand", "status", "-created_at"], name="opportunity_open"),
            models.Index(fields=["used_for"], name="opportunity_used", condition=models.Q(used_for__isnull=False)),
        ]

    def __str__(self) -> str:
        return self.title


class IdeaRequest(Claimable, TenantModel):
    """Somebody asked a language model for ideas: how far that is. One row per topic and brand, the latest asking."""

    CLIENT_PATH = "brand__client_id"

    class Status(models.TextChoices):
        WAITING = "waiting", _("Waiting")
        DONE = "done", _("Done")
        FAILED = "failed", _("Failed")

    topic = models.ForeignKey(TrendTopic, models.CASCADE, related_name="+")
    brand = models.ForeignKey(BrandProfile, models.CASCADE, related_name="+")
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    asked_at = models.DateTimeField()
    number = models.PositiveIntegerField(default=1, help_text=_("how often it was asked; each asking is paid once"))
    status = models.CharField(max_length=7, choices=Status.choices, default=Status.WAITING)
    message = models.TextField(blank=True, help_text=_("what went wrong"))

    objects = TenantQuerySet["IdeaRequest"].as_manager()

    if TYPE_CHECKING:
        topic_id: uuid.UUID
        brand_id: uuid.UUID

    class Meta:
        constraints = [models.UniqueConstraint(fields=["topic", "brand"], name="one_idea_request_at_a_time")]

    def __str__(self) -> str:
        return f"{self.topic_id} {self.status}"
