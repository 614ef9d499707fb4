"""Workflows and what was asked by them, for operators."""

from collections.abc import Callable
from typing import Any, cast

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from unfold.admin import TabularInline

from accounts.models import User
from publishing.admin.looked import LookedAt
from publishing.delivery import agreeing, asks
from publishing.models import Absence, ApprovalAsk, ApprovalDecision, ApprovalRequest, ApprovalStage, ApprovalWorkflow
from publishing.services.approvals import asking
from trenddrop.core.admin import BY_ORGANIZATION, by_days

Status = ApprovalRequest.Status


class Shown(TabularInline):  # type: ignore[misc]
    """Rows beside their parent, to look at."""

    extra = 0
    can_delete = False

    def has_add_permission(self, _request: HttpRequest, _obj: object = None) -> bool:
        """They come from people at work."""
        return False

    def has_change_permission(self, _request: HttpRequest, _obj: object = None) -> bool:
        """Nobody changes what was decided."""
        return False


class StageInline(Shown):
    """The stages of a workflow."""

    model = ApprovalStage
    fields = ["position", "name", "needs", "hours"]


class AskInline(Shown):
    """Who is asked."""

    model = ApprovalAsk
    fk_name = "request"
    fields = ["round", "stage", "member", "is_client", "instead_of", "status", "due_at", "reminded_at", "decided_at"]


class DecisionInline(Shown):
    """What was decided."""

    model = ApprovalDecision
    readonly_fields = ["created_at"]
    fields = ["round", "stage_name", "verdict", "name", "instead_of", "version", "words", "created_at"]


@admin.register(ApprovalWorkflow)
class WorkflowAdmin(LookedAt):
    """Workflows; their organisations set them."""

    list_display = ["name", "organization", "client", "is_active", "is_required", "for_all_clients", "auto_publish"]
    list_filter = ["is_active", "is_required", "auto_publish", BY_ORGANIZATION]
    list_filter_submit = True
    search_fields = ["name", "organization__name", "client__name"]
    list_select_related = ["organization", "client"]
    inlines = [StageInline]
    readonly_fields = [field.name for field in ApprovalWorkflow._meta.fields]


class LateFilter(admin.SimpleListFilter):
    """Whether the time of the open stage is over."""

    title = _("late")
    parameter_name = "late"

    def lookups(self, _request: HttpRequest, _admin: Any) -> list[tuple[str, Any]]:
        """Offer both."""
        return [("yes", _("Late")), ("no", _("In time"))]

    def queryset(self, _request: HttpRequest, rows: QuerySet[ApprovalRequest]) -> QuerySet[ApprovalRequest]:
        """Narrow to those that wait."""
        waiting, now = rows.filter(status=Status.PENDING), timezone.now()
        if self.value() == "yes":
            return waiting.filter(due_at__lt=now)
        return waiting.exclude(due_at__lt=now) if self.value() == "no" else rows


@admin.register(ApprovalRequest)
class RequestAdmin(LookedAt):
    """Requests with who is asked and what was decided, and what an operator may do about those that hang."""

    list_display = [
        "piece", "organization", "client", "workflow_name", "status", "round", "stage", "due_at", "nobody",
        "requested_by", "created_at",
    ]  # fmt: skip
    list_filter = ["status", "nobody", LateFilter, BY_ORGANIZATION, by_days("created_at")]
    list_filter_submit = True
    search_fields = ["piece__title", "workflow_name", "organization__name", "client__name", "requested_by__email"]
    list_select_related = ["piece", "organization", "client", "requested_by"]
    ordering = ["-created_at"]
    inlines = [AskInline, DecisionInline]
    readonly_fields = [field.name for field in ApprovalRequest._meta.fields]
    actions = ["look_again", "withdraw"]

    @admin.action(description=_("See again who is left to decide"))
    def look_again(self, request: HttpRequest, rows: QuerySet[ApprovalRequest]) -> None:
        """As the clock does every minute for those it knows to have changed."""
        self._each(request, rows, lambda row: agreeing.look_again(asks.hold(row.pk), now=timezone.now()))

    @admin.action(description=_("Take back: posts that wait become drafts"))
    def withdraw(self, request: HttpRequest, rows: QuerySet[ApprovalRequest]) -> None:
        """End what hangs; it can be asked anew."""
        by, now = cast(User, request.user), timezone.now()
        self._each(request, rows, lambda row: asking.withdraw(row, by=by, now=now))

    def _each(
        self, request: HttpRequest, rows: QuerySet[ApprovalRequest], do: Callable[[ApprovalRequest], object]
    ) -> None:
        found = list(rows.filter(status__in=[Status.PENDING, Status.REVISION_REQUESTED]).order_by("piece_id"))
        for row in found:
            do(row)
        self.message_user(request, _("%(count)s done.") % {"count": len(found)})


@admin.register(Absence)
class AbsenceAdmin(LookedAt):
    """Who is away, and who decides meanwhile."""

    list_display = ["member", "deputy", "organization", "starts_on", "ends_on"]
    list_filter = [BY_ORGANIZATION]
    list_filter_submit = True
    search_fields = ["member__user__email", "deputy__user__email", "organization__name"]
    list_select_related = ["member__user", "deputy__user", "organization"]
    readonly_fields = [field.name for field in Absence._meta.fields]
