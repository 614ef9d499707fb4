"""Weekly slots, and the queues they make."""

from typing import Any, ClassVar

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from django.utils import timezone
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.rest import MemberViewSet
from publishing import caps, good_times, slots
from publishing.models import BestTime, PlatformConnection, PostingSlot, ScheduledPost
from publishing.serializers.posts import PostSerializer
from publishing.serializers.slots import (
    BestTimeSerializer,
    ChangedSlotSerializer,
    ClockSerializer,
    FateSerializer,
    GoodTimeSerializer,
    NewSlotsSerializer,
    OrderSerializer,
    PlacedSerializer,
    PresetSerializer,
    QueuedSerializer,
    QueueSerializer,
    RemovedSlotSerializer,
    SlotSerializer,
)
from publishing.services import posts, queue
from publishing.services import slots as commands
from publishing.walltime import UnknownZone
from trenddrop.core.rest.filters import Filters, flag, key
from trenddrop.core.rest.views import Listed, Read

FREE_SHOWN = 10


class SlotFilter(Filters):
    """Of slots."""

    connection = key("connection_id", "Only slots of this account.")
    active = flag("Only those in use (true) or not (false).", field_name="is_active")

    class Meta:
        model = PostingSlot
        fields: list[str] = []


class SlotViewSet(Listed, Read, MemberViewSet):
    """Weekly slots of accounts."""

    queryset = PostingSlot.objects.select_related("connection", "brand")
    serializer_class = SlotSerializer
    filterset_class = SlotFilter
    bodies: ClassVar = {
        "create": NewSlotsSerializer,
        "partial_update": ChangedSlotSerializer,
        "remove": FateSerializer,
    }
    shapes: ClassVar = {"create": SlotSerializer(many=True), "remove": RemovedSlotSerializer}
    refusals: ClassVar = {commands.CannotSlot: 409, UnknownZone: 422}
    action_permissions: ClassVar = {
        **dict.fromkeys(("list", "retrieve"), "connections.view"),
        **dict.fromkeys(("create", "partial_update", "remove"), "posts.schedule"),
    }

    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """List the slots."""
        return super().list(request, *args, **kwargs)

    def retrieve(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Show one slot."""
        return super().retrieve(request, *args, **kwargs)

    def create(self, request: Request) -> Response:
        """Give an account a slot on each of some days; those that are there already stay, and are not told."""
        given = self.given()
        account, zone = given.pop("connection"), given.pop("timezone")
        return self.shown(commands.add(account, zone=zone, by=self.member, **given), status=201)

    def partial_update(self, request: Request, pk: Any) -> Response:
        """Change a slot. What is queued in it keeps its time."""
        row = self.get_object()
        given = self.given(partial=True)
        fields = {name: given.get(name, getattr(row, name)) for name in ("weekday", "at", "brand", "is_active")}
        return self.shown(commands.change(row, zone=given.get("timezone", row.timezone), by=self.member, **fields))

    @action(detail=True, methods=["post"])
    def remove(self, request: Request, pk: Any) -> Response:
        """Remove a slot, and say what becomes of the posts queued in it."""
        fate = self.given()["posts"]
        done = commands.remove(self.get_object(), by=self.member, now=timezone.now(), posts_in_it=fate)
        return self.shown({"kept": done.kept, "moved": len(done.moved), "unmoved": done.unmoved})


class QueueViewSet(MemberViewSet):
    """Queues: one of each account, by the account's identifier."""

    queryset = PlatformConnection.objects.exclude(status=PlatformConnection.Status.REMOVED)
    serializer_class = QueueSerializer
    bodies: ClassVar = {
        "add": QueuedSerializer,
        "place": PlacedSerializer,
        "order": OrderSerializer,
        "preset": PresetSerializer,
        "clock": ClockSerializer,
    }
    shapes: ClassVar = {
        "add": PostSerializer,
        "place": PostSerializer,
        "order": PostSerializer(many=True),
        "preset": SlotSerializer(many=True),
        "clock": SlotSerializer(many=True),
        "good_times": GoodTimeSerializer(many=True),
        "hours": BestTimeSerializer(many=True),
    }
    statuses: ClassVar = {"add": 201, "preset": 201}
    doors: ClassVar = {"add": "queue_add"}
    refusals: ClassVar = {
        posts.AlreadyPlanned: 409,
        posts.AccountNotReady: 409,
        queue.NoSlot: 409,
        queue.QueueFull: 409,
        queue.QueueChanged: 409,
        posts.CannotPlan: 422,
        posts.CannotChange: 409,
        commands.CannotSlot: 409,
        UnknownZone: 422,
    }
    action_permissions: ClassVar = {
        **dict.fromkeys(("retrieve", "good_times", "hours"), "connections.view"),
        **dict.fromkeys(("add", "place", "order", "preset", "clock"), "posts.schedule"),
    }

    def retrieve(self, request: Request, pk: Any) -> Response:
        """Show what is queued and the next free times of an account."""
        account, now = self.get_object(), timezone.now()
        return self.shown(
            {
                "connection": account.pk,
                "posts": queue.queued(account, by=self.member, now=now),
                "free": slots.free_slots(account, now=now, count=FREE_SHOWN),
                "today": caps.used(account, now),
            }
        )

    @action(detail=True, methods=["post"])
    def add(self, request: Request, pk: Any) -> Response:
        """Plan a piece for the next free slot; two at once get two times."""
        given = self.given()
        row = queue.add(
            given["piece"],
            connection=self.get_object(),
            as_draft=given["as_draft"],
            by=self.member,
            now=timezone.now(),
        )
        return self.shown(row, status=201)

    @action(detail=True, methods=["post"])
    def place(self, request: Request, pk: Any) -> Response:
        """Move a planned post of the account, or a draft, to the next free slot."""
        rows = ScheduledPost.objects.visible_to(self.member).select_related("connection", "piece__asset")
        post = get_object_or_404(rows, pk=self.given()["post"].pk, connection=self.get_object())
        return self.shown(queue.place(post, by=self.member, now=timezone.now()))

    @action(detail=True, methods=["post"])
    def order(self, request: Request, pk: Any) -> Response:
        """Put queued posts in another order: their times are dealt anew; all or nothing."""
        order = self.given()["posts"]
        return self.shown(queue.reorder(self.get_object(), order=order, by=self.member, now=timezone.now()))

    @action(detail=True, methods=["post"])
    def preset(self, request: Request, pk: Any) -> Response:
        """Give the account a usual week of slots; those that are there already stay, and are not told."""
        given = self.given()
        made = commands.use_preset(self.get_object(), given["preset"], zone=given["timezone"], by=self.member)
        return self.shown(made, status=201)

    @action(detail=True, methods=["post"])
    def clock(self, request: Request, pk: Any) -> Response:
        """Have all slots follow another clock; what is planned keeps its time and zone."""
        account = self.get_object()
        commands.set_zone(account, zone=self.given()["timezone"], by=self.member)
        return self.shown(PostingSlot.objects.visible_to(self.member).filter(connection=account))

    @action(detail=True, url_path="good-times", pagination_class=None, filterset_class=None)
    def good_times(self, request: Request, pk: Any) -> Response:
        """Propose free times of the coming week that did well, the best first, with their reasons."""
        zone = self.member.user.timezone
        return self.shown(good_times.propose(self.get_object(), now=timezone.now(), zone=zone))

    @action(detail=True, pagination_class=None, filterset_class=None)
    def hours(self, request: Request, pk: Any) -> Response:
        """List how well the hours of the week did; an hour that is missing was never tried."""
        rows: QuerySet[Any] = BestTime.objects.visible_to(self.member).filter(connection=self.get_object())
        return self.shown(rows.order_by("weekday", "hour"))
