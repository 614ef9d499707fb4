"""What is made around pieces, for operators: files made fit (stop, try again), covers, variants."""

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from content.admin.looked import LookedAt, operator_of
from content.models import MediaFix, PieceVariant, Thumbnail
from content.services import fixes
from trenddrop.core.admin import by_platform, by_text


@admin.register(MediaFix)
class MediaFixAdmin(LookedAt):
    """Files being made fit: what runs, what failed and why."""

    list_display = ["piece", "organization", "status", "progress", "attempts", "error", "created_at", "lease_until"]
    list_filter = ["status", by_platform("piece__platform")]
    search_fields = ["piece__text", "piece__asset__title", "organization__name", "error"]
    list_select_related = ["piece", "organization"]
    ordering = ["-created_at"]
    actions = ["stop", "try_again"]

    @admin.action(description=_("Stop; the original is kept"))
    def stop(self, request: HttpRequest, rows: QuerySet[MediaFix]) -> None:
        """Stop what waits or runs."""
        stopped = 0
        for row in rows.select_related("piece"):
            try:
                fixes.cancel(row.piece, by=operator_of(request))
            except fixes.NotFixing as error:
                self.message_user(request, f"{row}: {error}", messages.WARNING)
            else:
                stopped += 1
        self.message_user(request, _("%(count)s stopped.") % {"count": stopped})

    @admin.action(description=_("Try again"))
    def try_again(self, request: HttpRequest, rows: QuerySet[MediaFix]) -> None:
        """Queue once more what failed or was stopped."""
        queued = 0
        for row in rows.select_related("piece"):
            try:
                fixes.retry(row, by=operator_of(request))
            except (fixes.NotFixing, fixes.AlreadyFixing) as error:
                self.message_user(request, f"{row}: {error}", messages.WARNING)
            else:
                queued += 1
        self.message_user(request, _("%(count)s queued.") % {"count": queued})


@admin.register(Thumbnail)
class ThumbnailAdmin(LookedAt):
    """Covers that were made."""

    list_display = ["words", "piece", "organization", "width", "height", "created_at"]
    search_fields = ["words", "piece__asset__title", "organization__name"]
    list_select_related = ["piece", "organization"]
    ordering = ["-created_at"]


@admin.register(PieceVariant)
class PieceVariantAdmin(LookedAt):
    """Other ways to say pieces."""

    list_display = ["piece", "number", "angle", "organization", "made_by", "is_fallback", "taken_at", "created_at"]
    list_filter = [by_text("angle"), "is_fallback"]
    list_filter_submit = True
    search_fields = ["text", "piece__asset__title", "organization__name"]
    list_select_related = ["piece", "organization"]
    ordering = ["-created_at"]
