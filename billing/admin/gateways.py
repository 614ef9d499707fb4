"""What gateways know and told, for operators."""

from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display

from billing.collection import events
from billing.models import GatewayCustomer, GatewayEvent, GatewayPrice, SandboxEvent, SandboxObject
from trenddrop.core.admin import ReadOnlyAdmin, by_text

State = GatewayEvent.State
LOOKS = {
    State.NEW: "info", State.APPLIED: "success", State.UNMATCHED: "warning", State.FAILED: "danger",
}  # fmt: skip
SHOWN = 20_000


@admin.register(GatewayEvent)
class GatewayEventAdmin(ReadOnlyAdmin):
    """Everything gateways told, and what came of it."""

    list_display = [
        "received_at", "gateway", "kind", "object_id", "origin", "told_state", "attempts", "outcome", "error",
    ]  # fmt: skip
    list_filter = ["state", by_text("gateway"), "origin"]
    list_filter_submit = True
    search_fields = ["dedupe_key", "object_id", "kind"]
    exclude = ["body", "lease_until", "fence"]
    actions = ["replay"]

    def get_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        """Show the bytes as text, below what is known of them."""
        return [*super().get_fields(request, obj), "letter"]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        """Nothing is changed here."""
        return [*super().get_readonly_fields(request, obj), "letter"]

    @display(description=_("state"), ordering="state", label=LOOKS)  # type: ignore[untyped-decorator]
    def told_state(self, row: GatewayEvent) -> tuple[str, str]:
        """The state as a label."""
        return row.state, str(row.get_state_display())

    @admin.display(description=_("as it came"))
    def letter(self, row: GatewayEvent) -> SafeString:
        """The bytes as text; what is no UTF-8 is marked."""
        text = bytes(row.body)[:SHOWN].decode("utf-8", "replace")
        return format_html('<pre class="whitespace-pre-wrap break-all text-xs">{}</pre>', text)

    def has_replay_permission(self, request: HttpRequest) -> bool:
        """Whoever may change events."""
        return bool(request.user.has_perm("billing.change_gatewayevent"))

    @admin.action(description=_("Apply again: what was done already is not done twice"), permissions=["replay"])
    def replay(self, request: HttpRequest, queryset: QuerySet[GatewayEvent]) -> None:
        """Let a worker read them again at their gateways."""
        now = timezone.now()
        for event in queryset:
            events.replay(event, now=now)
        self.message_user(request, _("%(n)s events are applied in a moment.") % {"n": len(queryset)}, messages.SUCCESS)


@admin.register(GatewayCustomer)
class GatewayCustomerAdmin(ReadOnlyAdmin):
    """Organisations as gateways know them."""

    list_display = ["organization", "gateway", "customer_id", "method", "gone_at"]
    list_filter = [by_text("gateway")]
    list_filter_submit = True
    search_fields = ["organization__name", "customer_id"]
    list_select_related = ["organization"]


@admin.register(GatewayPrice)
class GatewayPriceAdmin(ReadOnlyAdmin):
    """Prices as they were made at gateways."""

    list_display = ["gateway", "price", "total_minor", "gateway_price_id"]
    list_filter = ["gateway"]
    list_select_related = ["price__version__plan"]


@admin.register(SandboxObject)
class SandboxObjectAdmin(ReadOnlyAdmin):
    """The test gateway's own books."""

    list_display = ["created_at", "kind", "name", "state", "parent", "due_at"]
    list_filter = ["kind", "state"]
    search_fields = ["name", "parent"]


@admin.register(SandboxEvent)
class SandboxEventAdmin(ReadOnlyAdmin):
    """What the test gateway told, or has to tell."""

    list_display = ["at", "kind", "ids", "sent_at", "tries"]
    list_filter = ["kind"]
