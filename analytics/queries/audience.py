"""Who the people are: as each platform tells it of an account, added up over accounts, and who of them did something.

Over accounts a share is weighed by how many people it speaks of; an account whose platform does not say how many is
weighed by its followers, and left out of the sum where those are not known either.
"""

import datetime as dt
import uuid
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

from django.db.models import OuterRef, QuerySet, Subquery, Sum

from accounts.models import Membership
from analytics.models import AudienceSnapshot, DailyMetrics, ReactionDay, TrackedAccount
from analytics.span import Span
from publishing.platforms.counting import Missing

KINDS = tuple(AudienceSnapshot.Kind.values)
MOST = 20
OLDEST = dt.timedelta(days=400)
FEWEST_PEOPLE = 5  # below, numbers could name somebody


@dataclass(frozen=True)
class Part:
    """A country, a city, an age …: its share, how many people that is, and its share in the snapshot before."""

    key: str
    share: float
    people: int | None = None
    before: float | None = None

    @property
    def percent(self) -> int:
        """Its share in whole percent: how long its bar is."""
        return round(100 * min(max(self.share, 0.0), 1.0))

    @property
    def change(self) -> float | None:
        """How its share changed, in parts of one; None without a snapshot before."""
        return None if self.before is None else self.share - self.before


@dataclass(frozen=True)
class Untold:
    """An account of which something is not told, and why."""

    account: TrackedAccount
    why: Missing


@dataclass(frozen=True)
class Make:
    """Who the people are by one kind: the largest parts, what of it the platforms tell, and from when."""

    kind: str
    parts: Sequence[Part] = ()
    told: float = 0.0
    counted: int | None = None
    accounts: int = 0
    of: Sequence[str] = ()
    date: dt.date | None = None
    oldest: dt.date | None = None
    before: dt.date | None = None
    by_followers: Sequence[TrackedAccount] = ()
    left_out: Sequence[TrackedAccount] = ()
    untold: Sequence[Untold] = ()
    is_made_up: bool = False


@dataclass(frozen=True)
class Engaged:
    """Who did something with posts: how often, by one kind; `unknown` of whom it is not told."""

    kind: str
    parts: Sequence[Part] = ()
    total: int = 0
    unknown: int = 0


@dataclass
class _Weighed:
    shares: dict[str, float] = field(default_factory=lambda: defaultdict(float))
    weight: float = 0.0


def accounts_of(member: Membership) -> list[TrackedAccount]:
    """Return the accounts that are counted and not gone, each with its latest followers."""
    latest = DailyMetrics.objects.filter(account=OuterRef("pk"), followers__isnull=False).order_by("-date")
    rows = TrackedAccount.objects.visible_to(member).filter(is_active=True)
    return list(
        rows.annotate(latest_followers=Subquery(latest.values("followers")[:1])).order_by("platform", "name", "pk")
    )


def makes(member: Membership, accounts: Sequence[TrackedAccount], days: Span) -> dict[str, Make]:
    """Return who the people are at a span's end, beside its beginning: two statements for all accounts and kinds."""
    keys = [each.pk for each in accounts]
    rows = AudienceSnapshot.objects.visible_to(member).filter(account__in=keys, date__gt=days.first - OLDEST)
    now = _latest(rows.filter(date__lte=days.last))
    before = _latest(rows.filter(date__lte=days.first))
    return {kind: _make(kind, accounts, now, before) for kind in KINDS}


Latest = Mapping[tuple[uuid.UUID, str], AudienceSnapshot]


def _latest(rows: QuerySet[AudienceSnapshot]) -> Latest:
    ordered = rows.order_by("account", "kind", "-date").distinct("account", "kind")
    return {(each.account_id, each.kind): each for each in ordered}


