"""The overview: what the days of a span brought beside as many days before, by whatever it is told apart by.

Read from roll-ups alone. Made-up numbers (practice) and real ones are never added: one or the other is shown.
"""

import datetime as dt
import uuid
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import BooleanField, Case, Count, F, OrderBy, Q, QuerySet, Sum, Value, When
from django.db.models.functions import Coalesce

from accounts.models import BrandProfile, ClientAccount, Membership
from analytics.models import (
    AccountDay,
    Conversion,
    ConversionCredit,
    ConversionSite,
    DailyMetrics,
    MeasuredPost,
    PostDay,
    RollupMark,
)
from analytics.queries import account_days
from analytics.queries.account_days import FOLLOWERS, Told, gained, plays_of, won
from analytics.queries.narrowing import Account, Wish
from analytics.rollups.statements import ACTIONS
from analytics.span import DAY, Span
from publishing.models import ScheduledPost
from trenddrop.core.catalogue import badge

COUNTED = ("views", "reach", "engagement", "clicks", "likes", "comments", "shares", "saves", "follows")
RATES = ("reach", "views")  # what engagement is held against: the first that anybody tells
BEST = 8
POSTS = "posts"


@dataclass
class Sums:
    """What was won: None is what nobody told. `of` holds engagement and its ground where both are told."""

    won: dict[str, int | None] = field(default_factory=lambda: dict.fromkeys(COUNTED))
    of: dict[str, tuple[int, int]] = field(default_factory=dict)
    published: int = 0

    def add(self, row: Mapping[str, Any]) -> None:
        """Take a row of sums in."""
        for name in COUNTED:
            if row[f"sum_{name}"] is not None:
                self.won[name] = (self.won[name] or 0) + row[f"sum_{name}"]
        for ground in RATES:
            engaged, base = row[f"engaged_{ground}"], row[f"ground_{ground}"]
            if engaged is not None and base is not None:
                mine = self.of.get(ground, (0, 0))
                self.of[ground] = (mine[0] + engaged, mine[1] + base)
        self.published += row["posts"]

    def rate(self, ground: str) -> float | None:
        """Engagement as a share of reach or of views; None where nothing was reached."""
        engaged, base = self.of.get(ground, (0, 0))
        return engaged / base if base > 0 else None


@dataclass
class Group:
    """One platform, account, client or brand: what it won in the span and before, and its followers."""

    key: str
    name: str
    platform: str = ""
    now: Sums = field(default_factory=Sums)
    before: Sums = field(default_factory=Sums)
    followers: Told = field(default_factory=Told)
    gained: Told = field(default_factory=Told)
    plays: Told = field(default_factory=Told)
    account: Account | None = None


@dataclass(frozen=True)
class Best:
    """A post and what it won within the span."""

    post_id: uuid.UUID
    title: str
    platform: str
    account: str
    published_at: dt.datetime | None
    views: int | None
    engagement: int | None
    reach: int | None
    saves: int | None


@dataclass
class Overview:
    """Everything the page says; `daily` has a row of sums per day, `untold` the platforms that do not tell a figure."""

    wish: Wish
    is_practice: bool
    has_both: bool
    now: Sums
    before: Sums
    ground: str
    daily: dict[dt.date, dict[str, int | None]]
    platforms: Sequence[Group]
    accounts: Sequence[Group]
    clients: Sequence[Group]
    brands: Sequence[Group]
    gained: Told
    plays: Told
    plays_from: Sequence[str]
    conversions: Told
    best: Sequence[Best]
    mark: RollupMark | None
    zone: ZoneInfo
    untold: Mapping[str, Sequence[str]]

    @property
    def span(self) -> Span:
        """The days it speaks of."""
        return self.wish.span

    @property
    def as_of(self) -> dt.datetime | None:
        """Until when what was written is in the sums; None where none was ever made."""
        return self.mark.reached if self.mark else None

    @property
    def days_counted(self) -> int:
        """How many days of the span have any number."""
        return sum(date in self.daily for date in self.span.dates)

    @property
    def has_music(self) -> bool:
        """Whether an artist of a music platform is among the accounts."""
        return any(_is_music(group) for group in self.accounts)

    @property
    def is_empty(self) -> bool:
        """Whether there is no number at all."""
        return not self.daily and self.gained.days == 0 and self.plays.days == 0


