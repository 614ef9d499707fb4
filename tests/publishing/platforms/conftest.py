"""What adapters are built with, and the peers they talk to."""

import ssl
from collections.abc import Callable, Iterator
from datetime import UTC, datetime

import httpx
import pytest

from tests.peers import MastodonPeer, Pds, start_mastodon, start_pds


@pytest.fixture(scope="session")
def certificates() -> ssl.SSLContext:
    """Reading them takes longer than most tests."""
    return ssl.create_default_context()


@pytest.fixture
def client(certificates: ssl.SSLContext) -> Iterator[httpx.Client]:
    """A client patient enough for a busy machine."""
    with httpx.Client(timeout=15, trust_env=False, verify=certificates) as made:
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
