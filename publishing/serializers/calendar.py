"""The calendar's days, and changes of several posts."""

import datetime as dt
from typing import Any

from django.utils import timezone as clock
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema_serializer
from rest_framework import serializers

from publishing.models import ScheduledPost
from publishing.serializers.connections import PLATFORMS
from publishing.serializers.posts import PostSerializer, WallClockField
from publishing.services.calendar import MOST
from publishing.walltime import UnknownZone, zone_of

Status = ScheduledPost.Status
MOST_DAYS = 93
USUAL_DAYS = 28
STATES = [("draft", "Drafts"), ("waiting", "Waiting"), ("planned", "Planned"), ("live", "Live"), ("trouble", "Trouble")]


class DaysSerializer(serializers.Serializer[Any]):
    """Which days are asked for, and what of them."""

    since = serializers.DateField(required=False, help_text="The first day; today.")
    until = serializers.DateField(
        required=False, help_text=f"The last day, {MOST_DAYS} days later at most; {USUAL_DAYS} days of it without."
    )
    timezone = serializers.CharField(required=False, max_length=64, help_text="The IANA zone of these days; yours.")
    client = serializers.UUIDField(required=False, help_text="Only posts for this client.")
    connection = serializers.UUIDField(required=False, help_text="Only posts of this account.")
    platform = serializers.ChoiceField(PLATFORMS, required=False, help_text="Only posts there.")
    state = serializers.ChoiceField(STATES, required=False, help_text="Only posts that stand so.")
    calendar = serializers.UUIDField(required=False, help_text="Only what came of this named calendar.")

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Take the days in their order, and not more than can be read at once."""
        first = attrs.get("since") or clock.localdate(timezone=self._zone(attrs))
        last = attrs.get("until") or first + dt.timedelta(days=USUAL_DAYS - 1)
        if not dt.date(2000, 1, 1) <= first <= last <= dt.date(2199, 12, 31) or (last - first).days > MOST_DAYS:
            words = _("Ask for days from 2000 to 2199, the first before the last, %(most)s of them at most.")
            raise serializers.ValidationError({"until": words % {"most": MOST_DAYS}})
        return {**attrs, "since": first, "until": last}

    def _zone(self, attrs: dict[str, Any]) -> dt.tzinfo:
        try:
            return zone_of(attrs.get("timezone") or self.context["zone"])
        except UnknownZone as error:
            raise serializers.ValidationError({"timezone": str(error)}) from error


class StatusCountSerializer(serializers.Serializer[Any]):
    """How many posts stand so."""

    status = serializers.ChoiceField(Status.choices, help_text="How they stand.")
    count = serializers.IntegerField(help_text="How many.")


class IntentSerializer(serializers.Serializer[Any]):
    """An entry of a named calendar that has no post yet."""

    id = serializers.UUIDField(help_text="The entry.")
    calendar = serializers.UUIDField(source="calendar_id", help_text="Its calendar.")
    title = serializers.CharField(help_text="What it is.")
    platform = serializers.ChoiceField(PLATFORMS, help_text="Where to.")
    at = serializers.TimeField(allow_null=True, help_text="Its time on its own clock; none: any time of the day.")
    timezone = serializers.CharField(help_text="The zone of that clock.")


class FreeSlotSerializer(serializers.Serializer[Any]):
    """A slot of an account with nothing in it."""

    connection = serializers.UUIDField(source="account.pk", help_text="The account.")
    at = serializers.DateTimeField(help_text="The instant.")
    local_time = WallClockField(source="local", help_text="What the slot's own clock shows.")
    timezone = serializers.CharField(source="slot.timezone", help_text="The zone of that clock.")


class CalendarDaySerializer(serializers.Serializer[Any]):
    """One day."""

    date = serializers.DateField(help_text="The day.")
    posts = serializers.IntegerField(help_text="How many posts it has.")
    statuses = StatusCountSerializer(many=True, help_text="How they stand.")
    entries = IntentSerializer(many=True, help_text="What named calendars intend, without a post.")
    free_slots = FreeSlotSerializer(many=True, help_text="Slots with nothing in them.")
    clock_changes = serializers.ListField(child=serializers.CharField(), help_text="What clocks do in its night.")
    full = serializers.ListField(child=serializers.UUIDField(), help_text="Accounts that take no more posts this day.")


class CalendarWarningSerializer(serializers.Serializer[Any]):
    """What is worth a look before it happens."""

    text = serializers.CharField(help_text="What.")
    more = serializers.CharField(help_text="Why, and what to do.")
    day = serializers.DateField(help_text="When.")
    post = serializers.UUIDField(source="pk", allow_null=True, help_text="The post it is about, if it is about one.")


@extend_schema_serializer(many=False)
class CalendarSerializer(serializers.Serializer[Any]):
    """Some days on one clock."""

    timezone = serializers.CharField(help_text="The zone whose days these are.")
    days = CalendarDaySerializer(many=True, help_text="Every day.")
    warnings = CalendarWarningSerializer(
        many=True, help_text="Posts too near to each other, pieces sent twice, full days."
    )


class ChosenPostsSerializer(serializers.Serializer[Any]):
    """Some posts."""

    posts = serializers.ListField(
        child=serializers.UUIDField(), min_length=1, max_length=MOST, help_text="The posts, each by its id."
    )


class ShiftPostsSerializer(ChosenPostsSerializer):
    """Some posts, and how far they move."""

    days = serializers.IntegerField(
        default=0, min_value=-366, max_value=366, help_text="By days: clocks show the same."
    )
    hours = serializers.IntegerField(default=0, min_value=-168, max_value=168, help_text="And by hours that pass.")


class RezonePostsSerializer(ChosenPostsSerializer):
    """Some posts, and the zone in which their clocks shall show the same."""

    timezone = serializers.CharField(max_length=64, help_text="The IANA zone.")


class RefusedPostSerializer(serializers.Serializer[Any]):
    """A post that was left as it was."""

    post = serializers.UUIDField(help_text="The post.")
    reason = serializers.CharField(help_text="Why.")


class BulkOutcomeSerializer(serializers.Serializer[Any]):
    """What was changed, and what was not."""

    changed = PostSerializer(many=True, help_text="Posts as they stand now.")
    refused = RefusedPostSerializer(many=True, help_text="Posts that stay as they were.")


class AheadSerializer(serializers.Serializer[Any]):
    """A time that a post might get."""

    local_time = WallClockField(
        required=False, help_text="What the clock would show: `2026-11-27T09:30`; the post's own time without."
    )
    timezone = serializers.CharField(required=False, max_length=64, help_text="The zone of that clock; the post's own.")


@extend_schema_serializer(many=False)
class LandingSerializer(serializers.Serializer[Any]):
    """What would come of it."""

    words = serializers.CharField(help_text="The time in words, or why it is refused.")
    warnings = serializers.ListField(child=serializers.CharField(), help_text="What to think of.")
    is_refused = serializers.BooleanField(help_text="Whether it cannot be planned for then.")
