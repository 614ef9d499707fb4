"""PayPal by hand: products, plans, subscriptions, orders, refunds, events signed with a certificate of its own."""

import base64
import json
import re
from datetime import datetime, timedelta
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.x509.oid import NameOID

from billing.gateways.signatures import paypal_message
from tests.peers.gateway import Delivery, GatewayServer
from tests.peers.wire import Request, Response

CLIENT_ID, CLIENT_SECRET, WEBHOOK_ID = "pp-19f2", "pp-secret-19f2", "WH-19F2"
TOKEN = "A21AA-19f2"
CERT_URL = "https://api.paypal.com/v1/notifications/certs/CERT-360caa42-fca2a594-90621ecd"
YEAR = timedelta(days=365)
USAGES = [f"{each}_encipherment" for each in ("key", "data")] + ["content_commitment", "key_agreement"]
USAGES += ["encipher_only", "decipher_only"]


def no(status: int, name: str, issue: str, words: str) -> Response:
    details = [{"issue": issue, "description": words}]
    return Response(status, {"name": name, "message": words, "debug_id": "d19f2", "details": details})


class Authority:
    """A root of our own and what it signs: the certificates PayPal would use."""

    def __init__(self, now: datetime) -> None:
        self.now = now
        self.key = rsa.generate_private_key(65537, 2048)
        self.name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Test root")])
        self.root = self._certificate(self.name, self.key, ca=True, until=now + 10 * YEAR)

    def _certificate(self, name: x509.Name, key: rsa.RSAPrivateKey, *, ca: bool, until: datetime) -> x509.Certificate:
        usage = dict.fromkeys(
            [
                "content_commitment",
                "key_encipherment",
                "data_encipherment",
                "key_agreement",
                "encipher_only",
                "decipher_only",
            ],
            False,
        )
        ours = x509.AuthorityKeyIdentifier.from_issuer_public_key(self.key.public_key())
        return (
            x509.CertificateBuilder()
            .subject_name(name)
            .issuer_name(self.name)
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(self.now - YEAR)
            .not_valid_after(until)
            .add_extension(x509.BasicConstraints(ca=ca, path_length=None), critical=True)
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
            .add_extension(ours, critical=False)
            .add_extension(
                x509.KeyUsage(digital_signature=not ca, key_cert_sign=ca, crl_sign=ca, **usage), critical=True
            )
            .sign(self.key, hashes.SHA256())
        )

    def issue(
        self, name: str = "messageverificationcerts.paypal.com", *, until: datetime | None = None
    ) -> tuple[rsa.RSAPrivateKey, bytes]:
        """A key and its certificate, as PEM."""
        key = rsa.generate_private_key(65537, 2048)
        subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
        made = self._certificate(subject, key, ca=False, until=until or self.now + YEAR)
        return key, made.public_bytes(serialization.Encoding.PEM)


