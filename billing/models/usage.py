"""What was used in a period, and which warnings were given."""

import uuid
from typing import TYPE_CHECKING

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import TenantModel, TenantQuerySet


class UsagePeriod(TenantModel):
    """A month of use, against the limits that held in it. Yearly plans are counted by month as well."""

    IS_WORK = False

    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    uploads = models.BigIntegerField(default=0)
    ai_credits = models.BigIntegerField(default=0, help_text=_("spent"))
    api_calls = models.BigIntegerField(default=0)
    storage_bytes = models.BigIntegerField(default=0, help_text=_("the most that was kept at once"))
    limits = models.JSONField(default=dict, blank=True, help_text=_("as they stood when the period was last asked"))

    objects = TenantQuerySet["UsagePeriod"].as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organization", "starts_at"], name="one_usage_period"),
            models.CheckConstraint(
                condition=models.Q(ends_at__gt=models.F("starts_at")), name="usage_ends_after_it_began"
            ),
            models.CheckConstraint(
                condition=models.Q(uploads__gte=0, ai_credits__gte=0, api_calls__gte=0, storage_bytes__gte=0),
                name="usage_is_not_negative",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.starts_at:%Y-%m-%d}"


class UsageMark(TenantModel):
    """A warning that was given: of one meter, at one share of its limit, once in a period."""

    IS_WORK = False

    period = models.ForeignKey(UsagePeriod, models.CASCADE, related_name="marks")
    meter = models.CharField(max_length=30)
    percent = models.PositiveSmallIntegerField(default=80)
    used = models.BigIntegerField(default=0)
    limit = models.BigIntegerField(default=0)

    objects = TenantQuerySet["UsageMark"].as_manager()

    if TYPE_CHECKING:
        period_id: uuid.UUID

    class Meta:
        constraints = [models.UniqueConstraint(fields=["period", "meter", "percent"], name="one_usage_mark")]

    def __str__(self) -> str:
        return f"{self.meter} {self.percent} %"
