"""Watches fire: for what they should, once per topic, whoever and however many look."""

import datetime as dt
import re
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from django.core import mail
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts import mailing, tenancy
from accounts.models import BrandProfile, Membership, NotificationPreference, User
from tests.cast import Cast
from tests.trends.collecting import keyword, source_of, store
from tests.trends.conftest import NOW
from tests.trends.watched import MINUTE, again, fired, fits, notices, tell, titles, topic, watch_of
from trends.collection import alerting, passes, telling, watching
from trends.models import FiredAlert, TrendAlert, TrendTopic
from trends.services import alerts

HOUR = dt.timedelta(hours=1)


def test_a_topic_that_comes_is_told_once_with_the_reason(cast: Cast) -> None:
    watch = watch_of(cast.asha, cast.brand, "monsoon skincare")
    row = topic("#MonsoonSkincare", observed=80.0, expected=10.0)
    fits(cast.brand, row, 72)
    assert [tell(), tell(), tell(MINUTE)] == [1, 0, 0]
    (alert,) = fired(watch)
    assert alert.reason == "says “monsoon skincare”; 8× its usual; fits Kesar Naturals 72"
    assert (alert.relevance, alert.score, alert.how) == (72, 50, "alone")
    (notice,) = notices(cast.asha.user)
    assert notice.title == "“#MonsoonSkincare”: Our words"
    assert notice.message == "Says “monsoon skincare”; 8× its usual; fits Kesar Naturals 72."
    assert notice.link == f"/trends/{row.pk}/"
    assert again(watch).last_fired_at == NOW


def test_the_reason_is_told_in_the_language_of_each_reader(cast: Cast) -> None:
    User.objects.filter(pk=cast.ben.user_id).update(language="hi")
    watch_of(cast.asha, cast.brand, "monsoon skincare", people=[cast.ben.pk])
    fits(cast.brand, topic("#MonsoonSkincare", observed=80.0, expected=10.0), 72)
    tell()
    (to_asha,), (to_ben,) = notices(cast.asha.user), notices(cast.ben.user)
    assert to_asha.message.startswith("Says “monsoon skincare”; 8× its usual")
    assert "usual" not in to_ben.message
    assert "monsoon skincare" in to_ben.message
    assert re.search(r"[\u0900-\u097F]", to_ben.message)


def test_what_is_live_already_is_told_only_where_that_is_asked(cast: Cast) -> None:
    topic("monsoon skincare")
    quiet = watch_of(cast.asha, cast.brand, "monsoon skincare", name="Quiet")
    eager = watch_of(cast.asha, cast.brand, "monsoon skincare", name="Eager", tell_existing=True)
    topic("monsoon skincare routine")
    tell()
    assert titles(quiet) == ["monsoon skincare routine"]
    assert titles(eager) == ["monsoon skincare", "monsoon skincare routine"]
    assert again(eager).tells_existing is False


def test_a_new_watch_tells_nothing_before_it_has_looked_through_what_is_live(cast: Cast) -> None:
    watch = watch_of(cast.asha, cast.brand, "monsoon", armed=False)
    topic("monsoon")
    assert again(watch).armed_at is None
    assert tell() == 0
    assert again(watch).armed_at == NOW
    assert titles(watch) == []


def test_asking_later_for_what_is_live_tells_what_was_kept_back(cast: Cast) -> None:
    topic("monsoon")
    watch = watch_of(cast.asha, cast.brand, "monsoon")
    with tenancy.of_member(cast.asha):
        alerts.save(again(watch), fields=set(), tell_existing=True, by=cast.asha)
    assert tell() == 1
    assert titles(watch) == ["monsoon"]


def test_a_change_while_it_is_looked_through_is_looked_through_again(cast: Cast) -> None:
    watch = watch_of(cast.asha, cast.brand, "monsoon", armed=False)
    with tenancy.of_member(cast.asha):
        seen = again(watch)
        alerts.save(again(watch), fields={"keywords"}, by=cast.asha)
    with tenancy.operator():
        assert alerting._armed(seen, now=NOW) == 0
    assert again(watch).armed_at is None


