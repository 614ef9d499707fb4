"""What works, and who the people are, for programs."""

import uuid
import zoneinfo
from typing import Any, ClassVar

from django.db.models import QuerySet
from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.rest import MemberViewSet
from analytics.models import AudienceSnapshot, MeasuredPost
from analytics.screens import audience, what_works
from analytics.serializers.compared import NumbersAudienceSerializer, WhatWorksSerializer

SPAN = [
    OpenApiParameter("from", OpenApiTypes.DATE, description="The first day, with `to`."),
    OpenApiParameter("to", OpenApiTypes.DATE, description="The last day, with `from`."),
    OpenApiParameter("numbers", str, enum=["real", "practice"], description="Which numbers, where there are both."),
]


@extend_schema(tags=["numbers"])
class WhatWorksViewSet(MemberViewSet):
    """What goes with better results."""

    queryset: QuerySet[Any] = MeasuredPost.objects.none()
    serializer_class = WhatWorksSerializer
    pagination_class = None
    action_permissions: ClassVar = {"retrieve": "analytics.view"}

    @extend_schema(
        operation_id="numbers_what_works_retrieve",
        parameters=[
            OpenApiParameter("days", int, enum=list(what_works.PERIODS), description="The last days; 180 if left out."),
            OpenApiParameter("account", uuid.UUID, description="Only this connection."),
            *SPAN,
        ],
    )
    def retrieve(self, request: Request) -> Response:
        """Show hours, hashtags, kinds and the best posts, each against its account's usual."""
        now, zone = timezone.now(), zoneinfo.ZoneInfo(self.member.organization.timezone)
        wanted = what_works.asked(request.query_params.dict(), today=now.astimezone(zone).date())
        return self.shown(what_works.shown(self.member, wanted, now=now))


@extend_schema(tags=["numbers"])
class NumbersAudienceViewSet(MemberViewSet):
    """Who the people are."""

    queryset: QuerySet[Any] = AudienceSnapshot.objects.none()
    serializer_class = NumbersAudienceSerializer
    pagination_class = None
    action_permissions: ClassVar = {"retrieve": "analytics.view"}

    @extend_schema(
        operation_id="numbers_audience_retrieve",
        parameters=[
            OpenApiParameter("days", int, enum=[7, 28, 90, 365], description="The last days; 28 if left out."),
            OpenApiParameter("account", uuid.UUID, description="Only this tracked account."),
            *SPAN,
        ],
    )
    def retrieve(self, request: Request) -> Response:
        """Show countries, cities, ages and genders of accounts, and of those who reacted."""
        zone = zoneinfo.ZoneInfo(self.member.organization.timezone)
        today = timezone.now().astimezone(zone).date()
        return self.shown(audience.shown(self.member, audience.asked(request.query_params.dict(), today=today)))
