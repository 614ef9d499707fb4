"""One post's way: sent once, looked for when in doubt, never late as a surprise."""

import datetime as dt
from collections.abc import Callable
from random import Random
from typing import Any

import pytest
from django.utils import timezone

from accounts import tenancy
from publishing.delivery import claiming, journal, outcomes, pacing, sending
from publishing.models import PlatformConnection, ScheduledPost
from publishing.platforms.base import Published, Rejected, Step
from publishing.signals import posts_published
from tests.publishing import wire
from tests.publishing.conftest import Desk

Told = Callable[[], list[tuple[str, str]]]


def results(desk: Desk) -> list[str]:
    return [attempt.outcome for attempt in desk.attempts()]


def pause(desk: Desk) -> dt.timedelta:
    again = desk.now().next_try_at
    assert again is not None
    return again - desk.clock()


def test_a_due_post_is_sent_once_and_announced(desk: Desk, told: Told) -> None:
    heard: list[ScheduledPost] = []

    def listen(posts: list[ScheduledPost], **_kwargs: Any) -> None:
        heard.extend(posts)

    posts_published.connect(listen)
    try:
        assert desk.work() == 1
        assert desk.work() == 0
    finally:
        posts_published.disconnect(listen)
    post = desk.now()
    assert post.status == "published"
    assert post.platform_post_id == "p1"
    assert post.url.endswith("/p1")
    assert post.published_at == desk.clock()
    assert desk.platform.keys() == [str(post.idempotency_key)]
    assert [row.pk for row in heard] == [post.pk]
    assert ("ben@kesar.example", "post_published") in told()


def test_every_step_is_written_with_its_time(desk: Desk) -> None:
    desk.work()
    [attempt] = desk.attempts()
    assert [name for name, _at in attempt.steps] == ["chosen", "uploaded", "sending"]
    assert attempt.step_data == {"media": "m10"}
    assert attempt.sent_at == desk.clock()
    assert attempt.finished_at == desk.clock()


def test_a_post_is_not_sent_before_its_time(desk: Desk) -> None:
    desk.clock.pass_by(seconds=-1)
    assert desk.work() == 0
    assert desk.platform.calls["media"] == 0


@pytest.mark.parametrize("gone", ["organization", "owner"])
def test_nothing_goes_out_for_those_who_asked_to_be_deleted(desk: Desk, gone: str) -> None:
    with tenancy.operator():
        row = desk.cast.kesar if gone == "organization" else desk.cast.asha.user
        type(row).objects.filter(pk=row.pk).update(deleted_at=desk.clock())
    assert desk.work() == 0
    with tenancy.operator():
        type(row).objects.filter(pk=row.pk).update(deleted_at=None)
    assert desk.work() == 1


def test_the_attempt_stands_in_the_database_before_the_platform_is_called(desk: Desk) -> None:
    seen: list[tuple[str, str]] = []

    def look(_call: wire.Call) -> None:
        seen.extend((attempt.outcome, attempt.step) for attempt in desk.attempts())

    desk.platform.fail("media", look)
    desk.platform.fail("post", look)
    desk.work()
    assert seen == [("running", "chosen"), ("running", "sending")]


def test_delivery_refuses_to_speak_inside_a_transaction(desk: Desk) -> None:
    with tenancy.of_organization(desk.cast.kesar.pk), pytest.raises(claiming.InsideTransaction):
        desk.work()


def test_what_the_platform_refuses_is_told_in_its_words_and_never_tried_again(desk: Desk, told: Told) -> None:
    desk.platform.fail("post", wire.status(422))
    desk.work()
    post = desk.now()
    assert post.status == "failed"
    assert "planned 422" in post.error
    assert post.next_try_at is None
    assert ("ben@kesar.example", "publish_failed") in told()
    desk.clock.pass_by(minutes=30)
    assert desk.work() == 0


