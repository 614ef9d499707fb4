"""Odd days and changes of level in what accounts win a day, and what was posted that may be behind them."""

import datetime as dt
import uuid
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np

from analytics.finding import forms
from analytics.finding.facts import DAY, Account
from analytics.finding.odd_forms import CAUSES, KINDS
from analytics.inference import changes, correction, odd_days
from analytics.models import Anomaly, AnomalyCause, PostDay
from analytics.queries.facts import Known
from publishing.models import ScheduledPost

WATCHED = ("followers", "views", "engagement", "streams")
LOOKS_AT = 10  # days that are looked at anew: platforms correct the last ones
CHANGED_WITHIN = 60
REACH = 3  # days before an odd one in which a post may be behind it
LEAST_SHARE = 0.15
MOST_CAUSES = 3
SILENT_TIMES = 2.0
NEAR = 3  # days within which two changes are one
Kind = Anomaly.Kind


@dataclass(frozen=True)
class Seen:
    """An odd day or a change of one series, before anybody asked why."""

    account: Account
    metric: str
    kind: str
    date: dt.date
    value: float
    expected: float
    low: float
    high: float
    score: float
    p: float

    @property
    def series(self) -> str:
        """Whose and of what."""
        return f"{self.account.key}:{self.metric}"


@dataclass
class Posted:
    """What went live, by account and day, and what posts won on which day."""

    live: dict[str, dict[dt.date, list[uuid.UUID]]] = field(default_factory=lambda: defaultdict(dict))
    won: dict[tuple[str, dt.date], list[tuple[uuid.UUID, float]]] = field(default_factory=lambda: defaultdict(list))
    titles: dict[uuid.UUID, str] = field(default_factory=dict)


def look(found: Known) -> tuple[list[Seen], int]:
    """Return what is odd in the last days, corrected for all that was looked at, and how much that was."""
    asked = [each for account in found.accounts for each in _asked(account)]
    q = correction.q_values([each.p for each in asked])
    standing = [each for each, rate in zip(asked, q, strict=True) if rate <= correction.RATE and _is_worth(each)]
    shifts = [each for account in found.accounts for each in _shifts(account)]
    return standing + shifts, len(asked)


def _asked(account: Account) -> Iterator[Seen]:
    for metric in WATCHED:
        days = account.series.get(metric)
        if days is None:
            continue
        for at in range(max(0, days.values.size - LOOKS_AT), days.values.size):
            odd = odd_days.judge(days.values, at, first=days.weekday)
            if odd:
                kind = Kind.SPIKE if odd.is_high else Kind.DROP
                yield Seen(
                    account, metric, kind, days.date(at), odd.value, odd.expected, odd.low, odd.high, odd.score, odd.p
                )


def _is_worth(each: Seen) -> bool:
    return odd_days.Odd(0, each.value, each.expected, each.low, each.high, each.p).is_worth


def _shifts(account: Account) -> Iterator[Seen]:
    for metric in WATCHED:
        days = account.series.get(metric)
        if days is None:
            continue
        begin = max(0, days.values.size - changes.LONGEST)
        found, _asked_of = changes.find(days.values[begin:], first=(days.weekday + begin) % 7)
        for each in found:
            date = days.date(begin + each.day)
            if each.is_worth and date >= days.date(days.values.size) - CHANGED_WITHIN * DAY:
                kind = Kind.RISE if each.is_rise else Kind.FALL
                score = min(1.0, -np.log10(max(each.p, 1e-4)) / 4)
                yield Seen(
                    account, metric, kind, date, each.after, each.before, each.low, each.high, float(score), each.p
                )


# Why


def posted(seen: Sequence[Seen], found: Known) -> Posted:
    """Return what went live around odd days and what posts won on them: two statements, however many."""
    told = Posted()
    keys = [each.account.connection for each in seen if each.account.connection]
    if not keys:
        return told
    first = min(each.date for each in seen) - 28 * DAY
    midnight = dt.datetime.combine(first, dt.time(tzinfo=found.zone))
    rows = ScheduledPost.objects.filter(
        connection__in=set(keys), status=ScheduledPost.Status.PUBLISHED, published_at__gte=midnight
    ).values_list("pk", "connection_id", "published_at", "title", "text")
    for key, connection, published, title, text in rows.order_by("published_at"):
        if published:
            told.live[str(connection)].setdefault(published.astimezone(found.zone).date(), []).append(key)
        told.titles[key] = (title or text)[:80]
    spikes = {each.date for each in seen if each.kind == Kind.SPIKE}
    days = PostDay.objects.filter(organization=found.organization_id, date__in=spikes, post__connection__in=set(keys))
    for post, connection, date, views, engagement in days.values_list(
        "post_id", "post__connection_id", "date", "views", "engagement"
    ):
        value = views if views is not None else engagement
        if value:
            told.won[str(connection), date].append((post, float(value)))
    return _with_titles(told)


def _with_titles(told: Posted) -> Posted:
    missing = {post for rows in told.won.values() for post, _value in rows} - told.titles.keys()
    for key, title, text in ScheduledPost.objects.filter(pk__in=missing).values_list("pk", "title", "text"):
        told.titles[key] = (title or text)[:80]
    return told


def causes(each: Seen, told: Posted) -> list[AnomalyCause]:
    """Return what may be behind an odd day, the likeliest first; that nothing posted is, where nothing is."""
    account = each.account.connection
    live = told.live.get(account, {})
    found: list[AnomalyCause] = []
    if each.kind == Kind.SPIKE:
        found = _winners(each, told, account) or _fresh(each, live, told)
    elif each.kind in {Kind.DROP, Kind.FALL}:
        found = _silence(each, live)
    if each.kind in {Kind.RISE, Kind.FALL} and not found:
        found = _other_pace(each, live) or (_fresh(each, live, told) if each.kind == Kind.RISE else [])
    return found[:MOST_CAUSES] or [_cause("outside", CAUSES["outside"], {})]


