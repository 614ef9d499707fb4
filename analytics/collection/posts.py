"""Taking snapshots: claim what is due, ask the platform once per account, write what changed, reckon what it means."""

import datetime as dt
import uuid
from collections import defaultdict
from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

import structlog
from django.db.models import Q

from accounts import tenancy
from analytics import figures, ladder
from analytics.catalogue import COLUMNS, METRICS
from analytics.models import MeasuredPost, PostMetrics
from analytics.rollups import posts as rollups
from publishing.platforms.base import PlatformError, PostCounts
from publishing.services import reading
from trenddrop.core import claims, rounds

log = structlog.get_logger(__name__)

LEASE = dt.timedelta(minutes=5)
BATCH = 200
GONE = "The platform no longer shows this post."
FRACTIONS = frozenset({"average_watch_seconds", "completion"})


def measure_due(*, now: dt.datetime) -> int:
    """Measure the posts that are due, account by account, and sum up; return how many got numbers."""
    with tenancy.operator():
        due = (
            MeasuredPost.objects.filter(next_at__lte=now)
            .filter(Q(lease_until=None) | Q(lease_until__lt=now))
            .order_by("next_at")
        )
        taken = claims.claim(due, now=now, lease=LEASE, limit=BATCH, changes={})
        by_connection: dict[tuple[uuid.UUID, uuid.UUID], list[MeasuredPost]] = defaultdict(list)
        posts = MeasuredPost.objects.select_related("post__connection").in_bulk([row.pk for row in taken])
        for row in posts.values():
            by_connection[row.organization_id, row.post.connection_id].append(row)
    found = {key: _measure_account(rows, now=now) for key, rows in by_connection.items()}
    rounds.each(sorted({key[0] for key, count in found.items() if count}), partial(rollups.roll_up, now=now))
    return sum(found.values())


def _measure_account(rows: list[MeasuredPost], *, now: dt.datetime) -> int:
    connection = rows[0].post.connection
    try:
        counts = reading.post_counts(connection, [row.post.platform_post_id for row in rows], now=now)
        with tenancy.of_organization(connection.organization_id):
            record(rows, [counts.get(row.post.platform_post_id) for row in rows], now=now)
    except PlatformError as error:
        return _put_off(rows, str(error), wait=getattr(error, "after", None), now=now)
    except Exception:  # one account whose answer nobody foresaw must not keep the others waiting
        log.exception("account's posts not measured", connection=str(connection.pk), platform=connection.platform)
        return _put_off(rows, ladder.UNFORESEEN, wait=None, now=now)
    return len(counts)


def _put_off(rows: list[MeasuredPost], message: str, *, wait: dt.timedelta | None, now: dt.datetime) -> int:
    log.info("measuring put off", connection=str(rows[0].post.connection_id), reason=message)
    with tenancy.of_organization(rows[0].organization_id):
        changes = [
            {
                "next_at": ladder.after_failure(row.failures, now=now, wait=wait),
                "failures": min(row.failures + 1, 32000),
                "error": message,
                "lease_until": None,
            }
            for row in rows
        ]
        claims.write_all(rows, changes, fenced=True)
    return 0


def record(rows: Sequence[MeasuredPost], counted: Sequence[PostCounts | None], *, now: dt.datetime) -> None:
    """Write what a platform told of claimed posts: snapshots of what is new, the next rungs, the figures.

    Nine statements for however many posts of an organisation; nothing of a post that somebody else claimed meanwhile.
    """
    seen = [(row, found) for row, found in zip(rows, counted, strict=True) if found is not None]
    gone = [row for row, found in zip(rows, counted, strict=True) if found is None]
    claims.write_all(gone, [_gone(row, now=now) for row in gone], fenced=True)
    told = [split(found.metrics) for _row, found in seen]
    has_news = [is_news(row, values) for (row, _found), values in zip(seen, told, strict=True)]
    changes = [_latest(row, values, found, now=now) for (row, found), values in zip(seen, told, strict=True)]
    held = claims.write_all([row for row, _found in seen], changes, fenced=True)
    shots = [
        snapshot(row, values, at=now, is_simulated=found.simulated)
        for (row, found), values, is_new, is_held in zip(seen, told, has_news, held, strict=True)
        if is_new and is_held
    ]
    PostMetrics.objects.bulk_create(shots, ignore_conflicts=True)
    kept = [row for (row, _found), is_held in zip(seen, held, strict=True) if is_held]
    if kept:
        claims.write_all(kept, figures.changes_of(kept, now=now), fenced=True)


Told = dict[str, Any]


def split(metrics: Mapping[str, float | int | None]) -> Told:
    """Return what was told by column, and under `more` what has none; names that nobody defined are left out."""
    values: Told = {name: _number(name, metrics.get(name)) for name in sorted(COLUMNS)}
    values["more"] = {
        str(key): value
        for key, value in metrics.items()
        if value is not None and key not in COLUMNS and key in METRICS and not METRICS[key].is_derived
    }
    return values


def _number(name: str, value: float | None) -> float | int | None:
    return value if value is None or name in FRACTIONS else int(value)


def is_news(row: MeasuredPost, values: Told) -> bool:
    """Whether a count says anything that the last one did not; the first always does."""
    if row.last_at is None:
        return True
    told = any(values[name] is not None and getattr(row, name) != values[name] for name in COLUMNS)
    return told or any(row.more.get(key) != value for key, value in values["more"].items())


def snapshot(
    row: MeasuredPost, values: Told, *, at: dt.datetime, is_simulated: bool = False, origin: str = ""
) -> PostMetrics:
    """Return the counts as they stand, not yet written."""
    return PostMetrics(
        organization_id=row.organization_id,
        post_id=row.post_id,
        taken_at=at,
        hour=(at - row.published_at).total_seconds() / 3600,
        origin=origin or _origin(is_simulated=is_simulated),
        is_simulated=is_simulated,
        **values,
    )


def latest(row: MeasuredPost, values: Told, *, at: dt.datetime) -> dict[str, Any]:
    """Return what a post's row says after a count: what is told now, and of the rest what was told last."""
    told = {name: value for name, value in values.items() if name != "more" and value is not None}
    notes = figures.noted(row, {**told, **values["more"]}, now=at)
    kept = {key: value for key, value in row.figures.items() if key not in {figures.FELL, figures.LOST}}
    counts = {name: told.get(name, getattr(row, name)) for name in sorted(COLUMNS)}
    return {**counts, "more": {**row.more, **values["more"]}, "figures": {**kept, **notes}}


def _latest(row: MeasuredPost, values: Told, found: PostCounts, *, now: dt.datetime) -> dict[str, Any]:
    following = ladder.next_at(row.published_at, now=now)
    done = {"next_at": following, "last_at": now, "failures": 0, "error": "", "lease_until": None, "gone_at": None}
    is_told = any(value is not None for name, value in values.items() if name != "more") or values["more"]
    origin = _origin(is_simulated=found.simulated) if is_told else row.origin
    return {**latest(row, values, at=now), **done, "origin": origin, "updated_at": now}


def _origin(*, is_simulated: bool) -> MeasuredPost.Origin:
    return MeasuredPost.Origin.PRACTICE if is_simulated else MeasuredPost.Origin.API


def _gone(row: MeasuredPost, *, now: dt.datetime) -> dict[str, Any]:
    return {
        "next_at": ladder.next_at(row.published_at, now=now),
        "error": GONE,
        "failures": min(row.failures + 1, 32000),
        "lease_until": None,
        "gone_at": row.gone_at or now,
    }
