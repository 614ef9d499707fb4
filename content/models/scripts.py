"""From an idea to spoken words: prompts, scripts with scenes, voices and voice-overs."""

import uuid
from typing import TYPE_CHECKING

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import BrandProfile, TenantModel, TenantQuerySet
from trenddrop.core.claims import Claimable


def voice_file(voice: "VoiceClone", name: str) -> str:
    """Return where a voice's recordings are stored."""
    return f"voices/{voice.organization_id}/{voice.pk}/{name}"


def spoken_file(spoken: "VoiceOver", name: str) -> str:
    """Return where a voice-over is stored."""
    return f"voices/{spoken.organization_id}/scripts/{spoken.script_id}/{name}"


class Prompt(TenantModel):
    """An idea to write about, and where it came from."""

    class Source(models.TextChoices):
        MANUAL = "manual", _("Own idea")
        TRENDING_TOPIC = "trending_topic", _("Trending topic")
        LINK = "link", _("Link")
        HASHTAG = "hashtag", _("Hashtag")

    client = models.ForeignKey("accounts.ClientAccount", models.CASCADE, null=True, blank=True, related_name="+")
    brand = models.ForeignKey(BrandProfile, models.SET_NULL, null=True, blank=True, related_name="+")
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    text = models.TextField(_("idea"))
    source = models.CharField(max_length=14, choices=Source.choices, default=Source.MANUAL)
    topic = models.ForeignKey("trends.TrendTopic", models.SET_NULL, null=True, blank=True, related_name="+")
    url = models.URLField(_("link"), max_length=1000, blank=True)
    hashtag = models.CharField(max_length=100, blank=True)
    material = models.TextField(blank=True, help_text=_("what was read from the link, or known of the trend"))
    tags = ArrayField(models.CharField(max_length=60), default=list, blank=True)
    deleted_at = models.DateTimeField(null=True, blank=True, editable=False)

    objects = TenantQuerySet["Prompt"].as_manager()

    if TYPE_CHECKING:
        brand_id: uuid.UUID | None
        client_id: uuid.UUID | None

    class Meta:
        indexes = [models.Index(fields=["organization", "-created_at"], name="prompt_recent")]

    def __str__(self) -> str:
        return self.text[:80]


class Script(TenantModel):
    """What is said and shown, scene by scene. `scenes`: list of {"heading", "say", "show", "seconds"}."""

    CLIENT_PATH = "prompt__client_id"

    class Status(models.TextChoices):
        DRAFT = "draft", _("Draft")
        EDITED = "edited", _("Edited")
        APPROVED = "approved", _("Approved")

    class Origin(models.TextChoices):
        AI = "ai", _("Written by the product")
        USER = "user", _("Written by a person")

    prompt = models.ForeignKey(Prompt, models.CASCADE, related_name="scripts")
    title = models.CharField(_("title"), max_length=200)
    tone = models.CharField(max_length=20, choices=BrandProfile.Tone.choices)
    language = models.CharField(max_length=8, default="en")
    seconds = models.PositiveSmallIntegerField(default=45, help_text=_("how long it should take to say"))
    scenes = models.JSONField(default=list)
    status = models.CharField(max_length=8, choices=Status.choices, default=Status.DRAFT)
    generated_by = models.CharField(max_length=4, choices=Origin.choices, default=Origin.AI)
    version = models.PositiveIntegerField(default=1)
    made_by = models.CharField(max_length=80)
    is_fallback = models.BooleanField(default=False)
    fallback_reason = models.TextField(blank=True)
    approved_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+")
    approved_at = models.DateTimeField(null=True, blank=True)

    objects = TenantQuerySet["Script"].as_manager()

    if TYPE_CHECKING:
        prompt_id: uuid.UUID

    def __str__(self) -> str:
        return self.title


