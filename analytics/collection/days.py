"""Accounts' days: claim who is due, ask outside of transactions, write what came, fill what was missed.

An account is asked four times a day, the last time shortly before its platform's midnight, so that the day's row ends
with that day's numbers. What lies behind is asked for once a day: days nobody asked about, and those still corrected.
"""

import datetime as dt
from collections.abc import Iterator, Sequence
from zlib import crc32

import structlog
from django.db import transaction
from django.db.models import Q

from accounts import tenancy
from analytics import ladder
from analytics.collection import asking, belonging
from analytics.collection.asking import Asker
from analytics.collection.writing import Brought, Origin, write_days
from analytics.documents import DOCUMENTS
from analytics.models import AudienceSnapshot, DailyMetrics, TrackedAccount
from publishing.models import PlatformConnection
from publishing.platforms import platform_keys
from publishing.platforms.assisted import BY_HAND
from publishing.platforms.base import PlatformError, Rejected, SignInAgain, TryLater
from publishing.platforms.counting import AccountGone, Audience, DayFigures
from publishing.services import reading
from trenddrop.core import claims

log = structlog.get_logger(__name__)

LEASE = dt.timedelta(minutes=15)
BATCH = 40
HOURS = (5, 11, 17, 23)  # of the platform's day
SPREAD = 40  # minutes, so that not everybody is asked at once
DAY = dt.timedelta(days=1)
PIECE = dt.timedelta(days=90)
BACKFILLED = dt.timedelta(days=730)
FILLED = dt.timedelta(days=90)  # how far back gaps are still asked for
CORRECTED = dt.timedelta(days=10)  # after that a day is taken as settled
AUDIENCE_EVERY = dt.timedelta(days=7)
FOUND_AT_ONCE = 200
Way = TrackedAccount.Way


def count_due(*, now: dt.datetime) -> int:
    """Ask for the accounts that are due; return how many answered."""
    discover(now=now)
    with tenancy.operator():
        due = (
            TrackedAccount.objects.filter(next_at__lte=now, is_active=True)
            .filter(Q(lease_until=None) | Q(lease_until__lt=now))
            .filter(Q(connection=None) | Q(connection__status=PlatformConnection.Status.ACTIVE))
            .order_by("next_at")
        )
        taken = claims.claim(due, now=now, lease=LEASE, limit=BATCH, changes={})
        rows = TrackedAccount.objects.select_related("connection", "organization").in_bulk([row.pk for row in taken])
    return sum(_count(row, now=now) for row in rows.values())


def discover(*, now: dt.datetime) -> int:
    """Begin counting connected accounts that nobody counts yet; return how many. Those given away go along."""
    belonging.take_along()
    keys = [key for key in platform_keys() if key in DOCUMENTS and reading.counts_days(key)]
    with tenancy.operator():
        rows = list(
            PlatformConnection.objects.filter(_to_follow(keys), status=PlatformConnection.Status.ACTIVE, tracked=None)[
                :FOUND_AT_ONCE
            ]
        )
    for row in rows:
        with tenancy.of_organization(row.organization_id):
            follow(row, now=now)
    return len(rows)


def _to_follow(keys: list[str]) -> Q:
    """Accounts that tell their days, and those posted to by hand, whose days people bring."""
    return Q(platform__in=keys) & ~Q(kind=BY_HAND) | Q(platform__in=list(DOCUMENTS), kind=BY_HAND)


def follow(connection: PlatformConnection, *, now: dt.datetime) -> TrackedAccount:
    """Count a connected account from now on; one that was counted by hand or by its address goes on as it was."""
    way, next_at = (Way.HAND, None) if connection.kind == BY_HAND else (Way.CONNECTION, now)
    _leave_with_its_client(connection)
    row, _new = TrackedAccount.objects.update_or_create(
        organization_id=connection.organization_id,
        platform=connection.platform,
        external_id=connection.account_id,
        defaults={"connection": connection, "way": way, "next_at": next_at, "gone_at": None, "error": ""},
        create_defaults={
            "connection": connection,
            "client_id": connection.client_id,
            "way": way,
            "name": connection.display_name or connection.handle,
            "next_at": next_at,
            "is_simulated": connection.platform == "practice",
        },
    )
    return row


