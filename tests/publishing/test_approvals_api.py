"""Approvals for programs: everything a page can do, with every refusal said as a problem."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from accounts import tenancy
from accounts.models import Membership
from publishing.models import ApprovalRequest, ApprovalWorkflow, ScheduledPost
from tests.ahead import YEAR
from tests.cast import Cast, gather
from tests.publishing.agreeing import browser, make_workflow, stage, versioned
from tests.publishing.conftest import make_connection, make_piece

Call = Callable[..., Any]


class Desk:
    """The house with a workflow, and everybody's browser."""

    def __init__(self, cast: Cast) -> None:
        self.cast = cast
        self.browsers: dict[Any, Client] = {}
        with tenancy.of_organization(cast.kesar.pk):
            self.workflow = make_workflow(cast, stage("Editor", cast.chitra), stage("Owner", "owner"))
            self.piece, self.account = versioned(make_piece(cast.kesar)), make_connection(cast.kesar)

    def call(self, member: Membership, method: str, path: str, *, status: int = 200, **body: Any) -> Any:
        client = self.browsers.get(member.pk) or self.browsers.setdefault(member.pk, browser(member))
        data = {"data": body, "content_type": "application/json"} if method != "get" else {}
        answer = getattr(client, method)(f"/api/v1/{path.replace('/?', '?').rstrip('/')}", **data)
        assert answer.status_code == status, answer.content
        return answer.json() if answer.content else None

    def ask(self) -> Any:
        return self.call(self.cast.ben, "post", "approval-requests/", status=201, piece=str(self.piece.pk), note="Ok?")


@pytest.fixture
def desk(db: None, settings: Any) -> Desk:
    settings.PUBLISHING_PLATFORMS = {"practice": "tests.publishing.wire.Small"}
    return Desk(gather())


def test_a_program_asks_decides_and_reads_how_it_stands(desk: Desk) -> None:  # noqa: PLR0915 (one story)
    cast, row = desk.cast, desk.ask()
    path = f"approval-requests/{row['id']}/"
    assert (row["status"], row["may_decide"], row["note"]) == ("pending", False, "Ok?")
    mine = desk.call(cast.chitra, "get", "approval-requests/?mine=true")["results"]
    assert [each["id"] for each in mine] == [row["id"]]
    desk.call(cast.ben, "post", path + "approve/", status=403, seen_as=row["seen_as"])
    desk.call(cast.chitra, "post", path + "approve/", status=409, seen_as="1-0-another")
    row = desk.call(cast.chitra, "post", path + "approve/", seen_as=row["seen_as"], words="Good.")
    assert (row["stage"], row["status"]) == (1, "pending")
    desk.call(cast.asha, "post", path + "changes/", status=422, seen_as=row["seen_as"])
    row = desk.call(cast.asha, "post", path + "changes/", seen_as=row["seen_as"], words="Shorter.")
    assert row["status"] == "revision_requested"
    (revision,) = desk.call(cast.ben, "get", f"revisions/?request={row['id']}")["results"]
    desk.call(cast.ben, "post", f"revisions/{revision['id']}/start/")
    desk.call(cast.ben, "post", path + "ask-again/", status=422)
    row = desk.call(cast.ben, "post", path + "ask-again/", note="It is short already.")
    assert (row["round"], row["stage"], row["status"]) == (2, 0, "pending")
    assert [each["state"] for each in desk.call(cast.ben, "get", path + "steps/")] == ["open", "next"]
    assert [each["verdict"] for each in desk.call(cast.ben, "get", path + "decisions/")] == ["approved", "changes"]
    asked = desk.call(cast.chitra, "get", f"approval-asks/?status=open&request={row['id']}")["results"]
    assert [each["member"] for each in asked] == [str(cast.chitra.pk)]
    desk.call(cast.ben, "post", path + "remind/")
    desk.call(cast.ben, "post", path + "remind/", status=422)
    desk.call(cast.chitra, "post", path + "hand-over/", to=str(cast.asha.pk))
    desk.call(cast.ben, "post", path + "skip/", status=403, why="No time.")
    desk.call(cast.asha, "post", path + "choose/", to=[str(cast.chitra.pk)])
    row = desk.call(cast.asha, "post", path + "skip/", why="No time.")
    assert row["stage"] == 1
    row = desk.call(cast.ben, "post", path + "withdraw/")
    assert row["status"] == "withdrawn"
    desk.call(cast.ben, "post", path + "withdraw/", status=409)
    desk.call(cast.ben, "post", path + "restore/", status=409)


