"""Costs and returns of originals, for programs."""

from typing import Any, ClassVar

from django.utils import timezone
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.rest import MemberViewSet
from analytics.models import AssetCost, RoiCalculation
from analytics.queries import worth
from analytics.serializers.worth import AssetCostSerializer, NewAssetCostSerializer, RoiCalculationSerializer
from analytics.services import worth as commands
from trenddrop.core.rest.filters import Filters, flag, key
from trenddrop.core.rest.views import Listed, Read


class CostFilter(Filters):
    """Of costs."""

    asset = key("asset_id", "Only of this original.")

    class Meta:
        model = AssetCost
        fields: list[str] = []


class AssetCostViewSet(Listed, Read, MemberViewSet):
    """What originals cost, as entered."""

    queryset = AssetCost.objects.filter(worth.LIVE)
    serializer_class = AssetCostSerializer
    filterset_class = CostFilter
    bodies: ClassVar = {"create": NewAssetCostSerializer}
    refusals: ClassVar = {commands.CannotCost: 422}
    action_permissions: ClassVar = {
        **dict.fromkeys(("list", "retrieve"), "costs.view"),
        **dict.fromkeys(("create", "destroy"), "costs.edit"),
    }

    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """List the costs."""
        return super().list(request, *args, **kwargs)

    def retrieve(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Show one."""
        return super().retrieve(request, *args, **kwargs)

    def create(self, request: Request) -> Response:
        """Enter what an original cost, in the place of what was there; its return is reckoned anew."""
        given = self.given()
        asset = given.pop("asset")
        return self.shown(commands.enter_cost(asset, by=self.member, now=timezone.now(), **given), status=201)

    def destroy(self, request: Request, pk: Any) -> Response:
        """Forget it; where enough others are known, the cost is estimated from then on."""
        commands.remove_cost(self.get_object().asset, by=self.member, now=timezone.now())
        return Response(status=204)


class RoiFilter(Filters):
    """Of returns."""

    asset = key("asset_id", "Only of this original.")
    is_estimated = flag("Only with an estimated cost (true), or an entered or unknown one (false).")

    class Meta:
        model = RoiCalculation
        fields: list[str] = []


class RoiCalculationViewSet(Listed, Read, MemberViewSet):
    """What originals brought beside what they cost."""

    queryset = RoiCalculation.objects.filter(worth.LIVE).select_related("asset")
    serializer_class = RoiCalculationSerializer
    filterset_class = RoiFilter
    action_permissions: ClassVar = {
        **dict.fromkeys(("list", "retrieve"), "costs.view"),
        "reckon": "costs.edit",
    }

    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """List the returns."""
        return super().list(request, *args, **kwargs)

    def retrieve(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Show one."""
        return super().retrieve(request, *args, **kwargs)

    @action(detail=True, methods=["post"])
    def reckon(self, request: Request, pk: Any) -> Response:
        """Reckon it now, rather than within the quarter of an hour."""
        return self.shown(commands.reckon(self.get_object().asset, now=timezone.now()))
