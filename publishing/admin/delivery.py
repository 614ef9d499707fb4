"""Posts, every try to send them, and the accounts they go to, for operators."""

from typing import Any, cast

from django import forms
from django.contrib import admin, messages
from django.db import transaction
from django.db.models import Count, F, OuterRef, QuerySet, Subquery
from django.http import HttpRequest
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from unfold.admin import TabularInline
from unfold.widgets import UnfoldAdminTextInputWidget

from accounts import audit
from accounts.models import User
from publishing import operating, tasks
from publishing.admin.looked import LookedAt
from publishing.delivery import ways
from publishing.forms.connections import PlatformForm
from publishing.models import (
    Listening,
    Platform,
    PlatformConnection,
    PlatformEvent,
    PublishAttempt,
    QuotaUse,
    ScheduledPost,
)
from publishing.services import connections
from publishing.services import posts as commands
from publishing.services.approvals import asking
from trenddrop.core.admin import BY_ORGANIZATION, PlatformFilter, by_days, by_platform, by_text
from trenddrop.core.limits import LimitReached
from trenddrop.core.platforms import RULES, rules

SECRETS = ["access_token", "refresh_token"]


class AgainForm(forms.Form):
    """Why an operator sends somebody's post again; the organisation's audit log says it too."""

    reason = forms.CharField(label=_("Reason"), max_length=300, widget=UnfoldAdminTextInputWidget())


class AttemptInline(TabularInline):  # type: ignore[misc]
    """The tries of a post."""

    model = PublishAttempt
    extra = 0
    can_delete = False
    fields = ["number", "purpose", "outcome", "step", "message", "sent_at", "created_at", "finished_at"]
    readonly_fields = fields

    def has_add_permission(self, _request: HttpRequest, _obj: object = None) -> bool:
        """Attempts come from workers."""
        return False


@admin.register(ScheduledPost)
class ScheduledPostAdmin(LookedAt):
    """Posts with their state, and what an operator may do about those that hang."""

    list_display = [
        "__str__", "organization", "connection", "status", "scheduled_for", "next_try_at", "tries", "lease_until",
    ]  # fmt: skip
    list_filter = ["status", by_platform("connection__platform"), BY_ORGANIZATION, by_days("scheduled_for")]
    list_filter_submit = True
    search_fields = ["title", "text", "platform_post_id", "idempotency_key", "organization__name"]
    list_select_related = ["organization", "connection"]
    ordering = ["-scheduled_for"]
    inlines = [AttemptInline]
    readonly_fields = [field.name for field in ScheduledPost._meta.fields]
    actions = ["look_now", "try_again", "give_up"]

    @admin.action(description=_("Look for unconfirmed posts at the next turn"))
    def look_now(self, request: HttpRequest, posts: QuerySet[ScheduledPost]) -> None:
        """Put the look at the front."""
        doubtful = posts.filter(status=ScheduledPost.Status.UNCONFIRMED)
        count = doubtful.update(next_try_at=timezone.now())
        self.message_user(request, _("%(count)s are looked for within seconds.") % {"count": count})

    @admin.action(description=_("Try to publish again"))
    def try_again(self, request: HttpRequest, posts: QuerySet[ScheduledPost]) -> TemplateResponse | None:
        """Ask for the reason, then do what their people can do on each post's page."""
        form = AgainForm(request.POST if "reason" in request.POST else None)
        if not form.is_valid():
            context = {**self.admin_site.each_context(request), "form": form, "posts": posts, "opts": self.opts}
            return TemplateResponse(request, "admin/publishing/try_again.html", context)
        for post in posts:
            self._try_again(request, post, reason=form.cleaned_data["reason"])
        return None

    def _try_again(self, request: HttpRequest, post: ScheduledPost, *, reason: str) -> None:
        try:
            commands.retry(post, by=cast(User, request.user), now=timezone.now(), reason=reason)
        except (commands.CannotChange, commands.CannotPlan, commands.LookFirst, asking.CannotAsk) as error:
            self.message_user(request, f"{post}: {error}", messages.WARNING)
        else:
            waits = post.status == ScheduledPost.Status.WAITING
            said = gettext("It waits for its approval first.") if waits else gettext("It is sent in a moment.")
            self.message_user(request, f"{post}: {said}", messages.SUCCESS)

    @admin.action(description=_("Stop planned posts of a bad actor"))
    def give_up(self, request: HttpRequest, posts: QuerySet[ScheduledPost]) -> None:
        """Cancel what is planned; what is being sent is left to its worker."""
        count = 0
        for post in posts.filter(status=ScheduledPost.Status.SCHEDULED):
            still = ScheduledPost.objects.filter(pk=post.pk, status=ScheduledPost.Status.SCHEDULED)
            if still.update(status=ScheduledPost.Status.CANCELLED, next_try_at=None, fence=F("fence") + 1):
                by = cast(User, request.user)
                audit.record("post.stopped", post, organization_id=post.organization_id, by=by)
                count += 1
        self.message_user(request, _("%(count)s cancelled.") % {"count": count})


@admin.register(PublishAttempt)
class PublishAttemptAdmin(LookedAt):
    """Every try, read only."""

    list_display = ["post", "number", "purpose", "outcome", "step", "organization", "created_at", "finished_at"]
    list_filter = ["outcome", "purpose"]
    search_fields = ["post__title", "post__text", "message", "idempotency_key"]
    list_select_related = ["post", "organization"]
    ordering = ["-created_at"]

    def has_change_permission(self, _request: HttpRequest, _obj: object = None) -> bool:
        """Nobody changes what happened."""
        return False


