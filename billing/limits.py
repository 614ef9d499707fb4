"""Plan limits: the answer to `trenddrop.core.limits`, and the fast counter of API calls."""

import datetime as dt
import logging
import uuid
from functools import lru_cache

import redis
from django.conf import settings
from django.utils import timezone
from redis.commands.core import Script

from billing import ledger, metering
from billing.metering import API_CALLS, CREDITS
from billing.models import UsagePeriod
from trenddrop.core.rates import connection

logger = logging.getLogger(__name__)
KNOWN_FOR = dt.timedelta(seconds=60)
# KEYS[1]: a hash {count, most, line, starts, ends, known_until}; ARGV: amount, now, whose. Answers {1, count, line},
# {0, count, line} where it would pass the most, or {-1} where the database must be asked. No most is -1, no line too.
COUNT = """
local held = redis.call('HMGET', KEYS[1], 'count', 'most', 'known_until', 'ends', 'line')
local amount, now = tonumber(ARGV[1]), tonumber(ARGV[2])
if not held[1] or not held[3] or now >= tonumber(held[3]) or now >= tonumber(held[4]) then return {-1, 0, 0} end
local count, most = tonumber(held[1]), tonumber(held[2])
if most >= 0 and count + amount > most then return {0, count, tonumber(held[5])} end
redis.call('SADD', KEYS[2], ARGV[3])
return {1, redis.call('HINCRBY', KEYS[1], 'count', amount), tonumber(held[5])}
"""
# ARGV: count in the database, most, known_until, starts, ends, line. A count of the same month is never set back.
LEARN = """
if redis.call('HGET', KEYS[1], 'starts') ~= ARGV[4] then redis.call('DEL', KEYS[1]) end
local count = math.max(tonumber(redis.call('HGET', KEYS[1], 'count') or 0), tonumber(ARGV[1]))
redis.call('HSET', KEYS[1], 'count', count, 'most', ARGV[2], 'known_until', ARGV[3], 'starts', ARGV[4])
redis.call('HSET', KEYS[1], 'ends', ARGV[5], 'line', ARGV[6])
redis.call('EXPIRE', KEYS[1], 3024000)
return count
"""


class PlanLimits:
    """Everything is asked of the plan; while billing is off all is allowed, and counted."""

    def require(self, organization_id: uuid.UUID, limit: str, *, amount: int) -> None:
        """Return when `amount` more of `limit` is allowed, and count it; raise LimitReached."""
        now = timezone.now()
        if limit == API_CALLS:
            count_calls(organization_id, amount, now=now)
        elif limit == CREDITS:
            ledger.require(organization_id, amount, now=now)
        else:
            metering.require(organization_id, limit, amount, now=now)

    def ask(self, organization_id: uuid.UUID, limit: str, *, amount: int) -> None:
        """Say whether there is room, and count nothing."""
        metering.require(organization_id, limit, amount, now=timezone.now(), take=False)

    def count(self, organization_id: uuid.UUID, limit: str, *, amount: int) -> None:
        """Count what had its place already, and refuse nothing."""
        metering.tally(organization_id, limit, amount, now=timezone.now())


def count_calls(organization_id: uuid.UUID, amount: int, *, now: dt.datetime) -> None:
    """Count API calls in Redis, which the database learns of every minute; without Redis, in the database itself."""
    try:
        allowed, count, line = _counted(organization_id, amount, now)
    except redis.RedisError as error:
        logger.warning("API calls are counted in the database: %s", type(error).__name__)
        metering.require(organization_id, API_CALLS, amount, now=now)
        return
    if allowed and not _crosses(count - amount, count, line):
        return
    with metering.scope_of(organization_id):
        held = metering.entitlement_of(organization_id, now=now)
        if not allowed:
            raise metering.refusal(held, API_CALLS, held.limit(API_CALLS).most or 0)
        metering.add(held, API_CALLS, 0, most=None)
        metering.warn(held, API_CALLS, before=count - amount, after=count)


def _counted(organization_id: uuid.UUID, amount: int, now: dt.datetime) -> tuple[bool, int, int]:
    count, _learn = _scripts(settings.REDIS_URL)
    keys = [_place(organization_id), _changed()]
    for _turn in range(2):
        answer, used, line = count(keys=keys, args=[amount, now.timestamp(), str(organization_id)])
        if int(answer) >= 0:
            return bool(int(answer)), int(used), int(line)
        _learned(organization_id, now)
    return True, 0, -1  # it ended in between: the next call asks again


def _learned(organization_id: uuid.UUID, now: dt.datetime) -> None:
    """Tell Redis the limit, and what the database knows of the month."""
    if settings.BILLING_ENABLED:
        with metering.scope_of(organization_id):
            held = metering.entitlement_of(organization_id, now=now)
            used = metering.used_of(held, API_CALLS)
    else:
        held, used = metering.entitlement_of(organization_id, now=now), 0
    limit = held.limit(API_CALLS)
    line = -1 if limit.most is None else limit.most
    most = line if limit.is_hard else -1
    _count, learn = _scripts(settings.REDIS_URL)
    until, starts, ends = (now + KNOWN_FOR).timestamp(), held.starts_at.timestamp(), held.ends_at.timestamp()
    learn(keys=[_place(organization_id)], args=[used, most, until, starts, ends, line])


def _crosses(before: int, after: int, line: int) -> bool:
    return line > 0 and any(before * 100 < percent * line <= after * 100 for percent in metering.WARNINGS)


def forget(organization_id: uuid.UUID) -> None:
    """Have the next call ask anew: the plan changed."""
    try:
        connection(settings.REDIS_URL).hdel(_place(organization_id), "known_until")
    except redis.RedisError:
        logger.warning("a plan's change is known to the API in a minute: Redis does not answer")


def keep_calls(*, now: dt.datetime) -> int:
    """Write what Redis counted into the months of those who called; return how many."""
    server, count = connection(settings.REDIS_URL), 0
    while found := server.spop(_changed(), 100):
        for each in found:
            _keep(uuid.UUID(each.decode() if isinstance(each, bytes) else str(each)), now)
            count += 1
    return count


def _keep(organization_id: uuid.UUID, now: dt.datetime) -> None:
    told = connection(settings.REDIS_URL).hmget(_place(organization_id), "count", "starts")
    if told[0] is None or told[1] is None:
        return
    with metering.scope_of(organization_id):
        held = metering.entitlement_of(organization_id, now=now)
        starts_at = dt.datetime.fromtimestamp(float(told[1]), dt.UTC)
        if held.starts_at == starts_at:
            metering.add(held, API_CALLS, 0, most=None)
        rows = UsagePeriod.objects.filter(organization_id=organization_id, starts_at=starts_at)
        rows.filter(api_calls__lt=int(told[0])).update(api_calls=int(told[0]), updated_at=now)


def _place(organization_id: uuid.UUID) -> str:
    return f"{settings.REDIS_PREFIX}:calls:{organization_id}"


def _changed() -> str:
    return f"{settings.REDIS_PREFIX}:calls:changed"


@lru_cache(maxsize=4)
def _scripts(url: str) -> tuple[Script, Script]:
    server = connection(url)
    return server.register_script(COUNT), server.register_script(LEARN)
