"""What posts and accounts can be narrowed by."""

from publishing.models import CalendarEntry, PlatformConnection, ScheduledPost
from publishing.serializers.connections import PLATFORMS
from trenddrop.core.rest.filters import Filters, instant, key, one_of, words

STATUSES = [each for each in PlatformConnection.Status.choices if each[0] != PlatformConnection.Status.REMOVED]


class ConnectionFilter(Filters):
    """Of accounts."""

    platform = one_of(PLATFORMS, "Only accounts there.")
    status = one_of(STATUSES, "Only accounts of this status.")

    class Meta:
        model = PlatformConnection
        fields: list[str] = []


class PostFilter(Filters):
    """Of posts."""

    status = one_of(ScheduledPost.Status.choices, "Only posts of this status.")
    platform = one_of(PLATFORMS, "Only posts there.", field_name="connection__platform")
    connection = key("connection_id", "Only posts of this account.")
    piece = key("piece_id", "Only posts of this piece.")
    q = words("Only posts whose text holds this.", field_name="text", lookup_expr="icontains")
    since = instant("scheduled_for", "gte", "Only posts planned for this time or later.")
    until = instant("scheduled_for", "lt", "Only posts planned for earlier than this.")

    class Meta:
        model = ScheduledPost
        fields: list[str] = []


class EntryFilter(Filters):
    """Of entries of calendars."""

    calendar = key("calendar_id", "Only entries of this calendar.")
    platform = one_of(PLATFORMS, "Only entries for this platform.")

    class Meta:
        model = CalendarEntry
        fields: list[str] = []
