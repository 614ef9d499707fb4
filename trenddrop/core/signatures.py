"""How whatever we send to people's own servers is signed, so that they know who wrote it."""

import hashlib
import hmac
import secrets

SIGNATURE = "TrendDrop-Signature"
TOLERANCE = 300  # seconds a reader should accept between the signature's time and its own


def new_secret() -> str:
    """Return a secret to sign with."""
    return f"whsec_{secrets.token_urlsafe(32)}"


def signature(body: str, *, secret: str, at: int) -> str:
    """Return the header's value: the Unix time and an HMAC-SHA256 of "time.body" in hex."""
    mac = hmac.new(secret.encode(), f"{at}.{body}".encode(), hashlib.sha256)
    return f"t={at},v1={mac.hexdigest()}"
