"""What rose in a week, and whether an organisation rode it, how early. A week is the reader's, from Monday on."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

from django.db.models import Exists, F, Q, QuerySet

from accounts.models import BrandProfile, Membership
from trends import own
from trends.models import TrendSource, TrendTopic
from trends.queries.explorer import with_fit
from trends.retelling import retold

SHOWN = 100
MOST = 5000  # rows of a file
FITTED = 60  # a topic that fitted so well and was not ridden was missed
WEEK = dt.timedelta(days=7)
COLUMNS = [
    "title", "language", "regions", "run", "status", "first_detected_at", "alarmed_at", "started_at", "peaked_at",
    "last_seen_at", "top_score", "source_kinds", "sparkline", "is_example", "explanation",
]  # fmt: skip


@dataclass(frozen=True)
class Past:
    """A topic that peaked, its fit to the brand (None: not), and the posts that rode it, the earliest first."""

    topic: TrendTopic
    score: float | None
    why: str
    rides: list[own.Ride]

    @property
    def told(self) -> dt.timedelta | None:
        """How long before its peak it was told; None: never."""
        alarmed, peaked = self.topic.alarmed_at, self.topic.peaked_at
        return peaked - alarmed if alarmed and peaked else None

    @property
    def rose(self) -> dt.timedelta | None:
        """How long it took from first sight to the peak."""
        peaked = self.topic.peaked_at
        return peaked - self.topic.first_detected_at if peaked else None

    @property
    def lived(self) -> dt.timedelta:
        """How long it was seen."""
        return self.topic.last_seen_at - self.topic.first_detected_at

    @property
    def is_missed(self) -> bool:
        """Say whether it fitted well and nobody posted on it."""
        return not self.rides and (self.score or 0) >= FITTED


@dataclass(frozen=True)
class Summary:
    """A week in numbers, of the topics shown: told before their peak and by how much, ridden and how early, missed."""

    topics: int
    fitting: int
    told: int
    told_before: dt.timedelta | None
    ridden: int
    lead: dt.timedelta | None
    missed: int


@dataclass(frozen=True)
class Week:
    """What peaked in a week, strongest for the brand first; `is_cut` when there was more than is shown."""

    start: dt.date
    rows: list[Past]
    is_cut: bool
    summary: Summary


def week_of(
    membership: Membership, brand: BrandProfile | None, *, start: dt.date, zone: dt.tzinfo, most: int = SHOWN
) -> Week:
    """Return what peaked in the week from a Monday on: two statements."""
    found = list(peaked(brand, since=moment(start, zone), until=moment(start + WEEK, zone))[: most + 1])
    rows = rows_of(membership, found[:most], brand=brand)
    return Week(start, rows, len(found) > most, summary_of(rows))


def peaked(brand: BrandProfile | None, *, since: dt.datetime, until: dt.datetime) -> QuerySet[TrendTopic]:
    """Return the topics that had their peak in this time, those that fit the brand best first, then by strength."""
    answered = TrendSource.objects.filter(is_example=False, last_success_at__isnull=False)
    topics = with_fit(TrendTopic.objects.filter(is_blocked=False, merged_into=None), brand)
    shown = topics.filter(Q(is_example=False) | ~Exists(answered), peaked_at__gte=since, peaked_at__lt=until)
    return shown.only(*COLUMNS).order_by(F("fit_score").desc(nulls_last=True), "-top_score", "-pk")


def moment(day: dt.date, zone: dt.tzinfo) -> dt.datetime:
    """Return a day's first moment in a zone."""
    return dt.datetime.combine(day, dt.time.min, zone)


def monday_of(day: dt.date) -> dt.date:
    """Return the Monday of a day's week."""
    return day - dt.timedelta(days=day.weekday())


def week_before(day: dt.date) -> dt.date:
    """Return the Monday of the week before a day's."""
    return monday_of(day) - WEEK


def asked_week(asked: str) -> dt.date | None:
    """Return the Monday of an ISO week of this millennium ("2026-W46"); None for what is none."""
    try:
        found = dt.date.fromisoformat(asked) if asked.isascii() and asked[4:6] == "-W" and len(asked) == 8 else None
    except ValueError:
        return None
    return found if found and 2000 <= found.year < 3000 else None


def written(monday: dt.date) -> str:
    """Return a week as ISO writes it."""
    year, week, _day = monday.isocalendar()
    return f"{year}-W{week:02d}"


def summary_of(rows: Sequence[Past]) -> Summary:
    """Return a week in numbers."""
    told = [row.told for row in rows if row.told is not None and row.told > dt.timedelta(0)]
    leads = [row.rides[0].lead for row in rows if row.rides and row.rides[0].lead is not None]
    return Summary(
        topics=len(rows),
        fitting=sum(row.score is not None for row in rows),
        told=len(told),
        told_before=_middle(told),
        ridden=sum(bool(row.rides) for row in rows),
        lead=_middle(leads),
        missed=sum(row.is_missed for row in rows),
    )


def _middle(spans: Sequence[dt.timedelta]) -> dt.timedelta | None:
    return dt.timedelta(seconds=median(span.total_seconds() for span in spans)) if spans else None


def rows_of(membership: Membership, topics: Sequence[TrendTopic], *, brand: BrandProfile | None = None) -> list[Past]:
    """Return topics that were asked for `with_fit`, with the posts that rode them: one statement."""
    rides = own.rides_of(membership, [topic.pk for topic in topics], brand=brand) if topics else {}
    return [_past(topic, rides.get(topic.pk, [])) for topic in topics]


def _past(topic: TrendTopic, rides: list[own.Ride]) -> Past:
    reasons = topic.fit_reasons or []
    return Past(topic, topic.fit_score, retold(reasons[0][-1]) if reasons else "", rides)
