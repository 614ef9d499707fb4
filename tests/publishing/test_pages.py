"""The pages of posts: what they say in each state, what they let people do, and how little they ask the database."""

import datetime as dt
import re
from collections.abc import Callable
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import connection as database
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts import tenancy
from accounts.models import Membership, User
from content.models import GeneratedContent
from publishing.forms.posts import WallClockField
from publishing.models import PlatformConnection, PublishAttempt, ScheduledPost
from publishing.queries import Cursor
from publishing.services import posts as commands
from tests.ahead import YEAR
from tests.cast import Cast
from tests.publishing.conftest import make_connection, make_piece, make_post

Enter = Callable[[Membership], Client]


@pytest.fixture
def enter(cast: Cast, settings: Any, monkeypatch: pytest.MonkeyPatch) -> Enter:
    """Somebody's browser, signed in."""
    settings.PUBLISHING_PLATFORMS = {"practice": "tests.publishing.wire.Small"}
    monkeypatch.setattr(commands, "_ring", lambda _post: None)

    def browser(member: Membership) -> Client:
        client = Client()
        client.force_login(member.user, backend="django.contrib.auth.backends.ModelBackend")
        return client

    return browser


@pytest.fixture
def piece(cast: Cast) -> GeneratedContent:
    """A piece of Kesar's, and an account to send it to."""
    with tenancy.of_organization(cast.kesar.pk):
        make_connection(cast.kesar)
        return make_piece(cast.kesar)


def plan_many(cast: Cast, piece: GeneratedContent, count: int, **fields: Any) -> list[ScheduledPost]:
    now = timezone.now()
    with tenancy.of_organization(cast.kesar.pk):
        account = PlatformConnection.objects.get(organization=cast.kesar)
        return [
            make_post(piece, account, at=now + dt.timedelta(hours=number + 1), text=f"Post {number}.", **fields)
            for number in range(count)
        ]


def rows(cast: Cast) -> list[ScheduledPost]:
    with tenancy.of_organization(cast.kesar.pk):
        return list(ScheduledPost.objects.filter(organization=cast.kesar).select_related("connection"))


def account_of(cast: Cast) -> str:
    with tenancy.of_organization(cast.kesar.pk):
        return str(PlatformConnection.objects.get(organization=cast.kesar).pk)


# Lists


def test_the_list_and_the_story_ask_the_database_the_same_for_3_posts_and_for_30(
    cast: Cast, enter: Enter, piece: GeneratedContent
) -> None:
    browser = enter(cast.ben)
    counted: dict[str, set[int]] = {}
    browser.get(reverse("posts"))
    for count in (3, 27):
        posts = plan_many(cast, piece, count, status="scheduled" if count == 3 else "published")
        with tenancy.of_organization(cast.kesar.pk):
            for number in range(count):
                PublishAttempt.objects.create(
                    organization=cast.kesar, post=posts[0], number=number + 1, fence=1, idempotency_key=piece.pk
                )
        for address in (reverse("posts") + "?view=all", reverse("post", args=[posts[0].pk])):
            with CaptureQueriesContext(database) as asked:
                assert browser.get(address).status_code == 200
            counted.setdefault(address.split("-")[0][:7] + ("s" if "view" in address else ""), set()).add(len(asked))
    assert all(len(numbers) == 1 for numbers in counted.values()), counted
    assert max(max(numbers) for numbers in counted.values()) <= 12, counted


def test_pages_follow_each_other_without_gap_or_repeat_in_both_directions(
    cast: Cast, enter: Enter, piece: GeneratedContent
) -> None:
    plan_many(cast, piece, 95)
    browser, seen, address = enter(cast.ben), [], "?view=planned"
    while address:
        page = browser.get(reverse("posts") + address)
        seen.append([post.pk for day in page.context["days"] for post in day.posts])
        back, address = page.context["previous_url"], page.context["next_url"]
    assert [len(part) for part in seen] == [40, 40, 15]
    assert len({key for part in seen for key in part}) == 95
    before = browser.get(reverse("posts") + back)
    assert [post.pk for day in before.context["days"] for post in day.posts] == seen[1]


@pytest.mark.parametrize("text", ["", "x", "-", "1e400_0", "12_zz", "nan_00000000000000000000000000000000"])
def test_a_broken_place_in_the_list_is_the_beginning(text: str) -> None:
    assert Cursor.read(text) is None


