"""Events taken in, webhooks acknowledged, a day summed: python -m benchmarks.intake [EVENTS] [WEBHOOKS]

Each beside its bare limit in the same run: our intake (deduplicated over all months, keyed to posts and accounts,
guarded by organisation, noted for the roll-up) beside bare COPY of the same lines into an equal table; the webhook's
whole view (signature over the raw body, read, stored once, rung for) beside bare single-row commits by as many
workers; the roll-up of a day beside the bare aggregates it writes. Takes its rows away again.
"""

import base64
import hashlib
import hmac
import json
import logging
import multiprocessing
import os
import sys
import time
import uuid
from collections.abc import Callable
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "trenddrop.settings")
django.setup()

import psycopg  # noqa: E402 (after setup, as everything below)
import structlog  # noqa: E402
from django.conf import settings  # noqa: E402
from django.db import connection, connections  # noqa: E402
from django.test import RequestFactory  # noqa: E402
from django.utils import timezone  # noqa: E402
from psycopg.conninfo import make_conninfo  # noqa: E402

from accounts import tenancy  # noqa: E402
from accounts.models import Organization  # noqa: E402
from analytics.events import bounds, keeping, rollup, taking  # noqa: E402
from analytics.events.bounds import start_of  # noqa: E402
from analytics.events.taking import COLUMNS, Told  # noqa: E402
from analytics.models import EngagementEvent  # noqa: E402
from benchmarks import events  # noqa: E402
from benchmarks.measuring import ratio, report, share, turns  # noqa: E402
from publishing import tasks, webhooks  # noqa: E402
from publishing.models import PlatformEvent, ScheduledPost  # noqa: E402

EVENTS = int(sys.argv[1]) if len(sys.argv) > 1 else 500_000
WEBHOOKS = int(sys.argv[2]) if len(sys.argv) > 2 else 4_000
POSTS, ROUNDS, BATCH, WORKERS, DAYS = 500, 5, 20_000, 8, 60
INTAKE, SUMMED, HEARD = 1 / 0.5, 1.5, 1 / 0.85
BARE = "bench_events"
EQUAL = f"""
CREATE TABLE {BARE} (LIKE analytics_engagementevent INCLUDING ALL) PARTITION BY RANGE (happened_at);
ALTER TABLE {BARE} ADD FOREIGN KEY (organization_id, post_id)
    REFERENCES publishing_scheduledpost (organization_id, id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE {BARE} ADD FOREIGN KEY (organization_id, connection_id)
    REFERENCES publishing_platformconnection (organization_id, id) DEFERRABLE INITIALLY DEFERRED
"""
PART = "CREATE TABLE {name}_{month:%Y_%m} PARTITION OF {name} FOR VALUES FROM ('{month}') TO ('{after}')"
AGGREGATES = """
SELECT post_id, date_trunc('hour', happened_at, 'UTC'), type, count(*), sum(value) FROM analytics_engagementevent
WHERE organization_id = %(key)s AND happened_at >= %(start)s AND happened_at < %(finish)s GROUP BY 1, 2, 3;
SELECT connection_id, type, country, age_range, gender, count(*), count(DISTINCT person), sum(value)
FROM analytics_engagementevent
WHERE organization_id = %(key)s AND happened_at >= %(start)s AND happened_at < %(finish)s GROUP BY 1, 2, 3, 4, 5
"""
Fork = multiprocessing.get_context("fork")
SECRET = "bench"


# Taking in


