"""What was found and is advised already: insights, days out of the ordinary, goals, suggestions, how advice did."""

from collections.abc import Sequence
from typing import TypeVar

from django.db.models import Q

from accounts.models import TenantModel, TenantQuerySet
from analytics.advising import telling
from analytics.advising.universe import OPEN, TAG
from analytics.advisor.looked import Looked, Unit, columns, rows_of
from analytics.advisor.reader import Asked, Reader, Whose
from analytics.advisor.tools.sums import narrowed_to
from analytics.models import Anomaly, BackTest, Goal, Insight, Suggestion
from analytics.queries.narrowing import Wish

MOST = 8
Row = TypeVar("Row", bound=TenantModel)


def _narrowed(
    rows: TenantQuerySet[Row], reader: Reader, wish: Wish, *, tracked: Sequence[str] = (), posting: Sequence[str] = ()
) -> TenantQuerySet[Row]:
    """Leave what was asked for; of a platform, an account or a brand what is of one of its accounts.

    `tracked` and `posting` lead from a row to its account and to its connection. What is of several accounts is told
    of a client or of everybody alone: it may name accounts of another brand.
    """
    rows = rows.filter(client=wish.client) if wish.client else rows
    rows = rows.filter(client=None) if wish.is_own else rows
    if not (wish.platform or wish.account or wish.brand):
        return rows
    mine = [each for each in reader.accounts if wish.takes(each)]
    among = Q(pk__in=[])
    for path in tracked:
        among |= Q(**{f"{path}__in": [each.tracked_id for each in mine if each.tracked_id]})
    for path in posting:
        among |= Q(**{f"{path}__in": [each.connection_id for each in mine if each.connection_id]})
    return rows.filter(among)


def insights(reader: Reader, asked: Whose) -> Looked:
    """Findings that stood a test and were not dismissed, the most useful first."""
    wish = reader.wish(asked)
    rows = Insight.objects.visible_to(reader.membership).filter(is_current=True, dismissed_at=None)
    rows = _narrowed(rows, reader, wish, tracked=("account", "goal__account"), posting=("connection",))
    found = list(rows.order_by("is_simulated", "-use", "pk")[:MOST])
    made_up = bool(found) and all(row.is_simulated for row in found)
    shown = [row for row in found if row.is_simulated == made_up]
    return Looked(
        tool="insights",
        asked=asked.told,
        columns=columns(name=Unit.NAME, kind=Unit.TEXT, platform=Unit.TEXT, effect=Unit.RATIO, posts=Unit.COUNT),
        rows=rows_of((row.sentence, row.kind, row.platform, round(row.effect, 4), row.sample) for row in shown),
        of=narrowed_to(wish),
        is_made_up=made_up,
        details={"keys": [str(row.pk) for row in shown]},
    )


def anomalies(reader: Reader, asked: Asked) -> Looked:
    """Days, and changes from a day on, that the days before did not lead one to expect."""
    wish = reader.wish(asked)
    rows = Anomaly.objects.visible_to(reader.membership).filter(
        dismissed_at=None, date__range=(wish.span.first, wish.span.last)
    )
    rows = _narrowed(rows, reader, wish, tracked=("account",), posting=("connection",))
    found = list(rows.order_by("is_simulated", "-score", "-date")[:MOST])
    made_up = bool(found) and all(row.is_simulated for row in found)
    told = [
        (row.sentence, row.date, row.kind, row.metric, row.value, row.expected, row.low, row.high)
        for row in found
        if row.is_simulated == made_up
    ]
    return Looked(
        tool="anomalies",
        asked=asked.told,
        columns=columns(
            name=Unit.NAME, date=Unit.DATE, kind=Unit.TEXT, figure=Unit.TEXT, now=Unit.COUNT, expected=Unit.COUNT,
            low=Unit.COUNT, high=Unit.COUNT,
        ),
        rows=rows_of(told),
        first=wish.span.first,
        last=wish.span.last,
        of=narrowed_to(wish),
        is_made_up=made_up,
    )  # fmt: skip