def test_the_list_is_found_by_words_platform_and_view(cast: Cast, enter: Enter, piece: GeneratedContent) -> None:
    plan_many(cast, piece, 3)
    browser = enter(cast.chitra)

    def shown(address: str) -> int:
        return sum(len(day.posts) for day in browser.get(reverse("posts") + address).context["days"])

    assert shown("?q=post 1") == 1
    assert shown("?q=1 post") == 1  # every word, wherever it stands
    assert shown("?q=post nowhere") == 0
    assert shown("?platform=practice") == 3
    assert shown("?platform=bluesky") == 0
    assert shown("?view=trouble") == 0
    assert shown("?view=nonsense") == 3


def test_an_empty_list_says_what_to_do(cast: Cast, enter: Enter) -> None:
    assert "Open an asset in the Library" in enter(cast.ben).get(reverse("posts")).content.decode()
    seen = enter(cast.esha).get(reverse("posts")).content.decode()
    assert "What is planned for you stands here" in seen
    assert "Open the Library" not in seen


# One post


SAYS = {
    "scheduled": "It is planned.",
    "publishing": "It is being sent.",
    "unconfirmed": "may have it",
    "published": "It is live",
    "failed": "It was not published.",
    "missed": "missed its time",
    "cancelled": "It was cancelled.",
}


@pytest.mark.parametrize("status", list(SAYS))
def test_every_state_says_where_the_post_is_and_offers_its_own_ways_out(
    cast: Cast, enter: Enter, piece: GeneratedContent, status: str
) -> None:
    [post] = plan_many(cast, piece, 1, status=status, looks=1)
    page = enter(cast.ben).get(reverse("post", args=[post.pk]))
    text = page.content.decode()
    assert SAYS[status] in text
    offered = {name for name in ("cancel", "move", "look", "seen", "retry") if f"/posts/{post.pk}/{name}/" in text}
    assert offered == {
        "scheduled": {"cancel", "move"},
        "unconfirmed": {"look", "seen", "retry", "cancel"},
        "failed": {"retry", "seen", "cancel"},
        "missed": {"retry", "seen", "cancel"},
    }.get(status, set())


def test_a_reader_sees_the_story_but_no_buttons(cast: Cast, enter: Enter, piece: GeneratedContent) -> None:
    [post] = plan_many(cast, piece, 1)
    text = enter(cast.chitra).get(reverse("post", args=[post.pk])).content.decode()
    assert "Planned by" in text
    reading = rf'hx-get="[^"]*"|href="/posts/{post.pk}/links/"'  # Chitra may see numbers, and links are counted there
    assert f"/posts/{post.pk}/" not in re.sub(reading, "", text)


def test_the_story_tells_each_try_in_words(cast: Cast, enter: Enter, piece: GeneratedContent) -> None:
    [post] = plan_many(cast, piece, 1, status="published")
    at = timezone.now()
    with tenancy.of_organization(cast.kesar.pk):
        common = {"organization": cast.kesar, "post": post, "fence": 1, "idempotency_key": post.idempotency_key}
        PublishAttempt.objects.create(
            **common, number=1, outcome="unknown", message="The line went dead.", finished_at=at,
            steps=[[name, at.isoformat()] for name in ("uploaded", "uploaded", "sending")],
        )  # fmt: skip
        PublishAttempt.objects.create(**common, number=2, purpose="look", outcome="found", finished_at=at)
    text = enter(cast.ben).get(reverse("post", args=[post.pk])).content.decode()
    for words in (
        "The files arrived",
        "Handed to the platform",
        "No clear answer",
        "The line went dead.",
        "Found on the platform",
    ):
        assert words in text
    assert text.count("The files arrived") == 1, "a video and its picture are one arrival"


def test_a_threads_parts_stand_one_under_another(cast: Cast, enter: Enter, piece: GeneratedContent) -> None:
    parts = ["First of two.", "Second of two."]
    [post] = plan_many(cast, piece, 1, metadata={"parts": parts})
    with tenancy.of_organization(cast.kesar.pk):
        ScheduledPost.objects.update(text="\n\n---\n\n".join(parts))
    page = enter(cast.ben).get(reverse("post", args=[post.pk])).content.decode()
    assert '<ol class="thread"><li>First of two.</li><li>Second of two.</li></ol>' in page
    assert "---" not in page.split("What will be sent")[1]


