"""Wallets, and the gates they open, for operators."""

from django.contrib import admin
from django.http import HttpRequest
from unfold.admin import ModelAdmin

from accounts.admin.signins import RemovableAdmin
from accounts.models import GateCheck, TokenGate, Wallet
from trenddrop.core.admin import ReadOnlyAdmin, by_text


@admin.register(Wallet)
class WalletAdmin(RemovableAdmin):
    """Wallets that people proved."""

    list_display = ["address", "label", "user", "proved_at"]
    search_fields = ["address", "label", "user__email", "user__full_name"]
    list_select_related = ["user"]


@admin.register(TokenGate)
class TokenGateAdmin(ModelAdmin):  # type: ignore[misc]
    """Gates; operators can switch one off, what it asks is the organisation's own."""

    list_display = ["name", "organization", "chain_id", "standard", "minimum", "opens", "role", "active"]
    list_filter = ["standard", "opens", "active", by_text("chain_id")]
    list_filter_submit = True
    search_fields = ["name", "contract", "organization__name"]
    list_select_related = ["organization"]
    readonly_fields = [
        "organization", "name", "chain_id", "standard", "contract", "token_id", "minimum", "opens", "role",
    ]  # fmt: skip

    def has_add_permission(self, _request: HttpRequest) -> bool:
        """Organisations set them."""
        return False


@admin.register(GateCheck)
class GateCheckAdmin(ReadOnlyAdmin):
    """What chains answered."""

    list_display = ["gate", "wallet", "organization", "is_open", "balance", "block", "checked_at", "error"]
    list_filter = ["is_open"]
    search_fields = ["gate__name", "wallet__address", "wallet__user__email", "error"]
    list_select_related = ["gate", "wallet", "organization"]
    ordering = ["-checked_at"]
