"""The many names of one topic, and what must not be a topic at all."""

import uuid
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import BaseModel


class TopicAlias(BaseModel):
    """One normalised name stands for another, from now on; or it must never again (a split)."""

    class Maker(models.TextChoices):
        OPERATOR = "operator", _("Operator")
        CLUSTERING = "clustering", _("Clustering")

    normalized = models.CharField(_("name"), max_length=300)
    canonical = models.CharField(_("stands for"), max_length=300, db_index=True)
    is_apart = models.BooleanField(_("kept apart"), default=False, help_text=_("these two are not the same"))
    made_by = models.CharField(_("made by"), max_length=10, choices=Maker.choices, default=Maker.OPERATOR)
    likeness = models.FloatField(_("likeness"), null=True, blank=True, help_text=_("0–1"))
    reason = models.CharField(_("reason"), max_length=300, blank=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, editable=False, related_name="+"
    )

    class Meta:
        verbose_name_plural = "topic aliases"
        constraints = [
            models.UniqueConstraint(
                fields=["normalized"], name="one_meaning_per_name", condition=models.Q(is_apart=False)
            ),
            models.UniqueConstraint(
                fields=["normalized", "canonical"], name="kept_apart_once", condition=models.Q(is_apart=True)
            ),
            models.CheckConstraint(
                condition=~models.Q(normalized=models.F("canonical")),
                name="a_name_is_not_its_own_alias",
                violation_error_message=_("A name can't stand for itself."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.normalized} {'≠' if self.is_apart else '→'} {self.canonical}"


class TopicMark(models.Model):
    """A rare feature of a topic's names, hashed to 64 bits: topics that share one are compared (trends.likeness)."""

    pk = models.CompositePrimaryKey("topic_id", "mark")
    topic = models.ForeignKey("trends.TrendTopic", models.CASCADE, related_name="+", db_index=False)
    mark = models.BigIntegerField()

    class Meta:
        indexes = [models.Index(fields=["mark", "topic"], name="topics_by_mark")]

    def __str__(self) -> str:
        return f"{self.topic_id} {self.mark:x}"

    if TYPE_CHECKING:
        topic_id: uuid.UUID


class BlockedTerm(BaseModel):
    """A word or pattern no topic may be named by; what it meets is not shown, alerted or matched."""

    class Category(models.TextChoices):
        SPAM = "spam", _("Spam")
        ADULT = "adult", _("Adult")
        HATE = "hate", _("Hate")
        UNSAFE = "unsafe", _("Unsafe for brands")

    class Match(models.TextChoices):
        WORD = "word", _("As a word")
        NAME = "name", _("As the whole name")
        PART = "part", _("Anywhere in it")

    term = models.CharField(_("term"), max_length=100)
    normalized = models.CharField(max_length=100, editable=False)
    category = models.CharField(_("category"), max_length=6, choices=Category.choices)
    match = models.CharField(_("match"), max_length=4, choices=Match.choices, default=Match.WORD)
    language = models.CharField(_("language"), max_length=8, blank=True)
    note = models.CharField(_("note"), max_length=300, blank=True)
    is_active = models.BooleanField(_("active"), default=True)
    is_default = models.BooleanField(default=False, editable=False, help_text=_("came with the product"))
    hits = models.PositiveIntegerField(_("topics held back"), default=0, editable=False)
    last_hit_at = models.DateTimeField(_("last held back"), null=True, blank=True, editable=False)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, editable=False, related_name="+"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["normalized", "match"],
                name="one_block_per_term",
                violation_error_message=_("This term is blocked already."),
            )
        ]

    def __str__(self) -> str:
        return self.term
