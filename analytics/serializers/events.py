"""How events, their sums and their archives look through the API."""

from typing import Any

from rest_framework import serializers

from analytics.events.reading import AGES, GENDERS
from analytics.models import EngagementDay, EngagementEvent, EngagementHour, EventBatch, EventType
from analytics.services.events import State
from trenddrop.core.rest.serializers import Described

STATES = [(each.value, each.value) for each in State]


class EngagementEventSerializer(Described[EngagementEvent]):
    """One thing somebody did with a post. What nobody told is null or empty."""

    person = serializers.SerializerMethodField(
        help_text="Who it was: the same text for the same person within your organisation; null when not told."
    )
    words = {
        "post": "The post.",
        "connection": "The account it stands on.",
        "type": "What was done.",
        "happened_at": "When it was done.",
        "received_at": "When it was told.",
        "person_name": "Their name there, where the platform tells it.",
        "followers": "How many follow them, where told.",
        "value": "What it was worth, where told.",
        "country": "Their country (ISO 3166), where told.",
        "age_range": "Their age range, where told.",
        "gender": "Their gender, where told.",
        "metadata": "What else the sender said.",
    }

    class Meta:
        model = EngagementEvent
        fields = [
            "id", "post", "connection", "type", "happened_at", "received_at", "person", "person_name", "followers",
            "value", "country", "age_range", "gender", "metadata",
        ]  # fmt: skip
        read_only_fields = fields

    def get_person(self, row: EngagementEvent) -> str | None:
        """Write the number as text: it is too large for some programs."""
        return None if row.person is None else f"{row.person & 0xFFFFFFFFFFFFFFFF:016x}"


class SentEventSerializer(serializers.Serializer[Any]):
    """One event as a program sends it."""

    id = serializers.CharField(
        min_length=1, max_length=200, help_text="Your own name for it: told again, it is not counted again."
    )
    post = serializers.UUIDField(help_text="The post.")
    type = serializers.ChoiceField(EventType.choices, help_text="What was done.")
    happened_at = serializers.DateTimeField(
        help_text="When, with its offset. Up to five minutes ahead of our clock, and not older than events are kept."
    )
    person = serializers.CharField(
        required=False, allow_null=True, max_length=200, help_text="The platform's id of who it was; kept as a hash."
    )
    person_name = serializers.CharField(
        required=False, allow_null=True, max_length=200, help_text="Their name, only if the platform shows it."
    )
    followers = serializers.IntegerField(required=False, allow_null=True, min_value=0, help_text="Of that person.")
    value = serializers.DecimalField(
        required=False, allow_null=True, max_digits=18, decimal_places=4, help_text="What it was worth."
    )
    country = serializers.CharField(required=False, allow_null=True, max_length=2, help_text="ISO 3166, two letters.")
    age_range = serializers.ChoiceField(
        [(each, each) for each in AGES], required=False, allow_null=True, help_text="Of that person."
    )
    gender = serializers.ChoiceField(
        [(each, each) for each in GENDERS], required=False, allow_null=True, help_text="Of that person."
    )
    metadata = serializers.DictField(
        required=False, allow_null=True, help_text="Whatever else you want to keep: at most 4,000 characters of JSON."
    )


class SentEventsSerializer(serializers.Serializer[Any]):
    """A batch. A bare list, or one event a line (`application/x-ndjson`), is taken too."""

    events = SentEventSerializer(many=True, help_text="1 to 1,000 events, in any order.")


class EventOutcomeSerializer(serializers.Serializer[Any]):
    """What became of one event of a batch."""

    id = serializers.CharField(help_text="Your own name for it.")
    status = serializers.ChoiceField(
        STATES, source="state", help_text="Accepted; repeated (it was told before, and counts once); or refused."
    )
    reason = serializers.CharField(help_text="Why it was refused.")


class EventOutcomesSerializer(serializers.Serializer[Any]):
    """What became of a batch."""

    accepted = serializers.IntegerField(help_text="How many are counted from now on.")
    repeated = serializers.IntegerField(help_text="How many were told before.")
    refused = serializers.IntegerField(help_text="How many were not taken.")
    results = EventOutcomeSerializer(many=True, help_text="Each, in the order they were sent.")


class EngagementHourSerializer(Described[EngagementHour]):
    """How often something was done with a post in an hour."""

    words = {
        "post": "The post.",
        "hour": "When the hour begins, in UTC.",
        "type": "What was done.",
        "count": "How often.",
        "value": "The sum of the values that were told.",
    }

    class Meta:
        model = EngagementHour
        fields = ["id", "post", "hour", "type", "count", "value"]
        read_only_fields = fields


class EngagementDaySerializer(Described[EngagementDay]):
    """How often something was done on an account's posts in a day, by who it was where that is known."""

    words = {
        "connection": "The account.",
        "date": "The day, in the organisation's zone.",
        "type": "What was done.",
        "country": "Country; empty where it was not told.",
        "age_range": "Age range; empty where it was not told.",
        "gender": "Gender; empty where it was not told.",
        "count": "How often.",
        "people": "Different people, of those who were told.",
        "value": "The sum of the values that were told.",
    }

    class Meta:
        model = EngagementDay
        fields = ["id", "connection", "date", "type", "country", "age_range", "gender", "count", "people", "value"]
        read_only_fields = fields


class EventBatchSerializer(Described[EventBatch]):
    """A month of events in a compressed file."""

    words = {
        "month": "The first day of the month (UTC).",
        "part": "Which of its files; the first is 0.",
        "rows": "How many events are in it.",
        "size": "Bytes of the file.",
        "sha256": "Its checksum.",
        "status": "Whether its events are in the file alone, on their way back, or here beside it.",
        "restored_until": "Until when its events are here again.",
    }

    class Meta:
        model = EventBatch
        fields = ["id", "month", "part", "rows", "size", "sha256", "status", "restored_until", "created_at"]
        read_only_fields = fields