def _make(kind: str, accounts: Sequence[TrackedAccount], now: Latest, before: Latest) -> Make:
    told = [(each, row) for each in accounts if (row := now.get((each.pk, kind))) and row.shares]
    missing = [each for each in accounts if not (now.get((each.pk, kind)) and now[each.pk, kind].shares)]
    untold = tuple(Untold(each, _why(each, now.get((each.pk, kind)))) for each in missing)
    if not told:
        return Make(kind, untold=untold)
    weighed, guessed, left_out = _weigh(told)
    earlier = [(each, row) for each, now_row in told if (row := before.get((each.pk, kind))) and row.pk != now_row.pk]
    # A change is told only where every account that is in the sum has a snapshot before.
    past = _weigh(earlier)[0] if len(earlier) == len(told) else _Weighed()
    counted = round(weighed.weight) if len(told) > 1 or _count_of(*told[0]) else None
    if not weighed.weight:
        return Make(kind, untold=untold, left_out=tuple(left_out))
    return Make(
        kind,
        _parts(weighed, past, counted),
        told=min(1.0, sum(weighed.shares.values()) / weighed.weight),
        counted=counted,
        accounts=len(told) - len(left_out),
        of=sorted({row.of for _each, row in told}),
        date=max(row.date for _each, row in told),
        oldest=min(row.date for _each, row in told),
        before=min((row.date for _each, row in earlier), default=None) if past.weight else None,
        by_followers=tuple(guessed),
        left_out=tuple(left_out),
        untold=untold,
        is_made_up=all(row.origin == DailyMetrics.Origin.PRACTICE for _each, row in told),
    )


def _count_of(account: TrackedAccount, row: AudienceSnapshot) -> int | None:
    if row.counted is not None:
        return row.counted
    followers: int | None = getattr(account, "latest_followers", None)
    return followers if row.of == "followers" else None


Told = tuple[TrackedAccount, AudienceSnapshot]


def _weigh(told: Sequence[Told]) -> tuple[_Weighed, list[TrackedAccount], list[TrackedAccount]]:
    """Add shares up; return also who was weighed by followers, and who could not be weighed beside others."""
    found, guessed, left_out = _Weighed(), [], []
    for account, row in told:
        count = _count_of(account, row)
        if not count and len(told) > 1:
            left_out.append(account)
            continue
        if row.counted is None and count:
            guessed.append(account)
        weight = float(count or 1)
        found.weight += weight
        for key, share in row.shares.items():
            found.shares[str(key)] += weight * max(0.0, float(share or 0))
    return found, guessed, left_out


def _parts(now: _Weighed, past: _Weighed, counted: int | None) -> list[Part]:
    found = []
    for key, people in now.shares.items():
        share = people / now.weight
        before = past.shares.get(key, 0.0) / past.weight if past.weight else None
        found.append(Part(key, share, round(people) if counted else None, before))
    return sorted(found, key=lambda each: (-each.share, each.key))


def _why(account: TrackedAccount, row: AudienceSnapshot | None) -> Missing:
    """Return why nothing is told: too few people, nobody asked, or no answer."""
    if row is not None:
        return Missing.TOO_FEW
    if account.way == TrackedAccount.Way.HAND:
        return Missing.BY_HAND
    if account.way == TrackedAccount.Way.PUBLIC:
        return Missing.NOT_OFFERED
    return Missing.NO_ANSWER if account.error else Missing.NOT_OFFERED


def engaged(member: Membership, days: Span, *, connections: Collection[uuid.UUID]) -> dict[str, Engaged]:
    """Return who did something with posts of accounts in a span, by country, age and gender: one statement."""
    rows = ReactionDay.objects.visible_to(member).filter(date__gte=days.first, date__lte=days.last)
    asked = rows.filter(connection__in=connections).order_by().values_list("kind", "key").annotate(n=Sum("count"))
    sums: dict[str, dict[str, int]] = {kind: {} for kind in ReactionDay.Kind.values}
    for kind, key, n in asked:
        sums[kind][key] = int(n)
    return {kind: _engaged(kind, counts) for kind, counts in sums.items()}


def _engaged(kind: str, counts: Mapping[str, int]) -> Engaged:
    known = {key: n for key, n in counts.items() if key and n >= FEWEST_PEOPLE}
    total = sum(max(n, 0) for n in counts.values())
    told = sum(known.values())
    parts = [Part(key, n / told, n) for key, n in known.items()] if told else []
    return Engaged(kind, sorted(parts, key=lambda each: (-each.share, each.key)), total, total - told)
