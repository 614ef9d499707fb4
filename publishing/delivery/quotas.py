"""Quotas of platforms: counted in one place for all workers, before the first call; and what platforms say is left."""

import datetime as dt
from collections.abc import Sequence
from typing import Any
from zoneinfo import ZoneInfo

import structlog
from django.db import connection as database
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from accounts import tenancy
from publishing.delivery import kits
from publishing.delivery.claiming import outside_transactions
from publishing.models import PlatformConnection, QuotaUse, ScheduledPost
from publishing.platforms.base import (
    Allowance,
    Allows,
    Platform,
    PlatformError,
    Quota,
    SignInAgain,
    Token,
    UsedUp,
    Weighs,
)
from trenddrop.core.catalogue import badge
from trenddrop.core.ids import uuid7

log = structlog.get_logger(__name__)

DAY = dt.timedelta(days=1)
READ_AGAIN = dt.timedelta(minutes=10)
COUNTED = "counted"
TAKE = """
    INSERT INTO publishing_quotause (id, created_at, updated_at, key, begins_at, ends_at, used)
    SELECT %(id)s, %(now)s, %(now)s, %(key)s, %(begins)s, %(ends)s, %(weight)s WHERE %(weight)s <= %(limit)s
    ON CONFLICT (key, begins_at) DO UPDATE
    SET used = publishing_quotause.used + EXCLUDED.used, updated_at = EXCLUDED.updated_at
    WHERE publishing_quotause.used + EXCLUDED.used <= %(limit)s
    RETURNING used
"""


class QuotaFull(UsedUp):
    """Nothing is left until `after`; the post waits, and this is no failed try."""


def count(post: ScheduledPost, platform: Platform, *, now: dt.datetime) -> None:
    """Count one post against every quota of its platform, once in each window; QuotaFull counts nothing."""
    if not platform.quotas:
        return
    outside_transactions()
    counted = dict(post.metadata.get(COUNTED, {}))
    with tenancy.of_organization(post.organization_id):
        for quota in platform.quotas:
            begins, ends = window(quota, now)
            key = key_of(quota, post.connection)
            if counted.get(key) == begins.isoformat():
                continue
            weight = _weight(post, platform, quota)
            if weight and not _take(key, weight, quota.limit, begins=begins, ends=ends, now=now):
                raise QuotaFull(_full(quota, post.connection, ends, weight), after=ends - now)
            counted[key] = begins.isoformat()
        post.metadata = {**post.metadata, COUNTED: counted}
        ScheduledPost.objects.filter(pk=post.pk, fence=post.fence).update(metadata=post.metadata)


def key_of(quota: Quota, account: PlatformConnection) -> str:
    """Return under which name a quota is counted: one for the app, or one for each account of the platform."""
    whose = "" if quota.of_app else f":{account.account_id}"
    return f"{account.platform}:{quota.name}{whose}"[:200]


