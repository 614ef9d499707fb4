"""Commands of those who are no members: who follows a link, a page that is opened, a server, a shop.

What comes is believed by a signature or by the page's own domain, written in one insert, and worked on by a task. No
address of the network is read here, and what a site calls a visitor is turned into a pseudonym before it is kept.
"""

import datetime as dt
import hashlib
import hmac
import re
from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction

from accounts import tenancy
from analytics import tasks
from analytics.clicks import Source
from analytics.collection.crediting import channel_of, link_of
from analytics.models import Conversion, ConversionMessage, ConversionSite, Hit, ShortLink, Touch
from analytics.shops.facts import CONVERT, Fact

AGAIN = dt.timedelta(minutes=30)  # the same visitor by the same way is one visit
PIXEL_ID = re.compile(r"[A-Za-z0-9_-]{16,64}")


@dataclass(frozen=True)
class Visit:
    """What a page tells when it is opened from elsewhere; `visitor` only where they agreed."""

    source: Source
    visitor: str = ""
    is_bot: bool = False
    is_first_word: bool = True  # False: the visit is counted already, and now they agreed


def followed(
    code: str, *, is_bot: bool, country: str, referrer: str, device: str, now: dt.datetime
) -> ShortLink | None:
    """Return the link of a code, and count that it was followed if it leads somewhere: one read, one insert."""
    with tenancy.operator():
        link = ShortLink.objects.filter(code=code.lower()).first()
        if link is not None and works(link, now=now):
            Hit.objects.create(
                organization_id=link.organization_id, link=link, kind=Hit.Kind.CLICK, at=now, country=country,
                referrer=referrer, device=device, is_bot=is_bot,
            )  # fmt: skip
    return link


def works(link: ShortLink, *, now: dt.datetime) -> bool:
    """Say whether a link leads somewhere."""
    return link.is_active and (link.expires_at is None or link.expires_at > now)


def site_of(public_key: str) -> ConversionSite | None:
    """Return the site that a key names, while it is in use."""
    with tenancy.operator():
        return ConversionSite.objects.filter(public_key=public_key, is_active=True).first()


def visited(site: ConversionSite, visit: Visit, *, now: dt.datetime) -> None:
    """Count that a page was opened; of somebody who agreed, remember by which way."""
    with tenancy.of_organization(site.organization_id):
        link = link_of(site.organization_id, visit.source.link)
        channel = (channel_of(link) if link else "") or visit.source.channel
        campaign = visit.source.campaign or (str(link.utm.get("campaign", ""))[:120] if link else "")
        kinds = [Hit.Kind.VISIT] if visit.is_first_word else []
        kinds += [Hit.Kind.AGREED] if visit.visitor else []
        Hit.objects.bulk_create(
            Hit(
                organization_id=site.organization_id, site=site, kind=kind, at=now, channel=channel, campaign=campaign,
                is_bot=visit.is_bot,
            )
            for kind in kinds
        )  # fmt: skip
        if visit.visitor and not visit.is_bot and (link or channel):
            _touch(site, visit.visitor, link, channel, campaign, now=now)


def _touch(
    site: ConversionSite, visitor: str, link: ShortLink | None, channel: str, campaign: str, *, now: dt.datetime
) -> None:
    who = pseudonym(site, visitor)
    same = site.touches.filter(visitor=who, link=link, channel=channel, campaign=campaign, at__gt=now - AGAIN)
    if same.exists():
        return
    Touch.objects.create(
        organization_id=site.organization_id,
        site=site,
        visitor=who,
        post_id=link.post_id if link else None,
        link=link,
        kind=Touch.Kind.CLICK if link else Touch.Kind.VISIT,
        channel=channel,
        campaign=campaign,
        at=now,
    )


def converted_unseen(site: ConversionSite, source: Source, *, now: dt.datetime) -> None:
    """Count a conversion of somebody who did not agree: that it happened, and nothing more."""
    with tenancy.of_organization(site.organization_id):
        Hit.objects.create(
            organization_id=site.organization_id, site=site, kind=Hit.Kind.CONVERSION, at=now,
            channel=source.channel, campaign=source.campaign,
        )  # fmt: skip


def keep(site: ConversionSite, source: Conversion.Source, facts: Sequence[Fact], *, now: dt.datetime) -> int:
    """Keep each message once, however often it is sent, and ring for a worker; return how many were new."""
    with tenancy.of_organization(site.organization_id):
        return keep_inside(site, source, facts, now=now)


def keep_inside(site: ConversionSite, source: Conversion.Source, facts: Sequence[Fact], *, now: dt.datetime) -> int:
    """The same, for whoever has entered the organisation already."""
    before = {each.message: each for each in facts}
    known = set(
        ConversionMessage.objects.filter(site=site, source=source, external_id__in=before).values_list(
            "external_id", flat=True
        )
    )
    rows = [
        ConversionMessage(
            organization_id=site.organization_id, site=site, source=source, external_id=name, received_at=now,
            body=fact.body(visitor=pseudonym(site, fact.visitor)),
        )
        for name, fact in before.items() if name not in known
    ]  # fmt: skip
    ConversionMessage.objects.bulk_create(rows, ignore_conflicts=True, batch_size=1000)
    ConversionSite.objects.filter(pk=site.pk).update(last_seen_at=now)
    if rows:
        transaction.on_commit(tasks.apply_conversions.delay)
    return len(rows)


def of_page(kind: str, key: str, *, visitor: str, value: str | None, currency: str, source: Source) -> Fact:
    """Return what a page says of somebody who agreed."""
    return Fact(
        message=f"{kind}:{key}"[:200], do=CONVERT, external_id=key, type=kind, value=value, currency=currency,
        visitor=visitor, channel=source.channel, campaign=source.campaign, link=source.link, kind="page",
    )  # fmt: skip


def pseudonym(site: ConversionSite, visitor: str) -> str:
    """Return what a visitor is called here: of this site alone, and not to be turned back."""
    return hmac.new(bytes(site.salt), visitor.encode(), hashlib.sha256).hexdigest()[:40] if visitor else ""
