"""When a post is measured."""

import datetime as dt
from itertools import pairwise

from analytics import ladder

PUBLISHED = dt.datetime(2026, 11, 20, 9, 0, tzinfo=dt.UTC)


def rungs() -> list[dt.timedelta]:
    """Climb down the whole ladder, each rung met on time."""
    ages, now = [], PUBLISHED
    while (following := ladder.next_at(PUBLISHED, now=now)) is not None:
        ages.append(following - PUBLISHED)
        now = following
    return ages


def test_the_ladder_is_hourly_on_the_first_day_then_slower_and_ends_after_ninety_days() -> None:
    ages = rungs()
    hours = [age for age in ages if dt.timedelta(hours=1) <= age <= dt.timedelta(hours=24)]
    assert hours == [dt.timedelta(hours=n) for n in range(1, 25)]
    gaps = [later - earlier for earlier, later in pairwise(ages)]
    assert gaps[5:] == sorted(gaps[5:])
    assert dt.timedelta(days=90) <= ages[-1] < dt.timedelta(days=98)


def test_a_post_costs_about_a_hundred_snapshots() -> None:
    assert len(rungs()) <= 110


def test_a_rung_that_was_missed_is_not_made_up_for() -> None:
    late = PUBLISHED + dt.timedelta(hours=7, minutes=20)
    assert ladder.next_at(PUBLISHED, now=late) == PUBLISHED + dt.timedelta(hours=8)


def test_a_platform_that_names_a_time_is_asked_again_then() -> None:
    wait = dt.timedelta(minutes=17)
    assert ladder.after_failure(3, now=PUBLISHED, wait=wait) == PUBLISHED + wait


def test_a_platform_that_stays_silent_is_asked_less_and_less_but_never_less_than_every_six_hours() -> None:
    waits = [ladder.after_failure(n, now=PUBLISHED, wait=None) - PUBLISHED for n in range(12)]
    assert waits == sorted(waits)
    assert waits[-1] == dt.timedelta(hours=6)
