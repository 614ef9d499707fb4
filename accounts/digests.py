"""The daily digest: once a day, at each person's own hour, what their notifications of the day say.

The day is counted in the person's zone, so that a clock that jumps makes neither two digests nor none. Claimed,
handed over and recorded like every mail (accounts.mailing).
"""

import datetime as dt
import zoneinfo
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cache, reduce
from operator import or_
from typing import Any

from django.core.mail import EmailMultiAlternatives, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.utils import timezone, translation
from django.utils.translation import ngettext

from accounts import mailing, tenancy, unsubscribe
from accounts.models import Digest, Membership, Notification, User
from trenddrop.core import claims, mail

BATCH = 100
SHOWN = 100  # of the newest; the mail says how many more there are


@dataclass
class Chapter:
    """What one kind of notification has to say."""

    label: str
    rows: list[Notification] = field(default_factory=list)


@dataclass
class Part:
    """What one organisation has to say."""

    name: str
    chapters: dict[str, Chapter] = field(default_factory=dict)


def send_due(now: dt.datetime | None = None) -> int:
    """Send the digests whose hour has come; returns how many the server took."""
    now = now or timezone.now()
    with tenancy.operator():
        _open_books()
        rows = claims.claim(due(now), now=now, lease=mailing.LEASE, limit=BATCH, changes={"tries": F("tries") + 1})
        people = User.objects.in_bulk([row.user_id for row in rows])
    server, taken = get_connection(), 0
    try:
        for at, row in enumerate(rows):
            mailed = _send_one(row, people[row.user_id], server, now=now)
            if mailed is None:
                for left in rows[at + 1 :]:
                    _write(left, lease_until=None, tries=max(left.tries - 1, 0))
                break
            taken += mailed
    finally:
        mailing.close(server)
    return taken


def waiting() -> QuerySet[Notification]:
    """Return what no digest has told yet."""
    return Notification.objects.filter(in_digest=True, mailed_at=None)


def _open_books() -> None:
    """Give everybody who is to be told something a row that can be claimed."""
    new = User.objects.filter(Exists(waiting().filter(user=OuterRef("pk"))), digest=None)
    Digest.objects.bulk_create([Digest(user=person) for person in new], ignore_conflicts=True)


def due(now: dt.datetime) -> QuerySet[Digest]:
    """Return the people whose hour of today has passed and who were not told today."""
    places: dict[tuple[dt.date, int], list[str]] = defaultdict(list)
    for name in _zones():
        local = now.astimezone(zoneinfo.ZoneInfo(name))
        places[local.date(), local.hour].append(name)
    hour_came = reduce(
        or_,
        (
            Q(user__timezone__in=names, user__digest_hour__lte=hour) & (Q(day=None) | Q(day__lt=date))
            for (date, hour), names in places.items()
        ),
    )
    free = Q(lease_until=None) | Q(lease_until__lt=now)
    ready = Q(try_after=None) | Q(try_after__lte=now)
    return Digest.objects.filter(hour_came, free, ready, Exists(waiting().filter(user=OuterRef("user")))).order_by("pk")


@cache
def _zones() -> tuple[str, ...]:
    return tuple(sorted(zoneinfo.available_timezones()))


def hour_of(person: User, now: dt.datetime) -> dt.datetime:
    """Return the moment of the person's digest on the day it is for them."""
    zone = zoneinfo.ZoneInfo(person.timezone)
    return dt.datetime.combine(now.astimezone(zone).date(), dt.time(person.digest_hour), tzinfo=zone)


def _send_one(row: Digest, person: User, server: BaseEmailBackend, *, now: dt.datetime) -> bool | None:
    """Tell one person; True when the server took it, None when it is out of reach for the others as well."""
    said = _said(person, before=hour_of(person, row.began_at or now))
    if row.began_at is not None:
        _told(row, person, said, now=row.began_at, error=mailing.DOUBT)
        return False
    if not said or not mailing.takes_mail(person):
        _told(row, person, said, now=now, error="")
        return False
    try:
        error = _hand_over(row, compose(person, said, now=now), server, now=now)
    except mail.Returned as returned:
        mailing.bounced(person)
        error = str(returned)
    except mail.Refused as refused:
        error = str(refused)
    except mail.NotTaken as reason:
        _write(row, try_after=now + mailing.wait(row.tries), error=str(reason)[:200], began_at=None, lease_until=None)
        return None if mail.is_gone(server) else False
    if error is None:
        return False
    _told(row, person, said, now=now, error=error)
    return None if error == mailing.DOUBT else not error


def _hand_over(
    row: Digest, written: EmailMultiAlternatives, server: BaseEmailBackend, *, now: dt.datetime
) -> str | None:
    """Return what is in doubt, if anything; None when another worker has the row."""
    mail.connect(server)
    if not _write(row, began_at=now):
        return None
    try:
        mail.hand_over(written, server)
    except mail.InDoubt:
        return mailing.DOUBT
    return ""


def _said(person: User, *, before: dt.datetime) -> list[Notification]:
    """Return what the person is to be told, of the organisations they still work in."""
    with tenancy.operator():
        works_there = Membership.objects.filter(
            user=person, organization=OuterRef("organization"), status=Membership.Status.ACTIVE
        )
        rows = waiting().filter(Exists(works_there), user=person, created_at__lt=before)
        return list(rows.select_related("organization").order_by("organization__name", "kind", "-created_at"))


def _told(row: Digest, person: User, said: Iterable[Notification], *, now: dt.datetime, error: str) -> bool:
    """Record that the day is settled, with everything that was to be said on it."""
    day = hour_of(person, now).date()
    with tenancy.operator():
        held = claims.write_fenced(
            row, day=day, tries=0, began_at=None, try_after=None, lease_until=None, error=error[:200]
        )
        if held:
            before = hour_of(person, now)
            waiting().filter(user=person, created_at__lt=before).exclude(pk__in=[one.pk for one in said]).update(
                in_digest=False
            )
            waiting().filter(pk__in=[one.pk for one in said]).update(mailed_at=timezone.now())
    return held


def _write(row: Digest, **changes: Any) -> bool:
    with tenancy.operator():
        return claims.write_fenced(row, **changes)


def compose(person: User, said: list[Notification], *, now: dt.datetime) -> EmailMultiAlternatives:
    """Write the digest in the person's language and zone."""
    with translation.override(person.language), timezone.override(zoneinfo.ZoneInfo(person.timezone)):
        count = len(said)
        subject = ngettext("%(count)s thing to know", "%(count)s things to know", count) % {"count": count}
        told: dict[str, Any] = {"parts": parts(said[:SHOWN]), "left": max(count - SHOWN, 0), "subject": subject}
        key = f"digest-{person.pk.hex}-{hour_of(person, now):%Y%m%d}"
        return mailing.letter(person, f"{subject} · TrendDrop", "email/digest", told, what=unsubscribe.DIGEST, key=key)


def parts(said: Iterable[Notification]) -> list[Part]:
    """Group by organisation and kind."""
    found: dict[Any, Part] = {}
    for row in said:
        part = found.setdefault(row.organization_id, Part(row.organization.name))
        part.chapters.setdefault(row.kind, Chapter(row.get_kind_display())).rows.append(row)
    return list(found.values())
