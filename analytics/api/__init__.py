"""Numbers for programs."""

from django.urls import URLPattern, path
from rest_framework.routers import BaseRouter

from analytics.api import (
    advice,
    advisor,
    compared,
    conversions,
    days,
    events,
    goals,
    insights,
    measured,
    overview,
    reports,
    rollups,
    search,
    worth,
)

RESOURCES = {
    "optimization-reports": reports.OptimizationReportViewSet,
    "report-schedules": reports.ReportScheduleViewSet,
    "goals": goals.GoalViewSet,
    "insights": insights.InsightViewSet,
    "insight-runs": insights.InsightRunViewSet,
    "anomalies": insights.AnomalyViewSet,
    "suggestions": advice.SuggestionViewSet,
    "suggestion-arms": advice.SuggestionArmViewSet,
    "back-tests": advice.BackTestViewSet,
    "advisor-conversations": advisor.AdvisorConversationViewSet,
    "advisor-questions": advisor.AdvisorQuestionViewSet,
    "short-links": conversions.ShortLinkViewSet,
    "conversion-sites": conversions.ConversionSiteViewSet,
    "conversions": conversions.ConversionViewSet,
    "touches": conversions.TouchViewSet,
    "measured-posts": measured.MeasuredViewSet,
    "post-days": rollups.PostDayViewSet,
    "account-days": rollups.AccountDayViewSet,
    "analytics-snapshots": rollups.AnalyticsSnapshotViewSet,
    "asset-costs": worth.AssetCostViewSet,
    "roi-calculations": worth.RoiCalculationViewSet,
    "search-properties": search.SearchPropertyViewSet,
    "search-days": search.SearchDayViewSet,
    "seo-metrics": search.SeoMetricsViewSet,
    "tracked-accounts": days.TrackedAccountViewSet,
    "daily-metrics": days.DailyMetricsViewSet,
    "audience-snapshots": days.AudienceSnapshotViewSet,
    "metric-imports": days.MetricImportViewSet,
    "engagement-events": events.EngagementEventViewSet,
    "engagement-hours": events.EngagementHourViewSet,
    "engagement-days": events.EngagementDayViewSet,
    "event-archives": events.EventArchiveViewSet,
}
READ = {"get": "retrieve"}
SINGLES: list[URLPattern] = [
    path("today", measured.TodayViewSet.as_view(READ), name="api-today"),
    path("metrics", rollups.MetricViewSet.as_view({"get": "list"}), name="api-metrics"),
    path("metrics/<slug:key>", rollups.MetricViewSet.as_view(READ), name="api-metric"),
    path("numbers/overview", overview.OverviewViewSet.as_view(READ), name="api-numbers-overview"),
    path("numbers/platforms/<slug:key>", overview.PlatformViewSet.as_view(READ), name="api-numbers-platform"),
    path("numbers/what-works", compared.WhatWorksViewSet.as_view(READ), name="api-numbers-what-works"),
    path("numbers/audience", compared.NumbersAudienceViewSet.as_view(READ), name="api-numbers-audience"),
    path("numbers/lift", overview.LiftViewSet.as_view(READ), name="api-numbers-lift"),
    path("numbers/clients/<uuid:pk>", overview.ClientNumbersViewSet.as_view(READ), name="api-numbers-client"),
]


def register(router: BaseRouter) -> None:
    """Name the addresses."""
    for name, view in RESOURCES.items():
        router.register(name, view, basename=f"api-{name}")
