"""Every address of the product."""

from django.contrib import admin
from django.urls import include, path
from django.views.i18n import set_language

from publishing import urls as publishing_urls
from trenddrop import finding, health, styleguide
from trenddrop.api import nowhere

handler400 = "trenddrop.failures.bad_request"
handler403 = "trenddrop.failures.permission_denied"
handler404 = "trenddrop.failures.not_found"
handler500 = "trenddrop.failures.server_error"

urlpatterns = [
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
    path("", include(publishing_urls.MACHINES)),
    path("styleguide/", styleguide.styleguide, name="styleguide"),
    path("find/", finding.find, name="find"),
    path("i18n/language/", set_language, name="set_language"),
    path("admin/", admin.site.urls),
    path("api/v1/", include("trenddrop.api")),
    path("api/<path:rest>", nowhere),
    path("", include("accounts.urls")),
    path("", include("billing.urls")),
    path("", include("trends.urls")),
    path("", include("content.urls")),
    path("", include("publishing.urls")),
    path("", include("analytics.urls")),
]
