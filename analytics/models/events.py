"""What people did, one row each, in months; and its sums by hour and day."""

import uuid
from typing import TYPE_CHECKING

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import TenantModel, TenantQuerySet
from publishing.models import PlatformConnection, ScheduledPost


class EventType(models.TextChoices):
    """What somebody did."""

    VIEW = "view", _("View")
    LIKE = "like", _("Like")
    COMMENT = "comment", _("Comment")
    SHARE = "share", _("Share")
    SAVE = "save", _("Save")
    CLICK = "click", _("Click")
    FOLLOW = "follow", _("Follow")
    UNLIKE = "unlike", _("Like taken back")
    UNFOLLOW = "unfollow", _("Follow taken back")


class EventBatch(TenantModel):
    """A month of an organisation's events in a compressed file: where it lies, what is in it, and its checksum."""

    class Status(models.TextChoices):
        ARCHIVED = "archived", _("Archived")
        RESTORED = "restored", _("Restored")

    month = models.DateField(help_text=_("its first day"))
    part = models.PositiveSmallIntegerField(default=0)
    file = models.FileField(max_length=300, upload_to="events/")
    rows = models.PositiveBigIntegerField()
    size = models.PositiveBigIntegerField(help_text=_("bytes"))
    sha256 = models.CharField(max_length=64)
    status = models.CharField(max_length=8, choices=Status.choices, default=Status.ARCHIVED)
    restored_until = models.DateTimeField(null=True, blank=True)

    objects = TenantQuerySet["EventBatch"].as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["organization", "month", "part"], name="one_file_per_month")]

    def __str__(self) -> str:
        return f"{self.month:%Y-%m}"


class EngagementHour(TenantModel):
    """How often something was done with a post in an hour of UTC."""

    CLIENT_PATH = "post__client_id"

    post = models.ForeignKey(ScheduledPost, models.CASCADE, related_name="hours")
    hour = models.DateTimeField()
    type = models.CharField(max_length=10, choices=EventType.choices)
    count = models.BigIntegerField()
    value = models.DecimalField(max_digits=18, decimal_places=4, default=0)

    objects = TenantQuerySet["EngagementHour"].as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["post", "hour", "type"], name="one_sum_per_hour")]

    def __str__(self) -> str:
        return f"{self.hour:%Y-%m-%d %H} {self.type} {self.count}"


class EngagementDay(TenantModel):
    """The same by day of the organisation's zone, and by who it was where that is known."""

    CLIENT_PATH = "connection__client_id"

    connection = models.ForeignKey(PlatformConnection, models.CASCADE, related_name="+")
    date = models.DateField()
    type = models.CharField(max_length=10, choices=EventType.choices)
    country = models.CharField(max_length=2, blank=True)
    age_range = models.CharField(max_length=10, blank=True)
    gender = models.CharField(max_length=10, blank=True)
    count = models.BigIntegerField()
    people = models.BigIntegerField(default=0, help_text=_("different ones, where the platform tells who"))
    value = models.DecimalField(max_digits=18, decimal_places=4, default=0)

    objects = TenantQuerySet["EngagementDay"].as_manager()

    if TYPE_CHECKING:
        connection_id: uuid.UUID

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["connection", "date", "type", "country", "age_range", "gender"], name="one_sum_per_day"
            )
        ]

    def __str__(self) -> str:
        return f"{self.date} {self.type} {self.count}"
