"""Adapters by key, built from `settings.PUBLISHING_PLATFORMS`."""

import time
from typing import Any, cast

import httpx
from django.conf import settings
from django.utils import timezone
from django.utils.module_loading import import_string

from publishing.platforms.base import Clock, Platform, Sleep

__all__ = ["PlatformUnavailable", "platform", "platform_keys"]


class PlatformUnavailable(LookupError):
    """No adapter is configured for a platform."""

    def __init__(self, key: str) -> None:
        super().__init__(f"Publishing to “{key}” is not set up here. Posts are kept; choose another account.")


def platform_keys() -> list[str]:
    """The keys of the platforms we can publish to, in the order of the settings."""
    return list(settings.PUBLISHING_PLATFORMS)


def platform(key: str, *, client: httpx.Client, clock: Clock = timezone.now, sleep: Sleep = time.sleep) -> Platform:
    """The adapter for `key`; what it needs to know beside these arguments it names in its `settings`."""
    try:
        adapter: Any = import_string(settings.PUBLISHING_PLATFORMS[key])
    except KeyError:
        raise PlatformUnavailable(key) from None
    known = {
        argument: getattr(settings, name) for argument, name in adapter.settings.items() if hasattr(settings, name)
    }
    return cast(Platform, adapter(client=client, clock=clock, sleep=sleep, **known))
