"""How many posts an account may send in a day, and what is left of that: told before anything is planned."""

import datetime as dt
import uuid
from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Count, OuterRef, QuerySet
from django.db.models.functions import TruncDate
from django.utils.translation import gettext as _

from publishing.models import PlatformConnection, ScheduledPost
from publishing.walltime import zone_of
from trenddrop.core.platforms import Problem, rules

Status = ScheduledPost.Status
DAY = dt.timedelta(days=1)
# A draft sends nothing, and what failed or was missed is not counted by its platform.
COUNTED = (
    Status.WAITING,
    Status.SCHEDULED,
    Status.PUBLISHING,
    Status.HANDED,
    Status.ASSISTED,
    Status.UNCONFIRMED,
    Status.PUBLISHED,
)
# Under this name platforms tell how many posts an account itself may send.
TOLD = "posts"


@dataclass(frozen=True)
class Use:
    """How many posts an account may send in 24 hours, and how many are planned or sent."""

    limit: int
    planned: int

    @property
    def left(self) -> int:
        """How many more there may be; never below nought."""
        return max(0, self.limit - self.planned)


def daily(platform: str) -> int | None:
    """Return how many posts an account of the platform may send in 24 hours; None where nothing is known."""
    return rules(platform).posts_per_day


def limit_of(connection: PlatformConnection) -> int | None:
    """Return what holds for this account: what its platform last told of it, else the platform's own figure."""
    for item in connection.allowance.get("items", ()):
        if item.get("name") == TOLD and item.get("total"):
            return int(item["total"])
    return daily(connection.platform)


def used(connection: PlatformConnection, at: dt.datetime, *, besides: uuid.UUID | None = None) -> Use | None:
    """Return how full the fullest 24 hours around an instant are, `besides` one post; None without a limit."""
    if limit_of(connection) is None:
        return None
    rows = _around(at).filter(connection=connection)
    if besides:
        rows = rows.exclude(pk=besides)
    return use_of(connection, rows.values_list("scheduled_for", flat=True), at)


def times_around(at: dt.datetime) -> ArraySubquery:
    """Return, as a column of accounts, the times that `use_of` counts: one question with the account itself."""
    return ArraySubquery(_around(at).filter(connection=OuterRef("pk")).values("scheduled_for"))


def use_of(connection: PlatformConnection, times: Iterable[dt.datetime], at: dt.datetime) -> Use | None:
    """Return the same of times that are known; None without a limit."""
    limit = limit_of(connection)
    return None if limit is None else Use(limit, fullest(sorted(times), at))


def _around(at: dt.datetime) -> QuerySet[ScheduledPost]:
    return ScheduledPost.objects.filter(
        status__in=COUNTED, scheduled_for__gt=at - DAY, scheduled_for__lt=at + DAY
    ).order_by()


def fullest(times: Sequence[dt.datetime], at: dt.datetime) -> int:
    """Return the most of these (sorted) times that any 24 hours with `at` in them hold."""
    near = [time for time in times if at - DAY < time < at + DAY]
    starts = [time for time in near if time <= at] or [at]
    return max(sum(start <= time < start + DAY for time in near) for start in [*starts, at])


def problems(connection: PlatformConnection, at: dt.datetime, *, besides: uuid.UUID | None = None) -> list[Problem]:
    """Return why the platform would refuse one post more around that time, in words; mostly nothing."""
    use = used(connection, at, besides=besides)
    if use is None or use.left:
        return []
    words = _(
        "%(name)s takes %(limit)s posts of an account in 24 hours, and %(planned)s are planned or sent by then."
        " Choose a time on another day."
    )
    told = {"name": rules(connection.platform).name, "limit": use.limit, "planned": use.planned}
    return [Problem("local_time", "daily_cap", words % told)]


def problem(connection: PlatformConnection, at: dt.datetime, *, besides: uuid.UUID | None = None) -> str:
    """Return the same as one sentence; empty when there is room."""
    return " ".join(each.message for each in problems(connection, at, besides=besides))


def by_day(
    connections: Iterable[PlatformConnection], *, first: dt.date, last: dt.date, zone: str
) -> dict[tuple[uuid.UUID, dt.date], Use]:
    """Return how full each day of `zone` is, for accounts that have a limit, days without a post left out; one query.

    A platform counts 24 hours, not days: what is refused in the end is decided by `problems`.
    """
    limits = {row.pk: limit for row in connections if (limit := limit_of(row)) is not None}
    counts = _counted(limits, first=first, last=last, zone=zone) if limits else Counter()
    return {(key, day): Use(limits[key], count) for (key, day), count in counts.items()}


def _counted(
    keys: Collection[uuid.UUID], *, first: dt.date, last: dt.date, zone: str
) -> Counter[tuple[uuid.UUID, dt.date]]:
    place = zone_of(zone)
    begins = dt.datetime.combine(first, dt.time(), place)
    ends = dt.datetime.combine(last + DAY, dt.time(), place)
    rows = ScheduledPost.objects.filter(
        connection__in=keys, status__in=COUNTED, scheduled_for__gte=begins, scheduled_for__lt=ends
    )
    counted = rows.annotate(day=TruncDate("scheduled_for", tzinfo=place)).order_by()
    by_date = counted.values_list("connection_id", "day").annotate(n=Count("pk"))
    return Counter({(key, day): count for key, day, count in by_date})
