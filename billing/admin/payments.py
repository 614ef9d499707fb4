"""Payments and refunds, for operators: money goes back from here, over a sum when a second person agrees."""

from decimal import Decimal
from typing import Any, cast

from django import forms
from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from unfold.admin import TabularInline
from unfold.decorators import action, display
from unfold.widgets import UnfoldAdminDecimalFieldWidget, UnfoldAdminTextInputWidget

from accounts.models import User
from billing import words
from billing.models import Payment, Refund
from billing.services import refunds
from trenddrop.core.admin import ReadOnlyAdmin, by_text

LOOKS = {
    Payment.Status.SUCCESS: "success", Payment.Status.FAILED: "danger", Payment.Status.PENDING: "info",
    Payment.Status.REFUNDED: "warning",
}  # fmt: skip
REFUND_LOOKS = {
    Refund.Status.REQUESTED: "warning", Refund.Status.SUCCESS: "success", Refund.Status.FAILED: "danger",
    Refund.Status.APPROVED: "info", Refund.Status.PENDING: "info",
}  # fmt: skip


class RefundForm(forms.Form):
    """How much goes back, and why."""

    amount = forms.DecimalField(
        label=_("Amount"), min_value=Decimal("0.01"), max_digits=14, decimal_places=2,
        widget=UnfoldAdminDecimalFieldWidget(),
    )  # fmt: skip
    reason = forms.CharField(
        label=_("Reason"), max_length=300, help_text=_("stands on the credit note"), widget=UnfoldAdminTextInputWidget()
    )


class RefundInline(TabularInline):  # type: ignore[misc]
    """What was given back of the payment."""

    model = Refund
    fields = ["created_at", "amount", "currency", "status", "reason", "requested_by", "approved_by", "done_at", "error"]
    readonly_fields = fields
    ordering = ["-created_at"]
    extra = 0
    can_delete = False
    show_change_link = True

    def has_add_permission(self, _request: HttpRequest, _obj: Any = None) -> bool:
        """The button above asks."""
        return False


@admin.register(Payment)
class PaymentAdmin(ReadOnlyAdmin):
    """Money that came, and the way back."""

    list_display = [
        "created_at", "organization", "purpose", "told_status", "amount", "currency", "gateway", "method",
        "refunded_amount", "failure_reason",
    ]  # fmt: skip
    list_filter = [
        "status", "purpose", ("failure_reason", admin.EmptyFieldListFilter), by_text("gateway"), by_text("currency"),
    ]  # fmt: skip
    list_filter_submit = True
    search_fields = ["organization__name", "gateway_payment_id", "gateway_order_id", "gateway_invoice_id"]
    list_select_related = ["organization"]
    inlines = [RefundInline]
    actions_detail = ["give_back"]

    @display(description=_("status"), ordering="status", label=LOOKS)  # type: ignore[untyped-decorator]
    def told_status(self, row: Payment) -> tuple[str, str]:
        """The state as a label."""
        return row.status, str(row.get_status_display())

    def has_give_back_permission(self, request: HttpRequest, _object_id: Any = None) -> bool:
        """Whoever may add refunds."""
        return bool(request.user.has_perm("billing.add_refund"))

    @action(description=_("Give back"), url_path="give-back", permissions=["give_back"])  # type: ignore[untyped-decorator]
    def give_back(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Ask how much and why; over the sum for one person it waits for a second."""
        payment = get_object_or_404(Payment.objects.select_related("organization"), pk=object_id)
        left = refunds.left_of(payment)
        form = RefundForm(request.POST or None, initial={"amount": left})
        if request.method == "POST" and form.is_valid():
            by, now = cast(User, request.user), timezone.now()
            try:
                made = refunds.ask(payment, by=by, now=now, **form.cleaned_data)
            except refunds.CannotRefund as error:
                form.add_error(None, str(error))
            else:
                waits = made.status == Refund.Status.REQUESTED
                said = _("Asked for: a second operator has to agree.") if waits else _("It is sent in a moment.")
                self.message_user(request, said, messages.WARNING if waits else messages.SUCCESS)
                return redirect("admin:billing_payment_change", payment.pk)
        context = {
            **self.admin_site.each_context(request), "opts": self.opts, "title": _("Give back"), "payment": payment,
            "form": form, "left": words.money(left, payment.currency),
            "alone": words.money(refunds.alone_up_to(payment.currency), payment.currency),
        }  # fmt: skip
        return TemplateResponse(request, "admin/billing/give_back.html", context)


@admin.register(Refund)
class RefundAdmin(ReadOnlyAdmin):
    """Money that went back, and what waits for a second person."""

    list_display = [
        "created_at", "organization", "amount", "currency", "told_status", "reason", "requested_by", "approved_by",
        "error",
    ]  # fmt: skip
    list_filter = ["status", by_text("currency")]
    list_filter_submit = True
    search_fields = ["organization__name", "gateway_refund_id", "reason"]
    list_select_related = ["organization", "requested_by", "approved_by"]
    actions = ["agree", "refuse"]

    @display(description=_("status"), ordering="status", label=REFUND_LOOKS)  # type: ignore[untyped-decorator]
    def told_status(self, row: Refund) -> tuple[str, str]:
        """The state as a label."""
        return row.status, str(row.get_status_display())

    def has_decide_permission(self, request: HttpRequest) -> bool:
        """Whoever may change refunds."""
        return bool(request.user.has_perm("billing.change_refund"))

    @admin.action(description=_("Agree, as a second person"), permissions=["decide"])
    def agree(self, request: HttpRequest, queryset: QuerySet[Refund]) -> None:
        """Let them go out."""
        self._decide(request, queryset, refunds.agree)

    @admin.action(description=_("Refuse: nothing goes back"), permissions=["decide"])
    def refuse(self, request: HttpRequest, queryset: QuerySet[Refund]) -> None:
        """End them."""
        self._decide(request, queryset, refunds.refuse)

    def _decide(self, request: HttpRequest, chosen: QuerySet[Refund], command: Any) -> None:
        done = 0
        for each in chosen:
            try:
                command(each, by=request.user, now=timezone.now())
            except refunds.CannotRefund as error:
                self.message_user(request, f"{each}: {error}", messages.ERROR)
            else:
                done += 1
        if done:
            self.message_user(request, _("%(n)s refunds decided.") % {"n": done}, messages.SUCCESS)
