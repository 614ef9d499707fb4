"""What a webhook is sent: the message in its versioned shape, signed so that its reader knows who wrote it."""

import datetime as dt
import json
import uuid
from collections.abc import Mapping, Sequence
from typing import Any

from trenddrop.core.signatures import SIGNATURE, TOLERANCE, new_secret, signature

__all__ = ["DELIVERY", "EVENT", "SIGNATURE", "TOLERANCE", "VERSION", "headers", "message", "new_secret", "signature"]
VERSION = 1
DELIVERY, EVENT = "TrendDrop-Delivery", "TrendDrop-Event"


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
