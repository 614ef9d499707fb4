"""The ledger of AI credits, for programs."""

from typing import Any, ClassVar

from rest_framework.request import Request
from rest_framework.response import Response

from accounts.rest import MemberViewSet
from billing.models import CreditEntry
from billing.serializers.credits import CreditEntrySerializer
from trenddrop.core.rest.filters import Filters, one_of
from trenddrop.core.rest.views import Listed, Read


class CreditEntryFilter(Filters):
    """Of the ledger's lines."""

    kind = one_of(CreditEntry.Kind.choices, "Only lines of this kind.")

    class Meta:
        model = CreditEntry
        fields: list[str] = []


class CreditEntryViewSet(Listed, Read, MemberViewSet):
    """Lines of the ledger: granted, spent, given back, ended. Their sum is the balance."""

    queryset = CreditEntry.objects.all()
    serializer_class = CreditEntrySerializer
    filterset_class = CreditEntryFilter
    action_permissions: ClassVar = dict.fromkeys(("list", "retrieve"), "billing.manage")

    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """List the lines, the latest first."""
        return super().list(request, *args, **kwargs)

    def retrieve(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Show one."""
        return super().retrieve(request, *args, **kwargs)
