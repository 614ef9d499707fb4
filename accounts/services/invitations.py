"""Commands on invitations: a link by mail, for one person, once.

Only the hash of the link's token is kept (accounts.invitation_mail makes it); sending again makes the link of before
worthless. Accepting holds the row, so that two at once are one.
"""

import datetime as dt
import hmac
from collections.abc import Iterable
from dataclasses import dataclass
from functools import partial
from typing import Any

from allauth.account.models import EmailAddress
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts import addresses, audit, queries, tenancy
from accounts.doors import Limit, require
from accounts.invitation_mail import OPEN, digest, token_of
from accounts.models import ClientAccount, Invitation, Membership, Notification, User
from accounts.notifications import notify, words
from accounts.permissions import allows
from accounts.services.memberships import Refused, require_role
from accounts.tasks import mail_invitation
from trenddrop.core import limits
from trenddrop.core.ids import uuid7

Status = Membership.Status
A_DAY = Limit(300, dt.timedelta(days=1), "organization")
AGAIN = dt.timedelta(minutes=1)
MOST_SENT = 6


class AlreadyInvited(Refused):
    """The address has an open invitation."""


class Closed(Refused):
    """An invitation that cannot be accepted; `title` says it in a few words."""

    title = gettext_lazy("This invitation is no longer open")


class Unknown(Closed):
    """No invitation has this link (any more)."""

    title = gettext_lazy("This link is not valid")

    def __init__(self) -> None:
        super().__init__(
            _("It may be cut off, or a newer one was sent. Open the link of the latest mail, or ask for another.")
        )


class WrongPerson(Closed):
    """The invitation is for another address than those of who is signed in."""


@dataclass(frozen=True)
class Answer:
    """What became of one address of many."""

    email: str
    is_sent: bool
    words: str


def invite_one(
    email: str,
    *,
    role: str,
    by: Membership,
    now: dt.datetime,
    client: ClientAccount | None = None,
    message: str = "",
) -> Invitation:
    """Invite an address; whether it has an account is neither asked nor told."""
    address = _address(email)
    with transaction.atomic():
        _require_may_invite(by, role=role, client=client)
        _require_new(address, by=by, now=now)
        if role != Membership.Role.CLIENT:  # people of a client take no place
            limits.require(by.organization_id, "members")
        require("invite", str(by.organization_id), A_DAY)
        row = Invitation(id=uuid7(), organization_id=by.organization_id, email=address, role=role, client=client)
        row.message, row.invited_by = " ".join(message.split())[:300], by.user
        _renew(row, now=now)
        try:
            with transaction.atomic():
                row.save(force_insert=True)
        except IntegrityError as error:
            raise AlreadyInvited(_("This address has an open invitation. Send it again instead.")) from error
        audit.record("invitation.sent", row, organization_id=row.organization_id, by=by, role=role, client=client)
        _send(row)
    return row


def invite_many(
    emails: Iterable[str],
    *,
    role: str,
    by: Membership,
    now: dt.datetime,
    client: ClientAccount | None = None,
    message: str = "",
) -> list[Answer]:
    """Invite several addresses; each has its own answer, in the order given."""
    answers = []
    for email in emails:
        try:
            row = invite_one(email, role=role, by=by, now=now, client=client, message=message)
            answers.append(Answer(row.email, True, _("Invited.")))
        except (Refused, limits.LimitReached, ValidationError) as error:
            said = " ".join(error.messages) if isinstance(error, ValidationError) else str(error)
            answers.append(Answer(email, False, said))
    return answers


def resend(invitation: Invitation, *, by: Membership, now: dt.datetime) -> Invitation:
    """Send it again with a new link and a new term; the link of before is worthless."""
    with transaction.atomic():
        row = _held(invitation, by=by)
        _require_may_invite(by, role=row.role, client=row.client)
        if row.last_sent_at > now - AGAIN:
            raise Refused(_("It was sent a moment ago. Give the mail a minute before you send it again."))
        if row.times_sent >= MOST_SENT:
            raise Refused(
                _("It was sent %(n)s times. Revoke it and ask the person for another address.") % {"n": MOST_SENT}
            )
        row.times_sent += 1
        _renew(row, now=now)
        row.save(update_fields=["times_sent", "last_sent_at", "expires_at", "token_hash", "updated_at"])
        audit.record("invitation.resent", row, organization_id=row.organization_id, by=by, times=row.times_sent)
        _send(row)
    return row


