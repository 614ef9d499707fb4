"""Questions about goals: is one on its way to be missed, or surely reached?"""

from collections.abc import Callable, Iterator
from functools import partial

from analytics import comparing
from analytics.comparing import Interval
from analytics.finding import forms
from analytics.finding.asked import Asked
from analytics.finding.facts import Course, Facts

LEAST = 28


def ask(facts: Facts) -> Iterator[Asked]:
    """Ask where each open goal ends: how likely is it that chance alone turns it the other way?"""
    for course in facts.courses:
        if course.days >= LEAST:
            yield _asked(course)


def _said(course: Course) -> Callable[[float], str]:
    return forms.share if course.is_rate else forms.count


def _told(course: Course, _effect: Interval) -> tuple[str, dict[str, str]]:
    form, said = forms.GOAL_FINE if course.chance > 0.5 else forms.GOAL_LATE, _said(course)
    return form, {
        "name": course.name, "ends": said(course.ends_at), "target": said(course.target),
        "date": course.deadline.isoformat(),
    }  # fmt: skip


def _asked(course: Course) -> Asked:
    ratio = comparing.bounded(course.ends_at / course.target)
    edges = [comparing.bounded(each / course.target) for each in (course.low, course.high)]
    said = _said(course)
    words = {"n": str(course.days), "low": said(course.low), "high": said(course.high)}
    return Asked(
        kind="goal",
        question="goal.course",
        key=f"goal.course:{course.key}",
        p=min(1.0, 2 * max(min(course.chance, 1 - course.chance), 0.0005)),
        sample=course.days,
        effect=lambda _reach: Interval(ratio, *edges),
        told=partial(_told, course),
        basis=(forms.OF_COURSE, words),
        evidence=lambda: {"kind": "goal"},
        client=course.client,
        goal=course.key,
        metric=course.metric,
        test="projection",
        counts={"with": course.days},
        advice={"goal": course.key},
    )
