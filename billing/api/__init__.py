"""Plans and money for programs."""

from rest_framework.routers import BaseRouter

from billing.api import catalogue, papers

RESOURCES = {
    "plans": catalogue.PlanViewSet,
    "credit-packs": catalogue.CreditPackViewSet,
    "invoices": papers.InvoiceViewSet,
    "credit-notes": papers.CreditNoteViewSet,
    "payments": papers.PaymentViewSet,
    "refunds": papers.RefundViewSet,
}


def register(router: BaseRouter) -> None:
    """Name the addresses."""
    for name, view in RESOURCES.items():
        router.register(name, view, basename=f"api-{name}")