def revoke(invitation: Invitation, *, by: Membership, now: dt.datetime) -> None:
    """Make the link worthless."""
    with transaction.atomic():
        row = _held(invitation, by=by)
        row.revoked_at = now
        row.save(update_fields=["revoked_at", "updated_at"])
        audit.record("invitation.revoked", row, organization_id=row.organization_id, by=by)


def revoke_of_client(client: ClientAccount, *, by: Membership, now: dt.datetime) -> None:
    """Make the open links into a client worthless."""
    for row in Invitation.objects.filter(OPEN, organization_id=client.organization_id, client=client):
        revoke(row, by=by, now=now)


def find(token: str, *, now: dt.datetime, who: User | None = None) -> Invitation:
    """Return the open invitation of a link; raise Closed, in words, for whatever else there is."""
    with tenancy.operator():
        rows = Invitation.objects.select_related("organization__owner", "client", "invited_by")
        row = rows.filter(token_hash=digest(token)).first()
    if row is None or not hmac.compare_digest(row.token_hash, digest(token)):
        raise Unknown
    if row.accepted_at and who is not None and row.accepted_by_id == who.pk:
        return row
    _require_open(row, now=now)
    return row


def accept(token: str, *, by: User, now: dt.datetime) -> Membership:
    """Join. Asked for twice at once, there is one membership all the same."""
    found = find(token, now=now, who=by)
    if not is_for(found, by):
        raise WrongPerson(_("This invitation is for %(email)s.") % {"email": found.email})
    if not by.is_active:
        raise Closed(_("This account cannot join at present. Ask the operator of this site."))
    with tenancy.of_organization(found.organization_id):
        rows = Invitation.objects.select_for_update(of=("self",)).select_related("organization__owner", "client")
        row = rows.get(pk=found.pk)
        member = Membership.objects.filter(organization_id=row.organization_id, user=by).first()
        if row.accepted_by_id == by.pk and member is not None and member.status == Status.ACTIVE:
            return member
        if not hmac.compare_digest(row.token_hash, digest(token)):
            raise Unknown
        _require_open(row, now=now)
        return _join(row, member, by=by, now=now)


def _join(row: Invitation, member: Membership | None, *, by: User, now: dt.datetime) -> Membership:
    if member is not None and member.status != Status.ACTIVE:
        raise Closed(_("You were a member, and an admin shut you out. Only they can let you in again."))
    if member is None:
        if row.role != Membership.Role.CLIENT:
            limits.require(row.organization_id, "members")
        given: dict[str, Any] = {"role": row.role, "client": row.client, "invited_by": row.invited_by}
        given |= {"invited_at": row.created_at, "joined_at": now}
        member, is_new = Membership.objects.get_or_create(organization_id=row.organization_id, user=by, defaults=given)
        if is_new:
            audit.record("member.joined", member, organization_id=row.organization_id, by=by, role=row.role)
    row.accepted_at, row.accepted_by = now, by
    row.save(update_fields=["accepted_at", "accepted_by", "updated_at"])
    audit.record("invitation.accepted", row, organization_id=row.organization_id, by=by)
    _tell_inviter(row, gettext_lazy("%(who)s joined %(name)s"), who=by)
    return member


def join_on_sign_up(token: str, *, user: User, now: dt.datetime) -> Membership | None:
    """Let a new person in by the invitation they came with; None where that is not possible (any more)."""
    try:
        return accept(token, by=user, now=now) if token else None
    except (Refused, limits.LimitReached):
        return None


def decline(token: str, *, now: dt.datetime) -> Invitation:
    """Say no; whoever has the link may, with or without an account."""
    found = find(token, now=now)
    with tenancy.of_organization(found.organization_id):
        if not Invitation.objects.filter(OPEN, pk=found.pk, token_hash=found.token_hash).update(declined_at=now):
            raise Unknown
        audit.record("invitation.declined", found, organization_id=found.organization_id, by=None)
        _tell_inviter(found, gettext_lazy("%(who)s declined to join %(name)s"), who=found.email)
    return found


def is_for(invitation: Invitation, user: User) -> bool:
    """Say whether an invitation is for one of a person's addresses: the one they sign in with, or a confirmed one."""
    return invitation.email in {_plain(user.email), *_confirmed(user)}


