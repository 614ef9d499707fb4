"""Accounts that get nothing: their posts say why and what to do, and are missed with the true reason."""

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from django.utils import timezone

from accounts.models import Notification
from publishing.delivery import sweeping
from publishing.models import Platform, PlatformConnection, ScheduledPost
from publishing.resting import BY_PLAN
from publishing.services import connections, plans
from tests.cast import Cast
from tests.publishing.agreeing import browser
from tests.publishing.conftest import make_connection, make_piece, make_post

HOUR = dt.timedelta(hours=1)


def change(**fields: Any) -> Callable[[], object]:
    return lambda: PlatformConnection.objects.update(**fields)


def switch_off() -> None:
    Platform.objects.update_or_create(key="practice", defaults={"is_enabled": False})


RESTS = {
    "signed out": (change(status="needs_reconnect"), "connected again", "Connect the account again", "connected again"),
    "paused": (change(status="paused"), "the account is paused", "Resume the account", "The account was paused. "),
    "by the plan": (
        change(status="paused", extra={BY_PLAN: "active"}),
        "your plan has no place for the account",
        "Choose a larger plan",
        "The account was paused: your plan had no place for it.",
    ),
    "off": (switch_off, "is switched off here", "There is nothing for you to do", "was switched off here."),
}


@pytest.fixture
def post(kesar: Cast, settings: Any) -> ScheduledPost:
    """In half an hour."""
    settings.PUBLISHING_PLATFORMS = {"practice": "tests.publishing.wire.Small"}
    return make_post(make_piece(kesar.kesar), make_connection(kesar.kesar), at=timezone.now() + HOUR / 2)


@pytest.mark.parametrize("rest", RESTS)
def test_a_post_that_waits_says_why_and_what_to_do(kesar: Cast, post: ScheduledPost, rest: str) -> None:
    happens, say, do, _missed = RESTS[rest]
    happens()
    page = browser(kesar.ben).get(f"/posts/{post.pk}/").content.decode()
    assert say in page
    assert do in page
    for _happens, other_say, other_do, _missed in (found for name, found in RESTS.items() if name != rest):
        assert other_say not in page
        assert other_do not in page
    assert f"/connections/{post.connection_id}/" in page


def test_a_post_of_an_account_at_work_is_planned(kesar: Cast, post: ScheduledPost) -> None:
    page = browser(kesar.ben).get(f"/posts/{post.pk}/").content.decode()
    assert "It is planned." in page
    assert "It waits:" not in page


@pytest.mark.parametrize("rest", RESTS)
def test_a_missed_post_says_what_kept_it(post: ScheduledPost, rest: str) -> None:
    happens, _say, _do, missed = RESTS[rest]
    happens()
    sweeping.miss(now=post.scheduled_for + 2 * HOUR)
    post.refresh_from_db()
    assert post.status == "missed"
    assert missed in post.error
    assert "worker" not in post.error


# Posts by hand


@pytest.mark.parametrize(
    ("status", "after", "stands"),
    [("paused", 2, "missed"), ("paused", 0, "scheduled"), ("active", 2, "scheduled"), ("removed", 2, "missed")],
)
def test_a_post_by_hand_that_nobody_is_asked_for_is_missed(
    post: ScheduledPost, status: str, after: int, stands: str
) -> None:
    PlatformConnection.objects.update(kind="by_hand", status=status)
    sweeping.miss(now=post.scheduled_for + after * HOUR)
    post.refresh_from_db()
    assert post.status == stands


def test_a_post_by_hand_of_a_paused_account_promises_no_reminder(kesar: Cast, post: ScheduledPost) -> None:
    PlatformConnection.objects.update(kind="by_hand", status="paused")
    page = browser(kesar.ben).get(f"/posts/{post.pk}/").content.decode()
    assert "the account is paused" in page
    assert "at its time we remind you" not in page


# The plan


def test_accounts_that_the_plan_pauses_are_told_to_their_people_once_each(kesar: Cast) -> None:
    ours = make_connection(kesar.kesar, platform="mastodon", handle="@ours")
    theirs = make_connection(kesar.kesar, platform="mastodon", account_id="2", handle="@chai", client=kesar.client)
    plans.fit(kesar.kesar.pk, most=0, keeps=[], now=timezone.now())
    told = Notification.objects.filter(kind="plan").order_by("user__email")
    assert kesar.asha.user.pk in {row.user_id for row in told}
    assert len({row.user_id for row in told}) == len(told)
    [hers] = [row for row in told if row.user_id == kesar.asha.user.pk]
    assert (ours.handle in hers.title, theirs.handle in hers.title) == (True, True)
    assert "Choose a larger plan" in hers.message
    plans.fit(kesar.kesar.pk, most=0, keeps=[], now=timezone.now())
    assert Notification.objects.filter(kind="plan").count() == len(told)


def test_what_a_person_paused_after_the_plan_had_is_not_resumed_by_the_plan(kesar: Cast) -> None:
    row = make_connection(kesar.kesar, platform="mastodon")
    plans.fit(kesar.kesar.pk, most=0, keeps=[], now=timezone.now())
    connections.resume(row, by=kesar.asha)
    connections.pause(row, by=kesar.asha)
    plans.fit(kesar.kesar.pk, most=5, keeps=[], now=timezone.now())
    row.refresh_from_db()
    assert (row.status, BY_PLAN in row.extra) == ("paused", False)
