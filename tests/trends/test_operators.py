"""What operators do with sources and topics: by command and in the admin."""

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from tests.cast import PASSWORD, Cast
from tests.trends.collecting import again, keyword, source_of, store
from trends import tasks
from trends.models import TrendSource, TrendTopic
from trends.services import sources


@pytest.fixture
def rung(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The keys of sources for which a task was queued; the broker is the wire here."""
    keys: list[str] = []
    monkeypatch.setattr(tasks.collect_source, "delay", lambda *, source_id: keys.append(source_id))
    return keys


@pytest.fixture
def operator(cast: Cast) -> Client:
    """An operator in the admin."""
    client = Client()
    client.force_login(User.objects.create_superuser("olga@example.com", PASSWORD))
    return client


Commit = Callable[..., Any]


def test_an_added_source_is_asked_at_once(
    now: dt.datetime, db: None, rung: list[str], django_capture_on_commit_callbacks: Commit
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        row = sources.add("mastodon", name="mastodon.art", now=now, config={"base_url": "https://mastodon.art"})
    assert rung == [str(row.pk)]
    assert row.interval == dt.timedelta(minutes=15)
    assert row.next_poll_at == now


def test_a_source_with_settings_that_wont_do_is_refused_with_the_reason(now: dt.datetime, db: None) -> None:
    with pytest.raises(sources.CantAdd, match="teletext"):
        sources.add("teletext", name="Page 100", now=now)
    with pytest.raises(sources.CantAdd, match="sideways"):
        sources.add("mastodon", name="Odd", now=now, config={"list": "sideways"})
    assert not TrendSource.objects.exists()


def test_a_source_that_is_there_already_is_not_added_twice(now: dt.datetime, db: None, rung: list[str]) -> None:
    sources.add("bluesky", name="Bluesky", now=now)
    with pytest.raises(sources.CantAdd, match="there already"):
        sources.add("bluesky", name="Bluesky", now=now)


def test_a_source_asked_by_hand_gives_its_whole_answer_and_one_switched_off_is_left_alone(
    now: dt.datetime, db: None, rung: list[str], django_capture_on_commit_callbacks: Commit
) -> None:
    row = TrendSource.objects.create(kind="bluesky", name="B", etag='"x"', next_poll_at=now + dt.timedelta(days=1))
    with django_capture_on_commit_callbacks(execute=True):
        assert sources.poll_now(row, now=now)
    assert (again(row).etag, row.next_poll_at) == ("", now)
    sources.disable(row)
    assert not sources.poll_now(row, now=now)
    assert rung == [str(row.pk)]
    sources.enable(row, now=now)
    assert again(row).enabled


def act(client: Client, model: str, action: str, key: object) -> str:
    data = {"action": action, "_selected_action": [str(key)]}
    answer = client.post(reverse(f"admin:trends_{model}_changelist"), data, follow=True)
    assert answer.status_code == 200
    return answer.content.decode()


def test_the_admin_shows_a_sources_trouble_and_mends_it(
    operator: Client, now: dt.datetime, rung: list[str], django_capture_on_commit_callbacks: Commit
) -> None:
    row = TrendSource.objects.create(
        kind="bluesky", name="Bluesky", health="down", last_error="It has closed.", consecutive_failures=9
    )
    page = operator.get(reverse("admin:trends_trendsource_changelist")).content.decode()
    assert "It has closed." in page
    detail = operator.get(reverse("admin:trends_trendsource_change", args=[row.pk])).content.decode()
    assert "failed 9 times in a row" in detail
    act(operator, "trendsource", "forget_error", row.pk)
    assert (again(row).health, row.last_error) == ("never", "")
    act(operator, "trendsource", "switch_off", row.pk)
    assert not again(row).enabled
    act(operator, "trendsource", "switch_on", row.pk)
    assert again(row).enabled
    with django_capture_on_commit_callbacks(execute=True):
        assert "1 queued" in act(operator, "trendsource", "ask_now", row.pk)
    assert rung[-1] == str(row.pk)


def test_the_admin_refuses_settings_the_adapter_would_refuse(operator: Client) -> None:
    told = {
        "kind": "mastodon",
        "name": "Odd",
        "config": '{"list": "sideways"}',
        "interval": "00:30:00",
        "enabled": "on",
    }
    address = reverse("admin:trends_trendsource_add")
    answer = operator.post(address, told)
    assert "sideways" in answer.content.decode()
    assert not TrendSource.objects.exists()
    assert operator.post(address, told | {"config": '{"list": "links"}'}).status_code == 302
    assert TrendSource.objects.get().next_poll_at is not None


def test_other_settings_make_another_feed_whose_validators_are_forgotten(operator: Client) -> None:
    row = TrendSource.objects.create(kind="mastodon", name="M", etag='"x"', last_modified="y")
    told = {"kind": "mastodon", "name": "M", "config": '{"list": "links"}', "interval": "00:30:00", "enabled": "on"}
    assert operator.post(reverse("admin:trends_trendsource_change", args=[row.pk]), told).status_code == 302
    assert (again(row).etag, row.last_modified) == ("", "")


def test_the_admin_blocks_topics_and_shows_their_observations(operator: Client, now: dt.datetime) -> None:
    (topic,) = store(source_of("bluesky"), [keyword("Buy followers", 77)], now=now)
    detail = operator.get(reverse("admin:trends_trendtopic_change", args=[topic.pk])).content.decode()
    assert "2026-11-19 10:00" in detail
    assert "<td>77</td>" in detail
    act(operator, "trendtopic", "block", topic.pk)
    assert not TrendTopic.objects.live().exists()
    act(operator, "trendtopic", "unblock", topic.pk)
    assert TrendTopic.objects.live().exists()


@pytest.mark.parametrize("model", ["trendsource", "trendtopic", "trendrelevance"])
def test_every_list_of_the_admin_opens(model: str, operator: Client) -> None:
    assert operator.get(reverse(f"admin:trends_{model}_changelist")).status_code == 200


def test_due_sources_get_a_task_each(now: dt.datetime, db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []
    monkeypatch.setattr(
        tasks.collect_source, "apply_async", lambda *, kwargs, expires: asked.append(kwargs["source_id"])
    )
    keys = {str(TrendSource.objects.create(kind="bluesky", name=f"B{number}").pk) for number in range(3)}
    tasks.collect_due()
    assert set(asked) == keys


def test_the_scheduled_tasks_run(cast: Cast) -> None:
    tasks.score_topics()
    tasks.keep_partitions()
    tasks.collect_source(source_id=str(cast.brand.pk))
    assert not TrendTopic.objects.exists()
