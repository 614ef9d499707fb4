"""How each gateway signs what it tells: over the raw bytes, compared in constant time, old ones refused.

Stripe and Cashfree sign a time, so a delivery has an age. Razorpay signs none: a replay is found by its event id, which
is kept for ever. PayPal signs with a key whose certificate it names: `paypal_certificates`.
"""

import base64
import hashlib
import hmac
import zlib
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

from billing.gateways.errors import NotGenuine

PAST, FUTURE = timedelta(seconds=300), timedelta(seconds=60)
# Cashfree's retries come 2, 10 and 30 minutes later, and it is not written whether they are stamped anew: what is older
# than the tolerance but still may be a retry is taken once (the event's key is unique), never anything older.
CASHFREE_PAST = timedelta(minutes=45)
MOST_SIGNATURES = 10


def hex_of(secret: str, message: bytes) -> str:
    """Return an HMAC-SHA256 in hex."""
    return hmac.new(secret.encode(), message, hashlib.sha256).hexdigest()


def check_stripe(body: bytes, header: str, *, secrets: Iterable[str], now: datetime) -> datetime:
    """Hold a `Stripe-Signature` to the body; any of its v1 may fit any of our secrets. Return when it was signed."""
    pairs = [part.strip().partition("=") for part in header.split(",")[: MOST_SIGNATURES + 1]]
    stamps = [value for name, _is, value in pairs if name == "t"]
    given = [value for name, _is, value in pairs if name == "v1"]
    if len(stamps) != 1 or not given:
        raise NotGenuine("no signature")
    message = stamps[0].encode() + b"." + body
    _fits(given, [hex_of(secret, message) for secret in secrets if secret])
    return _in_time(stamps[0], per_second=1, now=now, past=PAST)


def stripe_header(body: bytes, *, secret: str, at: int) -> str:
    """Return the header Stripe would send (the test gateway signs as Stripe does)."""
    return f"t={at},v1={hex_of(secret, f'{at}.'.encode() + body)}"


def check_razorpay(body: bytes, header: str, *, secrets: Iterable[str]) -> None:
    """Hold an `X-Razorpay-Signature` to the body."""
    _fits([header.strip()], [hex_of(secret, body) for secret in secrets if secret])


def check_razorpay_return(first: str, second: str, signature: str, *, secret: str) -> None:
    """Hold what a buyer's browser brings back: payment|subscription, order|payment, or a payment link's parts."""
    _fits([signature.strip()], [hex_of(secret, f"{first}|{second}".encode())] if secret else [])


def check_cashfree(body: bytes, header: str, stamp: str, *, secrets: Iterable[str], now: datetime) -> datetime:
    """Hold an `x-webhook-signature` to time and body, written together without a dot. Return when it was signed."""
    macs = [hmac.new(secret.encode(), stamp.encode() + body, hashlib.sha256).digest() for secret in secrets if secret]
    _fits([header.strip()], [base64.b64encode(mac).decode() for mac in macs])
    return _in_time(stamp, per_second=1000, now=now, past=CASHFREE_PAST)


def paypal_message(body: bytes, *, transmission_id: str, stamp: str, webhook_id: str) -> bytes:
    """Return what PayPal signs: id|time|our webhook's id|CRC-32 of the body as an unsigned number."""
    return f"{transmission_id}|{stamp}|{webhook_id}|{zlib.crc32(body)}".encode()


def fresh(moment: datetime, *, now: datetime, past: timedelta = PAST, future: timedelta = FUTURE) -> datetime:
    """Return the moment when it is neither too old nor ahead of our clock; raise NotGenuine otherwise."""
    if moment < now - past:
        raise NotGenuine("too old")
    if moment > now + future:
        raise NotGenuine("ahead of our clock")
    return moment


def _fits(given: Iterable[str], expected: Iterable[str]) -> None:
    """Compare each with each, all of them, in constant time; a signature that is no ASCII fits nothing."""
    right = [each.encode() for each in expected]
    found = False
    for one in given:
        seen = one.encode("utf-8", "replace")
        for other in right:
            found |= hmac.compare_digest(seen, other)
    if not found:
        raise NotGenuine("the signature does not fit")


def _in_time(stamp: str, *, per_second: int, now: datetime, past: timedelta) -> datetime:
    if not (stamp.isascii() and stamp.isdigit() and len(stamp) <= 15):
        raise NotGenuine("no time")
    try:
        moment = datetime.fromtimestamp(int(stamp) / per_second, UTC)
    except (ValueError, OverflowError, OSError):
        raise NotGenuine("no time") from None
    return fresh(moment, now=now, past=past)
