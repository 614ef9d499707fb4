"""How the test gateway is spoken to: JSON over HTTP, answered inside the process (`Inside` is httpx's transport).

POST /checkouts · GET /checkouts/{id} · GET /subscriptions/{id} · POST /subscriptions/{id}/{cancel,resume,change,pages}
· GET /subscriptions/{id}/payments · GET /payments/{id} · POST /payments/{id}/refunds · GET /events. Lists are pages:
`items`, and `after` while there is more. A repeated Idempotency-Key gets what was made before.
"""

import datetime as dt
import hmac
import json
import re
from collections.abc import Callable, Mapping
from typing import Any

import httpx
from django.conf import settings
from django.urls import reverse
from django.utils import timezone

from accounts import tenancy
from billing.models import SandboxEvent, SandboxObject
from billing.sandbox import books
from billing.sandbox.books import Kind, Refusal
from billing.sandbox.cards import CARDS

PAGE = 100
Asked = Mapping[str, Any]
Handler = Callable[["Call"], dict[str, Any]]


class Call:
    """One request, read."""

    def __init__(self, request: httpx.Request, name: str, now: dt.datetime) -> None:
        self.name, self.now = name, now
        self.query = dict(request.url.params)
        self.key = request.headers.get("idempotency-key", "")[:200]
        self.asked: Asked = json.loads(request.read() or b"{}")


