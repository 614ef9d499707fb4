"""An organisation's own part: how its hashtags do, which helped, and the trends it rode."""

import datetime as dt
import uuid
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from math import comb
from statistics import median

from django.contrib.postgres.aggregates import ArrayAgg, JSONBAgg
from django.db.models import F, Q, QuerySet, Sum
from django.db.models.functions import Coalesce

from accounts.models import BrandProfile, Membership
from trends.models import OwnHashtag, TrendRide, TrendTopic

DAY = dt.timedelta(days=1)
SHOWN = 30 * DAY  # uses are counted over these
LEARNT = 90 * DAY  # effects over these
LEAST_USES = 3  # of a hashtag in 24 hours, before it can be said to grow
LEAST_POSTS = 5  # with a hashtag, before anything is said about what it brought
SURE = 0.90  # of the range in which the median lies
MOST = 2000
RISES = 0.5  # half more than the day before


@dataclass(frozen=True)
class Effect:
    """Engagement of posts with a hashtag by their connection's median without it: the median of `n`, and its range."""

    n: int
    ratio: float | None = None
    low: float | None = None
    high: float | None = None

    @property
    def is_known(self) -> bool:
        """Say whether there are posts enough."""
        return self.ratio is not None

    @property
    def verdict(self) -> str:
        """`helped` or `hurt` when the whole range lies on one side of 1, else `unclear`; `few` without posts enough."""
        if self.ratio is None or self.low is None or self.high is None:
            return "few"
        if self.low > 1:
            return "helped"
        return "hurt" if self.high < 1 else "unclear"


@dataclass(frozen=True)
class Tag:
    """One hashtag: uses in 24 hours, in the 24 before, in 30 days; growth as a rate, None with too few uses."""

    tag: str
    normalized: str
    platforms: list[str]
    uses_24h: int
    uses_before: int
    uses_30d: int
    engagement: float
    effect: Effect

    @property
    def growth(self) -> float | None:
        """0.5 is half more than the day before; None below the minimum count, or without a day before."""
        if max(self.uses_24h, self.uses_before) < LEAST_USES or not self.uses_before:
            return None
        return self.uses_24h / self.uses_before - 1

    @property
    def is_new(self) -> bool:
        """Say whether it came up in these 24 hours, often enough to be told."""
        return self.uses_24h >= LEAST_USES and not self.uses_before

    @property
    def is_rising(self) -> bool:
        """Say whether it is used clearly more than the day before."""
        return self.is_new or (self.uses_24h >= LEAST_USES and (self.growth or 0) >= RISES)


@dataclass(frozen=True)
class Ride:
    """A post that used a topic. `lead`: how long before the peak (negative: after); `after_start`: since it began."""

    post_id: uuid.UUID
    platform: str
    url: str
    title: str
    published_at: dt.datetime
    lead: dt.timedelta | None
    after_start: dt.timedelta | None


def effect(ratios: Sequence[float]) -> Effect:
    """Return the median of ratios with the range it lies in at 90 %; too few give their number alone.

    The range is the exact one of order statistics: it assumes nothing of how engagement is spread.
    """
    told = sorted(ratios)
    n = len(told)
    if n < LEAST_POSTS:
        return Effect(n)
    place = _place(n)
    return Effect(n, round(median(told), 2), round(told[place], 2), round(told[n - 1 - place], 2))


def _place(n: int) -> int:
    """Return how far from the ends the range begins, so that it holds the median with SURE at least."""
    outside, place = 0.0, 0
    while True:
        outside += 2 * comb(n, place) / 2**n
        if outside > 1 - SURE or place >= (n - 1) // 2:
            return max(0, place - 1) if outside > 1 - SURE else place
        place += 1


def tags_of(rows: QuerySet[OwnHashtag], *, now: dt.datetime) -> list[Tag]:
    """Return the hashtags of these rows (a member's, or in an organisation's scope), the most used first.

    One statement.
    """
    since = {"d1": now - DAY, "d2": now - 2 * DAY, "d30": now - SHOWN}
    found = (
        rows.filter(hour__gt=now - LEARNT, hour__lte=now)
        .order_by()
        .values("normalized")
        .annotate(
            forms=ArrayAgg("tag", order_by=["-hour", "tag"]),
            where=ArrayAgg("platform", distinct=True, order_by="platform"),
            d1=Sum("posts", filter=Q(hour__gt=since["d1"]), default=0),
            d2=Sum("posts", filter=Q(hour__gt=since["d2"], hour__lte=since["d1"]), default=0),
            d30=Sum("posts", filter=Q(hour__gt=since["d30"]), default=0),
            got=Sum("engagement", filter=Q(hour__gt=since["d30"]), default=0.0),
            brought=JSONBAgg("ratios", order_by=["hour", "pk"]),
        )
        .order_by(F("d30").desc(), "normalized")[:MOST]
    )
    return [
        Tag(
            tag=row["forms"][0],
            normalized=row["normalized"],
            platforms=row["where"],
            uses_24h=row["d1"],
            uses_before=row["d2"],
            uses_30d=row["d30"],
            engagement=row["got"],
            effect=effect([ratio for ratios in row["brought"] for ratio in ratios]),
        )
        for row in found
    ]


def hashtags_of(membership: Membership, *, now: dt.datetime) -> list[Tag]:
    """Return a member's hashtags, the most used first: one statement."""
    return tags_of(OwnHashtag.objects.visible_to(membership), now=now)


def rides_of(
    membership: Membership, topics: Collection[uuid.UUID], *, brand: BrandProfile | None = None
) -> dict[uuid.UUID, list[Ride]]:
    """Return the posts with which a member's organisation rode these topics, earliest first: one statement.

    With a brand only posts of its client: what an agency posts for another one is none of theirs. Who rode a topic
    that was merged into one of these later rode that one.
    """
    whose = Q(client=brand.client_id) if brand else Q()
    same = TrendTopic.objects.filter(Q(pk__in=topics) | Q(merged_into__in=topics)).values("pk")
    rows = (
        TrendRide.objects.visible_to(membership)
        .filter(whose, topic__in=same)
        .annotate(
            ridden=Coalesce("topic__merged_into", "topic"),
            peaked_at=Coalesce("topic__merged_into__peaked_at", "topic__peaked_at"),
            started_at=Coalesce("topic__merged_into__started_at", "topic__started_at"),
        )
        .order_by("published_at", "pk")
    )
    found: dict[uuid.UUID, list[Ride]] = {}
    known: set[tuple[uuid.UUID, uuid.UUID]] = set()
    for row in rows:
        topic = row.topic_id if row.topic_id in topics else row.ridden
        if (topic, row.post_id) in known:
            continue
        known.add((topic, row.post_id))
        ride = Ride(
            post_id=row.post_id,
            platform=row.platform,
            url=row.url,
            title=row.title,
            published_at=row.published_at,
            lead=row.peaked_at - row.published_at if row.peaked_at else None,
            after_start=row.published_at - row.started_at if row.started_at else None,
        )
        found.setdefault(topic, []).append(ride)
    return found
