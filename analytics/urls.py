"""Addresses of analytics."""

from django.urls import URLPattern, URLResolver, path

from analytics.views import audience, content, metrics, numbers, short_links, site_telling, today, worth

urlpatterns: list[URLPattern | URLResolver] = [
    path("l/<slug:code>", short_links.follow, name="short_link"),
    path("c/<slug:key>.js", site_telling.script, name="site_script"),
    path("c/<slug:key>/e", site_telling.tell, name="site_tell"),
    path("c/<slug:key>/events", site_telling.events, name="site_events"),
    path("c/<slug:key>/stripe", site_telling.of_stripe, name="site_stripe"),
    path("c/<slug:key>/shopify", site_telling.of_shopify, name="site_shopify"),
    path("today/", today.page, name="today"),
    path("posts/<uuid:key>/numbers/", numbers.post_numbers, name="post_numbers"),
    path("numbers/metrics/", metrics.index, name="numbers_metrics"),
    path("numbers/metrics/<slug:key>/", metrics.one, name="numbers_metric"),
    path("numbers/metrics/<slug:key>/<uuid:post>/", metrics.explain, name="numbers_explain"),
    path("numbers/content/", content.page, name="numbers_content"),
    path("numbers/audience/", audience.page, name="numbers_audience"),
    path("numbers/return/", worth.index, name="numbers_worth"),
    path("numbers/return/<uuid:key>/", worth.one, name="numbers_worth_of"),
    path("numbers/return/<uuid:key>/cost/", worth.enter_cost, name="numbers_worth_cost"),
    path("numbers/return/<uuid:key>/cost/forget/", worth.remove_cost, name="numbers_worth_forget"),
]
