"""Plans and prices, for everybody."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from billing.documents import parties
from billing.models import Interval
from billing.queries import catalogue
from billing.screens import offers


@require_safe
def pricing(request: HttpRequest) -> HttpResponse:
    """What is sold, from the table of plans."""
    versions = catalogue.on_sale(now=timezone.now())
    currency = request.GET.get("currency", "")
    context = {
        "offers": offers.public(versions, has_member=request.user.is_authenticated),
        "limits": offers.compared(versions),
        "interval": request.GET.get("per") if request.GET.get("per") in Interval.values else Interval.MONTH,
        "currency": currency if currency in offers.CURRENCIES else offers.CURRENCIES[0],
        "saving": offers.saving(versions, "INR"),
        "rate": parties.gst_rate(),
    }
    return render(request, "billing/pricing.html", context)
