"""Identifiers that sort by time."""

import secrets
import threading
import time
import uuid

_lock = threading.Lock()
_last = 0


def uuid7() -> uuid.UUID:
    """Return a version 7 UUID (RFC 9562): 48 bits of unix milliseconds, then 74 random bits.

    Those of one process never go backwards, so that rows made in one millisecond keep their order.
    """
    global _last  # noqa: PLW0603 (the one thing that is remembered)
    with _lock:
        value = time.time_ns() // 1_000_000 << 74 | secrets.randbits(73)
        if value <= _last:
            value = _last + 1 + secrets.randbits(56)
        _last = value
    milliseconds, upper, lower = value >> 74, value >> 62 & 0xFFF, value & (1 << 62) - 1
    return uuid.UUID(int=milliseconds << 80 | 0x7 << 76 | upper << 64 | 0b10 << 62 | lower)
