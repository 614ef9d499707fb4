"""How fast what gateways tell is taken in and applied, against the bare insert into the table it is kept in.

`measure(count)` is called by `benchmarks.billing` with the database and the scope set up; it makes an organisation of
its own, buys at the test gateway, and takes everything back. Three figures, in events a second: `inserted` (one row
each, nothing more), `heard` (verified over the raw bytes and kept once), `applied` (claimed, read again at the gateway
inside the product, written into the books).
"""

import json
import time
from collections.abc import Callable
from dataclasses import dataclass

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from accounts import tenancy
from billing.collection import events, hearing
from billing.gateways.base import Delivery
from billing.gateways.sandbox import SIGNATURE
from billing.gateways.signatures import stripe_header
from billing.models import GatewayEvent
from billing.sandbox import books
from billing.sandbox.cards import CARDS


@dataclass(frozen=True)
class Figures:
    """Events a second."""

    inserted: float
    heard: float
    applied: float

    @property
    def share_heard(self) -> float:
        """How much of the bare insert's speed hearing keeps."""
        return self.heard / self.inserted


class Undo(Exception):
    """What was written is taken back."""


def measure(count: int = 300, *, reference: str = "") -> Figures:
    """Measure `count` events each; `reference`: a checkout of ours that the payments belong to (none: of nobody)."""
    found: list[float] = []
    try:
        with tenancy.operator():
            bodies = _bodies(count, reference)
            found.append(_rate(count, lambda: _insert(bodies)))
            found.append(_rate(count, lambda: _hear(bodies)))
            found.append(_rate(count, _apply))
            raise Undo
    except Undo:
        return Figures(*found)


def _bodies(count: int, reference: str) -> list[bytes]:
    """Return events of one payment at the test gateway, each with an id of its own."""
    now = timezone.now()
    asked = {"reference": reference, "title": "Pro", "amount": 100_00, "currency": "INR", "country": "IN"}
    page = books.open_checkout({**asked, "customer": "bench", "back": "", "left": ""}, key="", now=now)
    payment = books.pay(page.name, CARDS["4242"], now=now)
    told = {"type": "payment.paid", "at": now.isoformat(), "ids": {"payment": payment.name}}
    return [json.dumps({**told, "id": f"tev_bench{place}"}).encode() for place in range(count)]


def _insert(bodies: list[bytes]) -> None:
    now = timezone.now()
    for place, body in enumerate(bodies):
        with transaction.atomic():
            GatewayEvent.objects.create(
                gateway="bench", dedupe_key=f"bench{place}", body=body, received_at=now, state="applied"
            )


def _hear(bodies: list[bytes]) -> None:
    for body in bodies:
        now = timezone.now()
        header = stripe_header(body, secret=settings.TEST_GATEWAY_SECRET, at=int(now.timestamp()))
        hearing.hear("test", Delivery(body, {SIGNATURE: header}, now))


def _apply() -> None:
    while events.apply_due(clock=timezone.now):
        pass


def _rate(count: int, work: Callable[[], None]) -> float:
    begun = time.perf_counter()
    work()
    return count / (time.perf_counter() - begun)
