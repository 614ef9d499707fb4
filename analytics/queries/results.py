"""What posts did against their own account's usual: the numbers that "what works" and returns are reckoned from.

The same comparison as a post's own page (analytics.queries.posts): its main number at 48 hours beside the median of
the account's last posts before it, asked for all posts in one statement.
"""

import datetime as dt
import uuid
from bisect import bisect_left, insort
from collections import defaultdict, deque
from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from django.db import connection as database
from django.db.models import BigIntegerField, Case, OuterRef, Q, QuerySet, Subquery, When
from django.db.models.functions import Coalesce

from accounts.models import Membership
from analytics import comparing
from analytics.models import MeasuredPost, PostMetrics
from analytics.queries.posts import AT_MOST_HOURS, FEWEST, YARDSTICK
from trenddrop.core import claims
from trenddrop.core.platforms.threads import DASHES

MOST = 3000
LEAD = dt.timedelta(days=180)
ACTIONS = ("likes", "comments", "shares", "saves")
SHOWN = 80  # letters of a post without a title
TOLD = (  # as the fields of Result begin, then what it is reckoned from
    "post_id", "asset_id", "connection_id", "platform", "kind", "format", "category", "language", "duration", "letters",
    "published_at", "is_simulated", "hashtags", "views", "views_then", "actions_then",
)  # fmt: skip
CONNECTION, PUBLISHED = TOLD.index("connection_id"), TOLD.index("published_at")
TITLES = """
    SELECT id, left(title, %(shown)s), left(text, %(shown)s) FROM publishing_scheduledpost
    WHERE id = ANY(%(posts)s::uuid[])
"""


class Result(NamedTuple):
    """A settled post: what it is, its main number at 48 hours, and how that stands to its account's usual."""

    post_id: uuid.UUID
    asset_id: uuid.UUID
    connection_id: uuid.UUID
    platform: str
    kind: str
    format: str
    category: str
    language: str
    duration: float | None
    caption: int
    published_at: dt.datetime
    is_simulated: bool
    hashtags: tuple[str, ...]
    metric: str
    value: int | None
    ratio: float | None
    log: float  # of its ratio; nought where there is none
    title: str = ""  # looked up for those that are shown


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
        rows = rows.filter(connection=connection)
    return of(rows, since=first - LEAD, first=first, last=last, now=now)


class _Window:
    """An account's last counts, by when they came and by their size."""

    def __init__(self) -> None:
        self.came: deque[int] = deque()
        self.ordered: list[int] = []

    def add(self, count: int) -> None:
        """Take a count in; the oldest makes room."""
        if len(self.came) == YARDSTICK:
            del self.ordered[bisect_left(self.ordered, self.came.popleft())]
        self.came.append(count)
        insort(self.ordered, count)

    @property
    def usual(self) -> float | None:
        """The median; None of too few."""
        n = len(self.ordered)
        return (self.ordered[(n - 1) // 2] + self.ordered[n // 2]) / 2 if n >= FEWEST else None


def of(
    rows: QuerySet[MeasuredPost],
    *,
    since: dt.datetime,
    last: dt.datetime,
    now: dt.datetime,
    first: dt.datetime | None = None,
) -> list[Result]:
    """Return settled posts with their results, oldest first; of very many the latest MOST.

    Those before `first` only say what was usual.
    """
    settled = min(last, now - dt.timedelta(hours=AT_MOST_HOURS))
    chosen = rows.filter(published_at__gte=since, published_at__lt=settled, last_at__isnull=False)
    told = chosen.annotate(**_then()).values_list(*TOLD).order_by("-published_at", "-pk")[:MOST]
    with claims.by_index(database):
        return _against_usual(list(told)[::-1], first=first or since)


def _then() -> dict[str, Any]:
    """Return each main number at 48 hours: what a post's row holds, else what its snapshots say, if they do."""
    until = OuterRef("published_at") + dt.timedelta(hours=AT_MOST_HOURS)  # by their index, of which one entry is read
    at_age = PostMetrics.objects.filter(post=OuterRef("post_id"), taken_at__lte=until).order_by("-taken_at")
    untold, added = (
        Q(**dict.fromkeys(ACTIONS)),
        sum((Coalesce(name, 0) for name in ACTIONS[1:]), Coalesce(ACTIONS[0], 0)),
    )
    actions = Case(When(untold, then=None), default=added, output_field=BigIntegerField())
    unheld = Q(settled_views=None, settled_actions=None)
    return {
        "views_then": Case(When(unheld, then=Subquery(at_age.values("views")[:1])), default="settled_views"),
        "actions_then": Case(When(unheld, then=Subquery(at_age.values(did=actions)[:1])), default="settled_actions"),
    }


def _against_usual(rows: Iterable[tuple[Any, ...]], *, first: dt.datetime) -> list[Result]:
    past: dict[uuid.UUID, tuple[_Window, _Window]] = defaultdict(lambda: (_Window(), _Window()))
    found = []
    for *what, tags, views, views_then, actions_then in rows:
        by_views, by_actions = past[what[CONNECTION]]
        if what[PUBLISHED] >= first:
            if views is not None:
                metric, value, usual = "views", views_then, by_views.usual
            else:
                metric, value, usual = "engagement", actions_then, by_actions.usual
            ratio = value / usual if value is not None and usual else None
            log = comparing.log_of(ratio) if ratio is not None else 0.0
            told = (*what, tuple(dict.fromkeys(filter(None, tags))), metric, value, ratio, log)
            found.append(Result(*told))
        if views_then is not None:
            by_views.add(views_then)
        if actions_then is not None:
            by_actions.add(actions_then)
    return found


def titles(posts: Sequence[uuid.UUID]) -> dict[uuid.UUID, str]:
    """Return what stands for the titles of posts: one statement, also of none."""
    with database.cursor() as cursor:
        cursor.execute(TITLES, {"posts": list(posts), "shown": SHOWN})
        return {key: title or _beginning(text) for key, title, text in cursor.fetchall()}


def _beginning(text: str) -> str:
    """Return what stands for a title: a thread's first part, no half of a word."""
    first = DASHES.split(text, 1)[0].strip() or text
    return first if len(first) < SHOWN else f"{first.rpartition(' ')[0] or first}…"


def real_or_made_up(results: Sequence[Result], *, made_up: bool | None = None) -> tuple[list[Result], bool]:
    """Part real numbers from made-up ones: return the asked kind, or the real ones where there are any; say which."""
    if made_up is None:
        made_up = bool(results) and all(each.is_simulated for each in results)
    return [each for each in results if each.is_simulated == made_up], made_up