def of_member(membership: Membership, wish: Wish, accounts: Sequence[Account]) -> Overview:
    """Return the overview of what a member may see."""
    rows = _grouped(_days_of(membership, wish), wish.span)
    taken = [each for each in accounts if wish.takes(each)]
    kinds = {row["is_simulated"] for row in rows} | {each.is_simulated for each in taken if each.last_at}
    is_practice = wish.practice if wish.practice is not None else kinds == {True}
    rows = [row for row in rows if row["is_simulated"] == is_practice]
    mine = [each for each in taken if each.is_simulated == is_practice]
    parts = _parts(mine, wish.span)
    by_account = _accounts(rows, mine, parts)
    totals = _total(rows)
    return Overview(
        wish=wish,
        is_practice=is_practice,
        has_both=kinds == {True, False},
        now=totals.now,
        before=totals.before,
        ground=next((each for each in RATES if totals.now.rate(each) is not None), RATES[0]),
        daily=_daily(membership, wish, is_practice=is_practice),
        platforms=_platforms(rows, by_account),
        accounts=by_account,
        clients=_by(rows, _of(ClientAccount.objects.visible_to(membership), "client_id", rows)),
        brands=_by(rows, _of(BrandProfile.objects.visible_to(membership), "brand_id", rows)),
        gained=_together(group.gained for group in by_account if not _is_music(group)),
        plays=_together(group.plays for group in by_account),
        plays_from=[group.name for group in by_account if group.plays.now is not None],
        conversions=_conversions(membership, wish) if not is_practice else Told(),
        best=_best(membership, wish, is_practice=is_practice),
        mark=_standing(membership),
        zone=ZoneInfo(membership.organization.timezone),
        untold=_untold(rows),
    )


def _is_music(group: Group) -> bool:
    return bool(group.account and group.account.is_music)


def _narrowed(rows: QuerySet[Any], wish: Wish, *, of: str = "", account: str = "connection") -> QuerySet[Any]:
    """Rows of what was asked for; `of` leads from a row to what says where it belongs, `account` to its connection."""
    wanted = {"platform": wish.platform, "client": wish.client, "brand": wish.brand}
    rows = rows.filter(**{f"{of}{name}": value for name, value in wanted.items() if value})
    rows = rows.filter(**{f"{of}client": None}) if wish.is_own else rows
    if wish.account is None:
        return rows
    return rows.filter(**{account: wish.account.connection_id}) if wish.account.connection_id else rows.none()


def _days_of(membership: Membership, wish: Wish) -> QuerySet[Any]:
    rows = AccountDay.objects.visible_to(membership)
    return _narrowed(rows.filter(date__range=(wish.span.before.first, wish.span.last)), wish)


def _sums() -> dict[str, Any]:
    found: dict[str, Any] = {f"sum_{name}": Sum(name) for name in COUNTED}
    for ground in RATES:
        found[f"engaged_{ground}"] = Sum("engagement", filter=Q(**{f"{ground}__isnull": False}))
        found[f"ground_{ground}"] = Sum(ground, filter=Q(engagement__isnull=False))
    return found


def _grouped(rows: QuerySet[Any], span: Span) -> list[dict[str, Any]]:
    is_now = Case(When(date__gte=span.first, then=Value(True)), default=Value(False), output_field=BooleanField())
    names = ("connection_id", "platform", "client_id", "brand_id", "is_simulated")
    told = rows.annotate(is_now=is_now).order_by().values(*names, "is_now")
    return list(told.annotate(posts=Sum("published"), **_sums()))


def _total(rows: Iterable[Mapping[str, Any]]) -> Group:
    total = Group("", "")
    for row in rows:
        (total.now if row["is_now"] else total.before).add(row)
    return total


Name = Callable[[Mapping[str, Any]], tuple[Any, Any]]


def _of(named: QuerySet[Any], field: str, rows: Iterable[Mapping[str, Any]]) -> Name:
    """Return what says to which client or brand a row belongs; a name for each of them, not beside each day."""
    keys = {row[field] for row in rows} - {None}
    names = dict(named.filter(pk__in=keys).order_by().values_list("pk", "name")) if keys else {}
    return lambda row: (row[field], names.get(row[field]))


def _by(rows: Iterable[Mapping[str, Any]], name: Name) -> list[Group]:
    """Tell rows apart; those that belong to none are one group without a key."""
    found: dict[str, Group] = {}
    for row in rows:
        key, words = name(row)
        group = found.setdefault(str(key or ""), Group(str(key or ""), str(words or "")))
        (group.now if row["is_now"] else group.before).add(row)
    return sorted(found.values(), key=_weight)


