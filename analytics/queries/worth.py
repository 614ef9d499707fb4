"""Returns of originals: in any order, page by page, and their totals, each currency for itself."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Count, F, Q, QuerySet, Sum

from accounts.models import Membership
from accounts.permissions import may
from analytics.models import AssetCost, RoiCalculation

PAGE = 40
MOST_LINES = 10_000
COLUMNS: Mapping[str, str] = {
    "title": "asset__title",
    "cost": "cost",
    "hours": "hours",
    "pieces": "pieces",
    "posts": "posts",
    "reach": "reach",
    "views": "views",
    "engagement": "engagement",
    "conversions": "conversions",
    "value": "value",
    "roi": "roi",
    "per_engagement": "cost_per_engagement",
    "per_thousand": "cost_per_reach",
    "score": "value_score",
}
USUAL = "-score"
MADE_UP = Q(parts__is_made_up=True)
# Of originals that are not deleted; naming their organisation lets the database find them by it.
LIVE = Q(asset__deleted_at=None, asset__organization=F("organization"))


@dataclass(frozen=True)
class Total:
    """The sum of one currency; `known` of the originals have a cost, `told` a value."""

    currency: str
    originals: int
    known: int
    told: int
    estimated: int
    cost: Decimal | None
    value: Decimal | None
    compared_cost: Decimal | None
    compared_value: Decimal | None

    @property
    def roi(self) -> float | None:
        """The return of those whose cost and value are both known; None where nothing was spent."""
        if not self.compared_cost or self.compared_value is None:
            return None
        return float((self.compared_value - self.compared_cost) / self.compared_cost)


def of_member(membership: Membership, *, made_up: bool = False) -> QuerySet[RoiCalculation]:
    """Return the returns a member may see, made-up or real ones, of originals that are not deleted."""
    if not may(membership, "costs.view"):
        return RoiCalculation.objects.none()
    rows = RoiCalculation.objects.visible_to(membership).filter(LIVE).select_related("asset")
    return rows.filter(MADE_UP) if made_up else rows.exclude(MADE_UP)


def in_order(rows: QuerySet[RoiCalculation], asked: str) -> tuple[QuerySet[RoiCalculation], str]:
    """Return rows by a column ("-cost": the dearest first; what is not told last), and the order they are in."""
    name = asked.removeprefix("-")
    if name not in COLUMNS:
        asked, name = USUAL, USUAL.removeprefix("-")
    column = F(COLUMNS[name])
    first = column.desc(nulls_last=True) if asked.startswith("-") else column.asc(nulls_last=True)
    return rows.order_by(first, "-pk"), asked


def totals(rows: QuerySet[RoiCalculation]) -> Sequence[Total]:
    """Return the sums by currency: no amount is ever added to one of another."""
    both = Q(cost__gt=0, value__isnull=False, posts__gt=0)
    grouped = (
        rows.order_by()
        .filter(Q(cost__isnull=False) | Q(value__gt=0))
        .values("currency")
        .annotate(
            n=Count("pk"),
            known=Count("cost"),
            told=Count("value"),
            estimated=Count("pk", filter=Q(is_estimated=True)),
            spent=Sum("cost"),
            earned=Sum("value"),
            both_spent=Sum("cost", filter=both),
            both_earned=Sum("value", filter=both),
        )
        .order_by("currency")
    )
    return [
        Total(
            row["currency"],
            row["n"],
            row["known"],
            row["told"],
            row["estimated"],
            row["spent"],
            row["earned"],
            row["both_spent"],
            row["both_earned"],
        )
        for row in grouped
    ]


def per_thousand(row: RoiCalculation) -> Decimal | None:
    """Return what a thousand people reached cost; from the sums, so that small prices lose no digit."""
    if row.cost is None or not row.reach:
        return None
    return (row.cost * 1000 / row.reach).quantize(Decimal("0.01"))


def cost_of(entered: AssetCost) -> Decimal:
    """Return hours times rate, and the money beside them."""
    worked = entered.hours * entered.hourly_rate if entered.hours and entered.hourly_rate else Decimal(0)
    return (worked + entered.money).quantize(Decimal("0.01"))
