"""Plans, jobs and files of pieces, for operators: what runs, what failed and why; stop, try again."""

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from content.admin.looked import LookedAt, operator_of
from content.models import PieceFile, RepurposingJob, RepurposingStrategy
from content.services import repurposing
from trenddrop.core.limits import LimitReached


@admin.register(RepurposingJob)
class RepurposingJobAdmin(LookedAt):
    """Jobs."""

    list_display = [
        "kind", "asset", "organization", "status", "priority", "progress", "attempts", "credits_used", "error",
        "created_at", "lease_until",
    ]  # fmt: skip
    list_filter = ["status", "kind"]
    search_fields = ["asset__title", "organization__name", "error", "note"]
    list_select_related = ["asset", "organization"]
    ordering = ["-created_at"]
    actions = ["stop", "try_again"]

    @admin.action(description=_("Stop; what is finished is kept"))
    def stop(self, request: HttpRequest, rows: QuerySet[RepurposingJob]) -> None:
        """Stop what waits or runs."""
        stopped = 0
        for row in rows:
            try:
                repurposing.cancel(row, by=operator_of(request))
            except repurposing.NotUnderWay as error:
                self.message_user(request, f"{row}: {error}", messages.WARNING)
            else:
                stopped += 1
        self.message_user(request, _("%(count)s stopped.") % {"count": stopped})

    @admin.action(description=_("Try again"))
    def try_again(self, request: HttpRequest, rows: QuerySet[RepurposingJob]) -> None:
        """Queue once more what failed or was stopped."""
        queued = 0
        refused = (repurposing.NotEnded, repurposing.NothingToMake, repurposing.TooManyJobs, LimitReached)
        for row in rows.select_related("asset"):
            try:
                repurposing.retry(row, by=operator_of(request))
            except refused as error:
                self.message_user(request, f"{row}: {error}", messages.WARNING)
            else:
                queued += 1
        self.message_user(request, _("%(count)s queued.") % {"count": queued})


@admin.register(RepurposingStrategy)
class RepurposingStrategyAdmin(LookedAt):
    """Plans."""

    list_display = ["asset", "organization", "brand", "asked_by", "made_by", "created_at"]
    search_fields = ["asset__title", "organization__name"]
    list_select_related = ["asset", "organization", "brand", "asked_by"]
    ordering = ["-created_at"]


@admin.register(PieceFile)
class PieceFileAdmin(LookedAt):
    """Files that pieces were given."""

    list_display = ["piece", "number", "slide", "origin", "edit_tool", "organization", "is_current", "created_at"]
    list_filter = ["origin", "edit_tool", "is_current"]
    search_fields = ["piece__title", "piece__asset__title", "organization__name"]
    list_select_related = ["piece", "organization"]
    ordering = ["-created_at"]
