"""Half a year of posts on the practice network: what they are, how each did, and what was counted of them when.

How well a post does is drawn once, with a liking for evenings, short videos and some subjects, so that pages that
compare have something to find. All of it is made up, and stands on the practice network, which says so.
"""

import datetime as dt
import math
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from django.conf import settings

from analytics import ladder
from analytics.collection import posts as counting
from analytics.models import MeasuredPost, PostMetrics
from analytics.services import measuring
from content.models import ContentAsset, GeneratedContent
from publishing.models import PlatformConnection, PracticeAccount, PracticePost, ScheduledPost
from publishing.practice import simulation
from trenddrop.core import claims

DAY = dt.timedelta(days=1)
INDIA = ZoneInfo("Asia/Kolkata")
# Hours after publishing whose counts are still there once snapshots of old posts were thinned.
AGES = (
    0.2, 0.5, 1, 2, 3, 4, 6, 8, 10, 12, 16, 20, 24, 36, 48, *range(72, 360, 24), *range(408, 744, 48), 1080, 2160,
)  # fmt: skip
HOURS = (9, 13, 19, 19, 20)
OF_HOUR = {9: 1.05, 13: 0.6, 19: 1.5, 20: 1.4}
NOISE = 0.18
LONGER = " The long version is a tap away: what is in it, how much of it, and what we left out and why. Ask us below."


@dataclass(frozen=True)
class Kind:
    """What a post is, and how such posts do."""

    kind: str
    format: str
    category: str
    seconds: tuple[int, int] | None
    does: float


KINDS = (
    Kind("short_video", "vertical", "How it works", (18, 75), 1.45),
    Kind("carousel", "portrait", "How it works", None, 1.1),
    Kind("image", "square", "From the shop", None, 0.85),
    Kind("social_post", "", "Questions", None, 0.75),
)
CLIP = Kind("short_video", "vertical", "Music", (15, 40), 1.3)


@dataclass(frozen=True)
class Past:
    """What one account posted: subjects (words, tag, how they do), sayings, how often, over which days."""

    subjects: Sequence[tuple[str, str, float]]
    sayings: Sequence[str]
    tag: str
    every: float
    since: float
    until: float
    kinds: Sequence[Kind] = KINDS


@dataclass(frozen=True)
class Planned:
    """One post of the past."""

    at: dt.datetime
    text: str
    tags: Sequence[str]
    kind: Kind
    seconds: float | None
    appeal: float


def posted(past: Past, *, now: dt.datetime) -> list[Planned]:
    """Return an account's posts, the same for the same days."""
    chance = random.Random(past.tag)
    sayings = [(saying, subject) for saying in past.sayings for subject in past.subjects]
    chance.shuffle(sayings)
    found, age = list[Planned](), past.since
    for saying, subject in sayings:
        if age <= past.until:
            break
        found.append(_planned(past, saying, subject, chance, at=now - age * DAY))
        age -= past.every * chance.uniform(0.6, 1.4)
    return found


def _planned(
    past: Past, saying: str, subject: tuple[str, str, float], chance: random.Random, *, at: dt.datetime
) -> Planned:
    words, tag, does = subject
    kind, hour = chance.choice(past.kinds), chance.choice(HOURS)
    local = at.astimezone(INDIA).replace(hour=hour, minute=chance.randrange(60), second=0, microsecond=0)
    text = saying.format(words, words[:1].upper() + words[1:])
    text += LONGER if kind.kind in {"social_post", "carousel"} else ""
    appeal = does * kind.does * OF_HOUR.get(hour, 1.0) * math.exp(chance.gauss(0, NOISE))
    seconds = float(chance.randint(*kind.seconds)) if kind.seconds else None
    return Planned(local.astimezone(dt.UTC), text, [past.tag, tag], kind, seconds, round(appeal, 4))


def write(
    asset: ContentAsset, connection: PlatformConnection, planned: Sequence[Planned], *, now: dt.datetime
) -> list[MeasuredPost]:
    """Put posts on the practice timeline as if they had gone out then, and count them as far as they came."""
    account = PracticeAccount.objects.get(pk=connection.account_id)
    shared = {"organization_id": asset.organization_id}
    pieces = GeneratedContent.objects.bulk_create(
        GeneratedContent(
            **shared, client_id=asset.client_id, brand=asset.brand, asset=asset, platform="practice", text=each.text,
            hashtags=list(each.tags), kind=each.kind.kind, format=each.kind.format, category=each.kind.category,
            duration=each.seconds, made_by="example", language="en", deleted_at=now,
        )
        for each in planned
    )  # fmt: skip
    practised = PracticePost.objects.bulk_create(
        PracticePost(
            **shared, account=account, idempotency_key=str(piece.pk), text=each.text, hashtags=list(each.tags),
            appeal=each.appeal,
        )
        for piece, each in zip(pieces, planned, strict=True)
    )  # fmt: skip
    claims.write_all(practised, [{"created_at": each.at} for each in planned])
    claims.write_all(pieces, [{"created_at": each.at} for each in planned])
    sent = ScheduledPost.objects.bulk_create(_sent(connection, pieces, practised, planned, asset))
    claims.write_all(sent, [{"created_at": each.at - DAY} for each in planned])
    measuring.begin(sent)
    rows = {row.post_id: row for row in MeasuredPost.objects.filter(post__in=sent)}
    _count([(rows[post.pk], each) for post, each in zip(sent, planned, strict=True)], account.followers, now=now)
    return list(rows.values())


def _sent(
    connection: PlatformConnection,
    pieces: Sequence[GeneratedContent],
    practised: Sequence[PracticePost],
    planned: Sequence[Planned],
    asset: ContentAsset,
) -> Iterator[ScheduledPost]:
    for piece, post, each in zip(pieces, practised, planned, strict=True):
        yield ScheduledPost(
            organization_id=asset.organization_id,
            client_id=asset.client_id,
            piece=piece,
            piece_version=1,
            connection=connection,
            text=each.text,
            hashtags=list(each.tags),
            scheduled_for=each.at,
            published_at=each.at,
            local_time=f"{each.at.astimezone(INDIA):%Y-%m-%dT%H:%M}",
            timezone=str(INDIA),
            status=ScheduledPost.Status.PUBLISHED,
            platform_post_id=post.pk.hex,
            url=f"{settings.SITE_URL}/practice/#p-{post.pk.hex}",
            scheduled_by=asset.created_by,
        )


def _count(rows: Sequence[tuple[MeasuredPost, Planned]], followers: int, *, now: dt.datetime) -> None:
    """Write the snapshots that are kept of such posts, and where each stands."""
    shots, changes = list[PostMetrics](), []
    for row, each in rows:
        values, at = counting.split({}), each.at
        for hour in AGES:
            at = each.at + dt.timedelta(hours=hour)
            if at > now:
                break
            counted = simulation.counts(appeal=each.appeal, followers=followers, age=at - each.at)
            values, before = counting.split(counted.__dict__), values
            if values != before:
                shots.append(counting.snapshot(row, values, at=at, is_simulated=True))
        stands = counting.latest(row, values, at=at)
        changes.append({**stands, "last_at": shots[-1].taken_at, "next_at": ladder.next_at(each.at, now=now)})
    PostMetrics.objects.bulk_create(shots, batch_size=2000)
    claims.write_all([row for row, _each in rows], changes)
