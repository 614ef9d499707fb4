"""Posts to be sent, and every try to send them."""

import uuid
from typing import TYPE_CHECKING

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import TenantModel, TenantQuerySet
from content.models import GeneratedContent
from publishing.models.connections import PlatformConnection
from trenddrop.core.claims import Claimable
from trenddrop.core.ids import uuid7
from trenddrop.core.titles import beginning


class ScheduledPost(Claimable, TenantModel):
    """A piece to be sent to one connection at one time; what is sent is copied here when it is scheduled."""

    class Status(models.TextChoices):
        DRAFT = "draft", _("Draft")
        WAITING = "waiting", _("Waits for approval")
        SCHEDULED = "scheduled", _("Scheduled")
        PUBLISHING = "publishing", _("Sending")
        HANDED = "handed", _("Waits on the platform")
        ASSISTED = "assisted", _("Waits for you")
        UNCONFIRMED = "unconfirmed", _("Unconfirmed")
        PUBLISHED = "published", _("Live")
        FAILED = "failed", _("Failed")
        MISSED = "missed", _("Missed")
        CANCELLED = "cancelled", _("Cancelled")

    client = models.ForeignKey("accounts.ClientAccount", models.CASCADE, null=True, blank=True, related_name="+")
    piece = models.ForeignKey(GeneratedContent, models.PROTECT, related_name="posts")
    piece_version = models.PositiveIntegerField()
    connection = models.ForeignKey(PlatformConnection, models.PROTECT, related_name="posts")
    idempotency_key = models.UUIDField(default=uuid7, unique=True, editable=False)
    scheduled_for = models.DateTimeField(help_text=_("the instant"))
    local_time = models.CharField(max_length=16, help_text=_("the wall clock that was asked for, YYYY-MM-DDTHH:MM"))
    timezone = models.CharField(max_length=64)
    time_note = models.CharField(max_length=200, blank=True, help_text=_("what daylight saving did to it"))
    status = models.CharField(max_length=12, choices=Status.choices, default=Status.SCHEDULED)
    next_try_at = models.DateTimeField(null=True, blank=True, help_text=_("empty when nothing happens by itself"))
    tries = models.PositiveSmallIntegerField(default=0)
    try_limit = models.PositiveSmallIntegerField(default=6)
    looks = models.PositiveSmallIntegerField(default=0, help_text=_("how often we looked whether it landed"))
    title = models.CharField(max_length=300, blank=True)
    text = models.TextField(blank=True, help_text=_("as sent"))
    hashtags = ArrayField(models.CharField(max_length=100), default=list, blank=True)
    metadata = models.JSONField(default=dict, blank=True)
    platform_post_id = models.CharField(max_length=300, blank=True)
    url = models.URLField(max_length=500, blank=True)
    published_at = models.DateTimeField(null=True, blank=True)
    error = models.TextField(blank=True)
    shortfalls = ArrayField(
        models.TextField(), default=list, blank=True, help_text=_("what did not work after it went live, in words")
    )
    # A post is written three times while it goes out, and each time in every index it has an entry in: where few posts
    # have a value, the index has only those.
    approval = models.ForeignKey(
        "publishing.ApprovalRequest", models.SET_NULL, null=True, blank=True, related_name="posts", db_index=False
    )
    approved_fingerprint = models.CharField(
        max_length=64, blank=True, help_text=_("of what was approved; what is sent must have the same")
    )
    slot = models.ForeignKey(
        "publishing.PostingSlot", models.SET_NULL, null=True, blank=True, related_name="posts", db_index=False
    )
    series = models.ForeignKey(
        "publishing.RecurringPost", models.SET_NULL, null=True, blank=True, related_name="posts", db_index=False
    )
    occurrence = models.DateField(null=True, blank=True, help_text=_("which day of its series"))
    plan_import = models.ForeignKey(
        "publishing.PlanImport", models.SET_NULL, null=True, blank=True, related_name="posts", db_index=False
    )
    import_row = models.PositiveIntegerField(null=True, blank=True)
    is_optimised = models.BooleanField(default=False, help_text=_("the time was chosen by what did well before"))
    time_score = models.PositiveSmallIntegerField(
        null=True, blank=True, help_text=_("of that hour when it was chosen, 0 to 100")
    )
    reminders = models.PositiveSmallIntegerField(default=0, help_text=_("how often its person was asked to post it"))
    scheduled_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")

    objects = TenantQuerySet["ScheduledPost"].as_manager()

    if TYPE_CHECKING:
        piece_id: uuid.UUID
        connection_id: uuid.UUID
        client_id: uuid.UUID | None
        approval_id: uuid.UUID | None

    class Meta:
        indexes = [
            models.Index(fields=["next_try_at"], name="post_to_send", condition=models.Q(status="scheduled")),
            models.Index(
                fields=["next_try_at"],
                name="post_due",
                condition=models.Q(
                    next_try_at__isnull=False, status__in=["unconfirmed", "handed", "published", "assisted"]
                ),
            ),
            models.Index(fields=["lease_until"], name="post_in_hand", condition=models.Q(status="publishing")),
            models.Index(fields=["organization", "-scheduled_for"], name="post_by_time"),
            models.Index(fields=["approval"], name="post_by_approval", condition=models.Q(approval__isnull=False)),
            models.Index(fields=["slot"], name="post_by_slot", condition=models.Q(slot__isnull=False)),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["piece", "connection", "scheduled_for"],
                name="one_post_per_piece_and_time",
                violation_error_message=_("This piece is planned there at that time already."),
                condition=~models.Q(status="cancelled"),
            ),
            models.UniqueConstraint(
                fields=["series", "occurrence"],
                name="one_post_per_occurrence",
                condition=models.Q(series__isnull=False),
            ),
            models.UniqueConstraint(
                fields=["plan_import", "import_row"],
                name="one_post_per_row",
                condition=models.Q(plan_import__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return self.title or beginning(self.text)


class PublishAttempt(TenantModel):
    """One try: written before the call, so that what happened can always be told."""

    CLIENT_PATH = "post__client_id"

    class Outcome(models.TextChoices):
        RUNNING = "running", _("Running")
        PUBLISHED = "published", _("Published")
        FOUND = "found", _("Found on the platform")
        NOT_FOUND = "not_found", _("Not found on the platform")
        REJECTED = "rejected", _("Rejected")
        TRY_LATER = "try_later", _("Try later")
        SIGN_IN_AGAIN = "sign_in_again", _("Sign in again")
        UNKNOWN = "unknown", _("Unknown")
        LOST = "lost", _("Worker lost")

    class Purpose(models.TextChoices):
        SEND = "send", _("Send")
        LOOK = "look", _("Look whether it landed")

    post = models.ForeignKey(ScheduledPost, models.CASCADE, related_name="attempts", db_index=False)
    number = models.PositiveSmallIntegerField()
    purpose = models.CharField(max_length=4, choices=Purpose.choices, default=Purpose.SEND)
    idempotency_key = models.UUIDField()
    fence = models.PositiveIntegerField()
    step = models.CharField(max_length=30, blank=True, help_text=_("the last step reached"))
    step_data = models.JSONField(default=dict, blank=True)
    steps = models.JSONField(default=list, blank=True, help_text=_("every step with its time: [[name, ISO time]]"))
    sent_at = models.DateTimeField(null=True, blank=True, help_text=_("when the call that publishes was near"))
    outcome = models.CharField(max_length=13, choices=Outcome.choices, default=Outcome.RUNNING)
    message = models.TextField(blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)

    objects = TenantQuerySet["PublishAttempt"].as_manager()

    class Meta:
        ordering = ["number"]
        constraints = [models.UniqueConstraint(fields=["post", "number"], name="one_row_per_attempt")]

    def __str__(self) -> str:
        return f"attempt {self.number}: {self.outcome}"
