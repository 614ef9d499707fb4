"""Sums by day and the catalogue of metrics, for programs."""

from typing import Any, ClassVar

import django_filters
from django.db.models import QuerySet
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.exceptions import NotFound
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.rest import MemberViewSet
from analytics.catalogue import METRICS
from analytics.models import AccountDay, AnalyticsSnapshot, MeasuredPost, PostDay
from analytics.serializers.rollups import (
    AccountDaySerializer,
    AnalyticsSnapshotSerializer,
    MetricSerializer,
    PostDaySerializer,
)
from trenddrop.core.platforms import PlatformKey
from trenddrop.core.rest.filters import Filters, Flag, flag, key, one_of
from trenddrop.core.rest.views import Listed, Read

PLATFORMS = [(each.value, each.value) for each in PlatformKey]
SEEN: dict[str, str] = dict.fromkeys(("list", "retrieve"), "analytics.view")


def _since(name: str) -> Any:
    return django_filters.DateFilter(field_name=name, lookup_expr="gte", help_text="Only from this day on.")


def _until(name: str) -> Any:
    return django_filters.DateFilter(field_name=name, lookup_expr="lte", help_text="Only up to this day.")


class PostDayFilter(Filters):
    """Of posts' days."""

    post = key("post_id", "Only of this post.")
    since = _since("date")
    until = _until("date")

    class Meta:
        model = PostDay
        fields: list[str] = []


class PostDayViewSet(Listed, Read, MemberViewSet):
    """What posts won, day by day."""

    queryset = PostDay.objects.all()
    serializer_class = PostDaySerializer
    filterset_class = PostDayFilter
    orderings = ("-date", "date")
    action_permissions: ClassVar = SEEN

    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """List posts' days."""
        return super().list(request, *args, **kwargs)

    def retrieve(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Show one."""
        return super().retrieve(request, *args, **kwargs)


class AccountDayFilter(Filters):
    """Of accounts' days."""

    connection = key("connection_id", "Only of this account.")
    brand = key("brand_id", "Only of this brand.")
    client = key("client_id", "Only for this client.")
    platform = one_of(PLATFORMS, "Only there.")
    is_simulated = flag("Only made-up (true) or only real (false) numbers.")
    since = _since("date")
    until = _until("date")

    class Meta:
        model = AccountDay
        fields: list[str] = []


class AccountDayViewSet(Listed, Read, MemberViewSet):
    """What all posts of an account and a brand won, day by day."""

    queryset = AccountDay.objects.all()
    serializer_class = AccountDaySerializer
    filterset_class = AccountDayFilter
    orderings = ("-date", "date")
    action_permissions: ClassVar = SEEN

    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """List accounts' days."""
        return super().list(request, *args, **kwargs)

    def retrieve(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Show one."""
        return super().retrieve(request, *args, **kwargs)


class SnapshotFilter(Filters):
    """Of days, weeks and months."""

    period = one_of(AnalyticsSnapshot.Period.choices, "Only days, weeks or months.")
    client = key("client_id", "Only of this client.")
    is_whole = Flag(
        field_name="client", lookup_expr="isnull", help_text="Only the whole organisation (true), or only clients."
    )
    since = _since("start")
    until = _until("start")

    class Meta:
        model = AnalyticsSnapshot
        fields: list[str] = []


class AnalyticsSnapshotViewSet(Listed, Read, MemberViewSet):
    """What was made and won in days, weeks and months."""

    queryset = AnalyticsSnapshot.objects.all()
    serializer_class = AnalyticsSnapshotSerializer
    filterset_class = SnapshotFilter
    orderings = ("-start", "start")
    action_permissions: ClassVar = SEEN

    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """List them."""
        return super().list(request, *args, **kwargs)

    def retrieve(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Show one."""
        return super().retrieve(request, *args, **kwargs)


@extend_schema(tags=["metrics"])
class MetricViewSet(MemberViewSet):
    """The catalogue: every metric with its formula."""

    queryset: QuerySet[Any] = MeasuredPost.objects.none()
    serializer_class = MetricSerializer
    pagination_class = None
    action_permissions: ClassVar = SEEN

    @extend_schema(operation_id="metrics_list", responses=MetricSerializer(many=True))
    def list(self, request: Request) -> Response:
        """List every metric."""
        return self.shown(list(METRICS.values()), kind=MetricSerializer, many=True)

    @extend_schema(
        operation_id="metrics_retrieve",
        parameters=[OpenApiParameter("key", str, OpenApiParameter.PATH, description="The metric's key.")],
    )
    def retrieve(self, request: Request, key: str) -> Response:
        """Show one metric."""
        if key not in METRICS:
            raise NotFound
        return self.shown(METRICS[key], kind=MetricSerializer)
