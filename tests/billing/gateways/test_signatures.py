"""Signatures hold over the raw bytes: golden vectors, another library's opinion, and everything that is not genuine."""

import base64
import hashlib
import hmac
from datetime import UTC, datetime, timedelta

import httpx
import pytest
import stripe
from hypothesis import given
from hypothesis import strategies as st

from billing.gateways import signatures
from billing.gateways.base import Delivery
from billing.gateways.errors import NotGenuine, TryLater, Unreadable
from billing.gateways.paypal_certificates import HOSTS, Certificates, _allowed
from tests.billing.gateways.bench import AUTHORITY, BENCHES, START, bench_of
from tests.peers import fake_paypal

BODY = b'{"event":"subscription.charged","n":1}'
NOW = datetime.fromtimestamp(1_700_000_000, UTC)
STRIPE = "t=1700000000,v1=b53f144caffe4095b93805f9624dbf8a1cf3bb306513d2fd9c751fba522688fa"
RAZORPAY = "45aaae5285d32e2af8e1a825fc3b46922248f70e8b7eeaa4ddf41763dad6e300"
CASHFREE = "Bf7ZvwlF/igYQxrFIhOmrOcoukgV5/f+OXOJIi9b8m8="


def test_stripes_golden_vector_holds() -> None:
    assert signatures.stripe_header(BODY, secret="whsec_test", at=1_700_000_000) == STRIPE
    assert signatures.check_stripe(BODY, STRIPE, secrets=["whsec_test"], now=NOW) == NOW


def test_razorpays_golden_vector_holds() -> None:
    signatures.check_razorpay(BODY, RAZORPAY, secrets=["whsec_test"])


def test_cashfrees_golden_vector_holds() -> None:
    signatures.check_cashfree(BODY, CASHFREE, "1700000000000", secrets=["cfsecret"], now=NOW)


def test_paypals_golden_vector_holds() -> None:
    message = signatures.paypal_message(BODY, transmission_id="id", stamp="time", webhook_id="WH1")
    assert message == b"id|time|WH1|1527790295"


@given(body=st.binary(max_size=2000), secret=st.from_regex(r"whsec_[!-~]{1,40}", fullmatch=True))
def test_stripes_own_library_agrees_on_every_text(body: bytes, secret: str) -> None:
    text = body.decode("latin-1")
    at = 1_700_000_000
    told = stripe.WebhookSignature.generate_signature_header(payload=text, secret=secret, timestamp=at)
    signatures.check_stripe(text.encode(), told, secrets=[secret], now=NOW)
    ours = signatures.stripe_header(text.encode(), secret=secret, at=at)
    assert stripe.WebhookSignature.verify_header(text, ours, secret, tolerance=None)


@pytest.mark.parametrize(
    "header",
    [
        "",
        "t=1700000000",
        "v1=b53f144caffe4095b93805f9624dbf8a1cf3bb306513d2fd9c751fba522688fa",
        STRIPE.replace("v1=", "v0="),
        STRIPE[:-1],
        STRIPE.replace("b53f", "b53e"),
        STRIPE.replace("t=1700000000", "t=1700000001"),
        "t=1700000000," + STRIPE,
        "t=abc,v1=00",
        "t=99999999999999999999,v1=00",
        "t=१७०००००००००,v1=००",
        "t=1700000000,v1=é",
    ],
)
def test_a_header_that_does_not_fit_is_refused(header: str) -> None:
    with pytest.raises(NotGenuine):
        signatures.check_stripe(BODY, header, secrets=["whsec_test"], now=NOW)


def test_any_of_several_signatures_and_secrets_may_fit() -> None:
    header = f"t=1700000000,v1={'0' * 64},{STRIPE.partition(',')[2]}"
    signatures.check_stripe(BODY, header, secrets=["whsec_new", "whsec_test"], now=NOW)


def test_no_secret_verifies_nothing() -> None:
    empty = hmac.new(b"", b"1700000000." + BODY, hashlib.sha256).hexdigest()
    for secrets in ([], [""]):
        with pytest.raises(NotGenuine):
            signatures.check_stripe(BODY, f"t=1700000000,v1={empty}", secrets=secrets, now=NOW)
        with pytest.raises(NotGenuine):
            signatures.check_razorpay(BODY, signatures.hex_of("", BODY), secrets=secrets)


