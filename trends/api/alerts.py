"""Watches and what they told, for programs."""

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from django.db.models import QuerySet
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from accounts import tenancy
from accounts.rest import MemberViewSet
from trenddrop.core.rest.filters import Filters, flag, instant, key
from trenddrop.core.rest.views import Listed, Read, apply
from trends.models import FiredAlert, TrendAlert, WatchFollower
from trends.queries import alerts as questions
from trends.serializers.alerts import (
    AlertSerializer,
    DeliverySerializer,
    FollowerSerializer,
    MadeWatchSerializer,
    SecretSerializer,
    WatchSerializer,
)
from trends.services import alerts

PART = {"pagination_class": None, "filterset_class": None}
LOGGED = 100
SECRET = "webhook_secret"  # noqa: S105 (the name of a field)


class WatchFilter(Filters):
    """Of watches."""

    brand = key("brand_id", "Only watches for this brand.")
    active = flag("Only those that are on (true) or off (false).", field_name="is_active")

    class Meta:
        model = TrendAlert
        fields: list[str] = []


class AlertFilter(Filters):
    """Of what fired."""

    watch = key("alert_id", "Only what this watch told.")
    brand = key("alert__brand_id", "Only what was told for this brand.")
    topic = key("topic_id", "Only what was told of this topic.")
    since = instant("fired_at", "gte", "Only from this time on.")
    until = instant("fired_at", "lt", "Only before this time.")

    class Meta:
        model = FiredAlert
        fields: list[str] = []


class WatchViewSet(Listed, Read, MemberViewSet):
    """Watches."""

    queryset = TrendAlert.objects.none()
    serializer_class = WatchSerializer
    filterset_class = WatchFilter
    shapes: ClassVar = {
        "create": MadeWatchSerializer,
        "partial_update": MadeWatchSerializer,
        "secret": SecretSerializer,
        "test": DeliverySerializer,
        "deliveries": DeliverySerializer(many=True),
        "followers": FollowerSerializer(many=True),
    }
    statuses: ClassVar = {"follow": 204}
    orderings = ("-created_at", "created_at", "name", "-name")
    refusals: ClassVar = {alerts.TooManyWatches: 409, alerts.NoWebhook: 409}
    doors: ClassVar = {"test": "watch_test"}
    unscoped = frozenset({"test"})
    action_permissions: ClassVar = {
        **dict.fromkeys(("list", "retrieve", "deliveries", "followers", "follow", "unfollow"), "trends.view"),
        **dict.fromkeys(("create", "partial_update", "destroy", "test", "secret", "resume"), "trends.manage"),
    }

    def get_queryset(self) -> QuerySet[Any]:
        """Return the watches of the member's brands."""
        return questions.watches_of(self.member).order_by()

    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """List the watches, the latest first."""
        return super().list(request, *args, **kwargs)

    def retrieve(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Show one watch."""
        return super().retrieve(request, *args, **kwargs)

    def create(self, request: Request) -> Response:
        """Make a watch. The secret of its webhook is in this answer and nowhere else."""
        given = self.given()
        own = _own(given)
        row = TrendAlert(organization_id=self.member.organization_id, **given)
        return self._saved(row, own, changes=dict.fromkeys(given, ()), status=201)

    def partial_update(self, request: Request, pk: Any) -> Response:
        """Change a watch, or switch it on or off. A new address of the webhook gets a new secret."""
        row = self.get_object()
        given = self.given(row, partial=True)
        is_active = given.pop("is_active", row.is_active)
        own = _own(given)
        changes = apply(row, given)
        answer = self._saved(row, own, changes=changes, status=200) if changes or own else None
        if alerts.switch(row, is_active=is_active, by=self.member) or answer is None:
            secret = getattr(row, "shown_secret", None)
            row = self.get_object()
            row.shown_secret = secret
            return self.shown(row)
        return answer

    def _saved(
        self, row: TrendAlert, own: Mapping[str, Any], *, changes: Mapping[str, Sequence[Any]], status: int
    ) -> Response:
        people = own.get("people")
        secret = alerts.save(
            row,
            fields=set(changes),
            people=None if people is None else [each.pk for each in people],
            tell_existing=own.get("tell_existing", False),
            changes={name: list(map(str, pair)) for name, pair in changes.items()},
            by=self.member,
        )
        row.shown_secret = secret or None  # type: ignore[attr-defined]
        return self.shown(row, status=status)

    def destroy(self, request: Request, pk: Any) -> Response:
        """Remove a watch with what it told."""
        alerts.delete(self.get_object(), by=self.member)
        return Response(status=204)

    @action(detail=True, methods=["post"])
    def test(self, request: Request, pk: Any) -> Response:
        """Send a test message to the webhook now, and say how it went."""
        with tenancy.of_member(self.member):
            row = self.get_object()
        sent = alerts.send_test(row, by=self.member)
        return self.shown(sent)

    @action(detail=True, methods=["post"])
    def secret(self, request: Request, pk: Any) -> Response:
        """Make a new secret for the webhook. It is in this answer and nowhere else."""
        return self.shown({SECRET: alerts.rotate_secret(self.get_object(), by=self.member)})

    @action(detail=True, methods=["post"])
    def resume(self, request: Request, pk: Any) -> Response:
        """Send to a paused webhook again."""
        alerts.resume_webhook(self.get_object(), by=self.member)
        return self.shown(self.get_object())

    @action(detail=True, **PART)
    def deliveries(self, request: Request, pk: Any) -> Response:
        """List the last messages to the webhook, the latest first."""
        rows = questions.deliveries_of(self.get_object()).defer("body")[:LOGGED]
        return self.shown(rows, kind=DeliverySerializer, many=True)

    @action(detail=True, **PART)
    def followers(self, request: Request, pk: Any) -> Response:
        """List the members whom it tells, beside whoever made it."""
        rows = WatchFollower.objects.filter(alert=self.get_object()).select_related("membership__user")
        return self.shown(rows.order_by("created_at", "pk"), kind=FollowerSerializer, many=True)

    @action(detail=True, methods=["put"])
    def follow(self, request: Request, pk: Any) -> Response:
        """Be told of what it finds, too."""
        alerts.follow(self.get_object(), wants=True, by=self.member)
        return Response(status=204)

    @follow.mapping.delete
    def unfollow(self, request: Request, pk: Any) -> Response:
        """Be told no longer."""
        alerts.follow(self.get_object(), wants=False, by=self.member)
        return Response(status=204)

    def remembered(self, data: Any) -> Any:
        """A repeat does not tell the secret again."""
        return {**data, SECRET: None} if isinstance(data, dict) and SECRET in data else data


def _own(given: dict[str, Any]) -> dict[str, Any]:
    """Take what is no column of a watch out of what was given."""
    names: tuple[str, ...] = ("people", "tell_existing")
    return {name: given.pop(name) for name in names if name in given}


class AlertViewSet(Listed, Read, MemberViewSet):
    """What watches told."""

    queryset = FiredAlert.objects.none()
    serializer_class = AlertSerializer
    filterset_class = AlertFilter
    orderings = ("-fired_at", "fired_at")
    action_permissions: ClassVar = {"list": "trends.view", "retrieve": "trends.view"}

    def get_queryset(self) -> QuerySet[Any]:
        """Return what fired for the member's brands."""
        return questions.alerts_of(self.member).order_by()

    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """List what fired, the latest first."""
        return super().list(request, *args, **kwargs)

    def retrieve(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Show one alert."""
        return super().retrieve(request, *args, **kwargs)
