"""Approvals of what changes: revisions that are asked for, edits of what was approved, and taking it back."""

import datetime as dt
from typing import Any

import pytest

from content.models import GeneratedContent, PieceFile, Thumbnail
from content.pieces import takes
from content.services import pieces
from publishing import approving
from publishing.delivery import assisting, claiming, sweeping
from publishing.models import (
    ApprovalAsk,
    ApprovalDecision,
    ApprovalRequest,
    ApprovalWorkflow,
    PublishAttempt,
    Revision,
    ScheduledPost,
)
from publishing.services import assisting as by_hand
from publishing.services import posts
from publishing.services.approvals import asking, deciding, reopening, revising
from tests.cast import Cast
from tests.publishing.agreeing import browser, make_workflow, stage
from tests.publishing.house import NOW, House, build, due, now_of, told


@pytest.fixture
def house(kesar: Cast, settings: Any) -> House:
    """In Kesar's scope."""
    return build(kesar, settings)


# Revising


def test_changes_are_asked_for_made_and_approved_from_the_first_stage_on(house: House) -> None:
    post = house.plan()
    house.approve(house.cast.chitra)
    request = house.request()
    deciding.ask_for_changes(request, by=house.cast.asha, seen=request.seen_as, now=NOW, words="A third, not 40 %.")
    revision = Revision.objects.get()
    assert (revision.assigned_to, revision.feedback) == (house.cast.ben.user, "A third, not 40 %.")
    assert (house.request().status, now_of(post).status) == ("revision_requested", "waiting")
    with pytest.raises(asking.NothingChanged):
        asking.ask_again(house.request(), by=house.cast.ben, now=NOW)
    revising.start(revision, by=house.cast.ben)
    house.edit("Rain is a third of the enemy.")
    request = asking.ask_again(house.request(), by=house.cast.ben, now=NOW)
    revision.refresh_from_db()
    assert (revision.status, revision.from_version, revision.to_version) == ("completed", 1, 2)
    assert (request.status, request.round, request.stage, request.version) == ("pending", 2, 0, 2)
    house.approve(house.cast.chitra)
    house.approve(house.cast.asha)
    assert now_of(post).text == "Rain is a third of the enemy."
    assert [one.round for one in ApprovalDecision.objects.order_by("created_at")] == [1, 1, 2, 2]


def test_changes_are_given_to_somebody_who_may_edit(house: House) -> None:
    house.plan()
    request = house.request()
    deciding.ask_for_changes(request, by=house.cast.chitra, seen=request.seen_as, now=NOW, words="Shorter.")
    revision = Revision.objects.get()
    with pytest.raises(revising.MayNotEdit):
        revising.assign(revision, to=house.cast.chitra, by=house.cast.ben)
    revising.assign(revision, to=house.cast.asha, by=house.cast.ben)
    assert told()[-1] == ("asha", "Changes to make: Monsoon skin")
    assert list(approving.revisions_of(house.cast.asha)) == [revision]


# Editing what is asked about, or approved


def test_an_edit_of_what_was_approved_opens_it_again_and_holds_its_posts(house: House) -> None:
    post = house.plan()
    house.approve(house.cast.chitra)
    house.approve(house.cast.asha)
    house.edit("Rain is not the enemy at all.")
    request = house.request()
    assert (request.status, request.round, request.stage, request.version) == ("pending", 2, 0, 2)
    assert (now_of(post).status, now_of(post).approved_fingerprint) == ("waiting", "")
    assert due(post.scheduled_for) == []
    assert told()[-1] == ("chitra", "Approve: Monsoon skin")


def test_what_was_approved_is_taken_back_with_one_command_and_asks_nobody(house: House) -> None:
    post = house.plan()
    house.approve(house.cast.chitra)
    house.approve(house.cast.asha)
    house.edit("Rain is not the enemy at all.")
    found = reopening.restore(house.request(), by=house.cast.ben, now=NOW)
    assert (found.is_whole, found.request.status) == (True, "approved")
    assert (now_of(post).status, now_of(post).text) == ("scheduled", "Rain is not the enemy.")
    assert due(post.scheduled_for) == [now_of(post)]
    assert not ApprovalAsk.objects.filter(status="open").exists()


