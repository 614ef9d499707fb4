"""The table of posts: narrowed, sorted by any metric, in keyset pages that cost the same however far one reads."""

import datetime as dt
import json
import math
import uuid
from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error as NotBase64
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Expression, F, FloatField, Q, QuerySet
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Cast

from accounts.models import Membership
from analytics.catalogue import COLUMNS, METRICS, SCORED
from analytics.catalogue.raw import MORE
from analytics.models import MeasuredPost
from analytics.span import Span

PAGE = 50
MOST_ROWS = 50_000
NEWEST = "-published_at"
_MORE = frozenset(metric.key for metric in MORE)


@dataclass(frozen=True)
class Narrowed:
    """Which posts: all of the days where nothing else is named."""

    span: Span
    zone: str
    platform: str = ""
    account: uuid.UUID | None = None
    client: uuid.UUID | None = None
    brand: uuid.UUID | None = None
    kind: str = ""


@dataclass(frozen=True)
class Order:
    """By what, and which way; whoever has no value stands last both ways."""

    key: str = "published_at"
    is_falling: bool = True

    @property
    def asked(self) -> str:
        """As an address writes it."""
        return f"{'-' if self.is_falling else ''}{self.key}"


@dataclass(frozen=True)
class Page:
    """Rows with `.sorted_by`, and where the next begin ("" at the end)."""

    rows: list[MeasuredPost]
    more: str


def order_of(text: str) -> Order:
    """Return the order that an address asks for; what no metric is called is the newest first."""
    key = text.removeprefix("-")
    known = key in METRICS or key == "published_at"
    return Order(key, text.startswith("-")) if known else Order()


def rows_of(membership: Membership, asked: Narrowed) -> QuerySet[MeasuredPost]:
    """Return the posts of a member that went live in these days and fit."""
    zone = ZoneInfo(asked.zone)
    first = dt.datetime.combine(asked.span.first, dt.time(), tzinfo=zone)
    end = dt.datetime.combine(asked.span.last + dt.timedelta(days=1), dt.time(), tzinfo=zone)
    rows = MeasuredPost.objects.visible_to(membership).filter(published_at__gte=first, published_at__lt=end)
    fits = {"platform": asked.platform, "connection": asked.account, "client": asked.client, "brand": asked.brand}
    fits["kind"] = asked.kind
    return rows.filter(**{name: value for name, value in fits.items() if value})


def value_expression(key: str) -> Expression | F:
    """Where a metric stands in the database: a column, or a place in a document."""
    if key in COLUMNS or key in SCORED or key == "published_at":
        return F(key)
    place = "more" if key in _MORE else "figures"
    return Cast(KeyTextTransform(key, place), FloatField())


def in_order(rows: QuerySet[MeasuredPost], order: Order) -> QuerySet[MeasuredPost]:
    """Return rows sorted; those without a value last, equal ones by their key."""
    rows = rows.annotate(sorted_by=value_expression(order.key))
    by = F("sorted_by")
    by_key = "-pk" if order.is_falling else "pk"
    if order.key == "published_at":  # never empty: said so, that its index is walked
        return rows.order_by("-published_at" if order.is_falling else "published_at", by_key)
    return rows.order_by(by.desc(nulls_last=True) if order.is_falling else by.asc(nulls_last=True), by_key)


def page(rows: QuerySet[MeasuredPost], order: Order, *, after: str = "", size: int = PAGE) -> Page:
    """Return the page that begins behind a mark; a mark that makes no sense is the beginning."""
    mark = _read(after, order)
    sorted_rows = in_order(rows, order)
    if mark:
        sorted_rows = sorted_rows.filter(behind(order, *mark))
    here = MeasuredPost.objects.filter(pk__in=sorted_rows.values("pk")[: size + 1])  # joined when they are few
    found = list(in_order(here, order).select_related("post", "post__connection", "brand"))
    shown = found[:size]
    return Page(shown, _mark(shown[-1]) if len(found) > size else "")


def behind(order: Order, value: Any, key: uuid.UUID) -> Q:
    """Return the rows after a place of an order."""
    later = Q(pk__lt=key) if order.is_falling else Q(pk__gt=key)
    if order.key == "published_at" and value is not None:  # the bound alone lets the index begin there
        beyond = Q(published_at__lt=value) if order.is_falling else Q(published_at__gt=value)
        bound = Q(published_at__lte=value) if order.is_falling else Q(published_at__gte=value)
        return bound & (beyond | later)
    if value is None:
        return Q(sorted_by=None) & later
    beyond = Q(sorted_by__lt=value) if order.is_falling else Q(sorted_by__gt=value)
    return beyond | (Q(sorted_by=value) & later) | Q(sorted_by=None)


def _mark(row: MeasuredPost) -> str:
    value = row.sorted_by  # type: ignore[attr-defined]
    told = value.isoformat() if isinstance(value, dt.datetime) else value
    return urlsafe_b64encode(json.dumps([told, str(row.pk)]).encode()).decode().rstrip("=")


def _read(text: str, order: Order) -> tuple[Any, uuid.UUID] | None:
    try:
        value, key = json.loads(urlsafe_b64decode(text + "=" * (-len(text) % 4)))
        found = dt.datetime.fromisoformat(value) if order.key == "published_at" else value
        is_number = isinstance(found, int | float) and math.isfinite(found)
        known = found is None or is_number or (isinstance(found, dt.datetime) and found.tzinfo is not None)
        return (found, uuid.UUID(key)) if known else None
    except (ValueError, TypeError, AttributeError, OverflowError, RecursionError, NotBase64):
        return None
