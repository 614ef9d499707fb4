"""What posts of a platform can carry beside text and media."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from trenddrop.core.platforms.options import Shape


class ChoiceSerializer(serializers.Serializer[Any]):
    """One value of an option."""

    value = serializers.CharField(help_text="What is stored.")
    label = serializers.CharField(help_text="What it means.")  # type: ignore[assignment]

    def to_representation(self, instance: tuple[str, Any]) -> dict[str, str]:
        """Return a pair of the table as an object."""
        return {"value": instance[0], "label": str(instance[1])}


@extend_schema_field({"oneOf": [{"type": "string"}, {"type": "boolean"}]})
class ValueField(serializers.ReadOnlyField):
    """A text, or on and off."""


class OptionSerializer(serializers.Serializer[Any]):
    """One option of a platform's posts; a piece's `options` name it."""

    name = serializers.CharField(help_text="Its name.")
    shape = serializers.ChoiceField([each.value for each in Shape], help_text="How it is stored.")
    label = serializers.CharField(help_text="What it is.")  # type: ignore[assignment]
    help = serializers.CharField(help_text="More about it; may be empty.")
    choices = ChoiceSerializer(many=True, help_text="Its values, of a `choice`.")
    initial = ValueField(help_text="What is sent when nobody chose.")
    limit = serializers.IntegerField(help_text="How long a `text` may be; 0 is no limit of its own.")
    counted = serializers.BooleanField(
        help_text="Whether `limit` is in the platform's `text_unit` and held against it by preflight; else characters."
    )
    media = serializers.ChoiceField(
        ["", "video", "image"], help_text="Only for posts with such a file; empty is for all.", allow_blank=True
    )
