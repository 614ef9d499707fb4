"""The practice network: a timeline inside the product, with simulated engagement that says so."""

from django.contrib.postgres.fields import ArrayField
from django.db import models

from accounts.models import TenantModel, TenantQuerySet


class PracticeAccount(TenantModel):
    """An account of the practice network; its token is known only by hash."""

    handle = models.CharField(max_length=60)
    display_name = models.CharField(max_length=120)
    token_hash = models.CharField(max_length=64, unique=True)
    followers = models.PositiveIntegerField(default=800)

    objects = TenantQuerySet["PracticeAccount"].as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["organization", "handle"], name="practice_handle")]

    def __str__(self) -> str:
        return f"@{self.handle}"


class PracticePost(TenantModel):
    """A post on the practice timeline. All numbers are simulated."""

    account = models.ForeignKey(PracticeAccount, models.CASCADE, related_name="posts")
    idempotency_key = models.CharField(max_length=100)
    text = models.TextField()
    title = models.CharField(max_length=300, blank=True)
    hashtags = ArrayField(models.CharField(max_length=100), default=list, blank=True)
    media = models.JSONField(default=list, help_text="stored media: [{id, path, mime, alt, width, height, duration}]")
    appeal = models.FloatField(help_text="the simulation's hidden draw for this post")
    simulated_until = models.DateTimeField(null=True, blank=True)
    views = models.PositiveIntegerField(default=0)
    likes = models.PositiveIntegerField(default=0)
    comments = models.PositiveIntegerField(default=0)
    shares = models.PositiveIntegerField(default=0)
    saves = models.PositiveIntegerField(default=0)

    objects = TenantQuerySet["PracticePost"].as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["account", "idempotency_key"], name="practice_post_once")]
        indexes = [models.Index(fields=["organization", "-created_at"], name="practice_timeline")]

    def __str__(self) -> str:
        return self.text[:60]
