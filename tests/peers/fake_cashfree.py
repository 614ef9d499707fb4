"""Cashfree by hand: subscriptions under our own ids, their payments and refunds, payment links with orders."""

import base64
import hashlib
import hmac
import json
import re
from datetime import datetime
from typing import Any

from billing.sandbox.books import later
from tests.peers.gateway import Delivery, GatewayServer
from tests.peers.wire import Request, Response

CLIENT_ID, CLIENT_SECRET = "cf-19f2", "cfsk_19f2"
VERSION = "2025-01-01"


def no(status: int, words: str, code: str = "") -> Response:
    return Response(status, {"message": words, "code": code, "type": "invalid_request_error"})


class FakeCashfree(GatewayServer):
    """One merchant."""

    def __init__(self, *args: Any, **more: Any) -> None:
        self.subscriptions: dict[str, dict[str, Any]] = {}
        self.payments: dict[str, dict[str, dict[str, Any]]] = {}
        self.refunds: dict[str, dict[str, dict[str, Any]]] = {}
        self.links: dict[str, dict[str, Any]] = {}
        self.orders: dict[str, dict[str, Any]] = {}
        super().__init__(*args, **more)

    def key_of(self, request: Request) -> str:
        return request.headers.get("x-idempotency-key", "")

    def other_body(self) -> Response:
        return no(409, "idempotency key used with another request", "request_invalid")

    def answer(self, request: Request) -> Response:
        ours = (request.headers.get("x-client-id"), request.headers.get("x-client-secret"))
        if ours != (CLIENT_ID, CLIENT_SECRET):
            return no(401, "authentication Failed", "request_failed")
        if request.headers.get("x-api-version") != VERSION:
            return no(400, "api version is missing", "version_missing")
        for method, pattern, handler in self._routes():
            match = re.fullmatch(pattern, request.path)
            if match and method == request.method:
                found: Response = handler(request, *match.groups())
                return found
        return no(404, "no such address", "not_found")

    def _routes(self) -> Any:
        name = r"([\w-]+)"
        return (
            ("POST", r"/pg/subscriptions", self._subscribe),
            ("GET", rf"/pg/subscriptions/{name}", self._look),
            ("POST", rf"/pg/subscriptions/{name}/manage", self._manage),
            ("GET", rf"/pg/subscriptions/{name}/payments", self._payments),
            ("GET", rf"/pg/subscriptions/{name}/payments/{name}", self._payment),
            ("POST", rf"/pg/subscriptions/{name}/refunds", self._refund),
            ("GET", rf"/pg/subscriptions/{name}/refunds/{name}", self._look_refund),
            ("POST", r"/pg/links", self._link),
            ("GET", rf"/pg/links/{name}", self._look_link),
            ("GET", rf"/pg/links/{name}/orders", self._link_orders),
            ("GET", rf"/pg/orders/{name}/payments", self._order_payments),
            ("GET", rf"/pg/orders/{name}/refunds", self._order_refunds),
            ("POST", rf"/pg/orders/{name}/refunds", self._order_refund),
            ("GET", rf"/pg/orders/{name}/refunds/{name}", self._look_order_refund),
        )

    def moment(self) -> str:
        return self.now().astimezone().isoformat(timespec="seconds")

    # Commands

    def _subscribe(self, request: Request) -> Response:
        wanted = request.json()
        key = wanted["subscription_id"]
        if key in self.subscriptions:
            return no(409, "subscription with the same id is already present", "subscription_already_exists")
        if not wanted["customer_details"].get("customer_phone"):
            return no(400, "customer_details.customer_phone : is missing", "customer_phone_missing")
        plan = wanted["plan_details"]
        if plan["plan_currency"] != "INR" or plan["plan_amount"] < 1:
            return no(400, "plan_currency should be INR", "plan_currency_invalid")
        made = {
            **{
                name: wanted[name]
                for name in ("subscription_id", "customer_details", "plan_details", "subscription_meta")
            },
            "cf_subscription_id": self.name("9"),
            "subscription_session_id": f"sub_session_{key}",
            "subscription_status": "INITIALIZED",
            "authorisation_details": {**wanted["authorization_details"], "payment_group": "upi"},
            "subscription_first_charge_time": wanted.get("subscription_first_charge_time"),
            "next_schedule_date": wanted.get("subscription_first_charge_time"),
        }
        self.subscriptions[key], self.payments[key], self.refunds[key] = made, {}, {}
        return Response(200, made)

    def _look(self, _request: Request, key: str) -> Response:
        found = self.subscriptions.get(key)
        return Response(200, found) if found else no(404, "subscription not found", "subscription_not_found")

    def _manage(self, request: Request, key: str) -> Response:
        found, action = self.subscriptions.get(key), request.json()["action"]
        if found is None:
            return no(404, "subscription not found", "subscription_not_found")
        allowed = {
            "PAUSE": {"ACTIVE"},
            "ACTIVATE": {"PAUSED", "ON_HOLD"},
            "CANCEL": {"ACTIVE", "PAUSED", "ON_HOLD", "INITIALIZED"},
        }
        if found["subscription_status"] not in allowed[action]:
            return no(400, "subscription is not in a valid state", "subscription_status_invalid")
        found["subscription_status"] = {"PAUSE": "PAUSED", "ACTIVATE": "ACTIVE", "CANCEL": "CANCELLED"}[action]
        self.tell_state(key)
        return Response(200, found)

    def _payments(self, _request: Request, key: str) -> Response:
        return Response(200, list(self.payments[key].values())) if key in self.payments else no(404, "not found")

    def _payment(self, _request: Request, key: str, payment: str) -> Response:
        found = self.payments.get(key, {}).get(payment)
        return Response(200, found) if found else no(404, "payment not found")

    def _made_refund(self, wanted: dict[str, Any], most: float, gone: float, table: dict[str, Any]) -> Response:
        if wanted["refund_id"] in table:
            return no(409, "refund with the same id is already present", "refund_already_exists")
        if wanted["refund_amount"] <= 0 or wanted["refund_amount"] + gone > most:
            return no(400, "refund amount exceeds the payment amount", "refund_amount_invalid")
        made = {
            "refund_id": wanted["refund_id"],
            "cf_refund_id": self.name("7"),
            "refund_amount": wanted["refund_amount"],
        }
        made |= {"refund_currency": "INR", "refund_note": wanted["refund_note"], "refund_status": "SUCCESS"}
        table[wanted["refund_id"]] = made
        return Response(200, made)

    def _refund(self, request: Request, key: str) -> Response:
        wanted = request.json()
        payment = self.payments.get(key, {}).get(wanted["payment_id"])
        if payment is None or payment["payment_status"] != "SUCCESS":
            return no(400, "payment is not successful", "payment_invalid")
        table = self.refunds[key]
        gone = sum(each["refund_amount"] for each in table.values() if each["payment_id"] == wanted["payment_id"])
        answer = self._made_refund(wanted, payment["payment_amount"], gone, table)
        if answer.status == 200:
            answer.body["payment_id"] = wanted["payment_id"]
            data = {**answer.body, "subscription_id": key, "cf_payment_id": payment["cf_payment_id"]}
            self.tell("SUBSCRIPTION_REFUND_STATUS", data)
        return answer

    def _look_refund(self, _request: Request, key: str, refund: str) -> Response:
        found = self.refunds.get(key, {}).get(refund)
        return Response(200, found) if found else no(404, "refund not found")

    def _link(self, request: Request) -> Response:
        wanted = request.json()
        if wanted["link_id"] in self.links:
            return no(409, "link_id already exists", "link_already_exists")
        made = {
            **wanted,
            "cf_link_id": self.name("5"),
            "link_status": "ACTIVE",
            "link_url": f"{self.url}/l/{wanted['link_id']}",
        }
        self.links[wanted["link_id"]] = made
        return Response(200, made)

    def _look_link(self, _request: Request, key: str) -> Response:
        return Response(200, self.links[key]) if key in self.links else no(404, "link not found")

    def _link_orders(self, _request: Request, key: str) -> Response:
        return Response(200, [each for each in self.orders.values() if each["link_id"] == key])

    def _order_payments(self, _request: Request, key: str) -> Response:
        return Response(200, self.orders[key]["payments"])

    def _order_refunds(self, _request: Request, key: str) -> Response:
        return Response(200, list(self.orders[key]["refunds"].values()))

    def _order_refund(self, request: Request, key: str) -> Response:
        order, wanted = self.orders[key], request.json()
        gone = sum(each["refund_amount"] for each in order["refunds"].values())
        answer = self._made_refund(wanted, order["order_amount"], gone, order["refunds"])
        if answer.status == 200:
            answer.body["cf_payment_id"] = order["payments"][0]["cf_payment_id"]
        return answer

    def _look_order_refund(self, _request: Request, key: str, refund: str) -> Response:
        found = self.orders[key]["refunds"].get(refund)
        return Response(200, found) if found else no(404, "refund not found")

    # What happens there

    def pay(self, key: str, *, card: str = "4242") -> str:
        """The payer confirms the mandate, or pays a link; returns the payment's id ("" where only a rupee was held)."""
        if key in self.links:
            return self._pay_link(key)
        found = self.subscriptions[key]
        found["subscription_status"] = "ACTIVE"
        details = found["authorisation_details"]
        payment = self._charge(key, details["authorization_amount"], kind="AUTH", details=details)
        self.tell_state(key)
        data = {"authorization_details": details, "payment_type": "AUTH"}
        self.tell("SUBSCRIPTION_AUTH_STATUS", {**payment, **data, "subscription_id": key})
        return "" if details["authorization_amount_refund"] else str(payment["payment_id"])

    def _charge(
        self,
        key: str,
        amount: float,
        *,
        kind: str = "CHARGE",
        does: str = "pays",
        details: dict[str, Any] | None = None,
    ) -> dict[str, Any]:
        name = self.name("pay-")
        made = {
            "payment_id": name,
            "cf_payment_id": self.name("8"),
            "subscription_id": key,
            "payment_type": kind,
            "payment_amount": amount,
            "payment_currency": "INR",
            "payment_status": "SUCCESS" if does == "pays" else "FAILED",
            "payment_initiated_date": self.moment(),
            "payment_schedule_date": self.moment(),
            "authorization_details": details or {"payment_group": "upi"},
            "failure_details": {"failure_reason": "" if does == "pays" else "Insufficient balance"},
        }
        self.payments[key][name] = made
        return made

    def _pay_link(self, key: str) -> str:
        link, order = self.links[key], self.name("order-")
        payment = {"cf_payment_id": self.name("8"), "payment_amount": link["link_amount"], "payment_currency": "INR"}
        payment |= {"payment_status": "SUCCESS", "payment_group": "upi", "payment_time": self.moment()}
        self.orders[order] = {
            "order_id": order,
            "link_id": key,
            "order_amount": link["link_amount"],
            "payments": [payment],
            "refunds": {},
        }
        link["link_status"] = "PAID"
        self.tell("PAYMENT_LINK_EVENT", {"link_id": key, "link_status": "PAID", "order": {"order_id": order}})
        return f"{order}__{payment['cf_payment_id']}"

    def renew(self, key: str, *, does: str = "pays") -> str:
        """A period is over and the next one charged; returns the payment's id."""
        found = self.subscriptions[key]
        payment = self._charge(key, found["plan_details"]["plan_amount"], does=does)
        found["subscription_status"] = "ACTIVE" if does == "pays" else "ON_HOLD"
        self.tell(f"SUBSCRIPTION_PAYMENT_{'SUCCESS' if does == 'pays' else 'FAILED'}", payment)
        self.tell_state(key)
        return str(payment["payment_id"])

    def recover(self, key: str) -> str:
        """A retry goes through."""
        return self.renew(key)

    def announce(self, key: str) -> None:
        """The payer is told of tomorrow's debit."""
        payment = self._charge(key, self.subscriptions[key]["plan_details"]["plan_amount"])
        tomorrow = later(self.now(), "month", 1)
        payment |= {"payment_status": "SCHEDULED", "payment_schedule_date": tomorrow.isoformat()}
        self.tell("SUBSCRIPTION_PAYMENT_NOTIFICATION_INITIATED", payment)

    def forget(self, key: str) -> None:
        """A subscription is not known any more."""
        del self.subscriptions[key], self.payments[key]

    def tell_state(self, key: str) -> None:
        found = self.subscriptions[key]
        names = ("cf_subscription_id", "subscription_id", "subscription_status", "next_schedule_date")
        self.tell("SUBSCRIPTION_STATUS_CHANGED", {"subscription_details": {name: found[name] for name in names}})

    def tell(self, kind: str, data: dict[str, Any]) -> None:
        moment = datetime.fromtimestamp(self.stamp() + len(self.told) / 1000, tz=self.now().tzinfo)
        event = {"type": kind, "event_time": moment.isoformat(), "data": json.loads(json.dumps(data))}
        self.told.append(event)

    def delivery(self, event: dict[str, Any]) -> Delivery:
        return self.signed(json.dumps(event).encode(), kind=event["type"])

    def signed(self, body: bytes, *, kind: str = "") -> Delivery:
        stamp = str(self.stamp() * 1000)
        mac = hmac.new(CLIENT_SECRET.encode(), stamp.encode() + body, hashlib.sha256).digest()
        headers = {"x-webhook-signature": base64.b64encode(mac).decode(), "x-webhook-timestamp": stamp}
        return Delivery(body, {**headers, "x-webhook-version": VERSION}, kind)