@pytest.mark.parametrize(("seconds", "is_taken"), [(300, True), (301, False), (-60, True), (-61, False)])
def test_an_old_or_future_signature_is_refused(seconds: int, is_taken: bool) -> None:
    now = NOW + timedelta(seconds=seconds)
    if is_taken:
        signatures.check_stripe(BODY, STRIPE, secrets=["whsec_test"], now=now)
    else:
        with pytest.raises(NotGenuine, match=r"too old|ahead"):
            signatures.check_stripe(BODY, STRIPE, secrets=["whsec_test"], now=now)


@pytest.mark.parametrize(("minutes", "is_taken"), [(44, True), (46, False), (-2, False)])
def test_cashfrees_retries_of_half_an_hour_are_taken_and_nothing_older(minutes: int, is_taken: bool) -> None:
    now = NOW + timedelta(minutes=minutes)
    if is_taken:
        signatures.check_cashfree(BODY, CASHFREE, "1700000000000", secrets=["cfsecret"], now=now)
    else:
        with pytest.raises(NotGenuine):
            signatures.check_cashfree(BODY, CASHFREE, "1700000000000", secrets=["cfsecret"], now=now)


@given(place=st.integers(0, len(BODY) - 1), bit=st.integers(0, 7))
def test_one_changed_bit_is_refused(place: int, bit: int) -> None:
    body = bytearray(BODY)
    body[place] ^= 1 << bit
    for check in (
        lambda: signatures.check_stripe(bytes(body), STRIPE, secrets=["whsec_test"], now=NOW),
        lambda: signatures.check_razorpay(bytes(body), RAZORPAY, secrets=["whsec_test"]),
        lambda: signatures.check_cashfree(bytes(body), CASHFREE, "1700000000000", secrets=["cfsecret"], now=NOW),
    ):
        with pytest.raises(NotGenuine):
            check()


def test_what_a_browser_brings_back_is_signed_in_its_own_order() -> None:
    mac = signatures.hex_of("razor", b"pay_1|sub_1")
    signatures.check_razorpay_return("pay_1", "sub_1", mac, secret="razor")
    with pytest.raises(NotGenuine):
        signatures.check_razorpay_return("sub_1", "pay_1", mac, secret="razor")


# Each adapter at its door


@pytest.mark.parametrize("key", BENCHES)
def test_a_delivery_is_heard_once_it_is_genuine(key: str) -> None:
    with bench_of(key) as bench:
        bench.buy()
        first = bench.server.deliveries()[0]
        told = bench.hear(first)
        assert told.key
        assert told.kind == first.kind
        assert bench.hear(first).key == told.key, "the same delivery is the same event"
        for headers in ({}, {name: value[:-2] for name, value in first.headers.items()}):
            with pytest.raises(NotGenuine):
                bench.gateway.hear(Delivery(first.body, headers, bench.clock()))


@pytest.mark.parametrize("key", BENCHES)
@pytest.mark.parametrize("change", ["forged", "truncated", "not utf-8", "empty"])
def test_changed_bytes_are_refused(key: str, change: str) -> None:
    with bench_of(key) as bench:
        bench.buy()
        first = bench.server.deliveries()[-1]
        body = {
            "forged": first.body.replace(b"ref-0001", b"ref-0002") + b" ",
            "truncated": first.body[:-1],
            "not utf-8": b"\xff\xfe" + first.body,
            "empty": b"",
        }[change]
        with pytest.raises(NotGenuine):
            bench.gateway.hear(Delivery(body, first.headers, bench.clock()))


@pytest.mark.parametrize("body", [b"\xff\xfe\x00", b"{", b"[]", b"null", b'{"id": 1}', b"[" * 100_000, b"NaN"])
@pytest.mark.parametrize("key", BENCHES)
def test_signed_nonsense_is_unreadable_and_nothing_worse(key: str, body: bytes) -> None:
    with bench_of(key) as bench, pytest.raises(Unreadable):
        bench.hear(bench.server.signed(body))