def _weight(group: Group) -> tuple[int, int, str]:
    return -(group.now.won["views"] or 0), -(group.now.won["engagement"] or 0), group.name.casefold()


Parts = account_days.Parts


def _parts(accounts: Sequence[Account], span: Span) -> Parts:
    fields = {plays_of(account_days.document_of(each.platform)) for each in accounts}
    keys = sorted({each.key for each in fields if each})
    return account_days.parts(accounts, [FOLLOWERS, *keys], span)


def _accounts(rows: Iterable[Mapping[str, Any]], accounts: Sequence[Account], parts: Parts) -> list[Group]:
    """Tell accounts apart: what their posts won, how many follow them, how often they were played."""
    won_by = {group.key: group for group in _by(rows, lambda row: (row["connection_id"], ""))}
    found = []
    for account in accounts:
        group = won_by.get(str(account.connection_id or ""), Group("", ""))
        group.key, group.name, group.platform, group.account = str(account.pk), account.name, account.platform, account
        if account.tracked_id:
            following = parts.get((account.tracked_id, FOLLOWERS), {})
            group.followers, group.gained = account_days.stood(following), gained(following)
            plays = plays_of(account_days.document_of(account.platform))
            group.plays = won(parts.get((account.tracked_id, plays.key), {})) if plays else Told()
        found.append(group)
    return sorted(found, key=_weight)


def _platforms(rows: Sequence[Mapping[str, Any]], accounts: Iterable[Group]) -> list[Group]:
    found = {group.key: group for group in _by(rows, lambda row: (row["platform"], badge(row["platform"]).name))}
    for each in accounts:
        empty = Group(each.platform, str(badge(each.platform).name))
        group = found.setdefault(each.platform, empty)
        group.followers, group.gained = group.followers.plus(each.followers), group.gained.plus(each.gained)
        group.plays = group.plays.plus(each.plays)
    for group in found.values():
        group.platform = group.key
    return sorted(found.values(), key=_weight)


def _together(told: Iterable[Told]) -> Told:
    whole = Told()
    for each in told:
        whole = whole.plus(each)
    return whole


def _untold(rows: Iterable[Mapping[str, Any]]) -> dict[str, list[str]]:
    """By figure, the platforms that had days in the span and told it on none."""
    seen: dict[str, dict[str, bool]] = {}
    for row in rows:
        if row["is_now"]:
            of = seen.setdefault(row["platform"], dict.fromkeys(COUNTED, False))
            for name in COUNTED:
                of[name] = of[name] or row[f"sum_{name}"] is not None
    return {name: sorted(platform for platform, of in seen.items() if not of[name]) for name in COUNTED}


def _daily(membership: Membership, wish: Wish, *, is_practice: bool) -> dict[dt.date, dict[str, int | None]]:
    """Sum each day of the span and of those before; a day without any row is not there."""
    rows = _days_of(membership, wish).filter(is_simulated=is_practice).order_by().values("date")
    found = rows.annotate(**{f"sum_{name}": Sum(name) for name in COUNTED}, sum_posts=Sum("published"))
    return {row["date"]: {name: row[f"sum_{name}"] for name in (*COUNTED, "posts")} for row in found}


def followers_by_day(overview: Overview) -> dict[dt.date, int]:
    """Return by how many followers more each day ended, all accounts of the overview together."""
    mine = [group.account.tracked_id for group in overview.accounts if group.account and not group.account.is_music]
    span = overview.span
    rows = DailyMetrics.objects.filter(
        account_id__in=[key for key in mine if key],
        date__range=(span.before.first, span.last),
        change_24h__isnull=False,
    )
    found = rows.order_by().values("date").annotate(more=Sum("change_24h"))
    return {row["date"]: row["more"] for row in found}


def plays_by_day(overview: Overview) -> dict[dt.date, float]:
    """Return how often the artists of the overview were played, day by day: one statement for each of its figures."""
    by_key: dict[str, list[Account]] = {}
    for group in overview.accounts:
        plays = plays_of(account_days.document_of(group.platform)) if group.account else None
        if plays and group.account:
            by_key.setdefault(plays.key, []).append(group.account)
    found: dict[dt.date, float] = {}
    for key, accounts in by_key.items():
        span = overview.span
        for days in account_days.daily(accounts, key, span.before.first, span.last).values():
            for date, value in days.items():
                found[date] = found.get(date, 0.0) + value
    return found


