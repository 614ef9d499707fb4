"""Notifications by mail: claimed, handed to the server, recorded; nobody gets one twice.

A row is claimed for a while (trenddrop.core.claims). Before the server is spoken to, `mail_began_at` is written and
committed. What the server refuses is tried again later; where it may have taken the mail (or the worker died in
between), the row is settled and not sent again.
"""

import datetime as dt
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMultiAlternatives, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.db.models import F, Q, QuerySet
from django.template.loader import render_to_string
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from accounts import tenancy, unsubscribe
from accounts.models import Notification, User
from accounts.notifications import DEFAULTS
from trenddrop.core import claims, mail

BATCH = 100
LEASE = dt.timedelta(minutes=30)
WAITS = [dt.timedelta(minutes=minutes) for minutes in (1, 5, 15, 60, 180)]
GIVE_UP = dt.timedelta(days=3)
DOUBT = "the server may have taken it"


def send_waiting(now: dt.datetime | None = None) -> int:
    """Mail what waits, oldest first; returns how many the server took."""
    now = now or timezone.now()
    with tenancy.operator():
        rows = claims.claim(due(now), now=now, lease=LEASE, limit=BATCH, changes={"mail_tries": F("mail_tries") + 1})
    return _send(sorted(rows, key=lambda row: row.created_at), now) if rows else 0


def due(now: dt.datetime) -> QuerySet[Notification]:
    """Return what is to be mailed and in nobody's hands."""
    free = Q(lease_until=None) | Q(lease_until__lt=now)
    ready = Q(mail_after=None) | Q(mail_after__lte=now)
    return Notification.objects.filter(free, ready, mail_wanted=True, mailed_at=None).order_by("created_at")


def _send(rows: list[Notification], now: dt.datetime) -> int:
    with tenancy.operator():
        people = User.objects.in_bulk([row.user_id for row in rows])
        names = dict(
            Notification.objects.filter(pk__in=[row.pk for row in rows]).values_list("pk", "organization__name")
        )
    server, taken = get_connection(), 0
    try:
        for at, row in enumerate(rows):
            mailed = _send_one(row, people[row.user_id], names[row.pk], server, now=now)
            if mailed is None:
                _put_back(rows[at + 1 :])
                break
            taken += mailed
    finally:
        close(server)
    return taken


def close(server: BaseEmailBackend) -> None:
    """End the conversation; a server that is gone already has nothing more to say."""
    try:
        server.close()
    except OSError:
        return


def _send_one(
    row: Notification, person: User, organization: str, server: BaseEmailBackend, *, now: dt.datetime
) -> bool | None:
    """Mail one row; True when taken, None when the server is out of reach for the others as well."""
    if row.mail_began_at is not None:
        _write(row, mailed_at=now, mail_error=DOUBT, lease_until=None)
        return False
    if not takes_mail(person):
        return _settle(row, "nobody to mail")
    written = compose(row, person, organization)
    try:
        mail.connect(server)
    except mail.NotTaken as error:
        _later(row, str(error), now)
        return None
    if not _write(row, mail_began_at=now):
        return False
    return _hand_over(row, written, person, server, now=now)


def _hand_over(
    row: Notification, letter: EmailMultiAlternatives, person: User, server: BaseEmailBackend, *, now: dt.datetime
) -> bool | None:
    try:
        mail.hand_over(letter, server)
    except mail.Returned as error:
        bounced(person)
        return _settle(row, str(error))
    except mail.Refused as error:
        return _settle(row, str(error))
    except mail.InDoubt:
        _write(row, mailed_at=timezone.now(), mail_error=DOUBT, lease_until=None)
        return None
    except mail.NotTaken as error:
        _later(row, str(error), now)
        return None if mail.is_gone(server) else False
    return _write(row, mailed_at=timezone.now(), mail_error="", lease_until=None)


def takes_mail(person: User) -> bool:
    """Suspended and deleted people get no mail, nor does an address that sent it back."""
    return person.is_active and person.bounced_address != person.email


def bounced(person: User) -> None:
    """Remember that mail to this address comes back; another address starts afresh."""
    User.objects.filter(pk=person.pk).update(bounced_address=person.email)
    person.bounced_address = person.email


def _settle(row: Notification, why: str) -> bool:
    """Give a mail up: nobody will send it."""
    _write(row, mail_wanted=False, mail_error=why[:200], mail_began_at=None, lease_until=None)
    return False


def _later(row: Notification, why: str, now: dt.datetime) -> None:
    """Put a mail that was certainly not taken aside; each time for longer, and not for ever."""
    if now - row.created_at > GIVE_UP:
        _settle(row, why)
        return
    after = now + wait(row.mail_tries)
    _write(row, mail_after=after, mail_error=why[:200], mail_began_at=None, lease_until=None)


def wait(tries: int) -> dt.timedelta:
    """Return how long to wait after that many tries."""
    return WAITS[min(max(tries, 1), len(WAITS)) - 1]


def _put_back(rows: list[Notification]) -> None:
    """Release claimed rows that were not tried."""
    for row in rows:
        _write(row, lease_until=None, mail_tries=max(row.mail_tries - 1, 0))


def _write(row: Notification, **changes: Any) -> bool:
    with tenancy.operator():
        return claims.write_fenced(row, **changes)


def compose(row: Notification, person: User, organization: str) -> EmailMultiAlternatives:
    """Write the mail of one notification in the person's language."""
    with translation.override(person.language):
        told: dict[str, Any] = {"notification": row, "organization": organization, "why": _why(row)}
        return letter(person, f"{row.title} · TrendDrop", "email/notification", told, what=_stops(row), key=row.pk.hex)


def _why(row: Notification) -> str:
    return _("You get this because of your account’s security.") if _stops(row) is None else row.get_kind_display()


def _stops(row: Notification) -> str | None:
    """Return what the mail's link switches off; None where that cannot be."""
    kind = Notification.Kind(row.kind)
    return None if DEFAULTS[kind].is_fixed else kind.value


def letter(
    person: User, subject: str, template: str, told: Mapping[str, Any], *, what: str | None, key: str
) -> EmailMultiAlternatives:
    """Write a mail in the language that is active, with its way out; `key` makes its Message-ID the same each time."""
    site = settings.SITE_URL.rstrip("/")
    context = {
        "site": site,
        "person": person,
        "unsubscribe": unsubscribe.address_for(person, what) if what else "",
        "unsubscribe_all": unsubscribe.address_for(person, unsubscribe.ALL) if what else "",
        **told,
    }
    headers = {"Message-ID": f"<{key}@{urlsplit(site).hostname or 'localhost'}>", "Auto-Submitted": "auto-generated"}
    message = EmailMultiAlternatives(
        subject=" ".join(subject.split()),
        body=render_to_string(f"{template}.txt", context),
        to=[person.email],
        headers=headers | (unsubscribe.headers(person, what) if what else {}),
    )
    message.attach_alternative(render_to_string(f"{template}.html", context), "text/html")
    return message
