"""Addresses of analytics."""

from django.urls import URLPattern, URLResolver, path

from analytics.views import today

urlpatterns: list[URLPattern | URLResolver] = [
    path("today/", today.page, name="today"),
]
