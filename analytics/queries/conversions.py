"""Who did what counts, and by which way they came: sums of days and credits, never of single visits."""

import datetime as dt
import uuid
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Count, DecimalField, DurationField, ExpressionWrapper, F, IntegerField, Q, QuerySet, Sum
from django.db.models.expressions import Func
from django.db.models.functions import Cast, Coalesce

from accounts.models import Membership
from analytics.attribution import DAY, MODELS
from analytics.models import (
    AccountDay,
    Conversion,
    ConversionCredit,
    ConversionSite,
    LinkDay,
    ShortLink,
    SiteDay,
    Touch,
)
from analytics.span import Span
from publishing.models import ScheduledPost

HOUR = dt.timedelta(hours=1)
WAITS = (HOUR, DAY, 3 * DAY, 7 * DAY, 14 * DAY, 30 * DAY)
GROUPS = ("post", "channel", "campaign")
MOST_ROWS = 500
MONEY: Any = DecimalField(max_digits=20, decimal_places=6)
# What an earner gets of a conversion's value, without what was given back.
PART = ExpressionWrapper(
    (Coalesce(F("conversion__value"), Decimal(0)) - F("conversion__refunded"))
    * Cast("share", DecimalField(max_digits=20, decimal_places=10)),
    output_field=MONEY,
)


@dataclass(frozen=True)
class Wish:
    """What a report is about: days of the organisation's zone, and perhaps one site and one type."""

    span: Span
    zone: ZoneInfo
    site: uuid.UUID | None = None
    type: str = ""

    @property
    def since(self) -> dt.datetime:
        """The first moment."""
        return dt.datetime.combine(self.span.first, dt.time(), tzinfo=self.zone)

    @property
    def until(self) -> dt.datetime:
        """The first moment after."""
        return dt.datetime.combine(self.span.last + DAY, dt.time(), tzinfo=self.zone)


def conversions(member: Membership, wish: Wish) -> QuerySet[Conversion]:
    """Return what counts in these days, with what was given back."""
    rows = Conversion.objects.visible_to(member).filter(at__gte=wish.since, at__lt=wish.until)
    rows = rows.filter(site_id=wish.site) if wish.site else rows
    return rows.filter(type=wish.type) if wish.type else rows


def kept(rows: QuerySet[Conversion]) -> QuerySet[Conversion]:
    """Leave out what was given back wholly: it counts nowhere."""
    return rows.filter(refunded_at=None)


@dataclass(frozen=True)
class Funnel:
    """How many came how far; None is what nobody told.

    `of`: whose views and clicks they are, where one site was asked for. `is_shared`: the same client's (or brand's)
    posts lead to another site, too, so that nobody can tell which views and clicks belong to this one.
    """

    views: int | None
    clicks: int | None
    visits: int | None
    conversions: int
    unseen: int
    is_made_up: bool
    of: str = ""
    is_shared: bool = False


def funnel(member: Membership, wish: Wish) -> Funnel:
    """Add up the days: views of posts, clicks on counted links, visits to sites, conversions.

    Of one site: the views and clicks of its client, and of its brand where it has one.
    """
    if wish.site is None:
        return _funnel(member, wish, {})
    site = ConversionSite.objects.visible_to(member).select_related("client", "brand").get(pk=wish.site)
    mine = {"client": site.client_id} | ({"brand": site.brand_id} if site.brand_id else {})
    found = _funnel(member, wish, mine)
    if ConversionSite.objects.visible_to(member).filter(**mine).exclude(pk=site.pk).exists():
        return replace(found, views=None, clicks=None, is_made_up=False, is_shared=True)
    return replace(found, of=str(site.brand or site.client or ""))


def _funnel(member: Membership, wish: Wish, mine: Mapping[str, uuid.UUID | None]) -> Funnel:
    days = Q(date__gte=wish.span.first, date__lte=wish.span.last)
    seen = AccountDay.objects.visible_to(member).filter(days, **mine)
    views = seen.aggregate(
        real=Sum("views", filter=Q(is_simulated=False)), practice=Sum("views", filter=Q(is_simulated=True))
    )
    on_links = {f"link__{name}": key for name, key in mine.items()}
    links = LinkDay.objects.visible_to(member).filter(days, **on_links).aggregate(clicks=Sum("clicks"))
    visits = SiteDay.objects.visible_to(member).filter(days)
    visits = visits.filter(site_id=wish.site) if wish.site else visits
    told = visits.aggregate(visits=Sum("visits"), unseen=Sum("conversions"))
    has_links = links["clicks"] is not None or ShortLink.objects.visible_to(member).filter(**mine).exists()
    has_sites = told["visits"] is not None or ConversionSite.objects.visible_to(member).exists()
    return Funnel(
        views=views["practice"] if views["real"] is None else views["real"],
        clicks=(links["clicks"] or 0) if has_links else None,
        visits=(told["visits"] or 0) if has_sites else None,
        conversions=kept(conversions(member, wish)).count(),
        unseen=0 if wish.type else told["unseen"] or 0,
        is_made_up=views["real"] is None and views["practice"] is not None,
    )


def by_type(rows: QuerySet[Conversion]) -> list[dict[str, Any]]:
    """Return how many of each type and currency, what they were worth, and what was given back."""
    found: Any = (
        rows.order_by("type", "currency")
        .values("type", "currency")
        .annotate(
            count=Count("pk", filter=Q(refunded_at=None)),
            worth=Sum("value"),
            back=Sum("refunded"),
            given_back=Count("pk", filter=Q(refunded_at__isnull=False)),
        )
    )
    return list(found)


