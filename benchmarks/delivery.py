"""Posts that are all due in the same minute, sent by eight workers: python -m benchmarks.delivery [POSTS] [PAUSE]

Lateness and posts a second of the whole way (claimed, attempt, steps, sent, recorded, logged, announced), beside the
bare limit in the same run: the bare claim and the bare HTTP call, by as many workers with as many hands, on the same
rows and servers. PAUSE: how long a server takes to answer, in seconds; platforms need 0.05 to 2.
"""

import datetime as dt
import itertools
import logging
import multiprocessing
import os
import sys
import time
import uuid
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from random import Random
from typing import Any

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "trenddrop.settings")
django.setup()

import httpx  # noqa: E402 (after setup, as everything below)
import psycopg  # noqa: E402
import structlog  # noqa: E402
from django.conf import settings  # noqa: E402
from django.contrib.postgres.functions import RandomUUID  # noqa: E402
from django.db import connection, connections  # noqa: E402
from django.db.backends.base.base import BaseDatabaseWrapper  # noqa: E402
from django.db.backends.signals import connection_created  # noqa: E402
from django.db.models import F  # noqa: E402
from django.utils import timezone  # noqa: E402
from psycopg.conninfo import make_conninfo  # noqa: E402

from accounts import tenancy  # noqa: E402
from accounts.models import Organization, User  # noqa: E402
from accounts.services import organizations  # noqa: E402
from benchmarks.claims import BARE  # noqa: E402
from benchmarks.measuring import report, share  # noqa: E402
from benchmarks.practice_server import serve, told  # noqa: E402
from content.models import ContentAsset, GeneratedContent  # noqa: E402
from publishing.delivery import adapters, batches, claiming  # noqa: E402
from publishing.models import PlatformConnection, PublishAttempt, ScheduledPost  # noqa: E402

POSTS = int(sys.argv[1]) if len(sys.argv) > 1 else 10_000
PAUSE = float(sys.argv[2]) if len(sys.argv) > 2 else 0.05
WORKERS, SERVERS, TENANTS, AIM = 8, 2, 100, 0.6
SAMPLE = 200
TOKEN = "bench"
Fork = multiprocessing.get_context("fork")


def fill() -> list[uuid.UUID]:
    """Plan the posts, for TENANTS organisations of their own; nothing is due yet."""
    found, far = [], timezone.now() + dt.timedelta(days=30)
    for number in range(TENANTS):
        key = uuid.uuid4().hex[:8]
        owner = User.objects.create_user(f"bench-{key}@trenddrop.example", None)
        organization = organizations.create(name=f"Bench {key}", owner=owner).organization
        found.append(organization.pk)
        with tenancy.operator():
            _plan(organization, owner, key, range(number, POSTS, TENANTS), far)
    return found


def _plan(organization: Organization, owner: User, key: str, numbers: range, far: dt.datetime) -> None:
    asset = ContentAsset.objects.create(organization=organization, kind="blog", title="Bench")
    piece = GeneratedContent.objects.create(organization=organization, asset=asset, platform="practice", text="x")
    account = PlatformConnection.objects.create(
        organization=organization, platform="practice", account_id=key, handle=key, service_url=settings.SITE_URL,
        access_token=TOKEN,
    )  # fmt: skip
    ScheduledPost.objects.bulk_create(
        ScheduledPost(
            organization=organization, piece=piece, piece_version=1, connection=account, text=f"Post {number}",
            scheduled_for=far + dt.timedelta(milliseconds=number), next_try_at=far, timezone="UTC",
            local_time=f"{far:%Y-%m-%dT%H:%M}", scheduled_by=owner,
        )
        for number in numbers
    )  # fmt: skip


def make_due(tenants: list[uuid.UUID], moment: dt.datetime) -> None:
    """Make every post due at one moment, as if nothing had happened."""
    with tenancy.operator():
        rows = ScheduledPost.objects.filter(organization__in=tenants)
        PublishAttempt.objects.filter(post__in=rows).delete()
        first = rows.earliest("scheduled_for").scheduled_for
        rows.update(
            status="scheduled", lease_until=None, fence=0, tries=0, next_try_at=moment, published_at=None,
            platform_post_id="", idempotency_key=RandomUUID(), scheduled_for=moment + (F("scheduled_for") - first),
        )  # fmt: skip


# The two sides


def ours(address: str, moment: dt.datetime) -> None:
    """Work as a worker does, until nothing is due."""
    settings.PRACTICE_URL = address
    adapters.close()
    adapters.adapter("practice")
    _wait_for(moment)
    batches.work(clock=timezone.now, chance=Random(1), span=dt.timedelta(minutes=30))


def bare(address: str, moment: dt.datetime) -> None:
    """Claim by hand as many at a time, and make the one call for each."""
    hands = batches.HANDS
    with (
        psycopg.connect(_place(), autocommit=True) as database,
        httpx.Client(timeout=60, trust_env=False) as client,
        ThreadPoolExecutor(hands) as crew,
    ):
        call = partial(_call, client, address)
        _wait_for(moment)
        while taken := _claim(database, hands):
            list(crew.map(call, taken))


