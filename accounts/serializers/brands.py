"""Brands."""

from typing import Any

from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiExample, extend_schema_serializer
from rest_framework import serializers

from accounts.models import BrandProfile, ClientAccount
from accounts.models.brands import LANGUAGES
from accounts.rest_fields import VisibleField
from accounts.serializers.naming import Seen
from trenddrop.core.platforms import PlatformKey
from trenddrop.core.rest.serializers import Described


@extend_schema_serializer(
    examples=[
        OpenApiExample(
            "Skin care", value={"name": "Kesar Naturals", "industry": "skincare", "keywords": ["monsoon", "ceramides"]},
            request_only=True,
        )
    ]
)  # fmt: skip
class BrandSerializer(Seen, Described[BrandProfile]):
    """A brand: whom we write for."""

    client = VisibleField(
        queryset=ClientAccount.objects.filter(deleted_at=None), required=False, allow_null=True,
        help_text="The client it belongs to; null is the organisation itself.",
    )  # fmt: skip
    preferred_platforms = serializers.ListField(
        child=serializers.ChoiceField([key.value for key in PlatformKey]), required=False, max_length=10,
        help_text="Where it publishes, the first one first.",
    )  # fmt: skip
    country = serializers.RegexField(r"^[A-Z]{2}$", required=False, help_text="Whose trends: ISO 3166 code.")
    language = serializers.ChoiceField(LANGUAGES, required=False, help_text="The language it writes.")
    words = {
        "name": "Its name, unique in the organisation.",
        "description": "What it does.",
        "industry": "Its industry or niche.",
        "keywords": "The words it is about; trends are matched against these.",
        "target_audience": "Whom it speaks to.",
        "content_goals": "What its content is for.",
        "tone": "How it speaks.",
        "guidelines": "What to do and what to leave out when writing for it.",
        "sample_urls": "Pages that sound like it.",
    }

    class Meta:
        model = BrandProfile
        fields = [
            "id", "client", "name", "description", "industry", "keywords", "target_audience", "content_goals",
            "preferred_platforms", "tone", "guidelines", "sample_urls", "country", "language",
            "created_at", "updated_at",
        ]  # fmt: skip

    def validate_client(self, value: Any) -> Any:
        """A client's member works only for that client."""
        own = self.context["view"].member.client_id
        if own and (value is None or value.pk != own):
            raise serializers.ValidationError(_("You work for one client; a brand of yours is theirs."))
        return value
