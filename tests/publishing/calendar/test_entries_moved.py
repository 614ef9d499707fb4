"""Intentions of named calendars are dragged like posts: on their own clock, within their calendar, and undone."""

import datetime as dt
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from publishing.models import CalendarEntry, ContentCalendar
from publishing.services import calendars
from tests.publishing.calendar.plan import INDIA, Enter, Plan

SCRIPT = {"HX-Request": "true"}


def soon(days: int) -> dt.date:
    return timezone.localdate() + dt.timedelta(days=days)


@pytest.fixture
def entry(plan: Plan) -> CalendarEntry:
    """Something meant for 09:30 in Berlin, in a calendar of the next thirty days."""
    named = ContentCalendar.objects.create(
        organization=plan.cast.kesar, name="Monsoon", starts_on=soon(0), ends_on=soon(30)
    )
    return CalendarEntry.objects.create(
        organization=plan.cast.kesar, calendar=named, date=soon(5), at=dt.time(9, 30), timezone="Europe/Berlin",
        platform="practice", title="Rain and skin",
    )  # fmt: skip


def told(day: dt.date, time: str = "") -> dict[str, Any]:
    return {"day": day.isoformat(), "time": time, "clock": INDIA, "back": f"?view=month&day={day}"}


def stands(entry: CalendarEntry) -> tuple[dt.date, dt.time | None]:
    entry.refresh_from_db()
    return entry.date, entry.at


def test_on_another_day_it_keeps_its_clock_and_undo_puts_it_back(
    plan: Plan, enter: Enter, entry: CalendarEntry
) -> None:
    browser = enter(plan.cast.ben)
    answer = browser.post(reverse("calendar_entry_drop", args=[entry.pk]), told(soon(9)), headers=SCRIPT)
    assert answer.status_code == 200
    assert f'data-entry="{entry.pk}"' in answer.content.decode()
    assert stands(entry) == (soon(9), dt.time(9, 30))
    browser.post(reverse("calendar_undo"), {}, headers=SCRIPT)
    assert stands(entry) == (soon(5), dt.time(9, 30))


@pytest.mark.parametrize("day", [dt.date.min, dt.date.max])
def test_on_a_day_that_no_calendar_reckons_it_stays(
    plan: Plan, enter: Enter, entry: CalendarEntry, day: dt.date
) -> None:
    browser = enter(plan.cast.ben)
    for time in ("", "00:00"):
        ahead = browser.get(reverse("calendar_entry_there", args=[entry.pk]), told(day, time))
        assert (ahead.json()["refused"], "no such day" in ahead.json()["words"]) == (True, True)
        browser.post(reverse("calendar_entry_drop", args=[entry.pk]), told(day, time), headers=SCRIPT)
    assert stands(entry) == (soon(5), dt.time(9, 30))


def test_an_hour_of_the_shown_clock_becomes_that_instant_on_its_own(
    plan: Plan, enter: Enter, entry: CalendarEntry
) -> None:
    enter(plan.cast.ben).post(reverse("calendar_entry_drop", args=[entry.pk]), told(soon(9), "18:30"), headers=SCRIPT)
    date, at = stands(entry)
    assert date == soon(9)
    assert at in {dt.time(14), dt.time(15)}  # summer or winter in Berlin


@pytest.mark.parametrize("days", [-1, 31])
def test_what_is_over_or_outside_its_calendar_is_refused_with_the_reason(
    plan: Plan, enter: Enter, entry: CalendarEntry, days: int
) -> None:
    browser, where = enter(plan.cast.ben), told(soon(days))
    ahead = browser.get(reverse("calendar_entry_there", args=[entry.pk]), where).json()
    assert ahead["refused"]
    answer = browser.post(reverse("calendar_entry_drop", args=[entry.pk]), where, headers=SCRIPT)
    assert answer.status_code == 409
    assert answer.content.decode() == ahead["words"]
    assert stands(entry) == (soon(5), dt.time(9, 30))


def test_what_became_a_post_or_was_changed_since_stays(plan: Plan, enter: Enter, entry: CalendarEntry) -> None:
    browser = enter(plan.cast.ben)
    browser.post(reverse("calendar_entry_drop", args=[entry.pk]), told(soon(9)), headers=SCRIPT)
    CalendarEntry.objects.filter(pk=entry.pk).update(date=soon(12))
    assert browser.post(reverse("calendar_undo"), {}, headers=SCRIPT).status_code == 409
    assert stands(entry)[0] == soon(12)
    CalendarEntry.objects.filter(pk=entry.pk).update(post=plan.post(f"{soon(12)}T10:00"))
    with pytest.raises(calendars.HasPost):
        calendars.place(entry, day=soon(9), time=None, clock=INDIA, by=plan.cast.ben, now=timezone.now())


def test_an_analyst_may_not_move_it(plan: Plan, enter: Enter, entry: CalendarEntry) -> None:
    browser = enter(plan.cast.chitra)
    assert browser.post(reverse("calendar_entry_drop", args=[entry.pk]), told(soon(9))).status_code == 403
    assert "data-entry" not in browser.get(reverse("calendar"), {"day": f"{soon(5)}"}).content.decode()
