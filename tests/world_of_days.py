"""What stands in Kesar Naturals of accounts' days; and which address shows which."""

import datetime as dt
import uuid

from django.utils import timezone

from analytics.models import AudienceSnapshot, DailyMetrics, MetricImport, TrackedAccount
from tests.cast import Cast

THINGS = {
    **dict.fromkeys(
        (
            "numbers_account", "numbers_account_edit", "numbers_account_pause", "numbers_account_resume",
            "numbers_account_backfill", "numbers_account_remove", "numbers_day", "numbers_day_remove",
            "numbers_import_new", "numbers_import_template",
        ),
        "tracked_account",
    ),
    **dict.fromkeys(
        ("numbers_import", "numbers_import_take_in", "numbers_import_take_back", "numbers_import_drop"), "metric_import"
    ),
}  # fmt: skip
RESOURCES = {
    "api-tracked-accounts-": "tracked_account",
    "api-daily-metrics-": "daily_metrics",
    "api-audience-snapshots-": "audience_snapshot",
    "api-metric-imports-": "metric_import",
}


def days(cast: Cast) -> dict[str, uuid.UUID]:
    """An artist's account that is kept by hand, a day of it, who listens, and a file to look over."""
    now, of = timezone.now(), {"organization": cast.kesar}
    account = TrackedAccount.objects.create(
        **of, client=cast.client, platform="spotify", external_id="hand:kesar", name="KESAR Trio", way="hand"
    )
    day = DailyMetrics.objects.create(
        **of, client=cast.client, account=account, platform="spotify", date=now.date() - dt.timedelta(days=1),
        followers=77, document={"followers": 77}, origin="hand", taken_at=now, entered_by=cast.ben.user,
    )  # fmt: skip
    people = AudienceSnapshot.objects.create(
        **of, account=account, kind="city", date=day.date, shares={"KESAR city": 0.5}, of="listeners", origin="csv"
    )
    file = MetricImport.objects.create(
        **of, client=cast.client, account=account, file_name="KESAR.csv", recognised="plain", row_count=1,
        rows=[{"date": str(day.date), "line": 2, "figures": {"streams": 12}}], first_day=day.date, last_day=day.date,
        brought_by=cast.ben.user,
    )  # fmt: skip
    return {
        "tracked_account": account.pk, "daily_metrics": day.pk, "audience_snapshot": people.pk,
        "metric_import": file.pk,
    }  # fmt: skip
