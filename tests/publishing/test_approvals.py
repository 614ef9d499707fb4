"""Approvals: who is asked, who decides, what that does to planned posts, and what never goes out."""

import datetime as dt
from typing import Any

import pytest
from django.urls import reverse

from accounts import tenancy
from accounts.models import AuditEntry, Membership, Notification
from content.models import ContentAsset
from publishing import approving
from publishing.models import (
    ApprovalAsk,
    ApprovalDecision,
    ApprovalRequest,
    ApprovalWorkflow,
    PostingSlot,
    ReviewLink,
)
from publishing.services import posts
from publishing.services.approvals import asking, deciding, handing_over, overriding
from tests.cast import Cast
from tests.publishing.agreeing import browser, make_workflow, stage, versioned
from tests.publishing.conftest import make_piece
from tests.publishing.house import NOW, ZONE, House, build, due, now_of, told

FRIDAY = NOW + dt.timedelta(days=3)


@pytest.fixture
def house(kesar: Cast, settings: Any) -> House:
    """In Kesar's scope."""
    return build(kesar, settings)


# Asking


def test_planning_a_piece_that_must_be_approved_asks_by_itself_and_waits(house: House) -> None:
    post = house.plan()
    assert (post.status, post.next_try_at, post.approval) == ("waiting", None, house.request())
    assert told() == [("chitra", "Approve: Monsoon skin")]
    assert due(post.scheduled_for) == []


def test_a_draft_asks_nobody_until_it_is_planned(house: House) -> None:
    post = house.plan(as_draft=True)
    assert post.status == "draft"
    assert not ApprovalRequest.objects.exists()
    posts.plan(post, by=house.cast.ben, now=NOW)
    assert now_of(post).status == "waiting"
    assert house.request().requested_by == house.cast.ben.user


def test_a_piece_is_asked_about_once(house: House) -> None:
    house.plan()
    with pytest.raises(asking.AlreadyAsked) as caught:
        asking.ask(house.piece, by=house.cast.ben, now=NOW)
    assert caught.value.request == house.request()
    assert "waits for approval already" in str(caught.value)


def test_asking_by_choice_holds_what_was_planned_before(house: House) -> None:
    ApprovalWorkflow.objects.update(is_required=False)
    post = house.plan()
    assert post.status == "scheduled"
    asking.ask(house.piece, by=house.cast.ben, now=NOW, workflow=house.workflow, note="Is the figure right?")
    assert now_of(post).status == "waiting"
    assert Notification.objects.get().message == "Ben Thomas asks you: Is the figure right?"


def test_without_a_workflow_nobody_can_be_asked(house: House) -> None:
    ApprovalWorkflow.objects.update(is_active=False)
    with pytest.raises(asking.NoWorkflow):
        asking.ask(house.piece, by=house.cast.ben, now=NOW)
    assert house.plan().status == "scheduled"


def test_a_clients_own_workflow_comes_before_the_houses(house: House) -> None:
    ApprovalWorkflow.objects.update(for_all_clients=True)
    client = house.cast.client
    asset = ContentAsset.objects.create(
        organization=house.cast.kesar, client=client, kind="blog", title="Chai", status="ready"
    )
    piece = make_piece(house.cast.kesar, asset=asset, client=client)
    assert approving.workflow_for(piece) == house.workflow
    own = make_workflow(house.cast, stage("Client", "client"), name="Chai Point", client=client)
    assert approving.workflow_for(piece) == own
    with tenancy.of_member(house.cast.esha):
        assert ApprovalWorkflow.objects.get() == own
    own.delete()
    with tenancy.of_member(house.cast.esha):
        assert not ApprovalWorkflow.objects.exists()
        assert approving.workflow_for(piece) == house.workflow, "hidden from them, and binding all the same"


# Deciding


