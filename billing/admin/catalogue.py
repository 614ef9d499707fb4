"""Plans with their history, prices and packs, for operators: a change is a new version, never an edit."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any, cast

from django import forms
from django.contrib import admin, messages
from django.db.models import Count, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from unfold.admin import ModelAdmin, TabularInline
from unfold.decorators import action
from unfold.widgets import (
    UnfoldAdminDecimalFieldWidget,
    UnfoldAdminIntegerFieldWidget,
    UnfoldAdminTextareaWidget,
    UnfoldAdminTextInputWidget,
    UnfoldBooleanSwitchWidget,
)

from accounts.models import User
from billing import words
from billing.models import CreditPack, Interval, Plan, PlanPrice, PlanVersion
from billing.services import selling
from trenddrop.core.admin import ReadOnlyAdmin

CURRENCIES = ("INR", "USD")
GB = 10**9


class NextVersionForm(forms.Form):
    """What a plan holds and costs from a moment on, filled in with what it holds now."""

    trial_days = forms.IntegerField(
        label=_("Days to try it"), min_value=0, max_value=365, widget=UnfoldAdminIntegerFieldWidget()
    )
    features = forms.CharField(
        label=_("Features"), required=False, help_text=_("keys, one a line"), widget=UnfoldAdminTextareaWidget()
    )
    sold_from = forms.DateTimeField(
        label=_("Sold from"), required=False, help_text=_("empty: from now on"), widget=UnfoldAdminTextInputWidget()
    )
    note = forms.CharField(label=_("Why"), max_length=200, widget=UnfoldAdminTextInputWidget())

    def __init__(self, data: Any = None, *, now_sold: PlanVersion | None) -> None:
        super().__init__(data, initial=_initial(now_sold))
        for meter, (label, _own) in words.METERS.items():
            self.fields[f"limit_{meter}"] = forms.IntegerField(
                label=str(label), min_value=0, required=False, widget=UnfoldAdminIntegerFieldWidget()
            )
            self.fields[f"hard_{meter}"] = forms.BooleanField(
                label=_("refuse what is over"), required=False, widget=UnfoldBooleanSwitchWidget()
            )
        for currency, interval in _sorts():
            self.fields[f"price_{currency}_{interval}"] = forms.DecimalField(
                label=f"{currency}, {Interval(interval).label}", min_value=Decimal("0.01"), max_digits=14,
                decimal_places=2, required=False, widget=UnfoldAdminDecimalFieldWidget(),
            )  # fmt: skip

    def meters(self) -> Iterator[tuple[forms.BoundField, forms.BoundField, str]]:
        """Return limit and switch of each meter, with its unit."""
        for meter in words.METERS:
            yield self[f"limit_{meter}"], self[f"hard_{meter}"], "GB" if meter == "storage_bytes" else ""

    def prices(self) -> Iterator[forms.BoundField]:
        """Return the prices' fields."""
        return (self[f"price_{currency}_{interval}"] for currency, interval in _sorts())

    def draft(self) -> selling.Draft:
        """Return what was filled in."""
        given = self.cleaned_data
        prices = {sort: given["price_" + "_".join(sort)] for sort in _sorts() if given["price_" + "_".join(sort)]}
        limits = {
            meter: {"limit": _whole(meter, given[f"limit_{meter}"]), "hard": given[f"hard_{meter}"]}
            for meter in words.METERS
        }
        return selling.Draft(
            limits=limits,
            prices=prices,
            features=given["features"].split(),
            trial_days=given["trial_days"],
            note=given["note"],
            sold_from=given["sold_from"],
        )


def _sorts() -> list[tuple[str, str]]:
    return [(currency, interval) for currency in CURRENCIES for interval in Interval.values]


def _whole(meter: str, value: int | None) -> int | None:
    return value * GB if value is not None and meter == "storage_bytes" else value


def _initial(version: PlanVersion | None) -> dict[str, Any]:
    if version is None:
        return {"trial_days": 14} | {f"hard_{meter}": True for meter in words.METERS}
    found: dict[str, Any] = {"trial_days": version.trial_days, "features": "\n".join(version.features)}
    for meter, of in version.limits.items():
        limit = of.get("limit")
        found[f"limit_{meter}"] = limit // GB if limit is not None and meter == "storage_bytes" else limit
        found[f"hard_{meter}"] = of.get("hard", True)
    return found | {f"price_{each.currency}_{each.interval}": each.amount for each in version.prices.all()}


