"""How sums by day, and the catalogue of metrics, look through the API."""

from typing import Any

from rest_framework import serializers

from analytics.catalogue import Metric, in_words, parts_of
from analytics.models import AccountDay, AnalyticsSnapshot, PostDay
from trenddrop.core.rest.serializers import Described

WON = {
    "views": "Views won that day; null where nobody counts them, less than none where the platform took some back.",
    "impressions": "Impressions won.",
    "reach": "Reach won.",
    "likes": "Likes won.",
    "comments": "Comments won.",
    "shares": "Shares won.",
    "saves": "Saves won.",
    "clicks": "Clicks won.",
    "follows": "Follows won.",
    "watch_seconds": "Seconds watched.",
    "engagement": "Likes, comments, shares and saves won, together.",
}


class PostDaySerializer(Described[PostDay]):
    """What a post won on a day of the organisation's zone: a gain stands on the day it was seen."""

    words = {
        "post": "The post.",
        "date": "The day, in the organisation's zone.",
        "virality": "Its virality at that day's end, 0 to 100.",
        "quality": "Its quality at that day's end, 0 to 100.",
        "relevance": "Its relevance at that day's end, 0 to 100.",
        **WON,
    }

    class Meta:
        model = PostDay
        fields = ["id", "post", "date", *WON, "virality", "quality", "relevance"]
        read_only_fields = fields


class AccountDaySerializer(Described[AccountDay]):
    """What all posts of an account and a brand won on a day."""

    words = {
        "client": "The client, where all of these posts were for one.",
        "connection": "The account.",
        "brand": "The brand.",
        "platform": "Where.",
        "date": "The day, in the organisation's zone.",
        "published": "How many posts went live that day.",
        "is_simulated": "Whether the numbers are made up (practice network).",
        **WON,
    }

    class Meta:
        model = AccountDay
        fields = ["id", "client", "connection", "brand", "platform", "date", "published", "is_simulated", *WON]
        read_only_fields = fields


class AnalyticsSnapshotSerializer(Described[AnalyticsSnapshot]):
    """What an organisation, or one of its clients, made and won in a day, week or month."""

    words = {
        "client": "The client; null for the whole organisation.",
        "period": "Of a day, a week or a month.",
        "start": "The first day; weeks begin on Monday.",
        "created": "Pieces made.",
        "published": "Posts that went live.",
        "views": "Views won; null where nobody counts them.",
        "engagement": "Likes, comments, shares and saves won.",
        "reach": "Reach won.",
        "platforms": "The same numbers by platform.",
    }

    class Meta:
        model = AnalyticsSnapshot
        fields = [
            "id", "client", "period", "start", "created", "published", "views", "engagement", "reach", "platforms",
        ]  # fmt: skip
        read_only_fields = fields


class MetricSerializer(serializers.Serializer[Any]):
    """A metric of the catalogue."""

    key = serializers.CharField(help_text="By which it is named everywhere.")
    name = serializers.CharField(help_text="What it is called.")
    means = serializers.CharField(help_text="What it says, in a sentence.")
    formula = serializers.SerializerMethodField(help_text="How it is reckoned; empty where the platform tells it.")
    parts = serializers.SerializerMethodField(help_text="Keys of what the formula rests on.")
    unit = serializers.CharField(
        source="unit.value",
        help_text="count, share (0 to 1), ratio, seconds, hours, per_hour, per_thousand or score (0 to 100).",
    )
    better = serializers.CharField(source="better.value", help_text="Which way is good: higher, lower or neither.")
    source = serializers.CharField(help_text="Who says so.")  # type: ignore[assignment]
    platforms = serializers.SerializerMethodField(help_text="Which platforms tell it.")
    is_derived = serializers.BooleanField(help_text="Whether it is reckoned here.")

    def get_formula(self, metric: Metric) -> str:
        """With names in it."""
        return in_words(metric)

    def get_parts(self, metric: Metric) -> list[str]:
        """Each once."""
        return parts_of(metric)

    def get_platforms(self, metric: Metric) -> list[str]:
        """By their keys."""
        return sorted(metric.platforms)