def _winners(each: Seen, told: Posted, account: str) -> list[AnomalyCause]:
    """Posts that won much of what was beyond the expected on that day."""
    rows = sorted(told.won.get((account, each.date), ()), key=lambda row: -row[1])
    if each.metric not in {"views", "engagement"} or not rows:
        return []
    excess = max(each.value - each.expected, 1.0)
    found = []
    for post, value in rows[:MOST_CAUSES]:
        share = min(1.0, value / excess)
        if share >= LEAST_SHARE:
            words = {"title": told.titles.get(post, ""), "n": forms.count(value), "share": f"{share * 100:.0f}"}
            found.append(_cause("post", CAUSES["won"], words, post=post, share=share))
    return found


def _fresh(each: Seen, live: Mapping[dt.date, Sequence[uuid.UUID]], told: Posted) -> list[AnomalyCause]:
    """Posts that went live on that day or shortly before."""
    found = []
    for back in range(REACH + 1):
        day = each.date - back * DAY
        for post in live.get(day, ()):
            words = {"title": told.titles.get(post, ""), "date": day.isoformat()}
            found.append(_cause("post", CAUSES["live"], words, post=post))
    return found


def _silence(each: Seen, live: Mapping[dt.date, Sequence[uuid.UUID]]) -> list[AnomalyCause]:
    """No post for much longer than usual."""
    days = sorted(day for day in live if day <= each.date)
    if len(days) < 3:
        return []
    gaps = [(after - before).days for before, after in pairwise(days)]
    usual, quiet = float(np.median(gaps)), (each.date - days[-1]).days
    if quiet < max(SILENT_TIMES * usual, usual + 2):
        return []
    return [_cause("silence", CAUSES["silence"], {"n": str(quiet), "usual": forms.count(usual)})]


def _other_pace(each: Seen, live: Mapping[dt.date, Sequence[uuid.UUID]]) -> list[AnomalyCause]:
    """Twice as many posts a week as before, or half as many."""
    span = 28 * DAY
    before = sum(len(posts) for day, posts in live.items() if each.date - span <= day < each.date) / 4
    after = sum(len(posts) for day, posts in live.items() if each.date <= day < each.date + span) / 4
    low, high = min(before, after), max(before, after)
    if high < max(SILENT_TIMES * low, 1.0) or (after > before) != (each.kind == Kind.RISE):
        return []
    return [_cause("post", CAUSES["pace"], {"now": forms.count(after), "before": forms.count(before)})]


def _cause(
    kind: str, form: str, words: Mapping[str, str], *, post: uuid.UUID | None = None, share: float | None = None
) -> AnomalyCause:
    return AnomalyCause(kind=kind, sentence=form % words, post_id=post, share=share)


# Keeping


def keep(seen: Sequence[Seen], found: Known, *, now: dt.datetime) -> int:
    """Keep what was seen that is not known yet, with its causes; what is no longer odd goes, unless it was put away."""
    told = posted(seen, found)
    first = found.today - CHANGED_WITHIN * DAY
    rows = Anomaly.objects.filter(organization=found.organization_id, date__gte=first)
    stood = list(rows)
    fresh = [each for each in _of_moments(seen) if not any(_is_same(each, row) for row in stood)]
    gone = [row.pk for row in stood if _is_over(row, seen, found) and row.dismissed_at is None]
    Anomaly.objects.filter(pk__in=gone).delete()
    made = [_row(each, found, now) for each in fresh]
    Anomaly.objects.bulk_create(made)
    behind = [(row, cause) for row, each in zip(made, fresh, strict=True) for cause in causes(each, told)]
    for row, cause in behind:
        cause.anomaly, cause.organization_id = row, found.organization_id
    AnomalyCause.objects.bulk_create([cause for _row, cause in behind])
    return len(made)


def _of_moments(seen: Sequence[Seen]) -> list[Seen]:
    """Of days in a row that are odd alike, the oddest; the others are the same event."""
    found: list[Seen] = []
    for each in sorted(seen, key=lambda one: one.p):
        if not any(_is_near(each, one.series, one.kind, one.date) for one in found):
            found.append(each)
    return found


def _is_near(each: Seen, series: str, kind: str, date: dt.date) -> bool:
    return each.series == series and each.kind == kind and abs((each.date - date).days) <= NEAR


def _is_same(each: Seen, row: Anomaly) -> bool:
    return _is_near(each, row.series, row.kind, row.date)


def _is_over(row: Anomaly, seen: Sequence[Seen], found: Known) -> bool:
    """Whether its day was looked at again (a platform corrected it), and is odd no more."""
    shift = row.kind in {Kind.RISE, Kind.FALL}
    again = shift or row.date >= found.today - LOOKS_AT * DAY
    return again and not any(_is_same(each, row) for each in seen)


def _row(each: Seen, found: Known, now: dt.datetime) -> Anomaly:
    account = each.account
    words = {
        "account": account.name, "metric": forms.METRICS[each.metric], "value": forms.count(each.value),
        "expected": forms.count(each.expected), "low": forms.count(each.low), "high": forms.count(each.high),
        "date": each.date.isoformat(),
    }  # fmt: skip
    return Anomaly(
        organization_id=found.organization_id, client_id=account.client or None, account_id=account.tracked or None,
        connection_id=account.connection or None, platform=account.platform, series=each.series, metric=each.metric,
        kind=each.kind, date=each.date, value=each.value, expected=each.expected, low=each.low, high=each.high,
        score=each.score, p=each.p, sentence=KINDS[each.kind] % words, is_simulated=account.is_simulated, found_at=now,
    )  # fmt: skip
