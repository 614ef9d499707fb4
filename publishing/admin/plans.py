"""Plans brought as files and named calendars, for operators."""

from typing import cast

from django.contrib import admin
from django.db import transaction
from django.db.models import Count, F, Q, QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from unfold.admin import TabularInline

from accounts import audit
from accounts.models import User
from publishing import tasks
from publishing.admin.looked import LookedAt
from publishing.models import CalendarEntry, ContentCalendar, PlanImport

Status = PlanImport.Status


class EntryInline(TabularInline):  # type: ignore[misc]
    """A calendar's entries."""

    model = CalendarEntry
    extra = 0
    can_delete = False
    fields = ["date", "at", "platform", "connection", "title", "reason", "post"]
    readonly_fields = fields

    def has_add_permission(self, _request: HttpRequest, _obj: object = None) -> bool:
        """Entries come from people and proposals."""
        return False


@admin.register(PlanImport)
class PlanImportAdmin(LookedAt):
    """How far each file is, and what an operator may do about one that hangs."""

    list_display = ["name", "organization", "status", "rows", "read", "landed", "refused", "lease_until", "created_at"]
    list_filter = ["status"]
    search_fields = ["name", "organization__name", "asked_by__email"]
    list_select_related = ["organization"]
    ordering = ["-created_at"]
    readonly_fields = [field.name for field in PlanImport._meta.fields]
    actions = ["wake", "stop"]

    @admin.action(description=_("Have a worker go on with them now"))
    def wake(self, request: HttpRequest, rows: QuerySet[PlanImport]) -> None:
        """Ring for each that is let in and not done; whoever has it in hand keeps it."""
        open_ = rows.filter(status__in=[Status.QUEUED, Status.READING], rows__isnull=False)
        found = list(open_.values_list("pk", "organization_id"))
        for key, organization_id in found:
            tasks.read_plan.delay(key=str(key), organization_id=str(organization_id))
        self.message_user(request, _("%(count)s were rung for.") % {"count": len(found)})

    @admin.action(description=_("Stop them: what was planned stays"))
    def stop(self, request: HttpRequest, rows: QuerySet[PlanImport]) -> None:
        """Take them from their workers."""
        count = 0
        for row in rows.filter(status__in=[Status.QUEUED, Status.READING]):
            with transaction.atomic():
                still = PlanImport.objects.filter(pk=row.pk, status__in=[Status.QUEUED, Status.READING])
                told = {"error": str(_("An operator stopped it.")), "finished_at": timezone.now()}
                if still.update(status=Status.FAILED, fence=F("fence") + 1, lease_until=None, **told):
                    by = cast(User, request.user)
                    audit.record("plan.stopped", row, organization_id=row.organization_id, by=by, landed=row.landed)
                    count += 1
        self.message_user(request, _("%(count)s stopped.") % {"count": count})


@admin.register(ContentCalendar)
class ContentCalendarAdmin(LookedAt):
    """Named calendars, read only."""

    list_display = ["name", "organization", "client", "origin", "starts_on", "ends_on", "entries_made", "deleted_at"]
    list_filter = ["origin"]
    search_fields = ["name", "organization__name"]
    list_select_related = ["organization", "client"]
    ordering = ["-created_at"]
    readonly_fields = [field.name for field in ContentCalendar._meta.fields]
    inlines = [EntryInline]

    def get_queryset(self, request: HttpRequest) -> QuerySet[ContentCalendar]:
        """Count the entries in the same question."""
        rows: QuerySet[ContentCalendar] = super().get_queryset(request)
        made = Count("entries", filter=Q(entries__post__isnull=False) & ~Q(entries__post__status="cancelled"))
        return rows.annotate(n=Count("entries"), made=made)

    @admin.display(description=_("posts of entries"))
    def entries_made(self, row: ContentCalendar) -> str:
        """How many of its entries are posts."""
        return f"{row.made} / {row.n}"  # type: ignore[attr-defined]
