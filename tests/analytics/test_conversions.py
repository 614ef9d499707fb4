"""From a touch to a sale: who may tell it, what is kept of it, that it counts once, and who earned it."""

import concurrent.futures
import datetime as dt
import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.db import connections
from django.test import Client
from django.utils import timezone

from accounts import tenancy
from accounts.models import AuditEntry
from analytics.collection import conversions as applying
from analytics.models import ConversionCredit, ConversionMessage, ConversionSite, Hit, SiteDay
from analytics.services import sites
from analytics.shops import shopify, stripe
from analytics.shops.facts import Unreadable
from analytics.views.site_telling import PAGE_BYTES, SERVER_BYTES, stands_on
from tests.analytics.converting import (
    ORIGIN,
    VISITOR,
    conversions_of,
    earned,
    link_of,
    messages,
    post_of,
    sale,
    send,
    send_shopify,
    send_stripe,
    site_of,
    tell,
    timed,
    touches,
    visitor,
    work,
)
from tests.cast import Cast, gather

DAY = dt.timedelta(days=1)
FIXTURES = Path(__file__).resolve().parents[3] / "shared" / "contracts" / "stripe-fixtures.json"
BUYER = {"email": "mira@buyer.example", "name": "Mira Buyer", "phone": "+91 98765", "address": {"line1": "7 Rose Lane"}}
PERSONAL = ("mira@buyer", "Mira Buyer", "98765", "Rose Lane", "4242")


# The page


def test_before_consent_a_visit_is_counted_and_nobody_is_told_apart(cast: Cast) -> None:
    site, _secret = site_of(cast)
    assert tell(site, {"kind": "visit", "source": "instagram", "campaign": "rain"}).status_code == 204
    tell(site, {"kind": "convert", "type": "purchase", "id": "1001", "value": "499", "currency": "INR"})
    work()
    with tenancy.of_organization(cast.kesar.pk):
        days = {(day.channel, day.campaign): (day.visits, day.agreed, day.conversions) for day in SiteDay.objects.all()}
    assert days == {("instagram", "rain"): (1, 0, 0), ("", ""): (0, 0, 1)}
    assert (touches(cast), conversions_of(cast), messages(cast)) == ([], [], [])


def test_after_consent_a_post_earns_the_sale_its_link_led_to(cast: Cast) -> None:
    site, _secret = site_of(cast)
    post = post_of(cast)
    link = link_of(cast, post)
    assert visitor().get(f"/l/{link.code}").status_code == 302
    tell(site, {"kind": "visit", "source": "practice", "link": link.code})
    tell(site, {"kind": "agreed", "source": "practice", "link": link.code, "visitor": VISITOR})
    tell(
        site, {"kind": "convert", "type": "purchase", "id": "1001", "value": 499, "currency": "inr", "visitor": VISITOR}
    )
    work()
    (touch,), (row,) = touches(cast), conversions_of(cast)
    assert (touch.kind, touch.channel, touch.post_id, touch.visitor) == ("click", "practice", post.pk, row.visitor)
    assert VISITOR not in touch.visitor
    assert (row.value, row.currency, row.source, row.first_touch) == (Decimal("499.00"), "INR", "pixel", "click")
    assert earned(row) == {str(post.pk): 1.0}
    with tenancy.of_organization(cast.kesar.pk):
        day = SiteDay.objects.get()
        assert (day.visits, day.agreed) == (1, 1)
        assert ConversionSite.objects.get().last_seen_at is not None


@pytest.mark.parametrize("header", ["DNT", "Sec-GPC"])
def test_who_asks_not_to_be_tracked_is_only_counted_whatever_the_page_says(cast: Cast, header: str) -> None:
    site, _secret = site_of(cast, needs_consent=False)
    tell(site, {"kind": "visit", "source": "x", "visitor": VISITOR}, **{header: "1"})
    tell(site, {"kind": "convert", "type": "purchase", "id": "1", "visitor": VISITOR}, **{header: "1"})
    work()
    assert (touches(cast), conversions_of(cast)) == ([], [])
    with tenancy.of_organization(cast.kesar.pk):
        assert sum(day.visits for day in SiteDay.objects.all()) == 1


