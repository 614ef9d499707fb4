"""What goes with better results: the calendar's own hours, hashtags with ranges, kinds, and the best posts."""

import datetime as dt
import math
import uuid
from importlib import import_module

import pytest
from django.db import connection as database
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts import tenancy
from accounts.models import Membership
from analytics import best_times, comparing, figures
from analytics.collection import thinning
from analytics.models import MeasuredPost, PostMetrics
from analytics.queries import posts, results, what_works
from analytics.queries.results import Result
from analytics.services import entering
from content.models import GeneratedContent
from publishing.models import BestTime, PlatformConnection, ScheduledPost
from tests.analytics.posting import NOW, connection, published, snapshot
from tests.api.asking import as_member
from tests.cast import Cast

DAY = dt.timedelta(days=1)


def result(
    number: int, ratio: float | None, *, at: dt.datetime = NOW, tags: tuple[str, ...] = (), kind: str = ""
) -> Result:
    return Result(
        post_id=uuid.UUID(int=number), asset_id=uuid.UUID(int=1), connection_id=uuid.UUID(int=2), platform="bluesky",
        kind=kind, format="", category="", language="", hashtags=tags, duration=None, caption=50, title=f"{number}",
        published_at=at, is_simulated=False, metric="views", value=None, ratio=ratio,
        log=comparing.log_of(1.0 if ratio is None else ratio),
    )  # fmt: skip


def history(cast: Cast, account: PlatformConnection, *, count: int = 30, good: str = "rain") -> None:
    """Posts two days apart; every third has a tag and twice the views."""
    for number in range(count):
        at = NOW - (count - number) * 2 * DAY - dt.timedelta(minutes=number)
        row, is_good = published(cast, account, at), number % 3 == 0
        snapshot(row, 48.0, (200 if is_good else 100) + number % 5)
        tags = [good] if is_good else ["plain"]
        MeasuredPost.objects.filter(pk=row.pk).update(hashtags=tags, kind="thread" if is_good else "social_post")


def test_results_are_the_same_numbers_as_on_a_posts_own_page(kesar: Cast) -> None:
    history(kesar, connection(kesar, "bluesky"), count=25)
    rows = MeasuredPost.objects.filter(organization=kesar.kesar)
    found = results.of(rows, since=NOW - 400 * DAY, last=NOW, now=NOW)
    told = {each.measured.post_id: each.ratio for each in posts.standings(list(rows), now=NOW)}
    assert len(found) == 25
    assert {each.post_id: each.ratio for each in found} == told


@pytest.mark.parametrize("is_held", [False, True])
def test_what_was_not_told_is_no_nought_and_saves_are_what_people_did(kesar: Cast, is_held: bool) -> None:
    pins, films = connection(kesar, "pinterest"), connection(kesar, "youtube")
    for number in range(20):  # six without views first: the right to see them came later
        at = NOW - (30 - number) * DAY
        snapshot(published(kesar, films, at), 48.0, None if number < 6 else 1000, likes=None)
        snapshot(published(kesar, pins, at), 48.0, None, likes=1, saves=199 if number == 19 else 99)
    rows = MeasuredPost.objects.filter(organization=kesar.kesar)
    if is_held:
        figures.refresh(list(rows), now=NOW)
    found = results.of(rows, since=NOW - 400 * DAY, last=NOW, now=NOW)
    told = {each.measured.post_id: each.ratio for each in posts.standings(list(rows), now=NOW)}
    assert {each.post_id: each.ratio for each in found} == told
    of_films, of_pins = ([each for each in found if each.connection_id == one.pk] for one in (films, pins))
    assert {each.ratio for each in of_films} == {None, 1.0}
    assert (of_pins[-1].value, of_pins[-1].ratio) == (200, 2.0)


def held_and_looked_up(cast: Cast) -> tuple[list[int | None], list[int | None]]:
    """What posts stood at by their rows, and by their snapshots alone."""
    rows = MeasuredPost.objects.filter(organization=cast.kesar)
    assert not rows.filter(settled_views=None, settled_actions=None).exists()
    held = results.of(rows, since=NOW - 400 * DAY, last=NOW, now=NOW)
    kept = {row.pk: (row.settled_views, row.settled_actions) for row in rows}
    rows.update(settled_views=None, settled_actions=None)
    looked_up = results.of(rows, since=NOW - 400 * DAY, last=NOW, now=NOW)
    for key, (views, actions) in kept.items():
        rows.filter(pk=key).update(settled_views=views, settled_actions=actions)
    return [each.value for each in held], [each.value for each in looked_up]


