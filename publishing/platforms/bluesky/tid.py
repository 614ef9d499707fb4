"""Record keys of the AT Protocol: 53 bits of unix microseconds, 10 bits of clock id, in sortable base 32."""

import hashlib
import uuid
from typing import Final

ALPHABET: Final = "234567abcdefghijklmnopqrstuvwxyz"
# A key that carries no time gets one of the years 2023 to 2025, so that it is never ahead of the clock.
START, SPAN = 1_672_531_200_000_000, 3 * 365 * 86_400 * 1_000_000


def tid_for(key: str) -> str:
    """The same 13 characters for the same key; ordered by time when the key is a version 7 UUID."""
    digest = int.from_bytes(hashlib.sha256(key.encode()).digest()[:16])
    moment = _milliseconds(key)
    microseconds = START + digest % SPAN if moment is None else moment * 1000 + digest % 1000
    number = microseconds << 10 | digest >> 64 & 0x3FF
    return "".join(ALPHABET[number >> 5 * place & 31] for place in range(12, -1, -1))


def next_tid(tid: str, steps: int) -> str:
    """The key so many microseconds later: the further parts of a thread."""
    number = 0
    for sign in tid:
        number = number << 5 | ALPHABET.index(sign)
    number += steps << 10
    return "".join(ALPHABET[number >> 5 * place & 31] for place in range(12, -1, -1))


def _milliseconds(key: str) -> int | None:
    try:
        parsed = uuid.UUID(key)
    except ValueError:
        return None
    return parsed.int >> 80 if parsed.version == 7 else None
