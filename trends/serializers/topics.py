"""How topics look through the API."""

from rest_framework import serializers

from trenddrop.core.rest.serializers import Described
from trends.models import TrendObservation, TrendTopic


class TopicSerializer(Described[TrendTopic]):
    """What is rising."""

    fit = serializers.FloatField(
        source="fit_score", read_only=True, allow_null=True,
        help_text="How well it fits the brand that was asked for, 0 to 100; null where none was, or it does not.",
    )  # fmt: skip
    sparkline = serializers.JSONField(read_only=True, help_text="Counts of the last 24 hours, the oldest first.")
    score_factors = serializers.JSONField(
        read_only=True, help_text="What the score is made of: `[name, value, weight, words]`."
    )
    words = {
        "title": "What it is called.",
        "kind": "What it is.",
        "platform": "Where; empty is everywhere.",
        "language": "Its language.",
        "region": "Its country; empty is the world.",
        "url": "More about it.",
        "tags": "What it is about.",
        "score": "How strong it is, 0 to 100.",
        "mention_count": "How often it was named.",
        "growth_24h": "0.5 is half more than the day before; null without enough history.",
        "source_kinds": "Where it was seen.",
        "status": "How it stands.",
        "first_detected_at": "When it was first seen.",
        "last_seen_at": "When it was last seen.",
        "peaked_at": "When it was strongest.",
        "is_example": "Whether it is example data.",
    }

    class Meta:
        model = TrendTopic
        fields = [
            "id", "title", "kind", "platform", "language", "region", "url", "tags", "score", "score_factors",
            "mention_count", "growth_24h", "source_kinds", "status", "first_detected_at", "last_seen_at", "peaked_at",
            "is_example", "sparkline", "fit",
        ]  # fmt: skip
        read_only_fields = fields


class ObservationSerializer(Described[TrendObservation]):
    """What one source said of a topic in one hour."""

    source_name = serializers.CharField(source="source.name", read_only=True, help_text="Which source.")
    source_kind = serializers.CharField(source="source.kind", read_only=True, help_text="Of which kind.")
    words = {
        "hour": "Which hour.",
        "count": "How many mentions; null where it does not count them.",
        "rank": "Which place in its list.",
        "traffic": "Searches or views a day.",
        "engagement": "Engagement, where it tells it.",
    }

    class Meta:
        model = TrendObservation
        fields = ["hour", "source_name", "source_kind", "count", "rank", "traffic", "engagement"]
        read_only_fields = fields
