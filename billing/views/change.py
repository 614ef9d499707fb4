"""Another plan: choose, see what it costs before paying, and end or keep the plan one has."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts import tenancy
from accounts.access import MemberRequest, requires
from billing.collection import adapters
from billing.documents import parties
from billing.forms.choosing import EndForm, KeepForm, WishForm
from billing.models import BillingDetails, Interval, PlanPrice, Subscription, SubscriptionChange
from billing.queries import catalogue
from billing.screens import change as screen
from billing.screens import offers, plan
from billing.services import paying

Change = SubscriptionChange


@require_safe
@requires("billing.manage")
def choose(request: MemberRequest) -> HttpResponse:
    """Every plan that is sold, with the step from here to it."""
    if not settings.BILLING_ENABLED:
        return redirect("billing_plan")
    member, now = request.membership, timezone.now()
    row, versions = plan.latest_of(member), catalogue.on_sale(now=now)
    pays = plan.is_paying(row)
    details = BillingDetails.objects.visible_to(member).first()
    usual = row.currency if row and pays else details.currency if details else offers.CURRENCIES[0]
    currencies = (usual,) if pays else offers.CURRENCIES
    per, currency = request.GET.get("per", ""), request.GET.get("currency", "")
    context = {
        "offers": offers.choices(versions, now_has=row if row and row.is_living else None, currencies=currencies),
        "interval": per if per in Interval.values else row.interval if row and pays else Interval.MONTH,
        "currency": currency if currency in currencies else usual,
        "has_currencies": len(currencies) > 1,
        "saving": offers.saving(versions, usual),
        "rate": parties.gst_rate(),
        "is_paying": pays or plan.is_agreed(row),
        "why_not": screen.why_not(row),
    }
    return render(request, "billing/change.html", context)


def _step(request: MemberRequest) -> tuple[Subscription, PlanPrice] | None:
    """Return from where to where, as the address says; None where there is no such step."""
    wish = WishForm(request.GET)
    row = plan.latest_of(request.membership)
    price = catalogue.price_of(**wish.asked(), now=timezone.now()) if wish.is_valid() else None
    if not settings.BILLING_ENABLED or price is None or row is None or not plan.is_paying(row):
        return None
    return row, price


@require_http_methods(["GET", "HEAD", "POST"])
@requires("billing.manage", scoped=False)
def review(request: MemberRequest) -> HttpResponse:
    """What the step costs and changes; sent, an upgrade goes on to pay, a downgrade waits for its day."""
    member = request.membership
    with tenancy.of_member(member):
        step = _step(request)
        if step is None:
            return redirect("plan_change")
        row, price = step
        try:
            found = screen.review_of(row, price, member=member, now=timezone.now())
        except paying.CannotPay as error:
            messages.warning(request, str(error))
            return redirect("plan_change")
        form = _keep_form(request, found)
        if request.method != "POST" or (form is not None and not form.is_valid()):
            context = {"review": found, "form": form, "ways": _ways(row, found)}
            return render(request, "billing/change_review.html", context, status=422 if form and form.errors else 200)
    return _go(request, row, price, found, form)


def _keep_form(request: MemberRequest, found: screen.Review) -> KeepForm | None:
    if not found.accounts:
        return None
    data = request.POST if request.method == "POST" else None
    return KeepForm(data, accounts=found.accounts, most=found.allowed)


def _ways(row: Subscription, found: screen.Review) -> list[Any]:
    return screen.ways(adapters.set_up(), row, found) if found.is_now else []


def _go(
    request: MemberRequest, row: Subscription, price: PlanPrice, found: screen.Review, form: KeepForm | None
) -> HttpResponse:
    member, now = request.membership, timezone.now()
    gateway = request.POST.get("gateway") or row.gateway
    try:
        if found.is_now:
            begun = paying.upgrade(row, price, gateway=gateway, by=member, now=now)
            return redirect(begun.url)
        keeps = {"connections": form.cleaned_data["keep"]} if form else {}
        url = paying.downgrade(row, price, keeps=keeps, by=member, now=now)
    except paying.AlreadyOpen as error:
        return redirect("checkout_state", error.checkout.pk)
    except paying.CannotPay as error:
        messages.error(request, str(error))
        return redirect(request.get_full_path())
    messages.success(request, _("Noted. Everything stays as it is until then."))
    return redirect(url or "billing_plan")


@require_POST
@requires("billing.manage", scoped=False)
def undo(request: MemberRequest) -> HttpResponse:
    """Take back a change that waits for its day."""
    with tenancy.of_member(request.membership):
        rows = Change.objects.visible_to(request.membership).filter(status=Change.Status.SCHEDULED)
        coming = get_object_or_404(rows.select_related("subscription__price"))
    try:
        url = paying.undo(coming, by=request.membership, now=timezone.now())
    except paying.CannotPay as error:
        messages.error(request, str(error))
        return redirect("billing_plan")
    messages.success(request, _("Taken back."))
    return redirect(url or "billing_plan")


@require_http_methods(["GET", "HEAD", "POST"])
@requires("billing.manage", scoped=False)
def cancel(request: MemberRequest) -> HttpResponse:
    """End the plan at the end of what is paid."""
    with tenancy.of_member(request.membership):
        row = plan.latest_of(request.membership)
        if row is None or not plan.is_paying(row) or row.cancel_at_period_end:
            return redirect("billing_plan")
        form = EndForm(request.POST if request.method == "POST" else None)
        if request.method != "POST" or not form.is_valid():
            context = {"form": form, **screen.ending(row)}
            return render(request, "billing/cancel.html", context, status=422 if form.errors else 200)
    reason = form.cleaned_data["reason"]
    said = _("The plan ends with what is paid. You can keep it after all until then.")
    return _done(request, lambda: paying.cancel(row, reason=reason, by=request.membership, now=timezone.now()), said)


@require_POST
@requires("billing.manage", scoped=False)
def resume(request: MemberRequest) -> HttpResponse:
    """Keep the plan after all."""
    with tenancy.of_member(request.membership):
        row = plan.latest_of(request.membership)
    if row is None:
        return redirect("billing_plan")
    return _done(request, lambda: paying.resume(row, by=request.membership, now=timezone.now()), _("The plan goes on."))


@require_POST
@requires("billing.manage", scoped=False)
def method(request: MemberRequest) -> HttpResponse:
    """Go to where another card or account is chosen."""
    with tenancy.of_member(request.membership):
        row = plan.latest_of(request.membership)
    if row is None:
        return redirect("billing_plan")
    try:
        return redirect(paying.another_method(row, by=request.membership, now=timezone.now()))
    except paying.AlreadyOpen as error:
        return redirect("checkout_state", error.checkout.pk)
    except paying.CannotPay as error:
        messages.error(request, str(error))
        return redirect("billing_plan")


@require_http_methods(["GET", "HEAD", "POST"])
@requires("billing.manage", scoped=False)
def due(request: MemberRequest) -> HttpResponse:
    """What is due, and by whom it may be taken; sent, off to pay it."""
    with tenancy.of_member(request.membership):
        row = plan.latest_of(request.membership)
        if row is None or not row.is_due:
            return redirect("billing_plan")
        if request.method != "POST":
            return render(request, "billing/due.html", screen.due_of(row, adapters.set_up(), now=timezone.now()))
    gateway = request.POST.get("gateway") or row.gateway
    try:
        return redirect(paying.pay_due(row, gateway=gateway, by=request.membership, now=timezone.now()))
    except paying.AlreadyOpen as error:
        return redirect("checkout_state", error.checkout.pk)
    except paying.CannotPay as error:
        messages.error(request, str(error))
        return redirect("payment_due")


def _done(request: MemberRequest, command: Any, said: str) -> HttpResponse:
    """Run a command, and say that it is done, or why not."""
    try:
        command()
    except paying.CannotPay as error:
        messages.error(request, str(error))
    else:
        messages.success(request, said)
    return redirect("billing_plan")
