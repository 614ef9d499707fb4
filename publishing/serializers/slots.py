"""Weekly slots, queues, good times, recurring posts and holds, for programs."""

import datetime as dt
from typing import Any

from rest_framework import serializers

from accounts.models import BrandProfile, ClientAccount
from accounts.rest_fields import VisibleField
from content.models import GeneratedContent
from publishing.models import (
    BestTime,
    PlatformConnection,
    PostingHold,
    PostingSlot,
    RecurringPost,
    ScheduledPost,
    Weekday,
)
from publishing.recurrence import Rule
from publishing.serializers.posts import PostSerializer, WallClockField
from publishing.services.slots import PRESETS
from trenddrop.core.rest.serializers import Described

ZONE = "The IANA zone of that clock."
FATES = [("keep", "Keep their times"), ("move", "Move to the next free slots")]
LATE = [("slots", "Move to the next free slots"), ("leave", "Leave them to the lateness rule")]
USUAL_WEEKS = [(key, key) for key in PRESETS]


class Minute(serializers.TimeField):
    """A time of day, to the minute."""

    def to_internal_value(self, value: Any) -> dt.time:
        """Leave the seconds out."""
        return super().to_internal_value(value).replace(second=0, microsecond=0, tzinfo=None)


class SlotSerializer(Described[PostingSlot]):
    """An hour of the week at which an account posts."""

    words = {
        "client": "The client whose account it is.",
        "brand": "The brand whose pieces alone it takes; null: any.",
        "connection": "The account.",
        "weekday": "The day, 0 is Monday.",
        "at": "The time of day.",
        "timezone": "On the clock of this zone.",
        "is_active": "Whether the queue fills it.",
    }

    class Meta:
        model = PostingSlot
        fields = [
            "id", "client", "brand", "connection", "weekday", "at", "timezone", "is_active", "created_at", "updated_at",
        ]  # fmt: skip
        read_only_fields = fields


class NewSlotsSerializer(serializers.Serializer[Any]):
    """One time on some days of the week."""

    connection = VisibleField(queryset=PlatformConnection.objects.all(), help_text="The account.")
    weekdays = serializers.ListField(
        child=serializers.ChoiceField(Weekday.choices),
        allow_empty=False,
        max_length=7,
        help_text="The days, 0 is Monday.",
    )
    at = Minute(help_text="The time of day: `09:30`.")
    timezone = serializers.CharField(max_length=64, help_text=ZONE)
    brand = VisibleField(
        queryset=BrandProfile.objects.all(), required=False, allow_null=True, help_text="Only for this brand’s pieces."
    )


class ChangedSlotSerializer(serializers.Serializer[Any]):
    """A slot as it is to be; what is left out stays."""

    weekday = serializers.ChoiceField(Weekday.choices, required=False, help_text="The day, 0 is Monday.")
    at = Minute(required=False, help_text="The time of day: `09:30`.")
    timezone = serializers.CharField(required=False, max_length=64, help_text=ZONE)
    brand = VisibleField(
        queryset=BrandProfile.objects.all(), required=False, allow_null=True, help_text="Only for this brand’s pieces."
    )
    is_active = serializers.BooleanField(required=False, help_text="Whether the queue fills it.")


class FateSerializer(serializers.Serializer[Any]):
    """What becomes of the posts queued in a slot that goes."""

    posts = serializers.ChoiceField(FATES, default="keep", help_text="What becomes of the posts queued in it.")


class RemovedSlotSerializer(serializers.Serializer[Any]):
    """What became of them."""

    kept = serializers.IntegerField(help_text="How many keep their times.")
    moved = serializers.IntegerField(help_text="How many moved.")
    unmoved = serializers.IntegerField(help_text="For how many no other slot was free: they keep their times.")


# Queues


