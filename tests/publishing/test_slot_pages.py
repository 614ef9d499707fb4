"""The pages of slots, the queue, good times, series and holds: what they say and do, and what they ask the database."""

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection as database
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts import tenancy
from accounts.models import Membership
from content.models import GeneratedContent
from publishing.models import PlatformConnection, PostingHold, PostingSlot, RecurringPost, ScheduledPost
from publishing.services import posts as commands
from publishing.services import slots
from tests.cast import Cast
from tests.publishing.conftest import make_connection, make_piece, make_post

Enter = Callable[[Membership], Client]
ZONE = "Asia/Kolkata"
RULE = {"frequency": "daily", "interval": "1", "at": "09:00", "timezone": ZONE}


@pytest.fixture
def enter(cast: Cast, settings: Any, monkeypatch: pytest.MonkeyPatch) -> Enter:
    settings.PUBLISHING_PLATFORMS = {"practice": "tests.publishing.wire.Small"}
    monkeypatch.setattr(commands, "_ring", lambda _post: None)

    def browser(member: Membership) -> Client:
        client = Client()
        client.force_login(member.user, backend="django.contrib.auth.backends.ModelBackend")
        return client

    return browser


@pytest.fixture
def account(cast: Cast) -> PlatformConnection:
    with tenancy.of_organization(cast.kesar.pk):
        return make_connection(cast.kesar)


@pytest.fixture
def piece(cast: Cast) -> GeneratedContent:
    with tenancy.of_organization(cast.kesar.pk):
        return make_piece(cast.kesar)


def found(cast: Cast, rows: Any) -> list[Any]:
    with tenancy.of_organization(cast.kesar.pk):
        return list(rows.select_related("connection").order_by("created_at"))


def every_day(cast: Cast, account: PlatformConnection) -> list[PostingSlot]:
    with tenancy.of_organization(cast.kesar.pk):
        return slots.add(account, weekdays=range(7), at=dt.time(9), zone=ZONE, by=cast.ben)


def test_slots_are_added_changed_and_removed_by_plain_forms(
    cast: Cast, enter: Enter, account: PlatformConnection
) -> None:
    browser, page = enter(cast.ben), reverse("connection_slots", args=[account.pk])
    empty = browser.get(page).content.decode()
    assert "No slots yet." in empty
    given = {"weekdays": ["0", "2"], "at": "09:30", "timezone": ZONE}
    assert browser.post(reverse("slot_add", args=[account.pk]), given)["Location"] == page
    first, _second = found(cast, PostingSlot.objects.all())
    assert "2 slots a week." in browser.get(page).content.decode()
    changed = {"weekday": "4", "at": "18:00", "timezone": "Europe/Lisbon", "is_active": "on"}
    assert browser.post(reverse("slot", args=[first.pk]), changed).status_code == 302
    assert "Friday, 18:00" in browser.get(reverse("slot", args=[first.pk])).content.decode()
    assert browser.post(reverse("slot_remove", args=[first.pk]), {})["Location"] == page
    assert len(found(cast, PostingSlot.objects.all())) == 1


@pytest.mark.parametrize(
    ("name", "given", "words"),
    [
        ("slot_add", {"at": "09:00", "timezone": ZONE}, "Choose at least one day."),
        ("slot_add", {"weekdays": "0", "at": "25:00", "timezone": ZONE}, "Give a time of day"),
        ("slot_add", {"weekdays": "0", "at": "09:00", "timezone": "Mars/Olympus"}, "not a time zone we know"),
        ("slots_preset", {"preset": "nights", "timezone": ZONE}, "Select a valid choice"),
        ("slots_zone", {"timezone": "Mars"}, "not a time zone we know"),
    ],
)
def test_what_makes_no_sense_is_said_at_its_field(
    cast: Cast, enter: Enter, account: PlatformConnection, name: str, given: dict[str, str], words: str
) -> None:
    answer = enter(cast.ben).post(reverse(name, args=[account.pk]), given)
    assert (answer.status_code, words in answer.content.decode()) == (422, True)


