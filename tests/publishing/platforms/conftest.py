"""What adapters are built with, and the peers they talk to."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime

import httpx
import pytest

from tests.peers import MastodonPeer, Pds, start_mastodon, start_pds


@pytest.fixture
def client() -> Iterator[httpx.Client]:
    """A client patient enough for a busy machine."""
    with httpx.Client(timeout=15, trust_env=False) as made:
        yield made


@pytest.fixture
def clock() -> Callable[[], datetime]:
    return lambda: datetime.now(UTC)


@pytest.fixture
def naps() -> list[float]:
    """What an adapter wanted to sleep; nobody sleeps."""
    return []


@pytest.fixture(scope="session")
def pds() -> Iterator[Pds]:
    with start_pds() as peer:
        yield peer


@pytest.fixture(scope="session")
def mastodon_peer() -> Iterator[MastodonPeer]:
    with start_mastodon() as peer:
        yield peer
