"""Pieces: one publishable thing for one platform, with its versions."""

import uuid
from typing import TYPE_CHECKING

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import TenantModel, TenantQuerySet
from content.models.assets import ContentAsset, PosterFrame
from trenddrop.core.claims import Claimable
from trenddrop.core.titles import beginning


def piece_file(piece: "GeneratedContent", name: str) -> str:
    """Return where a piece's own media is stored."""
    return f"pieces/{piece.organization_id}/{piece.pk}/{name}"


def fix_file(fix: "MediaFix", name: str) -> str:
    """Return where media made fit is stored: beside the piece's own, each by itself, so that none is overwritten."""
    return f"pieces/{fix.organization_id}/{fix.piece_id}/{fix.pk}/{name}"


def thumbnail_file(thumbnail: "Thumbnail", name: str) -> str:
    """Return where a made thumbnail is stored."""
    return f"pieces/{thumbnail.organization_id}/{thumbnail.piece_id}/thumbnails/{name}"


class PieceFormat(models.TextChoices):
    VERTICAL = "vertical", _("Vertical 9:16")
    PORTRAIT = "portrait", _("Portrait 4:5")
    SQUARE = "square", _("Square 1:1")
    LANDSCAPE = "landscape", _("Wide 16:9")


class EditTool(models.TextChoices):
    BUILT_IN = "built_in", "TrendDrop"
    CAPCUT = "capcut", "CapCut"
    DESCRIPT = "descript", "Descript"
    RUNWAY = "runway", "Runway"
    MANUAL = "manual", _("By hand")