@pytest.mark.parametrize(
    ("wanted", "stands", "is_told"),
    [
        ({"minimum_score": 60}, {"score": 59.9}, False),
        ({"minimum_score": 60}, {"score": 60.0}, True),
        ({"statuses": ["trending"]}, {"status": "emerging"}, False),
        ({"statuses": ["trending"]}, {"status": "trending"}, True),
        ({"regions": ["IN"]}, {"regions": ["US"]}, False),
        ({"regions": ["IN"]}, {"regions": []}, False),
        ({"regions": ["IN"]}, {"regions": ["US", "IN"]}, True),
        ({}, {"is_blocked": True}, False),
        ({}, {"is_example": True}, False),
        ({}, {"status": "expired"}, False),
        ({}, {"last_seen_at": NOW - HOUR}, False),
        ({"keywords": ["monsoon", "-rain"]}, {"context": ["Rain in the hills"]}, False),
    ],
)
def test_what_else_a_watch_wants_counts(
    wanted: dict[str, Any], stands: dict[str, Any], is_told: bool, cast: Cast
) -> None:
    watch = watch_of(cast.asha, cast.brand, **({"keywords": ["monsoon"]} | wanted))
    topic("monsoon", **stands)
    assert tell() == int(is_told)
    assert len(fired(watch)) == int(is_told)


def test_a_watch_without_keywords_goes_by_the_fit(cast: Cast) -> None:
    watch = watch_of(cast.asha, cast.brand, minimum_relevance=60)
    other = watch_of(cast.dev, cast.lisbon_brand, minimum_relevance=60)
    fits(cast.brand, topic("Glass skin"), 71)
    fits(cast.brand, topic("Cricket"), 59)
    topic("Unrelated")
    assert tell() == 1
    assert (titles(watch), titles(other)) == (["Glass skin"], [])


def test_the_pass_over_all_topics_tells_what_has_come_to_fit_only_now(cast: Cast) -> None:
    watch = watch_of(cast.asha, cast.brand, minimum_relevance=30, statuses=[])
    (row,) = store(source_of("bluesky"), [keyword("Skin barrier repair with ceramides", 40)], now=NOW)
    assert tell() == 0
    passes.score(now=NOW)
    assert row.title in titles(watch), "its fit was found by the pass itself"


def test_a_topic_that_rises_to_the_mark_later_is_told_then(cast: Cast) -> None:
    watch = watch_of(cast.asha, cast.brand, "monsoon", minimum_score=60)
    row = topic("monsoon", score=20.0)
    assert tell() == 0
    TrendTopic.objects.filter(pk=row.pk).update(score=61)
    assert tell(MINUTE) == 1
    assert titles(watch) == ["monsoon"]


def test_a_later_run_of_a_topic_is_told_anew_a_merged_one_is_not(cast: Cast) -> None:
    watch = watch_of(cast.asha, cast.brand, "monsoon")
    first = topic("monsoon")
    tell()
    winner = topic("monsoon rains")
    TrendTopic.objects.filter(pk=first.pk).update(merged_into=winner, status="expired")
    assert tell() == 0
    TrendTopic.objects.filter(pk=winner.pk).update(status="expired")
    topic("monsoon")
    assert tell() == 1
    assert titles(watch) == ["monsoon", "monsoon"]


def test_a_topic_blocked_between_firing_and_telling_is_not_told(cast: Cast) -> None:
    watch = watch_of(cast.asha, cast.brand, "monsoon")
    row = topic("monsoon")
    with tenancy.operator():
        alerting._fire_all(watching.Watches.of(watching.standing()), watching.topics(), now=NOW)
    TrendTopic.objects.filter(pk=row.pk).update(is_blocked=True)
    assert telling.tell_waiting(now=NOW) == 0
    assert (titles(watch), notices(cast.asha.user)) == ([], [])


