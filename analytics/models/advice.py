"""What is advised for the next post, how it went, and whether it was better than what one would have done anyway."""

import uuid
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import BaseModel, TenantModel, TenantQuerySet
from analytics.models.insights import Insight
from content.models import GeneratedContent
from publishing.models import PlatformConnection, ScheduledPost


class ArmPrior(BaseModel):
    """What is usual on a platform for one choice, pooled over organisations: no organisation's own.

    Only where so many organisations stand behind it that none can be told from it.
    """

    platform = models.CharField(max_length=20)
    dimension = models.CharField(max_length=24)
    value = models.CharField(max_length=80)
    mean = models.FloatField(help_text=_("of the logarithm of engagement over the account's usual"))
    variance = models.FloatField(help_text=_("between accounts"))
    posts = models.PositiveIntegerField()
    organizations = models.PositiveIntegerField()
    made_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["platform", "dimension", "value"], name="one_armprior")]

    def __str__(self) -> str:
        return f"{self.platform} {self.dimension}={self.value}"


class SuggestionArm(TenantModel):
    """One choice an account has, as an hour or a hook, and what is believed of it."""

    client = models.ForeignKey("accounts.ClientAccount", models.CASCADE, null=True, blank=True, related_name="+")
    connection = models.ForeignKey(PlatformConnection, models.CASCADE, related_name="arms")
    dimension = models.CharField(max_length=24, help_text=_("hour, hook, length, format, hashtag, cta, template …"))
    value = models.CharField(max_length=80)
    posts = models.FloatField(default=0.0, help_text=_("how many, older ones count less"))
    mean = models.FloatField(default=0.0, help_text=_("of the logarithm of engagement over the account's usual"))
    variance = models.FloatField(default=1.0, help_text=_("of that mean"))
    prior_mean = models.FloatField(default=0.0)
    prior_variance = models.FloatField(default=1.0)
    share = models.FloatField(default=0.0, help_text=_("of the account's posts that chose it"))
    others = models.FloatField(default=0.0, help_text=_("posts that chose otherwise"))
    evidence = models.FloatField(default=1.0, help_text=_("e-value: what chance reaches once in so many accounts"))
    is_claim = models.BooleanField(default=False, help_text=_("it stands against all that was asked"))
    last_at = models.DateTimeField(null=True, blank=True)
    is_simulated = models.BooleanField(default=False)

    objects = TenantQuerySet["SuggestionArm"].as_manager()

    if TYPE_CHECKING:
        client_id: uuid.UUID | None
        connection_id: uuid.UUID

    class Meta:
        constraints = [models.UniqueConstraint(fields=["connection", "dimension", "value"], name="one_arm")]

    def __str__(self) -> str:
        return f"{self.dimension}={self.value}"


