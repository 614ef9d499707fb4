"""Suggested hashtags."""

from typing import Any

from rest_framework import serializers


class TagSuggestionSerializer(serializers.Serializer[Any]):
    """One hashtag that fits a piece."""

    tag = serializers.CharField(help_text="The hashtag, without #.")
    percent = serializers.IntegerField(
        allow_null=True, help_text="How many of 100 makers would choose it; null where nothing was learned yet."
    )
    reasons = serializers.ListField(child=serializers.CharField(), help_text="What speaks for it, in words.")
    is_chosen = serializers.BooleanField(help_text="Whether the piece has it already.")
