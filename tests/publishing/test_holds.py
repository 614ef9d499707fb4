"""Holds: nothing of a client, of an account, or at all goes out; and letting it go is somebody's choice."""

import datetime as dt
from typing import Any

import pytest

from accounts import tenancy
from accounts.models import AuditEntry
from content.models import GeneratedContent
from publishing import holding
from publishing.delivery import assisting, claiming, handing
from publishing.models import PlatformConnection, ScheduledPost
from publishing.services import holds, slots
from tests.cast import Cast
from tests.publishing.conftest import Desk, make_connection, make_piece, make_post

NOW = dt.datetime(2026, 11, 21, 6, 0, tzinfo=dt.UTC)
ZONE = "Asia/Kolkata"


@pytest.fixture
def account(kesar: Cast, settings: Any) -> PlatformConnection:
    settings.PUBLISHING_PLATFORMS = {"practice": "tests.publishing.wire.Small"}
    return make_connection(kesar.kesar)


@pytest.fixture
def piece(kesar: Cast) -> GeneratedContent:
    return make_piece(kesar.kesar)


def due_now(now: dt.datetime = NOW) -> set[str]:
    return {post.text for post in claiming.due_sends(now)}


def post_for(
    cast: Cast, account: PlatformConnection, text: str, *, client: Any = None, minutes: float = -5, **fields: Any
) -> ScheduledPost:
    piece = make_piece(cast.kesar, text=text, client=client)
    return make_post(piece, account, at=NOW + dt.timedelta(minutes=minutes), client=client, **fields)


def test_a_hold_keeps_its_own_from_being_claimed_and_nothing_else(kesar: Cast, account: PlatformConnection) -> None:
    other = make_connection(kesar.kesar, account_id="2", handle="@other")
    of_client = make_connection(kesar.kesar, account_id="3", handle="@chai", client=kesar.client)
    post_for(kesar, account, "ours")
    post_for(kesar, other, "other")
    post_for(kesar, other, "chai on a shared account", client=kesar.client)
    post_for(kesar, of_client, "chai", client=kesar.client)
    everything = {"ours", "other", "chai", "chai on a shared account"}
    assert due_now() == everything
    one = holds.hold(connection=account, by=kesar.asha, now=NOW)
    assert due_now() == everything - {"ours"}
    holds.release(one, late="leave", by=kesar.asha, now=NOW)
    two = holds.hold(client=kesar.client, by=kesar.asha, now=NOW)
    assert due_now() == {"ours", "other"}
    assert holding.standing_over(ScheduledPost.objects.get(text="chai")) == two
    holds.hold(by=kesar.asha, now=NOW, reason="Storm")
    assert due_now() == set()
    held = holding.held_ids(ScheduledPost.objects.all(), kesar.kesar.pk)
    assert len(held) == 4
    told = list(AuditEntry.objects.filter(action__startswith="hold").values_list("action", flat=True))
    assert told.count("hold.made") == 3


def test_another_organisations_hold_holds_nothing_here(everywhere: Cast, settings: Any) -> None:
    settings.PUBLISHING_PLATFORMS = {"practice": "tests.publishing.wire.Small"}
    post_for(everywhere, make_connection(everywhere.kesar), "ours")
    holds.hold(by=everywhere.dev, now=NOW)
    assert due_now() == {"ours"}


def test_the_same_is_held_once(kesar: Cast, account: PlatformConnection) -> None:
    made = holds.hold(connection=account, by=kesar.asha, now=NOW)
    with pytest.raises(holds.AlreadyHeld):
        holds.hold(connection=account, by=kesar.asha, now=NOW)
    holds.release(made, late="leave", by=kesar.asha, now=NOW)
    with pytest.raises(holds.AlreadyEnded):
        holds.release(made, late="leave", by=kesar.asha, now=NOW)
    assert holds.hold(connection=account, by=kesar.asha, now=NOW).ended_at is None


