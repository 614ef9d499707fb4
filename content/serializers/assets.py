"""Assets, and what was understood of them."""

from typing import Any
from urllib.parse import urlsplit

from django.core.validators import URLValidator
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiExample, extend_schema_field, extend_schema_serializer
from rest_framework import serializers
from rest_framework.reverse import reverse

from accounts.models import BrandProfile
from accounts.rest_fields import VisibleField
from content import tags
from content.intake import documents
from content.models import Collection, ContentAsset, PipelineStep, TrendMatch, Upload
from trenddrop.core.rest.serializers import Described

LONGEST = 200_000


class AssetSerializer(Described[ContentAsset]):
    """An original: a video, a recording, a text, a document, an image or a link."""

    brand = VisibleField(
        queryset=BrandProfile.objects.all(), required=False, allow_null=True, help_text="The brand it is for."
    )
    tags = serializers.ListField(
        child=serializers.CharField(max_length=tags.LONGEST), max_length=tags.MOST, required=False,
        help_text="Its tags; repeats, and the sign before them, are taken out.",
    )  # fmt: skip
    collection = VisibleField(
        queryset=Collection.objects.all(), required=False, allow_null=True, help_text="The folder it lies in."
    )
    file_url = serializers.SerializerMethodField(help_text="Where its file is; empty where it came without one.")
    thumbnail_url = serializers.SerializerMethodField(help_text="Where its still is; empty without one.")
    words = {
        "client": "The client it is for; null is the organisation itself.",
        "kind": "What it is.",
        "title": "Its title.",
        "description": "What people say about it.",
        "status": "How far its processing is.",
        "error": "What went wrong, where it failed.",
        "original_name": "The file's name as it came.",
        "mime_type": "The file's type, by what is in it.",
        "size": "Bytes.",
        "duration": "Seconds.",
        "language": "Its language, where it can be told.",
        "source_url": "The link it came from.",
        "source_platform": "The site it came from.",
        "is_example": "Whether it came with the demonstration.",
        "finished_at": "When its processing ended.",
        "deleted_at": "When it was put aside; it can be restored.",
    }

    class Meta:
        model = ContentAsset
        fields = [
            "id", "client", "brand", "collection", "kind", "title", "description", "tags", "status", "error",
            "original_name", "mime_type", "size", "duration", "language", "source_url", "source_platform", "is_example",
            "file_url", "thumbnail_url", "created_at", "updated_at", "finished_at", "deleted_at",
        ]  # fmt: skip
        read_only_fields = [
            name for name in fields if name not in {"brand", "collection", "title", "description", "tags"}
        ]

    @extend_schema_field(str)
    def get_file_url(self, row: ContentAsset) -> str:
        """Return the file's address."""
        return reverse("api-assets-file", args=[row.pk], request=self.context.get("request")) if row.file else ""

    @extend_schema_field(str)
    def get_thumbnail_url(self, row: ContentAsset) -> str:
        """Return the still's address."""
        if not row.thumbnail:
            return ""
        return reverse("api-assets-thumbnail", args=[row.pk], request=self.context.get("request"))

    def validate_tags(self, value: list[str]) -> list[str]:
        """Write them as the library does."""
        return tags.distinct(value)


class StepSerializer(Described[PipelineStep]):
    """One step of an asset's processing."""

    words = {
        "name": "Which step.",
        "status": "How it stands.",
        "progress": "Per cent.",
        "note": "What made the result, or why it was skipped.",
        "error": "What went wrong.",
        "finished_at": "When it ended.",
    }

    class Meta:
        model = PipelineStep
        fields = ["name", "status", "progress", "note", "error", "finished_at"]
        read_only_fields = fields


class WholeAssetSerializer(AssetSerializer):
    """An asset with its words and the steps of its processing."""

    steps = StepSerializer(many=True, read_only=True, help_text="The steps of its processing, in their order.")
    text = serializers.CharField(read_only=True, help_text="What was pasted, or read from the link.")

    class Meta(AssetSerializer.Meta):
        fields = [*AssetSerializer.Meta.fields, "text", "steps"]
        read_only_fields = [*AssetSerializer.Meta.read_only_fields, "text"]


