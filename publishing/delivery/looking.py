"""Looking whether a post landed, on a ladder, before anything is sent again."""

import datetime as dt

from django.utils.translation import gettext as _

from accounts import tenancy
from publishing.delivery import kits, outcomes, pacing, tokens
from publishing.delivery.adapters import adapter
from publishing.delivery.claiming import resume_from
from publishing.delivery.outcomes import Hand
from publishing.models import PublishAttempt, ScheduledPost
from publishing.platforms.base import (
    Capability,
    Clock,
    OutcomeUnknown,
    Platform,
    Published,
    Rejected,
    SignInAgain,
    TryLater,
)

Status = ScheduledPost.Status
Outcome = PublishAttempt.Outcome


def look(attempt: PublishAttempt, *, clock: Clock) -> None:
    """Ask the platform for the post: adopt it, send it again if that is safe, or wait for the next look."""
    try:
        platform = adapter(attempt.post.connection.platform)
        found = _find(attempt, platform, now=clock())
    except SignInAgain as error:
        tokens.lose(attempt.post.connection, str(error), now=clock())
        _not_known(Hand(attempt, clock()), Outcome.SIGN_IN_AGAIN, str(error))
    except TryLater as error:
        _not_known(Hand(attempt, clock()), Outcome.TRY_LATER, str(error), wait=error.after)
    except (OutcomeUnknown, Rejected) as error:
        _not_known(Hand(attempt, clock()), Outcome.UNKNOWN, str(error))
    else:
        if found:
            outcomes.live(Hand(attempt, clock()), found, outcome=Outcome.FOUND)
        else:
            _absent(Hand(attempt, clock()), platform)


def _find(attempt: PublishAttempt, platform: Platform, *, now: dt.datetime) -> Published | None:
    post = attempt.post
    with tenancy.of_organization(post.organization_id):
        kit, resume = kits.described(kits.contents(post)), resume_from(post)
        since = PublishAttempt.objects.filter(post=post).order_by("number").first()
    token = tokens.fresh(post.connection, now=now)
    begun = since.created_at if since else post.scheduled_for
    return platform.find_published(kit, token=token, since=begun, resume=resume)


def _absent(hand: Hand, platform: Platform) -> None:
    """Not there. Send again only where the platform itself would drop a second copy, and while it is in time."""
    post = hand.post
    with tenancy.of_organization(post.organization_id):
        if not _is_safe_again(post, platform, now=hand.now):
            _look_later(
                hand, Outcome.NOT_FOUND, _("It was not found there. It may still appear; nothing was sent again.")
            )
            return
        hand.close(Outcome.NOT_FOUND)
        if hand.now > pacing.latest(post.scheduled_for):
            message = _("It was looked for and is not there. Its time has passed, so it was not sent again.")
            outcomes.fail(post, Status.MISSED, message, now=hand.now)
        elif post.tries >= post.try_limit:
            message = _("It was tried %(tries)s times and is not there.") % {"tries": post.tries}
            outcomes.fail(post, Status.FAILED, message, now=hand.now)
        else:
            hand.write(status=Status.SCHEDULED, next_try_at=hand.now, error="")


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
    pause = pacing.next_look(looks)
    again = hand.now + max(pause, wait or pause) if pause else None
    if hand.write(looks=looks, next_try_at=again, error=message) and looks == pacing.TELL_AFTER_LOOKS:
        outcomes.ask(hand.post, message)
