"""The pages of workflows and of days away: stages by buttons, what was typed stays, and who decides meanwhile."""

import datetime as dt
from typing import Any

from django.urls import reverse
from django.utils import timezone

from accounts import tenancy
from publishing.models import Absence, ApprovalAsk, ApprovalRequest, ApprovalStage, ApprovalWorkflow
from tests.cast import Cast
from tests.publishing.agreeing import ask, browser, make_workflow, stage


def typed(cast: Cast, *names: str, **more: Any) -> dict[str, Any]:
    """What the form sends for stages that Asha decides, in this order."""
    data: dict[str, Any] = {
        "name": "Two looks", "is_active": "on", "is_required": "on", "auto_publish": "on", "client": "",
        "stage": [f"s{number}" for number in range(len(names))],
    }  # fmt: skip
    for number, name in enumerate(names):
        who = [f"member:{cast.asha.pk}", "role:manager"]
        data |= {f"s{number}-name": name, f"s{number}-needs": "any", f"s{number}-hours": "12", f"s{number}-who": who}
    return data | more


def stages(cast: Cast) -> list[str]:
    with tenancy.of_organization(cast.kesar.pk):
        return list(ApprovalStage.objects.order_by("position").values_list("name", flat=True))


def test_a_workflow_is_made_with_its_stages_in_the_order_they_stand(cast: Cast) -> None:
    answer = browser(cast.asha).post(reverse("workflow_new"), typed(cast, "First", "Second"), follow=True)
    assert "Two looks" in answer.content.decode()
    assert stages(cast) == ["First", "Second"]
    with tenancy.of_organization(cast.kesar.pk):
        made = ApprovalWorkflow.objects.get()
        assert sorted(ApprovalStage.objects.first().approvers.values_list("kind", "role")) == [  # type: ignore[union-attr]
            ("member", ""),
            ("role", "manager"),
        ]
    data = typed(cast, "First", "Second", stage=["s1", "s0"])
    browser(cast.asha).post(reverse("workflow", args=[made.pk]), data)
    assert stages(cast) == ["Second", "First"]


def test_stages_are_added_moved_and_taken_out_without_losing_what_was_typed(cast: Cast) -> None:
    asha, address = browser(cast.asha), reverse("workflow_new")

    def shown(**data: Any) -> list[str]:
        page = asha.post(address, typed(cast, "One", "Two", **data))
        assert page.status_code == 200
        return [form["name"].value() or "" for form in page.context["stages"]]

    assert shown(do="add") == ["One", "Two", ""]
    assert shown(do="down-0") == ["Two", "One"]
    assert shown(do="up-1") == ["Two", "One"]
    assert shown(do="up-0") == ["One", "Two"]
    assert shown(do="remove-0") == ["Two"]
    assert shown(do="remove-9") == ["One", "Two"]
    assert shown(do="nonsense") == ["One", "Two"]
    assert stages(cast) == []


def test_what_is_missing_is_said_at_its_place(cast: Cast) -> None:
    asha, address = browser(cast.asha), reverse("workflow_new")
    for data, words in (
        (typed(cast), "A workflow needs at least one stage."),
        (typed(cast, "One", **{"s0-who": []}), "required"),
        (typed(cast, "One", **{"s0-hours": "0"}), "greater than or equal to 1"),
        (typed(cast, "One", **{"s0-who": [f"member:{cast.dev.pk}"]}), "not one of the available choices"),
    ):
        answer = asha.post(address, data)
        assert answer.status_code == 422
        assert words in answer.content.decode()
    assert stages(cast) == []


def test_only_one_workflow_is_required_of_the_house(cast: Cast) -> None:
    with tenancy.of_organization(cast.kesar.pk):
        make_workflow(cast, stage("Look", cast.asha))
    answer = browser(cast.asha).post(reverse("workflow_new"), typed(cast, "One"))
    assert answer.status_code == 422
    assert "Another workflow is required here already" in answer.content.decode()


def test_a_workflow_that_is_removed_leaves_what_was_asked_as_it_was(cast: Cast) -> None:
    with tenancy.of_organization(cast.kesar.pk):
        workflow = make_workflow(cast, stage("Look", cast.asha))
        ask(cast, workflow)
    page = browser(cast.asha).get(reverse("workflows")).content.decode()
    assert "1 piece in it" in page
    browser(cast.asha).post(reverse("workflow_remove", args=[workflow.pk]))
    with tenancy.of_organization(cast.kesar.pk):
        assert ApprovalRequest.objects.get().status == "pending"
        assert not ApprovalWorkflow.objects.exists()


def test_a_deputy_is_asked_while_somebody_is_away(cast: Cast) -> None:
    asha, address = browser(cast.asha), reverse("absences")
    today = timezone.localdate()
    days = {"starts_on": today, "ends_on": today + dt.timedelta(days=7)}
    told = asha.post(address, {"deputy": cast.ben.pk, **days}, follow=True).content.decode()
    assert "Ben Thomas decides for you." in told
    with tenancy.of_organization(cast.kesar.pk):
        ask(cast, make_workflow(cast, stage("Look", cast.asha)), by=cast.asha)
        assert ApprovalAsk.objects.get(status="open").member_id == cast.ben.pk
        away = Absence.objects.get()
    assert browser(cast.ben).post(reverse("absence_back", args=[away.pk])).status_code == 404
    asha.post(reverse("absence_back", args=[away.pk]))
    with tenancy.of_organization(cast.kesar.pk):
        assert not Absence.objects.exists()


def test_days_that_cannot_be_are_refused_with_words(cast: Cast) -> None:
    asha, address, today = browser(cast.asha), reverse("absences"), timezone.localdate()
    backwards = {"deputy": cast.ben.pk, "starts_on": today, "ends_on": today - dt.timedelta(days=3)}
    answer = asha.post(address, backwards)
    assert answer.status_code == 422
    assert "These days are over, or end before they begin." in answer.content.decode()
    assert asha.post(address, backwards | {"deputy": cast.esha.pk}).status_code == 422