@extend_schema_serializer(
    examples=[
        OpenApiExample("A link", value={"link": "https://example.org/monsoon-skin"}, request_only=True),
        OpenApiExample("A text", value={"title": "Monsoon", "text": "Rain is coming …"}, request_only=True),
    ]
)
class NewAssetSerializer(serializers.Serializer[Any]):
    """A link or a text; files go to `uploads`."""

    link = serializers.CharField(
        max_length=1000, required=False, help_text="An article, or a media file that opens without signing in."
    )
    text = serializers.CharField(max_length=LONGEST, required=False, help_text="The text itself, three words or more.")
    mine = serializers.BooleanField(
        required=False,
        help_text="You say that the video behind the link is yours, or that you may use it: of a player's page"
        " (YouTube, TikTok, Vimeo …) title and description are taken.",
    )
    title = serializers.CharField(max_length=200, required=False, allow_blank=True, help_text="Its title.")
    brand = VisibleField(
        queryset=BrandProfile.objects.all(), required=False, allow_null=True, help_text="The brand it is for."
    )

    def validate_link(self, value: str) -> str:
        """Take only web addresses."""
        URLValidator(schemes=["http", "https"])(value)
        if not urlsplit(value).hostname:
            raise serializers.ValidationError(_("This is not a web address."))
        return value

    def validate_text(self, value: str) -> str:
        """Ask for enough to find anything in."""
        if not documents.has_words(value):
            raise serializers.ValidationError(_("There are only signs and emoji in this. Add the words."))
        if documents.is_short(value):
            raise serializers.ValidationError(_("That is too short to find anything in. Send a whole text."))
        return value

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Ask for one of the two."""
        if ("link" in attrs) == ("text" in attrs):
            raise serializers.ValidationError(_("Send either a link or a text."))
        return attrs


class TagsSerializer(serializers.Serializer[Any]):
    """Tags that some assets get or lose."""

    assets = serializers.ListField(child=serializers.UUIDField(), max_length=500, help_text="Which assets.")
    give = serializers.ListField(
        child=serializers.CharField(max_length=tags.LONGEST), max_length=tags.MOST, required=False,
        help_text="Tags they get, beside those they have, up to twenty each.",
    )  # fmt: skip
    take = serializers.ListField(
        child=serializers.CharField(max_length=tags.LONGEST), max_length=tags.MOST, required=False,
        help_text="Tags they lose.",
    )  # fmt: skip


class RenamedTagSerializer(serializers.Serializer[Any]):
    """A tag, and what it is called from now on."""

    tag = serializers.CharField(max_length=tags.LONGEST, help_text="The tag as it stands.")
    to = serializers.CharField(
        max_length=tags.LONGEST, allow_blank=True, help_text="Its new name; empty takes it away everywhere."
    )


class TagSerializer(serializers.Serializer[Any]):
    """A tag in use."""

    tag = serializers.CharField(help_text="The tag.")
    n = serializers.IntegerField(help_text="How many assets have it.")


class ChangedSerializer(serializers.Serializer[Any]):
    """What a command changed."""

    changed = serializers.ListField(child=serializers.UUIDField(), help_text="The assets that were changed.")


class UploadSerializer(Described[Upload]):
    """A file on its way in, by tus."""

    words = {
        "name": "The file's name.",
        "length": "Its bytes.",
        "offset": "How many of them have arrived.",
        "brand": "The brand it is for.",
        "expires_at": "Until when what arrived is kept.",
        "asset": "The asset it became.",
    }

    class Meta:
        model = Upload
        fields = ["id", "name", "length", "offset", "brand", "asset", "expires_at", "created_at"]
        read_only_fields = fields


class FileSerializer(serializers.Serializer[Any]):
    """A file."""

    file = serializers.FileField(help_text="The file; it is streamed to disk.")
    brand = serializers.UUIDField(required=False, help_text="The brand it is for.")


class TopicNameSerializer(serializers.Serializer[Any]):
    """A topic's name."""

    id = serializers.UUIDField(source="pk", help_text="The topic.")
    title = serializers.CharField(help_text="What it is called.")
    status = serializers.CharField(help_text="How it stands.")


class MatchSerializer(Described[TrendMatch]):
    """A topic that fits an asset, and why."""

    topic = TopicNameSerializer(read_only=True, help_text="The topic.")
    evidence = serializers.JSONField(read_only=True, help_text="The words that met it: `{words, at}`.")
    reasons = serializers.JSONField(read_only=True, help_text="The factors of the score.")
    words = {"score": "0 to 100.", "is_used": "Whether pieces are written with it."}

    class Meta:
        model = TrendMatch
        fields = ["id", "topic", "score", "evidence", "reasons", "is_used", "created_at"]
        read_only_fields = fields