def test_a_certificate_is_only_fetched_from_paypal() -> None:
    for address in (
        "http://api.paypal.com/v1/notifications/certs/CERT-1",
        "https://api.paypal.com.evil.example/v1/notifications/certs/CERT-1",
        "https://evil.example/v1/notifications/certs/CERT-1",
        "https://api.paypal.com@evil.example/v1/notifications/certs/CERT-1",
        "https://api.paypal.com:8443/v1/notifications/certs/CERT-1",
        "https://user@api.paypal.com/v1/notifications/certs/CERT-1",
        "https://api.paypal.com/redirect?to=https://evil.example",
        "https://api.paypal.com/v1/notifications/certs/../../redirect",
        "https://127.0.0.1/v1/notifications/certs/CERT-1",
        "https://api.pаypal.com/v1/notifications/certs/CERT-1",
        "https://[::1/v1/notifications/certs/",
        "",
    ):
        with pytest.raises(NotGenuine):
            _allowed(address, HOSTS)
    for host in HOSTS:
        _allowed(f"https://{host}/v1/notifications/certs/CERT-1", HOSTS)


def certificates(pem: bytes, *, status: int = 200) -> Certificates:
    """Certificates whose host answers with these bytes."""
    transport = httpx.MockTransport(lambda _asked: httpx.Response(status, content=pem))
    return Certificates(httpx.Client(transport=transport), roots=[AUTHORITY.root])


@pytest.mark.parametrize(
    "case", ["another root", "another name", "run out", "no certificate", "not there", "a redirect"]
)
def test_a_certificate_that_is_not_paypals_own_proves_nothing(case: str) -> None:
    with bench_of("paypal") as bench:
        bench.buy()
        sent = bench.server.deliveries()[0]
        key, pem, status = bench.server.signing_key, bench.server.certificate, 200
        if case == "another root":
            key, pem = fake_paypal.Authority(START).issue()
        elif case == "another name":
            key, pem = AUTHORITY.issue("messageverificationcerts.paypal.com.evil.example")
        elif case == "run out":
            key, pem = AUTHORITY.issue(until=START - timedelta(days=1))
        elif case == "no certificate":
            pem = b"hello"
        else:
            status = 404 if case == "not there" else 302
        bench.server.signing_key = key
        bench.gateway.certificates = certificates(pem, status=status)  # type: ignore[attr-defined]
        sent = bench.server.deliveries()[0]
        with pytest.raises(NotGenuine):
            bench.hear(sent)


def test_paypals_host_that_does_not_answer_is_asked_again_later() -> None:
    with bench_of("paypal") as bench:
        bench.buy()
        bench.gateway.certificates = certificates(b"", status=503)  # type: ignore[attr-defined]
        with pytest.raises(TryLater):
            bench.hear(bench.server.deliveries()[0])


def test_paypals_signature_is_for_our_webhook_at_this_time_and_by_that_algorithm() -> None:
    with bench_of("paypal") as bench:
        bench.buy()
        body = bench.server.deliveries()[0].body
        for sent in (
            bench.server.signed(body, webhook_id="WEBHOOK_ID"),
            bench.server.signed(body, at=bench.clock() - timedelta(minutes=61)),
            bench.server.signed(body, at=bench.clock() + timedelta(minutes=2)),
        ):
            with pytest.raises(NotGenuine):
                bench.hear(sent)
        good = bench.server.signed(body)
        for name, value in (
            ("paypal-auth-algo", "none"),
            ("paypal-transmission-sig", base64.b64encode(b"0" * 256).decode()),
        ):
            with pytest.raises(NotGenuine):
                bench.hear(good, **{name: value})
        assert bench.hear(good).key.startswith("WH-EV-")


def test_another_accounts_event_is_not_ours() -> None:
    with bench_of("stripe") as bench:
        bench.buy()
        event = bench.server.told[0] | {"account": "acct_other"}
        with pytest.raises(NotGenuine, match="account"):
            bench.hear(bench.server.delivery(event))
        with pytest.raises(NotGenuine, match="mode"):
            bench.hear(bench.server.delivery(bench.server.told[0] | {"livemode": True}))
    with bench_of("razorpay") as bench:
        bench.buy()
        told = bench.server.told[0]
        other = {**told, "event": {**told["event"], "account_id": "acc_other"}}
        with pytest.raises(NotGenuine, match="account"):
            bench.hear(bench.server.delivery(other))
