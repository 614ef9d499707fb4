"""How posts under measurement, and Today, look through the API."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from analytics.catalogue.derived import DERIVED
from analytics.models import MeasuredPost
from publishing.models import ScheduledPost
from trenddrop.core.rest.serializers import Described

FRACTIONS = ("average_watch_seconds", "completion")
COUNT_WORDS = {
    "views": "Views.",
    "impressions": "How often it stood on a screen.",
    "reach": "Different people who saw it.",
    "likes": "Likes.",
    "comments": "Comments.",
    "shares": "Shares.",
    "quotes": "Shares with words of one's own.",
    "saves": "Saves.",
    "clicks": "Clicks on its links.",
    "profile_visits": "Visits of the profile.",
    "follows": "New followers because of it.",
    "watch_seconds": "Seconds watched by all viewers together.",
    "average_watch_seconds": "Seconds that one view lasted.",
    "completion": "Share of views that saw the end, 0 to 1.",
}


class MeasuredSerializer(Described[MeasuredPost]):
    """A post's latest numbers. What the platform does not give is null, never zero."""

    figures = serializers.SerializerMethodField(
        help_text="Every reckoned metric by its key (see `metrics`); null where a part is missing."
    )

    words = {
        "post": "The post.",
        "client": "The client it was for.",
        "connection": "The account.",
        "brand": "The brand.",
        "asset": "The original it was made from.",
        "platform": "Where.",
        "kind": "What kind of piece it is.",
        "format": "How it was made.",
        "category": "What it is about.",
        "language": "In which language.",
        "hashtags": "Its hashtags, in small letters.",
        "duration": "How many seconds it lasts.",
        "published_at": "When it went live.",
        "last_at": "When it was last counted.",
        "next_at": "When it is counted next; null when that has ended.",
        "gone_at": "Since when the platform no longer shows it.",
        "origin": "Who said the latest numbers.",
        "is_simulated": "Whether the numbers are made up (practice network).",
        "error": "Why it could not be counted.",
        "more": "What only some platforms count, by key.",
        "virality": "How far it spread, 0 to 100.",
        "quality": "How those who saw it answered, 0 to 100.",
        "relevance": "How much it spoke to the account's own people, 0 to 100.",
        **COUNT_WORDS,
    }

    class Meta:
        model = MeasuredPost
        fields = [
            "post", "client", "connection", "brand", "asset", "platform", "kind", "format", "category", "language",
            "hashtags", "duration", "published_at", "last_at", "next_at", "gone_at", "origin", "is_simulated",
            *COUNT_WORDS, "more", "virality", "quality", "relevance", "figures", "error",
        ]  # fmt: skip
        read_only_fields = fields

    @extend_schema_field(serializers.DictField(child=serializers.FloatField(allow_null=True)))
    def get_figures(self, row: MeasuredPost) -> dict[str, Any]:
        """What is kept, and null for the rest."""
        return {metric.key: row.figures.get(metric.key) for metric in DERIVED}


def _count(name: str) -> serializers.Field[Any, Any, Any, Any]:
    kind = serializers.FloatField if name in FRACTIONS else serializers.IntegerField
    return kind(source=f"counts.{name}", allow_null=True, help_text=COUNT_WORDS[name])


class PointSerializer(serializers.Serializer[Any]):
    """A snapshot."""

    hour = serializers.FloatField(help_text="Hours since it went live.")
    origin = serializers.CharField(help_text="Who said so: api, hand, csv or practice.")
    views = _count("views")
    impressions = _count("impressions")
    reach = _count("reach")
    likes = _count("likes")
    comments = _count("comments")
    shares = _count("shares")
    quotes = _count("quotes")
    saves = _count("saves")
    clicks = _count("clicks")
    profile_visits = _count("profile_visits")
    follows = _count("follows")
    watch_seconds = _count("watch_seconds")
    average_watch_seconds = _count("average_watch_seconds")
    completion = _count("completion")


class EnterNumbersSerializer(serializers.Serializer[Any]):
    """What a platform shows of a post, brought by a person or their program."""

    at = serializers.DateTimeField(
        required=False, allow_null=True, default=None, help_text="When it was seen; now when left out."
    )
    counts = serializers.DictField(
        child=serializers.FloatField(min_value=0),
        allow_empty=False,
        help_text="Counts by the key of the metric; shares from 0 to 1. Only what platforms count, nothing reckoned.",
    )


class BringNumbersSerializer(serializers.Serializer[Any]):
    """A table of posts' numbers."""

    text = serializers.CharField(
        max_length=2 * 1024 * 1024, trim_whitespace=False, help_text="The CSV: a line per post (`post` or `url`)."
    )


class BroughtErrorSerializer(serializers.Serializer[Any]):
    """What was left out of a file."""

    line = serializers.IntegerField(help_text="The line of the file.")
    column = serializers.CharField(help_text="Its column.")
    message = serializers.CharField(help_text="What is wrong.")


class BroughtSerializer(serializers.Serializer[Any]):
    """What came of a file."""

    written = serializers.IntegerField(help_text="Posts whose numbers were taken in.")
    errors = BroughtErrorSerializer(many=True, help_text="What was left out.")  # type: ignore[assignment]


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