def test_only_the_sites_own_pages_are_heard(cast: Cast) -> None:
    site, _secret = site_of(cast)
    for origin in (
        "https://evil.example",
        "https://shop.example.evil.example",
        "",
        "null",
        "https://shop.example:8443",
    ):
        assert tell(site, {"kind": "visit"}, origin=origin).status_code == 403
    assert tell(site, {"kind": "visit"}, origin="https://www.shop.example").status_code == 204
    asked = visitor(Origin=ORIGIN).options(f"/c/{site.public_key}/e")
    assert (asked.status_code, asked["Access-Control-Allow-Origin"]) == (204, ORIGIN)
    assert stands_on(["*.shop.example"], "https://de.shop.example")
    assert not stands_on(["*.shop.example"], "https://shop.example")
    assert not stands_on(["*.shop.example"], "https://evilshop.example")
    with tenancy.of_organization(cast.kesar.pk):
        assert Hit.objects.count() == 1
        sites.change(site, {"is_active": False}, by=cast.asha)
    assert tell(site, {"kind": "visit"}).status_code == 404
    assert visitor().get(f"/c/{site.public_key}.js").status_code == 404


@pytest.mark.parametrize(
    ("said", "status"),
    [
        (b"x" * (PAGE_BYTES + 1), 413), (b"\xff\xfe", 400), (b"[]", 400), (b"", 400), (b'{"kind": "other"}', 400),
        (b'{"kind": "convert", "type": "purchase", "visitor": "%s", "id": ""}' % VISITOR.encode(), 400),
        (b'{"kind": "convert", "type": "purchase", "visitor": "%s", "id": "1", "value": NaN}' % VISITOR.encode(), 400),
        (b'{"kind": "convert", "type": "purchase", "visitor": "%s", "id": "1", "value": -5}' % VISITOR.encode(), 400),
        (b'{"kind": "convert", "type": "purchase", "visitor": "%s", "id": "1", "value": "1e1000000"}'
         % VISITOR.encode(), 400),
        (b'{"kind": "convert", "type": "gift", "id": "1"}', 400), (b"[" * 4000, 400),
    ],
)  # fmt: skip
def test_what_a_page_cannot_have_sent_is_refused_and_kept_nowhere(cast: Cast, said: bytes, status: int) -> None:
    site, _secret = site_of(cast)
    assert tell(site, said).status_code == status
    assert messages(cast) == []


def test_machines_are_not_visitors(cast: Cast) -> None:
    site, _secret = site_of(cast)
    crawler = {"User-Agent": "Googlebot/2.1"}
    tell(site, {"kind": "visit", "source": "x", "visitor": VISITOR}, **crawler)
    tell(site, {"kind": "convert", "type": "purchase", "id": "1", "visitor": VISITOR}, **crawler)
    work()
    assert (touches(cast), conversions_of(cast)) == ([], [])
    with tenancy.of_organization(cast.kesar.pk):
        assert [(day.visits, day.bots > 0) for day in SiteDay.objects.all()] == [(0, True)]


def test_the_script_carries_no_cookie_and_says_whether_to_wait(cast: Cast) -> None:
    site, _secret = site_of(cast)
    answer = visitor().get(f"/c/{site.public_key}.js")
    assert answer["Content-Type"].startswith("text/javascript")
    assert answer["Cross-Origin-Resource-Policy"] == "cross-origin"
    assert answer.cookies == {}
    assert "var needsConsent = true" in answer.content.decode()
    assert len(answer.content) < 6000


# Servers and shops


def test_a_server_tells_of_a_sale_once_however_often_it_sends(cast: Cast) -> None:
    site, secret = site_of(cast)
    first, again = send(site, secret, sale()), send(site, secret, sale())
    assert (first.json(), again.json()) == ({"received": 1, "new": 1}, {"received": 1, "new": 0})
    several = send(site, secret, {"events": [sale("1002"), sale("1002"), sale("1003", type="email_signup")]})
    assert several.json() == {"received": 3, "new": 2}
    work()
    work()
    assert [row.external_id for row in conversions_of(cast)] == ["1001", "1002", "1003"]
    assert {sum(earned(row, "linear").values()) for row in conversions_of(cast)} == {1.0}
    assert earned(conversions_of(cast)[0]) == {"nobody": 1.0}


