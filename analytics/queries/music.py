"""Clips and streams: a music account's days, the posts that went live in them, and what else changed."""

import datetime as dt
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from zoneinfo import ZoneInfo

from django.db.models import Count, F, Window

from accounts.models import Membership
from analytics import lift
from analytics.documents import DOCUMENTS
from analytics.documents.fields import Document, Field, Kind
from analytics.lift import Lift, Thin
from analytics.models import DailyMetrics, MeasuredPost
from analytics.queries import account_days
from analytics.queries.account_days import Days
from analytics.queries.narrowing import Account, Wish
from analytics.span import DAY, Span

MOST_CLIPS = 12
# What else moves streams: fields of the document that are named so, whichever platform.
CAUSES = ("playlist", "editorial", "chart")
LISTENERS = ("listeners", "monthly_listeners")


@dataclass(frozen=True)
class Clip:
    """A post within the days: `number` stands at its mark."""

    number: int
    post_id: uuid.UUID
    title: str
    platform: str
    account: str
    published_at: dt.datetime
    date: dt.date
    views: int | None


@dataclass(frozen=True)
class Cause:
    """Something else that changed in the days after a clip: a count from one to another, or names that came."""

    field: Field
    date: dt.date
    before: float | None = None
    after: float | None = None
    names: Sequence[str] = ()


@dataclass(frozen=True)
class ClipLift:
    """What the days from a clip on brought, which other clips lie in them, and what else changed."""

    clip: Clip
    found: Lift | Thin
    others: Sequence[int]
    causes: Sequence[Cause]


@dataclass(frozen=True)
class Music:
    """Everything the page says. `days` are what was counted; `band` what the weeks before each clip promised."""

    wish: Wish
    account: Account
    field: Field
    is_growth: bool
    window: int
    days: Days
    band: Mapping[dt.date, tuple[float, float, float]]
    lifts: Sequence[ClipLift]
    clips_in_all: int

    @property
    def span(self) -> Span:
        """The days it speaks of."""
        return self.wish.span


def followed(accounts: Sequence[Account]) -> list[Account]:
    """Return the music accounts, real ones first."""
    return sorted((each for each in accounts if each.is_music and each.tracked_id), key=lambda each: each.is_simulated)


def most_told(artists: Sequence[Account], span: Span) -> Account | None:
    """Return the artist of whose streams most days are counted: one statement. Real ones go before made-up ones."""
    plays = {each.pk: account_days.plays_of(DOCUMENTS[each.platform]) for each in artists}
    keys = sorted({field.key for field in plays.values() if field})
    parts = account_days.parts(artists, keys, span)

    def days(account: Account) -> int:
        field = plays[account.pk]
        found = parts.get((account.tracked_id, field.key), {}) if field and account.tracked_id else {}
        return sum(part.days for part in found.values())

    return min(artists, key=lambda each: (each.is_simulated, -days(each)), default=None)


def fields_of(document: Document) -> list[Field]:
    """Return what can stand for streams, the best first: streams of a day, then listeners, then followers."""
    plays = account_days.plays_of(document)
    wanted = [plays.key if plays else "", *LISTENERS, document.followers]
    return [field for key in dict.fromkeys(wanted) if key and (field := document.field(key))]


def of_member(
    membership: Membership, wish: Wish, account: Account, clips_of: Sequence[Account], *, window: int = lift.WINDOW
) -> Music | None:
    """Hold an artist's days against the clips of chosen accounts; None where nothing at all was counted."""
    document = DOCUMENTS[account.platform]
    first = wish.span.first - (lift.BEFORE + 1) * DAY
    fields = fields_of(document)
    told = account_days.daily_of(account, [each.key for each in fields], first, wish.today)
    field = next((each for each in fields if told.get(each.key)), None)
    if field is None:
        return None
    days = told[field.key]
    counted = lift.growth(days) if field.total else days
    clips, in_all = _clips(membership, wish, [each for each in clips_of if each.is_simulated == account.is_simulated])
    causes = _causes(document, account, clips, window)
    lifts = [_lifted(clip, clips, counted, causes, wish, window) for clip in clips]
    return Music(wish, account, field, field.total, window, counted, _band(counted, clips, wish, window), lifts, in_all)


