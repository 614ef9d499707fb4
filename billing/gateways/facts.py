"""What a gateway tells, in our words: the one shape that `billing.services.applying.apply` takes from all of them.

A fact says how things stood at a moment of the gateway's clock, not what to do. It may come twice, late, after a newer
one, or never; applying it goes forward only. Sums are whole minor units. `reference` is ours (the id of a Checkout) and
comes back with what was made for it; empty where the gateway carries none.
"""

import datetime as dt
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any


class SubscriptionState(StrEnum):
    """Where a subscription stands at a gateway. Later ones of equal time win: the order is that of a life."""

    PENDING = "pending"  # made, the payer has not confirmed yet
    ACTIVE = "active"
    PAUSED = "paused"  # by the payer, at their bank
    PAST_DUE = "past_due"  # a charge failed, the gateway tries again
    HALTED = "halted"  # the gateway gave up trying
    CANCELED = "canceled"
    ENDED = "ended"  # ran out of charges, or expired before it was confirmed


class PaymentState(StrEnum):
    """Where a payment stands. Paid is never left again, but for the sum that went back."""

    PENDING = "pending"
    ACTION = "action"  # waits for the payer: a bank's page, one more confirmation
    FAILED = "failed"
    PAID = "paid"


class RefundState(StrEnum):
    """Where a refund stands."""

    PENDING = "pending"
    FAILED = "failed"
    DONE = "done"


class MandateState(StrEnum):
    """Where the payer's standing permission stands."""

    PENDING = "pending"
    ACTIVE = "active"
    PAUSED = "paused"
    REVOKED = "revoked"
    EXPIRED = "expired"


class CheckoutState(StrEnum):
    """How a hosted page ended."""

    COMPLETED = "completed"
    EXPIRED = "expired"
    FAILED = "failed"


@dataclass(frozen=True, kw_only=True)
class Fact:
    """What every fact says: who told it, when it was so by their clock, and what of ours it belongs to."""

    gateway: str
    account: str = ""
    at: dt.datetime
    reference: str = ""
    customer_id: str = ""
    subscription_id: str = ""


@dataclass(frozen=True, kw_only=True)
class CheckoutFact(Fact):
    """A hosted page was completed, ran out, or failed."""

    session_id: str
    state: CheckoutState


@dataclass(frozen=True, kw_only=True)
class SubscriptionFact(Fact):
    """How a subscription stands. `period_…`: what is paid for, where the gateway says so."""

    state: SubscriptionState
    period_start: dt.datetime | None = None
    period_end: dt.datetime | None = None
    cancel_at_period_end: bool | None = None
    amount: int | None = None
    currency: str = ""


@dataclass(frozen=True, kw_only=True)
class PaymentFact(Fact):
    """How one payment stands. `amount` is what the payer paid or is to pay, tax included."""

    payment_id: str
    state: PaymentState
    amount: int
    currency: str
    order_id: str = ""
    invoice_id: str = ""
    method: str = ""
    period_start: dt.datetime | None = None
    period_end: dt.datetime | None = None
    action_url: str = ""
    failure_code: str = ""
    failure_reason: str = ""
    receipt_url: str = ""
    refunded: int | None = None
    tax: int | None = None
    raw: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class RefundFact(Fact):
    """How a refund stands. `key`: our own name for the wish, where the gateway carries it (the id of a Refund)."""

    refund_id: str
    payment_id: str
    state: RefundState
    amount: int
    currency: str
    key: str = ""
    error: str = ""
    raw: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class DisputeFact(Fact):
    """The payer's bank takes a payment back, or gave it back after all."""

    payment_id: str
    amount: int
    currency: str
    is_open: bool = True
    is_lost: bool = False


@dataclass(frozen=True, kw_only=True)
class MandateFact(Fact):
    """How the payer's standing permission stands, and the most that one debit may be."""

    state: MandateState
    method: str = ""
    most: int | None = None
    currency: str = ""


@dataclass(frozen=True, kw_only=True)
class NoticeFact(Fact):
    """The payer was told of a debit to come (a day before at least): normal, and no failure."""

    amount: int
    currency: str
    debit_at: dt.datetime | None = None


@dataclass(frozen=True, kw_only=True)
class CustomerFact(Fact):
    """A customer's way to pay changed, or the customer was removed at the gateway."""

    method: str = ""
    method_expires_on: dt.date | None = None
    is_gone: bool = False


AnyFact = (
    CheckoutFact | SubscriptionFact | PaymentFact | RefundFact | DisputeFact | MandateFact | NoticeFact | CustomerFact
)


class OutcomeKind(StrEnum):
    """What became of a fact."""

    APPLIED = "applied"
    IGNORED = "ignored"  # known already, older than what is known, or nothing of ours to change
    UNMATCHED = "unmatched"  # of nobody here


@dataclass(frozen=True)
class Outcome:
    """What applying a fact did, in a few words for operators, and whose it was."""

    kind: OutcomeKind
    words: str = ""
    organization_id: uuid.UUID | None = None
