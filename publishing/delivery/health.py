"""How an account is: what it may do, what runs out, what is wrong, each in words with the way out."""

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from django.utils import formats
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from publishing import oauth
from publishing.delivery import quotas
from publishing.delivery.adapters import adapter_of
from publishing.models import Platform as Operated
from publishing.models import PlatformConnection
from publishing.platforms.assisted import BY_HAND
from publishing.platforms.base import Capability, Platform, Rejected
from publishing.platforms.signing_in import Reviewed, SignsIn, Versioned
from publishing.queries import SOON
from publishing.resting import BY_OPERATOR
from trenddrop.core.platforms import rules

Status = PlatformConnection.Status
SUNSET_NEAR = dt.timedelta(days=60)


@dataclass(frozen=True)
class Concern:
    """One thing that needs a look: `state` for its colour and icon, `way_out` what its button does."""

    state: str
    text: str
    more: str = ""
    way_out: str = ""  # reconnect, resume, or nothing the member can do here


@dataclass(frozen=True)
class Right:
    """One right of a sign-in, and what it is for."""

    name: str
    why: str
    granted: bool


@dataclass(frozen=True)
class Left:
    """What the platform said an account may still do; `total` None when it told no limit."""

    name: str
    used: int
    total: int | None
    resets_at: dt.datetime | None


@dataclass(frozen=True)
class Health:
    """What is known of an account's sign-in, in words."""

    may_do: tuple[str, ...]
    left: str
    version: str
    scopes: tuple[Right, ...]
    allowances: tuple[Left, ...]
    words: tuple[str, ...]
    concerns: tuple[Concern, ...]


def of(row: PlatformConnection, operated: Operated, *, now: dt.datetime) -> Health:
    """Return how an account is; asks no platform and no table."""
    try:
        found: Platform | None = adapter_of(row)
    except Rejected:
        found = None
    return Health(
        may_do=tuple(_may_do(found)),
        left=left(row, now=now),
        version=found.version if isinstance(found, Versioned) else "",
        scopes=tuple(_scopes(row, found)),
        allowances=tuple(_allowances(row)),
        words=tuple(words_about(row.platform, found, operated, now=now, is_by_hand=row.kind == BY_HAND)),
        concerns=tuple(_concerns(row, found, operated, now=now)),
    )


def _allowances(row: PlatformConnection) -> Iterator[Left]:
    for item in row.allowance.get("items", []):
        resets_at = parse_datetime(item.get("resets_at") or "")
        yield Left(str(item["name"]), int(item["used"]), item.get("total"), resets_at)


def counted(row: PlatformConnection, *, now: dt.datetime) -> list[Left]:
    """Return what we count ourselves because the platform does not tell: one question for each quota."""
    try:
        found = adapter_of(row)
    except Rejected:
        return []
    return [
        Left(each.name, quotas.used(each, row, now=now), each.limit, quotas.window(each, now)[1])
        for each in found.quotas
    ]


def _may_do(found: Platform | None) -> Iterator[str]:
    names = {
        Capability.PUBLISH: _("post"),
        Capability.MANUAL: _("remind you to post"),
        Capability.THREADS: _("threads"),
        Capability.SCHEDULES: _("wait on the platform"),
        Capability.METRICS: _("read numbers"),
        Capability.WEBHOOKS: _("tell us by itself"),
        Capability.DELETE: _("take posts down"),
    }
    able = found.capabilities if found else frozenset()
    return (name for capability, name in names.items() if capability in able)


def ends(row: PlatformConnection) -> dt.datetime | None:
    """Return when the account's people must act themselves; None when no such moment is known."""
    if row.refresh_at is not None or row.refresh_token:
        return row.refresh_ends_at
    return row.expires_at


def left(row: PlatformConnection, *, now: dt.datetime) -> str:
    """Say how long the sign-in holds."""
    if row.kind == BY_HAND:
        return _("no sign-in")
    if row.status == PlatformConnection.Status.NEEDS_RECONNECT:
        return "–"
    until = ends(row)
    if until is None:
        return _("renews itself") if row.expires_at else _("does not end")
    return _days(until - now)


def _days(span: dt.timedelta) -> str:
    days = max(0, span.days)
    return ngettext("%(n)s day", "%(n)s days", days) % {"n": days}


