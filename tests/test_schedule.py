"""What is done again and again: shipped by the code, changed by operators, and neither undoes the other."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django_celery_beat.models import CrontabSchedule, IntervalSchedule, PeriodicTask
from kombu.utils import symbol_by_name

from accounts import tenancy
from accounts.models import Flag, User
from tests.cast import Cast
from trenddrop.celery import app
from trenddrop.models import TaskRun
from trenddrop.schedule import SCHEDULE
from trenddrop.scheduler import ship

APPLY = "trends.tasks.apply_blocklist"  # of ours, and never shipped to run again and again
OFTEN = {"fetch trends": {"task": "trends.tasks.collect_due", "schedule": timedelta(minutes=1)}}
SELDOM = {"fetch trends": {"task": "trends.tasks.collect_due", "schedule": timedelta(minutes=5)}}


def every(**values: Any) -> IntervalSchedule:
    return IntervalSchedule.objects.get_or_create(**values)[0]


def row(name: str = "fetch trends") -> PeriodicTask:
    return PeriodicTask.objects.get(name=name)


def change(task: PeriodicTask, **values: Any) -> None:
    for name, value in values.items():
        setattr(task, name, value)
    task.save()


@pytest.fixture
def operator(cast: Cast) -> Client:
    User.objects.filter(pk=cast.dev.user_id).update(is_staff=True, is_superuser=True)
    client = Client()
    client.force_login(User.objects.get(pk=cast.dev.user_id))
    return client


def test_what_an_operator_changed_outlives_a_start_of_beat(transactional_db: None) -> None:
    beat = symbol_by_name(app.conf.beat_scheduler)
    first = beat(app=app, lazy=False).schedule
    assert {name: first[name].schedule.run_every for name in SCHEDULE} == {
        name: entry["schedule"] for name, entry in SCHEDULE.items()
    }
    change(row(), interval=every(every=30, period="minutes"))
    change(row("score trends"), enabled=False)
    change(row("mail digests"), interval=None, crontab=CrontabSchedule.objects.create(hour="6", minute="0"))
    second = beat(app=app, lazy=False).schedule
    assert second["fetch trends"].schedule.run_every == timedelta(minutes=30)
    assert "score trends" not in second
    assert (row("mail digests").interval, row("mail digests").crontab.hour) == (None, "6")


def test_another_interval_is_shipped_to_rows_that_nobody_changed_only(db: None) -> None:
    ship(OFTEN)
    ship(SELDOM)
    assert row().schedule.run_every == timedelta(minutes=5)
    change(row(), interval=every(every=30, period="minutes"))
    ship(OFTEN)
    assert row().schedule.run_every == timedelta(minutes=30)
    change(row(), interval=every(every=60, period="seconds"))  # back to what is shipped
    ship(SELDOM)
    assert row().schedule.run_every == timedelta(minutes=5)


def test_rows_from_before_know_no_shipped_interval_and_are_taken_for_unchanged(db: None) -> None:
    PeriodicTask.objects.create(name="fetch trends", task="trends.tasks.of_old", interval=every(every=9, period="days"))
    ship(SELDOM)
    assert (row().task, row().schedule.run_every) == ("trends.tasks.collect_due", timedelta(minutes=5))


def test_what_is_shipped_no_more_goes_and_what_operators_added_stays(db: None) -> None:
    ship(OFTEN | {"a name of old": OFTEN["fetch trends"]})
    often = every(every=1, period="minutes")
    for name, task in (
        ("gone", "trends.tasks.gone"),
        ("theirs", "somebody.tasks.else"),
        ("twice", row().task),
        ("by hand", APPLY),
    ):
        PeriodicTask.objects.create(name=name, task=task, interval=often)
    ship(OFTEN)
    assert set(PeriodicTask.objects.values_list("name", flat=True)) == {"fetch trends", "theirs", "twice", "by hand"}


def test_an_interval_in_use_is_not_deleted_with_its_tasks(operator: Client) -> None:
    ship(OFTEN)
    used, free = row().interval, every(every=77, period="days")
    for interval in (used, free):
        operator.post(reverse("admin:django_celery_beat_intervalschedule_delete", args=[interval.pk]), {"post": "yes"})
    picked = {"action": "delete_selected", "_selected_action": [str(used.pk)], "post": "yes"}
    operator.post(reverse("admin:django_celery_beat_intervalschedule_changelist"), picked)
    assert list(IntervalSchedule.objects.all()) == [used]
    assert row().interval == used


def test_a_shipped_task_is_neither_deleted_nor_renamed_and_can_be_switched_off(operator: Client) -> None:
    ship(OFTEN)
    own = PeriodicTask.objects.create(name="own", task="somebody.tasks.else", interval=row().interval)
    for task in (row(), own):
        operator.post(reverse("admin:django_celery_beat_periodictask_delete", args=[task.pk]), {"post": "yes"})
    assert list(PeriodicTask.objects.all()) == [row()]
    address = reverse("admin:django_celery_beat_periodictask_change", args=[row().pk])
    form = operator.get(address).context["adminform"].form
    told = {each.html_name: each.value() for each in form if each.value() not in (None, False)}
    told = {name: value for name, value in told.items() if name != "enabled"} | {"name": "mine", "description": ""}
    told |= {"interval": str(every(every=30, period="minutes").pk)}
    assert operator.post(address, told).status_code == 302
    assert (row().enabled, row().interval.every, row().description) == (False, 30, "Shipped: every 60 seconds")


def test_how_tasks_ended_and_what_was_decided_stays_known(operator: Client, cast: Cast) -> None:
    run = TaskRun.objects.create(task="tasks.good", ended_at=timezone.now(), seconds=1, outcome="done")
    with tenancy.operator():
        about = {"resource_type": "content.contentasset", "resource_id": "1", "resource_name": "x"}
        report = Flag.objects.create(organization_id=cast.asha.organization_id, reported_by=cast.ben.user, **about)
    for kept, name in ((run, "shell_taskrun"), (report, "accounts_flag")):
        assert operator.post(reverse(f"admin:{name}_delete", args=[kept.pk]), {"post": "yes"}).status_code == 403