def test_after_the_last_stage_what_was_approved_goes_out(house: House) -> None:
    post = house.plan()
    house.approve(house.cast.chitra)
    assert now_of(post).status == "waiting"
    request = house.approve(house.cast.asha)
    post = now_of(post)
    assert (request.status, request.approved_version) == ("approved", house.piece.version)
    assert (post.status, post.next_try_at) == ("scheduled", post.scheduled_for)
    assert post.approved_fingerprint == request.approved_fingerprint == approving.fingerprint(house.piece)
    assert due(post.scheduled_for) == [post]
    assert told()[1:] == [("asha", "Approve: Monsoon skin"), ("ben", "Approved: Monsoon skin")]
    entries = AuditEntry.objects.filter(action__startswith="approval.").order_by("sequence")
    assert [entry.actor_name for entry in entries] == ["Ben Thomas", "Chitra Iyer", "Asha Menon"]


def test_without_sending_by_itself_an_approved_post_is_a_draft_that_anybody_plans(house: House) -> None:
    ApprovalWorkflow.objects.update(auto_publish=False)
    post = house.plan()
    house.approve(house.cast.chitra)
    house.approve(house.cast.asha)
    post = now_of(post)
    assert (post.status, post.time_note) == ("draft", "Approved. It goes out once somebody plans it.")
    posts.plan(post, by=house.cast.ben, now=NOW)
    assert (now_of(post).status, now_of(post).time_note) == ("scheduled", "")
    assert due(post.scheduled_for) == [post]


def test_who_asked_hears_that_it_goes_out_only_where_something_does(house: House) -> None:
    page = browser(house.cast.asha)
    asking.ask(house.piece, by=house.cast.ben, now=NOW)
    house.approve(house.cast.chitra)
    assert "Approve</button>" in page.get(reverse("approval", args=[house.request().pk])).content.decode()
    house.approve(house.cast.asha)
    said = Notification.objects.filter(user=house.cast.ben.user).order_by("-created_at")
    assert said[0].message == "Plan it now."
    house.edit("Other words")
    house.plan()
    house.approve(house.cast.chitra)
    address = reverse("approval", args=[house.request().pk])
    assert "Approve and let it go out</button>" in page.get(address).content.decode()
    house.approve(house.cast.asha)
    assert said.all()[0].message == "It goes out as planned."


def test_a_post_approved_after_its_time_takes_the_next_free_slot_and_says_so(house: House) -> None:
    PostingSlot.objects.create(
        organization=house.cast.kesar, connection=house.connection, weekday=4, at=dt.time(18, 0), timezone=ZONE
    )
    post = house.plan()
    late = NOW + dt.timedelta(days=2)
    house.approve(house.cast.chitra, now=late)
    house.approve(house.cast.asha, now=late)
    post = now_of(post)
    assert (post.status, post.local_time) == ("scheduled", f"{FRIDAY:%Y-%m-%d}T18:00")
    assert post.scheduled_for == FRIDAY + dt.timedelta(hours=6)
    assert post.slot is not None
    assert "after its time, so it took the next free slot" in post.time_note


def test_a_post_approved_after_its_time_without_slots_goes_out_at_once_and_says_so(house: House) -> None:
    post = house.plan()
    late = NOW + dt.timedelta(days=2)
    house.approve(house.cast.chitra, now=late)
    house.approve(house.cast.asha, now=late)
    post = now_of(post)
    assert (post.status, post.scheduled_for, post.local_time) == ("scheduled", late, f"{late:%Y-%m-%d}T12:00")
    assert "goes out at once" in post.time_note


def test_all_of_a_stage_must_agree_where_it_says_so(house: House) -> None:
    cast = house.cast
    ApprovalWorkflow.objects.update(is_required=False)
    both = make_workflow(cast, stage("Both", cast.chitra, cast.ben, needs="all"), name="Both", is_required=False)
    asking.ask(house.piece, by=cast.asha, now=NOW, workflow=both)
    assert house.approve(cast.ben).status == "pending"
    assert [ask.member for ask in approving.open_asks(house.request())] == [cast.chitra]
    assert house.approve(cast.chitra).status == "approved"


def test_who_is_not_asked_decides_nothing(house: House) -> None:
    house.plan()
    for member in (house.cast.ben, house.cast.asha):  # Asha's stage is the next
        with pytest.raises(deciding.NotAsked):
            house.approve(member)
    assert not ApprovalDecision.objects.exists()


