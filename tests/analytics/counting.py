"""Accounts whose days are counted, for tests."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from analytics.collection.writing import Brought, Origin, write_days
from analytics.models import DailyMetrics, TrackedAccount
from publishing.platforms.counting import DayFigures
from tests.cast import Cast

NOW = dt.datetime(2026, 11, 20, 9, 0, tzinfo=dt.UTC)
TODAY = NOW.date()


def ago(days: int) -> dt.date:
    """So many days before today."""
    return TODAY - dt.timedelta(days=days)


def account(cast: Cast, platform: str = "soundcloud", way: str = "public", **fields: Any) -> TrackedAccount:
    """An account of Kesar's, to be asked now."""
    defaults = {"external_id": "42", "name": "Monsoon Trio", "next_at": NOW if way != "hand" else None}
    return TrackedAccount.objects.create(organization=cast.kesar, platform=platform, way=way, **(defaults | fields))


def tell(row: TrackedAccount, days: Mapping[dt.date, Mapping[str, Any]], origin: str = Origin.API) -> None:
    """Days as its platform told them."""
    write_days(row, [DayFigures(day, figures) for day, figures in days.items()], Brought(origin), now=NOW)


def days_of(row: TrackedAccount) -> dict[dt.date, DailyMetrics]:
    """Every day of an account."""
    return {day.date: day for day in row.days.order_by("date")}
