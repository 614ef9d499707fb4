"""What is made around a piece's words: findings, variants, covers, its file."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from accounts.rest_fields import VisibleField
from content.models import GeneratedContent, MediaFix, PieceVariant, PosterFrame, Thumbnail
from content.pieces.preflight import WORDS, Fix
from content.services.thumbnails import MOST_LETTERS
from content.services.variants import ANGLES
from trenddrop.core.covers import LAYOUTS
from trenddrop.core.rest.serializers import Described


class FindingSerializer(serializers.Serializer[Any]):
    """What a platform would refuse, or take and show badly."""

    field = serializers.CharField(source="problem.field", help_text="The field it is about; `media` is the file.")
    code = serializers.CharField(source="problem.code", help_text="What it is, the same in every language.")
    message = serializers.CharField(help_text="What it is, in words.")
    over = serializers.FloatField(source="problem.over", help_text="By how much it is over, in the field's own unit.")
    refused = serializers.BooleanField(help_text="Whether the platform would refuse the post; else it is advice.")
    fixes = serializers.ListField(
        child=serializers.ChoiceField(choices=[fix.value for fix in Fix]),
        help_text="Clicks that help: `media` and `vertical` by `fit`, the others by `mend`.",
    )


class ClickSerializer(serializers.Serializer[Any]):
    """One click on the words."""

    fix = serializers.ChoiceField(choices=sorted(fix.value for fix in WORDS), help_text="What it does.")


class PartSerializer(serializers.Serializer[Any]):
    """A stretch of text."""

    kind = serializers.ChoiceField(choices=["same", "added", "gone"], help_text="What became of it.")
    text = serializers.CharField(help_text="Its words.")


class DifferenceSerializer(serializers.Serializer[Any]):
    """A field that differs between two versions."""

    field = serializers.CharField(help_text="Its name.")
    parts = PartSerializer(many=True, help_text="Its words; without `added` the earlier, without `gone` the later.")


class VariantSerializer(Described[PieceVariant]):
    """Another way to say a piece."""

    words = {
        "number": "Its number, by which it is taken.",
        "angle": "How it differs.",
        "title": "Its title.",
        "text": "Its text.",
        "hashtags": "Its hashtags.",
        "call_to_action": "What readers are asked to do.",
        "note": "The wish it was written with.",
        "made_by": "What wrote it.",
        "model": "The model that wrote it.",
        "is_fallback": "Whether a simpler writer had to step in.",
        "fallback_reason": "Why.",
        "predicted_virality": "How far it may carry, 0 to 100; null where it has no words.",
        "taken_at": "When it became a version; null while it has not.",
    }

    class Meta:
        model = PieceVariant
        fields = [
            "number", "angle", "title", "text", "hashtags", "call_to_action", "note", "made_by", "model", "is_fallback",
            "fallback_reason", "predicted_virality", "taken_at", "created_at",
        ]  # fmt: skip
        read_only_fields = fields


class WrittenVariantsSerializer(serializers.Serializer[Any]):
    """The ways that came, and why others did not."""

    variants = VariantSerializer(many=True, help_text="What was written.")
    left_out = serializers.ListField(
        child=serializers.CharField(),
        help_text="The ways that were asked for and did not come.",
    )
    why = serializers.CharField(help_text="Why they did not, in a sentence; empty where all came.")


class AnglesSerializer(serializers.Serializer[Any]):
    """In which ways to say a piece."""

    angles = serializers.ListField(
        child=serializers.ChoiceField(choices=[angle.key for angle in ANGLES]), required=False, max_length=10,
        help_text="The ways; the usual three unless told.",
    )  # fmt: skip
    note = serializers.CharField(max_length=300, required=False, allow_blank=True, help_text="A wish for all of them.")


class CoverSerializer(Described[Thumbnail]):
    """A cover made of a frame, words and a colour."""

    layout = serializers.CharField(source="style.layout", read_only=True, help_text="How it is laid out.")
    colour = serializers.CharField(source="style.colour", read_only=True, help_text="Its colour, #rrggbb.")
    url = serializers.SerializerMethodField(help_text="Where its picture is, for whoever is signed in.")
    words = {
        "words": "The words on it.",
        "frame": "The still it was made of; null when that is gone.",
        "width": "In pixels.",
        "height": "In pixels.",
    }

    class Meta:
        model = Thumbnail
        fields = ["id", "frame", "words", "layout", "colour", "width", "height", "url", "created_at"]
        read_only_fields = fields

    @extend_schema_field(str)
    def get_url(self, row: Thumbnail) -> str:
        """Its page's address, which asks who looks."""
        return f"/files/covers/{row.pk}/"


class CoverOrderSerializer(serializers.Serializer[Any]):
    """What covers are made of."""

    words = serializers.CharField(
        max_length=MOST_LETTERS, required=False, allow_blank=True, help_text="On it; suggested ones unless told."
    )
    colour = serializers.RegexField(
        r"^#[0-9a-f]{6}\Z", required=False, help_text="As #rrggbb in small letters; the brand's unless told."
    )
    frame = VisibleField(queryset=PosterFrame.objects.all(), required=False, allow_null=True, help_text="The still.")
    layouts = serializers.ListField(
        child=serializers.ChoiceField(choices=list(LAYOUTS)), required=False, max_length=10,
        help_text="All unless told.",
    )  # fmt: skip

    def validate_frame(self, value: PosterFrame | None) -> PosterFrame | None:
        """Take only a still of the same asset."""
        piece = self.context.get("piece")
        if value is not None and isinstance(piece, GeneratedContent) and value.asset_id != piece.asset_id:
            raise serializers.ValidationError("This still is of another asset.")
        return value


class CoverChoiceSerializer(serializers.Serializer[Any]):
    """Which cover goes along."""

    cover = VisibleField(
        queryset=Thumbnail.objects.all(), allow_null=True, help_text="The cover; null sends the plain still."
    )


class MediaFixSerializer(Described[MediaFix]):
    """A change of a piece's file."""

    words = {
        "recipe": "What is done: from `start` for `seconds`, to `aspect` (width / height) by `how`, at `fps` …",
        "status": "How far it is.",
        "progress": "Per cent.",
        "error": "Why it failed.",
    }

    class Meta:
        model = MediaFix
        fields = ["id", "recipe", "status", "progress", "error", "created_at", "updated_at"]
        read_only_fields = fields


class FitSerializer(serializers.Serializer[Any]):
    """Where there is a choice about the file."""

    start = serializers.FloatField(
        required=False, min_value=0, max_value=12 * 3600, help_text="Where a cut begins, in seconds."
    )
    how = serializers.ChoiceField(choices=["crop", "pad"], required=False, help_text="How another shape is reached.")
    focus = serializers.FloatField(
        required=False,
        min_value=0,
        max_value=1,
        help_text="What a crop keeps: 0 left or top, 1 right or bottom; without it who is in it, or else the middle.",
    )
    vertical = serializers.BooleanField(required=False, help_text="Make it tall (9:16).")
