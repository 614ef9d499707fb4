"""Days and months of billing, in India: long months, leap days, the end of the financial year."""

import datetime as dt
import itertools
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from billing import periods
from billing.periods import day_of, left, midnight, monthly, next_end, window


def india(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text).replace(tzinfo=periods.ZONE)


def chain(start: str, interval: str, count: int) -> list[str]:
    moment, ends = india(start), []
    anchor = moment.day
    for _turn in range(count):
        moment = next_end(moment, interval, anchor_day=anchor)
        ends.append(day_of(moment).isoformat())
    return ends


def test_a_month_that_began_on_the_31st_ends_on_the_last_day_of_shorter_ones() -> None:
    assert chain("2027-01-31T15:30", "month", 4) == ["2027-02-28", "2027-03-31", "2027-04-30", "2027-05-31"]


def test_a_year_that_began_on_a_leap_day_comes_back_to_it() -> None:
    assert chain("2028-02-29T00:00", "year", 4) == ["2029-02-28", "2030-02-28", "2031-02-28", "2032-02-29"]
    assert chain("2028-01-31T00:00", "month", 1) == ["2028-02-29"]


def test_the_last_second_of_the_financial_year_is_of_its_last_day() -> None:
    last = dt.datetime(2027, 3, 31, 18, 29, 59, tzinfo=dt.UTC)
    assert day_of(last) == dt.date(2027, 3, 31)
    assert day_of(last + dt.timedelta(seconds=1)) == dt.date(2027, 4, 1)
    assert window(last)[1] == last + dt.timedelta(seconds=1) == window(last + dt.timedelta(seconds=1))[0]


def test_what_is_left_is_counted_in_days_with_today_among_them() -> None:
    start, end = india("2027-01-01T09:00"), india("2027-02-01T09:00")
    assert left(start, end, now=india("2027-01-18T23:59")).days == 14
    assert left(start, end, now=india("2027-01-18T23:59")).part_of(Decimal(100)) == Decimal("45.16")
    assert left(start, end, now=start).part_of(Decimal(7999)) == Decimal(7999)
    assert left(start, end, now=end).part_of(Decimal(7999)) == 0


@pytest.mark.parametrize("anchor", [1, 15, 29, 30, 31])
def test_windows_of_use_lie_end_to_end_through_a_leap_year(anchor: int) -> None:
    moment, seen = india("2028-01-15T12:00"), set()
    for day in range(400):
        start, end = window(moment + dt.timedelta(days=day), anchor_day=anchor)
        assert start <= moment + dt.timedelta(days=day) < end
        seen.add((start, end))
    ordered = sorted(seen)
    assert all(before[1] == after[0] for before, after in itertools.pairwise(ordered))


def test_a_year_is_worth_a_twelfth_by_month() -> None:
    assert monthly(Decimal(79990), "year") == Decimal("6665.83")
    assert monthly(Decimal(7999), "month") == Decimal(7999)


@given(st.integers(0, 16 * 366 * 86_400), st.sampled_from(["month", "year"]))
def test_a_period_always_ends_later_and_on_the_anchors_day_or_the_months_last(second: int, interval: str) -> None:
    start = dt.datetime(2024, 1, 1, tzinfo=dt.UTC) + dt.timedelta(seconds=second)
    anchor = day_of(start).day
    end = next_end(start, interval, anchor_day=anchor)
    assert end > start
    assert day_of(end).day == anchor or (day_of(end) + dt.timedelta(days=1)).day == 1
    assert end.astimezone(periods.ZONE).time() == start.astimezone(periods.ZONE).time()


def test_midnight_is_indias() -> None:
    assert midnight(dt.date(2027, 4, 1)) == dt.datetime(2027, 3, 31, 18, 30, tzinfo=dt.UTC)
