"""Every week: was what was advised better than what the account would have done? Kept, whatever the answer is."""

import datetime as dt
import math
import uuid
from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Min

from analytics.advising import trials
from analytics.advising.trials import Outcome, Trial
from analytics.collection.believing import MADE_UP
from analytics.models import BackTest, Suggestion
from analytics.queries.advice import Settled
from analytics.queries.advice import trials as trials_of
from publishing.models import PlatformConnection

WEEK = dt.timedelta(days=7)
WEEKS = 26  # that a test looks back
SHOWN = 80  # posts in its chart
KEPT = 2 / 3  # of what was advised, from which a post did as advised
Pairs = Sequence[tuple[Settled, Trial]]
Scope = tuple[uuid.UUID | None, uuid.UUID | None]


def test(
    organization_id: uuid.UUID,
    by_account: Mapping[uuid.UUID, Sequence[Settled]],
    *,
    connections: Sequence[PlatformConnection],
    now: dt.datetime,
    zone: ZoneInfo,
) -> int:
    """Answer for each week that is over since something was first taken; return how many rows were written."""
    taken = Suggestion.objects.filter(organization=organization_id, post__isnull=False)
    first = taken.aggregate(first=Min("offered_at"))["first"]
    if first is None:
        return 0
    last = _monday(now.astimezone(zone).date()) - WEEK
    weeks = [last - number * WEEK for number in range(WEEKS) if last - number * WEEK >= _monday(first.date())]
    have = set(BackTest.objects.filter(organization=organization_id).values_list("week", flat=True))
    # The last two weeks are asked again: results settle two days after a post.
    due = [week for week in weeks if week not in have or week >= last - WEEK]
    since = max(first - trials.BLOCK, now - WEEKS * WEEK)
    matched, lot = trials_of(organization_id, by_account, since=since)
    rows = [row for week in due for row in _of_week(organization_id, week, matched, lot, connections, now, zone)]
    for row in rows:
        values = {name: getattr(row, name) for name in KEPT_FIELDS}
        BackTest.objects.update_or_create(
            organization_id=organization_id, client_id=row.client_id, connection_id=row.connection_id, week=row.week,
            defaults=values,
        )  # fmt: skip
    return len(rows)


KEPT_FIELDS = ("advised", "own", "advised_result", "own_result", "ratio", "low", "high", "p", "verdict", "numbers",
               "made_at", "is_simulated")  # fmt: skip


def _monday(day: dt.date) -> dt.date:
    return day - dt.timedelta(days=day.weekday())


def _of_week(
    organization_id: uuid.UUID,
    week: dt.date,
    matched: Pairs,
    lot: Pairs,
    connections: Sequence[PlatformConnection],
    now: dt.datetime,
    zone: ZoneInfo,
) -> list[BackTest]:
    """Each account that took advice, each client with such accounts, and all together."""
    until = dt.datetime.combine(week + WEEK, dt.time.min, zone)
    so_far = [each for each in matched if each[0].at < until]
    drawn = [each for each in lot if each[0].at < until]
    advised = {one.connection_id for one, _trial in drawn}
    known = {one.pk: one for one in connections}
    if not advised & known.keys():
        return []
    is_made_up = all(known[key].platform == MADE_UP for key in advised & known.keys())
    scopes: dict[Scope, set[uuid.UUID]] = {(known[key].client_id, key): {key} for key in advised if key in known}
    for key in advised & known.keys():
        if (known[key].platform == MADE_UP) == is_made_up:
            scopes.setdefault((None, None), set()).add(key)
            if known[key].client_id:
                scopes.setdefault((known[key].client_id, None), set()).add(key)
    found = []
    for (client, connection), accounts in scopes.items():
        row = _answer(_only(so_far, accounts), _only(drawn, accounts))
        row.organization_id, row.client_id, row.connection_id, row.week = organization_id, client, connection, week
        row.made_at = now
        row.is_simulated = all(known[key].platform == MADE_UP for key in accounts)
        found.append(row)
    return found


def _only(pairs: Pairs, accounts: set[uuid.UUID]) -> Pairs:
    return [each for each in pairs if each[0].connection_id in accounts]


def _answer(matched: Pairs, drawn: Pairs) -> BackTest:
    """What was drawn by lot answers where it says enough; else posts that did as advised against those that did not."""
    by_lot, by_match = _compared(drawn), _compared(matched)
    design, told = ("lot", by_lot) if by_lot.verdict != trials.THIN else ("matched", by_match)
    return BackTest(
        advised=told.advised,
        own=told.own,
        advised_result=_rounded(told.advised_result),
        own_result=_rounded(told.own_result),
        ratio=_rounded(told.ratio),
        low=_rounded(told.low),
        high=_rounded(told.high),
        p=told.p,
        verdict=told.verdict,
        numbers={
            "design": design,
            "lot": _kept(by_lot),
            "matched": _kept(by_match),
            "posts": [_point(one, trial) for one, trial in matched[-SHOWN:]],
        },
    )


def _compared(pairs: Iterable[tuple[Settled, Trial]]) -> Outcome:
    return trials.compare(trial for _settled, trial in pairs)


def _kept(told: Outcome) -> dict[str, Any]:
    return {
        "advised": told.advised,
        "own": told.own,
        "matched": told.matched,
        "ratio": _rounded(told.ratio),
        "low": _rounded(told.low),
        "high": _rounded(told.high),
        "better": _rounded(min(told.better, 1e9)),
        "worse": _rounded(min(told.worse, 1e9)),
        "verdict": told.verdict,
    }


def _point(one: Settled, trial: Trial) -> list[Any]:
    return [str(one.post_id), one.at.isoformat(), trial.advised, round(math.exp(one.log), 3)]


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 4)
