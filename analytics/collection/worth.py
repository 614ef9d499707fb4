"""Reckoning what originals brought beside what they cost: all of an organisation's in a few statements each batch.

Made-up numbers never stand beside real ones: an original with real posts is reckoned from those alone; one that was
only practised with is reckoned from practice, and says so. Amounts in another currency than the cost's are told
apart and never added.
"""

import datetime as dt
import math
import uuid
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from statistics import fmean, median
from typing import Any

from django.db.models import Count, Exists, F, FloatField, Max, OuterRef, Q, QuerySet, Sum
from django.db.models.functions import Cast, Coalesce

from accounts import tenancy
from analytics import scoring
from analytics.models import AssetCost, ConversionCredit, ConversionSite, MeasuredPost, RoiCalculation
from analytics.queries import results
from analytics.queries import worth as queries
from content.models import ContentAsset, GeneratedContent
from trenddrop.core import rounds

BATCH = 200
AT_ONCE = 2000
LONG_AGO = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
USUAL_OF, FEWEST = 20, 3
LOOKS_BACK = dt.timedelta(days=730)
STALE = dt.timedelta(hours=24)
CENT = Decimal("0.01")
ENGAGEMENT = ("likes", "comments", "shares", "saves")


@dataclass(frozen=True)
class Usual:
    """What one kind of original usually takes here, by the hours people entered."""

    hours: Decimal
    rate: Decimal
    currency: str
    of: int

    @property
    def cost(self) -> Decimal:
        """Hours times rate."""
        return (self.hours * self.rate).quantize(CENT)


@dataclass
class Brought:
    """What the posts of an original brought."""

    posts: int = 0
    made_up: int = 0
    is_made_up: bool = False
    reach: int | None = None
    views: int | None = None
    engagement: int | None = None
    conversions: float = 0.0
    values: dict[str, Decimal] = field(default_factory=dict)


def recalculate_due(*, now: dt.datetime) -> int:
    """Reckon what changed since it was last reckoned, organisation by organisation; return how many originals."""
    with tenancy.operator():
        by_organization: dict[uuid.UUID, list[uuid.UUID]] = defaultdict(list)
        for key, organization in _due(now)[:AT_ONCE]:
            by_organization[organization].append(key)
    return sum(rounds.each(by_organization.items(), lambda one: recalculate(*one, now=now)))


def _due(now: dt.datetime) -> QuerySet[ContentAsset, tuple[uuid.UUID, uuid.UUID]]:
    """Originals with a post, a cost, a conversion or a website newer than their reckoning, or that are old ones."""
    done = Coalesce("roi__calculated_at", LONG_AGO)
    mine = {"post__piece__asset": OuterRef("pk")}
    measured = MeasuredPost.objects.filter(**mine, last_at__gt=OuterRef("done"))
    credited = ConversionCredit.objects.filter(**mine, created_at__gt=OuterRef("done"))
    refunded = ConversionCredit.objects.filter(**mine, conversion__updated_at__gt=OuterRef("done"))
    attributed = ConversionCredit.objects.filter(**mine, conversion__site__updated_at__gt=OuterRef("done"))
    stale = Q(roi__conversions__gt=0, done__lt=now - STALE)
    telling = ConversionSite.objects.filter(organization=OuterRef("organization"), is_active=True)
    told = Exists(telling.filter(Q(client=None) | Q(client=OuterRef("client"))))
    # A website came that tells of conversions, or the only one went.
    turned = Q(told, roi__isnull=False, roi__value=None) | Q(~told, roi__value=0, roi__conversions=0)
    rows = ContentAsset.objects.filter(deleted_at=None).annotate(done=done)
    fresh = Exists(measured) | Exists(credited) | Exists(refunded) | Exists(attributed)
    due = rows.filter(Q(fresh) | Q(cost__updated_at__gt=F("done")) | stale | turned)
    return due.order_by("done", "pk").values_list("pk", "organization_id")


def recalculate(organization: uuid.UUID, assets: Sequence[uuid.UUID], *, now: dt.datetime) -> int:
    """Reckon these originals of an organisation anew; return how many."""
    with tenancy.of_organization(organization):
        context = _Context.of(organization, now=now)
        for start in range(0, len(assets), BATCH):
            _write(organization, assets[start : start + BATCH], context, now=now)
    return len(assets)


