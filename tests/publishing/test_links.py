"""Links for people without an account: one browser, one client's work, and the same words for all that is wrong."""

import datetime as dt
import re
from dataclasses import dataclass, field
from typing import Any

import pytest
from django.core import mail
from django.core.cache import cache
from django.core.files.base import ContentFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts import tenancy
from accounts.doors import TooOften
from accounts.models import AuditEntry, BrandProfile, ClientAccount
from content.models import ContentAsset, GeneratedContent
from content.services import pieces
from publishing import linking
from publishing.delivery import agreeing, asks, link_mail
from publishing.models import ApprovalRequest, ReviewComment, ReviewDevice, ReviewLink
from publishing.services import links
from publishing.services.approvals import asking, commenting, deciding, workflows
from tests.cast import Cast
from tests.publishing.agreeing import versioned
from tests.publishing.conftest import make_piece

NOW = dt.datetime.now(dt.UTC).replace(microsecond=0)  # doors look at the machine's own clock
DAY = dt.timedelta(days=1)
BROWSER = "Mozilla/5.0 (iPhone) Version/18.0 Mobile Safari/604.1"
FILM = b"\x00\x00\x00\x18ftypmp42" + b"film" * 300


@dataclass
class Review:
    """Chai Point's piece that waits for its word, and a link for Isha, who has no account."""

    cast: Cast
    request: ApprovalRequest
    link: ReviewLink
    browser: Client = field(default_factory=lambda: Client(headers={"User-Agent": BROWSER}))

    @property
    def address(self) -> str:
        return reverse("review", args=[linking.token_of(self.link.pk)])

    def page(self, name: str = "review_piece", *more: Any) -> str:
        return reverse(name, args=[self.link.pk, self.request.pk, *more])

    def open(self) -> Client:
        answer = self.browser.post(self.address, {"open": "1"})
        assert answer.status_code == 302, answer.content
        return self.browser

    def now(self) -> ApprovalRequest:
        return ApprovalRequest.objects.select_related("piece").get(pk=self.request.pk)


def piece_of(cast: Cast, client: ClientAccount | None, title: str, **more: Any) -> GeneratedContent:
    brand = BrandProfile.objects.create(organization=cast.kesar, client=client, name=f"Brand of {title}")
    asset = ContentAsset.objects.create(
        organization=cast.kesar, client=client, brand=brand, kind="video", title=title, status="ready", duration=42.0,
        mime_type="video/mp4", file=ContentFile(FILM, "film.mp4"), thumbnail=ContentFile(b"\xff\xd8still", "still.jpg"),
    )  # fmt: skip
    return versioned(make_piece(cast.kesar, client=client, asset=asset, title=title, **more))


def asked_of_client(cast: Cast, client: ClientAccount | None, title: str, **more: Any) -> ApprovalRequest:
    stages = [workflows.StageDraft("Client", [workflows.Who("client")], hours=24)]
    name = f"Client says yes: {title}"
    workflow = workflows.create(by=cast.asha, name=name, stages=stages, client=client, is_required=False)
    return asking.ask(piece_of(cast, client, title, **more), by=cast.ben, now=NOW, workflow=workflow)


def link_for(cast: Cast, **more: Any) -> ReviewLink:
    given: dict[str, Any] = {"by": cast.asha, "name": "Isha", "email": "isha@chaipoint.example", "now": NOW}
    return links.make(**(given | more))


@pytest.fixture
def review(kesar: Cast) -> Review:
    request = asked_of_client(kesar, kesar.client, "AQI and your skin barrier", text="Your filter caught some of it.")
    return Review(kesar, request, link_for(kesar, client=kesar.client))


def same_words(answer: Any) -> str:
    """What a closed door says, without what differs by chance."""
    assert answer.status_code == 404
    return re.sub(r'(csrf-token" content|nonce)="[^"]*"', "", answer.content.decode())


# Making


