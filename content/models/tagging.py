"""What posts with tags taught this installation: versions of the tagger that suggests hashtags."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import BaseModel


class TagModel(BaseModel):
    """One version: learned from public videos only, so that no organisation's words reach another."""

    version = models.PositiveIntegerField(_("version"), unique=True)
    examples = models.PositiveIntegerField(_("learned from"), help_text=_("videos with tags"))
    parameters = models.BinaryField(editable=False, help_text=_("arrays without code: read, never executed"))
    figures = models.JSONField(_("figures"), default=dict, help_text=_("on makers held out, and the rule's beside it"))
    is_active = models.BooleanField(_("in use"), default=False)

    class Meta:
        ordering = ["-version"]
        constraints = [
            models.UniqueConstraint(
                fields=["is_active"], name="one_tag_model_in_use", condition=models.Q(is_active=True)
            )
        ]

    def __str__(self) -> str:
        return f"{self.version}"
