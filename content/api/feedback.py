"""What published pieces taught: results, lessons, corrections."""

import uuid
from typing import Any, ClassVar

from django.db.models import QuerySet
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.rest import MemberViewSet
from content.learning import lessons
from content.models import Calibration, FeedbackSignal
from content.serializers.feedback import (
    PLATFORMS,
    CalibrationSerializer,
    LeftOutSerializer,
    LessonsSerializer,
    RenewedSerializer,
    SignalSerializer,
)
from content.services import feedback
from trenddrop.core.rest.filters import Filters, Flag, instant, one_of
from trenddrop.core.rest.views import Listed, Read


class SignalFilter(Filters):
    """Of results."""

    platform = one_of(PLATFORMS, "Only posts there.")
    is_left_out = Flag(help_text="Only those left out (true) or taken in (false).")
    since = instant("measured_at", "gte", "Only results from this time on.")
    until = instant("measured_at", "lt", "Only results before this time.")

    class Meta:
        model = FeedbackSignal
        fields: list[str] = []


class SignalViewSet(Listed, Read, MemberViewSet):
    """Results of published pieces, and what they taught."""

    queryset = FeedbackSignal.objects.all()
    serializer_class = SignalSerializer
    filterset_class = SignalFilter
    bodies: ClassVar = {"partial_update": LeftOutSerializer}
    shapes: ClassVar = {"lessons": LessonsSerializer(many=True)}
    doors: ClassVar = {"partial_update": "lesson_leave_out"}
    orderings = ("-measured_at", "measured_at", "-engagement")
    action_permissions: ClassVar = {
        **dict.fromkeys(("list", "retrieve", "lessons"), "analytics.view"),
        "partial_update": "content.edit",
    }

    def get_queryset(self) -> QuerySet[Any]:
        """Read the piece along where it is named in the log."""
        rows = super().get_queryset()
        return rows.select_related("piece") if self.action == "partial_update" else rows

    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """List what published pieces did, the latest first."""
        return super().list(request, *args, **kwargs)

    def retrieve(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Show what one piece did."""
        return super().retrieve(request, *args, **kwargs)

    def partial_update(self, request: Request, pk: Any) -> Response:
        """Learn nothing from a post, or learn from it again; lessons and corrections are made anew."""
        row, given = self.get_object(), self.given()
        return self.shown(feedback.leave_out(row, left_out=given["is_left_out"], by=self.member))

    @extend_schema(
        parameters=[OpenApiParameter("brand", uuid.UUID, description="Whose client's posts; else the house's own.")]
    )
    @action(detail=False, pagination_class=None, filterset_class=None)
    def lessons(self, request: Request) -> Response:
        """Show what went with more and what with less, platform by platform, among the posts of one client."""
        brand, member = self.asked_brand(), self.member
        client = brand.client_id if brand else member.works_for_id
        return self.shown(
            lessons.by_platform(member.organization_id, client_id=client), kind=LessonsSerializer, many=True
        )


class CalibrationViewSet(Listed, Read, MemberViewSet):
    """Corrections of predictions by own results."""

    queryset = Calibration.objects.all()
    serializer_class = CalibrationSerializer
    shapes: ClassVar = {"renew": RenewedSerializer}
    doors: ClassVar = {"renew": "lessons_renew"}
    orderings = ("platform", "-posts")
    action_permissions: ClassVar = {
        **dict.fromkeys(("list", "retrieve"), "analytics.view"),
        "renew": "content.edit",
    }

    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """List the corrections; none while there are too few results."""
        return super().list(request, *args, **kwargs)

    def retrieve(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Show one correction."""
        return super().retrieve(request, *args, **kwargs)

    @action(detail=False, methods=["post"], pagination_class=None)
    def renew(self, request: Request) -> Response:
        """Hold all results against each other now; it also happens by itself when a post has settled."""
        return self.shown({"corrections": feedback.renew(by=self.member)})