def test_a_link_keeps_no_token_and_tells_none(review: Review) -> None:
    token = linking.token_of(review.link.pk)
    assert review.link.token_hash == linking.digest(token)
    assert linking.url_of(review.link).endswith(f"/review/{token}/")
    entry = AuditEntry.objects.get(action="link.made")
    assert token not in str(vars(review.link)) + repr(review.link) + str(entry.metadata)
    assert entry.metadata["opens"] == "Chai Point"


def test_a_link_needs_a_client_or_a_piece_that_belong_together(review: Review) -> None:
    cast = review.cast
    for given in ({}, {"client": cast.metro, "request": review.request}):
        with pytest.raises(links.NotYours):
            link_for(cast, **given)
    one = link_for(cast, request=review.request)
    assert (one.client, one.request) == (cast.client, review.request)
    with pytest.raises(links.NotYours), tenancy.of_member(cast.dev):
        links.make(by=cast.dev, name="Isha", email="i@x.example", now=NOW, client=cast.client)


def test_nobody_makes_a_link_to_a_client_that_was_put_away(review: Review) -> None:
    ClientAccount.objects.filter(pk=review.cast.client.pk).update(deleted_at=NOW)
    with pytest.raises(links.NotYours):
        link_for(review.cast, client=review.cast.client)


# The door


def test_the_first_browser_that_opens_a_link_has_it(review: Review) -> None:
    assert "Look at it" in review.browser.get(review.address).content.decode()
    assert not ReviewDevice.objects.exists()  # looking, as scanners of mail do, binds nothing
    work = review.open().get(reverse("review_work", args=[review.link.pk])).content.decode()
    assert "AQI and your skin barrier" in work
    device = ReviewDevice.objects.get()
    cookie = review.browser.cookies[f"review_{review.link.pk.hex}"]
    assert (device.name, device.key_hash) == ("Safari on iPhone", linking.digest(cookie.value))
    assert (cookie["httponly"], cookie["samesite"], cookie["path"]) == (True, "Lax", "/review/")
    assert review.browser.get(review.address)["Location"] == reverse("review_work", args=[review.link.pk])


def test_a_forwarded_link_opens_nothing_without_the_mailed_code(review: Review) -> None:
    review.open()
    other = Client()
    page = other.get(review.address).content.decode()
    assert "opened in another browser" in page
    assert "i…@chaipoint.example" in page
    assert "AQI" not in page
    assert other.post(review.address, {"open": "1"}).status_code == 200
    assert other.get(reverse("review_work", args=[review.link.pk])).status_code == 404
    other.post(review.address, {"send": "1"})
    link_mail.send_code(review.link.pk, now=timezone.now())
    assert mail.outbox[-1].to == ["isha@chaipoint.example"]
    code = re.search(r"\b\d{6}\b", str(mail.outbox[-1].body))
    assert code
    assert other.post(review.address, {"code": f" {code[0][:3]} {code[0][3:]} "}).status_code == 302
    assert other.get(reverse("review_work", args=[review.link.pk])).status_code == 200
    third = Client()
    assert third.post(review.address, {"code": code[0]}).status_code == 422  # it worked once


def test_wrong_codes_are_few_and_always_told_alike(review: Review) -> None:
    review.open()
    link = review.link
    with pytest.raises(links.NoEntry) as never_sent:
        links.enter(link, code="000000", browser="", now=NOW)
    links.send_code(link, now=NOW)
    link.refresh_from_db()
    right = linking.code_of(link)
    wrong = "111111" if right != "111111" else "222222"
    for _time in range(linking.TRIES):
        with pytest.raises(links.NoEntry) as refused:
            links.enter(link, code=wrong, browser="", now=NOW)
        assert str(refused.value) == str(never_sent.value)
    with pytest.raises(links.NoEntry):
        links.enter(link, code=right, browser="", now=NOW)
    assert AuditEntry.objects.filter(action="link.locked").count() == 1
    links.send_code(link, now=NOW + DAY / 24)
    link.refresh_from_db()
    with pytest.raises(links.NoEntry):  # too old
        links.enter(link, code=linking.code_of(link), browser="", now=NOW + DAY / 24 + linking.CODE_LASTS)
    assert links.enter(link, code=linking.code_of(link), browser="", now=NOW + DAY / 24)


