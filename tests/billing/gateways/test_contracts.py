"""What we send and what our stand-ins answer, held to the gateways' own documents."""

import json
from functools import cache
from typing import Any

import pytest

from billing.gateways.base import Change, Interval, Known, RefundOrder
from tests.billing.gateways.bench import DAY, Bench, bench_of
from tests.peers.contracts import CONTRACTS, OpenApi, folder
from tests.peers.wire import Request

pytestmark = [
    pytest.mark.shared,
    pytest.mark.skipif(not CONTRACTS.is_dir(), reason="the gateways' contracts are not on this machine"),
]
PAYPAL = ("billing_subscriptions_v1.json", "catalogs_products_v1.json", "notifications_webhooks_v1.json")
# Fields that Stripe took or gives in more shapes than its one example shows.
LOOSE = {
    "metadata",
    "default_payment_method",
    "latest_charge",
    "payment_method_details",
    "last_payment_error",
    "payments",
}


def live(bench: Bench) -> None:
    """Everything an adapter can be asked, once."""
    order, page, first = bench.buy()
    name = bench.subscription(page)
    bench.buy(interval=None)
    bench.buy(starts_at=bench.clock() + 12 * DAY, upfront=2_50)
    price = bench.order(amount=order.amount * 2).price_id
    change = Change("change-1", name, "ref-2", "Agency", order.amount * 2, order.currency, Interval.MONTH, price)
    bench.gateway.change(change)
    for stop in (True, False):
        if not stop:
            bench.gateway.resume(name, key="resume-1")
            bench.clock.go(30 * DAY)
            bench.server.renew(name)
            bench.server.renew(name, does="declines")
        else:
            bench.gateway.cancel(name, at_period_end=True, key="cancel-1")
    bench.gateway.refund(RefundOrder("refund-key-1", first, 1_00, order.currency, "asked", name))
    bench.gateway.mandate(name)
    bench.facts()
    bench.gateway.look(Known(subscription_id=name, payment_ids=[first]), now=bench.clock())
    list(bench.gateway.recent(since=bench.clock() - 60 * DAY, until=bench.clock() + DAY))
    bench.gateway.cancel(name, at_period_end=False, key="cancel-2")


def test_paypals_documents_are_kept_to() -> None:
    documents = [OpenApi(folder(f"paypal/{name}")) for name in PAYPAL]
    with bench_of("paypal") as bench:
        live(bench)
        answered = bench.server.answered
    known = [(asked, answer) for asked, answer in answered if any(each.knows(asked) for each in documents)]
    problems = [
        problem
        for asked, answer in known
        for document in documents
        if document.knows(asked)
        for problem in (*document.validate_request(asked), *document.validate_answer(asked, answer))
    ]
    assert problems == []
    paths = {asked.path for asked, _answer in known}
    assert len(paths) >= 8
    # What these documents do not hold: signing in, single orders with their captures and refunds, and the account's
    # history (“Transaction search”), whose document we do not have: written from PayPal's description of it.
    strange = {asked.path.split("/")[2] for asked, _answer in answered} - {
        asked.path.split("/")[2] for asked, _a in known
    }
    assert strange <= {"oauth2", "checkout", "payments", "reporting"}


@cache
def fixtures() -> dict[str, Any]:
    """Stripe's example objects, by what they are."""
    found: dict[str, Any] = json.loads(folder("stripe-fixtures.json").read_text())["resources"]
    return found


def strangeness(found: Any, like: Any, place: str) -> list[str]:
    """What an object has that Stripe's example of it has not, or in another type."""
    if isinstance(found, list):
        return [words for each in found for words in strangeness(each, like[0] if like else None, f"{place}[]")]
    if not isinstance(found, dict):
        alike = like is None or found is None or type(found) is type(like) or isinstance(like, dict)
        return [] if alike else [f"{place} is {type(found).__name__}, not {type(like).__name__}"]
    kind = found.get("object")
    if isinstance(kind, str) and kind in fixtures() and kind != "list":
        like = fixtures()[kind]
    if not isinstance(like, dict):
        return []
    words = [f"{place}.{name} is unknown" for name in found if name not in like and name not in LOOSE]
    for name, value in found.items():
        if name in like and name not in LOOSE:
            words += strangeness(value, like[name], f"{place}.{name}")
    return words


def test_what_our_stripe_answers_looks_like_stripes_own_objects() -> None:
    with bench_of("stripe") as bench:
        live(bench)
        answered = [(asked, answer) for asked, answer in bench.server.answered if answer.status == 200]
        told = list(bench.server.told)
    assert len({asked.path.split("/")[2] for asked, _answer in answered}) >= 6
    problems = [words for asked, answer in answered for words in strangeness(answer.body, None, of(asked))]
    problems += [words for event in told for words in strangeness(event, fixtures()["event"] | {"data": None}, "event")]
    assert problems == []


def of(asked: Request) -> str:
    return f"{asked.method} {asked.path}"


def test_the_check_of_stripes_objects_finds_what_is_wrong() -> None:
    assert strangeness({"object": "refund", "id": "re_1", "colour": "red"}, None, "x") == ["x.colour is unknown"]
    assert strangeness({"object": "refund", "amount": "100"}, None, "x") == ["x.amount is str, not int"]
    assert strangeness({"object": "refund", "amount": 100, "status": "pending"}, None, "x") == []
