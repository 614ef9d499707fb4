"""How watches, alerts and deliveries look through the API."""

from typing import Any

from django.core.exceptions import ValidationError as Invalid
from rest_framework import serializers

from accounts.models import BrandProfile, Membership
from accounts.rest_fields import VisibleField
from trenddrop.core.rest.problems import of_model
from trenddrop.core.rest.serializers import Described
from trends.models import AlertDelivery, FiredAlert, TrendAlert, WatchFollower
from trends.watch_rules import LIVE, LONGEST, MOST, check_address, check_keywords, check_whole

FACTS = ("keywords", "minimum_relevance", "channels", "webhook_url")


class WatchSerializer(Described[TrendAlert]):
    """A watch on topics."""

    brand = VisibleField(queryset=BrandProfile.objects.all(), help_text="The brand it watches for.")
    keywords = serializers.ListField(
        child=serializers.CharField(max_length=LONGEST), max_length=2 * MOST, required=False,
        help_text="Words, phrases or #hashtags, in any form; one with a leading minus leaves topics out.",
    )  # fmt: skip
    minimum_relevance = serializers.IntegerField(
        min_value=0, max_value=100, required=False, help_text="How well a topic must fit the brand."
    )
    minimum_score = serializers.IntegerField(
        min_value=0, max_value=100, required=False, help_text="How strong a topic must be."
    )
    statuses = serializers.ListField(
        child=serializers.ChoiceField(LIVE), max_length=3, required=False, help_text="Only in these states; none: any."
    )
    regions = serializers.ListField(
        child=serializers.RegexField(r"^[A-Z]{2}$"), max_length=50, required=False,
        help_text="Only topics known to rise in these countries, e.g. `IN`; none: everywhere.",
    )  # fmt: skip
    channels = serializers.ListField(
        child=serializers.ChoiceField(TrendAlert.Channel.choices), max_length=3, help_text="How it tells."
    )
    people = serializers.ListField(
        child=VisibleField(queryset=Membership.objects.all()), max_length=200, required=False, write_only=True,
        help_text="Members who are told too, beside whoever made it.",
    )  # fmt: skip
    tell_existing = serializers.BooleanField(
        required=False, write_only=True, help_text="Tell of what rises already, too; otherwise of what comes."
    )
    words = {
        "name": "What it is called.",
        "webhook_url": "Where its webhook is.",
        "webhook_paused_at": "Since when nothing is sent to the webhook because it failed; null: it works.",
        "is_active": "Whether it is on.",
        "armed_at": "Since when it looks at topics; null for the moment it looks through what is live.",
        "last_fired_at": "When it last told.",
    }

    class Meta:
        model = TrendAlert
        fields = [
            "id", "name", "brand", "keywords", "minimum_relevance", "minimum_score", "statuses", "regions", "channels",
            "webhook_url", "webhook_paused_at", "is_active", "armed_at", "last_fired_at", "people", "tell_existing",
            "created_at", "updated_at",
        ]  # fmt: skip
        read_only_fields = ["webhook_paused_at", "armed_at", "last_fired_at"]

    def validate_keywords(self, value: list[str]) -> list[str]:
        """Check them as the page does."""
        try:
            return check_keywords(value)
        except Invalid as error:
            raise serializers.ValidationError(error.messages) from error

    def validate_webhook_url(self, value: str) -> str:
        """Check where it leads."""
        try:
            return check_address(value) if value else ""
        except Invalid as error:
            raise serializers.ValidationError(error.messages) from error

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Hold the parts together, those that stand and those that are given."""
        stands = {name: getattr(self.instance, name) for name in FACTS} if self.instance else {}
        try:
            check_whole(stands | attrs)
        except Invalid as error:
            raise of_model(error) from error
        return attrs


class MadeWatchSerializer(WatchSerializer):
    """A watch that was just made or changed, with the secret of its webhook where that is new."""

    webhook_secret = serializers.CharField(
        source="shown_secret", read_only=True, allow_null=True, default=None,
        help_text="What messages are signed with; told once, null afterwards.",
    )  # fmt: skip

    class Meta(WatchSerializer.Meta):
        fields = [*WatchSerializer.Meta.fields, "webhook_secret"]


class SecretSerializer(serializers.Serializer[Any]):
    """A new secret."""

    webhook_secret = serializers.CharField(
        read_only=True, allow_null=True, help_text="What messages are signed with from now on; told once."
    )


class FollowerSerializer(serializers.ModelSerializer[WatchFollower]):
    """A member whom a watch tells."""

    member = serializers.UUIDField(source="membership_id", help_text="The member's identifier.")
    name = serializers.CharField(source="membership.user", help_text="What they are called.")

    class Meta:
        model = WatchFollower
        fields = ["member", "name", "created_at"]
        extra_kwargs = {"created_at": {"help_text": "Since when they follow it."}}
        read_only_fields = fields


class AlertSerializer(Described[FiredAlert]):
    """A watch met a topic."""

    watch = serializers.PrimaryKeyRelatedField(source="alert", read_only=True, help_text="Which watch.")  # type: ignore[var-annotated]
    watch_name = serializers.CharField(source="alert.name", read_only=True, help_text="What the watch is called.")
    brand = serializers.PrimaryKeyRelatedField(source="alert.brand", read_only=True, help_text="For which brand.")  # type: ignore[var-annotated]
    title = serializers.CharField(source="topic.title", read_only=True, help_text="What the topic is called.")
    status = serializers.CharField(source="topic.status", read_only=True, help_text="How the topic stands now.")
    words = {
        "topic": "The topic.",
        "fired_at": "When.",
        "relevance": "How well it fitted the brand then; null: it did not.",
        "score": "How strong it was then.",
        "reason": "Why.",
        "how": "Whether it was told by itself or with others.",
        "told_at": "When it was told; null: it waits for the hour's digest.",
    }

    class Meta:
        model = FiredAlert
        fields = [
            "id", "watch", "watch_name", "brand", "topic", "title", "status", "fired_at", "relevance", "score",
            "reason", "how", "told_at",
        ]  # fmt: skip
        read_only_fields = fields


class DeliverySerializer(Described[AlertDelivery]):
    """One message to a webhook, and how its tries went."""

    tried = serializers.JSONField(read_only=True, help_text="Each try: `at`, `seconds`, `status`, `said`.")
    words = {
        "kind": "What it told.",
        "status": "How it stands.",
        "tries": "How often it was tried.",
        "next_try_at": "When it is tried again.",
        "ended_at": "When it was taken, or given up.",
    }

    class Meta:
        model = AlertDelivery
        fields = ["id", "kind", "status", "tries", "tried", "next_try_at", "ended_at", "created_at"]
        read_only_fields = fields
