"""What every gateway is asked: one protocol, the same words for all of them.

Sums are whole minor units. Every command that moves money or makes something carries `key`, our name for this very
wish: asked again with the same key, a gateway that knows such keys answers the same; for one that does not, the adapter
looks for what it made before. Commands raise the errors of `billing.gateways.errors`; what comes true is only believed
when the gateway tells it (`read`, `look`), never because a browser came back.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, ClassVar, Protocol, runtime_checkable

from billing.gateways.facts import AnyFact, MandateState, RefundState


class Interval(StrEnum):
    """How often a subscription is charged."""

    MONTH = "month"
    YEAR = "year"


@dataclass(frozen=True)
class Buyer:
    """Who pays; `customer_id` is the gateway's own name for them, once it has one."""

    organization: str
    email: str
    name: str = ""
    phone: str = ""
    country: str = ""
    customer_id: str = ""


@dataclass(frozen=True)
class Order:
    """What is bought: `reference` is ours (a subscription's or a payment's id) and comes back with all that is told.

    `amount` is what is charged each time, tax included. `starts_at`: when that begins (None: at once); `upfront` is
    what is charged at once beside it (an upgrade's difference). `price_id`: what `price` answered, if anything.
    """

    key: str
    reference: str
    title: str
    amount: int
    currency: str
    buyer: Buyer
    back: str
    left: str
    interval: Interval | None = None
    starts_at: datetime | None = None
    upfront: int = 0
    price_id: str = ""


@dataclass(frozen=True)
class Price:
    """What some gateways want made before it can be subscribed to; `key` is the same for the same price."""

    key: str
    title: str
    amount: int
    currency: str
    interval: Interval
    product_id: str = ""


@dataclass(frozen=True)
class PriceMade:
    """A price as it was made at a gateway; empty where none is needed."""

    price_id: str = ""
    product_id: str = ""


@dataclass(frozen=True)
class Checkout:
    """Where the buyer pays: an address of the gateway's. `id` names what was opened there."""

    url: str
    id: str
    subscription_id: str = ""
    customer_id: str = ""
    expires_at: datetime | None = None


@dataclass(frozen=True)
class Change:
    """Another sum for a running subscription, from the next period on; what is due at once is a checkout of its own."""

    key: str
    subscription_id: str
    reference: str
    title: str
    amount: int
    currency: str
    interval: Interval
    price_id: str = ""
    back: str = ""
    left: str = ""


@dataclass(frozen=True)
class Changed:
    """How a change went: in force, or waiting for the payer's hand at `url`."""

    subscription_id: str
    url: str = ""


@dataclass(frozen=True)
class RefundOrder:
    """Money to give back of one payment."""

    key: str
    payment_id: str
    amount: int
    currency: str
    reason: str = ""
    subscription_id: str = ""


@dataclass(frozen=True)
class Refunded:
    """What the gateway says of a refund it took."""

    id: str
    state: RefundState


@dataclass(frozen=True)
class Mandate:
    """A payer's standing permission: its state (None: there is none), how it pays, the most one debit may be."""

    state: MandateState | None
    method: str = ""
    label: str = ""
    most: int | None = None
    currency: str = ""


@dataclass(frozen=True)
class Delivery:
    """A request to our webhook as it came; `headers` by lower-case name."""

    body: bytes
    headers: Mapping[str, str]
    now: datetime


@dataclass(frozen=True)
class Told:
    """One event, verified and kept but not read further: `key` is the same for each delivery of it."""

    key: str
    kind: str
    object_id: str = ""
    at: datetime | None = None
    account: str = ""
    data: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Known:
    """What we hold of one subscription or single payment at a gateway, for whoever looks at it again."""

    subscription_id: str = ""
    checkout_id: str = ""
    reference: str = ""
    payment_ids: Sequence[str] = ()
    refund_ids: Sequence[str] = ()


@runtime_checkable
class Gateway(Protocol):
    """A gateway. `settings` names what the adapter is built with, beside its client: argument → setting."""

    key: ClassVar[str]
    settings: ClassVar[Mapping[str, str]]

    @property
    def is_set_up(self) -> bool:
        """Whether there are keys to speak with."""

    def price(self, wanted: Price) -> PriceMade:
        """Make a price, where one is needed before a checkout; the same key, the same price."""

    def checkout(self, order: Order) -> Checkout:
        """Open a hosted page: a subscription with its mandate (`interval`), or one payment."""

    def change(self, change: Change) -> Changed:
        """Charge another sum from the next period on; Refused where only a new mandate can do that."""

    def cancel(self, subscription_id: str, *, at_period_end: bool, key: str) -> None:
        """Stop charging: at the end of what is paid (can be taken back by `resume`), or for good. Twice is no error."""

    def resume(self, subscription_id: str, *, key: str) -> None:
        """Go on charging one that was told to end at its period's end. Twice is no error."""

    def refund(self, order: RefundOrder) -> Refunded:
        """Give money back; never more than once for one key."""

    def manage(self, subscription_id: str, *, customer_id: str, back: str) -> str:
        """Return an address where the payer changes card or account; empty where a new checkout is the only way."""

    def mandate(self, subscription_id: str) -> Mandate:
        """Return the payer's standing permission as it is now."""

    def hear(self, delivery: Delivery) -> Told:
        """Verify a delivery over its raw bytes; NotGenuine or Unreadable otherwise."""

    def kept(self, body: bytes) -> Told:
        """Read again what was verified when it came, from the bytes that were kept."""

    def read(self, told: Told, *, now: datetime) -> Sequence[AnyFact]:
        """Return what an event means, asking the gateway for the object as it is now where order matters."""

    def look(self, known: Known, *, now: datetime) -> Sequence[AnyFact]:
        """Return all that is true of one subscription or payment now, as if every event had come."""

    def recent(self, *, since: datetime, until: datetime) -> Iterable[Told]:
        """Return the events of a span, told or not; nothing where the gateway keeps no such list."""
