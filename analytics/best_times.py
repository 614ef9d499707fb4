"""Which hours of the week did well for an account: its own posts, each against the account's usual at the same age.

Few posts say little, so every hour is drawn towards what is known beside it: the hours around it, the same hour of
other days, and in the end the account's usual. An account without results has no hours, and that is said.
"""

import datetime as dt
import math
import uuid
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from statistics import fmean
from zoneinfo import ZoneInfo

from django.db.models import Count, F, Max, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce

from accounts import tenancy
from accounts.models import Organization
from analytics.models import MeasuredPost, RollupMark
from analytics.queries import posts
from publishing.services import best_times
from publishing.services.best_times import Scored
from trenddrop.core import rounds

LOOKS_BACK = dt.timedelta(days=180)
MOST_POSTS, AT_ONCE = 300, 100
NAME = "hours"
# A result nobody would call typical counts as this many times the usual, or this part of it.
LARGEST, SMALLEST = 4.0, 1 / 4
# What an hour beside another says of it, by its distance.
BESIDE = {0: 1.0, 1: 0.5, 2: 0.15}
# So many posts of an hour weigh as much as what is known around it.
STIFF_HOUR, STIFF_DAY = 10.0, 20.0
# Less than half a post's weight is no evidence.
LEAST = 0.5
# Twice the usual is 80 of 100, half of it 20.
STEEPNESS = 1.0
HOURS_A_DAY = 24
LONG_AGO = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)


@dataclass(frozen=True)
class Result:
    """A post's hour on the clock of the account, and the logarithm of how it did against the usual."""

    weekday: int
    hour: int
    log: float


def find_best_times(*, now: dt.datetime) -> int:
    """Score the hours of accounts about which something new is known; return how many accounts.

    Organisations that were looked at longest ago come first; that they were is noted, whatever was found.
    """
    with tenancy.operator():
        due = list(_due(now)[:AT_ONCE])
    return sum(rounds.each(due, partial(_look, now=now)))


def _due(now: dt.datetime) -> QuerySet[MeasuredPost, tuple[uuid.UUID, dt.datetime, dt.datetime]]:
    """Organisations with results that were settled since their last pass: until when that knew, and this one will."""
    mark = RollupMark.objects.filter(organization=OuterRef("organization"), name=NAME).values("reached")
    rows = _known(now).order_by().values("organization")
    fresh = rows.annotate(news=Max("learned_at"), scored=Coalesce(Subquery(mark), LONG_AGO))
    found = fresh.filter(news__gt=F("scored")).order_by("scored", "organization")
    return found.values_list("organization", "scored", "news")


def _known(now: dt.datetime) -> QuerySet[MeasuredPost]:
    return MeasuredPost.objects.filter(learned_at__isnull=False, published_at__gte=now - LOOKS_BACK)


def _look(due: tuple[uuid.UUID, dt.datetime, dt.datetime], *, now: dt.datetime) -> int:
    """Score the accounts of an organisation that have news; return how many."""
    organization, scored, news = due
    with tenancy.of_organization(organization):
        rows = _known(now).filter(organization=organization).order_by().values("post__connection")
        fresh = rows.annotate(news=Max("learned_at"), n=Count("pk")).filter(n__gt=posts.FEWEST, news__gt=scored)
        accounts = list(fresh.order_by("news", "post__connection").values_list("post__connection", flat=True))
    try:
        rounds.each(accounts, partial(_score_one, organization=organization, now=now))
    finally:  # one account that breaks every time keeps no other organisation waiting
        with tenancy.of_organization(organization):
            RollupMark.objects.update_or_create(organization_id=organization, name=NAME, defaults={"reached": news})
    return len(accounts)


def _score_one(account: uuid.UUID, *, organization: uuid.UUID, now: dt.datetime) -> None:
    with tenancy.of_organization(organization):
        _score(account, organization, now=now)


def _score(account: uuid.UUID, organization: uuid.UUID, *, now: dt.datetime) -> None:
    zone = Organization.objects.values_list("timezone", flat=True).get(pk=organization)
    rows = _known(now).filter(post__connection=account)
    recent = list(rows.select_related("post__connection").order_by("-published_at")[:MOST_POSTS])
    results = results_of(posts.standings(recent, now=now), zone=zone)
    best_times.save(account, scores(results), zone=zone, organization_id=organization, now=now)


def results_of(standings: Iterable[posts.Standing], *, zone: str) -> list[Result]:
    """Return what posts did by the hour at which they went out, on the clock of a zone."""
    place, found = ZoneInfo(zone), []
    for standing in standings:
        if standing.ratio is None:
            continue
        local = standing.measured.published_at.astimezone(place)
        log = math.log(min(max(standing.ratio, SMALLEST), LARGEST))
        found.append(Result(local.weekday(), local.hour, log))
    return found


def scores(results: Sequence[Result]) -> list[Scored]:
    """Return every hour of the week about which the posts say something, in the week's order."""
    if not results:
        return []
    by_cell: dict[tuple[int, int], list[float]] = defaultdict(list)
    by_hour: dict[int, list[float]] = defaultdict(list)
    for result in results:
        by_cell[(result.weekday, result.hour)].append(result.log)
        by_hour[result.hour].append(result.log)
    usual = fmean(result.log for result in results)
    of_hours = {hour: _drawn(_around_hour(by_hour, hour), usual, STIFF_DAY)[0] for hour in range(HOURS_A_DAY)}
    found = []
    for weekday in range(7):
        for hour in range(HOURS_A_DAY):
            log, weight = _drawn(_around_cell(by_cell, weekday, hour), of_hours[hour], STIFF_HOUR)
            if weight >= LEAST:
                own = len(by_cell.get((weekday, hour), ()))
                found.append(Scored(weekday, hour, to_score(log - usual), own, len(results)))
    return found


Weighed = list[tuple[float, float]]


def _around_hour(by_hour: Mapping[int, Sequence[float]], hour: int) -> Weighed:
    """Return (weight, log) of posts of any day around an hour of the day."""
    steps = ((step, BESIDE[abs(step)]) for step in range(-2, 3))
    return [(weight, log) for step, weight in steps for log in by_hour.get((hour + step) % HOURS_A_DAY, ())]


def _around_cell(by_cell: Mapping[tuple[int, int], Sequence[float]], weekday: int, hour: int) -> Weighed:
    """Return (weight, log) of posts around an hour of the week; Sunday's last hour is beside Monday's first."""
    found: Weighed = []
    for step in range(-2, 3):
        day, clock = divmod((weekday * HOURS_A_DAY + hour + step) % (7 * HOURS_A_DAY), HOURS_A_DAY)
        found += [(BESIDE[abs(step)], log) for log in by_cell.get((day, clock), ())]
    return found


def _drawn(weighed: Weighed, towards: float, stiffness: float) -> tuple[float, float]:
    """Return the mean drawn towards what is known otherwise, and the weight of the evidence itself."""
    weight = sum(each for each, _log in weighed)
    total = sum(each * log for each, log in weighed)
    return (total + stiffness * towards) / (weight + stiffness), weight


def to_score(log: float) -> int:
    """Return 0 to 100 of a logarithm against the usual: 50 as usual, 80 twice as much, 20 half."""
    return round(50 + 50 * math.tanh(STEEPNESS * log))
