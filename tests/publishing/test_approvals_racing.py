"""Two at once: approvals that race each other, and an edit that races an approval, with threads on the database."""

import dataclasses
import datetime as dt
import threading
import time
import uuid
from collections.abc import Callable, Sequence
from functools import partial

import pytest
from django.db import OperationalError
from django.db import connection as database

from accounts import tenancy
from content.services import pieces
from publishing import approving, slots
from publishing.delivery import claiming
from publishing.models import ApprovalDecision, ApprovalRequest, PlatformConnection, RecurringPost, ScheduledPost
from publishing.recurrence import Rule
from publishing.services import posts, queue, recurring
from publishing.services import slots as weekly
from publishing.services.approvals import deciding
from tests.cast import Cast, gather
from tests.publishing.agreeing import make_workflow, stage, versioned
from tests.publishing.conftest import make_connection, make_piece

NOW = dt.datetime(2026, 11, 24, 6, 30, tzinfo=dt.UTC)


@pytest.fixture
def cast(transactional_db: None, settings: object) -> Cast:
    """Kesar with a workflow that Chitra or Asha passes, and a planned piece that waits."""
    settings.PUBLISHING_PLATFORMS = {"practice": "tests.publishing.wire.Small"}  # type: ignore[attr-defined]
    found = gather()
    with tenancy.of_organization(found.kesar.pk):
        make_workflow(found, stage("Either", found.chitra, found.asha))
        piece, account = versioned(make_piece(found.kesar)), make_connection(found.kesar)
        at = dt.datetime(2026, 11, 25, 9, 0)  # noqa: DTZ001 (a wall clock)
        posts.schedule(piece, connection=account, at_local=at, zone="Asia/Kolkata", by=found.ben, now=NOW)
    return found


def at_once(cast: Cast, works: Sequence[Callable[[], object]]) -> list[Exception]:
    """Let everybody begin at the same moment, each in a transaction of the house; return what they were refused."""
    begin, refused = threading.Barrier(len(works)), list[Exception]()

    def run(work: Callable[[], object]) -> None:
        begin.wait()
        try:
            with tenancy.of_organization(cast.kesar.pk):
                work()
        except (deciding.CannotDecide, OperationalError) as error:
            refused.append(error)
        finally:
            database.close()

    threads = [threading.Thread(target=run, args=(work,)) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return refused


def request_of(cast: Cast) -> ApprovalRequest:
    with tenancy.of_organization(cast.kesar.pk):
        return ApprovalRequest.objects.select_related("piece").get()


def test_of_two_who_decide_at_once_one_wins_and_the_other_hears_who(cast: Cast) -> None:
    request = request_of(cast)
    refused = at_once(
        cast,
        [
            lambda: deciding.approve(request, by=cast.chitra, seen=request.seen_as, now=NOW),
            lambda: deciding.reject(request, by=cast.asha, seen=request.seen_as, now=NOW, words="No."),
        ],
    )
    (error,) = refused
    assert isinstance(error, deciding.DecidedAlready)
    with tenancy.of_organization(cast.kesar.pk):
        decision = ApprovalDecision.objects.get()
        assert decision.name in str(error)
        post = ScheduledPost.objects.get()
    assert (request_of(cast).status, post.status) in {("approved", "scheduled"), ("rejected", "draft")}


def test_an_edit_that_races_an_approval_never_sends_what_nobody_approved(cast: Cast) -> None:
    request = request_of(cast)
    refused = at_once(
        cast,
        [
            lambda: deciding.approve(request, by=cast.chitra, seen=request.seen_as, now=NOW),
            lambda: pieces.edit(request.piece, by=cast.ben, text="Other words."),
        ],
    )
    after = request_of(cast)
    with tenancy.of_organization(cast.kesar.pk):
        post = ScheduledPost.objects.get()
        assert list(claiming.due_sends(post.scheduled_for)) == []
        assert after.fingerprint == approving.fingerprint(after.piece)
    # Whoever was first: the edit is the last word, and it waits for approval.
    assert (after.status, post.status, after.version) == ("pending", "waiting", 2)
    assert after.round == (1 if refused else 2)


def test_a_series_is_changed_while_what_it_planned_is_approved(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    rule = Rule("daily", dt.time(9), "Asia/Kolkata", NOW.date())
    with tenancy.of_organization(cast.kesar.pk):
        account = PlatformConnection.objects.get()
        piece = ScheduledPost.objects.select_related("piece").get().piece
        series = recurring.make(piece, connection=account, rule=rule, by=cast.ben, now=NOW)
    request, taken_out = request_of(cast), recurring._take_out

    def slowly(series: RecurringPost, *, now: dt.datetime) -> int:
        count = taken_out(series, now=now)
        time.sleep(1.2)
        return count

    def approve() -> None:
        time.sleep(0.4)
        deciding.approve(request, by=cast.chitra, seen=request.seen_as, now=NOW)

    monkeypatch.setattr(recurring, "_take_out", slowly)
    later = dataclasses.replace(rule, at=dt.time(10))
    change = partial(recurring.change, series, rule=later, by=cast.ben, now=NOW)
    assert at_once(cast, [change, approve]) == []
    with tenancy.of_organization(cast.kesar.pk):
        planned = ScheduledPost.objects.filter(series=series, status="scheduled")
        assert {post.local_time[-5:] for post in planned} == {"10:00"}


def test_an_overdue_post_is_approved_while_its_piece_is_queued_once_more(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    request, late, held = request_of(cast), NOW + dt.timedelta(days=2), slots.locked
    with tenancy.of_organization(cast.kesar.pk):
        post = ScheduledPost.objects.select_related("connection").get()
        weekly.add(post.connection, weekdays=range(7), at=dt.time(9), zone="Asia/Kolkata", by=cast.asha)

    def locked(key: uuid.UUID) -> None:
        held(key)
        time.sleep(0.5)  # time enough for the other to take what it takes first

    monkeypatch.setattr(slots, "locked", locked)
    refused = at_once(
        cast,
        [
            lambda: queue.add(request.piece, connection=post.connection, by=cast.ben, now=late),
            lambda: deciding.approve(request, by=cast.chitra, seen=request.seen_as, now=late),
        ],
    )
    assert refused == []
    with tenancy.of_organization(cast.kesar.pk):
        times = set(ScheduledPost.objects.filter(status="scheduled").values_list("scheduled_for", flat=True))
    assert len(times) == 2
