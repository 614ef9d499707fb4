"""Which hours did well: drawn towards what is known beside them, and silent where nothing is known."""

import datetime as dt
import math
from dataclasses import replace
from random import Random

import pytest

from accounts import tenancy
from accounts.models import Organization
from analytics import best_times, learning
from analytics.best_times import Result, scores, to_score
from analytics.models import MeasuredPost, RollupMark
from publishing import good_times
from publishing.models import BestTime
from tests.analytics.posting import NOW, connection, published, snapshot
from tests.cast import Cast

TUESDAY, EVENING, MORNING = 1, 19, 8
LUCKY = math.log(best_times.LARGEST)


def posts(count: int, hour: int, log: float, *, weekday: int | None = None) -> list[Result]:
    return [Result(number % 7 if weekday is None else weekday, hour, log) for number in range(count)]


def score_of(results: list[Result], weekday: int, hour: int) -> int:
    return next(row.score for row in scores(results) if (row.weekday, row.hour) == (weekday, hour))


def test_a_score_is_fifty_as_usual_eighty_at_twice_as_much_and_twenty_at_half() -> None:
    assert [to_score(log) for log in (0.0, 0.6931, -0.6931)] == [50, 80, 20]


def test_evenings_that_did_better_score_higher_than_mornings() -> None:
    results = posts(21, EVENING, 0.7) + posts(21, MORNING, -0.3)
    assert score_of(results, TUESDAY, EVENING) > 60
    assert score_of(results, TUESDAY, MORNING) < 50


def test_one_lucky_post_moves_an_hour_little() -> None:
    results = [*posts(30, MORNING, 0.0), Result(TUESDAY, EVENING, LUCKY)]
    assert 50 < score_of(results, TUESDAY, EVENING) < 62


def test_the_more_posts_say_it_the_further_it_goes() -> None:
    found = [
        score_of(posts(40, MORNING, 0.0) + posts(count, EVENING, 0.8, weekday=TUESDAY), TUESDAY, EVENING)
        for count in (1, 3, 10, 20)
    ]
    assert found == sorted(found)
    assert found[0] < 56
    assert found[-1] > 62


def test_an_hour_beside_a_good_one_is_good_too_and_one_far_away_is_unknown() -> None:
    rows = {(row.weekday, row.hour): row for row in scores(posts(40, MORNING, -0.2) + posts(20, EVENING, 0.8))}
    assert rows[(TUESDAY, EVENING + 1)].score > 55
    assert rows[(TUESDAY, EVENING + 1)].posts == 0
    assert (TUESDAY, 2) not in rows


def test_pure_noise_finds_no_hour_worth_a_change() -> None:
    """Sixty posts without any pattern: no hour leaves the middle far."""
    chance = Random(4)
    results = [Result(chance.randrange(7), chance.randrange(7, 22), chance.gauss(0, 0.6)) for _number in range(60)]
    assert all(35 <= row.score <= 65 for row in scores(results))


def test_nothing_known_says_nothing() -> None:
    assert scores([]) == []


@pytest.fixture
def evenings(cast: Cast) -> MeasuredPost:
    """Forty posts of an account, every second at seven in the evening in Kolkata with three times the views."""
    with tenancy.of_organization(cast.kesar.pk):
        account, last = connection(cast), None
        for number in range(40):
            day = NOW.replace(hour=0, minute=0) - dt.timedelta(days=43 - number)
            is_evening = number % 2 == 1
            last = published(cast, account, day + dt.timedelta(hours=13, minutes=40) * is_evening)
            for hour in (24.0, 48.0):
                snapshot(last, hour, 300 if is_evening else 100)
        assert last is not None
    learning.learn_due(now=NOW)
    return last


def test_results_that_settled_are_scored_once_and_again_when_there_is_news(cast: Cast, evenings: MeasuredPost) -> None:
    assert best_times.find_best_times(now=NOW) == 1
    assert best_times.find_best_times(now=NOW) == 0
    with tenancy.of_organization(cast.kesar.pk):
        rows = {(row.weekday, row.hour): row for row in BestTime.objects.all()}
        assert {row.timezone for row in rows.values()} == {"Asia/Kolkata"}
        assert min(rows[(day, 19)].score for day in range(7)) > max(rows[(day, 5)].score for day in range(7)) + 10
        MeasuredPost.objects.filter(pk=evenings.pk).update(learned_at=NOW + dt.timedelta(hours=1))
    assert best_times.find_best_times(now=NOW + dt.timedelta(hours=2)) == 1


def settled(cast: Cast, *, views: int | None) -> None:
    """Eight posts of Lisbon Rooftops, of which somebody looked whether they have results."""
    theirs = replace(cast, kesar=cast.lisbon, asha=cast.dev)
    with tenancy.of_organization(cast.lisbon.pk):
        account = connection(theirs, "mastodon")
        for number in range(8):
            row = published(theirs, account, NOW - dt.timedelta(days=20 - number))
            snapshot(row, 48, views)
            MeasuredPost.objects.filter(pk=row.pk).update(learned_at=NOW)


def test_an_account_whose_results_say_nothing_is_looked_at_once_and_keeps_no_other_waiting(
    cast: Cast, evenings: MeasuredPost, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(best_times, "AT_ONCE", 1)
    settled(cast, views=None)
    with tenancy.of_organization(cast.kesar.pk):
        RollupMark.objects.create(organization=cast.kesar, name=best_times.NAME, reached=NOW - dt.timedelta(days=9))
    passes = [best_times.find_best_times(now=NOW + number * dt.timedelta(hours=1)) for number in range(3)]
    assert passes == [1, 1, 0]
    with tenancy.operator():
        assert set(BestTime.objects.values_list("organization", flat=True)) == {cast.kesar.pk}


def test_an_account_that_breaks_keeps_no_other_waiting(cast: Cast, evenings: MeasuredPost) -> None:
    settled(cast, views=100)
    with tenancy.operator():
        Organization.objects.filter(pk=cast.lisbon.pk).update(timezone="Nowhere/AtAll")
    with pytest.raises(ExceptionGroup):
        best_times.find_best_times(now=NOW)
    with tenancy.operator():
        assert set(BestTime.objects.values_list("organization", flat=True)) == {cast.kesar.pk}


def test_a_good_time_is_proposed_with_its_reason(cast: Cast, evenings: MeasuredPost) -> None:
    best_times.find_best_times(now=NOW)
    with tenancy.of_organization(cast.kesar.pk):
        found = good_times.propose(evenings.post.connection, now=NOW, zone="Europe/Lisbon", count=3)
    assert len(found) == 3
    best = found[0]
    in_kolkata = best.moment.instant.astimezone(dt.timezone(dt.timedelta(hours=5, minutes=30)))
    assert 18 <= in_kolkata.hour <= 20
    assert (best.zone, best.is_thin, best.score > 55) == ("Europe/Lisbon", False, True)
    assert "better than usual" in best.why
    assert best.posts_in_all >= 30


def test_an_account_with_few_results_is_told_so(cast: Cast) -> None:
    with tenancy.of_organization(cast.kesar.pk):
        account = connection(cast)
        found = good_times.propose(account, now=NOW, zone="Asia/Kolkata")
    assert all(each.is_thin and each.score == 50 for each in found)
    assert found[0].why == "An hour that is usual anywhere: nothing of your own is measured yet."
