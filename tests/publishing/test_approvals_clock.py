"""What the clock does about approvals: reminders, what is overdue, who left or is away, and what came back late."""

import datetime as dt
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

import pytest
from django.utils import timezone

from accounts.models import Membership, Notification
from accounts.services import memberships
from publishing import approving
from publishing.delivery import agreeing
from publishing.models import (
    ApprovalAsk,
    ApprovalRequest,
    ApprovalWorkflow,
    PlatformConnection,
    ReviewLink,
    ScheduledPost,
)
from publishing.services import calendar
from publishing.services.approvals import absences, asking, deciding
from tests.cast import Cast
from tests.publishing.agreeing import ask, make_workflow, stage, versioned
from tests.publishing.conftest import make_connection, make_piece, make_post
from tests.publishing.house import build

NOW = dt.datetime(2026, 11, 24, 6, 30, tzinfo=dt.UTC)
LONG_AGO = dt.datetime(2020, 1, 1, tzinfo=dt.UTC)
HOUR = dt.timedelta(hours=1)


def asked(kesar: Cast, *who: Membership | str, needs: str = "any", hours: int | None = 24) -> ApprovalRequest:
    """Ben asks at NOW, by a workflow of one stage."""
    workflow = make_workflow(kesar, stage("Stage", *who, needs=needs, hours=hours), is_required=False)
    request = ask(kesar, workflow, now=NOW)
    ApprovalAsk.objects.update(created_at=NOW, updated_at=LONG_AGO)
    Membership.objects.filter(organization=kesar.kesar).update(updated_at=LONG_AGO)
    Notification.objects.all().delete()
    return request


def told() -> list[tuple[str, str]]:
    rows = Notification.objects.order_by("created_at", "user__email").select_related("user")
    return [(row.user.email.split("@")[0], row.title) for row in rows]


def open_to(request: ApprovalRequest) -> list[Membership | None]:
    request.refresh_from_db()
    return [each.member for each in approving.open_asks(request)]


def test_who_is_asked_is_reminded_at_half_time_and_an_hour_before_the_end_once_each(kesar: Cast) -> None:
    asked(kesar, kesar.chitra)
    seen = []
    for hours in (11, 12, 13, 22, 23, 23.5):
        agreeing.look_round(now=NOW + hours * HOUR)
        seen.append(len(told()))
    assert seen == [0, 1, 1, 1, 2, 2]
    assert set(told()) == {("chitra", "Still to be approved: Monsoon skin")}
    messages = Notification.objects.order_by("created_at").values_list("message", flat=True)
    assert list(messages) == ["Half of the time is over.", "Less than an hour is left."]


def test_a_stage_of_an_hour_reminds_once(kesar: Cast) -> None:
    asked(kesar, kesar.chitra, hours=1)
    for minutes in (1, 29, 30, 45, 59):
        agreeing.look_round(now=NOW + dt.timedelta(minutes=minutes))
    assert len(told()) == 1


def test_what_is_overdue_is_told_once_to_who_asked_and_who_can_mend_it_and_nothing_is_approved(kesar: Cast) -> None:
    request = asked(kesar, kesar.chitra)
    ApprovalAsk.objects.update(reminded_at=NOW + 23 * HOUR)
    for hours in (24, 25, 48):
        agreeing.look_round(now=NOW + hours * HOUR)
    assert told() == [(name, "Approval is overdue: Monsoon skin") for name in ("asha", "ben")]
    assert "waits for Chitra Iyer" in Notification.objects.all()[0].message
    request.refresh_from_db()
    assert request.status == "pending"


def test_without_a_deadline_the_clock_says_nothing(kesar: Cast) -> None:
    asked(kesar, kesar.chitra, hours=None)
    agreeing.look_round(now=NOW + 1000 * HOUR)
    assert told() == []


@pytest.mark.parametrize("how", ["removed", "inactive", "may not"])
def test_when_the_only_one_who_could_decide_is_gone_managers_hear_it_once(kesar: Cast, how: str) -> None:
    request = asked(kesar, kesar.chitra)
    if how == "removed":
        memberships.remove(kesar.chitra, by=kesar.asha)
    elif how == "inactive":
        memberships.deactivate(kesar.chitra, by=kesar.asha)
    else:
        memberships.set_overrides(kesar.chitra, overrides={"approvals.decide": False}, by=kesar.asha)
    Notification.objects.all().delete()
    for minutes in (1, 2):
        agreeing.look_round(now=NOW + dt.timedelta(minutes=minutes))
    request.refresh_from_db()
    assert (request.nobody, open_to(request)) == (True, [])
    assert told() == [("asha", "Nobody can approve: Monsoon skin")]


def test_where_all_must_agree_who_left_is_not_waited_for(kesar: Cast) -> None:
    request = asked(kesar, kesar.chitra, kesar.asha, needs="all")
    deciding.approve(request, by=kesar.asha, seen=request.seen_as, now=NOW)
    memberships.remove(kesar.chitra, by=kesar.asha)
    agreeing.look_round(now=NOW + HOUR)
    request.refresh_from_db()
    assert request.status == "approved"


