"""Posting by hand: asked at its hour and again, all on one page, and said where it stands."""

import datetime as dt
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import AuditEntry, Notification
from content.models import ContentAsset
from publishing.delivery import assisting, sweeping
from publishing.models import PlatformConnection, PostingHold, PublishAttempt, ScheduledPost
from publishing.platforms.assisted import BY_HAND, ByHand, FanBase, Spill
from publishing.platforms.base import CannotLook, Capability, PublishKit, Rejected
from publishing.platforms.signing_in import EntersIn
from publishing.resting import BY_PLAN
from publishing.services import assisting as commands
from publishing.services import posts
from tests.cast import Cast
from tests.publishing.agreeing import browser
from tests.publishing.conftest import make_connection, make_piece, make_post

Status = ScheduledPost.Status
NOON = dt.datetime(2026, 11, 27, 12, 0, tzinfo=dt.UTC)
HOUR, DAY = dt.timedelta(hours=1), dt.timedelta(days=1)
FILM = b"film" * 500


def account(cast: Cast, **fields: Any) -> PlatformConnection:
    extra = {"handle": "@kesar", "url": "https://fanbase.example/kesar"}
    values = {"platform": "fanbase", "kind": BY_HAND, "access_token": "", "extra": extra, "service_url": ""} | fields
    return make_connection(cast.kesar, **values)


def film(cast: Cast) -> ContentAsset:
    name = default_storage.save("assets/film.mp4", ContentFile(FILM))
    facts = {"kind": "video", "width": 1080, "height": 1920, "duration": 31.0, "size": len(FILM)}
    return ContentAsset.objects.create(
        organization=cast.kesar, kind="video", title="Monsoon", file=name, mime_type="video/mp4", duration=31.0,
        media_info=facts, status=ContentAsset.Status.READY,
    )  # fmt: skip


@pytest.fixture
def post(kesar: Cast, settings: Any, tmp_path: Any) -> ScheduledPost:
    """A film for FanBase, due at noon."""
    settings.MEDIA_ROOT = tmp_path / "media"
    piece = make_piece(kesar.kesar, asset=film(kesar), platform="fanbase", text="Rain is no enemy.\n\n#monsoon")
    metadata = {"include_media": True, "alt_text": "Rain on a roof", "ai_label": False}
    at = NOON.astimezone(dt.timezone(dt.timedelta(hours=5, minutes=30)))
    return make_post(
        piece, account(kesar), at=NOON, metadata=metadata, scheduled_by=kesar.ben.user,
        timezone="Asia/Kolkata", local_time=f"{at:%Y-%m-%dT%H:%M}",
    )  # fmt: skip


def told(cast: Cast) -> list[tuple[str, str, str]]:
    rows = Notification.objects.filter(organization=cast.kesar).order_by("created_at", "user__email")
    return list(rows.values_list("user__email", "kind", "title"))


# The engine


def test_nobody_is_asked_before_its_hour(post: ScheduledPost) -> None:
    assert assisting.assist(now=NOON - dt.timedelta(seconds=1)) == 0


def test_its_person_is_asked_at_its_hour_and_again_and_then_it_is_missed(kesar: Cast, post: ScheduledPost) -> None:
    moments = [NOON, NOON + 2 * HOUR, NOON + DAY]
    for number, now in enumerate(moments, 1):
        assert assisting.assist(now=now) == 1
        assert assisting.assist(now=now) == 0
        post.refresh_from_db()
        assert (post.status, post.reminders) == (Status.ASSISTED, number)
    assert told(kesar) == [
        (kesar.ben.user.email, "post_by_hand", f"Post it now: {post}"),
        (kesar.ben.user.email, "post_by_hand", f"Still to be posted: {post}"),
        (kesar.ben.user.email, "post_by_hand", f"Still to be posted: {post}"),
    ]
    [*_others, last] = Notification.objects.order_by("created_at")
    assert (last.link, last.mail_wanted, last.in_app) == (f"/posts/{post.pk}/by-hand/", True, True)
    assert "@kesar on FanBase" in last.message
    assert assisting.assist(now=NOON + 3 * DAY) == 1
    post.refresh_from_db()
    assert (post.status, post.next_try_at) == (Status.MISSED, None)
    assert "nobody said" in post.error
    assert not PublishAttempt.objects.exists()
    actions = AuditEntry.objects.filter(action__startswith="post.").order_by("sequence")
    assert list(actions.values_list("action", flat=True)) == ["post.asked_for"] * 3 + ["post.missed"]