def test_codes_are_mailed_five_times_an_hour_at_most(review: Review) -> None:
    for _time in range(5):
        links.send_code(review.link, now=NOW)
    with pytest.raises(TooOften):
        links.send_code(review.link, now=NOW)


def test_whatever_is_wrong_with_a_link_is_told_in_the_same_words(review: Review) -> None:
    cast, stranger = review.cast, Client()
    over = link_for(cast, client=cast.client, now=NOW - 20 * DAY, days=1)
    revoked = links.revoke(link_for(cast, client=cast.client), by=cast.asha, now=NOW)
    said = {
        same_words(stranger.get(reverse("review", args=[token])))
        for token in ("guessed", linking.token_of(over.pk), linking.token_of(revoked.pk))
    }
    said.add(same_words(stranger.get(reverse("review_work", args=[review.link.pk]))))
    said.add(same_words(stranger.get(review.page())))
    said.add(same_words(stranger.post(reverse("review", args=["guessed"]), {"code": "123456"})))
    assert len(said) == 1


@pytest.mark.parametrize("end", ["revoked", "over", "client put away", "organisation deleted"])
def test_a_link_that_ended_is_shut_in_open_browsers_at_once(end: str, review: Review) -> None:
    browser = review.open()
    assert browser.get(review.page()).status_code == 200
    if end == "revoked":
        links.revoke(review.link, by=review.cast.asha, now=NOW)
    elif end == "over":
        ReviewLink.objects.update(expires_at=NOW - DAY)
    elif end == "client put away":
        ClientAccount.objects.filter(pk=review.cast.client.pk).update(deleted_at=NOW)
    else:
        with tenancy.operator():
            type(review.cast.kesar).objects.filter(pk=review.cast.kesar.pk).update(deleted_at=NOW)
    for name in ("review_piece", "review_decide", "review_comment_new"):
        ask = browser.get if name == "review_piece" else browser.post
        assert ask(review.page(name)).status_code == 404
    assert browser.get(review.page("review_media", "file")).status_code == 404


def test_pages_of_links_are_kept_and_found_by_nobody(review: Review) -> None:
    for answer in (review.browser.get(review.address), review.open().get(review.page())):
        assert "noindex" in answer["X-Robots-Tag"]
        assert "no-store" in answer["Cache-Control"]
    assert Client().get(reverse("review", args=["x"]))["X-Robots-Tag"] == "noindex, nofollow"
    door = Client().get(review.address)
    assert door["Referrer-Policy"] == "no-referrer"


# One client's work only


def test_a_link_shows_one_clients_work_and_nothing_else(review: Review) -> None:
    cast = review.cast
    others = [asked_of_client(cast, cast.metro, "Metro’s smile"), asked_of_client(cast, None, "Of the house")]
    browser = review.open()
    page = browser.get(reverse("review_work", args=[review.link.pk])).content.decode()
    assert "AQI" in page
    assert "Metro" not in page
    for other in others:
        for name, more in (("review_piece", ()), ("review_media", ("file",)), ("review_decide", ())):
            address = reverse(name, args=[review.link.pk, other.pk, *more])
            ask = browser.post if name == "review_decide" else browser.get
            assert ask(address).status_code == 404, (other, name)


def test_what_the_client_was_not_asked_about_yet_is_not_shown(review: Review) -> None:
    cast = review.cast
    stages = [
        workflows.StageDraft("Editor", [workflows.Who("member", cast.asha)]),
        workflows.StageDraft("Client", [workflows.Who("client")]),
    ]
    workflow = workflows.create(by=cast.asha, name="Two", stages=stages, client=cast.client, is_required=False)
    inside = asking.ask(piece_of(cast, cast.client, "Still ours"), by=cast.ben, now=NOW, workflow=workflow)
    browser = review.open()
    assert "Still ours" not in browser.get(reverse("review_work", args=[review.link.pk])).content.decode()
    assert browser.get(reverse("review_piece", args=[review.link.pk, inside.pk])).status_code == 404
    deciding.approve(inside, by=cast.asha, seen=inside.seen_as, now=NOW, words="Only we should read this.")
    page = browser.get(reverse("review_piece", args=[review.link.pk, inside.pk])).content.decode()
    assert "Asha Menon" in page
    assert "Only we should read this." not in page


