"""What people want to reach, and what they have passed on the way."""

import uuid
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import TenantModel, TenantQuerySet
from analytics.models.days import TrackedAccount


class Goal(TenantModel):
    """A number to reach by a day, for an organisation, one of its clients, or one account."""

    class Measure(models.TextChoices):
        LEVEL = "level", _("the count as it stands")
        SUM = "sum", _("all of it from the first day to the last")
        RATE = "rate", _("the rate over the last 28 days")

    class Status(models.TextChoices):
        OPEN = "open", _("Open")
        REACHED = "reached", _("Reached")
        MISSED = "missed", _("Missed")
        GIVEN_UP = "given_up", _("Given up")

    class Outlook(models.TextChoices):
        UNKNOWN = "unknown", _("Too early to say")
        ON_COURSE = "on_course", _("On course")
        UNSURE = "unsure", _("Could go either way")
        BEHIND = "behind", _("Behind")
        IMPOSSIBLE = "impossible", _("Out of reach")

    client = models.ForeignKey("accounts.ClientAccount", models.CASCADE, null=True, blank=True, related_name="+")
    account = models.ForeignKey(TrackedAccount, models.CASCADE, null=True, blank=True, related_name="goals")
    name = models.CharField(max_length=120)
    metric = models.CharField(max_length=40, help_text=_("its key in the catalogue"))
    measure = models.CharField(max_length=5, choices=Measure.choices)
    target = models.FloatField()
    starts_on = models.DateField()
    deadline = models.DateField()
    start_value = models.FloatField(null=True, blank=True, help_text=_("where it stood on the first day"))
    value = models.FloatField(null=True, blank=True, help_text=_("as last measured"))
    value_on = models.DateField(null=True, blank=True, help_text=_("the last day of which something is known"))
    status = models.CharField(max_length=8, choices=Status.choices, default=Status.OPEN)
    outlook = models.CharField(max_length=10, choices=Outlook.choices, default=Outlook.UNKNOWN)
    projection = models.JSONField(
        default=dict, blank=True, help_text=_("what is expected at the deadline, its band, and when it is reached")
    )
    checked_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    reached_on = models.DateField(null=True, blank=True)
    note = models.CharField(max_length=300, blank=True, help_text=_("why it was given up"))
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+")

    objects = TenantQuerySet["Goal"].as_manager()

    if TYPE_CHECKING:
        client_id: uuid.UUID | None
        account_id: uuid.UUID | None

    class Meta:
        indexes = [models.Index(fields=["organization", "status", "deadline"], name="goals_of_organization")]
        constraints = [
            models.CheckConstraint(condition=models.Q(deadline__gte=models.F("starts_on")), name="goal_has_days"),
            models.CheckConstraint(condition=models.Q(target__gt=0), name="goal_above_nothing"),
        ]

    def __str__(self) -> str:
        return self.name


class GoalMilestone(TenantModel):
    """A share of the way that was passed, and when its people were told: once."""

    CLIENT_PATH = "goal__client_id"

    goal = models.ForeignKey(Goal, models.CASCADE, related_name="milestones")
    percent = models.PositiveSmallIntegerField(help_text=_("of the way from the start to the target"))
    passed_on = models.DateField()
    value = models.FloatField()
    told_at = models.DateTimeField(null=True, blank=True)

    objects = TenantQuerySet["GoalMilestone"].as_manager()

    if TYPE_CHECKING:
        goal_id: uuid.UUID

    class Meta:
        constraints = [models.UniqueConstraint(fields=["goal", "percent"], name="one_milestone")]

    def __str__(self) -> str:
        return f"{self.percent} %"