def test_whoever_may_is_asked_when_the_planner_left(kesar: Cast, post: ScheduledPost) -> None:
    ScheduledPost.objects.update(scheduled_by=None)
    assisting.assist(now=NOON)
    assert kesar.ben.user.email in {email for email, _kind, _title in told(kesar)}
    assert kesar.chitra.user.email not in {email for email, _kind, _title in told(kesar)}


def test_a_paused_account_asks_nobody(post: ScheduledPost) -> None:
    PlatformConnection.objects.update(status=PlatformConnection.Status.PAUSED)
    assert assisting.assist(now=NOON) == 0


def asked_once(post: ScheduledPost) -> None:
    assisting.assist(now=NOON)
    post.refresh_from_db()
    assert (post.status, post.reminders) == (Status.ASSISTED, 1)


def test_an_account_paused_after_the_first_time_of_asking_lets_it_wait_and_then_be_missed(
    kesar: Cast, post: ScheduledPost
) -> None:
    asked_once(post)
    PlatformConnection.objects.update(status=PlatformConnection.Status.PAUSED)
    for now in (NOON + 2 * HOUR, NOON + 3 * DAY - HOUR):
        assert assisting.assist(now=now) == sweeping.miss(now=now) == 0
    assert len(told(kesar)) == 1
    assert sweeping.miss(now=NOON + 3 * DAY) == 1
    post.refresh_from_db()
    assert (post.status, post.next_try_at) == (Status.MISSED, None)
    assert post.error.startswith("The account was paused. ")
    assert told(kesar)[1] == (kesar.ben.user.email, "publish_failed", f"Not sent, too late: {post}")


def test_what_is_taken_over_ahead_of_its_time_is_not_missed_before(kesar: Cast, post: ScheduledPost) -> None:
    commands.take(post, by=kesar.ben, now=NOON - HOUR)
    PlatformConnection.objects.update(status=PlatformConnection.Status.PAUSED)
    assert sweeping.miss(now=NOON + 3 * DAY - HOUR) == 0
    assert sweeping.miss(now=NOON + 3 * DAY) == 1


def test_a_resumed_account_asks_again_at_once(kesar: Cast, post: ScheduledPost) -> None:
    asked_once(post)
    PlatformConnection.objects.update(status=PlatformConnection.Status.PAUSED)
    assisting.assist(now=NOON + DAY)
    PlatformConnection.objects.update(status=PlatformConnection.Status.ACTIVE)
    assert sweeping.miss(now=NOON + 2 * DAY) == 0
    assert assisting.assist(now=NOON + 2 * DAY) == 1
    assert len(told(kesar)) == 2


@pytest.mark.parametrize(
    ("extra", "say", "do"),
    [({}, "but the account is paused", "Resume the account"), ({BY_PLAN: "active"}, "no place for", "a larger plan")],
)
def test_who_was_asked_is_told_why_nobody_asks_again(
    kesar: Cast, post: ScheduledPost, extra: dict[str, str], say: str, do: str
) -> None:
    asked_once(post)
    page = browser(kesar.ben).get(f"/posts/{post.pk}/").content.decode()
    assert "We ask again" in page
    PlatformConnection.objects.update(status=PlatformConnection.Status.PAUSED, extra=extra)
    page = browser(kesar.ben).get(f"/posts/{post.pk}/").content.decode()
    assert say in page
    assert do in page
    assert "We ask again</p>" not in page
    assert "We ask again <" not in page
    assert do in browser(kesar.ben).get(f"/posts/{post.pk}/by-hand/").content.decode()


def test_a_held_organisation_keeps_what_a_person_was_asked_for(kesar: Cast, post: ScheduledPost) -> None:
    asked_once(post)
    PlatformConnection.objects.update(status=PlatformConnection.Status.PAUSED)
    PostingHold.objects.create(organization=kesar.kesar, cause=PostingHold.Cause.PLAN)
    assert sweeping.miss(now=NOON + 9 * DAY) == 0


def test_two_at_once_ask_once(kesar: Cast, post: ScheduledPost) -> None:
    ScheduledPost.objects.update(lease_until=NOON + dt.timedelta(seconds=30), fence=7)
    assert assisting.assist(now=NOON) == 0
    assert assisting.assist(now=NOON + HOUR) == 1
    assert len(told(kesar)) == 1


# The commands


