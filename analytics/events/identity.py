"""What an event is known by, and a number in place of a person."""

import hashlib
import hmac
import uuid
from functools import lru_cache

from django.conf import settings


def key_of(organization_id: uuid.UUID, source: str, name: str) -> uuid.UUID:
    """Return the key of the event that `source` calls `name`: the same each time it is told, and only there.

    128 bits of SHA-256: among ten thousand million events, two that are not the same share one with a chance of 10⁻¹⁹.
    """
    told = b"\0".join((organization_id.bytes, source.encode(), name.encode()))
    return uuid.UUID(bytes=hashlib.sha256(told).digest()[:16])


def person_of(organization_id: uuid.UUID, platform: str, user: str) -> int:
    """Return a number for somebody on a platform: the same within an organisation, of no meaning outside of it.

    A keyed hash, so that nobody without the installation's secret can try out names; 64 bits are enough to count
    different people of a day.
    """
    digest = hmac.digest(_secret_of(organization_id), f"{platform}\0{user}".encode(), "sha256")
    return int.from_bytes(digest[:8], "big", signed=True)


@lru_cache(maxsize=1024)
def _secret_of(organization_id: uuid.UUID) -> bytes:
    return hmac.digest(settings.SECRET_KEY.encode(), b"engagement people\0" + organization_id.bytes, "sha256")