def test_what_is_forged_old_replayed_later_too_large_or_unsigned_is_kept_nowhere(cast: Cast) -> None:
    site, secret = site_of(cast)
    now = timezone.now()
    body = json.dumps(sale()).encode()
    path = f"/c/{site.public_key}/events"

    def post(sent: bytes, header: str) -> int:
        headers = {"TrendDrop-Signature": header} if header else {}
        return Client().post(path, sent, content_type="application/json", headers=headers).status_code

    right = timed(body, secret, now)
    assert post(body.replace(b"499", b"999"), right) == 401
    assert post(body, timed(body, "another", now)) == 401
    assert post(body, "") == 401
    assert post(body, "t=,v1=") == 401
    assert post(body, f"t=1e9,v1={'0' * 64}") == 401
    assert post(body, right.replace("v1=", "v0=")) == 401
    assert post(body, timed(body, secret, now - dt.timedelta(seconds=400))) == 401
    assert post(body, timed(body, secret, now + dt.timedelta(seconds=400))) == 401
    large = b'{"id": "' + b"x" * SERVER_BYTES + b'"}'
    assert post(large, timed(large, secret, now)) == 413
    letters = b'{"id": "\xff"}'
    assert post(letters, timed(letters, secret, now)) == 400
    assert post(letters, "é=ü,v1=ÿ") == 401
    assert Client().post("/c/unknown/events", body, content_type="application/json").status_code == 404
    assert Client().get(path).status_code == 405
    assert messages(cast) == []
    assert post(body, f"t={int(now.timestamp())},v1={'0' * 64},{right.partition(',')[2]}") == 200  # any may be right


def test_another_secret_ends_the_one_before(cast: Cast) -> None:
    site, before = site_of(cast)
    with tenancy.of_organization(cast.kesar.pk):
        after = sites.rotate_secret(site, by=cast.asha)
        assert AuditEntry.objects.filter(action="conversion_site.secret_changed").exists()
    assert send(site, before, sale()).status_code == 401
    assert send(site, after, sale()).status_code == 200


@pytest.mark.parametrize(
    "wrong",
    [
        {"type": "purchase"}, sale(value="many"), sale(value="-1"), sale(value="1e400"), sale(currency="rupees"),
        sale(at="yesterday"), sale(type="gift"), {"events": []}, {"events": ["a"]}, {"events": [sale()] * 101},
        sale(key="x" * 201),
    ],
)  # fmt: skip
def test_a_signed_message_that_makes_no_sense_is_refused_with_the_reason(cast: Cast, wrong: dict[str, Any]) -> None:
    site, secret = site_of(cast)
    answer = send(site, secret, wrong)
    assert answer.status_code == 400
    assert answer.json()["error"]
    assert messages(cast) == []


def checkout(**more: Any) -> dict[str, Any]:
    session = {
        "id": "cs_1", "object": "checkout.session", "mode": "payment", "payment_status": "paid", "amount_total": 49900,
        "currency": "inr", "payment_intent": "pi_1", "client_reference_id": VISITOR, "customer_details": BUYER,
        "created": int(timezone.now().timestamp()), "metadata": {}, **more,
    }  # fmt: skip
    soon = int(timezone.now().timestamp()) + 1
    return {"id": "evt_1", "type": "checkout.session.completed", "created": soon, "data": {"object": session}}


def stripe_site(cast: Cast) -> ConversionSite:
    site, _secret = site_of(cast)
    with tenancy.of_organization(cast.kesar.pk):
        sites.set_webhook_secret(site, "stripe", "whsec_1", by=cast.asha)
        sites.set_webhook_secret(site, "shopify", "shpss_1", by=cast.asha)
    return site


def test_a_checkout_at_stripe_is_credited_to_its_visitor_and_keeps_nobodys_name(cast: Cast) -> None:
    site, post = stripe_site(cast), post_of(cast)
    tell(site, {"kind": "visit", "link": link_of(cast, post).code, "visitor": VISITOR})
    assert send_stripe(site, "whsec_1", checkout()).json() == {"received": 1, "new": 1}
    assert send_stripe(site, "whsec_1", checkout()).json() == {"received": 1, "new": 0}
    assert send_stripe(site, "another", checkout()).status_code == 401
    work()
    (row,) = conversions_of(cast)
    assert (row.source, row.value, row.currency, row.type) == ("stripe", Decimal("499.00"), "INR", "purchase")
    assert earned(row) == {str(post.pk): 1.0}
    kept = json.dumps(messages(cast)[0].body) + json.dumps(row.told)
    assert [each for each in PERSONAL if each in kept] == []
    refund = {
        "id": "ch_1",
        "payment_intent": "pi_1",
        "amount_refunded": 20000,
        "currency": "inr",
        "billing_details": BUYER,
    }
    for number, amount in enumerate((20000, 20000, 49900)):
        refund["amount_refunded"] = amount
        told = {"id": f"evt_r{number}", "type": "charge.refunded", "created": 1, "data": {"object": refund}}
        assert send_stripe(site, "whsec_1", told).status_code == 200
        work()
        (row,) = conversions_of(cast)
        assert row.refunded == Decimal(amount) / 100
    assert row.refunded_at is not None


