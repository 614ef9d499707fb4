"""What the shell itself remembers: how each periodic task ended last."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class TaskRun(models.Model):
    """The last run of a task, and how often it ran and failed. Written by the worker."""

    class Outcome(models.TextChoices):
        DONE = "done", _("Done")
        FAILED = "failed", _("Failed")

    task = models.CharField(_("task"), max_length=200, unique=True)
    ended_at = models.DateTimeField(_("last run"))
    seconds = models.FloatField(_("seconds"))
    outcome = models.CharField(_("outcome"), max_length=6, choices=Outcome.choices)
    error = models.TextField(_("error"), blank=True)
    failed_at = models.DateTimeField(_("last failure"), null=True, blank=True)
    runs = models.PositiveBigIntegerField(_("runs"), default=0)
    failures = models.PositiveBigIntegerField(_("failures"), default=0)

    def __str__(self) -> str:
        return self.task
