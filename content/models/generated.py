"""Pieces: one publishable thing for one platform, with its versions."""

import uuid
from typing import TYPE_CHECKING

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import TenantModel, TenantQuerySet
from content.models.assets import ContentAsset, PosterFrame


class GeneratedContent(TenantModel):
    """One publishable piece. The row holds the current version's words; every version is kept beside it."""

    class Kind(models.TextChoices):
        SHORT_VIDEO = "short_video", _("Short video")
        SOCIAL_POST = "social_post", _("Post")
        THREAD = "thread", _("Thread")
        ARTICLE = "article", _("Article")
        CAROUSEL = "carousel", _("Carousel")
        IMAGE = "image", _("Image")

    client = models.ForeignKey("accounts.ClientAccount", models.CASCADE, null=True, blank=True, related_name="+")
    brand = models.ForeignKey("accounts.BrandProfile", models.SET_NULL, null=True, blank=True, related_name="+")
    asset = models.ForeignKey(ContentAsset, models.CASCADE, related_name="pieces")
    platform = models.CharField(max_length=20)
    kind = models.CharField(max_length=12, choices=Kind.choices, default=Kind.SOCIAL_POST)
    title = models.CharField(max_length=300, blank=True)
    text = models.TextField(blank=True)
    hashtags = ArrayField(models.CharField(max_length=100), default=list, blank=True)
    call_to_action = models.CharField(max_length=200, blank=True)
    alt_text = models.CharField(max_length=1000, blank=True)
    thumbnail = models.ForeignKey(PosterFrame, models.SET_NULL, null=True, blank=True, related_name="+")
    include_media = models.BooleanField(default=True, help_text=_("send the video or image along"))
    language = models.CharField(max_length=8, blank=True)
    version = models.PositiveIntegerField(default=1)
    made_by = models.CharField(max_length=80)
    is_fallback = models.BooleanField(default=False)
    fallback_reason = models.TextField(blank=True)
    edited_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+")
    deleted_at = models.DateTimeField(null=True, blank=True, editable=False)

    objects = TenantQuerySet["GeneratedContent"].as_manager()

    if TYPE_CHECKING:
        asset_id: uuid.UUID
        client_id: uuid.UUID | None

    class Meta:
        verbose_name_plural = "generated content"
        indexes = [models.Index(fields=["organization", "-created_at"], name="piece_recent")]
        constraints = [
            models.UniqueConstraint(
                fields=["asset", "platform"],
                name="one_piece_per_platform",
                condition=models.Q(deleted_at=None),
            )
        ]

    def __str__(self) -> str:
        return self.title or self.text[:60]


class PieceVersion(TenantModel):
    """What a piece said at one time, and who or what wrote it."""

    CLIENT_PATH = "piece__client_id"

    piece = models.ForeignKey(GeneratedContent, models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField()
    title = models.CharField(max_length=300, blank=True)
    text = models.TextField(blank=True)
    hashtags = ArrayField(models.CharField(max_length=100), default=list, blank=True)
    call_to_action = models.CharField(max_length=200, blank=True)
    alt_text = models.CharField(max_length=1000, blank=True)
    note = models.CharField(max_length=500, blank=True, help_text=_("the wish it was written with"))
    made_by = models.CharField(max_length=80)
    model = models.CharField(max_length=120, blank=True)
    tokens = models.PositiveIntegerField(default=0)
    steered_by = models.JSONField(default=list, blank=True, help_text=_("the voice samples it was written after"))
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+")

    objects = TenantQuerySet["PieceVersion"].as_manager()

    class Meta:
        ordering = ["-number"]
        constraints = [models.UniqueConstraint(fields=["piece", "number"], name="one_row_per_version")]

    def __str__(self) -> str:
        return f"v{self.number}"
