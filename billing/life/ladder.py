"""What was paid for: periods laid end to end over all payments, the same in whatever order these were told."""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from billing import periods
from billing.models import Payment

Purpose = Payment.Purpose
MISSED, A_DAY = dt.timedelta(days=20), dt.timedelta(days=1)


@dataclass(frozen=True)
class Rung:
    """One payment and the period it pays for."""

    payment: Payment
    start: dt.datetime
    end: dt.datetime
    anchor_day: int


def lay(payments: Iterable[Payment], *, switches: Sequence[tuple[dt.datetime, str]], interval: str) -> list[Rung]:
    """Lay the periods of paid payments: each begins where the one before ended, unless it came long after.

    What a gateway says of a period holds. An upgrade that begins a new period begins it when it was paid. `switches`:
    from when on the subscription is paid by another interval.
    """
    rungs: list[Rung] = []
    length, anchor = interval, 0
    since: dt.datetime | None = None
    for payment in sorted(payments, key=lambda each: (each.paid_at or each.created_at, each.gateway_payment_id)):
        paid_at = payment.paid_at or payment.created_at
        if payment.price is not None and payment.purpose != Purpose.RENEWAL:
            length, since = payment.price.interval, paid_at
        later = [to for at, to in switches if at <= paid_at + A_DAY and (since is None or at > since)]
        length = later[-1] if later else length
        begins_anew = payment.purpose == Purpose.UPGRADE or not rungs or paid_at > rungs[-1].end + MISSED
        start = paid_at if begins_anew else rungs[-1].end
        anchor = periods.day_of(start).day if begins_anew else anchor
        end = periods.next_end(start, length, anchor_day=anchor)
        told = payment.raw.get("period") or {}
        if told.get("start") and told.get("end"):
            start, end = dt.datetime.fromisoformat(told["start"]), dt.datetime.fromisoformat(told["end"])
            anchor = periods.day_of(start).day if begins_anew else max(anchor, periods.day_of(start).day)
        rungs.append(Rung(payment, start, end, anchor))
    return rungs
