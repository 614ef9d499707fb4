"""One original becomes many pieces: the plan, the jobs, and every file that a piece was given."""

import uuid
from typing import TYPE_CHECKING

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import TenantModel, TenantQuerySet
from content.models.assets import ContentAsset
from content.models.generated import EditTool, GeneratedContent, PieceFormat
from trenddrop.core.claims import Claimable


class RepurposingKind(models.TextChoices):
    SHORTS = "shorts", _("Short videos")
    AUDIOGRAM = "audiogram", _("Audiogram")
    SOCIAL = "social", _("Posts")
    THREAD = "thread", _("Thread")
    CAROUSEL = "carousel", _("Carousel")
    ARTICLE = "article", _("Article")
    NEWSLETTER = "newsletter", _("Newsletter")
    SCRIPT = "script", _("Script")
    SCRIPT_VIDEO = "script_video", _("Video from a script")


class RepurposingStrategy(TenantModel):
    """What to make of an original, for whom, in which order and when, with the reasons; a new one for each asking.

    `lines`: list of {"key", "kind", "format", "platforms", "priority" 1–10, "count", "day" (days from now), "hour",
    "minute", "reach" [low, high] or null, "seconds" of processing, "credits", "reasons", "config"}.
    """

    CLIENT_PATH = "asset__client_id"

    asset = models.ForeignKey(ContentAsset, models.CASCADE, related_name="strategies")
    brand = models.ForeignKey("accounts.BrandProfile", models.SET_NULL, null=True, blank=True, related_name="+")
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    lines = models.JSONField(default=list)
    notes = models.JSONField(default=list, blank=True, help_text=_("what could not be planned, and why"))
    made_by = models.CharField(max_length=80)

    objects = TenantQuerySet["RepurposingStrategy"].as_manager()

    if TYPE_CHECKING:
        asset_id: uuid.UUID
        brand_id: uuid.UUID | None

    class Meta:
        verbose_name_plural = "repurposing strategies"

    def __str__(self) -> str:
        return f"strategy for {self.asset_id}"


class RepurposingJob(Claimable, TenantModel):
    """Pieces to be made of an original. `config`: what its kind asks for (`content.repurposing.configs`) as JSON."""

    CLIENT_PATH = "asset__client_id"

    class Status(models.TextChoices):
        QUEUED = "queued", _("Waiting")
        PROCESSING = "processing", _("Working")
        COMPLETED = "completed", _("Ready")
        FAILED = "failed", _("Failed")
        CANCELLED = "cancelled", _("Stopped")

    asset = models.ForeignKey(ContentAsset, models.CASCADE, related_name="jobs")
    brand = models.ForeignKey("accounts.BrandProfile", models.SET_NULL, null=True, blank=True, related_name="+")
    script = models.ForeignKey("content.Script", models.SET_NULL, null=True, blank=True, related_name="jobs")
    strategy = models.ForeignKey(RepurposingStrategy, models.SET_NULL, null=True, blank=True, related_name="jobs")
    template = models.ForeignKey("content.Template", models.SET_NULL, null=True, blank=True, related_name="+")
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    kind = models.CharField(max_length=12, choices=RepurposingKind.choices)
    format = models.CharField(max_length=10, choices=PieceFormat.choices, blank=True)
    platforms = ArrayField(models.CharField(max_length=20), default=list, blank=True)
    config = models.JSONField(default=dict, blank=True)
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.QUEUED)
    priority = models.PositiveSmallIntegerField(default=5, validators=[MinValueValidator(1), MaxValueValidator(10)])
    progress = models.PositiveSmallIntegerField(default=0, help_text=_("per cent"))
    note = models.TextField(blank=True, help_text=_("what it is doing, or what came of it"))
    attempts = models.PositiveSmallIntegerField(default=0)
    error = models.TextField(blank=True)
    estimated_credits = models.PositiveIntegerField(default=0)
    credits_used = models.PositiveIntegerField(default=0)
    started_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)

    objects = TenantQuerySet["RepurposingJob"].as_manager()

    if TYPE_CHECKING:
        asset_id: uuid.UUID
        brand_id: uuid.UUID | None
        script_id: uuid.UUID | None
        template_id: uuid.UUID | None

    class Meta:
        indexes = [
            models.Index(
                fields=["priority", "created_at"],
                name="repurposing_job_open",
                condition=models.Q(status__in=["queued", "processing"]),
            ),
            models.Index(fields=["organization", "-created_at"], name="repurposing_job_recent"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(priority__gte=1, priority__lte=10), name="priority_from_one_to_ten"
            ),
            models.CheckConstraint(condition=models.Q(progress__lte=100), name="job_progress_in_per_cent"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} of {self.asset_id}: {self.status}"

    @property
    def held_as(self) -> str:
        """What its credits are held as until it ends."""
        return f"job:{self.pk}"

    def left(self) -> int:
        """Return what may still be booked of the credits that were told before."""
        told, used = RepurposingJob.objects.values_list("estimated_credits", "credits_used").get(pk=self.pk)
        return max(0, told - used)


def kept_file(kept: "PieceFile", name: str) -> str:
    """Return where one of a piece's files is stored: each by itself, so that none is overwritten."""
    return f"pieces/{kept.organization_id}/{kept.piece_id}/{kept.pk}/{name}"


class PieceFile(TenantModel):
    """A file a piece was given: rendered here, or finished elsewhere and brought back. None is overwritten.

    `recipe`: what it was made by, as JSON. `report`: list of {"check", "ok", "told", "value"} of the product's own look
    at it. `slide` counts the pictures of a carousel from 1; nought is a single file.
    """

    CLIENT_PATH = "piece__client_id"

    class Origin(models.TextChoices):
        RENDERED = "rendered", _("Made here")
        BROUGHT = "brought", _("Finished elsewhere")

    piece = models.ForeignKey(GeneratedContent, models.CASCADE, related_name="files")
    job = models.ForeignKey(RepurposingJob, models.SET_NULL, null=True, blank=True, related_name="files")
    parent = models.ForeignKey("self", models.SET_NULL, null=True, blank=True, related_name="+")
    brought_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+")
    number = models.PositiveSmallIntegerField(help_text=_("of the piece's takes, from 1"))
    slide = models.PositiveSmallIntegerField(default=0)
    origin = models.CharField(max_length=8, choices=Origin.choices)
    edit_tool = models.CharField(max_length=8, choices=EditTool.choices, default=EditTool.BUILT_IN)
    file = models.FileField(upload_to=kept_file, max_length=300)
    poster = models.ImageField(upload_to=kept_file, max_length=300, blank=True)
    media_info = models.JSONField(default=dict, blank=True)
    recipe = models.JSONField(default=dict, blank=True)
    report = models.JSONField(default=list, blank=True)
    alt_text = models.CharField(max_length=1000, blank=True)
    is_current = models.BooleanField(default=True, help_text=_("goes along when the piece is sent"))

    objects = TenantQuerySet["PieceFile"].as_manager()

    if TYPE_CHECKING:
        piece_id: uuid.UUID

    class Meta:
        ordering = ["number", "slide"]
        constraints = [
            models.UniqueConstraint(fields=["piece", "number", "slide"], name="one_file_per_take_and_slide"),
            models.UniqueConstraint(
                fields=["piece", "slide"], name="one_current_file", condition=models.Q(is_current=True)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.piece_id} take {self.number}"
