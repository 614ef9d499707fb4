"""Workflows and absences: who decides, and who decides meanwhile."""

from typing import Any, ClassVar

from django.db.models import QuerySet
from django.utils import timezone
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.permissions import may
from accounts.rest import MemberViewSet
from publishing.models import Absence, ApprovalWorkflow
from publishing.serializers.approvals import AbsenceSerializer, WorkflowSerializer
from publishing.services.approvals import absences, workflows
from trenddrop.core.rest.filters import Filters, flag, key
from trenddrop.core.rest.problems import reject
from trenddrop.core.rest.views import Listed, Read


class WorkflowFilter(Filters):
    """Of workflows."""

    client = key("client_id", "Only this client's.")
    active = flag("Only those in use (true) or not (false).", field_name="is_active")

    class Meta:
        model = ApprovalWorkflow
        fields: list[str] = []


class WorkflowViewSet(Listed, Read, MemberViewSet):
    """Workflows of approval."""

    queryset = ApprovalWorkflow.objects.prefetch_related("stages__approvers")
    serializer_class = WorkflowSerializer
    filterset_class = WorkflowFilter
    orderings = ("name", "-name", "-created_at", "created_at")
    refusals: ClassVar = {workflows.CannotKeep: 422}
    action_permissions: ClassVar = {
        **dict.fromkeys(("list", "retrieve"), "approvals.view"),
        **dict.fromkeys(("create", "partial_update", "destroy"), "approvals.manage"),
    }

    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """List the workflows, by name."""
        return super().list(request, *args, **kwargs)

    def retrieve(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Show one workflow with its stages."""
        return super().retrieve(request, *args, **kwargs)

    def create(self, request: Request) -> Response:
        """Make a workflow of the house, or of a client."""
        row = workflows.create(by=self.member, **self.given())
        return self.shown(self.get_queryset().get(pk=row.pk), status=201)

    def partial_update(self, request: Request, pk: Any) -> Response:
        """Change a workflow; given stages take the place of all. What was asked already keeps its stages."""
        row, given = self.get_object(), self.given(self.get_object(), partial=True)
        if "client" in given and given.pop("client") != row.client:
            raise reject("client", "A workflow stays with its client. Make another one.")
        workflows.change(row, by=self.member, **given)
        return self.shown(self.get_queryset().get(pk=row.pk))

    def destroy(self, request: Request, pk: Any) -> Response:
        """Remove a workflow; what was asked by it goes on."""
        workflows.remove(self.get_object(), by=self.member)
        return Response(status=204)


class AbsenceViewSet(Listed, Read, MemberViewSet):
    """Absences: one's own; of everybody, for those who manage approvals."""

    queryset = Absence.objects.all()
    serializer_class = AbsenceSerializer
    orderings = ("starts_on", "-starts_on")
    refusals: ClassVar = {absences.CannotBeAway: 422}
    action_permissions: ClassVar = {
        **dict.fromkeys(("list", "retrieve", "create", "destroy"), "approvals.decide"),
    }

    def get_queryset(self) -> QuerySet[Any]:
        """Return those the member may see."""
        rows = super().get_queryset()
        return rows if may(self.member, "approvals.manage") else rows.filter(member=self.member)

    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """List the absences, the soonest first."""
        return super().list(request, *args, **kwargs)

    def retrieve(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Show one absence."""
        return super().retrieve(request, *args, **kwargs)

    def create(self, request: Request) -> Response:
        """Say that you are away, and who decides meanwhile."""
        row = absences.away(member=self.member, by=self.member, now=timezone.now(), **self.given())
        return self.shown(row, status=201)

    def destroy(self, request: Request, pk: Any) -> Response:
        """Say that somebody is back; what the deputy was asked stays with them."""
        absences.back(self.get_object(), by=self.member)
        return Response(status=204)