class ScriptVersion(TenantModel):
    """What a script said at one time, and who or what wrote it."""

    CLIENT_PATH = "script__prompt__client_id"

    script = models.ForeignKey(Script, models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField()
    title = models.CharField(max_length=200)
    scenes = models.JSONField(default=list)
    note = models.CharField(max_length=500, blank=True)
    made_by = models.CharField(max_length=80)
    model = models.CharField(max_length=120, blank=True)
    tokens = models.PositiveIntegerField(default=0)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+")

    objects = TenantQuerySet["ScriptVersion"].as_manager()

    class Meta:
        ordering = ["-number"]
        constraints = [models.UniqueConstraint(fields=["script", "number"], name="one_row_per_script_version")]

    def __str__(self) -> str:
        return f"v{self.number}"


class VoiceClone(Claimable, TenantModel):
    """A voice for voice-overs. One made after a person speaks only while their recorded consent stands."""

    client = models.ForeignKey("accounts.ClientAccount", models.CASCADE, null=True, blank=True, related_name="+")
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    name = models.CharField(_("name"), max_length=80)
    provider = models.CharField(max_length=40)
    provider_voice = models.CharField(max_length=120, blank=True, help_text=_("what the provider calls it"))
    language = models.CharField(max_length=8, blank=True, help_text=_("the only one it speaks; empty: any"))
    is_clone = models.BooleanField(_("made after a person"), default=False)
    person = models.CharField(_("whose voice"), max_length=120, blank=True)
    reference = models.FileField(upload_to=voice_file, max_length=300, blank=True)
    consent = models.FileField(upload_to=voice_file, max_length=300, blank=True)
    consent_words = models.TextField(blank=True, help_text=_("what was heard in the recorded consent"))
    consented_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)
    sample = models.FileField(upload_to=voice_file, max_length=300, blank=True, help_text=_("a sentence it spoke"))
    problem = models.TextField(blank=True, help_text=_("why it cannot speak"))

    objects = TenantQuerySet["VoiceClone"].as_manager()

    if TYPE_CHECKING:
        client_id: uuid.UUID | None

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(is_clone=False) | models.Q(provider_voice="") | models.Q(consented_at__isnull=False),
                name="a_clone_needs_consent",
                violation_error_message=_("A voice made after a person needs their recorded consent."),
            )
        ]

    def __str__(self) -> str:
        return self.name


class VoiceOver(Claimable, TenantModel):
    """A script, spoken. `timings`: list of [start, end] in seconds, one for each scene."""

    CLIENT_PATH = "script__prompt__client_id"

    class Status(models.TextChoices):
        QUEUED = "queued", _("Waiting")
        PROCESSING = "processing", _("Working")
        COMPLETED = "completed", _("Ready")
        FAILED = "failed", _("Failed")
        CANCELLED = "cancelled", _("Stopped")

    script = models.ForeignKey(Script, models.CASCADE, related_name="voice_overs")
    script_version = models.PositiveIntegerField()
    voice = models.ForeignKey(VoiceClone, models.SET_NULL, null=True, related_name="+")
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    asset = models.ForeignKey("content.ContentAsset", models.SET_NULL, null=True, blank=True, related_name="+")
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.QUEUED)
    progress = models.PositiveSmallIntegerField(default=0, help_text=_("per cent"))
    file = models.FileField(upload_to=spoken_file, max_length=300, blank=True)
    duration = models.FloatField(null=True, blank=True, help_text=_("seconds"))
    timings = models.JSONField(default=list)
    characters = models.PositiveIntegerField(default=0)
    made_by = models.CharField(max_length=80, blank=True)
    error = models.TextField(blank=True)

    objects = TenantQuerySet["VoiceOver"].as_manager()

    if TYPE_CHECKING:
        script_id: uuid.UUID

    class Meta:
        indexes = [
            models.Index(
                fields=["lease_until"], name="voice_over_open", condition=models.Q(status__in=["queued", "processing"])
            )
        ]

    def __str__(self) -> str:
        return f"{self.script_id} {self.status}"
