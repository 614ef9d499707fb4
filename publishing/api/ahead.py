"""What would come of moving a post, asked before it is moved."""

from typing import Any

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.rest import MemberViewSet
from publishing.delivery import handing
from publishing.screens.calendar import landing
from publishing.serializers.calendar import AheadSerializer, LandingSerializer


class LooksAhead(MemberViewSet):
    """A look ahead."""

    @extend_schema(parameters=[AheadSerializer])
    @action(detail=True, url_path="look-ahead", pagination_class=None, filterset_class=None)
    def look_ahead(self, request: Request, pk: Any) -> Response:
        """Say what would come of moving it to a time: what clocks do, what is too near, what would be refused."""
        post = self.get_object()
        asked = AheadSerializer(data=request.query_params)
        asked.is_valid(raise_exception=True)
        told = asked.validated_data
        stands = handing.time_of(post)
        at, zone = told.get("local_time") or stands.local, told.get("timezone") or stands.zone
        found = landing.there(post, day=at.date(), time=at.time(), clock=zone, now=timezone.now())
        return self.shown(found, kind=LandingSerializer)
