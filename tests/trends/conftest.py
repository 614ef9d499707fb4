"""The hour it is in these tests, and the local feeds."""

import datetime as dt
from collections.abc import Iterator
from typing import Any

import pytest

from tests.trends.feeds import FeedServer, running

NOW = dt.datetime(2026, 11, 19, 10, 30, tzinfo=dt.UTC)


@pytest.fixture
def now() -> dt.datetime:
    """A Thursday morning."""
    return NOW


@pytest.fixture(autouse=True)
def quick_passwords(settings: Any) -> None:
    """Nobody signs in with a password here, and safe ones take long to make."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture
def feeds(now: dt.datetime) -> Iterator[FeedServer]:
    """Every source on a local port."""
    with running(clock=lambda: now) as server:
        yield server
