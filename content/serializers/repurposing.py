"""Plans, jobs and the files that pieces were given."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.reverse import reverse

from accounts.models import BrandProfile
from accounts.rest_fields import VisibleField
from content.models import (
    ContentAsset,
    GeneratedContent,
    PieceFile,
    PieceFormat,
    RepurposingJob,
    RepurposingKind,
    RepurposingStrategy,
    Template,
)
from trenddrop.core.platforms import PlatformKey
from trenddrop.core.rest.serializers import Described

PLATFORMS = [each.value for each in PlatformKey]
ASSETS = ContentAsset.objects.filter(deleted_at=None)
FORMATS = [("", "Whatever fits."), *PieceFormat.choices]


class PlanLineSerializer(serializers.Serializer[Any]):
    """One thing to make."""

    key = serializers.CharField(help_text="What it is called when it is to be made.")
    kind = serializers.ChoiceField(choices=RepurposingKind.choices, help_text="What it is.")
    format = serializers.ChoiceField(choices=FORMATS, allow_blank=True, help_text="Its shape; empty for texts.")
    platforms = serializers.ListField(
        child=serializers.ChoiceField(choices=PLATFORMS), help_text="Where it goes, the fittest first."
    )
    count = serializers.IntegerField(help_text="How many pieces or clips.")
    priority = serializers.IntegerField(help_text="1 comes first.")
    day = serializers.IntegerField(help_text="Days from the plan on which it would go out.")
    hour = serializers.IntegerField(help_text="The hour of that day, in the organisation's time zone.")
    minute = serializers.IntegerField(default=0, help_text="The minute of that hour.")
    reach = serializers.ListField(
        child=serializers.IntegerField(),
        allow_null=True,
        help_text="Views, low and high, from the organisation's own posts; null where too few are known.",
    )
    seconds = serializers.IntegerField(help_text="About how long making it takes.")
    credits = serializers.IntegerField(help_text="At most what it costs.")
    reasons = serializers.ListField(child=serializers.CharField(), help_text="Why it is worth making.")
    config = serializers.JSONField(help_text="The settings it would be made with.")


class StrategySerializer(Described[RepurposingStrategy]):
    """A plan."""

    lines = PlanLineSerializer(many=True, read_only=True, help_text="What to make, the first first.")
    notes = serializers.ListField(
        child=serializers.CharField(), read_only=True, help_text="What could not be planned, and why."
    )
    words = {
        "asset": "The asset it is for.",
        "brand": "The brand it is for.",
        "asked_by": "Who asked for it.",
        "made_by": "Which rules made it.",
    }

    class Meta:
        model = RepurposingStrategy
        fields = ["id", "asset", "brand", "asked_by", "lines", "notes", "made_by", "created_at"]
        read_only_fields = fields


class NewStrategySerializer(serializers.Serializer[Any]):
    """A plan to be made."""

    asset = VisibleField(queryset=ASSETS, help_text="The asset.")
    brand = VisibleField(
        queryset=BrandProfile.objects.all(), required=False, help_text="The brand; the asset's own unless told."
    )


class ChosenLinesSerializer(serializers.Serializer[Any]):
    """Lines of a plan to be made."""

    keys = serializers.ListField(
        child=serializers.CharField(max_length=40),
        required=False,
        help_text="The lines' keys; all of them unless told.",
    )


class JobSerializer(Described[RepurposingJob]):
    """A job."""

    format = serializers.ChoiceField(choices=FORMATS, allow_blank=True, read_only=True, help_text="The shape.")
    platforms = serializers.ListField(
        child=serializers.ChoiceField(choices=PLATFORMS), read_only=True, help_text="Where its pieces go."
    )
    config = serializers.JSONField(read_only=True, help_text="Its settings: only what differs from the usual.")
    pieces = serializers.PrimaryKeyRelatedField(  # type: ignore[var-annotated]
        many=True, read_only=True, help_text="The pieces made so far."
    )
    words = {
        "asset": "The asset it is made of.",
        "brand": "The brand it is made for.",
        "script": "The script it is made of, or that came of it.",
        "strategy": "The plan it is of.",
        "template": "A template that stands in for the brand's own.",
        "asked_by": "Who asked for it.",
        "kind": "What is made.",
        "status": "How it stands.",
        "priority": "1 is done first.",
        "progress": "Per cent.",
        "note": "What it is doing, or what came of it.",
        "error": "Why it failed, in words.",
        "estimated_credits": "The credits held for it: no more are charged.",
        "credits_used": "The credits charged so far.",
        "started_at": "When it was begun.",
        "finished_at": "When it ended.",
    }

    class Meta:
        model = RepurposingJob
        fields = [
            "id", "asset", "brand", "script", "strategy", "template", "asked_by", "kind", "format", "platforms",
            "config", "status", "priority", "progress", "note", "error", "estimated_credits", "credits_used", "pieces",
            "created_at", "started_at", "finished_at",
        ]  # fmt: skip
        read_only_fields = fields


class NewJobSerializer(serializers.Serializer[Any]):
    """A job to be queued."""

    asset = VisibleField(queryset=ASSETS, help_text="The asset.")
    kind = serializers.ChoiceField(
        choices=RepurposingKind.choices,
        help_text="What to make. A video of a script is asked for at the script (`/scripts/{id}/video`), not here.",
    )
    platforms = serializers.ListField(
        child=serializers.ChoiceField(choices=PLATFORMS),
        required=False,
        help_text="Where it goes. Shorts and audiograms need one; texts go where the brand is unless told.",
    )
    format = serializers.ChoiceField(choices=PieceFormat.choices, required=False, help_text="The shape of a video.")
    config = serializers.DictField(
        required=False,
        help_text="Settings of its kind. Shorts: `count`, `seconds` [shortest, longest], `wish`, `start`, `end`, "
        "`layout`, `style`, `captions`, `title`, `headline`, `logo`, `cards`, `clean`. Texts: `note`.",
    )
    brand = VisibleField(
        queryset=BrandProfile.objects.all(), required=False, help_text="The brand; the asset's own unless told."
    )
    template = VisibleField(
        queryset=Template.objects.all(), required=False, help_text="Stands in for the brand's own of its kind."
    )
    priority = serializers.IntegerField(required=False, min_value=1, max_value=10, help_text="1 is done first.")


class PrioritySerializer(serializers.Serializer[Any]):
    """A job's rank."""

    priority = serializers.IntegerField(min_value=1, max_value=10, help_text="1 is done first.")


