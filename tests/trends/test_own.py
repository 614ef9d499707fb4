"""An organisation's own part: its hashtags, which helped, and the trends it rode."""

import datetime as dt
import uuid
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from accounts import tenancy
from analytics.models import PostMetrics
from analytics.trend_source import OwnPosts, count, tags_in
from content.models import TrendMatch
from publishing.models import PlatformConnection, ScheduledPost
from publishing.signals import posts_moved, posts_published
from tests.analytics.posting import connection, piece
from tests.cast import Cast
from tests.content.making import topic
from trends import own
from trends.models import OwnHashtag, TrendOpportunity, TrendRide, TrendTopic

HOUR, DAY = dt.timedelta(hours=1), dt.timedelta(days=1)


def post(
    cast: Cast, account: PlatformConnection, at: dt.datetime, *tags: str, likes: int | None = None, **given: Any
) -> ScheduledPost:
    """A post that went live; with `likes`, as it stood two days later."""
    row = ScheduledPost.objects.create(
        organization=cast.kesar, piece=piece(cast), piece_version=1, connection=account, scheduled_for=at,
        local_time="2026-11-20T09:00", timezone="UTC", status="published", published_at=at, hashtags=list(tags),
        **{"text": "Rain."} | given,
    )  # fmt: skip
    if likes is not None:
        PostMetrics.objects.create(
            organization=cast.kesar, post=row, taken_at=at + 2 * DAY, hour=48, likes=likes, comments=0
        )
    return row


def counted(cast: Cast, now: dt.datetime) -> dict[str, own.Tag]:
    count(cast.kesar.pk, now=now)
    return {tag.normalized: tag for tag in own.hashtags_of(cast.asha, now=now)}


# Counts and growth


def test_spellings_of_a_hashtag_count_together_once_per_post(kesar: Cast, now: dt.datetime) -> None:
    account = connection(kesar)
    post(kesar, account, now - HOUR, "MonsoonSkin", "monsoonskin", text="Wet. #monsoonSKIN")
    post(kesar, account, now - 2 * HOUR, text="Only in the text: #monsoonskin")
    found = counted(kesar, now)
    assert list(found) == ["monsoonskin"]
    assert found["monsoonskin"].uses_24h == 2


def test_growth_holds_24_hours_against_the_24_before_from_three_uses_on(kesar: Cast, now: dt.datetime) -> None:
    account = connection(kesar)
    for hours in (1, 3, 5, 7, 9, 11):
        post(kesar, account, now - hours * HOUR, "rain", "new")
    for hours in (26, 30, 34):
        post(kesar, account, now - hours * HOUR, "rain", "gone")
    post(kesar, account, now - 27 * HOUR, "rare")
    post(kesar, account, now - 2 * HOUR, "rare", "rare2")
    found = counted(kesar, now)
    assert (found["rain"].growth, found["rain"].is_rising) == (1.0, True)
    assert (found["new"].growth, found["new"].is_new, found["new"].is_rising) == (None, True, True)
    assert found["gone"].growth == -1.0
    assert (found["rare"].growth, found["rare"].is_rising) == (None, False)


