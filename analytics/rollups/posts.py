"""Bringing the sums of posts up to date: from where they are, or all of them anew; both end the same."""

import datetime as dt
import uuid
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from django.db import connection as database
from django.db.models.functions import TruncDate
from django.utils import timezone

from accounts import tenancy
from accounts.models import Organization
from analytics.models import AccountDay, AnalyticsSnapshot, MeasuredPost, PostDay, RollupMark
from analytics.rollups import statements
from content.models import GeneratedContent
from trenddrop.core import rounds

NAME = "posts"
# What was being written while the last pass read is read again: doing it twice changes nothing.
LAG = dt.timedelta(minutes=10)
BATCH = 2000
Period = AnalyticsSnapshot.Period
One = TypeVar("One")


@dataclass
class Touched:
    """Days whose sums must be made again: by account, and of the organisation."""

    accounts: set[tuple[uuid.UUID, dt.date]] = field(default_factory=set)
    dates: set[dt.date] = field(default_factory=set)

    def add(self, accounts: Iterable[tuple[uuid.UUID | None, dt.date]]) -> None:
        """Take in account days, and so their dates; a post without an account is the organisation's all the same."""
        for account, date in accounts:
            self.dates.add(date)
            if account:
                self.accounts.add((account, date))


def roll_up_due(*, now: dt.datetime) -> int:
    """Bring the sums of all organisations that have something new up to date; return how many had."""
    with tenancy.operator(), database.cursor() as cursor:
        lag: dict[str, Any] = {"lag": LAG}
        cursor.execute(statements.DUE, lag)
        due = [key for (key,) in cursor.fetchall()]
    return len(rounds.each(due, partial(roll_up, now=now)))


def roll_up(organization_id: uuid.UUID, *, now: dt.datetime, anew: bool = False) -> None:
    """Bring an organisation's sums up to date. Whoever comes meanwhile waits, and then finds less to do."""
    with tenancy.of_organization(organization_id):
        mark = _mark(organization_id)
        zone = Organization.objects.values_list("timezone", flat=True).get(pk=organization_id)
        reached = min(now, timezone.now())
        if anew or mark.reached is None or mark.zone != zone:
            touched = _all(organization_id, zone, since=None, now=now)
        elif mark.dirty_from:
            touched = _all(organization_id, zone, since=mark.dirty_from, now=now)
            touched = _news(mark, touched, now=now)
        else:
            touched = _news(mark, Touched(), now=now)
        _sum(organization_id, zone, touched, now=now)
        mark.zone, mark.dirty_from = zone, None
        mark.reached = max(mark.reached, reached) if mark.reached else reached
        mark.save()


def make_again(organization_id: uuid.UUID, *, since: dt.date) -> None:
    """Let the next pass make all sums from a day on again; call in a scope that has the organisation."""
    with database.cursor() as cursor:
        cursor.execute(
            "UPDATE analytics_rollupmark SET dirty_from = least(coalesce(dirty_from, %(since)s), %(since)s)"
            " WHERE organization_id = %(organization)s AND name = %(name)s",
            {"since": since, "organization": organization_id, "name": NAME},
        )


def _mark(organization_id: uuid.UUID) -> RollupMark:
    RollupMark.objects.get_or_create(organization_id=organization_id, name=NAME)
    return RollupMark.objects.select_for_update().get(organization_id=organization_id, name=NAME)


def _news(mark: RollupMark, touched: Touched, *, now: dt.datetime) -> Touched:
    """What changed since the sums were last made."""
    since = (mark.reached or now) - LAG
    changed = MeasuredPost.objects.filter(organization=mark.organization_id, updated_at__gt=since)
    touched.add(_post_days(mark.organization_id, mark.zone, changed.values_list("post_id", flat=True), now=now))
    touched.dates |= _created(mark.organization_id, mark.zone, since=since)
    return touched


def _all(organization_id: uuid.UUID, zone: str, *, since: dt.date | None, now: dt.datetime) -> Touched:
    """Every post, and every day from `since` on that has or had a sum."""
    posts = MeasuredPost.objects.filter(organization=organization_id).values_list("post_id", flat=True)
    touched = Touched()
    touched.add(_post_days(organization_id, zone, posts, now=now))
    touched.add(AccountDay.objects.filter(organization=organization_id).values_list("connection_id", "date"))
    days = PostDay.objects.filter(organization=organization_id).order_by()
    touched.add(days.values_list("post__measured__connection_id", "date").distinct())
    held = AnalyticsSnapshot.objects.filter(organization=organization_id, period=Period.DAY)
    touched.dates |= set(held.values_list("start", flat=True)) | _created(organization_id, zone, since=None)
    if since:
        touched.accounts = {(account, date) for account, date in touched.accounts if date >= since}
        touched.dates = {date for date in touched.dates if date >= since}
    return touched


def _created(organization_id: uuid.UUID, zone: str, *, since: dt.datetime | None) -> set[dt.date]:
    pieces = GeneratedContent.objects.filter(organization=organization_id)
    if since:
        pieces = pieces.filter(created_at__gt=since)
    days = pieces.order_by().annotate(date=TruncDate("created_at", tzinfo=ZoneInfo(zone)))
    return set(days.values_list("date", flat=True).distinct())


def _post_days(
    organization_id: uuid.UUID, zone: str, posts: Iterable[uuid.UUID], *, now: dt.datetime
) -> list[tuple[uuid.UUID | None, dt.date]]:
    found: list[tuple[uuid.UUID | None, dt.date]] = []
    for batch in _batches(list(posts)):
        asked = {"organization": organization_id, "zone": zone, "posts": list(batch), "now": now}
        found += _run(statements.POST_DAYS, asked)
    return found


def _sum(organization_id: uuid.UUID, zone: str, touched: Touched, *, now: dt.datetime) -> None:
    asked: dict[str, Any] = {"organization": organization_id, "zone": zone, "now": now}
    for pairs in _batches(sorted(touched.accounts, key=lambda pair: pair[1])):
        accounts, dates = zip(*pairs, strict=True)
        _run(statements.ACCOUNT_DAYS, asked | {"connections": list(accounts), "dates": list(dates)})
    for days in _batches(sorted(touched.dates)):
        _run(statements.SNAPSHOT_DAYS, asked | {"dates": list(days), "period": Period.DAY.value})
    for period, starts in (
        (Period.WEEK, {date - dt.timedelta(days=date.weekday()) for date in touched.dates}),
        (Period.MONTH, {date.replace(day=1) for date in touched.dates}),
    ):
        if starts:
            _run(statements.SNAPSHOT_PERIODS, asked | {"dates": sorted(starts), "period": period.value})


def _run(statement: str, asked: dict[str, Any]) -> Sequence[tuple[Any, ...]]:
    with database.cursor() as cursor:
        cursor.execute(statement, asked)
        return cursor.fetchall() if cursor.description else []


def _batches(rows: Sequence[One]) -> Iterator[Sequence[One]]:
    return (rows[start : start + BATCH] for start in range(0, len(rows), BATCH))
