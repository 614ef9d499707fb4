"""How the fit of topics looks through the API."""

from rest_framework import serializers

from trenddrop.core.rest.serializers import Described
from trends.models import TrendRelevance


class RelevanceSerializer(Described[TrendRelevance]):
    """How a topic fits a brand."""

    title = serializers.CharField(source="topic.title", read_only=True, help_text="What the topic is called.")
    reasons = serializers.JSONField(read_only=True, help_text="Why: `[name, points, words]`.")
    words = {"topic": "The topic.", "brand": "The brand.", "score": "0 to 100."}

    class Meta:
        model = TrendRelevance
        fields = ["id", "topic", "title", "brand", "score", "reasons", "updated_at"]
        read_only_fields = fields
