"""Posts: planned, sent, moved, cancelled, looked for."""

from collections.abc import Sequence
from typing import Any, ClassVar

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from accounts import queries
from accounts.models import BrandProfile
from accounts.serializers.voice import AddedSamplesSerializer
from publishing.api.ahead import LooksAhead
from publishing.api.by_hand import ByHand
from publishing.api.filters import PostFilter
from publishing.models import PublishAttempt, ScheduledPost
from publishing.serializers.approvals import WhySerializer
from publishing.serializers.by_hand import GiveSerializer, HandedSerializer
from publishing.serializers.calendar import LandingSerializer
from publishing.serializers.posts import (
    AttemptSerializer,
    MoveSerializer,
    NewPostSerializer,
    NowSerializer,
    PostSerializer,
    SampleOfPostSerializer,
    SamplesOfPostsSerializer,
    SeenSerializer,
)
from publishing.services import posts, voice_samples
from publishing.services.approvals import asking, overriding
from publishing.walltime import UnknownZone
from trenddrop.core.rest.problems import Refused, reject
from trenddrop.core.rest.views import Listed, Read

MOST_ATTEMPTS = 200


class PostViewSet(Listed, Read, LooksAhead, ByHand):
    """Posts."""

    queryset = ScheduledPost.objects.select_related("connection")
    serializer_class = PostSerializer
    filterset_class = PostFilter
    bodies: ClassVar = {
        "create": NewPostSerializer,
        "publish_now": NowSerializer,
        "move": MoveSerializer,
        **dict.fromkeys(("seen", "link"), SeenSerializer),
        "send_without_approval": WhySerializer,
        "give": GiveSerializer,
        "voice": SampleOfPostSerializer,
        "voices": SamplesOfPostsSerializer,
    }
    shapes: ClassVar = {
        "attempts": AttemptSerializer(many=True),
        "by_hand": HandedSerializer(),
        "look_ahead": LandingSerializer(),
        **dict.fromkeys(("voice", "voices"), AddedSamplesSerializer),
    }
    statuses: ClassVar = dict.fromkeys(("publish_now", "voice", "voices"), 201)
    orderings = ("-scheduled_for", "scheduled_for", "-created_at", "created_at")
    doors: ClassVar = {
        "create": "schedule",
        "publish_now": "publish_now",
        "retry": "post_retry",
        "look": "post_look",
        **dict.fromkeys(("voice", "voices"), "post_voice"),
    }
    refusals: ClassVar = {
        posts.AlreadyPlanned: 409,
        posts.AccountNotReady: 409,
        posts.CannotPlan: 422,
        posts.CannotChange: 409,
        posts.LookFirst: 409,
        asking.CannotAsk: 409,
        overriding.NotHeld: 409,
        overriding.CannotOverride: 422,
        UnknownZone: 422,
    }
    action_permissions: ClassVar = {
        **dict.fromkeys(("list", "retrieve", "attempts"), "posts.view"),
        **dict.fromkeys(("create", "plan", "publish_now", "move", "cancel"), "posts.schedule"),
        **dict.fromkeys(("retry", "look", "seen"), "posts.schedule"),
        "send_without_approval": "approvals.override",
        **dict.fromkeys(("by_hand", "take", "give", "not_today", "link"), "posts.schedule"),
        "look_ahead": "posts.schedule",
        **dict.fromkeys(("voice", "voices"), "brand.edit"),
    }

    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """List the posts, the last planned first."""
        return super().list(request, *args, **kwargs)

    def retrieve(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Show one post."""
        return super().retrieve(request, *args, **kwargs)

    def create(self, request: Request) -> Response:
        """Plan a piece for a time; what is sent is copied now. What must be approved waits, and who must is asked."""
        given = self.given()
        row = posts.schedule(
            given["piece"],
            connection=given["connection"],
            at_local=given["local_time"],
            zone=self._zone(given),
            by=self.member,
            now=timezone.now(),
            as_draft=given["as_draft"],
        )
        return self.shown(row, status=201)

    @action(detail=True, methods=["post"])
    def plan(self, request: Request, pk: Any) -> Response:
        """Plan a draft for the time that it holds, with the piece as it stands now."""
        return self.shown(posts.plan(self.get_object(), by=self.member, now=timezone.now()))

    @action(detail=True, methods=["post"], url_path="send-without-approval")
    def send_without_approval(self, request: Request, pk: Any) -> Response:
        """Let a waiting post go out though nobody agreed; the post and the log say so for ever."""
        post, why = self.get_object(), self.given()["why"]
        return self.shown(overriding.send_without(post, why=why, by=self.member, now=timezone.now()))

    @action(detail=False, methods=["post"], url_path="now", pagination_class=None, filterset_class=None)
    def publish_now(self, request: Request) -> Response:
        """Send a piece as soon as a worker is free."""
        given = self.given()
        row = posts.publish_now(
            given["piece"],
            connection=given["connection"],
            zone=self._zone(given),
            by=self.member,
            now=timezone.now(),
        )
        return self.shown(row, status=201)

    def _zone(self, given: dict[str, Any]) -> str:
        return str(given.get("timezone") or self.member.user.timezone)

    @action(detail=True, methods=["post"])
    def move(self, request: Request, pk: Any) -> Response:
        """Plan it for another time."""
        post, given = self.get_object(), self.given()
        zone, now = str(given.get("timezone") or post.timezone), timezone.now()
        return self.shown(posts.reschedule(post, at_local=given["local_time"], zone=zone, by=self.member, now=now))

    @action(detail=True, methods=["post"])
    def cancel(self, request: Request, pk: Any) -> Response:
        """Take it out of the plan, or put one that went wrong aside."""
        return self.shown(posts.cancel(self.get_object(), by=self.member))

    @action(detail=True, methods=["post"])
    def retry(self, request: Request, pk: Any) -> Response:
        """Send a failed or missed post now, or an unconfirmed one once more: same words, same key.

        Words that were approved since go out instead; what is not approved as it stands now waits for that.
        """
        return self.shown(posts.retry(self.get_object(), by=self.member, now=timezone.now()))

    @action(detail=True, methods=["post"])
    def look(self, request: Request, pk: Any) -> Response:
        """Look for an unconfirmed post at once."""
        return self.shown(posts.check_now(self.get_object(), by=self.member, now=timezone.now()))

    @action(detail=True, methods=["post"])
    def seen(self, request: Request, pk: Any) -> Response:
        """Say where the post can be seen, when one knows better."""
        post, given = self.get_object(), self.given()
        return self.shown(posts.mark_as_posted(post, url=given["url"], by=self.member, now=timezone.now()))

    @action(detail=True, methods=["post"])
    def voice(self, request: Request, pk: Any) -> Response:
        """Keep a published post as a sample of its brand's voice, or of the one that is named."""
        return self._keep_samples([self.get_object()], self.given()["brand"])

    @extend_schema(operation_id="posts_voices_create")
    @action(detail=False, methods=["post"], url_path="voice", pagination_class=None, filterset_class=None)
    def voices(self, request: Request) -> Response:
        """Keep several published posts as samples of their brand's voice, or of the one that is named: all or none."""
        given = self.given()
        rows = list(self.get_queryset().select_related("piece").filter(pk__in=given["posts"]).order_by("pk"))
        if len(rows) < len(set(given["posts"])):
            raise reject("posts", _("Some of these posts are not there, or not for you. Nothing was kept."))
        return self._keep_samples(rows, given["brand"])

    def _keep_samples(self, rows: Sequence[ScheduledPost], named: BrandProfile | None) -> Response:
        if any(post.status != ScheduledPost.Status.PUBLISHED for post in rows):
            raise Refused(409, "not_published", _("Only what was published shows how a brand sounds."))
        theirs = {post.piece.brand_id for post in rows}
        if len(theirs) > 1 and named is None:
            raise reject("brand", _("These posts are of several brands. Name the one that sounds so."))
        mine = queries.brands_of(self.member).filter(pk__in=[key for key in theirs if key])
        if (brand := named or mine.first()) is None:
            raise reject("brand", _("The post was made for no brand. Name the one that sounds so."))
        return self.shown(voice_samples.keep(rows, brand=brand, by=self.member), status=201)

    @action(detail=True, pagination_class=None, filterset_class=None)
    def attempts(self, request: Request, pk: Any) -> Response:
        """List every try to send it, the first one first."""
        rows: QuerySet[Any] = PublishAttempt.objects.visible_to(self.member).filter(post=self.get_object())
        return self.shown(rows.order_by("number")[:MOST_ATTEMPTS], kind=AttemptSerializer, many=True)
