"""Planning posts: what is taken, what is refused in words, and what a click may still change."""

import datetime as dt
import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from django.db import connection as database
from django.utils import timezone

from accounts import tenancy
from accounts.models import AuditEntry, Membership
from accounts.services import clients
from content.models import ContentAsset, GeneratedContent
from content.services import assets
from publishing.models import PlatformConnection, ScheduledPost
from publishing.services import posts
from publishing.walltime import UnknownZone
from tests.cast import Cast, gather
from tests.publishing.conftest import make_connection, make_piece, make_post

NOW = dt.datetime(2026, 11, 21, 6, 0, tzinfo=dt.UTC)
ZONE = "Asia/Kolkata"


def clock(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text)


@dataclass
class Plan:
    """Ben, a piece of Kesar's, and an account."""

    cast: Cast
    ben: Membership
    piece: GeneratedContent
    connection: PlatformConnection

    def schedule(self, **changes: Any) -> ScheduledPost:
        """Plan for tomorrow at nine unless told otherwise."""
        asked: dict[str, Any] = {
            "connection": self.connection,
            "at_local": clock("2026-11-22T09:00"),
            "zone": ZONE,
            "by": self.ben,
            "now": NOW,
        }
        return posts.schedule(changes.pop("piece", self.piece), **(asked | changes))


@pytest.fixture
def plan(kesar: Cast, settings: Any) -> Plan:
    """In Kesar's scope."""
    settings.PUBLISHING_PLATFORMS = {
        "practice": "tests.publishing.wire.Small",
        "bluesky": "tests.publishing.wire.Small",
        "youtube": "tests.publishing.wire.Small",
    }
    piece = make_piece(kesar.kesar, hashtags=["monsoon", "skin"], call_to_action="Save this.")
    return Plan(kesar, kesar.ben, piece, make_connection(kesar.kesar))


def actions(cast: Cast) -> list[str]:
    return list(
        AuditEntry.objects.filter(organization=cast.kesar).order_by("sequence").values_list("action", flat=True)
    )


# Planning


def test_nothing_is_planned_sent_or_tried_again_for_an_archived_client(plan: Plan) -> None:
    piece = make_piece(plan.cast.kesar, client=plan.cast.client)
    failed = make_post(piece, plan.connection, at=NOW - dt.timedelta(hours=1), status="failed", client=plan.cast.client)
    draft = plan.schedule(piece=piece, as_draft=True)
    clients.archive(plan.cast.client, by=plan.cast.asha, now=NOW)
    assert ScheduledPost.objects.get(pk=draft.pk).status == "cancelled"
    with pytest.raises(posts.AtRest, match="restore the client first"):
        plan.schedule(piece=piece)
    with pytest.raises(posts.AtRest):
        posts.publish_now(piece, connection=plan.connection, zone=ZONE, by=plan.ben, now=NOW)
    with pytest.raises(posts.AtRest):
        posts.retry(ScheduledPost.objects.get(pk=failed.pk), by=plan.ben, now=NOW)
    clients.restore(plan.cast.client, by=plan.cast.asha, now=NOW)
    assert plan.schedule(piece=piece).status == "scheduled"


def test_nothing_is_planned_of_what_was_deleted(plan: Plan) -> None:
    failed = make_post(plan.piece, plan.connection, at=NOW - dt.timedelta(hours=1), status="failed")
    draft = plan.schedule(as_draft=True)
    assets.delete([plan.piece.asset_id], by=plan.cast.asha)
    acts: list[Callable[[], ScheduledPost]] = [
        lambda: plan.schedule(at_local=clock("2026-11-23T09:00")),
        lambda: posts.plan(ScheduledPost.objects.get(pk=draft.pk), by=plan.ben, now=NOW),
        lambda: posts.retry(ScheduledPost.objects.get(pk=failed.pk), by=plan.ben, now=NOW),
    ]
    for act in acts:
        with pytest.raises(posts.AtRest, match="was deleted"):
            act()
    assets.restore([plan.piece.asset_id], by=plan.cast.asha)
    assert posts.plan(ScheduledPost.objects.get(pk=draft.pk), by=plan.ben, now=NOW).status == "scheduled"


def test_a_planned_post_keeps_the_wall_clock_the_instant_and_the_words_as_sent(plan: Plan) -> None:
    post = plan.schedule()
    assert post.scheduled_for == dt.datetime(2026, 11, 22, 3, 30, tzinfo=dt.UTC)
    assert post.next_try_at == post.scheduled_for
    assert (post.local_time, post.timezone, post.time_note) == ("2026-11-22T09:00", ZONE, "")
    assert post.text == "Rain is not the enemy.\n\nSave this.\n\n#monsoon #skin"
    assert post.piece_version == plan.piece.version
    assert post.scheduled_by == plan.ben.user
    assert actions(plan.cast)[-1] == "post.planned"


