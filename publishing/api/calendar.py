"""The calendar for programs: its days, and what is done with several posts."""

import uuid
from collections.abc import Sequence
from typing import Any, ClassVar

from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.rest import MemberViewSet
from publishing.models import ScheduledPost
from publishing.screens.calendar.overview import overview
from publishing.screens.calendar.wanted import Wanted
from publishing.serializers.calendar import (
    BulkOutcomeSerializer,
    CalendarSerializer,
    ChosenPostsSerializer,
    DaysSerializer,
    RezonePostsSerializer,
    ShiftPostsSerializer,
)
from publishing.services import calendar
from publishing.services.calendar import Outcome
from publishing.walltime import UnknownZone, zone_of
from trenddrop.core.rest.problems import reject

CHANGES = ("move", "to_slots", "hold_back", "keep_clock", "cancel")


@extend_schema(tags=["calendar"])
class CalendarViewSet(MemberViewSet):
    """The calendar."""

    queryset = ScheduledPost.objects.select_related("connection", "piece__asset")
    serializer_class = CalendarSerializer
    pagination_class = None
    filterset_class = None
    bodies: ClassVar = {
        "move": ShiftPostsSerializer,
        "keep_clock": RezonePostsSerializer,
        **dict.fromkeys(("to_slots", "hold_back", "cancel"), ChosenPostsSerializer),
    }
    shapes: ClassVar = dict.fromkeys(CHANGES, BulkOutcomeSerializer())
    doors: ClassVar = dict.fromkeys(CHANGES, "calendar_bulk")
    refusals: ClassVar = {calendar.TooMany: 422, UnknownZone: 422}
    action_permissions: ClassVar = {"list": "posts.view", **dict.fromkeys(CHANGES, "posts.schedule")}

    @extend_schema(operation_id="calendar_retrieve", parameters=[DaysSerializer])
    def list(self, request: Request) -> Response:
        """Show some days: posts counted, intentions, free slots, what clocks do, and what is worth a look.

        Without days it shows the four weeks from today. The posts themselves come from `/posts?since=…&until=…`.
        """
        asked = DaysSerializer(data=request.query_params, context={"zone": self.member.user.timezone})
        asked.is_valid(raise_exception=True)
        return self.shown(overview(self.member, self._wanted(asked.validated_data), now=timezone.now()))

    def _wanted(self, asked: dict[str, Any]) -> Wanted:
        zone = str(asked.get("timezone") or self.member.user.timezone)
        try:
            zone_of(zone)
        except UnknownZone as error:
            raise reject("timezone", str(error)) from error
        return Wanted(
            view="span",
            day=asked["since"],
            until=asked["until"],
            zone=zone,
            own_zone=zone,
            client=str(asked.get("client", "")),
            account=asked.get("connection"),
            platform=asked.get("platform", ""),
            state=asked.get("state", ""),
            plan=asked.get("calendar"),
        )

    @action(detail=False, methods=["post"])
    def move(self, request: Request) -> Response:
        """Move posts by days and hours, each on its own clock; what cannot be moved stays, with its reason."""
        given = self.given()
        chosen, now = self._chosen(given), timezone.now()
        return self._told(calendar.move(chosen, days=given["days"], hours=given["hours"], by=self.member, now=now))

    @action(detail=False, methods=["post"], url_path="to-slots")
    def to_slots(self, request: Request) -> Response:
        """Put posts into the next free slots of their accounts, in the order of their times."""
        return self._told(calendar.to_slots(self._chosen(self.given()), by=self.member, now=timezone.now()))

    @action(detail=False, methods=["post"], url_path="hold-back")
    def hold_back(self, request: Request) -> Response:
        """Make drafts of planned posts: they keep their places, and nothing goes out by itself."""
        return self._told(calendar.hold_back(self._chosen(self.given()), by=self.member))

    @action(detail=False, methods=["post"], url_path="keep-clock")
    def keep_clock(self, request: Request) -> Response:
        """Let posts show the same wall clock in another zone."""
        given = self.given()
        chosen, now = self._chosen(given), timezone.now()
        return self._told(calendar.keep_clock(chosen, zone=given["timezone"], by=self.member, now=now))

    @action(detail=False, methods=["post"])
    def cancel(self, request: Request) -> Response:
        """Take posts out of the plan; the pieces are kept."""
        return self._told(calendar.cancel(self._chosen(self.given()), by=self.member))

    def _chosen(self, given: dict[str, Any]) -> Sequence[ScheduledPost]:
        keys: set[uuid.UUID] = set(given["posts"])
        found = list(self.get_queryset().filter(pk__in=keys).order_by("scheduled_for", "pk"))
        if len(found) < len(keys):
            raise reject("posts", _("Some of these posts are not here. Nothing was changed."))
        return found

    def _told(self, outcome: Outcome) -> Response:
        refused = [{"post": post.pk, "reason": words} for post, words in outcome.refused]
        return self.shown({"changed": outcome.done, "refused": refused}, kind=BulkOutcomeSerializer)
