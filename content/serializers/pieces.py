"""Pieces and their versions."""

from typing import Any

from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiExample, extend_schema_field, extend_schema_serializer
from rest_framework import serializers

from accounts.rest_fields import VisibleField
from content.models import GeneratedContent, PieceVersion, PosterFrame
from trenddrop.core import platforms
from trenddrop.core.platforms import options
from trenddrop.core.rest.serializers import Described


class TagsField(serializers.ListField):
    """Hashtags without # and without repeats."""

    child = serializers.CharField(max_length=100)

    def to_internal_value(self, data: Any) -> list[str]:
        """Write each in one way."""
        return platforms.unique_hashtags([tag for tag in super().to_internal_value(data) if tag.strip("# ")])


class AccountsField(serializers.ListField):
    """Accounts without @ and without repeats."""

    child = serializers.CharField(max_length=100)

    def to_internal_value(self, data: Any) -> list[str]:
        """Write each in one way."""
        return platforms.unique_mentions(super().to_internal_value(data))


OPTIONS_SHAPE = {"type": "object", "additionalProperties": {"oneOf": [{"type": "string"}, {"type": "boolean"}]}}


@extend_schema_field(OPTIONS_SHAPE)
class OptionsField(serializers.Field[Any, Any, Any, Any]):
    """Options of the piece's platform by name; told whole, stored as chosen."""

    def get_attribute(self, instance: GeneratedContent) -> Any:
        """Tell all of them, the usual ones too."""
        return options.kept(instance.platform, instance.options)

    def to_representation(self, value: Any) -> Any:
        """Tell them as they are."""
        return value

    def to_internal_value(self, data: Any) -> Any:
        """Take those that are told in place of what was chosen, held against the platform's table."""
        piece = self.parent.instance
        if not isinstance(data, dict):
            raise serializers.ValidationError(_("Give an object of options by their names."))
        try:
            return options.chosen(piece.platform, data) if isinstance(piece, GeneratedContent) else data
        except options.BadOption as error:
            raise serializers.ValidationError(str(error)) from error


@extend_schema_field(OPTIONS_SHAPE)
class StoredOptionsField(serializers.JSONField):
    """Options as they were chosen; the usual ones are not told."""


@extend_schema_serializer(
    examples=[
        OpenApiExample(
            "New words", value={"text": "Rain is coming.", "hashtags": ["monsoon"], "base": 2}, request_only=True
        )
    ]
)
class PieceSerializer(Described[GeneratedContent]):
    """One publishable thing for one platform."""

    title = serializers.CharField(
        max_length=300, required=False, allow_blank=True, help_text="Where the platform has one."
    )
    text = serializers.CharField(max_length=60_000, required=False, allow_blank=True, help_text="Its text.")
    hashtags = TagsField(max_length=60, required=False, help_text="Its hashtags, without #.")
    mentions = AccountsField(max_length=30, required=False, help_text="Accounts it names, without @.")
    options = OptionsField(
        required=False,
        help_text="What its posts carry beside text and media, as `/platforms` names it: all of it, the usual too."
        " What is given takes the place of all that was chosen.",
    )
    has_own_file = serializers.SerializerMethodField(help_text="Whether a file made fit goes along, not the original.")
    thumbnail = VisibleField(
        queryset=PosterFrame.objects.all(), required=False, allow_null=True, help_text="The chosen still."
    )
    base = serializers.IntegerField(
        write_only=True, required=False, min_value=1, max_value=2**31 - 1,
        help_text="The version you changed. Where another was saved meanwhile, it is kept beside yours.",
    )  # fmt: skip
    words = {
        "asset": "The asset it was made of.",
        "client": "The client it is for.",
        "brand": "The brand it is for.",
        "platform": "Where it is to go.",
        "kind": "What it is.",
        "call_to_action": "What readers are asked to do.",
        "alt_text": "What can be seen, for those who cannot see it.",
        "include_media": "Whether the file goes along.",
        "cover": "The cover that was made and chosen, in place of the still.",
        "category": "Its category.",
        "goals": "What it should lead to, in place of the brand's goals.",
        "target_audience": "Who it is for, told to the writer before the brand's audience.",
        "ai_label": "Whether readers are told that it was made with AI.",
        "language": "Its language.",
        "version": "The number of its words' version.",
        "made_by": "What wrote this version.",
        "is_fallback": "Whether a simpler writer had to step in.",
        "fallback_reason": "Why.",
        "predicted_quality": "Whether an editor would let it pass, 0 to 100; null where it has no words.",
        "predicted_virality": "How far it may carry, 0 to 100, corrected by own results once there are enough.",
    }

    class Meta:
        model = GeneratedContent
        fields = [
            "id", "asset", "client", "brand", "platform", "kind", "title", "text", "hashtags", "call_to_action",
            "alt_text", "mentions", "category", "goals", "target_audience", "ai_label", "include_media", "thumbnail",
            "cover", "options", "has_own_file", "language", "version", "made_by", "is_fallback",
            "fallback_reason", "predicted_quality", "predicted_virality", "base", "created_at", "updated_at",
        ]  # fmt: skip
        read_only_fields = [
            "asset", "client", "brand", "platform", "kind", "cover", "language", "version", "made_by", "is_fallback",
            "fallback_reason", "predicted_quality", "predicted_virality",
        ]  # fmt: skip

    def get_has_own_file(self, row: GeneratedContent) -> bool:
        """Whether it was made fit."""
        return bool(row.file)

    def validate_thumbnail(self, value: PosterFrame | None) -> PosterFrame | None:
        """Take only a still of the same asset."""
        piece = self.instance
        if value is not None and isinstance(piece, GeneratedContent) and value.asset_id != piece.asset_id:
            raise serializers.ValidationError(_("This still is of another asset."))
        return value


class VersionSerializer(Described[PieceVersion]):
    """What a piece said at one time."""

    author = serializers.CharField(
        source="author.full_name", default="", read_only=True, help_text="Who wrote it, if a person did."
    )
    options = StoredOptionsField(read_only=True, help_text="What its posts carried, beside the usual.")
    words = {
        "number": "Its number.",
        "title": "Its title.",
        "text": "Its text.",
        "hashtags": "Its hashtags.",
        "call_to_action": "What readers were asked to do.",
        "alt_text": "What could be seen.",
        "mentions": "The accounts it named.",
        "note": "The wish it was written with.",
        "made_by": "What wrote it.",
        "model": "The model that wrote it.",
    }

    class Meta:
        model = PieceVersion
        fields = [
            "number", "title", "text", "hashtags", "call_to_action", "alt_text", "mentions", "options", "note",
            "made_by", "model", "author", "created_at",
        ]  # fmt: skip
        read_only_fields = fields


class NumberSerializer(serializers.Serializer[Any]):
    """A version to take back."""

    number = serializers.IntegerField(min_value=1, max_value=2**31 - 1, help_text="The version's number.")


class WishSerializer(serializers.Serializer[Any]):
    """A wish for the new version."""

    note = serializers.CharField(max_length=500, required=False, allow_blank=True, help_text="E.g. `shorter, warmer`.")


class RewrittenSerializer(serializers.Serializer[Any]):
    """A piece written again."""

    piece = PieceSerializer(help_text="The piece as it stands now.")
    not_understood = serializers.ListField(child=serializers.CharField(), help_text="Wishes that were not understood.")
