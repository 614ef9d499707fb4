"""The review page: what it shows to whom, what one may do there, and what it answers when one is too late."""

import datetime as dt
import re
import uuid
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts import tenancy
from accounts.models import AuditEntry, Membership
from content.services import pieces
from publishing.models import ApprovalAsk, ApprovalDecision, ApprovalRequest, ReviewComment, Revision, ScheduledPost
from publishing.screens import reviewing
from publishing.services import posts
from publishing.services.approvals import deciding
from tests.cast import Cast
from tests.publishing.agreeing import ask, browser, make_workflow, stage
from tests.publishing.conftest import make_connection

TEXT = "On a 400+ AQI day we measured up to 40 % more water loss."


@pytest.fixture
def asked(cast: Cast) -> ApprovalRequest:
    """Ben asks Asha, then Chai Point, for a piece of theirs."""
    with tenancy.of_organization(cast.kesar.pk):
        workflow = make_workflow(cast, stage("Manager", cast.asha), stage("Client", "client"), for_all_clients=True)
        return ask(cast, workflow, title="AQI", text=TEXT, client=cast.client, hashtags=["DelhiAir"])


def page_of(member: Membership, asked: ApprovalRequest, rest: str = "") -> str:
    return browser(member).get(reverse("approval", args=[asked.pk]) + rest).content.decode()


def decide(member: Membership, asked: ApprovalRequest, verdict: str, **more: Any) -> Any:
    data = {"verdict": verdict, "seen": asked.seen_as, "words": ""} | more
    return browser(member).post(reverse("approval_decide", args=[asked.pk]), data, follow=True)


def fresh(cast: Cast, asked: ApprovalRequest) -> ApprovalRequest:
    with tenancy.of_organization(cast.kesar.pk):
        return ApprovalRequest.objects.select_related("piece__asset").get(pk=asked.pk)


def test_who_is_asked_can_decide_and_everybody_else_can_read(cast: Cast, asked: ApprovalRequest) -> None:
    asha = page_of(cast.asha, asked)
    assert "Waiting for you" in asha
    assert "Approve, then: Client" in asha
    assert TEXT in asha
    assert "#DelhiAir" in asha
    ben = page_of(cast.ben, asked)
    assert 'name="verdict"' not in ben
    assert "Asha Menon" in ben
    assert browser(cast.farah).get(reverse("approval", args=[asked.pk])).status_code == 404


def test_yes_goes_to_the_next_stage_and_the_last_yes_approves(cast: Cast, asked: ApprovalRequest) -> None:
    decide(cast.asha, asked, "approved", words="Good.")
    there = fresh(cast, asked)
    assert (there.status, there.stage) == ("pending", 1)
    esha = page_of(cast.esha, asked)
    assert "Waiting for you" in esha
    assert "Good." in esha
    assert "Approve</button>" in esha
    assert "let it go out" not in esha, "nothing is planned"
    decide(cast.esha, there, "approved")
    assert fresh(cast, asked).status == "approved"
    with tenancy.of_organization(cast.kesar.pk):
        assert list(ApprovalDecision.objects.values_list("name", "verdict").order_by("created_at")) == [
            ("Asha Menon", "approved"),
            ("Esha Khan", "approved"),
        ]


def test_changes_need_words_and_what_was_typed_stays(cast: Cast, asked: ApprovalRequest) -> None:
    answer = decide(cast.asha, asked, "changes")
    assert answer.status_code == 422
    assert 'aria-describedby="id_words_error"' in answer.content.decode()
    decide(cast.asha, asked, "changes", words="Use the measured figure.")
    assert fresh(cast, asked).status == "revision_requested"
    ben = page_of(cast.ben, asked)
    assert "Use the measured figure." in ben
    assert "The changes are made" in ben


def test_a_comment_only_for_us_is_never_the_reason_that_a_client_reads(cast: Cast, asked: ApprovalRequest) -> None:
    along = {"along-body": "Ask Ira first?", "along-is_internal": "on"}
    answer = decide(cast.asha, asked, "changes", **along)
    assert answer.status_code == 422
    page = answer.content.decode()
    assert "Ask Ira first?</textarea>" in page
    assert re.search('name="is_internal" checked', page)
    decide(cast.asha, asked, "changes", words="Use the measured figure.", **along)
    with tenancy.of_organization(cast.kesar.pk):
        comment = ReviewComment.objects.get()
        assert (comment.body, comment.is_internal) == ("Ask Ira first?", True)
        assert ApprovalDecision.objects.get().words == "Use the measured figure."