def confirm_address(invitation: Invitation, *, user: User) -> None:
    """Whoever followed the link to the address they sign in with has shown that it is theirs."""
    if _plain(user.email) == invitation.email:
        taken = EmailAddress.objects.filter(email=user.email, verified=True).exclude(user=user).exists()
        if not taken:
            EmailAddress.objects.update_or_create(user=user, email=user.email, defaults={"verified": True})


def _plain(email: str) -> str:
    try:
        return addresses.canonical(email)
    except ValidationError:
        return ""


def _address(email: str) -> str:
    address = addresses.canonical(email)
    validate_email(address)
    if len(address) > 254:
        raise ValidationError(_("This address is too long."))
    return address


def _require_may_invite(by: Membership, *, role: str, client: ClientAccount | None) -> None:
    """Ask anew, since the inviter may have been changed while the page was open."""
    fresh = queries.working_memberships().filter(pk=by.pk).first()
    if fresh is None or not allows(fresh.role, fresh.permission_overrides, "members.manage"):
        raise Refused(_("You may no longer invite people into this organisation."))
    require_role(role, client=client, by=fresh)


def _require_new(address: str, *, by: Membership, now: dt.datetime) -> None:
    """Raise Refused for oneself, a member, or an address with an open invitation; close one that ran out."""
    if address in {_plain(by.user.email), *_confirmed(by.user)}:
        raise Refused(_("That is your own address; you are in already."))
    person = Q(user__email=address) | Q(user__emailaddress__email=address, user__emailaddress__verified=True)
    member = Membership.objects.filter(person, organization_id=by.organization_id).first()
    if member is not None and member.status == Status.ACTIVE:
        raise Refused(_("This person is a member already. Change their role on their page."))
    if member is not None:
        raise Refused(_("This person is a member who is shut out. Let them in again on their page."))
    opened = Invitation.objects.filter(OPEN, organization_id=by.organization_id, email=address)
    opened.filter(expires_at__lte=now).update(revoked_at=now)
    if opened.exists():
        raise AlreadyInvited(_("This address has an open invitation. Send it again instead."))


def _confirmed(user: User) -> set[str]:
    return {
        _plain(email) for email in EmailAddress.objects.filter(user=user, verified=True).values_list("email", flat=True)
    }


def _require_open(row: Invitation, *, now: dt.datetime) -> None:
    """Raise Closed, saying why, where nobody can join by an invitation."""
    name = {"name": row.organization.name}
    if row.accepted_at:
        raise Closed(_("It was used already. An invitation opens %(name)s once.") % name)
    if row.revoked_at:
        raise Closed(_("%(name)s took it back. Ask them if you think that was a mistake.") % name)
    if row.declined_at:
        raise Closed(_("It was declined. If that was a mistake, ask %(name)s for a new one.") % name)
    if row.organization.deleted_at or row.organization.owner.deleted_at:
        raise Closed(_("%(name)s is being deleted, so nobody can join it.") % name)
    if row.client is not None and row.client.deleted_at:
        raise Closed(_("%(name)s no longer works for this client, so nobody can join for it.") % name)
    if row.expires_at <= now:
        raise Closed(_("It ran out. Ask %(name)s to send it again; that takes them one click.") % name)


def _held(invitation: Invitation, *, by: Membership) -> Invitation:
    """Read it anew and hold it; raise Closed where it is not open any more."""
    rows = Invitation.objects.visible_to(by).select_for_update(of=("self",)).select_related("organization", "client")
    row = rows.filter(OPEN, pk=invitation.pk).first()
    if row is None:
        raise Closed(_("This invitation was used, declined or taken back meanwhile. Nothing was changed."))
    return row


def _renew(row: Invitation, *, now: dt.datetime) -> None:
    row.last_sent_at, row.expires_at = now, now + settings.INVITATION_LIFETIME
    row.token_hash = digest(token_of(row))


def _send(row: Invitation) -> None:
    ring = partial(mail_invitation.delay, invitation_id=str(row.pk), times_sent=row.times_sent)
    transaction.on_commit(ring, robust=True)  # without a broker it stands, and a sweeper rings again


def _tell_inviter(row: Invitation, text: Any, *, who: object) -> None:
    members = queries.working_memberships().filter(organization_id=row.organization_id, user=row.invited_by)
    title = words(text, who=who, name=row.organization.name)
    notify(
        [member.user for member in members.select_related("user")],
        Notification.Kind.MEMBERSHIP,
        organization_id=row.organization_id,
        title=title,
        link="/organisation/members/",
    )
