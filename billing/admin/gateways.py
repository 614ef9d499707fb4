"""What gateways know and told, for operators."""

from django.contrib import admin

from billing.models import GatewayCustomer, GatewayEvent, GatewayPrice, SandboxEvent, SandboxObject
from trenddrop.core.admin import ReadOnlyAdmin


@admin.register(GatewayEvent)
class GatewayEventAdmin(ReadOnlyAdmin):
    """Everything gateways told, and what came of it."""

    list_display = ["received_at", "gateway", "kind", "object_id", "origin", "state", "attempts", "outcome", "error"]
    list_filter = ["state", "gateway", "origin"]
    search_fields = ["dedupe_key", "object_id", "kind"]


@admin.register(GatewayCustomer)
class GatewayCustomerAdmin(ReadOnlyAdmin):
    """Organisations as gateways know them."""

    list_display = ["organization", "gateway", "customer_id", "method", "gone_at"]
    list_filter = ["gateway"]
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
