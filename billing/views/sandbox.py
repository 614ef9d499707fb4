"""The test gateway's hosted pages: open to whoever has their address, as a gateway's are. Nobody pays here."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accounts import tenancy
from billing import tasks
from billing.gateways.amounts import to_decimal
from billing.models import SandboxObject
from billing.sandbox import books
from billing.sandbox.books import Kind, Refusal
from billing.sandbox.cards import CARDS, Card, cards_for

View = Callable[..., HttpResponse]


def hosted(kind: str) -> Callable[[View], View]:
    """Make a page of the test gateway: it shows one object, and is not there where the gateway is off."""

    def wrap(view: View) -> View:
        @never_cache
        @require_http_methods(["GET", "HEAD", "POST"])
        @wraps(view)
        def page(request: HttpRequest, name: str) -> HttpResponse:
            if not settings.TEST_GATEWAY:
                raise Http404
            try:
                with tenancy.operator():
                    found = books.find(name, kind)
                return view(request, found)
            except Refusal as error:
                if error.status == 404:
                    raise Http404 from error
                return _shown(request, "refusal.html", {"words": str(error)}, status=error.status)

        return page

    return wrap


@hosted(Kind.CHECKOUT)
def checkout(request: HttpRequest, page: SandboxObject) -> HttpResponse:
    """Pay, or go back without."""
    if request.method == "POST" and request.POST.get("act") == "leave":
        return _leave(str(page.data["left"]))
    words = ""
    if request.method == "POST":
        payment = books.pay(page.name, _card(request), now=timezone.now())
        tasks.send_test_gateway_events.delay()
        if payment.kind == Kind.PAYMENT and payment.state == "action":
            return redirect("sandbox_payment", payment.name)
        if payment.state != "failed":
            return _leave(str(page.data["back"]))
        words = str(payment.data["reason"])
    context = {**_sum(page, "amount"), "page": page, "cards": cards_for(page.data["currency"]), "words": words}
    context["upfront"] = to_decimal(int(page.data.get("upfront") or 0), page.data["currency"])
    return _shown(request, "checkout.html", context, status=402 if words else 200)


@hosted(Kind.PAYMENT)
def payment(request: HttpRequest, found: SandboxObject) -> HttpResponse:
    """What a payer's bank asks: is it you?"""
    if request.method == "POST" and found.state == "action":
        books.confirm(found.name, agrees=request.POST.get("act") == "agree", now=timezone.now())
        tasks.send_test_gateway_events.delay()
        return _leave(_way_back(found)) if _way_back(found) else redirect("sandbox_payment", found.name)
    return _shown(request, "payment.html", {**_sum(found, "amount"), "payment": found})


@hosted(Kind.SUBSCRIPTION)
def subscription(request: HttpRequest, found: SandboxObject) -> HttpResponse:
    """Choose another card, and let happen what otherwise takes a month."""
    if request.method == "POST":
        act = request.POST.get("act", "")
        if act == "card":
            books.change_card(found.name, _card(request), now=timezone.now())
        elif act in ACTS:
            ACTS[act](found.name, now=timezone.now())
        tasks.send_test_gateway_events.delay()
        return redirect("sandbox_subscription", found.name)
    with tenancy.operator():
        payments = [_row(each) for each in reversed(books.children(found.name, Kind.PAYMENT))]
    context = {**_sum(found, "amount"), "subscription": found, "cards": cards_for(found.data["currency"])}
    context |= {"payments": payments, "back": found.data.get("back", ""), "card": CARDS[found.data["card"]]}
    return _shown(request, "subscription.html", context | {"is_running": found.state not in books.ENDED})


ACTS: dict[str, Callable[..., Any]] = {"charge": books.charge_now, "revoke": books.revoke}


def _row(found: SandboxObject) -> dict[str, Any]:
    return {**_sum(found, "amount"), "name": found.name, "state": found.state, "method": found.data["method"]}


def _sum(found: SandboxObject, name: str) -> dict[str, Any]:
    currency = str(found.data["currency"])
    return {"currency": currency, "amount": to_decimal(int(found.data[name]), currency)}


def _card(request: HttpRequest) -> Card:
    card = CARDS.get(request.POST.get("card", ""))
    if card is None:
        raise Refusal(400, "method_invalid", "Choose how to pay.")
    return card


def _way_back(found: SandboxObject) -> str:
    """Return where the payer came from: the page's address, as its seller gave it."""
    with tenancy.operator():
        parent = books.find(found.parent, Kind.CHECKOUT, Kind.SUBSCRIPTION)
        if parent.kind == Kind.SUBSCRIPTION and parent.data.get("back"):
            return str(parent.data["back"])
        page = parent if parent.kind == Kind.CHECKOUT else books.find(parent.parent, Kind.CHECKOUT)
        return str(page.data["back"])


def _leave(address: str) -> HttpResponse:
    """Send the payer back to the seller; addresses came over the gateway's own interface, with its key."""
    return HttpResponseRedirect(address)


def _shown(request: HttpRequest, template: str, context: dict[str, Any], *, status: int = 200) -> HttpResponse:
    return render(request, f"billing/sandbox/{template}", context, status=status)