def test_counting_again_changes_nothing_and_what_is_taken_down_goes(
    kesar: Cast, now: dt.datetime, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    account = connection(kesar)
    rows = [post(kesar, account, now - hours * HOUR, "rain", f"tag{hours}") for hours in range(1, 9)]
    counted(kesar, now)
    before = set(OwnHashtag.objects.values_list("pk", "updated_at"))
    count(kesar.kesar.pk, now=now)
    assert set(OwnHashtag.objects.values_list("pk", "updated_at")) == before
    ScheduledPost.objects.filter(pk=rows[0].pk).update(status="cancelled")
    found = counted(kesar, now)
    assert "tag1" not in found
    assert found["rain"].uses_24h == 7


@pytest.mark.parametrize("number", [2, 40])
def test_counting_takes_the_same_statements_for_few_posts_and_many(
    kesar: Cast, now: dt.datetime, number: int, django_assert_max_num_queries: Any
) -> None:
    account = connection(kesar)
    for hours in range(number):
        post(kesar, account, now - hours * HOUR, "rain", f"tag{hours}", likes=3)
    with django_assert_max_num_queries(16):
        count(kesar.kesar.pk, now=now)


def test_hashtags_in_other_scripts_and_long_ones() -> None:
    found = tags_in(["स्किनकेयर", "كأس_العالم", "x" * 101], "")
    assert list(found.values()) == ["كأس_العالم", "स्किनकेयर"]
    assert "_" not in next(iter(found))


# What helped


def test_a_hashtag_whose_posts_do_better_than_the_accounts_others_helped(kesar: Cast, now: dt.datetime) -> None:
    account = connection(kesar)
    for days in range(3, 11):
        post(kesar, account, now - days * DAY, "good", likes=19 + days)
        post(kesar, account, now - days * DAY - HOUR, "usual", likes=9)
        post(kesar, account, now - days * DAY - 2 * HOUR, likes=9)
    found = counted(kesar, now)
    good = found["good"].effect
    assert (good.n, good.verdict) == (8, "helped")
    assert 1 < (good.low or 0) <= (good.ratio or 0) <= (good.high or 0)
    assert found["usual"].effect.verdict in {"unclear", "hurt"}


def test_posts_are_held_against_their_own_account_only(kesar: Cast, now: dt.datetime) -> None:
    """The large account's likes must not make the small one's hashtag look bad."""
    small, large = connection(kesar), connection(kesar, account_id="large", handle="@large")
    for days in range(3, 10):
        post(kesar, small, now - days * DAY, "small", likes=10)
        post(kesar, small, now - days * DAY - HOUR, likes=4)
        post(kesar, large, now - days * DAY, likes=5000)
    assert counted(kesar, now)["small"].effect.verdict == "helped"


def test_too_few_posts_say_nothing_but_their_number(kesar: Cast, now: dt.datetime) -> None:
    account = connection(kesar)
    for days in range(3, 7):
        post(kesar, account, now - days * DAY, "rare", likes=900)
    for days in range(3, 12):
        post(kesar, account, now - days * DAY - HOUR, likes=1)
    effect = counted(kesar, now)["rare"].effect
    assert (effect.n, effect.ratio, effect.verdict) == (4, None, "few")


def test_posts_younger_than_48_hours_are_not_compared_yet(kesar: Cast, now: dt.datetime) -> None:
    account = connection(kesar)
    for hours in range(1, 8):
        post(kesar, account, now - hours * HOUR, "young", likes=1)
        post(kesar, account, now - 4 * DAY - hours * HOUR, likes=40)
    assert counted(kesar, now)["young"].effect.n == 0


def test_an_account_of_zeros_divides_nothing_by_zero(kesar: Cast, now: dt.datetime) -> None:
    account = connection(kesar)
    for days in range(3, 10):
        post(kesar, account, now - days * DAY, "quiet", likes=0)
        post(kesar, account, now - days * DAY - HOUR, likes=0)
    effect = counted(kesar, now)["quiet"].effect
    assert (effect.ratio, effect.verdict) == (1.0, "unclear")


@pytest.mark.parametrize(("n", "place"), [(5, 0), (7, 0), (8, 1), (20, 5), (100, 41)])
def test_the_range_is_the_tightest_that_holds_the_median_nine_times_of_ten(n: int, place: int) -> None:
    found = own.effect([float(each) for each in range(n)])
    assert (found.low, found.high) == (place, n - 1 - place)


# Apart


def test_own_posts_bring_no_topic_and_each_organisation_counts_for_itself(cast: Cast, now: dt.datetime) -> None:
    with tenancy.of_organization(cast.kesar.pk):
        post(cast, connection(cast), now - HOUR, "secretlaunch")
    items = OwnPosts().gather(now=now)
    assert list(items) == []
    assert items.notes == ["Counted the hashtags of 1 posts, each organisation's for itself."]
    assert not TrendTopic.objects.exists()
    with tenancy.of_organization(cast.lisbon.pk):
        assert own.hashtags_of(cast.dev, now=now) == []
    with tenancy.of_organization(cast.kesar.pk):
        assert [tag.tag for tag in own.hashtags_of(cast.asha, now=now)] == ["secretlaunch"]


def test_a_clients_member_sees_the_clients_hashtags_alone(kesar: Cast, now: dt.datetime) -> None:
    account = connection(kesar)
    post(kesar, account, now - HOUR, "ours")
    post(kesar, account, now - HOUR * 2, "chai", client=kesar.client)
    count(kesar.kesar.pk, now=now)
    with tenancy.of_member(kesar.esha):
        assert [tag.tag for tag in own.hashtags_of(kesar.esha, now=now)] == ["chai"]


# Rides


def test_a_post_that_goes_live_rides_the_topics_its_pieces_were_made_with(kesar: Cast, now: dt.datetime) -> None:
    rising = topic("Monsoon skincare", started_at=now - 5 * HOUR, peaked_at=now + 3 * HOUR)
    turned_down = topic("Street food")
    row = post(kesar, connection(kesar), now, title="Skin in the rain", url="https://example.org/1")
    for each, used in ((rising, True), (turned_down, False)):
        TrendMatch.objects.create(organization=kesar.kesar, asset=row.piece.asset, topic=each, score=70, is_used=used)
    posts_published.send(sender=ScheduledPost, posts=[row])
    found = own.rides_of(kesar.asha, [rising.pk, turned_down.pk])
    assert list(found) == [rising.pk]
    (ride,) = found[rising.pk]
    assert (ride.post_id, ride.platform, ride.url) == (row.pk, "practice", "https://example.org/1")
    assert (ride.lead, ride.after_start) == (3 * HOUR, 5 * HOUR)


def test_a_post_of_an_asset_begun_with_an_idea_rides_the_ideas_topic(kesar: Cast, now: dt.datetime) -> None:
    rising = topic("Monsoon skincare")
    row = post(kesar, connection(kesar), now)
    TrendOpportunity.objects.create(
        organization=kesar.kesar, topic=rising, brand=kesar.brand, platform="practice", content_format="social_post",
        title="Rain", angle="Say it.", made_by="test", used_for=row.piece.asset_id,
    )  # fmt: skip
    posts_published.send(sender=ScheduledPost, posts=[row])
    assert list(own.rides_of(kesar.asha, [rising.pk])) == [rising.pk]


def test_a_topic_that_was_merged_is_ridden_as_the_one_it_is_now(kesar: Cast, now: dt.datetime) -> None:
    whole = topic("Monsoon skincare")
    part = topic("Skincare in the monsoon", merged_into=whole)
    row = post(kesar, connection(kesar), now)
    TrendMatch.objects.create(organization=kesar.kesar, asset=row.piece.asset, topic=part, score=70)
    posts_published.send(sender=ScheduledPost, posts=[row])
    assert list(TrendRide.objects.values_list("topic", flat=True)) == [whole.pk]


def test_rides_are_noted_once_and_move_with_their_posts(kesar: Cast, now: dt.datetime) -> None:
    row = post(kesar, connection(kesar), now)
    TrendMatch.objects.create(organization=kesar.kesar, asset=row.piece.asset, topic=topic("Rain"), score=70)
    for _again in range(2):
        posts_published.send(sender=ScheduledPost, posts=[row])
    posts_moved.send(sender=ScheduledPost, keys=[row.pk], client_id=kesar.client.pk)
    assert list(TrendRide.objects.values_list("post_id", "client")) == [(row.pk, kesar.client.pk)]


def test_earlier_posts_are_caught_up_with(cast: Cast) -> None:
    now = timezone.now()
    with tenancy.of_organization(cast.kesar.pk):
        row = post(cast, connection(cast), now - 200 * DAY)
        late = post(cast, connection(cast, account_id="2"), now - 400 * DAY)
        for each in (row, late):
            TrendMatch.objects.create(
                organization=cast.kesar, asset=each.piece.asset, topic=topic(f"Rain {each.pk}"), score=70
            )
    told = StringIO()
    call_command("backfill_rides", stdout=told)
    assert told.getvalue() == "1 rides are noted.\n"
    with tenancy.of_organization(cast.kesar.pk):
        assert list(TrendRide.objects.values_list("post_id", flat=True)) == [row.pk]


def test_rides_are_one_statement(
    kesar: Cast, now: dt.datetime, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    topics = [topic(f"Rain {number}").pk for number in range(3)]
    TrendRide.objects.bulk_create(
        TrendRide(organization=kesar.kesar, topic_id=key, post_id=uuid.uuid4(), platform="x", published_at=now)
        for key in topics
    )
    with django_assert_num_queries(1):
        assert len(own.rides_of(kesar.asha, topics)) == 3


# The page and the API


@pytest.fixture
def chitra(cast: Cast) -> Client:
    client = Client()
    client.force_login(cast.chitra.user)
    return client


def furnished(cast: Cast, number: int) -> None:
    now = timezone.now()
    with tenancy.of_organization(cast.kesar.pk):
        account = PlatformConnection.objects.filter(organization=cast.kesar).first() or connection(cast)
        for each in range(number):
            post(cast, account, now - 3 * DAY - each * HOUR, "rain", f"tag{each}", likes=9)
            post(cast, account, now - 3 * DAY - each * HOUR, likes=4)
        count(cast.kesar.pk, now=now)


def test_the_page_tells_use_growth_and_effect_and_grows_by_no_statement(
    cast: Cast, chitra: Client, django_assert_max_num_queries: Any
) -> None:
    furnished(cast, 6)
    chitra.get("/trends/hashtags/")  # the session finds its organisation
    with django_assert_max_num_queries(12) as context:
        page = chitra.get("/trends/hashtags/").content.decode()
    assert "#rain" in page
    assert "2.00×" in page
    assert "helped" in page
    assert "too few posts" in page
    few = len(context.captured_queries)
    furnished(cast, 60)
    with django_assert_max_num_queries(few):
        assert "page=2" in chitra.get("/trends/hashtags/?order=helped").content.decode()


def test_the_page_is_searched_and_teaches_while_it_is_empty(cast: Cast, chitra: Client) -> None:
    assert "No hashtag has been used yet" in chitra.get("/trends/hashtags/").content.decode()
    furnished(cast, 3)
    part = chitra.get("/trends/hashtags/?q=%23TAG1", headers={"HX-Request": "true", "HX-Target": "hashtags"})
    assert "#tag1" in part.content.decode()
    assert "#rain" not in part.content.decode()
    assert "<html" not in part.content.decode()
    for odd in ("?order=nonsense&page=999", "?page=-1&q=%00", "?q=" + "x" * 500):
        assert chitra.get(f"/trends/hashtags/{odd}").status_code == 200


def test_programs_read_the_same(cast: Cast, chitra: Client) -> None:
    furnished(cast, 6)
    (rain, *_others) = chitra.get("/api/v1/own-hashtags").json()
    assert (rain["tag"], rain["uses_30d"], rain["growth"]) == ("rain", 6, None)
    assert (rain["effect"]["n"], rain["effect"]["verdict"]) == (6, "helped")
