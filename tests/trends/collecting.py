"""Rows to collect from and items to store, for the tests of this folder."""

import datetime as dt
import random
from collections.abc import Callable, Sequence
from typing import Any

from django.db import transaction

from tests.trends.feeds import FeedServer
from trends import sources
from trends.collection import fetching, rating, storing
from trends.models import TrendSource, TrendTopic
from trends.normalise import Kind
from trends.sources.base import Item

HOUR = dt.timedelta(hours=1)


def feed(kind: str, server: FeedServer, variant: str = "", **columns: Any) -> TrendSource:
    """Add a source that asks the local server, in one of its bad variants when named."""
    address = server.bad(variant) if variant else server.url
    config = {"base_url": address, **columns.pop("config", {})}
    name = columns.pop("name", f"{kind} {variant}".strip())
    return TrendSource.objects.create(kind=kind, name=name, config=config, **columns)


def source_of(kind: str = "bluesky", **columns: Any) -> TrendSource:
    """Add a source that nobody asks."""
    name = columns.pop("name", sources.source(kind).label)
    return TrendSource.objects.create(kind=kind, name=name, enabled=False, **columns)


def ticking(*moments: dt.datetime) -> Callable[[], dt.datetime]:
    """A clock that shows these moments one after the other, and then the last one for good."""
    left = list(moments)
    return lambda: left.pop(0) if len(left) > 1 else left[0]


def collect(row: TrendSource, *moments: dt.datetime) -> fetching.Answer | None:
    """Collect one source at a moment."""
    return fetching.collect(row.pk, clock=ticking(*moments), rng=random.Random(1))


def again(row: TrendSource) -> TrendSource:
    """Read the row anew."""
    row.refresh_from_db()
    return row


def store(row: TrendSource, items: Sequence[Item], *, now: dt.datetime) -> list[TrendTopic]:
    """Store items as a fetch would, and rate them."""
    vectors = storing.vectors_for(row, items, now=now)
    with transaction.atomic():
        keys = storing.store(row, items, now=now, vectors=vectors)
    rating.rate(keys, now=now)
    return [TrendTopic.objects.get(pk=key) for key in keys]


def keyword(title: str, count: int | None = None, **told: Any) -> Item:
    """A keyword as a source tells it."""
    return Item(title, Kind.KEYWORD, count=count, **told)
