"""Remarks: where they point, who sees them, and how they are settled."""

import datetime as dt
from typing import Any

import pytest

from accounts import tenancy
from accounts.models import Notification
from publishing.models import ApprovalRequest, ReviewComment, ReviewLink
from publishing.services.approvals import commenting
from publishing.services.approvals.commenting import Anchor
from tests.cast import Cast
from tests.publishing.agreeing import ask, make_workflow, stage

NOW = dt.datetime(2026, 11, 24, 6, 30, tzinfo=dt.UTC)


@pytest.fixture
def asked(kesar: Cast) -> ApprovalRequest:
    """Of Chai Point's piece; in Kesar's scope."""
    return ask(kesar, make_workflow(kesar, stage("Client", "client"), client=kesar.client), client=kesar.client)


def say(asked: ApprovalRequest, by: Any, body: str = "Hm.", **more: Any) -> ReviewComment:
    return commenting.comment(asked, by=by, body=body, **more)


def test_a_remark_keeps_the_words_it_points_at(kesar: Cast, asked: ApprovalRequest) -> None:
    row = say(asked, kesar.asha, anchor=Anchor(field="text", starts_at=0, ends_at=4))
    assert (row.quote, row.version, row.name) == ("Rain", 1, "Asha Menon")
    row = say(asked, kesar.asha, anchor=Anchor(moment=8.0, moment_end=9.5, x=0.5, y=0.25, slide=2))
    assert (row.moment, row.moment_end, row.x, row.y, row.slide) == (8.0, 9.5, 0.5, 0.25, 2)


@pytest.mark.parametrize(
    "anchor",
    [
        Anchor(moment=-1.0),
        Anchor(moment=float("nan")),
        Anchor(moment=9.0, moment_end=8.0),
        Anchor(moment_end=8.0),
        Anchor(x=0.5),
        Anchor(x=0.5, y=1.5),
        Anchor(slide=0),
        Anchor(starts_at=0, ends_at=4),
        Anchor(field="made_by"),
        Anchor(field="text", starts_at=4),
        Anchor(field="text", starts_at=4, ends_at=4),
        Anchor(field="text", starts_at=0, ends_at=10_000),
    ],
)
def test_a_remark_that_points_nowhere_is_not_kept(kesar: Cast, asked: ApprovalRequest, anchor: Anchor) -> None:
    with pytest.raises(commenting.NoSuchPlace):
        say(asked, kesar.asha, anchor=anchor)
    assert not ReviewComment.objects.exists()


@pytest.mark.parametrize("body", ["", "  ", "x" * 4001])
def test_a_remark_says_something(kesar: Cast, asked: ApprovalRequest, body: str) -> None:
    with pytest.raises(commenting.NothingSaid):
        say(asked, kesar.asha, body)


def test_what_is_only_for_the_house_no_client_sees_answers_or_is_told_of(kesar: Cast, asked: ApprovalRequest) -> None:
    ours = say(asked, kesar.asha, "The client is wrong.", is_internal=True)
    answer = say(asked, kesar.ben, "True.", parent=ours)
    theirs = say(asked, kesar.esha, "Where is the tea?", is_internal=True)
    assert (answer.is_internal, theirs.is_internal) == (True, False)
    with tenancy.of_member(kesar.esha):
        assert list(ReviewComment.objects.visible_to(kesar.esha)) == [theirs]
        with pytest.raises(commenting.NotHere):
            say(asked, kesar.esha, "I can see that.", parent=ours)
    assert not Notification.objects.filter(user=kesar.esha.user, title__startswith="A comment").exists()


def test_a_link_speaks_of_its_own_clients_work_alone(kesar: Cast, asked: ApprovalRequest) -> None:
    link = ReviewLink.objects.create(
        organization=kesar.kesar, client=kesar.client, token_hash="c" * 64, name="Meera",
        email="meera@chaipoint.example", expires_at=NOW + dt.timedelta(days=7), may_decide=False,
    )  # fmt: skip
    row = say(asked, link, "Lovely.")
    assert (row.name, row.user, row.link) == ("Meera", None, link)
    other = ReviewLink(organization=kesar.kesar, client=kesar.metro, name="Farah")
    for stranger in (other, kesar.farah, kesar.dev):
        with pytest.raises(commenting.NotHere):
            say(asked, stranger)


def test_answers_belong_to_one_thread_that_is_settled_as_a_whole(kesar: Cast, asked: ApprovalRequest) -> None:
    first = say(asked, kesar.esha)
    second = say(asked, kesar.ben, parent=first)
    third = say(asked, kesar.esha, parent=second)
    assert {second.parent, third.parent} == {first}
    commenting.resolve(third, by=kesar.ben, now=NOW)
    first.refresh_from_db()
    assert (first.resolved_at, first.resolved_by) == (NOW, kesar.ben.user)
    commenting.open_again(first, by=kesar.ben)
    first.refresh_from_db()
    assert first.resolved_at is None


def test_only_who_wrote_a_remark_takes_it_back_with_its_answers(kesar: Cast, asked: ApprovalRequest) -> None:
    first = say(asked, kesar.esha)
    say(asked, kesar.ben, parent=first)
    with pytest.raises(commenting.NotYours):
        commenting.remove(first, by=kesar.asha, now=NOW)
    commenting.remove(first, by=kesar.esha, now=NOW)
    assert not ReviewComment.objects.filter(deleted_at=None).exists()
