"""Everything of analytics that operators see; each part registers itself."""

from analytics.admin import (
    advice,
    advisor,
    conversions,
    days,
    events,
    goals,
    insights,
    metrics,
    reports,
    rollups,
    worth,
)

__all__ = [
    "advice",
    "advisor",
    "conversions",
    "days",
    "events",
    "goals",
    "insights",
    "metrics",
    "reports",
    "rollups",
    "worth",
]
