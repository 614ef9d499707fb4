"""Subscriptions and what became of them, for operators."""

from typing import Any, cast

from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from unfold.decorators import action

from accounts.models import Organization, User
from billing.admin.agreements import EndForm, NewTermsForm, TermsForm
from billing.models import Checkout, DunningStep, Subscription, SubscriptionChange
from billing.queries import revenue as reckoning
from billing.services import agreements
from trenddrop.core.admin import ReadOnlyAdmin, by_text

MONTHS = 12


@admin.register(Subscription)
class SubscriptionAdmin(ReadOnlyAdmin):
    """Who has which plan, and how it stands."""

    list_display = [
        "organization", "version", "status", "amount", "currency", "interval", "current_period_end", "gateway",
        "mandate", "renewal", "held_at", "agreed_until",
    ]  # fmt: skip
    list_filter = [
        "status", by_text("gateway"), by_text("currency"), "interval", "mandate", "renewal",
        ("agreed_at", admin.EmptyFieldListFilter), "agreed_until",
    ]  # fmt: skip
    list_filter_submit = True
    search_fields = ["organization__name", "gateway_subscription_id", "agreement"]
    list_select_related = ["organization", "version__plan"]
    actions_list = ["revenue", "agree"]
    actions_detail = ["change_agreement", "end_agreement"]

    def has_revenue_permission(self, request: HttpRequest, _object_id: Any = None) -> bool:
        """Whoever may see subscriptions."""
        return bool(self.has_view_permission(request))

    @action(description=_("Revenue"), url_path="revenue", permissions=["revenue"])  # type: ignore[untyped-decorator]
    def revenue(self, request: HttpRequest) -> HttpResponse:
        """What recurs by plan and gateway, how it moved and what was lost, and the money that came."""
        now = timezone.now()
        standing = reckoning.standing()
        sums: dict[str, tuple[Any, int]] = {}
        for row in standing:
            monthly, customers = sums.get(row.currency, (0, 0))
            sums[row.currency] = (monthly + row.monthly, customers + row.customers)
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": _("Revenue"),
            "sums": [(currency, monthly, customers) for currency, (monthly, customers) in sums.items()],
            "standing": standing,
            "movements": reckoning.movements(months=MONTHS, now=now),
            "taken": reckoning.taken(months=MONTHS, now=now),
        }
        return TemplateResponse(request, "admin/billing/revenue.html", context)

    def has_agree_permission(self, request: HttpRequest, _object_id: Any = None) -> bool:
        """Whoever may change subscriptions."""
        return bool(request.user.has_perm("billing.change_subscription"))

    def has_end_agreement_permission(self, request: HttpRequest, object_id: Any = None) -> bool:
        """The same people, where there is an agreement to end."""
        row = self.get_object(request, object_id) if object_id else None
        has_one = object_id is None or (row is not None and row.is_living and row.is_by_agreement)
        return has_one and self.has_agree_permission(request)

    @action(description=_("Agree on a plan"), url_path="agree", permissions=["agree"])  # type: ignore[untyped-decorator]
    def agree(self, request: HttpRequest) -> HttpResponse:
        """Put an organisation on a plan by agreement."""
        form = NewTermsForm(request.POST or None)
        return self._agreed(request, form, organization=None, title=_("Agree on a plan"))

    @action(  # type: ignore[untyped-decorator]
        description=_("Agree on a plan, or change it"), url_path="agreement", permissions=["agree"]
    )
    def change_agreement(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """The same for the organisation of a row: what was agreed stands in the form."""
        row = get_object_or_404(Subscription.objects.select_related("organization", "version"), pk=object_id)
        title = _("Change the agreement") if row.is_living and row.is_by_agreement else _("Agree on a plan")
        form = TermsForm(request.POST or None, row=row)
        return self._agreed(request, form, organization=row.organization, title=title)

    def _agreed(
        self, request: HttpRequest, form: TermsForm, *, organization: Organization | None, title: Any
    ) -> HttpResponse:
        if request.method == "POST" and form.is_valid():
            whose = organization or form.cleaned_data["organization"]
            by, reason, now = cast(User, request.user), form.cleaned_data["reason"], timezone.now()
            try:
                made = agreements.agree(whose, form.terms(), reason=reason, by=by, now=now)
            except agreements.CannotAgree as error:
                form.add_error(None, str(error))
            else:
                self.log_change(request, made, f"{made.version}, {made.agreement}: {reason}")
                said = _("%(organization)s is on %(plan)s by agreement.")
                told = {"organization": whose, "plan": made.version.plan}
                self.message_user(request, said % told, messages.SUCCESS)
                return redirect("admin:billing_subscription_change", made.pk)
        return self._asking(request, form, title=title, organization=organization)

    @action(description=_("End the agreement"), url_path="end-agreement", permissions=["end_agreement"])  # type: ignore[untyped-decorator]
    def end_agreement(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Ask why, and end it at once."""
        row = get_object_or_404(Subscription.objects.select_related("organization", "version__plan"), pk=object_id)
        form = EndForm(request.POST or None)
        if request.method == "POST" and form.is_valid():
            reason = form.cleaned_data["reason"]
            try:
                agreements.end(row, reason=reason, by=cast(User, request.user), now=timezone.now())
            except agreements.CannotAgree as error:
                form.add_error(None, str(error))
            else:
                self.log_change(request, row, f"{row.agreement}: {reason}")
                self.message_user(request, _("The agreement has ended."), messages.SUCCESS)
                return redirect("admin:billing_subscription_change", row.pk)
        return self._asking(request, form, title=_("End the agreement"), organization=row.organization, ends=row)

    def _asking(self, request: HttpRequest, form: Any, *, title: Any, **more: Any) -> TemplateResponse:
        context = {**self.admin_site.each_context(request), "opts": self.opts, "title": title, "form": form, **more}
        return TemplateResponse(request, "admin/billing/agreement.html", context)


@admin.register(SubscriptionChange)
class SubscriptionChangeAdmin(ReadOnlyAdmin):
    """Every step of a subscription's life."""

    list_display = [
        "at",
        "organization",
        "kind",
        "status",
        "from_version",
        "to_version",
        "mrr_before",
        "mrr_after",
        "by",
    ]
    list_filter = ["kind", "status"]
    search_fields = ["organization__name"]
    list_select_related = ["organization", "from_version__plan", "to_version__plan", "by"]


@admin.register(DunningStep)
class DunningStepAdmin(ReadOnlyAdmin):
    """Whom we ask for a payment that failed."""

    list_display = ["due_at", "organization", "day", "done_at", "is_void"]
    list_filter = [by_text("day"), "is_void"]
    list_filter_submit = True
    search_fields = ["organization__name"]
    list_select_related = ["organization"]


@admin.register(Checkout)
class CheckoutAdmin(ReadOnlyAdmin):
    """Who was sent to a gateway."""

    list_display = ["created_at", "organization", "purpose", "status", "total", "currency", "gateway", "error"]
    list_filter = ["purpose", "status", by_text("gateway")]
    list_filter_submit = True
    search_fields = ["organization__name", "gateway_session_id"]
    list_select_related = ["organization"]
