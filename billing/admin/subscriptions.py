"""Subscriptions and what became of them, for operators."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from unfold.decorators import action

from billing.models import Checkout, DunningStep, Subscription, SubscriptionChange
from billing.queries import revenue as reckoning
from trenddrop.core.admin import ReadOnlyAdmin, by_text

MONTHS = 12


@admin.register(Subscription)
class SubscriptionAdmin(ReadOnlyAdmin):
    """Who has which plan, and how it stands."""

    list_display = [
        "organization", "version", "status", "amount", "currency", "interval", "current_period_end", "gateway",
        "mandate", "renewal", "held_at",
    ]  # fmt: skip
    list_filter = ["status", by_text("gateway"), by_text("currency"), "interval", "mandate", "renewal"]
    list_filter_submit = True
    search_fields = ["organization__name", "gateway_subscription_id"]
    list_select_related = ["organization", "version__plan"]
    actions_list = ["revenue"]

    def has_revenue_permission(self, request: HttpRequest, _object_id: Any = None) -> bool:
        """Whoever may see subscriptions."""
        return bool(self.has_view_permission(request))

    @action(description=_("Revenue"), url_path="revenue", permissions=["revenue"])  # type: ignore[untyped-decorator]
    def revenue(self, request: HttpRequest) -> HttpResponse:
        """What recurs by plan and gateway, how it moved and what was lost, and the money that came."""
        now = timezone.now()
        standing = reckoning.standing()
        sums: dict[str, tuple[Any, int]] = {}
        for row in standing:
            monthly, customers = sums.get(row.currency, (0, 0))
            sums[row.currency] = (monthly + row.monthly, customers + row.customers)
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": _("Revenue"),
            "sums": [(currency, monthly, customers) for currency, (monthly, customers) in sums.items()],
            "standing": standing,
            "movements": reckoning.movements(months=MONTHS, now=now),
            "taken": reckoning.taken(months=MONTHS, now=now),
        }
        return TemplateResponse(request, "admin/billing/revenue.html", context)


@admin.register(SubscriptionChange)
class SubscriptionChangeAdmin(ReadOnlyAdmin):
    """Every step of a subscription's life."""

    list_display = [
        "at",
        "organization",
        "kind",
        "status",
        "from_version",
        "to_version",
        "mrr_before",
        "mrr_after",
        "by",
    ]
    list_filter = ["kind", "status"]
    search_fields = ["organization__name"]
    list_select_related = ["organization", "from_version__plan", "to_version__plan", "by"]


@admin.register(DunningStep)
class DunningStepAdmin(ReadOnlyAdmin):
    """Whom we ask for a payment that failed."""

    list_display = ["due_at", "organization", "day", "done_at", "is_void"]
    list_filter = [by_text("day"), "is_void"]
    list_filter_submit = True
    search_fields = ["organization__name"]
    list_select_related = ["organization"]


@admin.register(Checkout)
class CheckoutAdmin(ReadOnlyAdmin):
    """Who was sent to a gateway."""

    list_display = ["created_at", "organization", "purpose", "status", "total", "currency", "gateway", "error"]
    list_filter = ["purpose", "status", by_text("gateway")]
    list_filter_submit = True
    search_fields = ["organization__name", "gateway_session_id"]
    list_select_related = ["organization"]
