"""Scores with their factors, what posts taught, and how predictions are corrected."""

from typing import Any

from rest_framework import serializers

from content.models import Calibration, FeedbackSignal
from content.understanding.posts import FEATURES
from trenddrop.core.platforms import PlatformKey
from trenddrop.core.rest.serializers import Described

PLATFORMS = [(each.value, each.value) for each in PlatformKey]


class FactorSerializer(serializers.Serializer[Any]):
    """One thing a score looks at."""

    name = serializers.CharField(help_text="What it is.")
    weight = serializers.FloatField(help_text="The points of 100 it can give; 0 where it could not be measured.")
    value = serializers.FloatField(allow_null=True, help_text="0 to 1; null where it could not be measured.")
    points = serializers.FloatField(help_text="The points it gave.")
    why = serializers.CharField(allow_blank=True, help_text="In words.")


class ScoreSerializer(serializers.Serializer[Any]):
    """A score: the sum of its factors' points."""

    score = serializers.IntegerField(allow_null=True, help_text="0 to 100; null where nothing could be measured.")
    factors = FactorSerializer(many=True, help_text="What made it.")


class CorrectionSerializer(serializers.Serializer[Any]):
    """What the organisation's own results made of a bare score."""

    score = serializers.IntegerField(allow_null=True, help_text="The virality after the correction.")
    raw = serializers.IntegerField(allow_null=True, help_text="The virality before it.")
    posts = serializers.IntegerField(help_text="The posts it was learned from; 0 while there is no correction.")
    times = serializers.FloatField(allow_null=True, help_text="Expected times of the account's usual; null without it.")
    error_before = serializers.FloatField(required=False, help_text="Mean error on unseen posts without it.")
    error_after = serializers.FloatField(required=False, help_text="Mean error on unseen posts with it.")


class PredictionSerializer(serializers.Serializer[Any]):
    """How a piece is expected to do."""

    quality = ScoreSerializer(help_text="Would an editor let it pass?")
    virality = ScoreSerializer(help_text="How far it may carry, before any correction.")
    correction = CorrectionSerializer(help_text="What own results made of it.")


class SignalSerializer(Described[FeedbackSignal]):
    """What a published piece did."""

    features = serializers.DictField(child=serializers.BooleanField(), read_only=True, help_text="What it held.")
    helped = serializers.ListField(
        child=serializers.CharField(), read_only=True, help_text="Its features that went with more."
    )
    hurt = serializers.ListField(
        child=serializers.CharField(), read_only=True, help_text="Its features that went with less."
    )
    words = {
        "piece": "The piece.",
        "platform": "Where it was published.",
        "engagement": "Over the account's own median at the same age: 1 is as usual.",
        "predicted": "The virality told for it, 0 to 100, before any correction.",
        "measured_at": "When its result had settled.",
        "is_left_out": "Whether nothing is learned from it.",
    }

    class Meta:
        model = FeedbackSignal
        fields = [
            "id", "piece", "platform", "engagement", "predicted", "features", "helped", "hurt", "is_left_out",
            "measured_at",
        ]  # fmt: skip
        read_only_fields = fields


class LeftOutSerializer(serializers.Serializer[Any]):
    """Whether a post teaches."""

    is_left_out = serializers.BooleanField(help_text="True: learn nothing from it.")


class CalibrationSerializer(Described[Calibration]):
    """How predictions are corrected on a platform."""

    platform = serializers.CharField(read_only=True, help_text="The platform; empty for all of them together.")
    points = serializers.ListField(
        child=serializers.ListField(child=serializers.FloatField(), min_length=2, max_length=2),
        read_only=True,
        help_text="The curve: `[predicted, seen]`.",
    )
    words = {
        "posts": "The posts it was learned from.",
        "error_before": "Mean error without it, on posts it had not seen, in points of 100.",
        "error_after": "Mean error with it, on the same posts.",
        "error_usual": "Mean error of saying every time that it goes as usual.",
        "is_used": "Whether it is used: only where it makes the error smaller.",
        "made_at": "When it was made.",
    }

    class Meta:
        model = Calibration
        fields = [
            "id", "platform", "points", "posts", "error_before", "error_after", "error_usual", "is_used", "made_at",
        ]  # fmt: skip
        read_only_fields = fields


class LessonSerializer(serializers.Serializer[Any]):
    """Posts with a feature against posts without it."""

    feature = serializers.ChoiceField([(name, name) for name in FEATURES], help_text="The feature.")
    words = serializers.CharField(help_text="As the end of “Posts that …”.")
    ratio = serializers.FloatField(help_text="How many times as much posts with it did.")
    with_posts = serializers.IntegerField(help_text="Posts with it.")
    without_posts = serializers.IntegerField(help_text="Posts without it.")
    helped = serializers.BooleanField(help_text="Whether it went with more.")


class LessonsSerializer(serializers.Serializer[Any]):
    """What posts on a platform taught."""

    platform = serializers.ChoiceField(PLATFORMS, help_text="The platform.")
    posts = serializers.IntegerField(help_text="The posts looked at.")
    items = LessonSerializer(many=True, help_text="What is hardly chance.")
    undecided = LessonSerializer(many=True, help_text="What may be chance.")


class RenewedSerializer(serializers.Serializer[Any]):
    """What learning again made."""

    corrections = serializers.IntegerField(help_text="How many platforms have a correction now.")