class FakePayPal(GatewayServer):
    """One REST app."""

    def __init__(self, *args: Any, authority: Authority, **more: Any) -> None:
        self.authority = authority
        self.signing_key, self.certificate = authority.issue()
        self.products: dict[str, dict[str, Any]] = {}
        self.plans: dict[str, dict[str, Any]] = {}
        self.subscriptions: dict[str, dict[str, Any]] = {}
        self.transactions: dict[str, list[dict[str, Any]]] = {}
        self.orders: dict[str, dict[str, Any]] = {}
        self.refunds: dict[str, dict[str, Any]] = {}
        self.is_searchable = True
        super().__init__(*args, **more)

    def key_of(self, request: Request) -> str:
        return request.headers.get("paypal-request-id", "")

    def other_body(self) -> Response:
        return no(422, "UNPROCESSABLE_ENTITY", "DUPLICATE_REQUEST_ID", "The key was used for another request.")

    def answer(self, request: Request) -> Response:
        if request.path == "/v1/oauth2/token":
            wanted = base64.b64encode(f"{CLIENT_ID}:{CLIENT_SECRET}".encode()).decode()
            if request.headers.get("authorization") != f"Basic {wanted}":
                return Response(401, {"error": "invalid_client", "error_description": "Client Authentication failed"})
            return Response(200, {"access_token": TOKEN, "token_type": "Bearer", "expires_in": 32400})
        if request.bearer != TOKEN:
            return no(401, "INVALID_TOKEN", "INVALID_TOKEN", "The token passed in was not found in the system")
        for method, pattern, handler in self._routes():
            match = re.fullmatch(pattern, request.path)
            if match and method == request.method:
                found: Response = handler(request, *match.groups())
                return found
        return self.missing()

    def missing(self) -> Response:
        return no(404, "RESOURCE_NOT_FOUND", "INVALID_RESOURCE_ID", "Requested resource ID was not found.")

    def _routes(self) -> Any:
        name = r"([\w-]+)"
        return (
            ("POST", r"/v1/catalogs/products", self._product),
            ("POST", r"/v1/billing/plans", self._plan),
            ("POST", r"/v1/billing/subscriptions", self._subscribe),
            ("GET", rf"/v1/billing/subscriptions/{name}", self._look),
            ("POST", rf"/v1/billing/subscriptions/{name}/(suspend|activate|cancel)", self._move),
            ("POST", rf"/v1/billing/subscriptions/{name}/revise", self._revise),
            ("GET", rf"/v1/billing/subscriptions/{name}/transactions", self._transactions),
            ("POST", r"/v2/checkout/orders", self._order),
            ("GET", rf"/v2/checkout/orders/{name}", self._look_order),
            ("POST", rf"/v2/checkout/orders/{name}/capture", self._capture),
            ("POST", rf"/v2/payments/captures/{name}/refund", self._refund),
            ("GET", rf"/v2/payments/refunds/{name}", self._look_refund),
            ("GET", r"/v1/notifications/webhooks-events", self._events),
            ("GET", r"/v1/reporting/transactions", self._history),
        )

    def moment(self) -> str:
        return self.now().isoformat(timespec="seconds").replace("+00:00", "Z")

    def _links(self, *links: tuple[str, str]) -> list[dict[str, str]]:
        return [{"rel": rel, "href": self.url + path, "method": "GET"} for rel, path in links]

    # Commands

    def _product(self, request: Request) -> Response:
        key = self.name("PROD-")
        made = {"id": key, **request.json(), "create_time": self.moment()}
        self.products[key] = made
        return Response(201, made)

    def _plan(self, request: Request) -> Response:
        wanted = request.json()
        if wanted["product_id"] not in self.products:
            return self.missing()
        key = self.name("P-")
        self.plans[key] = {"id": key, **wanted, "create_time": self.moment()}
        return Response(201, self.plans[key])

    def _subscribe(self, request: Request) -> Response:
        wanted = request.json()
        plan = self.plans.get(wanted["plan_id"])
        if plan is None:
            return self.missing()
        if self._price(plan)["currency_code"] == "INR":
            return no(422, "UNPROCESSABLE_ENTITY", "CURRENCY_NOT_SUPPORTED", "Currency is not supported.")
        key = self.name("I-")
        self.subscriptions[key] = {
            "id": key,
            "plan_id": wanted["plan_id"],
            "status": "APPROVAL_PENDING",
            "status_update_time": self.moment(),
            "start_time": wanted.get("start_time", self.moment()),
            "custom_id": wanted["custom_id"],
            "subscriber": {"email_address": wanted["subscriber"]["email_address"]},
            "create_time": self.moment(),
            "links": self._links(("approve", f"/webapps/billing/subscriptions?ba_token={key}")),
        }
        fee = wanted.get("plan", {}).get("payment_preferences", {}).get("setup_fee")
        self.transactions[key] = []
        self.subscriptions[key]["billing_info"] = {
            "outstanding_balance": {"currency_code": "USD", "value": "0.0"},
            "failed_payments_count": 0,
        }
        self.fees = {**getattr(self, "fees", {}), key: fee}
        return Response(201, self.subscriptions[key])

    def _price(self, plan: dict[str, Any]) -> dict[str, str]:
        found: dict[str, str] = plan["billing_cycles"][0]["pricing_scheme"]["fixed_price"]
        return found

    def _look(self, _request: Request, key: str) -> Response:
        return Response(200, self.subscriptions[key]) if key in self.subscriptions else self.missing()

    def _move(self, _request: Request, key: str, act: str) -> Response:
        found = self.subscriptions.get(key)
        if found is None:
            return self.missing()
        allowed = {"suspend": {"ACTIVE"}, "activate": {"SUSPENDED"}, "cancel": {"ACTIVE", "SUSPENDED"}}
        if found["status"] not in allowed[act]:
            words = "Invalid subscription status for this action."
            return no(422, "UNPROCESSABLE_ENTITY", "SUBSCRIPTION_STATUS_INVALID", words)
        found["status"] = {"suspend": "SUSPENDED", "activate": "ACTIVE", "cancel": "CANCELLED"}[act]
        kinds = {"suspend": "SUSPENDED", "activate": "ACTIVATED", "cancel": "CANCELLED"}
        self.tell(f"BILLING.SUBSCRIPTION.{kinds[act]}", found)
        return Response(204)

    def _revise(self, request: Request, key: str) -> Response:
        found = self.subscriptions[key]
        found["plan_id"] = request.json()["plan_id"]
        return Response(200, {"plan_id": found["plan_id"], "links": self._links(("approve", f"/revise/{key}"))})

    def _transactions(self, request: Request, key: str) -> Response:
        if key not in self.subscriptions:
            return self.missing()
        first, last = (datetime.fromisoformat(request.first(name)) for name in ("start_time", "end_time"))
        mine = [each for each in self.transactions[key] if first <= datetime.fromisoformat(each["time"]) <= last]
        return Response(200, {"transactions": mine, "links": self._links(("self", request.path))})

    def _order(self, request: Request) -> Response:
        wanted, key = request.json(), self.name("ORD")
        made = {"id": key, "status": "PAYER_ACTION_REQUIRED", "purchase_units": wanted["purchase_units"]}
        self.orders[key] = made | {"links": self._links(("payer-action", f"/checkoutnow?token={key}"))}
        return Response(200, self.orders[key])

    def _look_order(self, _request: Request, key: str) -> Response:
        return Response(200, self.orders[key]) if key in self.orders else self.missing()

    def _capture(self, _request: Request, key: str) -> Response:
        found = self.orders[key]
        if found["status"] != "APPROVED":
            return no(422, "UNPROCESSABLE_ENTITY", "ORDER_NOT_APPROVED", "Payer has not yet approved the Order.")
        unit = found["purchase_units"][0]
        capture = {
            "id": self.name("CAP"),
            "status": "COMPLETED",
            "amount": unit["amount"],
            "custom_id": unit["custom_id"],
        }
        capture |= {"create_time": self.moment(), "supplementary_data": {"related_ids": {"order_id": key}}}
        unit["payments"] = {"captures": [capture]}
        found["status"] = "COMPLETED"
        self.tell("PAYMENT.CAPTURE.COMPLETED", capture)
        return Response(201, found)

    def _refund(self, request: Request, key: str) -> Response:
        wanted, payment, unit = request.json(), self._payment(key), self._unit(key)
        if payment is None:
            return self.missing()
        gone = sum(float(each["amount"]["value"]) for each in self.refunds.values() if each["payment"] == key)
        amount = float(wanted["amount"]["value"])
        if wanted["amount"]["currency_code"] != payment["currency_code"]:
            return no(422, "UNPROCESSABLE_ENTITY", "REFUND_CAPTURE_CURRENCY_MISMATCH", "Currency mismatch.")
        if amount <= 0 or amount + gone > float(payment["value"]) + 1e-9:
            return no(422, "UNPROCESSABLE_ENTITY", "REFUND_AMOUNT_EXCEEDED", "The refund amount must be less.")
        made = {"id": self.name("REF"), "status": "COMPLETED", "amount": wanted["amount"], "payment": key}
        made |= {"custom_id": wanted["custom_id"], "create_time": self.moment()}
        made["links"] = self._links(
            ("self", f"/v2/payments/refunds/{made['id']}"), ("up", f"/v2/payments/captures/{key}")
        )
        self.refunds[made["id"]] = made
        if unit is not None:
            unit["payments"].setdefault("refunds", []).append(made)
            unit["payments"]["captures"][0]["status"] = (
                "REFUNDED" if amount + gone >= float(payment["value"]) else "PARTIALLY_REFUNDED"
            )
            told = {**made, "supplementary_data": {"related_ids": {"order_id": self._order_of(key)}}}
            self.tell("PAYMENT.CAPTURE.REFUNDED", told)
        else:
            whole = amount + gone >= float(payment["value"])
            self._sale_of(key)["status"] = "REFUNDED" if whole else "PARTIALLY_REFUNDED"
            total = {"total": f"-{wanted['amount']['value']}", "currency": wanted["amount"]["currency_code"]}
            told = {
                "id": made["id"],
                "sale_id": key,
                "amount": total,
                "state": "completed",
                "custom": wanted["custom_id"],
            }
            self.tell("PAYMENT.SALE.REFUNDED", told)
        return Response(201, {name: value for name, value in made.items() if name != "payment"})

    def _history(self, request: Request) -> Response:
        """The account's history: here only refunds are asked for. An app without the permission is refused."""
        if not self.is_searchable:
            return no(
                403, "NOT_AUTHORIZED", "PERMISSION_DENIED", "You do not have permission to perform this operation."
            )
        first, last = (datetime.fromisoformat(request.first(name)) for name in ("start_date", "end_date"))
        if last - first > timedelta(days=31):
            return no(400, "INVALID_REQUEST", "INVALID_DATE_RANGE", "Date range is greater than 31 days.")
        mine = [each for each in self.refunds.values() if first <= datetime.fromisoformat(each["create_time"]) <= last]
        size, page = int(request.first("page_size")), int(request.first("page"))
        shown = [{"transaction_info": self._told_of(each)} for each in mine[(page - 1) * size : page * size]]
        pages = max(1, -(-len(mine) // size))
        return Response(200, {"transaction_details": shown, "page": page, "total_pages": pages})

    def _told_of(self, refund: dict[str, Any]) -> dict[str, Any]:
        amount = refund["amount"]
        return {
            "transaction_id": refund["id"],
            "paypal_reference_id": refund["payment"],
            "paypal_reference_id_type": "TXN",
            "transaction_event_code": "T1107",
            "transaction_initiation_date": refund["create_time"],
            "transaction_updated_date": refund["create_time"],
            "transaction_amount": {**amount, "value": f"-{amount['value']}"},
            "transaction_status": "S",
            "custom_field": refund["custom_id"],
        }

    def _sale_of(self, key: str) -> dict[str, Any]:
        return next((each for rows in self.transactions.values() for each in rows if each["id"] == key), {})

    def _payment(self, key: str) -> dict[str, str] | None:
        sale = self._sale_of(key)
        if sale:
            gross: dict[str, str] = sale["amount_with_breakdown"]["gross_amount"]
            return gross
        unit = self._unit(key)
        return unit["amount"] if unit else None

    def _order_of(self, key: str) -> str:
        return next(name for name, order in self.orders.items() if order["purchase_units"][0] is self._unit(key))

    def _unit(self, key: str) -> dict[str, Any] | None:
        units = [order["purchase_units"][0] for order in self.orders.values()]
        return next(
            (each for each in units if any(one["id"] == key for one in each.get("payments", {}).get("captures", []))),
            None,
        )

    def _look_refund(self, _request: Request, key: str) -> Response:
        return Response(200, self.refunds[key]) if key in self.refunds else self.missing()

    def _events(self, request: Request) -> Response:
        first, last = (datetime.fromisoformat(request.first(name)) for name in ("start_time", "end_time"))
        mine = [each for each in self.told if first <= datetime.fromisoformat(each["create_time"]) <= last]
        size, page = int(request.first("page_size", "10")), int(request.first("page", "1"))
        shown = mine[(page - 1) * size : page * size]
        links = [("self", request.target)]
        if len(mine) > page * size:
            span = f"start_time={request.first('start_time')}&end_time={request.first('end_time')}"
            links.append(("next", f"{request.path}?{span}&page_size={size}&page={page + 1}"))
        return Response(200, {"events": shown, "count": len(shown), "links": self._links(*links)})

    # What happens there

    def pay(self, key: str, *, card: str = "") -> str:
        """The payer approves; a subscription is charged at once, an order waits to be captured."""
        if key in self.orders:
            self.orders[key]["status"] = "APPROVED"
            self.tell("CHECKOUT.ORDER.APPROVED", self.orders[key])
            return ""
        found = self.subscriptions[key]
        found["status"] = "ACTIVE"
        found["subscriber"]["payer_id"] = "2J6QB8YJQSJRJ"
        self.tell("BILLING.SUBSCRIPTION.ACTIVATED", found)
        fee, price = self.fees[key], self._price(self.plans[found["plan_id"]])
        if fee:
            return self._sale(key, fee)
        return "" if datetime.fromisoformat(found["start_time"]) > self.now() else self._sale(key, price)

    def _sale(self, key: str, price: dict[str, str]) -> str:
        sale, found = self.name("SALE"), self.subscriptions[key]
        made = {
            "id": sale,
            "status": "COMPLETED",
            "amount_with_breakdown": {"gross_amount": price},
            "time": self.moment(),
        }
        self.transactions[key].append(made)
        found["billing_info"] |= {"failed_payments_count": 0, "last_payment": {"amount": price, "time": self.moment()}}
        amount = {"total": price["value"], "currency": price["currency_code"]}
        told = {
            "id": sale,
            "state": "completed",
            "amount": amount,
            "billing_agreement_id": key,
            "custom": found["custom_id"],
        }
        self.tell("PAYMENT.SALE.COMPLETED", told)
        return sale

    def renew(self, key: str, *, does: str = "pays") -> str:
        """A period is over and the next one charged; returns the payment's id ("" where it failed)."""
        found = self.subscriptions[key]
        price = self._price(self.plans[found["plan_id"]])
        if does == "pays":
            return self._sale(key, price)
        info = found["billing_info"]
        info["failed_payments_count"] += 1
        info["last_failed_payment"] = {"amount": price, "time": self.moment(), "reason_code": "PAYMENT_DENIED"}
        self.tell("BILLING.SUBSCRIPTION.PAYMENT.FAILED", found)
        return ""

    def recover(self, key: str) -> str:
        """A retry goes through."""
        return self.renew(key)

    def forget(self, key: str) -> None:
        """A subscription is not known any more."""
        del self.subscriptions[key]

    def tell(self, kind: str, resource: dict[str, Any]) -> None:
        event = {
            "id": self.name("WH-EV-"),
            "event_version": "1.0",
            "create_time": self.moment(),
            "event_type": kind,
            "resource_type": "subscription" if "SUBSCRIPTION" in kind else "sale",
            "summary": kind,
            "resource": json.loads(json.dumps(resource)),
        }
        self.told.append(event)

    def delivery(self, event: dict[str, Any]) -> Delivery:
        return self.signed(json.dumps(event).encode(), kind=event["event_type"])

    def signed(
        self,
        body: bytes,
        *,
        kind: str = "",
        address: str = CERT_URL,
        webhook_id: str = WEBHOOK_ID,
        at: datetime | None = None,
    ) -> Delivery:
        """Bytes as PayPal would send them."""
        stamp = (at or self.now()).isoformat(timespec="seconds").replace("+00:00", "Z")
        told_id = self.name("TR-")
        message = paypal_message(body, transmission_id=told_id, stamp=stamp, webhook_id=webhook_id)
        signature = self.signing_key.sign(message, PKCS1v15(), hashes.SHA256())
        headers = {
            "paypal-transmission-id": told_id,
            "paypal-transmission-time": stamp,
            "paypal-transmission-sig": base64.b64encode(signature).decode(),
            "paypal-cert-url": address,
            "paypal-auth-algo": "SHA256withRSA",
        }
        return Delivery(body, headers, kind)
