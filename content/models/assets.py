"""Originals, and how far their processing is."""

import uuid
from typing import TYPE_CHECKING

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import TenantModel, TenantQuerySet
from trenddrop.core.claims import Claimable


def asset_file(asset: "ContentAsset", name: str) -> str:
    """Return where a file of the asset is stored: a folder per organisation and asset."""
    return f"assets/{asset.organization_id}/{asset.pk}/{name}"


def frame_file(frame: "PosterFrame", name: str) -> str:
    """Return where a poster frame is stored."""
    return f"assets/{frame.organization_id}/{frame.asset_id}/frames/{name}"


class ContentAsset(TenantModel):
    """The original: a video, a recording, a text, a document, an image or a link."""

    class Kind(models.TextChoices):
        VIDEO = "video", _("Video")
        AUDIO = "audio", _("Audio")
        BLOG = "blog", _("Text")
        DOCUMENT = "document", _("Document")
        IMAGE = "image", _("Image")
        LINK = "link", _("Link")

    class Status(models.TextChoices):
        PENDING = "pending", _("Waiting")
        PROCESSING = "processing", _("Working")
        READY = "ready", _("Ready")
        FAILED = "failed", _("Failed")
        CANCELLED = "cancelled", _("Cancelled")

    client = models.ForeignKey("accounts.ClientAccount", models.CASCADE, null=True, blank=True, related_name="+")
    brand = models.ForeignKey("accounts.BrandProfile", models.SET_NULL, null=True, blank=True, related_name="+")
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    kind = models.CharField(max_length=8, choices=Kind.choices)
    title = models.CharField(_("title"), max_length=200)
    description = models.TextField(_("description"), blank=True)
    text = models.TextField(_("text"), blank=True, help_text=_("what was pasted, or read from the link"))
    file = models.FileField(upload_to=asset_file, max_length=300, blank=True)
    thumbnail = models.ImageField(upload_to=asset_file, max_length=300, blank=True)
    original_name = models.CharField(max_length=255, blank=True)
    size = models.BigIntegerField(null=True, blank=True, help_text=_("bytes"))
    duration = models.FloatField(null=True, blank=True, help_text=_("seconds"))
    mime_type = models.CharField(max_length=100, blank=True)
    source_platform = models.CharField(max_length=40, blank=True)
    source_url = models.URLField(max_length=1000, blank=True)
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.PENDING)
    error = models.TextField(blank=True)
    cancel_requested = models.BooleanField(default=False)
    started_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)
    media_info = models.JSONField(default=dict, blank=True)
    waveform = models.JSONField(default=list, blank=True)
    language = models.CharField(max_length=8, blank=True)
    tags = ArrayField(models.CharField(max_length=60), default=list, blank=True)
    collection = models.ForeignKey("content.Collection", models.SET_NULL, null=True, blank=True, related_name="assets")
    content_hash = models.CharField(max_length=64, blank=True, help_text=_("SHA-256 of the file's bytes"))
    words_hash = models.CharField(max_length=64, blank=True, help_text=_("SHA-256 of the text's words"))
    script = models.ForeignKey("content.Script", models.SET_NULL, null=True, blank=True, related_name="assets")
    voice = models.ForeignKey(
        "content.VoiceClone", models.SET_NULL, null=True, blank=True, related_name="assets",
        help_text=_("who speaks in it, when it was made of a voice-over"),
    )  # fmt: skip
    is_example = models.BooleanField(default=False)
    search = SearchVectorField(null=True, editable=False)
    deleted_at = models.DateTimeField(null=True, blank=True, editable=False)
    taken_down_at = models.DateTimeField(null=True, blank=True, editable=False)  # by operators: no member restores it

    objects = TenantQuerySet["ContentAsset"].as_manager()

    if TYPE_CHECKING:
        client_id: uuid.UUID | None
        brand_id: uuid.UUID | None
        collection_id: uuid.UUID | None
        script_id: uuid.UUID | None
        voice_id: uuid.UUID | None

    class Meta:
        indexes = [
            models.Index(
                fields=["organization", "-created_at"],
                name="asset_library",
                condition=models.Q(deleted_at=None),
            ),
            GinIndex(fields=["search"], name="asset_search"),
            models.Index(
                fields=["organization", "content_hash"], name="asset_same_content", condition=~models.Q(content_hash="")
            ),
            models.Index(
                fields=["organization", "words_hash"], name="asset_same_words", condition=~models.Q(words_hash="")
            ),
        ]

    def __str__(self) -> str:
        return self.title


class PipelineStep(Claimable, TenantModel):
    """One step of an asset's processing: restartable, skipped when done, claimed with a lease."""

    CLIENT_PATH = "asset__client_id"

    class Status(models.TextChoices):
        WAITING = "waiting", _("Waiting")
        RUNNING = "running", _("Running")
        DONE = "done", _("Done")
        SKIPPED = "skipped", _("Skipped")
        FAILED = "failed", _("Failed")
        CANCELLED = "cancelled", _("Cancelled")

    asset = models.ForeignKey(ContentAsset, models.CASCADE, related_name="steps")
    name = models.CharField(max_length=20)
    position = models.PositiveSmallIntegerField()
    status = models.CharField(max_length=9, choices=Status.choices, default=Status.WAITING)
    progress = models.PositiveSmallIntegerField(default=0, help_text=_("per cent"))
    attempts = models.PositiveSmallIntegerField(default=0)
    note = models.TextField(blank=True, help_text=_("what made the result, or why it was skipped"))
    data = models.JSONField(default=dict, blank=True, help_text=_("what the page tells about the result"))
    error = models.TextField(blank=True)
    started_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)

    objects = TenantQuerySet["PipelineStep"].as_manager()

    class Meta:
        ordering = ["position"]
        constraints = [models.UniqueConstraint(fields=["asset", "name"], name="one_row_per_step")]
        indexes = [models.Index(fields=["lease_until"], name="step_running", condition=models.Q(status="running"))]

    def __str__(self) -> str:
        return f"{self.name}: {self.status}"


class PosterFrame(TenantModel):
    """A still to choose as thumbnail."""

    CLIENT_PATH = "asset__client_id"

    asset = models.ForeignKey(ContentAsset, models.CASCADE, related_name="frames")
    at = models.FloatField(help_text=_("seconds"))
    image = models.ImageField(upload_to=frame_file, max_length=300)
    width = models.PositiveIntegerField()
    height = models.PositiveIntegerField()

    objects = TenantQuerySet["PosterFrame"].as_manager()

    class Meta:
        ordering = ["at"]
        constraints = [models.UniqueConstraint(fields=["asset", "at"], name="one_frame_per_moment")]

    def __str__(self) -> str:
        return f"{self.at:.1f} s"
