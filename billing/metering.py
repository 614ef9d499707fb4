"""What an organisation may use, and what it has used: the one place that knows both.

A meter is counted in one of three ways. What happens again and again (uploads, API calls) is a counter of the month.
What stands (members, clients, accounts, storage) is counted where it stands, by whoever owns it; whoever asks for more
holds the month's row until their transaction ends, so that of a hundred at once exactly as many pass as there is room
for. Credits are a ledger (`billing.credits`). While billing is off, everything is counted and nothing refused.
"""

import datetime as dt
import uuid
from collections.abc import Mapping
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from typing import Any, Protocol

from django.conf import settings
from django.db import connection, transaction
from django.utils import formats
from django.utils.functional import Promise
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts import tenancy
from accounts.models import ClientAccount, Membership
from accounts.notifications import Kind, notify, people_who_may, words
from billing import periods
from billing.models import Subscription, UsageMark, UsagePeriod
from trenddrop.core.ids import uuid7
from trenddrop.core.limits import LimitReached

WARNINGS = (80, 100)
CREDITS = "ai_credits"
API_CALLS = "api_calls"
COUNTED = ("uploads", API_CALLS)
STANDING = ("members", "clients", "connections", "storage_bytes")
METERS = (*COUNTED, CREDITS, *STANDING)
FEATURES = frozenset({"premium_templates"})
# When a plan has ended: people read, take their data along and choose another; nothing is added.
AFTER_THE_END: dict[str, int] = {API_CALLS: 1000, "members": 1}
NAMES: dict[str, Promise] = {
    "uploads": gettext_lazy("uploads a month"),
    API_CALLS: gettext_lazy("API calls a month"),
    CREDITS: gettext_lazy("AI credits a month"),
    "members": gettext_lazy("members"),
    "clients": gettext_lazy("clients"),
    "connections": gettext_lazy("connected accounts"),
    "storage_bytes": gettext_lazy("storage"),
}


class Counter(Protocol):
    """What an entry of USAGE_COUNTERS is: how much of a meter stands; called in the organisation's whole scope."""

    def __call__(self, organization_id: uuid.UUID) -> int: ...


@dataclass(frozen=True)
class Limit:
    """The most of a meter (None: as much as one likes); a soft one warns and lets through."""

    most: int | None = None
    is_hard: bool = True


@dataclass(frozen=True)
class Entitlement:
    """What an organisation may use now, and the month it is counted in."""

    organization_id: uuid.UUID
    starts_at: dt.datetime
    ends_at: dt.datetime
    is_enforced: bool = False
    subscription: Subscription | None = None
    limits: Mapping[str, Limit] = field(default_factory=dict)
    features: frozenset[str] = frozenset()

    @property
    def is_held(self) -> bool:
        """Whether nothing is added until a payment that is due has come."""
        return self.is_enforced and self.subscription is not None and self.subscription.is_held

    @property
    def is_ended(self) -> bool:
        """Whether there is no plan any more."""
        return self.is_enforced and self.subscription is None

    def limit(self, meter: str) -> Limit:
        """Return the limit of a meter."""
        return self.limits.get(meter, Limit())


def entitlement_of(organization_id: uuid.UUID, *, now: dt.datetime) -> Entitlement:
    """Return what an organisation may use: one question, none while billing is off. Call in its scope."""
    if not settings.BILLING_ENABLED:
        return Entitlement(organization_id, *periods.window(now))
    living = Subscription.objects.filter(organization_id=organization_id, status__in=Subscription.LIVING)
    row = living.select_related("version").first()
    if row is None and not _needs_plan(organization_id):
        return Entitlement(organization_id, *periods.window(now))
    if row is None:
        ended = {meter: Limit(AFTER_THE_END.get(meter, 0)) for meter in METERS}
        return Entitlement(organization_id, *periods.window(now), is_enforced=True, limits=ended)
    start, end = periods.window(now, anchor_day=row.anchor_day)
    features = frozenset(row.version.features)
    return Entitlement(organization_id, start, end, True, row, limits_of(row.version.limits), features)


def _needs_plan(organization_id: uuid.UUID) -> bool:
    """Say whether one without a living plan needs one: where nobody has to, whoever never had one is free."""
    return bool(settings.BILLING_TRIALS) or Subscription.objects.filter(organization_id=organization_id).exists()


