"""Stripe by hand: Checkout, subscriptions, invoices with their payments, refunds, events; forms in, objects out."""

import json
import re
from datetime import datetime
from typing import Any
from urllib.parse import parse_qsl

from billing.gateways.signatures import stripe_header
from billing.sandbox.books import later
from tests.peers.gateway import Delivery, GatewayServer
from tests.peers.wire import Request, Response

SECRET_KEY, WEBHOOK_SECRET = "sk_test_19f2", "whsec_19f2"
VERSION = "2026-10-28.endive"


def no(status: int, message: str, code: str = "", kind: str = "invalid_request_error") -> Response:
    return Response(status, {"error": {"type": kind, "code": code, "message": message}})


def nested(body: bytes) -> dict[str, Any]:
    """A form's fields as Stripe reads them: items[0][price] is a list of objects."""
    found: dict[str, Any] = {}
    for name, value in parse_qsl(body.decode(), keep_blank_values=True, strict_parsing=bool(body)):
        place: Any = found
        parts = re.findall(r"[^\[\]]+", name)
        for part, following in zip(parts, [*parts[1:], None], strict=True):
            if following is None:
                place[part] = value
            else:
                place = place.setdefault(part, {})
    made: dict[str, Any] = _lists(found)
    return made


def _lists(value: Any) -> Any:
    if not isinstance(value, dict):
        return value
    made = {name: _lists(part) for name, part in value.items()}
    if made and all(name.isdigit() for name in made):
        return [made[name] for name in sorted(made, key=int)]
    return made


