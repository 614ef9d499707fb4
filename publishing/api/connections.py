"""Platforms and accounts on them."""

from dataclasses import replace
from typing import Any, ClassVar

from django.db.models import QuerySet
from django.utils import timezone
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from accounts import tenancy
from accounts.rest import MemberViewSet
from publishing import oauth, operating
from publishing.api.filters import ConnectionFilter
from publishing.delivery import health, ways
from publishing.models import PlatformConnection
from publishing.platforms import PlatformUnavailable, capabilities, platform_keys
from publishing.platforms.base import PlatformError, Rejected, SignInAgain
from publishing.serializers.connections import (
    ArrivedSerializer,
    ChooseSerializer,
    ConnectionSerializer,
    EnteredSerializer,
    EnterSerializer,
    FinishSerializer,
    HealthSerializer,
    PlatformSerializer,
    PracticeSerializer,
    StartedSerializer,
    StartSerializer,
)
from publishing.services import connections, signing_in
from trenddrop.core import platforms
from trenddrop.core.platforms import options
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
                "capabilities": sorted(capabilities(key)),
                "options": options.options(key),
                "connects": ways.into(key),
            }
            for key, row in ((str(key), platforms.rules(key)) for key in platforms.RULES)
        ]
        return self.shown(found, many=True)


class ConnectionViewSet(Listed, Read, MemberViewSet):
    """Accounts: opened by a sign-in in the browser (`start`, then `finish`), or by what one types (`enter`)."""

    queryset = PlatformConnection.objects.exclude(status=PlatformConnection.Status.REMOVED)
    serializer_class = ConnectionSerializer
    filterset_class = ConnectionFilter
    bodies: ClassVar = {
        "practice": PracticeSerializer,
        "enter": EnterSerializer,
        "start": StartSerializer,
        "finish": FinishSerializer,
        "choose": ChooseSerializer,
    }
    shapes: ClassVar = {
        "start": StartedSerializer,
        "enter": EnteredSerializer,
        "finish": ArrivedSerializer,
        "choose": ConnectionSerializer(many=True),
        "health": HealthSerializer,
    }
    statuses: ClassVar = {"practice": 201, "enter": 201, "start": 201, "choose": 201}
    orderings = ("-created_at", "created_at", "handle", "-handle")
    secret = ""
    unscoped = frozenset({"practice", "enter", "start", "finish", "check_now", "destroy"})
    doors: ClassVar = {
        "practice": "connect_practice",
        "enter": "connect",
        "start": "connect",
        "finish": "connection_back",
        "check_now": "connection_check",
    }
    refusals: ClassVar = {
        Rejected: 422,
        SignInAgain: 422,
        PlatformError: 424,
        PlatformUnavailable: 409,
        oauth.SignInLost: 409,
        oauth.NotAllowed: 409,
        signing_in.AnotherAccount: 409,
        signing_in.PlatformClosed: 409,
        signing_in.NothingChosen: 422,
        connections.ConnectedElsewhere: 409,
        connections.PausedByOperator: 409,
    }
    action_permissions: ClassVar = {
        **dict.fromkeys(("list", "retrieve", "health"), "connections.view"),
        **dict.fromkeys(("practice", "enter", "start", "finish", "choose"), "connections.manage"),
        **dict.fromkeys(("check_now", "pause", "resume", "destroy"), "connections.manage"),
    }

    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """List the accounts."""
        return super().list(request, *args, **kwargs)

    def retrieve(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Show one account."""
        return super().retrieve(request, *args, **kwargs)

    @action(detail=True)
    def health(self, request: Request, pk: Any) -> Response:
        """Tell how an account is: its rights, what runs out, what is wrong, in words."""
        row = self.get_queryset().select_related("client").filter(pk=pk).first() or self.get_object()
        now = timezone.now()
        found = health.of(row, operating.of(row.platform), now=now)
        return self.shown(replace(found, allowances=(*found.allowances, *health.counted(row, now=now))))

    @action(detail=False, methods=["post"], pagination_class=None, filterset_class=None)
    def practice(self, request: Request) -> Response:
        """Open an account on the practice network, or the one of that name again."""
        given = self.given()
        row = connections.connect_practice(name=given["name"], by=self.member, now=timezone.now())
        return self.shown(row, status=201)

    @action(detail=False, methods=["post"], pagination_class=None, filterset_class=None)
    def enter(self, request: Request) -> Response:
        """Open an account by what its platform asks for (`GET /platforms/`: `entries`); a password is never kept."""
        given = self.given()
        again, by_hand = given.get("again"), given["by_hand"]
        row = signing_in.enter(
            given["platform"], given["entries"], by=self.member, now=timezone.now(), again=again, by_hand=by_hand
        )
        self.secret = connections.secret_to_show(row)
        return self.shown(row, status=201)

    @action(detail=False, methods=["post"], pagination_class=None, filterset_class=None)
    def start(self, request: Request) -> Response:
        """Begin a sign-in: lead the person's browser to `url`.

        It comes back to a page of ours, which finishes by itself when the person is signed in here; a program that
        reads `code` and `state` from that address may finish instead.
        """
        given = self.given()
        started = signing_in.start(
            given["platform"],
            by=self.member,
            now=timezone.now(),
            door=given.get("door", ""),
            server=given.get("server", ""),
            again=given.get("again"),
        )
        return self.shown(started, status=201)

    @action(detail=False, methods=["post"], pagination_class=None, filterset_class=None)
    def finish(self, request: Request) -> Response:
        """Trade the code: one account is connected at once, of several one chooses (`choose`)."""
        given = self.given()
        arrived = signing_in.finish(
            given["platform"], code=given["code"], state=given["state"], by=self.member, now=timezone.now()
        )
        return self.shown(arrived)

    @action(detail=False, methods=["post"], pagination_class=None, filterset_class=None)
    def choose(self, request: Request) -> Response:
        """Connect some of the accounts that a sign-in opened; the others are forgotten."""
        given = self.given()
        rows = signing_in.choose(given["choice"], accounts=given["accounts"], by=self.member, now=timezone.now())
        return self.shown(rows, status=201)

    @action(detail=True, methods=["post"], url_path="check")
    def check_now(self, request: Request, pk: Any) -> Response:
        """Ask the platform whether the sign-in still works."""
        with tenancy.of_member(self.member):
            row = self.get_object()
        connections.check(row, by=self.member, now=timezone.now())
        with tenancy.of_member(self.member):
            return self.shown(self.get_object())

    @action(detail=True, methods=["post"])
    def pause(self, request: Request, pk: Any) -> Response:
        """Send nothing to it until it is resumed."""
        return self.shown(connections.pause(self.get_object(), by=self.member))

    @action(detail=True, methods=["post"])
    def resume(self, request: Request, pk: Any) -> Response:
        """Send to it again."""
        return self.shown(connections.resume(self.get_object(), by=self.member))

    def destroy(self, request: Request, pk: Any) -> Response:
        """Forget an account's sign-in, give it back, cancel what is planned there; what is live stays."""
        with tenancy.of_member(self.member):
            row = self.get_object()
        connections.remove(row, by=self.member, now=timezone.now())
        return Response(status=204)

    def remembered(self, data: Any) -> Any:
        """A repeat does not tell the secret again."""
        return {**data, "secret": ""} if self.action == "enter" else data

    def get_serializer_context(self) -> dict[str, Any]:
        """Hand on a secret that is told once."""
        return {**super().get_serializer_context(), "secret": self.secret}

    def get_queryset(self) -> QuerySet[Any]:
        """Leave the tokens locked where they are."""
        return super().get_queryset().defer("access_token", "refresh_token")
