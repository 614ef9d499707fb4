"""Figures of accounts' days out of their documents: summed by part of time, day by day, and as they stand last.

Statements name no table of another module and take accounts by their keys, which the caller got through `visible_to`;
row-level security is the second net. "" is the column of followers, whatever the platform calls them.
"""

import datetime as dt
import json
import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection as database

from analytics.documents import DOCUMENTS
from analytics.documents.fields import Document, Field, Kind
from analytics.models import DailyMetrics
from analytics.queries.narrowing import Account
from analytics.span import DAY, Span, comparable

FOLLOWERS = ""
EARLIER = 7 * DAY  # how far back a number counts as where a span began
PLAYS = ("streams", "plays")
NUMBERS = (Kind.COUNT, Kind.SHARE, Kind.SECONDS)
Days = dict[dt.date, float]
# Each account and each part of time by itself: a year of many accounts need not be sorted together.
PARTS = """
    SELECT asked.account, told.key, part.name, told.total, told.every[1], told.every[told.days], told.days, told.until,
        told.since
    FROM (
        SELECT account, array_agg(key) AS keys FROM unnest(%(accounts)s::uuid[], %(keys)s::text[]) AS t (account, key)
        GROUP BY account
    ) asked CROSS JOIN (VALUES ('now', %(first)s, %(last)s), ('before', %(before)s, %(first)s - 1),
        ('earlier', %(earliest)s, %(before)s - 1)) AS part (name, since, until)
    CROSS JOIN LATERAL (
        SELECT k.key, sum(x.v) AS total, array_agg(x.v ORDER BY d.date) AS every, count(x.v) AS days,
            max(d.date) AS until, min(d.date) AS since
        FROM analytics_dailymetrics d CROSS JOIN unnest(asked.keys) AS k (key)
        CROSS JOIN LATERAL (SELECT CASE
            WHEN k.key = '' THEN d.followers::float8
            WHEN jsonb_typeof(d.document -> k.key) = 'number' THEN (d.document ->> k.key)::float8
        END AS v) x
        WHERE d.account_id = asked.account AND d.date BETWEEN part.since AND part.until AND x.v IS NOT NULL
        GROUP BY k.key
    ) told
"""
DAILY = """
    SELECT d.account_id, k.key, d.date, x.v
    FROM analytics_dailymetrics d CROSS JOIN unnest(%(keys)s::text[]) AS k (key)
    CROSS JOIN LATERAL (SELECT CASE
        WHEN k.key = '' THEN d.followers::float8
        WHEN jsonb_typeof(d.document -> k.key) = 'number' THEN (d.document ->> k.key)::float8
    END AS v) x
    WHERE d.account_id = ANY(%(accounts)s::uuid[]) AND d.date BETWEEN %(earliest)s AND %(last)s AND x.v IS NOT NULL
    ORDER BY 3
"""
LISTS = """
    SELECT asked.account, k.key, told.items::text
    FROM unnest(%(accounts)s::uuid[]) AS asked (account) CROSS JOIN unnest(%(keys)s::text[]) AS k (key)
    CROSS JOIN LATERAL (
        SELECT d.document -> k.key AS items FROM analytics_dailymetrics d
        WHERE d.account_id = asked.account AND d.date BETWEEN %(first)s AND %(last)s
            AND jsonb_typeof(d.document -> k.key) = 'array'
        ORDER BY d.date DESC LIMIT 1
    ) told
"""


@dataclass(frozen=True)
class Part:
    """A figure of an account over some days: their sum, the first and last known, how many, and the dates of both."""

    total: float
    first: float
    last: float
    days: int
    until: dt.date
    since: dt.date


