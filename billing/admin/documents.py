"""Invoices and credit notes, for operators."""

from django.contrib import admin

from billing.models import BillingDetails, CreditNote, Invoice, InvoiceCounter, InvoiceLine
from trenddrop.core.admin import ReadOnlyAdmin


@admin.register(BillingDetails)
class BillingDetailsAdmin(ReadOnlyAdmin):
    """Who is billed."""

    list_display = ["organization", "name", "kind", "country", "state", "gstin", "currency"]
    list_filter = ["kind", "country"]
    search_fields = ["organization__name", "name", "gstin"]
    list_select_related = ["organization"]


@admin.register(InvoiceCounter)
class InvoiceCounterAdmin(ReadOnlyAdmin):
    """The last number of each series."""

    list_display = ["seller", "series", "financial_year", "last"]


@admin.register(Invoice)
class InvoiceAdmin(ReadOnlyAdmin):
    """Bills."""

    list_display = ["number", "organization", "status", "total", "currency", "supply", "issued_on", "paid_at"]
    list_filter = ["status", "currency", "supply", "financial_year"]
    search_fields = ["number", "organization__name", "gstin"]
    list_select_related = ["organization"]


@admin.register(InvoiceLine)
class InvoiceLineAdmin(ReadOnlyAdmin):
    """Lines of bills."""

    list_display = ["invoice", "position", "description", "taxable", "total"]
    search_fields = ["invoice__number", "description"]
    list_select_related = ["invoice"]


@admin.register(CreditNote)
class CreditNoteAdmin(ReadOnlyAdmin):
    """What was taken back of bills."""

    list_display = ["number", "organization", "invoice", "total", "currency", "issued_on", "reason"]
    list_filter = ["currency", "financial_year"]
    search_fields = ["number", "organization__name", "invoice__number"]
    list_select_related = ["organization", "invoice"]