def test_a_link_to_one_piece_of_the_house_opens_that_piece_alone(review: Review) -> None:
    cast = review.cast
    one, two = (asked_of_client(cast, None, f"House {number}") for number in (1, 2))
    single = Review(cast, one, link_for(cast, request=one))
    browser = single.open()
    assert browser.get(reverse("review_work", args=[single.link.pk]))["Location"] == single.page()
    assert "House 1" in browser.get(single.page()).content.decode()
    assert browser.get(reverse("review_piece", args=[single.link.pk, two.pk])).status_code == 404
    browser.post(single.page("review_decide"), {"verdict": "approved", "seen": one.seen_as})
    assert single.now().status == "approved"


def test_a_deleted_piece_is_gone_from_the_link(review: Review) -> None:
    browser = review.open()
    GeneratedContent.objects.update(deleted_at=NOW)
    assert browser.get(review.page()).status_code == 404
    assert "Nothing needs you now" in browser.get(reverse("review_work", args=[review.link.pk])).content.decode()


# Looking, saying, deciding


def test_the_piece_is_shown_with_files_that_open_for_the_link_alone(review: Review) -> None:
    browser = review.open()
    page = browser.get(review.page()).content.decode()
    assert "Your filter caught some of it." in page
    address = review.page("review_media", "file")
    assert address in page
    film = browser.get(address, headers={"Range": "bytes=0-3"})
    assert (film.status_code, film["Content-Type"], film.getvalue()) == (206, "video/mp4", FILM[:4])
    assert browser.get(review.page("review_media", "poster")).status_code == 200
    assert browser.get(review.page("review_media", "page-9")).status_code == 404
    assert Client().get(address).status_code == 404


def test_what_is_approved_by_a_link_is_kept_with_the_name(review: Review) -> None:
    browser = review.open()
    answer = browser.post(review.page("review_decide"), {"verdict": "approved", "seen": review.request.seen_as})
    assert answer["Location"] == reverse("review_work", args=[review.link.pk])
    decision = review.now().decisions.get()
    assert (review.now().status, decision.name, decision.link) == ("approved", "Isha", review.link)
    assert "Approved" in browser.get(answer["Location"]).content.decode()
    assert "needs your word" not in browser.get(review.page()).content.decode()


def test_a_decision_without_a_verdict_is_told_what_it_lacks(review: Review) -> None:
    said = {"seen": review.request.seen_as, "words": "Name the lab."}
    answer = review.open().post(review.page("review_decide"), said)
    assert answer.status_code == 422
    assert 'id="id_verdict_error"' in answer.content.decode()
    assert "Name the lab." in answer.content.decode()


def test_changes_are_asked_for_with_words_and_come_back_as_you_asked_we_changed(review: Review) -> None:
    browser, seen = review.open(), review.request.seen_as
    silent = browser.post(review.page("review_decide"), {"verdict": "changes", "seen": seen})
    assert silent.status_code == 422
    assert review.now().status == "pending"
    words = "“Some of it” is not what the sheet says."
    browser.post(review.page("review_decide"), {"verdict": "changes", "seen": seen, "words": words})
    assert review.now().status == "revision_requested"
    piece = review.now().piece
    pieces.edit(piece, by=review.cast.ben, text="Your filter caught a third of it.")
    asking.ask_again(review.now(), by=review.cast.ben, now=NOW)
    page = browser.get(review.page()).content.decode()
    assert "You asked, we changed" in page
    assert "<ins>a third of</ins>" in page or "a third" in page


