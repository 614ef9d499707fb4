"""Addresses of plans and money."""

from django.urls import URLPattern, URLResolver, path

from billing.views import papers, pricing

urlpatterns: list[URLPattern | URLResolver] = [
    path("pricing/", pricing.pricing, name="pricing"),
    path("plan/invoices/", papers.invoices, name="billing_invoices"),
    path("plan/invoices/<uuid:key>/", papers.invoice, name="billing_invoice"),
    path("plan/credit-notes/<uuid:key>/", papers.credit_note, name="billing_credit_note"),
    path("plan/payments/", papers.payments, name="billing_payments"),
]
