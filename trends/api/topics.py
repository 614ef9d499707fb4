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
from trends.queries import forecasts, history
from trends.serializers import PastSerializer, RelevanceSerializer, ToldSerializer, TopicSerializer
from trends.serializers.forecasts import ForecastSerializer

MOST_DAYS = 366
BY_HOUR = 7  # days told hour by hour; beyond them by day
BRAND = OpenApiParameter("brand", uuid.UUID, description="Tell how well topics fit this brand.")
DAYS = OpenApiParameter(
    "days",
    {"type": "integer", "minimum": 1, "maximum": MOST_DAYS, "default": 3},
    description=f"How far back. Up to {BY_HOUR} days are told hour by hour, more of them day by day.",
)

WEEK = OpenApiParameter(
    "week",
    {"type": "string", "pattern": "^2[0-9]{3}-W(0[1-9]|[1-4][0-9]|5[0-3])$"},
    description="Which week, as ISO 8601 writes it (`2026-W46`), in UTC; the one before this without it.",
)
UNKNOWN = {"growth_24h", "burst", "fit_score"}  # may be empty


class TopicViewSet(Listed, Read, MemberViewSet):
    """Topics that rise."""

    queryset = TrendTopic.objects.none()
    serializer_class = TopicSerializer
    filterset_class = TopicFilter
    shapes: ClassVar = {"observations": ToldSerializer(many=True), "foretold": ForecastSerializer(many=True)}
    orderings = ("-score", "-last_seen_at", "-first_detected_at", "-growth_24h", "-burst", "-fit_score")
    action_permissions: ClassVar = dict.fromkeys(("list", "retrieve", "observations", "foretold"), "trends.view")

    def get_queryset(self) -> QuerySet[Any]:
        """Return what is live, with its fit to a brand."""
        rows = TrendTopic.objects.live() if self.action == "list" else TrendTopic.objects.filter(is_blocked=False)
        return queries.with_fit(rows.defer("embedding"), self.asked_brand())

    def filter_queryset(self, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Leave out what has no place in the order that is asked for."""
        rows = super().filter_queryset(queryset)
        column = self.request.query_params.get("ordering", "").removeprefix("-")
        return rows.filter(**{f"{column}__isnull": False}) if column in UNKNOWN else rows

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
        if not (days.isascii() and days.isdecimal() and len(days) <= 3 and 1 <= int(days) <= MOST_DAYS):
            raise reject("days", _("Ask for 1 to %(most)s days.") % {"most": MOST_DAYS})
        since = timezone.now() - dt.timedelta(days=int(days))
        rows = _told(self.get_object(), since, by_hour=int(days) <= BY_HOUR)
        return self.shown(rows, kind=ToldSerializer, many=True)

    @action(detail=True, url_path="forecasts", pagination_class=None, filterset_class=None)
    def foretold(self, request: Request, pk: Any) -> Response:
        """List what was foretold of it in its last hours, the newest first, and what came of it."""
        return self.shown(forecasts.history(self.get_object()), kind=ForecastSerializer, many=True)


def _told(topic: TrendTopic, since: dt.datetime, *, by_hour: bool) -> list[queries.Told]:
    """Return hours, or days with the hours of those that are not rolled up yet."""
    if by_hour:
        return queries.told_of(topic, since=since)
    lately = timezone.now() - dt.timedelta(days=BY_HOUR)
    rows = queries.told_of(topic, since=lately, days_since=since.date())
    rolled = max((row.at.date() for row in rows if row.is_day), default=dt.date.min)
    return [row for row in rows if row.is_day or row.at.date() > rolled]


class HistoryViewSet(Listed, MemberViewSet):
    """What rose in a week, and whether we rode it."""

    queryset = TrendTopic.objects.none()
    serializer_class = PastSerializer
    orderings = ("-top_score", "-peaked_at", "-fit_score")
    action_permissions: ClassVar = {"list": "trends.view"}

    def get_queryset(self) -> QuerySet[Any]:
        """Return what had its peak in the week that is asked for."""
        start = self._week()
        since, until = history.moment(start, dt.UTC), history.moment(start + history.WEEK, dt.UTC)
        rows = history.peaked(self.asked_brand(), since=since, until=until)
        is_by_fit = self.request.query_params.get("ordering", "") == "-fit_score"
        return rows.filter(fit_score__isnull=False) if is_by_fit else rows  # type: ignore[misc]

    @extend_schema(parameters=[BRAND, WEEK])
    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """List what had its peak in a week, the strongest first, with our posts on it and how early they were."""
        rows = self.paginate_queryset(self.get_queryset()) or []
        past = {row.topic.pk: row for row in history.rows_of(self.member, rows, brand=self.asked_brand())}
        context = {**self.get_serializer_context(), "past": past}
        return self.get_paginated_response(PastSerializer(rows, many=True, context=context).data)

    def _week(self) -> dt.date:
        today = timezone.now().date()
        asked = self.request.query_params.get("week", "")
        found = history.asked_week(asked) if asked else history.week_before(today)
        if found is None:
            raise reject("week", _("Ask for a week as ISO 8601 writes it, e.g. 2026-W46."))
        return found


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