class GeneratedContent(TenantModel):
    """One publishable piece. The row holds the current version's words; every version is kept beside it."""

    class Kind(models.TextChoices):
        SHORT_VIDEO = "short_video", _("Short video")
        SOCIAL_POST = "social_post", _("Post")
        THREAD = "thread", _("Thread")
        ARTICLE = "article", _("Article")
        CAROUSEL = "carousel", _("Carousel")
        IMAGE = "image", _("Image")
        NEWSLETTER = "newsletter", _("Newsletter")

    client = models.ForeignKey("accounts.ClientAccount", models.CASCADE, null=True, blank=True, related_name="+")
    brand = models.ForeignKey("accounts.BrandProfile", models.SET_NULL, null=True, blank=True, related_name="+")
    asset = models.ForeignKey(ContentAsset, models.CASCADE, related_name="pieces")
    job = models.ForeignKey("content.RepurposingJob", models.SET_NULL, null=True, blank=True, related_name="pieces")
    script = models.ForeignKey("content.Script", models.SET_NULL, null=True, blank=True, related_name="pieces")
    is_main = models.BooleanField(
        default=True, editable=False, help_text=_("the one that processing writes for its platform; of jobs, many")
    )
    part = models.PositiveSmallIntegerField(default=0, editable=False, help_text=_("of its job's pieces, from 1"))
    platform = models.CharField(max_length=20)
    options = models.JSONField(
        default=dict, blank=True, help_text=_("what its posts carry beside text and media, see core.platforms.options")
    )
    kind = models.CharField(max_length=12, choices=Kind.choices, default=Kind.SOCIAL_POST)
    title = models.CharField(max_length=300, blank=True)
    text = models.TextField(blank=True)
    hashtags = ArrayField(models.CharField(max_length=100), default=list, blank=True)
    call_to_action = models.CharField(max_length=200, blank=True)
    alt_text = models.CharField(max_length=1000, blank=True)
    thumbnail = models.ForeignKey(PosterFrame, models.SET_NULL, null=True, blank=True, related_name="+")
    mentions = ArrayField(models.CharField(max_length=100), default=list, blank=True)
    cover = models.ForeignKey("content.Thumbnail", models.SET_NULL, null=True, blank=True, related_name="+")
    category = models.CharField(_("category"), max_length=60, blank=True)
    goals = models.CharField(_("what it should lead to"), max_length=200, blank=True)
    target_audience = models.CharField(_("who it is for"), max_length=200, blank=True)
    ai_label = models.BooleanField(_("say that it was made with AI"), default=False)
    file = models.FileField(upload_to=piece_file, max_length=300, blank=True)
    media_info = models.JSONField(default=dict, blank=True, help_text=_("of its own file, as an asset's"))
    format = models.CharField(max_length=10, choices=PieceFormat.choices, blank=True)
    edit_tool = models.CharField(max_length=8, choices=EditTool.choices, default=EditTool.BUILT_IN)
    duration = models.FloatField(null=True, blank=True, help_text=_("seconds of its own file"))
    starts_at = models.FloatField(null=True, blank=True, help_text=_("seconds into the original"))
    ends_at = models.FloatField(null=True, blank=True, help_text=_("seconds into the original"))
    predicted_quality = models.SmallIntegerField(null=True, blank=True)
    predicted_virality = models.SmallIntegerField(null=True, blank=True)
    prediction = models.JSONField(default=dict, blank=True, help_text=_("what made both: factors, calibration"))
    include_media = models.BooleanField(default=True, help_text=_("send the video or image along"))
    language = models.CharField(max_length=8, blank=True)
    search = SearchVectorField(null=True, editable=False)
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
        brand_id: uuid.UUID | None
        job_id: uuid.UUID | None
        script_id: uuid.UUID | None

    class Meta:
        verbose_name_plural = "generated content"
        indexes = [
            models.Index(fields=["organization", "-created_at"], name="piece_recent"),
            GinIndex(fields=["search"], name="piece_search"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["asset", "platform"],
                name="one_piece_per_platform",
                condition=models.Q(deleted_at=None, is_main=True),
            ),
            models.UniqueConstraint(
                fields=["job", "platform", "part"],
                name="one_piece_per_part_of_a_job",
                condition=models.Q(job__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return self.title or beginning(self.text)


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
    mentions = ArrayField(models.CharField(max_length=100), default=list, blank=True)
    options = models.JSONField(default=dict, blank=True, help_text=_("what its posts carried beside text and media"))
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


class PieceVariant(TenantModel):
    """Another way to say a piece, side by side with others of the same asking; one may be taken as its next version."""

    CLIENT_PATH = "piece__client_id"

    piece = models.ForeignKey(GeneratedContent, models.CASCADE, related_name="variants")
    number = models.PositiveSmallIntegerField()
    angle = models.CharField(max_length=60, help_text=_("how it differs"))
    title = models.CharField(max_length=300, blank=True)
    text = models.TextField(blank=True)
    hashtags = ArrayField(models.CharField(max_length=100), default=list, blank=True)
    call_to_action = models.CharField(max_length=200, blank=True)
    note = models.CharField(max_length=500, blank=True)
    made_by = models.CharField(max_length=80)
    model = models.CharField(max_length=120, blank=True)
    is_fallback = models.BooleanField(default=False)
    fallback_reason = models.TextField(blank=True)
    predicted_virality = models.SmallIntegerField(null=True, blank=True)
    taken_at = models.DateTimeField(null=True, blank=True)

    objects = TenantQuerySet["PieceVariant"].as_manager()

    class Meta:
        ordering = ["number"]
        constraints = [models.UniqueConstraint(fields=["piece", "number"], name="one_row_per_variant")]

    def __str__(self) -> str:
        return f"{self.number}: {self.angle}"


class Thumbnail(TenantModel):
    """A cover made of a frame, a few words and the brand's style. `style`: layout, colours, font."""

    CLIENT_PATH = "piece__client_id"

    piece = models.ForeignKey(GeneratedContent, models.CASCADE, related_name="thumbnails")
    frame = models.ForeignKey(PosterFrame, models.SET_NULL, null=True, blank=True, related_name="+")
    words = models.CharField(max_length=80, blank=True)
    style = models.JSONField(default=dict)
    image = models.ImageField(upload_to=thumbnail_file, max_length=300)
    width = models.PositiveIntegerField()
    height = models.PositiveIntegerField()

    objects = TenantQuerySet["Thumbnail"].as_manager()

    if TYPE_CHECKING:
        piece_id: uuid.UUID

    def __str__(self) -> str:
        return self.words or "thumbnail"


class MediaFix(Claimable, TenantModel):
    """A piece's media made fit for its platform. `recipe`: a `core.media.Fit` as JSON."""

    CLIENT_PATH = "piece__client_id"

    class Status(models.TextChoices):
        QUEUED = "queued", _("Waiting")
        PROCESSING = "processing", _("Working")
        COMPLETED = "completed", _("Ready")
        FAILED = "failed", _("Failed")
        CANCELLED = "cancelled", _("Cancelled")

    piece = models.ForeignKey(GeneratedContent, models.CASCADE, related_name="media_fixes")
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    recipe = models.JSONField(default=dict)
    file = models.FileField(upload_to=fix_file, max_length=300, blank=True, help_text=_("what came of it; kept"))
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.QUEUED)
    progress = models.PositiveSmallIntegerField(default=0, help_text=_("per cent"))
    attempts = models.PositiveSmallIntegerField(default=0)
    error = models.TextField(blank=True)

    objects = TenantQuerySet["MediaFix"].as_manager()

    if TYPE_CHECKING:
        piece_id: uuid.UUID

    class Meta:
        verbose_name_plural = "media fixes"
        constraints = [
            models.UniqueConstraint(
                fields=["piece"], name="one_open_fix", condition=models.Q(status__in=["queued", "processing"])
            )
        ]

    def __str__(self) -> str:
        return f"{self.piece_id} {self.status}"
