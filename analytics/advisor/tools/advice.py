"""What was found and is advised already: insights, days out of the ordinary, goals, suggestions, how advice did."""

from pydantic import BaseModel, ConfigDict

from analytics.advising import telling
from analytics.advising.universe import OPEN, TAG
from analytics.advisor.looked import Looked, Unit, columns, rows_of
from analytics.advisor.reader import Asked, Reader
from analytics.advisor.tools.sums import narrowed_to
from analytics.models import Anomaly, BackTest, Goal, Insight, Suggestion

MOST = 8


class Nothing(BaseModel):
    """Nothing is asked for besides."""

    model_config = ConfigDict(extra="forbid")


def insights(reader: Reader, asked: Nothing) -> Looked:  # noqa: ARG001 (every tool takes what is asked)
    """Findings that stood a test and were not dismissed, the most useful first."""
    rows = Insight.objects.visible_to(reader.membership).filter(is_current=True, dismissed_at=None)
    found = list(rows.order_by("is_simulated", "-use", "pk")[:MOST])
    made_up = bool(found) and all(row.is_simulated for row in found)
    shown = [row for row in found if row.is_simulated == made_up]
    return Looked(
        tool="insights",
        asked={},
        columns=columns(name=Unit.NAME, kind=Unit.TEXT, platform=Unit.TEXT, effect=Unit.RATIO, posts=Unit.COUNT),
        rows=rows_of((row.sentence, row.kind, row.platform, round(row.effect, 4), row.sample) for row in shown),
        is_made_up=made_up,
        details={"keys": [str(row.pk) for row in shown]},
    )


def anomalies(reader: Reader, asked: Asked) -> Looked:
    """Days, and changes from a day on, that the days before did not lead one to expect."""
    wish = reader.wish(asked)
    rows = Anomaly.objects.visible_to(reader.membership).filter(
        dismissed_at=None, date__range=(wish.span.first, wish.span.last)
    )
    rows = rows.filter(platform=wish.platform) if wish.platform else rows
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


def goals(reader: Reader, asked: Nothing) -> Looked:  # noqa: ARG001 (every tool takes what is asked)
    """Goals that are open or closed of late: where they stand and what is expected."""
    rows = Goal.objects.visible_to(reader.membership).exclude(status=Goal.Status.GIVEN_UP)
    found = list(rows.order_by("-status", "deadline", "pk")[:MOST])
    told = [
        (row.name, row.metric, row.value, row.target, row.deadline, row.status, row.outlook, _reached(row))
        for row in found
    ]
    rates = [Unit.SHARE if row.measure == Goal.Measure.RATE else Unit.COUNT for row in found]
    return Looked(
        tool="goals",
        asked={},
        columns=columns(
            name=Unit.NAME, figure=Unit.TEXT, now=Unit.MIXED, target=Unit.MIXED, deadline=Unit.DATE, status=Unit.TEXT,
            outlook=Unit.TEXT, reached=Unit.SHARE,
        ),
        rows=rows_of(told),
        units=rates,
    )  # fmt: skip


def _reached(goal: Goal) -> float | None:
    """The part of the way from the start to the target."""
    if goal.value is None:
        return None
    start = goal.start_value or 0.0
    way = goal.target - start
    return round((goal.value - start) / way, 4) if way > 0 else None


def suggestions(reader: Reader, asked: Nothing) -> Looked:  # noqa: ARG001 (every tool takes what is asked)
    """What is advised for the next post, and what is expected of it; what follows the habit by lot is no advice."""
    rows = Suggestion.objects.visible_to(reader.membership).filter(status=Suggestion.Status.OFFERED, is_control=False)
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
        asked={},
        columns=columns(
            name=Unit.NAME, account=Unit.NAME, when=Unit.MOMENT, expected=Unit.RATIO, low=Unit.RATIO, high=Unit.RATIO
        ),
        rows=rows_of(told),
        is_made_up=made_up,
        details={"said": [_said(row) for row in found], "whole": [row.insight_id is not None for row in found]},
    )  # fmt: skip


def _said(row: Suggestion) -> list[tuple[str, str, int]]:
    """What the sentence of a suggestion decides, choice by choice, and how well founded each is."""
    if row.insight_id:
        advised = row.insight.advice if row.insight else {}
        return [(name, str(value), telling.TESTED) for name, value in advised.items() if name in OPEN or name == TAG]
    return [(one["choice"], one["value"], telling.ground(one)) for one in telling.first(row.reasons)]


def back_test(reader: Reader, asked: Nothing) -> Looked:  # noqa: ARG001 (every tool takes what is asked)
    """Whether what was advised did better than the account's own usual, week by week."""
    rows = BackTest.objects.visible_to(reader.membership)
    found = list(rows.order_by("is_simulated", "-week", "connection", "pk")[:MOST])
    made_up = bool(found) and all(row.is_simulated for row in found)
    told = [
        (row.week, row.verdict, row.ratio, row.low, row.high, row.advised, row.own)
        for row in found
        if row.is_simulated == made_up
    ]
    return Looked(
        tool="back_test",
        asked={},
        columns=columns(
            week=Unit.DATE, verdict=Unit.TEXT, ratio=Unit.RATIO, low=Unit.RATIO, high=Unit.RATIO, advised=Unit.COUNT,
            own=Unit.COUNT,
        ),
        rows=rows_of(told),
        is_made_up=made_up,
    )  # fmt: skip
