"""Topics, what was observed of them and how they fit, for programs."""

import datetime as dt
import uuid
from typing import Any, ClassVar

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.rest import MemberViewSet
from trenddrop.core.rest.problems import reject
from trenddrop.core.rest.views import Listed, Read
from trends import queries
from trends.api.filters import RelevanceFilter, TopicFilter
from trends.models import TrendRelevance, TrendTopic
from trends.serializers import ObservationSerializer, RelevanceSerializer, TopicSerializer

MOST_DAYS = 7
BRAND = OpenApiParameter("brand", uuid.UUID, description="Tell how well topics fit this brand.")
DAYS = OpenApiParameter(
    "days", {"type": "integer", "minimum": 1, "maximum": MOST_DAYS, "default": 3}, description="How far back."
)


class TopicViewSet(Listed, Read, MemberViewSet):
    """Topics that rise."""

    queryset = TrendTopic.objects.none()
    serializer_class = TopicSerializer
    filterset_class = TopicFilter
    shapes: ClassVar = {"observations": ObservationSerializer(many=True)}
    orderings = ("-score", "-last_seen_at", "-first_detected_at")
    action_permissions: ClassVar = dict.fromkeys(("list", "retrieve", "observations"), "trends.view")

    def get_queryset(self) -> QuerySet[Any]:
        """Return what is live, with its fit to a brand."""
        rows = TrendTopic.objects.live() if self.action == "list" else TrendTopic.objects.filter(is_blocked=False)
        return queries.with_fit(rows.defer("embedding"), self.asked_brand())

    @extend_schema(parameters=[BRAND])
    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """List what rises, the strongest first."""
        return super().list(request, *args, **kwargs)

    @extend_schema(parameters=[BRAND])
    def retrieve(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Show one topic."""
        return super().retrieve(request, *args, **kwargs)

    @extend_schema(parameters=[DAYS])
    @action(detail=True, pagination_class=None, filterset_class=None)
    def observations(self, request: Request, pk: Any) -> Response:
        """List what was observed of it, hour by hour, the oldest first."""
        days = request.query_params.get("days", "3")
        if days not in {str(day) for day in range(1, MOST_DAYS + 1)}:
            raise reject("days", _("Ask for 1 to %(most)s days.") % {"most": MOST_DAYS})
        since = timezone.now() - dt.timedelta(days=int(days))
        return self.shown(queries.observations(self.get_object(), since=since), kind=ObservationSerializer, many=True)


class RelevanceViewSet(Listed, MemberViewSet):
    """How topics fit brands."""

    queryset = TrendRelevance.objects.select_related("topic").defer("topic__embedding")
    serializer_class = RelevanceSerializer
    filterset_class = RelevanceFilter
    orderings = ("-score", "score")
    action_permissions: ClassVar = {"list": "trends.view"}

    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """List how topics fit brands, the best first."""
        return super().list(request, *args, **kwargs)
