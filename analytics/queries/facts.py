"""Everything known of an organisation that goals, findings and odd days are reckoned from: the same few statements.

Called in the organisation's scope. A client with real accounts is told nothing of its practice ones.
"""

import datetime as dt
import uuid
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
from django.db.models import F, Q, Sum
from django.db.models.functions import Coalesce, TruncDate

from accounts.models import Organization
from analytics import lift
from analytics.aims import COUNTS, RATES, Counted
from analytics.catalogue.derived import SEEN
from analytics.finding.facts import DAY, Account, Days, Post
from analytics.models import AccountDay, Anomaly, Conversion, Goal, MeasuredPost, TrackedAccount
from analytics.queries import account_days, narrowing, results, what_works
from analytics.queries.results import Result
from content.models import FeedbackSignal
from publishing.models import PlatformConnection, ScheduledPost
from trenddrop.core.catalogue import badge
from trends.models import TrendRide

LOOKS_BACK = 180
LONGEST = 760
HOURS = ((6, "0-6"), (11, "6-11"), (15, "11-15"), (19, "15-19"), (24, "19-24"))
FRESH = dt.timedelta(hours=24)
Dates = dict[dt.date, float]


@dataclass(frozen=True)
class Known:
    """An organisation's accounts with their days, and sums by account, day and metric.

    `everybody`: also practice accounts beside real ones, for what was asked of one account by name.
    """

    organization_id: uuid.UUID
    zone: ZoneInfo
    today: dt.date
    first: dt.date
    accounts: Sequence[Account]
    totals: Mapping[str, Dates] = field(default_factory=dict)
    sums: Mapping[str, Mapping[str, Dates]] = field(default_factory=dict)
    conversions: Mapping[str, Dates] = field(default_factory=dict)
    everybody: Sequence[Account] = ()

    @property
    def last(self) -> dt.date:
        """The last day that is over."""
        return self.today - DAY


def known(organization_id: uuid.UUID, *, now: dt.datetime, goals: Collection[Goal] = ()) -> Known:
    """Return the accounts of an organisation with their days: seven statements."""
    zone = ZoneInfo(Organization.objects.values_list("timezone", flat=True).get(pk=organization_id))
    today = now.astimezone(zone).date()
    earliest = min((goal.starts_on - 56 * DAY for goal in goals), default=today)
    first = max(min(today - LOOKS_BACK * DAY, earliest), today - LONGEST * DAY)
    found = _accounts(organization_id)
    asked = [_asked(each) for each in found if each.tracked]
    last = today - DAY
    followers = account_days.daily(asked, account_days.FOLLOWERS, first, last)
    streams: dict[uuid.UUID, Dates] = {}
    for key in account_days.PLAYS:
        streams |= account_days.daily(asked, key, first, last)
    sums = _sums(organization_id, first, last)
    accounts = [_with_series(each, followers, streams, sums, first, last) for each in found]
    return Known(
        organization_id, zone, today, first, _real_or_made_up(accounts),
        totals={str(key): value for key, value in followers.items()}, sums=sums,
        conversions=_conversions(organization_id, first, zone) if _wants(goals, "conversions") else {},
        everybody=accounts,
    )  # fmt: skip


def _wants(goals: Collection[Goal], metric: str) -> bool:
    return any(goal.metric == metric for goal in goals)


def _accounts(organization_id: uuid.UUID) -> list[Account]:
    rows = TrackedAccount.objects.filter(organization=organization_id).values(
        "pk", "name", "platform", "client_id", "brand_id", "connection_id", "is_simulated"
    )
    found = {str(row["connection_id"] or row["pk"]): _tracked(row) for row in rows}
    posting = PlatformConnection.objects.filter(organization=organization_id).values_list(
        "pk", "handle", "platform", "client_id"
    )
    for key, handle, platform, client in posting:
        if str(key) not in found:
            found[str(key)] = Account(
                str(key), _named(platform, handle), platform, str(client or ""), connection=str(key),
                is_simulated=platform == "practice",
            )  # fmt: skip
    return sorted(found.values(), key=lambda each: (each.platform, each.name, each.key))


def _tracked(row: Mapping[str, Any]) -> Account:
    client, brand, connection = (str(row[name] or "") for name in ("client_id", "brand_id", "connection_id"))
    document = account_days.document_of(row["platform"])
    return Account(
        connection or str(row["pk"]), _named(row["platform"], row["name"]), row["platform"], client, brand, connection,
        str(row["pk"]), is_simulated=row["is_simulated"], is_music=bool(document and document.is_music),
    )  # fmt: skip


def _named(platform: str, name: str) -> str:
    return f"{badge(platform).name} ({name})"


def _asked(each: Account) -> narrowing.Account:
    key = uuid.UUID(each.tracked)
    return narrowing.Account(key, each.name, each.platform, key, None, None, None, each.is_simulated)


