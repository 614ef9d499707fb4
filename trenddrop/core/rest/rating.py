"""How often the API may be asked, and how every answer says so.

Headers follow draft-ietf-httpapi-ratelimit-headers-10: `RateLimit-Policy` names the quota (`q` per `w` seconds),
`RateLimit` how much of it is left (`r`) and in how many seconds all of it is back (`t`).
"""

import math
from datetime import timedelta
from typing import Any

from django.conf import settings
from rest_framework.request import Request
from rest_framework.throttling import BaseThrottle

from trenddrop.core import rates
from trenddrop.core.rates import Rate

MINUTE = timedelta(minutes=1)


class CallsAMinute(BaseThrottle):
    """So many calls a minute for each key or person (`view.caller`), fewer for an address that has not signed in."""

    rate: Rate | None = None

    def allow_request(self, request: Request, view: Any) -> bool:
        """Count this call."""
        caller = view.caller(request)
        limit = settings.API_CALLS_PER_MINUTE if caller else settings.API_OPEN_CALLS_PER_MINUTE
        self.rate = rates.hit("api", caller or f"from {view.origin(request)}", limit=limit, per=MINUTE)
        view.rate = self.rate
        return self.rate.allowed

    def wait(self) -> float | None:
        """Say for how long, after a refusal."""
        return self.rate.retry_after if self.rate else None


def headers_of(rate: Rate) -> dict[str, str]:
    """Return the headers that tell a rate."""
    back = math.ceil(rate.reset_after if rate.allowed else rate.retry_after or rate.reset_after)
    return {
        "RateLimit-Policy": f'"minute";q={rate.limit};w=60',
        "RateLimit": f'"minute";r={rate.remaining};t={back}',
    }
