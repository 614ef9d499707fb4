"""The way out to a platform and back: state and verifier sealed in a row of the person's, for minutes, used once."""

import dataclasses
import datetime as dt
import hashlib
import json
import re
import secrets
import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

from accounts import tenancy
from accounts.models import Membership
from publishing.delivery.adapters import adapter
from publishing.models import MastodonApp, PlatformConnection, SignInChoice
from publishing.platforms.base import Connected, Platform, Profile, Rejected, Token
from publishing.platforms.signing_in import App, Door, Doors, Registers, Scope, SignsIn, Way
from trenddrop.core.platforms import rules

LIVES = dt.timedelta(minutes=15)
# How long a registration holds that nobody has signed in with; an hour less, for a sign-in that is on its way.
REGISTERED_FOR = dt.timedelta(hours=23)
DOOR = "door"
DENIED = frozenset({"access_denied", "user_denied", "user_cancelled_login", "user_cancelled_authorize"})
NO_WORD = re.compile(r"[^\w .-]")


class NotAllowed(Exception):
    """The person said no at the platform."""

    def __init__(self, name: str) -> None:
        words = _("%(name)s says that you did not allow it. Nothing was changed; you can start again.")
        super().__init__(words % {"name": name})


class SignInLost(Exception):
    """The answer fits no sign-in that was begun here."""

    def __init__(self) -> None:
        super().__init__(_("This sign-in was not begun here, or too long ago. Start it again."))


@dataclass(frozen=True)
class Started:
    """A sign-in on its way: where the browser goes, and the state it brings back."""

    url: str
    state: str
    expires_at: dt.datetime


@dataclass(frozen=True)
class Opened:
    """What a sign-in opened, and the account it was begun for (None: any)."""

    accounts: tuple[Connected, ...]
    again: uuid.UUID | None


def redirect_uri(platform: str) -> str:
    """The one address that platforms send people back to; it must stand in the operator's app there, to the letter."""
    return f"{settings.SITE_URL}{reverse('connection_back', args=[platform])}"


def begin(
    platform: str,
    *,
    by: Membership,
    now: dt.datetime,
    door: str = "",
    server: str = "",
    again: uuid.UUID | None = None,
) -> Started:
    """Keep what only we may know, and say where to send the browser; `server` is as the person typed it.

    Raises the adapters' errors. Call outside a transaction.
    """
    found, back = adapter(platform), redirect_uri(platform)
    chosen = door_of(found, door)
    door = chosen.name if chosen else ""
    server = found.server_of(server) if isinstance(found, Registers) else ""
    way = Way(secrets.token_urlsafe(24), secrets.token_urlsafe(48), back, door)
    url = _signs_in(found, server, back, door, now=now).authorize_url(way)
    kept = {"verifier": way.verifier, "back": back, "door": door, "server": server, "again": str(again or "")}
    with tenancy.of_member(by):
        _forget_old(by, now=now)
        row = _row(platform, by=by, now=now)
        row.state_hash, row.way = _hash(way.state), json.dumps(kept)
        row.save()
    return Started(url, way.state, row.expires_at)


def finish(platform: str, *, code: str, state: str, by: Membership, now: dt.datetime, error: str = "") -> Opened:
    """Trade the code; each begun sign-in ends once, and one whose state does not fit ends what was begun there."""
    kept = _take(platform, state, by=by, now=now)
    found = adapter(platform)
    if error in DENIED:
        raise NotAllowed(rules(platform).name)
    if error and not code:
        words = _("%(name)s did not let you sign in (%(error)s). Nothing was changed; start again.")
        raise Rejected(words % {"name": rules(platform).name, "error": NO_WORD.sub("", error)[:60]}, code="sign_in")
    if not code:
        raise SignInLost
    door = kept["door"]
    way = Way(state, kept["verifier"], kept["back"], door)
    accounts = _signs_in(found, kept["server"], kept["back"], door).exchange(way, code=code)
    if not accounts:
        raise Rejected(_("The sign-in worked, but it opened no account that we could post to."), code="no_account")
    again = uuid.UUID(kept["again"]) if kept["again"] else None
    return Opened(tuple(_through(door, one) for one in accounts), again)


def _through(door: str, connected: Connected) -> Connected:
    """Remember in the token by which door it came."""
    if not door:
        return connected
    token = dataclasses.replace(connected.token, extra={**connected.token.extra, DOOR: door})
    return dataclasses.replace(connected, token=token)


def _signs_in(found: Platform, server: str, back: str, door: str, *, now: dt.datetime | None = None) -> SignsIn:
    if isinstance(found, Registers):
        return found.at(app_for(found, server, back, now=now))
    if not isinstance(found, SignsIn):
        raise Rejected(_("Accounts there are not opened by a sign-in in the browser."), code="no_sign_in")
    if missing := missing_of(found, door):
        words = _("Signing in there is not set up here: %(settings)s must be set first.")
        raise Rejected(words % {"settings": ", ".join(missing)}, code="config")
    return found


def doors_of(found: object) -> Sequence[Door]:
    """Return the doors of a platform that has several."""
    return found.doors if isinstance(found, Doors) else ()


def door_of(found: object, name: str) -> Door | None:
    """Return the door of a name, the first where nobody chose; None where the platform has only one."""
    doors = doors_of(found)
    return next((door for door in doors if door.name == name), doors[0] if doors else None)


def missing_of(found: SignsIn, door: str) -> Sequence[str]:
    """Return the settings an operator must fill in before people can sign in there."""
    chosen = door_of(found, door)
    return chosen.missing if chosen else found.missing


