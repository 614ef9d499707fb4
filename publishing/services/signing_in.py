"""Commands that open accounts: begin a sign-in, take it back, choose what it opened, enter what was typed."""

import datetime as dt
import uuid
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext as _

from accounts import tenancy
from accounts.models import Membership
from publishing import oauth, operating
from publishing.delivery.adapters import adapter
from publishing.models import PlatformConnection, SignInChoice
from publishing.platforms.assisted import ByHand
from publishing.platforms.base import Connected, Rejected
from publishing.platforms.signing_in import EntersIn
from publishing.services import connections
from trenddrop.core.platforms import rules


class PlatformClosed(Exception):
    """The operator of this installation has switched a platform off."""

    def __init__(self, name: str, notice: str) -> None:
        words = _("%(name)s is switched off here for now; accounts and planned posts are kept.") % {"name": name}
        super().__init__(f"{words} {notice}".strip())


class AnotherAccount(Exception):
    """The sign-in worked, but for another account than the one that was to be connected again."""

    def __init__(self, wanted: str, opened: Sequence[Connected]) -> None:
        words = _(
            "You signed in as %(opened)s, but %(wanted)s was to be connected again. Nothing was changed. Sign out"
            " there, sign in as %(wanted)s, and try again; or connect the other one as an account of its own."
        )
        super().__init__(words % {"opened": ", ".join(one.profile.handle for one in opened), "wanted": wanted})


class NothingChosen(Exception):
    """No account was chosen."""

    def __init__(self) -> None:
        super().__init__(_("Choose at least one account."))


@dataclass(frozen=True)
class Arrived:
    """What came of a sign-in: accounts that are connected now, or a choice that is still open."""

    connections: tuple[PlatformConnection, ...] = ()
    choice: SignInChoice | None = None
    opened: tuple[Connected, ...] = ()


def start(
    platform: str,
    *,
    by: Membership,
    now: dt.datetime,
    door: str = "",
    server: str = "",
    again: uuid.UUID | None = None,
) -> oauth.Started:
    """Begin a sign-in in the browser; raises the adapters' errors. Call outside a transaction."""
    _require_open(platform)
    return oauth.begin(platform, by=by, now=now, door=door, server=server, again=again)


def finish(platform: str, *, code: str, state: str, by: Membership, now: dt.datetime, error: str = "") -> Arrived:
    """Take the browser back: one account is connected at once, several are sealed until somebody chooses."""
    _require_open(platform)
    opened = oauth.finish(platform, code=code, state=state, by=by, now=now, error=error)
    if renewed := _again(platform, opened.accounts, opened.again, by=by, now=now):
        return Arrived((renewed,))
    if len(opened.accounts) == 1:
        return Arrived((connections.keep(platform, opened.accounts[0], by=by, now=now),))
    with tenancy.of_member(by):
        return Arrived((), oauth.offer(platform, opened, by=by, now=now), opened.accounts)


def choose(key: uuid.UUID, *, accounts: Collection[str], by: Membership, now: dt.datetime) -> list[PlatformConnection]:
    """Connect the chosen ones, all or none; what was sealed is gone then. Call in the member's scope."""
    row = oauth.offered(key, by=by, now=now)
    chosen = oauth.chosen_of(row, accounts)
    if not chosen:
        raise NothingChosen
    with transaction.atomic():
        kept = [connections.keep(row.platform, one, by=by, now=now) for one in chosen]
        row.delete()
    return kept


def enter(
    platform: str,
    typed: Mapping[str, str],
    *,
    by: Membership,
    now: dt.datetime,
    again: uuid.UUID | None = None,
    by_hand: bool = False,
) -> PlatformConnection:
    """Open an account by what was typed; raises the adapters' errors. Call outside a transaction.

    `by_hand`: its posts wait for a person, whatever we could do there.
    """
    _require_open(platform)
    found = ByHand(platform) if by_hand else adapter(platform)
    if not isinstance(found, EntersIn):
        raise Rejected(_("Accounts there are not opened by something one types."), code="no_entry")
    connected = found.enter(_complete(found, typed))
    renewed = _again(platform, [connected], again, by=by, now=now)
    return renewed or connections.keep(platform, connected, by=by, now=now)


def _complete(found: EntersIn, typed: Mapping[str, str]) -> dict[str, str]:
    """Return every entry by its name; Rejected where one is missing."""
    given = {entry.name: typed.get(entry.name, "").strip() for entry in found.entries}
    for entry in found.entries:
        if entry.required and not given[entry.name]:
            raise Rejected(_("“%(entry)s” is missing.") % {"entry": entry.label}, code="entry")
    return given


def _again(
    platform: str, opened: Sequence[Connected], key: uuid.UUID | None, *, by: Membership, now: dt.datetime
) -> PlatformConnection | None:
    """Renew the account it was begun for, and no other; None where it was begun for none, or that is gone."""
    with tenancy.of_member(by):
        row = PlatformConnection.objects.visible_to(by).filter(pk=key, platform=platform).first() if key else None
        if row is None:
            return None
        wanted = next((one for one in opened if one.profile.id == row.account_id), None)
        if wanted is None:
            raise AnotherAccount(row.handle, opened)
        return connections.keep(platform, wanted, by=by, now=now)


def _require_open(platform: str) -> None:
    row = operating.of(platform)
    if not row.is_enabled:
        raise PlatformClosed(rules(platform).name, row.notice)