def test_what_is_public_in_part_is_finished(kesar: Cast, account: PlatformConnection) -> None:
    post_for(kesar, account, "half a thread", platform_post_id="1")
    holds.hold(by=kesar.asha, now=NOW)
    assert due_now() == {"half a thread"}


def test_a_post_by_hand_is_not_asked_for_while_it_is_held(kesar: Cast, account: PlatformConnection) -> None:
    account.kind = "by_hand"
    account.save()
    post_for(kesar, account, "by hand")
    holds.hold(connection=account, by=kesar.asha, now=NOW)
    assert assisting.assist(now=NOW) == 0


def test_late_posts_move_to_the_next_free_slots(kesar: Cast, account: PlatformConnection) -> None:
    slots.add(account, weekdays=[6, 0], at=dt.time(9), zone=ZONE, by=kesar.ben)
    bare = make_connection(kesar.kesar, account_id="2", handle="@bare")
    hold = holds.hold(by=kesar.asha, now=NOW)
    for minutes, text in ((-600, "first"), (-300, "second"), (600, "later")):
        post_for(kesar, account, text, minutes=minutes)
    post_for(kesar, bare, "no slots there", minutes=-300)
    done = holds.release(hold, late="slots", by=kesar.asha, now=NOW)
    assert (done.placed, done.left) == (2, 1)
    found = dict(ScheduledPost.objects.values_list("text", "local_time"))
    assert (found["first"], found["second"]) == ("2026-11-22T09:00", "2026-11-23T09:00")
    assert ScheduledPost.objects.get(text="no slots there").status == "scheduled"


def test_what_another_hold_still_keeps_is_not_late_under_this_one(kesar: Cast, account: PlatformConnection) -> None:
    wide, narrow = holds.hold(by=kesar.asha, now=NOW), holds.hold(connection=account, by=kesar.asha, now=NOW)
    post_for(kesar, account, "twice held", minutes=-300)
    assert holds.late_under(wide, now=NOW) == []
    holds.release(wide, late="slots", by=kesar.asha, now=NOW)
    assert [post.text for post in holds.late_under(narrow, now=NOW)] == ["twice held"]


def test_what_waits_on_its_platform_is_taken_back(kesar: Cast, account: PlatformConnection) -> None:
    waits = post_for(kesar, account, "waits there", minutes=600, status="handed", platform_post_id="9")
    near = post_for(kesar, account, "about to go live", minutes=0.5, status="handed", platform_post_id="8")
    holds.hold(connection=account, by=kesar.asha, now=NOW)
    waits.refresh_from_db()
    near.refresh_from_db()
    assert waits.next_try_at == NOW
    assert waits in claiming.due_looks(NOW)
    back = handing.fulfilled(waits.metadata[handing.WISH])
    assert (back["status"], back["next_try_at"]) == ("scheduled", waits.scheduled_for)
    assert handing.WISH not in near.metadata


def test_a_held_post_is_not_missed_while_it_is_held_and_goes_out_when_it_is_let_go(desk: Desk) -> None:
    with tenancy.of_organization(desk.cast.kesar.pk):
        hold = holds.hold(connection=desk.connection, by=desk.cast.asha, now=desk.clock())
    assert desk.work() == 0
    desk.clock.pass_by(hours=30)
    desk.sweep()
    assert desk.now().status == "scheduled"
    with tenancy.of_organization(desk.cast.kesar.pk):
        holds.release(hold, late="leave", by=desk.cast.asha, now=desk.clock())
    desk.sweep()
    assert desk.now().status == "missed"


def test_a_post_let_go_in_time_is_sent(desk: Desk) -> None:
    with tenancy.of_organization(desk.cast.kesar.pk):
        hold = holds.hold(by=desk.cast.asha, now=desk.clock())
    assert desk.work() == 0
    desk.clock.pass_by(minutes=5)
    with tenancy.of_organization(desk.cast.kesar.pk):
        holds.release(hold, late="leave", by=desk.cast.asha, now=desk.clock())
    assert desk.work() == 1
    assert desk.now().status == "published"
