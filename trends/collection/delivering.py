"""Messages to webhooks: claimed with a lease, sent once at a time to each watch's address, tried for a day.

Nothing is held while the other side is spoken to. Each try is written down; what keeps failing pauses the webhook.
"""

import datetime as dt
import time
from collections.abc import Callable
from dataclasses import dataclass
from random import Random
from typing import Any

import structlog
from celery.exceptions import SoftTimeLimitExceeded
from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts import audit, notifications, tenancy
from accounts.models import Notification
from accounts.notifications import words
from trenddrop.core import claims, http
from trenddrop.core.crypto import SecretUnreadable
from trends import polling, signing
from trends.collection import telling
from trends.models import AlertDelivery, TrendAlert

log = structlog.get_logger(__name__)
SECONDS = 10.0  # for one try, all told
LEASE = dt.timedelta(minutes=5)
BUDGET = 50.0  # seconds that one run of the task goes on taking messages
GIVEN_UP_AFTER = dt.timedelta(hours=24)
WAITS = [dt.timedelta(minutes=minutes) for minutes in (1, 5, 15, 60, 120, 240, 480)]
JITTER = 0.1
KEPT_TRIES = 20
SAID = 200  # characters of an answer that are kept
FAILURES = 3  # deliveries given up in a row, after which the webhook is paused
GONE = 410
FORGOTTEN_AFTER = dt.timedelta(days=30)
Status, Kind = AlertDelivery.Status, AlertDelivery.Kind
Clock = Callable[[], dt.datetime]


@dataclass(frozen=True, slots=True)
class Try:
    """How one try ended: the status (None: no answer), what was said, and what that means."""

    seconds: float
    status: int | None
    said: str
    is_final: bool = False
    wait: dt.timedelta | None = None

    @property
    def is_taken(self) -> bool:
        """The other side took it."""
        return self.status is not None and 200 <= self.status < 300


def deliver_due(*, clock: Clock, rng: Random, budget: float = BUDGET) -> int:
    """Send what is due, one after the other; returns how many tries were made. Several workers may do this."""
    until, made = time.monotonic() + budget, 0
    while time.monotonic() < until and deliver_next(clock=clock, rng=rng):
        made += 1
    return made


def deliver_next(*, clock: Clock, rng: Random) -> bool:
    """Send the message that waits longest; False when none is due."""
    now = clock()
    with tenancy.operator():
        row = claims.claim_one(due(now), now=now, lease=LEASE, changes={"tries": F("tries") + 1})
        if row is None:
            return False
        watch = TrendAlert.objects.select_related("brand").get(pk=row.alert_id)
    record(row, watch, send(row, watch, now=now), now=clock(), rng=rng)
    return True


def due(now: dt.datetime) -> QuerySet[AlertDelivery]:
    """Return what is to be sent now, to addresses that nobody is speaking to."""
    free = Q(lease_until=None) | Q(lease_until__lt=now)
    under_way = AlertDelivery.objects.filter(alert=OuterRef("alert"), lease_until__gte=now)
    wanted = Q(alert__is_active=True, alert__webhook_paused_at=None, alert__channels__contains=["webhook"])
    rows = AlertDelivery.objects.filter(free, wanted, status=Status.WAITING, next_try_at__lte=now)
    return rows.filter(~Exists(under_way)).order_by("next_try_at", "pk")


def send(row: AlertDelivery, watch: TrendAlert, *, now: dt.datetime) -> Try:
    """Send one message, now. Call in no transaction."""
    began = time.monotonic()
    try:
        headers = signing.headers(
            row.body, secret=watch.webhook_secret.open(), key=row.pk, event=f"trend.{row.kind}", at=now
        )
        answer = http.post_public(
            watch.webhook_url, row.body.encode(), headers=headers, seconds=SECONDS, max_bytes=4 * SAID
        )
    except (http.ForbiddenAddress, SecretUnreadable) as error:
        return Try(_since(began), None, str(error)[:SAID], is_final=True)
    except http.FetchFailed as error:
        return Try(_since(began), None, str(error)[:SAID])
    except SoftTimeLimitExceeded:
        raise
    except Exception:
        log.exception("webhook broke", delivery=str(row.pk))  # the next in line is not kept waiting by it
        return Try(_since(began), None, "It could not be sent. It is tried again.")
    return Try(
        _since(began),
        answer.status,
        _words_of(answer),
        is_final=answer.status == GONE,
        wait=polling.asked_to_wait(dict(answer.headers), now=now),
    )


