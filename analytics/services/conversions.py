"""Commands of members on conversions: enter one, bring a file, note a refund, remove a mistake."""

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from zoneinfo import ZoneInfo

from django.db import transaction
from django.utils.translation import gettext as _

from accounts import audit
from accounts.models import Membership
from analytics.collection import conversions
from analytics.models import Conversion, ConversionMessage, ConversionSite, ShortLink
from analytics.services import telling
from analytics.shops import files
from analytics.shops.facts import CONVERT, Fact, Unreadable, currency, money, named


class CannotConvert(Exception):
    """Nothing was changed; the message says why."""


@dataclass(frozen=True)
class Entry:
    """What somebody writes down: a sale on the phone, a sign-up at a fair."""

    external_id: str
    type: str
    at: dt.datetime
    value: Decimal | None = None
    currency: str = ""
    link: ShortLink | None = None
    channel: str = ""
    campaign: str = ""


def enter(site: ConversionSite, entry: Entry, *, by: Membership, now: dt.datetime) -> Conversion:
    """Enter one by hand; an order counts once. Raises CannotConvert."""
    if entry.at > now:
        raise CannotConvert(_("It cannot have happened later than now."))
    fact = _fact_of(entry, usual_currency=site.currency)
    with transaction.atomic():
        if site.conversions.filter(external_id=entry.external_id).exists():
            raise CannotConvert(_("There is a conversion of this name already: an order counts once."))
        message = ConversionMessage(
            organization_id=site.organization_id, site=site, source=Conversion.Source.HAND,
            external_id=f"{fact.message[:160]}:{now.timestamp()}", body=fact.body(visitor=""), received_at=now,
            applied_at=now,
        )  # fmt: skip
        message.save(force_insert=True)
        row = conversions.apply(message)
        audit.record("conversion.entered", row, organization_id=row.organization_id, by=by)
    return row


def _fact_of(entry: Entry, *, usual_currency: str) -> Fact:
    try:
        value, code = money(entry.value), currency(entry.currency or usual_currency)
        key = named(entry.external_id, "id")
    except Unreadable as error:
        raise CannotConvert(str(error)) from error
    return Fact(
        message=f"{entry.type}:{key}"[:200],
        do=CONVERT,
        external_id=key,
        type=entry.type,
        value=value,
        currency=code if value is not None else "",
        at=entry.at.astimezone(dt.UTC).isoformat(),
        channel=entry.channel.strip().lower()[:40],
        campaign=entry.campaign.strip()[:120],
        link=entry.link.code if entry.link else "",
        kind="hand",
    )


def bring(site: ConversionSite, data: bytes, *, by: Membership, now: dt.datetime) -> int:
    """Take conversions from a file, all of them or none; return how many were new. Raises csvs.CannotRead."""
    zone = ZoneInfo(by.organization.timezone)
    facts = files.read(data, zone=zone, usual_currency=site.currency)
    with transaction.atomic():
        new = telling.keep_inside(site, Conversion.Source.CSV, facts, now=now)
        audit.record("conversions.imported", site, organization_id=site.organization_id, by=by, count=new)
    return new


def refund(row: Conversion, *, amount: Decimal | None, by: Membership, now: dt.datetime) -> Conversion:
    """Note that all (None) or a part was given back. Raises CannotConvert."""
    with transaction.atomic():
        held = Conversion.objects.select_for_update(of=("self",)).get(pk=row.pk)
        if held.refunded_at:
            raise CannotConvert(_("All of it was given back already."))
        if amount is not None and not 0 < amount <= (held.value or 0) - held.refunded:
            raise CannotConvert(_("That is not a part of what was paid and not given back yet."))
        conversions.give_back(held, amount, at=now)
        audit.record("conversion.refunded", held, organization_id=held.organization_id, by=by, amount=amount)
    return held


def remove(row: Conversion, *, by: Membership) -> None:
    """Remove one that was entered or told by mistake. A shop that tells of it again does not bring it back."""
    with transaction.atomic():
        audit.record("conversion.removed", row, organization_id=row.organization_id, by=by)
        row.delete()