def _claim(database: psycopg.Connection[Any], hands: int) -> list[str]:
    now = timezone.now()
    asked = (now + claiming.LEASE, now, now - settings.POST_MAX_LATENESS, now, hands)
    with database.transaction():
        database.execute("SELECT set_config('app.operator', 'on', true)")
        return [str(row[0]) for row in database.execute(BARE, asked).fetchall()]


def _call(client: httpx.Client, address: str, key: str) -> None:
    headers = {"Authorization": f"Bearer {TOKEN}", "Idempotency-Key": f"bare-{key}"}
    client.post(f"{address}/posts", headers=headers, json={"text": "Post"}).raise_for_status()


def _place() -> str:
    names = {"NAME": "dbname", "USER": "user", "PASSWORD": "password", "HOST": "host", "PORT": "port"}
    address = {ours: str(settings.DATABASES["default"][name]) for name, ours in names.items()}
    return make_conninfo(**{name: value for name, value in address.items() if value})


def _wait_for(moment: dt.datetime) -> None:
    time.sleep(max(0.0, (moment - timezone.now()).total_seconds()))


def race(side: Callable[[str, dt.datetime], None], tenants: list[uuid.UUID], addresses: list[str]) -> float:
    """Let WORKERS processes do it; return posts a second, and check that each post stands there once."""
    moment = timezone.now() + dt.timedelta(seconds=3)
    make_due(tenants, moment)
    connections.close_all()
    before = told(addresses)
    crew = [Fork.Process(target=side, args=(addresses[number % SERVERS], moment)) for number in range(WORKERS)]
    for worker in crew:
        worker.start()
    for worker in crew:
        worker.join()
    seconds = (timezone.now() - moment).total_seconds()
    count = told(addresses) - before
    if count != POSTS:
        raise SystemExit(f"{count} posts stand on the servers instead of {POSTS} (is other work due in this database?)")
    return POSTS / seconds


def lateness(tenants: list[uuid.UUID]) -> list[float]:
    """Return by how many seconds each post was late when it was known to be live."""
    with tenancy.operator():
        rows = ScheduledPost.objects.filter(organization__in=tenants, status="published")
        times = rows.values_list("published_at", "scheduled_for")
        return [(live - planned).total_seconds() for live, planned in times if live]


def queries(tenants: list[uuid.UUID], address: str) -> float:
    """Return how many statements one post costs a worker, all its threads together, beside BEGIN and COMMIT."""
    settings.PRACTICE_URL = address
    make_due(tenants, timezone.now())
    with tenancy.operator():
        rows = ScheduledPost.objects.filter(organization__in=tenants)
        chosen = list(rows.order_by("scheduled_for").values_list("pk", flat=True)[:SAMPLE])
        rows.exclude(pk__in=chosen).update(next_try_at=timezone.now() + dt.timedelta(days=30))
    count = itertools.count()

    def counting(execute: Callable[..., Any], *asked: Any) -> Any:
        next(count)
        return execute(*asked)

    def watch(connection: BaseDatabaseWrapper, **_kwargs: Any) -> None:
        connection.execute_wrappers.append(counting)

    connections.close_all()  # each thread, this one too, is watched from its first statement
    connection_created.connect(watch)
    batches.work(clock=timezone.now, chance=Random(1), span=dt.timedelta(minutes=5))
    connection_created.disconnect(watch)
    connection.execute_wrappers.clear()
    adapters.close()
    return next(count) / len(chosen)


def main() -> None:
    """Measure on rows of our own, and take away what can be taken away."""
    settings.PRIVATE_ADDRESSES_ALLOWED = ["127.0.0.1"]
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
    tenants = fill()
    servers, addresses = serve(SERVERS, pause=PAUSE)
    try:
        statements = queries(tenants, addresses[0])  # which also warms this process up, before the workers are forked
        limit = race(bare, tenants, addresses)
        mine = race(ours, tenants, addresses)
        late = lateness(tenants)
        name = f"{POSTS} posts at once, {WORKERS} workers"
        report(name, mine, limit, unit="posts/s", n=POSTS, ratio=limit / mine, aim=1 / AIM)
        report("lateness p50", share(late, 0.5), unit="s", n=len(late))
        report("lateness p99", share(late, 0.99), unit="s", n=len(late))
        report("queries per post", statements, unit="statements", n=SAMPLE)
    finally:
        for server in servers:
            server.terminate()
        _clear(tenants)


def _clear(tenants: list[uuid.UUID]) -> None:
    with tenancy.operator():
        for model in (ScheduledPost, GeneratedContent, ContentAsset, PlatformConnection):
            model.objects.filter(organization__in=tenants).delete()
        Organization.objects.filter(pk__in=tenants).update(deleted_at=timezone.now())


if __name__ == "__main__":
    main()
