"""What people reported, and the decision on it."""

from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from unfold.admin import ModelAdmin

from accounts.forms.flags import DecisionForm
from accounts.models import Flag
from accounts.services import flags
from trenddrop.core.admin import by_text


@admin.register(Flag)
class FlagAdmin(ModelAdmin):  # type: ignore[misc]
    """The moderation queue: open reports first, the oldest on top."""

    form = DecisionForm
    list_display = ["resource_name", "resource_type", "reason", "status", "reported_by", "organization", "created_at"]
    list_filter = ["status", "reason", by_text("resource_type")]
    list_filter_submit = True
    search_fields = ["resource_name", "note", "reported_by__email", "organization__name"]
    list_select_related = ["reported_by", "organization"]
    actions = ["uphold", "dismiss"]
    told = [
        "resource_name", "resource_type", "resource_id", "reason", "note", "reported_by", "organization", "created_at",
        "status", "decided_by", "decided_at",
    ]  # fmt: skip
    fields = [*told, "decision", "decision_note"]
    readonly_fields = told

    def get_ordering(self, _request: HttpRequest) -> list[str]:
        """Undecided ones stand first: PostgreSQL puts what is empty on top when it sorts downwards."""
        return ["-decided_at", "created_at"]

    def has_add_permission(self, _request: HttpRequest) -> bool:
        """Members report."""
        return False

    def has_delete_permission(self, _request: HttpRequest, _obj: Flag | None = None) -> bool:
        """What was decided stays known."""
        return False

    def get_readonly_fields(self, _request: HttpRequest, obj: Flag | None = None) -> list[str]:
        """A decision stands."""
        decided = obj is not None and obj.status != Flag.Status.OPEN
        return [*self.told, "decision_note"] if decided else self.told

    def get_fields(self, _request: HttpRequest, obj: Flag | None = None) -> list[str]:
        """A decided report has nothing to decide."""
        decided = obj is not None and obj.status != Flag.Status.OPEN
        return [*self.told, "decision_note"] if decided else self.fields

    def save_model(self, request: HttpRequest, obj: Flag, form: Any, _change: bool) -> None:
        """Decide it."""
        decision = form.cleaned_data.get("decision")
        if decision:
            self._decide(request, [obj], uphold=decision == "uphold", note=form.cleaned_data["decision_note"])

    @admin.action(description=_("Uphold: take what was reported out of sight"))
    def uphold(self, request: HttpRequest, queryset: QuerySet[Flag]) -> None:
        """Agree."""
        self._decide(request, queryset.filter(status=Flag.Status.OPEN), uphold=True)

    @admin.action(description=_("Dismiss: it stays as it is"))
    def dismiss(self, request: HttpRequest, queryset: QuerySet[Flag]) -> None:
        """Disagree."""
        self._decide(request, queryset.filter(status=Flag.Status.OPEN), uphold=False)

    def _decide(self, request: HttpRequest, chosen: Any, *, uphold: bool, note: str = "") -> None:
        done = 0
        for flag in chosen:
            try:
                done += flags.decide(flag, uphold=uphold, note=note, by=request.user, now=timezone.now())  # type: ignore[arg-type]
            except flags.AlreadyDecided:
                continue
        self.message_user(request, _("%(n)s reports decided.") % {"n": done}, messages.SUCCESS)