def window(quota: Quota, now: dt.datetime) -> tuple[dt.datetime, dt.datetime]:
    """Return when the running window began and ends; days of a zone have 23 to 25 hours."""
    if not quota.zone:
        begun = quota.window * ((now - dt.datetime.min.replace(tzinfo=dt.UTC)) // quota.window)
        begins = dt.datetime.min.replace(tzinfo=dt.UTC) + begun
        return begins, begins + quota.window
    zone, days = ZoneInfo(quota.zone), max(1, quota.window // DAY)
    today = now.astimezone(zone).date()
    first = today - dt.timedelta(days=today.toordinal() % days)
    begins, ends = (dt.datetime.combine(day, dt.time(), zone) for day in (first, first + dt.timedelta(days=days)))
    return begins.astimezone(dt.UTC), ends.astimezone(dt.UTC)


def _weight(post: ScheduledPost, platform: Platform, quota: Quota) -> int:
    if not isinstance(platform, Weighs):
        return 1
    return platform.weight(quota.name, post.metadata.get("options", {}), has_cover=kits.has_poster(post))


def _take(key: str, weight: int, limit: int, *, begins: dt.datetime, ends: dt.datetime, now: dt.datetime) -> bool:
    """One atomic statement: whoever finds too little left in the window gets no row."""
    asked: dict[str, Any] = {
        "id": uuid7(),
        "now": now,
        "key": key,
        "begins": begins,
        "ends": ends,
        "weight": weight,
        "limit": limit,
    }
    with database.cursor() as cursor:
        cursor.execute(TAKE, asked)
        return cursor.fetchone() is not None


def used(quota: Quota, account: PlatformConnection, *, now: dt.datetime) -> int:
    """Return how much of a quota the running window has seen."""
    begins, _ends = window(quota, now)
    row = QuotaUse.objects.filter(key=key_of(quota, account), begins_at=begins).first()
    return row.used if row else 0


def forget(*, now: dt.datetime) -> int:
    """Remove windows that ended a month ago; return how many."""
    removed, _each = QuotaUse.objects.filter(ends_at__lt=now - 30 * DAY).delete()
    return removed


def _full(quota: Quota, account: PlatformConnection, ends: dt.datetime, weight: int) -> str:
    told = {"name": badge(account.platform).name, "limit": quota.limit, "when": _clock(ends)}
    if weight > 1:
        return _("What %(name)s lets this installation do is nearly used up: this post waits until %(when)s.") % told
    if quota.of_app:
        return _("All %(limit)s posts that this installation may send to %(name)s are used until %(when)s.") % told
    return _("All %(limit)s posts that this account may send to %(name)s are used until %(when)s.") % told


def _clock(moment: dt.datetime) -> str:
    return date_format(timezone.localtime(moment, dt.UTC), "j F, H:i") + " UTC"


# What the platform itself tells


def ask(account: PlatformConnection, platform: Platform, *, token: Token, now: dt.datetime) -> None:
    """Read live what the account may still do, where the platform tells and we have not just read it.

    QuotaFull when nothing is left for any post until a moment it names; else the adapter knows more than we do. A
    question that gets no answer stops nothing; a "no" does.
    """
    if not isinstance(platform, Allows):
        return
    if _is_old(account, now):
        try:
            read = platform.allowances(token)
        except SignInAgain:
            raise
        except PlatformError as error:
            log.info("no allowance told", account=str(account.pk), reason=type(error).__name__)
            return
        _keep(account, read, now=now)
    for name, until in _spent(account, now):
        told = {"name": badge(account.platform).name, "what": name.replace("_", " "), "when": _clock(until)}
        words = _("%(name)s says nothing is left of “%(what)s” until %(when)s.") % told
        raise QuotaFull(words, after=until - now)


def _is_old(account: PlatformConnection, now: dt.datetime) -> bool:
    read_at = account.allowance.get("read_at")
    return not read_at or now - dt.datetime.fromisoformat(read_at) >= READ_AGAIN


def _keep(account: PlatformConnection, read: Sequence[Allowance], *, now: dt.datetime) -> None:
    account.allowance = kept(read, now=now)
    with tenancy.of_organization(account.organization_id):
        PlatformConnection.objects.filter(pk=account.pk).update(allowance=account.allowance)


def kept(read: Sequence[Allowance], *, now: dt.datetime) -> dict[str, Any]:
    """Return what the platform told as it is kept with the account."""
    return {"read_at": now.isoformat(), "items": [_item(each) for each in read]}


def _item(told: Allowance) -> dict[str, Any]:
    resets_at = told.resets_at.isoformat() if told.resets_at else None
    item = {"name": told.name, "used": told.used, "total": told.total, "resets_at": resets_at}
    return {**item, "for_some": True} if told.for_some else item


def _spent(account: PlatformConnection, now: dt.datetime) -> list[tuple[str, dt.datetime]]:
    """Return what is used up for every post, each with until when."""
    found = []
    for item in account.allowance.get("items", ()):
        if item.get("for_some") or not item["resets_at"] or item["total"] is None or item["used"] < item["total"]:
            continue
        until = dt.datetime.fromisoformat(item["resets_at"])
        if until > now:
            found.append((item["name"], until))
    return found
