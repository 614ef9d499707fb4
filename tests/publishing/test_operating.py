"""What operators say of platforms, and how each account is, on its pages."""

import datetime as dt
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.db import connection as database
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts import tenancy
from accounts.models import Membership
from publishing import operating
from publishing.forms.connections import PlatformForm
from publishing.models import Platform, PlatformConnection, ScheduledPost
from tests.cast import Cast
from tests.publishing.conftest import make_connection, make_piece, make_post
from trenddrop.core.platforms import check, rules

Enter = Callable[[Membership], Client]


@pytest.fixture
def enter() -> Enter:
    def opened(member: Membership) -> Client:
        client = Client()
        client.force_login(member.user)
        return client

    return opened


@pytest.fixture
def asked(settings: Any) -> Iterator[None]:
    """Limits come from the operators' table."""
    settings.PLATFORM_RULES_OVERRIDES = "publishing.operating.overrides"
    operating.forget()
    yield
    operating.forget()


def say(key: str, **fields: Any) -> Platform:
    return Platform.objects.update_or_create(key=key, defaults=fields)[0]


def test_a_limit_that_differs_here_holds_for_every_check(db: None, asked: None) -> None:
    say("x", overrides={"text_limit": 4000, "media": {"max_duration": 14400}})
    operating.forget()
    assert (rules("x").text_limit, rules("x").media.max_duration) == (4000, 14400)
    assert rules("x").media.max_bytes == 512_000_000  # what nobody changed stays
    assert check("x", text="a" * 3000) == []
    assert rules("bluesky").text_limit == 300


def test_the_table_is_asked_once_in_half_a_minute_not_for_every_text(db: None, asked: None) -> None:
    with CaptureQueriesContext(database) as seen:
        for _each in range(50):
            rules("x")
    assert len(seen) == 1


def test_limits_that_are_none_any_more_leave_the_usual_ones(db: None, asked: None) -> None:
    say("x", overrides={"text_limt": 4000})
    say("threads", overrides={"text_limit": 1000})
    operating.forget()
    assert (rules("x").text_limit, rules("threads").text_limit) == (280, 1000)


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"text_limt": 4000}, "“text_limt” is no limit"),
        ({"key": "bluesky"}, "“key” is no limit"),
        ({"text_limit": "many"}, "cannot be many"),
        ({"text_limit": True}, "cannot be True"),
        ({"text_limit": -1}, "cannot be -1"),
        ({"ai_switch": 1}, "cannot be 1"),
        ({"media": {"kinds": ["video"]}}, "“kinds” is no limit"),
        ({"media": 4}, "no list of limits"),
        (["text_limit"], "no list of limits"),
        (5, "no list of limits"),
    ],
)
def test_what_is_no_limit_is_refused_before_it_breaks_anything(db: None, given: Any, words: str) -> None:
    form = PlatformForm({"audit": "passed", "overrides": json(given)}, instance=say("x"))
    assert words in str(form.errors)


def json(value: Any) -> str:
    return str(value).replace("'", '"').replace("True", "true")


def test_a_good_limit_is_taken_and_an_empty_one_means_the_usual(db: None) -> None:
    for given in ('{"text_limit": 25000, "hashtag_limit": null}', "{}", ""):
        assert PlatformForm({"audit": "passed", "overrides": given}, instance=say("x")).errors == {}


