"""Topics, their fit and their sources for programs."""

from typing import Any, ClassVar

from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.routers import BaseRouter

from accounts.rest import MemberViewSet
from trends import queries
from trends.api.own import OwnHashtagViewSet
from trends.api.topics import RelevanceViewSet, TopicViewSet
from trends.models import TrendSource
from trends.serializers import SourceSerializer


class SourceViewSet(MemberViewSet):
    """Sources of topics."""

    queryset = TrendSource.objects.none()
    serializer_class = SourceSerializer
    pagination_class = None
    action_permissions: ClassVar = {"list": "trends.view"}

    def list(self, request: Request) -> Response:
        """List the feeds that are asked, and how they are."""
        return self.shown(queries.sources(), many=True)


RESOURCES: dict[str, Any] = {
    "trends": TopicViewSet,
    "trend-relevance": RelevanceViewSet,
    "trend-sources": SourceViewSet,
    "own-hashtags": OwnHashtagViewSet,
}


def register(router: BaseRouter) -> None:
    """Name the addresses."""
    for name, view in RESOURCES.items():
        router.register(name, view, basename=f"api-{name}")