def test_what_was_planned_stays_as_it_was_when_the_piece_is_edited(plan: Plan) -> None:
    post = plan.schedule()
    GeneratedContent.objects.filter(pk=plan.piece.pk).update(text="Something else", version=2)
    post.refresh_from_db()
    assert post.text.startswith("Rain is not")
    assert post.piece_version == 1


def test_a_skipped_hour_moves_forward_and_the_post_says_so(plan: Plan) -> None:
    post = plan.schedule(at_local=clock("2027-03-14T02:30"), zone="America/New_York")
    assert post.scheduled_for == dt.datetime(2027, 3, 14, 7, 30, tzinfo=dt.UTC)
    assert "03:30" in post.time_note
    assert post.local_time == "2027-03-14T03:30"


def test_a_time_in_the_past_is_refused_with_the_time_and_its_zone(plan: Plan) -> None:
    with pytest.raises(posts.InThePast, match="2026-11-21 11:28 IST is in the past"):
        plan.schedule(at_local=clock("2026-11-21T11:28"))
    assert ScheduledPost.objects.count() == 0


def test_the_running_minute_still_counts_as_now(plan: Plan) -> None:
    assert plan.schedule(at_local=clock("2026-11-21T11:29")).scheduled_for == NOW - dt.timedelta(minutes=1)


@pytest.mark.parametrize("when", ["2029-01-01T09:00", "9999-12-31T23:59"])
def test_a_time_years_away_is_refused(plan: Plan, when: str) -> None:
    with pytest.raises(posts.TooFar, match="two years"):
        plan.schedule(at_local=clock(when))


def test_a_zone_nobody_knows_is_refused(plan: Plan) -> None:
    with pytest.raises(UnknownZone, match="Mars/Olympus"):
        plan.schedule(zone="Mars/Olympus")


def test_text_over_the_limit_is_refused_with_how_much_it_is_over(plan: Plan) -> None:
    GeneratedContent.objects.filter(pk=plan.piece.pk).update(text="क" * 520)
    with pytest.raises(posts.DoesNotFit, match=r"over Practice network's 500 characters") as refused:
        plan.schedule()
    assert refused.value.problems[0].field == "text"


def test_a_video_that_is_too_long_for_the_platform_is_refused_when_planned_not_when_sent(plan: Plan) -> None:
    asset = ContentAsset.objects.create(
        organization=plan.cast.kesar,
        kind="video",
        title="Long",
        file="assets/long.mp4",
        mime_type="video/mp4",
        media_info={"container": "mp4", "duration": 300.0, "width": 1080, "height": 1920, "size": 9_000_000},
    )
    piece = make_piece(plan.cast.kesar, asset=asset, platform="bluesky")
    account = make_connection(plan.cast.kesar, platform="bluesky", account_id="did:plc:1")
    with pytest.raises(posts.DoesNotFit, match="120 s longer than Bluesky's 180 s"):
        plan.schedule(piece=piece, connection=account)
    GeneratedContent.objects.filter(pk=piece.pk).update(include_media=False)
    assert plan.schedule(piece=piece, connection=account).metadata["include_media"] is False


def test_a_picture_that_is_too_big_is_taken_because_it_is_made_smaller(plan: Plan) -> None:
    asset = ContentAsset.objects.create(
        organization=plan.cast.kesar,
        kind="image",
        title="Big",
        file="assets/big.png",
        media_info={"container": "png", "width": 6000, "height": 4000, "size": 30_000_000},
    )
    piece = make_piece(plan.cast.kesar, asset=asset, platform="bluesky")
    account = make_connection(plan.cast.kesar, platform="bluesky", account_id="did:plc:1")
    assert plan.schedule(piece=piece, connection=account).status == "scheduled"


def test_an_empty_piece_is_refused(plan: Plan) -> None:
    GeneratedContent.objects.filter(pk=plan.piece.pk).update(text=" ", hashtags=[], call_to_action="")
    with pytest.raises(posts.DoesNotFit, match="nothing to send"):
        plan.schedule()


def test_a_missing_title_is_told_where_titles_are_needed(plan: Plan) -> None:
    asset = ContentAsset.objects.create(
        organization=plan.cast.kesar,
        kind="video",
        title="Untitled",
        file="assets/a.mp4",
        media_info={"container": "mp4", "duration": 30.0, "width": 1080, "height": 1920, "size": 9_000_000},
    )
    piece = make_piece(plan.cast.kesar, asset=asset, platform="youtube", title="")
    account = make_connection(plan.cast.kesar, platform="youtube", account_id="UC1")
    with pytest.raises(posts.DoesNotFit, match="YouTube needs a title"):
        plan.schedule(piece=piece, connection=account)


