"""What follows from our own history: changes of followers, growth of totals, the columns all platforms share.

Only from days that are there: where the earlier day is missing, the figure is null. A counter that falls is kept as it
was told, and what would have been won that day is null with that reason.
"""

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

from django.db import connection

from analytics.documents import DOCUMENTS
from analytics.documents.fields import Document, Kind
from analytics.documents.reasons import FELL, NO_DAY_BEFORE
from analytics.models import DailyMetrics, TrackedAccount

RECKONED = "reckoned"
ENTERED = "entered"
RATE = "engagement_rate"
DAY = dt.timedelta(days=1)
LONGEST = dt.timedelta(days=30)
COLUMNS = ["followers", "engagement", "content_count", "document", "missing", "updated_at"]


def reckon(account: TrackedAccount, dates: Sequence[dt.date], *, now: dt.datetime) -> None:
    """Bring everything that follows from these days up to date. Call in the organisation's scope, in a transaction."""
    document = DOCUMENTS.get(account.platform)
    if not dates or document is None:
        return
    first, last = min(dates), max(dates)
    rows = {row.date: row for row in account.days.filter(date__range=(first - DAY, last + DAY))}
    touched = {day for each in dates for day in (each, each + DAY)}
    changed = []
    for day in sorted(touched & rows.keys()):
        settle(rows[day], rows.get(day - DAY), document)
        rows[day].updated_at = now
        changed.append(rows[day])
    DailyMetrics.objects.bulk_update(changed, COLUMNS, batch_size=200)
    _write_changes(account, first, last + LONGEST)


def settle(row: DailyMetrics, before: DailyMetrics | None, document: Document) -> None:
    """Fill what follows from a day's own figures and those of the day before; nothing is saved."""
    told = dict(row.document)
    for key in told.pop(RECKONED, []):
        told.pop(key, None)
    missing, reckoned = dict(row.missing), []
    for field in document.fields:
        if not field.since or field.key in told or told.get(field.since) is None:
            continue
        value, why = _growth(told[field.since], before.document.get(field.since) if before else None)
        if why:
            missing[field.key] = why
        else:
            told[field.key] = value
            missing.pop(field.key, None)
            reckoned.append(field.key)
    row.followers = _whole(told.get(document.followers)) if document.followers else None
    row.content_count = _whole(told.get(document.content_count)) if document.content_count else None
    row.engagement = _sum(told, document.engagement)
    if _rate(row, told, document):
        missing.pop(RATE, None)
        reckoned.append(RATE)
    row.document = told | ({RECKONED: reckoned} if reckoned else {})
    row.missing = missing


def _growth(now: Any, before: Any) -> tuple[int | None, str]:
    if before is None:
        return None, NO_DAY_BEFORE
    return (None, FELL) if now < before else (now - before, "")


def _whole(value: Any) -> int | None:
    return int(value) if isinstance(value, (int, float)) and not isinstance(value, bool) else None


def _sum(told: Mapping[str, Any], keys: Sequence[str]) -> int | None:
    """Return what people did that day, of what is told; None when nothing is."""
    parts = [told[key] for key in keys if told.get(key) is not None]
    return sum(parts) if parts else None


def _rate(row: DailyMetrics, told: dict[str, Any], document: Document) -> bool:
    """Fill the engagement rate where the platform has none of its own and both parts are there."""
    field = document.field(RATE)
    done = _sum(told, document.rated or document.engagement)
    if field is None or RATE in told or not row.followers or done is None:
        return False
    rate = done / row.followers
    if field.kind == Kind.SHARE and rate > 1:
        return False
    told[RATE] = round(rate, 6)
    return True


CHANGES = """
UPDATE analytics_dailymetrics d SET
  change_24h = d.followers - (SELECT p.followers FROM analytics_dailymetrics p
                              WHERE p.account_id = d.account_id AND p.date = d.date - 1),
  change_7d  = d.followers - (SELECT p.followers FROM analytics_dailymetrics p
                              WHERE p.account_id = d.account_id AND p.date = d.date - 7),
  change_30d = d.followers - (SELECT p.followers FROM analytics_dailymetrics p
                              WHERE p.account_id = d.account_id AND p.date = d.date - 30)
WHERE d.account_id = %s AND d.date BETWEEN %s AND %s
"""


def _write_changes(account: TrackedAccount, first: dt.date, last: dt.date) -> None:
    with connection.cursor() as cursor:
        cursor.execute(CHANGES, [account.pk, first, last])