def test_what_was_only_for_us_stays_so_when_somebody_else_was_quicker(cast: Cast) -> None:
    with tenancy.of_organization(cast.kesar.pk):
        asked = ask(cast, make_workflow(cast, stage("Look", cast.asha, cast.ben)))
        deciding.approve(asked, by=cast.ben, seen=asked.seen_as, now=timezone.now())
    along = {"along-body": "Ask Ira first?", "along-is_internal": "on"}
    page = decide(cast.asha, asked, "changes", words="No.", **along).content.decode()
    assert "Ask Ira first?</textarea>" in page
    assert 'name="is_internal" checked' in page


def test_an_answer_to_what_is_gone_decides_nothing_and_stays_only_for_us(cast: Cast, asked: ApprovalRequest) -> None:
    along = {"along-body": "Ask Ira first?", "along-parent": str(uuid.uuid4())}
    answer = decide(cast.asha, asked, "changes", **along)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "This is not here any more" in page
    assert "Ask Ira first?</textarea>" in page
    assert 'name="is_internal" checked' in page
    with tenancy.of_organization(cast.kesar.pk):
        assert not ApprovalDecision.objects.exists()
        assert not ReviewComment.objects.exists()


def test_who_looked_at_an_older_version_is_told_and_decides_nothing(cast: Cast, asked: ApprovalRequest) -> None:
    with tenancy.of_organization(cast.kesar.pk):
        pieces.edit(asked.piece, by=cast.ben, text="Another text.")
    answer = decide(cast.asha, asked, "approved").content.decode()
    assert "It was changed while you looked at it" in answer
    with tenancy.of_organization(cast.kesar.pk):
        assert not ApprovalDecision.objects.exists()


def test_the_slower_of_two_hears_who_was_quicker(cast: Cast) -> None:
    with tenancy.of_organization(cast.kesar.pk):
        asked = ask(cast, make_workflow(cast, stage("Look", cast.asha, cast.ben)))
        deciding.approve(asked, by=cast.ben, seen=asked.seen_as, now=timezone.now())
    answer = decide(cast.asha, asked, "rejected", words="No.").content.decode()
    assert "Ben Thomas was quicker" in answer
    assert fresh(cast, asked).status == "approved"


def test_the_revised_words_are_held_against_what_one_saw_last(cast: Cast, asked: ApprovalRequest) -> None:
    decide(cast.asha, asked, "changes", words="Use the measured figure.")
    with tenancy.of_organization(cast.kesar.pk):
        revision = Revision.objects.get()
    ben = browser(cast.ben)
    ben.post(reverse("revision", args=[revision.pk]), {"do": "mine"})
    with tenancy.of_organization(cast.kesar.pk):
        pieces.edit(asked.piece, by=cast.ben, text=TEXT.replace("up to 40 % more", "a third more"))
    ben.post(reverse("approval_again", args=[asked.pk]), {"note": "Page 2 of the sheet."})
    asha = page_of(cast.asha, asked)
    assert "what you saw last" in asha
    assert "version 2 against 1" in asha
    assert re.search(r"<del>.*?up to 40 %.*?</del>", asha, re.DOTALL)
    assert re.search(r"<ins>.*?a third.*?</ins>", asha, re.DOTALL)
    assert "answered by version 2, was 1" in asha
    assert "Number 1" in asha
    clean = page_of(cast.asha, asked, "?from=1&show=clean")
    assert "<del>" not in clean
    assert "a third more" in clean


