"""Topics, their fit and their sources for programs."""

from typing import Any

from rest_framework.routers import BaseRouter

from trends.api.alerts import AlertViewSet, WatchViewSet
from trends.api.own import OwnHashtagViewSet
from trends.api.sources import SourceViewSet
from trends.api.topics import RelevanceViewSet, TopicViewSet

RESOURCES: dict[str, Any] = {
    "watches": WatchViewSet,
    "alerts": AlertViewSet,
    "trends": TopicViewSet,
    "trend-relevance": RelevanceViewSet,
    "trend-sources": SourceViewSet,
    "own-hashtags": OwnHashtagViewSet,
}


def register(router: BaseRouter) -> None:
    """Name the addresses."""
    for name, view in RESOURCES.items():
        router.register(name, view, basename=f"api-{name}")
