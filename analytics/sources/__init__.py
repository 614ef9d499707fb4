"""Music services whose public numbers are counted, built from `settings.MUSIC_SOURCES`."""

import time
from typing import Any, cast

import httpx
from django.conf import settings
from django.utils import timezone
from django.utils.module_loading import import_string

from analytics.sources.base import Source
from publishing.platforms.base import Clock, Sleep
from publishing.platforms.guard import public_client

__all__ = ["Source", "SourceUnavailable", "http_client", "source", "source_keys"]


class SourceUnavailable(LookupError):
    """No source is configured for a platform, or its app is not."""


def source_keys() -> list[str]:
    """The keys of the services that can be counted by an address, in the order of the settings."""
    return list(settings.MUSIC_SOURCES)


def http_client() -> httpx.Client:
    """A client for all sources; keep one per process. Private networks are refused, but for what the operator set."""
    adapters = [import_string(path) for path in settings.MUSIC_SOURCES.values()]
    values = [value for adapter in adapters for value in _settings_of(adapter).values()]
    urls = [value for value in values if str(value).startswith(("http://", "https://"))]
    return public_client(hosts=settings.PRIVATE_ADDRESSES_ALLOWED, urls=urls)


def source(key: str, *, client: httpx.Client, clock: Clock = timezone.now, sleep: Sleep = time.sleep) -> Source:
    """The source for `key`; ask its `unset` before you ask it anything else."""
    try:
        adapter: Any = import_string(settings.MUSIC_SOURCES[key])
    except KeyError:
        raise SourceUnavailable(f"“{key}” cannot be counted by its address here.") from None
    return cast(Source, adapter(client=client, clock=clock, sleep=sleep, **_settings_of(adapter)))


def _settings_of(adapter: Any) -> dict[str, Any]:
    return {
        name: getattr(settings, setting) for name, setting in adapter.settings.items() if hasattr(settings, setting)
    }
