"""The practice network: a timeline inside the product, with simulated engagement that says so."""

from django.contrib.postgres.fields import ArrayField
from django.db import models

from accounts.models import TenantModel, TenantQuerySet
from trenddrop.core.titles import beginning


def practice_file(media: "PracticeMedia", _name: str) -> str:
    """Return where a file of the practice network is stored."""
    return f"practice/{media.organization_id}/{media.pk}"


class PracticeAccount(TenantModel):
    """An account of the practice network; its token is known only by hash."""

    client = models.ForeignKey("accounts.ClientAccount", models.CASCADE, null=True, blank=True, related_name="+")
    handle = models.CharField(max_length=60)
    display_name = models.CharField(max_length=120)
    token_hash = models.CharField(max_length=64, unique=True)
    followers = models.PositiveIntegerField(default=800)

    objects = TenantQuerySet["PracticeAccount"].as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "client", "handle"], name="practice_handle_of_client", nulls_distinct=False
            )
        ]

    def __str__(self) -> str:
        return f"@{self.handle}"


class PracticeMedia(TenantModel):
    """A file that was sent to the practice network; the same key gives the same file."""

    CLIENT_PATH = "account__client_id"

    account = models.ForeignKey(PracticeAccount, models.CASCADE, related_name="media")
    idempotency_key = models.CharField(max_length=200)
    file = models.FileField(upload_to=practice_file, max_length=300)
    mime = models.CharField(max_length=100)
    size = models.BigIntegerField()
    sha256 = models.CharField(max_length=64)

    objects = TenantQuerySet["PracticeMedia"].as_manager()

    class Meta:
        verbose_name_plural = "practice media"
        constraints = [models.UniqueConstraint(fields=["account", "idempotency_key"], name="practice_media_once")]

    def __str__(self) -> str:
        return f"{self.mime}, {self.size} bytes"


class PracticePost(TenantModel):
    """A post on the practice timeline; its numbers follow from `appeal` and its age (practice.simulation)."""

    CLIENT_PATH = "account__client_id"

    account = models.ForeignKey(PracticeAccount, models.CASCADE, related_name="posts")
    idempotency_key = models.CharField(max_length=200)
    text = models.TextField()
    title = models.CharField(max_length=300, blank=True)
    description = models.TextField(blank=True)
    hashtags = ArrayField(models.CharField(max_length=100), default=list, blank=True)
    language = models.CharField(max_length=35, blank=True)
    media = models.JSONField(default=list, help_text="[{id, alt, width, height, duration}] of stored files")
    thumbnail = models.ForeignKey(PracticeMedia, models.SET_NULL, null=True, blank=True, related_name="+")
    appeal = models.FloatField(help_text="the simulation's hidden draw for this post")
    deleted_at = models.DateTimeField(null=True, blank=True)

    objects = TenantQuerySet["PracticePost"].as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["account", "idempotency_key"], name="practice_post_once")]
        indexes = [models.Index(fields=["organization", "-created_at"], name="practice_timeline")]

    def __str__(self) -> str:
        return beginning(self.text)