def test_back_off_is_honoured_however_often_the_bell_rings(desk: Desk) -> None:
    desk.platform.fail("media", wire.status(500), wire.status(500))
    desk.work()
    assert [desk.work() for _ in range(5)] == [0] * 5
    assert claiming.due(desk.clock(), limit=10) == []
    assert desk.platform.calls["media"] == 1
    wait = pause(desk)
    assert dt.timedelta(seconds=22) < wait < dt.timedelta(seconds=38)
    desk.clock.pass_by(seconds=38)
    assert desk.work() == 1
    assert pause(desk) > dt.timedelta(seconds=44)
    desk.clock.pass_by(minutes=2)
    desk.work()
    assert desk.now().status == "published"
    assert results(desk) == ["try_later", "try_later", "published"]


def test_the_wait_a_platform_asks_for_holds_the_whole_account(desk: Desk) -> None:
    desk.platform.fail("post", wire.status(429, Retry_After="600"))
    desk.work()
    post = desk.now()
    assert post.status == "scheduled"
    assert post.next_try_at == desk.clock() + dt.timedelta(minutes=10)
    assert post.connection.hold_until == post.next_try_at
    with tenancy.of_organization(desk.cast.kesar.pk):
        ScheduledPost.objects.filter(pk=post.pk).update(next_try_at=desk.clock())
    assert desk.work() == 0
    desk.clock.pass_by(minutes=10)
    assert desk.work() == 1
    assert len(desk.platform.posts) == 1


def test_a_wait_that_would_end_too_late_is_said_at_once(desk: Desk, told: Told) -> None:
    desk.platform.fail("post", wire.status(429, Retry_After="7200"))
    desk.work()
    post = desk.now()
    assert post.status == "missed"
    assert "too late" in post.error
    assert ("ben@kesar.example", "publish_failed") in told()


def test_after_six_tries_somebody_is_asked(desk: Desk) -> None:
    desk.platform.fail("media", *[wire.status(503)] * 10)
    for _ in range(10):
        desk.work()
        desk.clock.pass_by(minutes=9)
    post = desk.now()
    assert post.status == "failed"
    assert post.tries == 6
    assert desk.platform.calls["media"] == 6
    assert "nothing was published" in post.error


def test_an_upload_that_arrived_is_not_sent_again(desk: Desk) -> None:
    desk.platform.fail("post", wire.status(429, Retry_After="60"))
    desk.work()
    desk.clock.pass_by(minutes=1)
    desk.work()
    assert desk.now().status == "published"
    assert desk.platform.calls["media"] == 1


@pytest.mark.parametrize("fault", [wire.cut, wire.slow(1.5), wire.status(500), wire.status(502)])
def test_a_post_that_landed_without_an_answer_is_found_and_not_sent_again(desk: Desk, fault: wire.Fault) -> None:
    desk.platform.fail("posted", fault)
    desk.work()
    assert desk.now().status == "unconfirmed"
    assert desk.work() == 0
    desk.clock.pass_by(seconds=10)
    desk.work()
    post = desk.now()
    assert post.status == "published"
    assert post.platform_post_id == "p1"
    assert desk.platform.calls["post"] == 1
    assert results(desk) == ["unknown", "found"]
    assert post.published_at == desk.attempts()[0].sent_at


def late_and_lost(call: wire.Call) -> None:
    """Be too slow, then forget the post."""
    wire.slow(1.2)(call)
    wire.cut(call)


@pytest.mark.parametrize("fault", [wire.cut, late_and_lost, wire.status(500)])
def test_a_post_that_did_not_land_is_sent_again_with_the_same_key(desk: Desk, fault: wire.Fault) -> None:
    desk.platform.fail("post", fault)
    desk.work()
    assert desk.now().status == "unconfirmed"
    desk.clock.pass_by(seconds=10)
    assert desk.work() == 2
    assert desk.now().status == "published"
    assert desk.platform.keys() == [str(desk.post.idempotency_key)]
    assert results(desk) == ["unknown", "not_found", "published"]