def _sums(organization_id: uuid.UUID, first: dt.date, last: dt.date) -> dict[str, dict[str, Dates]]:
    """What each account's posts won, by metric and day, and the parts and wholes of rates: one statement."""
    rows = AccountDay.objects.filter(organization=organization_id, date__range=(first, last)).order_by()
    sums = {f"sum_{name}": Sum(name) for name in (*COUNTS, "published")} | _both_told()
    told: Iterable[Mapping[str, Any]] = rows.alias(seen=Coalesce(*SEEN)).values("connection", "date").annotate(**sums)
    found: dict[str, dict[str, Dates]] = defaultdict(lambda: defaultdict(dict))
    for row in told:
        mine = found[str(row["connection"])]
        for name in sums:
            if row[name] is not None:
                mine[name.removeprefix("sum_")][row["date"]] = float(row[name])
    return found


def _both_told() -> dict[str, Sum]:
    """The part and the whole of each rate, of rows that tell both: else one's part is held against another's whole."""
    found = {}
    for rate, (part, whole) in RATES.items():
        both = Q(**{f"{part}__isnull": False, f"{whole}__isnull": False})
        found[f"part_{rate}"], found[f"whole_{rate}"] = Sum(part, filter=both), Sum(whole, filter=both)
    return found


def _with_series(
    each: Account,
    followers: Mapping[uuid.UUID, Dates],
    streams: Mapping[uuid.UUID, Dates],
    sums: Mapping[str, Mapping[str, Dates]],
    first: dt.date,
    last: dt.date,
) -> Account:
    found: dict[str, Days] = {}
    tracked = uuid.UUID(each.tracked) if each.tracked else None
    if tracked and len(stood := followers.get(tracked, {})) > 1:
        found["followers"] = Days.of(lift.growth(stood), first, last)
    if tracked and tracked in streams:
        found["streams"] = Days.of(streams[tracked], first, last)
    for name in ("views", "engagement"):
        if won := sums.get(each.connection, {}).get(name):
            found[name] = Days.of(won, first, last)  # a day without a row may be one on which nobody counted
            break
    metric = "views" if "views" in found or "engagement" not in found else "engagement"
    return Account(
        each.key, each.name, each.platform, each.client, each.brand, each.connection, each.tracked, metric,
        each.is_simulated, each.is_music, found,
    )  # fmt: skip


def whole_days(won: Dates, first: dt.date, last: dt.date) -> Days:
    """Days of what posts won: once anything was counted, a day without a row is a day on which nothing was won."""
    days = Days.of(won, first, last)
    there = np.flatnonzero(~np.isnan(days.values))
    if there.size:
        days.values[there[0] :] = np.nan_to_num(days.values[there[0] :])
    return days


def _real_or_made_up(accounts: Sequence[Account]) -> list[Account]:
    real = {each.client for each in accounts if not each.is_simulated}
    return [each for each in accounts if not each.is_simulated or each.client not in real]


def _conversions(organization_id: uuid.UUID, first: dt.date, zone: ZoneInfo) -> dict[str, Dates]:
    """Conversions by client and day; those given back whole are none."""
    since = dt.datetime.combine(first, dt.time(tzinfo=zone))
    rows = Conversion.objects.filter(organization=organization_id, at__gte=since, refunded_at=None).order_by()
    found: dict[str, Dates] = defaultdict(dict)
    by_day = rows.annotate(day=TruncDate("at", tzinfo=zone), of=F("site__client_id")).values_list("of", "day")
    for client, day in by_day:
        mine = found[str(client or "")]
        mine[day] = mine.get(day, 0.0) + 1
    return found


# Of a goal


def counted(goal: Goal, found: Known) -> Counted:
    """Return what is known of a goal's metric within its scope."""
    first, last = found.first, found.last
    if goal.metric == "conversions":
        mine = [days for client, days in found.conversions.items() if _of_client(goal, client)]
        return Counted(whole_days(_added(mine), first, last))
    among = found.everybody if goal.account_id else found.accounts
    accounts = _never_mixed([each for each in among if _in_scope(goal, each)])
    if goal.metric == "followers":
        return _followers(accounts, found)
    if goal.metric == "streams":
        series = [each.series["streams"].values for each in accounts if "streams" in each.series]
        return Counted(Days(first, _together(series, (last - first).days + 1)))
    if goal.metric in RATES:
        part, whole = (_won(accounts, found, f"{name}_{goal.metric}") for name in ("part", "whole"))
        return Counted(whole_days(part, first, last), whole=whole_days(whole, first, last).values)
    return Counted(whole_days(_won(accounts, found, goal.metric), first, last))


def _never_mixed(accounts: Sequence[Account]) -> Sequence[Account]:
    """Real accounts where there are any: one client's practice numbers are not added to another's real ones."""
    return [each for each in accounts if not each.is_simulated] or accounts


