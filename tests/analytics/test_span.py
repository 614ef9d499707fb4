"""Which days a page of numbers speaks of, whatever its address says."""

import datetime as dt

import pytest
from django.test import Client
from django.urls import reverse

from analytics import span
from tests.analytics.converting import link_of
from tests.api.asking import as_member
from tests.cast import Cast

TODAY = dt.date(2026, 11, 21)
FIRST, LAST = {"from": "0001-01-01", "to": "0001-01-02"}, {"from": "9999-12-30", "to": "9999-12-31"}


@pytest.mark.parametrize("asked", [FIRST, LAST, {"from": "1999-12-31", "to": "2000-01-05"}, {"from": "x", "to": "y"}])
def test_days_of_no_time_that_is_measured_are_the_usual_ones(asked: dict[str, str]) -> None:
    assert span.asked(asked, today=TODAY) == span.of_days(span.USUAL, today=TODAY)


def test_days_that_are_measured_are_taken_as_they_are() -> None:
    assert span.asked({"from": "2000-01-01", "to": "2000-02-01"}, today=TODAY).before.days == 32


@pytest.mark.parametrize("asked", [FIRST, LAST])
def test_pages_and_program_answer_for_far_off_days(cast: Cast, asked: dict[str, str]) -> None:
    browser, api = Client(), as_member(cast.asha)
    browser.force_login(cast.asha.user)
    names = ("numbers_search", "numbers_content", "numbers_audience", "numbers_conversions", "numbers_links")
    link = reverse("numbers_link", args=[link_of(cast).pk])
    assert {browser.get(each, asked).status_code for each in [*map(reverse, names), link]} == {200}
    for path in ("overview", "what-works", "audience", "platforms/practice"):
        assert api.get(f"numbers/{path}", **asked).status_code in {200, 404}, path
