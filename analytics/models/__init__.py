"""What published posts did, what accounts' days were, what people did and bought, and what it was worth."""

from analytics.models.conversions import (
    Conversion,
    ConversionCredit,
    ConversionMessage,
    ConversionSite,
    Hit,
    LinkDay,
    ShortLink,
    SiteDay,
    Touch,
)
from analytics.models.days import AudienceSnapshot, DailyMetrics, MetricImport, TrackedAccount
from analytics.models.events import (
    EngagementDay,
    EngagementEvent,
    EngagementHour,
    EventBatch,
    EventKey,
    EventType,
    TouchedHour,
)
from analytics.models.metrics import MeasuredPost, PostMetrics
from analytics.models.rollups import AccountDay, AnalyticsSnapshot, PostDay, RollupMark
from analytics.models.worth import AssetCost, RoiCalculation, SearchDay, SearchProperty, SeoMetrics

__all__ = [
    "AccountDay",
    "AnalyticsSnapshot",
    "AssetCost",
    "AudienceSnapshot",
    "Conversion",
    "ConversionCredit",
    "ConversionMessage",
    "ConversionSite",
    "DailyMetrics",
    "EngagementDay",
    "EngagementEvent",
    "EngagementHour",
    "EventBatch",
    "EventKey",
    "EventType",
    "Hit",
    "LinkDay",
    "MeasuredPost",
    "MetricImport",
    "PostDay",
    "PostMetrics",
    "RoiCalculation",
    "RollupMark",
    "SearchDay",
    "SearchProperty",
    "SeoMetrics",
    "ShortLink",
    "SiteDay",
    "Touch",
    "TouchedHour",
    "TrackedAccount",
]
