"""The Today page: what needs me, what rises, what is next."""

import datetime as dt

import pytest
from django.db import connection as database
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts import tenancy
from accounts.models import BrandProfile
from publishing.models import PlatformConnection, ScheduledPost
from tests.analytics.posting import connection, piece, published, snapshot
from tests.cast import Cast
from trends.models import TrendRelevance, TrendTopic

BUDGET = 11


def signed_in(cast: Cast) -> Client:
    client = Client()
    client.force_login(cast.asha.user)
    client.get("/settings/")  # the session learns its organisation
    return client


def planned(cast: Cast, *, days: float, status: str = "scheduled", text: str = "Wash twice.") -> ScheduledPost:
    at = timezone.now() + dt.timedelta(days=days)
    account = connection(cast, account_id=f"a{days}{status}", handle=f"@a{days}")
    return ScheduledPost.objects.create(
        organization=cast.kesar,
        piece=piece(cast),
        piece_version=1,
        connection=account,
        scheduled_for=at,
        next_try_at=at,
        local_time=f"{at:%Y-%m-%dT%H:%M}",
        timezone="UTC",
        status=status,
        text=text,
        error="It was refused." if status == "failed" else "",
    )


def topic(title: str, **fields: object) -> TrendTopic:
    now = timezone.now()
    values = {
        "normalized": title.lower(),
        "kind": "keyword",
        "first_detected_at": now,
        "last_seen_at": now,
        "score": 50,
    }
    return TrendTopic.objects.create(title=title, **(values | fields))


def furnish(cast: Cast, count: int) -> None:
    """Give Kesar `count` of everything the page shows."""
    with tenancy.of_organization(cast.kesar.pk):
        account = connection(cast)
        for n in range(count):
            planned(cast, days=0.5 + n / 100)
            planned(cast, days=-0.5 - n / 100, status="failed")
            row = published(cast, account, timezone.now() - dt.timedelta(days=1, minutes=n))
            snapshot(row, 1, 100 + n)
            TrendRelevance.objects.create(
                organization=cast.kesar, brand=cast.brand, topic=topic(f"Topic {n}"), score=60 + n / 10
            )


def asked(client: Client) -> list[str]:
    with CaptureQueriesContext(database) as queries:
        assert client.get("/today/").status_code == 200
    return [each["sql"] for each in queries if not each["sql"].startswith(("SAVEPOINT", "RELEASE", "BEGIN", "COMMIT"))]


def test_today_costs_the_same_few_queries_with_three_and_with_thirty_of_everything(cast: Cast) -> None:
    client = signed_in(cast)
    furnish(cast, 3)
    few = asked(client)
    with tenancy.operator():
        for model in (ScheduledPost, PlatformConnection, TrendTopic):
            model._base_manager.all().delete()
    furnish(cast, 30)
    many = asked(client)
    assert len(many) == len(few)
    # Outside a test the inner scope of the page needs no setting back.
    assert len(many) <= BUDGET + 1


def test_what_failed_stands_first_with_its_words_and_its_way_out(cast: Cast) -> None:
    with tenancy.of_organization(cast.kesar.pk):
        post = planned(cast, days=-0.2, status="failed", text="Three sunscreens")
    page = signed_in(cast).get("/today/").content.decode()
    assert "One thing needs you." in page
    assert "Three sunscreens" in page
    assert "It was refused." in page
    assert f"/posts/{post.pk}/" in page


def test_a_post_to_be_made_by_hand_asks_from_its_hour_on(cast: Cast) -> None:
    with tenancy.of_organization(cast.kesar.pk):
        due = planned(cast, days=-0.01, status="assisted", text="Steeping chai")
        planned(cast, days=0.3, status="assisted", text="Pouring chai")
    page = signed_in(cast).get("/today/").content.decode()
    assert "One thing needs you." in page
    assert f"/posts/{due.pk}/by-hand/" in page


def test_the_next_seven_days_are_days_of_the_readers_own_zone(cast: Cast) -> None:
    with tenancy.of_organization(cast.kesar.pk):
        planned(cast, days=2, text="In two days")
        planned(cast, days=9, text="Too far")
    page = signed_in(cast).get("/today/").content.decode()
    assert "In two days" in page
    assert "Too far" not in page


def test_topics_that_fit_the_brand_come_first_and_say_why(cast: Cast) -> None:
    with tenancy.of_organization(cast.kesar.pk):
        topic("World Cup final", score=99)
        TrendRelevance.objects.create(
            organization=cast.kesar,
            brand=cast.brand,
            topic=topic("AQI skincare", score=40),
            score=88,
            reasons=[["words", 60, "your words: skincare"]],
        )
    page = signed_in(cast).get("/today/").content.decode()
    assert "AQI skincare" in page
    assert "your words: skincare" in page
    assert "World Cup final" not in page


def test_where_nothing_fits_the_strongest_are_shown_without_a_claim(cast: Cast) -> None:
    topic("World Cup final", score=99)
    page = signed_in(cast).get("/today/").content.decode()
    assert "World Cup final" in page
    assert "not scored" in page


def test_a_brand_without_words_is_told_why_nothing_is_scored(cast: Cast) -> None:
    topic("World Cup final", score=99)
    with tenancy.of_organization(cast.kesar.pk):
        BrandProfile.objects.update(keywords=[])
    page = signed_in(cast).get("/today/").content.decode()
    assert "Not scored: Kesar Naturals has no words yet" in page
    assert "Add words" in page
    with tenancy.of_organization(cast.kesar.pk):
        BrandProfile.objects.update(keywords=["ceramides"])
    assert "Not scored:" not in signed_in(cast).get("/today/").content.decode()


def test_the_first_post_that_is_live_is_told_with_a_link_until_it_is_measured(cast: Cast) -> None:
    with tenancy.of_organization(cast.kesar.pk):
        post = planned(cast, days=-1)
        ScheduledPost.objects.update(status="published", published_at=timezone.now())
    page = signed_in(cast).get("/today/").content.decode()
    assert "Your first post is live." in page
    assert f'href="/posts/{post.pk}/"' in page
    assert "three steps" not in page
    with tenancy.of_organization(cast.kesar.pk):
        ScheduledPost.objects.update(published_at=timezone.now() - dt.timedelta(days=2))
    later = signed_in(cast).get("/today/").content.decode()
    assert "Its first numbers come within the hour" not in later
    assert "three steps" not in later


def test_a_newcomer_is_shown_three_steps(cast: Cast) -> None:
    page = signed_in(cast).get("/today/").content.decode()
    assert "Your first post, in three steps." in page


@pytest.mark.parametrize(
    ("who", "sees", "makes"),
    [("asha", True, True), ("ben", True, True), ("chitra", True, False), ("esha", False, False)],
)
def test_only_ways_that_are_open_to_a_member_stand_beside_what_rises(
    cast: Cast, who: str, sees: bool, makes: bool
) -> None:
    risen = topic("Wet umbrellas", score=99)
    client = Client()
    client.force_login(getattr(cast, who).user)
    page = client.get("/today/").content.decode()
    assert "Wet umbrellas" in page
    assert (f'href="/trends/{risen.pk}/"' in page) == sees
    assert ("All trends" in page) == sees
    assert ("Make a post" in page) == makes
