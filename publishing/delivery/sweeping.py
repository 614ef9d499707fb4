"""Finding what was lost: posts whose worker died, and posts whose time went by.

A batch is claimed in one transaction; then each post gets its own, so that no two sweepers hold what the other wants.
"""

import datetime as dt
from random import Random

from django.utils.translation import gettext as _

from accounts import tenancy
from publishing import approving, holding, resting
from publishing.delivery import assisting, outcomes, pacing
from publishing.delivery.assisting import ASKED_FOR
from publishing.delivery.claiming import UNNAMED
from publishing.delivery.outcomes import Hand
from publishing.models import PublishAttempt, ScheduledPost
from publishing.platforms.assisted import BY_HAND
from publishing.platforms.base import Published
from trenddrop.core import claims

Status = ScheduledPost.Status
Outcome = PublishAttempt.Outcome
BATCH = 200
IN_HAND = dt.timedelta(minutes=1)


def sweep(*, now: dt.datetime, chance: Random) -> int:
    """Bring back what dead workers held and end what is too late; return how many posts were touched."""
    return recover(now=now, chance=chance) + miss(now=now)


def recover(*, now: dt.datetime, chance: Random) -> int:
    """Posts whose lease ran out while they were sent: back in the queue, or unconfirmed if the last call was near."""
    with tenancy.operator():
        orphans = ScheduledPost.objects.filter(status=Status.PUBLISHING, lease_until__lt=now).order_by("lease_until")
        taken = claims.claim(orphans, now=now, lease=IN_HAND, limit=BATCH, changes={})
    for post in taken:
        with tenancy.of_organization(post.organization_id):
            _recover(post, now=now, chance=chance)
    return len(taken)


def _recover(post: ScheduledPost, *, now: dt.datetime, chance: Random) -> None:
    sends = PublishAttempt.objects.filter(post=post, purpose=PublishAttempt.Purpose.SEND)
    attempt = sends.order_by("-number").first()
    if attempt is None:
        outcomes.write(post, now=now, status=Status.SCHEDULED, next_try_at=now)
        return
    attempt.post = post
    hand = Hand(attempt, now)
    hand.close(Outcome.LOST, _("The worker stopped in the middle."))
    if post.platform_post_id and post.tries >= post.try_limit:
        outcomes.stands(hand, _as_far_as_it_came(post, attempt), outcome=Outcome.FOUND)
    elif post.platform_post_id:
        message = _("Sending was interrupted after the platform had it; what is left goes on by itself.")
        hand.write(status=Status.SCHEDULED, next_try_at=now, error=message)
    elif attempt.sent_at is not None:
        message = _("We were interrupted while it was sent. It may be public: we look before sending again.")
        outcomes.doubt(hand, message, at=now)
    elif post.tries >= post.try_limit:
        message = _("Sending was interrupted %(tries)s times; nothing was published.") % {"tries": post.tries}
        outcomes.fail(post, Status.FAILED, message, now=now)
    else:
        again = now if post.tries == 1 else now + pacing.back_off(post.tries, chance=chance)
        message = _("Sending was interrupted; it goes on by itself.")
        hand.write(status=Status.SCHEDULED, next_try_at=again, error=message)


def _as_far_as_it_came(post: ScheduledPost, attempt: PublishAttempt) -> Published:
    """It stands (or waits) there, and whatever is left of it stops our workers each time: that is said."""
    words = _("We were interrupted %(tries)s times by a fault of our own at what was to follow; look what is missing.")
    known = [str(each) for each in attempt.step_data.get("shortfalls") or ()]
    told = (*known, words % {"tries": post.tries})
    return Published(post.platform_post_id, post.url, shortfalls=told, live_at=post.scheduled_for)


def miss(*, now: dt.datetime) -> int:
    """Posts that could not go out in time are told as missed, never sent as a surprise; what is held waits on.

    Of posts by hand those that nobody is asked for; where somebody was asked before, as late as if it went on.
    """
    with tenancy.operator():
        late = ScheduledPost.objects.filter(UNNAMED, status=Status.SCHEDULED, scheduled_for__lt=pacing.oldest(now))
        late = late.filter(holding.not_held()).exclude(connection__kind=BY_HAND, connection__status__in=ASKED_FOR)
        taken = claims.claim(late.order_by("scheduled_for"), now=now, lease=IN_HAND, limit=BATCH, changes={})
        taken += claims.claim(assisting.forgotten(now=now), now=now, lease=IN_HAND, limit=BATCH, changes={})
    for post in taken:
        with tenancy.of_organization(post.organization_id):
            outcomes.fail(post, Status.MISSED, _why_missed(post), now=now)
    return len(taken)


def _why_missed(post: ScheduledPost) -> str:
    if rest := resting.of(post.connection, is_off=resting.is_off(post.connection)):
        why = resting.words(rest, post.connection)["missed"]
    elif not approving.is_agreed(post):
        why = _("It was not approved as it stood.")
    else:
        why = post.error or _("Nobody was there to send it: the worker did not run.")
    return _("%(why)s Its time has passed, and nothing is sent late as a surprise.") % {"why": why}