def test_not_today_is_asked_again_tomorrow_at_the_same_hour(kesar: Cast, post: ScheduledPost) -> None:
    assisting.assist(now=NOON)
    post.refresh_from_db()
    moved = commands.not_today(post, by=kesar.ben, now=NOON + HOUR)
    assert (moved.scheduled_for, moved.local_time) == (NOON + DAY, "2026-11-28T17:30")
    assert assisting.assist(now=NOON + 2 * HOUR) == 0
    assert assisting.assist(now=NOON + DAY) == 1
    assert [title for _who, _kind, title in told(kesar)] == [f"Post it now: {post}"] * 2


def test_tomorrow_is_kept_free_of_a_twin(kesar: Cast, post: ScheduledPost) -> None:
    assisting.assist(now=NOON)
    post.refresh_from_db()
    make_post(post.piece, post.connection, at=NOON + DAY)
    with pytest.raises(posts.CannotPlan, match="planned there for tomorrow"):
        commands.not_today(post, by=kesar.ben, now=NOON)
    assert ScheduledPost.objects.get(pk=post.pk).scheduled_for == NOON


@pytest.mark.parametrize("status", [Status.FAILED, Status.MISSED, Status.SCHEDULED])
def test_what_we_could_not_send_a_person_takes_over(kesar: Cast, post: ScheduledPost, status: str) -> None:
    ScheduledPost.objects.update(status=status, next_try_at=None, error="The account is signed out.")
    post.refresh_from_db()
    taken = commands.take(post, by=kesar.ben, now=NOON + HOUR)
    assert (taken.status, taken.reminders, taken.error) == (Status.ASSISTED, 1, "")
    assert assisting.assist(now=NOON + 2 * HOUR) == 0
    assert assisting.assist(now=NOON + 3 * HOUR) == 1
    assert [title for _who, _kind, title in told(kesar)] == [f"Still to be posted: {post}"]


def test_what_was_missed_is_asked_for_anew_when_it_is_tried_again(kesar: Cast, post: ScheduledPost) -> None:
    for now in (NOON, NOON + 2 * HOUR, NOON + DAY, NOON + 3 * DAY):
        assisting.assist(now=now)
    answer = browser(kesar.ben).post(f"/posts/{post.pk}/retry/", follow=True).content.decode()
    assert "Its person is asked to post it in a moment." in answer
    assert assisting.assist(now=timezone.now() + dt.timedelta(minutes=1)) == 1
    post.refresh_from_db()
    assert (post.status, post.reminders, told(kesar)[-1][2]) == (Status.ASSISTED, 1, f"Post it now: {post}")


def test_what_is_live_is_nobodys_to_take(kesar: Cast, post: ScheduledPost) -> None:
    ScheduledPost.objects.update(status=Status.PUBLISHED)
    post.refresh_from_db()
    with pytest.raises(posts.CannotChange):
        commands.take(post, by=kesar.ben, now=NOON)


def test_what_is_live_in_part_is_nobodys_to_take(kesar: Cast, post: ScheduledPost) -> None:
    ScheduledPost.objects.update(platform_post_id="p1", next_try_at=NOON + HOUR)
    answer = browser(kesar.ben).post(f"/api/v1/posts/{post.pk}/take", content_type="application/json")
    assert answer.status_code == 409
    assert "what is left of it is being added" in answer.json()["detail"]
    post.refresh_from_db()
    assert (post.status, post.next_try_at) == (Status.SCHEDULED, NOON + HOUR)


# The page


@pytest.fixture
def ben(kesar: Cast) -> Client:
    client = Client()
    client.force_login(kesar.ben.user)
    return client


def test_a_phone_has_the_film_the_caption_and_a_place_for_the_link(ben: Client, post: ScheduledPost) -> None:
    assisting.assist(now=NOON)
    html = ben.get(f"/posts/{post.pk}/by-hand/").content.decode()
    for words in ("Save the video", "Copy the caption", "Rain is no enemy.", "Open FanBase", "Tomorrow 17:30"):
        assert words in html
    assert "Rain on a roof" in html
    answer = ben.get(f"/posts/{post.pk}/files/1/")
    assert (answer["Content-Type"], answer.getvalue()) == ("video/mp4", FILM)
    assert 'filename="monsoon-skin.mp4"' in answer["Content-Disposition"]
    part = ben.get(f"/posts/{post.pk}/files/1/", headers={"range": "bytes=4-7"})
    assert (part.status_code, part.getvalue()) == (206, b"film")
    assert ben.get(f"/posts/{post.pk}/files/2/").status_code == 404


