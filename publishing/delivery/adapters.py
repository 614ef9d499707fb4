"""The adapter of a platform, speaking through this process's one HTTP client."""

import threading
from functools import cache

import httpx

from publishing.models import PlatformConnection
from publishing.platforms import PlatformUnavailable, http_client, platform
from publishing.platforms.assisted import BY_HAND, ByHand
from publishing.platforms.base import Platform, Rejected

_making = threading.Lock()


@cache
def _shared() -> httpx.Client:
    return http_client()


def client() -> httpx.Client:
    """Return the client all adapters of this process share."""
    with _making:
        return _shared()


def adapter(key: str) -> Platform:
    """Return the adapter for a platform's key; Rejected where none is configured."""
    try:
        return platform(key, client=client())
    except PlatformUnavailable as error:
        raise Rejected(str(error), code="platform") from error


def adapter_of(connection: PlatformConnection) -> Platform:
    """Return what speaks for an account: its platform's adapter, or a person's hand."""
    return ByHand(connection.platform) if connection.kind == BY_HAND else adapter(connection.platform)


def close() -> None:
    """Close the client's connections; the next call opens new ones."""
    with _making:
        if _shared.cache_info().currsize:
            _shared().close()
            _shared.cache_clear()
