"""Organisations."""

import zoneinfo
from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.reverse import reverse

from accounts import naming
from accounts.models import Organization
from accounts.models.organizations import COMPANY_SIZES
from accounts.serializers.naming import kept
from accounts.services import organizations
from trenddrop.core.rest.serializers import Described

ZONES = sorted(zoneinfo.available_timezones())


class NamedOrganizationSerializer(Described[Organization]):
    """What every way to name an organisation shares."""

    def validate_name(self, value: str) -> str:
        """Ask for a name one can read."""
        return kept(naming.plain, value)


class OrganizationSerializer(NamedOrganizationSerializer):
    """An organisation."""

    logo_url = serializers.SerializerMethodField(help_text="Where its logo is; empty without one.")
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
            "requires_second_factor", "logo_url", "created_at",
        ]  # fmt: skip
        read_only_fields = fields

    @extend_schema_field(str)
    def get_logo_url(self, row: Organization) -> str:
        """Return the logo's address, where this is the organisation one works in."""
        if not row.logo or row.pk != self.context["view"].member.organization_id:
            return ""
        return reverse("api-organizations-logo", request=self.context.get("request"))


class SettingsSerializer(OrganizationSerializer):
    """What may be changed of an organisation."""

    company_size = serializers.ChoiceField(  # type: ignore[assignment]
        COMPANY_SIZES, required=False, allow_blank=True, help_text="How many people work there."
    )
    timezone = serializers.ChoiceField(ZONES, help_text="The zone its posts are planned in.")
    slug = serializers.SlugField(  # others' are not seen here; `validate_slug` asks for them
        max_length=80, help_text="Its short name, unique in this installation: small letters, digits and dashes."
    )

    class Meta(OrganizationSerializer.Meta):
        fields = [
            "name", "slug", "type", "website", "industry", "company_size", "timezone", "requires_second_factor",
        ]  # fmt: skip
        read_only_fields: list[str] = []

    def validate_slug(self, value: str) -> str:
        """Refuse what another organisation has, or what is ours."""
        try:
            return organizations.asked_slug(value, organization=self.instance)  # type: ignore[arg-type]
        except organizations.SlugTaken as error:
            raise serializers.ValidationError(str(error)) from error


class LogoFileSerializer(serializers.Serializer[Any]):
    """The logo of an organisation or a client."""

    logo = serializers.FileField(help_text="PNG, JPEG, WebP or GIF of at most 8 MB; it is written anew.")


class NewOrganizationSerializer(NamedOrganizationSerializer):
    """What a further organisation needs to begin."""

    words = OrganizationSerializer.words

    class Meta:
        model = Organization
        fields = ["name", "type"]
