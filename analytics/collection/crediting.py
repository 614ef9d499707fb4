"""Writing down who earned a conversion, by all four models, so that another choice is only another reading."""

import datetime as dt
import secrets
import uuid
from typing import Any

from django.conf import settings
from django.db.models import Q
from django.db.models.functions import Now

from accounts import tenancy
from analytics import attribution
from analytics.attribution import DAY, Touched
from analytics.models import Conversion, ConversionCredit, ConversionSite, ShortLink, Touch
from publishing.models import ScheduledPost

BATCH = 200
MOST = 200  # touches of one journey; of more, the first and the latest


def credit(conversion: Conversion, site: ConversionSite) -> None:
    """Find its touches and write its credits anew. Call inside a transaction of its organisation."""
    touches = _touches(conversion, site)
    conversion.touchpoints = [_told(each) for each in touches]
    conversion.first_touch = touches[0].kind if touches else ""
    conversion.first_touch_at = touches[0].at if touches else None
    conversion.save(update_fields=["touchpoints", "first_touch", "first_touch_at", "updated_at"])
    posts = _standing({each.post for each in touches if each.post})
    conversion.credits.all().delete()
    ConversionCredit.objects.bulk_create(
        ConversionCredit(
            organization_id=conversion.organization_id,
            conversion=conversion,
            model=model,
            post_id=posts.get(share.post),
            channel=share.channel,
            campaign=share.campaign,
            share=share.share,
        )
        for model, shares in attribution.every_model(touches, half_life=site.half_life_days).items()
        for share in shares
    )


def credit_again(site_id: uuid.UUID, *, organization_id: uuid.UUID, now: dt.datetime) -> int:
    """Reckon all of a site's conversions anew whose touches are still kept; return how many."""
    last, done = uuid.UUID(int=0), 0
    while True:
        with tenancy.of_organization(organization_id):
            site = ConversionSite.objects.filter(pk=site_id).first()
            if site is None:
                return done
            oldest = now - settings.TOUCHES_KEPT + site.window_days * DAY
            rows = site.conversions.filter(pk__gt=last, at__gte=oldest).order_by("pk")[:BATCH]
            found = list(rows.select_for_update(of=("self",)))
            for conversion in found:
                credit(conversion, site)
        if not found:
            return done
        last, done = found[-1].pk, done + len(found)


def _touches(conversion: Conversion, site: ConversionSite) -> list[Touched]:
    known: list[Touched] = []
    if conversion.visitor:
        rows = site.touches.filter(
            visitor=conversion.visitor, at__lte=conversion.at, at__gte=conversion.at - site.window_days * DAY
        )
        known = [_of_row(row) for row in rows.order_by("at")]
    own = _own(conversion)
    if own and not any(_same(own, each) for each in known):
        known.append(own)
    counted = attribution.counted(known, at=conversion.at, window=site.window_days * DAY)
    return counted if len(counted) <= MOST else [counted[0], *counted[1 - MOST :]]


def _of_row(row: Touch) -> Touched:
    return Touched(
        at=row.at,
        kind=row.kind,
        channel=row.channel,
        campaign=row.campaign,
        post=str(row.post_id or ""),
        link=str(row.link_id or ""),
    )


def _own(conversion: Conversion) -> Touched | None:
    """What the message itself says of where the buyer came from; it counts at the time of the conversion."""
    told = conversion.told
    link = link_of(conversion.organization_id, told.get("link", ""))
    channel, post = told.get("channel", ""), ""
    if link:
        post, channel = str(link.post_id or ""), channel_of(link) or channel
    if not (link or channel):
        return None
    kind = Touch.Kind.CLICK if link else Touch.Kind.VISIT
    campaign = told.get("campaign", "") or (link.utm.get("campaign", "") if link else "")
    return Touched(conversion.at, kind, channel[:40], campaign[:120], post, str(link.pk) if link else "")


def _same(own: Touched, other: Touched) -> bool:
    return own.link == other.link if own.link else (own.channel, own.campaign) == (other.channel, other.campaign)


def link_of(organization_id: uuid.UUID, code: str) -> ShortLink | None:
    """Return the organisation's link of a code that a message or a page names."""
    rows = ShortLink.objects.select_related("post__connection").filter(organization_id=organization_id, code=code)
    return rows.first() if code else None


def channel_of(link: ShortLink) -> str:
    """Return the platform of a link's post, else the source it puts on addresses."""
    return link.post.connection.platform if link.post else str(link.utm.get("source", ""))[:40]


def _told(touch: Touched) -> dict[str, Any]:
    return {
        "at": touch.at.isoformat(),
        "kind": str(touch.kind),
        "channel": touch.channel,
        "campaign": touch.campaign,
        "post": touch.post,
        "link": touch.link,
    }


def _standing(posts: set[str]) -> dict[str, uuid.UUID]:
    return {str(key): key for key in ScheduledPost.objects.filter(pk__in=posts).values_list("pk", flat=True)}


def forget(*, now: dt.datetime) -> int:
    """Remove touches past their time, and the pseudonyms of old conversions; give old sites another salt."""
    until = now - settings.TOUCHES_KEPT
    with tenancy.operator():
        gone, _each = Touch.objects.filter(at__lt=until).delete()
        Conversion.objects.filter(at__lt=until).exclude(visitor="").update(visitor="", updated_at=Now())
        due = Q(salted_on__lt=until.date()) | Q(salted_on=None, created_at__lt=until)
        for site in ConversionSite.objects.filter(due):
            site.salt, site.salted_on = new_salt(), now.date()
            site.save(update_fields=["salt", "salted_on", "updated_at"])
    return gone


def new_salt() -> bytes:
    """Return what makes a site's pseudonyms its own."""
    return secrets.token_bytes(32)