def test_a_double_click_approves_one_stage(house: House) -> None:
    ApprovalWorkflow.objects.all().delete()
    make_workflow(house.cast, stage("First", house.cast.asha), stage("Second", house.cast.asha))
    house.plan()
    seen = house.request().seen_as
    house.approve(house.cast.asha, seen=seen)
    with pytest.raises(deciding.ChangedSince):
        house.approve(house.cast.asha, seen=seen)
    assert house.request().stage == 1


def test_who_comes_second_hears_who_was_quicker(house: House) -> None:
    ApprovalWorkflow.objects.all().delete()
    make_workflow(house.cast, stage("Either", house.cast.asha, house.cast.chitra))
    house.plan()
    seen = house.request().seen_as
    house.approve(house.cast.chitra, seen=seen)
    with pytest.raises(deciding.DecidedAlready, match="Chitra Iyer was quicker"):
        house.approve(house.cast.asha, seen=seen)


def test_changes_and_refusals_say_what_is_wrong(house: House) -> None:
    house.plan()
    seen = house.request().seen_as
    for command in (deciding.ask_for_changes, deciding.reject):
        with pytest.raises(deciding.WordsNeeded):
            command(house.request(), by=house.cast.chitra, seen=seen, now=NOW, words="  ")
    assert house.request().status == "pending"


def test_a_rejected_piece_leaves_its_posts_as_drafts_and_may_be_asked_about_anew(house: House) -> None:
    post = house.plan()
    request = house.request()
    deciding.reject(request, by=house.cast.chitra, seen=request.seen_as, now=NOW, words="Not true.")
    post = now_of(post)
    assert (post.status, post.time_note) == ("draft", "Chitra Iyer rejected it.")
    assert told()[-1] == ("ben", "Rejected: Monsoon skin")
    posts.plan(post, by=house.cast.ben, now=NOW)
    assert house.request() != request
    assert now_of(post).approval == house.request()


def test_a_question_taken_back_leaves_drafts(house: House) -> None:
    post = house.plan()
    request = asking.withdraw(house.request(), by=house.cast.ben, now=NOW)
    assert (request.status, now_of(post).status) == ("withdrawn", "draft")
    assert not ApprovalAsk.objects.filter(status="open").exists()
    with pytest.raises(asking.NotOpen):
        asking.withdraw(request, by=house.cast.ben, now=NOW)


def test_several_are_approved_each_for_itself(house: House) -> None:
    house.plan()
    request = house.request()
    others = [versioned(make_piece(house.cast.kesar, title=f"Other {n}")) for n in range(2)]
    asked = [asking.ask(piece, by=house.cast.ben, now=NOW) for piece in others]
    found = deciding.approve_many(
        [(request, request.seen_as), (asked[0], "stale"), (asked[1], asked[1].seen_as)], by=house.cast.chitra, now=NOW
    )
    assert [type(one.error) for one in found] == [type(None), deciding.ChangedSince, type(None)]
    assert [one.request.stage for one in found] == [1, 0, 1]


# Without approval


def test_who_may_sends_without_approval_and_the_post_says_so_for_ever(house: House) -> None:
    post = house.plan()
    with pytest.raises(overriding.SayWhy):
        overriding.send_without(post, why=" ", by=house.cast.asha, now=NOW)
    overriding.send_without(post, why="The shop burns.", by=house.cast.asha, now=NOW)
    post = now_of(post)
    assert approving.post_is_without_approval(post)
    assert due(post.scheduled_for) == [post]
    entry = AuditEntry.objects.get(action="post.sent_without_approval")
    assert (entry.actor_name, entry.metadata["why"]) == ("Asha Menon", "The shop burns.")
    house.edit("Something else.")
    assert now_of(post).status == "scheduled", "somebody let this very post go"
    with pytest.raises(overriding.NotHeld):
        overriding.send_without(post, why="Again.", by=house.cast.asha, now=NOW)


# Who decides instead


def test_a_question_is_handed_over(house: House) -> None:
    house.plan()
    handing_over.hand_over(house.request(), to=house.cast.asha, by=house.cast.chitra, now=NOW)
    with pytest.raises(deciding.DecidedAlready):
        house.approve(house.cast.chitra)
    house.approve(house.cast.asha)
    decision = ApprovalDecision.objects.get()
    assert (decision.name, decision.instead_of) == ("Asha Menon", "Chitra Iyer")


