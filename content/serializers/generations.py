"""What was asked of models, and what it cost."""

from typing import Any

from rest_framework import serializers

from content.models import Generation
from trenddrop.core.rest.serializers import Described


class TriedSerializer(serializers.Serializer[Any]):
    """One model that was asked."""

    provider = serializers.CharField(help_text="Whose protocol it speaks.")
    model = serializers.CharField(help_text="Its name.")
    outcome = serializers.CharField(help_text="`answered`, `unavailable`, `nonsense` or `refused`.")
    seconds = serializers.FloatField(help_text="How long it took.")
    reason = serializers.CharField(required=False, help_text="Why it could not be used; empty where it was.")


class GenerationSerializer(Described[Generation]):
    """One asking."""

    tried = TriedSerializer(many=True, help_text="Who was asked, in turn.")
    words = {
        "client": "The client it was for.",
        "purpose": "What it was for.",
        "of": "The piece or script it was for.",
        "version": "The version it became.",
        "about": "Its title or platform when it was asked.",
        "estimated_tokens": "The tokens told before.",
        "estimated_credits": "The credits told before: no more are charged.",
        "input_tokens": "The tokens read.",
        "output_tokens": "The tokens written.",
        "credits": "The credits charged; 0 for what could not be used.",
        "made_by": "What wrote it in the end.",
        "model": "The model that answered; empty where none did.",
        "prompt": "The prompt file and its fingerprint.",
        "is_fallback": "Whether the built-in writer had to step in.",
    }

    class Meta:
        model = Generation
        fields = [
            "id", "client", "purpose", "of", "version", "about", "estimated_tokens", "estimated_credits",
            "input_tokens", "output_tokens", "credits", "tried", "made_by", "model", "prompt", "is_fallback",
            "created_at",
        ]  # fmt: skip
        read_only_fields = fields


class ShareSerializer(serializers.Serializer[Any]):
    """One line of what was spent."""

    key = serializers.CharField(allow_blank=True, help_text="The purpose or the model; empty is the built-in writer.")
    times = serializers.IntegerField(help_text="How often it was asked.")
    tokens = serializers.IntegerField(help_text="The tokens read and written.")
    credits = serializers.IntegerField(help_text="The credits charged.")
    percent = serializers.FloatField(help_text="Its part of all credits.")


class SpentSerializer(serializers.Serializer[Any]):
    """What was spent in the last 30 days."""

    since = serializers.DateTimeField(help_text="From when on.")
    times = serializers.IntegerField(help_text="How often something was asked.")
    tokens = serializers.IntegerField(help_text="The tokens read and written.")
    credits = serializers.IntegerField(help_text="The credits charged.")
    fallbacks = serializers.IntegerField(help_text="How often the built-in writer had to step in.")
    by_purpose = ShareSerializer(many=True, help_text="On what.")
    by_model = ShareSerializer(many=True, help_text="By which model.")
