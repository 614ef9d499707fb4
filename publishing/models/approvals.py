"""Who must agree before a piece goes out: workflows, what is asked, what was decided, what is to be changed."""

import uuid
from typing import TYPE_CHECKING

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import Membership, TenantModel, TenantQuerySet
from content.models import GeneratedContent


class ApprovalWorkflow(TenantModel):
    """Ordered stages. Without a client it is the house's own, and with `for_all_clients` also theirs who have none."""

    client = models.ForeignKey("accounts.ClientAccount", models.CASCADE, null=True, blank=True, related_name="+")
    name = models.CharField(_("name"), max_length=120)
    is_active = models.BooleanField(_("in use"), default=True)
    is_required = models.BooleanField(
        _("nothing goes out without it"), default=True, help_text=_("Off: people may ask for it, piece by piece.")
    )
    for_all_clients = models.BooleanField(_("also for clients without a workflow of their own"), default=False)
    auto_publish = models.BooleanField(
        _("send by itself after the last stage"),
        default=True,
        help_text=_("Off: an approved post waits as a draft until somebody plans it."),
    )

    objects = TenantQuerySet["ApprovalWorkflow"].as_manager()

    if TYPE_CHECKING:
        client_id: uuid.UUID | None

    class Meta:
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "client", "name"],
                name="workflow_name_of_client",
                nulls_distinct=False,
                violation_error_message=_("There is a workflow of this name already."),
            ),
            models.UniqueConstraint(
                fields=["organization", "client"],
                name="one_required_workflow",
                nulls_distinct=False,
                condition=models.Q(is_active=True, is_required=True),
                violation_error_message=_("Another workflow is required here already. Switch that one off first."),
            ),
        ]

    def __str__(self) -> str:
        return self.name


class ApprovalStage(TenantModel):
    """One step of a workflow; `hours` to decide, empty for no deadline."""

    CLIENT_PATH = "workflow__client_id"

    class Needs(models.TextChoices):
        ANY = "any", _("any one of them")
        ALL = "all", _("all of them")

    workflow = models.ForeignKey(ApprovalWorkflow, models.CASCADE, related_name="stages")
    position = models.PositiveSmallIntegerField()
    name = models.CharField(_("name"), max_length=80)
    needs = models.CharField(_("needs"), max_length=3, choices=Needs.choices, default=Needs.ANY)
    hours = models.PositiveSmallIntegerField(_("hours to decide"), null=True, blank=True)

    objects = TenantQuerySet["ApprovalStage"].as_manager()

    class Meta:
        ordering = ["position"]
        constraints = [models.UniqueConstraint(fields=["workflow", "position"], name="one_stage_per_position")]

    def __str__(self) -> str:
        return self.name


class StageApprover(TenantModel):
    """Who decides at a stage: a member, everybody of a role, or the piece's client."""

    CLIENT_PATH = "stage__workflow__client_id"

    class Kind(models.TextChoices):
        MEMBER = "member", _("a member")
        ROLE = "role", _("a role")
        CLIENT = "client", _("the client")

    stage = models.ForeignKey(ApprovalStage, models.CASCADE, related_name="approvers")
    kind = models.CharField(max_length=6, choices=Kind.choices)
    member = models.ForeignKey(Membership, models.CASCADE, null=True, blank=True, related_name="+")
    role = models.CharField(max_length=8, choices=Membership.Role.choices, blank=True)

    objects = TenantQuerySet["StageApprover"].as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(kind="member", member__isnull=False, role="")
                | models.Q(kind="role", member__isnull=True) & ~models.Q(role="")
                | models.Q(kind="client", member__isnull=True, role=""),
                name="approver_is_one_thing",
                violation_error_message=_("Name a member, a role or the client."),
            ),
            models.UniqueConstraint(
                fields=["stage", "kind", "member", "role"], name="approver_named_once", nulls_distinct=False
            ),
        ]

    def __str__(self) -> str:
        return self.get_kind_display()


