"""API keys."""

import datetime as dt
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiExample, extend_schema_serializer
from rest_framework import serializers

from accounts.models import ApiKey
from accounts.services.keys import SCOPES
from trenddrop.core.rest.serializers import Described


class KeySerializer(Described[ApiKey]):
    """A key, without its text."""

    member = serializers.CharField(source="membership.user.email", read_only=True, help_text="Whom it acts as.")
    words = {
        "name": "What it is for.",
        "prefix": "The beginning of its text, to tell it by.",
        "scopes": "What it may, at most.",
        "expires_at": "When it ends by itself; null is never.",
        "last_used_at": "When it was last used, to the minute.",
        "last_used_ip": "The address it was last used from.",
        "revoked_at": "When it was ended.",
    }

    class Meta:
        model = ApiKey
        fields = [
            "id", "name", "prefix", "member", "scopes", "expires_at", "last_used_at", "last_used_ip", "revoked_at",
            "created_at",
        ]  # fmt: skip
        read_only_fields = fields


@extend_schema_serializer(
    examples=[
        OpenApiExample(
            "A key that reads",
            value={"name": "Metrics to sheet", "scopes": ["posts.view", "analytics.view"]},
            request_only=True,
        )
    ]
)
class NewKeySerializer(serializers.Serializer[Any]):
    """What a new key is to be."""

    name = serializers.CharField(max_length=80, help_text="What it is for.")
    scopes = serializers.ListField(
        child=serializers.ChoiceField(SCOPES), allow_empty=False, help_text="What it may, at most what you may."
    )
    expires_at = serializers.DateTimeField(required=False, allow_null=True, help_text="When it ends; null is never.")

    def validate_expires_at(self, value: dt.datetime | None) -> dt.datetime | None:
        """Take only a time to come."""
        if value is not None and value <= timezone.now():
            raise serializers.ValidationError(_("That time is over. Choose a later one."))
        return value


class MadeKeySerializer(KeySerializer):
    """A new key with its text, which is shown this once."""

    text = serializers.CharField(
        allow_null=True, read_only=True, help_text="The key itself. Keep it now; null when the answer is repeated."
    )

    class Meta(KeySerializer.Meta):
        fields = [*KeySerializer.Meta.fields, "text"]
        read_only_fields = fields
