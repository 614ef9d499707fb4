"""Numbers for programs."""

import uuid
import zoneinfo
from typing import Any, ClassVar

import django_filters
from django.db.models import QuerySet
from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.queries import brands_of
from accounts.rest import MemberViewSet
from analytics.api.measured_paging import ORDERINGS, MetricPagination
from analytics.models import MeasuredPost
from analytics.queries import posts, today
from analytics.serializers.measured import (
    BringNumbersSerializer,
    BroughtSerializer,
    EnterNumbersSerializer,
    MeasuredSerializer,
    PointSerializer,
    TodaySerializer,
)
from analytics.services import entering
from content.models import GeneratedContent
from trenddrop.core.csvs import CannotRead
from trenddrop.core.platforms import PlatformKey
from trenddrop.core.rest.filters import Filters, Flag, instant, key, one_of
from trenddrop.core.rest.views import Listed, Read

PLATFORMS = [(each.value, each.value) for each in PlatformKey]


class MeasuredFilter(Filters):
    """Of measured posts."""

    platform = one_of(PLATFORMS, "Only posts there.")
    connection = key("connection_id", "Only posts of this account.")
    client = key("client_id", "Only posts for this client.")
    brand = key("brand_id", "Only posts of this brand.")
    asset = key("asset_id", "Only posts of this original.")
    kind = one_of(GeneratedContent.Kind.choices, "Only pieces of this kind.")
    hashtag = django_filters.CharFilter(method="tagged", max_length=100, help_text="Only with this hashtag.")
    is_simulated = Flag(help_text="Only made-up (true) or only real (false) numbers.")
    since = instant("published_at", "gte", "Only posts published from this time on.")
    until = instant("published_at", "lt", "Only posts published before this time.")

    class Meta:
        model = MeasuredPost
        fields: list[str] = []

    def tagged(self, rows: QuerySet[MeasuredPost], _name: str, value: str) -> QuerySet[MeasuredPost]:
        """Narrow to a hashtag, however it is written."""
        return rows.filter(hashtags__contains=[value.lstrip("#").lower()])


class MeasuredViewSet(Listed, Read, MemberViewSet):
    """Published posts, their numbers and every metric of the catalogue; each is named by its post."""

    queryset = MeasuredPost.objects.all()
    serializer_class = MeasuredSerializer
    filterset_class = MeasuredFilter
    pagination_class = MetricPagination
    shapes: ClassVar = {"curve": PointSerializer(many=True), "bring": BroughtSerializer}
    bodies: ClassVar = {"numbers": EnterNumbersSerializer, "bring": BringNumbersSerializer}
    refusals: ClassVar = {entering.CannotEnter: 422, CannotRead: 422}
    lookup_field = "post_id"
    lookup_url_kwarg = "pk"
    orderings = ORDERINGS
    action_permissions: ClassVar = {
        **dict.fromkeys(("list", "retrieve", "curve"), "analytics.view"),
        **dict.fromkeys(("numbers", "bring"), "analytics.edit"),
    }

    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """List published posts with their latest numbers, by any metric; those without it come last."""
        return super().list(request, *args, **kwargs)

    def retrieve(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Show one post's latest numbers."""
        return super().retrieve(request, *args, **kwargs)

    @action(detail=True, pagination_class=None, filterset_class=None)
    def curve(self, request: Request, pk: Any) -> Response:
        """List its snapshots, the oldest first."""
        row = self.get_object()
        return self.shown(posts.curve(row.post_id, self.member), kind=PointSerializer, many=True)

    @action(detail=True, methods=["post"])
    def numbers(self, request: Request, pk: Any) -> Response:
        """Write down what the platform shows of it; the same moment again is a correction."""
        given = self.given()
        row = entering.enter(
            self.get_object(), counts=given["counts"], by=self.member, now=timezone.now(), at=given["at"]
        )
        return self.shown(row)

    @action(detail=False, methods=["post"], pagination_class=None, filterset_class=None)
    def bring(self, request: Request) -> Response:
        """Take in a table of posts' numbers; lines that make no sense are told, the others written."""
        now = timezone.now()
        zone = zoneinfo.ZoneInfo(self.member.organization.timezone)
        brought = entering.bring(
            self.given()["text"].encode(), by=self.member, now=now, today=now.astimezone(zone).date(), zone=zone
        )
        errors = [{"line": line, "column": column, "message": words} for line, column, words in brought.errors]
        return self.shown({"written": brought.written, "errors": errors})


@extend_schema(tags=["today"])
class TodayViewSet(MemberViewSet):
    """What is going on."""

    queryset: QuerySet[Any] = MeasuredPost.objects.none()
    serializer_class = TodaySerializer
    pagination_class = None
    action_permissions: ClassVar = {"retrieve": "content.view"}

    @extend_schema(
        operation_id="today_retrieve",
        parameters=[OpenApiParameter("brand", uuid.UUID, description="For which brand; the first when left out.")],
    )
    def retrieve(self, request: Request) -> Response:
        """Show what needs somebody, what is ahead, what rises and how the last posts do."""
        now, member = timezone.now(), self.member
        brand = self.asked_brand() or brands_of(member).first()
        with timezone.override(zoneinfo.ZoneInfo(member.user.timezone)):
            planned = today.posts_of_interest(member, now=now)
            found = {"needs": today.needs(member, planned, now=now), "days": today.days_ahead(planned, now=now)}
        found |= {"rising": today.rising(brand, now=now), "standings": posts.latest_standings(member, now=now)}
        return self.shown(found)
