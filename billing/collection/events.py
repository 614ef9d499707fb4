"""Applying what gateways told: by whoever claims an event, each once, tried again for as long as it may still work.

An event names what changed; the adapter reads that again at the gateway and answers with facts, which
`settings.BILLING_APPLIES` writes into our books, forward only. So it does not matter in which order events come, how
often, or whether one is lost: the next, or the reconciliation, reads the same state.
"""

import datetime as dt
import uuid
from collections.abc import Callable
from functools import cache

import structlog
from django.conf import settings
from django.db.models import F, Q
from django.utils.module_loading import import_string

from accounts import tenancy
from billing.collection import hearing
from billing.collection.adapters import gateway
from billing.gateways.base import Gateway, Known
from billing.gateways.errors import GatewayError, OutcomeUnknown, TryLater
from billing.gateways.facts import AnyFact, Outcome, OutcomeKind
from billing.models import GatewayEvent
from trenddrop.core import claims

log = structlog.get_logger(__name__)

State = GatewayEvent.State
LEASE = dt.timedelta(minutes=5)
BATCH = 20
LOOK = "look"
PAUSES = tuple(dt.timedelta(seconds=each) for each in (15, 60, 300, 900, 3600, 3 * 3600, 6 * 3600))
TRIES = 40  # about eight days; then it waits for somebody to replay it
KEPT = dt.timedelta(days=400)
OVER = (State.APPLIED, State.IGNORED, State.UNMATCHED)
Clock = Callable[[], dt.datetime]


def apply_due(*, clock: Clock) -> int:
    """Apply what waits; return how many events were taken in hand."""
    now = clock()
    free = Q(lease_until=None) | Q(lease_until__lt=now)
    with tenancy.operator():
        waiting = GatewayEvent.objects.filter(free, state__in=[State.NEW, State.FAILED], next_at__lte=now)
        due = waiting.order_by("next_at")
        taken = claims.claim(due, now=now, lease=LEASE, limit=BATCH, changes={"attempts": F("attempts") + 1})
    for event in sorted(taken, key=lambda each: (each.happened_at or each.received_at, each.received_at)):
        apply_one(event, clock=clock)
    return len(taken)


def apply_one(event: GatewayEvent, *, clock: Clock) -> None:
    """Read what an event means, write it down, and say what came of it."""
    try:
        facts = _facts(event, now=clock())
        done = [_applies()(fact, now=clock()) for fact in facts]
    except (TryLater, OutcomeUnknown) as error:
        _again(event, error, clock=clock)
    except GatewayError as error:  # keys are wrong, or what it names is not there: an operator may mend it
        _again(event, error, clock=clock)
    except Exception as error:
        log.exception("gateway_event_failed", event_id=str(event.pk), gateway=event.gateway, kind=event.kind)
        _again(event, error, clock=clock)
    else:
        _done(event, done, clock=clock)


def _facts(event: GatewayEvent, *, now: dt.datetime) -> list[AnyFact]:
    """Ask the gateway; no transaction is open meanwhile."""
    found, told = gateway(event.gateway), hearing.told_of(event)
    if event.kind == LOOK:
        return _looked(found, Known(**told.data), now=now)
    return list(found.read(told, now=now))


def _looked(found: Gateway, known: Known, *, now: dt.datetime) -> list[AnyFact]:
    """Look at what we hold; a page that turns out to have become a subscription is followed there at once."""
    facts = list(found.look(known, now=now))
    if not known.subscription_id:
        for name in dict.fromkeys(each.subscription_id for each in facts if each.subscription_id):
            facts += found.look(Known(subscription_id=name), now=now)
    return facts


@cache
def _applies() -> Callable[..., Outcome]:
    applies: Callable[..., Outcome] = import_string(settings.BILLING_APPLIES)
    return applies


def _done(event: GatewayEvent, results: list[Outcome], *, clock: Clock) -> None:
    state, outcome, organization = _summed(results)
    with tenancy.operator():
        claims.write_fenced(
            event,
            state=state,
            outcome=outcome[:200],
            matched_organization_id=organization,
            applied_at=clock(),
            error="",
            next_at=None,
            lease_until=None,
        )


def _summed(results: list[Outcome]) -> tuple[str, str, uuid.UUID | None]:
    """Return the event's state, what was done, and for whom: applied if anything was, of nobody if nobody knows it."""
    kinds = {each.kind for each in results}
    if OutcomeKind.APPLIED in kinds:
        state = State.APPLIED
    else:
        state = State.UNMATCHED if OutcomeKind.UNMATCHED in kinds and len(kinds) == 1 else State.IGNORED
    done = [each.words for each in results if each.kind == OutcomeKind.APPLIED]
    whose = next((each.organization_id for each in results if each.organization_id), None)
    return state, "; ".join(dict.fromkeys(done)) or (results[0].words if results else "nothing of ours"), whose


def _again(event: GatewayEvent, error: Exception, *, clock: Clock) -> None:
    """Let go of it for a while."""
    after = getattr(error, "after", None) or PAUSES[min(event.attempts, len(PAUSES)) - 1]
    given_up = event.attempts >= TRIES
    with tenancy.operator():
        claims.write_fenced(
            event,
            state=State.FAILED,
            error=f"{type(error).__name__}: {error}"[:300],
            next_at=None if given_up else clock() + after,
            lease_until=None,
        )


def replay(event: GatewayEvent, *, now: dt.datetime) -> None:
    """Let it be applied again at once, whatever came of it before."""
    with tenancy.operator():
        rows = GatewayEvent.objects.filter(pk=event.pk)
        rows.update(state=State.NEW, next_at=now, lease_until=None, attempts=0, error="")


def forget(*, now: dt.datetime) -> int:
    """Remove what was applied more than a year ago, and what came of organisations that are erased."""
    with tenancy.operator():
        old = GatewayEvent.objects.filter(state__in=OVER, received_at__lt=now - KEPT).delete()[0]
        erased = GatewayEvent.objects.filter(state__in=OVER, matched_organization__deleted_at__isnull=False)
        return old + int(erased.filter(matched_organization__erase_after=None).delete()[0])


def forget_of(organization_id: uuid.UUID) -> int:
    """Remove what gateways told of an organisation, where it is applied."""
    with tenancy.operator():
        return GatewayEvent.objects.filter(state__in=OVER, matched_organization_id=organization_id).delete()[0]
