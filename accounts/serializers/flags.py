"""Reports to the operators."""

from typing import Any

from django.conf import settings
from rest_framework import serializers

from accounts.models import Flag
from trenddrop.core.rest.serializers import Described


class FlagSerializer(Described[Flag]):
    """A report of one's own, and what became of it."""

    words = {
        "resource_type": "What kind of thing was reported.",
        "resource_id": "Its identifier.",
        "resource_name": "What it was called.",
        "reason": "What is wrong with it.",
        "note": "In the reporter's words.",
        "status": "Whether an operator took it out of sight (upheld), left it (dismissed), or has not looked yet.",
        "decided_at": "When that was.",
        "decision_note": "What the operator says to it.",
    }

    class Meta:
        model = Flag
        fields = [
            "id", "resource_type", "resource_id", "resource_name", "reason", "note", "status", "decided_at",
            "decision_note", "created_at",
        ]  # fmt: skip
        read_only_fields = fields


class NewFlagSerializer(serializers.Serializer[Any]):
    """What is reported, and why."""

    kind = serializers.ChoiceField(sorted(settings.FLAGGABLE), help_text="What kind of thing it is.")
    id = serializers.UUIDField(help_text="Its identifier.")
    reason = serializers.ChoiceField(Flag.Reason.choices, help_text="What is wrong with it.")
    note = serializers.CharField(default="", allow_blank=True, max_length=1000, help_text="In your words.")