def _of_client(goal: Goal, client: str) -> bool:
    return goal.client_id is None or str(goal.client_id) == client


def _in_scope(goal: Goal, each: Account) -> bool:
    if goal.account_id:
        return each.tracked == str(goal.account_id)
    return _of_client(goal, each.client)


def _followers(accounts: Sequence[Account], found: Known) -> Counted:
    """The followers of all accounts together; what is missing between two days lies on the way between them."""
    size = (found.last - found.first).days + 1
    stood = [found.totals[each.tracked] for each in accounts if found.totals.get(each.tracked)]
    if not stood:
        return Counted(Days(found.first, np.full(size, np.nan)), level=np.full(size, np.nan))
    days = np.arange(size)
    together = np.zeros(size)
    for each in stood:
        at = sorted(each)
        together += np.interp(days, [(day - found.first).days for day in at], [each[day] for day in at])
    together[: (min(map(min, stood)) - found.first).days] = np.nan
    together[(max(map(max, stood)) - found.first).days + 1 :] = np.nan
    return Counted(Days(found.first, np.diff(together, prepend=np.nan)), level=together)


def _together(series: Sequence[Any], size: int) -> Any:
    """The sum of several series; a day counts once anybody counted it."""
    if not series:
        return np.full(size, np.nan)
    stacked = np.vstack(series)
    return np.where(np.isnan(stacked).all(axis=0), np.nan, np.nan_to_num(stacked).sum(axis=0))


def _won(accounts: Sequence[Account], found: Known, name: str) -> Dates:
    return _added([found.sums.get(each.connection, {}).get(name, {}) for each in accounts if each.connection])


def _added(many: Sequence[Mapping[dt.date, float]]) -> Dates:
    total: Dates = {}
    for days in many:
        for date, value in days.items():
            total[date] = total.get(date, 0.0) + value
    return total


# Posts with what they are


def posts(found: Known, *, now: dt.datetime) -> dict[str, list[Post]]:
    """Return the settled posts of each account with what they are: four statements."""
    since = now - LOOKS_BACK * DAY
    rows = MeasuredPost.objects.filter(organization=found.organization_id)
    settled = results.of(rows, since=since - results.LEAD, first=since, last=now, now=now)
    told = [each for each in settled if each.ratio is not None]
    pieces = dict(ScheduledPost.objects.filter(pk__in=[each.post_id for each in told]).values_list("pk", "piece_id"))
    signals = FeedbackSignal.objects.filter(piece__in=set(pieces.values()), is_left_out=False)
    says = dict(signals.values_list("piece_id", "features"))
    rides = _rides(found.organization_id, since)
    accounts = {each.key for each in found.accounts}
    grouped: dict[str, list[Post]] = defaultdict(list)
    for each in told:
        piece = pieces.get(each.post_id)
        features = _features(each, found.zone, says.get(piece, {}) if piece else {}, rides.get(each.post_id))
        account = str(each.connection_id)
        if account in accounts:
            at = each.published_at.astimezone(found.zone)
            grouped[account].append(Post(str(each.post_id), account, at, each.log, features, str(piece or "")))
    return grouped


def _rides(organization_id: uuid.UUID, since: dt.datetime) -> dict[uuid.UUID, bool]:
    """Posts that rode a topic, and whether within a day of its rise."""
    rows = TrendRide.objects.filter(organization=organization_id, published_at__gte=since)
    found: dict[uuid.UUID, bool] = {}
    for post, published, seen in rows.values_list("post_id", "published_at", "topic__first_detected_at"):
        found[post] = found.get(post, False) or (seen is not None and published - seen <= FRESH)
    return found


def _features(each: Result, zone: ZoneInfo, says: Mapping[str, Any], ride: bool | None) -> dict[str, tuple[str, ...]]:
    at = each.published_at.astimezone(zone)
    ridden = () if ride is None else ("ride", "fresh") if ride else ("ride",)
    found = {
        "hour": (next(name for until, name in HOURS if at.hour < until),),
        "weekday": (str(at.weekday()),),
        "kind": _one(each.kind),
        "format": _one(each.format),
        "length": _one(what_works.seconds_of(each)),
        "caption": _one(what_works.letters_of(each)),
        "category": _one(each.category),
        "language": _one(each.language),
        "hashtag": each.hashtags,
        "says": tuple(name for name, value in says.items() if value is True),
        "trend": ridden,
    }
    return {name: value for name, value in found.items() if value}


def _one(value: str) -> tuple[str, ...]:
    return (value,) if value else ()


def days_of(row: Anomaly, *, now: dt.datetime) -> Days | None:
    """Return the series an odd day is of, as far as it is known today."""
    key, _colon, metric = row.series.partition(":")
    found = known(row.organization_id, now=now)
    account = next((each for each in found.accounts if each.key == key), None)
    return account.series.get(metric) if account else None
