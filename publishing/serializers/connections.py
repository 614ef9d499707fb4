"""Platforms and accounts on them."""

from typing import Any

from rest_framework import serializers

from publishing.models import PlatformConnection
from trenddrop.core.platforms import PlatformKey
from trenddrop.core.rest.serializers import Described

PLATFORMS = [(each.value, each.value) for each in PlatformKey]


class PlatformSerializer(serializers.Serializer[Any]):
    """A platform and what it takes."""

    key = serializers.ChoiceField(PLATFORMS, help_text="Its key.")
    name = serializers.CharField(help_text="Its name.")
    can_publish = serializers.BooleanField(help_text="Whether posts can be sent there from here.")
    text_limit = serializers.IntegerField(help_text="How long a text may be, in `text_unit`.")
    text_unit = serializers.CharField(help_text="How it counts.")
    title_limit = serializers.IntegerField(allow_null=True, help_text="How long a title may be; null: it has none.")
    hashtag_limit = serializers.IntegerField(allow_null=True, help_text="How many hashtags; null is any number.")
    needs_media = serializers.BooleanField(help_text="Whether a post needs a video or picture.")


class ConnectionSerializer(Described[PlatformConnection]):
    """An account on a platform; its tokens are told to nobody."""

    words = {
        "client": "The client it belongs to; null is shared.",
        "platform": "Where it is.",
        "handle": "Its name there.",
        "display_name": "What it calls itself.",
        "service_url": "The server that holds it.",
        "status": "Whether posts can be sent.",
        "last_error": "What went wrong last.",
        "expires_at": "When its sign-in ends; null is never.",
        "scopes": "What was granted.",
        "last_used_at": "When it was last used.",
        "last_checked_at": "When it last answered.",
        "hold_until": "Until when the platform asked us to wait.",
    }

    class Meta:
        model = PlatformConnection
        fields = [
            "id", "client", "platform", "handle", "display_name", "service_url", "status", "last_error", "expires_at",
            "scopes", "last_used_at", "last_checked_at", "hold_until", "created_at",
        ]  # fmt: skip
        read_only_fields = fields


class PracticeSerializer(serializers.Serializer[Any]):
    """A name on the practice network."""

    name = serializers.CharField(max_length=60, help_text="What the account is called.")


class BlueskySerializer(serializers.Serializer[Any]):
    """A handle and its app password, which is used once and never kept."""

    handle = serializers.CharField(max_length=253, help_text="E.g. `you.bsky.social`.")
    app_password = serializers.CharField(max_length=200, write_only=True, help_text="Not your main password.")
    service = serializers.URLField(required=False, max_length=300, help_text="The server; Bluesky's own when left out.")
