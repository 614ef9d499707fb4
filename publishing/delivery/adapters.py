"""The adapter of a platform, speaking through this process's one HTTP client."""

from functools import cache

import httpx

from publishing.platforms import PlatformUnavailable, platform
from publishing.platforms.base import Platform, Rejected


@cache
def client() -> httpx.Client:
    """Return the client all adapters of this process share."""
    return httpx.Client(timeout=httpx.Timeout(30, connect=10), follow_redirects=False)


def adapter(key: str) -> Platform:
    """Return the adapter for a platform's key; Rejected where none is configured."""
    try:
        return platform(key, client=client())
    except PlatformUnavailable as error:
        raise Rejected(str(error), code="platform") from error


def close() -> None:
    """Close the client's connections; the next call opens a new one."""
    if client.cache_info().currsize:
        client().close()
        client.cache_clear()