def test_files_cover_and_settings_are_taken_back_with_the_words(house: House) -> None:
    piece = house.piece
    given = {"organization": house.cast.kesar, "piece": piece, "origin": PieceFile.Origin.BROUGHT}
    old = PieceFile.objects.create(**given, number=1, file="pieces/old.mp4", media_info={"duration": 9.0})
    covers = [
        Thumbnail.objects.create(organization=house.cast.kesar, piece=piece, image=f"{n}.jpg", width=1, height=1)
        for n in range(2)
    ]
    GeneratedContent.objects.filter(pk=piece.pk).update(
        file="pieces/old.mp4",
        media_info=old.media_info,
        duration=9.0,
        cover=covers[0],
        category="Skin",
        include_media=False,
    )
    post = house.plan()
    house.approve(house.cast.chitra)
    house.approve(house.cast.asha)
    PieceFile.objects.filter(pk=old.pk).update(is_current=False)
    PieceFile.objects.create(**given, number=2, file="pieces/new.mp4")
    GeneratedContent.objects.filter(pk=piece.pk).update(file="pieces/new.mp4", cover=covers[1])
    piece.refresh_from_db()
    pieces.edit(
        piece, by=house.cast.ben, text="Other words.", hashtags=["other"], call_to_action="Buy", ai_label=True,
        include_media=True, category="", language="de",
    )  # fmt: skip
    assert house.request().status == "pending"
    found = reopening.restore(house.request(), by=house.cast.ben, now=NOW)
    piece.refresh_from_db()
    assert (found.is_whole, found.request.status, now_of(post).status) == (True, "approved", "scheduled")
    assert (piece.file.name, piece.duration, piece.cover_id) == ("pieces/old.mp4", 9.0, covers[0].pk)
    assert (piece.ai_label, piece.include_media, piece.category, piece.hashtags) == (False, False, "Skin", [])
    assert [take.pk for take in takes.current(piece)] == [old.pk]


def test_a_cover_that_is_gone_is_not_brought_back_and_that_is_said(house: House) -> None:
    cover = Thumbnail.objects.create(organization=house.cast.kesar, piece=house.piece, image="1.jpg", width=1, height=1)
    GeneratedContent.objects.filter(pk=house.piece.pk).update(cover=cover)
    house.plan()
    house.approve(house.cast.chitra)
    house.approve(house.cast.asha)
    cover.delete()
    house.edit("Other words.")
    found = reopening.restore(house.request(), by=house.cast.ben, now=NOW)
    assert (found.is_whole, found.request.status) == (False, "pending")
    house.piece.refresh_from_db()
    assert house.piece.text == "Rain is not the enemy."


def test_of_an_approval_that_kept_only_words_the_rest_is_said_to_be_changed_still(house: House) -> None:
    post = house.plan()
    house.approve(house.cast.chitra)
    house.approve(house.cast.asha)
    ApprovalRequest.objects.update(approved_state={})  # as before files and settings were kept
    house.piece.refresh_from_db()
    pieces.edit(house.piece, by=house.cast.ben, text="Other words.", ai_label=True)
    found = reopening.restore(house.request(), by=house.cast.ben, now=NOW)
    assert (found.is_whole, found.request.status) == (False, "pending")
    assert now_of(post).status == "waiting"


def test_nothing_can_be_taken_back_before_anything_was_approved(house: House) -> None:
    house.plan()
    with pytest.raises(reopening.NothingApproved):
        reopening.restore(house.request(), by=house.cast.ben, now=NOW)


def test_an_approval_of_what_was_edited_meanwhile_is_void(house: House) -> None:
    house.plan()
    seen = house.request().seen_as
    house.edit("Something else.")
    with pytest.raises(deciding.ChangedSince):
        house.approve(house.cast.chitra, seen=seen)
    assert house.request().version == 2


def test_an_edit_while_the_first_stage_is_open_asks_those_again_who_had_agreed(house: House) -> None:
    ApprovalWorkflow.objects.all().delete()
    make_workflow(house.cast, stage("Both", house.cast.chitra, house.cast.asha, needs="all"))
    house.plan()
    house.approve(house.cast.chitra)
    house.edit("Something else.")
    request = house.request()
    assert (request.round, request.version) == (1, 2)
    assert {ask.member for ask in approving.open_asks(request)} == {house.cast.chitra, house.cast.asha}
    assert told()[-1] == ("chitra", "Changed since you approved: Monsoon skin")
    assert ApprovalDecision.objects.get().version == 1


def test_an_edit_in_a_later_stage_begins_a_new_round_for_nobody_agreed_to_those_words(house: House) -> None:
    house.plan()
    house.approve(house.cast.chitra)
    house.edit("Something else.")
    request = house.request()
    assert (request.round, request.stage) == (2, 0)
    assert [ask.member for ask in approving.open_asks(request)] == [house.cast.chitra]


def test_an_edit_that_changes_nothing_that_is_sent_asks_nobody(house: House) -> None:
    house.plan()
    house.piece.refresh_from_db()
    pieces.edit(house.piece, by=house.cast.ben, goals="More readers")
    assert house.request().version == 1


def test_the_claim_refuses_what_differs_from_what_was_approved(house: House) -> None:
    post = house.plan()
    house.approve(house.cast.chitra)
    house.approve(house.cast.asha)
    for wrong in ({"approved_fingerprint": "another"}, {"approved_fingerprint": ""}):
        ScheduledPost.objects.filter(pk=post.pk).update(**wrong)
        assert due(post.scheduled_for) == []
    ScheduledPost.objects.filter(pk=post.pk).update(approved_fingerprint=house.request().approved_fingerprint)
    assert due(post.scheduled_for) == [post]
    ApprovalRequest.objects.update(status="withdrawn")
    assert due(post.scheduled_for) == []


# What was given up, and is wanted after all


def approve_all(house: House) -> None:
    house.approve(house.cast.chitra)
    house.approve(house.cast.asha)


