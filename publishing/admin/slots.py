"""Weekly slots, hours that do well, recurring posts and holds, for operators."""

from typing import cast

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts import audit
from accounts.models import User
from publishing.admin.looked import LookedAt
from publishing.models import BestTime, PostingHold, PostingSlot, RecurringPost
from trenddrop.core.admin import by_platform


@admin.register(PostingSlot)
class PostingSlotAdmin(LookedAt):
    """The weekly hours of accounts."""

    list_display = ["connection", "organization", "weekday", "at", "timezone", "brand", "is_active"]
    list_filter = ["weekday", "is_active", by_platform("connection__platform")]
    search_fields = ["connection__handle", "organization__name"]
    list_select_related = ["connection", "organization", "brand"]
    readonly_fields = [field.name for field in PostingSlot._meta.fields]


@admin.register(BestTime)
class BestTimeAdmin(LookedAt):
    """What analytics found of accounts' hours."""

    list_display = ["connection", "organization", "weekday", "hour", "timezone", "score", "posts", "posts_in_all"]
    list_filter = [by_platform("connection__platform"), "weekday"]
    search_fields = ["connection__handle", "organization__name"]
    list_select_related = ["connection", "organization"]
    readonly_fields = [field.name for field in BestTime._meta.fields]
    ordering = ["-score"]


@admin.register(RecurringPost)
class RecurringPostAdmin(LookedAt):
    """Series, and stopping one that does harm."""

    list_display = [
        "piece", "organization", "connection", "frequency", "interval", "at", "timezone", "next_on", "is_active",
        "made", "skipped", "error",
    ]  # fmt: skip
    list_filter = ["is_active", "frequency", by_platform("connection__platform")]
    search_fields = ["piece__title", "piece__text", "connection__handle", "organization__name"]
    list_select_related = ["piece", "organization", "connection"]
    readonly_fields = [field.name for field in RecurringPost._meta.fields]
    ordering = ["next_on"]
    actions = ["stop"]

    @admin.action(description=_("Stop these series; what is planned stays"))
    def stop(self, request: HttpRequest, rows: QuerySet[RecurringPost]) -> None:
        """Plan nothing more of them until somebody of the organisation resumes them."""
        count = 0
        for row in rows.filter(is_active=True).select_related("connection", "piece"):
            if RecurringPost.objects.filter(pk=row.pk, is_active=True).update(
                is_active=False, error=str(_("An operator stopped it."))
            ):
                by, told = cast(User, request.user), {"account": row.connection.handle}
                audit.record("series.paused", row, organization_id=row.organization_id, by=by, **told)
                count += 1
        self.message_user(request, _("%(count)s stopped.") % {"count": count})


@admin.register(PostingHold)
class PostingHoldAdmin(LookedAt):
    """What organisations hold back, and ending a hold that nobody there can end."""

    list_display = ["__str__", "organization", "client", "connection", "held_by", "created_at", "ended_at"]
    list_filter = [("ended_at", admin.EmptyFieldListFilter)]
    search_fields = ["reason", "organization__name", "connection__handle", "client__name"]
    list_select_related = ["organization", "client", "connection", "held_by"]
    readonly_fields = [field.name for field in PostingHold._meta.fields]
    ordering = ["-created_at"]
    actions = ["end"]

    @admin.action(description=_("End these holds; late posts are left to the lateness rule"))
    def end(self, request: HttpRequest, rows: QuerySet[PostingHold]) -> None:
        """Let posts go out again."""
        by, count = cast(User, request.user), 0
        for hold in rows.filter(ended_at=None):
            ended = PostingHold.objects.filter(pk=hold.pk, ended_at=None)
            if ended.update(ended_at=timezone.now(), ended_by=by):
                audit.record("hold.ended", hold, organization_id=hold.organization_id, by=by, of=str(hold))
                count += 1
        self.message_user(request, _("%(count)s ended.") % {"count": count})
