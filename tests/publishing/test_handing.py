"""Posts that wait on their platform: handed over early, looked after at their time, taken back before."""

import datetime as dt
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.test import Client

from accounts import tenancy
from accounts.models import AuditEntry
from publishing import operating, story
from publishing.delivery import handing
from publishing.models import Platform, PlatformConnection, PublishAttempt, ScheduledPost
from publishing.services import calendar, connections, plans, posts
from tests.publishing import wire
from tests.publishing.conftest import Desk
from tests.publishing.kinds import HOUR

MINUTE = dt.timedelta(minutes=1)


@pytest.fixture
def keeper(desk: Desk, settings: Any) -> Desk:
    """A post for two hours from now, on a platform that takes it an hour early."""
    settings.PUBLISHING_PLATFORMS = {"practice": "tests.publishing.kinds.Keeper"}
    at = desk.clock() + 2 * HOUR
    with tenancy.of_organization(desk.cast.kesar.pk):
        ScheduledPost.objects.update(scheduled_for=at, next_try_at=at - HOUR)
    return desk


@pytest.fixture
def handed(keeper: Desk) -> Desk:
    keeper.clock.now += HOUR
    keeper.work()
    assert keeper.now().status == "handed"
    return keeper


def command(desk: Desk, name: str, **given: Any) -> ScheduledPost:
    with tenancy.of_member(desk.cast.ben):
        done: ScheduledPost = getattr(posts, name)(desk.now(), by=desk.cast.ben, **given)
    return done


def told(desk: Desk) -> list[str]:
    post = desk.now()
    with tenancy.of_organization(desk.cast.kesar.pk):
        return [line.title for line in story.tell(post, list(PublishAttempt.objects.filter(post=post)))]


def actions(desk: Desk) -> list[str]:
    with tenancy.of_organization(desk.cast.kesar.pk):
        rows = AuditEntry.objects.filter(resource_id=str(desk.post.pk)).order_by("sequence")
        return list(rows.values_list("action", flat=True))


@pytest.mark.parametrize(
    ("ahead", "options", "early"),
    [(3 * HOUR, {}, 2 * HOUR), (HOUR / 2, {}, dt.timedelta()), (MINUTE, {}, MINUTE),
     (3 * HOUR, {"first_comment": "Hi"}, 3 * HOUR)],
)  # fmt: skip
def test_it_is_taken_in_hand_early_where_the_platform_holds_it(
    keeper: Desk, ahead: dt.timedelta, options: dict[str, str], early: dt.timedelta
) -> None:
    now = keeper.clock()
    assert handing.first_try("practice", options, at=now + ahead, now=now) - now == early


def test_a_post_is_handed_over_before_its_time_and_waits_there(handed: Desk) -> None:
    [there] = handed.platform.posts
    post = handed.now()
    assert there["at"] == post.scheduled_for.isoformat()
    assert post.platform_post_id == "p1"
    assert post.published_at is None
    assert post.next_try_at == post.scheduled_for + dt.timedelta(seconds=30)
    assert "makes it public at its time" in story.answer(post).say
    assert told(handed)[-1] == "Goes live there by itself"
    assert handed.work() == 0


def test_it_is_live_once_the_platform_made_it_public(handed: Desk) -> None:
    handed.clock.now += HOUR + MINUTE
    handed.work()
    post = handed.now()
    assert post.status == "published"
    assert post.published_at == post.scheduled_for
    assert actions(handed) == ["post.handed", "post.published"]


def test_what_was_moved_on_the_platform_is_followed_there(handed: Desk) -> None:
    later = handed.now().scheduled_for + HOUR
    handed.platform.posts[0]["at"] = later.isoformat()
    handed.clock.now += HOUR + MINUTE
    handed.work()
    assert (handed.now().status, handed.now().next_try_at) == ("handed", later + dt.timedelta(seconds=30))
    handed.clock.now = later + MINUTE
    handed.work()
    assert handed.now().status == "published"


def test_what_was_removed_on_the_platform_is_told_and_can_be_sent_anew(handed: Desk) -> None:
    handed.platform.posts.clear()
    handed.clock.now += HOUR + MINUTE
    handed.work()
    post = handed.now()
    assert post.status == "failed"
    assert "somebody removed it there" in post.error
    command(handed, "retry", now=handed.clock())
    handed.work()
    assert handed.now().status == "published"
    assert [there["at"] for there in handed.platform.posts] == [""]


