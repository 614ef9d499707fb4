"""Mails to people who approve by a link: what waits for their word, and the code for another device."""

import datetime as dt
import uuid
from zoneinfo import ZoneInfo

from django.conf import settings
from django.core.cache import cache
from django.core.mail import EmailMultiAlternatives, get_connection
from django.db.models import F, Q
from django.template.loader import render_to_string
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts import tenancy
from publishing import linking
from publishing.models import ReviewLink
from trenddrop.core import mail
from trenddrop.core.catalogue import badge

# Several pieces that are asked about at once come in one mail; and the next one after half an hour.
GATHERS = dt.timedelta(minutes=2)
REST = dt.timedelta(minutes=30)
GIVES_UP = dt.timedelta(days=1)
IN_HAND = 5 * 60  # seconds in which nobody else sends the same mail
SHOWN = 5


def send(key: uuid.UUID, *, now: dt.datetime) -> bool:
    """Mail a link with what waits behind it; nothing when that was done. Raises mail.NotTaken: try again later."""
    row = _link(key, _unsettled(), now=now)
    if row is None or not linking.url_of(row) or not cache.add(f"link-mail:{row.pk}", 1, timeout=IN_HAND):
        return False
    try:
        is_taken = _hand_over(compose(row, now=now))
    except mail.NotTaken:
        cache.delete(f"link-mail:{row.pk}")
        raise
    with tenancy.operator():
        ReviewLink.objects.filter(pk=row.pk).update(mailed_at=now)
    return is_taken


def send_code(key: uuid.UUID, *, now: dt.datetime) -> bool:
    """Mail the code that was made last; nothing when it is used up or too old."""
    fresh = Q(code_sent_at__gt=now - linking.CODE_LASTS) & ~Q(code_hash="")
    row = _link(key, fresh, now=now)
    if row is None or row.code_sent_at is None:
        return False
    once = f"link-code:{row.pk}:{row.code_sent_at.timestamp():.6f}"
    if not cache.add(once, 1, timeout=int(linking.CODE_LASTS.total_seconds())):
        return False
    try:
        return _hand_over(compose_code(row))
    except mail.NotTaken:
        cache.delete(once)
        raise


def due(now: dt.datetime) -> list[uuid.UUID]:
    """Return the links whose mail was asked for a while ago and has not gone out."""
    rested = Q(mailed_at=None) | Q(mailed_at__lt=now - REST)
    with tenancy.operator():
        rows = ReviewLink.objects.filter(
            linking.working(now), _unsettled(), rested, mail_asked_at__range=(now - GIVES_UP, now - GATHERS)
        )
        return list(rows.order_by("mail_asked_at").values_list("pk", flat=True)[:500])


def _unsettled() -> Q:
    return Q(mail_asked_at__isnull=False) & (Q(mailed_at=None) | Q(mailed_at__lt=F("mail_asked_at")))


def _link(key: uuid.UUID, rule: Q, *, now: dt.datetime) -> ReviewLink | None:
    with tenancy.operator():
        rows = ReviewLink.objects.filter(rule, linking.working(now), pk=key)
        return rows.select_related("organization", "client", "created_by", "request").first()


def _hand_over(letter: EmailMultiAlternatives) -> bool:
    """Give it to the server; False where it is refused, or nobody knows: it is not sent again then."""
    server = get_connection()
    try:
        mail.connect(server)
        mail.hand_over(letter, server)
    except (mail.Returned, mail.Refused, mail.InDoubt):
        return False
    finally:
        server.close()
    return True


def compose(link: ReviewLink, *, now: dt.datetime) -> EmailMultiAlternatives:
    """Write what waits, in the language of whoever made the link and on the organisation's clock."""
    with tenancy.enter(linking.scope_of(link)):
        waiting = linking.waiting(link)
    with translation.override(_language(link)), timezone.override(ZoneInfo(link.organization.timezone)):
        shown = [(one, badge(one.piece.platform).name) for one in waiting[:SHOWN]]
        context = {"link": link, "url": linking.url_of(link), "waiting": shown, "more": len(waiting) - len(shown)}
        return _letter(link, "review_link", _subject(link, len(waiting)), context | {"now": now})


def _subject(link: ReviewLink, count: int) -> str:
    name = link.organization.name
    if not count:
        return _("%(name)s shows you its work") % {"name": name}
    words = ngettext("One piece of %(name)s needs your word", "%(n)s pieces of %(name)s need your word", count)
    return words % {"name": name, "n": count}


def compose_code(link: ReviewLink) -> EmailMultiAlternatives:
    """Write the code, in the language of whoever made the link."""
    with translation.override(_language(link)):
        code = linking.code_of(link)
        subject = _("%(code)s opens your link of %(name)s") % {"code": code, "name": link.organization.name}
        minutes = int(linking.CODE_LASTS.total_seconds() // 60)
        return _letter(link, "review_code", subject, {"link": link, "code": code, "minutes": minutes})


def _language(link: ReviewLink) -> str:
    return link.created_by.language if link.created_by else str(settings.LANGUAGE_CODE)


def _letter(link: ReviewLink, name: str, subject: str, context: dict[str, object]) -> EmailMultiAlternatives:
    letter = EmailMultiAlternatives(
        subject=" ".join(subject.split())[:200], body=render_to_string(f"email/{name}.txt", context), to=[link.email]
    )
    letter.attach_alternative(render_to_string(f"email/{name}.html", context), "text/html")
    return letter
