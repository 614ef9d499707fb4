"""Events come in: by batches of programs and by what platforms tell, each once, and only from when they may be."""

import datetime as dt
import json
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts import tenancy
from analytics.events import bounds, keeping
from analytics.events.identity import person_of
from analytics.models import EngagementEvent, EventKey, TouchedHour
from analytics.services import events
from publishing.models import ScheduledPost
from publishing.signals import engagement_received
from tests.analytics.eventful import DAY, HOUR, post_of, take, told
from tests.api.asking import Api, as_member
from tests.cast import Cast

PLACE = "engagement-events"


@pytest.fixture
def post(cast: Cast) -> ScheduledPost:
    return post_of(cast)


def sent(post: ScheduledPost, name: str = "like-1", **more: Any) -> dict[str, Any]:
    at = timezone.now() - HOUR
    return {"id": name, "post": str(post.pk), "type": "like", "happened_at": at.isoformat()} | more


def stored(cast: Cast) -> list[EngagementEvent]:
    with tenancy.of_organization(cast.kesar.pk):
        return list(EngagementEvent.objects.order_by("happened_at"))


def told_of(answer: Any) -> list[tuple[str, str]]:
    assert answer.status_code == 200, answer.content
    return [(each["status"], each["reason"]) for each in answer.json()["results"]]


# Batches of programs


def test_a_batch_is_answered_event_by_event(cast: Cast, post: ScheduledPost) -> None:
    api = as_member(cast.chitra)
    first, strange = sent(post), sent(post, "x", type="superlike")
    answer = api.post(PLACE, {"events": [first, strange, sent(post), sent(post, "like-2"), "no object"]})
    assert [state for state, _why in told_of(answer)] == ["accepted", "refused", "repeated", "accepted", "refused"]
    assert "superlike" in answer.json()["results"][1]["reason"]
    assert {name: answer.json()[name] for name in ("accepted", "repeated", "refused")} == {
        "accepted": 2, "repeated": 1, "refused": 2,
    }  # fmt: skip
    assert len(stored(cast)) == 2


def test_everything_that_is_told_of_an_event_is_kept_and_the_person_only_as_a_hash(
    cast: Cast, post: ScheduledPost
) -> None:
    more: dict[str, Any] = {
        "person": "u-17", "person_name": "Rani", "followers": 1200, "value": "12.5", "country": "in",
        "age_range": "25-34", "gender": "female", "metadata": {"from": "story\t\\n", "deep": [1, None]},
    }  # fmt: skip
    assert told_of(as_member(cast.chitra).post(PLACE, {"events": [sent(post, **more)]})) == [("accepted", "")]
    [row] = stored(cast)
    assert (row.post_id, row.connection_id, row.organization_id) == (post.pk, post.connection_id, cast.kesar.pk)
    assert (row.person_name, row.followers, row.value, row.country) == ("Rani", 1200, Decimal("12.5"), "IN")
    assert (row.age_range, row.gender, row.metadata) == ("25-34", "female", more["metadata"])
    assert row.person == person_of(cast.kesar.pk, "practice", "u-17")
    assert row.person != person_of(cast.lisbon.pk, "practice", "u-17")
    [shown] = as_member(cast.chitra).get(PLACE).json()["results"]
    assert "u-17" not in json.dumps(shown)
    assert int(shown["person"], 16) == row.person & (2**64 - 1)


def test_a_bare_list_and_a_line_for_each_event_are_taken_too(cast: Cast, post: ScheduledPost) -> None:
    api = as_member(cast.chitra)
    assert told_of(api.post(PLACE, [sent(post, "a"), sent(post, "b")])) == [("accepted", "")] * 2
    lines = "\n".join(json.dumps(sent(post, name)) for name in ("b", "c")) + "\n"
    answer = api.client.post(f"/api/v1/{PLACE}", lines, content_type="application/x-ndjson")
    assert told_of(answer) == [("repeated", ""), ("accepted", "")]
    broken = api.client.post(f"/api/v1/{PLACE}", '{"id": 1}\n{nonsense', content_type="application/x-ndjson")
    assert broken.status_code == 400
    assert len(stored(cast)) == 3


