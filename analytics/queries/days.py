"""Reading accounts' days: which accounts there are and how they stand, and one account's days in order."""

import datetime as dt
import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Count, IntegerField, Min, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce

from accounts.models import Membership
from analytics.models import DailyMetrics, MetricImport, TrackedAccount
from publishing.models import PlatformConnection

LOOKED_BACK = 28
DAY = dt.timedelta(days=1)


@dataclass(frozen=True)
class Standing:
    """An account in the list: its last day, and how many of the last 28 days are missing."""

    account: TrackedAccount
    last_day: dt.date | None
    followers: int | None
    change_7d: int | None
    gaps: int

    @property
    def state(self) -> str:
        """How it stands, in a word of core.catalogue."""
        return state_of(self.account)


def state_of(account: TrackedAccount) -> str:
    """Return how an account's counting stands."""
    connection = account.connection
    if account.gone_at:
        return "gone"
    if not account.is_active:
        return "paused"
    if account.way == TrackedAccount.Way.HAND:
        return "hand"
    if connection is not None and connection.status != PlatformConnection.Status.ACTIVE:
        return str(connection.status)
    if account.failures:
        return "failing"
    return "counted" if account.last_at else "never"


def accounts_of(member: Membership) -> QuerySet[TrackedAccount]:
    """Return the accounts a member sees."""
    rows = TrackedAccount.objects.visible_to(member).select_related("connection", "client", "brand")
    return rows.order_by("platform", "name", "pk")


def standings(member: Membership, *, today: dt.date, limit: int = 500) -> list[Standing]:
    """Return the accounts with their last days: one query, however many there are."""
    days = DailyMetrics.objects.filter(account=OuterRef("pk"))
    latest = days.order_by("-date")
    known = latest.filter(followers__isnull=False)  # a day that people enter may leave them out
    recent = days.filter(date__range=(today - LOOKED_BACK * DAY, today - DAY)).order_by().values("account")
    rows = accounts_of(member).annotate(
        last_day=Subquery(latest.values("date")[:1]),
        first_day=Subquery(days.order_by().values("account").annotate(first=Min("date")).values("first")),
        last_followers=Subquery(known.values("followers")[:1]),
        last_change=Subquery(known.values("change_7d")[:1]),
        recent=Coalesce(Subquery(recent.annotate(n=Count("pk")).values("n"), output_field=IntegerField()), 0),
    )
    return [_standing(row, today) for row in rows[:limit]]


def _standing(row: TrackedAccount, today: dt.date) -> Standing:
    first: dt.date | None = row.first_day  # type: ignore[attr-defined]
    expected = (today - max(first, today - LOOKED_BACK * DAY)).days if first else 0
    gaps = max(0, expected - row.recent)  # type: ignore[attr-defined]
    return Standing(row, row.last_day, row.last_followers, row.last_change, gaps)  # type: ignore[attr-defined]


def days_between(account: TrackedAccount, first: dt.date, last: dt.date) -> list[DailyMetrics]:
    """Return an account's days that are there, the oldest first."""
    rows = account.days.filter(date__range=(first, last)).select_related("entered_by", "source_file")
    return list(rows.order_by("date"))


def edge_days(account: TrackedAccount) -> tuple[dt.date | None, dt.date | None]:
    """Return the first and the last day that are there."""
    found = account.days.order_by("date").values_list("date", flat=True)
    return found.first(), found.last()


def files_of(account: TrackedAccount, *, limit: int = 12) -> Sequence[MetricImport]:
    """Return the files that were brought for an account, the latest first."""
    rows = account.imports.select_related("brought_by").defer("rows", "replaced", "errors")
    return list(rows.order_by("-created_at")[:limit])


def nearest(account_id: uuid.UUID, day: dt.date) -> tuple[dt.date | None, dt.date | None]:
    """Return the days with numbers right before and after one."""
    rows = DailyMetrics.objects.filter(account=account_id).order_by("date").values_list("date", flat=True)
    return rows.filter(date__lt=day).last(), rows.filter(date__gt=day).first()