@admin.register(PlatformConnection)
class PlatformConnectionAdmin(LookedAt):
    """Accounts, without their secrets."""

    list_display = [
        "handle", "platform", "organization", "status", "expires_at", "hold_until", "last_used_at", "last_error",
    ]  # fmt: skip
    list_filter = [PlatformFilter, "status"]
    search_fields = ["handle", "account_id", "organization__name"]
    list_select_related = ["organization"]
    exclude = SECRETS
    readonly_fields = [field.name for field in PlatformConnection._meta.fields if field.name not in SECRETS]
    actions = ["pause", "resume"]

    def has_change_permission(self, _request: HttpRequest, _obj: object = None) -> bool:
        """Only the actions change a connection."""
        return False

    @admin.action(description=_("Pause: nothing is sent to these accounts, until an operator resumes them"))
    def pause(self, request: HttpRequest, rows: QuerySet[PlatformConnection]) -> None:
        """Hold everything back."""
        by, count = cast(User, request.user), 0
        for row in rows.filter(status=PlatformConnection.Status.ACTIVE):
            count += connections.pause(row, by=by).status == PlatformConnection.Status.PAUSED
        self.message_user(request, _("%(count)s paused.") % {"count": count})

    @admin.action(description=_("Resume"))
    def resume(self, request: HttpRequest, rows: QuerySet[PlatformConnection]) -> None:
        """Let posts go out again."""
        by, count = cast(User, request.user), 0
        for row in rows.filter(status=PlatformConnection.Status.PAUSED):
            try:
                count += connections.resume(row, by=by).status == PlatformConnection.Status.ACTIVE
            except LimitReached as error:
                self.message_user(request, f"{row}: {error}", messages.WARNING)
        self.message_user(request, _("%(count)s resumed.") % {"count": count})


@admin.register(Platform)
class PlatformAdmin(LookedAt):
    """What operators say of platforms: reviews, sunsets, limits that differ. There is a row for each that we know."""

    list_display = ["name", "is_enabled", "audit", "sunset_on", "accounts", "asleep", "notice"]
    list_filter = ["is_enabled", "audit"]
    search_fields = ["key", "notice"]
    form = PlatformForm
    readonly_fields = ["key", "missing"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Platform]:
        """Count each platform's accounts in the same question."""
        of_platform = PlatformConnection.objects.filter(platform=OuterRef("key")).order_by().values("platform")
        lost = of_platform.filter(status=PlatformConnection.Status.NEEDS_RECONNECT)
        operating.complete()
        rows: QuerySet[Platform] = super().get_queryset(request)
        return rows.annotate(
            live=Subquery(of_platform.filter(status="active").annotate(n=Count("pk")).values("n")),
            lost=Subquery(lost.annotate(n=Count("pk")).values("n")),
        )

    @admin.display(description=_("platform"), ordering="key")
    def name(self, row: Platform) -> str:
        """Its name."""
        return rules(row.key).name if row.key in RULES else row.key

    @admin.display(description=_("connected"))
    def accounts(self, row: Any) -> int:
        """How many accounts posts can be sent to."""
        return row.live or 0

    @admin.display(description=_("to be connected again"))
    def asleep(self, row: Any) -> int:
        """How many accounts the platform signed out."""
        return row.lost or 0

    @admin.display(description=_("settings that are missing"))
    def missing(self, row: Platform) -> str:
        """What must be set before people can sign in."""
        return ", ".join(ways.into(row.key).missing) or "–"

    def save_model(self, request: HttpRequest, obj: Platform, form: Any, change: bool) -> None:
        """Let this process know at once; the others read it within half a minute. Switched off, it holds no post."""
        super().save_model(request, obj, form, change)
        operating.forget()
        if "is_enabled" in form.changed_data and not obj.is_enabled:
            count = connections.take_back_from(obj.key, now=timezone.now())
            told = _("%(count)s posts that wait on the platform itself are taken back; they stay planned.")
            self.message_user(request, told % {"count": count})


@admin.register(PlatformEvent)
class PlatformEventAdmin(LookedAt):
    """What platforms told by webhooks."""

    list_display = ["platform", "kind", "account_id", "status", "created_at", "applied_at", "error"]
    list_filter = [PlatformFilter, by_text("kind"), "status"]
    list_filter_submit = True
    search_fields = ["account_id", "key"]
    readonly_fields = [field.name for field in PlatformEvent._meta.fields]
    ordering = ["-created_at"]
    actions = ["apply_again"]

    @admin.action(description=_("Apply again"))
    def apply_again(self, request: HttpRequest, rows: QuerySet[PlatformEvent]) -> None:
        """Put them back in the queue, in the order they happened; what was done already is not done twice."""
        count = rows.exclude(status=PlatformEvent.Status.RECEIVED).update(
            status=PlatformEvent.Status.RECEIVED, tries=0, lease_until=None, applied_at=None, error=""
        )
        transaction.on_commit(tasks.apply_events.delay)
        self.message_user(request, _("%(count)s are applied within seconds.") % {"count": count})


@admin.register(QuotaUse)
class QuotaUseAdmin(LookedAt):
    """How much of each quota is used."""

    list_display = ["key", "used", "begins_at", "ends_at"]
    search_fields = ["key"]
    ordering = ["-begins_at"]

    def has_change_permission(self, _request: HttpRequest, _obj: object = None) -> bool:
        """Workers count."""
        return False


@admin.register(Listening)
class ListeningAdmin(LookedAt):
    """Subscriptions by which platforms tell us of accounts."""

    list_display = ["connection", "topic", "confirmed_at", "lease_ends_at", "renew_at", "error"]
    search_fields = ["topic", "connection__handle"]
    exclude = ["secret"]
    list_select_related = ["connection"]

    def has_change_permission(self, _request: HttpRequest, _obj: object = None) -> bool:
        """Workers renew."""
        return False
