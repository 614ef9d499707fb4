"""Feeds to poll."""

import datetime as dt
from typing import TYPE_CHECKING, Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import BaseModel
from trenddrop.core.claims import Claimable
from trenddrop.core.fields import EncryptedTextField


class TrendSource(Claimable, BaseModel):
    """A feed: what to ask, how often, and how it has answered lately."""

    class Health(models.TextChoices):
        NEVER = "never", _("Not asked yet")
        OK = "ok", _("Well")
        SLOW = "slow", _("Slow")
        FAILING = "failing", _("Failing")
        DOWN = "down", _("Down")

    kind = models.CharField(_("kind"), max_length=20, help_text=_("a key of TREND_SOURCES"))
    name = models.CharField(_("name"), max_length=120)
    region = models.CharField(
        _("region"), max_length=8, blank=True, help_text=_("country, e.g. IN; empty is the world")
    )
    language = models.CharField(_("language"), max_length=8, blank=True)
    category = models.CharField(_("category"), max_length=60, blank=True)
    config = models.JSONField(_("configuration"), default=dict, blank=True)
    credentials = EncryptedTextField(
        _("credentials"), blank=True, default="", help_text=_("a key or token it asks for")
    )
    interval = models.DurationField(_("interval"), default=dt.timedelta(minutes=30))
    pace = models.DurationField(
        _("pace"), null=True, blank=True, editable=False, help_text=_("the interval it is asked at now, by its changes")
    )
    quota_per_day = models.PositiveIntegerField(
        _("quota a day"), null=True, blank=True, help_text=_("requests it may be asked a day; empty is its own limit")
    )
    quota_spent = models.PositiveIntegerField(default=0, editable=False)
    quota_day = models.DateField(null=True, blank=True, editable=False)
    answers_digest = models.CharField(max_length=64, blank=True, editable=False, help_text=_("of what it said last"))
    unchanged_polls = models.PositiveIntegerField(default=0, editable=False)
    slot_at = models.DateTimeField(
        null=True, blank=True, editable=False, help_text=_("when it was asked last, or has its turn among its kind")
    )
    outcomes = models.JSONField(
        default=list, blank=True, editable=False, help_text=_("of the last polls: [when, outcome, items, seconds]")
    )
    rolled_to = models.DateField(
        null=True, blank=True, editable=False, help_text=_("its hours up to this day are rolled up")
    )
    enabled = models.BooleanField(_("enabled"), default=True)
    is_example = models.BooleanField(_("example data"), default=False)
    etag = models.CharField(max_length=300, blank=True, editable=False)
    last_modified = models.CharField(max_length=100, blank=True, editable=False)
    next_poll_at = models.DateTimeField(_("next poll"), null=True, blank=True)
    last_polled_at = models.DateTimeField(_("last poll"), null=True, blank=True, editable=False)
    last_success_at = models.DateTimeField(_("last success"), null=True, blank=True, editable=False)
    last_error = models.TextField(_("last error"), blank=True, editable=False)
    last_note = models.TextField(
        _("last note"), blank=True, editable=False, help_text=_("what was left out or put right, or why it waits")
    )
    last_item_count = models.PositiveIntegerField(null=True, blank=True, editable=False)
    last_duration = models.FloatField(null=True, blank=True, editable=False, help_text=_("seconds"))
    consecutive_failures = models.PositiveIntegerField(default=0, editable=False)
    health = models.CharField(max_length=8, choices=Health.choices, default=Health.NEVER, editable=False)

    if TYPE_CHECKING:
        feed: Any  # trends.feeds.Feed, set where rows are shown

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "region", "language", "category", "name"], name="one_source_per_feed"
            )
        ]
        indexes = [models.Index(fields=["next_poll_at"], name="source_due", condition=models.Q(enabled=True))]

    def __str__(self) -> str:
        return self.name
