"""AI credits: a ledger whose sum is the balance, what is left of each grant, and what is held for work that runs."""

import uuid
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import TenantModel, TenantQuerySet
from billing.models.payments import Payment


class CreditEntry(TenantModel):
    """One line of the ledger of AI credits; the balance is the sum. Append-only."""

    APPEND_ONLY = True
    IS_WORK = False

    class Kind(models.TextChoices):
        GRANT = "grant", _("Grant")
        SPEND = "spend", _("Spend")
        REFUND = "refund", _("Refund")
        EXPIRY = "expiry", _("Expiry")

    kind = models.CharField(max_length=8, choices=Kind.choices)
    amount = models.IntegerField(help_text="credits; spending is negative")
    reason = models.CharField(max_length=120)
    reference = models.CharField(max_length=120, help_text="what it was for; the same reference is booked once")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.DO_NOTHING, null=True, related_name="+")

    objects = TenantQuerySet["CreditEntry"].as_manager()

    class Meta:
        verbose_name_plural = "credit entries"
        constraints = [
            models.UniqueConstraint(fields=["organization", "kind", "reference"], name="credit_booked_once"),
            models.CheckConstraint(
                condition=models.Q(kind="spend", amount__lte=0) | (~models.Q(kind="spend")),
                name="spending_is_negative",
            ),
            models.CheckConstraint(
                condition=~models.Q(kind="expiry") | models.Q(amount__lte=0), name="expiry_is_negative"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.amount:+d} {self.reason}"


class CreditAccount(TenantModel):
    """The ledger's sum and what is held of it: the row that spending waits for. Never negative once plans are sold."""

    IS_WORK = False

    balance = models.IntegerField(default=0)
    held = models.IntegerField(default=0)
    is_open = models.BooleanField(default=True, help_text=_("no plans are sold here: counted, and never refused"))

    objects = TenantQuerySet["CreditAccount"].as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organization"], name="one_credit_account"),
            models.CheckConstraint(
                condition=models.Q(is_open=True) | models.Q(balance__gte=0), name="credits_never_below_nothing"
            ),
            models.CheckConstraint(
                condition=models.Q(held__gte=0) & (models.Q(is_open=True) | models.Q(held__lte=models.F("balance"))),
                name="no_more_held_than_there_is",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.balance}"


class CreditGrant(TenantModel):
    """Credits that were given, and what is left of them: those that end first are spent first."""

    IS_WORK = False

    class Source(models.TextChoices):
        PLAN = "plan", _("Plan")
        TRIAL = "trial", _("Trial")
        PACK = "pack", _("Bought")
        GIFT = "gift", _("Given")
        OPENING = "opening", _("Used before plans were sold")

    source = models.CharField(max_length=7, choices=Source.choices, default=Source.PLAN)
    amount = models.PositiveIntegerField(default=0)
    remaining = models.PositiveIntegerField(default=0)
    starts_at = models.DateTimeField()
    expires_at = models.DateTimeField(null=True, blank=True)
    reference = models.CharField(max_length=120)
    payment = models.ForeignKey(Payment, models.SET_NULL, null=True, blank=True, related_name="+")

    objects = TenantQuerySet["CreditGrant"].as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["expires_at"], name="grant_ends", condition=models.Q(remaining__gt=0)),
            models.Index(fields=["organization", "expires_at"], name="grant_left", condition=models.Q(remaining__gt=0)),
        ]
        constraints = [
            models.UniqueConstraint(fields=["organization", "reference"], name="one_credit_grant"),
            models.CheckConstraint(
                condition=models.Q(remaining__lte=models.F("amount")), name="no_more_left_than_given"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.remaining} / {self.amount}"


class CreditReservation(TenantModel):
    """Credits held for work that runs: committed for what it took, or released. One that nobody ends runs out."""

    IS_WORK = False

    class State(models.TextChoices):
        HELD = "held", _("held")
        COMMITTED = "committed", _("spent")
        RELEASED = "released", _("released")
        LAPSED = "lapsed", _("ran out")

    state = models.CharField(max_length=9, choices=State.choices, default=State.HELD)
    amount = models.PositiveIntegerField(default=0)
    spent = models.PositiveIntegerField(default=0)
    reason = models.CharField(max_length=120)
    reference = models.CharField(max_length=120)
    expires_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.DO_NOTHING, null=True, blank=True, related_name="+")

    objects = TenantQuerySet["CreditReservation"].as_manager()

    if TYPE_CHECKING:
        by_id: uuid.UUID | None

    class Meta:
        indexes = [models.Index(fields=["expires_at"], name="reservation_due", condition=models.Q(state="held"))]
        constraints = [
            models.UniqueConstraint(fields=["organization", "reference"], name="one_reservation"),
            models.CheckConstraint(condition=models.Q(spent__lte=models.F("amount")), name="no_more_than_was_held"),
        ]

    def __str__(self) -> str:
        return f"{self.amount} {self.reason}"