def test_a_preset_and_another_clock(cast: Cast, enter: Enter, account: PlatformConnection) -> None:
    browser = enter(cast.ben)
    browser.post(reverse("slots_preset", args=[account.pk]), {"preset": "twice", "timezone": ZONE})
    browser.post(reverse("slots_zone", args=[account.pk]), {"timezone": "Europe/Lisbon"})
    assert {slot.timezone for slot in found(cast, PostingSlot.objects.all())} == {"Europe/Lisbon"}
    assert "14 slots a week." in browser.get(reverse("connection_slots", args=[account.pk])).content.decode()


def test_pieces_join_the_queue_and_change_places(
    cast: Cast, enter: Enter, account: PlatformConnection, piece: GeneratedContent
) -> None:
    every_day(cast, account)
    browser = enter(cast.ben)
    with tenancy.of_organization(cast.kesar.pk):
        other = make_piece(cast.kesar, title="The other")
    for each in (piece, other):
        browser.post(reverse("queue_add", args=[each.pk]), {"connection": str(account.pk)})
    first, second = found(cast, ScheduledPost.objects.all())
    assert first.scheduled_for < second.scheduled_for
    browser.post(reverse("queue_order", args=[account.pk]), {"post": str(second.pk), "to": "sooner"})
    again = {post.pk: post.scheduled_for for post in found(cast, ScheduledPost.objects.all())}
    assert again == {first.pk: second.scheduled_for, second.pk: first.scheduled_for}
    shown = browser.get(reverse("connection_slots", args=[account.pk])).content.decode()
    assert shown.index("The other") < shown.index("Monsoon skin")
    assert "In the slot" in browser.get(reverse("post", args=[first.pk])).content.decode()


def test_a_queue_without_slots_leads_to_where_they_are_made(
    cast: Cast, enter: Enter, account: PlatformConnection, piece: GeneratedContent
) -> None:
    answer = enter(cast.ben).post(
        reverse("queue_add", args=[piece.pk]), {"connection": str(account.pk)}, headers={"HX-Request": "true"}
    )
    assert answer["HX-Redirect"] == reverse("connection_slots", args=[account.pk])
    assert found(cast, ScheduledPost.objects.all()) == []


def test_good_times_are_proposed_with_their_reason_and_used(
    cast: Cast, enter: Enter, account: PlatformConnection, piece: GeneratedContent
) -> None:
    browser, page = enter(cast.ben), reverse("good_times", args=[piece.pk])
    shown = browser.get(page, {"connection": str(account.pk)}, headers={"HX-Request": "true"})
    assert "nothing of your own is measured yet" in shown.content.decode()
    good = shown.context["proposals"][0]
    given = {"connection": str(account.pk), "local_time": f"{good.asked:%Y-%m-%dT%H:%M}", "timezone": good.zone}
    browser.post(page, given)
    (post,) = found(cast, ScheduledPost.objects.all())
    assert (post.scheduled_for, post.is_optimised) == (good.moment.instant, False)
    assert "Good times" in browser.get(page).content.decode()


def test_a_piece_goes_out_again_and_again_is_paused_and_removed(
    cast: Cast, enter: Enter, account: PlatformConnection, piece: GeneratedContent
) -> None:
    browser = enter(cast.ben)
    new = reverse("recurring_new", args=[piece.pk])
    assert "Send it again and again" in browser.get(new).content.decode()
    begins = f"{timezone.localdate() + dt.timedelta(days=1):%Y-%m-%d}"
    answer = browser.post(new, {**RULE, "connection": str(account.pk), "starts_on": begins})
    (series,) = found(cast, RecurringPost.objects.all())
    page = reverse("recurring_one", args=[series.pk])
    assert answer["Location"] == page
    shown = browser.get(page).content.decode()
    assert "every day" in shown
    assert f"{series.made} posts came of it" in shown
    assert "Monsoon skin" in browser.get(reverse("recurring")).content.decode()
    browser.post(reverse("recurring_pause", args=[series.pk]))
    assert {post.status for post in found(cast, ScheduledPost.objects.all())} == {"cancelled"}
    browser.post(reverse("recurring_resume", args=[series.pk]))
    browser.post(page, {**RULE, "frequency": "weekly", "interval": "2", "starts_on": begins})
    (changed,) = found(cast, RecurringPost.objects.all())
    assert (changed.frequency, changed.interval) == ("weekly", 2)
    assert browser.post(reverse("recurring_remove", args=[series.pk]))["Location"] == reverse("recurring")
    assert found(cast, RecurringPost.objects.all()) == []