@dataclass(frozen=True)
class Told:
    """A figure over a span and over the days before it; None where nobody told it.

    `is_partial`: no earlier day is known, so that its growth begins within the span.
    `is_uneven`: something is known of before, but not of as many days or accounts, so that nothing is held against it.
    """

    now: float | None = None
    before: float | None = None
    days: int = 0
    days_before: int = 0
    is_partial: bool = False
    is_uneven: bool = False

    def plus(self, other: "Told") -> "Told":
        """Both together: what is known of either; of before only where neither lacks one of the two."""
        now, before = _plus(self.now, other.now), _plus(self.before, other.before)
        is_uneven = self.is_uneven or other.is_uneven
        if now is not None and before is not None and (self.is_one_sided or other.is_one_sided):
            before, is_uneven = None, True
        return Told(
            now,
            before,
            max(self.days, other.days),
            max(self.days_before, other.days_before),
            self.is_partial or other.is_partial,
            is_uneven,
        )

    @property
    def is_one_sided(self) -> bool:
        """Whether it is known of one of the two spans alone."""
        return (self.now is None) != (self.before is None)


Parts = Mapping[tuple[uuid.UUID, str], Mapping[str, Part]]


def _plus(one: float | None, other: float | None) -> float | None:
    return other if one is None else one if other is None else one + other


def plays_of(document: Document | None) -> Field | None:
    """Return the figure that a music platform counts its streams by, of a day."""
    fields = [document.field(key) for key in PLAYS] if document and document.is_music else []
    return next((each for each in fields if each and not each.total), None)


def numeric(document: Document) -> list[Field]:
    """Return the fields that hold a number."""
    return [each for each in document.fields if each.kind in NUMBERS]


def parts(accounts: Iterable[Account], keys: Sequence[str], span: Span) -> Parts:
    """Sum figures of accounts over a span, the days before it and a week before those: one statement."""
    found: dict[tuple[uuid.UUID, str], dict[str, Part]] = {}
    asked = [(each.tracked_id, key) for each in accounts if each.tracked_id for key in keys if _has(each, key)]
    if not asked:
        return found
    mine, wanted = zip(*asked, strict=True)
    days = {"first": span.first, "last": span.last, "before": span.before.first}
    days["earliest"] = span.before.first - EARLIER
    with database.cursor() as cursor:
        cursor.execute(PARTS, {"accounts": list(mine), "keys": list(wanted), **days})
        for account, key, part, *figures in cursor.fetchall():
            found.setdefault((account, key), {})[part] = Part(*figures)
    return found


def _has(account: Account, key: str) -> bool:
    document = document_of(account.platform)
    return key == FOLLOWERS or bool(document and document.field(key))


def _asked(accounts: Iterable[Account], keys: Sequence[str], first: dt.date, last: dt.date) -> dict[str, Any]:
    mine = [each.tracked_id for each in accounts if each.tracked_id]
    return {"accounts": mine, "keys": list(keys), "earliest": first, "last": last}


def won(found: Mapping[str, Part]) -> Told:
    """What was won in the span and before."""
    now, before = found.get("now"), found.get("before")
    is_uneven = now is not None and before is not None and not comparable(now.days, before.days)
    return Told(
        now.total if now else None,
        before.total if before and not is_uneven else None,
        now.days if now else 0,
        before.days if before else 0,
        is_uneven=is_uneven,
    )


def mean(found: Mapping[str, Part]) -> Told:
    """A share or a length of time: the mean of the days that told it."""
    now, before = found.get("now"), found.get("before")
    return Told(
        now.total / now.days if now else None,
        before.total / before.days if before else None,
        now.days if now else 0,
        before.days if before else 0,
    )


def stood(found: Mapping[str, Part]) -> Told:
    """How a total stood at the end of the span and of the days before."""
    now, before = found.get("now"), found.get("before")
    return Told(
        now.last if now else None, before.last if before else None, now.days if now else 0, before.days if before else 0
    )


def gained(found: Mapping[str, Part]) -> Told:
    """What a total grew by: from the last known before the span, or else from the first in it."""
    now, before, earlier = found.get("now"), found.get("before"), found.get("earlier")
    since = before.last if before else now.first if now else 0.0
    start = earlier.last if earlier else before.first if before else 0.0
    is_alone = before is None and now is not None and now.days < 2
    is_uneven = now is not None and before is not None and not _grew_as_long(now, before, earlier)
    is_unknown = before is None or is_uneven or (earlier is None and before.days < 2)
    return Told(
        None if now is None or is_alone else now.last - since,
        None if before is None or is_unknown else before.last - start,
        now.days if now else 0,
        before.days if before else 0,
        now is not None and before is None,
        is_uneven,
    )


