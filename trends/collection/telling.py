"""Fired alerts are told: in the app and by mail as each person wants it, to webhooks, many at once in a digest."""

import datetime as dt
import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.db.models import Count, Exists, F, OuterRef, Q
from django.urls import reverse
from django.utils.functional import lazy
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from accounts import notifications, queries, tenancy
from accounts.models import Notification, User
from accounts.notifications import Notice, words
from accounts.permissions import allows
from trenddrop.core.ids import uuid7
from trends import signing
from trends.models import AlertDelivery, FiredAlert, TrendAlert, WatchFollower
from trends.retelling import retold

AT_ONCE = 200  # watches in one transaction
AN_HOUR = 20  # alerts of one watch that are told by themselves; the rest of the hour stands in one digest
HOUR = dt.timedelta(hours=1)
NAMED = 10  # topics that a digest names in words
SENT = 100  # alerts in one message to a webhook
Channel, How, Kind = TrendAlert.Channel, FiredAlert.How, AlertDelivery.Kind


@dataclass(slots=True)
class Round:
    """What one watch tells now: some by themselves, the rest together, or later together."""

    watch: TrendAlert
    alone: list[FiredAlert] = field(default_factory=list)
    together: list[FiredAlert] = field(default_factory=list)
    later: list[FiredAlert] = field(default_factory=list)


def tell_waiting(*, now: dt.datetime) -> int:
    """Tell what fired and was not told; returns how many alerts. A watch is in one worker's hands at a time."""
    told, last = 0, None
    while True:
        with tenancy.operator():
            found = _waiting(after=last)
            told += _tell(found, now=now) if found else 0
        if not found:
            return told
        last = found[-1].pk


def _waiting(*, after: uuid.UUID | None) -> list[TrendAlert]:
    untold = FiredAlert.objects.filter(alert=OuterRef("pk"), told_at=None)
    rows = TrendAlert.objects.filter(Exists(untold), is_active=True).select_related("brand").order_by("pk")
    rows = rows.filter(pk__gt=after) if after else rows
    return list(rows.select_for_update(skip_locked=True, of=("self",), no_key=True)[:AT_ONCE])


def _tell(watches: Sequence[TrendAlert], *, now: dt.datetime) -> int:
    rounds = [_round(watch, waiting, spent, now=now) for watch, waiting, spent in _due(watches, now=now)]
    people = people_of(watches)
    notices = [notice for each in rounds for notice in _notices(each, people[each.watch.pk])]
    notifications.notify_each(notices, Notification.Kind.TREND_ALERT)
    AlertDelivery.objects.bulk_create([row for each in rounds for row in _deliveries(each, now=now)], batch_size=500)
    _note(rounds, now=now)
    return sum(len(each.alone) + len(each.together) for each in rounds)


def _due(watches: Sequence[TrendAlert], *, now: dt.datetime) -> Iterable[tuple[TrendAlert, list[FiredAlert], int]]:
    """Return each watch with what it has to tell, the best first, and how many it told by themselves this hour."""
    mine = FiredAlert.objects.filter(alert__in=watches)
    blocked = Q(topic__is_blocked=True)
    gone = list(mine.filter(blocked, told_at=None).values_list("pk", flat=True))
    FiredAlert.objects.filter(pk__in=gone).update(how=How.KNOWN, told_at=now)
    best = (F("relevance").desc(nulls_last=True), F("score").desc(nulls_last=True), "pk")
    waiting: dict[uuid.UUID, list[FiredAlert]] = {watch.pk: [] for watch in watches}
    rows = mine.filter(told_at=None).select_related("topic").order_by(*best)
    for row in rows.defer("topic__embedding", "topic__score_factors", "topic__sparkline", "topic__context"):
        waiting[row.alert_id].append(row)
    recent = mine.filter(how=How.ALONE, told_at__gt=now - HOUR).values("alert_id").annotate(n=Count("pk"))
    spent = {row["alert_id"]: row["n"] for row in recent.order_by()}
    return [(watch, waiting[watch.pk], spent.get(watch.pk, 0)) for watch in watches]


def _round(watch: TrendAlert, waiting: list[FiredAlert], spent: int, *, now: dt.datetime) -> Round:
    fresh = [row for row in waiting if row.how == How.ALONE]
    free = max(0, AN_HOUR - spent)
    rest = [*fresh[free:], *(row for row in waiting if row.how == How.DIGEST)]
    if watch.digested_at is None or watch.digested_at <= now - HOUR:
        return Round(watch, alone=fresh[:free], together=rest)
    return Round(watch, alone=fresh[:free], later=fresh[free:])


def _note(rounds: Sequence[Round], *, now: dt.datetime) -> None:
    alone, together, later = (
        [row.pk for each in rounds for row in getattr(each, part)] for part in ("alone", "together", "later")
    )
    FiredAlert.objects.filter(pk__in=alone).update(told_at=now)
    FiredAlert.objects.filter(pk__in=together).update(told_at=now, how=How.DIGEST)
    FiredAlert.objects.filter(pk__in=later).update(how=How.DIGEST)
    some = [each.watch.pk for each in rounds if each.alone or each.together]
    TrendAlert.objects.filter(pk__in=some).update(last_fired_at=now)
    many = [each.watch.pk for each in rounds if each.together]
    TrendAlert.objects.filter(pk__in=many).update(digested_at=now)