def test_what_a_row_holds_is_what_its_snapshots_say_whatever_came_late_and_whatever_was_thinned(kesar: Cast) -> None:
    accounts = connection(kesar, "bluesky"), connection(kesar, "youtube")
    rows = [published(kesar, account, NOW - 9 * DAY) for account in accounts]
    for row, counts in zip(rows, ((100, 300, 500, 900), (None, None, None, None)), strict=True):
        for hour, views in zip((3.0, 42.01, 48.01, 150.0), counts, strict=True):
            snapshot(row, hour, views, likes=round(hour))
        figures.refresh([row], now=NOW)
    assert held_and_looked_up(kesar) == ([300, 42], [300, 42])
    at = rows[0].published_at + dt.timedelta(hours=47)
    entering.enter(rows[0], counts={"views": 350}, by=kesar.asha, now=NOW, at=at)
    assert held_and_looked_up(kesar) == ([350, 42], [350, 42])
    entering.enter(rows[0], counts={"views": 340}, by=kesar.asha, now=NOW, at=at)
    entering.enter(rows[0], counts={"views": 2000}, by=kesar.asha, now=NOW, at=NOW - DAY)
    assert held_and_looked_up(kesar) == ([340, 42], [340, 42])
    with tenancy.operator():
        assert thinning.thin(now=NOW) == 0
    assert held_and_looked_up(kesar) == ([340, 42], [340, 42])


def test_rows_that_were_there_before_are_filled_with_the_same(kesar: Cast) -> None:
    account = connection(kesar, "bluesky")
    history(kesar, account, count=7)
    published(kesar, account, NOW - 3 * DAY)
    MeasuredPost.objects.update(letters=0)
    migration = import_module("analytics.migrations.0020_settled_counts")
    migration.fill(None, database.schema_editor())
    assert set(MeasuredPost.objects.values_list("letters", flat=True)) == {len("Wash off the filter.")}
    assert MeasuredPost.objects.filter(settled_views=None).count() == 1
    MeasuredPost.objects.filter(settled_views=None).delete()
    held, looked_up = held_and_looked_up(kesar)
    assert held == looked_up
    assert len(held) == 7


def test_posts_that_are_too_new_or_never_counted_say_nothing(kesar: Cast) -> None:
    account = connection(kesar, "bluesky")
    snapshot(published(kesar, account, NOW - DAY), 2.0, 100)
    published(kesar, account, NOW - 9 * DAY)
    rows = MeasuredPost.objects.filter(organization=kesar.kesar)
    assert results.of(rows, since=NOW - 400 * DAY, last=NOW, now=NOW) == []


def test_a_map_agrees_with_the_calendars_scores(kesar: Cast) -> None:
    account = connection(kesar, "bluesky")
    BestTime.objects.create(
        organization=kesar.kesar, connection=account, weekday=2, hour=20, timezone="Asia/Kolkata", score=80, posts=4,
        posts_in_all=40,
    )  # fmt: skip
    found = what_works.hours(BestTime.objects.all())
    assert found is not None
    assert found.best is not None
    assert (found.best.weekday, found.best.hour, found.best.score, found.posts) == (2, 20, 80, 40)
    assert found.best.times == pytest.approx(2.0, rel=0.01)
    assert [cell.score for cell in found.cells].count(None) == 7 * 24 - 1
    assert what_works.hours(BestTime.objects.none()) is None


@pytest.mark.parametrize("score", range(3, 98))
def test_a_score_turned_into_a_ratio_and_back_is_the_same(score: int) -> None:
    assert best_times.to_score(what_works.log_of_score(score)) == score


def test_hours_of_several_accounts_are_weighed_by_their_posts(kesar: Cast) -> None:
    for number, (score, weight) in enumerate(((80, 10), (20, 30))):
        account = connection(kesar, "bluesky", account_id=f"a{number}")
        BestTime.objects.create(
            organization=kesar.kesar, connection=account, weekday=0, hour=0, timezone="UTC", score=score, posts=1,
            posts_in_all=weight,
        )  # fmt: skip
    found = what_works.hours(BestTime.objects.all())
    assert found is not None
    assert found.cells[0].score == best_times.to_score(-0.5 * math.log(2))
    assert found.best is None


def test_a_tag_is_held_against_posts_without_it_and_few_say_nothing() -> None:
    told = [result(number, 2.0, tags=("rain",)) for number in range(10)]
    told += [result(100 + number, 1.0) for number in range(20)]
    told += [result(200 + number, 9.0, tags=("rare",)) for number in range(3)]
    found = {each.key: each for each in what_works.tags(told, until=NOW)}
    rain = found["rain"]
    assert rain.lift is not None
    assert rain.lift.value == pytest.approx(2.0)
    assert rain.lift.is_certain
    assert found["rare"].is_thin


