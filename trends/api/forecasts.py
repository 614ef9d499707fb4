"""Models that foretell, for programs."""

from typing import ClassVar

from rest_framework.request import Request
from rest_framework.response import Response

from accounts.rest import MemberViewSet
from trends.models import ForecastModel
from trends.queries import forecasts
from trends.serializers.forecasts import ForecastModelSerializer


class ForecastModelViewSet(MemberViewSet):
    """Models that foretell what topics will do."""

    queryset = ForecastModel.objects.none()
    serializer_class = ForecastModelSerializer
    pagination_class = None
    action_permissions: ClassVar = {"list": "trends.view"}

    def list(self, request: Request) -> Response:
        """List the versions, how each did on the time held out, and how since it is in use."""
        return self.shown(forecasts.models(), many=True)
