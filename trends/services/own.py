"""What the app above tells of an organisation's own posts: counts of hashtags, and topics that were ridden."""

import datetime as dt
import uuid
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field

from django.db.models.functions import Coalesce

from trends.models import OwnHashtag, TrendOpportunity, TrendRide, TrendTopic

FIGURES = ("tag", "posts", "engagement", "views", "ratios")


@dataclass
class Count:
    """One hashtag on one platform in one hour; `ratios` as OwnHashtag has them."""

    client_id: uuid.UUID | None
    tag: str
    normalized: str
    platform: str
    hour: dt.datetime
    posts: int = 0
    engagement: float = 0.0
    views: int | None = None
    ratios: list[float] = field(default_factory=list)

    @property
    def place(self) -> tuple[uuid.UUID | None, str, str, dt.datetime]:
        """What makes it one row."""
        return self.client_id, self.normalized, self.platform, self.hour


@dataclass(frozen=True)
class Post:
    """A published post, as the app that sent it tells it."""

    organization_id: uuid.UUID
    client_id: uuid.UUID | None
    post_id: uuid.UUID
    asset_id: uuid.UUID
    platform: str
    url: str
    title: str
    published_at: dt.datetime


def record(organization_id: uuid.UUID, counts: Iterable[Count], *, since: dt.datetime) -> int:
    """Make an organisation's counts from `since` on what these say; returns how many rows were written or removed.

    Call in its scope. An hour that says what it said before is not written.
    """
    told = {count.place: count for count in counts if count.hour >= since}
    standing = {_place(row): row for row in OwnHashtag.objects.filter(organization=organization_id, hour__gte=since)}
    gone = [row.pk for place, row in standing.items() if place not in told]
    new = [
        OwnHashtag(
            organization_id=organization_id,
            client_id=count.client_id,
            normalized=count.normalized,
            platform=count.platform,
            hour=count.hour,
            **{name: getattr(count, name) for name in FIGURES},
        )
        for place, count in told.items()
        if place not in standing
    ]
    changed = [row for place, row in standing.items() if place in told and _take(row, told[place])]
    OwnHashtag.objects.filter(pk__in=gone).delete()
    OwnHashtag.objects.bulk_create(new, batch_size=2000)
    OwnHashtag.objects.bulk_update(changed, FIGURES, batch_size=2000)
    return len(gone) + len(new) + len(changed)


def _place(row: OwnHashtag) -> tuple[uuid.UUID | None, str, str, dt.datetime]:
    return row.client_id, row.normalized, row.platform, row.hour


def _take(row: OwnHashtag, count: Count) -> bool:
    """Write a count on its row, unsaved; say whether that changed anything."""
    before = [getattr(row, name) for name in FIGURES]
    for name in FIGURES:
        setattr(row, name, getattr(count, name))
    return before != [getattr(row, name) for name in FIGURES]


def ride_all(posts: Iterable[tuple[Post, Collection[uuid.UUID]]]) -> int:
    """Note that posts went out with these topics, and with those of the ideas their assets were begun with.

    Call in the organisation's scope; safe to call again. Three statements; a topic that was merged into another is
    ridden as that one. Returns the number of rides.
    """
    told = list(posts)
    by_idea = _topics_of_ideas({post.asset_id for post, _topics in told})
    wanted = [(post, {*topics, *by_idea.get(post.asset_id, ())}) for post, topics in told]
    standing = _standing({topic for _post, topics in wanted for topic in topics})
    rows = [
        TrendRide(
            organization_id=post.organization_id,
            client_id=post.client_id,
            topic_id=topic,
            post_id=post.post_id,
            platform=post.platform,
            url=post.url[:500],
            title=post.title[:300],
            published_at=post.published_at,
        )
        for post, topics in wanted
        for topic in sorted({standing[one] for one in topics if one in standing})
    ]
    TrendRide.objects.bulk_create(rows, ignore_conflicts=True, batch_size=2000)
    return len(rows)


def _topics_of_ideas(assets: Collection[uuid.UUID]) -> dict[uuid.UUID | None, set[uuid.UUID]]:
    found: dict[uuid.UUID | None, set[uuid.UUID]] = {}
    ideas = TrendOpportunity.objects.filter(used_for__in=assets).values_list("used_for", "topic_id")
    for asset, topic in ideas:
        found.setdefault(asset, set()).add(topic)
    return found


def _standing(topics: Collection[uuid.UUID]) -> dict[uuid.UUID, uuid.UUID]:
    """Return which topic each one is by now; those that are gone are left out."""
    rows = TrendTopic.objects.filter(pk__in=topics).values_list("pk", Coalesce("merged_into_id", "pk"))
    return dict(rows)


def move(posts: Collection[uuid.UUID], *, client_id: uuid.UUID | None) -> int:
    """Let rides go with their posts to another client; their hashtags are counted anew within the hour."""
    return TrendRide.objects.filter(post_id__in=posts).update(client_id=client_id)
