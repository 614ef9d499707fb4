"""How posts under measurement, and Today, look through the API."""

from typing import Any

from rest_framework import serializers

from analytics.models import MeasuredPost
from publishing.models import ScheduledPost
from trenddrop.core.rest.serializers import Described


class MeasuredSerializer(Described[MeasuredPost]):
    """A post's latest numbers. What the platform does not give is null, never zero."""

    words = {
        "post": "The post.",
        "client": "The client it was for.",
        "platform": "Where.",
        "published_at": "When it went live.",
        "last_at": "When it was last counted.",
        "next_at": "When it is counted next; null when that has ended.",
        "is_simulated": "Whether the numbers are made up (practice network).",
        "views": "Views.",
        "likes": "Likes.",
        "comments": "Comments.",
        "shares": "Shares.",
        "saves": "Saves.",
        "error": "Why it could not be counted.",
    }

    class Meta:
        model = MeasuredPost
        fields = [
            "post", "client", "platform", "published_at", "last_at", "next_at", "is_simulated", "views", "likes",
            "comments", "shares", "saves", "error",
        ]  # fmt: skip
        read_only_fields = fields


class PointSerializer(serializers.Serializer[Any]):
    """A snapshot."""

    hour = serializers.FloatField(help_text="Hours since it went live.")
    views = serializers.IntegerField(source="counts.views", allow_null=True, help_text="Views.")
    likes = serializers.IntegerField(source="counts.likes", allow_null=True, help_text="Likes.")
    comments = serializers.IntegerField(source="counts.comments", allow_null=True, help_text="Comments.")
    shares = serializers.IntegerField(source="counts.shares", allow_null=True, help_text="Shares.")
    saves = serializers.IntegerField(source="counts.saves", allow_null=True, help_text="Saves.")


class NeedSerializer(serializers.Serializer[Any]):
    """Something a person must look at."""

    state = serializers.CharField(help_text="What is the matter.")
    title = serializers.CharField(help_text="With what.")
    text = serializers.CharField(help_text="In words.")
    url = serializers.CharField(help_text="The page to do something about it.")


class PlannedSerializer(serializers.Serializer[Any]):
    """A post on a day."""

    id = serializers.UUIDField(source="pk", help_text="The post.")
    status = serializers.ChoiceField(ScheduledPost.Status.choices, help_text="How it stands.")
    scheduled_for = serializers.DateTimeField(help_text="When.")
    platform = serializers.CharField(source="connection.platform", help_text="Where.")
    text = serializers.CharField(help_text="Its text.")


class DaySerializer(serializers.Serializer[Any]):
    """A day ahead."""

    date = serializers.DateField(help_text="Which day, in the reader's zone.")
    posts = PlannedSerializer(many=True, help_text="What goes out.")


class RisingSerializer(serializers.Serializer[Any]):
    """A topic that rises."""

    topic = serializers.UUIDField(source="topic.pk", help_text="The topic.")
    title = serializers.CharField(source="topic.title", help_text="What it is called.")
    fit = serializers.FloatField(source="score", allow_null=True, help_text="How well it fits the brand, 0 to 100.")
    why = serializers.CharField(help_text="Why it fits.")


class StandingSerializer(serializers.Serializer[Any]):
    """A post beside the median of its account."""

    post = serializers.UUIDField(source="measured.post_id", help_text="The post.")
    metric = serializers.CharField(help_text="What is compared: `views`, or `engagement`.")
    value = serializers.IntegerField(allow_null=True, help_text="Its number.")
    hours = serializers.FloatField(help_text="At which age.")
    ratio = serializers.FloatField(allow_null=True, help_text="To the median; null with too few posts before it.")
    n = serializers.IntegerField(help_text="How many posts it is compared with.")


class TodaySerializer(serializers.Serializer[Any]):
    """What is going on."""

    needs = NeedSerializer(many=True, help_text="What needs somebody, the most urgent first.")
    days = DaySerializer(many=True, help_text="Today and the six days after.")
    rising = RisingSerializer(many=True, help_text="What rises for the brand.")
    standings = StandingSerializer(many=True, help_text="How the last posts do.")