class FreeSerializer(serializers.Serializer[Any]):
    """A slot's time with nothing in it."""

    slot = serializers.UUIDField(source="slot.pk", help_text="The slot.")
    scheduled_for = serializers.DateTimeField(source="moment.instant", help_text="The instant.")
    local_time = WallClockField(source="moment.local", help_text="What the clock shows then.")
    timezone = serializers.CharField(source="slot.timezone", help_text="On the clock of this zone.")
    time_note = serializers.CharField(source="moment.note", allow_blank=True, help_text="What daylight saving does.")
    score = serializers.IntegerField(allow_null=True, help_text="How well that hour did, of 100; 50 is as usual.")


class UseSerializer(serializers.Serializer[Any]):
    """What the platform takes of an account in 24 hours."""

    limit = serializers.IntegerField(help_text="How many posts in all.")
    planned = serializers.IntegerField(help_text="How many are planned or sent around now.")
    left = serializers.IntegerField(help_text="How many more there may be.")


class QueueSerializer(serializers.Serializer[Any]):
    """What waits in an account's slots, and the next free times."""

    connection = serializers.UUIDField(help_text="The account.")
    posts = PostSerializer(many=True, help_text="What is queued, the soonest first.")
    free = FreeSerializer(many=True, help_text="The next free times.")
    today = UseSerializer(allow_null=True, help_text="The daily cap, where there is one.")


class QueuedSerializer(serializers.Serializer[Any]):
    """A piece for the queue."""

    piece = VisibleField(queryset=GeneratedContent.objects.filter(deleted_at=None), help_text="The piece.")
    as_draft = serializers.BooleanField(default=False, help_text="Only hold the place; nothing is sent.")


class PlacedSerializer(serializers.Serializer[Any]):
    """A post that is to move to the next free slot."""

    post = VisibleField(queryset=ScheduledPost.objects.all(), help_text="The post, of this account.")


class OrderSerializer(serializers.Serializer[Any]):
    """Queued posts in the order they are to go out."""

    posts = serializers.ListField(
        child=serializers.UUIDField(), allow_empty=False, max_length=400, help_text="Their times are dealt anew."
    )


class PresetSerializer(serializers.Serializer[Any]):
    """A usual week of slots."""

    preset = serializers.ChoiceField(USUAL_WEEKS, help_text="Which one.")
    timezone = serializers.CharField(max_length=64, help_text=ZONE)


class ClockSerializer(serializers.Serializer[Any]):
    """Another clock for all slots of an account."""

    timezone = serializers.CharField(max_length=64, help_text=ZONE)


class GoodTimeSerializer(serializers.Serializer[Any]):
    """A time that did well, with its reason."""

    scheduled_for = serializers.DateTimeField(source="moment.instant", help_text="The instant.")
    local_time = WallClockField(source="asked", help_text="What your clock shows then.")
    timezone = serializers.CharField(source="zone", help_text="Your zone.")
    score = serializers.IntegerField(help_text="How well that hour did, of 100; 50 is as usual.")
    posts = serializers.IntegerField(help_text="How many posts of that very hour it rests on.")
    posts_in_all = serializers.IntegerField(help_text="How many of the account were measured.")
    is_thin = serializers.BooleanField(help_text="Whether too little is known to say.")
    why = serializers.CharField(help_text="The reason, in words.")


class BestTimeSerializer(Described[BestTime]):
    """How well an hour of the week did."""

    words = {
        "weekday": "The day, 0 is Monday.",
        "hour": "The hour it begins with.",
        "timezone": "On the clock of this zone.",
        "score": "0 to 100; 50 is as usual.",
        "posts": "How many posts of this very hour it rests on.",
        "posts_in_all": "How many of the account were measured.",
    }

    class Meta:
        model = BestTime
        fields = ["weekday", "hour", "timezone", "score", "posts", "posts_in_all"]
        read_only_fields = fields


# Recurring posts