def test_remarks_point_at_words_and_are_settled(desk: Desk) -> None:
    cast, row = desk.cast, desk.ask()
    path = f"approval-requests/{row['id']}/comments/"
    said = desk.call(cast.asha, "post", path, status=201, body="Which enemy?", field="text", starts_at=12, ends_at=21)
    assert said["quote"] == "the enemy"
    desk.call(cast.asha, "post", path, status=422, body="Where?", field="text", starts_at=900, ends_at=901)
    answer = desk.call(cast.ben, "post", path, status=201, body="The sun.", parent=said["id"])
    assert answer["parent"] == said["id"]
    assert [each["body"] for each in desk.call(cast.ben, "get", path)] == ["Which enemy?", "The sun."]
    assert desk.call(cast.ben, "post", f"review-comments/{said['id']}/resolve/")["resolved_at"]
    assert desk.call(cast.ben, "post", f"review-comments/{said['id']}/open-again/")["resolved_at"] is None
    desk.call(cast.ben, "delete", f"review-comments/{said['id']}/", status=403)
    desk.call(cast.asha, "delete", f"review-comments/{said['id']}/", status=204)
    assert desk.call(cast.ben, "get", path) == []


def test_workflows_are_set_and_say_what_is_wrong_with_them(desk: Desk) -> None:
    cast = desk.cast
    body: dict[str, Any] = {
        "name": "Chai",
        "client": str(cast.client.pk),
        "stages": [
            {"name": "Us", "needs": "all", "hours": 8, "approvers": [{"kind": "role", "role": "manager"}]},
            {"name": "They", "approvers": [{"kind": "client"}, {"kind": "member", "member": str(cast.asha.pk)}]},
        ],
    }
    desk.call(cast.ben, "post", "approval-workflows/", status=403, **body)
    row = desk.call(cast.asha, "post", "approval-workflows/", status=201, **body)
    assert [each["name"] for each in row["stages"]] == ["Us", "They"]
    assert row["stages"][1]["approvers"][1] == {"kind": "member", "member": str(cast.asha.pk), "role": ""}
    problem = desk.call(cast.asha, "post", "approval-workflows/", status=422, **body)
    assert "workflow of this name" in problem["detail"] or "required here already" in problem["detail"]
    path = f"approval-workflows/{row['id']}/"
    desk.call(cast.asha, "patch", path, status=422, stages=[])
    desk.call(cast.asha, "patch", path, status=422, stages=[{"name": "Who?", "approvers": []}])
    row = desk.call(cast.asha, "patch", path, name="Chai Point", stages=body["stages"][:1])
    assert (row["name"], len(row["stages"])) == ("Chai Point", 1)
    desk.call(cast.asha, "delete", path, status=204)
    assert ApprovalWorkflow.objects.count() == 0  # out of scope nobody sees any
    assert [each["name"] for each in desk.call(cast.ben, "get", "approval-workflows/")["results"]] == ["House"]


def test_a_draft_is_planned_and_a_waiting_post_is_sent_without_approval_by_who_may(desk: Desk) -> None:
    cast = desk.cast
    post = desk.call(
        cast.ben, "post", "posts/", status=201, piece=str(desk.piece.pk), connection=str(desk.account.pk),
        local_time=f"{YEAR}-06-01T09:00", timezone="Asia/Kolkata", as_draft=True,
    )  # fmt: skip
    assert (post["status"], post["approval"]) == ("draft", None)
    post = desk.call(cast.ben, "post", f"posts/{post['id']}/plan/")
    assert post["status"] == "waiting"
    desk.call(cast.ben, "post", f"posts/{post['id']}/plan/", status=409)
    desk.call(cast.ben, "post", f"posts/{post['id']}/send-without-approval/", status=403, why="Now!")
    post = desk.call(cast.asha, "post", f"posts/{post['id']}/send-without-approval/", why="Now!")
    assert (post["status"], post["is_without_approval"]) == ("scheduled", True)


def test_who_is_away_names_a_deputy(desk: Desk) -> None:
    cast = desk.cast
    days = {"starts_on": f"{YEAR}-06-01", "ends_on": f"{YEAR}-06-07"}
    row = desk.call(cast.chitra, "post", "absences/", status=201, deputy=str(cast.asha.pk), **days)
    desk.call(cast.chitra, "post", "absences/", status=422, deputy=str(cast.asha.pk), **days)
    desk.call(cast.ben, "get", f"absences/{row['id']}/", status=404)
    assert desk.call(cast.asha, "get", f"absences/{row['id']}/")["deputy"] == str(cast.asha.pk)
    desk.call(cast.chitra, "delete", f"absences/{row['id']}/", status=204)


def test_the_list_asks_the_database_no_more_for_more_rows(desk: Desk, django_assert_max_num_queries: Any) -> None:
    desk.ask()
    with tenancy.of_organization(desk.cast.kesar.pk):
        first = ApprovalRequest.objects.get()
        for number in range(12):
            piece = make_piece(desk.cast.kesar, title=f"Piece {number}")
            values = {name: getattr(first, name) for name in ("workflow", "workflow_name", "stages", "version")}
            ApprovalRequest.objects.create(
                organization=desk.cast.kesar, piece=piece, fingerprint="f" * 64, status="rejected", **values
            )
    desk.call(desk.cast.ben, "get", "approval-requests/")
    with django_assert_max_num_queries(11):
        assert len(desk.call(desk.cast.ben, "get", "approval-requests/")["results"]) == 13
    assert not ScheduledPost.objects.exists()
