"""Telling content what its pieces did: each post once, at the age at which posts are held against each other."""

import datetime as dt
import math
import uuid
from collections import defaultdict
from collections.abc import Sequence
from zoneinfo import ZoneInfo

from django.db.models import F, Q, QuerySet

from accounts import tenancy
from accounts.models import Organization
from analytics.models import MeasuredPost
from analytics.queries import posts
from content.queries import bulky
from content.services import feedback
from trenddrop.core import rounds

SETTLED = dt.timedelta(hours=posts.AT_MOST_HOURS)
BATCH = 500
SMALLEST = 0.02  # of the usual


def learn_due(*, now: dt.datetime) -> int:
    """Tell the results of posts that have settled, organisation by organisation; return how many taught something."""
    with tenancy.operator():
        due = _settled(now).filter(learned_at=None)
        by_organization: dict[uuid.UUID, list[uuid.UUID]] = defaultdict(list)
        for key, organization in due.order_by("published_at", "pk").values_list("pk", "organization_id")[:BATCH]:
            by_organization[organization].append(key)
    return sum(rounds.each(by_organization.items(), lambda one: _learn(*one, now=now)))


def _settled(now: dt.datetime) -> QuerySet[MeasuredPost]:
    """Posts counted at that age, and those that were not for as long again: nobody will."""
    counted = Q(last_at__gte=F("published_at") + SETTLED) | Q(published_at__lte=now - 2 * SETTLED)
    return MeasuredPost.objects.filter(counted, published_at__lte=now - SETTLED, last_at__isnull=False)


def _learn(organization: uuid.UUID, keys: Sequence[uuid.UUID], *, now: dt.datetime) -> int:
    """Tell an organisation's results. What a piece did is the mean of what all its posts did."""
    with tenancy.of_organization(organization):
        pieces = MeasuredPost.objects.filter(pk__in=keys).values("post__piece")
        rows = _settled(now).filter(post__piece__in=pieces).select_related("post__connection", "post__piece__asset")
        rows = rows.defer(*bulky("post__piece__asset"))
        by_piece: dict[uuid.UUID, list[posts.Standing]] = defaultdict(list)
        for standing in posts.standings(list(rows.order_by("published_at", "pk")), now=now):
            if standing.ratio is not None:
                by_piece[standing.measured.post.piece_id].append(standing)
        zone = ZoneInfo(Organization.objects.values_list("timezone", flat=True).get(pk=organization))
        for standings in by_piece.values():
            _record(standings, zone)
        MeasuredPost.objects.filter(pk__in=keys, learned_at=None).update(learned_at=now)
        if by_piece:
            feedback.relearn(organization, now=now)
    return len(by_piece)


def _record(standings: Sequence[posts.Standing], zone: ZoneInfo) -> None:
    logs = [math.log(max(SMALLEST, one.ratio or 0.0)) for one in standings]
    latest = standings[-1].measured
    feedback.record(
        latest.post.piece,
        version=latest.post.piece_version,
        platform=latest.platform,
        engagement=round(math.exp(sum(logs) / len(logs)), 4),
        measured_at=latest.published_at + SETTLED,
        sent_at=latest.published_at.astimezone(zone),
    )