def scopes_of(found: object, door: str) -> Sequence[Scope]:
    """Return the rights that are asked for there; none where nothing is signed."""
    if chosen := door_of(found, door):
        return chosen.scopes
    return found.scopes if isinstance(found, SignsIn | Registers) else ()


def app_for(found: Registers, server: str, back: str, *, now: dt.datetime | None = None) -> App:
    """Return our registration with a server, made on the first occasion, and anew where the server may have lost it.

    `now`: when a sign-in begins; it ends with the registration it began with.
    """
    row = MastodonApp.objects.filter(instance=server, redirect_uri=back).first()
    if row is None or (now and _may_be_lost(row, now=now)):
        app = found.introduce(server, back)
        MastodonApp.objects.filter(instance=server).delete()
        row = MastodonApp(instance=app.server, client_key=app.client_id, redirect_uri=back)
        row.client_secret = app.client_secret
        row.save()
    return App(row.instance, row.client_key, row.client_secret.open(), row.redirect_uri)


def _may_be_lost(row: MastodonApp, *, now: dt.datetime) -> bool:
    """Servers delete applications that are older than a day when nobody has a token of theirs."""
    if now - row.created_at < REGISTERED_FOR:
        return False
    holding = (PlatformConnection.Status.ACTIVE, PlatformConnection.Status.PAUSED)
    with tenancy.operator():
        return not PlatformConnection.objects.filter(service_url=row.instance, status__in=holding).exists()


def revoke(platform: str, token: Token, *, server: str = "") -> None:
    """Give an authorisation back where the platform can take it; raises the adapters' errors."""
    found = adapter(platform)
    if isinstance(found, Registers):
        row = MastodonApp.objects.filter(instance=server).first()
        if row is not None:
            found.at(App(row.instance, row.client_key, row.client_secret.open(), row.redirect_uri)).revoke(token)
    elif isinstance(found, SignsIn):
        found.revoke(token)


# What is kept meanwhile


def _row(platform: str, *, by: Membership, now: dt.datetime) -> SignInChoice:
    return SignInChoice(
        organization_id=by.organization_id,
        client_id=by.works_for_id,
        user_id=by.user_id,
        platform=platform,
        expires_at=now + LIVES,
    )


def _hash(state: str) -> str:
    return hashlib.sha256(state.encode()).hexdigest()


def _mine(by: Membership) -> Any:
    """The person's own, for the client they work for now: a switch on the way loses it."""
    rows = SignInChoice.objects.visible_to(by).filter(organization_id=by.organization_id, user_id=by.user_id)
    return rows.filter(client_id=by.works_for_id)


def _forget_old(by: Membership, *, now: dt.datetime) -> None:
    SignInChoice.objects.visible_to(by).filter(user_id=by.user_id, expires_at__lte=now).delete()


def _take(platform: str, state: str, *, by: Membership, now: dt.datetime) -> dict[str, str]:
    """Return what was kept under a state, which nobody can bring again."""
    with tenancy.of_member(by):
        begun = _mine(by).filter(platform=platform, state_hash__isnull=False)
        row = begun.select_for_update().filter(state_hash=_hash(state)).first()
        kept: dict[str, str] = json.loads(row.way.open()) if row and row.expires_at > now else {}
        (row or begun).delete()
    if not kept:
        raise SignInLost
    return kept


def offer(platform: str, opened: Opened, *, by: Membership, now: dt.datetime) -> SignInChoice:
    """Seal what a sign-in opened until the person has chosen. Call in the member's scope."""
    row = _row(platform, by=by, now=now)
    row.accounts = json.dumps([_written(one) for one in opened.accounts])
    row.save()
    return row


def offered(key: uuid.UUID, *, by: Membership, now: dt.datetime) -> SignInChoice:
    """Return what the person may choose from; SignInLost when it is over. Call in the member's scope."""
    row: SignInChoice | None = _mine(by).filter(pk=key, state_hash=None, expires_at__gt=now).first()
    if row is None:
        raise SignInLost
    return row


def accounts_of(row: SignInChoice) -> tuple[Connected, ...]:
    """Open what was sealed."""
    return tuple(_read(one) for one in json.loads(row.accounts.open() or "[]"))


def chosen_of(row: SignInChoice, ids: Iterable[str]) -> Sequence[Connected]:
    """The accounts that were chosen, by the platform's ids."""
    wanted = set(ids)
    return [one for one in accounts_of(row) if one.profile.id in wanted]


def _written(one: Connected) -> dict[str, Any]:
    token = {
        "access": one.token.access,
        "refresh": one.token.refresh,
        "expires_at": one.token.expires_at and one.token.expires_at.isoformat(),
        "extra": dict(one.token.extra),
    }
    return {
        "token": token,
        "profile": dataclasses.asdict(one.profile),
        "scopes": list(one.scopes),
        "kind": one.kind,
        "ends_at": one.ends_at and one.ends_at.isoformat(),
        "service": one.service,
    }


def _read(kept: dict[str, Any]) -> Connected:
    token = {**kept["token"], "expires_at": _moment(kept["token"]["expires_at"])}
    ends_at = _moment(kept["ends_at"])
    return Connected(Token(**token), Profile(**kept["profile"]), kept["scopes"], kept["kind"], ends_at, kept["service"])


def _moment(text: str | None) -> dt.datetime | None:
    return parse_datetime(text) if text else None
