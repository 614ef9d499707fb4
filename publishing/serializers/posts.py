"""Posts and every try to send them."""

import datetime as dt
import re
from typing import Any

from django.core.validators import URLValidator
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiExample, extend_schema_field, extend_schema_serializer
from rest_framework import serializers

from accounts.models import BrandProfile
from accounts.rest_fields import VisibleField
from accounts.voice import MOST
from content.models import GeneratedContent
from publishing import approving
from publishing.models import PlatformConnection, PublishAttempt, ScheduledPost
from publishing.serializers.connections import PLATFORMS
from trenddrop.core.rest.serializers import Described

CLOCK = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2})?", re.ASCII)
ZONE = "The IANA zone of that clock; yours when left out."


@extend_schema_field(OpenApiTypes.STR)
class WallClockField(serializers.Field[dt.datetime, str, str, Any]):
    """A time as a clock shows it, without a zone."""

    def to_internal_value(self, data: Any) -> dt.datetime:
        """Read it."""
        try:
            if not isinstance(data, str) or not CLOCK.fullmatch(data):
                raise ValueError(data)
            return dt.datetime.fromisoformat(data).replace(second=0)
        except ValueError as error:
            words = _("Send a day and a time as the clock shows it, like 2026-11-27T09:30, without a zone.")
            raise serializers.ValidationError(words) from error

    def to_representation(self, value: dt.datetime) -> str:
        """Write it."""
        return f"{value:%Y-%m-%dT%H:%M}"


class PostSerializer(Described[ScheduledPost]):
    """A piece that is, or was, to be sent to one account at one time."""

    platform = serializers.ChoiceField(PLATFORMS, source="connection.platform", read_only=True, help_text="Where to.")
    handle = serializers.CharField(source="connection.handle", read_only=True, help_text="As whom.")
    is_without_approval = serializers.SerializerMethodField(help_text="Whether it goes out though nobody approved it.")
    words = {
        "client": "The client it is for.",
        "piece": "The piece it was made of.",
        "piece_version": "The version that was copied.",
        "connection": "The account.",
        "status": "How it stands.",
        "scheduled_for": "The instant.",
        "local_time": "What the clock shows then.",
        "timezone": "On the clock of this zone.",
        "time_note": "What daylight saving did to it.",
        "title": "Its title, as sent.",
        "text": "Its text, as sent.",
        "hashtags": "Its hashtags, as sent.",
        "url": "Where it can be seen.",
        "published_at": "When it went live.",
        "next_try_at": "When something happens by itself.",
        "tries": "How often it was tried.",
        "error": "What went wrong.",
        "shortfalls": "What did not work after it went live, in words.",
        "slot": "The weekly slot it is queued in.",
        "series": "The recurring post it came of.",
        "occurrence": "Which day of that.",
        "is_optimised": "Whether its time was chosen because that hour did well before.",
        "time_score": "How well that hour did when it was chosen, of 100.",
        "approval": "The request that it waits for, or that let it go.",
    }

    class Meta:
        model = ScheduledPost
        fields = [
            "id", "client", "piece", "piece_version", "connection", "platform", "handle", "status", "scheduled_for",
            "local_time", "timezone", "time_note", "title", "text", "hashtags", "url", "published_at", "next_try_at",
            "tries", "error", "shortfalls", "slot", "series", "occurrence", "is_optimised", "time_score", "approval",
            "is_without_approval", "created_at", "updated_at",
        ]  # fmt: skip
        read_only_fields = fields

    def get_is_without_approval(self, row: ScheduledPost) -> bool:
        """Say it for ever."""
        return approving.post_is_without_approval(row)


class NowSerializer(serializers.Serializer[Any]):
    """What is to be sent at once, and where."""

    piece = VisibleField(queryset=GeneratedContent.objects.filter(deleted_at=None), help_text="The piece.")
    connection = VisibleField(queryset=PlatformConnection.objects.all(), help_text="The account.")
    timezone = serializers.CharField(required=False, max_length=64, help_text=ZONE)


@extend_schema_serializer(
    examples=[
        OpenApiExample(
            "Friday morning",
            value={
                "piece": "0199c1f2-1111-7000-8000-000000000001",
                "connection": "0199c1f2-2222-7000-8000-000000000002",
                "local_time": "2026-11-27T09:30",
                "timezone": "Asia/Kolkata",
            },
            request_only=True,
        )
    ]
)
class NewPostSerializer(NowSerializer):
    """What is to be sent, where and when."""

    local_time = WallClockField(help_text="What the clock shows when it goes out: `2026-11-27T09:30`.")
    as_draft = serializers.BooleanField(default=False, help_text="Only hold the place; nothing happens by itself.")


class MoveSerializer(serializers.Serializer[Any]):
    """Another time."""

    local_time = WallClockField(help_text="What the clock shows when it goes out: `2026-11-27T09:30`.")
    timezone = serializers.CharField(required=False, max_length=64, help_text="The zone of that clock; else as it was.")


class SampleOfPostSerializer(serializers.Serializer[Any]):
    """Whose voice a post shows."""

    brand = VisibleField(
        queryset=BrandProfile.objects.all(), required=False, allow_null=True, default=None,
        help_text="The brand that sounds so; the post's own when left out.",
    )  # fmt: skip


class SamplesOfPostsSerializer(SampleOfPostSerializer):
    """Whose voice several posts show."""

    posts = serializers.ListField(
        child=serializers.UUIDField(), min_length=1, max_length=MOST, help_text="Published posts of one brand.",
    )  # fmt: skip


class SeenSerializer(serializers.Serializer[Any]):
    """Where a person sees the post."""

    url = serializers.CharField(max_length=500, help_text="The post's own address.")

    def validate_url(self, value: str) -> str:
        """Take only web addresses."""
        URLValidator(schemes=["http", "https"])(value)
        return value


class AttemptSerializer(Described[PublishAttempt]):
    """One try to send a post, or to see whether it landed."""

    words = {
        "number": "Which try.",
        "purpose": "What for.",
        "step": "The last step reached.",
        "outcome": "How it ended.",
        "message": "What the platform said.",
        "sent_at": "When the call that publishes was near.",
        "finished_at": "When it ended.",
    }

    class Meta:
        model = PublishAttempt
        fields = ["number", "purpose", "step", "outcome", "message", "sent_at", "finished_at", "created_at"]
        read_only_fields = fields