def test_what_the_platform_did_not_keep_has_failed_in_its_words(handed: Desk, settings: Any) -> None:
    settings.PUBLISHING_PLATFORMS = {"practice": "tests.publishing.kinds.Judge"}
    handed.clock.now += HOUR + MINUTE
    handed.work()
    assert (handed.now().status, handed.now().error) == ("failed", "It is a copy of another video.")


def test_a_look_without_an_answer_is_repeated(handed: Desk) -> None:
    handed.platform.fail("find", wire.status(500))
    handed.clock.now += HOUR + MINUTE
    handed.work()
    assert handed.now().status == "handed"
    handed.clock.now += MINUTE
    handed.work()
    assert handed.now().status == "published"


def test_an_answer_lost_while_it_was_handed_over_is_looked_for(keeper: Desk) -> None:
    keeper.clock.now += HOUR
    keeper.platform.fail("posted", wire.cut)
    keeper.work()
    assert keeper.now().status == "unconfirmed"
    keeper.clock.now += MINUTE
    keeper.work()
    assert keeper.now().status == "published" or keeper.now().status == "handed"
    assert len(keeper.platform.posts) == 1


@pytest.fixture
def moved(handed: Desk) -> list[calendar.Stood]:
    """The post on the platform, moved by a day, as Undo remembers it."""
    at = handed.now().scheduled_for.astimezone(ZoneInfo(handed.now().timezone))
    with tenancy.of_member(handed.cast.ben):
        ScheduledPost.objects.update(local_time=f"{at:%Y-%m-%dT%H:%M}")
        found = calendar.move([handed.now()], days=1, by=handed.cast.ben, now=handed.clock())
    return [calendar.Stood.of(each.plain()) for each in found.stood]


@pytest.mark.parametrize("is_back", [False, True])
def test_undo_of_a_move_plans_it_for_its_old_time(handed: Desk, moved: list[calendar.Stood], *, is_back: bool) -> None:
    before = handed.now()
    if is_back:  # a worker was faster than whoever pressed Undo
        handed.work()
        assert handed.now().local_time == moved[0].now_at != before.local_time
    with tenancy.of_member(handed.cast.ben):
        found = calendar.put_back(moved, by=handed.cast.ben, now=handed.clock())
    assert found.refused == []
    handed.work()
    assert handed.now().local_time == before.local_time
    assert handed.now().scheduled_for == before.scheduled_for.replace(second=0, microsecond=0)
    assert handing.WISH not in handed.now().metadata


def test_a_second_move_begins_where_the_first_put_it(handed: Desk, moved: list[calendar.Stood]) -> None:
    before = handed.now().scheduled_for.replace(second=0, microsecond=0)
    with tenancy.of_member(handed.cast.ben):
        calendar.move([handed.now()], days=1, hours=3, by=handed.cast.ben, now=handed.clock())
        calendar.move([handed.now()], hours=-1, by=handed.cast.ben, now=handed.clock())
        at = handing.time_of(handed.now())
        day = (at.local + dt.timedelta(days=3)).date()
        calendar.move_to(handed.now(), day=day, time=None, clock=at.zone, by=handed.cast.ben, now=handed.clock())
    handed.work()
    assert handed.now().scheduled_for == before + dt.timedelta(days=2 + 3, hours=3 - 1)


def test_a_move_leaves_what_is_to_wait_for_approval_waiting(handed: Desk) -> None:
    with tenancy.of_organization(handed.cast.kesar.pk):
        wish = {**handed.post.metadata, handing.WISH: handing.wish_to_wait({})}
        ScheduledPost.objects.update(metadata=wish)
    later = (handed.now().scheduled_for + 5 * HOUR).replace(second=0, microsecond=0)
    command(handed, "reschedule", at_local=later.replace(tzinfo=None), zone="UTC", now=handed.clock())
    handed.work()
    assert (handed.now().status, handed.now().scheduled_for) == ("waiting", later)


