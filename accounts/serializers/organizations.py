"""Organisations."""

import zoneinfo

from rest_framework import serializers

from accounts.models import Organization
from trenddrop.core.rest.serializers import Described

ZONES = sorted(zoneinfo.available_timezones())


class OrganizationSerializer(Described[Organization]):
    """An organisation."""

    words = {
        "name": "Its name.",
        "slug": "Its short name, unique in this installation.",
        "type": "What it is; an agency has clients.",
        "website": "Its website.",
        "industry": "Its industry.",
        "company_size": "How many people work there.",
        "timezone": "The zone its posts are planned in.",
        "requires_second_factor": "Whether members need a second factor to sign in.",
    }

    class Meta:
        model = Organization
        fields = [
            "id", "name", "slug", "type", "website", "industry", "company_size", "timezone",
            "requires_second_factor", "created_at",
        ]  # fmt: skip
        read_only_fields = fields


class SettingsSerializer(OrganizationSerializer):
    """What may be changed of an organisation."""

    timezone = serializers.ChoiceField(ZONES, help_text="The zone its posts are planned in.")

    class Meta(OrganizationSerializer.Meta):
        fields = ["name", "website", "industry", "company_size", "timezone"]
        read_only_fields: list[str] = []