@pytest.mark.parametrize("body", [{}, {"events": []}, {"events": {}}, [], 7, {"events": [{}] * 1001}])
def test_what_is_no_batch_is_refused_as_a_whole(cast: Cast, post: ScheduledPost, body: Any) -> None:
    assert as_member(cast.chitra).post(PLACE, body).status_code in {400, 422}


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"post": "3f0f7f2e-0000-4000-8000-000000000000"}, "no such post"),
        ({"post": "not one"}, "no such post"),
        ({"type": None}, "no type of event"),
        ({"id": ""}, "your own name"),
        ({"id": "x" * 201}, "your own name"),
        ({"happened_at": "yesterday"}, "a time with its offset"),
        ({"happened_at": "2026-11-22T09:30:00"}, "a time with its offset"),
        ({"happened_at": "9999-12-31T23:59:59-14:00"}, "time"),
        ({"country": "IND"}, "two letters"),
        ({"age_range": "old"}, "age_range"),
        ({"gender": 1}, "gender"),
        ({"followers": -1}, "whole number"),
        ({"followers": True}, "whole number"),
        ({"value": "NaN"}, "value is a number"),
        ({"value": "1e1000000"}, "value is a number"),
        ({"value": 10**15}, "value is a number"),
        ({"metadata": [1]}, "metadata is an object"),
        ({"metadata": {"x": "y" * 4000}}, "metadata is an object"),
        ({"person": 7}, "person is a text"),
        ({"colour": "red"}, "Not known: colour"),
    ],
)
def test_what_cannot_be_taken_is_refused_in_words(
    cast: Cast, post: ScheduledPost, wrong: dict[str, Any], words: str
) -> None:
    [(state, why)] = told_of(as_member(cast.chitra).post(PLACE, {"events": [sent(post) | wrong]}))
    assert state == "refused"
    assert words in why
    assert stored(cast) == []


def test_events_from_the_future_are_refused_and_clocks_may_differ_a_little(cast: Cast, post: ScheduledPost) -> None:
    now = timezone.now()
    soon, later = (now + dt.timedelta(minutes=each) for each in (4, 7))
    with tenancy.of_member(cast.chitra):
        rows = [sent(post, str(at), happened_at=at.isoformat()) for at in (soon, later)]
        first, second = events.receive(rows, by=cast.chitra, now=now)
    assert first.state == "accepted"
    assert (second.state, "in the future" in second.reason) == ("refused", True)


def test_what_is_older_than_is_kept_raw_is_refused(cast: Cast, post: ScheduledPost, settings: Any) -> None:
    now = timezone.now()
    oldest, older = now - settings.EVENTS_KEPT + HOUR, now - settings.EVENTS_KEPT - HOUR
    with tenancy.of_member(cast.chitra):
        rows = [sent(post, str(at), happened_at=at.isoformat()) for at in (oldest, older)]
        first, second = events.receive(rows, by=cast.chitra, now=now)
    assert first.state == "accepted"
    assert (second.state, "older than events are kept" in second.reason) == ("refused", True)


def test_nobody_sends_or_reads_events_of_posts_that_are_not_theirs(cast: Cast, post: ScheduledPost) -> None:
    [(state, why)] = told_of(as_member(cast.dev).post(PLACE, {"events": [sent(post)]}))
    assert (state, why) == ("refused", "There is no such post.")
    as_member(cast.chitra).post(PLACE, {"events": [sent(post)]})
    assert as_member(cast.dev).get(PLACE).json()["results"] == []
    assert as_member(cast.esha).get(PLACE).json()["results"] == []  # the agency's own post, not her client's
    assert as_member(cast.esha).post(PLACE, {"events": [sent(post)]}).status_code == 403
    assert Api().post(PLACE, {"events": [sent(post)]}).status_code == 401


def test_a_clients_member_sees_what_was_done_with_the_clients_posts(cast: Cast) -> None:
    theirs, others = post_of(cast, handle="chai", client=cast.client), post_of(cast, handle="metro", client=cast.metro)
    take(told(theirs, "1", timezone.now()), told(others, "2", timezone.now()))
    assert [each["post"] for each in as_member(cast.esha).get(PLACE).json()["results"]] == [str(theirs.pk)]
    with tenancy.of_member(cast.esha):
        assert list(EngagementEvent.objects.values_list("post", flat=True)) == [theirs.pk]


def test_a_list_is_narrowed_and_paged(cast: Cast, post: ScheduledPost) -> None:
    other, now = post_of(cast, handle="other"), timezone.now()
    take(*[told(post, str(n), now - n * HOUR) for n in range(5)], told(other, "o", now, type="share"))
    api = as_member(cast.chitra)
    page = api.get(PLACE, post=str(post.pk), limit=2).json()
    assert len(page["results"]) == 2
    following = api.client.get(page["next"]).json()["results"]
    times = [each["happened_at"] for each in page["results"] + following]
    assert times == sorted(times, reverse=True)
    assert len(set(times)) == 4
    assert [each["type"] for each in api.get(PLACE, type="share").json()["results"]] == ["share"]
    assert len(api.get(PLACE, since=(now - 2 * HOUR).isoformat()).json()["results"]) == 4


def test_a_batch_costs_as_many_questions_for_one_event_as_for_a_hundred(cast: Cast, post: ScheduledPost) -> None:
    counts = []
    for size in (1, 100):
        batch = [sent(post, f"{size}-{number}") for number in range(size)]
        with (
            tenancy.of_member(cast.chitra),
            CaptureQueriesContext(
                connection,
            ) as asked,
        ):
            events.receive(batch, by=cast.chitra, now=timezone.now())
        counts.append(len(asked))
    assert counts[0] == counts[1] < 12


# Once


