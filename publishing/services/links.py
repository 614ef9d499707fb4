"""Commands on links by which people without an account approve: made, mailed, opened, revoked.

A link belongs to the first browser that opens it; another one needs six digits that are mailed to the link's address.
Whatever is wrong with a link or a code is told in the same words, so that nobody learns which one there is.
"""

import datetime as dt
import hmac
import re
import secrets
from functools import partial

from django.db import transaction
from django.db.models import F, Q
from django.utils.translation import gettext as _

from accounts import audit, devices, tenancy
from accounts.doors import Limit, require
from accounts.models import ClientAccount, Membership
from publishing import linking, tasks
from publishing.delivery import agreeing
from publishing.models import ApprovalRequest, ReviewDevice, ReviewLink
from trenddrop.core.ids import uuid7

DAYS, MOST_DAYS = 14, 90
MOST_LINKS = 200
AGAIN = dt.timedelta(minutes=1)
CODES = Limit(5, dt.timedelta(hours=1))
MAILS = Limit(300, dt.timedelta(days=1), "organization")
DEVICES = 10


class LinkRefused(Exception):
    """Nothing was done; the message says why and what to do."""


class NotYours(LinkRefused):
    """The client or the piece is not one the member can see, or they do not belong together."""

    def __init__(self) -> None:
        super().__init__(_("That client or piece is not here. No link was made."))


class TooSoon(LinkRefused):
    """It was mailed a moment ago."""

    def __init__(self) -> None:
        super().__init__(_("It was mailed a moment ago. Give the mail a minute before you send it again."))


class NotOpen(LinkRefused):
    """The link works no more."""

    def __init__(self) -> None:
        super().__init__(_("This link works no more. Make a new one."))


class NoEntry(Exception):
    """Whatever is wrong with a code: the same words."""

    def __init__(self) -> None:
        super().__init__(
            _("That code does not open the link. Take the newest mail; after a few wrong ones, ask for a new code.")
        )


def make(
    *,
    by: Membership,
    name: str,
    email: str,
    now: dt.datetime,
    client: ClientAccount | None = None,
    request: ApprovalRequest | None = None,
    days: int = DAYS,
    may_decide: bool = True,
) -> ReviewLink:
    """Make a link to a client's work or to one piece, for one person and 1–90 days, and mail it; LinkRefused."""
    client, request = _ours(client, request, by=by)
    link = ReviewLink(
        id=uuid7(),
        organization_id=by.organization_id,
        client=client,
        request=request,
        name=" ".join(name.split())[:120],
        email=email,
        may_decide=may_decide,
        expires_at=now + dt.timedelta(days=min(max(days, 1), MOST_DAYS)),
        created_by=by.user,
    )
    link.token_hash = linking.digest(linking.token_of(link.pk))
    with transaction.atomic():
        link.save(force_insert=True)
        opens = str(request.piece if request else client)
        _record("link.made", link, by=by, opens=opens, until=link.expires_at, may_decide=may_decide)
        _look_again(link, now=now)
        _ask_for_mail(link, now=now)
    return link


def _ours(
    client: ClientAccount | None, request: ApprovalRequest | None, *, by: Membership
) -> tuple[ClientAccount | None, ApprovalRequest | None]:
    """Return both as they stand; a piece's link is its client's. Raises NotYours."""
    if request is not None:
        rows = ApprovalRequest.objects.visible_to(by).filter(piece__deleted_at=None).select_related("piece", "client")
        found = rows.filter(pk=request.pk).first()
        if found is None or (client and client.pk != found.client_id):
            raise NotYours
        client, request = found.client, found
    if client is not None:
        client = ClientAccount.objects.visible_to(by).filter(pk=client.pk, deleted_at=None).first()
    if client is None and (request is None or request.client_id):
        raise NotYours
    return client, request


def mail(link: ReviewLink, *, by: Membership, now: dt.datetime) -> ReviewLink:
    """Mail it again, with what waits now: at most once a minute."""
    with transaction.atomic():
        recent = Q(mail_asked_at=None) | Q(mail_asked_at__lte=now - AGAIN)
        rows = ReviewLink.objects.filter(linking.working(now), pk=link.pk)
        if not rows.exists():
            raise NotOpen
        if not rows.filter(recent).exists():
            raise TooSoon
        _record("link.mailed", link, by=by)
        _ask_for_mail(link, now=now)
    return link


def _ask_for_mail(link: ReviewLink, *, now: dt.datetime) -> None:
    require("link-mail", str(link.organization_id), MAILS)
    link.mail_asked_at = now
    ReviewLink.objects.filter(pk=link.pk).update(mail_asked_at=now)
    transaction.on_commit(partial(tasks.mail_link.delay, link_id=str(link.pk)))


