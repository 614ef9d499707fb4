"""How a topic fits a brand."""

import uuid
from typing import TYPE_CHECKING

from django.db import models

from accounts.models import BrandProfile, TenantModel, TenantQuerySet
from trends.models.topics import TrendTopic


class TrendRelevance(TenantModel):
    """The fit of one topic to one brand, 0–100, with its reasons."""

    CLIENT_PATH = "brand__client_id"

    topic = models.ForeignKey(TrendTopic, models.CASCADE, related_name="relevances")
    brand = models.ForeignKey(BrandProfile, models.CASCADE, related_name="relevances")
    score = models.FloatField()
    reasons = models.JSONField(default=list)

    objects = TenantQuerySet["TrendRelevance"].as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["topic", "brand"], name="one_relevance_per_brand")]
        indexes = [models.Index(fields=["brand", "-score"], name="relevance_best")]

    def __str__(self) -> str:
        return f"{self.topic} for {self.brand}: {self.score:.0f}"


class FittedTopic(models.Model):
    """What of a topic its fits stand on: while its digest is the same, no brand need look at it again."""

    topic = models.OneToOneField(TrendTopic, models.CASCADE, primary_key=True, related_name="+")
    digest = models.CharField(max_length=32)

    if TYPE_CHECKING:
        topic_id: uuid.UUID

    def __str__(self) -> str:
        return f"{self.topic_id} {self.digest}"


class BrandFit(TenantModel):
    """What of a brand its fits stand on, and when it was held against all live topics last."""

    CLIENT_PATH = "brand__client_id"

    brand = models.OneToOneField(BrandProfile, models.CASCADE, related_name="+")
    digest = models.CharField(max_length=64)
    whole_at = models.DateTimeField()

    objects = TenantQuerySet["BrandFit"].as_manager()

    if TYPE_CHECKING:
        brand_id: uuid.UUID

    def __str__(self) -> str:
        return f"{self.brand_id} {self.digest}"