class ApprovalRequest(TenantModel):
    """A piece that is to be approved, with the stages as they stood when it was asked.

    `stages`: [{"name", "needs", "hours", "approvers": [{"kind", "member", "role"}]}]. A later edit of an approved
    piece opens it again: `round` counts that. `fingerprint` is of all that would be sent.
    """

    class Status(models.TextChoices):
        PENDING = "pending", _("Waits for a decision")
        REVISION_REQUESTED = "revision_requested", _("Changes asked for")
        APPROVED = "approved", _("Approved")
        REJECTED = "rejected", _("Rejected")
        WITHDRAWN = "withdrawn", _("Withdrawn")

    client = models.ForeignKey("accounts.ClientAccount", models.CASCADE, null=True, blank=True, related_name="+")
    piece = models.ForeignKey(GeneratedContent, models.CASCADE, related_name="approvals")
    workflow = models.ForeignKey(ApprovalWorkflow, models.SET_NULL, null=True, blank=True, related_name="requests")
    workflow_name = models.CharField(max_length=120)
    auto_publish = models.BooleanField(default=True)
    stages = models.JSONField(default=list)
    round = models.PositiveSmallIntegerField(default=1)
    stage = models.PositiveSmallIntegerField(default=0, help_text=_("which of the stages is open, from 0"))
    status = models.CharField(max_length=18, choices=Status.choices, default=Status.PENDING)
    version = models.PositiveIntegerField(help_text=_("of the piece, that is asked about"))
    fingerprint = models.CharField(max_length=64)
    approved_version = models.PositiveIntegerField(null=True, blank=True)
    approved_fingerprint = models.CharField(max_length=64, blank=True)
    approved_state = models.JSONField(
        default=dict, blank=True, help_text=_("what went along with the words then: files, cover, settings")
    )
    note = models.CharField(_("a word to them"), max_length=500, blank=True)
    requested_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    due_at = models.DateTimeField(null=True, blank=True, help_text=_("of the open stage"))
    nobody = models.BooleanField(default=False, help_text=_("nobody is there who could decide the open stage"))
    decided_at = models.DateTimeField(null=True, blank=True)
    reviewed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+")
    feedback = models.TextField(blank=True, help_text=_("the last words of those who decided"))
    revision_count = models.PositiveSmallIntegerField(default=0)

    objects = TenantQuerySet["ApprovalRequest"].as_manager()

    if TYPE_CHECKING:
        piece_id: uuid.UUID
        client_id: uuid.UUID | None
        workflow_id: uuid.UUID | None

    class Meta:
        indexes = [
            models.Index(fields=["organization", "status", "-created_at"], name="approval_by_status"),
            models.Index(fields=["due_at"], name="approval_due", condition=models.Q(status="pending")),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["piece"],
                name="one_living_request",
                condition=models.Q(status__in=["pending", "revision_requested", "approved"]),
            )
        ]

    def __str__(self) -> str:
        return f"{self.workflow_name}: {self.status}"

    @property
    def seen_as(self) -> str:
        """What somebody who looks at it sees: which round, stage and very piece. A decision names it."""
        return f"{self.round}-{self.stage}-{self.fingerprint}"


class ApprovalAsk(TenantModel):
    """One who is asked at one stage: a member, or the client (whoever of it decides first, also by a link)."""

    CLIENT_PATH = "request__client_id"

    class Status(models.TextChoices):
        OPEN = "open", _("Open")
        DONE = "done", _("Decided")
        OVER = "over", _("Not needed any more")

    request = models.ForeignKey(ApprovalRequest, models.CASCADE, related_name="asks")
    round = models.PositiveSmallIntegerField()
    stage = models.PositiveSmallIntegerField()
    member = models.ForeignKey(Membership, models.CASCADE, null=True, blank=True, related_name="+")
    is_client = models.BooleanField(default=False)
    instead_of = models.ForeignKey(
        Membership, models.SET_NULL, null=True, blank=True, related_name="+", help_text=_("who handed it over")
    )
    status = models.CharField(max_length=4, choices=Status.choices, default=Status.OPEN)
    due_at = models.DateTimeField(null=True, blank=True)
    reminded_at = models.DateTimeField(null=True, blank=True)
    overdue_told_at = models.DateTimeField(null=True, blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)

    objects = TenantQuerySet["ApprovalAsk"].as_manager()

    if TYPE_CHECKING:
        request_id: uuid.UUID
        member_id: uuid.UUID | None

    class Meta:
        indexes = [
            models.Index(fields=["member", "due_at"], name="ask_inbox", condition=models.Q(status="open")),
            models.Index(fields=["due_at"], name="ask_due", condition=models.Q(status="open")),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["request", "round", "stage", "member", "is_client"], name="asked_once", nulls_distinct=False
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_status_display()}, stage {self.stage + 1}"


class ApprovalDecision(TenantModel):
    """What somebody decided, of which version; never changed."""

    CLIENT_PATH = "request__client_id"

    class Verdict(models.TextChoices):
        APPROVED = "approved", _("Approved")
        CHANGES = "changes", _("Asked for changes")
        REJECTED = "rejected", _("Rejected")

    request = models.ForeignKey(ApprovalRequest, models.CASCADE, related_name="decisions")
    round = models.PositiveSmallIntegerField()
    stage = models.PositiveSmallIntegerField()
    stage_name = models.CharField(max_length=80)
    verdict = models.CharField(max_length=8, choices=Verdict.choices)
    words = models.TextField(blank=True)
    version = models.PositiveIntegerField()
    fingerprint = models.CharField(max_length=64)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+")
    link = models.ForeignKey("publishing.ReviewLink", models.SET_NULL, null=True, blank=True, related_name="+")
    name = models.CharField(max_length=150, help_text=_("of who decided"))
    instead_of = models.CharField(max_length=150, blank=True, help_text=_("for whom"))

    objects = TenantQuerySet["ApprovalDecision"].as_manager()

    class Meta:
        ordering = ["created_at"]

    def __str__(self) -> str:
        return f"{self.name}: {self.get_verdict_display()}"