def test_a_series_that_ends_before_it_begins_is_refused(
    cast: Cast, enter: Enter, account: PlatformConnection, piece: GeneratedContent
) -> None:
    given = {**RULE, "connection": str(account.pk), "starts_on": "2030-01-02", "ends_on": "2030-01-01"}
    answer = enter(cast.ben).post(reverse("recurring_new", args=[piece.pk]), given)
    assert (answer.status_code, "comes before the first" in answer.content.decode()) == (422, True)


def test_a_hold_is_put_shown_and_ended(
    cast: Cast, enter: Enter, account: PlatformConnection, piece: GeneratedContent
) -> None:
    browser, page = enter(cast.asha), reverse("holds")
    assert "Choose one" in browser.post(page, {"reason": "Storm"}).content.decode()
    browser.post(page, {"connection": str(account.pk), "reason": "Storm"})
    (hold,) = found(cast, PostingHold.objects.all())
    with tenancy.of_organization(cast.kesar.pk):
        post = make_post(piece, account, at=dt.datetime(2031, 1, 1, tzinfo=dt.UTC))
    for address in (page, reverse("posts"), reverse("post", args=[post.pk]), reverse("connection", args=[account.pk])):
        assert "On hold: nothing goes out on @kesar." in browser.get(address).content.decode(), address
    assert "on hold already" in browser.post(page, {"connection": str(account.pk)}).content.decode()
    release = reverse("hold_release", args=[hold.pk])
    assert "No post is late." in browser.get(release).content.decode()
    assert browser.post(release, {"late": "leave"})["Location"] == page
    assert "Nothing is on hold." in browser.get(page).content.decode()
    assert "This hold has ended." in browser.get(release).content.decode()


def test_only_who_may_holds_and_an_analyst_changes_no_slots(
    cast: Cast, enter: Enter, account: PlatformConnection
) -> None:
    assert enter(cast.ben).get(reverse("holds")).status_code == 403
    browser = enter(cast.chitra)
    assert "Add slots" not in browser.get(reverse("connection_slots", args=[account.pk])).content.decode()
    given = {"weekdays": "0", "at": "09:00", "timezone": ZONE}
    assert browser.post(reverse("slot_add", args=[account.pk]), given).status_code == 403


def test_pages_ask_the_database_the_same_for_few_rows_and_for_many(
    cast: Cast, enter: Enter, account: PlatformConnection
) -> None:
    browser = enter(cast.ben)
    every_day(cast, account)
    pages = [reverse("connection_slots", args=[account.pk]), reverse("recurring")]
    counted: dict[str, set[int]] = {page: set() for page in pages}
    for page in pages:
        browser.get(page)
    for count in (2, 9):
        with tenancy.of_organization(cast.kesar.pk):
            for number in range(count):
                each = make_piece(cast.kesar, text=f"{count}-{number}")
                fields = {"frequency": "daily", "at": dt.time(9), "timezone": ZONE, "starts_on": dt.date(2030, 1, 1)}
                RecurringPost.objects.create(organization=cast.kesar, piece=each, connection=account, **fields)
                slot = PostingSlot.objects.order_by("weekday")[number % 7]
                at = dt.datetime(2030, 1, 1, tzinfo=dt.UTC) + dt.timedelta(days=count * 10 + number)
                make_post(each, account, at=at, slot=slot)
        for page in pages:
            with CaptureQueriesContext(database) as asked:
                assert browser.get(page).status_code == 200
            counted[page].add(len(asked))
    assert all(len(each) == 1 and max(each) < 20 for each in counted.values()), counted
