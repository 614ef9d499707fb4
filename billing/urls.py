"""Addresses of plans and money."""

from django.urls import URLPattern, URLResolver, path

from billing import webhooks
from billing.views import bridging, change, checkout, details, papers, plan, pricing, sandbox

urlpatterns: list[URLPattern | URLResolver] = [
    path("pricing/", pricing.pricing, name="pricing"),
    path("plan/", plan.index, name="billing_plan"),
    path("plan/change/", change.choose, name="plan_change"),
    path("plan/change/review/", change.review, name="plan_review"),
    path("plan/change/undo/", change.undo, name="plan_change_undo"),
    path("plan/end/", change.cancel, name="plan_cancel"),
    path("plan/keep/", change.resume, name="plan_resume"),
    path("plan/method/", change.method, name="plan_method"),
    path("plan/due/", change.due, name="payment_due"),
    path("plan/details/", details.edit, name="billing_details"),
    path("plan/checkout/", checkout.checkout, name="checkout"),
    path("plan/checkout/<uuid:key>/", checkout.state, name="checkout_state"),
    path("plan/checkout/<uuid:key>/drop/", checkout.drop, name="checkout_drop"),
    path("plan/credits/", plan.ledger, name="billing_credits"),
    path("plan/invoices/", papers.invoices, name="billing_invoices"),
    path("plan/invoices/<uuid:key>/", papers.invoice, name="billing_invoice"),
    path("plan/invoices/<uuid:key>/pdf/", papers.invoice_pdf, name="billing_invoice_pdf"),
    path("plan/credit-notes/<uuid:key>/", papers.credit_note, name="billing_credit_note"),
    path("plan/credit-notes/<uuid:key>/pdf/", papers.credit_note_pdf, name="billing_credit_note_pdf"),
    path("plan/payments/", papers.payments, name="billing_payments"),
    path("billing/webhooks/<slug:gateway>/", webhooks.hear, name="billing_webhook"),
    path("billing/cashfree/", bridging.cashfree, name="billing_cashfree"),
    path("billing/test-gateway/pay/<slug:name>/", sandbox.checkout, name="sandbox_checkout"),
    path("billing/test-gateway/payments/<slug:name>/", sandbox.payment, name="sandbox_payment"),
    path("billing/test-gateway/subscriptions/<slug:name>/", sandbox.subscription, name="sandbox_subscription"),
]
