"""Findings, the looks that found them, and odd days, for programs."""

from typing import Any, ClassVar

from django.utils import timezone
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from accounts import tenancy
from accounts.rest import MemberViewSet
from analytics.models import Anomaly, Insight, InsightRun
from analytics.serializers.insights import (
    AnomalySerializer,
    DismissalSerializer,
    InsightDoneSerializer,
    InsightRunSerializer,
    InsightSerializer,
)
from analytics.services import advising
from analytics.services import insights as commands
from publishing.services.posts import CannotPlan
from trenddrop.core.rest.filters import Filters, flag, key, one_of
from trenddrop.core.rest.views import Listed, Read


class InsightFilter(Filters):
    """Of findings."""

    kind = one_of(Insight.Kind.choices, "Only of this kind.")
    client = key("client_id", "Only of this client.")
    is_current = flag("Only those that still stand (true), or no longer do (false).")
    dismissed = flag(
        "Only those put away (true), or not (false).", field_name="dismissed_at", lookup_expr="isnull", exclude=True
    )

    class Meta:
        model = Insight
        fields: list[str] = []


class InsightViewSet(Listed, Read, MemberViewSet):
    """What the numbers say."""

    queryset = Insight.objects.all()
    serializer_class = InsightSerializer
    filterset_class = InsightFilter
    bodies: ClassVar = {"dismiss": DismissalSerializer}
    shapes: ClassVar = {"do": InsightDoneSerializer}
    statuses: ClassVar = {"do": 201}
    refusals: ClassVar = {advising.CannotDo: 409, CannotPlan: 409}
    unscoped = frozenset({"do"})
    doors: ClassVar = {"do": "numbers_insight_do"}
    action_permissions: ClassVar = {
        **dict.fromkeys(("list", "retrieve"), "analytics.view"),
        **dict.fromkeys(("dismiss", "restore"), "analytics.edit"),
        "do": "content.edit",
    }

    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """List the findings."""
        return super().list(request, *args, **kwargs)

    def retrieve(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Show one."""
        return super().retrieve(request, *args, **kwargs)

    @action(detail=True, methods=["post"])
    def dismiss(self, request: Request, pk: Any) -> Response:
        """Put a finding away; its kind comes later in the order from the next look on."""
        return self.shown(commands.dismiss(self.get_object(), by=self.member, now=timezone.now(), **self.given()))

    @action(detail=True, methods=["post"])
    def restore(self, request: Request, pk: Any) -> Response:
        """Take a finding back."""
        return self.shown(commands.restore(self.get_object(), by=self.member))

    @action(detail=True, methods=["post"])
    def do(self, request: Request, pk: Any) -> Response:
        """Draft a piece as the finding advises, with a place in the calendar."""
        with tenancy.of_member(self.member):
            row = self.get_object()
        done = advising.do_this(row, by=self.member, now=timezone.now())
        return Response(InsightDoneSerializer(done).data, status=201)


class InsightRunViewSet(Listed, Read, MemberViewSet):
    """How much was asked, and of what too little is known."""

    queryset = InsightRun.objects.all()
    serializer_class = InsightRunSerializer
    action_permissions: ClassVar = {
        **dict.fromkeys(("list", "retrieve"), "analytics.view"),
        "ask": "analytics.edit",
    }
    refusals: ClassVar = {commands.CannotLook: 409}
    unscoped = frozenset({"ask"})
    doors: ClassVar = {"ask": "numbers_insights_ask"}
    statuses: ClassVar = {"ask": 201}

    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """List the looks."""
        return super().list(request, *args, **kwargs)

    def retrieve(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Show one."""
        return super().retrieve(request, *args, **kwargs)

    @action(detail=False, methods=["post"])
    def ask(self, request: Request) -> Response:
        """Ask everything anew now, rather than at the end of the week."""
        member = self.member
        with tenancy.of_organization(member.organization_id):
            commands.look_again(member.organization_id, by=member, now=timezone.now())
        with tenancy.of_member(member):
            row = self.get_queryset().order_by("-ran_at", "-pk").first()
            return Response(InsightRunSerializer(row).data, status=201)


class AnomalyFilter(Filters):
    """Of odd days."""

    kind = one_of(Anomaly.Kind.choices, "Only of this kind.")
    client = key("client_id", "Only of this client.")
    account = key("account_id", "Only of this account.")

    class Meta:
        model = Anomaly
        fields: list[str] = []


class AnomalyViewSet(Listed, Read, MemberViewSet):
    """Days that the weeks before did not lead one to expect."""

    queryset = Anomaly.objects.prefetch_related("causes")
    serializer_class = AnomalySerializer
    filterset_class = AnomalyFilter
    action_permissions: ClassVar = {
        **dict.fromkeys(("list", "retrieve"), "analytics.view"),
        "dismiss": "analytics.edit",
    }

    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """List odd days."""
        return super().list(request, *args, **kwargs)

    def retrieve(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Show one."""
        return super().retrieve(request, *args, **kwargs)

    @action(detail=True, methods=["post"])
    def dismiss(self, request: Request, pk: Any) -> Response:
        """Put an odd day away."""
        return self.shown(commands.dismiss_anomaly(self.get_object(), by=self.member, now=timezone.now()))