class Suggestion(TenantModel):
    """A next post that is advised: its choices, what is expected of it, what became of it."""

    class Status(models.TextChoices):
        OFFERED = "offered", _("Offered")
        TAKEN = "taken", _("Taken")
        DISMISSED = "dismissed", _("Dismissed")
        EXPIRED = "expired", _("Expired")
        SETTLED = "settled", _("Its result is known")

    client = models.ForeignKey("accounts.ClientAccount", models.CASCADE, null=True, blank=True, related_name="+")
    connection = models.ForeignKey(PlatformConnection, models.CASCADE, null=True, blank=True, related_name="+")
    brand = models.ForeignKey("accounts.BrandProfile", models.SET_NULL, null=True, blank=True, related_name="+")
    insight = models.ForeignKey(Insight, models.SET_NULL, null=True, blank=True, related_name="suggestions")
    piece = models.ForeignKey(GeneratedContent, models.SET_NULL, null=True, blank=True, related_name="+")
    post = models.ForeignKey(ScheduledPost, models.SET_NULL, null=True, blank=True, related_name="+")
    status = models.CharField(max_length=9, choices=Status.choices, default=Status.OFFERED)
    choices = models.JSONField(default=dict, help_text=_("dimension → value"))
    reasons = models.JSONField(default=list, blank=True, help_text=_("why each was chosen"))
    sentence = models.TextField(blank=True)
    expected = models.FloatField(null=True, blank=True, help_text=_("engagement over the account's usual"))
    low = models.FloatField(null=True, blank=True)
    high = models.FloatField(null=True, blank=True)
    is_trial = models.BooleanField(default=False, help_text=_("chosen to learn something, not for being the best"))
    propensity = models.FloatField(null=True, blank=True, help_text=_("how probable it was to be chosen"))
    is_control = models.BooleanField(default=False, help_text=_("it follows the account's habit, by lot"))
    sure = models.FloatField(null=True, blank=True, help_text=_("how probable it is to be better than usual, 0 to 1"))
    basis = models.PositiveIntegerField(default=0, help_text=_("posts of the account it rests on"))
    seed = models.BigIntegerField(default=0, help_text=_("the same seed and posts give the same advice"))
    key = models.CharField(max_length=80, blank=True, help_text=_("account, week and number: each is made once"))
    kept = models.JSONField(default=dict, blank=True, help_text=_("what the post chose in the end"))
    suggested_for = models.DateTimeField(null=True, blank=True, help_text=_("when to post it"))
    offered_at = models.DateTimeField()
    taken_at = models.DateTimeField(null=True, blank=True)
    taken_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+")
    dismissed_at = models.DateTimeField(null=True, blank=True)
    dismissed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+")
    outcome = models.FloatField(null=True, blank=True, help_text=_("what it did, over the account's usual"))
    settled_at = models.DateTimeField(null=True, blank=True)
    is_simulated = models.BooleanField(default=False)

    objects = TenantQuerySet["Suggestion"].as_manager()

    if TYPE_CHECKING:
        client_id: uuid.UUID | None
        connection_id: uuid.UUID | None
        insight_id: uuid.UUID | None
        piece_id: uuid.UUID | None
        post_id: uuid.UUID | None

    class Meta:
        indexes = [
            models.Index(fields=["organization", "status", "-offered_at"], name="suggestions_recent"),
            models.Index(fields=["post"], name="suggestion_of_post", condition=models.Q(post__isnull=False)),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "key"], name="one_suggestion_per_place", condition=~models.Q(key="")
            )
        ]

    def __str__(self) -> str:
        return self.sentence


class BackTest(TenantModel):
    """A week's answer to: was what was advised better than the account's own usual?"""

    class Verdict(models.TextChoices):
        HELPED = "helped", _("It helped")
        HURT = "hurt", _("It did worse")
        SAME = "same", _("No difference that can be told")
        THIN = "thin", _("Too little to say")

    client = models.ForeignKey("accounts.ClientAccount", models.CASCADE, null=True, blank=True, related_name="+")
    connection = models.ForeignKey(PlatformConnection, models.CASCADE, null=True, blank=True, related_name="+")
    week = models.DateField(help_text=_("its Monday"))
    advised = models.PositiveIntegerField(default=0, help_text=_("posts that did as advised"))
    own = models.PositiveIntegerField(default=0, help_text=_("posts that did not"))
    advised_result = models.FloatField(null=True, blank=True, help_text=_("over the account's usual"))
    own_result = models.FloatField(null=True, blank=True)
    ratio = models.FloatField(null=True, blank=True)
    low = models.FloatField(null=True, blank=True)
    high = models.FloatField(null=True, blank=True)
    p = models.FloatField(null=True, blank=True)
    verdict = models.CharField(max_length=6, choices=Verdict.choices)
    numbers = models.JSONField(default=dict, blank=True, help_text=_("what the page's chart and table show"))
    made_at = models.DateTimeField()
    is_simulated = models.BooleanField(default=False)

    objects = TenantQuerySet["BackTest"].as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "client", "connection", "week"], name="one_backtest", nulls_distinct=False
            )
        ]

    def __str__(self) -> str:
        return f"{self.week}: {self.verdict}"