def test_somebody_who_gets_the_role_is_asked_where_nobody_was_left(kesar: Cast) -> None:
    request = asked(kesar, "manager")
    assert request.nobody
    memberships.change_role(kesar.ben, role="manager", by=kesar.asha)
    agreeing.look_round(now=NOW + HOUR)
    assert open_to(request) == [kesar.ben]
    assert not request.nobody


def test_those_with_nobody_do_not_keep_the_clock_from_newer_ones(kesar: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    nobody = make_workflow(kesar, stage("Stage", "manager"), name="Nobody", is_required=False)
    assert [ask(kesar, nobody, now=NOW).nobody for _number in range(3)] == [True] * 3
    newest = asked(kesar, kesar.ben)
    monkeypatch.setattr(agreeing, "BATCH", 2)
    memberships.deactivate(kesar.ben, by=kesar.asha)
    for minutes in (1, 2):
        agreeing.look_round(now=NOW + dt.timedelta(minutes=minutes))
    newest.refresh_from_db()
    assert newest.nobody


def away(kesar: Cast, member: Membership, deputy: Membership) -> None:
    days = {"starts_on": NOW.date(), "ends_on": NOW.date() + dt.timedelta(days=7)}
    absences.away(member=member, deputy=deputy, by=member, now=NOW, **days)


def test_the_deputy_of_who_is_away_is_asked_from_the_first_day_on(kesar: Cast) -> None:
    away(kesar, kesar.chitra, kesar.asha)
    request = asked(kesar, kesar.chitra)
    (asks,) = approving.open_asks(request)
    assert (asks.member, asks.instead_of) == (kesar.asha, kesar.chitra)


def test_what_is_open_already_goes_to_the_deputy_when_the_days_begin(kesar: Cast) -> None:
    request = asked(kesar, kesar.chitra, hours=None)
    away(kesar, kesar.chitra, kesar.asha)
    agreeing.look_round(now=NOW + HOUR)
    assert open_to(request) == [kesar.asha]
    assert told() == [("asha", "Approve: Monsoon skin")]
    agreeing.look_round(now=NOW + 2 * HOUR)
    assert len(told()) == 1


def test_two_who_are_each_others_deputies_are_asked_themselves(kesar: Cast) -> None:
    away(kesar, kesar.chitra, kesar.asha)
    away(kesar, kesar.asha, kesar.chitra)
    request = asked(kesar, kesar.chitra)
    assert open_to(request) == [kesar.chitra]


def test_a_client_with_nobody_is_answered_for_once_somebody_has_a_link(kesar: Cast) -> None:
    Membership.objects.filter(pk=kesar.esha.pk).update(status="inactive")
    workflow = make_workflow(kesar, stage("Client", "client"), client=kesar.client)
    request = ask(kesar, workflow, now=NOW, client=kesar.client)
    assert request.nobody
    ReviewLink.objects.create(
        organization=kesar.kesar, client=kesar.client, token_hash="b" * 64, name="Meera",
        email="meera@chaipoint.example", expires_at=NOW + dt.timedelta(days=7),
    )  # fmt: skip
    agreeing.look_round(now=NOW + HOUR)
    request.refresh_from_db()
    assert not request.nobody


def test_what_was_asked_goes_on_when_its_workflow_is_removed(kesar: Cast) -> None:
    request = asked(kesar, kesar.chitra)
    ApprovalWorkflow.objects.all().delete()
    request.refresh_from_db()
    assert (request.workflow, request.workflow_name) == (None, "House")
    assert deciding.approve(request, by=kesar.chitra, seen=request.seen_as, now=NOW).status == "approved"


@pytest.mark.parametrize(("status", "then"), [("approved", "scheduled"), ("withdrawn", "draft")])
def test_a_post_that_came_back_late_from_its_platform_follows_what_was_decided(
    kesar: Cast, status: str, then: str
) -> None:
    request = asked(kesar, kesar.chitra)
    if status == "approved":
        deciding.approve(request, by=kesar.chitra, seen=request.seen_as, now=NOW)
    else:
        asking.withdraw(request, by=kesar.ben, now=NOW)
    account = make_connection(kesar.kesar)
    post = make_post(request.piece, account, at=NOW + 9 * HOUR, status="waiting", approval=request, next_try_at=None)
    agreeing.look_round(now=NOW + HOUR)
    assert ScheduledPost.objects.get(pk=post.pk).status == then


# Until when: as long as the stage's hours say, but not longer than a post can wait


def waits(request: ApprovalRequest, hours: float, **fields: Any) -> ScheduledPost:
    account = PlatformConnection.objects.first() or make_connection(request.organization)
    told = {"status": "waiting", "approval": request, "next_try_at": None}
    return make_post(request.piece, account, at=NOW + hours * HOUR, **(told | fields))


def due(request: ApprovalRequest) -> list[float]:
    """How many hours after NOW it is to be decided: as the request says, and as each question says."""
    request.refresh_from_db()
    times = [request.due_at, *(one.due_at for one in approving.open_asks(request))]
    return [(at - NOW) / HOUR for at in times if at]


Commits = Callable[..., AbstractContextManager[list[Callable[[], object]]]]


def test_a_stage_ends_before_the_first_of_its_posts_goes_out(kesar: Cast) -> None:
    make_workflow(kesar, stage("Stage", kesar.chitra, hours=24))
    piece = versioned(make_piece(kesar.kesar))
    account = make_connection(kesar.kesar)
    for hours in (-1, 30, 5, 9):
        make_post(piece, account, at=NOW + hours * HOUR)
    request = asking.ask(piece, by=kesar.ben, now=NOW)
    assert due(request) == [5, 5]


def test_planning_a_piece_asks_until_it_goes_out(kesar: Cast, settings: Any) -> None:
    house = build(kesar, settings)
    soon = (timezone.now() + 3 * HOUR).replace(second=0, microsecond=0)
    post = house.plan(at_local=soon.replace(tzinfo=None), zone="UTC", now=timezone.now())
    assert house.request().due_at == post.scheduled_for == soon


def test_the_next_stage_ends_in_time_too(kesar: Cast) -> None:
    workflow = make_workflow(kesar, stage("First", kesar.chitra), stage("Last", kesar.asha), is_required=False)
    request = ask(kesar, workflow, now=NOW)
    waits(request, 30)
    assert due(request) == [24, 24]
    deciding.approve(request, by=kesar.chitra, seen=request.seen_as, now=NOW + 20 * HOUR)
    assert due(request) == [30, 30]


@pytest.mark.parametrize(("hours", "then"), [(3, 3), (15, 15), (40, 24)])
def test_a_stage_follows_a_post_that_is_moved(
    kesar: Cast, django_capture_on_commit_callbacks: Commits, hours: int, then: int
) -> None:
    request = asked(kesar, kesar.chitra)
    post = waits(request, 10)
    with django_capture_on_commit_callbacks(execute=True):
        found = calendar.move([post], hours=hours - 10, by=kesar.ben, now=NOW)
    assert found.refused == []
    assert due(request) == [then, then]


@pytest.mark.parametrize("how", ["cancel", "hold_back"])
def test_a_post_that_waits_no_more_hurries_nobody(
    kesar: Cast, django_capture_on_commit_callbacks: Commits, how: str
) -> None:
    request = asked(kesar, kesar.chitra)
    post = waits(request, 10)
    ApprovalRequest.objects.update(due_at=NOW + 10 * HOUR)
    waits(request, 12)
    with django_capture_on_commit_callbacks(execute=True):
        getattr(calendar, how)([post], by=kesar.ben)
    assert due(request) == [12, 12]


def test_without_hours_a_stage_has_no_end_of_a_posts_making(
    kesar: Cast, django_capture_on_commit_callbacks: Commits
) -> None:
    request = asked(kesar, kesar.chitra, hours=None)
    with django_capture_on_commit_callbacks(execute=True):
        calendar.move([waits(request, 10)], hours=1, by=kesar.ben, now=NOW)
    assert due(request) == []


def test_what_was_overdue_is_told_again_when_it_is_again(
    kesar: Cast, django_capture_on_commit_callbacks: Commits
) -> None:
    request = asked(kesar, kesar.chitra)
    post = waits(request, 10)
    rows = {"due_at": NOW + 10 * HOUR, "reminded_at": NOW + 9.5 * HOUR}
    ApprovalRequest.objects.update(due_at=NOW + 10 * HOUR)
    ApprovalAsk.objects.update(**rows)
    agreeing.look_round(now=NOW + 11 * HOUR)
    with django_capture_on_commit_callbacks(execute=True):
        calendar.move([post], hours=4, by=kesar.ben, now=NOW + 11 * HOUR)
    assert due(request) == [14, 14]
    agreeing.look_round(now=NOW + 14 * HOUR)
    overdue = [title for _who, title in told() if "overdue" in title]
    assert len(overdue) == 4, "who asked and who can mend it, twice each"


def test_a_request_from_before_the_beginning_was_noted_has_its_hours(
    kesar: Cast, django_capture_on_commit_callbacks: Commits
) -> None:
    request = asked(kesar, kesar.chitra)
    request.stages[0].pop("opened")
    request.save(update_fields=["stages"])
    with django_capture_on_commit_callbacks(execute=True):
        calendar.move([waits(request, 10)], hours=1, by=kesar.ben, now=NOW)
    assert due(request) == [11, 11]


def test_a_request_that_breaks_keeps_no_other_waiting(kesar: Cast) -> None:
    broken = asked(kesar, kesar.chitra)
    ApprovalAsk.objects.all().delete()
    ApprovalRequest.objects.filter(pk=broken.pk).update(stages=[])
    workflow = ApprovalWorkflow.objects.get()
    other = ask(kesar, workflow, now=NOW)
    ApprovalAsk.objects.update(created_at=NOW)
    Notification.objects.all().delete()
    with pytest.raises(ExceptionGroup):
        agreeing.look_round(now=NOW + 12 * HOUR)
    assert told() == [("chitra", "Still to be approved: Monsoon skin")]
    assert other.pk != broken.pk
