"""Reports made and mailed, for tests."""

import datetime as dt
from typing import Any

from django.utils import timezone

from accounts import tenancy
from accounts.models import Membership
from analytics.models import OptimizationReport, ReportSchedule
from analytics.services import reports as commands
from analytics.span import DAY
from tests.analytics.counted import today
from tests.cast import Cast

MONDAY = dt.datetime(2026, 11, 23, 3, 45, tzinfo=dt.UTC)  # 9:15 in Kolkata


def made(cast: Cast, *, by: Membership | None = None, **more: Any) -> OptimizationReport:
    """A report of the last four weeks."""
    member = by or cast.asha
    days: dict[str, Any] = {"period": "custom", "first": today(cast) - 28 * DAY, "last": today(cast) - DAY}
    with tenancy.of_member(member):
        return commands.make(by=member, now=timezone.now(), **(days | more))


def scheduled(cast: Cast, **more: Any) -> ReportSchedule:
    """A weekly report to two people, set up before Monday."""
    told: dict[str, Any] = {
        "name": "Weekly", "period": "week", "hour": 9,
        "recipients": ["asha@kesar.example", "Isha@Client.example", "isha@client.example "],
    }  # fmt: skip
    with tenancy.of_member(cast.asha):
        return commands.schedule(by=cast.asha, now=MONDAY - 2 * DAY, **(told | more))
