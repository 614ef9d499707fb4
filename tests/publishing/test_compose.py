"""The composer: one text for several accounts, each platform in its own words; drafts are planned, queued, asked."""

import datetime as dt
import re
import time
import uuid
from dataclasses import dataclass
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts import tenancy
from accounts.models import BrandProfile
from content.models import ContentAsset, GeneratedContent
from content.services.handwritten import Words
from publishing.models import (
    CalendarEntry,
    ContentCalendar,
    PlanImport,
    PlatformConnection,
    PostingSlot,
    RecurringPost,
    ScheduledPost,
)
from publishing.services import compose
from publishing.services.compose import CannotCompose, When
from tests.ahead import YEAR
from tests.cast import Cast, gather
from tests.publishing.conftest import make_connection
from tests.publishing.test_racing import at_once

NOW = dt.datetime(2026, 11, 21, 6, 0, tzinfo=dt.UTC)
ZONE, ZONE_THERE = "Asia/Kolkata", "America/New_York"
LATER = When(dt.datetime.fromisoformat("2026-12-01T09:00"), ZONE)


@dataclass
class Desk:
    """Ben with three accounts on two platforms."""

    cast: Cast
    practice: PlatformConnection
    first: PlatformConnection
    second: PlatformConnection

    def begin(self, text: str = "Rain is not the enemy.", **given: Any) -> list[ScheduledPost]:
        """Compose for all three."""
        usual: dict[str, Any] = {
            "accounts": [self.practice, self.first, self.second], "when": LATER, "by": self.cast.ben, "now": NOW,
            "key": uuid.uuid4(),
        }  # fmt: skip
        return compose.begin(Words(text=text, hashtags=["#monsoon"]), **(usual | given))


@pytest.fixture
def desk(kesar: Cast, settings: Any) -> Desk:
    """In Kesar's scope."""
    settings.PUBLISHING_PLATFORMS = dict.fromkeys(("practice", "bluesky"), "tests.publishing.wire.Small")
    practice = make_connection(kesar.kesar)
    accounts = [
        make_connection(kesar.kesar, platform="bluesky", account_id=f"b{n}", handle=f"kesar{n}.example") for n in (1, 2)
    ]
    return Desk(kesar, practice, *accounts)


# What is begun


def test_one_text_becomes_a_piece_for_each_platform_and_a_draft_for_each_account(desk: Desk) -> None:
    drafts = desk.begin()
    assert {draft.status for draft in drafts} == {"draft"}
    assert {(draft.connection.handle, draft.piece.platform) for draft in drafts} == {
        ("@kesar", "practice"), ("kesar1.example", "bluesky"), ("kesar2.example", "bluesky"),
    }  # fmt: skip
    assert GeneratedContent.objects.count() == 2
    asset = ContentAsset.objects.get()
    assert (asset.status, asset.title, asset.steps.count()) == ("ready", "Rain is not the enemy.", 0)
    assert {draft.local_time for draft in drafts} == {"2026-12-01T09:00"}


def test_a_second_click_finds_what_the_first_one_began(desk: Desk) -> None:
    key = uuid.uuid4()
    assert {one.pk for one in desk.begin(key=key)} == {one.pk for one in desk.begin(key=key)}
    assert (ContentAsset.objects.count(), ScheduledPost.objects.count()) == (1, 3)


def test_two_clicks_at_once_begin_it_once(transactional_db: None, settings: Any) -> None:
    settings.PUBLISHING_PLATFORMS = {"practice": "tests.publishing.wire.Small"}
    cast, key, found = gather(), uuid.uuid4(), list[set[uuid.UUID]]()
    with tenancy.of_organization(cast.kesar.pk):
        account = make_connection(cast.kesar)

    def click() -> None:
        with tenancy.of_member(cast.ben):
            drafts = Desk(cast, account, account, account).begin(accounts=[account], key=key)
            found.append({draft.pk for draft in drafts})
            time.sleep(0.3)  # the other click comes before this one is through

    at_once([click, click])
    assert len(found) == 2
    assert found[0] == found[1]


def test_a_file_of_the_library_goes_along_and_its_own_pieces_stay(desk: Desk) -> None:
    asset = ContentAsset.objects.create(
        organization=desk.cast.kesar, kind="image", title="A leaf", status="ready", file=ContentFile(b"x", "leaf.jpg")
    )
    GeneratedContent.objects.create(
        organization=desk.cast.kesar, asset=asset, platform="bluesky", text="Written by processing", made_by="rules"
    )
    drafts = desk.begin(asset=asset)
    assert {(draft.piece.asset, draft.piece.kind, draft.piece.include_media) for draft in drafts} == {
        (asset, "image", True)
    }
    assert GeneratedContent.objects.filter(asset=asset, is_main=True).get().text == "Written by processing"


