"""Reports, for programs."""

from typing import Any, ClassVar

from django.http import HttpResponse
from django.utils import timezone, translation
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.rest import MemberViewSet
from analytics.models import OptimizationReport, ReportSchedule
from analytics.models.reports import ReportPeriod
from analytics.reporting import drawing
from analytics.reporting.mailing import file_name
from analytics.serializers.reports import (
    NewReportScheduleSerializer,
    NewReportSerializer,
    OptimizationReportSerializer,
    ReportScheduleSerializer,
)
from analytics.services import reports as commands
from trenddrop.core.rest.filters import Filters, key, one_of
from trenddrop.core.rest.views import Listed, Read


class ReportFilter(Filters):
    """Of reports."""

    client = key("client_id", "Only of this client.")
    period = one_of(ReportPeriod.choices, "Only of this length.")

    class Meta:
        model = OptimizationReport
        fields: list[str] = []


class OptimizationReportViewSet(Listed, Read, MemberViewSet):
    """Optimisation reports."""

    queryset = OptimizationReport.objects.all()
    serializer_class = OptimizationReportSerializer
    filterset_class = ReportFilter
    bodies: ClassVar = {"create": NewReportSerializer}
    refusals: ClassVar = {commands.CannotReport: 422}
    doors: ClassVar = {"create": "numbers_report_make", "pdf": "numbers_report_pdf"}
    files = frozenset({"pdf"})
    action_permissions: ClassVar = {
        **dict.fromkeys(("list", "retrieve", "pdf"), "analytics.view"),
        **dict.fromkeys(("create", "destroy"), "analytics.edit"),
    }

    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """List the reports."""
        return super().list(request, *args, **kwargs)

    def retrieve(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Show one with every table."""
        return super().retrieve(request, *args, **kwargs)

    def create(self, request: Request) -> Response:
        """Make a report now."""
        return self.shown(commands.make(by=self.member, now=timezone.now(), **self.given()), status=201)

    def destroy(self, request: Request, pk: Any) -> Response:
        """Remove it."""
        commands.remove(self.get_object(), by=self.member)
        return Response(status=204)

    @extend_schema(responses={(200, "application/pdf"): OpenApiTypes.BINARY})
    @action(detail=True, methods=["get"])
    def pdf(self, request: Request, pk: Any) -> HttpResponse:
        """Give it as a PDF."""
        row = self.get_object()
        data = drawing.drawn(row, language=translation.get_language() or "en")
        answer = HttpResponse(data, content_type="application/pdf")
        answer["Content-Disposition"] = f'attachment; filename="{file_name(row, "pdf")}"'
        return answer


class ReportScheduleViewSet(Listed, Read, MemberViewSet):
    """Reports that come by mail."""

    queryset = ReportSchedule.objects.all()
    serializer_class = ReportScheduleSerializer
    bodies: ClassVar = {"create": NewReportScheduleSerializer, "update": NewReportScheduleSerializer}
    refusals: ClassVar = {commands.CannotReport: 422}
    action_permissions: ClassVar = dict.fromkeys(("list", "retrieve", "create", "update", "destroy"), "analytics.edit")

    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """List the schedules."""
        return super().list(request, *args, **kwargs)

    def retrieve(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Show one."""
        return super().retrieve(request, *args, **kwargs)

    def create(self, request: Request) -> Response:
        """Have a report come by mail."""
        return self.shown(commands.schedule(by=self.member, now=timezone.now(), **self.given()), status=201)

    def update(self, request: Request, pk: Any) -> Response:
        """Say anew when, of whom and to whom."""
        row = self.get_object()
        return self.shown(commands.schedule(row, by=self.member, now=timezone.now(), **self.given()))

    def destroy(self, request: Request, pk: Any) -> Response:
        """End the mails."""
        commands.unschedule(self.get_object(), by=self.member)
        return Response(status=204)
