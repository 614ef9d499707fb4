"""How ideas, scripts, voices and voice-overs look through the API."""

from typing import Any

import regex
from django.core.exceptions import ValidationError as Invalid
from django.core.validators import URLValidator
from django.utils.translation import gettext as _
from rest_framework import serializers

from accounts.models import BrandProfile
from accounts.rest_fields import VisibleField
from content.models import Prompt, Script, ScriptVersion, VoiceClone, VoiceOver
from content.tags import is_hashtag
from content.writing.scenes import LONGEST_HEADING, LONGEST_SAY, LONGEST_SHOW, MOST_SCENES
from trenddrop.core.rest.serializers import Described
from trends.models import TrendTopic

SHORTEST, LONGEST = 10, 600  # seconds
LONGEST_TEXT = 5000
NAME = regex.compile(r"\p{L}[\p{L}\p{M} .'’-]+[\p{L}\p{M}]")


class TagsField(serializers.ListField):
    """Tags, none twice."""

    child = serializers.CharField(max_length=60)

    def to_internal_value(self, data: Any) -> list[str]:
        """Write each in one way."""
        tags = (tag.strip(" #").lower() for tag in super().to_internal_value(data))
        return list(dict.fromkeys(tag for tag in tags if tag))


class PromptSerializer(Described[Prompt]):
    """An idea to write about."""

    text = serializers.CharField(max_length=LONGEST_TEXT, help_text="The idea.")
    tags = TagsField(max_length=20, required=False, help_text="Its tags.")
    brand = VisibleField(
        queryset=BrandProfile.objects.all(), required=False, allow_null=True, help_text="The brand it is for."
    )
    words = {
        "client": "The client it is for.",
        "source": "Where it comes from.",
        "topic": "The topic it is about, if any.",
        "url": "The page that was read, if any.",
        "hashtag": "The hashtag it is about, if any.",
        "deleted_at": "When it was put aside; null: it was not.",
    }

    class Meta:
        model = Prompt
        fields = [
            "id", "text", "source", "topic", "url", "hashtag", "tags", "brand", "client", "deleted_at", "created_at",
            "updated_at",
        ]  # fmt: skip
        read_only_fields = ["source", "topic", "url", "hashtag", "client", "deleted_at"]


class WholePromptSerializer(PromptSerializer):
    """An idea with what was read of it."""

    class Meta(PromptSerializer.Meta):
        fields = [*PromptSerializer.Meta.fields, "material"]
        read_only_fields = [*PromptSerializer.Meta.read_only_fields, "material"]
        extra_kwargs = {"material": {"help_text": "What was read of the page, or is said about the topic."}}