def test_what_makes_no_sense_is_refused_in_words_with_nothing_kept(desk: Desk) -> None:
    with pytest.raises(CannotCompose, match="at least one account"):
        desk.begin(accounts=[])
    with pytest.raises(CannotCompose, match="Write something"):
        desk.begin(text=" ")
    chai = make_connection(desk.cast.kesar, account_id="c", handle="@chai", client=desk.cast.client)
    metro = make_connection(desk.cast.kesar, account_id="m", handle="@metro", client=desk.cast.metro)
    with pytest.raises(CannotCompose, match="different clients"):
        desk.begin(accounts=[chai, metro])
    with pytest.raises(CannotCompose, match="others your own"):
        desk.begin(accounts=[chai, desk.practice])
    assert (ContentAsset.objects.count(), ScheduledPost.objects.count()) == (0, 0)
    (draft,) = desk.begin(accounts=[chai])
    assert (draft.client, draft.piece.client) == (desk.cast.client, desk.cast.client)


def test_a_clients_file_and_brand_go_to_no_other_clients_account(desk: Desk) -> None:
    cast = desk.cast
    metro = make_connection(cast.kesar, account_id="m", handle="@metro", client=cast.metro)
    film = ContentAsset.objects.create(
        organization=cast.kesar, client=cast.client, kind="image", title="Chai", status="ready"
    )
    brand = BrandProfile.objects.create(organization=cast.kesar, client=cast.client, name="Chai Point")
    for more in ({"asset": film}, {"brand": brand}):
        with pytest.raises(CannotCompose, match="different clients"):
            desk.begin(accounts=[metro], **more)
    assert ScheduledPost.objects.count() == 0


# What is done with drafts


def test_what_one_account_refuses_holds_back_none_of_the_others(desk: Desk) -> None:
    drafts = desk.begin("x" * 400)  # Bluesky takes 300
    outcomes = compose.plan(drafts, by=desk.cast.ben, now=NOW)
    assert [(one.post.status, bool(one.error)) for one in outcomes] == [
        ("scheduled", False), ("draft", True), ("draft", True),
    ]  # fmt: skip


def test_a_planned_draft_sends_the_words_as_they_were_last_saved(desk: Desk) -> None:
    (draft,) = desk.begin(accounts=[desk.practice])
    GeneratedContent.objects.filter(pk=draft.piece_id).update(text="Better words")
    (outcome,) = compose.plan([draft], by=desk.cast.ben, now=NOW)
    assert outcome.post.text.startswith("Better words")


def test_drafts_go_to_the_next_free_slots_of_their_accounts(desk: Desk) -> None:
    PostingSlot.objects.create(
        organization=desk.cast.kesar, connection=desk.practice, weekday=2, at=dt.time(18), timezone=ZONE
    )
    outcomes = compose.to_queue(desk.begin(accounts=[desk.practice, desk.first]), by=desk.cast.ben, now=NOW)
    assert (outcomes[0].post.status, outcomes[0].post.local_time) == ("scheduled", "2026-11-25T18:00")
    assert "no weekly slots" in outcomes[1].error


def test_what_is_sent_now_leaves_no_draft_behind(desk: Desk) -> None:
    (outcome,) = compose.send(desk.begin(accounts=[desk.practice]), by=desk.cast.ben, now=timezone.now())
    assert outcome.post.status == "scheduled"
    assert sorted(ScheduledPost.objects.values_list("status", flat=True)) == ["cancelled", "scheduled"]


def test_an_entry_whose_draft_is_sent_now_is_the_post_that_went_out(desk: Desk) -> None:
    (draft,) = desk.begin(accounts=[desk.practice])
    calendar = ContentCalendar.objects.create(
        organization=desk.cast.kesar, name="May", starts_on=NOW.date(), ends_on=NOW.date()
    )
    entry = CalendarEntry.objects.create(
        organization=desk.cast.kesar, calendar=calendar, date=NOW.date(), timezone=ZONE, platform="practice",
        connection=desk.practice, title="Rain", post=draft,
    )  # fmt: skip
    (outcome,) = compose.send([draft], by=desk.cast.ben, now=timezone.now())
    entry.refresh_from_db()
    assert (entry.post, outcome.post.status) == (outcome.post, "scheduled")


