"""What to post next: the offers, one of them, doing it, putting it aside, and whether it helped."""

import uuid

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts import tenancy
from accounts.access import MemberRequest, requires
from analytics import tables
from analytics.models import Suggestion
from analytics.queries import advice
from analytics.screens import advice as screens
from analytics.services import advising
from analytics.services.advising import CannotDo
from publishing.services.posts import CannotPlan
from trenddrop.core.limits import LimitReached


@require_safe
@requires("analytics.view")
def index(request: MemberRequest) -> HttpResponse:
    """Show what is offered, what was done and how it went, whether it helped, and what is believed."""
    try:
        account = uuid.UUID(request.GET.get("account", ""))
    except ValueError:
        account = None
    page = screens.shown(request.membership, account=account)
    file = tables.asked(request, screens.tables(page))
    return file or render(request, "analytics/advice/index.html", {"page": page})


@require_safe
@requires("analytics.view")
def one(request: MemberRequest, key: uuid.UUID) -> HttpResponse:
    """Show one suggestion with its reasons, its draft, and its result beside it."""
    row = get_object_or_404(advice.of_member(request.membership), pk=key)
    return render(request, "analytics/advice/one.html", {"card": screens.card(row), "row": row})


@require_POST
@requires("posts.schedule", scoped=False)
def do(request: MemberRequest, key: uuid.UUID) -> HttpResponse:
    """Draft what is offered, at its time."""
    with tenancy.of_member(request.membership):
        row = get_object_or_404(advice.of_member(request.membership), pk=key)
    return _done(request, row)


def _done(request: MemberRequest, of: Suggestion) -> HttpResponse:
    """Do it, say what came of it, and show it."""
    try:
        row = advising.do_this(of, by=request.membership, now=timezone.now())
    except (CannotDo, CannotPlan, LimitReached) as error:
        messages.error(request, str(error))
        return redirect("numbers_suggestion", of.pk)
    messages.success(
        request, _("Drafted, and given a place in the calendar. Look it over; nothing goes out by itself.")
    )
    return redirect("numbers_suggestion", row.pk)


@require_POST
@requires("analytics.edit")
def dismiss(request: MemberRequest, key: uuid.UUID) -> HttpResponse:
    """Put an offer aside."""
    row = get_object_or_404(advice.of_member(request.membership), pk=key)
    found = advising.dismiss(row, by=request.membership, now=timezone.now())
    if found.status == Suggestion.Status.DISMISSED:
        messages.success(request, _("Put aside."))
    return redirect("numbers_advice")


@require_POST
@requires("analytics.edit")
def ask(request: MemberRequest, key: uuid.UUID) -> HttpResponse:
    """Offer one more next post for an account."""
    account = get_object_or_404(advice.connections_of(request.membership), pk=key)
    try:
        row = advising.ask(account, by=request.membership, now=timezone.now())
    except CannotDo as error:
        messages.error(request, str(error))
        return redirect("numbers_advice")
    return redirect("numbers_suggestion", row.pk)
