"""Addresses of trends."""

from django.urls import URLPattern, URLResolver, path

from trends.views import explorer, own, sources, topic

urlpatterns: list[URLPattern | URLResolver] = [
    path("trends/", explorer.trends, name="trends"),
    path("trends/hashtags/", own.hashtags, name="trend_hashtags"),
    path("trends/sources/", sources.sources, name="trend_sources"),
    path("trends/<uuid:pk>/", topic.trend, name="trend"),
]
