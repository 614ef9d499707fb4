"""How a brand sounds, and to whom it speaks."""

import uuid
from typing import TYPE_CHECKING

from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _
from pgvector.django import VectorField

from accounts.models.base import TenantModel, TenantQuerySet


class BrandVoiceSample(TenantModel):
    """A text the brand wrote, as a vector too; the nearest ones steer writing and back the voice check."""

    CLIENT_PATH = "brand__client_id"

    class Source(models.TextChoices):
        PASTED = "pasted", _("Pasted")
        UPLOADED = "uploaded", _("Uploaded")
        POST = "post", _("Published post")

    brand = models.ForeignKey("accounts.BrandProfile", models.CASCADE, related_name="voice_samples")
    text = models.TextField(_("text"), max_length=10_000)
    source = models.CharField(max_length=8, choices=Source.choices, default=Source.PASTED)
    source_name = models.CharField(max_length=200, blank=True)
    source_id = models.UUIDField(null=True, blank=True)
    text_hash = models.CharField(max_length=64)
    language = models.CharField(max_length=8, blank=True)
    embedding = VectorField(null=True)
    embedded_by = models.CharField(max_length=80, blank=True)

    objects = TenantQuerySet["BrandVoiceSample"].as_manager()

    if TYPE_CHECKING:
        brand_id: uuid.UUID

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["brand", "text_hash"],
                name="voice_sample_once",
                violation_error_message=_("This text is among the samples already."),
            )
        ]

    def __str__(self) -> str:
        return self.text[:60]


class AudienceProfile(TenantModel):
    """A group of people the brand speaks to."""

    CLIENT_PATH = "brand__client_id"

    brand = models.ForeignKey("accounts.BrandProfile", models.CASCADE, related_name="audiences")
    name = models.CharField(_("name"), max_length=120)
    age_from = models.PositiveSmallIntegerField(
        _("age from"), null=True, blank=True, validators=[MinValueValidator(13), MaxValueValidator(120)]
    )
    age_to = models.PositiveSmallIntegerField(
        _("age to"), null=True, blank=True, validators=[MinValueValidator(13), MaxValueValidator(120)]
    )
    genders = ArrayField(models.CharField(max_length=20), default=list, blank=True)
    locations = ArrayField(models.CharField(max_length=80), default=list, blank=True)
    interests = ArrayField(models.CharField(max_length=60), default=list, blank=True)
    pain_points = ArrayField(models.CharField(max_length=200), default=list, blank=True)
    content_types = ArrayField(models.CharField(max_length=20), default=list, blank=True)
    platform_habits = models.JSONField(default=dict, blank=True)

    objects = TenantQuerySet["AudienceProfile"].as_manager()

    if TYPE_CHECKING:
        brand_id: uuid.UUID

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["brand", "name"],
                name="audience_name_in_brand",
                violation_error_message=_("An audience with this name exists."),
            ),
            models.CheckConstraint(
                condition=models.Q(age_to__gte=models.F("age_from")) | models.Q(age_from=None) | models.Q(age_to=None),
                name="ages_in_order",
                violation_error_message=_("The upper age is below the lower one."),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def told(self, platform: str = "") -> str:
        """Say in a line who they are; with a platform, also what they do there."""
        ages = f"{self.age_from or ''}–{self.age_to or ''}" if self.age_from or self.age_to else ""
        parts = [
            self.name,
            " ".join(filter(None, ["/".join(self.genders), ages])),
            f"in {', '.join(self.locations)}" if self.locations else "",
            f"like {', '.join(self.interests)}" if self.interests else "",
            f"are bothered by {'; '.join(self.pain_points)}" if self.pain_points else "",
            f"look at {', '.join(kind.replace('_', ' ') for kind in self.content_types)}" if self.content_types else "",
            f"there: {self.platform_habits[platform]}" if self.platform_habits.get(platform) else "",
        ]
        return " · ".join(part for part in parts if part)