def test_each_part_of_a_thread_is_copied_by_itself(ben: Client, post: ScheduledPost) -> None:
    ScheduledPost.objects.update(metadata=post.metadata | {"parts": ["First.", "Second."], "include_media": False})
    html = ben.get(f"/posts/{post.pk}/by-hand/").content.decode()
    assert [words in html for words in ("Copy part 1", "Copy part 2", "Copy part 3", "Save the video")] == [
        True, True, False, False,
    ]  # fmt: skip


def test_options_stand_there_in_words(kesar: Cast, ben: Client, post: ScheduledPost) -> None:
    tiktok = account(kesar, platform="tiktok", account_id="by_hand:kesar")
    metadata = post.metadata | {"options": {"privacy": "followers"}, "ai_label": True}
    ScheduledPost.objects.update(connection=tiktok, metadata=metadata)
    html = ben.get(f"/posts/{post.pk}/by-hand/").content.decode()
    assert "Who can see it: Followers" in html
    assert "“Made with AI”: on" in html


def test_the_link_makes_it_live(ben: Client, post: ScheduledPost) -> None:
    assisting.assist(now=NOON)
    answer = ben.post(f"/posts/{post.pk}/by-hand/done/", {"url": "https://fanbase.example/kesar/1"}, follow=True)
    assert "Noted as live." in answer.content.decode()
    post.refresh_from_db()
    assert (post.status, post.url, post.next_try_at) == (Status.PUBLISHED, "https://fanbase.example/kesar/1", None)
    assert assisting.assist(now=NOON + 9 * DAY) == 0


def test_what_is_no_link_is_said_and_none_is_fine(ben: Client, post: ScheduledPost) -> None:
    assisting.assist(now=NOON)
    assert "You may leave it empty" in ben.get(f"/posts/{post.pk}/by-hand/").content.decode()
    wrong = ben.post(f"/posts/{post.pk}/by-hand/done/", {"url": "javascript:alert(1)"})
    assert wrong.status_code == 422
    assert "not an address" in wrong.content.decode()
    ben.post(f"/posts/{post.pk}/by-hand/done/", {"url": ""})
    post.refresh_from_db()
    assert (post.status, post.url) == (Status.PUBLISHED, "")


def test_its_link_is_added_later_and_corrected_and_the_story_tells_it(
    kesar: Cast, ben: Client, post: ScheduledPost
) -> None:
    assisting.assist(now=NOON)
    ben.post(f"/posts/{post.pk}/by-hand/done/", {"url": ""})
    page, link = f"/posts/{post.pk}/", f"/posts/{post.pk}/link/"
    assert "Add its link" in ben.get(page).content.decode()
    wrong = ben.post(link, {"url": "javascript:alert(1)"})
    assert (wrong.status_code, "not an address" in wrong.content.decode()) == (422, True)
    for url in (
        "https://fanbase.example/kesar/1",
        "https://fanbase.example/kesar/1",
        "https://fanbase.example/kesar/2",
    ):
        assert "The link is kept." in ben.post(link, {"url": url}, follow=True).content.decode()
    post.refresh_from_db()
    assert (post.status, post.url) == (Status.PUBLISHED, "https://fanbase.example/kesar/2")
    shown = ben.get(page).content.decode()
    assert [shown.count(words) for words in ("Somebody added its link", "Somebody corrected its link")] == [1, 1]
    assert ("Correct its link" in shown, "before: https://fanbase.example/kesar/1" in shown) == (True, True)
    entries = AuditEntry.objects.filter(action="post.link_set").order_by("sequence")
    assert [(entry.actor, entry.metadata["before"]) for entry in entries] == [
        (kesar.ben.user, ""), (kesar.ben.user, "https://fanbase.example/kesar/1"),
    ]  # fmt: skip


def test_a_link_that_the_platform_told_is_nobodys_to_replace(kesar: Cast, ben: Client, post: ScheduledPost) -> None:
    told = "https://fanbase.example/p1"
    ScheduledPost.objects.update(status=Status.PUBLISHED, url=told, published_at=NOON)
    PublishAttempt.objects.create(
        organization=kesar.kesar, post=post, number=1, idempotency_key=post.idempotency_key, fence=1,
        outcome=PublishAttempt.Outcome.PUBLISHED,
    )  # fmt: skip
    page = f"/posts/{post.pk}/"
    for platform_id in ("p1", ""):
        ScheduledPost.objects.update(platform_post_id=platform_id)
        assert f"{page}link/" not in ben.get(page).content.decode()
        answer = ben.post(f"{page}link/", {"url": "https://elsewhere.example/"}, follow=True)
        assert "The platform told this link itself" in answer.content.decode()
        post.refresh_from_db()
        assert post.url == told


