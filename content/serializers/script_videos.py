"""A video of a script, asked for."""

from typing import Any

from rest_framework import serializers

from accounts.rest_fields import VisibleField
from content.models import ContentAsset, PieceFormat, VoiceOver
from content.pipeline.makers.script_video import CHOICES
from content.serializers.repurposing import PLATFORMS
from content.writing.scenes import MOST_SCENES

ASSETS = ContentAsset.objects.filter(deleted_at=None)


class SceneShownSerializer(serializers.Serializer[Any]):
    """What is seen in a scene."""

    scene = serializers.IntegerField(min_value=1, max_value=MOST_SCENES, help_text="The scene, from 1.")
    asset = VisibleField(queryset=ASSETS, help_text="A picture or a video of the library.")


class ScriptVideoSerializer(serializers.Serializer[Any]):
    """How the video should be."""

    platforms = serializers.ListField(
        child=serializers.ChoiceField(choices=PLATFORMS), min_length=1, help_text="Where it goes."
    )
    formats = serializers.ListField(
        child=serializers.ChoiceField(choices=PieceFormat.choices),
        min_length=1,
        default=[PieceFormat.VERTICAL.value],
        help_text="Its shapes: each becomes a job.",
    )
    voice_over = VisibleField(
        queryset=VoiceOver.objects.all(), default=None, allow_null=True, help_text="Who speaks; null: captions alone."
    )
    pictures = SceneShownSerializer(
        many=True, default=list, help_text="What is seen; scenes left out show the brand's colours."
    )
    music = VisibleField(
        queryset=ASSETS, default=None, allow_null=True, help_text="A sound of the library below the voice."
    )
    style = serializers.ChoiceField(  # type: ignore[assignment]  # a field of this name, not DRF's attribute
        choices=list(CHOICES["style"]),
        default="",
        allow_blank=True,
        help_text="The captions' style; empty: the look's.",
    )
    captions = serializers.BooleanField(default=True, help_text="Whether the words are shown.")
    title = serializers.BooleanField(default=True, help_text="Whether the title is shown at first.")
    cards = serializers.BooleanField(default=True, help_text="Whether the brand's intro and outro go along.")