@pytest.mark.parametrize(
    ("status", "words"), [("needs_reconnect", "connected again"), ("paused", "paused"), ("removed", "disconnected")]
)
def test_an_account_that_cannot_be_sent_to_is_refused_in_words(plan: Plan, status: str, words: str) -> None:
    PlatformConnection.objects.update(status=status)
    with pytest.raises(posts.AccountNotReady, match=words):
        plan.schedule()


def test_a_piece_for_one_platform_is_not_sent_to_another(plan: Plan) -> None:
    account = make_connection(plan.cast.kesar, platform="bluesky", account_id="did:plc:1")
    with pytest.raises(posts.NotHere):
        plan.schedule(connection=account)


def test_a_deleted_piece_cannot_be_planned(plan: Plan) -> None:
    GeneratedContent.objects.update(deleted_at=NOW)
    with pytest.raises(posts.NotHere):
        plan.schedule()


def test_the_account_of_one_client_is_not_used_for_anothers_piece(plan: Plan) -> None:
    PlatformConnection.objects.update(client=plan.cast.client)
    with pytest.raises(posts.NotHere):
        plan.schedule()
    GeneratedContent.objects.update(client=plan.cast.client)
    assert plan.schedule().client_id == plan.cast.client.pk


def test_another_organisations_account_or_piece_is_not_here(plan: Plan) -> None:
    with tenancy.operator():
        theirs = make_connection(plan.cast.lisbon, account_id="2")
        their_piece = make_piece(plan.cast.lisbon)
        for asked in ({"connection": theirs}, {"piece": their_piece}, {"by": plan.cast.dev}):
            with pytest.raises(posts.NotHere):
                plan.schedule(**asked)
        assert ScheduledPost.objects.count() == 0


# Once


def test_a_double_click_plans_once_and_leads_to_the_first(plan: Plan) -> None:
    first = plan.schedule()
    with pytest.raises(posts.AlreadyPlanned, match="sent once") as again:
        plan.schedule()
    assert again.value.post == first
    assert ScheduledPost.objects.count() == 1


def test_after_cancelling_the_same_time_is_free_again(plan: Plan) -> None:
    posts.cancel(plan.schedule(), by=plan.ben)
    assert plan.schedule().status == "scheduled"


def test_two_clicks_on_send_now_send_once_even_over_the_turn_of_a_minute(plan: Plan) -> None:
    first = posts.publish_now(plan.piece, connection=plan.connection, zone=ZONE, by=plan.ben, now=NOW)
    later = NOW + dt.timedelta(seconds=61)
    with pytest.raises(posts.AlreadyPlanned) as again:
        posts.publish_now(plan.piece, connection=plan.connection, zone=ZONE, by=plan.ben, now=later)
    assert again.value.post == first
    assert first.scheduled_for == NOW
    assert first.local_time == "2026-11-21T11:30"


def test_send_now_rings_for_the_worker_after_the_commit(
    plan: Plan, django_capture_on_commit_callbacks: Any, settings: Any
) -> None:
    with django_capture_on_commit_callbacks() as bells:
        posts.publish_now(plan.piece, connection=plan.connection, zone=ZONE, by=plan.ben, now=NOW)
    assert len(bells) == 1


@pytest.fixture
def committed(transactional_db: None, settings: Any) -> Plan:
    """The same plan, visible to other threads."""
    settings.PUBLISHING_PLATFORMS = {"practice": "tests.publishing.wire.Small"}
    cast = gather()
    with tenancy.of_organization(cast.kesar.pk):
        piece, connection = make_piece(cast.kesar), make_connection(cast.kesar)
    return Plan(cast, cast.ben, piece, connection)


@pytest.mark.parametrize("command", ["schedule", "publish_now"])
def test_eight_clicks_at_the_same_moment_make_one_post(committed: Plan, command: str, monkeypatch: Any) -> None:
    monkeypatch.setattr(posts, "_ring", lambda _post: None)
    start, answers = threading.Barrier(8), []

    def click() -> None:
        start.wait()
        try:
            with tenancy.of_member(committed.ben):
                if command == "schedule":
                    committed.schedule()
                else:
                    posts.publish_now(
                        committed.piece,
                        connection=committed.connection,
                        zone=ZONE,
                        by=committed.ben,
                        now=timezone.now(),
                    )
            answers.append("made")
        except posts.AlreadyPlanned:
            answers.append("once")
        finally:
            database.close()

    threads = [threading.Thread(target=click) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answers) == ["made"] + ["once"] * 7


# Changing