def test_what_is_sent_now_still_tells_of_which_file_and_series_it_came(desk: Desk) -> None:
    (draft,) = desk.begin(accounts=[desk.practice])
    brought = PlanImport.objects.create(organization=desk.cast.kesar, name="plan.csv", file="plan.csv", timezone=ZONE)
    series = RecurringPost.objects.create(
        organization=desk.cast.kesar, piece=draft.piece, connection=desk.practice, frequency="daily",
        at=dt.time(9), timezone=ZONE, starts_on=dt.date(2026, 12, 1),
    )  # fmt: skip
    origin = {"plan_import": brought, "import_row": 2, "series": series, "occurrence": dt.date(2026, 12, 1)}
    ScheduledPost.objects.filter(pk=draft.pk).update(**origin)
    draft.refresh_from_db()
    (outcome,) = compose.send([draft], by=desk.cast.ben, now=timezone.now())
    assert not outcome.error
    assert {name: getattr(outcome.post, name) for name in origin} == origin
    assert (ScheduledPost.objects.get(plan_import=brought), draft.status) == (outcome.post, "cancelled")


def test_without_a_workflow_nobody_can_be_asked_and_that_is_said(desk: Desk) -> None:
    outcomes = compose.ask(desk.begin(), by=desk.cast.ben, now=NOW, note="Please.")
    assert all("no workflow" in one.error for one in outcomes)


# Its pages


@dataclass
class Browser:
    """Ben's browser."""

    client: Client
    desk: Desk

    def get(self, address: str) -> str:
        """Return a page that opens."""
        answer = self.client.get(address)
        assert answer.status_code == 200
        return answer.content.decode()

    def drafts(self) -> list[ScheduledPost]:
        """Every draft."""
        with tenancy.of_organization(self.desk.cast.kesar.pk):
            return list(ScheduledPost.objects.filter(status="draft").select_related("piece", "connection"))


@pytest.fixture
def browser(desk: Desk) -> Browser:
    """Signed in as Ben."""
    client = Client()
    client.force_login(desk.cast.ben.user)
    return Browser(client, desk)


def filled(page: str, **more: Any) -> dict[str, Any]:
    key = re.search(r'name="key" value="([^"]+)"', page)
    assert key is not None
    return {"key": key[1], "text": "Rain", "local_time": f"{YEAR}-01-04T09:00", "timezone": ZONE} | more


def test_a_post_is_written_fitted_and_planned_without_script(browser: Browser) -> None:
    page = browser.get(reverse("compose"))
    keys = [str(browser.desk.practice.pk), str(browser.desk.first.pk)]
    answer = browser.client.post(reverse("compose"), filled(page, accounts=keys, hashtags="monsoon"))
    drafts = browser.drafts()
    assert answer["Location"] == reverse("composing", args=[drafts[0].piece.asset_id])
    page = browser.get(answer["Location"])
    assert "takes it as it is" in page
    piece = next(draft.piece for draft in drafts if draft.connection == browser.desk.first)
    form: dict[str, Any] = {"piece": piece.pk, "text": "Rain, for Bluesky", "hashtags": "", "do": "plan"}
    form |= {"post": [draft.pk for draft in drafts]} | {f"at-{draft.pk}": f"{YEAR}-01-05T10:30" for draft in drafts}
    answer = browser.client.post(reverse("composing", args=[piece.asset_id]), form)
    assert answer.status_code == 302
    with tenancy.of_organization(browser.desk.cast.kesar.pk):
        found = {post.connection.handle: post for post in ScheduledPost.objects.select_related("connection")}
    assert {(post.status, post.local_time) for post in found.values()} == {("scheduled", f"{YEAR}-01-05T10:30")}
    assert (found["kesar1.example"].text, found["@kesar"].text) == ("Rain, for Bluesky", "Rain\n\n#monsoon")


def test_a_time_that_is_over_is_said_and_everything_else_is_saved(browser: Browser) -> None:
    page = browser.get(reverse("compose"))
    browser.client.post(reverse("compose"), filled(page, accounts=[str(browser.desk.practice.pk)]))
    (draft,) = browser.drafts()
    form = {"piece": draft.piece_id, "text": "Better", f"at-{draft.pk}": "2020-01-01T10:30", "do": "save"}
    answer = browser.client.post(reverse("composing", args=[draft.piece.asset_id]), form, follow=True)
    assert "is in the past" in answer.content.decode()
    (draft,) = browser.drafts()
    assert (draft.piece.text, draft.local_time) == ("Better", f"{YEAR}-01-04T09:00")


