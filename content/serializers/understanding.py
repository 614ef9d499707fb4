"""What was understood of an asset."""

from typing import Any

from rest_framework import serializers

from content.models import ContentAnalysis
from content.serializers.feedback import FactorSerializer, ScoreSerializer
from trenddrop.core.rest.serializers import Described


class MoodSerializer(serializers.Serializer[Any]):
    """How a stretch feels."""

    start = serializers.FloatField(allow_null=True, help_text="Second it begins at; null in a written text.")
    end = serializers.FloatField(allow_null=True, help_text="Second it ends at.")
    place = serializers.FloatField(help_text="Where it begins, 0 to 1 of the whole.")
    sentiment = serializers.IntegerField(help_text="−100 to 100.")
    emotions = serializers.DictField(child=serializers.FloatField(), help_text="Emotion to share, 0 to 1.")
    peak = serializers.CharField(allow_blank=True, help_text="Its strongest sentence; empty when nothing is felt.")


class MomentSerializer(serializers.Serializer[Any]):
    """A passage worth cutting out or quoting."""

    start = serializers.FloatField(allow_null=True, help_text="Second it begins at; null in a written text.")
    end = serializers.FloatField(allow_null=True, help_text="Second it ends at.")
    text = serializers.CharField(help_text="What is said.")
    score = serializers.FloatField(help_text="0 to 100.")
    reasons = serializers.JSONField(help_text="The factors of the score: `{factor, weight}`.")


class ClipSerializer(serializers.Serializer[Any]):
    """A stretch of a recording, cut at sentences and in silence."""

    start = serializers.FloatField(help_text="Second it begins at.")
    end = serializers.FloatField(help_text="Second it ends at.")
    score = serializers.IntegerField(min_value=0, max_value=100, help_text="0 to 100.")
    opening = serializers.CharField(help_text="Its first sentence.")
    text = serializers.CharField(help_text="All that is said in it.")
    speaker = serializers.CharField(help_text="Who begins; empty where nobody is named.")
    why = serializers.JSONField(help_text="The reasons for the score: `{factor, weight}`.")


class AskedClipsSerializer(serializers.Serializer[Any]):
    """Which clips are wanted."""

    wish = serializers.CharField(
        max_length=200, default="", allow_blank=True, help_text="A question or words; empty for what is worth showing."
    )
    count = serializers.IntegerField(min_value=1, max_value=20, default=5, help_text="How many at most.")
    shortest = serializers.FloatField(min_value=1, max_value=600, default=15, help_text="Seconds.")
    longest = serializers.FloatField(min_value=1, max_value=600, default=60, help_text="Seconds.")

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Refuse lengths the wrong way round."""
        if attrs["longest"] < attrs["shortest"]:
            raise serializers.ValidationError({"longest": "It must not be less than the shortest."})
        return attrs


class AnalysisSerializer(Described[ContentAnalysis]):
    """What was understood of an asset."""

    hooks = MomentSerializer(many=True, read_only=True, help_text="Passages that open well.")
    quotes = MomentSerializer(many=True, read_only=True, help_text="Passages to quote.")
    insights = MomentSerializer(many=True, read_only=True, help_text="Passages that teach something.")
    topics = serializers.JSONField(read_only=True, help_text="What it is about: `[words, weight]`.")
    keywords = serializers.JSONField(read_only=True, help_text="Its words: `[word, weight]`.")
    entities = serializers.JSONField(read_only=True, help_text="Names: `{text, kind, count, first_at, confidence}`.")
    emotions = serializers.JSONField(read_only=True, help_text="Emotion to strength, 0 to 1.")
    moods = MoodSerializer(many=True, read_only=True, help_text="The mood over time; empty where it is not known.")
    measures = serializers.DictField(
        child=serializers.FloatField(allow_null=True), read_only=True, help_text="What was counted, shares 0 to 1."
    )
    factors = serializers.DictField(
        child=FactorSerializer(many=True), read_only=True, help_text="What made each score, by the score's name."
    )
    platform_fit = serializers.DictField(
        child=ScoreSerializer(), read_only=True, help_text="How it suits each platform, by the platform's key."
    )
    notes = serializers.JSONField(read_only=True, help_text="What could not be said, and why.")
    words = {
        "summary": "In a few sentences.",
        "sentiment": "−100 to 100; null where it was not measured.",
        "virality": "0 to 100: how far it may carry; null where there are no words.",
        "repurposing_value": "0 to 100: how much can be made of it.",
        "seo": "0 to 100: how well it is found.",
        "engagement_potential": "0 to 100: how much it makes people answer.",
        "language": "Its language.",
        "confidence": "How sure, 0 to 1.",
        "made_by": "What read it.",
    }

    class Meta:
        model = ContentAnalysis
        fields = [
            "summary", "topics", "keywords", "entities", "sentiment", "emotions", "moods", "hooks", "quotes",
            "insights", "virality", "repurposing_value", "seo", "engagement_potential", "factors", "platform_fit",
            "measures", "language", "confidence", "made_by", "notes", "created_at", "updated_at",
        ]  # fmt: skip
        read_only_fields = fields
