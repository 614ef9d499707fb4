"""Clients of an agency."""

from rest_framework import serializers

from accounts.models import ClientAccount
from trenddrop.core.rest.serializers import Described


class ClientSerializer(Described[ClientAccount]):
    """A client."""

    brand_colors = serializers.ListField(
        child=serializers.RegexField(r"^#[0-9a-f]{6}$"), min_length=3, max_length=3, required=False,
        help_text="Main colour, second colour and ground, as `#1d4ed8`.",
    )  # fmt: skip
    slug = serializers.SlugField(
        max_length=80, required=False, allow_blank=True, help_text="Its short name; made from the name when left out."
    )
    words = {
        "name": "Its name.",
        "contact_name": "Whom to speak to.",
        "contact_email": "Where to write to.",
        "deleted_at": "When it was archived; null while work goes on.",
    }

    class Meta:
        model = ClientAccount
        fields = ["id", "name", "slug", "contact_name", "contact_email", "brand_colors", "deleted_at", "created_at"]
        read_only_fields = ["deleted_at"]
