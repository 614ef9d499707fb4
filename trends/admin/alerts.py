"""Watches, what they told and what was sent, for operators."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts import audited
from trenddrop.core.admin import ReadOnlyAdmin
from trends.models import AlertDelivery, FiredAlert, TrendAlert, WatchFollower


@admin.register(TrendAlert)
class TrendAlertAdmin(ReadOnlyAdmin):
    """Watches; operators switch them off and pause their webhooks, what they look for is the organisation's own."""

    list_display = ["name", "brand", "organization", "keywords", "minimum_relevance", "channels", "is_active",
                    "last_fired_at", "webhook_failures", "webhook_paused_at"]  # fmt: skip
    list_filter = ["is_active", ("webhook_paused_at", admin.EmptyFieldListFilter)]
    search_fields = ["name", "brand__name", "organization__name", "webhook_url"]
    list_select_related = ["brand", "organization"]
    exclude = ["webhook_secret"]
    actions = ["switch_off", "pause_webhook"]

    @admin.action(description=_("Switch off: they tell nothing until somebody switches them on"))
    def switch_off(self, request: HttpRequest, rows: QuerySet[Any]) -> None:
        """Switch watches off."""
        for watch in rows.filter(is_active=True):
            TrendAlert.objects.filter(pk=watch.pk).update(is_active=False, armed_at=None)
            audited.record("watch.switched_off", watch, request)

    @admin.action(description=_("Pause the webhook: nothing is sent to it"))
    def pause_webhook(self, request: HttpRequest, rows: QuerySet[Any]) -> None:
        """Stop sending."""
        for watch in rows.filter(webhook_paused_at=None).exclude(webhook_url=""):
            TrendAlert.objects.filter(pk=watch.pk).update(webhook_paused_at=timezone.now())
            audited.record("watch.webhook_paused", watch, request)


@admin.register(WatchFollower)
class WatchFollowerAdmin(ReadOnlyAdmin):
    """Whom watches tell beside their makers."""

    list_display = ["alert", "membership", "organization"]
    search_fields = ["alert__name", "membership__user__email", "organization__name"]
    list_select_related = ["alert", "membership__user", "organization"]


@admin.register(FiredAlert)
class FiredAlertAdmin(ReadOnlyAdmin):
    """What watches told."""

    list_display = ["topic", "alert", "organization", "reason", "relevance", "score", "how", "fired_at", "told_at"]
    list_filter = ["how"]
    search_fields = ["topic__title", "alert__name", "organization__name"]
    list_select_related = ["topic", "alert", "organization"]
    ordering = ["-fired_at"]


@admin.register(AlertDelivery)
class AlertDeliveryAdmin(ReadOnlyAdmin):
    """What was sent to webhooks, and how it was answered."""

    list_display = ["alert", "organization", "kind", "status", "tries", "next_try_at", "ended_at", "created_at"]
    list_filter = ["status", "kind"]
    search_fields = ["alert__name", "alert__webhook_url", "organization__name"]
    list_select_related = ["alert", "organization"]
    ordering = ["-created_at"]
