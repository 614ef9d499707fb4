"""What follows from posts and counts, by the product's own engines: figures, sums, returns, best times."""

import datetime as dt
import uuid
from collections.abc import Iterator, Sequence
from functools import partial
from typing import TypeVar

from accounts import tenancy
from accounts.models import Organization
from analytics import best_times, figures
from analytics.collection import worth
from analytics.models import MeasuredPost, RollupMark, TrackedAccount
from analytics.queries import posts
from analytics.rollups import posts as rollups
from content.models import ContentAsset
from publishing.services import best_times as scored
from trenddrop.scale.hands import Hands

POSTS_AT_ONCE, ORGANIZATIONS_AT_ONCE = 500, 20
One = TypeVar("One")


def reckon_figures(hands: Hands, *, now: dt.datetime) -> int:
    """Reckon figures and scores of posts that have none; return of how many."""
    with tenancy.operator():
        missing = list(MeasuredPost.objects.filter(figures={}).order_by("pk").values_list("pk", flat=True))
    return hands.all(partial(_figures, now=now), _some(missing, POSTS_AT_ONCE))


def _figures(keys: Sequence[uuid.UUID], *, now: dt.datetime) -> int:
    with tenancy.operator():
        figures.refresh(list(MeasuredPost.objects.filter(pk__in=keys)), now=now)
    return len(keys)


def roll_up(hands: Hands, *, now: dt.datetime) -> int:
    """Sum the posts of organisations that have no sums yet; return of how many."""
    with tenancy.operator():
        done = RollupMark.objects.filter(name=rollups.NAME, reached__isnull=False).values("organization")
        missing = list(Organization.objects.exclude(pk__in=done).order_by("pk").values_list("pk", flat=True))
    return hands.all(partial(_sums, now=now), _some(missing, ORGANIZATIONS_AT_ONCE))


def _sums(keys: Sequence[uuid.UUID], *, now: dt.datetime) -> int:
    for key in keys:
        rollups.roll_up(key, now=now)
    return len(keys)


def reckon_returns(organization: uuid.UUID, *, now: dt.datetime) -> int:
    """Reckon what an organisation's originals brought; return of how many."""
    with tenancy.of_organization(organization):
        missing = list(ContentAsset.objects.filter(roi=None).order_by("pk").values_list("pk", flat=True))
    return worth.recalculate(organization, missing, now=now) if missing else 0


def score_hours(organization: uuid.UUID, *, now: dt.datetime) -> int:
    """Score the hours of an organisation's accounts; return of how many accounts."""
    with tenancy.of_organization(organization):
        rows = TrackedAccount.objects.filter(connection__isnull=False, connection__best_times=None)
        accounts = list(rows.values_list("connection_id", flat=True))
        zone = Organization.objects.values_list("timezone", flat=True).get(pk=organization)
        for account in accounts:
            _score(account, organization, zone, now=now)
    return len(accounts)


def _score(account: uuid.UUID, organization: uuid.UUID, zone: str, *, now: dt.datetime) -> None:
    rows = MeasuredPost.objects.filter(
        post__connection=account, learned_at__isnull=False, published_at__gte=now - best_times.LOOKS_BACK
    )
    recent = list(rows.select_related("post__connection").order_by("-published_at")[: best_times.MOST_POSTS])
    found = best_times.results_of(posts.standings(recent, now=now), zone=zone)
    scored.save(account, best_times.scores(found), zone=zone, organization_id=organization, now=now)


def _some(rows: Sequence[One], number: int) -> Iterator[Sequence[One]]:
    return (rows[start : start + number] for start in range(0, len(rows), number))