def test_a_question_goes_only_to_somebody_who_may_decide(house: House) -> None:
    house.plan()
    Membership.objects.filter(pk=house.cast.ben.pk).update(permission_overrides={"approvals.decide": False})
    with pytest.raises(handing_over.NotTheirs, match="Ben Thomas may not decide"):
        handing_over.hand_over(house.request(), to=house.cast.ben, by=house.cast.chitra, now=NOW)
    with pytest.raises(handing_over.NotYours):
        handing_over.hand_over(house.request(), to=house.cast.asha, by=house.cast.ben, now=NOW)


def test_a_stage_is_passed_by_with_a_reason(house: House) -> None:
    house.plan()
    request = handing_over.skip(house.request(), why="Chitra is at sea.", by=house.cast.asha, now=NOW)
    assert [step.state for step in approving.tracker(request)] == ["skipped", "open"]
    assert house.approve(house.cast.asha).status == "approved"


def test_somebody_else_is_chosen_for_a_stage_with_nobody(house: House) -> None:
    Membership.objects.filter(pk=house.cast.chitra.pk).update(permission_overrides={"approvals.decide": False})
    house.plan()
    request = house.request()
    assert (request.nobody, approving.open_asks(request)) == (True, [])
    assert told() == [("asha", "Nobody can approve: Monsoon skin")]
    assert list(approving.requests_of(house.cast.asha, "mine")) == [request]
    request = handing_over.choose(request, to=[house.cast.asha], by=house.cast.asha, now=NOW)
    assert (request.nobody, [ask.member for ask in approving.open_asks(request)]) == (False, [house.cast.asha])


# The client


def ask_the_client(house: House) -> ApprovalRequest:
    client = house.cast.client
    asset = ContentAsset.objects.create(
        organization=house.cast.kesar, client=client, kind="blog", title="Chai", status="ready"
    )
    piece = versioned(make_piece(house.cast.kesar, asset=asset, client=client))
    own = make_workflow(house.cast, stage("Client", "client"), name="Chai Point", client=client)
    return asking.ask(piece, by=house.cast.ben, now=NOW, workflow=own)


def test_a_clients_member_decides_in_their_own_narrow_scope(house: House) -> None:
    request = ask_the_client(house)
    assert told() == [("esha", "Approve: Monsoon skin")]
    with tenancy.of_member(house.cast.esha):
        mine = approving.requests_of(house.cast.esha, "mine").get()
        deciding.approve(mine, by=house.cast.esha, seen=mine.seen_as, now=NOW)
    request.refresh_from_db()
    assert request.status == "approved"
    with pytest.raises(deciding.NotAsked), tenancy.of_member(house.cast.farah):
        deciding.approve(request, by=house.cast.farah, seen=request.seen_as, now=NOW)


def test_who_holds_a_link_decides_for_the_client(house: House) -> None:
    request = ask_the_client(house)
    link = ReviewLink.objects.create(
        organization=house.cast.kesar, client=house.cast.client, token_hash="a" * 64, name="Meera Shah",
        email="meera@chaipoint.example", expires_at=NOW + dt.timedelta(days=7), may_decide=False,
    )  # fmt: skip
    with pytest.raises(deciding.NotAsked):
        deciding.approve(request, by=link, seen=request.seen_as, now=NOW)
    link.may_decide = True
    deciding.approve(request, by=link, seen=request.seen_as, now=NOW)
    decision = ApprovalDecision.objects.get()
    assert (decision.name, decision.user, decision.link) == ("Meera Shah", None, link)
    entry = AuditEntry.objects.get(action="approval.approved_by_link")
    assert (entry.metadata["name"], entry.actor) == ("Meera Shah", None)
    other = ReviewLink(organization=house.cast.kesar, client=house.cast.metro, name="Farah", may_decide=True)
    with pytest.raises(deciding.NotAsked):
        deciding.reject(request, by=other, seen=request.seen_as, now=NOW, words="No.")
