"""How an adapter says what a gateway told: facts of that gateway and account, whatever its own names were."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from billing.gateways.base import Mandate
from billing.gateways.facts import (
    AnyFact,
    CheckoutFact,
    CheckoutState,
    CustomerFact,
    DisputeFact,
    MandateFact,
    NoticeFact,
    PaymentFact,
    PaymentState,
    RefundFact,
    RefundState,
    SubscriptionFact,
    SubscriptionState,
)

Facts = list[AnyFact]
Period = tuple[datetime, datetime] | None
LONGEST = 300


@dataclass(frozen=True)
class Teller:
    """Makes facts of one gateway's account."""

    gateway: str
    account: str = ""

    @property
    def _who(self) -> dict[str, Any]:
        return {"gateway": self.gateway, "account": self.account}

    def checkout(self, session_id: str, *, state: CheckoutState | None, at: datetime, **whose: str) -> Facts:
        """A hosted page ended; nothing while it is open (`state` is None)."""
        if state is None:
            return []
        return [CheckoutFact(**self._who, at=at, session_id=session_id, state=state, **whose)]

    def subscription(
        self,
        subscription_id: str,
        *,
        state: SubscriptionState,
        at: datetime,
        period: Period = None,
        mandate: Mandate | None = None,
        customer_id: str = "",
        reference: str = "",
        **more: Any,
    ) -> Facts:
        """How a subscription stands, with its mandate and what it charges where that is known."""
        whose: dict[str, Any] = {
            **self._who,
            "at": at,
            "subscription_id": subscription_id,
            "customer_id": customer_id,
            "reference": reference,
        }
        start, end = period or (None, None)
        facts: Facts = [SubscriptionFact(**whose, state=state, period_start=start, period_end=end, **more)]
        if mandate and mandate.state:
            told: dict[str, Any] = {"method": mandate.label or mandate.method}
            told |= {"most": mandate.most, "currency": mandate.currency}
            facts.append(MandateFact(**whose, state=mandate.state, **told))
        if mandate and mandate.label and customer_id:
            facts.append(CustomerFact(**whose, method=mandate.label))
        return facts

    def gone(self, subscription_id: str, *, at: datetime) -> Facts:
        """A subscription is not known there any more."""
        return self.subscription(subscription_id, state=SubscriptionState.CANCELED, at=at)

    def customer_gone(self, customer_id: str, *, at: datetime) -> Facts:
        """A customer was removed there."""
        return [CustomerFact(**self._who, at=at, customer_id=customer_id, is_gone=True)]

    def payment(
        self,
        payment_id: str,
        *,
        state: PaymentState,
        amount: int,
        currency: str,
        at: datetime,
        period: Period = None,
        failure: tuple[str, str] = ("", ""),
        **more: Any,
    ) -> Facts:
        """How a payment stands; `failure`: code and words."""
        start, end = period or (None, None)
        code, reason = failure if state != PaymentState.PAID else ("", "")
        told: dict[str, Any] = {
            "payment_id": payment_id,
            "state": state,
            "amount": amount,
            "currency": currency.upper(),
        }
        words: dict[str, Any] = {"failure_code": code[:80], "failure_reason": reason[:LONGEST]}
        return [PaymentFact(**self._who, at=at, period_start=start, period_end=end, **told, **words, **more)]

    def notice(self, *, amount: int, currency: str, at: datetime, debit_at: datetime | None, **whose: Any) -> Facts:
        """The payer was told of a debit to come."""
        told: dict[str, Any] = {"amount": amount, "currency": currency.upper(), "debit_at": debit_at}
        return [NoticeFact(**self._who, at=at, **told, **whose)]

    def refund(
        self,
        refund_id: str,
        *,
        payment_id: str,
        state: RefundState,
        amount: int,
        currency: str,
        at: datetime,
        key: str = "",
        error: str = "",
    ) -> Facts:
        """How a refund stands."""
        told: dict[str, Any] = {"refund_id": refund_id, "payment_id": payment_id, "state": state, "amount": amount}
        return [RefundFact(**self._who, at=at, currency=currency.upper(), key=key, error=error[:LONGEST], **told)]

    def dispute(self, payment_id: str, *, amount: int, currency: str, at: datetime, state: str) -> Facts:
        """The payer's bank takes a payment back: “won” and “lost” end it."""
        told: dict[str, Any] = {"payment_id": payment_id, "amount": amount, "currency": currency.upper()}
        return [DisputeFact(**self._who, at=at, is_open=state not in {"won", "lost"}, is_lost=state == "lost", **told)]


def payments_in(facts: Iterable[AnyFact]) -> list[str]:
    """Return the payments that facts tell of."""
    return [fact.payment_id for fact in facts if isinstance(fact, PaymentFact)]


def belonging(facts: Iterable[AnyFact], *, reference: str) -> Facts:
    """Return the same facts, with what of ours they belong to."""
    return [replace(fact, reference=reference) for fact in facts]
