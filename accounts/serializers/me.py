"""The person who asks."""

import zoneinfo
from typing import Any

from django.utils.translation import gettext as _
from rest_framework import serializers

from accounts.models import User
from accounts.serializers.organizations import OrganizationSerializer
from trenddrop.core.rest.serializers import Described

ZONES = sorted(zoneinfo.available_timezones())


class PersonSerializer(Described[User]):
    """A person."""

    timezone = serializers.CharField(max_length=64, help_text="An IANA zone, e.g. `Asia/Kolkata`.")
    country = serializers.RegexField(r"^[A-Z]{2}$", help_text="ISO 3166 code, e.g. `IN`.")
    language = serializers.ChoiceField([("en", "English"), ("hi", "Hindi")], help_text="Language of pages and mails.")
    words = {"full_name": "The name others see.", "email": "The address they sign in with."}

    class Meta:
        model = User
        fields = ["id", "email", "full_name", "country", "timezone", "language"]
        read_only_fields = ["email"]

    def validate_timezone(self, value: str) -> str:
        """Take only zones that exist."""
        if value not in ZONES:
            raise serializers.ValidationError(_("There is no such zone. Send one like Asia/Kolkata."))
        return value


class KeyInUseSerializer(serializers.Serializer[Any]):
    """The key that asks."""

    id = serializers.UUIDField(help_text="Its identifier.")
    name = serializers.CharField(help_text="What it was called.")
    expires_at = serializers.DateTimeField(allow_null=True, help_text="When it ends; null is never.")


class MeSerializer(serializers.Serializer[Any]):
    """Who asks, where, and what they may."""

    person = PersonSerializer(help_text="The person.")
    organization = OrganizationSerializer(help_text="The organisation they work in.")
    role = serializers.CharField(help_text="Their role there.")
    client_id = serializers.UUIDField(allow_null=True, help_text="The only client whose work they see, if any.")
    permissions = serializers.ListField(
        child=serializers.CharField(), help_text="What they may; with a key, what it and they both may."
    )
    key = KeyInUseSerializer(allow_null=True, help_text="The key they ask with; null in a browser.")
