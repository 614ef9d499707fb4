"""Payments and refunds, for operators."""

from django.contrib import admin

from billing.models import Payment, Refund
from trenddrop.core.admin import ReadOnlyAdmin


@admin.register(Payment)
class PaymentAdmin(ReadOnlyAdmin):
    """Money that came."""

    list_display = [
        "created_at", "organization", "purpose", "status", "amount", "currency", "gateway", "method", "refunded_amount",
    ]  # fmt: skip
    list_filter = ["status", "purpose", "gateway", "currency"]
    search_fields = ["organization__name", "gateway_payment_id", "gateway_order_id", "gateway_invoice_id"]
    list_select_related = ["organization"]


@admin.register(Refund)
class RefundAdmin(ReadOnlyAdmin):
    """Money that went back."""

    list_display = ["created_at", "organization", "amount", "currency", "status", "requested_by", "approved_by"]
    list_filter = ["status", "currency"]
    search_fields = ["organization__name", "gateway_refund_id"]
    list_select_related = ["organization", "requested_by", "approved_by"]
