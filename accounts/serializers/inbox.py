"""Notifications, and how a person wants to be told."""

from typing import Any

from rest_framework import serializers

from accounts.models import Notification, NotificationPreference
from trenddrop.core.rest.serializers import Described


class NotificationSerializer(Described[Notification]):
    """One thing a person should know."""

    words = {
        "kind": "What it is about.",
        "title": "What happened.",
        "message": "More of it.",
        "link": "The page that shows it.",
        "read_at": "When it was read; null is new.",
    }

    class Meta:
        model = Notification
        fields = ["id", "kind", "title", "message", "link", "read_at", "created_at"]
        read_only_fields = fields


class CountSerializer(serializers.Serializer[Any]):
    """How many were changed."""

    count = serializers.IntegerField(help_text="How many were changed.")


class ReachSerializer(serializers.Serializer[Any]):
    """How one kind reaches a person."""

    kind = serializers.ChoiceField(Notification.Kind.choices, help_text="What it is about.")
    mail = serializers.ChoiceField(NotificationPreference.Mail.choices, help_text="By mail.")
    in_app = serializers.BooleanField(help_text="In the app.")
    is_fixed = serializers.BooleanField(read_only=True, help_text="Whether nobody can switch it off.")


class PreferencesSerializer(serializers.Serializer[Any]):
    """How a person wants to be told."""

    digest_hour = serializers.IntegerField(
        min_value=0, max_value=23, required=False, help_text="When the daily digest is sent, in their zone."
    )
    kinds = ReachSerializer(many=True, required=False, help_text="Each kind; send only those that change.")
