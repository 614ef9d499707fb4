"""Files on their way in (tus 1.0)."""

import datetime as dt
from pathlib import Path

from django.conf import settings
from django.db import models

from accounts.models import TenantModel, TenantQuerySet


class Upload(TenantModel):
    """A resumable upload: `offset` of `length` bytes have arrived on disk at `path`."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    client = models.ForeignKey("accounts.ClientAccount", models.CASCADE, null=True, blank=True, related_name="+")
    brand = models.ForeignKey("accounts.BrandProfile", models.SET_NULL, null=True, blank=True, related_name="+")
    name = models.CharField(max_length=255)
    declared_type = models.CharField(max_length=100, blank=True)
    length = models.BigIntegerField()
    offset = models.BigIntegerField(default=0)
    metadata = models.TextField(blank=True, help_text="Upload-Metadata as sent")
    expires_at = models.DateTimeField()
    asset = models.ForeignKey("content.ContentAsset", models.SET_NULL, null=True, blank=True, related_name="+")

    objects = TenantQuerySet["Upload"].as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(offset__gte=0, offset__lte=models.F("length")),
                name="upload_offset_in_length",
            )
        ]
        indexes = [models.Index(fields=["expires_at"], name="upload_expiry")]

    def __str__(self) -> str:
        return f"{self.name} ({self.offset} of {self.length})"

    @property
    def path(self) -> Path:
        """Where the bytes stand until the upload is whole."""
        return Path(settings.UPLOAD_ROOT) / f"{self.pk}.part"

    @property
    def is_complete(self) -> bool:
        """All bytes have arrived."""
        return self.offset == self.length

    def is_expired(self, now: dt.datetime) -> bool:
        """Nobody came back for it in time."""
        return not self.asset_id and now >= self.expires_at
