"""Where a request comes from, also behind proxies.

Each proxy of ours writes the address it was asked from at the right end of X-Forwarded-For; whatever stands further
left came with the request and may be invented. So with N proxies in front (TRUSTED_PROXY_COUNT) the client is the
Nth from the right, and without proxies the header says nothing.
"""

import ipaddress

from django.conf import settings
from django.http import HttpRequest

UNKNOWN = "0.0.0.0"  # noqa: S104 (what is written down where a socket has no address)


def client_ip(request: HttpRequest) -> str:
    """Return the client's address in its shortest form; UNKNOWN where the connection has none."""
    direct = plain(request.META.get("REMOTE_ADDR", "")) or UNKNOWN
    hops: int = settings.TRUSTED_PROXY_COUNT
    if hops < 1:
        return direct
    told: list[str] = request.META.get("HTTP_X_FORWARDED_FOR", "").split(",")
    # A shorter list did not pass all our proxies: only the connection itself can be believed.
    return (plain(told[-hops]) if len(told) >= hops else None) or direct


def user_agent(request: HttpRequest) -> str:
    """Return what the browser calls itself."""
    return str(request.META.get("HTTP_USER_AGENT", ""))


def plain(text: str) -> str | None:
    """Read one address, with or without a port; a mapped IPv4 address counts as what it is. None when it is none."""
    text = text.strip()
    if text.startswith("["):
        text = text[1:].partition("]")[0]
    elif text.count(":") == 1:
        text = text.partition(":")[0]
    try:
        found = ipaddress.ip_address(text.partition("%")[0])
    except ValueError:
        return None
    mapped = found.ipv4_mapped if isinstance(found, ipaddress.IPv6Address) else None
    return str(mapped or found)