def test_a_watch_that_is_off_tells_nothing_of_what_comes_meanwhile(cast: Cast) -> None:
    watch = watch_of(cast.asha, cast.brand, "monsoon")
    with tenancy.of_member(cast.asha):
        assert alerts.switch(watch, is_active=False, by=cast.asha)
        assert not alerts.switch(watch, is_active=False, by=cast.asha)
    topic("monsoon")
    tell()
    with tenancy.of_member(cast.asha):
        alerts.switch(again(watch), is_active=True, by=cast.asha)
    assert tell() == 0
    topic("monsoon rains")
    assert tell() == 1
    assert titles(watch) == ["monsoon rains"]


# Many at once


def test_of_many_in_an_hour_the_rest_stands_in_one_digest(cast: Cast) -> None:
    watch = watch_of(cast.asha, cast.brand, "monsoon")
    for number in range(35):
        fits(cast.brand, topic(f"monsoon {number:02}"), 50 + number)
    assert tell() == 35
    told = notices(cast.asha.user)
    assert len(told) == telling.AN_HOUR + 1
    (digest,) = [one for one in told if "more topics" in one.title]
    assert digest.title == "15 more topics for Our words"
    assert digest.message.startswith("“monsoon 14”, “monsoon 13”")
    assert digest.message.endswith("and 5 others")
    assert digest.link == f"/trends/alerts/?watch={watch.pk}"
    topic("monsoon late")
    topic("monsoon later")
    assert [tell(MINUTE), tell(30 * MINUTE)] == [0, 0], "one digest an hour"
    assert tell(HOUR) == 2
    assert len(notices(cast.asha.user)) == telling.AN_HOUR + 2
    assert {one.how for one in fired(watch) if "late" in one.topic.title} == {"digest"}
    topic("monsoon tomorrow")
    assert tell(HOUR + MINUTE) == 1
    assert {one.how for one in fired(watch) if "tomorrow" in one.topic.title} == {"alone"}


def make_crowd(cast: Cast, watches: int, topics: int) -> None:
    with tenancy.operator():
        TrendAlert.objects.bulk_create(
            TrendAlert(
                organization=cast.kesar, brand=cast.brand, name=f"W{n}", keywords=[f"word{n}", "skincare"],
                channels=["app"], armed_at=NOW, created_by=cast.asha.user,
            )
            for n in range(watches)
        )  # fmt: skip
    base = {"kind": "keyword", "score": 50.0, "first_detected_at": NOW, "last_seen_at": NOW}
    TrendTopic.objects.bulk_create(
        TrendTopic(title=f"word{n} rises", normalized=f"word{n}rises", **base) for n in range(topics)
    )


@pytest.mark.parametrize(("watches", "topics"), [(3, 3), (150, 400)])
def test_statements_do_not_grow_with_watches_or_topics(watches: int, topics: int, cast: Cast) -> None:
    make_crowd(cast, watches, topics)
    with CaptureQueriesContext(connection) as asked:
        assert tell() == min(watches, topics)
    said = [one["sql"] for one in asked if not one["sql"].startswith(("SELECT set_config", "SAVEPOINT", "RELEASE"))]
    assert len(said) <= 22, "\n".join(text[:120] for text in said)


# Whom it tells


def everybody(cast: Cast) -> list[Membership]:
    return [cast.asha, cast.ben, cast.chitra, cast.esha, cast.farah, cast.dev]


def told(cast: Cast) -> list[str]:
    return [str(member.user) for member in everybody(cast) if notices(member.user)]


def test_whoever_made_it_and_whoever_was_chosen_is_told(cast: Cast) -> None:
    watch = watch_of(cast.ben, cast.brand, "monsoon", people=[cast.chitra.pk])
    topic("monsoon")
    tell()
    assert told(cast) == ["Ben Thomas", "Chitra Iyer"]
    with tenancy.of_member(cast.chitra):
        alerts.follow(watch, wants=False, by=cast.chitra)
    topic("monsoon rains")
    tell()
    assert (len(notices(cast.ben.user)), len(notices(cast.chitra.user))) == (2, 1)


