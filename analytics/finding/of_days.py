"""Questions about accounts' days: is it growing faster than before, and more so when something is posted?"""

import datetime as dt
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from itertools import islice
from typing import Any

import numpy as np

from analytics import comparing
from analytics.comparing import Interval
from analytics.finding import forms
from analytics.finding.asked import Asked, Thin
from analytics.finding.facts import Account, Days, Facts
from analytics.inference import ranks, series, weeks
from analytics.inference.series import Floats
from analytics.inference.weeks import Weeks

PACED = ("followers", "views", "streams")
LEAST_WEEKS = weeks.NOW + weeks.LEAST_BEFORE
AFTER = 1  # days after a post on which people may follow
CLIP_AFTER = 2  # days after a clip on which people may listen
LEAST_DAYS = 42
MOST_CLIPPERS = 4
SHOWN = 120


def ask(facts: Facts) -> Iterator[Asked | Thin]:
    """Ask about the pace of each account, and what posts do to it."""
    dates = {key: {post.at.date() for post in posts} for key, posts in facts.posts.items()}
    for account in facts.accounts:
        for metric in PACED:
            if metric in account.series:
                yield from _pace(account, metric, account.series[metric])
        if "followers" in account.series and (live := dates.get(account.key)):
            yield from _after_posts(account, "followers", live, account)
        if account.is_music and "streams" in account.series:
            yield from _after_clips(account, facts, dates)


def _pace(account: Account, metric: str, days: Days) -> Iterator[Asked | Thin]:
    found = weeks.compare(days.values)
    if found is None:
        known = int(np.count_nonzero(~np.isnan(weeks.whole(days.values))))
        if 0 < known < LEAST_WEEKS:
            yield Thin(f"weeks.{metric}", account.name, known, LEAST_WEEKS, account.client)
        return

    def told(effect: Interval) -> tuple[str, dict[str, str]]:
        form = forms.PACE_UP if effect.value > 1 else forms.PACE_DOWN
        return form, {
            "account": account.name, "metric": forms.METRICS[metric], "now": forms.count(found.now),
            "before": forms.count(found.before),
        }  # fmt: skip

    yield Asked(
        kind="growth",
        question=f"growth.pace.{metric}",
        key=f"growth.pace.{metric}:{account.key}",
        p=found.p,
        sample=found.of_now + found.of_before,
        effect=_times_of_weeks(found),
        told=told,
        basis=(forms.OF_WEEKS, {"n": str(found.of_now), "m": str(found.of_before)}),
        evidence=partial(_days, days, weeks=weeks.NOW),
        account=account.key,
        client=account.client,
        platform=account.platform,
        metric=metric,
        test="Student's t and rank sum of weeks",
        counts={"with": found.of_now, "without": found.of_before},
        advice={"connection": account.connection},
        is_simulated=account.is_simulated,
    )


def _times_of_weeks(found: Weeks) -> Callable[[float], Interval]:
    """How many times as much a week: from the means on the steadied scale, where their range was reckoned."""

    def effect(reach: float) -> Interval:
        base = float(series.steadied(np.array([found.before]))[0])
        low, high = found.between(comparing.certainty(reach))
        edges = series.raised(np.array([base + low, base + found.apart, base + high]))
        floor = max(abs(found.before), 1.0)
        ratios = [comparing.bounded((each + 1) / (floor + 1)) for each in edges]
        return Interval(ratios[1], ratios[0], ratios[2])

    return effect


def _after_posts(account: Account, metric: str, live: set[dt.date], posting: Account) -> Iterator[Asked]:
    """Do days with a post, and the day after, bring more followers than the other days of the same weeks?"""
    ready = _prepared(account.series[metric], live, AFTER)
    if ready is None:
        return
    values, has, of_week = ready
    sides = ranks.compare(values.tolist(), has, strata=of_week)
    if sides is None:
        return

    def told(effect: Interval) -> tuple[str, dict[str, str]]:
        form = forms.POST_DAYS_UP if effect.value > 1 else forms.POST_DAYS_DOWN
        return form, {"account": account.name, "times": forms.times(effect.value)}

    yield _of_days("growth.posts", account, posting, metric, sides, told, live)


