"""Money that came and went back."""

import uuid
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import TenantModel, TenantQuerySet
from billing.models.catalogue import PlanPrice
from billing.models.money import currency_field, has_code, not_negative, sum_field
from billing.models.subscriptions import Checkout, Subscription, SubscriptionChange


class Payment(TenantModel):
    """One payment at a gateway: kept once by the gateway's own number."""

    IS_WORK = False

    class Purpose(models.TextChoices):
        FIRST = "first", _("first payment")
        RENEWAL = "renewal", _("renewal")
        UPGRADE = "upgrade", _("upgrade")
        CREDITS = "credits", _("credits")

    class Status(models.TextChoices):
        PENDING = "pending", _("Pending")
        SUCCESS = "success", _("Paid")
        FAILED = "failed", _("Failed")
        REFUNDED = "refunded", _("Refunded")

    subscription = models.ForeignKey(Subscription, models.CASCADE, null=True, blank=True, related_name="payments")
    checkout = models.ForeignKey(Checkout, models.SET_NULL, null=True, blank=True, related_name="payments")
    change = models.ForeignKey(SubscriptionChange, models.SET_NULL, null=True, blank=True, related_name="+")
    price = models.ForeignKey(PlanPrice, models.PROTECT, null=True, blank=True, related_name="+")
    purpose = models.CharField(max_length=8, choices=Purpose.choices, default=Purpose.FIRST)
    status = models.CharField(max_length=8, choices=Status.choices, default=Status.PENDING)
    amount = sum_field(help_text=_("what was taken, tax included"))
    currency = currency_field()
    gateway = models.CharField(max_length=20)
    gateway_account = models.CharField(max_length=60, blank=True)
    gateway_payment_id = models.CharField(max_length=120, blank=True)
    gateway_order_id = models.CharField(max_length=120, blank=True)
    gateway_invoice_id = models.CharField(max_length=120, blank=True)
    gateway_told_at = models.DateTimeField(null=True, blank=True)
    raw = models.JSONField(default=dict, blank=True, help_text=_("as the gateway told it, without cards' numbers"))
    method = models.CharField(max_length=60, blank=True, help_text=_("such as: Visa •••• 4242, UPI"))
    period_start = models.DateTimeField(null=True, blank=True)
    period_end = models.DateTimeField(null=True, blank=True)
    paid_at = models.DateTimeField(null=True, blank=True)
    failed_at = models.DateTimeField(null=True, blank=True)
    failure_code = models.CharField(max_length=80, blank=True)
    failure_reason = models.CharField(max_length=300, blank=True)
    action_url = models.URLField(max_length=1000, blank=True, help_text=_("where the customer confirms it"))
    refunded_at = models.DateTimeField(null=True, blank=True)
    refunded_amount = sum_field(default=0)
    disputed_at = models.DateTimeField(null=True, blank=True)
    receipt_url = models.URLField(max_length=1000, blank=True)

    objects = TenantQuerySet["Payment"].as_manager()

    if TYPE_CHECKING:
        subscription_id: uuid.UUID | None
        checkout_id: uuid.UUID | None

    class Meta:
        indexes = [
            models.Index(fields=["organization", "-created_at"], name="payment_of_organization"),
            models.Index(fields=["gateway", "gateway_account", "created_at"], name="payment_of_gateway"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["gateway", "gateway_account", "gateway_payment_id"],
                name="one_payment_at_a_gateway",
                condition=~models.Q(gateway_payment_id=""),
            ),
            models.CheckConstraint(
                condition=models.Q(refunded_amount__lte=models.F("amount")), name="no_more_back_than_came"
            ),
            not_negative("payment_amounts", "amount", "refunded_amount"),
            has_code("payment_currency"),
        ]

    def __str__(self) -> str:
        return f"{self.amount} {self.currency} · {self.get_status_display()}"

    @property
    def bought_nothing(self) -> bool:
        """Whether it came and was not taken: the reason says why, and an operator gives it back."""
        return self.status in {self.Status.SUCCESS, self.Status.REFUNDED} and bool(self.failure_reason)


class Refund(TenantModel):
    """Money given back: asked for, over a sum agreed to by a second person, sent, and told by the gateway."""

    IS_WORK = False

    class Status(models.TextChoices):
        REQUESTED = "requested", _("waits for a second person")
        APPROVED = "approved", _("to be sent")
        PENDING = "pending", _("sent")
        SUCCESS = "success", _("given back")
        FAILED = "failed", _("failed")
        REFUSED = "refused", _("refused")

    payment = models.ForeignKey(Payment, models.CASCADE, related_name="refunds")
    amount = sum_field()
    currency = currency_field()
    status = models.CharField(max_length=9, choices=Status.choices, default=Status.REQUESTED)
    reason = models.CharField(max_length=300, blank=True)
    requested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.DO_NOTHING, null=True, blank=True, related_name="+"
    )
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.DO_NOTHING, null=True, blank=True, related_name="+"
    )
    approved_at = models.DateTimeField(null=True, blank=True)
    gateway_refund_id = models.CharField(max_length=120, blank=True)
    gateway_told_at = models.DateTimeField(null=True, blank=True)
    done_at = models.DateTimeField(null=True, blank=True)
    error = models.CharField(max_length=300, blank=True)
    raw = models.JSONField(default=dict, blank=True)

    objects = TenantQuerySet["Refund"].as_manager()

    if TYPE_CHECKING:
        payment_id: uuid.UUID

    class Meta:
        indexes = [models.Index(fields=["organization", "-created_at"], name="refund_of_organization")]
        constraints = [
            models.UniqueConstraint(
                fields=["payment", "gateway_refund_id"],
                name="one_refund_at_a_gateway",
                condition=~models.Q(gateway_refund_id=""),
            ),
            models.CheckConstraint(condition=models.Q(amount__gt=0), name="a_refund_is_something"),
            models.CheckConstraint(
                condition=models.Q(approved_by__isnull=True)
                | models.Q(requested_by__isnull=True)
                | ~models.Q(approved_by=models.F("requested_by")),
                name="a_second_person_agrees",
            ),
            has_code("refund_currency"),
        ]

    def __str__(self) -> str:
        return f"{self.amount} {self.currency} · {self.get_status_display()}"
