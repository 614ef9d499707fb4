"""One try: open attempt → call → record, and looking again where the answer stayed out."""

import datetime as dt
import uuid
from random import Random

import structlog

from accounts import tenancy
from publishing.delivery import claiming, kits, looking, outcomes, tokens
from publishing.delivery.adapters import adapter
from publishing.delivery.outcomes import Hand
from publishing.models import PublishAttempt
from publishing.platforms.base import (
    Clock,
    OutcomeUnknown,
    Published,
    Record,
    Rejected,
    SignInAgain,
    Step,
    TokenExpired,
    TryLater,
)

log = structlog.get_logger(__name__)

TURNS = 3


def deliver(
    post_id: uuid.UUID,
    *,
    organization_id: uuid.UUID,
    clock: Clock,
    chance: Random,
    lease: dt.timedelta = claiming.LEASE,
) -> int:
    """Do what is due for one post: send it, or look for it and send it again when it is surely absent.

    Returns the number of attempts made. Safe to call twice, and by several workers at once.
    """
    claiming.outside_transactions()
    for turn in range(TURNS):
        attempt = claiming.take(post_id, organization_id=organization_id, now=clock(), lease=lease)
        if attempt is None:
            return turn
        log.info("attempt", post=str(post_id), number=attempt.number, purpose=attempt.purpose)
        try:
            with claiming.heartbeat(attempt.post, clock=clock, lease=lease):
                if attempt.purpose == PublishAttempt.Purpose.SEND:
                    _send(attempt, clock=clock, chance=chance, lease=lease)
                else:
                    looking.look(attempt, clock=clock)
        except claiming.LostClaim:
            log.warning("claim lost", post=str(post_id), number=attempt.number)
            return turn + 1
    return TURNS


def _send(attempt: PublishAttempt, *, clock: Clock, chance: Random, lease: dt.timedelta) -> None:
    """Publish, and record which of five things happened."""
    try:
        found = _publish(attempt, clock=clock, record=claiming.recorder(attempt, clock=clock, lease=lease))
    except Rejected as error:
        outcomes.refused(Hand(attempt, clock()), error)
    except TryLater as error:
        outcomes.put_off(Hand(attempt, clock()), error, chance=chance)
    except SignInAgain as error:
        tokens.lose(attempt.post.connection, str(error), now=clock())
        outcomes.signed_out(Hand(attempt, clock()), error)
    except OutcomeUnknown as error:
        outcomes.unknown(Hand(attempt, clock()), error)
    else:
        outcomes.live(Hand(attempt, clock()), found)


def _publish(attempt: PublishAttempt, *, clock: Clock, record: Record) -> Published:
    post = attempt.post
    with tenancy.of_organization(post.organization_id):
        contents, resume = kits.contents(post), claiming.resume_from(post)
    token = tokens.fresh(post.connection, now=clock())
    with kits.packed(contents) as kit:
        platform = adapter(contents.platform)
        try:
            return platform.publish(kit, token=token, record=record, resume=resume)
        except TokenExpired:
            token = tokens.fresh(post.connection, now=clock(), refused=token)
            return platform.publish(kit, token=token, record=record, resume=_reached(attempt) or resume)


def _reached(attempt: PublishAttempt) -> Step | None:
    return Step(attempt.step, attempt.step_data) if attempt.step else None
