"""How sources look through the API."""

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from trenddrop.core.rest.serializers import Described
from trends.feeds import WORDS
from trends.models import TrendSource


class OutcomeSerializer(serializers.Serializer[object]):
    """What came of one poll."""

    at = serializers.DateTimeField(help_text="When.")
    outcome = serializers.ChoiceField(choices=list(WORDS.items()), help_text="What came of it.")
    items = serializers.IntegerField(allow_null=True, help_text="How many items; null where none were told.")


class SourceSerializer(Described[TrendSource]):
    """A feed, and how it has answered lately."""

    told = serializers.CharField(source="feed.words", read_only=True, help_text="How it is, in a sentence.")
    way = serializers.ChoiceField(
        source="feed.way", choices=["asked", "imported", "local"], read_only=True,
        help_text="Whether it is asked over the network, given as files, or counted here.",
    )  # fmt: skip
    pace_seconds = serializers.SerializerMethodField(help_text="How often it is asked now; null for files.")
    next_poll_at = serializers.DateTimeField(
        source="feed.next_at", read_only=True, allow_null=True, help_text="When it is asked next."
    )
    quota_limit = serializers.IntegerField(
        source="feed.quota.limit",
        read_only=True,
        allow_null=True,
        default=None,
        help_text="Units it may take a day; null: no limit.",
    )
    quota_left = serializers.IntegerField(
        source="feed.quota.left",
        read_only=True,
        allow_null=True,
        default=None,
        help_text="How many of them are left today.",
    )
    quota_ends_at = serializers.DateTimeField(
        source="feed.quota.ends", read_only=True, allow_null=True, default=None, help_text="When its day begins anew."
    )
    outcomes = OutcomeSerializer(
        source="feed.marks", many=True, read_only=True, help_text="What came of the last polls, the oldest first."
    )
    words = {
        "kind": "Which kind.",
        "name": "What it is called.",
        "region": "Its country; empty is the world.",
        "language": "Its language.",
        "category": "What it is about.",
        "health": "How it is.",
        "enabled": "Whether it is asked at all.",
        "last_polled_at": "When it was last asked.",
        "last_success_at": "When it last answered.",
        "last_item_count": "How much it answered.",
        "last_duration": "How many seconds that took.",
        "last_error": "What went wrong the last time; empty when it went well.",
        "last_note": "What was left out or put right, or why it waits.",
        "consecutive_failures": "How often it failed in a row.",
        "is_example": "Whether it is example data.",
    }

    class Meta:
        model = TrendSource
        fields = [
            "id", "kind", "name", "region", "language", "category", "health", "told", "way", "enabled",
            "last_polled_at", "last_success_at", "last_item_count", "last_duration", "last_error", "last_note",
            "consecutive_failures", "pace_seconds", "next_poll_at", "quota_limit", "quota_left", "quota_ends_at",
            "outcomes", "is_example",
        ]  # fmt: skip
        read_only_fields = fields

    @extend_schema_field({"type": "number", "nullable": True})
    def get_pace_seconds(self, row: TrendSource) -> float | None:
        """Return the interval it is asked at now, in seconds."""
        return row.feed.pace.total_seconds() if row.feed.pace is not None else None