def limits_of(given: Mapping[str, Mapping[str, Any]]) -> dict[str, Limit]:
    """Read a version's limits."""
    return {meter: Limit(each.get("limit"), bool(each.get("hard", True))) for meter, each in given.items()}


def scope_of(organization_id: uuid.UUID) -> AbstractContextManager[Any]:
    """Enter the whole organisation, unless the transaction is there already."""
    current = tenancy.current()
    if connection.in_atomic_block and current.organization_id == organization_id and current.client_id is None:
        return nullcontext()
    entered: AbstractContextManager[Any] = tenancy.of_organization(organization_id)
    return entered


def require(organization_id: uuid.UUID, meter: str, amount: int, *, now: dt.datetime, take: bool = True) -> None:
    """Take `amount` of a meter if there is room, else raise LimitReached; without `take` only ask. Not for credits.

    What stands is never taken: it is counted. Call it in the transaction that adds what is asked for.
    """
    if meter == CREDITS or (meter not in METERS and meter not in FEATURES):
        return
    if not settings.BILLING_ENABLED and not (take and meter in COUNTED):
        return
    with scope_of(organization_id):
        held = entitlement_of(organization_id, now=now)
        if meter in FEATURES:
            _require_feature(held, meter)
            return
        require_open(held, meter)
        if meter in COUNTED and take:
            _take(held, meter, amount)
        elif held.limit(meter).most is not None:
            _room(held, meter, amount)


def tally(organization_id: uuid.UUID, meter: str, amount: int, *, now: dt.datetime) -> None:
    """Add to a counter of the month what was allowed when it was begun, whatever the limit is now.

    Call it in the transaction that adds what is counted.
    """
    with scope_of(organization_id):
        held = entitlement_of(organization_id, now=now)
        used = add(held, meter, amount, most=None) or 0
        warn(held, meter, before=used - amount, after=used)


def _require_feature(held: Entitlement, feature: str) -> None:
    if held.is_enforced and feature not in held.features:
        raise LimitReached(_("Your plan does not include this. Choose a larger plan."))


def require_open(held: Entitlement, meter: str) -> None:
    """While a payment is due, or after the plan's end, everything can be read and nothing is added."""
    if held.is_held and meter != API_CALLS:
        raise LimitReached(_("A payment is due. Pay it, and everything goes on where it stood."))
    if held.is_ended and not AFTER_THE_END.get(meter):
        raise LimitReached(_("Your plan has ended. Choose one, and everything goes on where it stood."))


def _room(held: Entitlement, meter: str, amount: int) -> None:
    """Count what there is while nobody else can add to it; raise LimitReached."""
    _lock(held)
    limit, used = held.limit(meter), used_of(held, meter)
    assert limit.most is not None  # noqa: S101 (asked for limits only)
    if limit.is_hard and used + amount > limit.most:
        raise refusal(held, meter, limit.most)
    if meter in STANDING:
        warn(held, meter, before=used, after=used + amount)
    if meter == "storage_bytes":
        month = UsagePeriod.objects.filter(organization_id=held.organization_id, starts_at=held.starts_at)
        month.filter(storage_bytes__lt=used + amount).update(storage_bytes=used + amount)


def used_of(held: Entitlement, meter: str) -> int:
    """Return how much of a meter is used. Call in the organisation's whole scope."""
    if meter in STANDING:
        return standing(held.organization_id, meter)
    rows = UsagePeriod.objects.filter(organization_id=held.organization_id, starts_at=held.starts_at)
    return int(rows.values_list(meter, flat=True).first() or 0)


def standing(organization_id: uuid.UUID, meter: str) -> int:
    """Count what stands. Call in the organisation's whole scope."""
    if meter == "members":
        rows = Membership.objects.filter(organization_id=organization_id, status=Membership.Status.ACTIVE)
        return rows.exclude(role=Membership.Role.CLIENT).count()
    if meter == "clients":
        return ClientAccount.objects.filter(organization_id=organization_id, deleted_at=None).count()
    path = settings.USAGE_COUNTERS.get(meter)
    if path is None:
        return 0
    counter: Counter = import_string(path)
    return counter(organization_id)