def test_a_comment_that_was_not_sent_goes_along_with_the_decision(review: Review) -> None:
    browser, seen = review.open(), review.request.seen_as
    sent = {"verdict": "changes", "seen": seen, "along-body": "Which sheet says that?"}
    browser.post(review.page("review_decide"), sent)
    assert (review.now().status, review.now().feedback) == ("revision_requested", "Which sheet says that?")
    assert not ReviewComment.objects.exists()


def test_a_comment_beside_the_words_of_a_decision_stays_a_comment_at_its_moment(review: Review) -> None:
    browser, seen = review.open(), review.request.seen_as
    along = {"along-body": "Too loud.", "along-moment": "0:08"}
    browser.post(review.page("review_decide"), {"verdict": "approved", "seen": seen, "words": "Good."} | along)
    assert review.now().decisions.get().words == "Good."
    comment = ReviewComment.objects.get()
    assert (comment.body, comment.moment, comment.name) == ("Too loud.", 8.0, "Isha")


def test_a_moment_that_is_the_only_reason_for_changes_is_reason_and_comment(review: Review) -> None:
    sent = {"verdict": "changes", "seen": review.request.seen_as, "along-body": "Too loud.", "along-moment": "0:08"}
    review.open().post(review.page("review_decide"), sent)
    assert review.now().feedback == "Too loud."
    assert ReviewComment.objects.get().moment == 8.0


@pytest.mark.parametrize(
    "wrong", [{"verdict": ""}, {"along-moment": "then"}, {"seen": "1-0-something-else"}, {"along-quote": "Not there"}]
)
def test_what_was_typed_comes_back_when_nothing_was_decided(review: Review, wrong: dict[str, str]) -> None:
    sent = {"verdict": "approved", "seen": review.request.seen_as, "words": "Good.", "along-body": "Too loud."}
    answer = review.open().post(review.page("review_decide"), sent | wrong)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "Too loud.</textarea>" in page
    assert "Good.</textarea>" in page
    assert review.now().status == "pending"
    assert not ReviewComment.objects.exists()


def test_what_was_typed_for_a_decision_that_another_made_can_still_be_said(review: Review) -> None:
    browser, seen = review.open(), review.request.seen_as
    deciding.approve(review.request, by=link_for(review.cast, client=review.cast.client), seen=seen, now=NOW)
    sent = {"verdict": "changes", "seen": seen, "words": "Name the lab.", "along-body": "Too loud."}
    page = browser.post(review.page("review_decide"), sent).content.decode()
    assert "was quicker" in page
    assert "Name the lab.\n\nToo loud.</textarea>" in page


def test_nobody_decides_about_words_they_did_not_see(review: Review) -> None:
    browser = review.open()
    sent = {"verdict": "approved", "seen": "1-0-something-else"}
    said = browser.post(review.page("review_decide"), sent, follow=True).content.decode()
    assert "changed while you looked" in said
    assert review.now().status == "pending"


def test_remarks_by_a_link_stand_at_their_moment_and_inside_talk_stays_inside(review: Review) -> None:
    browser, cast = review.open(), review.cast
    commenting.comment(review.request, by=cast.asha, body="They will not like this.", is_internal=True)
    said = commenting.comment(review.request, by=cast.ben, body="We measured it in June.")
    answer = browser.post(review.page("review_comment_new"), {"body": "Which sheet?", "moment": "0:08"})
    assert answer.status_code == 302
    page = browser.get(review.page()).content.decode()
    assert "They will not like this." not in page
    assert "We measured it in June." in page
    mine = ReviewComment.objects.get(link=review.link)
    assert (mine.moment, mine.name, mine.is_internal) == (8.0, "Isha", False)
    browser.post(review.page("review_comment_new"), {"body": "I see.", "parent": str(said.pk)})
    assert ReviewComment.objects.filter(parent=said, link=review.link).exists()
    inside = ReviewComment.objects.get(is_internal=True)
    refused = browser.post(review.page("review_comment_new"), {"body": "Oh?", "parent": str(inside.pk)})
    assert refused.status_code == 404
    for comment, status in ((mine, 302), (said, 404)):
        address = reverse("review_comment_remove", args=[review.link.pk, comment.pk])
        assert browser.post(address).status_code == status
    mine.refresh_from_db()
    assert mine.deleted_at