def _scopes(row: PlatformConnection, found: Platform | None) -> Iterator[Right]:
    asked = {scope.name: str(scope.why) for scope in oauth.scopes_of(found, str(row.extra.get(oauth.DOOR, "")))}
    granted = set(row.scopes)
    for name, why in asked.items():
        yield Right(name, why, granted=name in granted or not granted)
    for name in row.scopes:
        if name not in asked:
            yield Right(name, "", granted=True)


def missing_scopes(row: PlatformConnection, found: object) -> list[str]:
    """Return what a post needs and the person did not give; nothing where the platform does not tell."""
    asked = oauth.scopes_of(found, str(row.extra.get(oauth.DOOR, "")))
    return [scope.name for scope in asked if scope.needed and row.scopes and scope.name not in row.scopes]


def missing_settings(found: object) -> Sequence[str]:
    """Return what the operator must set before anybody can sign in; empty when one door at least is ready."""
    if not isinstance(found, SignsIn):
        return ()
    doors = oauth.doors_of(found)
    return () if doors and not all(door.missing for door in doors) else found.missing


def words_about(
    key: str, found: object, operated: Operated, *, now: dt.datetime, is_by_hand: bool = False
) -> Iterator[str]:
    """Say in plain words what operators know of a platform: its review, its end, their notice.

    Who posts by hand asks nothing of an app of ours: for them its review and its version do not matter.
    """
    name = rules(key).name
    if operated.audit == Operated.Audit.PENDING and not is_by_hand:
        usual = _("%(name)s has not reviewed our app yet: it may refuse posts, or show them to the account alone.")
        yield str(found.until_reviewed) if isinstance(found, Reviewed) else usual % {"name": name}
    if operated.sunset_on and not is_by_hand:
        yield _sunset(name, operated.sunset_on, now=now)
    if operated.notice:
        yield operated.notice


def _sunset(name: str, on: dt.date, *, now: dt.datetime) -> str:
    date = formats.date_format(on, "DATE_FORMAT")
    if on <= now.date():
        return _("%(name)s ended the version we speak on %(date)s: posts may fail until we are updated.") % {
            "name": name,
            "date": date,
        }
    words = _("%(name)s ends the version we speak on %(date)s, in %(days)s. Until then nothing changes.")
    return words % {"name": name, "date": date, "days": _days(on - now.date())}


def _concerns(
    row: PlatformConnection, found: Platform | None, operated: Operated, *, now: dt.datetime
) -> Iterator[Concern]:
    handle = {"handle": row.handle}
    kept = _("Its planned posts are kept and wait.")
    if row.status == Status.NEEDS_RECONNECT:
        text = _("%(handle)s must be connected again.") % handle
        yield Concern("failed", text, f"{row.last_error} {kept}".strip(), "reconnect")
        return
    if row.status == Status.PAUSED and BY_OPERATOR in row.extra:
        more = _("Its planned posts are kept and wait. Only an operator can resume it.")
        yield Concern("paused", _("An operator paused %(handle)s: nothing is sent.") % handle, more)
    elif row.status == Status.PAUSED:
        yield Concern("paused", _("%(handle)s is paused: nothing is sent.") % handle, kept, "resume")
    if not operated.is_enabled:
        words = _("%(name)s is switched off here for now.") % {"name": rules(row.platform).name}
        yield Concern("unconfirmed", words, f"{operated.notice} {kept}".strip())
    if missing := missing_scopes(row, found):
        text = _("%(handle)s may not do everything: some rights were not given.") % handle
        more = _("Missing: %(scopes)s. Connect it again and allow them.") % {"scopes": ", ".join(missing)}
        yield Concern("failed", text, more, "reconnect")
    until = ends(row)
    if until is not None and until - now <= SOON:
        text = _("The sign-in of %(handle)s ends in %(days)s.") % {**handle, "days": _days(until - now)}
        yield Concern(
            "unconfirmed", text, _("Connect it again before; planned posts and their times stay."), "reconnect"
        )
    if row.canary_error:
        text = _("%(handle)s did not answer when we looked.") % handle
        stays = _("It stays connected; we look again.")
        yield Concern("unconfirmed", text, f"{row.canary_error} {stays}")
    near = operated.sunset_on and operated.sunset_on - now.date() <= SUNSET_NEAR
    if near and operated.sunset_on:
        yield Concern("unconfirmed", _sunset(rules(row.platform).name, operated.sunset_on, now=now))
