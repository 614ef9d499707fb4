"""What recurs and what was lost: monthly recurring revenue as it stands, and how it moved month by month.

Sums of two currencies are never added. A month is one of India's. What stood at a month's start is reckoned backwards
from what stands now, so that the movements and the sum always agree.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from zoneinfo import ZoneInfo

from django.db.models import Case, Count, DecimalField, F, Q, Sum, When
from django.db.models.functions import Round, TruncMonth

from billing.models import Interval, Payment, Refund, Subscription, SubscriptionChange

ZONE = ZoneInfo("Asia/Kolkata")
SUM = DecimalField(max_digits=16, decimal_places=2)
NOTHING = Decimal(0)
MONTHLY = Case(When(interval=Interval.YEAR, then=Round(F("amount") / 12, 2)), default=F("amount"), output_field=SUM)
PAYING = (Subscription.Status.ACTIVE, Subscription.Status.PAST_DUE)


@dataclass(frozen=True)
class Standing:
    """What recurs from one plan through one gateway."""

    plan: str
    gateway: str
    currency: str
    customers: int
    monthly: Decimal


@dataclass(frozen=True)
class Movement:
    """A month of one currency: what was there, what came, grew, shrank, went, and what is there."""

    month: dt.date
    currency: str
    start: Decimal
    new: Decimal
    more: Decimal
    less: Decimal
    lost: Decimal
    end: Decimal
    customers_start: int
    customers_new: int
    customers_lost: int

    @property
    def churn(self) -> Decimal | None:
        """The share of what recurred at the month's start that was lost in it; None where nothing recurred."""
        return (self.lost + self.less) / self.start if self.start else None

    @property
    def customer_churn(self) -> Decimal | None:
        """The share of the customers at the month's start who left in it."""
        return Decimal(self.customers_lost) / self.customers_start if self.customers_start else None


@dataclass(frozen=True)
class Taken:
    """Money of a month: what came in, what went back."""

    month: dt.date
    currency: str
    came: Decimal
    payments: int
    went_back: Decimal


def standing() -> list[Standing]:
    """Return what recurs now, by plan, gateway and currency; trials pay nothing and are not in it."""
    rows = Subscription.objects.filter(status__in=PAYING, price__isnull=False)
    grouped = rows.values_list("version__plan__name", "gateway", "currency").annotate(
        customers=Count("pk"), monthly=Sum(MONTHLY)
    )
    return [Standing(*row) for row in grouped.order_by("currency", "-monthly", "version__plan__name")]


def movements(*, months: int, now: dt.datetime) -> list[Movement]:
    """Return how it moved in the last months, the latest first, each currency for itself."""
    first = _back(now.astimezone(ZONE).date().replace(day=1), months - 1)
    changes = SubscriptionChange.objects.filter(
        status=SubscriptionChange.Status.DONE, at__gte=dt.datetime.combine(first, dt.time(), ZONE), at__lte=now
    )
    by_month = _grouped(changes)
    found = []
    for currency, (monthly, customers) in _now(standing()).items():
        end, people, month = monthly, customers, now.astimezone(ZONE).date().replace(day=1)
        for _each in range(months):
            moved = by_month.get((month, currency), _Moved())
            start = end - moved.new - moved.more + moved.less + moved.lost
            people_start = people - moved.customers_new + moved.customers_lost
            found.append(
                Movement(
                    month, currency, start, moved.new, moved.more, moved.less, moved.lost, end,
                    people_start, moved.customers_new, moved.customers_lost,
                )
            )  # fmt: skip
            end, people, month = start, people_start, _back(month, 1)
    return found


@dataclass
class _Moved:
    new: Decimal = NOTHING
    more: Decimal = NOTHING
    less: Decimal = NOTHING
    lost: Decimal = NOTHING
    customers_new: int = 0
    customers_lost: int = 0


def _now(rows: Iterable[Standing]) -> dict[str, tuple[Decimal, int]]:
    found: dict[str, tuple[Decimal, int]] = defaultdict(lambda: (NOTHING, 0))
    for row in rows:
        monthly, customers = found[row.currency]
        found[row.currency] = (monthly + row.monthly, customers + row.customers)
    for currency in SubscriptionChange.objects.exclude(mrr_before=F("mrr_after")).values_list("currency").distinct():
        found[currency[0]]  # a currency in which everybody left still has its months
    return dict(found)


def _grouped(changes: object) -> dict[tuple[dt.date, str], _Moved]:
    before, after = F("mrr_before"), F("mrr_after")
    new, lost = Q(mrr_before=0, mrr_after__gt=0), Q(mrr_before__gt=0, mrr_after=0)
    more = Q(mrr_before__gt=0, mrr_after__gt=before)
    less = Q(mrr_after__gt=0, mrr_after__lt=before)
    rows = (
        changes.annotate(month=TruncMonth("at", tzinfo=ZONE))  # type: ignore[attr-defined]
        .values("month", "currency")
        .annotate(
            new=Sum(after, filter=new),
            more=Sum(after - before, filter=more),
            less=Sum(before - after, filter=less),
            lost=Sum(before, filter=lost),
            customers_new=Count("pk", filter=new),
            customers_lost=Count("pk", filter=lost),
        )
        .order_by("month")
    )
    names = ("new", "more", "less", "lost")
    return {
        (row["month"].astimezone(ZONE).date(), row["currency"]): _Moved(
            **{name: row[name] or NOTHING for name in names},
            customers_new=row["customers_new"],
            customers_lost=row["customers_lost"],
        )
        for row in rows
    }


def taken(*, months: int, now: dt.datetime) -> list[Taken]:
    """Return the money of the last months, the latest first."""
    since = dt.datetime.combine(_back(now.astimezone(ZONE).date().replace(day=1), months - 1), dt.time(), ZONE)
    came = _sums(Payment.objects.filter(paid_at__gte=since, paid_at__lte=now), "paid_at")
    done = Refund.objects.filter(status=Refund.Status.SUCCESS, done_at__gte=since, done_at__lte=now)
    back = _sums(done, "done_at")
    keys = sorted(came.keys() | back.keys(), key=lambda key: (key[0], key[1]), reverse=True)
    return [Taken(*key, *came.get(key, (NOTHING, 0)), back.get(key, (NOTHING, 0))[0]) for key in keys]


def _sums(rows: object, moment: str) -> dict[tuple[dt.date, str], tuple[Decimal, int]]:
    grouped = (
        rows.annotate(month=TruncMonth(moment, tzinfo=ZONE))  # type: ignore[attr-defined]
        .values("month", "currency")
        .annotate(total=Sum("amount"), count=Count("pk"))
        .order_by("month")
    )
    return {(row["month"].astimezone(ZONE).date(), row["currency"]): (row["total"], row["count"]) for row in grouped}


def _back(month: dt.date, by: int) -> dt.date:
    number = month.year * 12 + month.month - 1 - by
    return dt.date(number // 12, number % 12 + 1, 1)