def goals(reader: Reader, asked: Whose) -> Looked:
    """Goals that are open or closed of late: where they stand and what is expected."""
    wish = reader.wish(asked)
    rows = Goal.objects.visible_to(reader.membership).exclude(status=Goal.Status.GIVEN_UP)
    rows = _narrowed(rows, reader, wish, tracked=("account",))
    found = list(rows.order_by("-status", "deadline", "pk")[:MOST])
    told = [
        (row.name, row.metric, row.value, row.target, row.deadline, row.status, row.outlook, _reached(row))
        for row in found
    ]
    rates = [Unit.SHARE if row.measure == Goal.Measure.RATE else Unit.COUNT for row in found]
    return Looked(
        tool="goals",
        asked=asked.told,
        columns=columns(
            name=Unit.NAME, figure=Unit.TEXT, now=Unit.MIXED, target=Unit.MIXED, deadline=Unit.DATE, status=Unit.TEXT,
            outlook=Unit.TEXT, reached=Unit.SHARE,
        ),
        rows=rows_of(told),
        units=rates,
        of=narrowed_to(wish),
    )  # fmt: skip


def _reached(goal: Goal) -> float | None:
    """The part of the way from the start to the target."""
    if goal.value is None:
        return None
    start = goal.start_value or 0.0
    way = goal.target - start
    return round((goal.value - start) / way, 4) if way > 0 else None


def suggestions(reader: Reader, asked: Whose) -> Looked:
    """What is advised for the next post, and what is expected of it; what follows the habit by lot is no advice."""
    wish = reader.wish(asked)
    rows = Suggestion.objects.visible_to(reader.membership).filter(status=Suggestion.Status.OFFERED, is_control=False)
    rows = _narrowed(rows, reader, wish, posting=("connection",))
    rows = rows.select_related("connection", "insight").order_by("is_simulated", "-offered_at", "pk")
    found = list(rows[:MOST])
    made_up = bool(found) and all(row.is_simulated for row in found)
    found = [row for row in found if row.is_simulated == made_up]
    told = [
        (
            telling.advised(row),
            row.connection.handle if row.connection else "",
            row.suggested_for and row.suggested_for.astimezone(reader.zone),
            row.expected,
            row.low,
            row.high,
        )
        for row in found
    ]
    return Looked(
        tool="suggestions",
        asked=asked.told,
        columns=columns(
            name=Unit.NAME, account=Unit.NAME, when=Unit.MOMENT, expected=Unit.RATIO, low=Unit.RATIO, high=Unit.RATIO
        ),
        rows=rows_of(told),
        of=narrowed_to(wish),
        is_made_up=made_up,
        details={"said": [_said(row) for row in found], "whole": [row.insight_id is not None for row in found]},
    )  # fmt: skip


def _said(row: Suggestion) -> list[tuple[str, str, int]]:
    """What the sentence of a suggestion decides, choice by choice, and how well founded each is."""
    if row.insight_id:
        advised = row.insight.advice if row.insight else {}
        return [(name, str(value), telling.TESTED) for name, value in advised.items() if name in OPEN or name == TAG]
    return [(one["choice"], one["value"], telling.ground(one)) for one in telling.first(row.reasons)]


def back_test(reader: Reader, asked: Whose) -> Looked:
    """Whether what was advised did better than the account's own usual, week by week."""
    wish = reader.wish(asked)
    rows = _narrowed(BackTest.objects.visible_to(reader.membership), reader, wish, posting=("connection",))
    found = list(rows.order_by("is_simulated", "-week", "connection", "pk")[:MOST])
    made_up = bool(found) and all(row.is_simulated for row in found)
    told = [
        (row.week, row.verdict, row.ratio, row.low, row.high, row.advised, row.own)
        for row in found
        if row.is_simulated == made_up
    ]
    return Looked(
        tool="back_test",
        asked=asked.told,
        columns=columns(
            week=Unit.DATE, verdict=Unit.TEXT, ratio=Unit.RATIO, low=Unit.RATIO, high=Unit.RATIO, advised=Unit.COUNT,
            own=Unit.COUNT,
        ),
        rows=rows_of(told),
        of=narrowed_to(wish),
        is_made_up=made_up,
    )  # fmt: skip
