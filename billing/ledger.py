"""The ledger of AI credits: what is granted, held, spent and expires.

Every change waits for the organisation's account row, so that a balance is never spent twice. A plan grants credits for
each month when it is first asked about, or the clock comes by; those that end first are spent first; what is left at
the end expires, but for what is held for work that runs. While no plans are sold nothing is refused, and everything is
counted.
"""

import datetime as dt
import uuid
from dataclasses import dataclass

from django.conf import settings
from django.db.models import F, Sum

from accounts.models import User
from billing import metering
from billing.models import CreditAccount, CreditEntry, CreditGrant, CreditReservation, Payment, Subscription

Kind, State = CreditEntry.Kind, CreditReservation.State
HELD_FOR = dt.timedelta(hours=24)


@dataclass(frozen=True)
class Given:
    """Credits to give: so many, from where, until when; the same reference is given once."""

    amount: int
    source: str
    reference: str
    reason: str
    starts_at: dt.datetime
    expires_at: dt.datetime | None = None
    payment: Payment | None = None


def require(organization_id: uuid.UUID, amount: int, *, now: dt.datetime) -> None:
    """Return when so many credits are free now; raise LimitReached."""
    if not settings.BILLING_ENABLED:
        return
    with metering.scope_of(organization_id):
        held, account = _opened(organization_id, now=now)
        metering.require_open(held, metering.CREDITS)
        _require_free(held, account, amount)


def spend(
    organization_id: uuid.UUID, amount: int, *, reason: str, reference: str, by: User | None, now: dt.datetime
) -> None:
    """Book credits spent, once per reference; raise LimitReached."""
    with metering.scope_of(organization_id):
        held, account = _opened(organization_id, now=now)
        if amount <= 0 or _is_booked(organization_id, Kind.SPEND, reference):
            return
        _require_free(held, account, amount)
        _book_spent(held, account, amount, reason=reason, reference=reference, by=by, now=now)


def balance(organization_id: uuid.UUID) -> int:
    """Return the sum of the ledger."""
    total = CreditEntry.objects.filter(organization_id=organization_id).aggregate(total=Sum("amount"))["total"]
    return total or 0


def available(organization_id: uuid.UUID, *, now: dt.datetime) -> int:
    """Return what can be spent: the balance without what is held for work that runs."""
    with metering.scope_of(organization_id):
        _held, account = _opened(organization_id, now=now)
        return account.balance - account.held


def reserve(
    organization_id: uuid.UUID, amount: int, *, reason: str, reference: str, by: User | None, now: dt.datetime
) -> CreditReservation:
    """Hold credits for work that takes a while; the same reference finds the one it has. Raise LimitReached."""
    with metering.scope_of(organization_id):
        held, account = _opened(organization_id, now=now)
        found = CreditReservation.objects.filter(organization_id=organization_id, reference=reference).first()
        if found is not None and found.state == State.HELD:
            return found
        _require_free(held, account, amount)
        CreditAccount.objects.filter(pk=account.pk).update(held=F("held") + amount, updated_at=now)
        if found is not None:  # work that is taken up again
            found.state, found.amount, found.spent = State.HELD, amount, 0
            found.expires_at, found.ended_at = now + HELD_FOR, None
            found.save()
            return found
        return CreditReservation.objects.create(
            organization_id=organization_id,
            amount=amount,
            reason=reason[:120],
            reference=reference,
            expires_at=now + HELD_FOR,
            by=by,
        )


def draw(
    organization_id: uuid.UUID,
    amount: int,
    *,
    held_as: str,
    reason: str,
    reference: str,
    by: User | None,
    now: dt.datetime,
) -> None:
    """Spend a part of what work holds, once per reference; what is beyond it must be free. Raise LimitReached."""
    with metering.scope_of(organization_id):
        held, account = _opened(organization_id, now=now)
        if amount <= 0 or _is_booked(organization_id, Kind.SPEND, reference):
            return
        rows = CreditReservation.objects.filter(organization_id=organization_id, reference=held_as, state=State.HELD)
        row = rows.first()
        drawn = min(amount, row.amount - row.spent) if row is not None else 0
        _require_free(held, account, amount - drawn)
        if drawn:
            rows.update(spent=F("spent") + drawn, updated_at=now)
            account.held -= drawn
            CreditAccount.objects.filter(pk=account.pk).update(held=account.held, updated_at=now)
        _book_spent(held, account, amount, reason=reason, reference=reference, by=by, now=now)


def is_held(organization_id: uuid.UUID, *, held_as: str) -> bool:
    """Say whether work still holds credits."""
    with metering.scope_of(organization_id):
        rows = CreditReservation.objects.filter(organization_id=organization_id, reference=held_as, state=State.HELD)
        return rows.exists()