@pytest.fixture
def forgetful(desk: Desk, settings: Any) -> Desk:
    """A platform that would show two posts if one were sent twice."""
    settings.PUBLISHING_PLATFORMS = {"practice": "tests.publishing.wire.Forgetful"}
    desk.platform.drops_copies = False
    return desk


def test_where_a_second_copy_would_show_nothing_is_ever_sent_again_by_itself(forgetful: Desk, told: Told) -> None:
    forgetful.platform.shows_posts = False
    forgetful.platform.fail("posted", wire.cut)
    for _ in range(60):
        forgetful.work()
        forgetful.clock.pass_by(minutes=30)
    post = forgetful.now()
    assert post.status == "unconfirmed"
    assert post.next_try_at is None
    assert forgetful.platform.calls["post"] == 1
    assert forgetful.platform.calls["find"] == len(pacing.LOOKS)
    assert told().count(("ben@kesar.example", "post_unconfirmed")) == 1


def test_a_post_that_shows_up_late_is_found_by_a_later_look(forgetful: Desk) -> None:
    forgetful.platform.shows_posts = False
    forgetful.platform.fail("posted", wire.cut)
    forgetful.work()
    forgetful.clock.pass_by(seconds=10)
    forgetful.work()
    assert forgetful.now().status == "unconfirmed"
    forgetful.platform.shows_posts = True
    forgetful.clock.pass_by(seconds=30)
    forgetful.work()
    assert forgetful.now().status == "published"


def test_a_look_that_fails_sends_nothing(forgetful: Desk) -> None:
    forgetful.platform.fail("posted", wire.cut)
    forgetful.platform.fail("find", wire.status(500), wire.cut, wire.status(429, Retry_After="900"))
    forgetful.work()
    forgetful.clock.pass_by(seconds=10)
    forgetful.work()
    forgetful.clock.pass_by(seconds=30)
    forgetful.work()
    forgetful.clock.pass_by(minutes=2)
    forgetful.work()
    post = forgetful.now()
    assert post.status == "unconfirmed"
    assert post.next_try_at == forgetful.clock() + dt.timedelta(minutes=15)
    assert forgetful.platform.calls["post"] == 1


def test_a_look_renews_a_sign_in_that_ended_early_and_asks_again(forgetful: Desk) -> None:
    with tenancy.of_organization(forgetful.cast.kesar.pk):
        row = forgetful.connection
        row.refresh_token = "refresh-1"
        row.save()
    forgetful.platform.fail("posted", wire.cut)
    forgetful.platform.fail("find", wire.status(401))
    forgetful.work()
    forgetful.clock.pass_by(seconds=10)
    forgetful.work()
    assert (forgetful.now().status, forgetful.now().error) == ("published", "")
    assert forgetful.platform.calls["token"] == 1
    assert forgetful.platform.calls["find"] == 2


def test_an_absent_post_whose_hour_has_passed_is_missed_and_not_sent(desk: Desk) -> None:
    desk.platform.fail("post", wire.cut)
    desk.platform.fail("find", *[wire.status(500)] * 4)
    for _ in range(6):
        desk.work()
        desk.clock.pass_by(minutes=31)
    post = desk.now()
    assert post.status == "missed"
    assert "not sent again" in post.error
    assert desk.platform.posts == []


def test_a_changed_password_keeps_the_post_and_tells_who_can_mend_it(desk: Desk, told: Told) -> None:
    desk.platform.access, desk.platform.revoked = "other", True
    desk.work()
    post = desk.now()
    assert post.status == "scheduled"
    assert post.tries == 0
    assert post.connection.status == "needs_reconnect"
    assert "revoked" in post.connection.last_error
    assert told() == [("asha@kesar.example", "connection_lost")]
    assert desk.work() == 0


def test_a_reconnected_account_sends_what_waited(desk: Desk) -> None:
    desk.platform.access, desk.platform.revoked = "other", True
    desk.work()
    with tenancy.of_organization(desk.cast.kesar.pk):
        row = PlatformConnection.objects.get(pk=desk.connection.pk)
        row.access_token, row.status, row.token_version = "other", "active", row.token_version + 1
        row.save()
    desk.clock.pass_by(minutes=20)
    desk.work()
    assert desk.now().status == "published"


