"""Subscriptions and what became of them, for operators."""

from django.contrib import admin

from billing.models import Checkout, DunningStep, Subscription, SubscriptionChange
from trenddrop.core.admin import ReadOnlyAdmin


@admin.register(Subscription)
class SubscriptionAdmin(ReadOnlyAdmin):
    """Who has which plan, and how it stands."""

    list_display = [
        "organization", "version", "status", "amount", "currency", "interval", "current_period_end", "gateway",
        "mandate", "renewal", "held_at",
    ]  # fmt: skip
    list_filter = ["status", "gateway", "currency", "interval", "mandate", "renewal"]
    search_fields = ["organization__name", "gateway_subscription_id"]
    list_select_related = ["organization", "version__plan"]


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
    list_filter = ["day", "is_void"]
    search_fields = ["organization__name"]
    list_select_related = ["organization"]


@admin.register(Checkout)
class CheckoutAdmin(ReadOnlyAdmin):
    """Who was sent to a gateway."""

    list_display = ["created_at", "organization", "purpose", "status", "total", "currency", "gateway", "error"]
    list_filter = ["purpose", "status", "gateway"]
    search_fields = ["organization__name", "gateway_session_id"]
    list_select_related = ["organization"]
