"""Topics and what was observed of them, hour by hour."""

import uuid
from typing import TYPE_CHECKING, Self

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _
from pgvector.django import VectorField

from accounts.models import BaseModel
from trends.models.sources import TrendSource

LIVE = models.Q(is_blocked=False) & ~models.Q(status="expired")


class TopicQuerySet(models.QuerySet["TrendTopic"]):
    """Topics; what people see and what is matched are the live ones."""

    def live(self) -> Self:
        """Leave out what is over or blocked. Examples are over as soon as a real source has answered."""
        return self.filter(is_blocked=False).exclude(status=TrendTopic.Status.EXPIRED)


class TrendTopic(BaseModel):
    """One run of a topic: from emerging to expired. The same name rising again later is a new run."""

    class Kind(models.TextChoices):
        HASHTAG = "hashtag", _("Hashtag")
        KEYWORD = "keyword", _("Keyword")
        HEADLINE = "headline", _("Headline")
        MENTION = "mention", _("Mention")

    class Status(models.TextChoices):
        EMERGING = "emerging", _("Emerging")
        TRENDING = "trending", _("Trending")
        DECLINING = "declining", _("Declining")
        EXPIRED = "expired", _("Expired")

    title = models.CharField(_("title"), max_length=300)
    normalized = models.CharField(max_length=300, editable=False)
    names = ArrayField(models.CharField(max_length=300), default=list, blank=True)
    forms = models.JSONField(default=dict, blank=True, help_text=_("what each kind of source calls it"))
    kind = models.CharField(max_length=8, choices=Kind.choices)
    platform = models.CharField(max_length=20, blank=True, help_text=_("empty is general"))
    run = models.PositiveIntegerField(default=1)
    language = models.CharField(max_length=8, blank=True)
    regions = ArrayField(
        models.CharField(max_length=2),
        verbose_name=_("countries"),
        default=list,
        blank=True,
        help_text=_("whose sources told it in the two days before it was seen last, the first first; none: the world"),
    )
    url = models.URLField(max_length=1000, blank=True)
    context = ArrayField(
        models.CharField(max_length=500),
        default=list,
        blank=True,
        help_text=_("what is said about it: for matching, never for naming"),
    )
    tags = ArrayField(models.CharField(max_length=60), default=list, blank=True)
    score = models.FloatField(default=0)
    top_score = models.FloatField(default=0, help_text=_("the highest this run had"))
    score_factors = models.JSONField(default=list, blank=True, help_text=_("[name, value, weight, words]"))
    mention_count = models.BigIntegerField(default=0)
    engagement_score = models.FloatField(default=0)
    growth_24h = models.FloatField(
        null=True, blank=True, help_text=_("a rate: 0.5 is half more than the day before; empty without enough history")
    )
    source_kinds = ArrayField(models.CharField(max_length=20), default=list, blank=True)
    source_count = models.PositiveIntegerField(default=0)
    status = models.CharField(max_length=9, choices=Status.choices, default=Status.EMERGING)
    first_detected_at = models.DateTimeField()
    last_seen_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True, blank=True)
    peaked_at = models.DateTimeField(null=True, blank=True)
    is_example = models.BooleanField(default=False)
    is_blocked = models.BooleanField(_("blocked"), default=False)
    blocked_by = models.ForeignKey(
        "trends.BlockedTerm",
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="topics",
        help_text=_("empty: by hand"),
    )
    is_cleared = models.BooleanField(_("let pass"), default=False, help_text=_("by hand: no term holds it back"))
    embedding = VectorField(null=True, blank=True)
    embedder = models.CharField(max_length=60, blank=True)
    state_since = models.DateTimeField(null=True, blank=True)
    observed = models.FloatField(null=True, blank=True, help_text=_("mentions in the last whole hour"))
    expected = models.FloatField(null=True, blank=True, help_text=_("what was to be expected in that hour"))
    burst = models.FloatField(null=True, blank=True, help_text=_("how far beyond what was expected, in deviations"))
    novelty = models.FloatField(null=True, blank=True, help_text=_("0–1, 1 is never heard of before"))
    alarmed_at = models.DateTimeField(null=True, blank=True, help_text=_("when this run's burst was told first"))
    explanation = models.CharField(max_length=300, blank=True, help_text=_("why it is said to rise, in a sentence"))
    forecast = models.JSONField(default=dict, blank=True, help_text=_("the newest forecast, as TrendForecast has it"))
    compared_at = models.DateTimeField(
        null=True, blank=True, help_text=_("when its names were compared with the other topics'")
    )
    merged_into = models.ForeignKey("self", models.SET_NULL, null=True, blank=True, related_name="merged")
    sparkline = models.JSONField(default=list, blank=True, help_text=_("counts of the last 24 hours, oldest first"))

    objects = TopicQuerySet.as_manager()

    if TYPE_CHECKING:  # set by queries.with_fit
        fit_score: float | None
        fit_reasons: list[tuple[str, float, str]] | None

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["normalized", "platform", "run"], name="one_topic_per_run"),
        ]
        indexes = [
            models.Index(fields=["-score", "-id"], name="topic_live", condition=LIVE),
            models.Index(fields=["status", "-score", "-id"], name="topic_by_state", condition=LIVE),
            models.Index(
                fields=["-growth_24h", "-id"], name="topic_growing", condition=LIVE & models.Q(growth_24h__isnull=False)
            ),
            models.Index(
                fields=["-burst", "-id"], name="topic_bursting", condition=LIVE & models.Q(burst__isnull=False)
            ),
            models.Index(fields=["-first_detected_at", "-id"], name="topic_newest", condition=LIVE),
            models.Index(
                fields=["first_detected_at"], name="topic_uncompared", condition=LIVE & models.Q(compared_at=None)
            ),
            models.Index(
                fields=["compared_at"],
                name="topic_compared_over",
                condition=models.Q(status="expired", compared_at__isnull=False),
            ),
            models.Index(fields=["last_seen_at"], name="topic_seen"),
            models.Index(fields=["peaked_at"], name="topic_peaked"),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def region(self) -> str:
        """The country that told it first; "" is the world."""
        return self.regions[0] if self.regions else ""


class TrendDay(models.Model):
    """What one source said of one topic in one day: rolled up from the hours, kept when those are gone."""

    pk = models.CompositePrimaryKey("topic_id", "source_id", "day")
    topic = models.ForeignKey(TrendTopic, models.CASCADE, related_name="days")
    source = models.ForeignKey(TrendSource, models.CASCADE, related_name="days", db_index=False)
    day = models.DateField(help_text=_("in UTC"))
    hours = models.PositiveSmallIntegerField(help_text=_("how many hours were observed"))
    count = models.BigIntegerField(null=True, help_text=_("mentions in the day, made alike whatever the source counts"))
    most = models.BigIntegerField(null=True, help_text=_("mentions in its busiest hour"))
    rank = models.PositiveIntegerField(null=True, help_text=_("the best"))
    traffic = models.BigIntegerField(null=True)
    engagement = models.FloatField(null=True)
    is_stale = models.BooleanField(default=False, help_text=_("an hour came late: to be rolled up again"))

    class Meta:
        indexes = [
            models.Index(fields=["day"], name="trend_day"),
            models.Index(fields=["source", "day"], name="trend_day_stale", condition=models.Q(is_stale=True)),
        ]

    def __str__(self) -> str:
        return f"{self.topic_id} {self.day:%Y-%m-%d}"

    if TYPE_CHECKING:
        topic_id: uuid.UUID
        source_id: uuid.UUID


class TrendObservation(models.Model):
    """What one source said of one topic in one hour. Partitioned by month."""

    pk = models.CompositePrimaryKey("topic_id", "source_id", "hour")
    topic = models.ForeignKey(TrendTopic, models.CASCADE, related_name="observations")
    source = models.ForeignKey(TrendSource, models.CASCADE, related_name="observations", db_index=False)
    hour = models.DateTimeField()
    count = models.BigIntegerField(null=True)
    rank = models.PositiveIntegerField(null=True)
    traffic = models.BigIntegerField(null=True)
    engagement = models.FloatField(null=True)

    if TYPE_CHECKING:
        topic_id: uuid.UUID
        source_id: uuid.UUID

    class Meta:
        indexes = [models.Index(fields=["source", "hour"], name="observation_by_source")]

    def __str__(self) -> str:
        return f"{self.topic_id} {self.hour:%Y-%m-%d %H}h"
