"""Commands on connected accounts: connect, reconnect, check, remove."""

import datetime as dt
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import structlog
from django.db import IntegrityError, transaction
from django.db.models import F, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import audit, tenancy
from accounts.models import Membership, User
from publishing import oauth
from publishing.delivery import handing, listening, tending, tokens
from publishing.delivery.adapters import adapter_of
from publishing.models import PlatformConnection, ScheduledPost
from publishing.platforms.base import Connected, PlatformError, Profile, SignInAgain, Token
from publishing.platforms.meta.webhooks import BY_FACEBOOK
from publishing.platforms.signing_in import ShowsSecret
from publishing.practice import network
from publishing.resting import BY_OPERATOR, BY_PLAN
from trenddrop.core import limits
from trenddrop.core.platforms import rules

Status = PlatformConnection.Status
PLANNED = (
    ScheduledPost.Status.WAITING,
    ScheduledPost.Status.SCHEDULED,
    ScheduledPost.Status.HANDED,
    ScheduledPost.Status.ASSISTED,
)
FORGOTTEN = (
    *("status", "last_error", "canary_error", "access_token", "refresh_token"),
    *("refresh_at", "refresh_ends_at", "token_version", "updated_at"),
)
log = structlog.get_logger(__name__)


class ConnectedElsewhere(Exception):
    """The account is connected, but to something the member does not see."""

    def __init__(self, handle: str) -> None:
        super().__init__(
            _("%(handle)s is connected here already, for somebody else. Nothing was changed; ask the agency.")
            % {"handle": handle}
        )


class PausedByOperator(Exception):
    """An operator paused the account, and only an operator resumes it."""

    def __init__(self, handle: str) -> None:
        super().__init__(
            _("An operator paused %(handle)s, and only an operator can resume it. Nothing was changed.")
            % {"handle": handle}
        )


def keep(platform: str, connected: Connected, *, by: Membership, now: dt.datetime) -> PlatformConnection:
    """Keep a sign-in that worked: a new connection, or the old one with everything that hangs on it.

    One that an operator paused stays paused, also when it was removed meanwhile, whichever client it is for now.
    """
    with tenancy.of_member(by):
        account = connected.profile
        row = _known(platform, account, by=by)
        if row is None or row.status in {Status.REMOVED, Status.PAUSED}:
            limits.require(by.organization_id, "connections")
        action = "connection.renewed" if row else "connection.made"
        if row is None:
            row = PlatformConnection(organization_id=by.organization_id, client_id=by.works_for_id, platform=platform)
            row.account_id, row.status = account.id, Status.REMOVED
        if row.status == Status.REMOVED:
            row.extra = {**row.extra, **_operators_word(platform, account, by=by)}
        _write(row, connected, now=now)
        row.connected_by = by.user
        _save(row)
        audit.record(action, row, organization_id=by.organization_id, by=by, platform=platform, handle=account.handle)
    return row


def _known(platform: str, account: Profile, *, by: Membership) -> PlatformConnection | None:
    """Return the account's living row, else the one its owner removed: what another client removed stays theirs.

    Who looks at all clients brings back whose it was. ConnectedElsewhere when it lives with somebody else.
    """
    same = PlatformConnection.objects.filter(
        organization_id=by.organization_id, platform=platform, account_id=account.id
    )
    with tenancy.widened():
        living = same.exclude(status=Status.REMOVED).first()
    if living is not None:
        if not _is_for(living, by):
            raise ConnectedElsewhere(account.handle)
        return living
    removed = same.filter(status=Status.REMOVED).order_by(F("client_id").asc(nulls_first=True), "-created_at")
    return (removed.filter(client_id=by.works_for_id) if by.works_for_id else removed).first()


def _operators_word(platform: str, account: Profile, *, by: Membership) -> dict[str, str]:
    """Return the mark of a pause by an operator that the account had when it was removed, with whichever client."""
    with tenancy.widened():
        rows = _removed(by.organization_id, platform, account.id)
        return {BY_OPERATOR: "yes"} if rows.filter(extra__has_key=BY_OPERATOR).exists() else {}


def _removed(organization_id: uuid.UUID, platform: str, account_id: str) -> QuerySet[PlatformConnection]:
    same = {"organization_id": organization_id, "platform": platform, "account_id": account_id}
    return PlatformConnection.objects.filter(**same, status=Status.REMOVED)


def _is_for(row: PlatformConnection, by: Membership) -> bool:
    """Say whether a member may sign in to it anew: a client's to their own, an agency's also to what all share."""
    if by.client_id:
        return row.client_id == by.client_id
    return by.narrowed_to is None or row.client_id in {None, by.narrowed_to}


def _save(row: PlatformConnection) -> None:
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError as error:  # somebody else connected it at the same moment
        raise ConnectedElsewhere(row.handle) from error


