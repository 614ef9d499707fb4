"""Razorpay by hand: plans, subscriptions, invoices, payments, refunds, payment links; keys only for refunds."""

import base64
import json
import re
from datetime import datetime
from typing import Any

from billing.gateways.signatures import hex_of
from billing.sandbox.books import later
from tests.peers.gateway import Delivery, GatewayServer
from tests.peers.wire import Request, Response

KEY_ID, KEY_SECRET, WEBHOOK_SECRET, ACCOUNT = "rzp_test_19f2", "razor-19f2", "razor-hook-19f2", "acc_19f2"


def no(status: int, words: str, *, reason: str = "") -> Response:
    return Response(status, {"error": {"code": "BAD_REQUEST_ERROR", "description": words, "reason": reason}})


class FakeRazorpay(GatewayServer):
    """One account."""

    def __init__(self, *args: Any, **more: Any) -> None:
        self.tables: dict[str, dict[str, dict[str, Any]]] = {
            kind: {} for kind in ("plan", "subscription", "invoice", "payment", "refund", "payment_link")
        }
        super().__init__(*args, **more)

    def key_of(self, request: Request) -> str:
        return request.headers.get("x-refund-idempotency", "") if request.path.endswith("/refund") else ""

    def other_body(self) -> Response:
        return no(400, "Different request body sent for the same idempotency key.")

    def answer(self, request: Request) -> Response:
        wanted = base64.b64encode(f"{KEY_ID}:{KEY_SECRET}".encode()).decode()
        if request.headers.get("authorization") != f"Basic {wanted}":
            return no(401, "Authentication failed")
        for method, pattern, handler in self._routes():
            match = re.fullmatch(pattern, request.path)
            if match and method == request.method:
                found: Response = handler(request, *match.groups())
                return found
        return no(404, "The requested URL was not found on the server.")

    def _routes(self) -> Any:
        kinds = {"plans": "plan", "subscriptions": "subscription", "invoices": "invoice", "payments": "payment"}
        kinds |= {"refunds": "refund"}
        one = [("GET", rf"/v1/{path}/(\w+)", self._getter(kind)) for path, kind in kinds.items()]
        listed = [("GET", rf"/v1/{path}", self._lister(kind)) for path, kind in kinds.items()]
        return [
            *one,
            *listed,
            ("POST", r"/v1/plans", self._plan),
            ("POST", r"/v1/subscriptions", self._subscribe),
            ("POST", r"/v1/subscriptions/(\w+)/(pause|resume|cancel)", self._move),
            ("GET", r"/v1/payments/(\w+)/refunds", self._refunds),
            ("POST", r"/v1/payments/(\w+)/refund", self._refund),
            ("POST", r"/v1/payment_links", self._open_link),
            ("GET", r"/v1/payment_links", self._links),
            ("GET", r"/v1/payment_links/(\w+)", self._getter("payment_link")),
        ]

    def _getter(self, kind: str) -> Any:
        def get(_request: Request, key: str) -> Response:
            found = self.tables[kind].get(key)
            return Response(200, found) if found else no(400, "The id provided does not exist")

        return get

    def _lister(self, kind: str) -> Any:
        def listed(request: Request) -> Response:
            rows = sorted(self.tables[kind].values(), key=lambda row: row["id"], reverse=True)
            for name in ("plan_id", "subscription_id"):
                if request.first(name):
                    rows = [row for row in rows if row.get(name) == request.first(name)]
            first, last = int(request.first("from", "0")), int(request.first("to", str(10**11)))
            rows = [row for row in rows if first <= row["created_at"] <= last]
            return self._collection(request, rows)

        return listed

    def _collection(self, request: Request, rows: list[dict[str, Any]]) -> Response:
        skip, count = int(request.first("skip", "0")), int(request.first("count", "10"))
        if count > 100:
            return no(400, "The count may not be greater than 100.")
        rows = rows[skip : skip + count]
        return Response(200, {"entity": "collection", "count": len(rows), "items": rows})

    def _links(self, request: Request) -> Response:
        mine = [
            each
            for each in self.tables["payment_link"].values()
            if each["reference_id"] == request.first("reference_id")
        ]
        return Response(200, {"payment_links": mine})

    # Commands

    def _plan(self, request: Request) -> Response:
        wanted = request.json()
        key = self.name("plan_")
        made = {"id": key, "entity": "plan", **wanted, "created_at": self.stamp()}
        self.tables["plan"][key] = made
        return Response(200, made)

    def _subscribe(self, request: Request) -> Response:
        wanted = request.json()
        if wanted["plan_id"] not in self.tables["plan"]:
            return no(400, "The id provided does not exist")
        key = self.name("sub_")
        made = {
            "id": key,
            "entity": "subscription",
            "plan_id": wanted["plan_id"],
            "customer_id": None,
            "status": "created",
            "current_start": None,
            "current_end": None,
            "ended_at": None,
            "start_at": wanted.get("start_at"),
            "total_count": wanted["total_count"],
            "paid_count": 0,
            "notes": wanted.get("notes") or [],
            "short_url": f"{self.url}/i/{key}",
            "payment_method": None,
            "addons": wanted.get("addons", []),
            "created_at": self.stamp(),
        }
        self.tables["subscription"][key] = made
        return Response(200, made)

    def _move(self, request: Request, key: str, act: str) -> Response:
        found = self.tables["subscription"].get(key)
        if found is None:
            return no(400, "The id provided does not exist")
        allowed = {
            "pause": {"active"},
            "resume": {"paused"},
            "cancel": {"active", "paused", "pending", "halted", "created"},
        }
        if found["status"] not in allowed[act]:
            return no(400, f"Subscription is not cancellable in {found['status']} status.")
        found["status"] = {"pause": "paused", "resume": "active", "cancel": "cancelled"}[act]
        kind = {"pause": "subscription.paused", "resume": "subscription.resumed", "cancel": "subscription.cancelled"}
        self.tell(kind[act], subscription=found)
        return Response(200, found)

    def _refund(self, request: Request, payment_id: str) -> Response:
        payment, wanted = self.tables["payment"].get(payment_id), request.json()
        if payment is None:
            return no(400, "The id provided does not exist")
        if payment["status"] not in {"captured", "refunded"}:
            return no(400, "Only captured payments can be refunded")
        if wanted["amount"] < 100 or wanted["amount"] > payment["amount"] - payment["amount_refunded"]:
            return no(400, "The total refund amount is greater than the refund payment amount")
        key = self.name("rfnd_")
        made = {
            "id": key,
            "entity": "refund",
            "amount": wanted["amount"],
            "currency": payment["currency"],
            "payment_id": payment_id,
            "notes": wanted["notes"],
            "status": "processed",
            "created_at": self.stamp(),
        }
        self.tables["refund"][key] = made
        payment["amount_refunded"] += wanted["amount"]
        if payment["amount_refunded"] == payment["amount"]:
            payment["status"] = "refunded"
        self.tell("refund.processed", refund=made, payment=payment)
        return Response(200, made)

    def _refunds(self, request: Request, payment_id: str) -> Response:
        mine = [each for each in self.tables["refund"].values() if each["payment_id"] == payment_id]
        return self._collection(request, mine)

    def _open_link(self, request: Request) -> Response:
        wanted = request.json()
        if any(each["reference_id"] == wanted["reference_id"] for each in self.tables["payment_link"].values()):
            return no(400, "payment link creation failed: reference_id already exists")
        if wanted["amount"] < 100:
            return no(400, "The amount must be at least 100.")
        key = self.name("plink_")
        made = {"id": key, "entity": "payment_link", **wanted, "status": "created", "payments": []}
        self.tables["payment_link"][key] = made | {"short_url": f"{self.url}/l/{key}", "created_at": self.stamp()}
        return Response(200, self.tables["payment_link"][key])

    # What happens there

    def pay(self, key: str, *, card: str = "4242") -> str:
        """Somebody pays on the hosted page; returns the payment's id."""
        if key in self.tables["payment_link"]:
            return self._pay_link(key, card)
        found = self.tables["subscription"][key]
        plan = self.tables["plan"][found["plan_id"]]
        found |= {"customer_id": self.name("cust_"), "payment_method": "card", "status": "authenticated"}
        self.tell("subscription.authenticated", subscription=found)
        upfront = sum(each["item"]["amount"] for each in found["addons"])
        due = upfront + (0 if found["start_at"] else plan["item"]["amount"])
        if not due:
            return ""
        start = self.now()
        end = (
            datetime.fromtimestamp(found["start_at"], tz=start.tzinfo) if found["start_at"] else self._end(plan, start)
        )
        return self._charge(found, due, start, end, card=card)

    def _end(self, plan: dict[str, Any], start: datetime) -> datetime:
        return later(start, {"monthly": "month", "yearly": "year"}[plan["period"]], 1)

    def _pay_link(self, key: str, card: str) -> str:
        link = self.tables["payment_link"][key]
        payment = self._payment(link["amount"], link["currency"], card, notes=link["notes"])
        link["status"] = "paid"
        link["payments"] = [{"payment_id": payment["id"], "amount": str(link["amount"]), "status": "captured"}]
        self.tell("payment.captured", payment=payment)
        self.tell("payment_link.paid", payment_link=link, payment=payment)
        return str(payment["id"])

    def _payment(self, amount: int, currency: str, card: str, **more: Any) -> dict[str, Any]:
        key = self.name("pay_")
        made = {
            "id": key,
            "entity": "payment",
            "amount": amount,
            "currency": currency,
            "status": "captured",
            "order_id": self.name("order_"),
            "invoice_id": None,
            "method": "card",
            "amount_refunded": 0,
            "card": {"last4": card, "network": "Visa"},
            "customer_id": None,
            "notes": [],
            "error_code": None,
            "error_description": None,
            "error_reason": None,
            "created_at": self.stamp(),
            **more,
        }
        self.tables["payment"][key] = made
        return made

    def _charge(
        self,
        found: dict[str, Any],
        amount: int,
        start: datetime,
        end: datetime,
        *,
        card: str = "4242",
        does: str = "pays",
    ) -> str:
        currency = self.tables["plan"][found["plan_id"]]["item"]["currency"]
        invoice_id = self.name("inv_")
        period = {"billing_start": int(start.timestamp()), "billing_end": int(end.timestamp())}
        payment = self._payment(amount, currency, card, invoice_id=invoice_id, customer_id=found["customer_id"])
        invoice = {"id": invoice_id, "entity": "invoice", "subscription_id": found["id"], "payment_id": payment["id"]}
        self.tables["invoice"][invoice_id] = invoice | period | {"created_at": self.stamp()}
        if does == "pays":
            found |= {
                "status": "active",
                "current_start": period["billing_start"],
                "current_end": period["billing_end"],
            }
            found["paid_count"] += 1
            self.tell("subscription.activated", subscription=found)
            self.tell("subscription.charged", subscription=found, payment=payment)
        else:
            failed = {"error_code": "BAD_REQUEST_ERROR", "error_reason": "payment_failed"}
            payment |= {"status": "failed", "error_description": "The bank declined the payment.", **failed}
            found["status"] = "pending"
            self.tell("payment.failed", payment=payment)
            self.tell("subscription.pending", subscription=found)
        return str(payment["id"])

    def renew(self, key: str, *, does: str = "pays") -> str:
        """A period is over and the next one charged; returns the payment's id."""
        found = self.tables["subscription"][key]
        plan = self.tables["plan"][found["plan_id"]]
        start = datetime.fromtimestamp(found["current_end"], tz=self.now().tzinfo)
        return self._charge(found, plan["item"]["amount"], start, self._end(plan, start), does=does)

    def recover(self, key: str) -> str:
        """A retry, which is another payment, goes through."""
        return self.renew(key)

    def forget(self, key: str) -> None:
        """A subscription is not known any more."""
        del self.tables["subscription"][key]

    def tell(self, kind: str, **entities: dict[str, Any]) -> None:
        event = {
            "entity": "event",
            "account_id": ACCOUNT,
            "event": kind,
            "contains": list(entities),
            "payload": {name: {"entity": json.loads(json.dumps(found))} for name, found in entities.items()},
            "created_at": self.stamp(),
        }
        self.told.append({"id": self.name("ev_"), "event": event})

    def delivery(self, event: dict[str, Any]) -> Delivery:
        return self.signed(json.dumps(event["event"]).encode(), name=event["id"], kind=event["event"]["event"])

    def signed(self, body: bytes, *, name: str = "ev_0", kind: str = "") -> Delivery:
        headers = {"x-razorpay-signature": hex_of(WEBHOOK_SECRET, body), "x-razorpay-event-id": name}
        return Delivery(body, headers, kind)
