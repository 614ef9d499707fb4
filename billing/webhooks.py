"""Where gateways tell us things: at most a megabyte, verified over the raw bytes, kept once, answered at once.

What is not genuine is answered 400 and leaves nothing but a counter; a repeated delivery is answered as the first was.
"""

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from billing import tasks
from billing.collection import hearing
from billing.gateways.base import Delivery
from billing.gateways.errors import Misconfigured, NotGenuine, TryLater, Unreadable

MOST_BYTES = 1024**2


@csrf_exempt  # gateways have no cookies; what they send is signed
@never_cache
@require_POST
def hear(request: HttpRequest, gateway: str) -> HttpResponse:
    """Take in what a gateway tells."""
    body: bytes = request.read(MOST_BYTES + 1)
    if len(body) > MOST_BYTES:
        return HttpResponse(status=413)
    headers = {name.lower(): value for name, value in request.headers.items()}
    try:
        is_new = hearing.hear(gateway, Delivery(body=body, headers=headers, now=timezone.now()))
    except Misconfigured:
        return HttpResponse(status=404)
    except (NotGenuine, Unreadable):
        return HttpResponse(status=400)
    except TryLater:  # the certificate cannot be fetched: it is sent again
        return HttpResponse(status=503)
    if is_new:
        tasks.apply_gateway_events.delay()
    return HttpResponse(status=200)