def test_a_post_that_is_not_live_is_given_no_link(kesar: Cast, ben: Client, post: ScheduledPost) -> None:
    with pytest.raises(posts.CannotChange, match="planned"):
        commands.set_link(post, url="https://fanbase.example/1", by=kesar.ben, now=NOON)
    client = Client()
    client.force_login(kesar.chitra.user, backend="django.contrib.auth.backends.ModelBackend")
    assert client.post(f"/posts/{post.pk}/link/", {"url": "https://fanbase.example/1"}).status_code == 403


def test_not_today_and_leave_it_out_are_one_tap(kesar: Cast, ben: Client, post: ScheduledPost) -> None:
    ScheduledPost.objects.update(scheduled_for=timezone.now() - HOUR, status=Status.ASSISTED, reminders=1)
    ben.post(f"/posts/{post.pk}/by-hand/tomorrow/")
    post.refresh_from_db()
    assert (post.status, post.reminders) == (Status.ASSISTED, 0)
    assert post.scheduled_for > timezone.now()
    ben.post(f"/posts/{post.pk}/cancel/")
    post.refresh_from_db()
    assert post.status == Status.CANCELLED
    assert ben.get(f"/posts/{post.pk}/by-hand/").url == f"/posts/{post.pk}/"  # type: ignore[attr-defined]


def test_the_posts_own_page_leads_there(ben: Client, post: ScheduledPost) -> None:
    assisting.assist(now=NOON)
    assert f"/posts/{post.pk}/by-hand/" in ben.get(f"/posts/{post.pk}/").content.decode()
    ScheduledPost.objects.update(status=Status.FAILED)
    assert f"/posts/{post.pk}/by-hand/take/" in ben.get(f"/posts/{post.pk}/").content.decode()
    took = ben.post(f"/posts/{post.pk}/by-hand/take/")
    assert took.url == f"/posts/{post.pk}/by-hand/"  # type: ignore[attr-defined]


def test_the_page_asks_few_questions_however_many_files(ben: Client, post: ScheduledPost) -> None:
    asked = []
    for more in ([], [{"file": "a.png", "mime": "image/png", "media_info": {}, "alt_text": ""}] * 3):
        ScheduledPost.objects.update(metadata=post.metadata | {"more": more})
        ben.get(f"/posts/{post.pk}/by-hand/")
        with CaptureQueriesContext(connection) as found:
            assert ben.get(f"/posts/{post.pk}/by-hand/").status_code == 200
        asked.append(len([each for each in found if ' FROM "' in each["sql"]]))
    assert asked[0] == asked[1] < 12


# Accounts


@pytest.mark.parametrize(("made", "key"), [(Spill(), "spill"), (FanBase(), "fanbase"), (ByHand("tiktok"), "tiktok")])
def test_an_account_is_only_noted(made: ByHand, key: str) -> None:
    assert isinstance(made, EntersIn)
    assert (made.key, set(made.capabilities)) == (key, {Capability.MANUAL})
    connected = made.enter({"handle": " @Kesar.Naturals ", "url": "fanbase.example/kesar"})
    assert (connected.kind, connected.token.access) == (BY_HAND, "")
    profile = connected.profile
    assert (profile.id, profile.handle, profile.url) == (
        "by_hand:kesar.naturals", "@Kesar.Naturals", "https://fanbase.example/kesar",
    )  # fmt: skip
    assert made.profile(connected.token) == profile
    assert made.refresh(connected.token) == connected.token


@pytest.mark.parametrize("typed", [{}, {"handle": "two words"}, {"handle": "k", "url": "javascript:alert(1)"}])
def test_what_is_no_account_is_refused(typed: dict[str, str]) -> None:
    with pytest.raises(Rejected):
        Spill().enter(typed)


