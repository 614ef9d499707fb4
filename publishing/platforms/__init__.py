"""Adapters by key, built from `settings.PUBLISHING_PLATFORMS`."""

import time
from typing import Any, cast

import httpx
from django.conf import settings
from django.utils import timezone
from django.utils.module_loading import import_string

from publishing.platforms.base import Capability, Clock, Platform, Sleep
from publishing.platforms.guard import public_client

__all__ = ["PlatformUnavailable", "capabilities", "http_client", "platform", "platform_keys"]


class PlatformUnavailable(LookupError):
    """No adapter is configured for a platform."""

    def __init__(self, key: str) -> None:
        super().__init__(f"Publishing to “{key}” is not set up here. Posts are kept; choose another account.")


def platform_keys() -> list[str]:
    """The keys of the platforms we can publish to, in the order of the settings."""
    return list(settings.PUBLISHING_PLATFORMS)


def capabilities(key: str) -> frozenset[Capability]:
    """What the adapter for `key` can do; nothing where none is configured."""
    path = settings.PUBLISHING_PLATFORMS.get(key)
    return frozenset(import_string(path).capabilities) if path else frozenset()


def http_client() -> httpx.Client:
    """A client for all adapters; keep one per process. Private networks are refused, but for what the operator set."""
    adapters = [import_string(path) for path in settings.PUBLISHING_PLATFORMS.values()]
    values = [value for adapter in adapters for value in _settings_of(adapter).values()]
    urls = [value for value in values if str(value).startswith(("http://", "https://"))]
    return public_client(hosts=settings.PRIVATE_ADDRESSES_ALLOWED, urls=urls)


def platform(key: str, *, client: httpx.Client, clock: Clock = timezone.now, sleep: Sleep = time.sleep) -> Platform:
    """The adapter for `key`; what it needs to know beside these arguments it names in its `settings`."""
    try:
        adapter: Any = import_string(settings.PUBLISHING_PLATFORMS[key])
    except KeyError:
        raise PlatformUnavailable(key) from None
    return cast(Platform, adapter(client=client, clock=clock, sleep=sleep, **_settings_of(adapter)))


def _settings_of(adapter: Any) -> dict[str, Any]:
    return {
        name: getattr(settings, setting) for name, setting in adapter.settings.items() if hasattr(settings, setting)
    }
