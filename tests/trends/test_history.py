"""What rose in a week: strongest for the brand first, whether we rode it and how early, what was missed."""

import csv
import datetime as dt
import io
import uuid
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts import tenancy
from accounts.models import BrandProfile, Membership
from tests.api.asking import Api, key_of
from tests.cast import Cast
from tests.trends.collecting import HOUR, source_of
from trends.models import TrendRelevance, TrendRide, TrendTopic
from trends.queries import history
from trends.services import examples

ADDRESS = "/trends/history/"
READERS = ZoneInfo("Asia/Kolkata")


def signed_in(membership: Membership) -> Client:
    client = Client()
    client.force_login(membership.user)
    return client


def last_week() -> dt.date:
    """As the reader counts: in Kolkata Monday comes while it is Sunday evening in London."""
    return history.week_before(timezone.localdate(timezone=READERS))


def middle_of_last_week() -> dt.datetime:
    return history.moment(last_week(), dt.UTC) + dt.timedelta(days=3)


def past(title: str, *, top: float = 50, peak: dt.datetime | None = None, **more: object) -> TrendTopic:
    at = peak or middle_of_last_week()
    given = {"first_detected_at": at - 20 * HOUR, "last_seen_at": at + 30 * HOUR, "alarmed_at": at - 8 * HOUR}
    return TrendTopic.objects.create(
        title=title, normalized=title.lower(), kind="keyword", status="expired", peaked_at=at, top_score=top,
        **(given | more),
    )  # fmt: skip


def fits(topic: TrendTopic, cast: Cast, score: float) -> None:
    with tenancy.operator():
        TrendRelevance.objects.create(
            organization=cast.kesar,
            brand=cast.brand,
            topic=topic,
            score=score,
            reasons=[["words", score, "speaks of it"]],
        )


def ride(topic: TrendTopic, cast: Cast, *, before: dt.timedelta, **more: object) -> None:
    assert topic.peaked_at is not None
    with tenancy.operator():
        TrendRide.objects.create(
            organization=cast.kesar, topic=topic, post_id=uuid.uuid4(), platform="bluesky", title="Our post",
            published_at=topic.peaked_at - before, **more,
        )  # fmt: skip


def test_what_fits_comes_first_then_what_was_strongest(cast: Cast) -> None:
    past("Strong", top=90)
    past("Weak", top=20)
    fits(past("Fitting", top=10), cast, 70)
    answer = signed_in(cast.asha).get(ADDRESS)
    assert [row.topic.title for row in answer.context["week"].rows] == ["Fitting", "Strong", "Weak"]
    lisbon = signed_in(cast.dev).get(ADDRESS)
    assert [row.topic.title for row in lisbon.context["week"].rows] == ["Strong", "Weak", "Fitting"]


def test_it_says_how_early_we_posted_and_what_we_missed(cast: Cast) -> None:
    early, late, missed, slight = (past(title) for title in ("Early", "Late", "Missed one", "Slight"))
    for topic, score in ((early, 80), (late, 75), (missed, 60), (slight, 59)):
        fits(topic, cast, score)
    ride(early, cast, before=5 * HOUR)
    ride(early, cast, before=-2 * HOUR)
    ride(late, cast, before=-3 * HOUR)
    answer = signed_in(cast.asha).get(ADDRESS)
    page, summary = answer.content.decode(), answer.context["week"].summary
    assert "Posted 5 h before the peak" in page
    assert "Posted 3 h after the peak" in page
    assert "2 posts in all" in page
    assert [row.topic.title for row in answer.context["week"].rows if row.is_missed] == ["Missed one"]
    assert (summary.topics, summary.ridden, summary.missed, summary.told) == (4, 2, 1, 4)
    assert (summary.told_before, summary.lead) == (8 * HOUR, HOUR)  # medians
    assert "You rode 2 topics and missed 1 that fitted." in page


def test_a_post_for_another_client_is_no_ride_of_the_chosen_brand(cast: Cast) -> None:
    topic = past("Ridden for another")
    fits(topic, cast, 80)
    ride(topic, cast, before=5 * HOUR, client=cast.client)
    (row,) = signed_in(cast.asha).get(ADDRESS).context["week"].rows
    assert (row.rides, row.is_missed) == ([], True)
    with tenancy.operator():
        theirs = BrandProfile.objects.create(organization=cast.kesar, client=cast.client, name="Chai Point")
    api, week = Api(key_of(cast.asha, "trends.view")), history.written(last_week())
    told = [
        api.get("trend-history", week=week, **asked).json()["results"][0]
        for asked in ({"brand": str(cast.brand.pk)}, {"brand": str(theirs.pk)}, {})
    ]
    assert [(len(row["rides"]), row["missed"]) for row in told] == [(0, True), (1, False), (1, False)]


def test_another_organisations_posts_are_nobodys_here(cast: Cast) -> None:
    topic = past("Shared")
    ride(topic, cast, before=5 * HOUR)
    assert "Posted" not in signed_in(cast.dev).get(ADDRESS).content.decode()


