"""Organisations."""

import zoneinfo

from django.core.exceptions import ValidationError
from rest_framework import serializers

from accounts.models import Organization
from accounts.models.organizations import COMPANY_SIZES
from accounts.services.organizations import readable
from trenddrop.core.rest.serializers import Described

ZONES = sorted(zoneinfo.available_timezones())


class OrganizationSerializer(Described[Organization]):
    """An organisation."""

    company_size = serializers.CharField(read_only=True, help_text="How many people work there; empty is not told.")
    words = {
        "name": "Its name.",
        "slug": "Its short name, unique in this installation.",
        "type": "What it is; an agency has clients.",
        "website": "Its website.",
        "industry": "Its industry.",
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

    company_size = serializers.ChoiceField(  # type: ignore[assignment]
        COMPANY_SIZES, required=False, allow_blank=True, help_text="How many people work there."
    )
    timezone = serializers.ChoiceField(ZONES, help_text="The zone its posts are planned in.")

    class Meta(OrganizationSerializer.Meta):
        fields = ["name", "website", "industry", "company_size", "timezone"]
        read_only_fields: list[str] = []


class NewOrganizationSerializer(Described[Organization]):
    """What a further organisation needs to begin."""

    words = OrganizationSerializer.words

    class Meta:
        model = Organization
        fields = ["name", "type"]

    def validate_name(self, value: str) -> str:
        """Ask for a name one can read."""
        try:
            return readable(value)
        except ValidationError as error:
            raise serializers.ValidationError(error.messages) from error
