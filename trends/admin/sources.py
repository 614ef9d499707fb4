"""Sources and their health, for operators."""

from typing import Any

from django import forms
from django.conf import settings
from django.contrib import admin, messages
from django.db.models import QuerySet
from django.forms import ModelForm
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.html import format_html_join
from django.utils.safestring import mark_safe
from django.utils.translation import gettext_lazy as _
from unfold.admin import ModelAdmin
from unfold.decorators import action, display
from unfold.widgets import (
    UnfoldAdminPasswordWidget,
    UnfoldAdminSelectWidget,
    UnfoldAdminTextInputWidget,
    UnfoldBooleanWidget,
)

from trenddrop.core.crypto import SecretUnreadable
from trends import polling
from trends.collection import quotas
from trends.collection.quotas import Standing
from trends.models import TrendSource
from trends.services import imports, sources
from trends.sources import csv_file
from trends.sources import source as adapter_of

ANOTHER_FEED = {"kind", "region", "language", "category", "config", "credential", "forget_credential"}
HEALTH_LOOKS = {"ok": "success", "slow": "warning", "failing": "warning", "down": "danger", "never": "info"}


class SourceForm(ModelForm[TrendSource]):
    """A source whose settings its adapter accepts. Credentials go in and never come out."""

    kind = forms.ChoiceField(choices=lambda: [(key, key) for key in sorted(settings.TREND_SOURCES)])
    credential = forms.CharField(
        label=_("Credentials"),
        required=False,
        max_length=1000,
        widget=UnfoldAdminPasswordWidget(attrs={"autocomplete": "new-password"}),
        help_text=_("A key or token, where the source asks for one. Never shown again; empty keeps what is stored."),
    )
    forget_credential = forms.BooleanField(
        label=_("Forget the credentials"), required=False, widget=UnfoldBooleanWidget
    )

    class Meta:
        model = TrendSource
        fields = ["kind", "name", "region", "language", "category", "config", "interval", "quota_per_day", "enabled"]

    def clean(self) -> dict[str, Any]:
        """Ask the adapter."""
        given: dict[str, Any] = super().clean() or self.cleaned_data
        columns = {name: given.get(name) or "" for name in ("kind", "region", "language", "category")}
        row = TrendSource(**columns, config=given.get("config") or {})
        credential = self._credential(given) if given.get("enabled") else None
        fault = sources.fault_of(row, credential=credential, now=timezone.now())
        if fault and columns["kind"]:
            self.add_error(None, fault)
        return given

    def _credential(self, given: dict[str, Any]) -> str:
        if given.get("credential") or given.get("forget_credential"):
            return str(given.get("credential") or "")
        try:
            return str(self.instance.credentials.open())
        except SecretUnreadable:
            return ""


class FileForm(forms.Form):
    """A file of topics, and the source it belongs to."""

    file = forms.FileField(label=_("File"), help_text=_("CSV, or for TikTok also JSON; at most 5 MB."))
    kind = forms.ChoiceField(label=_("Kind"), choices=imports.kinds, widget=UnfoldAdminSelectWidget)
    name = forms.CharField(
        label=_("Name"), max_length=120, widget=UnfoldAdminTextInputWidget,
        help_text=_("Where the figures are from. The same name continues that source."),
    )  # fmt: skip
    region = forms.CharField(label=_("Country"), max_length=2, required=False, widget=UnfoldAdminTextInputWidget)
    language = forms.CharField(label=_("Language"), max_length=8, required=False, widget=UnfoldAdminTextInputWidget)


