"""The credit ledger, for operators."""

from django.contrib import admin

from billing.models import CreditAccount, CreditEntry, CreditGrant, CreditReservation
from trenddrop.core.admin import ReadOnlyAdmin


@admin.register(CreditEntry)
class CreditEntryAdmin(ReadOnlyAdmin):
    """Every credit granted or spent."""

    list_display = ["created_at", "organization", "kind", "amount", "reason", "reference", "by"]
    list_filter = ["kind"]
    search_fields = ["organization__name", "reason", "reference"]
    list_select_related = ["organization", "by"]


@admin.register(CreditAccount)
class CreditAccountAdmin(ReadOnlyAdmin):
    """What each organisation has, and what is held of it."""

    list_display = ["organization", "balance", "held", "is_open", "updated_at"]
    list_filter = ["is_open"]
    search_fields = ["organization__name"]
    list_select_related = ["organization"]


@admin.register(CreditGrant)
class CreditGrantAdmin(ReadOnlyAdmin):
    """What was granted, and what is left of it."""

    list_display = ["starts_at", "organization", "source", "amount", "remaining", "expires_at", "reference"]
    list_filter = ["source"]
    search_fields = ["organization__name", "reference"]
    list_select_related = ["organization"]


@admin.register(CreditReservation)
class CreditReservationAdmin(ReadOnlyAdmin):
    """What is held for work that runs."""

    list_display = ["created_at", "organization", "state", "amount", "spent", "reason", "expires_at"]
    list_filter = ["state"]
    search_fields = ["organization__name", "reason", "reference"]
    list_select_related = ["organization"]
