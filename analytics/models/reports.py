"""What went well in a span of time and what to do next: kept as it was told, and sent when it is wanted."""

import uuid
from typing import TYPE_CHECKING

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import TenantModel, TenantQuerySet
from trenddrop.core.claims import Claimable


class ReportPeriod(models.TextChoices):
    """How long a span a report is about."""

    WEEK = "week", _("Week")
    MONTH = "month", _("Month")
    QUARTER = "quarter", _("Quarter")
    CUSTOM = "custom", _("Chosen days")


class ReportSchedule(Claimable, TenantModel):
    """A report that comes by itself: of whom, how often, to whom."""

    client = models.ForeignKey("accounts.ClientAccount", models.CASCADE, null=True, blank=True, related_name="+")
    brand = models.ForeignKey("accounts.BrandProfile", models.SET_NULL, null=True, blank=True, related_name="+")
    name = models.CharField(max_length=120)
    period = models.CharField(max_length=7, choices=ReportPeriod.choices)
    hour = models.PositiveSmallIntegerField(default=9, help_text=_("of the organisation's zone"))
    recipients = ArrayField(models.EmailField(), default=list, blank=True)
    language = models.CharField(max_length=8, default="en")
    is_active = models.BooleanField(default=True)
    next_at = models.DateTimeField(null=True, blank=True)
    last_at = models.DateTimeField(null=True, blank=True)
    failures = models.PositiveSmallIntegerField(default=0)
    error = models.TextField(blank=True)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+")

    objects = TenantQuerySet["ReportSchedule"].as_manager()

    if TYPE_CHECKING:
        client_id: uuid.UUID | None

    class Meta:
        indexes = [models.Index(fields=["next_at"], name="reports_due", condition=models.Q(is_active=True))]

    def __str__(self) -> str:
        return self.name


class OptimizationReport(TenantModel):
    """A report as it was made: later numbers do not change it."""

    class Status(models.TextChoices):
        MAKING = "making", _("Being made")
        READY = "ready", _("Ready")
        FAILED = "failed", _("Failed")

    client = models.ForeignKey("accounts.ClientAccount", models.CASCADE, null=True, blank=True, related_name="+")
    brand = models.ForeignKey("accounts.BrandProfile", models.SET_NULL, null=True, blank=True, related_name="+")
    schedule = models.ForeignKey(ReportSchedule, models.SET_NULL, null=True, blank=True, related_name="reports")
    title = models.CharField(max_length=200)
    period = models.CharField(max_length=7, choices=ReportPeriod.choices)
    first_day = models.DateField()
    last_day = models.DateField()
    status = models.CharField(max_length=7, choices=Status.choices, default=Status.MAKING)
    content = models.JSONField(default=dict, blank=True, help_text=_("top performers, best times, hashtags, advice"))
    error = models.TextField(blank=True)
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+")
    sent_at = models.DateTimeField(null=True, blank=True)
    sent_to = ArrayField(models.EmailField(), default=list, blank=True)

    objects = TenantQuerySet["OptimizationReport"].as_manager()

    if TYPE_CHECKING:
        client_id: uuid.UUID | None

    class Meta:
        indexes = [models.Index(fields=["organization", "-made_at"], name="reports_recent")]
        constraints = [
            models.CheckConstraint(condition=models.Q(last_day__gte=models.F("first_day")), name="report_has_days")
        ]

    def __str__(self) -> str:
        return self.title
