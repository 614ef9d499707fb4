"""The audit log."""

from typing import Any, ClassVar

from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.filters import AuditFilter
from accounts.models import AuditEntry
from accounts.rest import MemberViewSet
from accounts.serializers.audit import AuditSerializer
from trenddrop.core.rest.views import Listed, Read


class AuditViewSet(Listed, Read, MemberViewSet):
    """The audit log."""

    queryset = AuditEntry.objects.all()
    serializer_class = AuditSerializer
    filterset_class = AuditFilter
    orderings = ("-sequence", "sequence")
    action_permissions: ClassVar = {"list": "audit.view", "retrieve": "audit.view"}

    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """List what was done, the latest first."""
        return super().list(request, *args, **kwargs)

    def retrieve(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Show one entry."""
        return super().retrieve(request, *args, **kwargs)