def test_an_account_to_be_connected_again_is_not_chosen_by_itself_and_that_is_said(
    cast: Cast, enter: Enter, piece: GeneratedContent
) -> None:
    with tenancy.of_organization(cast.kesar.pk):
        named = {"platform": piece.platform, "account_id": "broken", "handle": "@a.broken"}
        broken = make_connection(cast.kesar, status="needs_reconnect", **named)
    address = reverse("schedule", args=[piece.pk])
    page = enter(cast.ben).get(address).content.decode()
    assert "@a.broken is not chosen by itself: it must be connected again first." in page
    options = re.findall(
        r'<option value="([^"]+)"[^>]*>([^<]+)', page.split('name="connection"')[1].split("</select>")[0]
    )
    assert options[0][0] != str(broken.pk)
    assert "to be connected again" in options[-1][1]
    with tenancy.of_organization(cast.kesar.pk):
        PlatformConnection.objects.exclude(pk=broken.pk).delete()
    assert "must be connected again before anything can be sent to it." in enter(cast.ben).get(address).content.decode()


@pytest.mark.parametrize("name", ["post", "post_cancel", "post_move", "post_look", "post_seen", "post_retry"])
def test_another_organisations_post_is_not_there(cast: Cast, enter: Enter, piece: GeneratedContent, name: str) -> None:
    [post] = plan_many(cast, piece, 1)
    browser, address = enter(cast.dev), reverse(name, args=[post.pk])
    answer = browser.get(address) if name == "post" else browser.post(address, {"url": "https://a.example"})
    assert answer.status_code == 404
    assert rows(cast)[0].status == "scheduled"


@pytest.mark.parametrize("name", ["post_cancel", "post_move", "post_look", "post_seen", "post_retry"])
def test_readers_change_nothing(cast: Cast, enter: Enter, piece: GeneratedContent, name: str) -> None:
    [post] = plan_many(cast, piece, 1)
    assert enter(cast.chitra).post(reverse(name, args=[post.pk])).status_code == 403


def test_a_post_is_moved_and_a_jump_of_the_clocks_is_said(cast: Cast, enter: Enter, piece: GeneratedContent) -> None:
    [post] = plan_many(cast, piece, 1)
    year = timezone.now().year + 1
    march = next(day for day in range(8, 15) if dt.date(year, 3, day).weekday() == 6)
    asked = {"local_time": f"{year}-03-{march:02d}T02:30", "timezone": "America/New_York"}
    page = enter(cast.ben).post(reverse("post_move", args=[post.pk]), asked, follow=True)
    assert "does not exist in New York" in page.content.decode()
    assert rows(cast)[0].local_time.endswith("T03:30")


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ({"local_time": "2001-01-01T09:00", "timezone": "Asia/Kolkata"}, "in the past"),
        ({"local_time": "soon", "timezone": "Asia/Kolkata"}, "Give a day and a time"),
        ({"local_time": "", "timezone": "Asia/Kolkata"}, "required"),
        ({"local_time": f"{YEAR}-01-01T09:00", "timezone": "Mars/Olympus"}, "not a time zone"),
        ({"local_time": "9999-01-01T09:00", "timezone": "UTC"}, "two years"),
        ({"local_time": "0001-01-01T00:00", "timezone": "Asia/Kolkata"}, "00:00 is in the past. It stays where it was"),
    ],
)
def test_a_time_that_cannot_be_is_said_beside_the_field_and_nothing_moves(
    cast: Cast, enter: Enter, piece: GeneratedContent, asked: dict[str, str], words: str
) -> None:
    [post] = plan_many(cast, piece, 1)
    page = enter(cast.ben).post(reverse("post_move", args=[post.pk]), asked)
    assert page.status_code == 422
    assert words in page.content.decode()
    assert rows(cast)[0].scheduled_for == post.scheduled_for


def test_cancelling_what_is_being_sent_says_so(cast: Cast, enter: Enter, piece: GeneratedContent) -> None:
    [post] = plan_many(cast, piece, 1, status="publishing")
    page = enter(cast.ben).post(reverse("post_cancel", args=[post.pk]), follow=True)
    assert "this very moment" in page.content.decode()
    assert rows(cast)[0].status == "publishing"


@pytest.mark.parametrize("status", ["unconfirmed", "failed", "missed"])
def test_an_address_that_is_none_is_refused_and_a_good_one_counts_as_live(
    cast: Cast, enter: Enter, piece: GeneratedContent, status: str
) -> None:
    [post] = plan_many(cast, piece, 1, status=status)
    browser, address = enter(cast.ben), reverse("post_seen", args=[post.pk])
    refused = browser.post(address, {"url": "javascript:alert(1)"})
    assert refused.status_code == 422
    assert 'value="javascript:alert(1)" aria-invalid="true" aria-describedby="pu_error"' in refused.content.decode()
    browser.post(address, {"url": "practice.example/p1"})
    assert (rows(cast)[0].status, rows(cast)[0].url) == ("published", "https://practice.example/p1")


