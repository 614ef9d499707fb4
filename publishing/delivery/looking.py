"""Looking whether a post landed, on a ladder, before anything is sent again."""

import datetime as dt
from collections.abc import Callable
from functools import partial
from typing import Any, TypeVar

from django.utils.translation import gettext as _

from accounts import audit, tenancy
from publishing.delivery import handing, kits, outcomes, pacing, tokens
from publishing.delivery.adapters import adapter
from publishing.delivery.claiming import WITHDRAWN, first_id, resume_from
from publishing.delivery.outcomes import Hand
from publishing.models import PublishAttempt, ScheduledPost
from publishing.platforms.base import (
    POSTED,
    CannotLook,
    Capability,
    Clock,
    OutcomeUnknown,
    PartlyThere,
    Platform,
    Published,
    Rejected,
    SignInAgain,
    Step,
    Token,
    TokenExpired,
    TryLater,
)

Status = ScheduledPost.Status
Outcome = PublishAttempt.Outcome
Look = Callable[[PublishAttempt, Platform, Clock], None]
Told = TypeVar("Told")


def look(attempt: PublishAttempt, *, clock: Clock) -> None:
    """Ask the platform for the post, for what became of one that waits there, or for a live one's address."""
    match attempt.post.status:
        case Status.HANDED:
            _guarded(attempt, _look_after, clock=clock)
        case Status.PUBLISHED:
            _guarded(attempt, _look_for_address, clock=clock)
        case _:
            _guarded(attempt, _look_for_post, clock=clock)


def _guarded(attempt: PublishAttempt, looks: Look, *, clock: Clock) -> None:
    """Look; where no answer came, look again later."""
    try:
        looks(attempt, adapter(attempt.post.connection.platform), clock)
    except SignInAgain as error:
        tokens.lose(attempt.post.connection, str(error), now=clock())
        _not_known(Hand(attempt, clock()), Outcome.SIGN_IN_AGAIN, str(error))
    except TryLater as error:
        _not_known(Hand(attempt, clock()), Outcome.TRY_LATER, str(error), wait=error.after)
    except (OutcomeUnknown, Rejected, PartlyThere) as error:
        _not_known(Hand(attempt, clock()), Outcome.UNKNOWN, str(error))


def _asked(
    attempt: PublishAttempt, question: Callable[[Token], Told], *, clock: Clock, even_paused: bool = False
) -> Told:
    """Put a question with the account's token; one that ended early is renewed, and the question put once more."""
    fresh = partial(tokens.fresh, attempt.post.connection, even_paused=even_paused)
    token = fresh(now=clock())
    try:
        return question(token)
    except TokenExpired:
        return question(fresh(now=clock(), refused=token))


def _look_for_post(attempt: PublishAttempt, platform: Platform, clock: Clock) -> None:
    """Adopt it, send it again if that is safe, go on with what is there in part, or wait for the next look."""
    try:
        found = _find(attempt, platform, clock=clock)
    except PartlyThere as error:
        _go_on(Hand(attempt, clock()), error)
    except CannotLook as error:
        _cannot(Hand(attempt, clock()), platform, str(error))
    else:
        if found:
            outcomes.stands(Hand(attempt, clock()), found, outcome=Outcome.FOUND)
        else:
            _absent(Hand(attempt, clock()), platform)


def _find(attempt: PublishAttempt, platform: Platform, *, clock: Clock) -> Published | None:
    post = attempt.post
    with tenancy.of_organization(post.organization_id):
        kit, resume = kits.described(kits.contents(post)), resume_from(post)
        since = PublishAttempt.objects.filter(post=post).order_by("number").first()
    begun = since.created_at if since else post.scheduled_for
    find = partial(platform.find_published, kit, since=begun, resume=resume)
    return _asked(attempt, lambda token: find(token=token), clock=clock)


def _go_on(hand: Hand, partly: PartlyThere) -> None:
    """Some parts of a thread stand: the rest follows from there, and nobody sends the first ones again."""
    hand.attempt.step, hand.attempt.step_data = partly.step.name[:30], dict(partly.step.data)
    with tenancy.of_organization(hand.post.organization_id):
        hand.attempt.save(update_fields=["step", "step_data", "updated_at"])
        hand.close(Outcome.FOUND, str(partly))
        known = first_id(partly.step) or hand.post.platform_post_id
        hand.write(status=Status.SCHEDULED, next_try_at=hand.now, tries=0, error="", platform_post_id=known)


def _cannot(hand: Hand, platform: Platform, message: str) -> None:
    """There is no way to look: send again where that makes no second post, else a person is asked at once."""
    with tenancy.of_organization(hand.post.organization_id):
        if _is_safe_again(hand.post, platform, now=hand.now):
            _send_again(hand, message)
            return
        hand.close(Outcome.UNKNOWN, message)
        if hand.write(looks=hand.post.looks + 1, next_try_at=None, error=message):
            outcomes.ask(hand.post, message)


def _absent(hand: Hand, platform: Platform) -> None:
    """Not there. Send again only where the platform itself would drop a second copy, and while it is in time."""
    post = hand.post
    with tenancy.of_organization(post.organization_id):
        if not _is_safe_again(post, platform, now=hand.now):
            _look_later(
                hand, Outcome.NOT_FOUND, _("It was not found there. It may still appear; nothing was sent again.")
            )
            return
        _send_again(hand)