class FakeStripe(GatewayServer):
    """One account in test mode."""

    def __init__(self, *args: Any, **more: Any) -> None:
        self.sessions: dict[str, dict[str, Any]] = {}
        self.subscriptions: dict[str, dict[str, Any]] = {}
        self.invoices: dict[str, dict[str, Any]] = {}
        self.intents: dict[str, dict[str, Any]] = {}
        self.refunds: dict[str, dict[str, Any]] = {}
        self.disputes: dict[str, dict[str, Any]] = {}
        self.wishes: dict[str, dict[str, Any]] = {}
        self.tax = 20  # percent, where a buyer's country takes it and we asked for it
        super().__init__(*args, **more)

    def key_of(self, request: Request) -> str:
        return request.headers.get("idempotency-key", "")

    def other_body(self) -> Response:
        return no(
            400, "Keys for idempotent requests can only be used with the same parameters.", kind="idempotency_error"
        )

    def answer(self, request: Request) -> Response:
        if page := re.fullmatch(r"/pay/(\w+)", request.path):
            return self._page(request, page.group(1))
        if request.headers.get("authorization") != f"Bearer {SECRET_KEY}":
            return no(401, "Invalid API Key provided")
        if request.headers.get("stripe-version") != VERSION:
            return no(400, "Invalid Stripe API version")
        for method, pattern, handler in self._routes():
            match = re.fullmatch(pattern, request.path)
            if match and method == request.method:
                found: Response = handler(request, *match.groups())
                return found
        return no(404, f"Unrecognized request URL ({request.method}: {request.path})")

    def _routes(self) -> Any:
        return (
            ("POST", r"/v1/checkout/sessions", self._open),
            ("GET", r"/v1/checkout/sessions/(\w+)", lambda r, key: self._one(r, self.sessions, key)),
            ("GET", r"/v1/subscriptions/(\w+)", lambda r, key: self._one(r, self.subscriptions, key)),
            ("POST", r"/v1/subscriptions/(\w+)", self._update),
            ("DELETE", r"/v1/subscriptions/(\w+)", self._cancel),
            ("GET", r"/v1/invoices", self._invoices),
            ("GET", r"/v1/invoices/(\w+)", lambda r, key: self._one(r, self.invoices, key)),
            ("GET", r"/v1/payment_intents/(\w+)", lambda r, key: self._one(r, self.intents, key)),
            ("POST", r"/v1/refunds", self._refund),
            ("GET", r"/v1/refunds", self._refunds),
            ("GET", r"/v1/disputes/(\w+)", lambda r, key: self._one(r, self.disputes, key)),
            ("GET", r"/v1/events", self._events),
            ("POST", r"/v1/billing_portal/sessions", self._portal),
        )

    def _page(self, request: Request, key: str) -> Response:
        """The hosted page, for browsers: a button that pays, and the way back."""
        if key not in self.sessions:
            return Response(404, "gone", {"Content-Type": "text/html"})
        if request.method == "POST":
            if self.sessions[key]["status"] == "open":
                self.pay(key)
            return Response(303, "", {"Location": self.wishes[key]["success_url"]})
        page = "<!doctype html><title>Stripe</title><form method=post><button>Pay</button></form>"
        return Response(200, page, {"Content-Type": "text/html; charset=utf-8"})

    def _one(self, request: Request, table: dict[str, dict[str, Any]], key: str) -> Response:
        if key not in table:
            return no(404, f"No such object: '{key}'", "resource_missing")
        return Response(200, self._shown(request, table[key]))

    def _shown(self, request: Request, found: dict[str, Any]) -> dict[str, Any]:
        """An object with only those parts spelled out that were asked for."""
        asked = {name.removeprefix("data.") for name in request.query.get("expand[]", [])}
        shown = {name: value for name, value in found.items() if name != "payments" or name in asked}
        for name in ("default_payment_method", "latest_charge"):
            if isinstance(shown.get(name), dict) and name not in asked:
                shown[name] = shown[name]["id"]
        return shown

    def _listed(self, request: Request, rows: list[dict[str, Any]], path: str) -> Response:
        rows = sorted(rows, key=lambda row: (-row["created"], row["id"]), reverse=False)
        after = request.first("starting_after")
        names = [row["id"] for row in rows]
        rows = rows[names.index(after) + 1 :] if after else rows
        limit = int(request.first("limit", "10"))
        shown = [self._shown(request, each) for each in rows[:limit]]
        return Response(200, {"object": "list", "url": path, "has_more": len(rows) > limit, "data": shown})

    # Commands

    def _open(self, request: Request) -> Response:
        wanted = nested(request.body)
        for line in wanted["line_items"]:
            if int(line["price_data"]["unit_amount"]) < 0:
                return no(400, "Invalid integer", "parameter_invalid_integer")
        key = self.name("cs_test_")
        session = {
            "id": key,
            "object": "checkout.session",
            "client_reference_id": wanted["client_reference_id"],
            "url": f"{self.url}/pay/{key}",
            "mode": wanted["mode"],
            "status": "open",
            "payment_status": "unpaid",
            "subscription": None,
            "invoice": None,
            "payment_intent": None,
            "customer": wanted.get("customer"),
            "currency": wanted["line_items"][0]["price_data"]["currency"],
            "amount_total": sum(int(line["price_data"]["unit_amount"]) for line in wanted["line_items"]),
            "metadata": wanted["metadata"],
            "created": self.stamp(),
            "expires_at": self.stamp() + 24 * 3600,
            "livemode": False,
        }
        self.sessions[key], self.wishes[key] = session, wanted
        return Response(200, session)

    def _update(self, request: Request, key: str) -> Response:
        if key not in self.subscriptions:
            return no(404, f"No such subscription: '{key}'", "resource_missing")
        found, wanted = self.subscriptions[key], nested(request.body)
        if found["status"] == "canceled":
            return no(400, "A canceled subscription can only update its cancellation_details and metadata.")
        if "cancel_at_period_end" in wanted:
            found["cancel_at_period_end"] = wanted["cancel_at_period_end"] == "true"
        for item in wanted.get("items", []):
            price = item["price_data"]
            if price["product"] != found["items"]["data"][0]["price"]["product"]:
                return no(400, "No such product", "resource_missing")
            found["items"]["data"][0]["price"] |= {"unit_amount": int(price["unit_amount"])}
        found["metadata"] |= wanted.get("metadata", {})
        self.tell("customer.subscription.updated", found)
        return Response(200, found)

    def _cancel(self, _request: Request, key: str) -> Response:
        if key not in self.subscriptions or self.subscriptions[key]["status"] == "canceled":
            return no(404, f"No such subscription: '{key}'", "resource_missing")
        found = self.subscriptions[key]
        found |= {"status": "canceled", "ended_at": self.stamp(), "canceled_at": self.stamp()}
        self.tell("customer.subscription.deleted", found)
        return Response(200, found)

    def _refund(self, request: Request) -> Response:
        wanted = nested(request.body)
        intent = self.intents.get(wanted["payment_intent"])
        if intent is None or intent["status"] != "succeeded":
            return no(400, "This PaymentIntent does not have a successful charge to refund.")
        amount = int(wanted["amount"])
        gone = sum(each["amount"] for each in self.refunds.values() if each["payment_intent"] == intent["id"])
        if amount <= 0 or amount > intent["amount_received"] - gone:
            return no(400, "Refund amount is greater than unrefunded amount on charge", "charge_already_refunded")
        key = self.name("re_")
        made = {
            "id": key,
            "object": "refund",
            "amount": amount,
            "currency": intent["currency"],
            "payment_intent": intent["id"],
            "charge": intent["latest_charge"]["id"],
            "status": "succeeded",
            "metadata": wanted.get("metadata", {}),
            "created": self.stamp(),
        }
        self.refunds[key] = made
        self.tell("charge.refunded", {**intent["latest_charge"], "amount_refunded": gone + amount})
        self.tell("refund.created", made)
        return Response(200, made)

    def _portal(self, request: Request) -> Response:
        wanted = nested(request.body)
        made = {
            "id": self.name("bps_"),
            "object": "billing_portal.session",
            "customer": wanted["customer"],
            "return_url": wanted["return_url"],
            "url": f"{self.url}/portal",
            "created": self.stamp(),
            "livemode": False,
        }
        return Response(200, made)

    # Lists

    def _invoices(self, request: Request) -> Response:
        mine = [each for each in self.invoices.values() if _of(each) == request.first("subscription")]
        return self._listed(request, mine, "/v1/invoices")

    def _refunds(self, request: Request) -> Response:
        mine = [each for each in self.refunds.values() if each["payment_intent"] == request.first("payment_intent")]
        return self._listed(request, mine, "/v1/refunds")

    def _events(self, request: Request) -> Response:
        first, last = int(request.first("created[gte]", "0")), int(request.first("created[lt]", str(10**11)))
        kinds = {values[0] for name, values in request.query.items() if name.startswith("types[")}
        mine = [each for each in self.told if first <= each["created"] < last and each["type"] in kinds]
        return self._listed(request, mine, "/v1/events")

    # What happens there

    def pay(self, key: str, *, card: str = "4242") -> str:
        """Somebody pays on the hosted page; returns the payment's id ("" where nothing was due)."""
        session, wanted = self.sessions[key], self.wishes[key]
        session["customer"] = session["customer"] or self.name("cus_")
        session |= {"status": "complete", "payment_status": "paid"}
        if session["mode"] == "payment":
            intent = self._intent(session["amount_total"], session["currency"], session["customer"], card)
            session["payment_intent"] = intent["id"]
            self.tell("checkout.session.completed", session)
            return str(intent["id"])
        subscription = self._subscribe(session, wanted, card)
        due = self._first_sum(wanted)
        invoice = self._invoice(subscription, due, card, paid=True)
        if due and "billing_cycle_anchor" in wanted["subscription_data"]:  # its own line, of no period
            once = {"id": self.name("il_"), "object": "line_item", "amount": due, "currency": subscription["currency"]}
            invoice["lines"]["data"].append({**once, "period": {"start": self.stamp(), "end": self.stamp()}})
        session |= {"subscription": subscription["id"], "invoice": invoice["id"]}
        self.tell("customer.subscription.created", subscription)
        self.tell("invoice.paid", invoice)
        self.tell("checkout.session.completed", session)
        return _payment_of(invoice)

    def _first_sum(self, wanted: dict[str, Any]) -> int:
        lines = [line["price_data"] for line in wanted["line_items"]]
        waits = "billing_cycle_anchor" in wanted.get("subscription_data", {})
        return sum(int(line["unit_amount"]) for line in lines if not (waits and "recurring" in line))

    def _subscribe(self, session: dict[str, Any], wanted: dict[str, Any], card: str) -> dict[str, Any]:
        key, price = self.name("sub_"), wanted["line_items"][0]["price_data"]
        data = wanted["subscription_data"]
        start = self.now()
        anchor = data.get("billing_cycle_anchor")
        interval = price["recurring"]["interval"]
        end = int(anchor) if anchor else int(later(start, interval, 1).timestamp())
        item = {
            "id": self.name("si_"),
            "object": "subscription_item",
            "created": self.stamp(),
            "subscription": key,
            "quantity": 1,
            "metadata": {},
            "current_period_start": self.stamp(),
            "current_period_end": end,
            "price": {
                "id": self.name("price_"),
                "object": "price",
                "product": self.name("prod_"),
                "currency": price["currency"],
                "unit_amount": int(price["unit_amount"]),
                "recurring": {"interval": interval, "interval_count": 1, "usage_type": "licensed"},
                "type": "recurring",
            },
        }
        made = {
            "id": key,
            "object": "subscription",
            "status": "active",
            "customer": session["customer"],
            "currency": price["currency"],
            "cancel_at_period_end": False,
            "canceled_at": None,
            "ended_at": None,
            "metadata": data["metadata"],
            "items": {"object": "list", "data": [item], "has_more": False, "url": f"/v1/subscription_items?{key}"},
            "default_payment_method": {
                "id": self.name("pm_"),
                "object": "payment_method",
                "type": "card",
                "card": {"brand": "visa", "last4": card, "exp_month": 8, "exp_year": 2030},
            },
            "created": self.stamp(),
            "livemode": False,
        }
        if wanted.get("automatic_tax", {}).get("enabled") == "true":
            made["automatic_tax"] = {"enabled": True, "disabled_reason": None, "liability": {"type": "self"}}
        self.subscriptions[key] = made
        return made

    def _intent(
        self, amount: int, currency: str, customer: str, card: str, *, status: str = "succeeded"
    ) -> dict[str, Any]:
        key, paid = self.name("pi_"), status == "succeeded"
        charge = {
            "id": self.name("ch_"),
            "object": "charge",
            "amount": amount,
            "currency": currency,
            "payment_intent": key,
            "created": self.stamp(),
            "receipt_url": f"{self.url}/receipts/{key}",
            "payment_method_details": {"type": "card", "card": {"brand": "visa", "last4": card}},
        }
        failed = {
            "type": "card_error",
            "code": "card_declined",
            "decline_code": "insufficient_funds",
            "message": "Your card has insufficient funds.",
        }
        made = {
            "id": key,
            "object": "payment_intent",
            "amount": amount,
            "amount_received": amount if paid else 0,
            "currency": currency,
            "customer": customer,
            "status": status,
            "latest_charge": charge,
            "last_payment_error": failed if status == "requires_payment_method" else None,
            "created": self.stamp(),
            "livemode": False,
        }
        self.intents[key] = made
        return made

    def _invoice(
        self, subscription: dict[str, Any], amount: int, card: str, *, paid: bool, status: str = "succeeded"
    ) -> dict[str, Any]:
        key, item = self.name("in_"), subscription["items"]["data"][0]
        payments = []
        tax = amount * self.tax // 100 if "automatic_tax" in subscription else 0
        amount += tax
        if amount:
            intent = self._intent(amount, subscription["currency"], subscription["customer"], card, status=status)
            payments = [
                {
                    "id": self.name("inpay_"),
                    "object": "invoice_payment",
                    "invoice": key,
                    "status": "paid" if paid else "open",
                    "payment": {"type": "payment_intent", "payment_intent": intent["id"]},
                }
            ]
        made = {
            "id": key,
            "object": "invoice",
            "status": "paid" if paid else "open",
            "currency": subscription["currency"],
            "customer": subscription["customer"],
            "amount_due": amount,
            "amount_paid": amount if paid else 0,
            "attempted": True,
            "hosted_invoice_url": f"{self.url}/invoices/{key}",
            "parent": {
                "type": "subscription_details",
                "subscription_details": {"subscription": subscription["id"], "metadata": subscription["metadata"]},
            },
            "lines": {
                "object": "list",
                "url": f"/v1/invoices/{key}/lines",
                "has_more": False,
                "data": [
                    {
                        "id": self.name("il_"),
                        "object": "line_item",
                        "amount": amount,
                        "currency": subscription["currency"],
                        "period": {"start": item["current_period_start"], "end": item["current_period_end"]},
                    }
                ],
            },
            "payments": {"object": "list", "url": f"/v1/invoice_payments?{key}", "has_more": False, "data": payments},
            "status_transitions": {"paid_at": self.stamp() if paid else None, "finalized_at": self.stamp()},
            "created": self.stamp(),
            "livemode": False,
            "total_taxes": [{"amount": tax, "tax_behavior": "exclusive", "type": "tax_rate_details"}] if tax else None,
        }
        self.invoices[key] = made
        return made

    def renew(self, key: str, *, does: str = "pays") -> str:
        """A period is over and the next one charged: pays, declines or asks; returns the payment's id."""
        found = self.subscriptions[key]
        item = found["items"]["data"][0]
        start = datetime.fromtimestamp(item["current_period_end"], tz=self.now().tzinfo)
        end = later(start, item["price"]["recurring"]["interval"], 1)
        item |= {"current_period_start": int(start.timestamp()), "current_period_end": int(end.timestamp())}
        status = {"pays": "succeeded", "declines": "requires_payment_method", "asks": "requires_action"}[does]
        invoice = self._invoice(found, item["price"]["unit_amount"], "4242", paid=does == "pays", status=status)
        found["status"] = "active" if does == "pays" else "past_due"
        self.tell("customer.subscription.updated", found)
        kinds = {
            "pays": "invoice.paid",
            "declines": "invoice.payment_failed",
            "asks": "invoice.payment_action_required",
        }
        self.tell(kinds[does], invoice)
        return _payment_of(invoice)

    def recover(self, key: str) -> str:
        """The last charge that failed is paid after all."""
        found = self.subscriptions[key]
        invoice = next(
            each for each in reversed(self.invoices.values()) if _of(each) == key and each["status"] == "open"
        )
        intent = self.intents[_payment_of(invoice)]
        intent |= {"status": "succeeded", "amount_received": intent["amount"], "last_payment_error": None}
        invoice |= {"status": "paid", "amount_paid": invoice["amount_due"]}
        invoice["status_transitions"]["paid_at"] = self.stamp()
        invoice["payments"]["data"][0]["status"] = "paid"
        found["status"] = "active"
        self.tell("invoice.paid", invoice)
        self.tell("customer.subscription.updated", found)
        return str(intent["id"])

    def dispute(self, payment: str, *, status: str = "needs_response") -> None:
        """The payer's bank takes a payment back."""
        intent = self.intents[payment]
        key = f"dp_{payment}"
        made = {"id": key, "object": "dispute", "payment_intent": payment, "amount": intent["amount"], "status": status}
        self.disputes[key] = made | {"currency": intent["currency"], "created": self.stamp()}
        self.tell(f"charge.dispute.{'created' if status == 'needs_response' else 'closed'}", self.disputes[key])

    def forget(self, key: str) -> None:
        """A subscription, with its customer, was deleted there."""
        customer = self.subscriptions.pop(key)["customer"]
        self.tell("customer.deleted", {"id": customer, "object": "customer"})

    def tell(self, kind: str, found: dict[str, Any]) -> None:
        event = {
            "id": self.name("evt_"),
            "object": "event",
            "type": kind,
            "api_version": VERSION,
            "created": self.stamp(),
            "livemode": False,
            "pending_webhooks": 1,
            "request": {"id": None, "idempotency_key": None},
            "data": {"object": json.loads(json.dumps(found))},
        }
        self.told.append(event)

    def delivery(self, event: dict[str, Any]) -> Delivery:
        return self.signed(json.dumps(event).encode(), kind=event["type"])

    def signed(self, body: bytes, *, kind: str = "") -> Delivery:
        header = stripe_header(body, secret=WEBHOOK_SECRET, at=self.stamp())
        return Delivery(body, {"stripe-signature": header}, kind)


def _of(invoice: dict[str, Any]) -> str:
    return str(invoice["parent"]["subscription_details"]["subscription"])


def _payment_of(invoice: dict[str, Any]) -> str:
    data = invoice["payments"]["data"]
    return str(data[0]["payment"]["payment_intent"]) if data else ""