def _lock(held: Entitlement) -> None:
    """Hold the month's row until the transaction ends."""
    add(held, "uploads", 0, most=None)


def _take(held: Entitlement, meter: str, amount: int) -> None:
    limit = held.limit(meter)
    used = add(held, meter, amount, most=limit.most if limit.is_hard else None)
    if used is None:
        raise refusal(held, meter, limit.most or 0)
    warn(held, meter, before=used - amount, after=used)


def add(held: Entitlement, meter: str, amount: int, *, most: int | None) -> int | None:
    """Add to a counter of the month in one statement; return what it says now, None where it would pass `most`."""
    if most is not None and amount > most:
        return None
    keys: list[Any] = [uuid7(), held.organization_id, held.starts_at, held.ends_at, _stored(held), amount]
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO billing_usageperiod AS held (id, created_at, updated_at, organization_id, starts_at, ends_at,"
            f" limits, uploads, ai_credits, api_calls, storage_bytes) SELECT %s, now(), now(), %s, %s, %s, %s,"
            f" {', '.join('%s' if name == meter else '0' for name in _COLUMNS)}"
            f" ON CONFLICT (organization_id, starts_at) DO UPDATE SET {meter} = held.{meter} + EXCLUDED.{meter},"
            f" limits = EXCLUDED.limits, ends_at = EXCLUDED.ends_at, updated_at = now()"
            f" WHERE %s::bigint IS NULL OR held.{meter} + EXCLUDED.{meter} <= %s RETURNING held.{meter}",
            [*keys, most, most],
        )
        row = cursor.fetchone()
    return int(row[0]) if row else None


_COLUMNS = ("uploads", "ai_credits", "api_calls", "storage_bytes")


def _stored(held: Entitlement) -> str:
    limits = {meter: {"limit": each.most, "hard": each.is_hard} for meter, each in held.limits.items()}
    return connection.ops.adapt_json_value(limits, None)


def refusal(held: Entitlement, meter: str, most: int) -> LimitReached:
    """Say that there is no more, and what to do."""
    if meter == "storage_bytes":
        return LimitReached(_("Your plan's storage is full. Delete something, or choose a larger plan."))
    named = {"most": most, "meter": NAMES[meter]}
    if meter in STANDING:
        return LimitReached(
            _("Your plan has %(most)s %(meter)s, and all are taken. Choose a larger plan, or free one.") % named
        )
    named["day"] = formats.date_format(periods.day_of(held.ends_at), "j F")
    return LimitReached(
        _("Your plan has %(most)s %(meter)s, and they are used up. Choose a larger plan, or wait until %(day)s.")
        % named
    )


def warn(held: Entitlement, meter: str, *, before: int, after: int) -> None:
    """Tell, once a month each, that 80 and 100 percent of a meter are used; at most the higher of two at once."""
    most = held.limit(meter).most
    if not most:
        return
    crossed = [percent for percent in WARNINGS if before * 100 < percent * most <= after * 100]
    new = [percent for percent in crossed if _marked(held, meter, percent, after, most)]
    if new:
        _tell(held.organization_id, meter, new[-1])


def _marked(held: Entitlement, meter: str, percent: int, used: int, most: int) -> bool:
    period = UsagePeriod.objects.filter(organization_id=held.organization_id, starts_at=held.starts_at).first()
    if period is None:
        return False
    with transaction.atomic():
        _row, is_new = UsageMark.objects.get_or_create(
            period=period,
            meter=meter,
            percent=percent,
            defaults={"organization_id": held.organization_id, "used": used, "limit": most},
        )
    return is_new


def _tell(organization_id: uuid.UUID, meter: str, percent: int) -> None:
    full = percent == WARNINGS[-1]
    title = gettext_lazy("All of it is used: %(meter)s") if full else gettext_lazy("80 %% is used: %(meter)s")
    notify(
        people_who_may("billing.manage", organization_id=organization_id),
        Kind.PLAN,
        organization_id=organization_id,
        title=words(title, meter=NAMES[meter]),
        message=gettext_lazy("See what is used on the plan page, and choose a larger plan there if you need one."),
        link="/plan/",
    )