def _clips(membership: Membership, wish: Wish, accounts: Sequence[Account]) -> tuple[list[Clip], int]:
    """Return the posts of the accounts in the span, the most seen where there are many, in order; and how many."""
    zone = ZoneInfo(membership.organization.timezone)
    start = dt.datetime.combine(wish.span.first, dt.time.min, zone)
    end = dt.datetime.combine(wish.span.last + DAY, dt.time.min, zone)
    rows = MeasuredPost.objects.visible_to(membership).filter(
        post__connection__in=[each.connection_id for each in accounts if each.connection_id],
        published_at__gte=start,
        published_at__lt=end,
    )
    told = rows.select_related("post__connection").annotate(in_all=Window(Count("pk")))
    found = list(told.order_by(F("views").desc(nulls_last=True), "-published_at")[:MOST_CLIPS])
    ordered = sorted(found, key=lambda row: row.published_at)
    clips = [
        Clip(
            number,
            row.post_id,
            str(row.post),
            row.platform,
            row.post.connection.handle,
            row.published_at,
            row.published_at.astimezone(zone).date(),
            row.views,
        )
        for number, row in enumerate(ordered, 1)
    ]
    return clips, found[0].in_all if found else 0


def _lifted(
    clip: Clip, clips: Sequence[Clip], days: Days, causes: Sequence[Cause], wish: Wish, window: int
) -> ClipLift:
    until = clip.date + (window - 1) * DAY
    return ClipLift(
        clip,
        lift.lift(days, clip.date, window=window, today=wish.today),
        [each.number for each in clips if each is not clip and clip.date <= each.date <= until],
        [cause for cause in causes if clip.date <= cause.date <= until],
    )


def _band(days: Days, clips: Sequence[Clip], wish: Wish, window: int) -> dict[dt.date, tuple[float, float, float]]:
    """What was expected of each day from a clip on, by the weeks before the first clip whose days these are."""
    found: dict[dt.date, tuple[float, float, float]] = {}
    for clip in clips:
        promised = lift.baseline(days, clip.date)
        if isinstance(promised, Thin):
            continue
        for day in (clip.date + number * DAY for number in range(window)):
            middle, ends = promised.expected(day), promised.band(day)
            if day <= wish.span.last and day not in found and middle is not None and ends is not None:
                found[day] = (middle, *ends)
    return found


def _causes(document: Document, account: Account, clips: Sequence[Clip], window: int) -> list[Cause]:
    """Return what of playlists and charts changed from one counted day to the next, around the clips: one statement."""
    fields = [each for each in document.fields if any(word in each.key for word in CAUSES)]
    fields = [each for each in fields if each.total and each.kind in {Kind.COUNT, Kind.ITEMS}]
    if not clips or not fields:
        return []
    ends = (clips[0].date - lift.RECENT * DAY, clips[-1].date + window * DAY)
    rows = DailyMetrics.objects.filter(account_id=account.tracked_id, date__range=ends).order_by("date")
    found = []
    told = list(rows.values_list("date", *(f"document__{each.key}" for each in fields)))
    for place, field in enumerate(fields, 1):
        known = [(row[0], row[place]) for row in told if row[place] is not None]
        for (_earlier, before), (date, after) in pairwise(known):
            if cause := _cause(field, date, before, after):
                found.append(cause)
    return found


def _cause(field: Field, date: dt.date, before: object, after: object) -> Cause | None:
    if field.kind is Kind.ITEMS:
        known = set(_names(before))
        came = [name for name in _names(after) if name not in known]
        return Cause(field, date, names=came) if came else None
    if isinstance(before, int | float) and isinstance(after, int | float) and after > before:
        return Cause(field, date, float(before), float(after))
    return None


def _names(items: object) -> list[str]:
    if not isinstance(items, list):
        return []
    found = [item.get("title") or item.get("chart") or item.get("name") for item in items if isinstance(item, dict)]
    return [str(name) for name in found if name]