def test_a_subscription_and_its_first_invoice_are_one_conversion_and_a_renewal_is_another(cast: Cast) -> None:
    site = stripe_site(cast)
    first = checkout(mode="subscription", payment_intent=None, invoice="in_1", subscription="sub_1")
    invoice = {"id": "in_1", "amount_paid": 49900, "currency": "inr", "subscription": "sub_1", "payment_intent": "pi_9"}
    renewal = {**invoice, "id": "in_2", "payment_intent": "pi_10"}
    for number, (kind, thing) in enumerate([("invoice.paid", invoice), ("invoice.paid", renewal)]):
        assert (
            send_stripe(site, "whsec_1", {"id": f"evt_i{number}", "type": kind, "data": {"object": thing}}).status_code
            == 200
        )
    send_stripe(site, "whsec_1", first)
    work()
    rows = {row.external_id: row for row in conversions_of(cast)}
    assert set(rows) == {"in_1", "in_2"}
    assert {row.type for row in rows.values()} == {"subscription"}
    assert rows["in_1"].visitor
    later = {**invoice, "id": "in_3", "payment_intent": "pi_11"}
    send_stripe(site, "whsec_1", {"id": "evt_i9", "type": "invoice.paid", "data": {"object": later}})
    work()
    assert {row.external_id: row.visitor for row in conversions_of(cast)}["in_3"] == rows["in_1"].visitor


def test_stripes_smallest_units_follow_the_currency() -> None:
    def worth(amount: int, code: str) -> str | None:
        (fact,) = stripe.read(checkout(amount_total=amount, currency=code))
        return fact.value

    assert (worth(500, "jpy"), worth(500, "inr"), worth(5000, "kwd")) == ("500.00", "5.00", "5.00")
    assert stripe.read(checkout(payment_status="unpaid")) == []
    assert stripe.read(checkout(mode="setup")) == []
    assert stripe.read({"id": "evt_2", "type": "customer.created", "data": {"object": BUYER}}) == []
    with pytest.raises(Unreadable):
        stripe.read(checkout(amount_total="499"))


@pytest.mark.shared
def test_stripes_own_examples_are_read() -> None:
    things = json.loads(FIXTURES.read_text())["resources"]
    session = {**things["checkout.session"], "amount_total": 1000, "currency": "usd", "payment_status": "paid"}
    (fact,) = stripe.read({"id": "evt_1", "type": "checkout.session.completed", "data": {"object": session}})
    assert (fact.value, fact.currency, fact.external_id) == ("10.00", "USD", session["payment_intent"])
    paid = {"id": "evt_2", "type": "invoice.paid", "data": {"object": {**things["invoice"], "amount_paid": 1000}}}
    (fact,) = stripe.read(paid)
    assert (fact.value, fact.external_id) == ("10.00", things["invoice"]["id"])
    refunded = {
        "id": "evt_3",
        "type": "charge.refunded",
        "data": {"object": {**things["charge"], "amount_refunded": 100}},
    }
    (fact,) = stripe.read(refunded)
    assert (fact.do, fact.value) == ("refund", "1.00")
    assert "Jenny" not in json.dumps(fact.body(visitor=""))


def order(key: int = 820982911946154508, **more: Any) -> dict[str, Any]:
    return {
        "id": key, "name": "#1001", "total_price": "1398.00", "currency": "INR", "email": "mira@buyer.example",
        "customer": BUYER, "billing_address": BUYER["address"], "processed_at": "2026-11-20T12:30:00+05:30",
        "landing_site": "/offer?utm_source=Instagram&utm_campaign=rain&td_link=",
        "referring_site": "https://l.instagram.com/",
        "note_attributes": [{"name": "td_visitor", "value": VISITOR}, {"name": "gift note", "value": "Mira Buyer"}],
        **more,
    }  # fmt: skip


def test_an_order_at_shopify_is_told_by_its_cart_and_its_landing_page(cast: Cast) -> None:
    site = stripe_site(cast)
    assert send_shopify(site, "shpss_1", "orders/paid", order()).json() == {"received": 1, "new": 1}
    assert send_shopify(site, "shpss_1", "orders/paid", order()).json() == {"received": 1, "new": 0}
    assert send_shopify(site, "wrong", "orders/paid", order()).status_code == 401
    assert send_shopify(site, "shpss_1", "customers/create", BUYER).json() == {"received": 0, "new": 0}
    work()
    (row,) = conversions_of(cast)
    assert (row.value, row.at.isoformat()) == (Decimal("1398.00"), "2026-11-20T07:00:00+00:00")
    assert earned(row) == {"instagram": 1.0}
    assert row.touchpoints[0]["campaign"] == "rain"
    assert row.visitor
    kept = json.dumps(messages(cast)[0].body)
    assert [each for each in PERSONAL if each in kept] == []
    refund = {"id": 5, "order_id": order()["id"], "transactions": [
        {"kind": "refund", "status": "success", "amount": "398.00", "currency": "INR"},
        {"kind": "refund", "status": "failure", "amount": "1000.00", "currency": "INR"},
    ]}  # fmt: skip
    for _time in range(2):
        send_shopify(site, "shpss_1", "refunds/create", refund)
    work()
    (row,) = conversions_of(cast)
    assert (row.refunded, row.refunded_at) == (Decimal("398.00"), None)
    assert shopify.read("refunds/create", {**refund, "transactions": []}) == []


