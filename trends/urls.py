"""Addresses of trends."""

from django.urls import URLPattern, URLResolver, path

from trends.views import alerts, explorer, history, opportunities, own, sources, topic

urlpatterns: list[URLPattern | URLResolver] = [
    path("trends/", explorer.trends, name="trends"),
    path("trends/history/", history.trend_history, name="trend_history"),
    path("trends/history/csv/", history.trend_history_csv, name="trend_history_csv"),
    path("trends/hashtags/", own.hashtags, name="trend_hashtags"),
    path("trends/alerts/", alerts.alerts, name="alerts"),
    path("trends/watches/", alerts.watches, name="watches"),
    path("trends/watches/new/", alerts.watch_new, name="watch_new"),
    path("trends/watches/preview/", alerts.watch_preview, name="watch_preview"),
    path("trends/watches/<uuid:pk>/", alerts.watch, name="watch"),
    path("trends/watches/<uuid:pk>/edit/", alerts.watch_edit, name="watch_edit"),
    path("trends/watches/<uuid:pk>/switch/", alerts.watch_switch, name="watch_switch"),
    path("trends/watches/<uuid:pk>/delete/", alerts.watch_delete, name="watch_delete"),
    path("trends/watches/<uuid:pk>/follow/", alerts.watch_follow, name="watch_follow"),
    path("trends/watches/<uuid:pk>/secret/", alerts.watch_secret, name="watch_secret"),
    path("trends/watches/<uuid:pk>/resume/", alerts.watch_resume, name="watch_resume"),
    path("trends/watches/<uuid:pk>/test/", alerts.watch_test, name="watch_test"),
    path("trends/sources/", sources.sources, name="trend_sources"),
    path("trends/<uuid:pk>/", topic.trend, name="trend"),
    path("trends/<uuid:pk>/opportunities/", opportunities.ideas, name="trend_opportunities"),
    path("trends/<uuid:pk>/opportunities/ask/", opportunities.ask, name="opportunity_ask"),
    path("trends/opportunities/<uuid:pk>/dismiss/", opportunities.dismiss, name="opportunity_dismiss"),
    path("trends/opportunities/<uuid:pk>/use/", opportunities.use, name="opportunity_use"),
]
