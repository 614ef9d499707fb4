"""An organisation's own part in trends: hashtags it uses, and trends it rode."""

import uuid
from typing import TYPE_CHECKING

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import TenantModel, TenantQuerySet
from trends.models.topics import TrendTopic


class OwnHashtag(TenantModel):
    """One hashtag of an organisation's own posts in one hour: how often, and what it brought."""

    client = models.ForeignKey("accounts.ClientAccount", models.CASCADE, null=True, blank=True, related_name="+")
    tag = models.CharField(max_length=100, help_text=_("as people write it, without #"))
    normalized = models.CharField(max_length=100)
    platform = models.CharField(max_length=20)
    hour = models.DateTimeField()
    posts = models.PositiveIntegerField(default=0)
    engagement = models.FloatField(default=0, help_text=_("of those posts, until now"))
    views = models.BigIntegerField(null=True)
    ratios = models.JSONField(
        default=list,
        blank=True,
        help_text=_("of each post old enough: its engagement by its connection's median without the tag"),
    )

    objects = TenantQuerySet["OwnHashtag"].as_manager()

    if TYPE_CHECKING:
        client_id: uuid.UUID | None

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "client", "normalized", "platform", "hour"],
                name="one_count_per_own_hashtag_and_hour",
                nulls_distinct=False,
            )
        ]
        indexes = [models.Index(fields=["organization", "-hour"], name="own_hashtag_recent")]

    def __str__(self) -> str:
        return f"#{self.tag}"


class TrendRide(TenantModel):
    """A published post that used a topic: did we ride it, and how early?"""

    client = models.ForeignKey("accounts.ClientAccount", models.CASCADE, null=True, blank=True, related_name="+")
    topic = models.ForeignKey(TrendTopic, models.CASCADE, related_name="rides")
    post_id = models.UUIDField(help_text=_("the published post"))
    platform = models.CharField(max_length=20)
    url = models.URLField(max_length=500, blank=True)
    title = models.CharField(max_length=300, blank=True)
    published_at = models.DateTimeField()

    objects = TenantQuerySet["TrendRide"].as_manager()

    if TYPE_CHECKING:
        client_id: uuid.UUID | None
        topic_id: uuid.UUID

    class Meta:
        constraints = [models.UniqueConstraint(fields=["topic", "post_id"], name="one_ride_per_post_and_topic")]
        indexes = [models.Index(fields=["organization", "-published_at"], name="ride_recent")]

    def __str__(self) -> str:
        return f"{self.topic_id} {self.platform}"