@pytest.mark.parametrize("asked", ["", "nonsense", "2026-W99", "9999-W52", "0001-W01", "%00", "2026-W461"])
def test_an_odd_week_is_last_week(asked: str, cast: Cast) -> None:
    answer = signed_in(cast.asha).get(f"{ADDRESS}?week={asked}")
    assert answer.status_code == 200
    assert answer.context["week"].start == last_week()


def test_a_week_to_come_is_this_one_and_a_past_one_is_itself(cast: Cast) -> None:
    client, this = signed_in(cast.asha), last_week() + history.WEEK
    ahead = client.get(f"{ADDRESS}?week={history.written(this + history.WEEK)}")
    assert (ahead.context["week"].start, ahead.context["later"]) == (this, "")
    back = client.get(f"{ADDRESS}?week={history.written(this - 5 * history.WEEK)}")
    assert back.context["week"].start == this - 5 * history.WEEK
    assert "Nothing had its peak in this week" in back.content.decode()


def test_a_week_begins_at_the_readers_midnight(cast: Cast) -> None:
    client = signed_in(cast.asha)  # in Kolkata, five and a half hours ahead
    monday = history.moment(last_week(), dt.UTC)
    past("On Sunday evening in London", peak=monday - 2 * HOUR)
    past("Long before", peak=monday - 9 * HOUR)
    assert [row.topic.title for row in client.get(ADDRESS).context["week"].rows] == ["On Sunday evening in London"]


def test_blocked_merged_and_unfinished_topics_are_no_history(cast: Cast) -> None:
    winner = past("Winner")
    past("Blocked", is_blocked=True)
    past("Merged", merged_into=winner)
    TrendTopic.objects.filter(pk=past("No peak").pk).update(peaked_at=None)
    rows = signed_in(cast.asha).get(ADDRESS).context["week"].rows
    assert [row.topic.title for row in rows] == ["Winner"]


def test_the_file_has_every_column_and_no_formula(cast: Cast) -> None:
    topic = past('=HYPERLINK("http://x")')
    fits(topic, cast, 80)
    ride(topic, cast, before=5 * HOUR)
    answer = signed_in(cast.asha).get(f"{ADDRESS}csv/")
    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    (row,) = csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig")))
    assert row["topic"] == '\'=HYPERLINK("http://x")'
    assert (row["fits"], row["our_posts"], row["first_post_hours_before_peak"]) == ("80.0", "1", "5.0")
    assert row["told_hours_before_peak"] == "8.0"


def test_it_costs_the_same_for_3_topics_as_for_30(cast: Cast) -> None:
    client, counts = signed_in(cast.asha), []
    for size in (3, 30):
        for number in range(size):
            topic = past(f"Topic {size} {number}")
            ride(topic, cast, before=HOUR)
        client.get(ADDRESS)
        with CaptureQueriesContext(connection) as asked:
            assert client.get(ADDRESS).status_code == 200
        counts.append(len(asked))
    assert counts[0] == counts[1] < 12


def test_a_client_and_a_stranger_see_no_history(cast: Cast) -> None:
    for address in (ADDRESS, f"{ADDRESS}csv/"):
        assert signed_in(cast.esha).get(address).status_code == 403
        assert Client().get(address).status_code == 302


def test_the_examples_have_a_week_before_that_says_so(cast: Cast) -> None:
    examples.load(middle_of_last_week())  # so that the last days' own examples are all of another week
    answer = signed_in(cast.asha).get(f"{ADDRESS}?week={history.written(last_week() - history.WEEK)}")
    week, page = answer.context["week"], answer.content.decode()
    assert len(week.rows) == 7
    assert all(row.topic.is_example for row in week.rows)
    assert "Example data." in page
    assert week.rows[0].topic.title == "ceramide serum"
    assert week.rows[0].is_missed
    assert week.summary.told == 6


def test_examples_are_no_history_once_a_source_has_answered(cast: Cast) -> None:
    examples.load(timezone.now())
    source = source_of("bluesky")
    type(source).objects.filter(pk=source.pk).update(last_success_at=timezone.now())
    assert signed_in(cast.asha).get(ADDRESS).context["week"].rows == []


def test_programs_read_a_week_with_our_posts(cast: Cast) -> None:
    topic = past("Ridden")
    fits(topic, cast, 80)
    ride(topic, cast, before=5 * HOUR)
    past("Unridden", top=90)
    api = Api(key_of(cast.asha, "trends.view"))
    week = history.written(last_week())
    both = api.get("trend-history", brand=str(cast.brand.pk), week=week).json()["results"]
    assert [row["title"] for row in both] == ["Unridden", "Ridden"]
    assert both[1]["rides"][0]["lead"] == 5.0
    assert (both[1]["fit"], both[1]["missed"]) == (80.0, False)
    fitting = api.get("trend-history", brand=str(cast.brand.pk), week=week, ordering="-fit_score").json()["results"]
    assert [row["title"] for row in fitting] == ["Ridden"]
    assert api.get("trend-history", week="2020-W01").json()["results"] == []
    programs = history.written(history.week_before(timezone.localdate()))  # in UTC, as all times of the API
    assert api.get("trend-history").json() == api.get("trend-history", week=programs).json()
    assert api.get("trend-history", week="nonsense").status_code == 422
