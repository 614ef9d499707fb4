"""Addresses of analytics."""

from django.urls import URLPattern, URLResolver, path

from analytics.views import numbers, today

urlpatterns: list[URLPattern | URLResolver] = [
    path("today/", today.page, name="today"),
    path("posts/<uuid:key>/numbers/", numbers.post_numbers, name="post_numbers"),
]
