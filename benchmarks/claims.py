"""How fast posts are claimed, beside the bare SQL that does only that: python -m benchmarks.claims

Both take turns on the same table, batch by batch, and learn the same of each row. Row-level security is on, so both
open a transaction and name the scope in it, as every query on this database must; the bare side does it by hand.
"""

import json
import os
import statistics
import time
import uuid
from collections.abc import Callable
from datetime import timedelta

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "trenddrop.settings")
django.setup()

import psycopg  # noqa: E402 (after setup, as everything below)
from django.conf import settings  # noqa: E402
from django.utils import timezone  # noqa: E402
from psycopg.conninfo import make_conninfo  # noqa: E402

from accounts import tenancy  # noqa: E402
from accounts.models import Organization, User  # noqa: E402
from accounts.services import organizations  # noqa: E402
from content.models import ContentAsset, GeneratedContent  # noqa: E402
from publishing.delivery import claiming  # noqa: E402
from publishing.models import PlatformConnection, ScheduledPost  # noqa: E402
from trenddrop.core import claims  # noqa: E402

POSTS, ROUNDS, AIM = 5000, 7, 0.6
BARE = """
    UPDATE publishing_scheduledpost SET status = 'publishing', lease_until = %s, fence = fence + 1, tries = tries + 1
    WHERE id = ANY(ARRAY(
        SELECT post.id FROM publishing_scheduledpost post
        JOIN publishing_platformconnection account ON account.id = post.connection_id
        WHERE post.status = 'scheduled' AND post.next_try_at <= %s AND post.scheduled_for >= %s
          AND account.status = 'active' AND (account.hold_until IS NULL OR account.hold_until <= %s)
        ORDER BY post.next_try_at LIMIT %s FOR UPDATE OF post SKIP LOCKED))
    RETURNING id, organization_id, lease_until, fence
"""


def fill() -> uuid.UUID:
    """Plan POSTS posts that are due, in an organisation of their own."""
    key = uuid.uuid4().hex[:8]
    owner = User.objects.create_user(f"bench-{key}@trenddrop.example", None)
    organization = organizations.create(name=f"Bench {key}", owner=owner).organization
    now = timezone.now()
    with tenancy.operator():
        asset = ContentAsset.objects.create(organization=organization, kind="blog", title="Bench")
        piece = GeneratedContent.objects.create(organization=organization, asset=asset, platform="practice", text="x")
        account = PlatformConnection.objects.create(
            organization=organization, platform="practice", account_id=key, handle=key, service_url=settings.SITE_URL
        )
        ScheduledPost.objects.bulk_create(
            ScheduledPost(
                organization=organization, piece=piece, piece_version=1, connection=account, text=f"Post {number}",
                scheduled_for=now - timedelta(milliseconds=number), next_try_at=now - timedelta(milliseconds=number),
                local_time=f"{now:%Y-%m-%dT%H:%M}", timezone="UTC",
            )
            for number in range(POSTS)
        )  # fmt: skip
    return organization.pk


def reset(organization: uuid.UUID) -> None:
    """Make every post due again."""
    with tenancy.operator():
        ScheduledPost.objects.filter(organization_id=organization).update(
            status="scheduled", lease_until=None, fence=0, tries=0
        )


def ours(batch: int) -> int:
    """Claim one batch."""
    now = timezone.now()
    with tenancy.operator():
        rows = claims.claim(
            claiming.due_sends(now).only("organization"),
            now=now,
            lease=claiming.LEASE,
            limit=batch,
            changes={"status": ScheduledPost.Status.PUBLISHING, "tries": claiming.ONE_MORE_TRY},
        )
    return len(rows)


def bare(connection: psycopg.Connection[tuple[object, ...]], batch: int) -> int:
    """The same by hand: a transaction, its scope, the statement."""
    now = timezone.now()
    asked = (now + claiming.LEASE, now, now - settings.POST_MAX_LATENESS, now, batch)
    with connection.transaction():
        connection.execute("SELECT set_config('app.operator', 'on', true)")
        return len(connection.execute(BARE, asked).fetchall())


def one_pass(organization: uuid.UUID, sides: list[Callable[[], int]]) -> list[float]:
    """Let the sides take turns, batch by batch, until nothing is due; return the claims a second of each."""
    reset(organization)
    taken, spent, turn = [0] * len(sides), [0.0] * len(sides), 0
    while True:
        side = turn % len(sides)
        started = time.perf_counter()
        count = sides[side]()
        if not count:
            return [rows / seconds for rows, seconds in zip(taken, spent, strict=True)]
        spent[side] += time.perf_counter() - started
        taken[side] += count
        turn += 1


def measure(organization: uuid.UUID, connection: psycopg.Connection[tuple[object, ...]], batch: int) -> None:
    """Print the medians of the passes; the first one only warms up."""
    sides: list[Callable[[], int]] = [lambda: ours(batch), lambda: bare(connection, batch)]
    passes = [one_pass(organization, sides) for _ in range(ROUNDS + 1)][1:]
    mine, limit = (statistics.median(side) for side in zip(*passes, strict=True))
    ratio = statistics.median(one / other for one, other in passes)
    figure = {
        "name": f"claims, {batch} at a time", "ours": round(mine), "limit": round(limit), "ratio": round(ratio, 3),
        "unit": "claims/s", "n": ROUNDS, "aim": AIM, "ok": ratio >= AIM,
    }  # fmt: skip
    print(json.dumps(figure), flush=True)


def main() -> None:
    """Measure on rows of our own, and take them away again."""
    organization = fill()
    address = {name: str(settings.DATABASES["default"][name]) for name in ("NAME", "USER", "PASSWORD", "HOST", "PORT")}
    given = zip(("dbname", "user", "password", "host", "port"), address.values(), strict=True)
    place = make_conninfo(**{name: value for name, value in given if value})
    try:
        with psycopg.connect(place, autocommit=True) as connection:
            for batch in (200, 50):
                measure(organization, connection, batch)
    finally:
        with tenancy.operator():
            ScheduledPost.objects.filter(organization_id=organization).delete()
            GeneratedContent.objects.filter(organization_id=organization).delete()
            ContentAsset.objects.filter(organization_id=organization).delete()
            PlatformConnection.objects.filter(organization_id=organization).delete()
            Organization.objects.filter(pk=organization).update(deleted_at=timezone.now())


if __name__ == "__main__":
    main()