class Inside(httpx.BaseTransport):
    """Hands requests over without a socket."""

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Answer one request."""
        try:
            given = request.headers.get("authorization", "").removeprefix("Bearer ")
            if not hmac.compare_digest(given.encode(), settings.TEST_GATEWAY_SECRET.encode()):
                raise Refusal(401, "unauthorized", "The key is wrong.")
            return httpx.Response(200, json=_answer(request, timezone.now()))
        except Refusal as error:
            return httpx.Response(error.status, json={"code": error.code, "message": str(error)})
        except (ValueError, KeyError, TypeError):
            return httpx.Response(400, json={"code": "invalid", "message": "This cannot be read."})


def _answer(request: httpx.Request, now: dt.datetime) -> dict[str, Any]:
    for method, place, handler in ROUTES:
        match = re.fullmatch(place, request.url.path)
        if match and method == request.method:
            return handler(Call(request, match.groups()[0] if match.groups() else "", now))
    raise Refusal(404, "not_found", "There is no such address.")


def _open(call: Call) -> dict[str, Any]:
    return checkout(books.open_checkout(call.asked, key=call.key, now=call.now))


def _look_at_checkout(call: Call) -> dict[str, Any]:
    with tenancy.operator():
        return checkout(books.find(call.name, Kind.CHECKOUT))


def _look_at_subscription(call: Call) -> dict[str, Any]:
    with tenancy.operator():
        return subscription(books.find(call.name, Kind.SUBSCRIPTION))


def _payments(call: Call) -> dict[str, Any]:
    with tenancy.operator():
        books.find(call.name, Kind.SUBSCRIPTION)
        rows = SandboxObject.objects.filter(parent=call.name, kind=Kind.PAYMENT).order_by("pk")
        return _paged(rows, call, payment)


def _look_at_payment(call: Call) -> dict[str, Any]:
    with tenancy.operator():
        return payment(books.find(call.name, Kind.PAYMENT))


def _cancel(call: Call) -> dict[str, Any]:
    return subscription(books.cancel(call.name, at_period_end=bool(call.asked["at_period_end"]), now=call.now))


def _resume(call: Call) -> dict[str, Any]:
    return subscription(books.resume(call.name, now=call.now))


def _change(call: Call) -> dict[str, Any]:
    asked = call.asked
    told: dict[str, Any] = {
        "amount": int(asked["amount"]),
        "interval": str(asked["interval"]),
        "reference": str(asked["reference"]),
    }
    return subscription(books.change(call.name, **told, now=call.now))


def _page(call: Call) -> dict[str, Any]:
    with tenancy.operator():
        found = books.find(call.name, Kind.SUBSCRIPTION, lock=True)
        found.data["back"] = str(call.asked["back"])
        found.save(update_fields=["data"])
    return {"url": _address("sandbox_subscription", call.name)}


def _refund(call: Call) -> dict[str, Any]:
    made = books.refund(call.name, call.asked, key=call.key, now=call.now)
    return {"id": made.name, "state": made.state, "amount": made.data["amount"]}


def _events(call: Call) -> dict[str, Any]:
    span = (dt.datetime.fromisoformat(call.query["since"]), dt.datetime.fromisoformat(call.query["until"]))
    with tenancy.operator():
        return _paged(SandboxEvent.objects.filter(at__gte=span[0], at__lt=span[1]).order_by("pk"), call, event)


def _paged(rows: Any, call: Call, shown: Callable[[Any], dict[str, Any]]) -> dict[str, Any]:
    after = call.query.get("after")
    found = list((rows.filter(pk__gt=after) if after else rows)[: PAGE + 1])
    more = str(found[PAGE - 1].pk) if len(found) > PAGE else None
    return {"items": [shown(each) for each in found[:PAGE]], "after": more}


ROUTES: tuple[tuple[str, str, Handler], ...] = (
    ("POST", r"/checkouts", _open),
    ("GET", r"/checkouts/(\w+)", _look_at_checkout),
    ("GET", r"/subscriptions/(\w+)", _look_at_subscription),
    ("GET", r"/subscriptions/(\w+)/payments", _payments),
    ("POST", r"/subscriptions/(\w+)/cancel", _cancel),
    ("POST", r"/subscriptions/(\w+)/resume", _resume),
    ("POST", r"/subscriptions/(\w+)/change", _change),
    ("POST", r"/subscriptions/(\w+)/pages", _page),
    ("GET", r"/payments/(\w+)", _look_at_payment),
    ("POST", r"/payments/(\w+)/refunds", _refund),
    ("GET", r"/events", _events),
)


# How objects look outside


def checkout(found: SandboxObject) -> dict[str, Any]:
    """Return a hosted page as it is told."""
    data = found.data
    with tenancy.operator():
        paid = books.children(found.name, Kind.PAYMENT)
        paid += books.children(data["subscription"], Kind.PAYMENT)[:1] if data.get("subscription") else []
        payments = [payment(each) for each in paid]
    return {
        "id": found.name,
        "state": found.state,
        "url": _address("sandbox_checkout", found.name),
        "reference": data["reference"],
        "customer": data["customer"],
        "subscription": data.get("subscription"),
        "expires_at": (found.created_at + books.OPEN_FOR).isoformat(),
        "payments": payments,
    }


def subscription(found: SandboxObject) -> dict[str, Any]:
    """Return a subscription as it is told."""
    data, card = found.data, CARDS[found.data["card"]]
    wanted = ("reference", "customer", "amount", "currency", "period_start", "period_end", "cancel_at_period_end")
    ended = found.state in books.ENDED
    mandate = "revoked" if ended else "pending" if found.state == "pending" else "active"
    most = {"most": data["amount"]} if card.is_mandate else {}
    return {
        "id": found.name,
        "state": found.state,
        **{name: data[name] for name in wanted},
        "announced": data["announced"],
        "method": card.label,
        "mandate": {"state": mandate, **most},
    }


def payment(found: SandboxObject) -> dict[str, Any]:
    """Return a payment as it is told, with what went back."""
    with tenancy.operator():
        refunds = books.children(found.name, Kind.REFUND)
    waits = found.state == "action"
    return {
        "id": found.name,
        "state": found.state,
        **{name: value for name, value in found.data.items() if name != "title"},
        "action_url": _address("sandbox_payment", found.name) if waits else "",
        "refunds": [
            {"id": each.name, "state": each.state, "amount": each.data["amount"], "reference": each.data["reference"]}
            for each in refunds
        ],
    }


def event(found: SandboxEvent) -> dict[str, Any]:
    """Return an event as it is told."""
    return {"id": f"tev_{found.pk.hex}", "type": found.kind, "at": found.at.isoformat(), "ids": found.ids}


def body_of(found: SandboxEvent) -> bytes:
    """Return an event's bytes, the same each time."""
    return json.dumps(event(found), separators=(",", ":"), sort_keys=True).encode()


def _address(door: str, name: str) -> str:
    return str(settings.SITE_URL).rstrip("/") + reverse(door, args=[name])