def test_a_remark_about_a_moment_words_or_a_spot_stands_at_its_place(cast: Cast, asked: ApprovalRequest) -> None:
    ben, address = browser(cast.ben), reverse("approval_comment", args=[asked.pk])
    start = TEXT.index("up to 40")
    place = {"field": "text", "starts_at": start, "ends_at": start + 12, "quote": "up to 40 % m"}
    said: dict[str, dict[str, Any]] = {
        "Too loud": {"moment": "0:08.5"},
        "Which sheet?": place,
        "Typed": {"quote": "water loss"},
        "Crop it": {"x": "0.25", "y": "0.5"},
        "All good": {},
    }
    for body, where in said.items():
        assert ben.post(address, {"body": body, **where}).status_code == 302
    with tenancy.of_organization(cast.kesar.pk):
        found = {row.body: row for row in ReviewComment.objects.all()}
    assert found["Too loud"].moment == 8.5
    assert found["Which sheet?"].quote == TEXT[start : start + 12]
    assert (found["Typed"].field, found["Typed"].quote) == ("text", "water loss")
    assert (found["Crop it"].x, found["Crop it"].y) == (0.25, 0.5)
    assert found["All good"].moment is None
    page = page_of(cast.asha, asked)
    assert f'<mark><a href="#c-{found["Typed"].pk}">water loss</a></mark>' in page
    assert "0:08" in page
    assert "5 open" in page


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ({"body": "", "moment": "0:08"}, "required"),
        ({"body": "x", "moment": "soon"}, "Write the moment like 0:08."),
        ({"body": "x", "quote": "not there"}, "These words are not in the piece."),
        ({"body": "x", "x": "7", "y": "0"}, ""),
    ],
)
def test_a_remark_that_cannot_be_placed_is_kept_in_the_form(
    cast: Cast, asked: ApprovalRequest, said: dict[str, str], told: str
) -> None:
    answer = browser(cast.ben).post(reverse("approval_comment", args=[asked.pk]), said)
    assert answer.status_code == 422
    assert told in answer.content.decode()
    with tenancy.of_organization(cast.kesar.pk):
        assert not ReviewComment.objects.exists()


def test_a_refused_answer_stays_an_answer(cast: Cast, asked: ApprovalRequest) -> None:
    ben, address = browser(cast.ben), reverse("approval_comment", args=[asked.pk])
    ben.post(address, {"body": "Keep the Hindi line?"})
    with tenancy.of_organization(cast.kesar.pk):
        head = ReviewComment.objects.get()
    refused = ben.post(address, {"body": "x" * 4001, "parent": head.pk})
    assert f'name="parent" value="{head.pk}"' in refused.content.decode().rpartition('name="field"')[0][-200:]


def test_a_refused_remark_keeps_the_spot_it_is_about(cast: Cast, asked: ApprovalRequest) -> None:
    spot = {"x": "0.25", "y": "0.5", "slide": "2"}
    answer = browser(cast.ben).post(reverse("approval_comment", args=[asked.pk]), spot | {"body": ""})
    for name, value in spot.items():
        assert f'name="{name}" value="{value}"' in answer.content.decode()


def test_what_is_said_only_for_us_never_reaches_the_client(cast: Cast, asked: ApprovalRequest) -> None:
    ben, address = browser(cast.ben), reverse("approval_comment", args=[asked.pk])
    ben.post(address, {"body": "They never pay in time.", "is_internal": "on"})
    ben.post(address, {"body": "Dear client"})
    with tenancy.of_organization(cast.kesar.pk):
        ours = ReviewComment.objects.get(is_internal=True)
    esha = browser(cast.esha)
    assert "They never pay" not in page_of(cast.esha, asked)
    assert "Dear client" in page_of(cast.esha, asked)
    assert "only for us" in page_of(cast.asha, asked)
    for address_, data in (
        (reverse("comment_settle", args=[ours.pk]), {"do": "resolve"}),
        (address, {"body": "?", "parent": ours.pk}),
    ):
        assert esha.post(address_, data).status_code == 404
    esha.post(address, {"body": "Mine", "is_internal": "on"})
    with tenancy.of_organization(cast.kesar.pk):
        assert not ReviewComment.objects.filter(body="Mine", is_internal=True).exists()


def test_a_thread_is_answered_settled_and_opened_again(cast: Cast, asked: ApprovalRequest) -> None:
    ben, asha, address = browser(cast.ben), browser(cast.asha), reverse("approval_comment", args=[asked.pk])
    ben.post(address, {"body": "Keep the Hindi line?"})
    with tenancy.of_organization(cast.kesar.pk):
        head = ReviewComment.objects.get()
    asha.post(address, {"body": "Yes, keep it.", "parent": head.pk})
    asha.post(reverse("comment_settle", args=[head.pk]), {"do": "resolve"})
    page = page_of(cast.ben, asked)
    assert "Yes, keep it." in page
    assert "Settled" in page
    assert "0 open" in page
    ben.post(reverse("comment_settle", args=[head.pk]), {"do": "open"})
    assert "1 open" in page_of(cast.ben, asked)
    asha.post(reverse("comment_settle", args=[head.pk]), {"do": "remove"})
    assert "Keep the Hindi line?" in page_of(cast.ben, asked)
    ben.post(reverse("comment_settle", args=[head.pk]), {"do": "remove"})
    assert "Keep the Hindi line?" not in page_of(cast.ben, asked)


