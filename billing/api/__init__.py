"""Plans and money for programs."""

from django.urls import URLPattern, path
from rest_framework.routers import BaseRouter

from billing.api import catalogue, credit, papers, subscription

RESOURCES = {
    "plans": catalogue.PlanViewSet,
    "credit-packs": catalogue.CreditPackViewSet,
    "credit-entries": credit.CreditEntryViewSet,
    "checkouts": subscription.CheckoutViewSet,
    "invoices": papers.InvoiceViewSet,
    "credit-notes": papers.CreditNoteViewSet,
    "payments": papers.PaymentViewSet,
    "refunds": papers.RefundViewSet,
}
Mine = subscription.SubscriptionViewSet
SINGLES: list[URLPattern] = [
    path("subscription", Mine.as_view({"get": "retrieve"}), name="api-subscription"),
    path("subscription/preview", Mine.as_view({"post": "preview"}), name="api-subscription-preview"),
    path("subscription/upgrade", Mine.as_view({"post": "upgrade"}), name="api-subscription-upgrade"),
    path("subscription/downgrade", Mine.as_view({"post": "downgrade"}), name="api-subscription-downgrade"),
    path("subscription/undo", Mine.as_view({"post": "undo"}), name="api-subscription-undo"),
    path("subscription/cancel", Mine.as_view({"post": "cancel"}), name="api-subscription-cancel"),
    path("subscription/resume", Mine.as_view({"post": "resume"}), name="api-subscription-resume"),
    path("subscription/pay", Mine.as_view({"post": "pay_due"}), name="api-subscription-pay"),
    path("subscription/method", Mine.as_view({"post": "method"}), name="api-subscription-method"),
    path("usage", subscription.UsageViewSet.as_view({"get": "retrieve"}), name="api-usage"),
    path(
        "billing-details",
        subscription.BillingDetailsViewSet.as_view({"get": "retrieve", "put": "update"}),
        name="api-billing-details",
    ),
]


def register(router: BaseRouter) -> None:
    """Name the addresses."""
    for name, view in RESOURCES.items():
        router.register(name, view, basename=f"api-{name}")
