"""What an organisation's own posts taught: what went with more, what with less. Questions only; nothing is written."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from content.models import FeedbackSignal
from content.understanding import learning, posts
from content.understanding.learning import Effect, Result
from trenddrop.core.platforms import PlatformKey

LATEST = 400  # posts looked at: what worked long ago is not what works
MOST = 6


@dataclass(frozen=True)
class Lesson:
    """A feature of posts, how many times as much they did with it, and from how many of each."""

    feature: str
    words: str
    ratio: float
    with_posts: int
    without_posts: int
    helped: bool


@dataclass(frozen=True)
class Lessons:
    """What posts on one platform taught; `items` only holds what is unlikely to be chance."""

    platform: str
    posts: int
    items: list[Lesson]
    undecided: list[Lesson]

    def told(self) -> list[str]:
        """Return the lessons as English sentences, ready for a prompt."""
        return [_sentence(one) for one in self.items[:MOST]]


def lessons(organization_id: uuid.UUID, *, platform: str, client_id: uuid.UUID | None = None) -> Lessons:
    """Return what posts of one client (None: the organisation's own) taught on a platform. One query, in scope."""
    rows = FeedbackSignal.objects.filter(
        organization=organization_id, platform=platform, piece__client=client_id, is_left_out=False
    )
    return of_results(platform, results(list(rows.order_by("-measured_at", "pk")[:LATEST])))


def by_platform(organization_id: uuid.UUID, *, client_id: uuid.UUID | None = None) -> list[Lessons]:
    """Return what posts taught on every platform there are results of. One query, in scope."""
    rows = FeedbackSignal.objects.filter(organization=organization_id, piece__client=client_id, is_left_out=False)
    found: dict[str, list[FeedbackSignal]] = {}
    for one in rows.order_by("platform", "-measured_at", "pk")[: LATEST * len(PlatformKey)]:
        found.setdefault(one.platform, []).append(one)
    return [of_results(platform, results(signals[:LATEST])) for platform, signals in found.items()]


def of_results(platform: str, found: Sequence[Result]) -> Lessons:
    """Return the lessons of results."""
    told = learning.effects(found)
    sure = [_lesson(one) for one in told if one.certain]
    return Lessons(platform, len(found), sure, [_lesson(one) for one in told if not one.certain])


def results(signals: Sequence[FeedbackSignal]) -> list[Result]:
    """Return signals as plain results."""
    return [Result(one.engagement, one.predicted, one.features) for one in signals]


def _lesson(one: Effect) -> Lesson:
    return Lesson(one.feature, posts.told(one.feature), one.ratio, one.with_it, one.without, one.ratio > 1)


def _sentence(one: Lesson) -> str:
    counts = f"({one.with_posts} with, {one.without_posts} without)"
    return f"Posts that {one.words} did {one.ratio:.1f} times as much as those that do not {counts}."
