"""Claiming work: one winner, a lease, a fence."""

import datetime as dt
import threading

import pytest
from django.db import connection
from django.db.models import Q, QuerySet
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from trenddrop.core import claims
from trenddrop.core.claims import Told
from trends.models import TrendSource

LEASE = dt.timedelta(minutes=1)


def due(now: dt.datetime | Told) -> QuerySet[TrendSource]:
    free = Q(lease_until=None) | Q(lease_until__lt=now)
    return TrendSource.objects.filter(free, next_poll_at__lte=now).order_by("next_poll_at")


def sources(count: int, now: dt.datetime) -> None:
    TrendSource.objects.bulk_create(
        TrendSource(kind="rss", name=f"Feed {number}", next_poll_at=now) for number in range(count)
    )


@pytest.mark.django_db
def test_a_claimed_row_is_not_due_until_its_lease_ends() -> None:
    now = timezone.now()
    sources(1, now)
    assert claims.claim(due(now), now=now, lease=LEASE, limit=5, changes={})
    assert claims.claim(due(now), now=now, lease=LEASE, limit=5, changes={}) == []
    later = now + dt.timedelta(minutes=2)
    assert claims.claim(due(later), now=later, lease=LEASE, limit=5, changes={})


@pytest.mark.django_db
def test_a_kept_claim_takes_what_is_due_each_time_it_runs() -> None:
    now = timezone.now()
    early, late = now - LEASE, now + 2 * LEASE
    sources(3, now)
    kept = claims.prepared(due(Told("now")), limit=2, changes={"last_error": "in hand"})
    assert kept.take(now=early, until=early + LEASE) == []
    first = kept.take(now=now, until=now + LEASE)
    assert [(row.fence, row.lease_until, row.last_error) for row in first] == [(1, now + LEASE, "in hand")] * 2
    assert [row.fence for row in kept.take(now=now, until=now + LEASE)] == [1]
    assert kept.take(now=now, until=now + LEASE) == []
    assert sorted(row.fence for row in kept.take(now=late, until=late + LEASE)) == [2, 2]


@pytest.mark.django_db
def test_nothing_is_asked_of_the_database_where_nothing_can_be_due() -> None:
    never = claims.prepared(TrendSource.objects.filter(pk__in=[]), limit=2, changes={})
    with CaptureQueriesContext(connection) as asked:
        assert never.take(until=timezone.now()) == []
    assert len(asked) == 0


@pytest.mark.django_db
def test_a_late_worker_cannot_write_over_the_one_that_came_after() -> None:
    now = timezone.now()
    sources(1, now)
    late = claims.claim(due(now), now=now, lease=LEASE, limit=1, changes={})[0]
    later = now + dt.timedelta(minutes=2)
    holder = claims.claim(due(later), now=later, lease=LEASE, limit=1, changes={})[0]
    assert not claims.write_fenced(late, last_error="from the dead")
    assert claims.write_fenced(holder, last_error="from the living")
    assert TrendSource.objects.get().last_error == "from the living"


@pytest.mark.django_db(transaction=True)
def test_eight_workers_take_every_row_exactly_once() -> None:
    now = timezone.now()
    sources(200, now)
    taken: list[str] = []

    def work() -> None:
        while rows := claims.claim(due(now), now=now, lease=LEASE, limit=7, changes={}):
            taken.extend(row.name for row in rows)
        connection.close()

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(taken) == sorted(set(taken))
    assert len(taken) == 200