def test_an_event_told_again_counts_once_also_with_another_time_in_another_month(
    cast: Cast, post: ScheduledPost
) -> None:
    now = timezone.now()
    assert take(told(post, "one", now)) == set()
    again = [told(post, "one", now - 40 * DAY), told(post, "one", now), told(post, "two", now)]
    assert take(*again) == {again[0].id}
    assert sorted(str(row.id) for row in stored(cast)) == sorted({str(row.id) for row in again})
    with tenancy.operator():
        assert EventKey.objects.count() == 2


def test_of_two_in_one_batch_the_first_is_taken(cast: Cast, post: ScheduledPost) -> None:
    now = timezone.now()
    take(told(post, "one", now - HOUR, type="like"), told(post, "one", now, type="share"))
    assert [row.type for row in stored(cast)] == ["like"]


def test_two_organisations_may_give_events_the_same_name(cast: Cast, post: ScheduledPost) -> None:
    api = as_member(cast.chitra)
    assert told_of(api.post(PLACE, {"events": [sent(post)]})) == [("accepted", "")]
    with tenancy.operator():
        other = ScheduledPost.objects.get(pk=post.pk)
    other.organization_id = cast.lisbon.pk
    assert told(other, "like-1", timezone.now()).id != told(post, "like-1", timezone.now()).id


def test_the_apps_role_reads_and_writes_no_key_and_no_partition_by_itself(cast: Cast, post: ScheduledPost) -> None:
    take(told(post, "one", timezone.now()))
    with tenancy.of_organization(cast.kesar.pk), connection.cursor() as cursor:
        assert EventKey.objects.count() == 0
        cursor.execute(
            "SELECT inhrelid::regclass::text, relrowsecurity AND relforcerowsecurity FROM pg_inherits"
            " JOIN pg_class ON pg_class.oid = inhrelid"
            " WHERE inhparent IN ('analytics_engagementevent'::regclass, 'analytics_eventkey'::regclass)"
        )
        parts = cursor.fetchall()
        assert len(parts) > 10
        assert [name for name, shut in parts if not shut] == []
        for name, _shut in parts:
            cursor.execute("SELECT has_table_privilege(%s, 'SELECT')", [name])
            if cursor.fetchone()[0]:
                cursor.execute(f"SELECT count(*) FROM {name}")
                assert cursor.fetchone()[0] == 0


# What platforms tell


def tell(post: ScheduledPost, key: str = "like:1", **data: Any) -> None:
    given = {"kind": "like", "user": "rani"} | data
    with tenancy.of_organization(post.organization_id):
        engagement_received.send(
            sender=None, post=post, connection=post.connection, key=key, happened_at=timezone.now() - HOUR, data=given
        )


def test_what_a_platform_tells_is_an_event_once_however_often_it_is_told(cast: Cast, post: ScheduledPost) -> None:
    tell(post)
    tell(post)
    tell(post, "repost:2", kind="repost")
    assert [(row.type, row.person_name) for row in stored(cast)] == [("like", "rani"), ("share", "rani")]


def test_what_is_no_act_upon_a_post_is_not_counted(cast: Cast, post: ScheduledPost) -> None:
    tell(post, kind="mention")
    tell(post, kind="story", numbers={"reach": 7})
    assert stored(cast) == []


# Months


def test_months_are_made_ahead_and_what_stood_in_the_rest_moves_there(cast: Cast, post: ScheduledPost) -> None:
    now = timezone.now()
    early = now - 200 * DAY
    take(told(post, "early", early), told(post, "now", now))
    month = early.date().replace(day=1)
    assert month not in keeping.months()
    connection.check_constraints()
    assert keeping.add_partition(month)
    assert not keeping.add_partition(month)
    assert month in keeping.months()
    assert [row.happened_at for row in stored(cast)] == [early, now]
    _made, dropped = keeping.keep_partitions(now=now)
    assert dropped == 0
    ahead = keeping.months()
    assert [bounds.month_of(now.date(), step) in ahead for step in range(3)] == [True] * 3


def test_a_clock_that_is_astray_makes_and_drops_nothing(db: None) -> None:
    with pytest.raises(keeping.ClockAstray):
        keeping.keep_partitions(now=timezone.now() + 400 * DAY)


def test_hours_that_got_events_are_noted_with_them(cast: Cast, post: ScheduledPost) -> None:
    now = timezone.now().replace(minute=30)
    take(told(post, "1", now), told(post, "2", now), told(post, "3", now - HOUR))
    with tenancy.of_organization(cast.kesar.pk):
        assert TouchedHour.objects.count() == 2
    take(told(post, "1", now))
    with tenancy.of_organization(cast.kesar.pk):
        assert TouchedHour.objects.count() == 2


def test_a_post_that_is_removed_takes_its_events_along(cast: Cast, post: ScheduledPost) -> None:
    take(told(post, "1", timezone.now()))
    with tenancy.of_organization(cast.kesar.pk):
        post.delete()
    assert stored(cast) == []
