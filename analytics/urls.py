"""Addresses of analytics."""

from django.urls import URLPattern, URLResolver, path

from analytics.views import audience, content, numbers, today, worth

urlpatterns: list[URLPattern | URLResolver] = [
    path("today/", today.page, name="today"),
    path("posts/<uuid:key>/numbers/", numbers.post_numbers, name="post_numbers"),
    path("numbers/content/", content.page, name="numbers_content"),
    path("numbers/audience/", audience.page, name="numbers_audience"),
    path("numbers/return/", worth.index, name="numbers_worth"),
    path("numbers/return/<uuid:key>/", worth.one, name="numbers_worth_of"),
    path("numbers/return/<uuid:key>/cost/", worth.enter_cost, name="numbers_worth_cost"),
    path("numbers/return/<uuid:key>/cost/forget/", worth.remove_cost, name="numbers_worth_forget"),
]