def test_undo_of_a_move_leaves_alone_what_was_cancelled_or_moved_again(
    handed: Desk, moved: list[calendar.Stood]
) -> None:
    with tenancy.of_member(handed.cast.ben):
        calendar.move([handed.now()], days=2, by=handed.cast.asha, now=handed.clock())
        wished = handed.now().metadata[handing.WISH]
        again = calendar.put_back(moved, by=handed.cast.ben, now=handed.clock())
    assert "changed again since" in again.refused[0][1]
    assert handed.now().metadata[handing.WISH] == wished
    command(handed, "cancel")
    with tenancy.of_member(handed.cast.ben):
        assert calendar.put_back(moved, by=handed.cast.ben, now=handed.clock()).done == []
    handed.work()
    assert handed.now().status == "cancelled"


def test_cancelling_takes_it_back_first(handed: Desk) -> None:
    post = command(handed, "cancel")
    assert post.status == "handed"
    assert "is being taken back" in story.answer(handed.now()).say
    handed.work()
    assert handed.now().status == "cancelled"
    assert handed.platform.posts == []
    assert actions(handed)[-2:] == ["post.cancelled", "post.withdrawn"]
    assert "Taken back from the platform" in told(handed)


def test_moving_takes_it_back_and_hands_it_over_for_the_new_time(handed: Desk) -> None:
    later = (handed.now().scheduled_for + 5 * HOUR).replace(second=0, microsecond=0)
    command(handed, "reschedule", at_local=later.replace(tzinfo=None), zone="UTC", now=handed.clock())
    handed.work()
    post = handed.now()
    assert (post.status, post.scheduled_for, post.platform_post_id) == ("scheduled", later, "")
    assert handed.platform.posts == []
    handed.clock.now = later - HOUR
    handed.work()
    assert [there["at"] for there in handed.platform.posts] == [later.isoformat()]
    assert handed.now().status == "handed"


def test_a_withdrawal_without_an_answer_is_tried_again(handed: Desk) -> None:
    command(handed, "cancel")
    handed.platform.fail("withdraw", wire.status(503))
    handed.work()
    assert handed.now().status == "handed"
    handed.clock.now += MINUTE
    handed.work()
    assert handed.now().status == "cancelled"


def test_what_is_not_given_back_stays_as_planned_and_says_so(handed: Desk, settings: Any) -> None:
    settings.PUBLISHING_PLATFORMS = {"practice": "tests.publishing.kinds.Refuser"}
    command(handed, "cancel")
    handed.work()
    post = handed.now()
    assert post.status == "handed"
    assert "could not be taken back: It is public already." in post.error
    handed.clock.now += HOUR + MINUTE
    handed.work()
    assert handed.now().status == "published"


