"""The files a piece was given, and a file that comes back from another tool."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from content.models import PieceFile
from content.services.elsewhere import TOOLS
from trenddrop.core.rest.serializers import Described


class CheckedSerializer(serializers.Serializer[Any]):
    """What the product saw when it looked at a file it made."""

    check = serializers.CharField(help_text="What was looked at.")
    ok = serializers.BooleanField(help_text="Whether it is as it should be.")
    told = serializers.CharField(help_text="What was seen, in words.")
    value = serializers.FloatField(
        allow_null=True, required=False, help_text="What was measured; null where nothing was."
    )


class TakeSerializer(Described[PieceFile]):
    """A file a piece was given."""

    url = serializers.SerializerMethodField(help_text="Where it is, for whoever is signed in.")
    media_info = serializers.JSONField(read_only=True, help_text="What it is: pixels, seconds, codecs.")
    report = CheckedSerializer(many=True, read_only=True, help_text="What the product saw when it looked at it.")
    words = {
        "number": "Of the piece's takes, from 1.",
        "slide": "Which picture of a carousel it is, from 1; 0 is a single file.",
        "origin": "Whether it was made here or finished elsewhere.",
        "edit_tool": "Where it was finished.",
        "parent": "The file it was made from; null for the first.",
        "brought_by": "Who brought it; null for what was made here.",
        "alt_text": "What it shows.",
        "is_current": "Whether it goes along when the piece is sent.",
    }

    class Meta:
        model = PieceFile
        fields = [
            "id", "number", "slide", "origin", "edit_tool", "parent", "brought_by", "alt_text", "media_info", "report",
            "is_current", "url", "created_at",
        ]  # fmt: skip
        read_only_fields = fields

    @extend_schema_field(str)
    def get_url(self, row: PieceFile) -> str:
        """Its page's address, which asks who looks."""
        return f"/files/takes/{row.pk}/"


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
