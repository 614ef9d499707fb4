"""When to ask a source again, how well it is, and how to say so. Pure: the clock and chance are arguments."""

import datetime as dt
import re
from collections.abc import Mapping
from email.utils import parsedate_to_datetime
from enum import StrEnum
from random import Random
from zoneinfo import ZoneInfo

MINUTE = dt.timedelta(minutes=1)
FIRST_RETRY = dt.timedelta(minutes=2)
LONGEST_RETRY = dt.timedelta(hours=6)
LONGEST_WAIT = dt.timedelta(hours=24)
NOT_YET_WAIT = dt.timedelta(hours=1)
JITTER = 0.1
SLOW_SECONDS = 5.0
DOWN_AFTER = 5
ETAG_LIMIT = 300
MODIFIED_LIMIT = 100
EPOCH = 1_000_000_000  # a reset beyond this many seconds is a moment, not a wait
LATEST = 4_000_000_000
MAX_AGE = re.compile(r"(?:^|[\s,])max-age\s*=\s*\"?(\d{1,9})", re.IGNORECASE)


SLOWEST = 4  # times the interval, where nothing changes
QUICKEST = 4  # parts of the interval, where each poll brings news
SLOWER = 1.5
QUICKER = 0.75
QUIET_POLLS = 2  # the same answer so often is no chance
SKEW = dt.timedelta(minutes=10)
IMPOSSIBLE = LONGEST_WAIT + dt.timedelta(hours=3)


class Change(StrEnum):
    """What an answer brought against the one before."""

    NEWS = "news"  # other topics
    MOVED = "moved"  # the same topics with other numbers
    SAME = "same"  # nothing at all


class Health(StrEnum):
    """A source's state in a word."""

    NEVER = "never"
    OK = "ok"
    SLOW = "slow"
    FAILING = "failing"
    DOWN = "down"


def next_poll(
    *,
    now: dt.datetime,
    interval: dt.timedelta,
    rng: Random,
    failures: int = 0,
    asked_to_wait: dt.timedelta | None = None,
    fresh_for: dt.timedelta | None = None,
) -> dt.datetime:
    """Return when to ask again, at most a tenth later than due so that sources don't march in step.

    After a success (or 304): the interval, or longer while the answer is `fresh_for` (Cache-Control), up to 6 h.
    After failures: 2 minutes doubling to 6 h, never sooner than the source asked (Retry-After), never beyond a day.
    """
    wait = retry_wait(failures) if failures else max(interval, min(fresh_for or interval, LONGEST_RETRY))
    if asked_to_wait is not None:
        wait = max(wait, asked_to_wait)
    wait = min(max(wait, MINUTE), max(LONGEST_WAIT, interval))
    return now + wait * (1 + JITTER * rng.random())


def next_poll_when_not_yet(*, now: dt.datetime, interval: dt.timedelta, rng: Random) -> dt.datetime:
    """Return when to ask again for something that is not published yet: within the hour."""
    return now + min(interval, NOT_YET_WAIT) * (1 + JITTER * rng.random())


def paced(
    pace: dt.timedelta | None, *, interval: dt.timedelta, floor: dt.timedelta, change: Change, unchanged: int
) -> dt.timedelta:
    """Return the interval a source is asked at from now on, by how often its answers change.

    News shorten it by a quarter each time, down to a quarter of the interval, never under the source's floor; from the
    third answer without any change (`unchanged` of them in a row) it grows by half each time, up to four intervals.
    A change brings a lengthened one back to the interval at once.
    """
    pace = pace or interval
    if change is Change.SAME:
        return min(pace * SLOWER, max(interval, LONGEST_WAIT), interval * SLOWEST) if unchanged > QUIET_POLLS else pace
    pace = min(pace, interval)
    return max(pace * QUICKER, interval / QUICKEST, min(floor, interval)) if change is Change.NEWS else pace


def spread(*, now: dt.datetime, left: int, cost: int, day_ends: dt.datetime) -> dt.timedelta:
    """Return the least wait that makes what is left of a day's quota last until the day ends."""
    rest = max(day_ends - now, dt.timedelta(0))
    polls = left // max(cost, 1)
    return rest / polls if polls else rest


def quota_day(now: dt.datetime, zone: str) -> tuple[dt.date, dt.datetime]:
    """Return the day a quota counts in, and when it ends."""
    here = now.astimezone(ZoneInfo(zone))
    return here.date(), dt.datetime.combine(here.date() + dt.timedelta(days=1), dt.time(), ZoneInfo(zone))


def spent_today(spent: int, *, counted_on: dt.date | None, today: dt.date) -> int:
    """Return what is spent of today's quota. A count of tomorrow stands: our clock went back, the platform's didn't."""
    return spent if counted_on in {today, today + dt.timedelta(days=1)} else 0


def clock_note(headers: Mapping[str, str], *, now: dt.datetime, label: str) -> str:
    """Return a note when a source's clock and ours are far apart, "" when they agree or it doesn't say."""
    server = server_clock(headers)
    if server is None or abs(server - now) <= SKEW:
        return ""
    way = "ahead of" if server > now else "behind"
    return f"The clock of {label} is {age(abs(server - now))} {way} ours: its dates are read with care."


def server_clock(headers: Mapping[str, str]) -> dt.datetime | None:
    """Return the moment a server says it is (Date)."""
    told = {name.lower(): value for name, value in headers.items()}.get("date", "")
    return _date(told) if told else None


def retry_wait(failures: int) -> dt.timedelta:
    """Return the wait after this many failures in a row (1 and more)."""
    doublings = min(failures - 1, 20)
    return min(FIRST_RETRY * (1 << doublings), LONGEST_RETRY)


