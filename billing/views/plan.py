"""The plan: what one has, what is used of it, and the ledger of credits."""

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from accounts.access import MemberRequest, requires
from billing.screens import ledger as book
from billing.screens import plan

LATEST = 5
SHOWN = 50


@require_safe
@requires("billing.manage")
def ledger(request: MemberRequest) -> HttpResponse:
    """Every line of the ledger of credits, what ends when, and what more can be bought."""
    member, now = request.membership, timezone.now()
    account, subscription = book.account_of(member), plan.latest_of(member)
    page = Paginator(book.entries_of(member), SHOWN).get_page(request.GET.get("page"))
    paying = plan.is_paying(subscription)
    context = {
        "page": page,
        "credits": list(page),
        "balance": book.balance_of(member, account),
        "reserved": account.held if account else 0,
        "ends": book.ends_of(member, now=now),
        "packs": book.packs(subscription.currency, get_language() or "en") if paying and subscription else (),
    }
    return render(request, "billing/credits.html", context)
