"""Topics, their fit and their sources for programs."""

from typing import Any

from rest_framework.routers import BaseRouter

from trends.api.alerts import AlertViewSet, WatchViewSet
from trends.api.forecasts import ForecastModelViewSet
from trends.api.opportunities import OpportunityViewSet
from trends.api.own import OwnHashtagViewSet
from trends.api.sources import SourceViewSet
from trends.api.topics import HistoryViewSet, RelevanceViewSet, TopicViewSet

RESOURCES: dict[str, Any] = {
    "watches": WatchViewSet,
    "alerts": AlertViewSet,
    "trends": TopicViewSet,
    "trend-history": HistoryViewSet,
    "trend-relevance": RelevanceViewSet,
    "trend-forecast-models": ForecastModelViewSet,
    "trend-sources": SourceViewSet,
    "trend-opportunities": OpportunityViewSet,
    "own-hashtags": OwnHashtagViewSet,
}


def register(router: BaseRouter) -> None:
    """Name the addresses."""
    for name, view in RESOURCES.items():
        router.register(name, view, basename=f"api-{name}")
