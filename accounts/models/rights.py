"""Taking one's data along, bringing it, and having it erased."""

import uuid
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models.base import BaseModel, TenantQuerySet
from trenddrop.core.claims import Claimable


class DataRequest(Claimable, BaseModel):
    """An export, an import or an erasure, of a person or of an organisation; done in the background."""

    class Kind(models.TextChoices):
        EXPORT = "export", _("Export")
        IMPORT = "import", _("Import")
        ERASURE = "erasure", _("Erasure")

    class Status(models.TextChoices):
        WAITING = "waiting", _("Waiting")
        WORKING = "working", _("Working")
        DONE = "done", _("Done")
        FAILED = "failed", _("Failed")
        CANCELLED = "cancelled", _("Cancelled")

    kind = models.CharField(max_length=8, choices=Kind.choices)
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.WAITING)
    organization = models.ForeignKey("accounts.Organization", models.SET_NULL, null=True, blank=True, related_name="+")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+")
    subject = models.CharField(max_length=12, choices=[("person", _("Person")), ("organization", _("Organisation"))])
    due_at = models.DateTimeField()
    progress = models.PositiveSmallIntegerField(default=0)
    file = models.FileField(upload_to="exports/%Y/%m/", max_length=300, blank=True)
    file_expires_at = models.DateTimeField(null=True, blank=True)
    report = models.JSONField(default=dict, blank=True)
    error = models.TextField(blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)

    objects = TenantQuerySet["DataRequest"].as_manager()

    if TYPE_CHECKING:
        organization_id: uuid.UUID | None
        user_id: uuid.UUID | None

    class Meta:
        indexes = [models.Index(fields=["due_at"], name="data_requests_due", condition=models.Q(status="waiting"))]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} · {self.get_subject_display()}"