def test_the_composer_begins_with_what_the_address_says(browser: Browser) -> None:
    with tenancy.of_organization(browser.desk.cast.kesar.pk):
        calendar = ContentCalendar.objects.create(
            organization=browser.desk.cast.kesar, name="May", starts_on=f"{YEAR}-05-01", ends_on=f"{YEAR}-05-31"
        )
        entry = CalendarEntry.objects.create(
            organization=browser.desk.cast.kesar, calendar=calendar, date=f"{YEAR}-05-03", timezone=ZONE_THERE,
            platform="practice", connection=browser.desk.practice, title="Say something about rain",
        )  # fmt: skip
    address = f"{reverse('compose')}?connection={browser.desk.first.pk}&at={YEAR}-02-03T10:15&zone=Europe/Lisbon"
    page = browser.get(address)
    assert re.search(rf'value="{browser.desk.first.pk}"[^>]*checked', page)
    assert f'value="{YEAR}-02-03T10:15"' in page
    assert '<option value="Europe/Lisbon" selected>' in page
    page = browser.get(f"{reverse('compose')}?entry={entry.pk}")
    assert "Say something about rain" in page
    assert f'value="{YEAR}-05-03T09:00"' in page
    assert f'<option value="{ZONE_THERE}" selected>' in page  # the entry's own clock, whoever goes on with it
    form = filled(page, entry=entry.pk, accounts=[str(browser.desk.practice.pk)])
    browser.client.post(reverse("compose"), form)
    (draft,) = browser.drafts()
    with tenancy.of_organization(browser.desk.cast.kesar.pk):
        entry.refresh_from_db()
    assert entry.post == draft


def test_accounts_that_cannot_be_posted_to_are_named_with_the_reason(browser: Browser) -> None:
    desk, address = browser.desk, reverse("compose")
    assert "Cannot be posted to now" not in browser.get(address)
    away = {desk.first: "needs_reconnect", desk.second: "paused"}
    with tenancy.of_organization(desk.cast.kesar.pk):
        for account, status in away.items():
            PlatformConnection.objects.filter(pk=account.pk).update(status=status)
    page = re.sub(r"<[^>]+>", "", browser.get(address))
    assert "Cannot be posted to now:" in page
    assert "kesar1.example (Sign in again)" in page
    assert "kesar2.example (Paused)" in page
    with tenancy.of_organization(desk.cast.kesar.pk):
        PlatformConnection.objects.filter(pk=desk.practice.pk).update(status="paused")
    assert "No account is connected yet" not in browser.get(address)
    assert "No account is connected yet" not in browser.get(reverse("plan_propose"))


def test_rubbish_in_the_address_changes_nothing(browser: Browser) -> None:
    browser.get(f"{reverse('compose')}?asset=x&connection=y&idea=z&entry=0&opportunity=1&at=noon&zone=Mars/Base")


def test_the_page_asks_no_more_for_ten_drafts_than_for_two(
    browser: Browser, django_assert_max_num_queries: Any
) -> None:
    with tenancy.of_organization(browser.desk.cast.kesar.pk):
        accounts = [
            make_connection(browser.desk.cast.kesar, account_id=f"p{n}", handle=f"@kesar{n}") for n in range(10)
        ]
        drafts = browser.desk.begin(accounts=accounts)
    with django_assert_max_num_queries(18):
        browser.get(reverse("composing", args=[drafts[0].piece.asset_id]))
    with django_assert_max_num_queries(14):
        browser.get(reverse("compose"))


def test_a_clients_work_on_ones_own_accounts_is_said_plainly(browser: Browser) -> None:
    desk = browser.desk
    brand = BrandProfile.objects.create(organization=desk.cast.kesar, client=desk.cast.client, name="Chai Point")
    (theirs, _practice) = desk.begin(accounts=[desk.first, desk.practice], brand=brand)
    page = browser.get(reverse("composing", args=[theirs.piece.asset_id]))
    assert f"This is work for {desk.cast.client}, and kesar1.example is not an account of theirs but your own." in page
    ScheduledPost.objects.filter(pk=theirs.pk).update(status="cancelled")
    assert "not an account of theirs" not in browser.get(reverse("composing", args=[theirs.piece.asset_id]))
    (ours,) = desk.begin(accounts=[desk.first])
    assert "not an account of theirs" not in browser.get(reverse("composing", args=[ours.piece.asset_id]))