def test_a_refund_that_comes_before_its_order_waits_for_it(cast: Cast) -> None:
    site, secret = site_of(cast)
    send(site, secret, {"id": "1001", "type": "refund"})
    work()
    assert conversions_of(cast) == []
    assert messages(cast)[0].error == "Its order is not known yet."
    send(site, secret, sale())
    work()
    work()
    (row,) = conversions_of(cast)
    assert row.refunded_at is not None
    send(site, secret, {"id": "never", "type": "refund"})
    work(timezone.now() + 4 * DAY)
    assert all(each.applied_at for each in messages(cast))


def test_a_part_given_back_of_what_has_no_value_leaves_it_counted(cast: Cast) -> None:
    site, secret = site_of(cast)
    send(site, secret, {name: said for name, said in sale().items() if name not in {"value", "currency"}})
    work()
    send(site, secret, {"id": "1001", "type": "refund", "value": "10.00", "currency": "INR"})
    work()
    (row,) = conversions_of(cast)
    assert (row.value, row.refunded, row.refunded_at) == (None, Decimal("0.00"), None)
    with tenancy.of_organization(cast.kesar.pk):
        applying.give_back(row, None, at=timezone.now())
    assert conversions_of(cast)[0].refunded_at is not None


def test_what_the_page_and_the_shop_tell_of_one_order_is_one_and_the_shop_is_believed(cast: Cast) -> None:
    site, _secret = stripe_site(cast), None
    post = post_of(cast)
    tell(site, {"kind": "visit", "link": link_of(cast, post).code, "visitor": VISITOR})
    tell(
        site,
        {"kind": "convert", "type": "purchase", "id": "77", "value": "1000000", "currency": "USD", "visitor": VISITOR},
    )
    work()
    send_shopify(site, "shpss_1", "orders/paid", order(77, note_attributes=[], processed_at=f"{timezone.now()}"))
    work()
    (row,) = conversions_of(cast)
    assert (row.source, row.value, row.currency) == ("shopify", Decimal("1398.00"), "INR")
    assert str(post.pk) in earned(row, "first")
    tell(
        site, {"kind": "convert", "type": "purchase", "id": "77", "value": "1", "currency": "USD", "visitor": "f" * 32}
    )
    work()
    assert conversions_of(cast)[0].value == Decimal("1398.00")


def test_one_broken_message_holds_up_no_other(cast: Cast) -> None:
    site, secret = site_of(cast)
    send(site, secret, sale("1"))
    with tenancy.of_organization(cast.kesar.pk):
        ConversionMessage.objects.create(
            organization=cast.kesar, site=site, source="server", external_id="broken", body={"do": "convert"},
            received_at=timezone.now() - DAY,
        )  # fmt: skip
    send(site, secret, sale("2"))
    work()
    assert [row.external_id for row in conversions_of(cast)] == ["1", "2"]
    assert "KeyError" in next(each for each in messages(cast) if each.external_id == "broken").error


@pytest.mark.django_db(transaction=True)
def test_many_copies_of_one_order_at_once_are_one_conversion(transactional_db: None) -> None:
    cast = gather()
    site, secret = site_of(cast)

    def copy(number: int) -> None:
        try:
            if number % 2:
                send(site, secret, sale())
            else:
                tell(site, {"kind": "convert", "type": "purchase", "id": "1001", "value": "1", "visitor": VISITOR})
            applying.apply_due(now=timezone.now())
        finally:
            connections.close_all()

    with concurrent.futures.ThreadPoolExecutor(6) as pool:
        list(pool.map(copy, range(18)))
    work()
    (row,) = conversions_of(cast)
    assert (row.source, row.value) == ("server", Decimal("499.00"))
    assert len(messages(cast)) == 2
    with tenancy.of_organization(cast.kesar.pk):
        assert ConversionCredit.objects.filter(conversion=row).count() == 4
