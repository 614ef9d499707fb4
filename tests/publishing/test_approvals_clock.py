"""What the clock does about approvals: reminders, what is overdue, who left or is away, and what came back late."""

import datetime as dt

import pytest

from accounts.models import Membership, Notification
from accounts.services import memberships
from publishing import approving
from publishing.delivery import agreeing
from publishing.models import ApprovalAsk, ApprovalRequest, ApprovalWorkflow, ReviewLink, ScheduledPost
from publishing.services.approvals import absences, asking, deciding
from tests.cast import Cast
from tests.publishing.agreeing import ask, make_workflow, stage
from tests.publishing.conftest import make_connection, make_post

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