def test_a_tag_used_more_than_before_is_rising_only_where_that_is_no_chance() -> None:
    late, early = NOW - 5 * DAY, NOW - 40 * DAY
    told = [result(number, 1.0, at=late, tags=("new",) if number < 20 else ("old",)) for number in range(30)]
    told += [result(100 + number, 1.0, at=early, tags=("new",) if number < 3 else ("old",)) for number in range(30)]
    found = {each.key: each for each in what_works.tags(told, until=NOW)}
    assert (found["new"].direction, found["old"].direction) == ("rising", "falling")
    assert (found["new"].now, found["new"].before) == (20, 3)
    few = [result(number, 1.0, at=late, tags=("new",)) for number in range(2)]
    assert what_works.tags(few, until=NOW)[0].direction == ""


def test_groups_without_anything_to_hold_against_say_nothing() -> None:
    (only,) = what_works.groups([result(number, 1.0, kind="thread") for number in range(9)], lambda each: each.kind)
    assert (only.posts, only.lift) == (9, None)
    assert what_works.groups([], lambda each: each.kind) == []


def test_the_best_posts_stand_by_category_the_best_first() -> None:
    told = [result(1, 0.5), result(2, 3.0), result(3, None)]
    (top,) = what_works.tops(told)
    assert [each.title for each in top.results] == ["2", "1"]


def test_practice_is_never_mixed_in(kesar: Cast) -> None:
    history(kesar, connection(kesar, "bluesky"), count=8)
    history(kesar, connection(kesar), count=8)
    rows = MeasuredPost.objects.filter(organization=kesar.kesar)
    every = results.of(rows, since=NOW - 400 * DAY, last=NOW, now=NOW)
    real, made_up = results.real_or_made_up(every)
    assert ({each.platform for each in real}, made_up) == ({"bluesky"}, False)
    played, made_up = results.real_or_made_up(every, made_up=True)
    assert ({each.platform for each in played}, made_up) == ({"practice"}, True)


def browser(member: Membership) -> Client:
    client = Client()
    client.force_login(member.user)
    return client


def recently(cast: Cast) -> None:
    """Bring the history so near that the page's usual days hold it, whenever this test runs."""
    shift = timezone.now() - NOW
    for row in MeasuredPost.objects.filter(organization=cast.kesar):
        MeasuredPost.objects.filter(pk=row.pk).update(
            published_at=row.published_at + shift, last_at=row.last_at and row.last_at + shift
        )
        for snap in PostMetrics.objects.filter(post=row.post_id):
            PostMetrics.objects.filter(pk=snap.pk).update(taken_at=snap.taken_at + shift)


def test_the_page_tells_tags_kinds_and_tops_in_as_many_questions_however_many_posts(cast: Cast) -> None:
    client, counts = browser(cast.asha), []
    client.get(reverse("today"))
    for number in range(2):
        with tenancy.of_organization(cast.kesar.pk):
            account = connection(cast, "bluesky", account_id=f"a{number}")
            history(cast, account, count=24)
            if number:
                recently(cast)
        with CaptureQueriesContext(database) as asked:
            answer = client.get(reverse("numbers_content"))
        counts.append(len(asked))
    assert counts[0] == counts[1]
    page = answer.content.decode()
    assert "#rain" in page
    assert "Thread" in page
    for name in ("best-times", "hashtags", "kinds", "top-content"):
        file = client.get(reverse("numbers_content"), {"csv": name})
        assert file["Content-Type"].startswith("text/csv"), name
    assert "#rain" in client.get(reverse("numbers_content"), {"csv": "hashtags"}).content.decode()


def test_a_client_sees_their_own_posts_alone(cast: Cast) -> None:
    with tenancy.of_organization(cast.kesar.pk):
        account = connection(cast, "bluesky")
        history(cast, account, count=24, good="secret")
        recently(cast)
        PlatformConnection.objects.filter(pk=account.pk).update(client=cast.client)
        ScheduledPost.objects.filter(connection=account).update(client=cast.client)
        GeneratedContent.objects.filter(organization=cast.kesar).update(client=cast.client)
        MeasuredPost.objects.filter(organization=cast.kesar).update(client=cast.client)
    assert "#secret" in browser(cast.esha).get(reverse("numbers_content")).content.decode()
    for member in (cast.farah, cast.dev):
        assert "secret" not in browser(member).get(reverse("numbers_content")).content.decode()


def test_nobodys_first_visit_says_what_to_do(cast: Cast) -> None:
    page = browser(cast.dev).get(reverse("numbers_content")).content.decode()
    assert "Nothing to compare yet" in page
    assert "Too few posts yet" in page


def test_a_program_reads_the_same(cast: Cast) -> None:
    with tenancy.of_organization(cast.kesar.pk):
        history(cast, connection(cast, "bluesky"), count=24)
        recently(cast)
    told = as_member(cast.asha).get("numbers/what-works", days=90).json()
    assert told["compared"] > 10
    tag = next(each for each in told["hashtags"] if each["key"] == "rain")
    assert tag["lift"]["low"] > 1.2
    assert told["hours"] is None
    assert told["tops"][0]["results"][0]["ratio"] > 1
