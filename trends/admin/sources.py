"""Sources and their health, for operators."""

from typing import Any

from django import forms
from django.conf import settings
from django.contrib import admin
from django.db.models import QuerySet
from django.forms import ModelForm
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from unfold.admin import ModelAdmin
from unfold.decorators import display

from trends import polling
from trends.models import TrendSource
from trends.services import sources

HEALTH_LOOKS = {"ok": "success", "slow": "warning", "failing": "warning", "down": "danger", "never": "info"}


class SourceForm(ModelForm[TrendSource]):
    """A source whose settings its adapter accepts."""

    kind = forms.ChoiceField(choices=lambda: [(key, key) for key in sorted(settings.TREND_SOURCES)])

    class Meta:
        model = TrendSource
        fields = ["kind", "name", "region", "language", "category", "config", "interval", "enabled", "next_poll_at"]

    def clean(self) -> dict[str, Any]:
        """Ask the adapter."""
        given: dict[str, Any] = super().clean() or self.cleaned_data
        columns = {name: given.get(name) or "" for name in ("kind", "region", "language", "category")}
        fault = sources.fault_of(TrendSource(**columns, config=given.get("config") or {}), now=timezone.now())
        if fault and columns["kind"]:
            self.add_error(None, fault)
        return given


@admin.register(TrendSource)
class TrendSourceAdmin(ModelAdmin):  # type: ignore[misc]
    """Sources: what is asked, how it answers, and what to do about it."""

    form = SourceForm
    list_display = ["name", "kind", "region", "language", "category", "told_health", "told_error", "last_success_at",
                    "next_poll_at", "last_item_count", "enabled"]  # fmt: skip
    list_filter = ["health", "kind", "enabled", "region", "is_example"]
    search_fields = ["name", "kind", "last_error"]
    ordering = ["kind", "name"]
    readonly_fields = ["in_words", "last_error", "last_note", "last_polled_at", "last_success_at", "last_item_count",
                       "last_duration", "consecutive_failures", "is_example"]  # fmt: skip
    actions = ["ask_now", "switch_on", "switch_off", "forget_error"]

    @display(description=_("health"), ordering="health", label=HEALTH_LOOKS)  # type: ignore[untyped-decorator]
    def told_health(self, row: TrendSource) -> tuple[str, str]:
        """The state as a label."""
        return row.health, str(row.get_health_display())

    @admin.display(description=_("last error"))
    def told_error(self, row: TrendSource) -> str:
        """The beginning of the last error."""
        return row.last_error[:120] or row.last_note[:120]

    @admin.display(description=_("health"))
    def in_words(self, row: TrendSource) -> str:
        """The state in a sentence."""
        return polling.words_for_health(
            polling.Health(row.health),
            failures=row.consecutive_failures,
            last_success_at=row.last_success_at,
            now=timezone.now(),
            duration=row.last_duration,
        )

    def save_model(self, request: HttpRequest, obj: TrendSource, form: Any, change: bool) -> None:
        """Save; with other settings the answers kept for comparison are no longer the same feed's."""
        if not change or {"kind", "region", "language", "category", "config"} & set(form.changed_data):
            obj.etag = obj.last_modified = ""
            obj.next_poll_at = timezone.now()
        super().save_model(request, obj, form, change)

    @admin.action(description=_("Ask now"))
    def ask_now(self, request: HttpRequest, rows: QuerySet[TrendSource]) -> None:
        """Queue a fetch of each."""
        asked = sum(sources.poll_now(row, now=timezone.now()) for row in rows)
        self.message_user(
            request, _("%(count)s queued; sources that are switched off were left out.") % {"count": asked}
        )

    @admin.action(description=_("Switch on"))
    def switch_on(self, request: HttpRequest, rows: QuerySet[TrendSource]) -> None:
        """Ask each from now on."""
        for row in rows:
            sources.enable(row, now=timezone.now())
        self.message_user(request, _("Switched on. The first answers come within a minute."))

    @admin.action(description=_("Switch off"))
    def switch_off(self, request: HttpRequest, rows: QuerySet[TrendSource]) -> None:
        """Leave each alone."""
        for row in rows:
            sources.disable(row)
        self.message_user(request, _("Switched off. What they said stays."))

    @admin.action(description=_("Forget the error"))
    def forget_error(self, request: HttpRequest, rows: QuerySet[TrendSource]) -> None:
        """Begin counting failures anew, and ask on the next round."""
        for row in rows:
            sources.forget_error(row, now=timezone.now())
        self.message_user(request, _("Forgotten. They are asked again within a minute."))
