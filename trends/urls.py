"""Addresses of trends."""

from django.urls import URLPattern, URLResolver, path

from trends.views import explorer, topic

urlpatterns: list[URLPattern | URLResolver] = [
    path("trends/", explorer.trends, name="trends"),
    path("trends/<uuid:pk>/", topic.trend, name="trend"),
]