def _leave_with_its_client(connection: PlatformConnection) -> None:
    """What was counted while the account was another client's stays theirs, under a name of its own."""
    known = TrackedAccount.objects.filter(
        organization_id=connection.organization_id, platform=connection.platform, external_id=connection.account_id
    )
    for row in known.filter(connection__isnull=False).exclude(connection=connection):
        row.external_id = f"before:{row.connection_id}"
        row.save(update_fields=["external_id", "updated_at"])


def _count(account: TrackedAccount, *, now: dt.datetime) -> int:
    try:
        asker = asking.asker(account, now=now)
        today = asker.today(now)
        told = asker.day(today)
        _write(account, [told], _origin(account, Origin.API), now=now)
        _catch_up(asker, today, now=now)
        _ask_audience(asker, today)
    except AccountGone as error:
        return _stop(account, str(error), now=now)
    except PlatformError as error:
        return _put_off(account, str(error), wait=getattr(error, "after", None), now=now)
    except Exception:  # one account whose answer nobody foresaw must not keep the others waiting
        log.exception("account's day not counted", account=str(account.pk), platform=account.platform)
        return _put_off(account, ladder.UNFORESEEN, wait=None, now=now)
    changes = {"next_at": _next(account, asker, now=now), "last_at": now, "failures": 0, "error": "", "gone_at": None}
    with tenancy.of_organization(account.organization_id):
        claims.write_fenced(account, **changes, lease_until=None)
    return 1


def _origin(account: TrackedAccount, usual: str) -> Brought:
    return Brought(Origin.PRACTICE if account.is_simulated else usual)


def _write(account: TrackedAccount, days: Sequence[DayFigures], brought: Brought, *, now: dt.datetime) -> None:
    with tenancy.of_organization(account.organization_id), transaction.atomic():
        write_days(account, days, brought, now=now)


def _next(account: TrackedAccount, asker: Asker, *, now: dt.datetime) -> dt.datetime:
    """Return the next hour of the platform's day at which it is asked, a little apart from others."""
    spread = dt.timedelta(minutes=crc32(account.pk.bytes) % SPREAD)
    local = now.astimezone(asker.zone)
    marks = [
        dt.datetime.combine(local.date() + shift * DAY, dt.time(hour), asker.zone) + spread
        for shift in (0, 1)
        for hour in HOURS
    ]
    return next(mark for mark in marks if mark > now + dt.timedelta(minutes=30)).astimezone(dt.UTC)


# Days that are over


def _catch_up(asker: Asker, today: dt.date, *, now: dt.datetime) -> None:
    """Fill in what lies behind today: all of it the first time, later what was missed or may be corrected."""
    account, reach = asker.account, min(asker.history, BACKFILLED)
    first = today - reach if reach else today
    if account.backfilled_from is None:
        first = _fill_all(asker, first, today, now=now)
        with tenancy.of_organization(account.organization_id):
            TrackedAccount.objects.filter(pk=account.pk).update(backfilled_from=first)
        account.backfilled_from = first
    elif account.last_at is None or asker.today(account.last_at) < today or account.failures:
        since = _wanted_since(account, today, reach=reach)
        if since is not None:
            _fill(asker, since, today - DAY, now=now)
    _settle(account, today, is_told_later=bool(reach), now=now)


def _fill_all(asker: Asker, first: dt.date, today: dt.date, *, now: dt.datetime) -> dt.date:
    """Fill in all of it, also what lies behind a stretch without any day; return from when on it was told."""
    since = today
    for begins, ends in pieces(first, today - DAY):
        if not _fill(asker, begins, ends, now=now):
            return since
        since = begins
    return since


