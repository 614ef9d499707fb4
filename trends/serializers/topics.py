"""How topics look through the API."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from trenddrop.core.rest.serializers import Described
from trends import own
from trends.models import TrendTopic
from trends.queries import Told


def fit_field() -> serializers.FloatField:
    """How well a topic fits the brand that is asked for."""
    words = "How well it fits the brand that was asked for, 0 to 100; null where none was, or it does not."
    return serializers.FloatField(source="fit_score", read_only=True, allow_null=True, help_text=words)


def first_country_field() -> serializers.CharField:
    """The first of its countries."""
    return serializers.CharField(read_only=True, help_text="The first of its countries; empty is the world.")


class TopicSerializer(Described[TrendTopic]):
    """What is rising."""

    fit = fit_field()
    region = first_country_field()
    sparkline = serializers.JSONField(read_only=True, help_text="Counts of the last 24 hours, the oldest first.")
    forms = serializers.JSONField(read_only=True, help_text="What each kind of source calls it: `{source: [names]}`.")
    forecast = serializers.JSONField(
        read_only=True,
        help_text="The newest forecast: the chance to break out, its states ahead with their chances, by whom, and "
        "whether by rule; empty where there is none.",
    )
    score_factors = serializers.JSONField(
        read_only=True, help_text="What the score is made of: `[name, value, weight, words]`."
    )
    words = {
        "title": "What it is called.",
        "kind": "What it is.",
        "platform": "Where; empty is everywhere.",
        "language": "Its language.",
        "regions": "The countries whose sources told it in the two days before it was seen last, as `IN`, the first "
        "one first; none: the world.",
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
        "names": "All its other names.",
        "explanation": "Why it is said to rise, in a sentence.",
        "observed": "Mentions in its last whole hour.",
        "expected": "What was to be expected in that hour.",
        "burst": "How far beyond what was expected it is, in deviations; null while too little is known.",
        "novelty": "0 to 1; 1 was never heard of before.",
        "source_count": "In how many sources it was seen in the last day.",
        "run": "Which time this name rises.",
        "state_since": "Since when it stands so.",
        "started_at": "When this run began.",
        "alarmed_at": "When it left its usual and was told.",
        "top_score": "The highest score this run had.",
        "merged_into": "The topic it was taken together with, if it was.",
    }

    class Meta:
        model = TrendTopic
        fields = [
            "id", "title", "names", "forms", "kind", "platform", "language", "region", "regions", "url", "tags", "run",
            "status", "state_since", "explanation", "score", "top_score", "score_factors", "mention_count", "observed",
            "expected", "burst", "novelty", "growth_24h", "source_kinds", "source_count", "first_detected_at",
            "last_seen_at", "started_at", "alarmed_at", "peaked_at", "forecast", "merged_into", "is_example",
            "sparkline", "fit",
        ]  # fmt: skip
        read_only_fields = fields


class ToldSerializer(serializers.Serializer[Told]):
    """What one source said of a topic in one hour, or in a whole day."""

    hour = serializers.DateTimeField(source="at", help_text="The hour's or the day's beginning.")
    span = serializers.SerializerMethodField(help_text="`hour`, or `day` for what was rolled up.")
    source_name = serializers.CharField(source="name", help_text="Which source.")
    source_kind = serializers.CharField(source="kind", help_text="Of which kind.")
    region = serializers.CharField(help_text="The country it looks at; empty is the world.")
    count = serializers.IntegerField(
        allow_null=True,
        help_text="How many mentions; null where it does not count them. In an hour as the source counts, in a day "
        "made alike: those of that day.",
    )
    rank = serializers.IntegerField(allow_null=True, help_text="Which place in its list.")
    traffic = serializers.IntegerField(allow_null=True, help_text="Searches or views a day.")
    engagement = serializers.FloatField(allow_null=True, help_text="Engagement, where it tells it.")

    @extend_schema_field({"type": "string", "enum": ["hour", "day"]})
    def get_span(self, row: Told) -> str:
        """Say how long a row is."""
        return "day" if row.is_day else "hour"


class RideSerializer(serializers.Serializer[own.Ride]):
    """A post that rode a topic."""

    post = serializers.UUIDField(source="post_id", help_text="The post.")
    platform = serializers.CharField(help_text="Where it went.")
    url = serializers.CharField(help_text="Its address there; may be empty.")
    published_at = serializers.DateTimeField(help_text="When it was published.")
    lead = serializers.SerializerMethodField(help_text="Hours before the topic's peak; negative is after it.")

    @extend_schema_field({"type": "number", "nullable": True})
    def get_lead(self, ride: own.Ride) -> float | None:
        """Say how early it was."""
        return None if ride.lead is None else round(ride.lead.total_seconds() / 3600, 2)


class PastSerializer(Described[TrendTopic]):
    """A topic that had its peak, and what we made of it."""

    fit = fit_field()
    region = first_country_field()
    rides = serializers.SerializerMethodField(
        help_text="Our posts on it, with a brand those of its client, the earliest first."
    )
    missed = serializers.SerializerMethodField(help_text="Whether it fitted 60 or more and no post of ours rode it.")
    words = TopicSerializer.words

    class Meta:
        model = TrendTopic
        fields = [
            "id", "title", "kind", "language", "region", "regions", "run", "source_kinds", "top_score",
            "first_detected_at", "started_at", "alarmed_at", "peaked_at", "last_seen_at", "is_example", "fit", "rides",
            "missed",
        ]  # fmt: skip
        read_only_fields = fields

    @extend_schema_field(RideSerializer(many=True))
    def get_rides(self, topic: TrendTopic) -> Any:
        """Tell our posts."""
        return RideSerializer(self.context["past"][topic.pk].rides, many=True).data

    def get_missed(self, topic: TrendTopic) -> bool:
        """Say whether we missed it."""
        return bool(self.context["past"][topic.pk].is_missed)
