"""Review links, for operators: without their tokens."""

from typing import cast

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from unfold.admin import TabularInline

from accounts import audit
from accounts.models import User
from publishing.admin.looked import LookedAt
from publishing.models import ReviewDevice, ReviewLink
from trenddrop.core.admin import BY_ORGANIZATION

SECRETS = ["token_hash", "code_hash"]


class DeviceInline(TabularInline):  # type: ignore[misc]
    """The browsers a link was opened in."""

    model = ReviewDevice
    extra = 0
    can_delete = False
    fields = ["name", "last_seen_at", "created_at"]
    readonly_fields = fields

    def has_add_permission(self, _request: HttpRequest, _obj: object = None) -> bool:
        """Browsers come by the link."""
        return False


@admin.register(ReviewLink)
class LinkAdmin(LookedAt):
    """Who may approve without an account, and stopping it."""

    list_display = [
        "name", "organization", "client", "request", "may_decide", "expires_at", "revoked_at", "last_used_at",
    ]  # fmt: skip
    list_filter = ["may_decide", ("revoked_at", admin.EmptyFieldListFilter), BY_ORGANIZATION]
    list_filter_submit = True
    search_fields = ["name", "email", "organization__name", "client__name"]
    list_select_related = ["organization", "client", "request"]
    ordering = ["-created_at"]
    inlines = [DeviceInline]
    exclude = SECRETS
    readonly_fields = [field.name for field in ReviewLink._meta.fields if field.name not in SECRETS]
    actions = ["revoke"]

    @admin.action(description=_("Take back: they open nothing any more"))
    def revoke(self, request: HttpRequest, rows: QuerySet[ReviewLink]) -> None:
        """Shut every browser out at once."""
        count, now = 0, timezone.now()
        for row in rows.filter(revoked_at=None):
            if ReviewLink.objects.filter(pk=row.pk, revoked_at=None).update(revoked_at=now, code_hash=""):
                by = cast(User, request.user)
                audit.record("link.revoked", row, organization_id=row.organization_id, by=by)
                count += 1
        self.message_user(request, _("%(count)s taken back.") % {"count": count})
