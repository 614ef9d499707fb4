"""The plan: what one has, what is used of it, and the ledger of credits."""

from django.conf import settings
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from accounts.access import MemberRequest, requires
from billing.models import BillingDetails, GatewayCustomer, SubscriptionChange
from billing.screens import ledger as book
from billing.screens import papers, plan, usage

LATEST = 5
SHOWN = 50


@require_safe
@requires("billing.manage")
def index(request: MemberRequest) -> HttpResponse:
    """The plan, what is used of it, and the latest papers and credits."""
    member, now = request.membership, timezone.now()
    row, account = plan.latest_of(member), book.account_of(member)
    held, uses = usage.uses_of(member, now=now)
    customers = GatewayCustomer.objects.visible_to(member).filter(gone_at=None, gateway=row.gateway if row else "")
    coming = SubscriptionChange.objects.visible_to(member).filter(status=SubscriptionChange.Status.SCHEDULED)
    balance = book.balance_of(member, account)
    context = {
        "is_on": settings.BILLING_ENABLED,
        "head": plan.head_of(row, customers.first()) if row else None,
        "is_free": settings.BILLING_ENABLED and not held.is_enforced,
        "notes": plan.notes_of(row, coming.select_related("to_version__plan", "subscription").first()),
        "period": usage.period_of(held, now=now),
        "meters": usage.meters_of(held, uses, credits_left=balance - account.held if account else 0),
        "invoices": papers.rows_of(member, papers.all_papers(member)[:LATEST]),
        "credits": book.entries_of(member)[:LATEST],
        "balance": balance,
        "buyer_line": plan.buyer_line(BillingDetails.objects.visible_to(member).first()),
    }
    return render(request, "billing/plan.html", context)


@require_safe
@requires("billing.manage")
def ledger(request: MemberRequest) -> HttpResponse:
    """Every line of the ledger of credits, what ends when, and what more can be bought."""
    member, now = request.membership, timezone.now()
    account, subscription = book.account_of(member), plan.latest_of(member)
    page = Paginator(book.entries_of(member), SHOWN).get_page(request.GET.get("page"))
    paying = plan.is_paying(subscription) or plan.is_agreed(subscription)
    context = {
        "page": page,
        "credits": list(page),
        "balance": book.balance_of(member, account),
        "reserved": account.held if account else 0,
        "ends": book.ends_of(member, now=now),
        "packs": book.packs(subscription.currency, get_language() or "en") if paying and subscription else (),
    }
    return render(request, "billing/credits.html", context)
