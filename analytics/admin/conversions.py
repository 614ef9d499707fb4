"""Counted links, websites, conversions and the messages they were told by, for operators: without their secrets."""

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from unfold.admin import ModelAdmin, TabularInline

from analytics.models import (
    Conversion,
    ConversionCredit,
    ConversionMessage,
    ConversionSite,
    Hit,
    LinkDay,
    ShortLink,
    SiteDay,
    Touch,
)
from trenddrop.core.admin import BY_ORGANIZATION, Kept, KeptForPeople

SECRETS = ["secret", "stripe_secret", "shopify_secret", "salt"]


class Told(KeptForPeople, ModelAdmin):  # type: ignore[misc]
    """Rows that come from links, sites and shops: looked at, not written."""

    list_select_related = ["organization"]

    def has_add_permission(self, _request: HttpRequest) -> bool:
        """Nobody enters them here."""
        return False

    def has_change_permission(self, _request: HttpRequest, _obj: object = None) -> bool:
        """Nobody rewrites what was told."""
        return False


@admin.register(ShortLink)
class ShortLinkAdmin(Told):
    """Counted links."""

    list_display = ["code", "organization", "client", "url", "is_active", "expires_at", "clicks", "last_clicked_at"]
    list_filter = ["is_active", BY_ORGANIZATION]
    list_filter_submit = True
    search_fields = ["code", "url", "title"]
    list_select_related = ["organization", "client"]


@admin.register(ConversionSite)
class ConversionSiteAdmin(Told):
    """Websites that tell of conversions."""

    list_display = ["name", "organization", "client", "public_key", "is_active", "last_seen_at"]
    list_filter = ["is_active", "needs_consent", BY_ORGANIZATION]
    list_filter_submit = True
    search_fields = ["name", "public_key", "organization__name"]
    list_select_related = ["organization", "client"]
    exclude = SECRETS


class CreditInline(TabularInline):  # type: ignore[misc]
    """Who earned it."""

    model = ConversionCredit
    extra = 0
    can_delete = False
    fields = ["model", "post", "channel", "campaign", "share"]
    readonly_fields = fields

    def has_add_permission(self, _request: HttpRequest, _obj: object = None) -> bool:
        """Reckoned, never entered."""
        return False


@admin.register(Conversion)
class ConversionAdmin(Told):
    """Conversions."""

    list_display = ["external_id", "organization", "site", "type", "source", "value", "currency", "at", "refunded_at"]
    list_filter = ["type", "source", BY_ORGANIZATION]
    list_filter_submit = True
    search_fields = ["external_id"]
    list_select_related = ["organization", "site"]
    inlines = [CreditInline]


@admin.register(ConversionMessage)
class ConversionMessageAdmin(Told):
    """What sites and shops sent, and what came of it."""

    list_display = ["external_id", "organization", "site", "source", "received_at", "applied_at", "error"]
    list_filter = ["source", ("applied_at", admin.EmptyFieldListFilter), BY_ORGANIZATION]
    list_filter_submit = True
    search_fields = ["external_id", "error"]
    list_select_related = ["organization", "site"]
    actions = ["apply_again"]

    @admin.action(description=_("Apply again at the next turn"))
    def apply_again(self, request: HttpRequest, rows: QuerySet[ConversionMessage]) -> None:
        """Let a worker try what was given up."""
        count = rows.exclude(error="").update(applied_at=None, error="")
        self.message_user(request, _("%(count)s will be applied within a minute.") % {"count": count})


@admin.register(Touch)
class TouchAdmin(Told):
    """Visits under pseudonyms."""

    list_display = ["at", "organization", "site", "kind", "channel", "campaign"]
    list_filter = ["kind", BY_ORGANIZATION]
    list_filter_submit = True
    list_select_related = ["organization", "site"]


@admin.register(LinkDay, SiteDay, Hit, ConversionCredit)
class CountedAdmin(Kept, Told):
    """Sums, what waits to be summed, and shares."""

    list_filter = [BY_ORGANIZATION]
    list_filter_submit = True