def test_a_decision_is_handed_over_and_says_for_whom(cast: Cast, asked: ApprovalRequest) -> None:
    browser(cast.asha).post(reverse("approval_hand_over", args=[asked.pk]), {"to": cast.ben.pk})
    there = fresh(cast, asked)
    decide(cast.ben, there, "approved")
    with tenancy.of_organization(cast.kesar.pk):
        decision = ApprovalDecision.objects.get()
    assert (decision.name, decision.instead_of) == ("Ben Thomas", "Asha Menon")
    assert "for Asha Menon" in page_of(cast.ben, asked)


def test_a_stage_with_nobody_is_told_and_a_manager_chooses_or_leaves_it_out(cast: Cast) -> None:
    with tenancy.of_organization(cast.kesar.pk):
        workflow = make_workflow(cast, stage("Boss", "manager"), stage("Look", cast.ben))
        one, two = ask(cast, workflow, title="One"), ask(cast, workflow, title="Two")
    asha = browser(cast.asha)
    assert "Nobody is there who could decide this stage." in page_of(cast.asha, one)
    assert "Nobody can decide" in asha.get(reverse("approvals")).content.decode()
    asha.post(reverse("approval_choose", args=[one.pk]), {"to": [cast.chitra.pk]})
    with tenancy.of_organization(cast.kesar.pk):
        assert list(ApprovalAsk.objects.filter(request=one, status="open").values_list("member", flat=True)) == [
            cast.chitra.pk
        ]
    asha.post(reverse("approval_skip", args=[two.pk]), {"why": "No manager works here."})
    assert fresh(cast, two).stage == 1
    assert "Left out" in page_of(cast.asha, two)
    assert browser(cast.ben).post(reverse("approval_skip", args=[one.pk]), {"why": "x"}).status_code == 403


def test_what_was_approved_is_taken_back_after_an_edit(cast: Cast) -> None:
    with tenancy.of_organization(cast.kesar.pk):
        asked = ask(cast, make_workflow(cast, stage("Look", cast.asha)), text=TEXT)
        deciding.approve(asked, by=cast.asha, seen=asked.seen_as, now=timezone.now())
        pieces.edit(asked.piece, by=cast.ben, text="Something else.")
    assert fresh(cast, asked).status == "pending"
    assert "Version 1 was approved; then somebody changed the piece." in page_of(cast.ben, asked)
    answer = browser(cast.ben).post(reverse("approval_restore", args=[asked.pk]), follow=True)
    assert "It is again what was approved." in answer.content.decode()
    there = fresh(cast, asked)
    assert (there.status, there.piece.text) == ("approved", TEXT)


def test_nobody_is_offered_to_remind_themselves(cast: Cast, asked: ApprovalRequest) -> None:
    assert "Remind them" in page_of(cast.ben, asked)
    assert "Remind them" not in page_of(cast.asha, asked), "only she is asked now"


def test_the_asker_reminds_and_asks_no_longer(cast: Cast, asked: ApprovalRequest) -> None:
    ben = browser(cast.ben)
    with tenancy.of_organization(cast.kesar.pk):
        hours_ago = timezone.now() - dt.timedelta(hours=3)
        ApprovalAsk.objects.update(created_at=hours_ago)
    assert "Reminded." in ben.post(reverse("approval_remind", args=[asked.pk]), follow=True).content.decode()
    again = ben.post(reverse("approval_remind", args=[asked.pk]), follow=True).content.decode()
    assert "Reminded." not in again
    ben.post(reverse("approval_withdraw", args=[asked.pk]))
    assert fresh(cast, asked).status == "withdrawn"