def _since(began: float) -> float:
    return round(time.monotonic() - began, 2)


def _words_of(answer: http.Fetched) -> str:
    if 300 <= answer.status < 400:
        return "It leads to another address, which is not followed. Give the address it ends at."
    text = answer.content.decode("utf-8", "replace")
    return " ".join("".join(sign if sign.isprintable() else " " for sign in text).split())[:SAID]


def record(row: AlertDelivery, watch: TrendAlert, made: Try, *, now: dt.datetime, rng: Random) -> None:
    """Write down how a try ended, and what follows from it."""
    tried = {"at": now.isoformat(timespec="seconds"), "seconds": made.seconds, "status": made.status, "said": made.said}
    log: list[dict[str, Any]] = [*row.tried, tried][-KEPT_TRIES:]
    again = now + _wait(row, made, rng)
    is_over = made.is_final or row.kind == Kind.TEST or again > row.created_at + GIVEN_UP_AFTER
    with tenancy.operator():
        if made.is_taken:
            held = claims.write_fenced(
                row, status=Status.DELIVERED, tried=log, ended_at=now, next_try_at=None, lease_until=None
            )
            if held and watch.webhook_failures:
                TrendAlert.objects.filter(pk=watch.pk).update(webhook_failures=0)
        elif is_over:
            ended = {"status": Status.FAILED, "ended_at": now, "next_try_at": None}
            if claims.write_fenced(row, **ended, tried=log, lease_until=None) and row.kind != Kind.TEST:
                _given_up(watch, made, now=now)
        elif claims.write_fenced(row, tried=log, next_try_at=again, lease_until=None):
            _hold_back(watch, until=again)


def _wait(row: AlertDelivery, made: Try, rng: Random) -> dt.timedelta:
    """Return how long to wait before the next try: longer each time, never sooner than was asked for."""
    wait = WAITS[min(max(row.tries, 1), len(WAITS)) - 1]
    return max(wait, made.wait or wait) * (1 + JITTER * rng.random())


def _hold_back(watch: TrendAlert, *, until: dt.datetime) -> None:
    """Let other messages to the same address wait too: it is not asked again for each of them."""
    same = Q(alert__organization=watch.organization_id, alert__webhook_url=watch.webhook_url)
    AlertDelivery.objects.filter(same, status=Status.WAITING, next_try_at__lt=until).update(next_try_at=until)


def _given_up(watch: TrendAlert, made: Try, *, now: dt.datetime) -> None:
    TrendAlert.objects.filter(pk=watch.pk).update(webhook_failures=F("webhook_failures") + 1)
    running = TrendAlert.objects.filter(pk=watch.pk, webhook_paused_at=None)
    failing = running if made.status == GONE else running.filter(webhook_failures__gte=FAILURES)
    if failing.update(webhook_paused_at=now):
        _tell_of_pause(watch, made)


def _tell_of_pause(watch: TrendAlert, made: Try) -> None:
    """Say that nothing more is sent, and why."""
    told = {"status": made.status, "said": made.said}
    audit.record("watch.webhook_paused", watch, organization_id=watch.organization_id, by=None, **told)
    left = {"status": Status.FAILED, "next_try_at": None, "lease_until": None}
    AlertDelivery.objects.filter(alert=watch, status=Status.WAITING).update(**left)
    answer = f"{made.status or ''} {made.said}".strip()
    notifications.notify(
        telling.people_of([watch])[watch.pk],
        Notification.Kind.TREND_ALERT,
        organization_id=watch.organization_id,
        title=words(_("The webhook of “%(watch)s” is paused"), watch=watch.name),
        message=words(
            _("It answered: %(answer)s. Nothing more is sent to it until you start it again; alerts go on here."),
            answer=answer or "–",
        ),
        link=reverse("watch", args=[watch.pk]),
    )


def forget(*, now: dt.datetime) -> int:
    """Give up what is older than a day and was never tried to the end; remove what is a month old."""
    with tenancy.operator():
        old = AlertDelivery.objects.filter(status=Status.WAITING, created_at__lt=now - 2 * GIVEN_UP_AFTER)
        old.update(status=Status.FAILED, ended_at=now, next_try_at=None, lease_until=None)
        removed, _rows = AlertDelivery.objects.filter(created_at__lt=now - FORGOTTEN_AFTER).delete()
        return removed
