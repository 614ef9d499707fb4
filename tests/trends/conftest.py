"""The hour it is in these tests, and the local feeds."""

import datetime as dt
from collections.abc import Iterator

import pytest

from tests.trends.feeds import FeedServer, running

NOW = dt.datetime(2026, 11, 19, 10, 30, tzinfo=dt.UTC)


@pytest.fixture
def now() -> dt.datetime:
    """A Thursday morning."""
    return NOW


@pytest.fixture
def feeds(now: dt.datetime) -> Iterator[FeedServer]:
    """Every source on a local port."""
    with running(clock=lambda: now) as server:
        yield server
