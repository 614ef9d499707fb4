"""A file that comes back from another tool, and which of a piece's files is sent."""

from typing import Any

from rest_framework import serializers

from content.services.elsewhere import TOOLS


class BroughtSerializer(serializers.Serializer[Any]):
    """A finished file and where it was finished."""

    file = serializers.FileField(help_text="The video or the picture.")
    tool = serializers.ChoiceField(choices=list(TOOLS), help_text="Where it was finished.")
    slide = serializers.IntegerField(
        min_value=0, max_value=100, default=0, help_text="Which picture of a carousel it is; 0 is a single file."
    )
    alt_text = serializers.CharField(
        max_length=1000, default="", allow_blank=True, help_text="What it shows; empty: as the file before it."
    )


class TakeChoiceSerializer(serializers.Serializer[Any]):
    """Which file is sent."""

    take = serializers.UUIDField(help_text="The file's id.")
