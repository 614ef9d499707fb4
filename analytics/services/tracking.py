"""Commands on the accounts whose days are counted: add, name, pause, resume, fill in again, remove."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import CharField, F, Value
from django.db.models.functions import Cast, Concat
from django.utils.translation import gettext as _

from accounts import audit
from accounts.models import BrandProfile, ClientAccount, Membership
from analytics.collection import asking
from analytics.documents import DOCUMENTS
from analytics.models import TrackedAccount
from publishing.models import PlatformConnection
from publishing.platforms.counting import Found
from trenddrop.core.catalogue import badge
from trenddrop.core.rest.views import apply

Way = TrackedAccount.Way
BY_HAND = "hand:"
CHANGEABLE = frozenset({"name", "brand", "settings"})


class CannotCount(Exception):
    """The account cannot be counted so; the message says why and what to do."""


class CountedAlready(CannotCount):
    """It is there, perhaps for somebody the member does not see."""

    def __init__(self, name: str) -> None:
        super().__init__(_("%(name)s is counted here already. Nothing was added.") % {"name": name})


class NobodyFound(CannotCount):
    """The address leads to no account."""

    def __init__(self, platform: str) -> None:
        words = _("%(platform)s has no account there. Paste the link of the artist’s or profile’s own page.")
        super().__init__(words % {"platform": badge(platform).name})


class StillConnected(CannotCount):
    """A connected account is counted as long as it is connected."""

    def __init__(self) -> None:
        super().__init__(_("It is connected. Pause it to stop counting, or remove the connection first."))


@dataclass(frozen=True)
class Whose:
    """For whom an account is counted: the client, if it is one's, and the brand."""

    client: ClientAccount | None = None
    brand: BrandProfile | None = None


def look_up(platform: str, address: str) -> Found:
    """Return the account behind a link or an id; raises CannotCount, and the adapters' errors. No transaction."""
    if platform not in DOCUMENTS:
        raise CannotCount(_("This platform’s days are not counted."))
    found = asking.find(platform, address.strip())
    if found is None:
        raise NobodyFound(platform)
    return found


def add_found(
    platform: str, found: Found, *, by: Membership, now: dt.datetime, whose: Whose = Whose()
) -> TrackedAccount:
    """Count a public account from now on, and as far back as is told. Call in the member's scope."""
    row = _new(platform, found.name or found.id, whose, by)
    row.external_id, row.url, row.way, row.next_at = found.id[:200], found.url[:500], Way.PUBLIC, now
    return _added(row, by=by)


def add_by_hand(platform: str, name: str, *, by: Membership, url: str = "", whose: Whose = Whose()) -> TrackedAccount:
    """Keep days of an account that people bring. Call in the member's scope."""
    if platform not in DOCUMENTS:
        raise CannotCount(_("This platform’s days are not counted."))
    row = _new(platform, name, whose, by)
    row.external_id, row.url, row.way = f"{BY_HAND}{name.strip().casefold()}"[:200], url, Way.HAND
    return _added(row, by=by)


def _new(platform: str, name: str, whose: Whose, by: Membership) -> TrackedAccount:
    return TrackedAccount(
        organization_id=by.organization_id,
        client_id=whose.client.pk if whose.client else by.works_for_id,
        brand=whose.brand,
        platform=platform,
        name=name.strip()[:200],
    )


def _added(row: TrackedAccount, *, by: Membership) -> TrackedAccount:
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError as error:
        raise CountedAlready(row.name) from error
    audit.record("counted.added", row, organization_id=row.organization_id, by=by, platform=row.platform, way=row.way)
    return row


def change(account: TrackedAccount, values: Mapping[str, Any], *, by: Membership) -> TrackedAccount:
    """Change its name, its brand, and what is watched of it."""
    changes = apply(account, {name: value for name, value in values.items() if name in CHANGEABLE})
    if changes:
        account.save(update_fields=[*changes, "updated_at"])
        shown = {name: [str(before), str(after)] for name, (before, after) in changes.items()}
        audit.record("counted.changed", account, organization_id=account.organization_id, by=by, changes=shown)
    return account


def pause(account: TrackedAccount, *, by: Membership) -> TrackedAccount:
    """Ask no more until it is resumed; what was counted stays."""
    return _switch(account, False, "counted.paused", by=by)


def resume(account: TrackedAccount, *, by: Membership, now: dt.datetime) -> TrackedAccount:
    """Ask again, at once; one that was gone is looked for."""
    changes = {} if account.way == Way.HAND else {"next_at": now, "gone_at": None, "failures": 0, "error": ""}
    return _switch(account, True, "counted.resumed", by=by, **changes)


def _switch(account: TrackedAccount, is_active: bool, action: str, *, by: Membership, **more: Any) -> TrackedAccount:
    if account.is_active != is_active or (more and account.gone_at):
        TrackedAccount.objects.filter(pk=account.pk).update(is_active=is_active, lease_until=None, **more)
        account.refresh_from_db()
        audit.record(action, account, organization_id=account.organization_id, by=by)
    return account


def backfill(account: TrackedAccount, *, by: Membership, now: dt.datetime) -> TrackedAccount:
    """Ask for all its days again, as far back as its platform tells; what people entered stays."""
    if account.way == Way.HAND:
        raise CannotCount(_("Nobody can be asked for its days: enter them, or bring a file."))
    if not account.is_active:
        raise CannotCount(_("It is paused. Resume it first."))
    TrackedAccount.objects.filter(pk=account.pk).update(backfilled_from=None, next_at=now, lease_until=None)
    account.refresh_from_db()
    audit.record("counted.backfill", account, organization_id=account.organization_id, by=by)
    return account


def erase(connection: PlatformConnection) -> int:
    """Forget whose account it was and ask no more, for its owner had it erased; the days that were counted stay.

    Call in the organisation's scope, inside a transaction; return how many accounts it was.
    """
    named = Concat(Value("erased:"), Cast("pk", CharField()))
    nobody: dict[str, Any] = {"external_id": named, "name": _("erased"), "url": "", "settings": {}, "error": ""}
    asked: dict[str, Any] = {"is_active": False, "next_at": None, "lease_until": None, "fence": F("fence") + 1}
    return TrackedAccount.objects.filter(connection=connection).update(**nobody, **asked)


def remove(account: TrackedAccount, *, by: Membership) -> None:
    """Forget an account with all its days. Raise StillConnected."""
    connection = account.connection
    if connection is not None and connection.status != PlatformConnection.Status.REMOVED:
        raise StillConnected
    audit.record("counted.removed", account, organization_id=account.organization_id, by=by, platform=account.platform)
    account.delete()
