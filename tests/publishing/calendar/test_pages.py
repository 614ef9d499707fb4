"""The calendar's pages."""

import datetime as dt

import pytest
from django.db import connection as database
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from publishing.models import (
    PostingSlot,
    ScheduledPost,
)
from tests.publishing.calendar.plan import INDIA, Enter, Plan, Status


def soon(**span: float) -> str:
    return f"{(timezone.now() + dt.timedelta(**span)):%Y-%m-%dT10:00}"


def page(browser: Client, post: ScheduledPost, **asked: str) -> str:
    where = {"day": post.local_time[:10], **asked}
    answer = browser.get(reverse("calendar"), where)
    assert answer.status_code == 200
    return answer.content.decode()


@pytest.mark.parametrize("view", ["month", "week", "lanes", "list", "day"])
def test_every_view_asks_the_same_of_the_database_for_3_posts_and_for_40(plan: Plan, enter: Enter, view: str) -> None:
    slot = {"organization": plan.cast.kesar, "connection": plan.account, "timezone": INDIA}
    PostingSlot.objects.create(**slot, weekday=3, at=dt.time(20))
    browser, asked = enter(plan.cast.ben), {"view": view, "day": soon(days=9)[:10]}
    browser.get(reverse("calendar"), asked)
    counted = set()
    for count in (3, 37):
        for number in range(count):
            plan.post(f"{soon(days=9)[:10]}T{number % 20:02}:{count + number % 20:02}")
        with CaptureQueriesContext(database) as said:
            assert browser.get(reverse("calendar"), asked).status_code == 200
        counted.add(len(said))
    assert len(counted) == 1, counted
    assert counted.pop() < 20


def test_a_creator_may_lift_posts_and_an_analyst_may_only_look(plan: Plan, enter: Enter) -> None:
    post = plan.post(soon(days=3))
    assert f'data-post="{post.pk}"' in page(enter(plan.cast.ben), post)
    assert "data-post=" not in page(enter(plan.cast.chitra), post)
    refused = enter(plan.cast.chitra).post(reverse("calendar_drop", args=[post.pk]), {"day": soon(days=4)[:10]})
    assert refused.status_code == 403


def test_a_drop_answers_with_the_calendar_as_it_is_now_and_the_way_back(plan: Plan, enter: Enter) -> None:
    post, browser = plan.post(soon(days=3)), enter(plan.cast.ben)
    day = soon(days=5)[:10]
    told = {"day": day, "clock": INDIA, "back": f"?view=month&day={day}"}
    answer = browser.post(reverse("calendar_drop", args=[post.pk]), told, headers={"HX-Request": "true"})
    assert answer.status_code == 200
    assert answer.content.decode().startswith('<div id="calendar"')
    said = answer.headers["HX-Trigger"]
    assert "goes out on" in said
    post.refresh_from_db()
    assert post.local_time == f"{day}T10:00"
    key = browser.session["calendar_undo"][-1][0]
    assert key in said
    browser.post(reverse("calendar_undo"), {"key": key, "back": told["back"]}, headers={"HX-Request": "true"})
    post.refresh_from_db()
    assert post.local_time == soon(days=3)
    again = browser.post(reverse("calendar_undo"), {"key": key}, headers={"HX-Request": "true"})
    assert again.status_code == 409


def test_a_drop_into_the_past_says_so_in_plain_words(plan: Plan, enter: Enter) -> None:
    post = plan.post(soon(days=3))
    answer = enter(plan.cast.ben).post(
        reverse("calendar_drop", args=[post.pk]), {"day": "2020-01-01", "clock": INDIA}, headers={"HX-Request": "true"}
    )
    assert (answer.status_code, answer.headers["Content-Type"]) == (409, "text/plain; charset=utf-8")
    assert "is in the past" in answer.content.decode()


def test_without_a_script_chosen_posts_are_moved_by_a_form_and_a_button_undoes_it(plan: Plan, enter: Enter) -> None:
    post, browser = plan.post(soon(days=3)), enter(plan.cast.ben)
    assert f'name="post" value="{post.pk}"' in page(browser, post, view="list", select="1")
    told = {"do": "move", "days": "2", "hours": "0", "post": [str(post.pk), "nonsense"], "back": "?view=list"}
    answer = browser.post(reverse("calendar_bulk"), told, follow=True)
    assert "1 post was moved." in answer.content.decode()
    post.refresh_from_db()
    assert post.local_time[:10] == soon(days=5)[:10]
    assert f'action="{reverse("calendar_undo")}"' in answer.content.decode()
    browser.post(reverse("calendar_undo"))
    post.refresh_from_db()
    assert post.local_time == soon(days=3)


def test_several_are_cancelled_only_after_one_has_said_so_twice(plan: Plan, enter: Enter) -> None:
    post, browser = plan.post(soon(days=3)), enter(plan.cast.ben)
    told = {"do": "cancel", "post": [str(post.pk)], "back": "?view=list"}
    asked = browser.post(reverse("calendar_bulk"), told)
    assert "Cancel 1 post?" in asked.content.decode()
    post.refresh_from_db()
    assert post.status == Status.SCHEDULED
    browser.post(reverse("calendar_bulk"), told | {"sure": "1"})
    post.refresh_from_db()
    assert post.status == Status.CANCELLED


def test_nothing_chosen_changes_nothing_and_says_so(plan: Plan, enter: Enter) -> None:
    answer = enter(plan.cast.ben).post(reverse("calendar_bulk"), {"do": "move", "days": "1"}, follow=True)
    assert "Choose posts" in answer.content.decode()


def test_somebody_elses_post_is_not_here(plan: Plan, enter: Enter) -> None:
    post = plan.post(soon(days=3))
    browser = enter(plan.cast.dev)
    assert browser.post(reverse("calendar_drop", args=[post.pk]), {"day": soon(days=4)[:10]}).status_code == 404
    browser.post(reverse("calendar_bulk"), {"do": "cancel", "sure": "1", "post": [str(post.pk)]})
    post.refresh_from_db()
    assert post.status == Status.SCHEDULED


def test_before_a_drop_the_server_says_what_would_come_of_it(plan: Plan, enter: Enter) -> None:
    post = plan.post(soon(days=3))
    asked = {"day": soon(days=4)[:10], "time": "", "clock": INDIA}
    found = enter(plan.cast.ben).get(reverse("calendar_there", args=[post.pk]), asked).json()
    assert found["words"].endswith("10:00 IST")
    assert (found["warnings"], found["refused"]) == ([], False)


def test_an_empty_month_says_where_to_begin(plan: Plan, enter: Enter) -> None:
    answer = enter(plan.cast.ben).get(reverse("calendar"), {"view": "list"})
    assert "Open the Library" in answer.content.decode()