def _write(row: PlatformConnection, connected: Connected, *, now: dt.datetime) -> None:
    token, account = connected.token, connected.profile
    row.handle, row.display_name = account.handle, account.name
    row.service_url, row.kind, row.scopes = connected.service, connected.kind, list(connected.scopes)
    row.access_token, row.refresh_token = token.access, token.refresh
    said = {name: value for name, value in (row.extra or {}).items() if name == BY_OPERATOR}
    row.expires_at, row.extra = token.expires_at, {**token.extra, **said}
    row.refresh_ends_at = connected.ends_at or tokens.ends_at(token)
    row.token_version += 1
    row.refresh_at = tokens.renewal(row, now=now)
    row.status, row.last_error, row.canary_error = Status.PAUSED if said else Status.ACTIVE, "", ""
    row.refreshing_until = row.hold_until = None
    row.last_checked_at = row.canary_at = now
    row.allowance = {}


def connect_practice(*, name: str, by: Membership, now: dt.datetime) -> PlatformConnection:
    """Open (or open again) an account on the practice network; no call leaves the process."""
    handle = network.handle_for(name)
    with tenancy.of_member(by):
        account, token = network.open_account(
            organization_id=by.organization_id, client_id=by.works_for_id, handle=handle, display_name=name
        )
    profile = Profile(id=account.pk.hex, handle=f"@{handle}", name=name, url="")
    return keep("practice", Connected(Token(token), profile, service=network.address()), by=by, now=now)


def check(connection: PlatformConnection, *, by: Membership, now: dt.datetime) -> Profile:
    """Ask the platform whose account it is; raises the adapters' errors. Call outside a transaction."""
    del by  # whoever may ask
    return tending.look(connection, now=now)


def pause(connection: PlatformConnection, *, by: Membership | User) -> PlatformConnection:
    """Send nothing to it until it is resumed; one that is not active stays as it is. Call in their scope.

    What waits on the platform itself is taken back by a worker. What an operator paused, only operators resume.
    """
    return _switch(connection, Status.ACTIVE, Status.PAUSED, "connection.paused", by=by)


def resume(connection: PlatformConnection, *, by: Membership | User) -> PlatformConnection:
    """Send to it again. Call in their scope. Raises LimitReached, PausedByOperator."""
    _require_free(connection, by)
    if connection.status == Status.PAUSED:
        limits.require(connection.organization_id, "connections")
    return _switch(connection, Status.PAUSED, Status.ACTIVE, "connection.resumed", by=by)


def _require_free(connection: PlatformConnection, by: Membership | User) -> None:
    if BY_OPERATOR in connection.extra and not isinstance(by, User):
        raise PausedByOperator(connection.handle)


def _switch(
    connection: PlatformConnection, before: str, after: str, action: str, *, by: Membership | User
) -> PlatformConnection:
    """Write the state; from then on it is this person's word, and no plan's."""
    with transaction.atomic():
        rows = PlatformConnection.objects.select_for_update(of=("self",))
        row = rows.filter(pk=connection.pk, status=before).first()
        if row is not None:
            _require_free(row, by)
            row.status, row.extra = after, {name: row.extra[name] for name in row.extra.keys() - {BY_PLAN, BY_OPERATOR}}
            if after == Status.PAUSED and isinstance(by, User):
                row.extra[BY_OPERATOR] = "yes"
            row.save(update_fields=["status", "extra", "updated_at"])
            if after == Status.ACTIVE and isinstance(by, User):
                _forget_operators_word(row)
            told = {"taken_back": _taken_back(row)} if after == Status.PAUSED else {}
            audit.record(action, connection, organization_id=row.organization_id, by=by, **told)
    connection.refresh_from_db()
    return connection


def _forget_operators_word(connection: PlatformConnection) -> None:
    """An operator resumed the account: what it was to other clients before is stopped no more, either."""
    for row in _removed(connection.organization_id, connection.platform, connection.account_id).order_by("pk"):
        if row.extra.pop(BY_OPERATOR, None):
            row.save(update_fields=["extra", "updated_at"])


def _taken_back(connection: PlatformConnection) -> int:
    """Have what waits on the platform taken back; return how many posts."""
    return handing.take_back(ScheduledPost.objects.filter(connection=connection), now=timezone.now())


def take_back_from(platform: str, *, now: dt.datetime) -> int:
    """Have what waits on a platform that operators switch off taken back, whoever's; return how many posts.

    They stay planned, and go out at their time where it is on again by then. Call as the operator, in a transaction.
    """
    return handing.take_back(ScheduledPost.objects.filter(connection__platform=platform), now=now)


def secret_to_show(connection: PlatformConnection) -> str:
    """Return the secret that its person must copy to the other side, right after connecting; mostly empty."""
    found = adapter_of(connection)
    return tokens.token_of(connection).access if isinstance(found, ShowsSecret) and found.shows_secret else ""


@dataclass(frozen=True)
class Removed:
    """How many planned posts were cancelled, and what the person should still do at the platform, in words."""

    cancelled: int
    problem: str = ""


def remove(connection: PlatformConnection, *, by: Membership, now: dt.datetime) -> Removed:
    """Forget the account's secrets, cancel what was planned there, and give the authorisation back.

    What waits on the platform itself is taken back first. What is live stays, with its numbers. Call outside a
    transaction.
    """
    listening.end(connection, now=now)
    kept = _take_back(connection, by=by, now=now)
    with tenancy.of_member(by):
        token = _readable(connection)
        count = _forget(connection, kept, by=by, now=now)
    return Removed(count, " ".join(filter(None, [_give_back(connection, token), _still_there(connection, kept)])))


