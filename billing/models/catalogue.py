"""What is sold: plans, their versions, prices, and packs of credits. What was sold once never changes."""

import uuid
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models.base import BaseModel
from billing.models.money import currency_field, has_code, not_negative, sum_field


class Interval(models.TextChoices):
    """How often a subscription is paid."""

    MONTH = "month", _("Monthly")
    YEAR = "year", _("Yearly")


class Plan(BaseModel):
    """A plan by its name: Creator, Pro, Agency, Enterprise."""

    key = models.SlugField(max_length=30, unique=True)
    name = models.CharField(_("name"), max_length=60)
    description = models.CharField(_("description"), max_length=200, blank=True)
    is_active = models.BooleanField(
        _("sold"), default=True, help_text=_("shown on the pricing page, and can be bought")
    )
    is_trial = models.BooleanField(_("tried first"), default=False, help_text=_("new organisations try this plan"))
    is_by_agreement = models.BooleanField(
        _("by agreement"), default=False, help_text=_("the page asks people to write rather than to pay")
    )
    rank = models.PositiveSmallIntegerField(_("rank"), default=0, help_text=_("a higher rank is an upgrade"))
    sort_order = models.PositiveSmallIntegerField(_("order"), default=0)

    class Meta:
        ordering = ["sort_order", "rank"]
        constraints = [
            models.UniqueConstraint(fields=["is_trial"], name="one_trial_plan", condition=models.Q(is_trial=True))
        ]

    def __str__(self) -> str:
        return self.name


class PlanVersion(BaseModel):
    """A plan as it was sold from a day on: features and limits. Append-only: a change is a new version."""

    APPEND_ONLY = True

    plan = models.ForeignKey(Plan, models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField(default=1)
    features = models.JSONField(default=list, blank=True, help_text=_("keys of what the plan opens"))
    limits = models.JSONField(
        default=dict, blank=True, help_text=_("by meter: limit (none: as much as one likes), and whether it is hard")
    )
    trial_days = models.PositiveSmallIntegerField(default=14)
    sold_from = models.DateTimeField(help_text=_("the last version sold from a time before now is the one on sale"))
    note = models.CharField(max_length=200, blank=True, help_text=_("why it was changed"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.DO_NOTHING, null=True, blank=True, related_name="+")

    if TYPE_CHECKING:
        plan_id: uuid.UUID

    class Meta:
        ordering = ["plan", "-number"]
        constraints = [models.UniqueConstraint(fields=["plan", "number"], name="one_version_of_a_plan")]

    def __str__(self) -> str:
        return f"{self.plan} {self.number}"


class PlanPrice(BaseModel):
    """What a version costs in a currency, by month or year, before tax. Append-only."""

    APPEND_ONLY = True

    version = models.ForeignKey(PlanVersion, models.PROTECT, related_name="prices")
    currency = currency_field()
    interval = models.CharField(max_length=5, choices=Interval.choices, default=Interval.MONTH)
    amount = sum_field(help_text=_("before tax"))

    if TYPE_CHECKING:
        version_id: uuid.UUID

    class Meta:
        ordering = ["currency", "interval"]
        constraints = [
            models.UniqueConstraint(fields=["version", "currency", "interval"], name="one_price"),
            models.CheckConstraint(condition=models.Q(amount__gt=0), name="a_price_is_something"),
            has_code("planprice_currency"),
        ]

    def __str__(self) -> str:
        return f"{self.version}: {self.amount} {self.currency}"


class CreditPack(BaseModel):
    """AI credits one can buy beside the plan."""

    key = models.SlugField(max_length=30)
    credits = models.PositiveIntegerField()
    currency = currency_field()
    amount = sum_field(help_text=_("before tax"))
    valid_days = models.PositiveSmallIntegerField(default=365)
    is_active = models.BooleanField(default=True)
    sort_order = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["sort_order", "credits"]
        constraints = [
            models.UniqueConstraint(fields=["key", "currency"], name="one_pack_in_a_currency"),
            not_negative("pack_costs_something", "amount"),
            has_code("creditpack_currency"),
        ]

    def __str__(self) -> str:
        return f"{self.credits}: {self.amount} {self.currency}"
