"""Ideas."""

from rest_framework import serializers

from accounts.models import BrandProfile
from accounts.rest_fields import VisibleField
from trenddrop.core.rest.serializers import Described
from trends.models import TrendOpportunity, TrendTopic


class OpportunitySerializer(Described[TrendOpportunity]):
    """One idea: this topic, for this brand, on this platform."""

    hashtags = serializers.ListField(child=serializers.CharField(), read_only=True, help_text="Without #.")
    reasons = serializers.ListField(child=serializers.CharField(), read_only=True, help_text="Why, in sentences.")
    words = {
        "topic": "The topic.",
        "brand": "The brand it is for.",
        "platform": "Where it is to go.",
        "content_format": "What to make: short_video, social_post, thread, article, carousel, image.",
        "angle_kind": "How the topic is taken.",
        "language": "The language of its words.",
        "title": "What it is called.",
        "angle": "What to make, and how.",
        "hook": "The first line, as it is posted or said.",
        "status": "Whether it was used or put aside.",
        "round": "Which ideas these are: 0 the first, 1 others …",
        "made_by": "What wrote it.",
        "is_fallback": "Whether templates stood in for the model.",
        "fallback_reason": "Why.",
    }

    class Meta:
        model = TrendOpportunity
        fields = [
            "id", "topic", "brand", "platform", "content_format", "angle_kind", "language", "title", "angle", "hook",
            "hashtags", "reasons", "status", "round", "made_by", "is_fallback", "fallback_reason", "created_at",
            "updated_at",
        ]  # fmt: skip
        read_only_fields = fields


class AskSerializer(serializers.Serializer):  # type: ignore[type-arg]
    """For what ideas are wanted."""

    topic = serializers.PrimaryKeyRelatedField(
        queryset=TrendTopic.objects.filter(is_blocked=False).defer("embedding"),
        pk_field=serializers.UUIDField(),
        help_text="The topic.",
    )
    brand = VisibleField(queryset=BrandProfile.objects.all(), help_text="The brand they are for.")


class AskedSerializer(serializers.Serializer):  # type: ignore[type-arg]
    """What came of asking."""

    status = serializers.ChoiceField(
        choices=["done", "waiting"],
        help_text="`done`: the ideas are here, from templates. `waiting`: a model writes; list them in a minute.",
    )
    ideas = OpportunitySerializer(many=True, help_text="The ideas there are now.")