def _take_back(connection: PlatformConnection, *, by: Membership, now: dt.datetime) -> dict[uuid.UUID, str]:
    """Take back the posts that wait on the platform; return those it kept, and why."""
    with tenancy.of_member(by):
        waiting = list(ScheduledPost.objects.filter(connection=connection, status=ScheduledPost.Status.HANDED))
    kept: dict[uuid.UUID, str] = {}
    for post in waiting:
        try:
            handing.withdraw(post, adapter_of(connection), token=tokens.fresh(connection, now=now, even_paused=True))
        except PlatformError as error:
            kept[post.pk] = str(error)
    return kept


def _still_there(connection: PlatformConnection, kept: Mapping[uuid.UUID, str]) -> str:
    if not kept:
        return ""
    words = _("Posts that wait on %(name)s itself and could not be taken back: %(count)s. Remove them there.")
    return words % {"name": rules(connection.platform).name, "count": len(kept)}


def give_all_back(organization_id: uuid.UUID) -> int:
    """Give back every authorisation of an organisation that is erased; returns how many platforms were told.

    One that cannot be told stops nothing: the secrets are erased all the same. Call outside a transaction.
    """
    with tenancy.of_organization(organization_id):
        rows = list(PlatformConnection.objects.exclude(status=Status.REMOVED))
    told: set[tuple[str, str]] = set()
    for row in rows:
        token = _readable(row)
        grant = _consent(row, token) if token else None
        if token is None or grant is None or grant in told or _is_shared(row, token, apart_from=organization_id):
            continue
        if problem := _revoke(row, token):
            log.warning("authorisation not given back", platform=row.platform, account=str(row.pk), reason=problem)
        else:
            told.add(grant)
    return len(told)


def _readable(connection: PlatformConnection) -> Token | None:
    try:
        return tokens.token_of(connection) if connection.access_token else None
    except SignInAgain:
        return None


def _forget(connection: PlatformConnection, kept: Mapping[uuid.UUID, str], *, by: Membership, now: dt.datetime) -> int:
    planned = ScheduledPost.objects.filter(connection=connection, status__in=PLANNED)
    ends: dict[str, Any] = {"status": ScheduledPost.Status.CANCELLED, "next_try_at": None, "lease_until": None}
    ends |= {"fence": F("fence") + 1, "updated_at": now}
    for key, reason in kept.items():
        words = _("The account was removed. The platform still holds the post: %(reason)s Remove it there.")
        planned.filter(pk=key).update(**ends, error=words % {"reason": reason})
    count = planned.update(**ends, error=_("The account was removed.")) + len(kept)
    connection.status, connection.last_error, connection.canary_error = Status.REMOVED, "", ""
    connection.access_token = connection.refresh_token = None
    connection.refresh_at = connection.refresh_ends_at = None
    connection.token_version += 1
    connection.save(update_fields=FORGOTTEN)  # it was read before the platform was asked: what was said since stays
    audit.record("connection.removed", connection, organization_id=by.organization_id, by=by, cancelled=count)
    return count


def _give_back(connection: PlatformConnection, token: Token | None) -> str:
    """Give the authorisation back, unless another account here hangs on it; returns what went wrong, in words."""
    return "" if token is None or _is_shared(connection, token) else _revoke(connection, token)


def _revoke(connection: PlatformConnection, token: Token) -> str:
    try:
        oauth.revoke(connection.platform, token, server=connection.service_url)
    except SignInAgain:
        return ""  # it was taken back there already
    except PlatformError as error:
        words = _("The secrets are forgotten here, but %(name)s could not be told: %(reason)s Take it back there too.")
        return words % {"name": rules(connection.platform).name, "reason": error}
    return ""


def _of_one_app(platform: str) -> tuple[str, ...]:
    """The platforms whose accounts one consent may open."""
    return BY_FACEBOOK if platform in BY_FACEBOOK else (platform,)


def _consent(connection: PlatformConnection, token: Token) -> tuple[str, str]:
    given = token.extra.get("grant")
    return (_of_one_app(connection.platform)[0], given) if given else (connection.platform, connection.account_id)


def _is_shared(connection: PlatformConnection, token: Token, *, apart_from: uuid.UUID | None = None) -> bool:
    """Say whether another account anywhere here was opened by the same person's consent (`extra["grant"]`).

    `apart_from`: the accounts of this organisation do not count.
    """
    same = Q(platform=connection.platform, account_id=connection.account_id)
    if token.extra.get("grant"):
        same |= Q(platform__in=_of_one_app(connection.platform), extra__grant=token.extra["grant"])
    with tenancy.operator():
        others = PlatformConnection.objects.filter(same).exclude(pk=connection.pk)
        if apart_from:
            others = others.exclude(organization_id=apart_from)
        return others.exclude(status=Status.REMOVED).exists()