def test_a_clients_member_hears_of_their_own_brand_and_only_while_they_may(cast: Cast) -> None:
    with tenancy.operator():
        brand = BrandProfile.objects.create(organization=cast.kesar, client=cast.client, name="Chai Point")
        for member in (cast.esha, cast.farah):
            Membership.objects.filter(pk=member.pk).update(permission_overrides={"trends.view": True})
    watch_of(cast.asha, brand, "monsoon", people=[cast.esha.pk, cast.farah.pk, cast.chitra.pk])
    topic("monsoon")
    tell()
    assert told(cast) == ["Asha Menon", "Chitra Iyer", "Esha Khan"]
    with tenancy.operator():
        Membership.objects.filter(pk__in=[cast.esha.pk, cast.chitra.pk]).update(status="inactive")
    topic("monsoon rains")
    tell()
    assert len(notices(cast.esha.user)) == len(notices(cast.chitra.user)) == 1


def test_mail_goes_as_the_person_wants_it(cast: Cast) -> None:
    now = NotificationPreference(user=cast.asha.user, kind="trend_alert", mail="now")
    now.save()
    NotificationPreference.objects.create(user=cast.chitra.user, kind="trend_alert", mail="off", in_app=False)
    watch_of(cast.asha, cast.brand, "monsoon", channels=["mail"], people=[cast.ben.pk, cast.chitra.pk])
    topic("monsoon")
    tell()
    mailing.send_waiting()
    (letter,) = mail.outbox
    assert letter.to == ["asha@kesar.example"]
    assert "monsoon" in letter.subject
    (asha,), (ben,) = notices(cast.asha.user), notices(cast.ben.user)
    assert (asha.in_app, ben.in_app, ben.in_digest) == (False, False, True)
    assert notices(cast.chitra.user) == []


def test_a_watch_of_the_app_alone_sends_no_mail(cast: Cast) -> None:
    watch_of(cast.asha, cast.brand, "monsoon", channels=["app"])
    topic("monsoon")
    tell()
    (notice,) = notices(cast.asha.user)
    assert (notice.in_app, notice.mail_wanted, notice.in_digest) == (True, False, False)


def test_nothing_is_told_for_an_archived_client_or_a_deleted_organisation(cast: Cast) -> None:
    with tenancy.operator():
        brand = BrandProfile.objects.create(organization=cast.kesar, client=cast.client, name="Chai Point")
    watch_of(cast.asha, brand, "monsoon")
    watch_of(cast.dev, cast.lisbon_brand, "monsoon")
    with tenancy.operator():
        cast.client.deleted_at = cast.lisbon.deleted_at = NOW
        cast.client.save()
        cast.lisbon.save()
    topic("monsoon")
    assert tell() == 0


# Several workers


@pytest.mark.django_db(transaction=True)
def test_workers_at_once_never_fire_or_tell_twice(cast: Cast) -> None:
    watches = [watch_of(cast.asha, cast.brand, "monsoon", name=f"W{n}", channels=["app"]) for n in range(4)]
    for number in range(12):
        topic(f"monsoon {number}")
    connection.close()
    start = Barrier(6)

    def work(_number: int) -> int:
        try:
            start.wait()
            return sum(tell() for _round in range(3))
        finally:
            connection.close()

    with ThreadPoolExecutor(6) as pool:
        done = list(pool.map(work, range(6)))
    assert sum(done) + tell() == 48
    assert [len(fired(watch)) for watch in watches] == [12] * 4
    assert len(notices(cast.asha.user)) == 48
    with tenancy.operator():
        assert not FiredAlert.objects.filter(told_at=None).exists()


@pytest.mark.django_db(transaction=True)
def test_what_a_worker_left_untold_the_next_one_tells(cast: Cast) -> None:
    watch_of(cast.asha, cast.brand, "monsoon")
    topic("monsoon")
    with tenancy.operator():
        watches = watching.Watches.of(watching.standing().exclude(armed_at=None))
    alerting._fire_all(watches, watching.topics(), now=NOW)
    assert notices(cast.asha.user) == [], "it died here"
    assert tell() == 1
    assert len(notices(cast.asha.user)) == 1