def fail_of(house: House) -> ScheduledPost:
    """It was approved, and the platform refused it."""
    post = house.plan()
    approve_all(house)
    ScheduledPost.objects.update(status="failed", next_try_at=None, error="Too long.")
    return now_of(post)


def test_trying_again_sends_what_was_approved_since(house: House) -> None:
    post = fail_of(house)
    house.edit("Rain is no enemy.")
    approve_all(house)
    posts.retry(post, by=house.cast.ben, now=NOW)
    assert (post.status, post.text, post.piece_version) == ("scheduled", "Rain is no enemy.", 2)
    assert due(NOW) == [post]


def test_trying_again_as_it_was_approved_keeps_words_and_key(house: House) -> None:
    post = fail_of(house)
    text, key = post.text, post.idempotency_key
    posts.retry(post, by=house.cast.ben, now=NOW)
    assert (post.status, post.text, post.idempotency_key, due(NOW)) == ("scheduled", text, key, [post])


def test_trying_again_what_is_not_approved_waits_and_goes_once_it_is(house: House) -> None:
    post = fail_of(house)
    house.edit("Rain is no enemy.")
    answer = browser(house.cast.ben).post(f"/posts/{post.pk}/retry/", follow=True).content.decode()
    assert "It is not approved as it stands now, so it waits for approval first." in answer
    assert "It is sent now" not in answer
    assert (now_of(post).status, due(NOW + dt.timedelta(days=1))) == ("waiting", [])
    approve_all(house)
    assert (now_of(post).status, now_of(post).text) == ("scheduled", "Rain is no enemy.")
    assert due(now_of(post).scheduled_for) == [post]


@pytest.mark.parametrize("end", [deciding.reject, asking.withdraw])
def test_trying_again_after_a_no_asks_anew(house: House, end: Any) -> None:
    post = fail_of(house)
    house.edit("Rain is no enemy.")
    request = house.request()
    if end is deciding.reject:
        deciding.reject(request, by=house.cast.chitra, seen=request.seen_as, now=NOW, words="Not this.")
    else:
        asking.withdraw(request, by=house.cast.ben, now=NOW)
    posts.retry(post, by=house.cast.ben, now=NOW)
    assert house.request().pk != request.pk
    assert (post.status, post.approval, house.request().status) == ("waiting", house.request(), "pending")
    approve_all(house)
    assert now_of(post).status == "scheduled"


def test_trying_again_what_nobody_need_approve_any_more_goes_out(house: House) -> None:
    post = fail_of(house)
    house.edit("Rain is no enemy.")
    asking.withdraw(house.request(), by=house.cast.ben, now=NOW)
    ApprovalWorkflow.objects.update(is_required=False)
    posts.retry(post, by=house.cast.ben, now=NOW)
    assert (post.status, post.approval, due(NOW)) == ("scheduled", None, [post])


def test_a_program_that_tries_again_is_told_that_it_waits(house: House) -> None:
    post = fail_of(house)
    house.edit("Rain is no enemy.")
    answer = browser(house.cast.ben).post(f"/api/v1/posts/{post.pk}/retry", content_type="application/json")
    assert (answer.status_code, answer.json()["status"]) == (200, "waiting")


def test_who_takes_over_posts_what_was_approved_since(house: House) -> None:
    post = fail_of(house)
    house.edit("Rain is no enemy.")
    approve_all(house)
    taken = by_hand.take(post, by=house.cast.ben, now=NOW)
    assert (taken.status, taken.text) == ("assisted", "Rain is no enemy.")
    assert assisting.assist(now=NOW + dt.timedelta(days=3)) == 1


def test_what_is_not_approved_is_nobodys_to_take(house: House) -> None:
    post = fail_of(house)
    house.edit("Rain is no enemy.")
    answer = browser(house.cast.ben).post(f"/posts/{post.pk}/by-hand/take/", follow=True).content.decode()
    assert "It is not approved as it stands now, so it waits for approval first." in answer
    assert now_of(post).status == "waiting"
    approve_all(house)
    assert now_of(post).status == "scheduled"


def test_a_post_that_was_not_approved_in_time_says_so(house: House) -> None:
    post = house.plan()
    ScheduledPost.objects.update(status="scheduled")
    sweeping.miss(now=post.scheduled_for + dt.timedelta(hours=2))
    assert (now_of(post).status, now_of(post).error[:32]) == ("missed", "It was not approved as it stood.")


@pytest.mark.parametrize("edited", [True, False])
def test_what_a_try_prepared_is_taken_up_again_only_with_the_words_it_holds(house: House, edited: bool) -> None:
    post = house.plan()
    approve_all(house)
    PublishAttempt.objects.create(
        organization=house.cast.kesar, post=post, number=1, idempotency_key=post.idempotency_key, fence=1,
        outcome="try_later", step="container", step_data={"id": "17"},
    )  # fmt: skip
    if edited:
        house.edit("Rain is not the enemy at all.")
        approve_all(house)
    resumed = claiming.resume_from(now_of(post))
    assert (resumed and resumed.data) == (None if edited else {"id": "17"})
