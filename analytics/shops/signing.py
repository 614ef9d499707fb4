"""Who may send: HMAC-SHA256 over the raw bytes, compared in constant time; old, forged and unsigned are refused."""

import base64
import hashlib
import hmac

TOLERANCE = 300  # seconds between the signature's clock and ours, either way


class NotGenuine(Exception):
    """Nobody who knows the secret signed this, or it is too old."""


def check_timed(header: str, body: bytes, *, secret: str, now: int) -> None:
    """Believe `t=<unix>,v1=<hex>[,v1=…]` over "t.body", as Stripe signs and as we do; raises NotGenuine."""
    stamp, given = _parts(header)
    if not secret or not given or abs(now - stamp) > TOLERANCE:
        raise NotGenuine
    right = hmac.new(secret.encode(), str(stamp).encode() + b"." + body, hashlib.sha256).hexdigest().encode()
    # Every one is compared, so that the time it takes says nothing.
    if not sum(hmac.compare_digest(right, each) for each in given):
        raise NotGenuine


def check_plain(header: str, body: bytes, *, secret: str) -> None:
    """Believe the base64 of the body's HMAC, as Shopify signs; raises NotGenuine."""
    right = base64.b64encode(hmac.new(secret.encode(), body, hashlib.sha256).digest())
    if not secret or not hmac.compare_digest(right, header.strip().encode("utf-8", "replace")):
        raise NotGenuine


def _parts(header: str) -> tuple[int, list[bytes]]:
    stamp = 0
    given: list[bytes] = []
    for part in header[:2000].split(","):
        name, _is, value = part.strip().partition("=")
        if name == "t" and value.isascii() and value.isdecimal() and len(value) < 12 and str(int(value)) == value:
            stamp = int(value)
        elif name == "v1" and len(given) < 10:
            given.append(value.encode("utf-8", "replace"))
    return stamp, given
