"""Own posts as a source of trends: each organisation's hashtags, counted for that organisation alone.

No topic ever comes of it. Topics are the same for everybody, and a hashtag that one organisation has invented would
tell its competitors what it plans; so the counts go into rows of the organisation, and `gather` hands in nothing.
"""

import datetime as dt
import uuid
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar

import numpy as np
from django.db import connection
from numpy.typing import NDArray

from accounts import tenancy
from analytics.services import riding
from publishing.models import ScheduledPost
from trenddrop.core.platforms import HASHTAG, unique_hashtags
from trends.normalise import Kind, normalise
from trends.own import LEARNT
from trends.services import own
from trends.sources.base import Config, Counting, Items, Option, Request, Source

AGE = dt.timedelta(hours=48)  # every post is compared as it stood at this age
FEWEST_WITHOUT = 5  # posts of a connection without a hashtag, before those with it are held against them
CATCH_UP = dt.timedelta(days=4)
TAG_LIMIT = 100

POSTS = """
    SELECT post.client_id, post.connection_id, account.platform, post.published_at, post.hashtags, post.text,
        snap.views, snap.engagement
    FROM publishing_scheduledpost post
    JOIN publishing_platformconnection account ON account.id = post.connection_id
    LEFT JOIN LATERAL (
        SELECT shot.views, CASE WHEN num_nonnulls(shot.likes, shot.comments, shot.shares, shot.saves) > 0 THEN
            coalesce(shot.likes, 0) + coalesce(shot.comments, 0) + coalesce(shot.shares, 0) + coalesce(shot.saves, 0)
            END AS engagement
        FROM analytics_postmetrics shot WHERE shot.post_id = post.id AND shot.hour <= %(age)s
        ORDER BY shot.hour DESC LIMIT 1
    ) snap ON true
    WHERE post.organization_id = %(organization)s AND post.status = 'published' AND post.published_at >= %(since)s
    ORDER BY post.published_at, post.id
"""


@dataclass
class _Post:
    """A published post with its hashtags (key → as written) and its counts at the age of 48 hours, or until now."""

    client_id: uuid.UUID | None
    connection_id: uuid.UUID
    platform: str
    published_at: dt.datetime
    tags: dict[str, str]
    views: int | None
    engagement: int | None
    ratios: dict[str, float] = field(default_factory=dict)


class OwnPosts(Source):
    """Hashtags of what was published through this installation. (Posts of others that one follows are not known.)"""

    key: ClassVar[str] = "own_posts"
    label: ClassVar[str] = "Own posts"
    platform: ClassVar[str] = ""
    interval: ClassVar[dt.timedelta] = dt.timedelta(hours=1)
    counting: ClassVar[Counting] = Counting.LEVEL
    options: ClassVar[tuple[Option, ...]] = ()
    not_yet: ClassVar[frozenset[int]] = frozenset()

    def request(self, config: Config, now: dt.datetime, _key: str = "", /) -> list[Request]:
        """Return nothing: there is nothing to ask over the network."""
        del config, now
        return []

    def parse(self, content: bytes, *, config: Config, now: dt.datetime) -> Items:
        """Return nothing."""
        del content, config, now
        return Items()

    def gather(self, *, now: dt.datetime) -> Items:
        """Count the hashtags of every organisation, catch up on rides, and hand in no topic; the note says how much."""
        with tenancy.operator():
            live = ScheduledPost.objects.filter(status=ScheduledPost.Status.PUBLISHED, published_at__gte=now - LEARNT)
            organizations = list(live.order_by().values_list("organization", flat=True).distinct())
        posts = sum(count(organization, now=now) for organization in sorted(organizations))
        return Items(notes=[f"Counted the hashtags of {posts:,} posts, each organisation's for itself."])


def count(organization_id: uuid.UUID, *, now: dt.datetime) -> int:
    """Count one organisation's hashtags of the last 90 days; returns the number of posts. Nine statements."""
    since = (now - LEARNT).replace(minute=0, second=0, microsecond=0)
    with tenancy.of_organization(organization_id):
        posts = _posts(organization_id, since=since)
        _compare(posts, now=now)
        own.record(organization_id, _counts(posts), since=since)
        riding.catch_up(organization_id, since=now - CATCH_UP)
    return len(posts)


def _posts(organization_id: uuid.UUID, *, since: dt.datetime) -> list[_Post]:
    asked: dict[str, Any] = {"organization": organization_id, "since": since, "age": AGE.total_seconds() / 3600}
    with connection.cursor() as cursor:
        cursor.execute(POSTS, asked)
        return [
            _Post(client, account, platform, at, tags_in(hashtags, text), views, engagement)
            for client, account, platform, at, hashtags, text, views, engagement in cursor.fetchall()
        ]


def tags_in(hashtags: Sequence[str], text: str) -> dict[str, str]:
    """Return a post's hashtags by their key, each once, however they are written and wherever they stand."""
    written = [tag for tag in unique_hashtags([*hashtags, *HASHTAG.findall(text)]) if len(tag) <= TAG_LIMIT]
    return {key[:TAG_LIMIT]: tag for tag in reversed(written) if (key := normalise(tag, Kind.HASHTAG))}


def _compare(posts: Iterable[_Post], *, now: dt.datetime) -> None:
    """Hold each post that is old enough against the median of its connection's posts without the hashtag."""
    by_connection: dict[uuid.UUID, list[_Post]] = defaultdict(list)
    for post in posts:
        if post.engagement is not None and post.published_at <= now - AGE:
            by_connection[post.connection_id].append(post)
    for mine in by_connection.values():
        got = np.array([post.engagement for post in mine], dtype=float)
        for tag, places in _places(mine).items():
            _against(mine, got, tag, places)


def _places(posts: Sequence[_Post]) -> dict[str, list[int]]:
    found: dict[str, list[int]] = defaultdict(list)
    for place, post in enumerate(posts):
        for tag in post.tags:
            found[tag].append(place)
    return found


def _against(posts: Sequence[_Post], got: NDArray[np.float64], tag: str, places: Sequence[int]) -> None:
    """One is added to both sides, so that an account whose median is nothing has a ratio too."""
    others = np.delete(got, places)
    if len(others) < FEWEST_WITHOUT:
        return
    usual = float(np.median(others)) + 1
    for place in places:
        posts[place].ratios[tag] = round((got[place] + 1) / usual, 3)


def _counts(posts: Iterable[_Post]) -> list[own.Count]:
    found: dict[object, own.Count] = {}
    for post in posts:
        hour = post.published_at.astimezone(dt.UTC).replace(minute=0, second=0, microsecond=0)
        for key, tag in post.tags.items():
            new = own.Count(post.client_id, tag, key, post.platform, hour)
            _add(found.setdefault(new.place, new), post, key)
    return list(found.values())


def _add(row: own.Count, post: _Post, key: str) -> None:
    row.posts += 1
    row.engagement += post.engagement or 0
    if post.views is not None:
        row.views = (row.views or 0) + post.views
    if key in post.ratios:
        row.ratios.append(post.ratios[key])
