"""How a topic fits a brand."""

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
