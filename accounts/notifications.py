"""Telling people, in the app and by mail, as each of them wants it."""

import uuid
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias, cast

from django.utils import translation
from django.utils.functional import Promise, lazy

from accounts import queries, tenancy
from accounts.models import Membership, Notification, NotificationPreference, User
from accounts.permissions import allows
from trenddrop.core import recordsets

Kind: TypeAlias = Notification.Kind
Mail: TypeAlias = NotificationPreference.Mail
Text = str | Promise


@dataclass(frozen=True)
class Reach:
    """How one kind reaches a person; what is fixed nobody switches off."""

    mail: Mail
    in_app: bool = True
    is_fixed: bool = False


# What holds until a person chooses otherwise: what needs somebody comes at once, what went well in the digest.
DEFAULTS: Mapping[Kind, Reach] = {
    Kind.APPROVAL_NEEDED: Reach(Mail.NOW),
    Kind.PUBLISH_FAILED: Reach(Mail.NOW),
    Kind.POST_UNCONFIRMED: Reach(Mail.NOW),
    Kind.POST_BY_HAND: Reach(Mail.NOW),
    Kind.CONNECTION_LOST: Reach(Mail.NOW),
    Kind.CONTENT_FAILED: Reach(Mail.NOW),
    Kind.CONTENT_READY: Reach(Mail.OFF),
    Kind.POST_PUBLISHED: Reach(Mail.DAILY),
    Kind.TREND_ALERT: Reach(Mail.DAILY),
    Kind.GOAL_REACHED: Reach(Mail.DAILY),
    Kind.PAYMENT_FAILED: Reach(Mail.NOW),
    Kind.PLAN: Reach(Mail.NOW),
    Kind.MEMBERSHIP: Reach(Mail.NOW),
    Kind.DATA: Reach(Mail.NOW),
    Kind.REPORT: Reach(Mail.DAILY),
    Kind.SECURITY: Reach(Mail.NOW, is_fixed=True),
}


@dataclass(frozen=True)
class Notice:
    """One thing to tell people; `in_app` and `mail` narrow what each of them wants, never widen it."""

    users: Iterable[User]
    organization_id: uuid.UUID
    title: Text
    message: Text = ""
    link: str = ""
    in_app: bool = True
    mail: bool = True

    def narrowed(self, reach: "Reach") -> "Reach":
        """Return how a person's way of hearing of this kind is narrowed."""
        return Reach(reach.mail if self.mail else Mail.OFF, reach.in_app and self.in_app)


def notify(
    users: Iterable[User],
    kind: Kind,
    *,
    organization_id: uuid.UUID,
    title: Text,
    message: Text = "",
    link: str = "",
) -> None:
    """Tell each person in their language, where they want to hear of this kind; lazy texts are translated for each."""
    notify_each([Notice(list(users), organization_id, title, message, link)], kind)


def notify_each(notices: Iterable[Notice], kind: Kind) -> None:
    """Tell many things of one kind: two statements, however many."""
    told = [(notice, person) for notice in notices for person in notice.users]
    with tenancy.widened():
        reaches = reach_of({person for _notice, person in told}, kind)
        rows = []
        for notice, person in told:
            reach = notice.narrowed(reaches[person.pk])
            if reach.in_app or reach.mail != Mail.OFF:
                said = _in_language(person.language, title=notice.title, message=notice.message)
                organization_id, link = notice.organization_id, notice.link[:300]
                rows.append(_row(person, kind, reach, organization_id=organization_id, link=link, **said))
        recordsets.insert_all(rows)


def _row(person: User, kind: Kind, reach: Reach, **said: Any) -> Notification:
    return Notification(
        user=person,
        kind=kind,
        in_app=reach.in_app,
        mail_wanted=reach.mail == Mail.NOW,
        in_digest=reach.mail == Mail.DAILY,
        **said,
    )


def _in_language(language: str, *, title: Text, message: Text) -> dict[str, str]:
    with translation.override(language):
        return {"title": " ".join(str(title).split())[:200], "message": str(message)}


def words(text: Promise, **values: Any) -> Promise:
    """Return a sentence with its values that is translated only when it is read: `words(_("%(post)s"), post=post)`."""
    told = {name: value if isinstance(value, Promise) else str(value) for name, value in values.items()}
    return cast(Promise, _filled(text, told))


def _fill(text: Promise, values: Mapping[str, Text]) -> str:
    return str(text) % values


_filled: Callable[[Promise, Mapping[str, Text]], Any] = lazy(_fill, str)  # made once: it makes a class


def reach_of(people: Iterable[User], kind: Kind) -> dict[uuid.UUID, Reach]:
    """Return how a kind reaches each person: one question."""
    default = DEFAULTS[kind]
    found = {person.pk: default for person in people}
    if not default.is_fixed:
        for row in NotificationPreference.objects.filter(user__in=list(found), kind=kind):
            found[row.user_id] = Reach(Mail(row.mail), row.in_app)
    return found


def reaches_of(person: User) -> dict[Kind, Reach]:
    """Return how each kind reaches one person: one question."""
    found = dict(DEFAULTS)
    for row in NotificationPreference.objects.filter(user=person):
        kind = Kind(row.kind)
        if not DEFAULTS[kind].is_fixed:
            found[kind] = Reach(Mail(row.mail), row.in_app)
    return found


def members_who_may(
    permission: str, *, organization_id: uuid.UUID, client_id: uuid.UUID | None = None
) -> list[Membership]:
    """Return the active memberships with a permission; clients' members only for their own client."""
    with tenancy.widened():
        members = list(queries.working_memberships().filter(organization_id=organization_id).select_related("user"))
    return [
        member
        for member in members
        if allows(member.role, member.permission_overrides, permission)
        and (member.client_id is None or member.client_id == client_id)
    ]


def people_who_may(permission: str, *, organization_id: uuid.UUID, client_id: uuid.UUID | None = None) -> list[User]:
    """Return the active members' users with a permission, as `members_who_may`."""
    found = members_who_may(permission, organization_id=organization_id, client_id=client_id)
    return [member.user for member in found]


Place = tuple[uuid.UUID, uuid.UUID | None, uuid.UUID]
"""An organisation, its client (None: its own), and a person."""


def who_still_may(permission: str, places: Collection[Place]) -> dict[Place, User]:
    """Return of these people those who still have a permission there: one question, in a scope that has them all."""
    if not places:
        return {}
    with tenancy.widened():
        rows = queries.working_memberships().filter(
            organization__in={place[0] for place in places}, user__in={place[2] for place in places}
        )
        members = {(row.organization_id, row.user_id): row for row in rows.select_related("user")}
    return {
        place: member.user
        for place in places
        if (member := members.get((place[0], place[2])))
        and allows(member.role, member.permission_overrides, permission)
        and member.client_id in {None, place[1]}
    }
