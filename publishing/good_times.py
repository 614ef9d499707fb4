"""Which hours did well: what analytics found of an account's own posts, and a time proposed from it, with why."""

import datetime as dt
import uuid
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from django.utils import dateformat
from django.utils.translation import gettext as _

from publishing import caps
from publishing.models import BestTime, PlatformConnection, ScheduledPost
from publishing.walltime import Moment, resolve, zone_of

USUAL = 50
# Fewer posts than these in all say little about hours.
FEW = 12
# When nothing is known: hours at which people look at their phones anywhere.
ANYWHERE = (dt.time(9), dt.time(12, 30), dt.time(18))
HOUR, DAY = dt.timedelta(hours=1), dt.timedelta(days=1)
LEAD, AHEAD = dt.timedelta(minutes=15), 7
# Two posts of one account nearer than this take each other's readers.
APART = dt.timedelta(minutes=60)
Scores = Mapping[tuple[int, int], BestTime]


@dataclass(frozen=True)
class Good:
    """A time to post (`asked`: the wall clock of `zone`), how well that hour did (50 is as usual), and why."""

    asked: dt.datetime
    zone: str
    moment: Moment
    score: int
    posts: int
    posts_in_all: int
    why: str
    is_thin: bool


def of_accounts(connections: Iterable[PlatformConnection | uuid.UUID]) -> dict[uuid.UUID, Scores]:
    """Return what is known of the hours of some accounts, by (weekday, hour) of the row's zone; one query."""
    found: dict[uuid.UUID, dict[tuple[int, int], BestTime]] = {}
    for row in BestTime.objects.filter(connection__in=list(connections)):
        found.setdefault(row.connection_id, {})[(row.weekday, row.hour)] = row
    return dict(found)


def score_at(scores: Scores, at: dt.datetime) -> int | None:
    """Return the score of an instant; None where nothing is known of its hour."""
    row = next(iter(scores.values()), None)
    if row is None:
        return None
    local = at.astimezone(zone_of(row.timezone))
    known = scores.get((local.weekday(), local.hour))
    return known.score if known else None


def propose(
    connection: PlatformConnection,
    *,
    now: dt.datetime,
    zone: str,
    count: int = 3,
    after: dt.datetime | None = None,
) -> list[Good]:
    """Return the best free times of the coming week, the best first, on the clock of `zone`.

    Where little is known, times that are usual anywhere, and that is said.
    """
    scores = of_accounts([connection]).get(connection.pk, {})
    begins = max(now + LEAD, after or now)
    options = list(_known(scores, begins) if _says_enough(scores) else _usual(zone, begins))
    free = _free(connection, options)
    free.sort(key=lambda each: (-each[1], each[0]))
    return [_good(at, score, scores, zone) for at, score in free[:count]]


def free(connection: PlatformConnection, times: Iterable[dt.datetime]) -> list[dt.datetime]:
    """Return those of some times at which the account has room, the hours that did best first."""
    scores = of_accounts([connection]).get(connection.pk, {})
    scored = [(at, score_at(scores, at) or 0) for at in times]
    return [at for at, _score in sorted(_free(connection, scored), key=lambda each: (-each[1], each[0]))]


def _says_enough(scores: Scores) -> bool:
    return any(row.posts_in_all >= FEW for row in scores.values())


def _known(scores: Scores, begins: dt.datetime) -> Iterator[tuple[dt.datetime, int]]:
    for row in scores.values():
        if row.score <= USUAL:
            continue
        today = begins.astimezone(zone_of(row.timezone)).date()
        days = (today + DAY * ((row.weekday - today.weekday()) % 7) + DAY * week * 7 for week in range(2))
        times = (resolve(dt.datetime.combine(day, dt.time(row.hour)), row.timezone).instant for day in days)
        yield from ((at, row.score) for at in times if begins < at <= begins + AHEAD * DAY)


def _usual(zone: str, begins: dt.datetime) -> Iterator[tuple[dt.datetime, int]]:
    today = begins.astimezone(zone_of(zone)).date()
    for ahead in range(AHEAD):
        for time in ANYWHERE:
            at = resolve(dt.datetime.combine(today + ahead * DAY, time), zone).instant
            if at > begins:
                yield at, USUAL


def _free(connection: PlatformConnection, options: list[tuple[dt.datetime, int]]) -> list[tuple[dt.datetime, int]]:
    """Leave out what is near to a living post of the account, and what its daily cap leaves no room for."""
    if not options:
        return []
    begins, ends = min(at for at, _score in options) - DAY, max(at for at, _score in options) + DAY
    rows = ScheduledPost.objects.filter(
        connection=connection, status__in=caps.COUNTED, scheduled_for__range=(begins, ends)
    )
    times = sorted(rows.values_list("scheduled_for", flat=True))
    limit = caps.limit_of(connection)
    apart = [(at, score) for at, score in options if all(abs(at - time) >= APART for time in times)]
    return [(at, score) for at, score in apart if limit is None or caps.fullest(times, at) < limit]


def _good(at: dt.datetime, score: int, scores: Scores, zone: str) -> Good:
    asked = at.astimezone(zone_of(zone)).replace(tzinfo=None)
    row = _row_at(scores, at)
    in_all = max((each.posts_in_all for each in scores.values()), default=0)
    posts = row.posts if row else 0
    why = _why(row) if score > USUAL and row else _nothing_known(in_all)
    return Good(asked, zone, resolve(asked, zone), score, posts, in_all, why, is_thin=in_all < FEW)


def _row_at(scores: Scores, at: dt.datetime) -> BestTime | None:
    for row in scores.values():
        local = at.astimezone(zone_of(row.timezone))
        return scores.get((local.weekday(), local.hour))
    return None


def _why(row: BestTime) -> str:
    told = {
        "when": f"{row.get_weekday_display()} {row.hour:02}:00",
        "score": row.score,
        "posts": row.posts,
        "all": row.posts_in_all,
    }
    if row.posts:
        return (
            _(
                "Your posts around %(when)s did better than usual: %(score)s of 100, where 50 is usual;"
                " %(posts)s of your %(all)s posts went out in that very hour."
            )
            % told
        )
    return (
        _(
            "The hours beside %(when)s did better than usual: %(score)s of 100, where 50 is usual."
            " You have not tried this very hour yet."
        )
        % told
    )


def _nothing_known(in_all: int) -> str:
    if in_all:
        words = _(
            "An hour that is usual anywhere: your %(all)s measured posts do not yet say which of yours is better."
        )
        return words % {"all": in_all}
    return _("An hour that is usual anywhere: nothing of your own is measured yet.")


def shown(good: Good) -> str:
    """Return a proposed time as people read it."""
    return dateformat.format(good.moment.local, "D j M, H:i")