def test_a_planned_post_moves_to_another_time(plan: Plan) -> None:
    post = plan.schedule()
    posts.reschedule(post, at_local=clock("2026-11-23T20:00"), zone="Europe/Lisbon", by=plan.ben, now=NOW)
    assert post.scheduled_for == dt.datetime(2026, 11, 23, 20, 0, tzinfo=dt.UTC)
    assert post.next_try_at == post.scheduled_for
    assert actions(plan.cast)[-1] == "post.moved"


def test_moving_into_the_past_or_onto_its_twin_changes_nothing(plan: Plan) -> None:
    plan.schedule()
    post = plan.schedule(at_local=clock("2026-11-23T09:00"))
    with pytest.raises(posts.InThePast):
        posts.reschedule(post, at_local=clock("2026-11-20T09:00"), zone=ZONE, by=plan.ben, now=NOW)
    with pytest.raises(posts.AlreadyPlanned):
        posts.reschedule(post, at_local=clock("2026-11-22T09:00"), zone=ZONE, by=plan.ben, now=NOW)
    assert ScheduledPost.objects.get(pk=post.pk).local_time == "2026-11-23T09:00"


MOVES = ("reschedule", "cancel", "retry", "check_now", "mark_as_posted")
ALLOWED = {
    "scheduled": {"reschedule", "cancel"},
    "publishing": set(),
    "unconfirmed": {"cancel", "retry", "check_now", "mark_as_posted"},
    "published": set(),
    "failed": {"cancel", "retry", "mark_as_posted"},
    "missed": {"cancel", "retry", "mark_as_posted"},
    "cancelled": set(),
}


def do(command: str, post: ScheduledPost, by: Membership) -> None:
    more: dict[str, Any] = {"now": NOW}
    if command == "reschedule":
        more |= {"at_local": clock("2026-11-25T09:00"), "zone": ZONE}
    if command == "mark_as_posted":
        more |= {"url": "https://practice.example/p1"}
    if command == "cancel":
        more = {}
    getattr(posts, command)(post, by=by, **more)


@pytest.mark.parametrize("command", MOVES)
@pytest.mark.parametrize("status", list(ALLOWED))
def test_each_state_allows_what_makes_sense_and_refuses_the_rest_in_words(
    plan: Plan, status: str, command: str
) -> None:
    post = make_post(plan.piece, plan.connection, at=NOW, status=status, looks=1)
    before = len(actions(plan.cast))
    if command in ALLOWED[status]:
        do(command, post, plan.ben)
        assert ScheduledPost.objects.get().fence == 1
        assert len(actions(plan.cast)) == before + 1
        return
    with pytest.raises(posts.CannotChange) as refused:
        do(command, post, plan.ben)
    assert str(refused.value)
    assert ScheduledPost.objects.get().status == status
    assert len(actions(plan.cast)) == before


def test_cancelling_while_it_is_sent_says_to_wait(plan: Plan) -> None:
    post = plan.schedule()
    ScheduledPost.objects.update(status="publishing")
    with pytest.raises(posts.CannotChange, match="this very moment"):
        posts.cancel(post, by=plan.ben)


def test_an_unconfirmed_post_is_not_sent_again_before_anybody_looked(plan: Plan) -> None:
    post = make_post(plan.piece, plan.connection, at=NOW, status="unconfirmed", looks=0)
    with pytest.raises(posts.LookFirst):
        posts.retry(post, by=plan.ben, now=NOW)


def test_trying_again_keeps_key_and_words_and_starts_a_new_hour(plan: Plan) -> None:
    post = make_post(plan.piece, plan.connection, at=NOW - dt.timedelta(days=1), status="missed", tries=6, error="late")
    key = post.idempotency_key
    posts.retry(post, by=plan.ben, now=NOW)
    assert (post.status, post.tries, post.error) == ("scheduled", 0, "")
    assert post.scheduled_for == post.next_try_at == NOW
    assert post.idempotency_key == key


def test_trying_again_waits_for_the_account(plan: Plan) -> None:
    post = make_post(plan.piece, plan.connection, at=NOW, status="failed")
    PlatformConnection.objects.update(status="needs_reconnect")
    with pytest.raises(posts.AccountNotReady):
        posts.retry(post, by=plan.ben, now=NOW)


def test_a_person_who_sees_it_live_is_believed(plan: Plan) -> None:
    post = make_post(plan.piece, plan.connection, at=NOW, status="unconfirmed", looks=3)
    posts.mark_as_posted(post, url="https://practice.example/p1", by=plan.ben, now=NOW)
    assert (post.status, post.url, post.published_at) == ("published", "https://practice.example/p1", NOW)
    assert post.next_try_at is None
