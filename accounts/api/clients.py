"""Clients of an agency."""

from typing import Any, ClassVar

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.filters import ClientFilter
from accounts.models import ClientAccount
from accounts.rest import MemberViewSet
from accounts.serializers.clients import ClientSerializer
from accounts.services import clients
from trenddrop.core.rest.views import Listed, Read, apply


class ClientViewSet(Listed, Read, MemberViewSet):
    """Clients."""

    queryset = ClientAccount.objects.all()
    serializer_class = ClientSerializer
    filterset_class = ClientFilter
    orderings = ("name", "-name", "created_at", "-created_at")
    refusals: ClassVar = {clients.ClientRefused: 409}
    action_permissions: ClassVar = {
        "list": "clients.view",
        "retrieve": "clients.view",
        "create": "clients.manage",
        "partial_update": "clients.manage",
        "destroy": "clients.manage",
        "restore": "clients.manage",
    }

    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """List the clients."""
        return super().list(request, *args, **kwargs)

    def retrieve(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Show one client."""
        return super().retrieve(request, *args, **kwargs)

    def create(self, request: Request) -> Response:
        """Add a client."""
        return self.shown(clients.add(ClientAccount(**self.given()), by=self.member), status=201)

    def partial_update(self, request: Request, pk: Any) -> Response:
        """Change a client's profile."""
        row = self.get_object()
        changes = apply(row, self.given(row, partial=True))
        return self.shown(clients.change(row, changed=list(changes), by=self.member))

    def destroy(self, request: Request, pk: Any) -> Response:
        """Archive a client: its members are shut out, nothing more is sent, and nothing is lost."""
        clients.archive(self.get_object(), by=self.member, now=timezone.now())
        return Response(status=204)

    @extend_schema(request=None)
    @action(detail=True, methods=["post"])
    def restore(self, request: Request, pk: Any) -> Response:
        """Take the work up again."""
        row = self.get_object()
        clients.restore(row, by=self.member, now=timezone.now())
        return self.shown(row)