@pytest.mark.parametrize(
    ("status", "seconds", "looks_again"),
    [
        ("publishing", 0, True),
        ("scheduled", 5, True),
        ("scheduled", 600, False),
        ("unconfirmed", -5, True),
        ("unconfirmed", -600, False),
        ("published", 0, False),
    ],
)
def test_the_page_looks_again_by_itself_only_around_the_moment_something_happens(
    cast: Cast, enter: Enter, piece: GeneratedContent, status: str, seconds: int, looks_again: bool
) -> None:
    [post] = plan_many(cast, piece, 1, status=status, next_try_at=timezone.now() + dt.timedelta(seconds=seconds))
    text = enter(cast.ben).get(reverse("post", args=[post.pk])).content.decode()
    assert ("every 4s" in text) is looks_again


@pytest.mark.parametrize("model", ["scheduledpost", "publishattempt", "platformconnection"])
def test_the_operators_desk_shows_posts_tries_and_accounts_without_secrets(
    cast: Cast, piece: GeneratedContent, model: str
) -> None:
    [post] = plan_many(cast, piece, 1)
    with tenancy.of_organization(cast.kesar.pk):
        attempt = PublishAttempt.objects.create(
            organization=cast.kesar, post=post, number=1, fence=1, idempotency_key=post.idempotency_key
        )
    key = {"scheduledpost": post.pk, "publishattempt": attempt.pk, "platformconnection": post.connection_id}[model]
    browser = Client()
    operator = User.objects.create_superuser("olga@trenddrop.example", "x")
    browser.force_login(operator, backend="django.contrib.auth.backends.ModelBackend")
    page = browser.get(reverse(f"admin:publishing_{model}_changelist"))
    assert page.status_code == 200
    assert str(key) in page.content.decode()
    form = browser.get(reverse(f"admin:publishing_{model}_change", args=[key]))
    assert form.status_code == 200
    assert "access_token" not in form.content.decode()


def test_an_operator_stops_what_is_planned_but_not_what_is_being_sent(cast: Cast, piece: GeneratedContent) -> None:
    planned, sending = plan_many(cast, piece, 2)
    with tenancy.of_organization(cast.kesar.pk):
        ScheduledPost.objects.filter(pk=sending.pk).update(status="publishing")
    browser = Client()
    operator = User.objects.create_superuser("olga@trenddrop.example", "x")
    browser.force_login(operator, backend="django.contrib.auth.backends.ModelBackend")
    asked = {"action": "give_up", "_selected_action": [str(planned.pk), str(sending.pk)]}
    browser.post(reverse("admin:publishing_scheduledpost_changelist"), asked)
    assert {post.pk: post.status for post in rows(cast)} == {planned.pk: "cancelled", sending.pk: "publishing"}


# The plan of a piece


def tomorrow() -> dict[str, str]:
    return {"local_time": f"{timezone.now() + dt.timedelta(days=1):%Y-%m-%dT09:00}", "timezone": "Asia/Kolkata"}


def test_a_piece_is_planned_and_the_page_leads_to_its_post(cast: Cast, enter: Enter, piece: GeneratedContent) -> None:
    address = reverse("schedule", args=[piece.pk])
    browser = enter(cast.ben)
    assert browser.get(address).status_code == 200
    answer = browser.post(address, {"connection": account_of(cast), **tomorrow()})
    [post] = rows(cast)
    assert answer["Location"] == reverse("post", args=[post.pk])
    assert post.scheduled_by_id == cast.ben.user_id


def test_a_second_click_leads_to_the_same_post(cast: Cast, enter: Enter, piece: GeneratedContent) -> None:
    browser, asked = enter(cast.ben), {"connection": account_of(cast), **tomorrow()}
    answers = [browser.post(reverse("schedule", args=[piece.pk]), asked)["Location"] for _ in range(2)]
    assert len(rows(cast)) == 1
    assert answers[0] == answers[1]


def test_a_second_click_on_send_now_leads_to_the_same_post(cast: Cast, enter: Enter, piece: GeneratedContent) -> None:
    browser, asked = enter(cast.ben), {"connection": account_of(cast), "timezone": "Asia/Kolkata"}
    answers = [browser.post(reverse("publish_now", args=[piece.pk]), asked)["Location"] for _ in range(2)]
    assert len(rows(cast)) == 1
    assert answers[0] == answers[1]
    page = browser.get(answers[0]).content.decode()
    assert "It goes out now." in page
    assert "Nothing is sent before its time" not in page


