"""How a brand sounds, and to whom it speaks."""

from typing import Any

from django.utils.translation import gettext as _
from rest_framework import serializers

from accounts.models import AudienceProfile, BrandProfile, BrandVoiceSample
from accounts.rest_fields import VisibleField
from trenddrop.core.rest.serializers import Described

LONGEST_CHECK = 5_000


class SampleSerializer(Described[BrandVoiceSample]):
    """A text that sounds like the brand."""

    brand = VisibleField(queryset=BrandProfile.objects.all(), help_text="The brand that sounds so.")
    words = {
        "text": "The text.",
        "source": "Where it came from.",
        "source_name": "The file or post it came from.",
        "language": "Its language, where it can be told.",
        "embedded_by": "What made its vector; empty until that is done.",
    }

    class Meta:
        model = BrandVoiceSample
        fields = ["id", "brand", "text", "source", "source_name", "language", "embedded_by", "created_at"]
        read_only_fields = ["source", "source_name", "language", "embedded_by"]


class AddedSamplesSerializer(serializers.Serializer[Any]):
    """What became of texts that were to be samples."""

    samples = SampleSerializer(many=True, help_text="Those that were added.")
    known = serializers.IntegerField(help_text="How many were among the samples already.")
    short = serializers.IntegerField(help_text="How many were too short or too long to show a voice.")
    no_room = serializers.IntegerField(help_text="How many found no room.")
    told = serializers.CharField(help_text="The same in words.")


class CheckTextSerializer(serializers.Serializer[Any]):
    """A text to hold against the samples."""

    text = serializers.CharField(max_length=LONGEST_CHECK, help_text="The text.")


class NearSampleSerializer(serializers.Serializer[Any]):
    """A sample near the text."""

    id = serializers.UUIDField(source="sample.pk", help_text="The sample.")
    text = serializers.CharField(source="sample.text", help_text="What it says.")
    likeness = serializers.IntegerField(help_text="How alike, 0 to 100.")


class ReasonSerializer(serializers.Serializer[Any]):
    """One thing that counts for or against it."""

    words = serializers.CharField(help_text="What was found.")
    is_like = serializers.BooleanField(help_text="Whether it is like the samples.")
    quotes = serializers.ListField(child=serializers.CharField(), help_text="Places of the text that show it.")


class VerdictSerializer(serializers.Serializer[Any]):
    """Whether a text sounds like the brand, and why."""

    score = serializers.IntegerField(source="verdict.score", help_text="0 to 100.")
    words = serializers.CharField(source="verdict.words", help_text="The score in words.")
    usual = serializers.ListField(
        source="verdict.usual",
        child=serializers.IntegerField(),
        help_text="Between which scores the samples themselves lie.",
    )
    reasons = ReasonSerializer(source="verdict.reasons", many=True, help_text="What counts for and against it.")
    doubts = serializers.ListField(
        source="verdict.doubts", child=serializers.CharField(), help_text="Why it may be less sure."
    )
    nearest = NearSampleSerializer(many=True, help_text="The samples nearest to it.")
    count = serializers.IntegerField(help_text="How many samples it was held against.")
    made_by = serializers.CharField(source="verdict.made_by", help_text="What judged.")
    note = serializers.CharField(help_text="What could not be done; empty when all was.")


class AudienceSerializer(Described[AudienceProfile]):
    """People the brand speaks to."""

    brand = VisibleField(queryset=BrandProfile.objects.all(), help_text="The brand that speaks to them.")
    genders = serializers.ListField(
        child=serializers.CharField(max_length=20), max_length=10, required=False, help_text="Empty is everybody."
    )
    locations = serializers.ListField(
        child=serializers.CharField(max_length=80), max_length=30, required=False, help_text="Where they live."
    )
    interests = serializers.ListField(
        child=serializers.CharField(max_length=60), max_length=40, required=False, help_text="What they like."
    )
    pain_points = serializers.ListField(
        child=serializers.CharField(max_length=200), max_length=20, required=False, help_text="What bothers them."
    )
    content_types = serializers.ListField(
        child=serializers.CharField(max_length=20), max_length=10, required=False, help_text="What they look at."
    )
    platform_habits = serializers.DictField(
        child=serializers.CharField(max_length=200), required=False, help_text="What is known of them on each platform."
    )
    words = {"name": "What they are called.", "age_from": "The youngest.", "age_to": "The oldest."}

    class Meta:
        model = AudienceProfile
        fields = [
            "id", "brand", "name", "age_from", "age_to", "genders", "locations", "interests", "pain_points",
            "content_types", "platform_habits", "created_at",
        ]  # fmt: skip

    def validate_platform_habits(self, value: dict[str, str]) -> dict[str, str]:
        """Take few platforms."""
        if len(value) > 20:
            raise serializers.ValidationError(_("At most 20 platforms."))
        return value

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Ask for ages in order."""
        low, high = (attrs.get(name, getattr(self.instance, name, None)) for name in ("age_from", "age_to"))
        if low is not None and high is not None and high < low:
            raise serializers.ValidationError({"age_to": _("The upper age is below the lower one.")})
        return attrs
