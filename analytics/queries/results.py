"""What posts did against their own account's usual: the numbers that "what works" and returns are reckoned from.

The same comparison as a post's own page (analytics.queries.posts): its main number at 48 hours beside the median of
the account's last posts before it, asked for all posts in one statement.
"""

import datetime as dt
import uuid
from collections import defaultdict, deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from statistics import median
from typing import Any

from django.db.models import F, OuterRef, QuerySet, Subquery
from django.db.models.functions import JSONObject, Left, Length

from accounts.models import Membership
from analytics import comparing
from analytics.models import MeasuredPost, PostMetrics
from analytics.queries.posts import AT_MOST_HOURS, FEWEST, YARDSTICK
from trenddrop.core.platforms.threads import DASHES

MOST = 3000
LEAD = dt.timedelta(days=180)
ACTIONS = ("likes", "comments", "shares")
SHOWN = 80  # letters of a post without a title


@dataclass(frozen=True)
class Result:
    """A settled post: what it is, its main number at 48 hours, and how that stands to its account's usual."""

    post_id: uuid.UUID
    asset_id: uuid.UUID
    connection_id: uuid.UUID
    platform: str
    kind: str
    format: str
    category: str
    language: str
    hashtags: tuple[str, ...]
    duration: float | None
    caption: int
    title: str
    published_at: dt.datetime
    is_simulated: bool
    metric: str
    value: int | None
    ratio: float | None

    @cached_property
    def log(self) -> float:
        """The logarithm of its ratio; ask only where there is one."""
        return comparing.log_of(self.ratio if self.ratio is not None else 1.0)


def of_member(
    membership: Membership,
    *,
    first: dt.datetime,
    last: dt.datetime,
    now: dt.datetime,
    connection: uuid.UUID | None = None,
) -> list[Result]:
    """Return the settled posts that a member may see and that went live from `first` to before `last`, oldest first."""
    rows = MeasuredPost.objects.visible_to(membership)
    if connection:
        rows = rows.filter(post__connection=connection)
    return [each for each in of(rows, since=first - LEAD, last=last, now=now) if each.published_at >= first]


def of(rows: QuerySet[MeasuredPost], *, since: dt.datetime, last: dt.datetime, now: dt.datetime) -> list[Result]:
    """Return settled posts with their results, oldest first; of very many the latest MOST."""
    settled = min(last, now - dt.timedelta(hours=AT_MOST_HOURS))
    chosen = rows.filter(published_at__gte=since, published_at__lt=settled, last_at__isnull=False)
    newest = chosen.order_by("-published_at", "-pk").values("pk")[:MOST]  # found by their index; joined after that
    latest = list(_told(MeasuredPost.objects.filter(pk__in=newest).order_by("-published_at", "-pk")))
    return _against_usual(latest[::-1])


def _told(rows: QuerySet[MeasuredPost]) -> Any:
    until = OuterRef("published_at") + dt.timedelta(hours=AT_MOST_HOURS)  # by their index, of which one entry is read
    at_age = PostMetrics.objects.filter(post=OuterRef("post_id"), taken_at__lte=until).order_by("-taken_at")
    counts = JSONObject(views="views", likes="likes", comments="comments", shares="shares")
    return rows.annotate(
        counts=Subquery(at_age.values(said=counts)[:1]),
        account=F("post__connection_id"),
        original=F("post__piece__asset_id"),
        caption=Length("post__text"),
        name=F("post__title"),
        text=Left("post__text", SHOWN),
        piece_kind=F("post__piece__kind"),
        piece_format=F("post__piece__format"),
        piece_category=F("post__piece__category"),
        tags=F("post__hashtags"),
    ).values(
        "post_id", "platform", "kind", "format", "category", "language", "hashtags", "duration", "published_at",
        "is_simulated", "views", "counts", "account", "original", "caption", "name", "text", "piece_kind",
        "piece_format", "piece_category", "tags",
    )  # fmt: skip


def _against_usual(rows: Iterable[dict[str, Any]]) -> list[Result]:
    past: dict[tuple[uuid.UUID, str], deque[int]] = defaultdict(lambda: deque(maxlen=YARDSTICK))
    found = []
    for row in rows:
        metric = "views" if row["views"] is not None else "engagement"
        values = _values(row["counts"]) if row["counts"] else {}
        value, others = values.get(metric), past[row["account"], metric]
        usual = median(others) if len(others) >= FEWEST else None
        found.append(_result(row, metric, value, value / usual if value is not None and usual else None))
        for name, count in values.items():
            past[row["account"], name].append(count)
    return found


def _values(counts: dict[str, Any]) -> dict[str, int]:
    """Return what each main number would be."""
    return {"views": int(counts["views"] or 0), "engagement": sum(int(counts[name] or 0) for name in ACTIONS)}


def _result(row: dict[str, Any], metric: str, value: int | None, ratio: float | None) -> Result:
    tags = row["hashtags"] or row["tags"] or ()
    return Result(
        post_id=row["post_id"],
        asset_id=row["original"],
        connection_id=row["account"],
        platform=row["platform"],
        kind=row["kind"] or row["piece_kind"],
        format=row["format"] or row["piece_format"],
        category=row["category"] or row["piece_category"],
        language=row["language"],
        hashtags=tuple(dict.fromkeys(tag.lstrip("#").lower() for tag in tags if tag.strip("# "))),
        duration=row["duration"],
        caption=row["caption"] or 0,
        title=row["name"][:SHOWN] if row["name"] else _beginning(row["text"] or ""),
        published_at=row["published_at"],
        is_simulated=row["is_simulated"],
        metric=metric,
        value=value,
        ratio=ratio,
    )


def _beginning(text: str) -> str:
    """Return what stands for a title, quickly, for thousands: a thread's first part, no half of a word."""
    first = DASHES.split(text, 1)[0].strip() or text
    return first if len(first) < SHOWN else f"{first.rpartition(' ')[0] or first}…"


def real_or_made_up(results: Sequence[Result], *, made_up: bool | None = None) -> tuple[list[Result], bool]:
    """Part real numbers from made-up ones: return the asked kind, or the real ones where there are any; say which."""
    if made_up is None:
        made_up = bool(results) and all(each.is_simulated for each in results)
    return [each for each in results if each.is_simulated == made_up], made_up
