"""Events for programs: sent in batches, listed; their sums; and the months that lie in files."""

import io
from collections.abc import Mapping
from typing import IO, Any, ClassVar

import django_filters
from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.rest import MemberViewSet
from analytics.models import EngagementDay, EngagementEvent, EngagementHour, EventBatch, EventType
from analytics.serializers.events import (
    EngagementDaySerializer,
    EngagementEventSerializer,
    EngagementHourSerializer,
    EventBatchSerializer,
    EventOutcomesSerializer,
    SentEventsSerializer,
)
from analytics.services import events
from analytics.services.events import State
from trenddrop.core.platforms import PlatformKey
from trenddrop.core.rest.filters import Filters, instant, key, one_of
from trenddrop.core.rest.parsing import StrictJSONParser
from trenddrop.core.rest.problems import BodyTooLarge, reject
from trenddrop.core.rest.views import Listed, Read

PLATFORMS = [(each.value, each.value) for each in PlatformKey]


class LinesParser(StrictJSONParser):
    """JSON, one value a line (NDJSON)."""

    media_type = "application/x-ndjson"

    def parse(
        self, stream: IO[Any], media_type: str | None = None, parser_context: Mapping[str, Any] | None = None
    ) -> Any:
        """Return the list of values; raise ParseError (400) or BodyTooLarge (413)."""
        raw = stream.read(settings.DATA_UPLOAD_MAX_MEMORY_SIZE + 1)
        if len(raw) > settings.DATA_UPLOAD_MAX_MEMORY_SIZE:
            raise BodyTooLarge
        return [super(LinesParser, self).parse(io.BytesIO(each)) for each in raw.splitlines() if each.strip()]


class EventFilter(Filters):
    """Of events."""

    post = key("post_id", "Only of this post.")
    connection = key("connection_id", "Only on this account.")
    client = key("post__client_id", "Only of posts for this client.")
    platform = one_of(PLATFORMS, "Only there.", field_name="connection__platform")
    type = one_of(EventType.choices, "Only this was done.")
    since = instant("happened_at", "gte", "Only done from this time on.")
    until = instant("happened_at", "lt", "Only done before this time.")

    class Meta:
        model = EngagementEvent
        fields: list[str] = []


class EngagementEventViewSet(Listed, MemberViewSet):
    """What people did with posts."""

    queryset = EngagementEvent.objects.all()
    serializer_class = EngagementEventSerializer
    filterset_class = EventFilter
    parser_classes: Any = (StrictJSONParser, LinesParser)
    bodies: ClassVar = {"create": SentEventsSerializer}
    shapes: ClassVar = {"create": EventOutcomesSerializer}
    statuses: ClassVar = {"create": 200}
    orderings = ("-happened_at", "happened_at")
    action_permissions: ClassVar = {"list": "analytics.view", "create": "analytics.edit"}

    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """List events that are kept one by one; older ones lie in archives, their sums stay."""
        return super().list(request, *args, **kwargs)

    @extend_schema(request={each.media_type: SentEventsSerializer for each in (StrictJSONParser, LinesParser)})
    def create(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Send up to 1,000 events. Each is answered for itself; one that was sent before is counted once."""
        outcomes = events.receive(_sent(request.data), by=self.member, now=timezone.now())
        counts = {each.value: sum(one.state == each for one in outcomes) for each in State}
        return self.shown(counts | {"results": outcomes})


def _sent(data: Any) -> list[Any]:
    """Return the events of a body; raise ValidationError."""
    found = data.get("events") if isinstance(data, Mapping) else data
    if not isinstance(found, list) or not 1 <= len(found) <= events.MOST:
        raise reject("events", _("Send a list of 1 to 1,000 events."))
    return found


class HourFilter(Filters):
    """Of hours."""

    post = key("post_id", "Only of this post.")
    type = one_of(EventType.choices, "Only this was done.")
    since = instant("hour", "gte", "Only hours from this time on.")
    until = instant("hour", "lt", "Only hours before this time.")

    class Meta:
        model = EngagementHour
        fields: list[str] = []


class EngagementHourViewSet(Listed, MemberViewSet):
    """Sums of events by post and hour."""

    queryset = EngagementHour.objects.all()
    serializer_class = EngagementHourSerializer
    filterset_class = HourFilter
    orderings = ("-hour", "hour")
    action_permissions: ClassVar = {"list": "analytics.view"}

    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """List how often things were done with posts, by hour of UTC. Sums are a minute behind at most."""
        return super().list(request, *args, **kwargs)


class EngagementDayFilter(Filters):
    """Of days."""

    connection = key("connection_id", "Only on this account.")
    platform = one_of(PLATFORMS, "Only there.", field_name="connection__platform")
    type = one_of(EventType.choices, "Only this was done.")
    since = django_filters.DateFilter("date", "gte", help_text="From this day on.")
    until = django_filters.DateFilter("date", "lte", help_text="To this day, which is in.")

    class Meta:
        model = EngagementDay
        fields: list[str] = []


class EngagementDayViewSet(Listed, MemberViewSet):
    """Sums of events by account and day."""

    queryset = EngagementDay.objects.all()
    serializer_class = EngagementDaySerializer
    filterset_class = EngagementDayFilter
    orderings = ("-date", "date")
    action_permissions: ClassVar = {"list": "analytics.view"}

    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """List how often things were done on accounts' posts, by day and by who it was where that is known."""
        return super().list(request, *args, **kwargs)


class EventArchiveViewSet(Listed, Read, MemberViewSet):
    """Months of events that lie in compressed files."""

    queryset = EventBatch.objects.all()
    serializer_class = EventBatchSerializer
    orderings = ("-month", "month")
    statuses: ClassVar = {"restore": 202}
    refusals: ClassVar = {events.NothingToRestore: 409}
    action_permissions: ClassVar = {
        "list": "analytics.view", "retrieve": "analytics.view", "restore": "analytics.edit",
    }  # fmt: skip

    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """List the files of months that are no longer kept event by event."""
        return super().list(request, *args, **kwargs)

    def retrieve(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Show one file."""
        return super().retrieve(request, *args, **kwargs)

    @action(detail=True, methods=["post"])
    def restore(self, request: Request, pk: Any) -> Response:
        """Bring its whole month back among the events, for a week. It is on its way; ask again for how it stands."""
        return self.shown(events.restore(self.get_object(), by=self.member), status=202)