def people_of(watches: Sequence[TrendAlert]) -> dict[uuid.UUID, list[User]]:
    """Return whom each watch tells: who made it and who follows it, as far as they may see it still."""
    following = list(WatchFollower.objects.filter(alert__in=watches).values_list("alert_id", "membership_id"))
    makers = Q(
        user__in=[watch.created_by_id for watch in watches], organization__in={w.organization_id for w in watches}
    )
    members = queries.working_memberships().filter(makers | Q(pk__in=[key for _watch, key in following]))
    found: dict[uuid.UUID, dict[uuid.UUID, User]] = {watch.pk: {} for watch in watches}
    pairs = set(following)
    able = [
        member
        for member in members.select_related("user").order_by("pk")
        if allows(member.role, member.permission_overrides, "trends.view")
    ]
    for watch in watches:
        for member in able:
            is_ours = member.organization_id == watch.organization_id
            is_meant = member.user_id == watch.created_by_id or (watch.pk, member.pk) in pairs
            if is_ours and is_meant and member.client_id in {None, watch.brand.client_id}:
                found[watch.pk][member.user_id] = member.user
    return {key: list(users.values()) for key, users in found.items()}


# In the app and by mail


def _notices(each: Round, people: list[User]) -> Iterable[Notice]:
    watch = each.watch
    ways = {"in_app": Channel.APP in watch.channels, "mail": Channel.MAIL in watch.channels}
    if not people or not any(ways.values()):
        return
    for row in each.alone:
        title = words(_("“%(topic)s”: %(watch)s"), topic=row.topic.title, watch=watch.name)
        link = reverse("trend", args=[row.topic_id])
        yield Notice(people, watch.organization_id, title, _said(row.reason), link, **ways)
    if each.together:
        yield _digest(each, people, ways)


def _digest(each: Round, people: list[User], ways: Mapping[str, bool]) -> Notice:
    count = len(each.together)
    title = words(
        ngettext_lazy("%(count)s more topic for %(watch)s", "%(count)s more topics for %(watch)s", count),
        count=count,
        watch=each.watch.name,
    )
    named = ", ".join(f"“{row.topic.title}”" for row in each.together[:NAMED])
    said = named if count <= NAMED else words(_("%(named)s and %(more)s others"), named=named, more=count - NAMED)
    link = f"{reverse('alerts')}?watch={each.watch.pk}"
    return Notice(people, each.watch.organization_id, title, said, link, **ways)


def _sentence(reason: str) -> str:
    told = retold(reason)
    return f"{told[:1].upper()}{told[1:]}."


_said = lazy(_sentence, str)  # in each reader's language


# To webhooks


def has_webhook(watch: TrendAlert) -> bool:
    """Say whether a watch sends to a webhook now."""
    return Channel.WEBHOOK in watch.channels and bool(watch.webhook_url) and watch.webhook_paused_at is None


def _deliveries(each: Round, *, now: dt.datetime) -> Iterable[AlertDelivery]:
    if not has_webhook(each.watch):
        return
    for row in each.alone:
        yield delivery(each.watch, Kind.ALERT, [told(row)], now=now)
    if each.together:
        some = [told(row) for row in each.together[:SENT]]
        yield delivery(each.watch, Kind.DIGEST, some, now=now, left_out=len(each.together) - len(some))


def delivery(
    watch: TrendAlert, kind: str, alerts: Sequence[Mapping[str, Any]], *, now: dt.datetime, left_out: int = 0
) -> AlertDelivery:
    """Return a message to a watch's webhook, not saved, due now."""
    key = uuid7()
    brand = {"id": str(watch.brand_id), "name": watch.brand.name}
    about = {"id": str(watch.pk), "name": watch.name, "brand": brand}
    event = f"trend.{kind}"
    body = signing.message(event, key=key, at=now, watch=about, alerts=alerts, left_out=left_out)
    return AlertDelivery(
        pk=key, organization_id=watch.organization_id, alert=watch, kind=kind, body=body, next_try_at=now
    )


def told(row: FiredAlert) -> dict[str, Any]:
    """Return a fired alert as webhooks are told of it."""
    topic = row.topic
    about = {
        "id": str(topic.pk),
        "title": topic.title,
        "kind": topic.kind,
        "status": topic.status,
        "platform": topic.platform,
        "language": topic.language,
        "region": topic.region,
        "regions": topic.regions,
        "score": round(topic.score, 1),
        "growth_24h": topic.growth_24h,
        "sources": topic.source_kinds,
        "url": topic.url,
        "page": f"{settings.SITE_URL}{reverse('trend', args=[topic.pk])}",
        "first_detected_at": _written(topic.first_detected_at),
        "last_seen_at": _written(topic.last_seen_at),
    }
    return {
        "id": str(row.pk),
        "fired_at": _written(row.fired_at),
        "reason": row.reason,
        "relevance": row.relevance,
        "score": row.score,
        "topic": about,
    }


def _written(at: dt.datetime) -> str:
    return at.astimezone(dt.UTC).isoformat(timespec="seconds")
