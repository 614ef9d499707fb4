"""Telling people, in the app and by mail."""

import uuid
from collections.abc import Iterable

from accounts.models import Membership, Notification, User
from accounts.permissions import allows

MAILED = frozenset(
    {
        Notification.Kind.PUBLISH_FAILED,
        Notification.Kind.POST_UNCONFIRMED,
        Notification.Kind.CONNECTION_LOST,
        Notification.Kind.CONTENT_FAILED,
    }
)


def notify(
    users: Iterable[User],
    kind: Notification.Kind,
    *,
    organization_id: uuid.UUID,
    title: str,
    message: str = "",
    link: str = "",
) -> None:
    """Leave a notification with each person; what needs them is mailed too."""
    Notification.objects.bulk_create(
        Notification(
            organization_id=organization_id,
            user=user,
            kind=kind,
            title=title[:200],
            message=message,
            link=link,
            mail_wanted=kind in MAILED,
        )
        for user in users
    )


def people_who_may(permission: str, *, organization_id: uuid.UUID, client_id: uuid.UUID | None = None) -> list[User]:
    """Return the active members with a permission; clients' members only for their own client."""
    members = Membership.objects.filter(
        organization_id=organization_id, status=Membership.Status.ACTIVE
    ).select_related("user")
    return [
        member.user
        for member in members
        if allows(member.role, member.permission_overrides, permission)
        and (member.client_id is None or member.client_id == client_id)
    ]