def take_in(organization: Organization, posts: list[ScheduledPost]) -> None:
    """Print events a second of our intake and of bare COPY into an equal table, batch by batch in turn."""
    count = max(1, EVENTS // BATCH // (ROUNDS + 1))
    feed = _batches(posts, "first")
    ready: list[list[Told]] = []

    def before() -> None:
        ready[:] = [next(feed) for _turn in range(count)]

    def ours() -> None:
        for rows in ready:
            with tenancy.of_organization(organization.pk):
                taking.take(rows)

    def bare() -> None:
        for rows in ready:
            with owner.transaction(), owner.cursor() as cursor:
                _copy(cursor, rows)

    with psycopg.connect(os.environ["DATABASE_OWNER_URL"], autocommit=True) as owner:
        _make_equal(owner)
        mine, other = turns([ours, bare], ROUNDS, before=before)
        owner.execute(f"DROP TABLE {BARE}")
    size = count * BATCH
    report(
        "events taken in, each once over all months, against bare COPY into an equal table",
        size / share(mine, 0.5), size / share(other, 0.5), unit="/s", n=size * ROUNDS, ratio=ratio(mine, other),
        aim=INTAKE,
    )  # fmt: skip
    again = list(events.told(posts, range(BATCH), days=DAYS, now=timezone.now(), source="first"))
    started = time.perf_counter()
    with tenancy.of_organization(organization.pk):
        taking.take(again)
    report("events told again and passed over", BATCH / (time.perf_counter() - started), unit="/s", n=BATCH)


def _batches(posts: list[ScheduledPost], source: str) -> Any:
    now, start = timezone.now(), 0
    while True:
        numbers = range(start, start + BATCH)
        ready = list(events.told(posts, numbers, days=DAYS, now=now, source=source))
        start += BATCH
        yield ready


def _make_equal(owner: psycopg.Connection[Any]) -> None:
    """Make a table with the same columns, months, indexes and keys; its owner may COPY into it."""
    owner.execute("SET timezone = 'UTC'")
    owner.execute(f"DROP TABLE IF EXISTS {BARE}")
    for statement in EQUAL.split(";"):
        owner.execute(statement)
    for month in keeping.months():
        owner.execute(PART.format(name=BARE, month=month, after=bounds.month_of(month, 1)))


def _copy(cursor: Any, rows: list[Told]) -> None:
    with cursor.copy(f"COPY {BARE} ({COLUMNS}) FROM STDIN") as copy:
        for place in range(0, len(rows), taking.AT_ONCE):
            copy.write("".join(map(taking.line_of, rows[place : place + taking.AT_ONCE])))


def bytes_per_event() -> None:
    """Print what an event costs on the disk: row, indexes and key."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT sum(pg_total_relation_size(inhrelid)) FROM pg_inherits WHERE inhparent IN"
            " ('analytics_engagementevent'::regclass, 'analytics_eventkey'::regclass)"
        )
        size = int(cursor.fetchone()[0])
    with tenancy.operator():
        count = EngagementEvent.objects.count()
    report("an event with its indexes and its key", size / max(count, 1), unit="bytes", n=count)


# Summing


def sum_up(organization: Organization, posts: list[ScheduledPost]) -> None:
    """Print what a day's roll-up takes beside the bare aggregates."""
    now = timezone.now()
    day = now.date() - events.DAY
    with tenancy.of_organization(organization.pk):
        zone = Organization.objects.values_list("timezone", flat=True).get(pk=organization.pk)
    size = max(EVENTS // 5, 1000)
    rows = [
        row._replace(
            happened_at=start_of(day) + (row.happened_at - row.happened_at.replace(hour=0, minute=0, second=0))
        )
        for row in events.told(posts[:20], range(size), days=DAYS, now=now, source="day")
    ]
    with tenancy.of_organization(organization.pk):
        taking.take(rows)
    rollup.roll_up(organization.pk, now=now)
    asked: dict[str, Any] = {"key": organization.pk, "start": start_of(day), "finish": start_of(day + events.DAY)}

    def ours() -> None:
        with tenancy.of_organization(organization.pk):
            rollup.recount_hours(organization.pk, [(asked["start"], asked["finish"])])
            rollup.recount_days(organization.pk, [day], ZoneInfo("UTC"))

    def bare() -> None:
        with tenancy.of_organization(organization.pk), connection.cursor() as cursor:
            for statement in AGGREGATES.split(";"):
                cursor.execute(statement, asked)
                cursor.fetchall()

    with tenancy.of_organization(organization.pk):  # days are cut by UTC for the comparison, then put right
        mine, other = turns([ours, bare], ROUNDS)
        rollup.recount_days(organization.pk, [day - events.DAY, day, day + events.DAY], ZoneInfo(zone))
    report(
        "a day's hours and days summed, against the bare aggregates", share(mine, 0.5), share(other, 0.5), unit="s",
        n=size, ratio=ratio(mine, other), aim=SUMMED,
    )  # fmt: skip


# Hearing


def hear() -> None:
    """Print webhooks acknowledged a second beside bare single-row commits by as many workers."""
    settings.X_CONSUMER_SECRET = SECRET
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    mine, other = [], []
    for _round in range(3):
        mine.append(_race(_ours))
        other.append(_race(_bare))
    report(
        f"webhooks acknowledged by {WORKERS} workers, against bare commits of a row", max(mine), max(other), unit="/s",
        n=WEBHOOKS, ratio=share([one / two for one, two in zip(other, mine, strict=True)], 0.5), aim=HEARD,
    )  # fmt: skip
    with tenancy.operator():
        PlatformEvent.objects.filter(key__startswith="like:bench").delete()


def _race(side: Callable[[Any], None]) -> float:
    connections.close_all()
    ready, go = Fork.Semaphore(0), Fork.Event()
    crew = [Fork.Process(target=_start, args=(side, ready, go)) for _number in range(WORKERS)]
    for worker in crew:
        worker.start()
    for _worker in crew:
        ready.acquire()
    started = time.perf_counter()
    go.set()
    for worker in crew:
        worker.join()
    return WEBHOOKS / (time.perf_counter() - started)


def _start(side: Callable[[Any], None], ready: Any, go: Any) -> None:
    side(lambda: (ready.release(), go.wait()))  # the first warms up, then everybody waits


def _ours(wait: Callable[[], object]) -> None:
    setattr(tasks.apply_events, "delay", lambda: None)  # noqa: B010 (a worker is not what is measured)
    factory = RequestFactory()
    requests = [_request(factory) for _number in range(WEBHOOKS // WORKERS + 1)]
    _answered(requests.pop())
    wait()
    for request in requests:
        _answered(request)


def _request(factory: RequestFactory) -> Any:
    name = f"bench{uuid.uuid4().hex}"
    fact = {"id": name, "favorited_status": {"id_str": "5"}, "user": {"screen_name": "rani"}}
    body = json.dumps({"for_user_id": "7", "favorite_events": [fact]}).encode()
    digest = base64.b64encode(hmac.new(SECRET.encode(), body, hashlib.sha256).digest()).decode()
    headers = {"x-twitter-webhooks-signature": f"sha256={digest}"}
    return factory.post("/webhooks/x/", body, content_type="application/json", headers=headers)


def _answered(request: Any) -> None:
    answer = webhooks.hear(request, "x")
    if answer.status_code != 200:
        raise SystemExit(f"A webhook was answered {answer.status_code}.")


def _bare(wait: Callable[[], object]) -> None:
    statement = (
        "INSERT INTO publishing_platformevent (id, created_at, updated_at, platform, key, kind, account_id, data,"
        " happened_at, status, tries, error, fence) VALUES (%s, now(), now(), 'x', %s, 'engagement', '7', %s, now(),"
        " 'received', 0, '', 0)"
    )
    data = json.dumps({"post_id": "5", "publish_id": "", "data": {"kind": "like", "user": "rani"}})
    with psycopg.connect(_place(), autocommit=True) as database:
        put = partial(database.execute, statement)
        put((uuid.uuid4(), f"like:bench{uuid.uuid4().hex}", data))
        wait()
        for _number in range(WEBHOOKS // WORKERS):
            put((uuid.uuid4(), f"like:bench{uuid.uuid4().hex}", data))


def _place() -> str:
    names = {"NAME": "dbname", "USER": "user", "PASSWORD": "password", "HOST": "host", "PORT": "port"}
    address = {ours: str(settings.DATABASES["default"][name]) for name, ours in names.items()}
    return make_conninfo(**{name: value for name, value in address.items() if value})


def main() -> None:
    """Measure on rows of our own, and take them away."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
    events.make_months(DAYS)
    organization, posts = events.organization_of(POSTS)
    try:
        take_in(organization, posts)
        bytes_per_event()
        sum_up(organization, posts)
        hear()
    finally:
        events.clear(organization)


if __name__ == "__main__":
    main()