def test_who_may_only_read_comments_but_does_not_decide(review: Review) -> None:
    reader = Review(review.cast, review.request, link_for(review.cast, client=review.cast.client, may_decide=False))
    browser = reader.open()
    page = browser.get(reader.page()).content.decode()
    assert "say-bar" not in page
    assert "You can read and comment." in page
    browser.post(reader.page("review_decide"), {"verdict": "approved", "seen": review.request.seen_as})
    assert review.now().status == "pending"
    assert browser.post(reader.page("review_comment_new"), {"body": "Nice."}).status_code == 302


# Mail


def test_a_link_is_mailed_once_with_what_waits(review: Review) -> None:
    assert [link_mail.send(review.link.pk, now=NOW + DAY / 24), link_mail.send(review.link.pk, now=NOW + DAY)] == [
        True,
        False,
    ]
    letter = mail.outbox[0]
    assert letter.to == ["isha@chaipoint.example"]
    assert letter.subject == "One piece of Kesar Naturals needs your word"
    assert linking.url_of(review.link) in str(letter.body)
    assert "AQI and your skin barrier" in str(letter.body)


def test_several_pieces_asked_about_at_once_come_in_one_mail(review: Review) -> None:
    ReviewLink.objects.update(mail_asked_at=NOW - DAY, mailed_at=NOW - DAY)
    for number in (1, 2):
        asked_of_client(review.cast, review.cast.client, f"More {number}")
    asked = ReviewLink.objects.get().mail_asked_at
    assert asked
    assert link_mail.due(asked) == []  # more may follow
    later = asked + link_mail.GATHERS
    assert link_mail.due(later) == [review.link.pk]
    assert link_mail.send(review.link.pk, now=later)
    assert mail.outbox[0].subject == "3 pieces of Kesar Naturals need your word"
    assert link_mail.due(later + DAY / 2) == []


def test_who_decides_by_a_link_is_reminded_by_mail_like_everybody_else(review: Review) -> None:
    link_mail.send(review.link.pk, now=NOW)
    cache.clear()  # minutes went by: nobody has the mail in hand any more
    with tenancy.of_organization(review.cast.kesar.pk):
        asking.remind(review.request, by=review.cast.ben, now=NOW + DAY / 4)
    assert link_mail.send(review.link.pk, now=NOW + DAY / 4)
    cache.clear()
    with tenancy.of_organization(review.cast.kesar.pk):
        agreeing.remind(asks.hold(review.request.pk), now=NOW + DAY / 2)
    assert link_mail.send(review.link.pk, now=NOW + DAY)
    assert [letter.to for letter in mail.outbox] == 3 * [["isha@chaipoint.example"]]


def test_a_link_that_ended_is_not_mailed(review: Review) -> None:
    links.revoke(review.link, by=review.cast.asha, now=NOW)
    assert link_mail.send(review.link.pk, now=NOW) is False
    with pytest.raises(links.NotOpen):
        links.mail(review.link, by=review.cast.asha, now=NOW + DAY)


def test_it_is_mailed_again_at_most_once_a_minute(review: Review) -> None:
    with pytest.raises(links.TooSoon):
        links.mail(review.link, by=review.cast.asha, now=NOW + dt.timedelta(seconds=30))
    assert links.mail(review.link, by=review.cast.asha, now=NOW + links.AGAIN)


def test_the_list_of_a_link_asks_as_many_questions_for_six_pieces_as_for_two(review: Review) -> None:
    browser, counted = review.open(), []
    address = reverse("review_work", args=[review.link.pk])
    browser.get(address)
    for number in range(6):
        asked_of_client(review.cast, review.cast.client, f"Piece {number}")
        if number in {1, 5}:
            with CaptureQueriesContext(connection) as asked:
                assert browser.get(address).status_code == 200
            counted.append(len([q for q in asked if "set_config" not in q["sql"] and "SAVEPOINT" not in q["sql"]]))
    assert counted[0] == counted[1]
    assert counted[0] < 12