class RuleSerializer(serializers.Serializer[Any]):
    """How often."""

    frequency = serializers.ChoiceField(RecurringPost.Frequency.choices, help_text="In what it is counted.")
    interval = serializers.IntegerField(default=1, min_value=1, max_value=52, help_text="2: every second one.")
    weekdays = serializers.ListField(
        child=serializers.ChoiceField(Weekday.choices),
        required=False,
        max_length=7,
        help_text="Of a weekly one, 0 is Monday; none: the day it begins on.",
    )
    day_of_month = serializers.IntegerField(
        required=False, allow_null=True, min_value=1, max_value=31,
        help_text="Of a monthly one; in a shorter month its last day.",
    )  # fmt: skip
    at = Minute(help_text="The time of day: `09:30`.")
    timezone = serializers.CharField(max_length=64, help_text=ZONE)
    starts_on = serializers.DateField(help_text="The first day.")
    ends_on = serializers.DateField(required=False, allow_null=True, help_text="The last day; null: no end.")
    times = serializers.IntegerField(
        required=False, allow_null=True, min_value=1, max_value=1000, help_text="How often in all; null: no end."
    )

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Return the rule beside what else was given."""
        names = ("frequency", "interval", "day_of_month", "at", "starts_on", "ends_on", "times")
        given = {name: attrs.pop(name) for name in names if name in attrs}
        rule = Rule(zone=attrs.pop("timezone"), weekdays=tuple(attrs.pop("weekdays", ())), **given)
        return {**attrs, "rule": rule}


class NewSeriesSerializer(RuleSerializer):
    """What goes out again and again, where and how often."""

    piece = VisibleField(queryset=GeneratedContent.objects.filter(deleted_at=None), help_text="The piece.")
    connection = VisibleField(queryset=PlatformConnection.objects.all(), help_text="The account.")


class SeriesSerializer(Described[RecurringPost]):
    """A piece that goes out again and again."""

    words = {
        "client": "The client it is for.",
        "piece": "The piece.",
        "connection": "The account.",
        "frequency": "In what it is counted.",
        "interval": "2: every second one.",
        "weekdays": "Of a weekly one, 0 is Monday.",
        "day_of_month": "Of a monthly one; in a shorter month its last day.",
        "at": "The time of day.",
        "timezone": "On the clock of this zone.",
        "starts_on": "The first day.",
        "ends_on": "The last day.",
        "times": "How often in all.",
        "made": "How many posts came of it.",
        "skipped": "How many times passed while it could not post.",
        "next_on": "The next day that is not planned yet; null: it has ended.",
        "is_active": "Whether it goes on.",
        "error": "Why the last one was not planned.",
    }

    class Meta:
        model = RecurringPost
        fields = [
            "id", "client", "piece", "connection", "frequency", "interval", "weekdays", "day_of_month", "at",
            "timezone", "starts_on", "ends_on", "times", "made", "skipped", "next_on", "is_active", "error",
            "created_at", "updated_at",
        ]  # fmt: skip
        read_only_fields = fields


# Holds


class HoldSerializer(Described[PostingHold]):
    """While it stands nothing of this goes out."""

    words = {
        "client": "The client whose posts are held.",
        "connection": "The account that is held; neither client nor account: everything.",
        "reason": "Why.",
        "ended_at": "When it ended.",
    }

    class Meta:
        model = PostingHold
        fields = ["id", "client", "connection", "reason", "ended_at", "created_at", "updated_at"]
        read_only_fields = fields


class NewHoldSerializer(serializers.Serializer[Any]):
    """What is to be held: an account, else a client, else everything."""

    client = VisibleField(
        queryset=ClientAccount.objects.filter(deleted_at=None),
        required=False,
        allow_null=True,
        help_text="Everything of this client.",
    )
    connection = VisibleField(
        queryset=PlatformConnection.objects.all(),
        required=False,
        allow_null=True,
        help_text="Everything on this account.",
    )
    reason = serializers.CharField(required=False, allow_blank=True, max_length=300, help_text="Why.")


class ReleaseSerializer(serializers.Serializer[Any]):
    """What becomes of posts whose time passed meanwhile."""

    late = serializers.ChoiceField(LATE, help_text="What becomes of them.")


class ReleasedSerializer(serializers.Serializer[Any]):
    """What became of them."""

    placed = serializers.IntegerField(help_text="How many have a new slot.")
    left = serializers.IntegerField(help_text="How many were left: not too late, they go out now; else missed.")