def asked_to_wait(headers: Mapping[str, str], *, now: dt.datetime, refused: bool = False) -> dt.timedelta | None:
    """Return the wait a source asks for: Retry-After (seconds or date), else the reset of a limit that is spent.

    Dates are compared with the server's own clock where it tells it, which may go wrong.
    """
    told = {name.lower(): value.strip() for name, value in headers.items()}
    then = server_clock(headers) or now
    if "retry-after" in told:
        return _wait(told["retry-after"], then)
    for name in ("x-ratelimit", "x-rate-limit"):
        spent, reset = _seconds(told.get(f"{name}-remaining", "")), told.get(f"{name}-reset", "")
        if spent == 0 or (refused and reset):
            return _wait(reset, then)
    return None


def fresh_for(headers: Mapping[str, str]) -> dt.timedelta | None:
    """Return how long an answer stays fresh by its Cache-Control max-age less its Age; None when it doesn't say."""
    told = {name.lower(): value for name, value in headers.items()}
    control = told.get("cache-control", "")
    found = MAX_AGE.search(control)
    if found is None or "no-store" in control or "no-cache" in control:
        return None
    seconds = int(found[1]) - (_seconds(told.get("age", "").strip()) or 0)
    return dt.timedelta(seconds=max(0, min(seconds, LONGEST_WAIT.total_seconds())))


def conditional_headers(*, etag: str, last_modified: str) -> dict[str, str]:
    """Return the headers that ask "only if it changed"."""
    asked = {"If-None-Match": etag, "If-Modified-Since": last_modified}
    return {name: value for name, value in asked.items() if value}


def validators(headers: Mapping[str, str]) -> tuple[str, str]:
    """Return (ETag, Last-Modified) to keep for the next request; one that can't be sent back is ""."""
    told = {name.lower(): value.strip() for name, value in headers.items()}
    return _sendable(told.get("etag", ""), ETAG_LIMIT), _sendable(told.get("last-modified", ""), MODIFIED_LIMIT)


def health(*, polled: bool, failures: int, duration: float | None) -> Health:
    """Return the state from the failures in a row and the seconds the last answer took."""
    if not polled:
        return Health.NEVER
    if failures >= DOWN_AFTER:
        return Health.DOWN
    if failures:
        return Health.FAILING
    return Health.SLOW if (duration or 0) >= SLOW_SECONDS else Health.OK


def words_for_status(status: int, *, label: str) -> str:
    """Return what an HTTP status other than 200 and 304 means, for people."""
    known = {
        401: f"{label} wants a sign-in (401): this feed is not open, or its key has run out.",
        402: f"{label} wants to be paid (402): the account behind the key has no credit.",
        403: f"{label} refuses us (403): it may block servers or ask for a key.",
        404: f"{label} has nothing at this address (404): it may have moved. Check the source's settings.",
        410: f"{label} has closed this feed (410). Remove the source or give it another address.",
        429: f"{label} asks us to slow down (429: too many requests). We wait as long as it says.",
    }
    if status in known:
        return known[status]
    if status >= 500:
        return f"{label} has trouble of its own ({status}). We ask again later."
    return f"{label} answered {status}, which is no feed. Check the source's settings."


def words_for_timeout(*, label: str, seconds: float) -> str:
    """Return what a time-out means, for people."""
    return f"{label} didn't answer within {seconds:.0f} seconds. We ask again later."


def words_for_unreachable(*, label: str) -> str:
    """Return what a failed connection means, for people."""
    return f"{label} can't be reached: no connection to it from this machine. We ask again later."


def words_for_health(
    state: Health, *, failures: int, last_success_at: dt.datetime | None, now: dt.datetime, duration: float | None
) -> str:
    """Return a source's state in a sentence."""
    since = f"; the last good answer is {age(now - last_success_at)} old" if last_success_at else ""
    match state:
        case Health.NEVER:
            return "Not asked yet."
        case Health.OK:
            return f"Answering well{since}."
        case Health.SLOW:
            return f"Answering, but slowly ({duration or 0:.0f} s){since}."
        case Health.FAILING:
            times = "once" if failures == 1 else f"{failures} times in a row"
            return f"Failed {times}{since or '; it has never answered well'}."
        case Health.DOWN:
            return f"Down: failed {failures} times in a row{since or '; it has never answered well'}."


def age(span: dt.timedelta) -> str:
    """Return a span in its largest fitting unit: "35 minutes", "9 hours", "4 days"."""
    minutes = max(0, int(span.total_seconds() // 60))
    for unit, size, until in (("minute", 1, 120), ("hour", 60, 48 * 60), ("day", 1440, 10**9)):
        if minutes < until:
            number = minutes // size
            return f"{number} {unit}{'' if number == 1 else 's'}"
    return "long"


def _wait(value: str, now: dt.datetime) -> dt.timedelta | None:
    seconds = _seconds(value)
    if seconds is not None and seconds < EPOCH:
        return dt.timedelta(seconds=min(seconds, LONGEST_WAIT.total_seconds()))
    at = _date(value) if seconds is None else dt.datetime.fromtimestamp(min(seconds, LATEST), tz=dt.UTC)
    return None if at is None else max(dt.timedelta(0), min(at - now, LONGEST_WAIT))


def _seconds(value: str) -> int | None:
    whole = value.partition(".")[0]
    return int(whole) if whole.isascii() and whole.isdigit() and len(whole) <= 12 else None


def _date(value: str) -> dt.datetime | None:
    for read in (dt.datetime.fromisoformat, parsedate_to_datetime):
        try:
            at = read(value)
        except (ValueError, TypeError, IndexError, OverflowError):
            continue
        return at if at.tzinfo else at.replace(tzinfo=dt.UTC)
    return None


def _sendable(value: str, limit: int) -> str:
    return value if len(value) <= limit and value.isascii() and value.isprintable() else ""
