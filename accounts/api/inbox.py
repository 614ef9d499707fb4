"""Notifications, and how a person wants to be told."""

from typing import Any, ClassVar

from django.db.models import QuerySet
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.filters import NotificationFilter
from accounts.models import Notification
from accounts.notifications import Kind, Mail, Reach, reaches_of
from accounts.rest import MemberViewSet
from accounts.serializers.inbox import CountSerializer, NotificationSerializer, PreferencesSerializer
from accounts.services import preferences
from trenddrop.core.rest.views import Listed, Read


class NotificationViewSet(Listed, Read, MemberViewSet):
    """One's own notifications."""

    queryset = Notification.objects.all()
    serializer_class = NotificationSerializer
    filterset_class = NotificationFilter
    shapes: ClassVar = {"read_all": CountSerializer}
    action_permissions: ClassVar = {
        "list": "account.own",
        "retrieve": "account.own",
        "read": "account.own",
        "read_all": "account.own",
    }

    def get_queryset(self) -> QuerySet[Any]:
        """Return what is shown to the person in the app."""
        return super().get_queryset().filter(user_id=self.member.user_id, in_app=True)

    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """List one's notifications, the latest first."""
        return super().list(request, *args, **kwargs)

    def retrieve(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Show one notification."""
        return super().retrieve(request, *args, **kwargs)

    @action(detail=True, methods=["post"])
    def read(self, request: Request, pk: Any) -> Response:
        """Mark one as read."""
        self.get_queryset().filter(pk=pk, read_at=None).update(read_at=timezone.now())
        return self.shown(self.get_object())

    @action(detail=False, methods=["post"], url_path="read-all", pagination_class=None, filterset_class=None)
    def read_all(self, request: Request) -> Response:
        """Mark all as read."""
        return self.shown({"count": self.get_queryset().filter(read_at=None).update(read_at=timezone.now())})


@extend_schema(tags=["preferences"])
class PreferencesViewSet(MemberViewSet):
    """How one wants to be told."""

    serializer_class = PreferencesSerializer
    pagination_class = None
    action_permissions: ClassVar = {"retrieve": "account.own", "partial_update": "account.own"}

    @extend_schema(operation_id="preferences_retrieve")
    def retrieve(self, request: Request) -> Response:
        """Show how each kind of notification reaches one."""
        return self.shown(self._preferences())

    @extend_schema(operation_id="preferences_update")
    def partial_update(self, request: Request) -> Response:
        """Change some of it."""
        given, person = self.given(partial=True), self.member.user
        wanted = {Kind(one["kind"]): Reach(Mail(one["mail"]), one["in_app"]) for one in given.get("kinds", [])}
        preferences.save(person, wanted, digest_hour=given.get("digest_hour", person.digest_hour))
        return self.shown(self._preferences())

    def _preferences(self) -> dict[str, Any]:
        person = self.member.user
        kinds = [{"kind": kind, **vars(reach)} for kind, reach in reaches_of(person).items()]
        return {"digest_hour": person.digest_hour, "kinds": kinds}