@dataclass
class Earned:
    """What one post, platform or campaign earned: by each model how many conversions, and their value by currency."""

    key: Any
    counts: dict[str, float] = field(default_factory=lambda: dict.fromkeys(MODELS, 0.0))
    values: dict[str, dict[str, Decimal]] = field(default_factory=lambda: {model: {} for model in MODELS})
    post: ScheduledPost | None = None


def earned(member: Membership, wish: Wish, *, by: str, model: str, most: int = MOST_ROWS) -> list[Earned]:
    """Return who earned what by every model, the first by the chosen one; what is nobody's has no key."""
    if by not in GROUPS:
        raise KeyError(by)
    rows = ConversionCredit.objects.visible_to(member).filter(
        conversion__at__gte=wish.since, conversion__at__lt=wish.until, conversion__refunded_at=None
    )
    rows = rows.filter(conversion__site_id=wish.site) if wish.site else rows
    rows = rows.filter(conversion__type=wish.type) if wish.type else rows
    asked = _of_the_first(rows.order_by(), by=by, model=model, most=most)
    sums = asked.values_list(by, "model", "conversion__currency").annotate(count=Sum("share"), worth=Sum(PART))
    found: dict[Any, Earned] = defaultdict(lambda: Earned(None))
    for key, each, currency, count, value in sums:
        one = found[key]
        one.key = key or None
        one.counts[each] += count
        if currency:
            one.values[each][currency] = one.values[each].get(currency, Decimal(0)) + round(value or Decimal(0), 2)
    ordered = sorted(found.values(), key=lambda one: (-one.counts[model], str(one.key)))[:most]
    return _with_posts(ordered, member) if by == "post" else ordered


def _of_the_first(rows: QuerySet[ConversionCredit], *, by: str, model: str, most: int) -> QuerySet[ConversionCredit]:
    """Return the credits of those who earned most by the chosen model; all credits where fewer did than are asked."""
    sums = rows.filter(model=model).values_list(by).annotate(count=Sum("share")).order_by("-count", by)
    keys = [key for key, _count in sums[:most]]
    if len(keys) < most:
        return rows
    among = Q(**{f"{by}__in": [key for key in keys if key is not None]})
    return rows.filter(among | Q(**{by: None}) if None in keys else among)


def _with_posts(rows: list[Earned], member: Membership) -> list[Earned]:
    keys = [one.key for one in rows if one.key]
    posts = ScheduledPost.objects.visible_to(member).select_related("connection").in_bulk(keys)
    for one in rows:
        one.post = posts.get(one.key)
    return rows


def waits(rows: QuerySet[Conversion]) -> list[int]:
    """Return how many converted within each of WAITS after their first touch, then longer, then unknown."""
    gap = ExpressionWrapper(F("at") - F("first_touch_at"), output_field=DurationField())
    rows = rows.annotate(gap=gap)
    edges = [dt.timedelta(seconds=-1), *WAITS]
    parts = {
        f"w{place}": Count("pk", filter=Q(gap__gte=low, gap__lt=high))
        for place, (low, high) in enumerate(zip(edges, WAITS, strict=False))
    }
    parts |= {
        "longer": Count("pk", filter=Q(gap__gte=WAITS[-1])),
        "unknown": Count("pk", filter=Q(first_touch_at=None)),
    }
    found = rows.aggregate(**parts)
    return [found[name] for name in parts]


def touchpoints(rows: QuerySet[Conversion]) -> dict[int, int]:
    """Return how many conversions had how many touches."""
    length = Func("touchpoints", function="jsonb_array_length", output_field=IntegerField())
    counted = rows.order_by().annotate(touches=length).values_list("touches").annotate(count=Count("pk"))
    return dict(sorted(counted))


def sites(member: Membership) -> QuerySet[ConversionSite]:
    """Return the member's sites by name."""
    return ConversionSite.objects.visible_to(member).order_by("name", "pk")


def links(member: Membership) -> QuerySet[ShortLink]:
    """Return the member's links, the newest first."""
    return ShortLink.objects.visible_to(member).select_related("post__connection", "piece").order_by("-pk")


def clicks_by_day(link: ShortLink, span: Span) -> dict[dt.date, tuple[int, int]]:
    """Return clicks and previews of each day on which there were any."""
    rows = link.days.filter(date__gte=span.first, date__lte=span.last).order_by("date")
    return {
        day: (clicks, bots)
        for day, clicks, bots in rows.values_list("date").annotate(Sum("clicks"), Sum("bots"))
    }  # fmt: skip


def clicks_by(link: ShortLink, span: Span, name: str, *, most: int = 12) -> list[tuple[str, int]]:
    """Return from which countries, hosts or devices a link was followed, the most first; "" is what nobody told."""
    rows = link.days.filter(date__gte=span.first, date__lte=span.last).order_by()
    counted = rows.values_list(name).annotate(count=Sum("clicks")).filter(count__gt=0)
    return list(counted.order_by("-count", name)[:most])


def parts_of_day(links_: Sequence[ShortLink], span: Span) -> dict[uuid.UUID, int]:
    """Return the clicks of several links in these days."""
    rows = LinkDay.objects.filter(link__in=links_, date__gte=span.first, date__lte=span.last)
    return dict(rows.order_by().values_list("link_id").annotate(Sum("clicks")))


def touched_posts(row: Conversion, member: Membership) -> dict[str, ScheduledPost]:
    """Return the posts of a journey by their key."""
    keys = {str(each.get("post")) for each in row.touchpoints if each.get("post")}
    found = ScheduledPost.objects.visible_to(member).select_related("connection").filter(pk__in=keys)
    return {str(post.pk): post for post in found}


def touches_of(member: Membership) -> QuerySet[Touch]:
    """Return the member's touches."""
    return Touch.objects.visible_to(member)