class AnewSerializer(serializers.Serializer[Any]):
    """A clip to be made anew; what is left out stays as it was."""

    piece = VisibleField(
        queryset=GeneratedContent.objects.filter(deleted_at=None, asset__deleted_at=None).select_related("asset"),
        help_text="The clip.",
    )
    config = serializers.DictField(
        required=False, help_text="Settings as of a new job: `start`, `end`, `layout`, `style`, `headline` …"
    )


class ReportSerializer(serializers.Serializer[Any]):
    """One look at a finished file."""

    check = serializers.CharField(help_text="What was looked at.")
    ok = serializers.BooleanField(help_text="Whether it is well.")
    told = serializers.CharField(help_text="What was found, in words.")
    value = serializers.JSONField(required=False, help_text="The figure behind it.")


class PieceFileSerializer(Described[PieceFile]):
    """A file a piece was given."""

    url = serializers.SerializerMethodField(help_text="Where the file is.")
    poster_url = serializers.SerializerMethodField(help_text="Where its still is; empty without one.")
    report = ReportSerializer(many=True, read_only=True, help_text="What the product found looking at it.")
    recipe = serializers.JSONField(read_only=True, help_text="How it was made.")
    media_info = serializers.JSONField(read_only=True, help_text="Its sides, seconds, codecs, bytes.")
    words = {
        "piece": "The piece.",
        "job": "The job that made it.",
        "parent": "The file it was made of.",
        "number": "Of the piece's takes, from 1.",
        "slide": "Of a carousel's pictures, from 1; 0 is a single file.",
        "origin": "Made here, or finished elsewhere and brought back.",
        "edit_tool": "The tool it was finished with.",
        "alt_text": "What it shows, for those who do not see it.",
        "is_current": "Whether it goes along when the piece is sent.",
    }

    class Meta:
        model = PieceFile
        fields = [
            "id", "piece", "job", "parent", "number", "slide", "origin", "edit_tool", "url", "poster_url",
            "media_info", "recipe", "report", "alt_text", "is_current", "created_at",
        ]  # fmt: skip
        read_only_fields = fields

    @extend_schema_field(str)
    def get_url(self, take: PieceFile) -> str:
        """Return the file's address."""
        return reverse("api-piece-files-file", args=[take.pk], request=self.context.get("request"))

    @extend_schema_field(str)
    def get_poster_url(self, take: PieceFile) -> str:
        """Return the still's address."""
        if not take.poster:
            return ""
        return reverse("api-piece-files-poster", args=[take.pk], request=self.context.get("request"))