def _send_again(hand: Hand, message: str = "") -> None:
    """Put it back in the queue, unless it would be too late or was tried too often."""
    post = hand.post
    hand.close(Outcome.NOT_FOUND, message)
    if hand.now > pacing.latest(post.scheduled_for):
        message = _("It was looked for and is not there. Its time has passed, so it was not sent again.")
        outcomes.fail(post, Status.MISSED, message, now=hand.now)
    elif post.tries >= post.try_limit:
        message = _("It was tried %(tries)s times and is not there.") % {"tries": post.tries}
        outcomes.fail(post, Status.FAILED, message, now=hand.now)
    else:
        hand.write(status=Status.SCHEDULED, next_try_at=hand.now, error="")


# A post that waits on its platform


def _look_after(attempt: PublishAttempt, platform: Platform, clock: Clock) -> None:
    """See what became of it at its time, or take it back where a person wants it back."""
    post = attempt.post
    if wish := post.metadata.get(handing.WISH):
        _take_back(attempt, platform, wish, clock=clock)
        return
    message = _("It waited on its platform, and somebody removed it there before its time.")
    try:
        found = _asked(attempt, lambda token: handing.settle(post, platform, token=token), clock=clock)
    except handing.NotKept as error:
        found, message = None, str(error)
    hand = Hand(attempt, clock())
    if found:
        outcomes.stands(hand, found, outcome=Outcome.FOUND)
        return
    with tenancy.of_organization(post.organization_id):
        hand.close(Outcome.REJECTED, message)
        outcomes.fail(post, Status.FAILED, message, now=hand.now, platform_post_id="", url="")


def _take_back(attempt: PublishAttempt, platform: Platform, wish: dict[str, Any], *, clock: Clock) -> None:
    """Withdraw it, then do as was wished; what the platform does not give back stays as it was planned."""
    post = attempt.post
    rest = {name: value for name, value in post.metadata.items() if name != handing.WISH}
    try:
        withdrawn = partial(handing.withdraw, post, platform)
        _asked(attempt, lambda token: withdrawn(token=token), clock=clock, even_paused=True)
    except Rejected as error:
        hand, again = Hand(attempt, clock()), max(clock(), post.scheduled_for) + pacing.SETTLE_AFTER
        message = _("It could not be taken back: %(reason)s") % {"reason": error}
        with tenancy.of_organization(post.organization_id):
            hand.close(Outcome.UNKNOWN, message)
            hand.write(metadata=rest, next_try_at=again, error=message)
        return
    hand = Hand(attempt, clock())
    with tenancy.of_organization(post.organization_id):
        attempt.step = WITHDRAWN
        attempt.save(update_fields=["step", "updated_at"])
        hand.close(Outcome.NOT_FOUND)
        if hand.write(metadata=rest, **handing.fulfilled(wish)):
            audit.record("post.withdrawn", post, organization_id=post.organization_id, by=None)


# A live post whose address is not told yet


def _look_for_address(attempt: PublishAttempt, platform: Platform, clock: Clock) -> None:
    """Adopt the address, and the final id, once the platform tells them."""
    post = attempt.post
    named = Step(POSTED, {"id": post.platform_post_id, "url": post.url})
    with tenancy.of_organization(post.organization_id):
        kit = kits.described(kits.contents(post))
    find = partial(platform.find_published, kit, since=post.scheduled_for, resume=named)
    found = _asked(attempt, lambda token: find(token=token), clock=clock)
    hand, looks = Hand(attempt, clock()), post.looks + 1
    is_told = found is not None and bool(found.url)
    again = None if is_told or looks >= len(pacing.LINKS) else hand.now + pacing.LINKS[looks]
    known = {"platform_post_id": found.platform_id[:300], "url": found.url[:500]} if found else {}
    with tenancy.of_organization(post.organization_id):
        hand.close(Outcome.FOUND if is_told else Outcome.NOT_FOUND)
        hand.write(looks=looks, next_try_at=again, **known)


# What is safe, and when the next look is


def _is_safe_again(post: ScheduledPost, platform: Platform, *, now: dt.datetime) -> bool:
    sent = PublishAttempt.objects.filter(post=post, sent_at__isnull=False).order_by("sent_at").first()
    if sent is None or sent.sent_at is None:
        return True
    return Capability.SAFE_RESEND in platform.capabilities and now - sent.sent_at < platform.safe_resend


def _not_known(hand: Hand, outcome: str, message: str, *, wait: dt.timedelta | None = None) -> None:
    with tenancy.of_organization(hand.post.organization_id):
        _look_later(hand, outcome, message, wait=wait)


def _look_later(hand: Hand, outcome: str, message: str, *, wait: dt.timedelta | None = None) -> None:
    """Step up the ladder; ask the people when it has not become clear for a while, stop after a day."""
    hand.close(outcome, message)
    looks = hand.post.looks + 1
    if hand.post.status == Status.PUBLISHED:  # only its address is missing, and nobody needs to be asked
        again = hand.now + pacing.LINKS[looks] if looks < len(pacing.LINKS) else None
        hand.write(looks=looks, next_try_at=again)
        return
    pause = pacing.next_look(looks)
    again = hand.now + max(pause, wait or pause) if pause else None
    if hand.write(looks=looks, next_try_at=again, error=message) and looks == pacing.TELL_AFTER_LOOKS:
        outcomes.ask(hand.post, message)