def test_a_token_that_ran_out_early_is_renewed_and_the_post_goes_out_at_once(desk: Desk) -> None:
    with tenancy.of_organization(desk.cast.kesar.pk):
        row = PlatformConnection.objects.get(pk=desk.connection.pk)
        row.refresh_token = "refresh-1"
        row.save()
    desk.platform.access = "another one"
    desk.work()
    assert desk.now().status == "published"
    assert desk.platform.calls["token"] == 1
    assert results(desk) == ["published"]


def test_a_post_nobody_could_send_in_time_is_missed_not_surprising(desk: Desk, told: Told) -> None:
    desk.clock.pass_by(minutes=61)
    assert desk.work() == 0
    desk.sweep()
    post = desk.now()
    assert post.status == "missed"
    assert "did not run" in post.error
    assert ("ben@kesar.example", "publish_failed") in told()
    assert desk.platform.posts == []


def test_a_post_that_was_claimed_in_time_and_told_to_wait_is_judged_by_the_same_hour(desk: Desk) -> None:
    desk.clock.pass_by(minutes=50)
    desk.platform.fail("media", wire.status(500))
    desk.work()
    desk.clock.pass_by(minutes=11)
    assert desk.work() == 0
    desk.sweep()
    assert desk.now().status == "missed"


def abandon(desk: Desk, *, at: str) -> None:
    """Take the post as a worker that dies at a step."""

    attempt = claiming.take(desk.post.pk, organization_id=desk.cast.kesar.pk, now=desk.clock())
    assert attempt is not None
    record = claiming.recorder(attempt, clock=desk.clock, write=journal.alone)
    if at:
        record(Step(at, {"media": "m1"}))


@pytest.mark.parametrize("step", ["", "chosen", "uploaded"])
def test_a_post_whose_worker_died_before_the_last_call_goes_on_where_it_was(desk: Desk, step: str) -> None:
    abandon(desk, at=step)
    desk.clock.pass_by(minutes=4)
    desk.sweep()
    assert desk.now().status == "publishing"
    desk.clock.pass_by(minutes=2)
    desk.sweep()
    assert desk.now().status == "scheduled"
    desk.work()
    assert desk.now().status == "published"
    assert results(desk) == ["lost", "published"]
    assert desk.platform.calls["media"] == (0 if step else 1)


def test_a_post_whose_worker_died_at_the_last_call_is_looked_for_first(desk: Desk) -> None:
    abandon(desk, at="sending")
    desk.platform.posts.append({"key": str(desk.post.idempotency_key), "id": "p9"})
    desk.clock.pass_by(minutes=6)
    desk.sweep()
    assert desk.now().status == "unconfirmed"
    desk.work()
    assert desk.now().platform_post_id == "p9"
    assert desk.platform.calls["post"] == 0


def test_a_post_that_kills_every_worker_ends_as_failed(desk: Desk) -> None:
    for _ in range(8):
        desk.clock.pass_by(minutes=6)
        with tenancy.of_organization(desk.cast.kesar.pk):
            ScheduledPost.objects.filter(pk=desk.post.pk).update(scheduled_for=desk.clock())
        claiming.take(desk.post.pk, organization_id=desk.cast.kesar.pk, now=desk.clock())
        desk.clock.pass_by(minutes=6)
        desk.sweep()
        desk.clock.pass_by(minutes=20)
        with tenancy.of_organization(desk.cast.kesar.pk):
            ScheduledPost.objects.filter(pk=desk.post.pk).update(scheduled_for=desk.clock())
    assert desk.now().status == "failed"
    assert len(desk.attempts()) == 6


