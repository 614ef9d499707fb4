"""When the lines of a plan go out: beside what the calendar holds."""

import datetime as dt
import zoneinfo

from content.repurposing import Line
from content.repurposing.timing import placed
from trenddrop.core.history import Account, Ahead, Past, Planned

ZONE = zoneinfo.ZoneInfo("Asia/Kolkata")
NOW = dt.datetime(2026, 11, 23, 9, 10, tzinfo=ZONE)  # a Monday
Times = list[tuple[int, int, int]]


def at(day: int, hour: int, minute: int = 0) -> dt.datetime:
    return dt.datetime(2026, 11, 23 + day, hour, minute, tzinfo=ZONE)


def lines(*platforms: str) -> list[Line]:
    return [Line(f"{number}", "social", "", [platform], 1) for number, platform in enumerate(platforms)]


def told(wanted: list[Line], ahead: Ahead, *, now: dt.datetime = NOW, past: tuple[Past, ...] = ()) -> list[Line]:
    return placed(wanted, past, "Asia/Kolkata", ahead=ahead, now=now)


def times(found: list[Line]) -> Times:
    return [(line.day, line.hour, line.minute) for line in found]


def test_without_a_calendar_one_line_comes_a_day_at_its_platforms_hour() -> None:
    assert times(told(lines("tiktok", "linkedin", "x"), Ahead())) == [(0, 18, 0), (1, 9, 0), (2, 12, 0)]


def test_an_hour_that_is_over_or_too_near_is_tomorrows() -> None:
    assert times(told(lines("linkedin"), Ahead())) == [(1, 9, 0)]
    assert times(told(lines("x"), Ahead(), now=at(0, 11, 1))) == [(1, 12, 0)]
    assert times(told(lines("x"), Ahead(), now=at(0, 11, 0))) == [(0, 12, 0)]


def test_an_empty_place_of_the_queue_comes_before_the_usual_hour() -> None:
    queue = Account("tiktok", free=[at(0, 9, 45), at(1, 20, 30), at(3, 20, 30)])
    (first, second) = told(lines("tiktok", "tiktok"), Ahead(accounts=[queue]))
    assert times([first, second]) == [(1, 20, 30), (3, 20, 30)]  # today's first is nearer than the work takes
    assert first.reasons == ["Your queue for TikTok has an empty place then."]


def test_a_queue_without_an_empty_place_on_a_free_day_is_none() -> None:
    full = [Planned("x", at(1, 8 + hour)) for hour in range(3)]
    queue = Account("tiktok", free=[at(1, 20, 30)])
    assert times(told(lines("tiktok"), Ahead(full, [queue]))) == [(0, 18, 0)]


def test_two_posts_on_one_platform_keep_an_hour_between_them() -> None:
    (line,) = told(lines("tiktok"), Ahead([Planned("tiktok", at(0, 18, 20)), Planned("x", at(0, 17))]))
    assert times([line]) == [(0, 17, 0)]
    assert line.reasons == ["Around 18:00 a post on TikTok is planned already, so it comes at another hour."]


def test_a_day_on_which_no_account_may_send_more_is_passed_over() -> None:
    spent = Account("tiktok", cap=2, taken=[at(0, 10), at(0, 11)])
    assert times(told(lines("tiktok"), Ahead(accounts=[spent]))) == [(1, 18, 0)]
    other = Account("tiktok", cap=2)
    assert times(told(lines("tiktok"), Ahead(accounts=[spent, other]))) == [(0, 18, 0)]
    nothing = Account("tiktok", cap=0)
    assert times(told(lines("tiktok"), Ahead(accounts=[nothing]))) == [(1, 18, 0)]


def test_own_posts_that_did_best_at_night_are_followed_there() -> None:
    past = tuple(Past("tiktok", at(-day, 3), 1000 * day) for day in range(1, 7))
    (line,) = told(lines("tiktok"), Ahead(), past=past)
    assert line.day == 1
    assert line.hour in {2, 3, 4}
    assert any("were seen most" in reason for reason in line.reasons)
