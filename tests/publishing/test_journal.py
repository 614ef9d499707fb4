"""What hands write together: of several organisations at once, each only where its worker still holds the post."""

import datetime as dt
import uuid

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts import audit, tenancy
from accounts.models import AuditEntry, Membership, Notification
from analytics.models import MeasuredPost
from content.queries import BULKY
from publishing.delivery import claiming, journal
from publishing.delivery.claiming import Reached
from publishing.delivery.outcomes import Hand, Stood
from publishing.models import PublishAttempt, ScheduledPost
from publishing.platforms.base import Published, Step
from tests.cast import Cast
from tests.publishing.conftest import make_connection, make_piece, make_post

NOON = dt.datetime(2026, 11, 27, 12, tzinfo=dt.UTC)
pytestmark = pytest.mark.django_db(transaction=True)


def plan(member: Membership, count: int) -> None:
    """Posts of one account, due at noon."""
    with tenancy.of_organization(member.organization_id):
        account = make_connection(member.organization, account_id=uuid.uuid4().hex)
        for number in range(count):
            piece = make_piece(member.organization, text=f"Post {number}")
            make_post(piece, account, at=NOON, text=f"Post {number}", scheduled_by=member.user)


@pytest.fixture
def attempts(cast: Cast) -> list[PublishAttempt]:
    """Two posts of Kesar Naturals and two of Lisbon Rooftops, in one worker's hands."""
    plan(cast.asha, 2)
    plan(cast.dev, 2)
    return claiming.take_batch(now=NOON, limit=10)


def stood(attempt: PublishAttempt) -> Stood:
    return Stood(Hand(attempt, NOON), Published(f"p{attempt.post_id}", "https://practice.example/p"))


def test_a_claim_reads_no_whole_articles_and_waveforms_along(attempts: list[PublishAttempt]) -> None:
    for attempt in attempts:
        assert attempt.post.piece.asset.get_deferred_fields() == set(BULKY)


def test_steps_and_live_posts_of_two_organisations_are_written_at_once(attempts: list[PublishAttempt]) -> None:
    step = Reached(attempts[0], Step("sending", {"media": {}}), NOON, claiming.LEASE)
    with CaptureQueriesContext(connection) as four:
        assert journal.write([step, *map(stood, attempts[1:])]) == [True] * 4
    assert len(four) < 20
    with tenancy.operator():
        assert PublishAttempt.objects.get(pk=attempts[0].pk).sent_at == NOON
        assert ScheduledPost.objects.filter(status="published", lease_until=None, published_at=NOON).count() == 3
        assert MeasuredPost.objects.count() == 3
        assert PublishAttempt.objects.filter(outcome="published", finished_at=NOON).count() == 3
        for organization in {attempt.organization_id for attempt in attempts}:
            live = AuditEntry.objects.filter(organization=organization, action="post.published").count()
            assert live == Notification.objects.filter(organization=organization, kind="post_published").count() > 0
            assert audit.first_fault(organization) is None


def test_who_lost_a_post_hears_it_and_the_others_are_written(attempts: list[PublishAttempt]) -> None:
    with tenancy.operator():
        ScheduledPost.objects.filter(pk=attempts[1].post_id).update(fence=9)
    assert journal.write([stood(attempt) for attempt in attempts]) == [True, False, True, True]
    with tenancy.operator():
        assert ScheduledPost.objects.filter(status="published").count() == 3
        assert AuditEntry.objects.filter(action="post.published").count() == 3


def test_what_was_written_already_is_not_written_again(attempts: list[PublishAttempt]) -> None:
    assert journal.alone(stood(attempts[0]))
    assert not journal.alone(stood(attempts[0]))
    with tenancy.operator():
        assert AuditEntry.objects.filter(action="post.published").count() == 1


def test_many_live_posts_take_no_more_statements_than_two(attempts: list[PublishAttempt], cast: Cast) -> None:
    with CaptureQueriesContext(connection) as two:
        journal.write([stood(attempts[0]), stood(attempts[2])])
    plan(cast.asha, 12)
    plan(cast.dev, 12)
    more = claiming.take_batch(now=NOON, limit=30)
    with CaptureQueriesContext(connection) as many:
        journal.write([stood(attempt) for attempt in more])
    assert len(more) == 24
    assert len(many) <= len(two) + 1
