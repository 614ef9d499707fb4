"""What posts taught, for operators: look, leave out, learn again."""

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts import audit, tenancy
from content.admin.looked import LookedAt, operator_of
from content.models import Calibration, FeedbackSignal
from content.services import feedback
from trenddrop.core.admin import Kept, PlatformFilter, by_days


@admin.register(FeedbackSignal)
class FeedbackSignalAdmin(Kept, LookedAt):
    """Results of published pieces."""

    list_display = ["piece", "organization", "platform", "engagement", "predicted", "is_left_out", "measured_at"]
    list_filter = [PlatformFilter, "is_left_out", by_days("measured_at")]
    list_filter_submit = True
    search_fields = ["piece__title", "piece__text", "organization__name"]
    list_select_related = ["piece", "organization"]
    actions = ["leave_out", "take_in"]

    @admin.action(description=_("Learn nothing from them"))
    def leave_out(self, request: HttpRequest, rows: QuerySet[FeedbackSignal]) -> None:
        """Leave results out."""
        self._set(request, rows, left_out=True)

    @admin.action(description=_("Learn from them"))
    def take_in(self, request: HttpRequest, rows: QuerySet[FeedbackSignal]) -> None:
        """Take results in."""
        self._set(request, rows, left_out=False)

    def _set(self, request: HttpRequest, rows: QuerySet[FeedbackSignal], *, left_out: bool) -> None:
        changed = list(rows.filter(is_left_out=not left_out).select_related("piece"))
        FeedbackSignal.objects.filter(pk__in=[row.pk for row in changed]).update(is_left_out=left_out)
        action, by = "lesson.left_out" if left_out else "lesson.taken_in", operator_of(request)
        for row in changed:
            audit.record(action, row.piece, organization_id=row.organization_id, by=by, moderation=True)
        for organization in {row.organization_id for row in changed}:
            with tenancy.of_organization(organization):
                feedback.relearn(organization, now=timezone.now())
        self.message_user(request, _("%(count)s changed.") % {"count": len(changed)})


@admin.register(Calibration)
class CalibrationAdmin(Kept, LookedAt):
    """Corrections of predictions."""

    list_display = [
        "organization",
        "platform",
        "posts",
        "error_before",
        "error_after",
        "error_usual",
        "is_used",
        "made_at",
    ]
    list_filter = [PlatformFilter, "is_used"]
    search_fields = ["organization__name"]
    list_select_related = ["organization"]
    actions = ["renew"]

    @admin.action(description=_("Make anew from the results"))
    def renew(self, request: HttpRequest, rows: QuerySet[Calibration]) -> None:
        """Learn again."""
        for organization in set(rows.values_list("organization_id", flat=True)):
            with tenancy.of_organization(organization):
                feedback.relearn(organization, now=timezone.now())
        self.message_user(request, _("%(count)s changed.") % {"count": rows.count()})
