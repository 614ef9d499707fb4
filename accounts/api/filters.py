"""What lists can be narrowed by."""

from typing import Any

import django_filters
from django.db.models import QuerySet

from accounts.invitation_mail import OPEN
from accounts.models import (
    ApiKey,
    AudienceProfile,
    AuditEntry,
    BrandProfile,
    BrandVoiceSample,
    ClientAccount,
    Invitation,
    Membership,
    Notification,
)
from trenddrop.core.rest.filters import Filters, flag, instant, key, one_of


class MemberFilter(Filters):
    """Of members."""

    role = one_of(Membership.Role.choices, "Only members of this role.")
    status = one_of(Membership.Status.choices, "Only members of this status.")
    client = key("client_id", "Only members of this client.")

    class Meta:
        model = Membership
        fields: list[str] = []


class InvitationFilter(Filters):
    """Of invitations."""

    open = flag("Only those that can (true) or cannot (false) be accepted.", method="narrow")

    class Meta:
        model = Invitation
        fields: list[str] = []

    def narrow(self, rows: QuerySet[Any], _name: str, value: bool) -> QuerySet[Any]:
        """Tell open ones from closed ones."""
        return rows.filter(OPEN) if value else rows.exclude(OPEN)


class ClientFilter(Filters):
    """Of clients."""

    archived = flag(
        "Only archived (true) or only present (false) clients.",
        field_name="deleted_at",
        lookup_expr="isnull",
        exclude=True,
    )

    class Meta:
        model = ClientAccount
        fields: list[str] = []


class BrandFilter(Filters):
    """Of brands."""

    client = key("client_id", "Only brands of this client.")

    class Meta:
        model = BrandProfile
        fields: list[str] = []


class SampleFilter(Filters):
    """Of voice samples."""

    brand = key("brand_id", "Only samples of this brand.")
    source = one_of(BrandVoiceSample.Source.choices, "Only samples that came from there.")

    class Meta:
        model = BrandVoiceSample
        fields: list[str] = []


class AudienceFilter(Filters):
    """Of audiences."""

    brand = key("brand_id", "Only audiences of this brand.")

    class Meta:
        model = AudienceProfile
        fields: list[str] = []


class NotificationFilter(Filters):
    """Of notifications."""

    kind = one_of(Notification.Kind.choices, "Only notifications about this.")
    unread = flag("Only new (true) or only read (false) ones.", field_name="read_at", lookup_expr="isnull")

    class Meta:
        model = Notification
        fields: list[str] = []


class AuditFilter(Filters):
    """Of the audit log."""

    actor = key("actor_id", "Only what this person did.")
    action = django_filters.CharFilter(max_length=60, help_text="Only this action, e.g. `post.planned`.")
    resource_type = django_filters.CharFilter(max_length=60, help_text="Only changes of this kind of thing.")
    resource_id = django_filters.CharFilter(max_length=60, help_text="Only changes of this one.")
    since = instant("at", "gte", "Only from this time on.")
    until = instant("at", "lt", "Only before this time.")

    class Meta:
        model = AuditEntry
        fields: list[str] = []


class KeyFilter(Filters):
    """Of keys."""

    usable = flag(
        "Only keys that were not (true) or were (false) revoked.", field_name="revoked_at", lookup_expr="isnull"
    )

    class Meta:
        model = ApiKey
        fields: list[str] = []
