"""Recurring posts, and holds."""

from typing import Any, ClassVar

from django.utils import timezone
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.rest import MemberViewSet
from publishing.models import PostingHold, RecurringPost
from publishing.serializers.slots import (
    HoldSerializer,
    NewHoldSerializer,
    NewSeriesSerializer,
    ReleasedSerializer,
    ReleaseSerializer,
    RuleSerializer,
    SeriesSerializer,
)
from publishing.services import holds, posts, recurring
from publishing.walltime import UnknownZone
from trenddrop.core.rest.filters import Filters, flag, key
from trenddrop.core.rest.views import Listed, Read


class SeriesFilter(Filters):
    """Of recurring posts."""

    connection = key("connection_id", "Only those of this account.")
    piece = key("piece_id", "Only those of this piece.")
    active = flag("Only those that go on (true) or not (false).", field_name="is_active")

    class Meta:
        model = RecurringPost
        fields: list[str] = []


class SeriesViewSet(Listed, Read, MemberViewSet):
    """Recurring posts: two weeks ahead stand in the calendar; what is missed is never made up for."""

    queryset = RecurringPost.objects.select_related("connection", "piece")
    serializer_class = SeriesSerializer
    filterset_class = SeriesFilter
    bodies: ClassVar = {"create": NewSeriesSerializer, "change": RuleSerializer}
    doors: ClassVar = {"create": "schedule"}
    refusals: ClassVar = {
        posts.AccountNotReady: 409,
        posts.CannotPlan: 422,
        recurring.HasEnded: 409,
        recurring.CannotRepeat: 422,
        UnknownZone: 422,
    }
    action_permissions: ClassVar = {
        **dict.fromkeys(("list", "retrieve"), "posts.view"),
        **dict.fromkeys(("create", "change", "pause", "resume", "destroy"), "posts.schedule"),
    }

    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """List the recurring posts."""
        return super().list(request, *args, **kwargs)

    def retrieve(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Show one."""
        return super().retrieve(request, *args, **kwargs)

    def create(self, request: Request) -> Response:
        """Send a piece again and again."""
        given = self.given()
        row = recurring.make(
            given["piece"], connection=given["connection"], rule=given["rule"], by=self.member, now=timezone.now()
        )
        return self.shown(row, status=201)

    @action(detail=True, methods=["post"])
    def change(self, request: Request, pk: Any) -> Response:
        """Give it another rule; what was not sent yet is planned anew."""
        rule = self.given()["rule"]
        return self.shown(recurring.change(self.get_object(), rule=rule, by=self.member, now=timezone.now()))

    @action(detail=True, methods=["post"])
    def pause(self, request: Request, pk: Any) -> Response:
        """Plan nothing more for now; what was planned ahead is taken out."""
        return self.shown(recurring.pause(self.get_object(), by=self.member, now=timezone.now()))

    @action(detail=True, methods=["post"])
    def resume(self, request: Request, pk: Any) -> Response:
        """Go on from the next time that is not over, in your name."""
        return self.shown(recurring.resume(self.get_object(), by=self.member, now=timezone.now()))

    def destroy(self, request: Request, pk: Any) -> Response:
        """End it for good, and take out what was planned ahead; what was sent stays."""
        recurring.remove(self.get_object(), by=self.member, now=timezone.now())
        return Response(status=204)


class HoldFilter(Filters):
    """Of holds."""

    ended = flag(
        "Only those that have ended (true) or stand (false).",
        field_name="ended_at",
        lookup_expr="isnull",
        exclude=True,
    )

    class Meta:
        model = PostingHold
        fields: list[str] = []


class HoldViewSet(Listed, Read, MemberViewSet):
    """Holds: while one stands nothing of its client or account goes out, or nothing at all."""

    queryset = PostingHold.objects.select_related("client", "connection")
    serializer_class = HoldSerializer
    filterset_class = HoldFilter
    bodies: ClassVar = {"create": NewHoldSerializer, "release": ReleaseSerializer}
    shapes: ClassVar = {"release": ReleasedSerializer}
    refusals: ClassVar = {holds.AlreadyHeld: 409, holds.AlreadyEnded: 409}
    action_permissions: ClassVar = dict.fromkeys(("list", "retrieve", "create", "release"), "posts.hold")

    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """List the holds."""
        return super().list(request, *args, **kwargs)

    def retrieve(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Show one."""
        return super().retrieve(request, *args, **kwargs)

    def create(self, request: Request) -> Response:
        """Hold an account, a client, or everything; what waits on its platform is taken back."""
        given = self.given()
        return self.shown(holds.hold(by=self.member, now=timezone.now(), **given), status=201)

    @action(detail=True, methods=["post"])
    def release(self, request: Request, pk: Any) -> Response:
        """End it, and say what becomes of posts whose time passed meanwhile."""
        late = self.given()["late"]
        return self.shown(holds.release(self.get_object(), late=late, by=self.member, now=timezone.now()))
