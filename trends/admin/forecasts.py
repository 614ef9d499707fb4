"""Forecast models for operators: what each learned, how it did, and which is in use."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from unfold.decorators import action

from trenddrop.core.admin import ReadOnlyAdmin
from trends.models import ForecastModel
from trends.services import forecasts

HEADS = (_("cases"), _("foretold"), _("happened"))


@admin.register(ForecastModel)
class ForecastModelAdmin(ReadOnlyAdmin):
    """Versions of the models; their parameters are never shown, and never run."""

    list_display = ["task", "version", "is_active", "examples", "positives", "told_quality", "told_rule", "trained_to"]
    list_filter = ["task", "is_active"]
    ordering = ["task", "-version"]
    fields = readonly_fields = [
        "task", "version", "is_active", "algorithm", "trained_from", "trained_to", "examples", "positives", "note",
        "held_out", "lived",
    ]  # fmt: skip
    actions = ["use_version", "go_back"]
    actions_list = ["train_now"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[ForecastModel]:
        """Leave the parameters where they are."""
        rows: QuerySet[ForecastModel] = super().get_queryset(request)
        return rows.defer("parameters")

    @admin.display(description=_("on the time held out"))
    def told_quality(self, row: ForecastModel) -> str:
        """Its main figure."""
        return _main(row.figures)

    @admin.display(description=_("the rule there"))
    def told_rule(self, row: ForecastModel) -> str:
        """The rule's main figure."""
        return _main(row.figures.get("rule", {}))

    @admin.display(description=_("on the time held out"))
    def held_out(self, row: ForecastModel) -> SafeString:
        """Figures and calibration before it was used."""
        return _told(row.figures)

    @admin.display(description=_("since it is in use"))
    def lived(self, row: ForecastModel) -> SafeString:
        """Figures and calibration of what it foretold."""
        return _told(row.figures.get("lived", {}))

    @action(description=_("Train now"), url_path="train", permissions=["act"])  # type: ignore[untyped-decorator]
    def train_now(self, request: HttpRequest) -> HttpResponse:
        """Ask, then queue a training."""
        if request.method == "POST":
            forecasts.train_now()
            self.message_user(
                request, _("Queued. New versions show here in a few minutes, if there is history enough.")
            )
            return redirect("admin:trends_forecastmodel_changelist")
        context = self.admin_site.each_context(request) | {"opts": ForecastModel._meta, "title": _("Train now")}
        return render(request, "admin/trends/train.html", context)

    @admin.action(description=_("Use this version"))
    def use_version(self, request: HttpRequest, rows: QuerySet[ForecastModel]) -> None:
        """Put versions in use, one per task."""
        for row in rows.order_by("version"):
            try:
                forecasts.use(row)
            except forecasts.CantUse as fault:
                self.message_user(request, f"{row}: {fault}", level="ERROR")
            else:
                self.message_user(request, _("%(model)s is in use.") % {"model": row})

    @admin.action(description=_("Go back to the version before"))
    def go_back(self, request: HttpRequest, rows: QuerySet[ForecastModel]) -> None:
        """Put the version before in use, or the rule where there is none."""
        for row in rows:
            try:
                before = forecasts.go_back(row)
            except forecasts.CantUse as fault:
                self.message_user(request, f"{row}: {fault}", level="ERROR")
            else:
                told = _("%(model)s is in use.") % {"model": before} if before else _("The rule foretells now.")
                self.message_user(request, told)


def _main(figures: dict[str, Any]) -> str:
    """Return average precision, or macro-F1, whichever there is."""
    for name in ("ap", "macro_f1"):
        if name in figures:
            return f"{name} {figures[name]}"
    return ""


def _told(figures: dict[str, Any]) -> SafeString:
    if not figures:
        return format_html("{}", _("Nothing yet."))
    plain = ((name, value) for name, value in figures.items() if isinstance(value, int | float))
    lines = format_html_join("", "<li>{}: {}</li>", plain)
    parts = ((one["cases"], one["foretold"], one["happened"]) for one in figures.get("calibration", []))
    cells = format_html_join("", "<tr><td>{}</td><td>{}</td><td>{}</td></tr>", parts)
    heads = format_html_join("", "<th>{}</th>", ((word,) for word in HEADS))
    return format_html(
        "<ul>{}</ul><table><thead><tr>{}</tr></thead><tbody>{}</tbody></table>", lines, heads, cells
    )  # fmt: skip
