"""What a webhook is sent: the message in its versioned shape, signed so that its reader knows who wrote it."""

import datetime as dt
import hashlib
import hmac
import json
import secrets
import uuid
from collections.abc import Mapping, Sequence
from typing import Any

VERSION = 1
SIGNATURE, DELIVERY, EVENT = "TrendDrop-Signature", "TrendDrop-Delivery", "TrendDrop-Event"
TOLERANCE = 300  # seconds a reader should accept between the signature's time and its own


def new_secret() -> str:
    """Return a secret to sign with."""
    return f"whsec_{secrets.token_urlsafe(32)}"


def signature(body: str, *, secret: str, at: int) -> str:
    """Return the header's value: the Unix time and an HMAC-SHA256 of "time.body" in hex."""
    mac = hmac.new(secret.encode(), f"{at}.{body}".encode(), hashlib.sha256)
    return f"t={at},v1={mac.hexdigest()}"


def headers(body: str, *, secret: str, key: uuid.UUID, event: str, at: dt.datetime) -> dict[str, str]:
    """Return what goes with a body; the delivery's id is the same at every try."""
    return {
        "Content-Type": "application/json",
        SIGNATURE: signature(body, secret=secret, at=int(at.timestamp())),
        DELIVERY: str(key),
        EVENT: event,
    }


def message(
    event: str,
    *,
    key: uuid.UUID,
    at: dt.datetime,
    watch: Mapping[str, Any],
    alerts: Sequence[Mapping[str, Any]],
    left_out: int = 0,
) -> str:
    """Return the body of a delivery as JSON text."""
    told = {
        "id": str(key),
        "version": VERSION,
        "type": event,
        "created_at": at.astimezone(dt.UTC).isoformat(timespec="seconds"),
        "watch": watch,
        "alerts": alerts,
        "left_out": left_out,
    }
    return json.dumps(told, ensure_ascii=False, separators=(",", ":"))
