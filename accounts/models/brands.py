"""Brands: whom we write for."""

import uuid
from typing import TYPE_CHECKING

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models.base import TenantModel, TenantQuerySet

LANGUAGES = [
    ("en", _("English")), ("hi", _("Hindi")), ("hi-Latn", _("Hinglish")), ("bn", _("Bengali")), ("ta", _("Tamil")),
    ("te", _("Telugu")), ("mr", _("Marathi")), ("gu", _("Gujarati")), ("kn", _("Kannada")), ("ml", _("Malayalam")),
    ("pa", _("Punjabi")), ("ur", _("Urdu")), ("es", _("Spanish")), ("pt", _("Portuguese")), ("fr", _("French")),
    ("de", _("German")), ("it", _("Italian")), ("id", _("Indonesian")), ("ar", _("Arabic")), ("ja", _("Japanese")),
]  # fmt: skip


class BrandProfile(TenantModel):
    """A brand of the organisation or of one of its clients; steers matching and writing."""

    class Tone(models.TextChoices):
        PROFESSIONAL = "professional", _("Professional")
        CASUAL = "casual", _("Casual")
        VIRAL = "viral", _("Viral")
        HINGLISH = "hinglish", _("Hinglish")
        EDUCATIONAL = "educational", _("Educational")
        HUMOROUS = "humorous", _("Humorous")
        EDGY = "edgy", _("Edgy")
        FOUNDER = "founder-focused", _("Founder-focused")

    client = models.ForeignKey("accounts.ClientAccount", models.CASCADE, null=True, blank=True, related_name="brands")
    name = models.CharField(_("name"), max_length=120)
    description = models.TextField(_("what the brand does"), blank=True, max_length=2000)
    industry = models.CharField(_("industry or niche"), max_length=120, blank=True)
    keywords = ArrayField(models.CharField(max_length=60), default=list, blank=True, size=40)
    target_audience = models.TextField(_("target audience"), blank=True, max_length=1000)
    content_goals = models.TextField(_("content goals"), blank=True, max_length=1000)
    preferred_platforms = ArrayField(models.CharField(max_length=20), default=list, blank=True)
    tone = models.CharField(_("tone"), max_length=20, choices=Tone.choices, default=Tone.CASUAL)
    guidelines = models.TextField(_("guidelines"), blank=True, max_length=4000)
    sample_urls = ArrayField(models.URLField(), default=list, blank=True, size=10)
    country = models.CharField(_("country of its trends"), max_length=2, default="IN")
    language = models.CharField(_("language"), max_length=8, default="en")

    objects = TenantQuerySet["BrandProfile"].as_manager()

    if TYPE_CHECKING:
        client_id: uuid.UUID | None

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "name"],
                name="brand_name_in_organization",
                violation_error_message=_("A brand with this name exists."),
            )
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def words(self) -> list[str]:
        """The words that say what the brand is about, most telling first."""
        return [word for word in [*self.keywords, self.industry, self.name] if word]
