"""The admin: every list and form opens for operators, and for nobody else."""

from typing import Any

import pytest
from django.contrib import admin
from django.test import Client
from django.urls import reverse
from django_celery_beat.models import IntervalSchedule, PeriodicTask

from accounts import tenancy
from accounts.models import User
from content.models import ContentAsset
from publishing.tasks import publish_due
from tests.cast import Cast
from tests.world import furnish
from trenddrop import task_log
from trenddrop.models import TaskRun

MODELS = sorted(admin.site._registry, key=lambda model: model._meta.label)
OURS = {"accounts", "billing", "trends", "content", "publishing", "analytics"}


def name_of(model: Any) -> str:
    return f"{model._meta.app_label}_{model._meta.model_name}"


@pytest.fixture
def operator(cast: Cast) -> Client:
    furnish(cast)
    User.objects.filter(pk=cast.dev.user_id).update(is_staff=True, is_superuser=True)
    client = Client()
    client.force_login(User.objects.get(pk=cast.dev.user_id))
    return client


def test_every_list_opens_and_can_be_searched_and_sees_every_organisation(operator: Client) -> None:
    for model in MODELS:
        address = reverse(f"admin:{name_of(model)}_changelist")
        assert operator.get(address).status_code == 200, model
        if admin.site._registry[model].search_fields:
            assert operator.get(address, {"q": "kesar"}).status_code == 200, model
    assert b"KESAR asset" in operator.get(reverse("admin:content_contentasset_changelist")).content


def test_every_row_of_ours_opens(operator: Client) -> None:
    with tenancy.operator():
        rows = [model._base_manager.first() for model in MODELS if model._meta.app_label in OURS]
    shown = [row for row in rows if row is not None and len(row._meta.pk_fields) == 1]
    assert len(shown) >= 12
    for row in shown:
        answer = operator.get(reverse(f"admin:{name_of(row)}_change", args=[row.pk]))
        assert answer.status_code == 200, row._meta.label


def test_periodic_tasks_show_their_last_run_and_its_outcome(operator: Client) -> None:
    every = IntervalSchedule.objects.create(every=10, period="minutes")
    for name in ("good", "bad", "new"):
        PeriodicTask.objects.create(name=name, task=f"tasks.{name}", interval=every)
    task_log.record("tasks.good", seconds=0.2, state="SUCCESS", told=None)
    task_log.record("tasks.bad", seconds=1.5, state="FAILURE", told=ValueError("the feed was a poem"))
    page = operator.get(reverse("admin:django_celery_beat_periodictask_changelist")).content.decode()
    assert "Last run" in page
    assert "Done" in page
    assert "Failed" in page
    runs = operator.get(reverse("admin:shell_taskrun_changelist")).content.decode()
    assert "tasks.bad" in runs
    run = TaskRun.objects.get(task="tasks.bad")
    assert run.error == "ValueError: the feed was a poem"


def test_a_real_worker_writes_down_how_a_periodic_task_ended(db: None) -> None:
    publish_due.apply()
    run = TaskRun.objects.get(task="publishing.tasks.publish_due")
    assert (run.outcome, run.runs, run.failures) == ("done", 1, 0)


def test_people_who_are_no_operators_are_kept_out(cast: Cast) -> None:
    client = Client()
    client.force_login(cast.asha.user)
    answer = client.get(reverse("admin:content_contentasset_changelist"), follow=True)
    assert answer.status_code == 403
    assert b"operators" in answer.content


def test_strangers_are_sent_to_the_one_sign_in_page(client: Client, db: None) -> None:
    answer = client.get(reverse("admin:index"), follow=True)
    assert "/accounts/login/" in [address for address, _status in answer.redirect_chain][-1]


def test_suspending_a_person_shuts_the_door_at_once(operator: Client, cast: Cast) -> None:
    member = Client()
    member.force_login(cast.asha.user)
    action = {"action": "suspend", "_selected_action": [str(cast.asha.user_id)], "reason": "spam"}
    operator.post(reverse("admin:accounts_user_changelist"), action)
    assert member.get("/today/").status_code == 302


def test_no_secret_is_shown_in_the_admin(operator: Client, cast: Cast) -> None:
    with tenancy.operator():
        asset = ContentAsset.objects.get()
    page = operator.get(reverse("admin:publishing_platformconnection_changelist")).content
    assert b"access_token" not in page
    assert str(asset.pk).encode() not in page


def test_every_page_says_whose_clock_its_times_are_told_by(operator: Client, cast: Cast) -> None:
    for zone in ("Asia/Kolkata", "America/New_York"):
        User.objects.filter(pk=cast.dev.user_id).update(timezone=zone)
        with tenancy.operator():
            asset = ContentAsset.objects.latest("created_at")
        for address in (
            reverse("admin:index"),
            reverse("admin:content_contentasset_changelist"),
            reverse("admin:content_contentasset_change", args=[asset.pk]),
        ):
            assert operator.get(address).content.decode().count(f"Times are told in {zone}.") == 1, address