def test_a_late_worker_may_not_go_on_to_the_last_call(desk: Desk) -> None:
    late = claiming.take(desk.post.pk, organization_id=desk.cast.kesar.pk, now=desk.clock())
    assert late is not None
    record = claiming.recorder(late, clock=desk.clock, write=journal.alone)
    desk.clock.pass_by(minutes=6)
    desk.sweep()
    with pytest.raises(claiming.LostClaim):
        record(Step("sending", {}))
    desk.work()
    assert desk.platform.keys() == [str(desk.post.idempotency_key)]


def test_a_late_workers_refusal_changes_nothing_any_more(desk: Desk) -> None:
    late = claiming.take(desk.post.pk, organization_id=desk.cast.kesar.pk, now=desk.clock())
    assert late is not None
    desk.clock.pass_by(minutes=6)
    desk.sweep()
    desk.work()
    outcomes.refused(outcomes.Hand(late, desk.clock()), Rejected("too late to matter"))
    assert desk.now().status == "published"


def test_a_late_workers_success_settles_an_unconfirmed_post(desk: Desk) -> None:
    late = claiming.take(desk.post.pk, organization_id=desk.cast.kesar.pk, now=desk.clock())
    assert late is not None
    claiming.recorder(late, clock=desk.clock, write=journal.alone)(Step("sending", {}))
    desk.clock.pass_by(minutes=6)
    desk.sweep()
    assert desk.now().status == "unconfirmed"
    assert outcomes.live(outcomes.Hand(late, desk.clock()), Published("p7", "https://x.example/p7"))
    assert desk.now().status == "published"
    assert desk.work() == 0


def test_by_what_a_late_worker_hears_of_what_it_had_sent_the_post_is_looked_for_at_once(desk: Desk) -> None:
    late = claiming.take(desk.post.pk, organization_id=desk.cast.kesar.pk, now=desk.clock())
    assert late is not None
    record = claiming.recorder(late, clock=desk.clock, write=journal.alone)
    record(Step("sending", {}))
    desk.clock.pass_by(minutes=6)
    desk.sweep()
    with tenancy.of_organization(desk.cast.kesar.pk):
        ScheduledPost.objects.update(next_try_at=None)  # nobody knew how to look for it, and a person was asked
    with pytest.raises(claiming.LostClaim):
        record(Step("sending", {"publish_id": "v9"}))
    post = desk.now()
    assert (post.status, post.next_try_at) == ("unconfirmed", desk.clock())
    with tenancy.of_organization(desk.cast.kesar.pk):
        assert claiming.resume_from(post) == Step("sending", {"publish_id": "v9"})


def test_a_late_worker_that_had_sent_nothing_has_nothing_to_tell(desk: Desk) -> None:
    late = claiming.take(desk.post.pk, organization_id=desk.cast.kesar.pk, now=desk.clock())
    assert late is not None
    desk.clock.pass_by(minutes=6)
    desk.sweep()
    desk.platform.fail("posted", wire.cut)
    desk.work()
    before = desk.now()
    assert before.status == "unconfirmed"
    desk.clock.pass_by(seconds=1)
    with pytest.raises(claiming.LostClaim):
        claiming.recorder(late, clock=desk.clock, write=journal.alone)(Step("sending", {}))
    assert (desk.now().next_try_at, late.step) == (before.next_try_at, "")


def test_the_heartbeat_keeps_a_long_upload_from_being_taken_away(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wire.Small, "patience", 30.0)
    lease = dt.timedelta(seconds=4)  # long enough for a crowded machine to beat in time
    held: list[bool] = []

    def wait(call: wire.Call) -> None:
        wire.slow(5)(call)
        held.append(desk.sweep_at(real()) == 0)

    desk.platform.fail("media", wait)
    real = timezone.now
    with tenancy.of_organization(desk.cast.kesar.pk):
        ScheduledPost.objects.filter(pk=desk.post.pk).update(next_try_at=real(), scheduled_for=real())
    sending.deliver(desk.post.pk, organization_id=desk.cast.kesar.pk, clock=real, chance=Random(1), lease=lease)
    assert held == [True]
    assert desk.now().status == "published"