def test_nothing_is_ever_sent_looked_for_or_counted() -> None:
    made, token = Spill(), Spill().enter({"handle": "kesar"}).token
    with pytest.raises(Rejected, match="a person posts it"):
        made.publish(PublishKit("key", "Rain"), token=token, record=lambda _step: None)
    with pytest.raises(CannotLook):
        made.find_published(PublishKit("key", "Rain"), token=token, since=NOON)
    assert made.metrics(["1"], token=token) == {}


# The API


def test_a_program_gets_all_of_it_too(kesar: Cast, ben: Client, post: ScheduledPost, settings: Any) -> None:
    settings.MEDIA_PUBLIC_URL = "https://media.kesar.example"
    told = ben.get(f"/api/v1/posts/{post.pk}/by-hand").json()
    assert (told["parts"], told["opens"]) == ([post.text], "https://fanbase.example/kesar")
    [file] = told["files"]
    assert (file["name"], file["duration"], file["alt"]) == ("monsoon-skin.mp4", 31.0, "Rain on a roof")
    fetched = Client().get(file["url"].removeprefix("https://media.kesar.example"))
    assert fetched.getvalue() == FILM


def test_a_program_takes_over_puts_off_and_is_refused_in_words(ben: Client, post: ScheduledPost) -> None:
    ScheduledPost.objects.update(scheduled_for=timezone.now() - HOUR)
    taken = ben.post(f"/api/v1/posts/{post.pk}/take", content_type="application/json")
    assert (taken.status_code, taken.json()["status"]) == (200, "assisted")
    assert ben.post(f"/api/v1/posts/{post.pk}/not-today", content_type="application/json").status_code == 200
    again = ben.post(f"/api/v1/posts/{post.pk}/take", content_type="application/json")
    assert (again.status_code, again["Content-Type"]) == (409, "application/problem+json")


def test_a_program_adds_the_link_later(ben: Client, post: ScheduledPost) -> None:
    address, sent = f"/api/v1/posts/{post.pk}/link", {"url": "https://fanbase.example/kesar/1"}
    assert ben.post(address, sent, content_type="application/json").status_code == 409
    ScheduledPost.objects.update(status=Status.PUBLISHED, published_at=NOON)
    assert ben.post(address, {"url": "javascript:alert(1)"}, content_type="application/json").status_code in {400, 422}
    answer = ben.post(address, sent, content_type="application/json")
    assert (answer.status_code, answer.json()["url"]) == (200, sent["url"])
    ScheduledPost.objects.update(platform_post_id="p1")
    assert ben.post(address, {"url": "https://a.example"}, content_type="application/json").status_code == 409


def test_another_member_is_given_it_and_told_now_where_its_hour_has_come(kesar: Cast, post: ScheduledPost) -> None:
    assert [str(one.user) for one in commands.takers(post)] == [str(kesar.asha.user)]
    given = commands.give(post, to=kesar.asha, by=kesar.ben)
    assert (given.status, given.scheduled_by_id, told(kesar)) == (Status.SCHEDULED, kesar.asha.user_id, [])
    assisting.assist(now=NOON)
    assert told(kesar) == [(kesar.asha.user.email, "post_by_hand", f"Post it now: {post}")]
    post.refresh_from_db()
    commands.give(post, to=kesar.ben, by=kesar.asha)
    assert told(kesar)[1:] == [(kesar.ben.user.email, "post_by_hand", f"Post it now: {post}")]
    entry = AuditEntry.objects.filter(action="post.given").latest("sequence")
    assert (entry.actor, entry.metadata["to"]) == (kesar.asha.user, str(kesar.ben.user))


def test_who_may_not_post_is_given_nothing(kesar: Cast, post: ScheduledPost) -> None:
    for member in (kesar.chitra, kesar.esha):
        with pytest.raises(commands.CannotGive, match="choose somebody else"):
            commands.give(post, to=member, by=kesar.ben)
    post.refresh_from_db()
    assert post.scheduled_by_id == kesar.ben.user_id


def test_it_is_given_away_on_its_page(kesar: Cast, ben: Client, post: ScheduledPost) -> None:
    assert "Give it to another member" in ben.get(f"/posts/{post.pk}/by-hand/").content.decode()
    ben.post(f"/posts/{post.pk}/by-hand/give/", {"member": str(kesar.chitra.pk)})
    post.refresh_from_db()
    assert post.scheduled_by_id == kesar.ben.user_id
    ben.post(f"/posts/{post.pk}/by-hand/give/", {"member": str(kesar.asha.pk)})
    post.refresh_from_db()
    assert post.scheduled_by_id == kesar.asha.user_id