def test_operators_see_every_platform_with_its_accounts_and_change_it(cast: Cast, settings: Any, asked: None) -> None:
    with tenancy.of_organization(cast.kesar.pk):
        make_connection(cast.kesar, platform="bluesky", account_id="a")
        make_connection(cast.kesar, platform="bluesky", account_id="b", status="needs_reconnect")
    Platform.objects.filter(key="mastodon").delete()
    with tenancy.operator():
        cast.asha.user.is_staff = cast.asha.user.is_superuser = True
        cast.asha.user.save()
    client = Client()
    client.force_login(cast.asha.user)
    page = client.get("/admin/publishing/platform/").content.decode()
    assert "Mastodon" in page
    row = Platform.objects.get(key="tiktok")
    assert "TIKTOK_CLIENT_KEY" in client.get(f"/admin/publishing/platform/{row.pk}/change/").content.decode()
    said = {"audit": "passed", "overrides": '{"text_limit": 4000}', "notice": "Since Friday.", "is_enabled": "on"}
    assert client.post(f"/admin/publishing/platform/{row.pk}/change/", said).status_code == 302
    assert (rules("tiktok").text_limit, operating.of("tiktok").audit) == (4000, "passed")


# Pages


def test_the_page_of_accounts_asks_the_database_the_same_for_2_accounts_and_for_20(cast: Cast, enter: Enter) -> None:
    client = enter(cast.asha)
    counted = []
    client.get("/connections/")
    for number in range(20):
        with tenancy.of_organization(cast.kesar.pk):
            row = make_connection(cast.kesar, account_id=str(number), client=cast.client, scopes=["a"])
            make_post(make_piece(cast.kesar), row, at=timezone.now())
        if number in {1, 19}:
            with CaptureQueriesContext(database) as seen:
                assert client.get("/connections/").status_code == 200
            counted.append(len(seen))
    assert counted[0] == counted[1]
    assert counted[1] < 12


def test_an_accounts_own_page_tells_everything_and_whoever_reads_may_change_nothing(cast: Cast, enter: Enter) -> None:
    now = timezone.now()
    items = [{"name": "posts", "used": 3, "total": 25, "resets_at": None}]
    with tenancy.of_organization(cast.kesar.pk):
        row = make_connection(
            cast.kesar,
            platform="mastodon",
            scopes=["write:media"],
            allowance={"read_at": now.isoformat(), "items": items},
            canary_at=now,
            canary_error="It was down.",
        )
        make_post(make_piece(cast.kesar), row, at=now)
    client = enter(cast.asha)
    client.get("/connections/")
    with CaptureQueriesContext(database) as seen:
        page = client.get(f"/connections/{row.pk}/").content.decode()
    assert len(seen) < 12
    for words in ("3 of 25 used", "It was down.", "Missing: read:accounts", "Check now", "Pause", "Monsoon skin"):
        assert words in page
    assert "access-1" not in page
    reader = enter(cast.chitra).get(f"/connections/{row.pk}/").content.decode()
    assert "It was down." in reader
    assert "Check now" not in reader


def test_a_platform_that_is_switched_off_is_told_on_its_accounts(cast: Cast, enter: Enter) -> None:
    say("practice", is_enabled=False, notice="Back on Monday.")
    with tenancy.of_organization(cast.kesar.pk):
        row = make_connection(cast.kesar)
    assert "Back on Monday." in enter(cast.asha).get("/connections/").content.decode()
    assert "switched off" in enter(cast.asha).get(f"/connections/{row.pk}/").content.decode()


def test_pausing_holds_posts_back_and_resuming_lets_them_go(cast: Cast, enter: Enter) -> None:
    client = enter(cast.asha)
    with tenancy.of_organization(cast.kesar.pk):
        row = make_connection(cast.kesar)
        post = make_post(make_piece(cast.kesar), row, at=timezone.now() + dt.timedelta(hours=1))
    assert client.post(f"/connections/{row.pk}/pause/").status_code == 302
    assert "nothing is sent" in client.get(f"/connections/{row.pk}/").content.decode()
    assert enter(cast.ben).post(f"/connections/{row.pk}/resume/").status_code == 403
    client.post(f"/connections/{row.pk}/resume/")
    with tenancy.of_organization(cast.kesar.pk):
        assert PlatformConnection.objects.get(pk=row.pk).status == "active"
        assert ScheduledPost.objects.get(pk=post.pk).status == "scheduled"
