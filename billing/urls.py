"""Addresses of plans and money."""

from django.urls import URLPattern, URLResolver, path

from billing import webhooks
from billing.views import bridging, papers, plan, pricing, sandbox

urlpatterns: list[URLPattern | URLResolver] = [
    path("pricing/", pricing.pricing, name="pricing"),
    path("plan/", plan.index, name="billing_plan"),
    path("plan/credits/", plan.ledger, name="billing_credits"),
    path("plan/invoices/", papers.invoices, name="billing_invoices"),
    path("plan/invoices/<uuid:key>/", papers.invoice, name="billing_invoice"),
    path("plan/credit-notes/<uuid:key>/", papers.credit_note, name="billing_credit_note"),
    path("plan/payments/", papers.payments, name="billing_payments"),
    path("billing/webhooks/<slug:gateway>/", webhooks.hear, name="billing_webhook"),
    path("billing/cashfree/", bridging.cashfree, name="billing_cashfree"),
    path("billing/test-gateway/pay/<slug:name>/", sandbox.checkout, name="sandbox_checkout"),
    path("billing/test-gateway/payments/<slug:name>/", sandbox.payment, name="sandbox_payment"),
    path("billing/test-gateway/subscriptions/<slug:name>/", sandbox.subscription, name="sandbox_subscription"),
]