class VersionInline(TabularInline):  # type: ignore[misc]
    """The plan's history, the latest first."""

    model = PlanVersion
    fields = ["number", "sold_from", "told_limits", "told_prices", "trial_days", "note", "by"]
    readonly_fields = fields
    ordering = ["-number"]
    extra = 0
    can_delete = False
    show_change_link = True
    verbose_name_plural = _("what was sold, from when on")

    def get_queryset(self, request: HttpRequest) -> QuerySet[PlanVersion]:
        """Bring prices and people along."""
        found: QuerySet[PlanVersion] = super().get_queryset(request).select_related("by").prefetch_related("prices")
        return found

    def has_add_permission(self, _request: HttpRequest, _obj: Any = None) -> bool:
        """A version is made by the button above."""
        return False

    @admin.display(description=_("limits"))
    def told_limits(self, row: PlanVersion) -> SafeString:
        """Every limit in a line."""
        return format_html_join("", "<p>{}: {}</p>", told_limits(row))

    @admin.display(description=_("prices"))
    def told_prices(self, row: PlanVersion) -> SafeString:
        """Every price in a line."""
        told = ((words.price(each.amount, each.currency), each.get_interval_display()) for each in row.prices.all())
        return format_html_join("", "<p>{}, {}</p>", told)


def told_limits(row: PlanVersion) -> Iterator[tuple[Any, str]]:
    """Return the limits of a version in words."""
    for meter, of in row.limits.items():
        label = words.METERS[meter][0] if meter in words.METERS else meter
        only_told = "" if of.get("hard", True) else " (" + _("only told") + ")"
        yield label, words.size_of(meter, of.get("limit")) + only_told


@admin.register(Plan)
class PlanAdmin(ModelAdmin):  # type: ignore[misc]
    """The plans by their names, with what was sold of each; limits and prices change by a new version."""

    list_display = ["name", "key", "rank", "is_active", "is_trial", "is_by_agreement", "sort_order", "versions_made"]
    search_fields = ["name", "key"]
    inlines = [VersionInline]
    actions_detail = ["sell"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Plan]:
        """Count versions."""
        found: QuerySet[Plan] = super().get_queryset(request).annotate(made=Count("versions"))
        return found

    @admin.display(description=_("versions"), ordering="made")
    def versions_made(self, row: Any) -> int:
        """How often it was changed."""
        return int(row.made)

    def get_readonly_fields(self, _request: HttpRequest, obj: Plan | None = None) -> list[str]:
        """A key is for good: addresses and subscriptions know it."""
        return ["key"] if obj else []

    def has_delete_permission(self, _request: HttpRequest, _obj: Any = None) -> bool:
        """What was sold stays; take it off sale instead."""
        return False

    def has_sell_permission(self, request: HttpRequest, _object_id: Any = None) -> bool:
        """Whoever may change plans."""
        return bool(self.has_change_permission(request))

    @action(description=_("Sell a new version"), url_path="sell", permissions=["sell"])  # type: ignore[untyped-decorator]
    def sell(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Ask what it holds and costs from a moment on; what was sold stays as it was."""
        plan = get_object_or_404(Plan, pk=object_id)
        now_sold = plan.versions.prefetch_related("prices").order_by("-number").first()
        form = NextVersionForm(request.POST or None, now_sold=now_sold)
        if request.method == "POST" and form.is_valid():
            try:
                made = selling.next_version(plan, form.draft(), by=cast(User, request.user), now=timezone.now())
            except selling.CannotSell as error:
                form.add_error(None, str(error))
            else:
                self.log_change(request, plan, f"Version {made.number}: {made.note}")
                self.message_user(request, _("Version %(n)s is made.") % {"n": made.number}, messages.SUCCESS)
                return redirect("admin:billing_plan_change", plan.pk)
        context = {
            **self.admin_site.each_context(request), "opts": self.opts, "title": _("Sell a new version"), "plan": plan,
            "form": form,
        }  # fmt: skip
        return TemplateResponse(request, "admin/billing/sell.html", context)


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
class CreditPackAdmin(ModelAdmin):  # type: ignore[misc]
    """Credits sold beside the plan."""

    list_display = ["key", "credits", "currency", "amount", "valid_days", "is_active"]
    list_filter = ["currency", "is_active"]

    def has_delete_permission(self, _request: HttpRequest, _obj: Any = None) -> bool:
        """What was bought stays; take it off sale instead."""
        return False
