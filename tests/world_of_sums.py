"""What Kesar's posts won on a day; and which address shows which of it."""

import uuid
from typing import Any

from django.utils import timezone

from analytics.models import AccountDay, AnalyticsSnapshot, PostDay
from tests.cast import Cast

THINGS: dict[str, str] = {
    **dict.fromkeys(("numbers_explain", "numbers_post_enter"), "post"),
    **dict.fromkeys(("numbers_metric", "api-metric"), "metric_key"),
}
RESOURCES: dict[str, str] = {
    "api-post-days-": "post_day",
    "api-account-days-": "account_day",
    "api-analytics-snapshots-": "analytics_snapshot",
}
SHARED = {"metric_key"}  # the same for every organisation


def sums(cast: Cast, ids: dict[str, uuid.UUID]) -> dict[str, Any]:
    """Let the client's post win something, and sum it up."""
    on, day = {"organization": cast.kesar}, timezone.now().date()
    won = PostDay.objects.create(**on, post_id=ids["post"], date=day, views=7)
    account = AccountDay.objects.create(
        **on, client=cast.client, connection_id=ids["connection"], platform="practice", date=day, views=7
    )
    snapshot = AnalyticsSnapshot.objects.create(**on, client=cast.client, period="day", start=day, views=7)
    found = {"post_day": won.pk, "account_day": account.pk, "analytics_snapshot": snapshot.pk}
    return {**found, "metric_key": "virality"}
