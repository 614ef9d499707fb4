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
from analytics.models import MeasuredPost
from analytics.queries import posts, today
from analytics.serializers.measured import MeasuredSerializer, PointSerializer, TodaySerializer
from trenddrop.core.platforms import PlatformKey
from trenddrop.core.rest.filters import Filters, instant, key, one_of
from trenddrop.core.rest.views import Listed, Read

PLATFORMS = [(each.value, each.value) for each in PlatformKey]


class MeasuredFilter(Filters):
    """Of measured posts."""

    platform = one_of(PLATFORMS, "Only posts there.")
    client = key("client_id", "Only posts for this client.")
    is_simulated = django_filters.BooleanFilter(help_text="Only made-up (true) or only real (false) numbers.")
    since = instant("published_at", "gte", "Only posts published from this time on.")
    until = instant("published_at", "lt", "Only posts published before this time.")

    class Meta:
        model = MeasuredPost
        fields: list[str] = []


class MeasuredViewSet(Listed, Read, MemberViewSet):
    """Published posts and their numbers; each is named by its post."""

    queryset = MeasuredPost.objects.all()
    serializer_class = MeasuredSerializer
    filterset_class = MeasuredFilter
    shapes: ClassVar = {"curve": PointSerializer(many=True)}
    lookup_field = "post_id"
    lookup_url_kwarg = "pk"
    orderings = ("-published_at", "published_at")
    action_permissions: ClassVar = dict.fromkeys(("list", "retrieve", "curve"), "analytics.view")

    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """List published posts with their latest numbers."""
        return super().list(request, *args, **kwargs)

    def retrieve(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Show one post's latest numbers."""
        return super().retrieve(request, *args, **kwargs)

    @action(detail=True, pagination_class=None, filterset_class=None)
    def curve(self, request: Request, pk: Any) -> Response:
        """List its snapshots, the oldest first."""
        row = self.get_object()
        return self.shown(posts.curve(row.post_id, self.member), kind=PointSerializer, many=True)


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
