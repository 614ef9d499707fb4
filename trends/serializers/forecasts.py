"""How forecasts and the models that make them look through the API."""

from rest_framework import serializers

from trenddrop.core.rest.serializers import Described
from trends.models import ForecastModel, TrendForecast


class ForecastModelSerializer(Described[ForecastModel]):
    """A version of a model, and how it does."""

    figures = serializers.JSONField(
        read_only=True,
        help_text="On the time held out, `rule` beside it, `lived` since it is in use, each with its calibration.",
    )
    words = {
        "task": "What it foretells.",
        "version": "Which version.",
        "algorithm": "How it learned.",
        "trained_from": "Its history begins here …",
        "trained_to": "… and ends here.",
        "examples": "From how many cases it learned.",
        "positives": "How many of them broke out; null where that is not the question.",
        "is_active": "Whether it foretells now.",
        "note": "Why it does not, where that was said.",
    }

    class Meta:
        model = ForecastModel
        fields = [
            "id", "task", "version", "algorithm", "trained_from", "trained_to", "examples", "positives", "figures",
            "is_active", "note", "created_at",
        ]  # fmt: skip
        read_only_fields = fields


class ForecastSerializer(Described[TrendForecast]):
    """What was foretold of a topic in one hour, and what came of it."""

    words = {
        "made_at": "In which hour it was made.",
        "breakout": "The chance to break out, told one hour after it was first seen; null later.",
        "breakout_level": "Mentions an hour that count as breaking out.",
        "state_1h": "What it does in an hour: up, flat, down or gone; empty where nobody knows.",
        "state_1h_chance": "How sure that is.",
        "state_6h": "What it does in six hours.",
        "state_6h_chance": "How sure that is.",
        "level": "Mentions an hour when it was made.",
        "source_kind": "The kind of source it was made from.",
        "made_by": "The models with their versions, or the rule.",
        "is_fallback": "Whether the rule made it.",
        "broke_out": "Whether it broke out; null while that is open.",
        "was_1h": "What it did in an hour; empty while that is open.",
        "was_6h": "What it did in six hours.",
    }

    class Meta:
        model = TrendForecast
        fields = [
            "made_at", "breakout", "breakout_level", "state_1h", "state_1h_chance", "state_6h", "state_6h_chance",
            "level", "source_kind", "made_by", "is_fallback", "broke_out", "was_1h", "was_6h",
        ]  # fmt: skip
        read_only_fields = fields