def test_nothing_is_taken_back_in_its_last_minute(handed: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    near = handed.now().scheduled_for - dt.timedelta(seconds=30)
    monkeypatch.setattr("django.utils.timezone.now", lambda: near)
    with pytest.raises(posts.CannotChange, match="waits on its platform"):
        command(handed, "cancel")


def test_what_cannot_wait_there_after_all_goes_out_at_its_time_not_before(keeper: Desk, settings: Any) -> None:
    settings.PUBLISHING_PLATFORMS = {"practice": "tests.publishing.wire.Small"}
    keeper.clock.now += HOUR
    keeper.work()
    post = keeper.now()
    assert keeper.platform.posts == []
    assert (post.status, post.tries, post.next_try_at) == ("scheduled", 0, post.scheduled_for)
    keeper.clock.now = post.scheduled_for
    keeper.work()
    assert keeper.now().status == "published"


def removed(desk: Desk) -> connections.Removed:
    return connections.remove(desk.now().connection, by=desk.cast.asha, now=desk.clock())


def test_removing_the_account_takes_back_what_waits_on_its_platform(handed: Desk) -> None:
    assert removed(handed) == connections.Removed(1)
    assert handed.platform.posts == []
    post = handed.now()
    assert (post.status, post.error, post.next_try_at) == ("cancelled", "The account was removed.", None)


def test_what_a_removed_account_could_not_take_back_is_told(handed: Desk, settings: Any) -> None:
    settings.PUBLISHING_PLATFORMS = {"practice": "tests.publishing.kinds.Refuser"}
    done = removed(handed)
    assert done.cancelled == 1
    assert "could not be taken back: 1. Remove them there." in done.problem
    post = handed.now()
    assert post.status == "cancelled"
    assert "still holds the post: It is public already. Remove it there." in post.error


def paused(desk: Desk) -> PlatformConnection:
    with tenancy.of_member(desk.cast.ben):
        return connections.pause(desk.now().connection, by=desk.cast.ben)


def test_pausing_the_account_takes_back_what_waits_on_its_platform(handed: Desk) -> None:
    assert paused(handed).status == "paused"
    assert "is being taken back" in story.answer(handed.now()).say
    handed.work()
    post = handed.now()
    assert (post.status, post.next_try_at, post.platform_post_id) == ("scheduled", post.scheduled_for, "")
    assert handed.platform.posts == []
    handed.clock.now = post.scheduled_for
    handed.work()
    assert handed.now().status == "scheduled"
    with tenancy.of_member(handed.cast.ben):
        connections.resume(handed.now().connection, by=handed.cast.ben)
        entry = AuditEntry.objects.get(action="connection.paused")
    assert entry.metadata == {"taken_back": 1}
    handed.work()
    assert handed.now().status == "published"


def test_what_waits_on_the_platform_of_a_paused_account_can_be_cancelled(handed: Desk) -> None:
    command(handed, "cancel")
    paused(handed)
    handed.platform.fail("withdraw", wire.status(401))  # a paused account is not signed out by it
    handed.work()
    assert (handed.now().status, handed.now().connection.status) == ("handed", "paused")
    handed.clock.now += HOUR / 4
    handed.work()
    assert handed.now().status == "cancelled"
    assert handed.platform.posts == []


def test_a_paused_account_is_not_looked_at_where_nothing_is_wanted_back(handed: Desk) -> None:
    with tenancy.of_organization(handed.cast.kesar.pk):
        PlatformConnection.objects.update(status="paused")
    handed.clock.now += HOUR + MINUTE
    handed.work()
    assert handed.now().status == "handed"


def switch_off(desk: Desk) -> str:
    """An operator switches the platform off; return the page that follows."""
    operating.complete()
    with tenancy.operator():
        desk.cast.asha.user.is_staff = desk.cast.asha.user.is_superuser = True
        desk.cast.asha.user.save()
    client, row = Client(), Platform.objects.get(key="practice")
    client.force_login(desk.cast.asha.user)
    said = {"audit": "not_needed", "overrides": "{}"}
    return client.post(f"/admin/publishing/platform/{row.pk}/change/", said, follow=True).content.decode()


def test_a_platform_that_is_switched_off_gives_back_what_waits_there(handed: Desk) -> None:
    assert "1 posts that wait on the platform itself are taken back" in switch_off(handed)
    handed.work()
    post = handed.now()
    assert (post.status, post.next_try_at, post.platform_post_id) == ("scheduled", post.scheduled_for, "")
    assert handed.platform.posts == []
    handed.clock.now = post.scheduled_for
    handed.work()
    assert handed.now().status == "scheduled"
    Platform.objects.update(is_enabled=True)
    handed.work()
    assert handed.now().status == "published"


def test_what_waits_on_a_platform_that_is_switched_off_can_be_cancelled(handed: Desk) -> None:
    Platform.objects.update_or_create(key="practice", defaults={"is_enabled": False})
    handed.work()
    assert handed.now().status == "handed"
    command(handed, "cancel")
    handed.work()
    assert handed.now().status == "cancelled"
    assert handed.platform.posts == []


def test_an_account_that_the_plan_pauses_gets_back_what_waits_on_its_platform(handed: Desk) -> None:
    with tenancy.of_organization(handed.cast.kesar.pk):
        PlatformConnection.objects.update(platform="mastodon")
        plans.fit(handed.cast.kesar.pk, most=0, keeps=[], now=handed.clock())
        PlatformConnection.objects.update(platform="practice")
    handed.work()
    assert (handed.now().status, handed.now().connection.status) == ("scheduled", "paused")
    assert handed.platform.posts == []


def test_removing_a_paused_account_takes_back_what_waits_there(handed: Desk) -> None:
    with tenancy.of_organization(handed.cast.kesar.pk):
        PlatformConnection.objects.update(status="paused")
    assert removed(handed) == connections.Removed(1)
    assert handed.platform.posts == []