def revoke(link: ReviewLink, *, by: Membership, now: dt.datetime) -> ReviewLink:
    """Make it worthless, in every browser at once; who is revoked twice stays so."""
    with transaction.atomic():
        if ReviewLink.objects.filter(pk=link.pk, revoked_at=None).update(revoked_at=now, code_hash="", updated_at=now):
            _record("link.revoked", link, by=by)
            _look_again(link, now=now)
    link.refresh_from_db(fields=["revoked_at", "code_hash"])
    return link


def announce(request: ApprovalRequest, *, now: dt.datetime) -> int:
    """Tell those who decide by a link that it waits for them; how many."""
    with tenancy.widened():
        return linking.ask_for_mail(request, now=now)


def _look_again(link: ReviewLink, *, now: dt.datetime) -> None:
    """Whether somebody is there to decide may have changed, for all that waits for the client."""
    pending = ApprovalRequest.objects.filter(
        organization_id=link.organization_id, status=ApprovalRequest.Status.PENDING, piece__deleted_at=None
    )
    theirs = Q(pk=link.request_id) if link.request_id else Q(client_id=link.client_id)
    for request in pending.filter(theirs):
        agreeing.look_again(request, now=now)


# Opening: by whoever has the link


def bind(link: ReviewLink, *, browser: str, now: dt.datetime) -> str | None:
    """Give the link to the first browser that opens it, and return that browser's key; None: another one has it."""
    with tenancy.operator():
        held = ReviewLink.objects.select_for_update(of=("self",)).get(pk=link.pk)
        if ReviewDevice.objects.filter(link=held).exists():
            return None
        return _bind(held, browser=browser, now=now)


def _bind(link: ReviewLink, *, browser: str, now: dt.datetime) -> str:
    """Let a browser in; beyond ten, the one that was away longest is out."""
    key, name = secrets.token_urlsafe(32), devices.name(browser)[:120]
    ReviewDevice.objects.create(
        organization_id=link.organization_id, link=link, key_hash=linking.digest(key), name=name, last_seen_at=now
    )
    mine = ReviewDevice.objects.filter(link=link)
    keep = mine.order_by("-last_seen_at", "-pk").values_list("pk", flat=True)[:DEVICES]
    mine.exclude(pk__in=list(keep)).delete()
    ReviewLink.objects.filter(pk=link.pk).update(last_used_at=now, code_hash="", code_tries=0)
    _record("link.opened", link, by=None, device=name)
    return key


def send_code(link: ReviewLink, *, now: dt.datetime) -> None:
    """Mail six digits to the link's address; the ones of before are worthless. Raises doors.TooOften (five an hour)."""
    require("link-codes", str(link.pk), CODES)
    with tenancy.operator():
        held = ReviewLink.objects.select_for_update(of=("self",)).get(pk=link.pk)
        held.code_sent_at, held.code_tries = now, 0
        held.code_hash = linking.digest_of_code(held, linking.code_of(held))
        held.save(update_fields=["code_sent_at", "code_tries", "code_hash", "updated_at"])
        _record("link.code_sent", held, by=None)
        transaction.on_commit(partial(tasks.mail_link_code.delay, link_id=str(held.pk)))


def enter(link: ReviewLink, *, code: str, browser: str, now: dt.datetime) -> str:
    """Let another browser in by the code, and return its key; the code works once. Raises NoEntry."""
    with tenancy.operator():
        # A try is counted first, so that of many at once only so many are compared.
        counted = ReviewLink.objects.filter(pk=link.pk, code_tries__lt=linking.TRIES).exclude(code_hash="")
        fresh = counted.filter(code_sent_at__gt=now - linking.CODE_LASTS)
        tried = fresh.update(code_tries=F("code_tries") + 1)
        held = ReviewLink.objects.select_for_update(of=("self",)).get(pk=link.pk)
        given = linking.digest_of_code(held, re.sub(r"\D", "", code)[: linking.DIGITS + 1])
        if tried and held.code_hash and hmac.compare_digest(given, held.code_hash):
            return _bind(held, browser=browser, now=now)
        if tried and held.code_tries == linking.TRIES:
            _record("link.locked", held, by=None)
    raise NoEntry


def seen(link: ReviewLink, device: ReviewDevice, *, now: dt.datetime) -> None:
    """Remember when the link was used last, by the minute."""
    if device.last_seen_at <= now - AGAIN:
        ReviewDevice.objects.filter(pk=device.pk).update(last_seen_at=now)
        ReviewLink.objects.filter(pk=link.pk).update(last_used_at=now)


def _record(action: str, link: ReviewLink, *, by: Membership | None, **metadata: object) -> None:
    audit.record(action, link, organization_id=link.organization_id, by=by, **metadata)