def let_go(organization_id: uuid.UUID, *, held_as: str, now: dt.datetime) -> None:
    """End what work held: it is over, and took what it took."""
    with metering.scope_of(organization_id):
        rows = CreditReservation.objects.filter(organization_id=organization_id, reference=held_as, state=State.HELD)
        if rows.exists():
            _held, account = _opened(organization_id, now=now)
            for row in rows:
                _end(row, account, State.COMMITTED if row.spent else State.RELEASED, spent=row.spent, now=now)


def commit(reservation: CreditReservation, spent: int, *, now: dt.datetime) -> bool:
    """Spend what the work took, at most what was held, and free the rest. Say whether it was still held."""
    with metering.scope_of(reservation.organization_id):
        held, account = _opened(reservation.organization_id, now=now)
        row = CreditReservation.objects.get(pk=reservation.pk)
        if row.state != State.HELD:
            return False
        taken = min(max(spent, 0), row.amount - row.spent)
        _end(row, account, State.COMMITTED, spent=row.spent + taken, now=now)
        if taken:
            _book_spent(held, account, taken, reason=row.reason, reference=row.reference, by=row.by, now=now)
    return True


def release(reservation: CreditReservation, *, now: dt.datetime, lapsed: bool = False) -> bool:
    """Free what was held: nothing was made. Say whether it was still held."""
    with metering.scope_of(reservation.organization_id):
        _held, account = _opened(reservation.organization_id, now=now)
        row = CreditReservation.objects.get(pk=reservation.pk)
        if row.state != State.HELD:
            return False
        _end(row, account, State.LAPSED if lapsed else State.RELEASED, spent=row.spent, now=now)
    return True


def give(organization_id: uuid.UUID, given: Given, *, by: User | None, now: dt.datetime) -> bool:
    """Grant credits, once per reference. Say whether they are new."""
    with metering.scope_of(organization_id):
        _held, account = _opened(organization_id, now=now)
        return _give(account, given, by=by, now=now)


def take_back(payment: Payment, *, now: dt.datetime) -> int:
    """Take what is left of bought credits away: their price went back. Return how many."""
    with metering.scope_of(payment.organization_id):
        _held, account = _opened(payment.organization_id, now=now)
        rows = CreditGrant.objects.filter(payment=payment, remaining__gt=0)
        free = account.balance - account.held
        return sum(_expire_one(account, row, min(row.remaining, free), reason="given back", now=now) for row in rows)


def begin_month(organization_id: uuid.UUID, *, now: dt.datetime) -> None:
    """Grant what the plan holds for this month, if that was not done yet; nobody need use any for it."""
    with metering.scope_of(organization_id):
        _opened(organization_id, now=now)


def expire(organization_id: uuid.UUID, *, now: dt.datetime) -> int:
    """Book what ended as expired, but for what is held. Return how many credits."""
    with metering.scope_of(organization_id):
        _held, account = _opened(organization_id, now=now)
        due = CreditGrant.objects.filter(organization_id=organization_id, remaining__gt=0, expires_at__lte=now)
        kept, count = account.held, 0  # what is held is held of what ends first
        for row in due.order_by("expires_at", "created_at"):
            count += _expire_one(account, row, row.remaining - kept, reason="expired", now=now)
            kept = max(kept - row.remaining, 0)
        return count


def _opened(organization_id: uuid.UUID, *, now: dt.datetime) -> tuple[metering.Entitlement, CreditAccount]:
    """Hold the account until the transaction ends, with this month's credits in it."""
    held = metering.entitlement_of(organization_id, now=now)
    rows = CreditAccount.objects.select_for_update().filter(organization_id=organization_id)
    account = rows.first()
    if account is None:
        new = CreditAccount(organization_id=organization_id, balance=balance(organization_id))
        CreditAccount.objects.bulk_create([new], ignore_conflicts=True)
        account = rows.get()
    _switch(held, account, now=now)
    _grant_month(held, account, now=now)
    return held, account


def _switch(held: metering.Entitlement, account: CreditAccount, *, now: dt.datetime) -> None:
    """Open the account where nothing is refused; close it with what was used before written off, once."""
    is_open = not held.is_enforced or (held.subscription is not None and held.limit(metering.CREDITS).most is None)
    if is_open == account.is_open:
        return
    left = _left(account)
    missing = left - account.balance
    if not is_open and missing > 0:
        reference = f"opening:{now.isoformat()}"
        _enter(account, Kind.GRANT, missing, reason="used before plans were sold", reference=reference, by=None)
    CreditAccount.objects.filter(pk=account.pk).update(
        is_open=is_open, balance=account.balance, held=account.held if is_open else min(account.held, account.balance)
    )
    account.refresh_from_db()