def test_a_piece_is_asked_for_in_the_studio_and_says_where_it_stands(cast: Cast) -> None:
    with tenancy.of_organization(cast.kesar.pk):
        workflow = make_workflow(cast, stage("Look", cast.asha), is_required=False)
        piece = ask(cast, workflow, title="First").piece
        ApprovalRequest.objects.all().delete()
    ben, address = browser(cast.ben), reverse("piece_approval", args=[piece.pk])
    part = ben.get(address, headers={"HX-Request": "true"}).content.decode()
    assert "Ask for approval" in part
    assert "<html" not in part
    answer = ben.post(address, {"workflow": workflow.pk, "note": "By Friday"}, headers={"HX-Request": "true"})
    with tenancy.of_organization(cast.kesar.pk):
        made = ApprovalRequest.objects.get()
    assert answer["HX-Redirect"] == reverse("approval", args=[made.pk])
    assert "Open the review" in ben.get(address).content.decode()
    assert "Review" in browser(cast.asha).get(address).content.decode()
    twice = ben.post(address, {"workflow": workflow.pk}, follow=True)
    assert twice.status_code == 200
    again = ben.post(address, {"workflow": workflow.pk}, headers={"HX-Request": "true"})
    assert (again.status_code, again["HX-Redirect"]) == (204, reverse("approval", args=[made.pk]))
    with tenancy.of_organization(cast.kesar.pk):
        assert ApprovalRequest.objects.count() == 1
    assert browser(cast.chitra).post(address, {"workflow": workflow.pk}).status_code == 403


def test_an_owner_sends_without_approval_and_it_is_written_down(cast: Cast, settings: Any) -> None:
    settings.PUBLISHING_PLATFORMS = {"practice": "tests.publishing.wire.Small"}
    with tenancy.of_organization(cast.kesar.pk):
        asked = ask(cast, make_workflow(cast, stage("Look", cast.asha)))
        at = (timezone.now() + dt.timedelta(days=2)).replace(tzinfo=None, second=0, microsecond=0)
        account = make_connection(cast.kesar)
        now = timezone.now()
        post = posts.schedule(asked.piece, connection=account, at_local=at, zone="UTC", by=cast.ben, now=now)
    assert post.status == "waiting"
    address = reverse("post_without_approval", args=[post.pk])
    assert "Send without approval" in browser(cast.asha).get(reverse("post", args=[post.pk])).content.decode()
    assert "Send without approval" not in browser(cast.ben).get(reverse("post", args=[post.pk])).content.decode()
    assert browser(cast.ben).post(address, {"why": "Hurry"}).status_code == 403
    assert "Say why" in browser(cast.asha).post(address, {"why": ""}, follow=True).content.decode()
    told = browser(cast.asha).post(address, {"why": "The client said yes on the phone."}, follow=True)
    assert "goes out without approval" in told.content.decode()
    with tenancy.of_organization(cast.kesar.pk):
        assert ScheduledPost.objects.get().status == "scheduled"
        assert AuditEntry.objects.filter(action__contains="approval").exists()
    assert "on the phone" in browser(cast.ben).get(reverse("post", args=[post.pk])).content.decode()


def test_a_line_between_the_posts_of_a_thread_is_told_from_the_words_and_no_letter_moves(
    cast: Cast, asked: ApprovalRequest
) -> None:
    text = "First.\n\n---\n\nSecond.\n\n---\n\nThird."
    about = ReviewComment(request=asked, version=1, body="why", field="text", starts_at=13, ends_at=20)
    with tenancy.of_organization(cast.kesar.pk):
        piece = asked.piece
    piece.text = text
    for platform, lines in (("x", 2), ("instagram", 0)):
        piece.platform = platform
        (words,) = [
            one for one in reviewing.words_of(piece, reviewing.threads([about], version=1)) if one.field == "text"
        ]
        assert "".join(one.text for one in words.stretches) == text
        assert [one.text for one in words.stretches if one.parts] == ["---"] * lines
        assert [one.text for one in words.stretches if one.thread] == [text[13:20]]


def test_pins_are_numbered_in_order_and_percent_of_the_film(cast: Cast, asked: ApprovalRequest) -> None:
    said = [
        ReviewComment(request=asked, version=1, body="whole"),
        ReviewComment(request=asked, version=1, body="late", moment=30.0),
        ReviewComment(request=asked, version=2, body="beyond", moment=99.0),
    ]
    found = reviewing.threads(said, version=2, duration=60.0)
    assert [(one.number, one.percent, one.is_old) for one in found] == [
        (0, None, True),
        (1, 50.0, True),
        (2, 100.0, False),
    ]
