"""What went back of a subscription's payments at PayPal: they only say that it did; the account's history says what.

A sale of a subscription is marked as given back, in parts or whole, and names no refund. The history lists refunds with
the payment each is of. It lags by up to three hours, goes by 31 days, and the app needs the permission
“Transaction search”: without it only what PayPal tells by itself is known, which is logged.
"""

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any

import structlog

from billing.gateways.amounts import read_minor
from billing.gateways.errors import Misconfigured
from billing.gateways.facts import RefundState
from billing.gateways.paypal_bodies import stamp
from billing.gateways.telling import Facts, Teller

log = structlog.get_logger(__name__)

SALES = frozenset({"REFUNDED", "PARTIALLY_REFUNDED"})
PLACE = "/v1/reporting/transactions"
REFUND = "T1107"  # “payment refund, initiated by merchant”
SPAN = timedelta(days=30)
PAGE = 500
STATES = {"S": RefundState.DONE, "D": RefundState.FAILED, "V": RefundState.FAILED}
Get = Callable[..., Mapping[str, Any]]


def found(get: Get, tells: Teller, sales: Mapping[str, datetime], *, until: datetime) -> Facts:
    """Return the refunds of sales that were given back, by when each was paid; asks nothing when there is none."""
    facts: Facts = []
    try:
        for info in _listed(get, since=min(sales.values()), until=until) if sales else ():
            if str(info.get("paypal_reference_id")) in sales:
                facts += _refund(tells, info)
    except Misconfigured as error:
        log.warning("paypal_refunds_not_searched", error=str(error))
    return facts


def _listed(get: Get, *, since: datetime, until: datetime) -> Iterator[Mapping[str, Any]]:
    """Yield every refund of the account in a span."""
    asked = {"transaction_type": REFUND, "fields": "transaction_info", "page_size": PAGE}
    while since < until:
        end, page, pages = min(since + SPAN, until), 1, 1
        while page <= pages:
            listed = get(PLACE, start_date=stamp(since), end_date=stamp(end), page=page, **asked)
            yield from (each.get("transaction_info") or {} for each in listed.get("transaction_details") or [])
            page, pages = page + 1, int(listed.get("total_pages") or 1)
        since = end


def _refund(tells: Teller, info: Mapping[str, Any]) -> Facts:
    amount = info["transaction_amount"]
    currency = str(amount["currency_code"])
    return tells.refund(
        str(info["transaction_id"]),
        payment_id=str(info["paypal_reference_id"]),
        state=STATES.get(str(info.get("transaction_status")), RefundState.PENDING),
        amount=abs(read_minor(amount["value"], currency)),
        currency=currency,
        at=datetime.fromisoformat(str(info.get("transaction_updated_date") or info["transaction_initiation_date"])),
        key=str(info.get("custom_field") or ""),
    )