class Revision(TenantModel):
    """Changes that were asked for, and the version that answers them."""

    CLIENT_PATH = "request__client_id"

    class Status(models.TextChoices):
        PENDING = "pending", _("To do")
        IN_PROGRESS = "in_progress", _("Being worked on")
        COMPLETED = "completed", _("Done")

    request = models.ForeignKey(ApprovalRequest, models.CASCADE, related_name="revisions")
    number = models.PositiveSmallIntegerField()
    requested_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+")
    requested_name = models.CharField(max_length=150)
    assigned_to = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+")
    feedback = models.TextField()
    status = models.CharField(max_length=11, choices=Status.choices, default=Status.PENDING)
    from_version = models.PositiveIntegerField()
    to_version = models.PositiveIntegerField(null=True, blank=True)
    due_at = models.DateTimeField(null=True, blank=True)
    completed_at = models.DateTimeField(null=True, blank=True)

    objects = TenantQuerySet["Revision"].as_manager()

    class Meta:
        ordering = ["number"]
        constraints = [models.UniqueConstraint(fields=["request", "number"], name="one_row_per_revision")]

    def __str__(self) -> str:
        return f"{self.number}: {self.get_status_display()}"


class Absence(TenantModel):
    """While a member is away, their deputy is asked in their place. Both days are included, in the member's zone."""

    IS_WORK = False

    member = models.ForeignKey(Membership, models.CASCADE, related_name="absences")
    deputy = models.ForeignKey(Membership, models.CASCADE, related_name="+")
    starts_on = models.DateField(_("from"))
    ends_on = models.DateField(_("until"))

    objects = TenantQuerySet["Absence"].as_manager()

    class Meta:
        ordering = ["starts_on"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(ends_on__gte=models.F("starts_on")),
                name="absence_ends_after_it_starts",
                violation_error_message=_("The last day comes before the first."),
            ),
            models.CheckConstraint(
                condition=~models.Q(deputy=models.F("member")),
                name="deputy_is_somebody_else",
                violation_error_message=_("Choose somebody else as deputy."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.starts_on} – {self.ends_on}"


class QARequest(TenantModel):
    """A look by a copywriter, a video editor or an expert, against a clock that stops while they wait for an answer."""

    class Kind(models.TextChoices):
        COPYWRITER = "copywriter", _("Copywriter")
        VIDEO_EDITOR = "video_editor", _("Video editor")
        EXPERT = "expert", _("Expert")

    class Priority(models.IntegerChoices):
        URGENT = 1, _("Urgent")
        HIGH = 2, _("High")
        NORMAL = 3, _("Normal")
        LOW = 4, _("Low")

    class Status(models.TextChoices):
        OPEN = "open", _("Open")
        IN_PROGRESS = "in_progress", _("In hand")
        WAITING = "waiting", _("Waits for an answer")
        DONE = "done", _("Done")
        CANCELLED = "cancelled", _("Cancelled")

    client = models.ForeignKey("accounts.ClientAccount", models.CASCADE, null=True, blank=True, related_name="+")
    piece = models.ForeignKey(GeneratedContent, models.CASCADE, related_name="qa_requests")
    version = models.PositiveIntegerField()
    kind = models.CharField(_("who should look"), max_length=12, choices=Kind.choices)
    priority = models.PositiveSmallIntegerField(_("priority"), choices=Priority.choices, default=Priority.NORMAL)
    status = models.CharField(max_length=11, choices=Status.choices, default=Status.OPEN)
    brief = models.TextField(_("what to look at"), max_length=2000, blank=True)
    requested_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    assignee = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+")
    sla_hours = models.PositiveSmallIntegerField(_("hours"), validators=[MinValueValidator(1), MaxValueValidator(720)])
    due_at = models.DateTimeField(help_text=_("moves on by as long as the clock stood"))
    paused_at = models.DateTimeField(null=True, blank=True, help_text=_("since when the clock stands"))
    question = models.TextField(blank=True, help_text=_("what they wait for"))
    started_at = models.DateTimeField(null=True, blank=True)
    completed_at = models.DateTimeField(null=True, blank=True)
    warned_at = models.DateTimeField(null=True, blank=True)
    overdue_told_at = models.DateTimeField(null=True, blank=True)
    feedback = models.TextField(blank=True)
    quality_score = models.PositiveSmallIntegerField(
        null=True, blank=True, validators=[MaxValueValidator(100)], help_text=_("0 to 100")
    )

    objects = TenantQuerySet["QARequest"].as_manager()

    class Meta:
        verbose_name = "QA request"
        indexes = [
            models.Index(
                fields=["organization", "priority", "due_at"],
                name="qa_desk",
                condition=models.Q(status__in=["open", "in_progress", "waiting"]),
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.get_status_display()}"
