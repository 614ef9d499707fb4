"""When posts go out: weekly slots, best times, recurring posts, holds, named calendars, plans brought as files."""

import uuid
from typing import TYPE_CHECKING, Self

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import TenantModel, TenantQuerySet
from content.models import GeneratedContent
from publishing.models.connections import PlatformConnection
from trenddrop.core.claims import Claimable

if TYPE_CHECKING:
    from publishing.models.posts import ScheduledPost


class Weekday(models.IntegerChoices):
    MONDAY = 0, _("Monday")
    TUESDAY = 1, _("Tuesday")
    WEDNESDAY = 2, _("Wednesday")
    THURSDAY = 3, _("Thursday")
    FRIDAY = 4, _("Friday")
    SATURDAY = 5, _("Saturday")
    SUNDAY = 6, _("Sunday")


class PostingSlot(TenantModel):
    """An hour of the week at which an account posts; the queue fills the next free one."""

    client = models.ForeignKey("accounts.ClientAccount", models.CASCADE, null=True, blank=True, related_name="+")
    brand = models.ForeignKey("accounts.BrandProfile", models.CASCADE, null=True, blank=True, related_name="+")
    connection = models.ForeignKey(PlatformConnection, models.CASCADE, related_name="slots")
    weekday = models.PositiveSmallIntegerField(_("day"), choices=Weekday.choices)
    at = models.TimeField(_("time"))
    timezone = models.CharField(_("time zone"), max_length=64)
    is_active = models.BooleanField(default=True)

    objects = TenantQuerySet["PostingSlot"].as_manager()

    if TYPE_CHECKING:
        client_id: uuid.UUID | None
        connection_id: uuid.UUID

    class Meta:
        ordering = ["weekday", "at"]
        constraints = [
            models.UniqueConstraint(
                fields=["connection", "weekday", "at"],
                name="one_slot_per_time",
                violation_error_message=_("This account has that slot already."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_weekday_display()} {self.at:%H:%M}"


class BestTime(TenantModel):
    """How well an account's posts of one hour of the week did; written by analytics, read here."""

    CLIENT_PATH = "connection__client_id"

    connection = models.ForeignKey(PlatformConnection, models.CASCADE, related_name="best_times")
    weekday = models.PositiveSmallIntegerField(choices=Weekday.choices)
    hour = models.PositiveSmallIntegerField(validators=[MaxValueValidator(23)])
    timezone = models.CharField(max_length=64)
    score = models.PositiveSmallIntegerField(validators=[MaxValueValidator(100)], help_text=_("50 is as usual"))
    posts = models.PositiveIntegerField(help_text=_("how many of this very hour it rests on"))
    posts_in_all = models.PositiveIntegerField(help_text=_("of the account"))

    objects = TenantQuerySet["BestTime"].as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["connection", "weekday", "hour"], name="one_score_per_hour")]

    def __str__(self) -> str:
        return f"{self.get_weekday_display()} {self.hour:02}: {self.score}"


