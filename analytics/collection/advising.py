"""The pass over an organisation’s results: believe, offer, fold back in what came of it, test the advice weekly."""

import datetime as dt
import math
import uuid
from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Max, Q
from django.utils import translation

from accounts import tenancy
from accounts.models import Organization
from analytics.advising import choosing, telling
from analytics.advising.choosing import Advice, Chosen
from analytics.advising.posterior import Pair
from analytics.collection import advised_times, back_testing, believing
from analytics.collection.believing import MADE_UP, Believed
from analytics.models import MeasuredPost, RollupMark, Suggestion
from analytics.queries.advice import LOOKS_BACK, Settled, settled
from content.models import FeedbackSignal, GeneratedContent
from content.services import advised, feedback
from publishing.models import PlatformConnection, ScheduledPost
from trenddrop.core import rounds

NAME = "advice"
EVERY = dt.timedelta(hours=24)
ORGANIZATIONS, FILLED_AT_ONCE = 100, 300
OFFERS = 2  # open for an account at any time
LASTS = dt.timedelta(days=7)
GIVEN_UP = dt.timedelta(days=45)
Status = Suggestion.Status
Claim = tuple[uuid.UUID, Pair]


def advise_due(*, now: dt.datetime) -> int:
    """Go over organisations about which something new is known, and over all with results once a day; how many."""
    with tenancy.operator():
        due = _due(now)
    return sum(rounds.each(due, partial(advise, now=now)))


def _due(now: dt.datetime) -> list[uuid.UUID]:
    known = MeasuredPost.objects.filter(learned_at__gte=now - LOOKS_BACK).order_by()
    news = dict(known.values_list("organization").annotate(news=Max("learned_at")))
    marks = RollupMark.objects.filter(organization__in=news, name=NAME).values_list("organization", "reached")
    reached = dict(marks)
    due = [
        (reached.get(key), key)
        for key, last in news.items()
        if (at := reached.get(key)) is None or at < last or at <= now - EVERY
    ]
    return [key for _at, key in sorted(due, key=lambda one: (one[0] is not None, one[0], one[1]))[:ORGANIZATIONS]]


def advise(organization_id: uuid.UUID, *, now: dt.datetime) -> bool:
    """Make one organisation's pass, unless another worker is at it; say whether it was made."""
    with tenancy.of_organization(organization_id):
        RollupMark.objects.get_or_create(organization_id=organization_id, name=NAME)
        marks = RollupMark.objects.select_for_update(skip_locked=True)
        mark = marks.filter(organization=organization_id, name=NAME).first()
        if mark is None:
            return False
        zone = Organization.objects.values_list("timezone", flat=True).get(pk=organization_id)
        _tell_choices(organization_id, ZoneInfo(zone))
        by_account = settled(organization_id, now=now)
        fold(organization_id, by_account, now=now)
        expire(organization_id, now=now)
        connections = _active(organization_id)
        believed = believing.believe(connections, by_account)
        _arms, said = believing.save(believed, now=now)
        for one in believed:
            _offer(one, said, now=now, zone=zone)
        back_testing.test(organization_id, by_account, connections=connections, now=now, zone=ZoneInfo(zone))
        RollupMark.objects.filter(pk=mark.pk).update(reached=now, updated_at=now)
    return True


def _active(organization_id: uuid.UUID) -> list[PlatformConnection]:
    rows = PlatformConnection.objects.filter(organization=organization_id)
    return list(rows.exclude(status=PlatformConnection.Status.REMOVED).order_by("pk"))


def _tell_choices(organization_id: uuid.UUID, zone: ZoneInfo) -> None:
    """Say what was chosen for posts whose results were kept before anybody asked."""
    rows = MeasuredPost.objects.filter(organization=organization_id, post__piece__feedback__choices={})
    found = rows.order_by("-published_at").values_list(
        "post__piece__feedback", "post__piece_version", "published_at"
    )[:FILLED_AT_ONCE]  # fmt: skip
    told = {key: (version, at) for key, version, at in found}
    for signal in FeedbackSignal.objects.filter(pk__in=list(told)).select_related("piece__asset"):
        version, at = told[signal.pk]
        feedback.tell_choices(signal, version=version, sent_at=at.astimezone(zone))


# Offers


def _offer(one: Believed, said: set[Claim], *, now: dt.datetime, zone: str) -> None:
    """Keep so many offers open for an account that can be posted to; each place in a week is filled once."""
    connection = one.connection
    if connection.status != PlatformConnection.Status.ACTIVE:
        return
    mine = Suggestion.objects.filter(connection=connection)
    missing = OFFERS - mine.filter(status=Status.OFFERED).count()
    if missing <= 0:
        return
    week = monday(now.astimezone(ZoneInfo(zone)).date())
    first = mine.filter(key__startswith=f"{connection.pk}:{week}:").count()
    allowed = advised.possible_for(connection.organization_id, client_id=connection.client_id,
                                   platform=connection.platform, now=now)  # fmt: skip
    for number in range(first, first + missing):
        make(one, said, number=number, week=week, allowed=allowed, now=now, zone=zone)