class NewPromptSerializer(serializers.Serializer[Any]):
    """A new idea: words, a link, a hashtag or a topic."""

    text = serializers.CharField(
        max_length=LONGEST_TEXT, required=False, allow_blank=True, help_text="The idea in your words."
    )
    link = serializers.CharField(max_length=1000, required=False, help_text="A page whose text is read.")
    hashtag = serializers.CharField(max_length=100, required=False, help_text="A hashtag, with # or without.")
    topic = serializers.UUIDField(required=False, help_text="A topic's identifier.")
    tags = TagsField(max_length=20, required=False, help_text="Its tags.")
    brand = VisibleField(
        queryset=BrandProfile.objects.all(), required=False, allow_null=True, help_text="The brand it is for."
    )

    def validate_link(self, value: str) -> str:
        """Complete and check it."""
        full = value if "://" in value else f"https://{value}"
        try:
            URLValidator(schemes=["http", "https"])(full)
        except Invalid as error:
            raise serializers.ValidationError(error.messages) from error
        return full

    def validate_hashtag(self, value: str) -> str:
        """Take it with # or without, as one word."""
        if not is_hashtag(value.removeprefix("#")):
            raise serializers.ValidationError(_("A hashtag is one word of letters and digits."))
        return value

    def validate_topic(self, value: Any) -> TrendTopic:
        """Find it."""
        found = TrendTopic.objects.filter(pk=value, is_blocked=False).defer("embedding").first()
        if found is None:
            raise serializers.ValidationError(_("There is nothing with this identifier."))
        return found

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Ask for something to write about, and one source at most."""
        sources = [name for name in ("link", "hashtag", "topic") if attrs.get(name)]
        if len(sources) > 1 or not (sources or attrs.get("text", "").strip()):
            raise serializers.ValidationError(_("Send text, and at most one of link, hashtag and topic."))
        return attrs


class SceneSerializer(serializers.Serializer[Any]):
    """A scene."""

    heading = serializers.CharField(
        max_length=LONGEST_HEADING, required=False, allow_blank=True, default="", help_text="Its name."
    )
    say = serializers.CharField(max_length=LONGEST_SAY, allow_blank=True, help_text="What is said.")
    show = serializers.CharField(
        max_length=LONGEST_SHOW, required=False, allow_blank=True, default="", help_text="What is seen."
    )
    seconds = serializers.FloatField(read_only=True, help_text="How long saying it takes, about.")


class ScriptSerializer(Described[Script]):
    """A script with its scenes."""

    title = serializers.CharField(max_length=200, required=False, help_text="Its title.")
    scenes = serializers.ListField(
        child=SceneSerializer(), required=False, min_length=1, max_length=MOST_SCENES, help_text="Its scenes, in order."
    )
    base = serializers.IntegerField(
        write_only=True, required=False, min_value=1, max_value=2**31 - 1,
        help_text="The version you changed. Where another was saved meanwhile, it is kept beside yours.",
    )  # fmt: skip
    words = {
        "prompt": "The idea it is of.",
        "tone": "Its tone.",
        "language": "Its language.",
        "seconds": "How long it was to take.",
        "status": "How it stands.",
        "generated_by": "Who began it.",
        "version": "The number of its words' version.",
        "made_by": "What wrote this version.",
        "is_fallback": "Whether a simpler writer had to step in.",
        "fallback_reason": "Why.",
        "approved_at": "When it was approved; null: it is not.",
    }

    class Meta:
        model = Script
        fields = [
            "id", "prompt", "title", "tone", "language", "seconds", "scenes", "status", "generated_by", "version",
            "made_by", "is_fallback", "fallback_reason", "approved_at", "base", "created_at", "updated_at",
        ]  # fmt: skip
        read_only_fields = [
            "prompt", "tone", "language", "seconds", "status", "generated_by", "version", "made_by", "is_fallback",
            "fallback_reason", "approved_at",
        ]  # fmt: skip


class NewScriptSerializer(serializers.Serializer[Any]):
    """A script to be written."""

    prompt = VisibleField(queryset=Prompt.objects.filter(deleted_at=None), help_text="The idea it is of.")
    tone = serializers.ChoiceField(BrandProfile.Tone.choices, required=False, help_text="Its tone; else the brand's.")
    seconds = serializers.IntegerField(
        min_value=SHORTEST, max_value=LONGEST, required=False, default=45, help_text="How long it should take."
    )
    language = serializers.RegexField(r"^[a-z]{2}$", required=False, help_text="Its language; else the idea's.")
    note = serializers.CharField(max_length=500, required=False, allow_blank=True, help_text="A wish.")
    empty = serializers.BooleanField(required=False, default=False, help_text="Only begin it: a person writes.")


class ScriptWishSerializer(serializers.Serializer[Any]):
    """A wish for the new version."""

    note = serializers.CharField(max_length=500, required=False, allow_blank=True, help_text="E.g. `shorter`.")
    tone = serializers.ChoiceField(BrandProfile.Tone.choices, required=False, help_text="Its tone; else as it is.")
    seconds = serializers.IntegerField(
        min_value=SHORTEST, max_value=LONGEST, required=False, help_text="How long it should take; else as it is."
    )


class WrittenScriptSerializer(serializers.Serializer[Any]):
    """A script that was written."""

    script = ScriptSerializer(help_text="The script as it stands now.")
    notes = serializers.ListField(child=serializers.CharField(), help_text="What it lacks, in words.")
    not_understood = serializers.ListField(child=serializers.CharField(), help_text="Wishes that were not understood.")


class ScriptVersionSerializer(Described[ScriptVersion]):
    """What a script said at one time."""

    scenes = SceneSerializer(many=True, read_only=True, help_text="Its scenes.")
    author = serializers.CharField(
        source="author.full_name", default="", read_only=True, help_text="Who wrote it, if a person did."
    )
    words = {
        "number": "Its number.",
        "title": "Its title.",
        "note": "The wish it was written with.",
        "made_by": "What wrote it.",
        "model": "The model that wrote it.",
        "tokens": "The tokens it took.",
    }

    class Meta:
        model = ScriptVersion
        fields = ["number", "title", "scenes", "note", "made_by", "model", "tokens", "author", "created_at"]
        read_only_fields = fields


class ApproveSerializer(serializers.Serializer[Any]):
    """What was read and is approved."""

    version = serializers.IntegerField(min_value=1, max_value=2**31 - 1, help_text="The version that was read.")


class VoiceSerializer(Described[VoiceClone]):
    """A voice."""

    words = {
        "client": "The client it is for; null: any.",
        "name": "What it is called.",
        "provider": "Who speaks.",
        "language": "The only one it speaks; empty: any.",
        "is_clone": "Whether it was made after a person.",
        "person": "After whom.",
        "consented_at": "When their recorded consent was heard.",
        "revoked_at": "When they took it back; null: they did not.",
        "problem": "Why it cannot speak.",
    }

    class Meta:
        model = VoiceClone
        fields = [
            "id", "name", "provider", "language", "is_clone", "person", "client", "consented_at", "revoked_at",
            "problem", "created_at", "updated_at",
        ]  # fmt: skip
        read_only_fields = fields


class NewVoiceSerializer(serializers.Serializer[Any]):
    """A voice that a provider offers, as `voices/offered` names it."""

    provider = serializers.CharField(max_length=40, help_text="The provider.")
    key = serializers.CharField(max_length=120, help_text="The provider's key of the voice.")
    name = serializers.CharField(max_length=80, required=False, help_text="What to call it.")


class OfferedVoiceSerializer(serializers.Serializer[Any]):
    """A voice that can be added."""

    provider = serializers.CharField(help_text="The provider.")
    key = serializers.CharField(help_text="The provider's key of the voice.")
    name = serializers.CharField(help_text="What the provider calls it.")
    language = serializers.CharField(help_text="The only one it speaks; empty: any.")


class CloneSerializer(serializers.Serializer[Any]):
    """A voice to be made after a person, with their recorded consent."""

    name = serializers.CharField(max_length=80, help_text="What to call the voice.")
    person = serializers.CharField(max_length=120, help_text="Whose it is, as they say their name.")
    provider = serializers.CharField(max_length=40, help_text="Who makes it.")
    consent = serializers.FileField(help_text="The person saying yes, and their name.")
    reference = serializers.FileField(help_text="One to three minutes of them speaking.")
    brand = VisibleField(
        queryset=BrandProfile.objects.all(), required=False, allow_null=True, help_text="The brand it is for."
    )

    def validate_person(self, value: str) -> str:
        """Take a name in any script."""
        if not NAME.fullmatch(value):
            raise serializers.ValidationError(_("Write the person's name, at least three letters."))
        return value


class VoiceOverSerializer(Described[VoiceOver]):
    """A script, spoken."""

    timings = serializers.ListField(
        child=serializers.ListField(child=serializers.FloatField(), min_length=2, max_length=2), read_only=True,
        help_text="Where each scene begins and ends, in seconds.",
    )  # fmt: skip
    words = {
        "script": "The script.",
        "script_version": "Which version of it.",
        "voice": "Who speaks.",
        "asset": "The asset made of it, if any.",
        "status": "How it stands.",
        "progress": "How far it is, in per cent.",
        "duration": "How long it is, in seconds.",
        "characters": "How many characters were newly spoken.",
        "made_by": "What spoke.",
        "error": "What went wrong.",
    }

    class Meta:
        model = VoiceOver
        fields = [
            "id", "script", "script_version", "voice", "asset", "status", "progress", "duration", "timings",
            "characters", "made_by", "error", "created_at", "updated_at",
        ]  # fmt: skip
        read_only_fields = fields


class NewVoiceOverSerializer(serializers.Serializer[Any]):
    """A script to be spoken."""

    script = VisibleField(queryset=Script.objects.filter(prompt__deleted_at=None), help_text="An approved script.")
    voice = VisibleField(queryset=VoiceClone.objects.all(), help_text="Who speaks it.")