def _left(account: CreditAccount) -> int:
    rows = CreditGrant.objects.filter(organization_id=account.organization_id, remaining__gt=0)
    return int(rows.aggregate(left=Sum("remaining"))["left"] or 0)


def _grant_month(held: metering.Entitlement, account: CreditAccount, *, now: dt.datetime) -> None:
    """Grant what the plan holds for this month, and the difference after an upgrade; nothing while a payment is due."""
    subscription, most = held.subscription, held.limit(metering.CREDITS).most
    if subscription is None or not most or held.is_held:
        return
    month = f"plan:{subscription.pk}:{held.starts_at:%Y-%m-%d}"
    granted = CreditGrant.objects.filter(organization_id=account.organization_id, reference__startswith=month)
    missing = most - int(granted.aggregate(sum=Sum("amount"))["sum"] or 0)
    if missing <= 0:
        return
    is_trial = subscription.status == Subscription.Status.TRIAL
    source = CreditGrant.Source.TRIAL if is_trial else CreditGrant.Source.PLAN
    reference = f"{month}:{subscription.version_id}"
    given = Given(missing, source, reference, "credits of the plan", held.starts_at, held.ends_at)
    _give(account, given, by=None, now=now)


def _give(account: CreditAccount, given: Given, *, by: User | None, now: dt.datetime) -> bool:
    if given.amount <= 0 or _is_booked(account.organization_id, Kind.GRANT, given.reference):
        return False
    CreditGrant.objects.create(
        organization_id=account.organization_id,
        source=given.source,
        amount=given.amount,
        remaining=given.amount,
        starts_at=given.starts_at,
        expires_at=given.expires_at,
        reference=given.reference,
        payment=given.payment,
    )
    _enter(account, Kind.GRANT, given.amount, reason=given.reason, reference=given.reference, by=by)
    CreditAccount.objects.filter(pk=account.pk).update(balance=account.balance, updated_at=now)
    return True


def _require_free(held: metering.Entitlement, account: CreditAccount, amount: int) -> None:
    if not account.is_open and account.balance - account.held < amount:
        raise metering.refusal(held, metering.CREDITS, held.limit(metering.CREDITS).most or 0)


def _book_spent(
    held: metering.Entitlement,
    account: CreditAccount,
    amount: int,
    *,
    reason: str,
    reference: str,
    by: User | None,
    now: dt.datetime,
) -> None:
    """Write it, and take it from what ends first."""
    _enter(account, Kind.SPEND, -amount, reason=reason, reference=reference, by=by)
    rest = amount
    rows = CreditGrant.objects.filter(organization_id=account.organization_id, remaining__gt=0)
    for row in rows.order_by(F("expires_at").asc(nulls_last=True), "created_at"):
        taken = min(rest, row.remaining)
        CreditGrant.objects.filter(pk=row.pk).update(remaining=F("remaining") - taken, updated_at=now)
        rest -= taken
        if not rest:
            break
    CreditAccount.objects.filter(pk=account.pk).update(balance=account.balance, updated_at=now)
    used = metering.add(held, metering.CREDITS, amount, most=None) or 0
    metering.warn(held, metering.CREDITS, before=used - amount, after=used)


def _expire_one(account: CreditAccount, row: CreditGrant, free: int, *, reason: str, now: dt.datetime) -> int:
    if free <= 0:
        return 0
    reference = f"{row.reference}:{now.isoformat()}"[:120]
    _enter(account, Kind.EXPIRY, -free, reason=reason, reference=reference, by=None)
    CreditGrant.objects.filter(pk=row.pk).update(remaining=F("remaining") - free, updated_at=now)
    CreditAccount.objects.filter(pk=account.pk).update(balance=account.balance, updated_at=now)
    return free


def _end(row: CreditReservation, account: CreditAccount, state: str, *, spent: int, now: dt.datetime) -> None:
    CreditReservation.objects.filter(pk=row.pk).update(state=state, spent=spent, ended_at=now, updated_at=now)
    account.held = max(account.held - (row.amount - row.spent), 0)
    CreditAccount.objects.filter(pk=account.pk).update(held=account.held, updated_at=now)


def _enter(account: CreditAccount, kind: str, amount: int, *, reason: str, reference: str, by: User | None) -> None:
    """Write a line; the account in hand says what the sum is then."""
    CreditEntry.objects.create(
        organization_id=account.organization_id,
        kind=kind,
        amount=amount,
        reason=reason[:120],
        reference=reference[:120],
        by=by,
    )
    account.balance += amount


def _is_booked(organization_id: uuid.UUID, kind: str, reference: str) -> bool:
    return CreditEntry.objects.filter(organization_id=organization_id, kind=kind, reference=reference[:120]).exists()