@dataclass(frozen=True)
class _Context:
    """What is asked once for an organisation."""

    usual: Mapping[str, Usual]
    ratios: Mapping[uuid.UUID, Sequence[float]]
    told_of: frozenset[uuid.UUID | None]
    usual_price: Mapping[str, float]

    def hears_of(self, asset: ContentAsset) -> bool:
        """Say whether a website tells of conversions for an original: its client's, or the house's own."""
        return asset.client_id in self.told_of or None in self.told_of

    @classmethod
    def of(cls, organization: uuid.UUID, *, now: dt.datetime) -> "_Context":
        rows = MeasuredPost.objects.filter(organization=organization)
        logs: dict[uuid.UUID, list[float]] = defaultdict(list)
        for each in results.of(rows, since=now - LOOKS_BACK, last=now, now=now):
            if each.ratio is not None:
                logs[each.asset_id].append(each.log)
        sites = ConversionSite.objects.filter(organization=organization, is_active=True)
        told_of = frozenset(sites.values_list("client", flat=True))
        return cls(usual_costs(organization), logs, told_of, _usual_prices(organization))


def usual_costs(organization: uuid.UUID) -> dict[str, Usual]:
    """Return what each kind of original usually takes: the medians of the last 20 entered, from three on."""
    rows = AssetCost.objects.filter(
        organization=organization, is_estimated=False, hours__gt=0, hourly_rate__gt=0, asset__deleted_at=None
    )
    by_kind: dict[tuple[str, str], list[tuple[Decimal, Decimal]]] = defaultdict(list)
    for kind, currency, hours, rate in rows.order_by("-created_at").values_list(
        "asset__kind", "currency", "hours", "hourly_rate"
    ):
        if len(by_kind[kind, currency]) < USUAL_OF and hours is not None and rate is not None:
            by_kind[kind, currency].append((hours, rate))
    found: dict[str, Usual] = {}
    for (kind, currency), pairs in sorted(by_kind.items(), key=lambda each: (-len(each[1]), each[0])):
        if len(pairs) >= FEWEST and kind not in found:
            hours, rate = median(each for each, _rate in pairs), median(each for _hours, each in pairs)
            found[kind] = Usual(hours, rate, currency, len(pairs))
    return found


def _usual_prices(organization: uuid.UUID) -> dict[str, float]:
    """Return the median cost of a reaction by currency, from three originals on."""
    prices: dict[str, list[float]] = defaultdict(list)
    rows = RoiCalculation.objects.filter(organization=organization, cost_per_engagement__gt=0)
    for currency, price in rows.values_list("currency", "cost_per_engagement"):
        prices[currency].append(float(price or 0))
    return {currency: median(found) for currency, found in prices.items() if len(found) >= FEWEST}


def _write(organization: uuid.UUID, keys: Sequence[uuid.UUID], context: _Context, *, now: dt.datetime) -> None:
    rows = {each.pk: each for each in ContentAsset.objects.filter(pk__in=keys, organization=organization)}
    costs = {each.asset_id: each for each in AssetCost.objects.filter(asset__in=rows)}
    pieces = _pieces(rows)
    brought = _brought(rows)
    found = [
        _calculation(rows[key], costs.get(key), pieces.get(key, 0), brought[key], context, now=now) for key in rows
    ]
    names = [each.name for each in RoiCalculation._meta.concrete_fields if each.name not in KEPT]
    RoiCalculation.objects.bulk_create(found, update_conflicts=True, unique_fields=["asset"], update_fields=names)


KEPT = frozenset({"id", "organization", "asset", "created_at"})


def _pieces(keys: Iterable[uuid.UUID]) -> dict[uuid.UUID, int]:
    rows = GeneratedContent.objects.filter(asset__in=list(keys), deleted_at=None).order_by()
    return dict(rows.values("asset").annotate(n=Count("pk")).values_list("asset", "n"))


