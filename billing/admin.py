"""The credit ledger, for operators."""

from django.contrib import admin

from billing.models import CreditEntry
from trenddrop.core.admin import ReadOnlyAdmin


@admin.register(CreditEntry)
class CreditEntryAdmin(ReadOnlyAdmin):
    """Every credit granted or spent."""

    list_display = ["created_at", "organization", "kind", "amount", "reason", "reference", "by"]
    list_filter = ["kind"]
    search_fields = ["organization__name", "reason", "reference"]
    list_select_related = ["organization", "by"]
