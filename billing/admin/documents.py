"""Invoices and credit notes, for operators."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from billing.models import BillingDetails, CreditNote, Invoice, InvoiceCounter, InvoiceLine
from billing.queries import exports
from trenddrop.core.admin import ReadOnlyAdmin, by_text


class UnrealisedFilter(admin.SimpleListFilter):
    """Exports without tax whose money has not come in: at a year and fifteen days the tax is due."""

    title = _("exports not paid in foreign money")
    parameter_name = "unrealised"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:  # noqa: ARG002 (Django's)
        """Offer those of eleven months, and all."""
        return [("11", _("for eleven months")), ("0", _("all"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Invoice]) -> QuerySet[Invoice]:  # noqa: ARG002
        """Return what is chosen."""
        if self.value() not in {"11", "0"}:
            return queryset
        rows = exports.unrealised_rows(now=timezone.now(), months=int(self.value() or 0))
        return queryset.filter(pk__in=rows.values("pk"))


@admin.register(BillingDetails)
class BillingDetailsAdmin(ReadOnlyAdmin):
    """Who is billed."""

    list_display = ["organization", "name", "kind", "country", "state", "gstin", "currency"]
    list_filter = ["kind", by_text("country")]
    list_filter_submit = True
    search_fields = ["organization__name", "name", "gstin"]
    list_select_related = ["organization"]


@admin.register(InvoiceCounter)
class InvoiceCounterAdmin(ReadOnlyAdmin):
    """The last number of each series."""

    list_display = ["seller", "series", "financial_year", "last"]


@admin.register(Invoice)
class InvoiceAdmin(ReadOnlyAdmin):
    """Bills."""

    list_display = [
        "number", "organization", "status", "total", "currency", "supply", "issued_on", "paid_at", "realised_on",
    ]  # fmt: skip
    list_filter = ["status", UnrealisedFilter, by_text("currency"), by_text("supply"), by_text("financial_year")]
    list_filter_submit = True
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
    list_filter = [by_text("currency"), by_text("financial_year")]
    list_filter_submit = True
    search_fields = ["number", "organization__name", "invoice__number"]
    list_select_related = ["organization", "invoice"]
