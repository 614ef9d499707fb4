"""What is sold, for programs of any member."""

from typing import ClassVar

from django.utils import timezone
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.rest import MemberViewSet
from billing.models import CreditPack, PlanVersion
from billing.queries import catalogue
from billing.serializers.catalogue import CreditPackSerializer, PlanSerializer


class PlanViewSet(MemberViewSet):
    """Plans as they are sold now."""

    queryset = PlanVersion.objects.none()
    serializer_class = PlanSerializer
    pagination_class = None
    action_permissions: ClassVar = {"list": "account.own"}

    def list(self, request: Request) -> Response:
        """List the plans, the smallest first."""
        return self.shown(catalogue.on_sale(now=timezone.now()), many=True)


class CreditPackViewSet(MemberViewSet):
    """Credits to buy beside the plan."""

    queryset = CreditPack.objects.none()
    serializer_class = CreditPackSerializer
    pagination_class = None
    action_permissions: ClassVar = {"list": "account.own"}

    def list(self, request: Request) -> Response:
        """List the packs that are sold."""
        return self.shown(CreditPack.objects.filter(is_active=True).order_by("sort_order", "currency"), many=True)
