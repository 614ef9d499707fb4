"""Posts that have settled tell content what they did."""

import datetime as dt

import pytest

from accounts import tenancy
from analytics import learning
from analytics.models import MeasuredPost
from content.models import FeedbackSignal
from tests.analytics.posting import NOW, connection, published, snapshot
from tests.cast import Cast

HOUR = dt.timedelta(hours=1)


def settled(cast: Cast, views: list[int]) -> list[MeasuredPost]:
    """Posts of one account, three days apart, each counted at 24 and 48 hours; the last settled an hour ago."""
    account = connection(cast)
    rows = []
    for number, count in enumerate(views):
        at = NOW - 49 * HOUR - 72 * HOUR * (len(views) - 1 - number)
        rows.append(published(cast, account, at))
        for hour in (24.0, 48.0):
            snapshot(rows[-1], hour, count, likes=count // 10)
    return rows


def told() -> dict[str, float]:
    return {str(one.piece_id): one.engagement for one in FeedbackSignal.objects.all()}


def test_a_post_is_told_against_its_accounts_own_median(cast: Cast) -> None:
    with tenancy.of_organization(cast.kesar.pk):
        rows = settled(cast, [100, 100, 100, 250])
    assert learning.learn_due(now=NOW) == 1
    with tenancy.of_organization(cast.kesar.pk):
        assert told() == {str(rows[-1].post.piece_id): 2.5}
        assert FeedbackSignal.objects.get().measured_at == rows[-1].published_at + 48 * HOUR


def test_first_posts_have_nothing_to_be_held_against_and_are_not_asked_again(cast: Cast) -> None:
    with tenancy.of_organization(cast.kesar.pk):
        settled(cast, [100, 300])
    assert learning.learn_due(now=NOW) == 0
    with tenancy.of_organization(cast.kesar.pk):
        assert not FeedbackSignal.objects.exists()
        assert not MeasuredPost.objects.filter(learned_at=None).exists()


def test_a_post_that_is_still_moving_teaches_nothing_yet(cast: Cast) -> None:
    with tenancy.of_organization(cast.kesar.pk):
        rows = settled(cast, [100, 100, 100, 250])
    assert learning.learn_due(now=NOW - 2 * HOUR) == 0
    with tenancy.of_organization(cast.kesar.pk):
        assert MeasuredPost.objects.get(pk=rows[-1].pk).learned_at is None


def test_a_post_counted_too_early_waits_for_its_next_count(cast: Cast) -> None:
    with tenancy.of_organization(cast.kesar.pk):
        rows = settled(cast, [100, 100, 100, 250])
        MeasuredPost.objects.filter(pk=rows[-1].pk).update(last_at=rows[-1].published_at + 40 * HOUR)
    assert learning.learn_due(now=NOW) == 0
    assert learning.learn_due(now=NOW + 72 * HOUR) == 1  # nobody will count it any more


def test_telling_again_changes_nothing(cast: Cast) -> None:
    with tenancy.of_organization(cast.kesar.pk):
        settled(cast, [100, 100, 100, 250])
    learning.learn_due(now=NOW)
    assert learning.learn_due(now=NOW) == 0


def test_a_piece_posted_twice_did_what_both_posts_did(cast: Cast) -> None:
    with tenancy.of_organization(cast.kesar.pk):
        rows = settled(cast, [100, 100, 100, 400, 100])
        twice = rows[-2].post.piece
        rows[-1].post.piece = twice
        rows[-1].post.save(update_fields=["piece"])
    learning.learn_due(now=NOW)
    with tenancy.of_organization(cast.kesar.pk):
        assert told()[str(twice.pk)] == pytest.approx(2.0, rel=0.01)


def test_a_post_without_any_reaction_counts_as_very_little_not_as_nothing(cast: Cast) -> None:
    with tenancy.of_organization(cast.kesar.pk):
        settled(cast, [100, 100, 100, 0])
    learning.learn_due(now=NOW)
    with tenancy.of_organization(cast.kesar.pk):
        assert list(told().values()) == [0.02]
