"""What an organisation has subscribed to, how it changed, and what happens when a payment fails."""

import uuid
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import TenantModel, TenantQuerySet
from billing.models.catalogue import CreditPack, Interval, PlanPrice, PlanVersion
from billing.models.money import currency_field, has_code, not_negative, sum_field


class Subscription(TenantModel):
    """An organisation's plan: one is living at a time; those that ended stay."""

    IS_WORK = False

    class Status(models.TextChoices):
        TRIAL = "trial", _("Trial")
        ACTIVE = "active", _("Active")
        PAST_DUE = "past_due", _("Payment due")
        CANCELED = "canceled", _("Cancelled")
        EXPIRED = "expired", _("Expired")

    LIVING = (Status.TRIAL, Status.ACTIVE, Status.PAST_DUE)

    class Mandate(models.TextChoices):
        NONE = "none", _("none")
        PENDING = "pending", _("waits for the bank")
        ACTIVE = "active", _("active")
        PAUSED = "paused", _("paused by the customer")
        REVOKED = "revoked", _("revoked")
        EXPIRED = "expired", _("expired")

    class Renewal(models.TextChoices):
        NONE = "none", _("nothing is due")
        NOTICE = "notice", _("announced: the bank asks for a day's notice")
        ACTION = "action", _("waits for the customer to confirm it")
        PENDING = "pending", _("being collected")

    version = models.ForeignKey(PlanVersion, models.PROTECT, related_name="+")
    price = models.ForeignKey(PlanPrice, models.PROTECT, null=True, blank=True, related_name="+")
    status = models.CharField(max_length=8, choices=Status.choices, default=Status.TRIAL)
    currency = currency_field()
    interval = models.CharField(max_length=5, choices=Interval.choices, default=Interval.MONTH)
    amount = sum_field(default=0, help_text=_("what a period costs before tax, as sold"))
    started_at = models.DateTimeField()
    trial_ends_at = models.DateTimeField(null=True, blank=True)
    anchor_day = models.PositiveSmallIntegerField(default=1, help_text=_("day of the month on which periods begin"))
    anchor_month = models.PositiveSmallIntegerField(default=1)
    current_period_start = models.DateTimeField()
    current_period_end = models.DateTimeField()
    cancel_at_period_end = models.BooleanField(default=False)
    canceled_at = models.DateTimeField(null=True, blank=True)
    cancel_reason = models.CharField(max_length=300, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    # By agreement: invoices come outside of here, and no gateway knows of it
    agreed_at = models.DateTimeField(null=True, blank=True, help_text=_("when an operator wrote the agreement down"))
    agreed_until = models.DateField(null=True, blank=True, help_text=_("its last day; empty: until somebody ends it"))
    agreement = models.CharField(max_length=200, blank=True, help_text=_("what was agreed: the contract’s number"))

    # When a payment fails, on our own clock
    past_due_since = models.DateTimeField(null=True, blank=True)
    grace_until = models.DateTimeField(null=True, blank=True)
    held_at = models.DateTimeField(null=True, blank=True, help_text=_("scheduled posts are held since"))

    # Where it is paid
    gateway = models.CharField(max_length=20, blank=True)
    gateway_account = models.CharField(max_length=60, blank=True)
    gateway_subscription_id = models.CharField(max_length=120, blank=True)
    gateway_state = models.CharField(max_length=40, blank=True, help_text=_("as the gateway told it last"))
    gateway_told_at = models.DateTimeField(null=True, blank=True, help_text=_("older news are passed over"))
    gateway_rank = models.PositiveSmallIntegerField(default=0)
    mandate = models.CharField(max_length=8, choices=Mandate.choices, default=Mandate.NONE)
    mandate_told_at = models.DateTimeField(null=True, blank=True)
    mandate_limit = sum_field(null=True, blank=True, help_text=_("the most one debit may take"))
    renewal = models.CharField(max_length=8, choices=Renewal.choices, default=Renewal.NONE)
    notice_sent_at = models.DateTimeField(null=True, blank=True)
    action_url = models.URLField(max_length=1000, blank=True)
    action_due_at = models.DateTimeField(null=True, blank=True)

    objects = TenantQuerySet["Subscription"].as_manager()

    if TYPE_CHECKING:
        version_id: uuid.UUID
        price_id: uuid.UUID | None

    class Meta:
        indexes = [
            models.Index(fields=["status", "current_period_end"], name="subscription_due"),
            models.Index(fields=["organization", "-started_at"], name="subscription_of_organization"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["organization"],
                name="one_living_subscription",
                condition=models.Q(status__in=["trial", "active", "past_due"]),
            ),
            models.UniqueConstraint(
                fields=["gateway", "gateway_account", "gateway_subscription_id"],
                name="one_subscription_at_a_gateway",
                condition=~models.Q(gateway_subscription_id=""),
            ),
            models.CheckConstraint(
                condition=models.Q(current_period_end__gt=models.F("current_period_start")),
                name="a_period_ends_after_it_began",
            ),
            models.CheckConstraint(
                condition=~models.Q(status="past_due") | models.Q(past_due_since__isnull=False),
                name="past_due_since_when",
            ),
            models.CheckConstraint(
                condition=models.Q(anchor_day__range=(1, 31), anchor_month__range=(1, 12)), name="anchor_is_a_day"
            ),
            not_negative("subscription_amount", "amount"),
            has_code("subscription_currency"),
        ]

    def __str__(self) -> str:
        return f"{self.version} · {self.get_status_display()}"

    @property
    def is_living(self) -> bool:
        """Whether it still gives what the plan holds."""
        return self.status in self.LIVING

    @property
    def is_by_agreement(self) -> bool:
        """Whether an operator wrote it down: it is paid, and changed, outside of here."""
        return self.agreed_at is not None

    @property
    def is_due(self) -> bool:
        """Whether a payment waits for the owner."""
        asked = self.status == self.Status.PAST_DUE or self.renewal == self.Renewal.ACTION
        return self.is_living and self.price_id is not None and asked

    @property
    def is_held(self) -> bool:
        """Whether scheduled posts are held until it is paid."""
        return self.held_at is not None and self.status == self.Status.PAST_DUE


class SubscriptionChange(TenantModel):
    """One step in a subscription's life: what it was, what it became, and what it costs by month."""

    IS_WORK = False

    class Kind(models.TextChoices):
        TRIAL = "trial", _("trial began")
        START = "start", _("bought")
        RENEWAL = "renewal", _("renewed")
        UPGRADE = "upgrade", _("upgraded")
        DOWNGRADE = "downgrade", _("downgraded")
        INTERVAL = "interval", _("paid by another interval")
        CANCEL = "cancel", _("cancelled")
        RESUME = "resume", _("kept after all")
        PAST_DUE = "past_due", _("payment failed")
        HOLD = "hold", _("held")
        RECOVER = "recover", _("paid after all")
        AGREED = "agreed", _("by agreement")
        END = "end", _("ended")

    class Status(models.TextChoices):
        SCHEDULED = "scheduled", _("at the period's end")
        UNPAID = "unpaid", _("waits for payment")
        DONE = "done", _("done")
        UNDONE = "undone", _("taken back")

    subscription = models.ForeignKey(Subscription, models.CASCADE, related_name="changes")
    kind = models.CharField(max_length=9, choices=Kind.choices, default=Kind.START)
    status = models.CharField(max_length=9, choices=Status.choices, default=Status.DONE)
    at = models.DateTimeField(help_text=_("when it takes effect"))
    from_version = models.ForeignKey(PlanVersion, models.PROTECT, null=True, blank=True, related_name="+")
    from_price = models.ForeignKey(PlanPrice, models.PROTECT, null=True, blank=True, related_name="+")
    to_version = models.ForeignKey(PlanVersion, models.PROTECT, null=True, blank=True, related_name="+")
    to_price = models.ForeignKey(PlanPrice, models.PROTECT, null=True, blank=True, related_name="+")
    currency = currency_field()
    proration = sum_field(default=0, help_text=_("to pay now, before tax; what is left of the old plan taken off"))
    proration_days = models.PositiveSmallIntegerField(default=0)
    mrr_before = sum_field(default=0, help_text=_("a month's worth before, in this currency"))
    mrr_after = sum_field(default=0)
    keeps = models.JSONField(default=dict, blank=True, help_text=_("what the user chose to keep, by meter: keys"))
    agreed_at = models.DateTimeField(
        null=True, blank=True, help_text=_("when the gateway took the next sum, or was asked for a new mandate")
    )
    reason = models.CharField(max_length=300, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+")

    objects = TenantQuerySet["SubscriptionChange"].as_manager()

    if TYPE_CHECKING:
        subscription_id: uuid.UUID

    class Meta:
        indexes = [
            models.Index(fields=["subscription", "-at"], name="change_of_subscription"),
            models.Index(fields=["status", "at"], name="change_due"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["subscription"], name="one_change_is_coming", condition=models.Q(status="scheduled")
            ),
            not_negative("change_proration", "proration"),
            has_code("subscriptionchange_currency"),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} · {self.at:%Y-%m-%d}"


class DunningStep(TenantModel):
    """One step of asking for a payment that failed: told once, on its day, whatever the gateway retries."""

    IS_WORK = False

    subscription = models.ForeignKey(Subscription, models.CASCADE, related_name="dunning")
    since = models.DateTimeField(help_text=_("when the payment failed: day 0"))
    day = models.PositiveSmallIntegerField(default=0)
    due_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True, blank=True)
    is_void = models.BooleanField(default=False, help_text=_("paid before it was due"))

    objects = TenantQuerySet["DunningStep"].as_manager()

    if TYPE_CHECKING:
        subscription_id: uuid.UUID

    class Meta:
        indexes = [
            models.Index(fields=["due_at"], name="dunning_due", condition=models.Q(done_at__isnull=True, is_void=False))
        ]
        constraints = [models.UniqueConstraint(fields=["subscription", "since", "day"], name="one_dunning_step")]

    def __str__(self) -> str:
        return f"D{self.day}"


class Checkout(TenantModel):
    """A payment somebody was sent to a gateway for: the hosted page, what it is for, and how it ended."""

    IS_WORK = False

    # In `told`: the gateway's subscription that this one takes the place of, and its own where no plan came of it.
    REPLACES, UNWANTED = "replaces", "unwanted"

    class Purpose(models.TextChoices):
        BUY = "buy", _("buy a plan")
        UPGRADE = "upgrade", _("upgrade now")
        DUE = "due", _("pay what is due")
        METHOD = "method", _("another way to pay")
        CREDITS = "credits", _("credits")

    class Status(models.TextChoices):
        OPEN = "open", _("open")
        COMPLETED = "completed", _("completed")
        EXPIRED = "expired", _("expired")
        FAILED = "failed", _("failed")

    purpose = models.CharField(max_length=8, choices=Purpose.choices, default=Purpose.BUY)
    status = models.CharField(max_length=9, choices=Status.choices, default=Status.OPEN)
    subscription = models.ForeignKey(Subscription, models.CASCADE, null=True, blank=True, related_name="checkouts")
    change = models.ForeignKey(SubscriptionChange, models.CASCADE, null=True, blank=True, related_name="+")
    price = models.ForeignKey(PlanPrice, models.PROTECT, null=True, blank=True, related_name="+")
    pack = models.ForeignKey(CreditPack, models.PROTECT, null=True, blank=True, related_name="+")
    currency = currency_field()
    amount = sum_field(default=0, help_text=_("before tax"))
    tax = sum_field(default=0)
    total = sum_field(default=0, help_text=_("what the gateway takes"))
    gateway = models.CharField(max_length=20)
    gateway_account = models.CharField(max_length=60, blank=True)
    gateway_session_id = models.CharField(max_length=200, blank=True)
    gateway_subscription_id = models.CharField(max_length=120, blank=True)
    url = models.URLField(max_length=2000, blank=True)
    expires_at = models.DateTimeField(null=True, blank=True)
    completed_at = models.DateTimeField(null=True, blank=True)
    error = models.CharField(max_length=300, blank=True)
    told = models.JSONField(
        default=dict, blank=True, help_text=_("what a gateway told of the subscription before it was paid")
    )
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+")

    objects = TenantQuerySet["Checkout"].as_manager()

    class Meta:
        indexes = [models.Index(fields=["organization", "-created_at"], name="checkout_of_organization")]
        constraints = [
            models.UniqueConstraint(
                fields=["gateway", "gateway_account", "gateway_session_id"],
                name="one_checkout_session",
                condition=~models.Q(gateway_session_id=""),
            ),
            models.UniqueConstraint(
                fields=["organization", "purpose"],
                name="one_open_checkout",
                condition=models.Q(status="open", purpose__in=["buy", "upgrade", "due"]),
            ),
            not_negative("checkout_amounts", "amount", "tax", "total"),
            has_code("checkout_currency"),
        ]

    def __str__(self) -> str:
        return f"{self.get_purpose_display()} · {self.total} {self.currency}"
