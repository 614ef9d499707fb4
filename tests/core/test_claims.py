"""Claiming work: one winner, a lease, a fence."""

import datetime as dt
import threading

import pytest
from django.db import connection
from django.db.models import Q, QuerySet
from django.utils import timezone

from trenddrop.core import claims
from trends.models import TrendSource

LEASE = dt.timedelta(minutes=1)


def due(now: dt.datetime) -> QuerySet[TrendSource]:
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