def _conversions(membership: Membership, wish: Wish) -> Told:
    """Count what was done on sites; of a platform or an account, the shares its posts earned by each site's model.

    None where no site tells of anything.
    """
    rows: QuerySet[Any] = Conversion.objects.visible_to(membership)
    path, amount = "", "pk"
    if wish.platform or wish.account:
        rows = ConversionCredit.objects.visible_to(membership).filter(model=F("conversion__site__attribution"))
        path, amount = "conversion__", "share"
    if wish.platform:
        rows = rows.filter(Q(post__connection__platform=wish.platform) | Q(post=None, channel=wish.platform))
    if wish.account:
        posting = wish.account.connection_id
        rows = rows.filter(post__connection=posting) if posting else rows.none()
    if wish.client:
        rows = rows.filter(**{f"{path}site__client": wish.client})
    if wish.brand:
        rows = rows.filter(**{f"{path}site__brand": wish.brand})
    if wish.is_own:
        rows = rows.filter(**{f"{path}site__client": None})
    begins, turns, ends = _moments(wish.span, membership.organization.timezone)
    rows = rows.filter(**{f"{path}refunded_at": None, f"{path}at__gte": begins, f"{path}at__lt": ends})
    adds: Any = Count if amount == "pk" else Sum
    found = rows.aggregate(
        now=adds(amount, filter=Q(**{f"{path}at__gte": turns})),
        before=adds(amount, filter=Q(**{f"{path}at__lt": turns})),
    )
    if not any(found.values()) and not ConversionSite.objects.visible_to(membership).exists():
        return Told()
    return Told(float(found["now"] or 0), float(found["before"] or 0))


def _moments(span: Span, zone: str) -> tuple[dt.datetime, dt.datetime, dt.datetime]:
    """When the days before begin, when the span does, and when it is over."""
    starts = (span.before.first, span.first, span.last + DAY)
    begins, turns, ends = (dt.datetime.combine(day, dt.time.min, ZoneInfo(zone)) for day in starts)
    return begins, turns, ends


def _best(membership: Membership, wish: Wish, *, is_practice: bool) -> list[Best]:
    """Return the posts that won most views within the span; where nobody tells views, most engagement."""
    rows: QuerySet[Any] = PostDay.objects.visible_to(membership).filter(
        post__in=_may_be_best(membership, wish, is_practice=is_practice), date__range=(wish.span.first, wish.span.last)
    )
    won = {name: Sum(name) for name in ("views", "engagement", "reach", "saves")}
    told = rows.order_by().values("post_id").annotate(**won).order_by(*_by_won(F("engagement")), "post_id")
    found = list(told[:BEST])
    posts = ScheduledPost.objects.select_related("connection").in_bulk([row["post_id"] for row in found])
    return [
        Best(
            post_id=row["post_id"],
            title=str(post),
            platform=post.connection.platform,
            account=post.connection.handle,
            published_at=post.published_at,
            views=row["views"],
            engagement=row["engagement"],
            reach=row["reach"],
            saves=row["saves"],
        )
        for row in found
        if (post := posts.get(row["post_id"]))
    ]


def _may_be_best(membership: Membership, wish: Wish, *, is_practice: bool) -> QuerySet[Any]:
    """Return the posts whose days are worth adding up: those partly within the span, and the best that are wholly.

    What a post won while all of it lies within the span is what stands in its row, so that the rows alone say who is
    best: adding up every day of a large tenant's posts took most of the page's time.
    """
    begins, ends = _moments(wish.span, membership.organization.timezone)[1:]
    rows = MeasuredPost.objects.visible_to(membership).filter(is_simulated=is_practice)
    mine = _narrowed(rows, wish).order_by().values("post_id")
    wholly = Q(published_at__gte=begins, last_at__lt=ends)
    partly = mine.filter(~wholly, last_at__gte=begins, published_at__lt=ends)
    engaged = sum((Coalesce(name, 0) for name in ACTIONS[1:]), Coalesce(ACTIONS[0], 0))
    return partly.union(mine.filter(wholly).order_by(*_by_won(engaged), "post_id")[:BEST])


def _by_won(engaged: Any) -> tuple[OrderBy, OrderBy]:
    return F("views").desc(nulls_last=True), engaged.desc(nulls_last=True)


def _standing(membership: Membership) -> RollupMark | None:
    """Return how far the sums are."""
    return RollupMark.objects.visible_to(membership).filter(name=POSTS).first()