def test_a_post_that_was_put_off_for_hours_is_not_said_to_go_out_now(
    cast: Cast, enter: Enter, piece: GeneratedContent
) -> None:
    browser, asked = enter(cast.ben), {"connection": account_of(cast), "timezone": "Asia/Kolkata"}
    address = browser.post(reverse("publish_now", args=[piece.pk]), asked)["Location"]
    until = timezone.now() + dt.timedelta(hours=5)
    with tenancy.of_organization(cast.kesar.pk):  # as a used-up allowance leaves it: that is no try
        ScheduledPost.objects.update(tries=0, next_try_at=until, error="Nothing is left of “reels” until 19:00.")
    page = browser.get(address).content.decode()
    assert "It goes out now." not in page
    assert "Nothing is left of “reels” until 19:00." in page


@pytest.mark.parametrize("name", ["schedule", "publish_now"])
def test_text_over_the_limit_keeps_the_form_and_says_how_much(
    cast: Cast, enter: Enter, piece: GeneratedContent, name: str
) -> None:
    with tenancy.of_organization(cast.kesar.pk):
        GeneratedContent.objects.filter(pk=piece.pk).update(text="a" * 512)
    asked = {"connection": account_of(cast), **tomorrow()}
    page = enter(cast.ben).post(reverse(name, args=[piece.pk]), asked)
    assert page.status_code == 422
    assert "12 over Practice network" in page.content.decode()
    assert rows(cast) == []


def test_the_account_of_somebody_else_is_not_among_the_choices(
    cast: Cast, enter: Enter, piece: GeneratedContent
) -> None:
    with tenancy.operator():
        theirs = make_connection(cast.lisbon, account_id="9", handle="@lisbon")
    page = enter(cast.ben).post(reverse("schedule", args=[piece.pk]), {"connection": str(theirs.pk), **tomorrow()})
    assert page.status_code == 422
    assert "That account is not here" in page.content.decode()
    assert "@lisbon" not in page.content.decode()


@pytest.mark.parametrize("name", ["schedule", "publish_now"])
def test_another_organisations_piece_is_not_there(cast: Cast, enter: Enter, piece: GeneratedContent, name: str) -> None:
    assert enter(cast.dev).post(reverse(name, args=[piece.pk]), {}).status_code == 404


@pytest.mark.parametrize("name", ["schedule", "publish_now"])
def test_readers_cannot_plan(cast: Cast, enter: Enter, piece: GeneratedContent, name: str) -> None:
    assert enter(cast.chitra).post(reverse(name, args=[piece.pk]), {}).status_code == 403


def test_what_the_clock_does_is_shown_before_it_is_planned(cast: Cast, enter: Enter, piece: GeneratedContent) -> None:
    browser, address = enter(cast.ben), reverse("schedule", args=[piece.pk])
    year = timezone.now().year + 1
    march = max(day for day in range(25, 32) if dt.date(year, 3, day).weekday() == 6)

    def note(at: str, zone: str) -> str:
        asked = {"local_time": at, "timezone": zone}
        return browser.get(address, asked, headers={"HX-Request": "true", "HX-Target": "when-note"}).content.decode()

    assert f"{march} Mar {year}, 02:30 WEST" in note(f"{year}-03-{march}T01:30", "Europe/Lisbon")
    assert "the clocks go forward" in note(f"{year}-03-{march}T01:30", "Europe/Lisbon")
    assert "in the past" in note("2001-01-01T01:30", "Europe/Lisbon")
    assert "in the past" in note("0001-01-01T00:00", "Asia/Kolkata")
    assert "Give a day" in note("x", "Europe/Lisbon")


def test_the_studio_gets_the_plan_as_a_part(cast: Cast, enter: Enter, piece: GeneratedContent) -> None:
    page = enter(cast.ben).get(reverse("schedule", args=[piece.pk]), headers={"HX-Request": "true"})
    assert page.content.decode().startswith('<div id="plan-of-piece"')


@pytest.mark.parametrize("text", ["2026-11-27T09:00Z", "2026-11-27T09:00+05:30", "2026-13-01T09:00", "27/11/2026"])
def test_a_clock_without_a_zone_is_what_the_field_takes(text: str) -> None:
    with pytest.raises(ValidationError):
        WallClockField().clean(text)
