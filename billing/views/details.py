"""Who is billed: asked for before the first payment, and changed whenever one likes."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.access import MemberRequest, requires
from billing.models import BillingDetails


@require_http_methods(["GET", "HEAD", "POST"])
@requires("billing.manage")
def edit(request: MemberRequest) -> HttpResponse:
    """The form; saved, back to where one came from."""
    return render(request, "billing/details.html", {})
