"""Platforms and accounts on them."""

from typing import Any, ClassVar

from django.conf import settings
from django.db.models import QuerySet
from django.utils import timezone
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from accounts import tenancy
from accounts.rest import MemberViewSet
from publishing.api.filters import ConnectionFilter
from publishing.delivery.adapters import adapter
from publishing.models import PlatformConnection
from publishing.platforms import PlatformUnavailable, platform_keys
from publishing.platforms.base import PlatformError, Rejected, SignInAgain
from publishing.platforms.bluesky import Bluesky
from publishing.serializers.connections import (
    BlueskySerializer,
    ConnectionSerializer,
    PlatformSerializer,
    PracticeSerializer,
)
from publishing.services import connections
from trenddrop.core import platforms
from trenddrop.core.rest.views import Listed, Read


class PlatformViewSet(MemberViewSet):
    """Platforms."""

    queryset = PlatformConnection.objects.none()
    serializer_class = PlatformSerializer
    pagination_class = None
    action_permissions: ClassVar = {"list": "posts.view"}

    def list(self, request: Request) -> Response:
        """List the platforms with what they take."""
        able = platform_keys()
        found = [
            {
                "key": key,
                "name": row.name,
                "can_publish": key in able,
                "text_limit": row.text_limit,
                "text_unit": row.text_unit,
                "title_limit": row.title_limit,
                "hashtag_limit": row.hashtag_limit,
                "needs_media": row.media.required,
            }
            for key, row in ((str(key), platforms.rules(key)) for key in platforms.RULES)
        ]
        return self.shown(found, many=True)


class ConnectionViewSet(Listed, Read, MemberViewSet):
    """Accounts. Those that ask for consent in a browser (Mastodon) are connected on the page."""

    queryset = PlatformConnection.objects.exclude(status=PlatformConnection.Status.REMOVED)
    serializer_class = ConnectionSerializer
    filterset_class = ConnectionFilter
    bodies: ClassVar = {"practice": PracticeSerializer, "bluesky": BlueskySerializer}
    statuses: ClassVar = {"practice": 201, "bluesky": 201}
    orderings = ("-created_at", "created_at", "handle", "-handle")
    unscoped = frozenset({"practice", "bluesky", "check_now"})
    doors: ClassVar = {
        "practice": "connect_practice",
        "bluesky": "connect_bluesky",
        "check_now": "connection_check",
    }
    refusals: ClassVar = {Rejected: 422, SignInAgain: 422, PlatformError: 424, PlatformUnavailable: 409}
    action_permissions: ClassVar = {
        **dict.fromkeys(("list", "retrieve"), "connections.view"),
        **dict.fromkeys(("practice", "bluesky", "check_now", "destroy"), "connections.manage"),
    }

    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """List the accounts."""
        return super().list(request, *args, **kwargs)

    def retrieve(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Show one account."""
        return super().retrieve(request, *args, **kwargs)

    @action(detail=False, methods=["post"], pagination_class=None, filterset_class=None)
    def practice(self, request: Request) -> Response:
        """Open an account on the practice network, or the one of that name again."""
        given = self.given()
        row = connections.connect_practice(name=given["name"], by=self.member, now=timezone.now())
        return self.shown(row, status=201)

    @action(detail=False, methods=["post"], pagination_class=None, filterset_class=None)
    def bluesky(self, request: Request) -> Response:
        """Connect a Bluesky account with an app password; only the session it gives is kept."""
        given, found, now = self.given(), adapter("bluesky"), timezone.now()
        if not isinstance(found, Bluesky):
            raise PlatformUnavailable("bluesky")
        service = given.get("service") or settings.BLUESKY_SERVICE
        connected = found.sign_in(given["handle"], given["app_password"], service=service)
        address = connected.token.extra.get("pds", service)
        row = connections.keep("bluesky", connected, service_url=address, by=self.member, now=now)
        return self.shown(row, status=201)

    @action(detail=True, methods=["post"], url_path="check")
    def check_now(self, request: Request, pk: Any) -> Response:
        """Ask the platform whether the sign-in still works."""
        with tenancy.of_member(self.member):
            row = self.get_object()
        connections.check(row, by=self.member, now=timezone.now())
        with tenancy.of_member(self.member):
            return self.shown(self.get_object())

    def destroy(self, request: Request, pk: Any) -> Response:
        """Forget an account's sign-in and cancel what is planned there; what is live stays."""
        connections.remove(self.get_object(), by=self.member, now=timezone.now())
        return Response(status=204)

    def get_queryset(self) -> QuerySet[Any]:
        """Leave the tokens locked where they are."""
        return super().get_queryset().defer("access_token", "refresh_token", "extra")
