"""What was understood of an asset, and by what."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import TenantModel, TenantQuerySet
from content.models.assets import ContentAsset


class Transcript(TenantModel):
    """What is said, word by word. `words` is a list of [start, end, text, confidence or null] in seconds.

    `turns`: list of [start, speaker], in order; a new turn of the same speaker begins a paragraph.
    `marks`: list of [kind, start, end] with kind silence or filler.
    `recognised`: empty until a person changed something.
    """

    CLIENT_PATH = "asset__client_id"

    asset = models.OneToOneField(ContentAsset, models.CASCADE, related_name="transcript")
    words = models.JSONField(default=list)
    text = models.TextField(blank=True)
    language = models.CharField(max_length=8, blank=True)
    confidence = models.FloatField(null=True, blank=True, help_text=_("0–1; empty where the recogniser gives none"))
    engine = models.CharField(max_length=80)
    note = models.TextField(blank=True)
    turns = models.JSONField(default=list, blank=True)
    marks = models.JSONField(default=list, blank=True)
    recognised = models.JSONField(
        default=dict, blank=True, help_text=_("once edited, as first heard: words, language, confidence, engine, note")
    )
    edited_at = models.DateTimeField(null=True, blank=True)

    objects = TenantQuerySet["Transcript"].as_manager()

    def __str__(self) -> str:
        return f"{len(self.words)} words by {self.engine}"


class ContentAnalysis(TenantModel):
    """Summary, keywords, entities, mood and moments, with the model that found them."""

    CLIENT_PATH = "asset__client_id"

    asset = models.OneToOneField(ContentAsset, models.CASCADE, related_name="analysis")
    summary = models.TextField(blank=True)
    topics = models.JSONField(default=list)
    keywords = models.JSONField(default=list)
    entities = models.JSONField(default=list)
    sentiment = models.SmallIntegerField(null=True, blank=True, help_text=_("−100…100; empty where not measured"))
    emotions = models.JSONField(default=dict)
    hooks = models.JSONField(default=list)
    insights = models.JSONField(default=list)
    quotes = models.JSONField(default=list)
    moods = models.JSONField(default=list, help_text=_("sentiment and emotions over time: start, end, both measured"))
    virality = models.SmallIntegerField(null=True, blank=True)
    repurposing_value = models.SmallIntegerField(null=True, blank=True)
    seo = models.SmallIntegerField(null=True, blank=True)
    engagement_potential = models.SmallIntegerField(null=True, blank=True)
    measures = models.JSONField(default=dict, help_text=_("what was counted in the reading, by name"))
    factors = models.JSONField(default=dict, help_text=_("what made each score: name, weight, value, points, why"))
    platform_fit = models.JSONField(default=dict, help_text=_("platform: score and its factors"))
    language = models.CharField(max_length=8, blank=True)
    language_confidence = models.FloatField(null=True, blank=True)
    confidence = models.FloatField(null=True, blank=True)
    made_by = models.CharField(max_length=80)
    notes = models.JSONField(default=list, help_text=_("what could not be said, and why"))

    objects = TenantQuerySet["ContentAnalysis"].as_manager()

    class Meta:
        verbose_name_plural = "content analyses"

    def __str__(self) -> str:
        return self.summary[:80]


class TrendMatch(TenantModel):
    """An asset and a topic that fit: which words, at which second, for which reasons."""

    CLIENT_PATH = "asset__client_id"

    asset = models.ForeignKey(ContentAsset, models.CASCADE, related_name="matches")
    topic = models.ForeignKey("trends.TrendTopic", models.CASCADE, related_name="matches")
    score = models.FloatField()
    evidence = models.JSONField(default=list)
    reasons = models.JSONField(default=list)
    is_used = models.BooleanField(_("used for pieces"), default=True)

    objects = TenantQuerySet["TrendMatch"].as_manager()

    class Meta:
        ordering = ["-score"]
        verbose_name_plural = "trend matches"
        constraints = [models.UniqueConstraint(fields=["asset", "topic"], name="one_match_per_topic")]

    def __str__(self) -> str:
        return f"{self.topic}: {self.score:.0f}"
