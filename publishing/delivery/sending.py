"""One try: open attempt → call → record, and looking again where the answer stayed out."""

import datetime as dt
import uuid
from contextlib import nullcontext
from dataclasses import replace
from random import Random

import structlog

from accounts import tenancy
from publishing.delivery import claiming, handing, journal, kits, looking, outcomes, quotas, tokens
from publishing.delivery.adapters import adapter
from publishing.delivery.desk import Desk
from publishing.delivery.journal import Journal
from publishing.delivery.outcomes import Hand, Stood
from publishing.delivery.pulse import pulse
from publishing.models import PlatformConnection, PublishAttempt, ScheduledPost
from publishing.platforms.base import (
    POSTED,
    SENDING,
    Clock,
    OutcomeUnknown,
    PlatformError,
    Published,
    Record,
    Rejected,
    SignInAgain,
    Step,
    Token,
    TokenExpired,
    TryLater,
    UsedUp,
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
        if not carry_out(attempt, clock=clock, chance=chance, lease=lease):
            return turn + 1
    return TURNS


def carry_out(
    attempt: PublishAttempt,
    *,
    clock: Clock,
    chance: Random,
    lease: dt.timedelta = claiming.LEASE,
    write: Journal = journal.alone,
    desk: Desk = nullcontext,
) -> bool:
    """Do what a claimed post's attempt is for; False when another worker took the post over meanwhile.

    `desk`: where the tables are asked, beside what is written by `write`; looking has no need of it, since few look.
    """
    claiming.outside_transactions()
    log.info("attempt", post=str(attempt.post_id), number=attempt.number, purpose=attempt.purpose)
    try:
        with pulse.keeps(attempt.post, clock=clock, lease=lease):
            if attempt.purpose == PublishAttempt.Purpose.SEND:
                _send(attempt, clock=clock, chance=chance, lease=lease, write=write, desk=desk)
            else:
                looking.look(attempt, clock=clock)
    except claiming.LostClaim:
        log.warning("claim lost", post=str(attempt.post_id), number=attempt.number)
        return False
    return True


def _send(
    attempt: PublishAttempt, *, clock: Clock, chance: Random, lease: dt.timedelta, write: Journal, desk: Desk
) -> None:
    """Publish, and record which of five things happened. What the platform has named never fails any more."""
    record = claiming.recorder(attempt, clock=clock, write=write, lease=lease)
    try:
        found = _publish(attempt, clock=clock, record=record, desk=desk)
    except PlatformError as error:
        if _stands_already(attempt, error):
            write(Stood(Hand(attempt, clock()), _short(attempt.post, error)))
        else:
            with desk():
                _failed(attempt, error, clock=clock, chance=chance)
    else:
        hand = Hand(attempt, clock())
        if outcomes.waits(hand, found):
            with desk():
                outcomes.handed(hand, found)
        else:
            write(Stood(hand, found))


def _failed(attempt: PublishAttempt, error: PlatformError, *, clock: Clock, chance: Random) -> None:
    match error:
        case Rejected():
            outcomes.refused(Hand(attempt, clock()), error)
        case handing.NotYet():
            outcomes.wait(Hand(attempt, clock()), error, until=attempt.post.scheduled_for)
        case UsedUp():
            outcomes.put_off(Hand(attempt, clock()), error, chance=chance, counts=False)
        case TryLater():
            outcomes.put_off(Hand(attempt, clock()), error, chance=chance)
        case SignInAgain():
            tokens.lose(attempt.post.connection, str(error), now=clock())
            outcomes.signed_out(Hand(attempt, clock()), error)
        case OutcomeUnknown():
            outcomes.unknown(Hand(attempt, clock()), error)
        case _:
            raise error


def _stands_already(attempt: PublishAttempt, error: PlatformError) -> bool:
    """Say whether the post is public, and nothing more is tried for what was to follow it."""
    post = attempt.post
    if not post.platform_post_id:
        return False
    if isinstance(error, TryLater):
        return post.tries >= post.try_limit
    return not (isinstance(error, OutcomeUnknown) and attempt.step == SENDING)


def _short(post: ScheduledPost, error: PlatformError) -> Published:
    """The post stands; what was to follow did not work, and that is said."""
    return Published(post.platform_post_id, post.url, shortfalls=(str(error),))


def _publish(attempt: PublishAttempt, *, clock: Clock, record: Record, desk: Desk) -> Published:
    post, platform = attempt.post, adapter(attempt.post.connection.platform)
    with desk():
        contents, resume = _gathered(attempt)
        publish_at = handing.publish_at(post, platform, contents.kit, now=clock())
        token = _token(post.connection, now=clock())
        if resume is None or resume.name != POSTED:
            quotas.ask(post.connection, platform, token=token, now=clock())
            quotas.count(post, platform, now=clock())
    with kits.packed(contents) as packed:
        kit = replace(packed, publish_at=publish_at)
        try:
            return platform.publish(kit, token=token, record=record, resume=resume)
        except TokenExpired:
            with desk():
                fresh = tokens.fresh(post.connection, now=clock(), refused=token)
            reached = Step(attempt.step, attempt.step_data) if attempt.step else resume
            return platform.publish(kit, token=fresh, record=record, resume=reached)


def _gathered(attempt: PublishAttempt) -> tuple[kits.Contents, Step | None]:
    """Return what is sent and from where; most first tries have all that in hand, and ask the tables nothing."""
    post, is_first = attempt.post, attempt.number == 1
    if is_first and not kits.has_poster(post):
        return kits.contents(post), None
    with tenancy.of_organization(post.organization_id):
        return kits.contents(post), None if is_first else claiming.resume_from(post)


def _token(account: PlatformConnection, *, now: dt.datetime) -> Token:
    """Return the token as it was read with the claim, a moment ago; one that must be renewed is."""
    lasts = account.expires_at is None or account.expires_at - now > tokens.MARGIN
    is_ahead = account.refresh_at is None or account.refresh_at > now
    return tokens.token_of(account) if lasts and is_ahead else tokens.fresh(account, now=now)