def pieces(first: dt.date, last: dt.date) -> Iterator[tuple[dt.date, dt.date]]:
    """Yield the stretches to ask for, the latest first."""
    while last >= first:
        begins = max(first, last - PIECE + DAY)
        yield begins, last
        last = begins - DAY


def _fill(asker: Asker, first: dt.date, last: dt.date, *, now: dt.datetime) -> bool:
    """Say whether it answered, be it that there is no day."""
    try:
        told = asker.past_days(first, last)
    except Rejected as error:
        log.info("past days not told", account=str(asker.account.pk), reason=str(error))
        return False
    _write(asker.account, told, _origin(asker.account, Origin.BACKFILL), now=now)
    return True


def _wanted_since(account: TrackedAccount, today: dt.date, *, reach: dt.timedelta) -> dt.date | None:
    """Return the first day behind us that is missing or unsettled and can be asked for; None when there is none."""
    if not reach or account.backfilled_from is None:
        return None
    begins = max(today - min(reach, FILLED), account.backfilled_from)
    with tenancy.of_organization(account.organization_id):
        days = account.days.filter(date__range=(begins, today - DAY)).order_by("date")
        rows = dict(days.values_list("date", "is_settled"))
    begins = max(begins, min(rows, default=begins))
    wanted = (begins + number * DAY for number in range((today - begins).days))
    return next((day for day in wanted if not rows.get(day, False)), None)


def _settle(account: TrackedAccount, today: dt.date, *, is_told_later: bool, now: dt.datetime) -> None:
    """Take days as they are that nobody will correct any more."""
    until = today - CORRECTED if is_told_later else today
    with tenancy.of_organization(account.organization_id):
        over = DailyMetrics.objects.filter(account=account, is_settled=False, date__lt=until)
        over.update(is_settled=True, updated_at=now)


# Who the people are


def _ask_audience(asker: Asker, today: dt.date) -> None:
    account = asker.account
    with tenancy.of_organization(account.organization_id):
        is_known = account.audiences.filter(date__gt=today - AUDIENCE_EVERY).exists()
    if is_known:
        return
    try:
        told = asker.audience()
    except (TryLater, SignInAgain):
        raise
    except PlatformError as error:
        log.info("audience not told", account=str(account.pk), reason=str(error))
        return
    with tenancy.of_organization(account.organization_id):
        AudienceSnapshot.objects.bulk_create(
            [_snapshot(account, each, today) for each in {each.kind: each for each in (told or [])[::-1]}.values()],
            update_conflicts=True,
            unique_fields=["account", "kind", "date"],
            update_fields=["shares", "of", "counted", "origin"],
        )


def _snapshot(account: TrackedAccount, told: Audience, today: dt.date) -> AudienceSnapshot:
    shares = {key: share for key, share in told.shares.items() if 0 <= share <= 1}
    return AudienceSnapshot(
        organization_id=account.organization_id,
        account=account,
        kind=told.kind,
        date=today,
        shares=shares,
        of=told.of,
        counted=told.counted,
        origin=Origin.PRACTICE if account.is_simulated else Origin.API,
    )


# When nobody answers


def _put_off(account: TrackedAccount, message: str, *, wait: dt.timedelta | None, now: dt.datetime) -> int:
    log.info("account's day put off", account=str(account.pk), reason=message)
    again = ladder.after_failure(account.failures, now=now, wait=wait)
    failures = min(account.failures + 1, 30_000)
    with tenancy.of_organization(account.organization_id):
        claims.write_fenced(account, next_at=again, failures=failures, error=message, lease_until=None)
    return 0


def _stop(account: TrackedAccount, message: str, *, now: dt.datetime) -> int:
    """The platform knows it no more: stop asking, keep everything."""
    log.info("account is gone", account=str(account.pk), reason=message)
    with tenancy.of_organization(account.organization_id):
        gone_at = account.gone_at or now
        claims.write_fenced(account, next_at=None, gone_at=gone_at, error=message, lease_until=None)
    return 0
