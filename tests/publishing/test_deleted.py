"""A post whose asset somebody threw away before its hour: it is not sent, says so, and goes once that is undone."""

from accounts import tenancy
from content.services import assets
from publishing.services import posts
from tests.publishing.conftest import Desk
from tests.publishing.wire import cut


def throw_away(desk: Desk, *, back: bool = False) -> None:
    asha, piece = desk.cast.asha, desk.post.piece
    with tenancy.of_member(asha):
        (assets.restore if back else assets.delete)([piece.asset_id], by=asha)


def test_a_post_of_a_deleted_asset_is_not_sent_and_says_why(desk: Desk) -> None:
    throw_away(desk)
    desk.work()
    post = desk.now()
    assert (post.status, desk.platform.calls["post"]) == ("failed", 0)
    assert post.error == "What this post was made of was deleted, so it was not sent. Restore it, and try again."


def test_restored_it_goes_with_one_click(desk: Desk) -> None:
    throw_away(desk)
    desk.work()
    throw_away(desk, back=True)
    with tenancy.of_member(desk.cast.asha):
        posts.retry(desk.now(), by=desk.cast.asha, now=desk.clock())
    desk.work()
    assert (desk.now().status, len(desk.platform.posts)) == ("published", 1)


def test_a_post_that_may_be_public_already_is_still_looked_for(desk: Desk) -> None:
    desk.platform.fail("posted", cut)
    desk.work()
    assert desk.now().status == "unconfirmed"
    throw_away(desk)
    desk.clock.pass_by(minutes=2)
    desk.work()
    assert (desk.now().status, len(desk.platform.posts)) == ("published", 1)
