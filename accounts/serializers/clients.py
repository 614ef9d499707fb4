"""Clients of an agency."""

from typing import Any

from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.reverse import reverse

from accounts.models import BrandProfile, ClientAccount
from accounts.rest_fields import VisibleField
from accounts.serializers.naming import Seen
from trenddrop.core.rest.serializers import Described


class ClientSerializer(Seen, Described[ClientAccount]):
    """A client."""

    brand_colors = serializers.ListField(
        child=serializers.RegexField(r"^#[0-9a-f]{6}$"), min_length=3, max_length=3, required=False,
        help_text="Main colour, second colour and ground, as `#1d4ed8`.",
    )  # fmt: skip
    slug = serializers.SlugField(
        max_length=80, required=False, allow_blank=True, help_text="Its short name; made from the name when left out."
    )
    logo_url = serializers.SerializerMethodField(help_text="Where its logo is; empty without one.")
    words = {
        "name": "Its name.",
        "contact_name": "Whom to speak to.",
        "contact_email": "Where to write to.",
        "deleted_at": "When it was archived; null while work goes on.",
    }

    class Meta:
        model = ClientAccount
        fields = [
            "id", "name", "slug", "contact_name", "contact_email", "brand_colors", "logo_url", "deleted_at",
            "created_at",
        ]  # fmt: skip
        read_only_fields = ["deleted_at"]

    @extend_schema_field(str)
    def get_logo_url(self, row: ClientAccount) -> str:
        """Return the logo's address."""
        return reverse("api-clients-logo", args=[row.pk], request=self.context.get("request")) if row.logo else ""


class GivenBrandSerializer(Seen, serializers.Serializer[Any]):
    """One of the organisation's own brands, or the name of a new one."""

    brand = VisibleField(
        queryset=BrandProfile.objects.filter(client=None), required=False, help_text="A brand of ours."
    )
    name = serializers.CharField(max_length=120, required=False, help_text="Or a new one, called so.")

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Take one of the two."""
        if ("brand" in attrs) == ("name" in attrs):
            raise serializers.ValidationError(_("Choose a brand, or write the name of a new one."))
        return attrs


class TakenBrandSerializer(serializers.Serializer[Any]):
    """A brand of the client's."""

    brand = VisibleField(queryset=BrandProfile.objects.exclude(client=None), help_text="Which of the client's brands.")