def monday(day: dt.date) -> dt.date:
    """Return the first day of a day's week."""
    return day - dt.timedelta(days=day.weekday())


def make(
    one: Believed,
    said: set[Claim],
    *,
    number: int,
    week: dt.date,
    allowed: Mapping[str, set[str]],
    now: dt.datetime,
    zone: str,
) -> Suggestion:
    """Offer one next post: the same account, week and number give the same draw."""
    key = f"{one.connection.pk}:{week}:{number}"
    seed = believing.seed_of(key)
    posts = [each.post for each in one.posts]
    one.model.wait(now)
    made = Suggestion.objects.filter(connection=one.connection, insight=None).count()
    by_lot = choosing.is_drawn(believing.seed_of(one.connection.pk, "lot"), made)
    found = choosing.advise(one.model, posts, seed=seed, allowed=allowed, is_control=by_lot)
    row = drafted(found, connection=one.connection, said=said, now=now)
    row.seed, row.key = seed, key
    row.propensity = choosing.CONTROL if found.is_control else 1 - choosing.CONTROL
    row.suggested_for = advised_times.slot(one.connection, found.choices, now=now, zone=zone)
    row.save(force_insert=True)
    return row


def drafted(found: Advice, *, connection: PlatformConnection, said: set[Claim], now: dt.datetime) -> Suggestion:
    """Return advice as a row that is not saved yet."""
    reasons = [reason_of(one, is_claim=(connection.pk, (one.choice, one.value)) in said) for one in found.chosen]
    with translation.override("en"):
        words = telling.sentence(reasons, is_control=found.is_control)
    return Suggestion(
        organization_id=connection.organization_id,
        client_id=connection.client_id,
        connection=connection,
        choices=found.choices,
        reasons=reasons,
        sentence=words,
        expected=round(found.belief.times, 3),
        low=round(found.belief.low, 3),
        high=round(found.belief.high, 3),
        sure=round(found.belief.sure, 4),
        basis=found.posts,
        is_control=found.is_control,
        is_trial=any(one.is_trial for one in found.chosen) and not found.is_control,
        offered_at=now,
        is_simulated=connection.platform == MADE_UP,
    )


def reason_of(one: Chosen, *, is_claim: bool) -> dict[str, Any]:
    """Return why a value was chosen, as it is kept."""
    return {
        "choice": one.choice,
        "value": one.value,
        "times": round(one.belief.times, 3),
        "low": round(one.belief.low, 3),
        "high": round(one.belief.high, 3),
        "sure": round(one.belief.sure, 4),
        "posts": one.posts,
        "others": one.others,
        "share": round(one.share, 3),
        "is_habit": one.is_habit,
        "is_trial": one.is_trial,
        "is_claim": is_claim,
    }


# What came of it


def fold(organization_id: uuid.UUID, by_account: Mapping[uuid.UUID, Sequence[Settled]], *, now: dt.datetime) -> int:
    """Write to suggestions that were taken what their posts did, and what those chose in the end; how many."""
    posts = {one.post_id: one for own in by_account.values() for one in own}
    pieces = {one.piece_id: one for one in posts.values()}
    rows = Suggestion.objects.filter(organization=organization_id, status=Status.TAKEN)
    changed = []
    for row in rows:
        found = posts.get(row.post_id) if row.post_id else None
        found = found or (pieces.get(row.piece_id) if row.piece_id else None)
        if found is not None:
            row.post_id, row.kept = found.post_id, dict(found.choices)
            row.outcome, row.settled_at, row.status = round(math.exp(found.log), 4), now, Status.SETTLED
            changed.append(row)
    Suggestion.objects.bulk_update(changed, ["post", "kept", "outcome", "settled_at", "status"])
    return len(changed)


def expire(organization_id: uuid.UUID, *, now: dt.datetime) -> int:
    """End offers that nobody took in a week, and what was taken and never went out; how many."""
    rows = Suggestion.objects.filter(organization=organization_id)
    over = rows.filter(status=Status.OFFERED, offered_at__lt=now - LASTS)
    gone = Q(post=None) | Q(post__status__in=[ScheduledPost.Status.CANCELLED, ScheduledPost.Status.FAILED])
    dropped = rows.filter(gone, status=Status.TAKEN, taken_at__lt=now - LASTS)
    deleted = GeneratedContent.objects.filter(organization=organization_id).exclude(deleted_at=None)
    unsent = rows.filter(
        Q(taken_at__lt=now - GIVEN_UP) | Q(piece__in=deleted, taken_at__lt=now - LASTS),
        status=Status.TAKEN,
    ).exclude(post__status=ScheduledPost.Status.PUBLISHED)
    return sum(each.update(status=Status.EXPIRED, updated_at=now) for each in (over, dropped, unsent))