class RecurringPost(TenantModel):
    """A piece that goes out again and again, by the clock of its zone. What was missed is never made up for."""

    class Frequency(models.TextChoices):
        DAILY = "daily", _("days")
        WEEKLY = "weekly", _("weeks")
        MONTHLY = "monthly", _("months")

    client = models.ForeignKey("accounts.ClientAccount", models.CASCADE, null=True, blank=True, related_name="+")
    piece = models.ForeignKey(GeneratedContent, models.CASCADE, related_name="recurring")
    connection = models.ForeignKey(PlatformConnection, models.CASCADE, related_name="recurring")
    frequency = models.CharField(_("every"), max_length=7, choices=Frequency.choices)
    interval = models.PositiveSmallIntegerField(
        _("how many"), default=1, validators=[MinValueValidator(1), MaxValueValidator(52)]
    )
    weekdays = ArrayField(models.PositiveSmallIntegerField(choices=Weekday.choices), default=list, blank=True)
    day_of_month = models.PositiveSmallIntegerField(
        _("day of the month"), null=True, blank=True, validators=[MinValueValidator(1), MaxValueValidator(31)]
    )
    at = models.TimeField(_("time"))
    timezone = models.CharField(_("time zone"), max_length=64)
    starts_on = models.DateField(_("from"))
    ends_on = models.DateField(_("until"), null=True, blank=True)
    times = models.PositiveSmallIntegerField(_("how often in all"), null=True, blank=True)
    made = models.PositiveIntegerField(default=0, help_text=_("how many posts came of it"))
    skipped = models.PositiveIntegerField(default=0, help_text=_("how many times passed while it could not post"))
    next_on = models.DateField(null=True, blank=True, help_text=_("the next day it is due; empty: it has ended"))
    is_active = models.BooleanField(default=True)
    error = models.TextField(blank=True, help_text=_("why the last one was not planned"))
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")

    objects = TenantQuerySet["RecurringPost"].as_manager()

    if TYPE_CHECKING:
        piece_id: uuid.UUID
        connection_id: uuid.UUID

    class Meta:
        indexes = [models.Index(fields=["next_on"], name="recurring_due", condition=models.Q(is_active=True))]

    def __str__(self) -> str:
        return f"{self.get_frequency_display()} {self.at:%H:%M}"

    @property
    def days_in_words(self) -> str:
        """Return its weekdays, or its day of the month, as people read them; empty where every day is one."""
        if self.frequency == self.Frequency.WEEKLY and self.weekdays:
            return ", ".join(str(Weekday(day).label) for day in self.weekdays)
        is_monthly = self.frequency == self.Frequency.MONTHLY and self.day_of_month
        return _("on day %(day)s") % {"day": self.day_of_month} if is_monthly else ""


class PostingHold(TenantModel):
    """While it stands nothing of this goes out: of a client, an account, or (neither named) anything at all."""

    class Cause(models.TextChoices):
        PERSON = "person", _("somebody put it on hold")
        PLAN = "plan", _("the plan is not paid, or has ended")

    cause = models.CharField(max_length=6, choices=Cause.choices, default=Cause.PERSON)
    client = models.ForeignKey("accounts.ClientAccount", models.CASCADE, null=True, blank=True, related_name="+")
    connection = models.ForeignKey(PlatformConnection, models.CASCADE, null=True, blank=True, related_name="holds")
    reason = models.CharField(_("why"), max_length=300, blank=True)
    held_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+")

    objects = TenantQuerySet["PostingHold"].as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "client", "connection", "cause"],
                name="held_once",
                nulls_distinct=False,
                condition=models.Q(ended_at=None),
                violation_error_message=_("This is on hold already."),
            )
        ]

    def __str__(self) -> str:
        return self.reason or "on hold"


class PlanImport(Claimable, TenantModel):
    """A plan brought as a CSV file: good rows become posts, the others come back with their reasons.

    `refusals`: [{"row", "reasons"}], the first hundred; all stand in `refused_file`.
    """

    class Status(models.TextChoices):
        QUEUED = "queued", _("Waiting")
        READING = "reading", _("Reading")
        DONE = "done", _("Done")
        FAILED = "failed", _("Could not be read")

    client = models.ForeignKey("accounts.ClientAccount", models.CASCADE, null=True, blank=True, related_name="+")
    name = models.CharField(max_length=200)
    file = models.FileField(upload_to="plans/", max_length=300)
    refused_file = models.FileField(upload_to="plans/", max_length=300, blank=True)
    as_drafts = models.BooleanField(_("only as drafts"), default=False)
    timezone = models.CharField(max_length=64, help_text=_("of rows that name none"))
    status = models.CharField(max_length=7, choices=Status.choices, default=Status.QUEUED)
    rows = models.PositiveIntegerField(null=True, blank=True)
    read = models.PositiveIntegerField(default=0, help_text=_("rows that are done with"))
    landed = models.PositiveIntegerField(default=0)
    refused = models.PositiveIntegerField(default=0)
    refusals = models.JSONField(default=list, blank=True)
    error = models.TextField(blank=True)
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    finished_at = models.DateTimeField(null=True, blank=True)

    objects = TenantQuerySet["PlanImport"].as_manager()

    def __str__(self) -> str:
        return self.name


