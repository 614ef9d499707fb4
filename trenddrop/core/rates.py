"""How often something may happen: one counter in Redis for every process, page and API.

The generic cell rate algorithm: of `limit` per `per`, all may come at once, and they come back one by one. Nobody
waits for a window's edge, and nobody doubles their share at one. Redis counts in one step and by its own clock.
"""

import hashlib
import hmac
import logging
import math
import time
from dataclasses import dataclass
from datetime import timedelta
from functools import lru_cache

import redis
from django.conf import settings
from redis.backoff import NoBackoff
from redis.commands.core import Script
from redis.retry import Retry

logger = logging.getLogger(__name__)

REST = 2.0  # seconds for which a Redis that does not answer is left alone
# KEYS[1]: when everything used will have come back (microseconds); ARGV: the time one takes to come back, limit, cost.
GCRA = """
local clock = redis.call('TIME')
local now = clock[1] * 1000000 + clock[2]
local one, limit, cost = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])
local free_at = math.max(tonumber(redis.call('GET', KEYS[1]) or now), now)
local after = free_at + one * cost
local wait = after - one * limit - now
if wait > 0 then
  return {0, string.format('%.0f', wait), string.format('%.0f', free_at - now)}
end
if cost > 0 then
  redis.call('SET', KEYS[1], string.format('%.0f', after), 'PX', math.ceil((after - now) / 1000) + 1)
end
return {1, '0', string.format('%.0f', after - now)}
"""


@dataclass(frozen=True)
class Rate:
    """The answer: whether it may happen, and how things stand. Times are in seconds from now.

    `retry_after` says when a refused one would be allowed; None when it is allowed, or never will be.
    """

    allowed: bool
    limit: int
    remaining: int
    retry_after: float | None
    reset_after: float


class _Rest:
    """Since when Redis does not answer, so that not every page waits to learn it."""

    until = 0.0


def hit(name: str, key: str, *, limit: int, per: timedelta, cost: int = 1) -> Rate:
    """Count one (or `cost`) of `name` by `key` if there is room; `cost=0` only asks.

    Without Redis everything is allowed, with a warning in the log: the product without its counters is better than
    no product, and what must never happen twice is held by the database.
    """
    if time.monotonic() < _Rest.until:
        return _open(limit)
    one = per / timedelta(microseconds=1) / limit
    try:
        allowed, wait, used = _script(settings.REDIS_URL)(keys=[_place(name, key)], args=[one, limit, cost])
    except redis.RedisError as error:
        _Rest.until = time.monotonic() + REST
        logger.warning("rates are not counted: Redis does not answer (%s: %s)", type(error).__name__, error)
        return _open(limit)
    left = max(0, limit - math.ceil(int(used) / one - 1e-6))
    retry = None if int(allowed) or cost > limit else int(wait) / 1e6
    return Rate(bool(int(allowed)), limit, left, retry, int(used) / 1e6)


def forget(name: str, key: str) -> None:
    """Start over: whoever proved to be in the right does not wait for their mistakes."""
    connection(settings.REDIS_URL).delete(_place(name, key))


def _open(limit: int) -> Rate:
    return Rate(True, limit, limit, None, 0.0)


def _place(name: str, key: str) -> str:
    """Return the counter's key; who is counted cannot be read from it (addresses are few enough to be guessed)."""
    digest = hmac.new(settings.SECRET_KEY.encode(), key.encode(), hashlib.sha256).hexdigest()[:32]
    return f"{settings.REDIS_PREFIX}:rate:{name}:{digest}"


@lru_cache(maxsize=4)
def connection(url: str) -> redis.Redis:
    """Return this process's way to Redis; it gives up after a second, so that no page waits for it."""
    return redis.Redis.from_url(
        url, socket_timeout=1.0, socket_connect_timeout=1.0, retry=Retry(NoBackoff(), 1), health_check_interval=30
    )


@lru_cache(maxsize=4)
def _script(url: str) -> Script:
    return connection(url).register_script(GCRA)
