"""Plans, their versions, prices and packs, for operators."""

from django.contrib import admin

from billing.models import CreditPack, Plan, PlanPrice, PlanVersion
from trenddrop.core.admin import ReadOnlyAdmin


@admin.register(Plan)
class PlanAdmin(ReadOnlyAdmin):
    """The plans by their names."""

    list_display = ["name", "key", "rank", "is_active", "is_trial", "is_by_agreement", "sort_order"]
    search_fields = ["name", "key"]


@admin.register(PlanVersion)
class PlanVersionAdmin(ReadOnlyAdmin):
    """What was sold from when on."""

    list_display = ["plan", "number", "sold_from", "trial_days", "note", "by"]
    list_filter = ["plan"]
    list_select_related = ["plan", "by"]


@admin.register(PlanPrice)
class PlanPriceAdmin(ReadOnlyAdmin):
    """What it cost."""

    list_display = ["version", "currency", "interval", "amount"]
    list_filter = ["currency", "interval"]
    list_select_related = ["version__plan"]


@admin.register(CreditPack)
class CreditPackAdmin(ReadOnlyAdmin):
    """Credits sold beside the plan."""

    list_display = ["key", "credits", "currency", "amount", "valid_days", "is_active"]
