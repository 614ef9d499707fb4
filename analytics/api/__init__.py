"""Numbers for programs."""

from django.urls import URLPattern, path
from rest_framework.routers import BaseRouter

from analytics.api import events, measured

RESOURCES = {
    "measured-posts": measured.MeasuredViewSet,
    "engagement-events": events.EngagementEventViewSet,
    "engagement-hours": events.EngagementHourViewSet,
    "engagement-days": events.EngagementDayViewSet,
    "event-archives": events.EventArchiveViewSet,
}
SINGLES: list[URLPattern] = [path("today", measured.TodayViewSet.as_view({"get": "retrieve"}), name="api-today")]


def register(router: BaseRouter) -> None:
    """Name the addresses."""
    for name, view in RESOURCES.items():
        router.register(name, view, basename=f"api-{name}")
