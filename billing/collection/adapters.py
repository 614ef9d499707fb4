"""The adapter of a gateway, speaking through this process's own HTTP clients."""

import threading
from collections.abc import Iterator
from functools import cache
from typing import Any, cast

import httpx
from django.conf import settings
from django.utils.module_loading import import_string

from billing.gateways.base import Gateway
from billing.gateways.capabilities import ABILITIES
from billing.gateways.errors import Misconfigured
from billing.sandbox.wire import Inside
from trenddrop.core import http

INSIDE = "test"
_making = threading.Lock()


def gateway(key: str) -> Gateway:
    """Return the adapter for a gateway's key; Misconfigured where none is set up."""
    found = _found(key)
    if not found.is_set_up:
        raise Misconfigured(f"“{key}” is not set up here.", code="not_set_up")
    return found


def set_up() -> list[str]:
    """Return the keys of the gateways that can be paid with, in the order in which they are offered."""
    return [key for key in settings.BILLING_GATEWAYS if key in ABILITIES and _found(key).is_set_up]


def all_set_up() -> Iterator[Gateway]:
    """Yield the adapters that can be spoken with."""
    return (_found(key) for key in set_up())


def _found(key: str) -> Gateway:
    if key not in settings.BILLING_GATEWAYS:
        raise Misconfigured(f"There is no gateway “{key}”.", code="unknown")
    with _making:
        return _made(key)


@cache
def _made(key: str) -> Gateway:
    """Build an adapter with what its `settings` name; one for each, so that tokens and certificates are kept."""
    adapter: Any = import_string(settings.BILLING_GATEWAYS[key])
    told = {name: getattr(settings, setting) for name, setting in adapter.settings.items()}
    return cast(Gateway, adapter(client=_client(inside=key == INSIDE), **told))


@cache
def _client(*, inside: bool) -> httpx.Client:
    return http.client(transport=Inside()) if inside else http.client()


def close() -> None:
    """Forget adapters and connections; the next call builds them from the settings as they are then."""
    with _making:
        _made.cache_clear()
        _client.cache_clear()
