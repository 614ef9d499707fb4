"""Watches and topics for the tests of alerts: made as members and collection make them."""

import datetime as dt
from typing import Any

from accounts import tenancy
from accounts.models import BrandProfile, Membership, Notification, User
from tests.trends.conftest import NOW
from trends.collection import alerting
from trends.models import FiredAlert, TrendAlert, TrendRelevance, TrendTopic
from trends.normalise import Kind, normalise
from trends.services import alerts

MINUTE = dt.timedelta(minutes=1)


def watch_of(by: Membership, brand: BrandProfile, *keywords: str, armed: bool = True, **fields: Any) -> TrendAlert:
    """Make a watch as a member does; armed, it has looked through what is live."""
    people, tell_existing = fields.pop("people", None), fields.pop("tell_existing", False)
    values = {"name": "Our words", "channels": ["app"], "keywords": list(keywords)} | fields
    with tenancy.of_member(by):
        row = TrendAlert(organization_id=by.organization_id, brand=brand, **values)
        alerts.save(row, fields=set(values), people=people, tell_existing=tell_existing, by=by)
    if armed:
        alerting.arm(now=NOW - MINUTE)
    return again(row)


def again(row: TrendAlert) -> TrendAlert:
    """Read a watch anew."""
    with tenancy.operator():
        return TrendAlert.objects.select_related("brand").get(pk=row.pk)


def topic(title: str, **fields: Any) -> TrendTopic:
    """A topic that rises, seen now."""
    run = TrendTopic.objects.filter(normalized=normalise(title, Kind.KEYWORD)).count() + 1
    values = {"kind": "keyword", "status": "emerging", "score": 50.0, "run": run} | fields
    values = {"first_detected_at": NOW, "last_seen_at": NOW} | values
    return TrendTopic.objects.create(title=title, normalized=normalise(title, Kind.KEYWORD), **values)


def fits(brand: BrandProfile, row: TrendTopic, score: float) -> None:
    """Let a topic fit a brand this well."""
    with tenancy.operator():
        TrendRelevance.objects.create(organization_id=brand.organization_id, brand=brand, topic=row, score=score)


def tell(after: dt.timedelta = dt.timedelta()) -> int:
    """What the task of every minute does."""
    return alerting.tell(now=NOW + after, seen_since=NOW - alerting.JUST_NOW)


def fired(row: TrendAlert) -> list[FiredAlert]:
    """What a watch fired for, known ones left out, in order of time."""
    with tenancy.operator():
        rows = FiredAlert.objects.filter(alert=row).exclude(how="known").select_related("topic")
        return list(rows.order_by("fired_at", "topic__title"))


def titles(row: TrendAlert) -> list[str]:
    """The topics a watch fired for, by name."""
    return sorted(one.topic.title for one in fired(row))


def notices(user: User) -> list[Notification]:
    """What a person was told of trends, by title."""
    with tenancy.operator():
        rows = Notification.objects.filter(user=user, kind=Notification.Kind.TREND_ALERT)
        return list(rows.order_by("title", "pk"))
