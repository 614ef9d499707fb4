"""What the numbers say: findings that stood a test, days out of the ordinary, and how much was asked."""

import uuid
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import TenantModel, TenantQuerySet
from analytics.models.days import TrackedAccount
from analytics.models.goals import Goal
from publishing.models import PlatformConnection, ScheduledPost


class InsightRun(TenantModel):
    """One look at an organisation's numbers: how much was asked, what came of it, and of what too little is known."""

    client = models.ForeignKey("accounts.ClientAccount", models.CASCADE, null=True, blank=True, related_name="+")
    ran_at = models.DateTimeField()
    asked = models.PositiveIntegerField(default=0, help_text=_("tests, all of which the correction counts"))
    found = models.PositiveIntegerField(default=0, help_text=_("findings that stood"))
    thin = models.JSONField(default=list, blank=True, help_text=_("where too little is known: what, have, need"))

    objects = TenantQuerySet["InsightRun"].as_manager()

    class Meta:
        indexes = [models.Index(fields=["organization", "-ran_at"], name="insight_runs")]

    def __str__(self) -> str:
        return f"{self.ran_at:%Y-%m-%d}: {self.found} of {self.asked}"


class Insight(TenantModel):
    """A finding in a sentence, with the test behind it and what its chart shows.

    `key` names the question asked; the same question found again is the same row. `numbers`: effect, low, high, n,
    p, q, test, asked. `evidence`: the chart's kind, columns and rows. `advice`: feature → value, for what to do.
    """

    class Kind(models.TextChoices):
        GROWTH = "growth", _("Growth")
        CONTENT = "content", _("Content")
        CROSS_PLATFORM = "cross", _("Across platforms")
        TREND = "trend", _("Trends")
        GOAL = "goal", _("Goals")

    class Reason(models.TextChoices):
        KNOWN = "known", _("I knew that")
        USELESS = "useless", _("It is of no use to me")
        WRONG = "wrong", _("It is not so")

    client = models.ForeignKey("accounts.ClientAccount", models.CASCADE, null=True, blank=True, related_name="+")
    account = models.ForeignKey(TrackedAccount, models.CASCADE, null=True, blank=True, related_name="+")
    connection = models.ForeignKey(PlatformConnection, models.CASCADE, null=True, blank=True, related_name="+")
    goal = models.ForeignKey(Goal, models.CASCADE, null=True, blank=True, related_name="insights")
    kind = models.CharField(max_length=8, choices=Kind.choices)
    question = models.CharField(max_length=40, help_text=_("what was asked: content.hour, growth.pace …"))
    key = models.CharField(max_length=200, help_text=_("the question and of whom it was asked"))
    platform = models.CharField(max_length=20, blank=True)
    metric = models.CharField(max_length=40, blank=True)
    sentence = models.TextField()
    basis = models.TextField(blank=True, help_text=_("how many of what it rests on, and its interval, in words"))
    numbers = models.JSONField(default=dict)
    evidence = models.JSONField(default=dict)
    advice = models.JSONField(default=dict, blank=True)
    effect = models.FloatField(help_text=_("a ratio: 1 is no difference"))
    p = models.FloatField()
    q = models.FloatField(help_text=_("p, corrected for all that was asked"))
    sample = models.PositiveIntegerField()
    use = models.FloatField(default=0.0, help_text=_("what the order goes by"))
    is_current = models.BooleanField(default=True, help_text=_("it still stood when last asked"))
    is_simulated = models.BooleanField(default=False)
    first_found_at = models.DateTimeField()
    found_at = models.DateTimeField(help_text=_("when it was last found"))
    dismissed_at = models.DateTimeField(null=True, blank=True)
    dismissed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+")
    dismissed_for = models.CharField(max_length=8, choices=Reason.choices, blank=True)
    used_at = models.DateTimeField(null=True, blank=True, help_text=_("when somebody did what it says"))

    objects = TenantQuerySet["Insight"].as_manager()

    if TYPE_CHECKING:
        client_id: uuid.UUID | None
        account_id: uuid.UUID | None
        connection_id: uuid.UUID | None
        goal_id: uuid.UUID | None

    class Meta:
        indexes = [models.Index(fields=["organization", "-use", "id"], name="insights_by_use")]
        constraints = [
            models.UniqueConstraint(fields=["organization", "client", "key"], name="one_insight", nulls_distinct=False)
        ]

    def __str__(self) -> str:
        return self.sentence


class Anomaly(TenantModel):
    """A day, or a change from a day on, that a daily series did not lead one to expect."""

    class Kind(models.TextChoices):
        SPIKE = "spike", _("Far above")
        DROP = "drop", _("Far below")
        RISE = "rise", _("Higher from here on")
        FALL = "fall", _("Lower from here on")

    client = models.ForeignKey("accounts.ClientAccount", models.CASCADE, null=True, blank=True, related_name="+")
    account = models.ForeignKey(TrackedAccount, models.CASCADE, null=True, blank=True, related_name="+")
    connection = models.ForeignKey(PlatformConnection, models.CASCADE, null=True, blank=True, related_name="+")
    platform = models.CharField(max_length=20, blank=True)
    series = models.CharField(max_length=80, help_text=_("whose and of what: account:…:followers"))
    metric = models.CharField(max_length=40)
    kind = models.CharField(max_length=5, choices=Kind.choices)
    date = models.DateField()
    value = models.FloatField()
    expected = models.FloatField()
    low = models.FloatField()
    high = models.FloatField()
    score = models.FloatField(help_text=_("0 to 1: how far from the ordinary"))
    p = models.FloatField(default=0.0)
    sentence = models.TextField()
    is_simulated = models.BooleanField(default=False)
    found_at = models.DateTimeField()
    dismissed_at = models.DateTimeField(null=True, blank=True)
    dismissed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+")

    objects = TenantQuerySet["Anomaly"].as_manager()

    if TYPE_CHECKING:
        client_id: uuid.UUID | None
        account_id: uuid.UUID | None
        connection_id: uuid.UUID | None

    class Meta:
        verbose_name_plural = "anomalies"
        indexes = [models.Index(fields=["organization", "-date"], name="anomalies_by_day")]
        constraints = [models.UniqueConstraint(fields=["organization", "series", "date", "kind"], name="one_anomaly")]

    def __str__(self) -> str:
        return f"{self.metric} {self.date}: {self.kind}"


class AnomalyCause(TenantModel):
    """What may be behind it: a post, or the lack of any."""

    class Kind(models.TextChoices):
        POST = "post", _("a post")
        SILENCE = "silence", _("no post for long")
        OUTSIDE = "outside", _("not what was posted")

    CLIENT_PATH = "anomaly__client_id"

    anomaly = models.ForeignKey(Anomaly, models.CASCADE, related_name="causes")
    kind = models.CharField(max_length=8, choices=Kind.choices)
    post = models.ForeignKey(ScheduledPost, models.CASCADE, null=True, blank=True, related_name="+")
    share = models.FloatField(null=True, blank=True, help_text=_("of what was beyond the expected, 0 to 1"))
    sentence = models.TextField()

    objects = TenantQuerySet["AnomalyCause"].as_manager()

    if TYPE_CHECKING:
        anomaly_id: uuid.UUID
        post_id: uuid.UUID | None

    class Meta:
        ordering = ["-share", "id"]

    def __str__(self) -> str:
        return self.sentence
