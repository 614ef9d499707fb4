"""What topics will do: models trained on this installation's history, and what they foretold."""

import uuid
from typing import TYPE_CHECKING

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import BaseModel
from trenddrop.core.ids import uuid7
from trends.models.topics import TrendTopic


class ForecastModel(BaseModel):
    """One version of a trained model: what it learned from, how it does, its parameters as plain data."""

    class Task(models.TextChoices):
        BREAKOUT = "breakout", _("Will it break out")
        STATE_1H = "state_1h", _("State in an hour")
        STATE_6H = "state_6h", _("State in six hours")

    task = models.CharField(_("task"), max_length=8, choices=Task.choices)
    version = models.PositiveIntegerField(_("version"))
    algorithm = models.CharField(_("algorithm"), max_length=80)
    trained_from = models.DateTimeField(_("learned from"))
    trained_to = models.DateTimeField(_("learned until"))
    examples = models.PositiveIntegerField(_("examples"))
    positives = models.PositiveIntegerField(_("of them positive"), null=True, blank=True)
    parameters = models.BinaryField(editable=False, help_text=_("arrays without code: read, never executed"))
    figures = models.JSONField(_("figures"), default=dict, help_text=_("on the time held out, and the rule beside it"))
    is_active = models.BooleanField(_("in use"), default=False)
    note = models.CharField(_("note"), max_length=300, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["task", "version"], name="one_model_per_version"),
            models.UniqueConstraint(
                fields=["task"], name="one_model_in_use_per_task", condition=models.Q(is_active=True)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_task_display()} {self.version}"


class TrendForecast(models.Model):
    """One forecast of one topic, and later what came of it. Probabilities are 0–1."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    topic = models.ForeignKey(TrendTopic, models.CASCADE, related_name="forecasts")
    made_at = models.DateTimeField()
    breakout = models.FloatField(null=True, help_text=_("chance to break out within twelve hours"))
    state_1h = models.CharField(max_length=4, blank=True, help_text=_("up, flat, down or gone"))
    state_1h_chance = models.FloatField(null=True)
    state_6h = models.CharField(max_length=4, blank=True)
    state_6h_chance = models.FloatField(null=True)
    level = models.FloatField(null=True, help_text=_("mentions an hour when it was made"))
    source_kind = models.CharField(max_length=20, blank=True, help_text=_("the kind of source it was made from"))
    breakout_level = models.FloatField(null=True, help_text=_("mentions an hour that count as breaking out"))
    made_by = models.CharField(max_length=80, help_text=_("the model with its version, or the rule"))
    is_fallback = models.BooleanField(default=False, help_text=_("by the rule: too little history for a model"))
    broke_out = models.BooleanField(null=True, help_text=_("what happened; empty while it is open"))
    was_1h = models.CharField(max_length=4, blank=True)
    was_6h = models.CharField(max_length=4, blank=True)
    settled_at = models.DateTimeField(null=True, help_text=_("when what happened was looked up"))

    if TYPE_CHECKING:
        topic_id: uuid.UUID

    class Meta:
        constraints = [models.UniqueConstraint(fields=["topic", "made_at"], name="one_forecast_per_time")]
        indexes = [models.Index(fields=["made_at"], name="forecast_by_time")]

    def __str__(self) -> str:
        return f"{self.topic_id} {self.made_at:%Y-%m-%d %H:%M}"
