"""What published posts did, what days were, what people did and bought, what it was worth, and what it all says."""

from analytics.models.advice import ArmPrior, BackTest, Suggestion, SuggestionArm
from analytics.models.advisor import AdvisorConversation, AdvisorQuestion
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
    ReactionDay,
    TouchedHour,
)
from analytics.models.goals import Goal, GoalMilestone
from analytics.models.insights import Anomaly, AnomalyCause, Insight, InsightRun
from analytics.models.metrics import MeasuredPost, PostMetrics
from analytics.models.reports import OptimizationReport, ReportPeriod, ReportSchedule
from analytics.models.rollups import AccountDay, AnalyticsSnapshot, PostDay, RollupMark
from analytics.models.worth import AssetCost, RoiCalculation, SearchDay, SearchProperty, SeoMetrics

__all__ = [
    "AccountDay",
    "AdvisorConversation",
    "AdvisorQuestion",
    "AnalyticsSnapshot",
    "Anomaly",
    "AnomalyCause",
    "ArmPrior",
    "AssetCost",
    "AudienceSnapshot",
    "BackTest",
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
    "Goal",
    "GoalMilestone",
    "Hit",
    "Insight",
    "InsightRun",
    "LinkDay",
    "MeasuredPost",
    "MetricImport",
    "OptimizationReport",
    "PostDay",
    "PostMetrics",
    "ReactionDay",
    "ReportPeriod",
    "ReportSchedule",
    "RoiCalculation",
    "RollupMark",
    "SearchDay",
    "SearchProperty",
    "SeoMetrics",
    "ShortLink",
    "SiteDay",
    "Suggestion",
    "SuggestionArm",
    "Touch",
    "TouchedHour",
    "TrackedAccount",
]
