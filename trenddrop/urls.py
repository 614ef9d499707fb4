"""Every address of the product."""

from django.contrib import admin
from django.urls import include, path

from trenddrop import health

urlpatterns = [
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
    path("admin/", admin.site.urls),
    path("", include("accounts.urls")),
    path("", include("trends.urls")),
    path("", include("content.urls")),
    path("", include("publishing.urls")),
    path("", include("analytics.urls")),
]
