"""What a report proposes: nothing that speaks against something better founded."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest
from django.utils import timezone, translation

from accounts import tenancy
from analytics.models import OptimizationReport, Suggestion
from analytics.reporting import gathering, saying
from analytics.reporting.agreeing import Part, of_choice, of_hour, of_tag, standing
from analytics.services import reports as commands
from analytics.span import DAY
from publishing.models import BestTime, PlatformConnection
from tests.analytics.advising import numbers_of
from tests.analytics.counted import today
from tests.cast import Cast


def words(*parts: Part) -> list[str]:
    """What stands of these."""
    return [part.words for part in standing(parts)]


def test_of_two_that_cannot_both_be_done_the_better_founded_stands() -> None:
    friday = Part("on Friday", of_choice("weekday", "4"), 1)
    thursday = Part("on Thursday at 18", of_hour(3, 18), 2)
    assert words(friday, thursday) == ["on Thursday at 18"]
    assert words(thursday, friday) == ["on Thursday at 18"]


def test_what_agrees_stands_together_and_what_says_the_same_stands_once() -> None:
    evening = Part("between 18 and 21", of_choice("hour", "18"), 1)
    thursday = Part("on Thursday at 18", of_hour(3, 18), 2)
    assert words(evening, thursday, replace(evening)) == ["between 18 and 21", "on Thursday at 18"]


def test_two_accounts_may_do_different_things_but_not_against_what_holds_for_each() -> None:
    one = Part("one: on Monday", of_choice("weekday", "0"), 1, "@one")
    two = Part("two: on Friday", of_choice("weekday", "4"), 1, "@two")
    assert words(one, two) == ["one: on Monday", "two: on Friday"]
    assert words(one, two, Part("on Friday at 9", of_hour(4, 9), 2)) == ["two: on Friday", "on Friday at 9"]


@pytest.mark.parametrize(
    ("one", "other", "agree"),
    [
        (of_choice("hashtags", "none"), of_tag("#skincare", is_used=True), False),
        (of_choice("hashtags", "many"), of_tag("#skincare", is_used=True), True),
        (of_choice("hashtags", "none"), of_tag("#skincare", is_used=False), True),
        (of_choice("hashtag", "Skincare"), of_tag("#skincare", is_used=False), False),
        (of_choice("format", "carousel"), of_choice("format", "thread"), False),
    ],
)
def test_hashtags_and_kinds_are_held_against_each_other(
    one: Mapping[str, str], other: Mapping[str, str], agree: bool
) -> None:
    assert (len(standing([Part("one", one, 1), Part("other", other, 1)])) == 2) is agree


def reason(choice: str, value: str, **more: Any) -> dict[str, Any]:
    """Why a value was chosen."""
    return {"choice": choice, "value": value, "times": 1.4, "low": 1.1, "high": 1.8, "sure": 0.9, "posts": 9,
            "others": 20, "share": 0.2, "is_habit": False, "is_trial": False, "is_claim": False, **more}  # fmt: skip


def advice(account: PlatformConnection, *reasons: Mapping[str, Any], ago: int = 0) -> None:
    """Offer a next post."""
    Suggestion.objects.create(
        organization=account.organization, connection=account, reasons=list(reasons), expected=1.3, low=1.1, high=1.6,
        choices={each["choice"]: each["value"] for each in reasons}, offered_at=timezone.now() - ago * DAY,
    )  # fmt: skip


def made(cast: Cast) -> OptimizationReport:
    """A report of the last four weeks."""
    first, last = today(cast) - 28 * DAY, today(cast) - DAY
    return commands.make(by=cast.asha, now=timezone.now(), period="custom", first=first, last=last)


def test_a_report_proposes_nothing_twice_and_nothing_against_itself(kesar: Cast) -> None:
    account = numbers_of(kesar)["instagram"]
    with tenancy.of_member(kesar.asha):
        advice(account, reason("weekday", "0", is_trial=True), reason("hook", "number"), reason("hashtags", "few"))
        advice(account, reason("weekday", "4", sure=0.5), reason("hook", "question", is_claim=True), ago=1)
        BestTime.objects.create(
            organization=kesar.kesar, connection=account, weekday=3, hour=18, score=90, posts=30,
            posts_in_all=300, timezone="Asia/Kolkata",
        )  # fmt: skip
        report = made(kesar)
    said = [each.what for each in saying.proposals(gathering.told(report))]
    assert said[:3] == ["@kesar: Use few hashtags.", "@kesar: Open with a question.", "Post on Thursday at 18:00."]
    assert not [each for each in said if "Monday" in each or "Friday" in each or "number" in each]
    with translation.override("hi"):
        hindi = saying.proposals(gathering.told(report))[1].what
    assert hindi.startswith("@kesar: ")
    assert "question" not in hindi


def test_a_report_of_earlier_days_says_what_it_said(kesar: Cast) -> None:
    account = numbers_of(kesar)["instagram"]
    with tenancy.of_member(kesar.asha):
        advice(account, reason("weekday", "0"))
        report = made(kesar)
    kept = report.content["looks"]["suggestions"]
    kept["details"] = {}
    assert saying.proposals(gathering.told(report))[0].what == "Post on Monday."