class ContentCalendar(TenantModel):
    """A named plan over some days, made by hand or generated with its reasoning."""

    class Origin(models.TextChoices):
        MANUAL = "manual", _("By hand")
        GENERATED = "generated", _("Proposed")

    client = models.ForeignKey("accounts.ClientAccount", models.CASCADE, null=True, blank=True, related_name="+")
    brand = models.ForeignKey("accounts.BrandProfile", models.SET_NULL, null=True, blank=True, related_name="+")
    name = models.CharField(_("name"), max_length=120)
    description = models.TextField(_("what it is for"), max_length=2000, blank=True)
    starts_on = models.DateField(_("from"))
    ends_on = models.DateField(_("until"))
    origin = models.CharField(max_length=9, choices=Origin.choices, default=Origin.MANUAL)
    reasoning = models.TextField(blank=True, help_text=_("why it was proposed like this"))
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    deleted_at = models.DateTimeField(null=True, blank=True, editable=False)

    objects = TenantQuerySet["ContentCalendar"].as_manager()

    if TYPE_CHECKING:
        client_id: uuid.UUID | None

    class Meta:
        ordering = ["-starts_on", "name"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(ends_on__gte=models.F("starts_on")),
                name="calendar_ends_after_it_starts",
                violation_error_message=_("The last day comes before the first."),
            )
        ]

    def __str__(self) -> str:
        return self.name


CANCELLED = "cancelled"


class CalendarEntryQuerySet(TenantQuerySet["CalendarEntry"]):
    """Adds what is still to be begun."""

    def open(self) -> Self:
        """Return those that are no post, or whose post was cancelled."""
        return self.filter(models.Q(post=None) | models.Q(post__status=CANCELLED))


class CalendarEntry(TenantModel):
    """A day's intention: something to post somewhere; once written and planned it points at piece and post.

    Once its post is cancelled it can be begun anew.
    """

    CLIENT_PATH = "calendar__client_id"

    calendar = models.ForeignKey(ContentCalendar, models.CASCADE, related_name="entries")
    date = models.DateField(_("day"))
    at = models.TimeField(_("time"), null=True, blank=True)
    timezone = models.CharField(max_length=64)
    platform = models.CharField(_("platform"), max_length=20)
    connection = models.ForeignKey(PlatformConnection, models.SET_NULL, null=True, blank=True, related_name="+")
    title = models.CharField(_("title"), max_length=200)
    notes = models.TextField(_("notes"), max_length=2000, blank=True)
    tags = ArrayField(models.CharField(max_length=40), default=list, blank=True)
    reason = models.TextField(blank=True, help_text=_("why this, and why then"))
    topic = models.ForeignKey("trends.TrendTopic", models.SET_NULL, null=True, blank=True, related_name="+")
    piece = models.ForeignKey(GeneratedContent, models.SET_NULL, null=True, blank=True, related_name="+")
    post = models.ForeignKey(
        "publishing.ScheduledPost", models.SET_NULL, null=True, blank=True, related_name="calendar_entries"
    )

    objects = CalendarEntryQuerySet.as_manager()

    class Meta:
        ordering = ["date", "at"]
        indexes = [models.Index(fields=["calendar", "date"], name="entries_of_calendar")]

    def __str__(self) -> str:
        return self.title

    @property
    def standing(self) -> "ScheduledPost | None":
        """Return the post that it is; a cancelled one is none. Reads it with the entry, or asks for it."""
        return self.post if self.post and self.post.status != CANCELLED else None