def _grew_as_long(now: Part, before: Part, earlier: Part | None) -> bool:
    """Whether what is known of both spans is growth of about as many days."""
    began = earlier.until if earlier else before.since
    return comparable((now.until - before.until).days, (before.until - began).days)


def told(field: Field, found: Mapping[str, Part]) -> Told:
    """A figure over the span as its field wants it."""
    if field.kind is not Kind.COUNT:
        return mean(found)
    return stood(found) if field.total else won(found)


def daily(accounts: Iterable[Account], key: str, first: dt.date, last: dt.date) -> dict[uuid.UUID, Days]:
    """Return a figure day by day, of each account: one statement."""
    found: dict[uuid.UUID, Days] = {}
    for account, _key, date, value in _daily(_asked(accounts, [key], first, last)):
        found.setdefault(account, {})[date] = value
    return found


def daily_of(account: Account, keys: Sequence[str], first: dt.date, last: dt.date) -> dict[str, Days]:
    """Return figures of one account day by day, by their keys: one statement."""
    found: dict[str, Days] = {}
    for _account, key, date, value in _daily(_asked([account], keys, first, last)):
        found.setdefault(key, {})[date] = value
    return found


def _daily(asked: dict[str, Any]) -> Sequence[tuple[uuid.UUID, str, dt.date, float]]:
    if not asked["accounts"]:
        return []
    with database.cursor() as cursor:
        cursor.execute(DAILY, asked)
        return list(cursor.fetchall())


def latest(accounts: Iterable[Account], span: Span) -> dict[uuid.UUID, DailyMetrics]:
    """Return each account's last day of a span, whole: one statement."""
    mine = [each.tracked_id for each in accounts if each.tracked_id]
    rows = DailyMetrics.objects.filter(account_id__in=mine, date__range=(span.first, span.last))
    return {row.account_id: row for row in rows.order_by("account_id", "-date").distinct("account_id")}


def latest_known(accounts: Iterable[Account], span: Span) -> dict[uuid.UUID, DailyMetrics]:
    """Return each account's last day of a span that tells its followers: what people enter may leave them out."""
    mine = [each.tracked_id for each in accounts if each.tracked_id]
    rows = DailyMetrics.objects.filter(account_id__in=mine, date__range=(span.first, span.last))
    rows = rows.filter(followers__isnull=False).order_by("account_id", "-date").distinct("account_id")
    return {row.account_id: row for row in rows.defer("document", "missing")}


def latest_lists(accounts: Iterable[Account], keys: Sequence[str], span: Span) -> dict[tuple[uuid.UUID, str], Any]:
    """Return each account's lists, each as the last day of a span that told it did: one statement."""
    mine = [each.tracked_id for each in accounts if each.tracked_id]
    if not mine or not keys:
        return {}
    with database.cursor() as cursor:
        cursor.execute(LISTS, {"accounts": mine, "keys": list(keys), "first": span.first, "last": span.last})
        return {(account, key): json.loads(items) for account, key, items in cursor.fetchall()}


def counted_days(accounts: Iterable[Account], span: Span) -> dict[uuid.UUID, set[dt.date]]:
    """Return the days of a span that have a row at all, of each account: one statement."""
    mine = [each.tracked_id for each in accounts if each.tracked_id]
    found: dict[uuid.UUID, set[dt.date]] = {key: set() for key in mine}
    rows = DailyMetrics.objects.filter(account_id__in=mine, date__range=(span.first, span.last))
    for account, date in rows.values_list("account_id", "date"):
        found[account].add(date)
    return found


def document_of(platform: str) -> Document | None:
    """Return a platform's document."""
    return DOCUMENTS.get(platform)
