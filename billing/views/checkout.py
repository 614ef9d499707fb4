"""Checkout: what is bought, by whom the money is taken, off to the gateway's page, and back."""

from dataclasses import dataclass
from urllib.parse import urlencode
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts import tenancy
from accounts.access import MemberRequest, requires
from accounts.models import Membership
from billing.collection import adapters
from billing.forms.choosing import PackForm, PayForm, WishForm
from billing.gateways.capabilities import INDIA
from billing.models import BillingDetails, Checkout, CreditPack, Invoice, PlanPrice
from billing.queries import catalogue
from billing.screens import checkout as screen
from billing.screens import outcome, plan
from billing.services import invoicing, paying


@dataclass(frozen=True)
class Wanted:
    """What somebody wants to buy: a plan's price, or a pack of credits."""

    price: PlanPrice | None = None
    pack: CreditPack | None = None

    @property
    def currency(self) -> str:
        """The currency it is sold in."""
        found = self.price or self.pack
        return found.currency if found else ""


def _wanted(request: MemberRequest) -> Wanted | None:
    """Return what the address, or the form, says; None where nothing like it is sold."""
    given = request.POST if request.method == "POST" else request.GET
    if given.get("pack"):
        form = PackForm(given)
        if not form.is_valid():
            return None
        currency = form.cleaned_data["currency"] or "INR"
        rows = CreditPack.objects.filter(key=form.cleaned_data["pack"], currency=currency, is_active=True)
        return Wanted(pack=rows.first()) if rows else None
    wish = WishForm(given)
    price = catalogue.price_of(**wish.asked(), now=timezone.now()) if wish.is_valid() else None
    return Wanted(price=price) if price else None


@require_http_methods(["GET", "HEAD", "POST"])
@requires("billing.manage", scoped=False)
def checkout(request: MemberRequest) -> HttpResponse:
    """What is bought and what it comes to; then off to the gateway's own page."""
    member = request.membership
    with tenancy.of_member(member):
        wanted = _wanted(request)
        subscription = plan.latest_of(member)
        if not settings.BILLING_ENABLED or wanted is None:
            return _nothing(request)
        if wanted.price and (plan.is_paying(subscription) or plan.is_agreed(subscription)):
            return redirect(f"{reverse('plan_review')}?{request.GET.urlencode()}")
        if request.method != "POST":
            return _page(request, wanted)
        form = PayForm(request.POST, gateways=adapters.set_up())
        if not form.is_valid():
            return _page(request, wanted, form)
    try:
        row = _begin(wanted, form.cleaned_data["gateway"], member)
    except paying.AlreadyOpen as error:
        return redirect("checkout_state", error.checkout.pk)
    except paying.CannotPay as error:
        form.add_error(None, str(error))
        with tenancy.of_member(member):
            return _page(request, wanted, form)
    return redirect(row.url)


def _nothing(request: MemberRequest) -> HttpResponse:
    words = _("This is not sold any more. Choose from what is.")
    messages.warning(request, words if settings.BILLING_ENABLED else _("Billing is off here: nothing is sold."))
    return redirect("plan_change" if settings.BILLING_ENABLED else "billing_plan")


def _begin(wanted: Wanted, gateway: str, member: Membership) -> Checkout:
    now = timezone.now()
    if wanted.price:
        return paying.buy(wanted.price, gateway=gateway, by=member, now=now)
    assert wanted.pack is not None  # noqa: S101 (one of the two)
    return paying.buy_credits(wanted.pack, gateway=gateway, by=member, now=now)


def _page(request: MemberRequest, wanted: Wanted, form: PayForm | None = None) -> HttpResponse:
    member, now = request.membership, timezone.now()
    details = BillingDetails.objects.visible_to(member).first()
    country = details.country if details else INDIA
    found = wanted.price or wanted.pack
    assert found is not None  # noqa: S101 (one of the two)
    heads, supply = invoicing.quote(member.organization_id, found.amount, found.currency, now=now)
    if wanted.price:
        sale = screen.sale_of_plan(wanted.price, heads, supply, country=country)
        asked = {"plan": wanted.price.version.plan.key, "per": wanted.price.interval, "currency": found.currency}
    else:
        sale = screen.sale_of_pack(wanted.pack, heads, supply)  # type: ignore[arg-type]
        asked = {"pack": wanted.pack.key, "currency": found.currency}  # type: ignore[union-attr]
    ways = screen.ways_of(adapters.set_up(), currency=found.currency, country=country)
    running = Checkout.objects.visible_to(member).filter(status=Checkout.Status.OPEN, purpose=Checkout.Purpose.BUY)
    open_one = running.first() if wanted.price else None
    here = f"{reverse('checkout')}?{urlencode(asked)}"
    context = {
        "sale": sale,
        "ways": ways,
        "can_pay": any(not way.why_not for way in ways),
        "form": form or PayForm(initial=asked, gateways=[way.key for way in ways]),
        "buyer": screen.buyer_words(details),
        "details_url": f"{reverse('billing_details')}?{urlencode({'next': here})}",
        "details_why": paying.missing(details, found.currency),
        "running": reverse("checkout_state", args=[open_one.pk]) if open_one else "",
    }
    return render(request, "billing/checkout.html", context, status=422 if form and form.errors else 200)


@require_safe
@requires("billing.manage")
def state(request: MemberRequest, key: UUID) -> HttpResponse:
    """How it ended; while it is on its way the page asks again by itself."""
    row = get_object_or_404(Checkout.objects.visible_to(request.membership), pk=key)
    if row.status == Checkout.Status.OPEN and not request.headers.get("HX-Request"):
        paying.look(row, now=timezone.now())
    payment = row.payments.defer("raw").order_by("-created_at").first()
    invoice = Invoice.objects.visible_to(request.membership).filter(payment=payment).first() if payment else None
    found = outcome.outcome_of(row, payment, invoice, has_left="left" in request.GET, now=timezone.now())
    return render(request, "billing/outcome.html", {"outcome": found})


@require_POST
@requires("billing.manage")
def drop(request: MemberRequest, key: UUID) -> HttpResponse:
    """Give up one that was begun, to begin anew; whichever is paid first counts."""
    row = get_object_or_404(Checkout.objects.visible_to(request.membership), pk=key)
    paying.drop(row, by=request.membership, now=timezone.now())
    return redirect(outcome.again_url(row))
