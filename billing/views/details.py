"""Who is billed: asked for before the first payment, and changed whenever one likes."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.access import MemberRequest, requires
from billing.forms.details import BillingDetailsForm
from billing.models import BillingDetails
from billing.services import details
from trenddrop.core.onward import is_ours


@require_http_methods(["GET", "HEAD", "POST"])
@requires("billing.manage")
def edit(request: MemberRequest) -> HttpResponse:
    """The form; saved, back to where one came from."""
    member = request.membership
    known = BillingDetails.objects.visible_to(member).first()
    onward = _onward(request)
    if request.method == "POST" and "again" not in request.POST:
        form = BillingDetailsForm(request.POST, instance=known, organization=member.organization)
        if form.is_valid():
            details.change(form.save(commit=False), by=member)
            messages.success(request, _("Saved."))
            return redirect(onward or "billing_details")
        known = BillingDetails.objects.visible_to(member).first()  # as it is, not as it was typed
    else:
        typed = request.POST.dict() if request.method == "POST" else {}
        form = BillingDetailsForm(initial=typed, instance=known, organization=member.organization)
    context = {"form": form, "next": onward, "details": known}
    return render(request, "billing/details.html", context, status=422 if form.errors else 200)


def _onward(request: MemberRequest) -> str:
    """Return the page of ours that asked for the details, or nothing."""
    asked = request.POST.get("next") or request.GET.get("next", "")
    return asked if is_ours(asked) else ""