@admin.register(TrendSource)
class TrendSourceAdmin(ModelAdmin):  # type: ignore[misc]
    """Sources: what is asked, how it answers, and what to do about it."""

    form = SourceForm
    list_display = ["name", "kind", "region", "language", "category", "told_health", "told_error", "last_success_at",
                    "told_pace", "next_poll_at", "last_item_count", "enabled"]  # fmt: skip
    list_filter = ["health", "kind", "enabled", "region", "is_example"]
    search_fields = ["name", "kind", "last_error"]
    ordering = ["kind", "name"]
    readonly_fields = ["told_contract", "told_credential", "in_words", "last_error", "last_note", "last_polls",
                       "next_poll_at", "told_pace", "told_quota", "last_polled_at", "last_success_at",
                       "last_item_count", "last_duration", "consecutive_failures", "is_example"]  # fmt: skip
    actions = ["ask_now", "switch_on", "switch_off", "forget_error"]
    actions_list = ["bring_file"]

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

    @admin.display(description=_("asked every"))
    def told_pace(self, row: TrendSource) -> str:
        """How often it is asked now."""
        return polling.age(row.pace or row.interval)

    @admin.display(description=_("quota left today"))
    def told_quota(self, row: TrendSource) -> str:
        """What is left of the day's quota, of how much."""
        stands = self._standing(row)
        return f"{stands.left:,} / {stands.limit:,}" if stands else "–"

    def _standing(self, row: TrendSource) -> Standing | None:
        if row.kind not in settings.TREND_SOURCES:
            return None
        return quotas.standing_of(row, adapter_of(row.kind), now=timezone.now())

    @admin.display(description=_("credentials"))
    def told_credential(self, row: TrendSource) -> str:
        """Whether there are any; never what they are."""
        return str(_("Stored, locked.") if row.credentials else _("None."))

    @admin.display(description=_("last polls"))
    def last_polls(self, row: TrendSource) -> str:
        """What came of the last polls, the newest first."""
        lines = [(f"{at} · {outcome} · {'–' if items is None else items} · {seconds} s",)
                 for at, outcome, items, seconds in reversed(row.outcomes)]  # fmt: skip
        return format_html_join(mark_safe("<br>"), "{}", lines) or "–"

    @admin.display(description=_("what it takes"))
    def told_contract(self, row: TrendSource) -> str:
        """The settings its kind reads from the columns and the configuration, with what they mean."""
        if row.kind not in settings.TREND_SOURCES:
            return "–"
        adapter = adapter_of(row.kind)
        lines = [(option.name, option.default or "–", option.help) for option in adapter.options]
        if adapter.credential:
            wanted = str(_("needed") if adapter.credential.required else _("may be given"))
            lines.append((str(_("credentials")), wanted, adapter.credential.help))
        return format_html_join(mark_safe("<br>"), "<b>{}</b> ({}): {}", lines)

    @action(description=_("Bring a file"), url_path="bring-file", permissions=["change"])  # type: ignore[untyped-decorator]
    def bring_file(self, request: HttpRequest) -> HttpResponse:
        """Bring topics from a file: all of it or nothing, each fault with its line."""
        form = FileForm(request.POST or None, request.FILES or None)
        faults: list[str] = []
        if request.method == "POST" and form.is_valid():
            try:
                done = _bring(form)
            except imports.CantImport as error:
                faults = error.faults
            else:
                messages.success(request, " ".join([done.words, *done.notes]))
                return redirect("admin:trends_trendsource_change", done.source.pk)
        context: dict[str, Any] = self.admin_site.each_context(request)
        context |= {"form": form, "faults": faults, "opts": TrendSource._meta, "title": _("Bring a file"),
                    "columns": csv_file.COLUMNS, "most_rows": csv_file.MOST_ROWS}  # fmt: skip
        return render(request, "admin/trends/bring_file.html", context, status=422 if faults or form.errors else 200)

    def save_model(self, request: HttpRequest, obj: TrendSource, form: Any, change: bool) -> None:
        """Save; with other settings the answers kept for comparison are no longer the same feed's."""
        if form.cleaned_data["credential"] or form.cleaned_data["forget_credential"]:
            obj.credentials = form.cleaned_data["credential"]
        if not change or ANOTHER_FEED & set(form.changed_data):
            obj.etag = obj.last_modified = obj.answers_digest = ""
            obj.next_poll_at = timezone.now()
        if "interval" in form.changed_data:
            obj.pace = None
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


def _bring(form: FileForm) -> imports.Imported:
    given = form.cleaned_data
    content = given["file"].read(imports.MOST_BYTES + 1)
    names = ("kind", "name", "region", "language")
    return imports.bring(content, now=timezone.now(), **{name: given[name] for name in names})
