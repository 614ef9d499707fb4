"""What people did, one row each, in months; and its sums by hour and day."""

import uuid
from typing import TYPE_CHECKING

from django.contrib.postgres.indexes import BrinIndex
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import TenantModel, TenantQuerySet
from publishing.models import PlatformConnection, ScheduledPost
from trenddrop.core.ids import uuid7


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


class EngagementEvent(models.Model):
    """One thing somebody did with a post. Partitioned by month of `happened_at`; written by collection.events alone.

    Its key is made of the organisation and the sender's own name for the event, so that the same event told twice has
    the same key; `EventKey` holds each key once, whatever month it is told for. There is no index on it: rows are
    found by organisation and time, by post, or by account. The post says whose client's it is, also after it moved.
    """

    CLIENT_PATH = "post__client_id"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    organization = models.ForeignKey("accounts.Organization", models.CASCADE, related_name="+", db_index=False)
    post = models.ForeignKey(ScheduledPost, models.CASCADE, related_name="+")
    connection = models.ForeignKey(PlatformConnection, models.CASCADE, related_name="+")
    type = models.CharField(max_length=10, choices=EventType.choices)
    happened_at = models.DateTimeField()
    received_at = models.DateTimeField()
    person = models.BigIntegerField(
        null=True, blank=True, help_text=_("who it was, by a number that means nothing elsewhere")
    )
    person_name = models.CharField(max_length=200, blank=True, help_text=_("only where the platform tells"))
    followers = models.PositiveIntegerField(null=True, blank=True)
    value = models.DecimalField(max_digits=18, decimal_places=4, null=True, blank=True)
    country = models.CharField(max_length=2, blank=True)
    age_range = models.CharField(max_length=10, blank=True)
    gender = models.CharField(max_length=10, blank=True)
    metadata = models.JSONField(null=True, blank=True)

    objects = TenantQuerySet["EngagementEvent"].as_manager()

    if TYPE_CHECKING:
        organization_id: uuid.UUID
        post_id: uuid.UUID
        connection_id: uuid.UUID

    class Meta:
        indexes = [
            models.Index(fields=["organization", "happened_at"], name="event_of_organization"),
            BrinIndex(fields=["happened_at"], name="event_by_time", autosummarize=True),
        ]

    def __str__(self) -> str:
        return f"{self.happened_at:%Y-%m-%d %H:%M} {self.type}"


class EventKey(models.Model):
    """An event that was counted, so that it is not counted again. Written and removed by functions of the owner."""

    id = models.UUIDField(primary_key=True, editable=False)
    month = models.DateField(help_text=_("of the event; with its raw rows the key goes too"))

    def __str__(self) -> str:
        return str(self.id)


class TouchedHour(models.Model):
    """An hour that got events since its sums were made. Only ever added to, in the transaction of the events."""

    IS_WORK = False

    id = models.BigAutoField(primary_key=True)
    organization = models.ForeignKey("accounts.Organization", models.CASCADE, related_name="+")
    hour = models.DateTimeField()

    objects = TenantQuerySet["TouchedHour"].as_manager()

    if TYPE_CHECKING:
        organization_id: uuid.UUID

    def __str__(self) -> str:
        return f"{self.hour:%Y-%m-%d %H}"


class EventBatch(TenantModel):
    """A month of an organisation's events in a compressed file: where it lies, what is in it, and its checksum."""

    class Status(models.TextChoices):
        ARCHIVED = "archived", _("Archived")
        WANTED = "wanted", _("Being brought back")
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
        verbose_name_plural = "event batches"
        constraints = [models.UniqueConstraint(fields=["organization", "month", "part"], name="one_file_per_month")]

    def __str__(self) -> str:
        return f"{self.month:%Y-%m}"


class EngagementHour(TenantModel):
    """How often something was done with a post in an hour of UTC."""

    CLIENT_PATH = "post__client_id"

    organization = models.ForeignKey("accounts.Organization", models.CASCADE, related_name="+", db_index=False)
    post = models.ForeignKey(ScheduledPost, models.CASCADE, related_name="hours", db_index=False)
    hour = models.DateTimeField()
    type = models.CharField(max_length=10, choices=EventType.choices)
    count = models.BigIntegerField()
    value = models.DecimalField(max_digits=18, decimal_places=4, default=0)

    objects = TenantQuerySet["EngagementHour"].as_manager()

    class Meta:
        indexes = [models.Index(fields=["organization", "hour"], name="hours_of_organization")]
        constraints = [models.UniqueConstraint(fields=["post", "hour", "type"], name="one_sum_per_hour")]

    def __str__(self) -> str:
        return f"{self.hour:%Y-%m-%d %H} {self.type} {self.count}"


class EngagementDay(TenantModel):
    """The same by day of the organisation's zone, and by who it was where that is known."""

    CLIENT_PATH = "connection__client_id"

    organization = models.ForeignKey("accounts.Organization", models.CASCADE, related_name="+", db_index=False)
    connection = models.ForeignKey(PlatformConnection, models.CASCADE, related_name="+", db_index=False)
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
        indexes = [models.Index(fields=["organization", "date"], name="eventdays_of_organization")]
        constraints = [
            models.UniqueConstraint(
                fields=["connection", "date", "type", "country", "age_range", "gender"], name="one_sum_per_day"
            )
        ]

    def __str__(self) -> str:
        return f"{self.date} {self.type} {self.count}"


class ReactionDay(TenantModel):
    """How often people of a country, an age or a gender reacted on an account's posts in a day: what pages add up."""

    class Kind(models.TextChoices):
        COUNTRY = "country", _("Country")
        AGE = "age", _("Age")
        GENDER = "gender", _("Gender")

    CLIENT_PATH = "connection__client_id"

    organization = models.ForeignKey("accounts.Organization", models.CASCADE, related_name="+", db_index=False)
    connection = models.ForeignKey(PlatformConnection, models.CASCADE, related_name="+", db_index=False)
    date = models.DateField()
    kind = models.CharField(max_length=7, choices=Kind.choices)
    key = models.CharField(max_length=10, blank=True, help_text=_("empty where it was not told"))
    count = models.BigIntegerField()

    objects = TenantQuerySet["ReactionDay"].as_manager()

    class Meta:
        indexes = [models.Index(fields=["organization", "date"], name="reactions_of_organization")]
        constraints = [
            models.UniqueConstraint(fields=["connection", "date", "kind", "key"], name="one_reaction_per_day")
        ]

    def __str__(self) -> str:
        return f"{self.date} {self.kind} {self.key} {self.count}"