def _brought(keys: Iterable[uuid.UUID]) -> dict[uuid.UUID, Brought]:
    """Return what posts brought, real ones where there are any; two statements."""
    found = {key: Brought() for key in keys}
    sums = {name: Sum(name) for name in ("reach", "views", *ENGAGEMENT)}
    rows = MeasuredPost.objects.filter(post__piece__asset__in=list(found)).order_by()
    grouped = rows.values("post__piece__asset", "is_simulated").annotate(n=Count("pk"), latest=Max("last_at"), **sums)
    for row in sorted(grouped, key=lambda each: each["is_simulated"]):
        _add(found[row["post__piece__asset"]], row)
    _credit(found)
    return found


def _add(to: Brought, row: Mapping[str, Any]) -> None:
    if row["is_simulated"]:
        to.made_up = row["n"]
        if to.posts:
            return  # real ones came first: practice is counted, and told apart
        to.is_made_up = True
    told = [row[name] for name in ENGAGEMENT if row[name] is not None]
    to.posts, to.reach, to.views = row["n"], row["reach"], row["views"]
    to.engagement = sum(told) if told else None


def _credit(found: dict[uuid.UUID, Brought]) -> None:
    """Add what conversions credited to the posts, by the model each site goes by, without what was given back."""
    credited = ConversionCredit.objects.filter(
        post__piece__asset__in=list(found),
        model=F("conversion__site__attribution"),
        conversion__refunded_at=None,
    ).order_by()
    left = Cast(F("conversion__value") - F("conversion__refunded"), FloatField())
    worth = Sum(F("share") * left, output_field=FloatField())
    rows = credited.values("post__piece__asset", "conversion__currency").annotate(n=Sum("share"), worth=worth)
    for row in rows:
        to = found[row["post__piece__asset"]]
        to.conversions += float(row["n"] or 0)
        if row["worth"] is not None and row["conversion__currency"]:
            to.values[row["conversion__currency"]] = Decimal(str(row["worth"])).quantize(CENT)


def _calculation(
    asset: ContentAsset,
    entered: AssetCost | None,
    pieces: int,
    brought: Brought,
    context: _Context,
    *,
    now: dt.datetime,
) -> RoiCalculation:
    usual = context.usual.get(asset.kind) if entered is None else None
    cost, hours = (queries.cost_of(entered), entered.hours) if entered else (None, None)
    if usual:
        cost, hours = usual.cost, usual.hours
    currency = entered.currency if entered else usual.currency if usual else _main_currency(brought)
    value = brought.values.get(currency, Decimal("0.00") if context.hears_of(asset) else None)
    row = RoiCalculation(
        organization_id=asset.organization_id,
        asset=asset,
        hours=hours,
        cost=cost,
        currency=currency,
        is_estimated=bool(usual) or bool(entered and entered.is_estimated),
        pieces=pieces,
        posts=brought.posts,
        reach=brought.reach,
        views=brought.views,
        engagement=brought.engagement,
        conversions=round(brought.conversions, 6),
        value=value,
        multiplier=float(brought.posts) if brought.posts else None,
        roi=scoring.roi(value, cost) if brought.posts else None,
        cost_per_engagement=scoring.per(cost, brought.engagement),
        cost_per_reach=scoring.per(cost, brought.reach),
        calculated_at=now,
        updated_at=now,
    )
    _score(row, brought, usual, context)
    return row


def _main_currency(brought: Brought) -> str:
    """Return in what most came back; the plain default where nothing did."""
    return max(brought.values, key=lambda each: (brought.values[each], each), default="INR")


def _score(row: RoiCalculation, brought: Brought, usual: Usual | None, context: _Context) -> None:
    logs = context.ratios.get(row.asset_id, ())
    price = float(row.cost_per_engagement) if row.cost_per_engagement else None
    known = scoring.Known(
        roi=row.roi,
        attention=math.exp(fmean(logs)) if logs else None,
        cost_per_engagement=price,
        usual_cost_per_engagement=context.usual_price.get(row.currency),
        posts=row.posts,
    )
    parts = scoring.parts(known)
    row.value_score = scoring.score(parts)
    row.parts = {
        "score": {name: vars(part) for name, part in parts.items()},
        "other_currencies": {key: str(each) for key, each in brought.values.items() if key != row.currency},
        "practice_posts": brought.made_up,
        "is_made_up": brought.is_made_up,
        "compared_posts": len(logs),
    }
    if usual:
        row.parts["usual"] = {"hours": str(usual.hours), "rate": str(usual.rate), "of": usual.of}