def _after_clips(account: Account, facts: Facts, dates: dict[str, set[dt.date]]) -> Iterator[Asked]:
    """Do days after a clip bring more streams? Asked of the accounts of the same client and brand that post most."""
    mates = [
        each
        for each in facts.accounts
        if not each.is_music and each.client == account.client and each.is_simulated == account.is_simulated
        and (not each.brand or not account.brand or each.brand == account.brand) and dates.get(each.key)
    ]  # fmt: skip
    for mate in islice(sorted(mates, key=lambda each: -len(dates[each.key])), MOST_CLIPPERS):
        ready = _prepared(account.series["streams"], dates[mate.key], CLIP_AFTER)
        sides = ranks.compare(ready[0].tolist(), ready[1], strata=ready[2]) if ready else None
        if sides is not None:
            told = partial(_told_of_clips, account, mate)
            yield _of_days("cross.streams", account, mate, "streams", sides, told, dates[mate.key])


def _told_of_clips(account: Account, mate: Account, effect: Interval) -> tuple[str, dict[str, str]]:
    form = forms.CLIPS_UP if effect.value > 1 else forms.CLIPS_DOWN
    return form, {"account": account.name, "other": mate.name, "times": forms.times(effect.value)}


def _prepared(days: Days, live: set[dt.date], after: int) -> tuple[Floats, list[bool], list[int]] | None:
    """The days as logarithms without what weekdays add, which of them follow a post, and the fortnight each is in."""
    values = np.log(np.maximum(days.values, 0) + 1)
    known = ~np.isnan(values)
    if np.count_nonzero(known) < LEAST_DAYS:
        return None
    level, _season = series.without_weekdays(values, days.weekday)
    follows = {day + step * dt.timedelta(days=1) for day in live for step in range(after + 1)}
    has = np.array([days.date(at) in follows for at in range(values.size)])
    fortnights = np.arange(values.size) // (2 * series.WEEK)
    return level[known], has[known].tolist(), fortnights[known].tolist()


def _of_days(
    question: str,
    account: Account,
    posting: Account,
    metric: str,
    sides: ranks.Sides,
    told: Callable[[Interval], tuple[str, dict[str, str]]],
    live: set[dt.date],
) -> Asked:
    n, m = len(sides.ours), len(sides.theirs)

    def effect(reach: float) -> Interval:
        return comparing.lift(sides.ours, sides.theirs, sure=reach) or Interval(1.0)

    return Asked(
        kind=question.partition(".")[0],
        question=question,
        key=f"{question}:{account.key}:{posting.key}"[:200],
        p=sides.p,
        sample=n + m,
        effect=effect,
        told=told,
        basis=(forms.OF_DAYS, {"n": str(n), "m": str(m)}),
        evidence=partial(_days, account.series[metric], marks=sorted(live)),
        account=account.key,
        client=account.client,
        platform=account.platform,
        metric=metric,
        test="stratified rank sum of days",
        counts={"with": n, "without": m},
        advice={"connection": posting.connection},
        is_simulated=account.is_simulated,
    )


def _days(days: Days, *, weeks: int = 0, marks: Sequence[dt.date] = ()) -> dict[str, Any]:
    """What the chart shows: the last days, where "now" begins, or the days with a post."""
    begin = max(0, days.values.size - SHOWN)
    shown = days.values[begin:]
    first = days.date(begin)
    return {
        "kind": "days",
        "first": first.isoformat(),
        "values": [None if np.isnan(each) else round(float(each), 2) for each in shown],
        "since": shown.size - weeks * series.WEEK if weeks else None,
        "marks": [day.isoformat() for day in marks if day >= first],
    }
